#include "tests/unit/pagecache/helper.h"

#include <malloc.h>

/* A body of `len` bytes that gzip can't make much of. */
static char *noise(size_t len, unsigned seed)
{
    char *body = malloc(len + 1);
    assert_non_null(body);
    uint64_t x = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    for (size_t i = 0; i < len; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        body[i] = (char)('!' + x % 90);
    }
    body[len] = 0;
    return body;
}

/* As a reader does: a hit, or a drawing. True: it was a hit. */
static bool visit(struct room *room, const char *address, size_t len, const char *key)
{
    struct asker asker;
    asker_ask(room, &asker, address, ENCODING_IDENTITY);
    if (asker.ask == ASK_DRAW) {
        char *body = noise(len, (unsigned)strlen(address));
        struct str keys[] = {str_of(key)};
        struct page_draft draft = draft_of(room, body);
        draft.keys = keys;
        draft.key_count = 1;
        room_finish(room, asker.flight, draft_page(room, &draft));
        free(body);
    }
    assert_int_equal(asker.answers, 1);
    asker_release(&asker);
    return asker.ask == ASK_HIT;
}

static void assert_within(struct room *room)
{
    struct pagecache_counts counts = counts_of(room);
    assert_true(counts.bytes <= counts.bytes_max);
}

static size_t visit_hot(struct room *room)
{
    size_t hits = 0;
    for (int i = 0; i < 40; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "/hot/%d", i);
        hits += visit(room, address, 20000, "hot");
    }
    return hits;
}

/* 800 KB of 4 MB are hot; a crawler walks through ten times the cache. */
static void test_a_crawler_does_not_flush_the_hot_pages(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < 3; i++)
        (void)visit_hot(room);
    size_t hits = 0, rounds = 0;
    for (int i = 0; i < 2000; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "/crawled/%d", i);
        assert_false(visit(room, address, 20000, "crawled"));
        assert_within(room);
        if (i % 200 == 199) {
            hits += visit_hot(room);
            rounds++;
        }
    }
    assert_int_equal(hits, rounds * 40);
    /* And the room that the hot ones don't need isn't wasted. */
    struct pagecache_counts counts = counts_of(room);
    assert_true(counts.bytes > counts.bytes_max * 9 / 10);
}

/* A crawler that comes again, and twice to each page in a row, still pushes out only its own. */
static void test_a_stubborn_crawler(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < 3; i++)
        (void)visit_hot(room);
    size_t hits = 0, rounds = 0;
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < 1000; i++) {
            char address[32];
            (void)snprintf(address, sizeof address, "/crawled/%d", i);
            (void)visit(room, address, 20000, "crawled");
            (void)visit(room, address, 20000, "crawled");
            if (i % 100 == 99) {
                hits += visit_hot(room);
                rounds++;
            }
        }
    assert_true(hits >= rounds * 40 * 95 / 100);
}

/* Pages that were popular for a moment fill the main queue; the lasting ones stay in it. */
static void test_lasting_pages_outlive_passing_ones(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < 3; i++)
        (void)visit_hot(room);
    size_t hits = 0, rounds = 0;
    for (int i = 0; i < 1500; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "/passing/%d", i);
        for (int n = 0; n < 4; n++)
            (void)visit(room, address, 20000, "passing");
        if (i % 20 == 19) {
            hits += visit_hot(room);
            rounds++;
        }
    }
    assert_true(hits >= rounds * 40 * 97 / 100);
}

static void test_what_comes_back_soon_is_kept(void **state)
{
    struct room *room = *state;
    char address[32];
    /* Fill the cache. */
    for (int i = 0; i < 400; i++) {
        (void)snprintf(address, sizeof address, "/a/%d", i);
        (void)visit(room, address, 20000, "a");
    }
    /* Wait until /b is out, ask again: its ghost brings it into the main queue. */
    (void)visit(room, "/b", 20000, "b");
    for (int i = 0; i < 400 && room_serves(room, "/b"); i++) {
        (void)snprintf(address, sizeof address, "/c/%d", i);
        (void)visit(room, address, 20000, "c");
    }
    assert_false(visit(room, "/b", 20000, "b"));
    for (int i = 0; i < 400; i++) {
        (void)snprintf(address, sizeof address, "/d/%d", i);
        (void)visit(room, address, 20000, "d");
    }
    assert_true(room_serves(room, "/b"));
}

