#include "tests/unit/pagecache/helper.h"

#include <pthread.h>

static const char text[] = "The ferry returns. The ferry returns. The ferry returns. The ferry "
                           "returns. The ferry returns. The ferry returns. The ferry returns.";

static void test_hit_after_a_miss(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", "front", 10, "front");
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    assert_int_equal(asker.ask, ASK_HIT);
    assert_page_body(asker.page, "front");
    struct pagecache_counts counts = counts_of(room);
    assert_int_equal(counts.hits, 1);
    assert_int_equal(counts.misses, 1);
    assert_int_equal(counts.flights, 1);
    assert_int_equal(counts.pages, 1);
    assert_int_equal(counts.in_the_air, 0);
}

static void test_many_wait_for_one_drawing(void **state)
{
    struct room *room = *state;
    struct asker askers[50];
    for (size_t i = 0; i < 50; i++) {
        asker_ask(room, &askers[i], "/", ENCODING_IDENTITY);
        assert_int_equal(askers[i].ask, i ? ASK_WAIT : ASK_DRAW);
    }
    ASKER_AUTO struct asker elsewhere;
    asker_ask(room, &elsewhere, "/about", ENCODING_IDENTITY);
    assert_int_equal(elsewhere.ask, ASK_DRAW);
    assert_true(str_eq(flight_address(elsewhere.flight), STR("/about")));
    struct page_draft draft = draft_of(room, "front");
    room_finish(room, askers[0].flight, draft_page(room, &draft));
    for (size_t i = 0; i < 50; i++) {
        assert_int_equal(askers[i].answers, 1);
        assert_page_body(askers[i].page, "front");
        asker_release(&askers[i]);
    }
    assert_int_equal(elsewhere.answers, 0);
    room_finish(room, elsewhere.flight, draft_page(room, &draft));
    assert_int_equal(counts_of(room).joined, 49);
}

static void test_an_error_reaches_all_and_nothing_stays(void **state)
{
    struct room *room = *state;
    size_t before = counts_of(room).bytes;
    struct asker a, b;
    asker_ask(room, &a, "/", ENCODING_GZIP);
    asker_ask(room, &b, "/", ENCODING_IDENTITY);
    struct error error = error_make(ERR_STORE, "", "it is away");
    assert_null(pagecache_finish(room->cache, a.flight, NULL, &error));
    assert_int_equal(a.answers + b.answers, 2);
    assert_int_equal(a.error, ERR_STORE);
    assert_int_equal(b.error, ERR_STORE);
    assert_null(a.page);
    assert_int_equal(counts_of(room).bytes, before);
    asker_ask(room, &a, "/", ENCODING_IDENTITY);
    assert_int_equal(a.ask, ASK_DRAW);
    assert_null(pagecache_finish(room->cache, a.flight, NULL, &error));
}

static void test_a_waiter_leaves(void **state)
{
    struct room *room = *state;
    struct asker askers[4];
    for (size_t i = 0; i < 4; i++)
        asker_ask(room, &askers[i], "/", ENCODING_IDENTITY);
    assert_true(pagecache_leave(room->cache, &askers[3].waiter));
    assert_true(pagecache_leave(room->cache, &askers[0].waiter));
    assert_false(pagecache_leave(room->cache, &askers[0].waiter));
    assert_true(pagecache_leave(room->cache, &askers[1].waiter));
    ASKER_AUTO struct asker late;
    asker_ask(room, &late, "/", ENCODING_IDENTITY);
    assert_int_equal(late.ask, ASK_WAIT);
    struct page_draft draft = draft_of(room, "front");
    room_finish(room, askers[0].flight, draft_page(room, &draft));
    assert_int_equal(askers[0].answers + askers[1].answers + askers[3].answers, 0);
    assert_int_equal(askers[2].answers, 1);
    assert_int_equal(late.answers, 1);
    assert_false(pagecache_leave(room->cache, &askers[2].waiter));
    asker_release(&askers[2]);
}

static void test_warming_up_needs_no_waiter(void **state)
{
    struct room *room = *state;
    struct page *page = NULL;
    struct flight *flight = NULL;
    enum ask ask = pagecache_ask(room->cache, STR("/"), ENCODING_GZIP, NULL, &page, &flight);
    assert_int_equal(ask, ASK_DRAW);
    struct page_draft draft = draft_of(room, text);
    room_finish(room, flight, draft_page(room, &draft));
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_GZIP);
    assert_int_equal(asker.ask, ASK_HIT);
}

