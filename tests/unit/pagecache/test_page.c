#include "tests/unit/pagecache/helper.h"

#include <zlib.h>

static const char text[] =
    "<!doctype html><title>Ferry returns</title><p>The ferry returns. The ferry returns. The ferry "
    "returns. The ferry returns. The ferry returns. The ferry returns. The ferry returns. The "
    "ferry returns. The ferry returns. The ferry returns. The ferry returns.";

static void assert_str(struct str s, const char *wanted)
{
    char *c = strndup(s.at ? s.at : "", s.len);
    assert_string_equal(c, wanted);
    free(c);
}

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) >= 0;
}

static size_t times(struct str s, const char *part)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = str_find(s, str_of(part))) >= 0; n++)
        s = str_from(s, (size_t)at + 1);
    return n;
}

static void test_heads(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "hello");
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    struct page_view view;
    page_view(page, ENCODING_IDENTITY, TEST_NOW + 1999, &view);
    char wanted[1024];
    (void)snprintf(wanted, sizeof wanted,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                   "Cache-Control: no-cache\r\nVary: Accept-Encoding\r\nContent-Length: 5\r\n"
                   "ETag: %.*s\r\n",
                   STR_ARG(view.etag));
    assert_str(view.head, wanted);
    assert_int_equal(view.etag.len, 34);
    assert_true(view.last_modified == NEVER);

    page_view(page, ENCODING_IDENTITY, TEST_NOW + 2000, &view);
    (void)snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted),
                   "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n");
    assert_str(view.head, wanted);
    assert_true(view.last_modified == TEST_NOW);
    assert_str(view.body, "hello");
    (void)snprintf(wanted, sizeof wanted,
                   "HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\n"
                   "Vary: Accept-Encoding\r\nETag: %.*s\r\n",
                   STR_ARG(view.etag));
    assert_str(view.head_304, wanted);
}

static void test_304_repeats_what_it_must(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "hello");
    draft.compressible = false;
    draft.head = STR("HTTP/1.1 200 OK\r\nexpires: never\r\nX-Other: 1\r\nVARY: Origin\r\n"
                     "CDN-Cache-Control: max-age=60\r\nContent-Location: /x\r\n");
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    struct page_view view;
    page_view(page, ENCODING_GZIP, TEST_NOW, &view);
    assert_true(str_starts(view.head_304,
                           STR("HTTP/1.1 304 Not Modified\r\nexpires: never\r\nVARY: Origin\r\n"
                               "CDN-Cache-Control: max-age=60\r\nContent-Location: /x\r\nETag: ")));
    assert_false(has(view.head, "Accept-Encoding"));
}

static void test_fallback_head(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "hello");
    draft.head = STR("HTTP/1.1 200 OK\r\nCDN-Cache-Control: max-age=60\r\nX-Other: 1\r\n"
                     "cache-control: no-cache\r\n");
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    struct page_view view;
    page_view_fallback(page, ENCODING_GZIP, &view);
    assert_str(view.head, "HTTP/1.1 200 OK\r\nX-Other: 1\r\nCache-Control: no-store\r\n"
                          "Stoppress-Fallback: store\r\nVary: Accept-Encoding\r\n"
                          "Content-Length: 5\r\n");
    assert_str(view.body, "hello");
    assert_int_equal(view.etag.len, 0);
    assert_int_equal(view.head_304.len, 0);
}

static void test_other_statuses_have_no_validators(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "gone");
    draft.status = 410;
    draft.head = STR("HTTP/1.1 410 Gone\r\n");
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    struct page_view view;
    page_view(page, ENCODING_IDENTITY, TEST_NOW + 5000, &view);
    assert_str(view.head, "HTTP/1.1 410 Gone\r\nVary: Accept-Encoding\r\nContent-Length: 4\r\n");
    assert_int_equal(view.head_304.len + view.etag.len, 0);
    assert_true(view.last_modified == NEVER);
}

static void inflate_equals(struct str gzip, const char *wanted)
{
    char out[4096];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)gzip.at,
                       .avail_in = (unsigned)gzip.len,
                       .next_out = (unsigned char *)out,
                       .avail_out = sizeof out};
    assert_int_equal(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_true(str_eq(str_n(out, stream.total_out), str_of(wanted)));
    assert_int_equal(inflateEnd(&stream), Z_OK);
}

static void test_gzip_form(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, text);
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    struct page_view plain, view;
    assert_false(page_has(page, ENCODING_GZIP));
    page_view(page, ENCODING_GZIP, TEST_NOW + 2000, &view);
    assert_int_equal(view.encoding, ENCODING_IDENTITY);
    size_t before = page_bytes(page), all = counts_of(room).bytes;
    page_compress(page);
    page_compress(page);
    assert_true(page_has(page, ENCODING_GZIP));
    assert_true(page_bytes(page) > before);
    /* The compressor is the rest. */
    assert_true(counts_of(room).bytes - all > page_bytes(page) - before);
    page_view(page, ENCODING_IDENTITY, TEST_NOW + 2000, &plain);
    page_view(page, ENCODING_GZIP, TEST_NOW + 2000, &view);
    assert_int_equal(view.encoding, ENCODING_GZIP);
    inflate_equals(view.body, text);
    assert_false(str_eq(plain.etag, view.etag));
    assert_true(has(view.head, "Content-Encoding: gzip\r\n"));
    assert_false(has(plain.head, "Content-Encoding"));
    assert_int_equal(times(view.head, "ETag"), 1);
    assert_int_equal(times(view.head, "Content-Length"), 1);
    assert_true(has(view.head, "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"));
    assert_true(has(view.head_304, "ETag"));
}