static void test_fallbacks_go_first(void **state)
{
    struct room *room = *state;
    char address[32];
    for (int i = 0; i < 120; i++) {
        (void)snprintf(address, sizeof address, "/%s/%d", i % 2 ? "right" : "wrong", i);
        (void)visit(room, address, 20000, i % 2 ? "right" : "wrong");
    }
    drop_keys(room, 11, "wrong");
    assert_int_equal(counts_of(room).wrong, 60);
    assert_int_equal(counts_of(room).evictions, 0);
    int before = 0;
    for (int i = 0; i < 200 && counts_of(room).wrong; i++) {
        (void)snprintf(address, sizeof address, "/new/%d", i);
        (void)visit(room, address, 20000, "new");
        assert_int_equal(counts_of(room).evictions_right, 0);
        before++;
    }
    assert_true(before > 60);
    assert_int_equal(counts_of(room).evictions, 60);
    assert_within(room);
}

/* Dropped at every publication and drawn again, a hot page keeps its place in the main queue. */
static void test_a_dropped_hot_page_comes_back_hot(void **state)
{
    struct room *room = *state;
    char address[32];
    for (int i = 0; i < 5; i++)
        (void)visit(room, "/front", 20000, "front");
    for (int i = 0; i < 300; i++) { /* until it was proven */
        (void)snprintf(address, sizeof address, "/a/%d", i);
        (void)visit(room, address, 20000, "a");
    }
    assert_true(room_serves(room, "/front"));
    drop_keys(room, 11, "front");
    room_fill(room, "/front", "drawn again", 11, "front");
    /* A new page would be out after this walk through the new queue. */
    for (int i = 0; i < 400; i++) {
        (void)snprintf(address, sizeof address, "/b/%d", i);
        (void)visit(room, address, 20000, "b");
    }
    assert_true(room_serves(room, "/front"));
}

static void test_pinned_pages_count(void **state)
{
    struct room *room = *state;
    enum { PINNED = 150 };
    struct asker pinned[PINNED];
    char address[32];
    char *body = noise(20000, 1);
    struct page_draft draft = draft_of(room, body);
    for (int i = 0; i < PINNED; i++) {
        (void)snprintf(address, sizeof address, "/slow/%d", i);
        asker_ask(room, &pinned[i], address, ENCODING_IDENTITY);
        assert_int_equal(pinned[i].ask, ASK_DRAW);
        room_finish(room, pinned[i].flight, draft_page(room, &draft));
    }
    /* They hold three of the four MB, and cost the rest of the world only that. */
    for (int i = 0; i < 300; i++) {
        (void)snprintf(address, sizeof address, "/other/%d", i);
        (void)visit(room, address, 20000, "other");
        assert_within(room);
    }
    assert_true(counts_of(room).bytes > PINNED * 20000);
    /* Even when all of it is pinned the bound holds for what is kept. */
    pagecache_drop_all(room->cache, 20);
    assert_within(room);
    size_t bytes = counts_of(room).bytes;
    for (int i = 0; i < PINNED; i++)
        asker_release(&pinned[i]);
    pagecache_restart(room->cache, 10);
    assert_true(counts_of(room).bytes + PINNED * 20000 <= bytes);
    free(body);
}

static void test_a_full_house_of_pinned_pages(void **state)
{
    struct room *room = *state;
    enum { PINNED = 300 };
    static struct asker pinned[PINNED];
    char address[32];
    char *body = noise(20000, 1);
    struct page_draft draft = draft_of(room, body);
    for (int i = 0; i < PINNED; i++) {
        (void)snprintf(address, sizeof address, "/slow/%d", i);
        asker_ask(room, &pinned[i], address, ENCODING_IDENTITY);
        room_finish(room, pinned[i].flight, draft_page(room, &draft));
        assert_int_equal(pinned[i].answers, 1); /* everybody is answered all the same */
    }
    assert_true(counts_of(room).refused_large > 0);
    for (int i = 0; i < PINNED; i++)
        asker_release(&pinned[i]);
    assert_within(room);
    free(body);
}

