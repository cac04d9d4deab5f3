/* Fresh renderings, and whether what was served equals them. */
#include "tests/oracle/oracle.h"

#include <libdeflate.h>
#include <stdarg.h>
#include <stdlib.h>

enum { ANSWER_MAX = 16 << 20, FAILURES_MOST = 5, CONTEXT = 100 };

/* ---- Failing ----------------------------------------------------------------------------------
 */

void oracle_fail(struct oracle *oracle, const char *format, ...)
{
    if (atomic_fetch_add(&oracle->failures, 1) >= FAILURES_MOST)
        return;
    (void)pthread_mutex_lock(&oracle->notes_lock);
    (void)fprintf(stderr, "\noracle FAILED, seed %llu, after %llu changes, time %lld: ",
                  (unsigned long long)oracle->seed, (unsigned long long)oracle->changes,
                  (long long)atomic_load(&oracle->time.at));
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fprintf(stderr, "\nThe last changes, newest first:\n");
    for (size_t i = 0; i < NOTES_KEPT && i < oracle->note_count; i++)
        (void)fprintf(stderr, "    %s\n", oracle->notes[(oracle->note_count - 1 - i) % NOTES_KEPT]);
    (void)pthread_mutex_unlock(&oracle->notes_lock);
}

/* Where two texts part. */
static void show_difference(struct str served, struct str fresh)
{
    size_t at = 0;
    while (at < served.len && at < fresh.len && served.at[at] == fresh.at[at])
        at++;
    size_t from = at > CONTEXT ? at - CONTEXT : 0;
    if (!str_is_utf8(served)) /* a picture, a compressed form */
        served = STR("(not text)");
    (void)fprintf(stderr, "They part at byte %zu of %zu and %zu:\n  served: %.*s\n  fresh:  %.*s\n",
                  at, served.len, fresh.len, STR_ARG(str_cut(served, from, at + CONTEXT)),
                  STR_ARG(str_cut(fresh, from, at + CONTEXT)));
}

/* ---- Fresh renderings -------------------------------------------------------------------------
 */

void fresh_open(struct fresh *fresh, struct oracle *oracle)
{
    const struct house *house = oracle->house;
    struct pagecache_options options = {.clock = &house->clock};
    *fresh = (struct fresh){.house = {.options = house->options,
                                      .clock = house->clock,
                                      .folder = house->folder,
                                      .cache = pagecache_new(&options)}};
    fresh->worker.house = &fresh->house;
    fresh->worker.arena = arena_new();
    (void)pthread_mutex_init(&fresh->house.site_lock, NULL);
    (void)pthread_mutex_init(&fresh->worker.lock, NULL);
}

void fresh_close(struct fresh *fresh)
{
    store_close(fresh->worker.store);
    arena_free(fresh->worker.arena);
    pagecache_free(fresh->house.cache);
    (void)pthread_mutex_destroy(&fresh->house.site_lock);
    (void)pthread_mutex_destroy(&fresh->worker.lock);
}

struct page *fresh_draw(struct fresh *fresh, struct oracle *oracle, struct str address)
{
    struct page *page = NULL;
    fresh->house.site = house_site(oracle->house);
    arena_reset(fresh->worker.arena);
    FINE(worker_draw(&fresh->worker, NULL, address, &page));
    site_unref(fresh->house.site);
    return page;
}

/* ---- Pages ------------------------------------------------------------------------------------
 */

static bool views_equal(const struct page_view *a, const struct page_view *b, const char **ret_why)
{
    *ret_why = !str_eq(a->head, b->head)           ? "the head"
               : !str_eq(a->head_304, b->head_304) ? "the head of a 304"
               : !str_eq(a->etag, b->etag)         ? "the ETag"
               : a->encoding != b->encoding        ? "the encoding"
               : !str_eq(a->body, b->body)         ? "the body"
                                                   : NULL;
    return !*ret_why;
}

