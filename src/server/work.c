/* Workers: draw pages from the store, with one connection each. */
#include "base/log.h"
#include "http/reply.h"
#include "server/house.h"

#include <stdlib.h>

/* ---- Heads
 * ----------------------------------------------------------------------------------------- */

#define PAGE_POLICY                                                                                \
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; "              \
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
#define FILE_POLICY "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'"
#define COMMON_FIELDS                                                                              \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
/* No Cross-Origin-Opener-Policy: these pages have no script and know nobody, so it would guard
 * nothing, and a browser that meets it begins another process before it draws the page. */
#define PAGE_FIELDS                                                                                \
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"         \
    "X-Frame-Options: DENY\r\n"

static void put_location(struct buf *head, const struct drawing *drawing, struct str url)
{
    if (drawing->location.len)
        (void)buf_printf(head, "Location: %.*s\r\n", STR_ARG(drawing->location));
    if (str_starts(url, STR("https://")))
        (void)buf_str(head, STR("Strict-Transport-Security: max-age=31536000\r\n"));
}

/* Status line and fields of what was drawn, but for those that the page cache adds. */
static void put_head(struct buf *head, const struct drawing *drawing, bool keep, struct str url)
{
    (void)buf_printf(head, "HTTP/1.1 %d %.*s\r\n", drawing->status,
                     STR_ARG(http_status_phrase(drawing->status)));
    (void)buf_printf(head, "Content-Type: %.*s\r\n", STR_ARG(drawing->type));
    if (str_starts(drawing->type, STR("image/")) && drawing->lasting) {
        (void)buf_str(head, STR(MEDIA_FIELDS "Accept-Ranges: bytes\r\n"));
        return;
    }
    (void)buf_str(head, !keep              ? STR("Cache-Control: no-store\r\n")
                        : drawing->lasting ? STR("Cache-Control: public, max-age=31536000, "
                                                 "immutable\r\n")
                                           : STR("Cache-Control: no-cache\r\n"));
    (void)buf_str(head, STR(COMMON_FIELDS));
    if (!drawing->html)
        (void)buf_str(head, STR(FILE_POLICY "\r\n"));
    else if (drawing->frames.len)
        (void)buf_printf(head, PAGE_POLICY "; script-src 'self'; frame-src %.*s\r\n" PAGE_FIELDS,
                         STR_ARG(drawing->frames));
    else
        (void)buf_str(head, STR(PAGE_POLICY "\r\n" PAGE_FIELDS));
    put_location(head, drawing, url);
}

struct error drawing_page(struct house *house, const struct drawing *drawing,
                          const struct reading *reading, struct page **ret_page)
{
    BUF_AUTO struct buf head = BUF_INIT(PAGE_HEAD_MAX);
    struct str url = reading ? reading->settings.url : STR_NONE;
    /* 404s and redirects may be asked again at once: a story may be published there. */
    put_head(&head, drawing, true, url);
    struct page_draft draft = {
        .status = drawing->status,
        .head = buf_slice(&head),
        .body = drawing->body,
        .compressible = drawing->compressible,
        .uncacheable = drawing->uncacheable,
        .kind = drawing->file.len ? PAGE_IN_FILE : PAGE_DRAWN,
        .change = reading ? reading->change : INT64_MAX,
        .drawn_at = reading ? reading->now : clock_now(&house->clock),
        .expires_at = reading ? reading->wrong_at : NEVER,
        .keys = reading ? keys_array(&reading->keys) : NULL,
        .key_count = reading ? keys_count(&reading->keys) : 0,
    };
    return page_new(house->cache, &draft, ret_page);
}

struct http_response drawing_response(const struct drawing *drawing, struct str url)
{
    BUF_AUTO struct buf head = BUF_INIT(PAGE_HEAD_MAX);
    put_head(&head, drawing, false, url);
    struct http_reply reply;
    http_reply_init(&reply, drawing->status);
    struct str rest = buf_slice(&head), line;
    (void)str_split(&rest, '\n', &line); /* the status line */
    while (rest.len && str_split(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon > 0)
            http_reply_field(&reply, str_cut(line, 0, (size_t)colon),
                             str_trim(str_from(line, (size_t)colon + 1)));
    }
    (void)buf_str(&reply.body, drawing->body);
    return http_reply_take(&reply);
}

