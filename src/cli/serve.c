#include "base/file.h"
#include "cli/cli.h"
#include "server/server.h"

#include <fcntl.h>
#include <malloc.h>

enum { MEMORY_STEP = 1 << 20, MEMORY_KEPT = 4 << 20, WORDS_MAX = 1 << 20 };

static const struct option_spec options[] = {
    {"listen", "ADDR:PORT|unix:PATH", OPTION_OFTEN,
     "where to listen (127.0.0.1:8080); may be given often"},
    {"desk-listen", "ADDR:PORT|unix:PATH", OPTION_OFTEN, "the desk listens here, and nowhere else"},
    {"desk-url", "URL", OPTION_ONCE,
     "under which the desk is seen; https makes its cookies Secure"},
    {"desk-words", "FILE", OPTION_ONCE, "the desk's words in another language, as JSON"},
    {"threads", "N", OPTION_ONCE, "event threads (the number of cores)"},
    {"cache-mb", "N", OPTION_ONCE, "memory for ready pages, in MiB (64)"},
    {"trust-proxy", "NET", OPTION_OFTEN,
     "believe proxies in this net, or 'unix', on who the reader is"},
    {"proxy-header", "KIND", OPTION_ONCE, "x-forwarded-for (default), forwarded or proxy-v2"},
    {0},
};

/* The sockets that systemd hands over, or the default. */
static size_t listen_default(struct arena *arena, struct str **ret_listen)
{
    unsigned inherited = http_inherited();
    size_t count = inherited ? inherited : 1;
    struct str *listen = ARENA_ARRAY(arena, struct str, count);
    listen[0] = STR("127.0.0.1:8080");
    for (unsigned i = 0; i < inherited; i++)
        listen[i] = arena_printf(arena, "fd:%u", 3 + i);
    *ret_listen = listen;
    return count;
}

static size_t listen_given(const struct args *args, struct str **ret_listen)
{
    size_t count;
    const char **values = args_values(args, "listen", &count);
    if (count == 0)
        return listen_default(args->arena, ret_listen);
    *ret_listen = ARENA_ARRAY(args->arena, struct str, count);
    for (size_t i = 0; i < count; i++)
        (*ret_listen)[i] = str_of(values[i]);
    return count;
}

static struct error nets(const struct args *args, struct server_options *server)
{
    size_t count;
    const char **values = args_values(args, "trust-proxy", &count);
    struct http_net *trusted = ARENA_ARRAY(args->arena, struct http_net, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct error error = http_net_parse(str_of(values[i]), &trusted[i]);
        if (error.code == ERR_INVALID)
            return usage_error("--trust-proxy %s: %s", values[i], error.why);
        TRY(error);
    }
    server->trusted = trusted;
    server->trusted_count = count;
    return NO_ERROR;
}

/* The desk's own addresses, as for a VPN. */
static struct error desk(const struct args *args, struct server_options *server)
{
    size_t count;
    const char **values = args_values(args, "desk-listen", &count);
    struct str *listen = ARENA_ARRAY(args->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        listen[i] = str_of(values[i]);
    server->desk_listen = listen;
    server->desk_listen_count = count;
    struct str url = str_of(args_value(args, "desk-url") ? args_value(args, "desk-url") : "");
    while (str_ends(url, STR("/")))
        url = str_cut(url, 0, url.len - 1);
    if (url.len && !str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
        return usage_error("--desk-url begins with https:// or http://, not '%.*s'", STR_ARG(url));
    server->desk_url = url;
    return NO_ERROR;
}

static struct error desk_words(const struct args *args, struct server_options *server)
{
    const char *file = args_value(args, "desk-words");
    return file ? file_read(AT_FDCWD, file, WORDS_MAX, args->arena, &server->desk_words) : NO_ERROR;
}

/* A page is drawn in memory that is free again when it is sent. glibc gives it back to the system
 * after every page and asks for it again for the next one, which costs more than some of the
 * drawing; so a few MB stay with the program. */
static void keep_memory(void)
{
    (void)mallopt(M_TOP_PAD, MEMORY_STEP);
    (void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
}

static struct error run(const struct args *args)
{
    struct str *listen;
    int64_t threads = 0, cache_mb = SERVER_CACHE_MB;
    struct server_options server = {.dir = args->words[0], .proxy_header = HTTP_X_FORWARDED_FOR};
    keep_memory();
    server.listen_count = listen_given(args, &listen);
    server.listen = listen;
    TRY(args_number(args, "threads", 1, SERVER_THREADS_MAX, &threads));
    TRY(args_number(args, "cache-mb", 1, SERVER_CACHE_MB_MAX, &cache_mb));
    TRY(desk(args, &server));
    TRY(desk_words(args, &server));
    server.threads = (unsigned)threads;
    server.cache_bytes = cache_mb << 20;
    TRY(nets(args, &server));
    const char *kind = args_value(args, "proxy-header");
    if (kind && !http_proxy_header_parse(str_of(kind), &server.proxy_header))
        return usage_error("--proxy-header is one of x-forwarded-for, forwarded, proxy-v2");
    if (kind && server.trusted_count == 0)
        return usage_error("--proxy-header alone believes nobody. Add --trust-proxy with the "
                           "proxy's address or network, or --trust-proxy unix");
    return server_run(&server);
}

const struct command command_serve = {
    .name = "serve",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "serve a newsroom to its readers until Ctrl-C or SIGTERM",
    .about = "Sockets handed over by systemd are used when no --listen is given.\n"
             "With --desk-listen the public addresses do not answer for the desk.\n"
             "Behind a proxy, name it by --trust-proxy, or all readers look like one.\n",
    .run = run,
};
