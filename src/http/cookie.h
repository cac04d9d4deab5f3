/* Cookies (RFC 6265): what a browser sent, and what it shall keep. */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "base/error.h"
#include "http/http.h"

enum { HTTP_COOKIES_MAX = 100 /* looked at in one header */ };

/* The value of the first cookie of that name in a Cookie header, or the empty slice with at ==
 * NULL. Names count with case. Quotation marks around a value are taken off. */
struct str http_cookie_find(struct str header, struct str name);
/* The same over all Cookie fields of a request. */
struct str http_cookie(const struct http_request *request, struct str name);

struct http_cookie {
    struct str name, value; /* value: letters that need no quoting; else http_cookie_put fails */
    struct str path;
    int64_t max_age; /* seconds; 0 ends it; -1: until the browser closes */
    bool secure;
};
/* Appends the value of a Set-Cookie field, always HttpOnly and SameSite=Lax. False, with nothing
 * appended, when a text may not stand in one. */
bool http_cookie_put(struct buf *out, const struct http_cookie *cookie);

#endif
