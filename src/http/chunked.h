/* Decoding the chunked coding as bytes come in (RFC 9112, section 7.1). Extensions and trailers are
 * read within limits and dropped. */
#ifndef HTTP_CHUNKED_H
#define HTTP_CHUNKED_H

#include "http/head.h"

struct http_chunked {
    int state;
    uint64_t left;  /* of the current chunk's data */
    size_t line;    /* bytes of the current line */
    size_t extra;   /* bytes of all extensions so far */
    size_t trailer; /* bytes of all trailers so far */
};

enum http_chunked_result {
    HTTP_CHUNKED_MORE,
    HTTP_CHUNKED_DATA,
    HTTP_CHUNKED_END,
    HTTP_CHUNKED_BAD
};

/* A zeroed struct is the start. Takes bytes off the front of *bytes. HTTP_CHUNKED_DATA: a piece of
 * the body, a slice of the input; call again. HTTP_CHUNKED_MORE: all was used up. HTTP_CHUNKED_END:
 * the body is complete and *bytes is what follows it. HTTP_CHUNKED_BAD: refuse with 400. */
enum http_chunked_result http_chunked(struct http_chunked *chunked, struct str *bytes,
                                      struct str *ret_data);

#endif
