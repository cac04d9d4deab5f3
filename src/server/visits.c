/* Readers' requests: from the page cache when it can, by a worker when it must. */
#include "http/choose.h"
#include "http/reply.h"
#include "media/media.h"
#include "server/house.h"

/* ---- Answers
 * --------------------------------------------------------------------------------------- */

static void release_page(void *page)
{
    page_unref(page);
}

/* Takes over the reference. */
static struct http_response page_response(const struct http_request *request, struct page *page,
                                          enum encoding encoding, int64_t now)
{
    struct page_view view;
    page_view(page, encoding, now, &view);
    struct http_response response = {.status = page_status(page),
                                     .head = view.head,
                                     .body = view.body,
                                     .release = release_page,
                                     .context = page};
    if (!view.head_304.len)
        return response;
    switch (http_condition(request, view.etag, view.last_modified)) {
    case HTTP_PROCEED:
        break;
    case HTTP_NOT_MODIFIED:
        response.status = 304;
        response.head = view.head_304;
        response.body = STR_NONE;
        break;
    case HTTP_PRECONDITION_FAILED:
        page_unref(page);
        return http_error(412, STR_NONE);
    }
    return response;
}

static struct http_response fallback_response(struct page *page, enum encoding encoding)
{
    struct page_view view;
    page_view_fallback(page, encoding, &view);
    return (struct http_response){.status = page_status(page),
                                  .head = view.head,
                                  .body = view.body,
                                  .release = release_page,
                                  .context = page};
}

/* Part of a picture that lies in memory. */
static struct http_response range_response(const struct http_request *request, struct page *page,
                                           struct str file, int64_t now)
{
    struct page_view view;
    page_view(page, ENCODING_IDENTITY, now, &view);
    struct http_file about = {.fd = -1,
                              .size = view.body.len,
                              .type = media_file_type(file),
                              .etag = view.etag,
                              .last_modified = view.last_modified,
                              .fields = STR(MEDIA_FIELDS)};
    return http_bytes_response(request, &about, view.body, release_page, page);
}

/* A picture that is sent from its file in pieces. */
static struct http_response file_response(struct house *house, const struct http_request *request,
                                          struct str file)
{
    int fd;
    int64_t bytes;
    char etag[80];
    struct error error = media_open(house->folder.fd, file, &fd, &bytes);
    if (error.code != ERR_OK)
        return http_error(error_status(error.code), STR_NONE);
    (void)snprintf(etag, sizeof etag, "\"%.*s\"", STR_ARG(file));
    struct http_file about = {.fd = fd,
                              .size = (uint64_t)bytes,
                              .type = media_file_type(file),
                              .etag = str_of(etag),
                              .last_modified = NEVER,
                              .fields = STR(MEDIA_FIELDS)};
    return http_file_response(request, &about);
}

/* ---- Visits
 * ------------------------------------------------------------------------------------------ */

static void visit_link(struct visit *visit)
{
    struct house *house = visit->house;
    visit->next = house->visits;
    visit->before = &house->visits;
    if (visit->next)
        visit->next->before = &visit->next;
    house->visits = visit;
}

static void visit_unlink(struct visit *visit)
{
    *visit->before = visit->next;
    if (visit->next)
        visit->next->before = visit->before;
}

static struct http_response visit_response(struct visit *visit, struct page *page,
                                           const struct error *error)
{
    struct house *house = visit->house;
    if (page && page_kind(page) == PAGE_IN_FILE) {
        page_unref(page);
        return file_response(house, visit->request, visit->route.page.slug);
    }
    if (page && page_status(page) == 200 && visit->route.page.kind == SITE_MEDIA &&
        http_field(visit->request, STR("Range")).at)
        return range_response(visit->request, page, visit->route.page.slug,
                              clock_now(&house->clock));
    if (page)
        return page_response(visit->request, page, visit->encoding, clock_now(&house->clock));
    /* A full queue is no failure of the store: then there is no stand-in. */
    struct page *fallback =
        error->code == ERR_BUSY ? NULL : pagecache_fallback(house->cache, visit->route.canonical);
    if (fallback)
        return fallback_response(fallback, visit->encoding);
    struct site *site = house_site(house);
    struct http_response response = plain_error(site, error->code);
    site_unref(site);
    return response;
}