static void test_gzip_that_is_not_smaller(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "x");
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    page_compress(page);
    struct page_view view;
    page_view(page, ENCODING_GZIP, TEST_NOW, &view);
    assert_true(page_has(page, ENCODING_GZIP));
    assert_int_equal(view.encoding, ENCODING_IDENTITY);
    assert_str(view.body, "x");
    draft.body = STR_NONE;
    PAGE_AUTO struct page *empty = draft_page(room, &draft);
    page_compress(empty);
    page_view(empty, ENCODING_GZIP, TEST_NOW, &view);
    assert_true(has(view.head, "Content-Length: 0\r\n"));
}

static void test_etag_stands_for_the_bytes(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "hello");
    PAGE_AUTO struct page *a = draft_page(room, &draft), *b = draft_page(room, &draft);
    draft.body = STR("hallo");
    PAGE_AUTO struct page *c = draft_page(room, &draft);
    draft.body = STR("hello");
    draft.head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
    PAGE_AUTO struct page *d = draft_page(room, &draft);
    struct page_view views[4];
    page_view(a, ENCODING_IDENTITY, TEST_NOW, &views[0]);
    page_view(b, ENCODING_IDENTITY, TEST_NOW, &views[1]);
    page_view(c, ENCODING_IDENTITY, TEST_NOW, &views[2]);
    page_view(d, ENCODING_IDENTITY, TEST_NOW, &views[3]);
    assert_true(str_eq(views[0].etag, views[1].etag));
    assert_false(str_eq(views[0].etag, views[2].etag));
    assert_false(str_eq(views[0].etag, views[3].etag));
}

static void test_keys_and_limits(void **state)
{
    struct room *room = *state;
    struct str keys[] = {STR("front"), STR("story/41/body"), STR("front")};
    struct page_draft draft = draft_of(room, "hello");
    draft.keys = keys;
    draft.key_count = 3;
    draft.kind = 7;
    PAGE_AUTO struct page *page = draft_page(room, &draft);
    assert_true(page_has_key(page, STR("front")));
    assert_true(page_has_key(page, STR("story/41/body")));
    assert_false(page_has_key(page, STR("story/41")));
    assert_int_equal(page_key_count(page), 2);
    assert_int_equal(page_kind(page), 7);

    char *large = calloc(1, PAGE_HEAD_MAX + 1);
    assert_non_null(large);
    draft.head = str_n(large, PAGE_HEAD_MAX + 1);
    struct page *none = NULL;
    assert_int_equal(page_new(room->cache, &draft, &none).code, ERR_TOO_LARGE);
    assert_null(none);
    free(large);
}

/* The rule about Last-Modified needs the cache, which knows what stood there before. */
static int64_t modified(struct room *room, const char *address)
{
    struct page *page = pagecache_fallback(room->cache, str_of(address));
    struct page_view view;
    page_view(page, ENCODING_IDENTITY, INT64_MAX / 2, &view);
    page_unref(page);
    return view.last_modified;
}

static void test_last_modified_of_redrawn_pages(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", "a", 10, "k");
    assert_true(modified(room, "/") == TEST_NOW);
    /* The same bytes keep their instant. */
    atomic_store(&room->set.at, TEST_NOW + 10000);
    drop_keys(room, 11, "k");
    room_fill(room, "/", "a", 11, "k");
    assert_true(modified(room, "/") == TEST_NOW);
    /* Others get theirs. */
    drop_keys(room, 12, "k");
    room_fill(room, "/", "b", 12, "k");
    assert_true(modified(room, "/") == TEST_NOW + 10000);
    /* Within the same second: the next one. */
    drop_keys(room, 13, "k");
    room_fill(room, "/", "c", 13, "k");
    assert_true(modified(room, "/") == TEST_NOW + 11000);
    /* A clock put back doesn't bring an earlier one. */
    atomic_store(&room->set.at, TEST_NOW - 50000);
    drop_keys(room, 14, "k");
    room_fill(room, "/", "d", 14, "k");
    assert_true(modified(room, "/") == TEST_NOW + 12000);
    struct pagecache_counts counts = counts_of(room);
    assert_int_equal(counts.redrawn_same, 1);
    assert_int_equal(counts.redrawn_other, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_heads),
        TEST(test_304_repeats_what_it_must),
        TEST(test_fallback_head),
        TEST(test_other_statuses_have_no_validators),
        TEST(test_gzip_form),
        TEST(test_gzip_that_is_not_smaller),
        TEST(test_etag_stands_for_the_bytes),
        TEST(test_keys_and_limits),
        TEST(test_last_modified_of_redrawn_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