bool page_equal(struct page *a, struct page *b, const char **ret_why)
{
    struct page_view x, y;
    *ret_why = "the status";
    if (page_status(a) != page_status(b))
        return false;
    page_view(a, ENCODING_IDENTITY, 0, &x);
    page_view(b, ENCODING_IDENTITY, 0, &y);
    if (!views_equal(&x, &y, ret_why))
        return false;
    page_view_fallback(a, ENCODING_IDENTITY, &x);
    page_view_fallback(b, ENCODING_IDENTITY, &y);
    if (!views_equal(&x, &y, ret_why))
        return false;
    if (!page_has(a, ENCODING_GZIP))
        return true;
    page_compress(b);
    page_view(a, ENCODING_GZIP, 0, &x);
    page_view(b, ENCODING_GZIP, 0, &y);
    return views_equal(&x, &y, ret_why);
}

void page_verify(struct oracle *oracle, struct fresh *fresh, struct str address, struct page *page)
{
    const char *why;
    PAGE_AUTO struct page *new = fresh_draw(fresh, oracle, address);
    bool equal = page_equal(page, new, &why);
    if (equal && page_expires_at(page) == page_expires_at(new))
        return;
    struct page_view served, drawn;
    page_view(page, ENCODING_IDENTITY, 0, &served);
    page_view(new, ENCODING_IDENTITY, 0, &drawn);
    oracle_fail(oracle, "%.*s, drawn at change %lld, now %lld: %s is wrong", STR_ARG(address),
                (long long)page_change(page), (long long)page_change(new),
                equal ? "the moment of its expiry" : why);
    if (!equal)
        show_difference(served.body, drawn.body);
}

struct verifying {
    struct oracle *oracle;
    struct fresh *fresh;
    size_t count;
};

static void verify_page(void *context, struct str address, struct page *page)
{
    struct verifying *verifying = context;
    page_verify(verifying->oracle, verifying->fresh, address, page);
    verifying->count++;
}