/* Called once, by whoever finishes the flight. */
static void visit_answer(struct waiter *waiter, struct page *page, const struct error *error)
{
    struct visit *visit = waiter->context;
    struct house *house = visit->house;
    (void)pthread_mutex_lock(&house->visits_lock);
    visit_unlink(visit);
    (void)pthread_mutex_unlock(&house->visits_lock);
    struct http_response response = visit_response(visit, page, error);
    struct http_ticket ticket = visit->ticket;
    http_complete(ticket, &response); /* the visit's memory goes with it */
}

void visits_rescue(struct house *house, struct str address, bool all)
{
    (void)pthread_mutex_lock(&house->visits_lock);
    for (struct visit *visit = house->visits, *next; visit; visit = next) {
        next = visit->next;
        if (!all && !str_eq(visit->route.canonical, address))
            continue;
        struct page *page = pagecache_fallback(house->cache, visit->route.canonical);
        if (!page)
            continue;
        if (!pagecache_leave(house->cache, &visit->waiter)) {
            page_unref(page);
            continue;
        }
        visit_unlink(visit);
        struct http_response response = fallback_response(page, visit->encoding);
        http_complete(visit->ticket, &response);
    }
    (void)pthread_mutex_unlock(&house->visits_lock);
}

/* The page isn't there: waits for a drawing, or is the one who orders it. */
static void visit_begin(struct house *house, struct http_exchange *exchange,
                        const struct route *route, enum encoding encoding)
{
    struct visit *visit = ARENA_NEW(http_arena(exchange), struct visit);
    struct page *page;
    struct flight *flight = NULL;
    visit->house = house;
    visit->request = http_request(exchange);
    visit->encoding = encoding;
    visit->waiter = (struct waiter){.answer = visit_answer, .context = visit};
    route_copy(route, &visit->route);
    visit->ticket = http_defer(exchange);
    struct http_ticket ticket = visit->ticket;
    /* Under the lock, so that nobody answers a visit that isn't in the list yet. */
    (void)pthread_mutex_lock(&house->visits_lock);
    enum ask ask = pagecache_ask(house->cache, visit->route.canonical, encoding, &visit->waiter,
                                 &page, &flight);
    if (ask != ASK_HIT)
        visit_link(visit);
    (void)pthread_mutex_unlock(&house->visits_lock);
    if (ask == ASK_HIT) {
        struct http_response response = visit_response(visit, page, NULL);
        http_complete(ticket, &response);
    }
    if (ask == ASK_DRAW)
        work_draw(house, flight);
}

static void answer_page(struct house *house, struct http_exchange *exchange,
                        const struct route *route)
{
    const struct http_request *request = http_request(exchange);
    bool media = route->page.kind == SITE_MEDIA;
    enum encoding encoding = !media && http_wants_gzip(request) ? ENCODING_GZIP : ENCODING_IDENTITY;
    struct page *page = pagecache_find(house->cache, route->canonical, encoding);
    if (!page) {
        visit_begin(house, exchange, route, encoding);
        return;
    }
    int64_t now = clock_now(&house->clock);
    struct http_response response = media && http_field(request, STR("Range")).at
                                        ? range_response(request, page, route->page.slug, now)
                                        : page_response(request, page, encoding, now);
    http_answer(exchange, &response);
}

/* ---- Doors
 * --------------------------------------------------------------------------------------------- */

static void answer_options(struct http_exchange *exchange, const struct route *route)
{
    struct http_reply reply;
    http_reply_init(&reply, 204);
    http_reply_field(&reply, STR("Allow"), route_allow(route));
    struct http_response response = http_reply_take(&reply);
    http_answer(exchange, &response);
}

