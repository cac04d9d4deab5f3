/* The desk's door: its queues, and the clerk who does what falls due. */
#include "base/log.h"
#include "http/reply.h"
#include "newsroom/workflow.h"
#include "server/house.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* ---- Requests ------------------------------------------------------------------------------ */

struct desk_job {
    struct job job;
    struct http_ticket ticket;
    const struct http_request *request;
};

static bool applied(void *context, int64_t change)
{
    return follow_until(context, change, APPLIED_MS);
}

static void committed(void *context)
{
    struct house *house = context;
    (void)pthread_mutex_lock(&house->due_lock);
    house->due_nudged = true;
    (void)pthread_cond_signal(&house->due_nudge);
    (void)pthread_mutex_unlock(&house->due_lock);
    darkroom_nudge(house);
}

/* The site's own renderer, for the preview of a layout that is not live. */
static struct error draw_front_with(void *context, struct store_tx *tx,
                                    const struct store_laid *laid, struct arena *arena,
                                    struct str *ret_html)
{
    struct house *house = context;
    struct reading reading;
    struct drawing drawing;
    TRY(reading_within(&reading, tx, arena, &house->clock));
    reading.layout = laid;
    struct site *site = house_site(house);
    struct error error = site_draw_front(site, &reading, &drawing);
    if (error.code == ERR_OK)
        *ret_html = arena_str(arena, drawing.body);
    reading_end(&reading);
    site_unref(site);
    return error;
}

/* A story as readers would see it. */
static struct error draw_story_with(void *context, struct store_tx *tx,
                                    const struct store_story *story,
                                    const struct store_revision *revision, struct str media,
                                    struct arena *arena, struct str *ret_html,
                                    struct str *ret_frames)
{
    struct house *house = context;
    struct reading reading;
    struct drawing drawing = {0};
    TRY(reading_within(&reading, tx, arena, &house->clock));
    reading.media = media;
    struct site *site = house_site(house);
    struct error error = site_draw_story(site, &reading, story, revision, &drawing);
    if (error.code == ERR_OK) {
        *ret_html = arena_str(arena, drawing.body);
        *ret_frames = drawing.frames;
    }
    reading_end(&reading);
    site_unref(site);
    return error;
}

/* The network in words: an IPv4 /24, an IPv6 /48. */
static struct str network_words(const struct http_address *client, struct arena *arena)
{
    char text[HTTP_ADDRESS_TEXT];
    static const unsigned char v4[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (http_address_is_loopback(client))
        return STR("this machine");
    struct http_address net = *client;
    bool is_v4 = memcmp(client->ip, v4, sizeof v4) == 0;
    memset(net.ip + (is_v4 ? 15 : 6), 0, is_v4 ? 1 : 10);
    http_address_text(&net, text);
    return arena_printf(arena, "%s/%d", text, is_v4 ? 24 : 48);
}

/* The address under which browsers see the desk: its own, else the newsroom's. */
static struct error find_url(struct worker *worker, struct str *ret_url)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct settings settings;
    struct str url = worker->house->options->desk_url;
    if (!url.len) {
        TRY(store_read(worker->store, &tx));
        TRY(settings_load(tx, worker->arena, &settings));
        url = settings.url;
    }
    *ret_url = url;
    return NO_ERROR;
}

static struct error answer(struct worker *worker, const struct http_request *request,
                           struct http_response *ret_response)
{
    struct house *house = worker->house;
    struct desk_call call = {.request = request,
                             .network = network_words(&request->client, worker->arena),
                             .arena = worker->arena,
                             .clock = &house->clock,
                             .dir_fd = house->folder.fd,
                             .applied = applied,
                             .committed = committed,
                             .draw_front = draw_front_with,
                             .draw_story = draw_story_with,
                             .context = house};
    TRY(worker_store(worker, STORE_WRITER, WRITER_BUSY_MS));
    call.store = worker->store;
    TRY(find_url(worker, &call.url));
    call.https = str_starts(call.url, STR("https://"));
    desk_handle(house->desk, &call, ret_response);
    return NO_ERROR;
}

static struct http_response failed(struct house *house, enum err code)
{
    struct site *site = house_site(house);
    struct http_response response = plain_error(site, code);
    site_unref(site);
    return response;
}