struct http_response plain_error(const struct site *site, enum err code)
{
    int status = error_status(code) == 503 ? 503 : 500;
    struct http_reply reply;
    http_reply_init(&reply, status);
    http_reply_field(&reply, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    http_reply_field(&reply, STR("X-Content-Type-Options"), STR("nosniff"));
    if (status == 503) {
        char seconds[16];
        (void)snprintf(seconds, sizeof seconds, "%d", RETRY_AFTER_S);
        http_reply_field(&reply, STR("Retry-After"), str_of(seconds));
    }
    (void)buf_str(&reply.body, site_plain_error(site, status));
    return http_reply_take(&reply);
}

/* ---- Drawing
 * --------------------------------------------------------------------------------------- */

struct error worker_store(struct worker *worker, enum store_role role, int busy_ms)
{
    struct house *house = worker->house;
    uint64_t generation = atomic_load(&house->generation);
    struct store_options options = {.role = role, .busy_ms = busy_ms, .leave_checkpoints = true};
    if (worker->store && worker->generation == generation)
        return NO_ERROR;
    store_close(worker->store);
    worker->store = NULL;
    TRY(store_open(house->folder.path, &options, &worker->store));
    worker->generation = generation;
    return NO_ERROR;
}

static void call_begins(struct worker *worker, struct str address)
{
    (void)pthread_mutex_lock(&worker->lock);
    worker->address_len = address.len < CANONICAL_MAX ? address.len : 0;
    memcpy(worker->address, address.at, worker->address_len);
    (void)pthread_mutex_unlock(&worker->lock);
    atomic_store(&worker->called_at, clock_monotonic());
}

static void call_ends(struct worker *worker)
{
    atomic_store(&worker->called_at, 0);
}

/* One drawing from one snapshot. */
static struct error draw_from_store(struct worker *worker, struct flight *flight,
                                    const struct site *site, const struct site_address *address,
                                    struct page **ret_page)
{
    struct house *house = worker->house;
    struct reading reading;
    struct drawing drawing;
    TRY(worker_store(worker, STORE_READER, READER_BUSY_MS));
    TRY(reading_begin(&reading, worker->store, worker->arena, &house->clock));
    if (flight)
        flight_began(house->cache, flight, reading.change);
    struct error error = site_draw(site, &reading, house->folder.fd, address, &drawing);
    if (error.code == ERR_OK)
        error = drawing_page(house, &drawing, &reading, ret_page);
    reading_end(&reading);
    return error;
}

struct error worker_draw(struct worker *worker, struct flight *flight, struct str address,
                         struct page **ret_page)
{
    struct house *house = worker->house;
    struct route route;
    struct drawing drawing;
    struct str path = address, query = STR_NONE;
    ptrdiff_t question = str_find_char(address, '?');
    if (question >= 0) {
        path = str_cut(address, 0, (size_t)question);
        query = str_from(address, (size_t)question + 1);
    }
    route_find(path, query, &route);
    struct site *site = house_site(house);
    struct error error;
    if (site_asset(site, &route.page, &drawing)) {
        error = drawing_page(house, &drawing, NULL, ret_page);
    } else {
        call_begins(worker, address);
        error = draw_from_store(worker, flight, site, &route.page, ret_page);
        call_ends(worker);
    }
    site_unref(site);
    return error;
}

struct draw_job {
    struct job job;
    struct flight *flight;
};

static void draw_run(struct job *job, void *context)
{
    struct worker *worker = context;
    struct house *house = worker->house;
    struct flight *flight = ((struct draw_job *)job)->flight;
    free(job);
    if (pagecache_compress(house->cache, flight))
        return;
    while (flight) {
        struct page *page = NULL;
        arena_reset(worker->arena);
        struct error error = worker_draw(worker, flight, flight_address(flight), &page);
        if (error.code != ERR_OK && error_status(error.code) == 500)
            log_error("drawing a page", &error);
        flight = pagecache_finish(house->cache, flight, page, &error);
    }
}

void work_draw(struct house *house, struct flight *flight)
{
    struct draw_job *job = calloc(1, sizeof *job);
    if (!job)
        abort();
    job->job.run = draw_run;
    job->flight = flight;
    if (jobs_put(house->drawings, &job->job, true))
        return;
    free(job);
    struct error busy = error_make(ERR_BUSY, NULL, NULL);
    flight = pagecache_finish(house->cache, flight, NULL, &busy);
    (void)flight; /* without a page there is no second flight */
}

/* ---- Threads
 * ------------------------------------------------------------------------------------------ */

static void *work(void *context)
{
    struct worker *worker = context;
    for (struct job *job; (job = jobs_take(worker->jobs));)
        job->run(job, worker);
    store_close(worker->store);
    worker->store = NULL;
    return NULL;
}

void worker_start(struct house *house, struct worker *worker, struct jobs *jobs)
{
    worker->house = house;
    worker->jobs = jobs;
    worker->arena = arena_new();
    (void)pthread_mutex_init(&worker->lock, NULL);
    if (pthread_create(&worker->thread, NULL, work, worker))
        abort();
}

void worker_stop(struct worker *worker)
{
    (void)pthread_join(worker->thread, NULL);
    arena_free(worker->arena);
    (void)pthread_mutex_destroy(&worker->lock);
}

void workers_start(struct house *house)
{
    house->workers = calloc(house->worker_count, sizeof *house->workers);
    if (!house->workers)
        abort();
    for (size_t i = 0; i < house->worker_count; i++)
        worker_start(house, &house->workers[i], house->drawings);
    worker_start(house, &house->writer, house->forms);
}

void workers_stop(struct house *house)
{
    jobs_stop(house->drawings);
    jobs_stop(house->forms);
    for (size_t i = 0; i < house->worker_count; i++)
        worker_stop(&house->workers[i]);
    worker_stop(&house->writer);
    free(house->workers);
}