static void answer_health(struct house *house, struct http_exchange *exchange)
{
    struct http_reply reply;
    http_reply_init(&reply, 200);
    http_reply_field(&reply, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    http_reply_field(&reply, STR("X-Content-Type-Options"), STR("nosniff"));
    (void)buf_str(&reply.body, atomic_load(&house->store_answers)
                                   ? STR("ok\n")
                                   : STR("ok, but the store does not answer\n"));
    struct http_response response = http_reply_take(&reply);
    http_answer(exchange, &response);
}

static void answer_none(struct house *house, struct http_exchange *exchange,
                        const struct route *route)
{
    struct http_response response;
    if (route->door == DOOR_MOVE)
        response = http_redirect(301, route->path);
    else
        response = http_not_allowed(route_allow(route));
    http_answer(exchange, &response);
}

struct http_body_rule house_body_rule(void *context, const struct http_request *request)
{
    struct route route;
    route_find(request->path, request->query, &route);
    if (route.door == DOOR_DESK && !((struct house *)context)->options->desk_listen_count)
        return desk_body_rule(request);
    if (route.door == DOOR_SIGNUP && request->method == HTTP_POST)
        return HTTP_BODY_FORM;
    return (struct http_body_rule){.action = HTTP_BODY_SKIP};
}

/* What lies in the cache under its path has gone through the route table before: most requests end
 * here. Pictures may be asked for in parts, so they take the long way. */
static bool answer_at_once(struct house *house, struct http_exchange *exchange,
                           const struct http_request *request)
{
    if (request->has_query || str_starts(request->path, STR("/media/")))
        return false;
    enum encoding encoding = http_wants_gzip(request) ? ENCODING_GZIP : ENCODING_IDENTITY;
    struct page *page = pagecache_find(house->cache, request->path, encoding);
    if (!page)
        return false;
    struct http_response response =
        page_response(request, page, encoding, clock_now(&house->clock));
    http_answer(exchange, &response);
    return true;
}

struct http_body_rule desk_house_body_rule(void *context, const struct http_request *request)
{
    struct route route;
    (void)context;
    route_find(request->path, request->query, &route);
    return route.door == DOOR_DESK ? desk_body_rule(request)
                                   : (struct http_body_rule){.action = HTTP_BODY_SKIP};
}

/* What the site's pages need when the desk previews them. */
static bool is_file(const struct site_address *address)
{
    return address->kind == SITE_ICON || address->kind == SITE_ASSET || address->kind == SITE_MEDIA;
}

void desk_house_handle(void *context, struct http_exchange *exchange)
{
    struct house *house = context;
    const struct http_request *request = http_request(exchange);
    struct route route;
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    route_find(request->path, request->query, &route);
    if (route.door == DOOR_DESK) {
        desk_door(house, exchange);
    } else if (reads && route.door == DOOR_HEALTH) {
        answer_health(house, exchange);
    } else if (reads && route.door == DOOR_PAGE && is_file(&route.page)) {
        answer_page(house, exchange, &route);
    } else {
        struct http_response response = http_redirect(303, STR("/desk"));
        http_answer(exchange, &response);
    }
}

void house_handle(void *context, struct http_exchange *exchange)
{
    struct house *house = context;
    const struct http_request *request = http_request(exchange);
    struct route route;
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    if (!atomic_load_explicit(&house->asked, memory_order_relaxed)) /* a write costs all threads */
        atomic_store_explicit(&house->asked, true, memory_order_relaxed);
    if (reads && answer_at_once(house, exchange, request))
        return;
    route_find(request->path, request->query, &route);
    if (route.door == DOOR_DESK && house->options->desk_listen_count)
        route.door = DOOR_NONE; /* it is elsewhere, and nothing here says so */
    if (route.door == DOOR_DESK) {
        desk_door(house, exchange);
    } else if (route.door == DOOR_NONE) { /* drawn like a page that isn't there, and never kept */
        route.page = (struct site_address){.kind = SITE_ASSET};
        route.canonical = STR("/assets/none");
        answer_page(house, exchange, &route);
    } else if (request->method == HTTP_OPTIONS) {
        answer_options(exchange, &route);
    } else if (route.door == DOOR_SIGNUP && request->method == HTTP_POST) {
        signup_handle(house, exchange);
    } else if (!reads || route.door == DOOR_MOVE) {
        answer_none(house, exchange, &route);
    } else if (route.door == DOOR_HEALTH) {
        answer_health(house, exchange);
    } else {
        answer_page(house, exchange, &route);
    }
}
