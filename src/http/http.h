/* The HTTP/1.1 engine (RFC 9110, RFC 9112): knows nothing of news.
 *
 * A server has N event threads. Each runs one loop over its connections and calls the application:
 * body_rule() when a head announces a body, handle() when head and body are complete. Both run on
 * the event thread and must not block: no I/O, no rendering, no lock held across either.
 *
 * handle() either answers at once:
 *
 *     http_answer(exchange, &response);
 *
 * or takes a ticket, gives it to a worker together with the request, and returns:
 *
 *     struct http_ticket ticket = http_defer(exchange);
 *
 * Later any thread calls http_complete(ticket, &response) exactly once. Until that call the request
 * with all its slices stays valid and unchanged, even when the reader has gone away meanwhile; from
 * the call on it must not be touched. A handler that does neither is answered 500 by the engine.
 *
 * Requests of one connection are handled one after the other, so answers keep their order.
 * What the engine itself refuses (bad framing, a head too large, ...) never reaches the
 * application: it is answered by http_error() and the connection closed so that the answer arrives.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/address.h"
#include "http/limits.h"

/* ---- requests ---- */

enum http_method {
    HTTP_GET,
    HTTP_HEAD, /* answer as for GET, with the body: the engine leaves it out */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS, /* "OPTIONS *" is answered by the engine */
    /* CONNECT, TRACE and all others are refused with 501 and never seen. */
};

struct http_field {
    struct str name;  /* as sent */
    struct str value; /* without white space at both ends; may hold bytes above 0x7F */
};

/* Slices point into the exchange's memory. */
struct http_request {
    enum http_method method;
    unsigned minor;    /* 0 or 1: HTTP/1.0 or HTTP/1.1 */
    struct str target; /* as sent */
    struct str path;   /* begins with '/'; still percent-encoded; of an absolute target its path */
    struct str query;  /* what follows '?', without it; empty when there is none */
    bool has_query;    /* there was a '?' */
    struct str host;   /* host[:port], well formed; empty for HTTP/1.0 without Host */
    const struct http_field *fields;
    size_t field_count;

    struct str body;    /* when it was asked for in memory */
    int body_file;      /* when asked for in a file: a nameless temporary file, offset 0; or -1.
                           The engine closes it; dup() what should live longer. */
    uint64_t body_size; /* bytes, in either */
    bool body_left_out; /* the rule was HTTP_BODY_SKIP */

    struct http_address peer;   /* who is connected */
    struct http_address client; /* who asks, by the rules for trusted proxies; else the peer */
    bool https;                 /* a trusted proxy says that the reader came by https */
};

/* The value of the first field of that name (ASCII case does not count), or the empty slice with
 * at == NULL when there is none; an empty value has at != NULL. */
struct str http_field(const struct http_request *request, struct str name);
/* All fields of that name in order: start with *i = 0; false when there are no more. */
bool http_field_next(const struct http_request *request, struct str name, size_t *i,
                     struct str *ret_value);
/* "GET" ... */
struct str http_method_name(enum http_method method);

/* ---- bodies ---- */

enum http_body_action {
    HTTP_BODY_REFUSE, /* answer `status` by http_error() and close */
    HTTP_BODY_SKIP,   /* call handle() without the body; the connection ends with its answer */
    HTTP_BODY_MEMORY,
    HTTP_BODY_FILE, /* streamed to a temporary file by the file threads */
};

struct http_body_rule {
    enum http_body_action action;
    int status;       /* for HTTP_BODY_REFUSE */
    uint64_t max;     /* bytes; more is answered 413 */
    int64_t whole_ms; /* the whole body within this time, else 408; 0: no such bound */
    uint32_t rate;    /* bytes a second in each limits.body_window_ms, else 408; 0: no such bound */
};

#define HTTP_BODY_NONE ((struct http_body_rule){.action = HTTP_BODY_REFUSE, .status = 413})
/* A reader's form. */
#define HTTP_BODY_FORM                                                                             \
    ((struct http_body_rule){                                                                      \
        .action = HTTP_BODY_MEMORY, .max = HTTP_FORM_MAX, .whole_ms = HTTP_FORM_MS})
/* A larger upload, to a file. */
#define HTTP_BODY_UPLOAD(bytes)                                                                    \
    ((struct http_body_rule){.action = HTTP_BODY_FILE, .max = (bytes), .rate = HTTP_BODY_RATE})

/* ---- responses ---- */

/* A response. Its memory belongs to the application and stays unchanged until `release` is called:
 * exactly once, after the last byte was written, or when the connection ended or the response was
 * not wanted any more. It is called on an event thread, in http_complete(), or in
 * http_server_free(), and must not block; NULL for memory that lives for ever.
 *
 * `head` is the status line and the field lines, each with its CRLF, without the empty line at the
 * end. It holds Content-Length where the status has a body (the engine sends no chunks), but
 * neither Date nor Connection: the engine adds those. For HEAD the engine leaves the body out. */
struct http_response {
    int status;
    struct str head;
    struct str body;
    /* With `from_file`, instead of `body`: `file_length` bytes of `file` from `file_offset`, read
     * by the engine's file threads; the engine closes the descriptor when it is done, in every
     * case. */
    bool from_file;
    int file;
    uint64_t file_offset, file_length;
    bool close; /* end the connection after this answer */
    void (*release)(void *context);
    void *context;
};

struct http_exchange;

