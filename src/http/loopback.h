/* The loopback with uneven pieces: for the engine's own tests. */
#ifndef HTTP_LOOPBACK_H
#define HTTP_LOOPBACK_H

#include "http/http.h"

struct http_steps {
    size_t in;  /* bytes that one read gives at most; 0: all */
    size_t out; /* bytes that one write takes at most, after which it would block; 0: all */
};

MUST_USE struct error http_loopback_steps(const struct http_app *app,
                                          const struct http_options *options,
                                          const struct http_address *peer, struct http_steps steps,
                                          struct str bytes, struct buf *ret_bytes);

#endif
