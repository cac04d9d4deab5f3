/* Building ordinary responses: those that are not prebuilt pages. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/http.h"

/* "OK", "Not Found"; "Status" for one that has no name. */
struct str http_status_phrase(int status);

/* A response being built. Fields whose name or value could end a line early make it fail: it then
 * becomes a 500. */
struct http_reply {
    int status;
    struct buf head;
    struct buf body; /* append freely */
};

enum { HTTP_REPLY_HEAD_MAX = 16 * 1024, HTTP_REPLY_BODY_MAX = 64 * 1024 * 1024 };

void http_reply_init(struct http_reply *reply, int status);
void http_reply_field(struct http_reply *reply, struct str name, struct str value);
/* Moves everything into a response that frees itself; the reply is as after _release. Adds
 * Content-Length where the status has a body. */
struct http_response http_reply_take(struct http_reply *reply);
void http_reply_release(struct http_reply *reply);

/* The same in one step: status, Content-Type (none when empty), a copy of the body. */
struct http_response http_simple(int status, struct str type, struct str body);
/* A short plain text page, `no-store`: "404 Not Found". `why` may be empty. */
struct http_response http_error(int status, struct str why);
/* 301, 302, 303, 307 or 308 to `location`, with a line of text. */
struct http_response http_redirect(int status, struct str location);
/* 405 with Allow: http_not_allowed(STR("GET, HEAD")). */
struct http_response http_not_allowed(struct str allow);

/* A file to be answered with conditional requests and single ranges (200, 206, 304, 412, 416). */
struct http_file {
    int fd; /* taken over */
    uint64_t size;
    struct str type;
    struct str etag;       /* with its quotes; may be empty */
    int64_t last_modified; /* UTC milliseconds, or NEVER to leave it out */
    struct str fields;     /* more field lines, each with its CRLF; also sent with a 304 */
};
struct http_response http_file_response(const struct http_request *request,
                                        const struct http_file *file);
/* The same for bytes in memory: `release` as in http_response. */
struct http_response http_bytes_response(const struct http_request *request,
                                         const struct http_file *about, struct str bytes,
                                         void (*release)(void *context), void *context);

#endif
