/* The server: everything wired together, run until it is told to stop. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/clock.h"
#include "base/error.h"
#include "http/http.h"

#include <stddef.h>
#include <stdint.h>

enum { SERVER_CACHE_MB = 64, SERVER_CACHE_MB_MAX = 1 << 20, SERVER_THREADS_MAX = 256 };

struct server_options {
    const char *dir; /* the newsroom's folder */
    /* As in http/http.h: "127.0.0.1:8080", "unix:PATH", "fd:3". At least one. */
    const struct str *listen;
    size_t listen_count;
    const struct str *desk_listen; /* the same for the desk alone; then only there */
    size_t desk_listen_count;      /* 0: the desk is at /desk of the others */
    unsigned threads;              /* 0: the number of cores */
    int64_t cache_bytes;
    struct str desk_url;   /* under which the desk is seen; empty: the newsroom's own */
    struct str desk_words; /* a catalogue in place of the desk's English one; empty: none */
    const struct http_net *trusted;
    size_t trusted_count;
    enum http_proxy_header proxy_header;
    struct clock clock; /* left zero: the system's */
};

/* Serves until SIGTERM or SIGINT, then finishes what is under way and returns NO_ERROR. Writes
 * "Serving NAME at ADDRESS" lines to the log when it is ready. ERR_SERVER_RUNS when another server
 * runs on the folder. The options, with all they point at, must live until it returns. */
MUST_USE struct error server_run(const struct server_options *options);

#endif
