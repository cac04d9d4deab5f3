/* The head of a request: finding its end as bytes come in, then taking it apart. (RFC 9112,
 * sections 2, 3, 5, 6; RFC 9110, sections 5 and 7.) Strict: what two servers could read in two ways
 * is refused. */
#ifndef HTTP_HEAD_H_
#define HTTP_HEAD_H_

#include "http/http.h"

/* A refusal: the status to answer with and why, or status 0. */
struct http_refusal {
    int status;
    const char *why;
};

enum http_scan_result { HTTP_SCAN_MORE, HTTP_SCAN_WHOLE, HTTP_SCAN_REFUSED };

/* Progress of the search for the end of a head; zero at its start. */
struct http_scan {
    size_t start;  /* of the request line: after at most one empty line */
    size_t line;   /* where the current line begins */
    size_t seen;   /* bytes looked at */
    size_t length; /* HTTP_SCAN_WHOLE: bytes up to and with the empty line, from the very start */
    struct http_refusal refusal; /* HTTP_SCAN_REFUSED */
};

/* `bytes` holds all that came since the start of the head, and maybe more behind it. */
enum http_scan_result http_scan(struct http_scan *scan, struct str bytes,
                                const struct http_limits *limits);

struct http_head {
    struct http_request request;
    bool has_length; /* Content-Length was given */
    uint64_t length; /* its value */
    bool chunked;
    bool expects;    /* Expect: 100-continue of HTTP/1.1 */
    bool keep;       /* the connection may stay open */
    bool everything; /* "OPTIONS *" */
    struct http_field fields[HTTP_FIELDS_MAX];
};

/* `bytes` is a whole head as http_scan() found it, from the request line to the empty line. Sets
 * everything in *head but the request's addresses, `https` and body. */
struct http_refusal http_head_parse(struct str bytes, const struct http_limits *limits,
                                    struct http_head *head);

/* uri-host [ ":" port ] of RFC 9110, 7.2, with a host that is not empty. */
bool http_host_ok(struct str host);
/* RFC 9110, 5.6.2: the characters of a token. */
enum { HTTP_CLASS_TOKEN = 1 };
extern const unsigned char http_classes[256];
static inline bool http_is_token_char(unsigned char c)
{
    return http_classes[c] & HTTP_CLASS_TOKEN;
}
bool http_is_token(struct str s);
/* A field's value: no control characters but the tab. */
bool http_is_value(struct str s);
/* Takes the next element off a comma-separated list, trimmed; empty ones are passed over. False at
 * the end. Commas in quoted strings do not separate. */
bool http_list_next(struct str *list, struct str *ret_element);

#endif