size_t cache_verify(struct oracle *oracle, struct fresh *fresh)
{
    struct verifying verifying = {.oracle = oracle, .fresh = fresh};
    pagecache_each(oracle->house->cache, verify_page, &verifying);
    oracle->verified += verifying.count;
    return verifying.count;
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

void answer_release(struct answer *answer)
{
    buf_release(&answer->bytes);
}

bool ask(struct oracle *oracle, struct str address, bool gzip, struct str etag,
         struct answer *ret_answer)
{
    struct http_app app = {
        .context = oracle->house, .body_rule = house_body_rule, .handle = house_handle};
    struct http_options options = HTTP_OPTIONS_DEFAULT;
    BUF_AUTO struct buf request = BUF_INIT(8192);
    options.clock = oracle->house->clock;
    (void)buf_printf(&request, "GET %.*s HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n",
                     STR_ARG(address));
    if (gzip)
        (void)buf_str(&request, STR("Accept-Encoding: gzip\r\n"));
    if (etag.len)
        (void)buf_printf(&request, "If-None-Match: %.*s\r\n", STR_ARG(etag));
    (void)buf_str(&request, STR("\r\n"));
    *ret_answer = (struct answer){.bytes = BUF_INIT(ANSWER_MAX)};
    struct error error =
        http_loopback(&app, &options, NULL, buf_slice(&request), &ret_answer->bytes);
    atomic_fetch_add(&oracle->asked, 1);
    if (error.code != ERR_OK ||
        !http_view_parse(buf_slice(&ret_answer->bytes), false, &ret_answer->view)) {
        oracle_fail(oracle, "%.*s: no whole answer: %s", STR_ARG(address), error_name(error.code));
        return false;
    }
    if (http_view_field(&ret_answer->view, STR("Stoppress-Fallback")).at)
        atomic_fetch_add(&oracle->fallbacks, 1);
    else if (ret_answer->view.status >= 500)
        oracle_fail(oracle, "%.*s: %d", STR_ARG(address), ret_answer->view.status);
    return true;
}

static bool is_fallback(const struct answer *answer)
{
    return http_view_field(&answer->view, STR("Stoppress-Fallback")).at != NULL;
}

static void check_token(struct oracle *oracle, uint64_t serial, struct str address, uint64_t since)
{
    if (serial >= SERIALS_MAX)
        return;
    uint64_t superseded = atomic_load(&oracle->superseded[serial]);
    if (superseded && superseded <= since)
        oracle_fail(oracle,
                    "%.*s shows the text zq%lluz, which acknowledgement %llu took away, to a "
                    "reader who asked after acknowledgement %llu",
                    STR_ARG(address), (unsigned long long)serial, (unsigned long long)superseded,
                    (unsigned long long)since);
}

/* All whole tokens; one that was cut short says nothing. */
static void check_tokens(struct oracle *oracle, struct str text, struct str address, uint64_t since)
{
    for (ptrdiff_t at; (at = str_find(text, STR("zq"))) >= 0;) {
        uint64_t serial = 0;
        text = str_from(text, (size_t)at + 2);
        size_t n = 0;
        while (n < text.len && n < 9 && text.at[n] >= '0' && text.at[n] <= '9')
            serial = serial * 10 + (uint64_t)(text.at[n++] - '0');
        if (n > 0 && n < text.len && text.at[n] == 'z')
            check_token(oracle, serial, address, since);
    }
}

static void check_compressed(struct oracle *oracle, struct str body, struct str address,
                             uint64_t since)
{
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    char *text = malloc(ANSWER_MAX);
    size_t len = 0;
    if (!decompressor || !text)
        abort();
    if (libdeflate_gzip_decompress(decompressor, body.at, body.len, text, ANSWER_MAX, &len) !=
        LIBDEFLATE_SUCCESS)
        oracle_fail(oracle, "%.*s: the gzip form is broken", STR_ARG(address));
    check_tokens(oracle, str_n(text, len), address, since);
    free(text);
    libdeflate_free_decompressor(decompressor);
}

void answer_check_facts(struct oracle *oracle, const struct answer *answer, struct str address,
                        uint64_t since)
{
    if (is_fallback(answer))
        return;
    if (str_eq(http_view_field(&answer->view, STR("Content-Encoding")), STR("gzip")))
        check_compressed(oracle, answer->view.body, address, since);
    else if (!str_starts(address, STR("/media/")))
        check_tokens(oracle, answer->view.body, address, since);
}

/* The head without what the engine adds and without Last-Modified. */
static void strip_head(struct str head, struct buf *out)
{
    static const struct str left_out[] = {STR_INIT("date:"), STR_INIT("connection:"),
                                          STR_INIT("last-modified:")};
    for (struct str line; head.len && str_split(&head, '\n', &line);) {
        bool skip = line.len <= 1; /* the empty line */
        for (size_t i = 0; i < 3 && !skip; i++)
            skip = str_eq_nocase(str_cut(line, 0, left_out[i].len), left_out[i]);
        if (!skip)
            (void)buf_printf(out, "%.*s\n", STR_ARG(line));
    }
}

void answer_check_page(struct oracle *oracle, const struct answer *answer, struct str address,
                       bool gzip, struct page *page)
{
    struct page_view view;
    if (is_fallback(answer) || page_kind(page) == PAGE_IN_FILE)
        return;
    if (gzip)
        page_compress(page);
    page_view(page, gzip ? ENCODING_GZIP : ENCODING_IDENTITY, 0, &view);
    bool unmodified = answer->view.status == 304;
    BUF_AUTO struct buf head = BUF_INIT(64 * 1024);
    strip_head(answer->view.head, &head);
    atomic_fetch_add(&oracle->compared, 1);
    atomic_fetch_add(&oracle->not_modified, unmodified);
    struct str wanted = unmodified ? view.head_304 : view.head;
    if (!str_eq(buf_slice(&head), wanted)) {
        oracle_fail(oracle, "%.*s: another head than a fresh rendering", STR_ARG(address));
        show_difference(buf_slice(&head), wanted);
    } else if (!unmodified && !str_eq(answer->view.body, view.body)) {
        oracle_fail(oracle, "%.*s: another body than a fresh rendering", STR_ARG(address));
        show_difference(answer->view.body, view.body);
    }
}

void address_check(struct oracle *oracle, struct fresh *fresh, struct str address)
{
    PAGE_AUTO struct page *page = fresh_draw(fresh, oracle, address);
    bool media = str_starts(address, STR("/media/"));
    for (int gzip = 0; gzip < 2; gzip++) {
        ANSWER_AUTO struct answer answer;
        if (!ask(oracle, address, gzip, STR_NONE, &answer))
            continue;
        answer_check_page(oracle, &answer, address, gzip && !media, page);
        answer_check_facts(oracle, &answer, address, atomic_load(&oracle->acknowledged));
    }
}
