#include "server/server.h"
#include "base/log.h"
#include "render/feeds.h"
#include "server/house.h"
#include "text/load.h"

#include <signal.h>

struct site *house_site(struct house *house)
{
    (void)pthread_mutex_lock(&house->site_lock);
    struct site *site = site_ref(house->site);
    (void)pthread_mutex_unlock(&house->site_lock);
    return site;
}

/* SIGTERM and SIGINT are waited for by the one thread that runs the server. */
static sigset_t block_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return set;
}

/* Reads what the start needs: the change number and the newsroom's name. */
static struct error look_in(struct house *house, struct arena *arena, int64_t *ret_number,
                            struct str *ret_name)
{
    struct store_options options = {
        .role = STORE_WRITER, .busy_ms = WRITER_BUSY_MS, .leave_checkpoints = true};
    struct store *store = NULL;
    struct reading reading;
    TRY(store_open(house->folder.path, &options, &store));
    struct error error = reading_begin(&reading, store, arena, &house->clock);
    if (error.code == ERR_OK) {
        *ret_number = reading.change;
        reading_settings(&reading, SETTINGS_SITE);
        *ret_name = reading.settings.name;
        reading_end(&reading);
    }
    store_close(store);
    return error;
}

static struct error start_http(struct house *house)
{
    const struct server_options *given = house->options;
    struct http_app app = {.context = house, .body_rule = house_body_rule, .handle = house_handle};
    struct http_options options = HTTP_OPTIONS_DEFAULT;
    options.listen = given->listen;
    options.listen_count = given->listen_count;
    options.threads = given->threads;
    options.clock = house->clock;
    options.trusted = given->trusted;
    options.trusted_count = given->trusted_count;
    options.proxy_header = given->proxy_header;
    TRY(http_server_start(&app, &options, &house->http));
    if (!given->desk_listen_count)
        return NO_ERROR;
    options.listen = given->desk_listen;
    options.listen_count = given->desk_listen_count;
    app.body_rule = desk_house_body_rule;
    app.handle = desk_house_handle;
    return http_server_start(&app, &options, &house->desk_http);
}

static void run_until_told(struct house *house, const sigset_t *signals)
{
    int signal_number;
    for (size_t i = 0; http_server_address(house->http, i).len; i++)
        log_info("Serving %.*s at %.*s", STR_ARG(house->name),
                 STR_ARG(http_server_address(house->http, i)));
    for (size_t i = 0; house->desk_http && http_server_address(house->desk_http, i).len; i++)
        log_info("Serving the desk at %.*s", STR_ARG(http_server_address(house->desk_http, i)));
    (void)sigwait(signals, &signal_number);
    log_info("Stopping: finishing what is under way");
}

/* Sockets, and what follows them. */
static struct error serve(struct house *house, const sigset_t *signals)
{
    /* Commands can ask before the first and until after the last page is served. */
    struct error error = control_start(&house->folder, follow_applied, house, &house->control);
    if (error.code == ERR_OK)
        error = start_http(house);
    if (error.code == ERR_OK)
        run_until_told(house, signals);
    if (house->desk_http)
        (void)http_server_stop(house->desk_http, STOP_MS);
    if (house->http)
        (void)http_server_stop(house->http, STOP_MS);
    control_stop(house->control);
    return error;
}

/* What the house holds in memory, from the number of the store's last change on. */
static void furnish(struct house *house, int64_t number)
{
    const struct server_options *options = house->options;
    struct pagecache_options cache = {
        .bytes = (size_t)options->cache_bytes, .clock = &house->clock, .change = number};
    house->cache = pagecache_new(&cache);
    house->signups = quota_new();
    house->drawings = jobs_new(JOBS_MAX);
    house->forms = jobs_new(FORMS_MAX);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    house->worker_count = options->threads ? options->threads : cores > 0 ? (size_t)cores : 1;
    if (house->worker_count < 2)
        house->worker_count = 2; /* one stuck call must not stop all others */
    (void)pthread_mutex_init(&house->site_lock, NULL);
    (void)pthread_mutex_init(&house->visits_lock, NULL);
    atomic_store(&house->store_answers, true);
    workers_start(house);
    follow_start(house);
    desk_start(house);
}

struct error house_open(struct house *house, const struct server_options *options,
                        struct arena *arena)
{
    FOLDER_AUTO struct folder folder = FOLDER_NONE;
    int64_t number;
    *house = (struct house){.options = options, .clock = options->clock};
    TRY(folder_open(options->dir, &folder));
    TRY(folder_lock(&folder));
    house->folder = folder;
    TRY(look_in(house, arena, &number, &house->name));
    TRY(desk_load(options->desk_words, &house->desk));
    TRY(site_load(options->dir, &house->site));
    folder = FOLDER_NONE;
    furnish(house, number);
    return NO_ERROR;
}

void house_close(struct house *house)
{
    desk_stop(house);
    follow_stop(house);
    workers_stop(house);
    http_server_free(house->desk_http);
    http_server_free(house->http);
    jobs_free(house->drawings);
    jobs_free(house->forms);
    quota_free(house->signups);
    pagecache_free(house->cache);
    site_unref(house->site);
    desk_free(house->desk);
    (void)pthread_mutex_destroy(&house->site_lock);
    (void)pthread_mutex_destroy(&house->visits_lock);
    folder_close(&house->folder);
}

struct error server_run(const struct server_options *options)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct house house;
    sigset_t signals = block_signals();
    text_load();
    feeds_load();
    TRY(house_open(&house, options, arena));
    struct error error = serve(&house, &signals);
    house_close(&house);
    return error;
}
