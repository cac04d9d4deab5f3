/* Every limit of the HTTP engine, with its default. Times are milliseconds, sizes bytes. A server
 * is given a copy that it may change before it starts; tests make the times short. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_HEAD_MAX = 16 * 1024,  /* request line and fields together: 431 */
    HTTP_FIELDS_MAX = 100,      /* 431; also the size of the table in an exchange */
    HTTP_TARGET_MAX = 8 * 1024, /* 414 */
    HTTP_HEAD_MS = 10 * 1000,   /* from the first byte of a head to its end: 408 */

    HTTP_FORM_MAX = 64 * 1024, /* a reader's form */
    HTTP_FORM_MS = 30 * 1000,
    HTTP_FORM_FIELDS_MAX = 200,
    HTTP_DESK_FORM_MAX = 2 * 1024 * 1024, /* a form of the desk */
    HTTP_BODY_RATE = 4 * 1024,            /* bytes a second, of an upload */
    HTTP_BODY_WINDOW_MS = 30 * 1000,      /* over which that rate is measured */

    HTTP_CHUNK_LINE_MAX = 512,        /* a chunk's size with its extensions */
    HTTP_CHUNK_EXTRA_MAX = 16 * 1024, /* all extensions of one body */
    HTTP_TRAILER_MAX = 8 * 1024,      /* all trailers of one body */

    HTTP_IDLE_MS = 30 * 1000,         /* between two requests */
    HTTP_DRAIN_RATE = 1024,           /* bytes a second that a response drains at least */
    HTTP_DRAIN_WINDOW_MS = 30 * 1000, /* over which that rate is measured */
    HTTP_STALL_MS = 30 * 1000,        /* a response that makes no progress at all */
    HTTP_LINGER_MS = 2 * 1000,        /* reading on after a last answer, so that it arrives */

    HTTP_CONNECTIONS_MAX = 10 * 1000, /* of the whole server */

    /* One address (an IPv6 /64 counts as one). They do not apply to loopback and unix peers. */
    HTTP_ADDRESS_CONNECTIONS_MAX = 512,
    HTTP_ADDRESS_REQUESTS = 500, /* a second, on average: 429 */
    HTTP_ADDRESS_BURST = 2000,   /* at once */

    HTTP_PIECE = 64 * 1024,     /* a file travels in pieces of this size */
    HTTP_FILE_THREADS = 2,      /* that read and write the pieces */
    HTTP_PROXY2_MAX = 4 * 1024, /* a PROXY v2 header with its extensions */
};

struct http_limits {
    size_t head_max;
    size_t target_max;
    size_t fields_max; /* at most HTTP_FIELDS_MAX */
    int64_t head_ms;
    int64_t body_window_ms;
    int64_t idle_ms;
    uint32_t drain_rate;
    int64_t drain_window_ms;
    int64_t stall_ms;
    int64_t linger_ms;
    uint32_t connections_max;
    uint32_t address_connections_max; /* 0: no limit */
    uint32_t address_requests;        /* 0: no limit */
    uint32_t address_burst;
};

#define HTTP_LIMITS_DEFAULT                                                                        \
    ((struct http_limits){                                                                         \
        .head_max = HTTP_HEAD_MAX,                                                                 \
        .target_max = HTTP_TARGET_MAX,                                                             \
        .fields_max = HTTP_FIELDS_MAX,                                                             \
        .head_ms = HTTP_HEAD_MS,                                                                   \
        .body_window_ms = HTTP_BODY_WINDOW_MS,                                                     \
        .idle_ms = HTTP_IDLE_MS,                                                                   \
        .drain_rate = HTTP_DRAIN_RATE,                                                             \
        .drain_window_ms = HTTP_DRAIN_WINDOW_MS,                                                   \
        .stall_ms = HTTP_STALL_MS,                                                                 \
        .linger_ms = HTTP_LINGER_MS,                                                               \
        .connections_max = HTTP_CONNECTIONS_MAX,                                                   \
        .address_connections_max = HTTP_ADDRESS_CONNECTIONS_MAX,                                   \
        .address_requests = HTTP_ADDRESS_REQUESTS,                                                 \
        .address_burst = HTTP_ADDRESS_BURST,                                                       \
    })

#endif