/* Of the exchange being handled; valid until it is answered. */
const struct http_request *http_request(const struct http_exchange *exchange);
/* An empty arena that lives as long as the request. Belongs to whoever holds the exchange: the
 * handler, or after http_defer() the worker. Made when first asked for. */
struct arena *http_arena(struct http_exchange *exchange);
/* Number of the event thread, from 0. */
unsigned http_thread(const struct http_exchange *exchange);

/* The server it came to. */
struct http_server;
const struct http_server *http_server_of(const struct http_exchange *exchange);

/* Answers; takes the response over. Only on the event thread, inside handle(), once. */
void http_answer(struct http_exchange *exchange, const struct http_response *response);

/* A plain value: copy it as you like. */
struct http_ticket {
    void *loop;
    uint32_t slot;
    uint32_t generation;
};

/* Only inside handle(), once. */
struct http_ticket http_defer(struct http_exchange *exchange);
/* Takes the response over. From any thread, until http_server_free(). A ticket that was completed
 * before just has its response released. */
void http_complete(struct http_ticket ticket, const struct http_response *response);

/* Releases a response that was made but not given to the engine. */
void http_response_drop(const struct http_response *response);

/* ---- the application ---- */

struct http_app {
    void *context;
    /* May be NULL: then every body is refused with 413. Called once for a request whose head
     * announces a body of at least one byte (or chunks). */
    struct http_body_rule (*body_rule)(void *context, const struct http_request *request);
    void (*handle)(void *context, struct http_exchange *exchange);
};

/* ---- servers ---- */

enum http_proxy_header { HTTP_X_FORWARDED_FOR, HTTP_FORWARDED, HTTP_PROXY_V2 };
/* "x-forwarded-for", "forwarded", "proxy-v2". */
bool http_proxy_header_parse(struct str text, enum http_proxy_header *ret_kind);

struct http_options {
    /* "127.0.0.1:8080", "[::1]:8080", "unix:PATH", "fd:N" (a listening socket that is open). */
    const struct str *listen;
    size_t listen_count;
    unsigned threads;   /* 0: as many as the machine has cores */
    struct clock clock; /* for Date; timers run on the monotonic clock */
    struct http_limits limits;
    const struct http_net *trusted; /* peers whose word on the client is believed */
    size_t trusted_count;
    enum http_proxy_header proxy_header; /* the one source believed */
    const char *temporary;               /* folder for bodies in files; NULL: /tmp */
    bool no_ring;                        /* never use io_uring, also where the system offers it */
};

#define HTTP_OPTIONS_DEFAULT ((struct http_options){.limits = HTTP_LIMITS_DEFAULT})

/* Number of listening sockets that systemd handed over (LISTEN_PID, LISTEN_FDS), or 0: they are
 * "fd:3", "fd:4", ... */
unsigned http_inherited(void);

/* Listens and starts the threads. The options, with all they point at, may go after the call; the
 * application stays, and may be called before this returns (use http_server_of() in handlers).
 * ERR_LISTEN names the address. A unix socket that nobody answers on any more is replaced; it gets
 * mode 0666, its folder decides who may connect. "[::]:80" takes IPv6 only. The process's limit of
 * open files is raised as far as connections_max asks and the system allows. */
MUST_USE struct error http_server_start(const struct http_app *app,
                                        const struct http_options *options,
                                        struct http_server **ret_server);
/* The address bound, as "127.0.0.1:8080" or "unix:PATH"; with the port when 0 was asked for. The
 * slice lives as long as the server; empty beyond the last. */
struct str http_server_address(const struct http_server *server, size_t i);
/* Stops listening, closes what is idle, finishes what is under way, and after at most `ms` cuts the
 * rest. Returns the number of connections cut. Deferred exchanges may be completed later still. */
unsigned http_server_stop(struct http_server *server, int64_t ms);
/* After http_server_stop(), and after every worker that may hold a ticket has ended. NULL is fine.
 */
void http_server_free(struct http_server *server);

struct http_counts {
    uint64_t requests; /* answered, refusals included */
    uint64_t refused;  /* by the engine itself */
    uint64_t bytes_in, bytes_out;
    uint64_t accepted;  /* connections since the start */
    uint64_t open;      /* connections now */
    uint64_t shed;      /* connections closed or refused because there were too many */
    uint64_t timed_out; /* connections ended by a timer, idle ones not counted */
};
/* From any thread; sums of what each loop counts, not a snapshot. */
struct http_counts http_server_counts(const struct http_server *server);

/* ---- without sockets ---- */

/* Drives the application through the very same parser and connection, in the calling thread: gives
 * it `bytes` (one request or several), then the end of input, and collects all that would be sent.
 * Deferred answers are waited for (at most 30 s, then ERR_SYSTEM). `options` may be NULL; `listen`
 * and `threads` are not used. `peer` may be NULL: then 127.0.0.1. `max` bounds the output. */
MUST_USE struct error http_loopback(const struct http_app *app, const struct http_options *options,
                                    const struct http_address *peer, struct str bytes,
                                    struct buf *ret_bytes);

/* One response taken apart, for tests. */
struct http_view {
    int status;
    struct str head; /* status line and fields, with the empty line */
    struct str body; /* by Content-Length */
    struct str rest; /* what follows */
};
/* `no_body` for an answer to HEAD. False when it is not a whole response. */
bool http_view_parse(struct str bytes, bool no_body, struct http_view *ret_view);
/* The first value of that field, or the empty slice with at == NULL. */
struct str http_view_field(const struct http_view *view, struct str name);

#endif
