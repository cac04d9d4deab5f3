#include "http/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THREADS_MAX = 256, OTHER_DESCRIPTORS = 1024 };

struct http_server *server_new(const struct http_app *app, const struct http_options *options,
                               unsigned loops)
{
    struct http_server *server = calloc(1, sizeof *server);
    struct loop *all = calloc(loops, sizeof *all);
    if (!server || !all)
        abort();
    server->app = *app;
    server->limits = options->limits;
    server->clock = options->clock;
    server->no_ring = options->no_ring;
    server->arena = arena_new();
    struct http_net *nets = ARENA_ARRAY(server->arena, struct http_net, options->trusted_count);
    if (options->trusted_count)
        memcpy(nets, options->trusted, options->trusted_count * sizeof *nets);
    server->trust = (struct http_trust){nets, options->trusted_count, options->proxy_header};
    server->pool = pool_new(options->temporary);
    server->peers = peers_new(&server->limits);
    server->loops = all;
    server->loop_count = loops;
    for (unsigned i = 0; i < loops; i++)
        loop_init(&all[i], server, i);
    return server;
}

bool server_stopping(const struct http_server *server)
{
    return atomic_load(&server->stopping);
}

static struct error bind_all(struct http_server *server, const struct http_options *options)
{
    server->bound = ARENA_ARRAY(server->arena, struct bound, options->listen_count);
    for (size_t i = 0; i < options->listen_count; i++) {
        TRY(listen_on(options->listen[i], server->arena, &server->bound[i]));
        server->bound_count++;
    }
    return NO_ERROR;
}

static struct error start_loop(struct http_server *server, struct loop *loop)
{
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    loop->listeners = calloc(server->bound_count, sizeof *loop->listeners);
    if (!loop->listeners)
        abort();
    for (size_t i = 0; i < server->bound_count; i++)
        loop->listeners[i] =
            (struct listener){{SOURCE_LISTENER}, server->bound[i].fd, server->bound[i].local};
    loop->listener_count = server->bound_count;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &loop->wake_source};
    if (loop->epoll < 0 || loop->wake < 0 ||
        epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) < 0 || !loop_listen(loop))
        return error_errno("Starting the server");
    int failed = pthread_create(&loop->thread, NULL, loop_main, loop);
    if (failed) {
        errno = failed;
        return error_errno("Starting the server");
    }
    server->started++;
    return NO_ERROR;
}

static struct error start(struct http_server *server, const struct http_options *options)
{
    TRY(bind_all(server, options));
    for (unsigned i = 0; i < server->loop_count; i++)
        TRY(start_loop(server, &server->loops[i]));
    return NO_ERROR;
}

/* As many descriptors as the connections may need, when the system lets us. */
static void raise_descriptors(const struct http_limits *limits)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)limits->connections_max + OTHER_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* refused: fewer connections then */
}

struct error http_server_start(const struct http_app *app, const struct http_options *options,
                               struct http_server **ret_server)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads ? options->threads : cores > 0 ? (unsigned)cores : 1;
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    raise_descriptors(&options->limits);
    struct http_server *server = server_new(app, options, threads);
    struct error error = start(server, options);
    if (error.code != ERR_OK) {
        (void)http_server_stop(server, 0);
        http_server_free(server);
        return error;
    }
    *ret_server = server;
    return NO_ERROR;
}

struct str http_server_address(const struct http_server *server, size_t i)
{
    return i < server->bound_count ? server->bound[i].address : STR_NONE;
}

static void wake(struct loop *loop)
{
    uint64_t one = 1;
    ssize_t n = write(loop->wake, &one, sizeof one);
    (void)n; /* a full counter wakes too */
}

unsigned http_server_stop(struct http_server *server, int64_t ms)
{
    unsigned cut = 0;
    if (atomic_load(&server->stopping))
        return 0;
    atomic_store(&server->stop_at, clock_monotonic() + ms);
    atomic_store(&server->stopping, true);
    for (unsigned i = 0; i < server->started; i++)
        wake(&server->loops[i]);
    /* Soon: an event thread does nothing long. Then new connections are refused, not left waiting.
     */
    while (atomic_load(&server->unlistened) < server->started)
        (void)usleep(1000);
    for (size_t i = 0; i < server->bound_count; i++)
        listen_close(&server->bound[i]);
    for (unsigned i = 0; i < server->started; i++) {
        (void)pthread_join(server->loops[i].thread, NULL);
        cut += server->loops[i].cut;
    }
    return cut;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    pool_end(server->pool);
    for (unsigned i = 0; i < server->loop_count; i++)
        loop_release(&server->loops[i]);
    free(server->loops);
    pool_free(server->pool);
    peers_free(server->peers);
    arena_free(server->arena);
    free(server);
}

struct http_counts http_server_counts(const struct http_server *server)
{
    struct http_counts sum = {.open = atomic_load(&server->open)};
    for (unsigned i = 0; i < server->loop_count; i++) {
        const struct counts *counts = &server->loops[i].counts;
        sum.requests += atomic_load_explicit(&counts->requests, memory_order_relaxed);
        sum.refused += atomic_load_explicit(&counts->refused, memory_order_relaxed);
        sum.bytes_in += atomic_load_explicit(&counts->bytes_in, memory_order_relaxed);
        sum.bytes_out += atomic_load_explicit(&counts->bytes_out, memory_order_relaxed);
        sum.accepted += atomic_load_explicit(&counts->accepted, memory_order_relaxed);
        sum.shed += atomic_load_explicit(&counts->shed, memory_order_relaxed);
        sum.timed_out += atomic_load_explicit(&counts->timed_out, memory_order_relaxed);
    }
    return sum;
}
