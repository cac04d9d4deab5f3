/* Who asks, when a trusted proxy stands between: X-Forwarded-For, Forwarded (RFC 7239), and the
 * PROXY protocol, version 2 (haproxy's doc/proxy-protocol.txt, section 2.2). */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "http/http.h"

struct http_trust {
    const struct http_net *nets;
    size_t count;
    enum http_proxy_header header;
};

bool http_trusts(const struct http_trust *trust, const struct http_address *address);

/* Sets request->client and request->https from the one header believed, when request->peer is
 * trusted; the client is the rightmost address that is not a trusted proxy. An element that is no
 * address ends the walk: the client is then the last proxy that could be named. Client and https
 * must be set to those of the connection before. */
void http_forwarded(const struct http_trust *trust, struct http_request *request);

enum http_proxy2_result { HTTP_PROXY2_MORE, HTTP_PROXY2_WHOLE, HTTP_PROXY2_BAD };

/* `bytes`: all that came since the connection began. Sets *ret_length to what the header took; the
 * address and https are untouched when the header names none (LOCAL, or another family). */
enum http_proxy2_result http_proxy2(struct str bytes, size_t *ret_length,
                                    struct http_address *ret_client, bool *ret_https);

#endif