static void test_uncacheable_pages_leave_nothing(void **state)
{
    struct room *room = *state;
    size_t before = counts_of(room).bytes;
    for (size_t i = 0; i < 1000; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "/no/%zu", i);
        struct page_draft draft = draft_of(room, "not found");
        draft.status = 404;
        draft.head = STR("HTTP/1.1 404 Not Found\r\n");
        draft.uncacheable = true;
        struct asker asker;
        asker_ask(room, &asker, address, ENCODING_IDENTITY);
        room_finish(room, asker.flight, draft_page(room, &draft));
        assert_page_body(asker.page, "not found");
        asker_release(&asker);
    }
    assert_int_equal(counts_of(room).bytes, before);
    assert_int_equal(counts_of(room).pages, 0);
}

/* ---- gzip ------------------------------------------------------------------------------------ */

static bool is_gzip(struct page *page)
{
    struct page_view view;
    page_view(page, ENCODING_GZIP, TEST_NOW, &view);
    return view.encoding == ENCODING_GZIP;
}

static void test_gzip_is_made_when_first_asked_for(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", text, 10, "");
    struct asker a, b, c, plain;
    asker_ask(room, &a, "/", ENCODING_GZIP);
    assert_int_equal(a.ask, ASK_DRAW);
    asker_ask(room, &b, "/", ENCODING_GZIP);
    assert_int_equal(b.ask, ASK_WAIT);
    asker_ask(room, &plain, "/", ENCODING_IDENTITY);
    assert_int_equal(plain.ask, ASK_HIT);
    assert_true(pagecache_compress(room->cache, a.flight));
    assert_int_equal(a.answers + b.answers, 2);
    assert_true(is_gzip(a.page));
    assert_ptr_equal(a.page, b.page);
    assert_ptr_equal(a.page, plain.page);
    asker_ask(room, &c, "/", ENCODING_GZIP);
    assert_int_equal(c.ask, ASK_HIT);
    struct pagecache_counts counts = counts_of(room);
    assert_int_equal(counts.flights, 1);
    assert_int_equal(counts.compressions, 1);
    asker_release(&a);
    asker_release(&b);
    asker_release(&c);
    asker_release(&plain);
}

static void test_gzip_with_the_drawing(void **state)
{
    struct room *room = *state;
    struct asker plain, gzip;
    asker_ask(room, &plain, "/", ENCODING_IDENTITY);
    asker_ask(room, &gzip, "/", ENCODING_GZIP);
    assert_int_equal(gzip.ask, ASK_WAIT);
    assert_false(pagecache_compress(room->cache, plain.flight));
    struct page_draft draft = draft_of(room, text);
    room_finish(room, plain.flight, draft_page(room, &draft));
    assert_ptr_equal(plain.page, gzip.page);
    assert_true(is_gzip(gzip.page));
    asker_release(&plain);
    asker_release(&gzip);
}

static void test_pictures_are_not_compressed(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, text);
    draft.compressible = false;
    struct asker a;
    asker_ask(room, &a, "/p.jpg", ENCODING_GZIP);
    room_finish(room, a.flight, draft_page(room, &draft));
    assert_false(is_gzip(a.page));
    asker_release(&a);
    asker_ask(room, &a, "/p.jpg", ENCODING_GZIP);
    assert_int_equal(a.ask, ASK_HIT);
    asker_release(&a);
}

static void test_a_drop_while_compressing(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", text, 10, "k");
    struct asker before, after;
    asker_ask(room, &before, "/", ENCODING_GZIP);
    drop_keys(room, 11, "k");
    asker_ask(room, &after, "/", ENCODING_GZIP);
    assert_int_equal(after.ask, ASK_DRAW);
    assert_true(pagecache_compress(room->cache, before.flight));
    assert_int_equal(before.answers, 1); /* he asked before */
    assert_int_equal(after.answers, 0);
    assert_false(room_serves(room, "/"));
    assert_false(pagecache_compress(room->cache, after.flight));
    struct page_draft draft = draft_of(room, "new");
    draft.change = 11;
    room_finish(room, after.flight, draft_page(room, &draft));
    assert_page_body(after.page, "new");
    asker_release(&before);
    asker_release(&after);
}

/* ---- Time ------------------------------------------------------------------------------------ */

static void fill_until(struct room *room, const char *body, int64_t expires_at)
{
    struct page_draft draft = draft_of(room, body);
    draft.expires_at = expires_at;
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    assert_int_equal(asker.ask, ASK_DRAW);
    room_finish(room, asker.flight, draft_page(room, &draft));
}

static void test_an_expired_page_is_a_miss(void **state)
{
    struct room *room = *state;
    fill_until(room, "2026", TEST_NOW + 1000);
    atomic_store(&room->set.at, TEST_NOW + 999);
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    assert_int_equal(asker.ask, ASK_HIT);
    assert_true(room_serves(room, "/"));
    atomic_store(&room->set.at, TEST_NOW + 1000);
    assert_false(room_serves(room, "/"));
    fill_until(room, "2027", NEVER);
    assert_true(room_serves(room, "/"));
    assert_int_equal(counts_of(room).pages, 1);
}