static void test_a_very_large_page_is_not_kept(void **state)
{
    struct room *room = *state;
    assert_false(visit(room, "/small", 1000, "k"));
    assert_false(visit(room, "/large", PAGECACHE_BYTES_MIN / PAGECACHE_SHARE, "k"));
    assert_false(room_serves(room, "/large"));
    assert_true(room_serves(room, "/small"));
    assert_int_equal(counts_of(room).refused_large, 1);
}

static void test_expired_pages_are_not_held_dear(void **state)
{
    struct room *room = *state;
    char *body = noise(20000, 1);
    struct page_draft draft = draft_of(room, body);
    draft.expires_at = TEST_NOW + 1000;
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/soon", ENCODING_IDENTITY);
    room_finish(room, asker.flight, draft_page(room, &draft));
    asker_release(&asker);
    for (int i = 0; i < 5; i++)
        assert_true(visit(room, "/soon", 1, "k"));
    atomic_store(&room->set.at, TEST_NOW + 1000);
    char address[32];
    for (int i = 0; i < 220; i++) {
        (void)snprintf(address, sizeof address, "/a/%d", i);
        (void)visit(room, address, 20000, "a");
    }
    assert_null(pagecache_fallback(room->cache, STR("/soon")));
    free(body);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void test_all_memory_is_given_back(void **state)
{
    struct room *room = *state;
    size_t before = counts_of(room).bytes;
    for (int i = 0; i < 500; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "/a/%d", i);
        (void)visit(room, address, 100 + 100 * (size_t)i, i % 3 ? "a" : "b");
    }
    drop_keys(room, 11, "a b");
    pagecache_restart(room->cache, 10);
    assert_int_equal(counts_of(room).bytes, before);
    struct pagecache_counts counts = counts_of(room);
    assert_int_equal(counts.pages + counts.wrong + counts.in_the_air, 0);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALLOCATOR_TELLS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ALLOCATOR_TELLS false
#endif
#endif
#ifndef ALLOCATOR_TELLS
#define ALLOCATOR_TELLS true
#endif

static size_t in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void test_the_count_is_what_the_allocator_says(void **state)
{
    if (!ALLOCATOR_TELLS)
        skip();
    struct room room;
    size_t start = in_use();
    room_init(&room, 8 * 1024 * 1024);
    for (int i = 0; i < 3000; i++) {
        char address[64];
        (void)snprintf(address, sizeof address, "/section/2026/01/a-slug-of-usual-length-%d", i);
        struct asker asker;
        asker_ask(&room, &asker, address, i % 2 ? ENCODING_GZIP : ENCODING_IDENTITY);
        char *body = noise(200 + (size_t)i * 7, (unsigned)i);
        struct str keys[] = {str_of(address), STR("front"), STR("settings"), STR("theme")};
        struct page_draft draft = draft_of(&room, body);
        draft.keys = keys;
        draft.key_count = 4;
        room_finish(&room, asker.flight, draft_page(&room, &draft));
        asker_release(&asker);
        free(body);
    }
    size_t counted = counts_of(&room).bytes, real = in_use() - start;
    assert_true(counted <= 8 * 1024 * 1024);
    assert_true(counted > 7 * 1024 * 1024);
    print_message("counted %zu bytes, the allocator says %zu\n", counted, real);
    assert_true(real <= counted + counted / 50);
    assert_true(counted <= real + real / 50);
    room_release(&room);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_crawler_does_not_flush_the_hot_pages),
        TEST(test_a_stubborn_crawler),
        TEST(test_lasting_pages_outlive_passing_ones),
        TEST(test_what_comes_back_soon_is_kept),
        TEST(test_fallbacks_go_first),
        TEST(test_a_dropped_hot_page_comes_back_hot),
        TEST(test_pinned_pages_count),
        TEST(test_a_full_house_of_pinned_pages),
        TEST(test_a_very_large_page_is_not_kept),
        TEST(test_expired_pages_are_not_held_dear),
        TEST(test_all_memory_is_given_back),
        cmocka_unit_test(test_the_count_is_what_the_allocator_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