static void run(struct job *job, void *context)
{
    struct worker *worker = context;
    struct desk_job *mine = (struct desk_job *)job;
    struct http_ticket ticket = mine->ticket;
    struct http_response response;
    arena_reset(worker->arena);
    struct error error = answer(worker, mine->request, &response);
    if (error.code != ERR_OK) {
        log_error("the desk", &error);
        response = failed(worker->house, ERR_BUSY);
    }
    free(job);
    http_complete(ticket, &response);
}

void desk_door(struct house *house, struct http_exchange *exchange)
{
    struct desk_job *job = calloc(1, sizeof *job);
    if (!job)
        abort();
    job->job.run = run;
    job->request = http_request(exchange);
    job->ticket = http_defer(exchange);
    struct http_ticket ticket = job->ticket;
    if (jobs_put(house->desk_jobs[desk_queue(job->request)], &job->job, true))
        return;
    free(job);
    struct http_response response = failed(house, ERR_BUSY);
    http_complete(ticket, &response);
}

/* ---- What falls due ------------------------------------------------------------------------ */

/* Until the moment, the next nudge, or the end; false at the end. */
static bool wait_until(struct house *house, int64_t moment)
{
    int64_t ms = moment == NEVER ? DUE_LOOK_MS : moment - clock_now(&house->clock);
    struct timespec until;
    if (ms > DUE_LOOK_MS)
        ms = DUE_LOOK_MS;
    if (ms < 0)
        ms = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanos = until.tv_nsec + (ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + nanos / 1000000000;
    until.tv_nsec = nanos % 1000000000;
    (void)pthread_mutex_lock(&house->due_lock);
    int rc = 0;
    while (!house->due_nudged && rc != ETIMEDOUT && !atomic_load(&house->stopping))
        rc = pthread_cond_timedwait(&house->due_nudge, &house->due_lock, &until);
    house->due_nudged = false;
    (void)pthread_mutex_unlock(&house->due_lock);
    return !atomic_load(&house->stopping);
}

static struct error do_due(struct worker *worker, int64_t *ret_next)
{
    arena_reset(worker->arena);
    TRY(worker_store(worker, STORE_WRITER, WRITER_BUSY_MS));
    return workflow_run_due(worker->store, &worker->house->clock, worker->arena, ret_next);
}

static void *clerk(void *context)
{
    struct house *house = context;
    struct worker worker = {.house = house, .arena = arena_new()};
    int64_t next;
    enum err last = ERR_OK;
    do {
        next = NEVER;
        struct error error = do_due(&worker, &next);
        if (error.code != ERR_OK) {
            next = clock_now(&house->clock) + 1000;
            if (error.code != last)
                log_error("doing what falls due", &error);
        }
        last = error.code;
    } while (wait_until(house, next));
    store_close(worker.store);
    arena_free(worker.arena);
    return NULL;
}

/* ---- Threads ------------------------------------------------------------------------------- */

void desk_start(struct house *house)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&house->due_lock, NULL);
    (void)pthread_cond_init(&house->due_nudge, &monotonic);
    (void)pthread_cond_init(&house->picture_nudge, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    for (size_t i = 0; i < DESK_QUEUES; i++) {
        house->desk_jobs[i] = jobs_new(DESK_JOBS_MAX);
        for (size_t j = 0; j < DESK_THREADS; j++)
            worker_start(house, &house->desk_workers[i * DESK_THREADS + j], house->desk_jobs[i]);
    }
    if (pthread_create(&house->clerk, NULL, clerk, house))
        abort();
    darkroom_start(house);
}

void desk_stop(struct house *house)
{
    (void)pthread_mutex_lock(&house->due_lock);
    atomic_store(&house->stopping, true);
    (void)pthread_cond_signal(&house->due_nudge);
    (void)pthread_mutex_unlock(&house->due_lock);
    darkroom_stop(house);
    (void)pthread_join(house->clerk, NULL);
    for (size_t i = 0; i < DESK_QUEUES; i++)
        jobs_stop(house->desk_jobs[i]);
    for (size_t i = 0; i < DESK_QUEUES * DESK_THREADS; i++)
        worker_stop(&house->desk_workers[i]);
    for (size_t i = 0; i < DESK_QUEUES; i++)
        jobs_free(house->desk_jobs[i]);
    (void)pthread_mutex_destroy(&house->due_lock);
    (void)pthread_cond_destroy(&house->due_nudge);
    (void)pthread_cond_destroy(&house->picture_nudge);
}