static void test_a_page_that_expires_on_the_way(void **state)
{
    struct room *room = *state;
    struct page_draft old = draft_of(room, "2026"), new = draft_of(room, "2027");
    old.expires_at = TEST_NOW + 1000;
    new.drawn_at = TEST_NOW + 1000;
    struct asker before, after;
    asker_ask(room, &before, "/", ENCODING_IDENTITY);
    atomic_store(&room->set.at, TEST_NOW + 1000);
    asker_ask(room, &after, "/", ENCODING_GZIP);
    assert_int_equal(after.ask, ASK_WAIT);
    struct flight *again =
        pagecache_finish(room->cache, before.flight, draft_page(room, &old), NULL);
    assert_non_null(again);
    assert_page_body(before.page, "2026"); /* right when he asked */
    assert_int_equal(after.answers, 0);
    assert_int_equal(counts_of(room).refused_expired, 1);
    struct asker third;
    asker_ask(room, &third, "/", ENCODING_IDENTITY);
    assert_int_equal(third.ask, ASK_WAIT);
    room_finish(room, again, draft_page(room, &new));
    assert_page_body(after.page, "2027");
    assert_page_body(third.page, "2027");
    asker_release(&before);
    asker_release(&after);
    asker_release(&third);
}

static void test_a_page_born_expired_is_not_drawn_for_ever(void **state)
{
    struct room *room = *state;
    struct page_draft draft = draft_of(room, "late");
    draft.expires_at = TEST_NOW;
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    room_finish(room, asker.flight, draft_page(room, &draft));
    assert_int_equal(asker.answers, 1);
    assert_false(room_serves(room, "/"));
}

/* ---- Threads --------------------------------------------------------------------------------- */

struct crowd {
    struct room *room;
    pthread_barrier_t start;
    atomic_int drawings, answers;
};

struct crowd_asker {
    struct waiter waiter;
    struct crowd *crowd;
    atomic_bool done;
};

static void crowd_answered(struct waiter *waiter, struct page *page, const struct error *error)
{
    struct crowd_asker *asker = waiter->context;
    atomic_fetch_add(&asker->crowd->answers, page != NULL);
    page_unref(page);
    atomic_store(&asker->done, true);
}

static void *crowd_run(void *context)
{
    struct crowd *crowd = context;
    struct crowd_asker asker = {.crowd = crowd};
    asker.waiter = (struct waiter){.answer = crowd_answered, .context = &asker};
    struct page *page = NULL;
    struct flight *flight = NULL;
    (void)pthread_barrier_wait(&crowd->start);
    enum ask ask =
        pagecache_ask(crowd->room->cache, STR("/"), ENCODING_GZIP, &asker.waiter, &page, &flight);
    if (ask == ASK_HIT) {
        atomic_fetch_add(&crowd->answers, 1);
        page_unref(page);
        return NULL;
    }
    if (ask == ASK_DRAW) {
        atomic_fetch_add(&crowd->drawings, 1);
        struct page_draft draft = draft_of(crowd->room, text);
        struct error error = page_new(crowd->room->cache, &draft, &page);
        flight = pagecache_finish(crowd->room->cache, flight, page, &error);
    }
    while (!atomic_load(&asker.done))
        (void)sched_yield();
    return NULL;
}

static void test_single_flight_among_threads(void **state)
{
    enum { THREADS = 16, ROUNDS = 50 };
    for (int round = 0; round < ROUNDS; round++) {
        struct room *room = *state;
        struct crowd crowd = {.room = room};
        pthread_t threads[THREADS];
        (void)pthread_barrier_init(&crowd.start, NULL, THREADS);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, crowd_run, &crowd), 0);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(crowd.drawings, 1);
        assert_int_equal(crowd.answers, THREADS);
        (void)pthread_barrier_destroy(&crowd.start);
        pagecache_drop_all(room->cache, 11);
        pagecache_restart(room->cache, 10);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_hit_after_a_miss),
        TEST(test_many_wait_for_one_drawing),
        TEST(test_an_error_reaches_all_and_nothing_stays),
        TEST(test_a_waiter_leaves),
        TEST(test_warming_up_needs_no_waiter),
        TEST(test_uncacheable_pages_leave_nothing),
        TEST(test_gzip_is_made_when_first_asked_for),
        TEST(test_gzip_with_the_drawing),
        TEST(test_pictures_are_not_compressed),
        TEST(test_a_drop_while_compressing),
        TEST(test_an_expired_page_is_a_miss),
        TEST(test_a_page_that_expires_on_the_way),
        TEST(test_a_page_born_expired_is_not_drawn_for_ever),
        TEST(test_single_flight_among_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
