#include "tests/unit/pagecache/helper.h"

static void test_exactly_the_pages_of_the_keys(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", "front", 10, "front story/1/card");
    room_fill(room, "/a", "a", 10, "story/1/body story/1/card");
    room_fill(room, "/b", "b", 10, "story/2/body");
    drop_keys(room, 11, "story/1/body nothing");
    assert_true(room_serves(room, "/"));
    assert_false(room_serves(room, "/a"));
    assert_true(room_serves(room, "/b"));
    drop_keys(room, 12, "story/1/card");
    assert_false(room_serves(room, "/"));
    assert_int_equal(counts_of(room).drops, 2);
    assert_int_equal(counts_of(room).pages, 1);
    assert_int_equal(counts_of(room).wrong, 2);
}

static void test_pages_drawn_at_the_change_or_later_stay(void **state)
{
    struct room *room = *state;
    room_fill(room, "/at", "x", 20, "k");
    room_fill(room, "/later", "x", 21, "k");
    room_fill(room, "/before", "x", 19, "k");
    drop_keys(room, 20, "k");
    assert_true(room_serves(room, "/at"));
    assert_true(room_serves(room, "/later"));
    assert_false(room_serves(room, "/before"));
}

/* ---- The race -------------------------------------------------------------------------------- */

static struct page *draw(struct room *room, const char *body, int64_t change, const char *key)
{
    struct str keys[] = {str_of(key)};
    struct page_draft draft = draft_of(room, body);
    draft.change = change;
    draft.keys = keys;
    draft.key_count = 1;
    return draft_page(room, &draft);
}

static void test_a_rendering_from_before_a_commit_does_not_enter(void **state)
{
    struct room *room = *state;
    struct asker before, after, third;
    asker_ask(room, &before, "/", ENCODING_IDENTITY);
    drop_keys(room, 11, "k");
    asker_ask(room, &after, "/", ENCODING_IDENTITY);
    assert_int_equal(after.ask, ASK_DRAW); /* the old rendering isn't for him */
    asker_ask(room, &third, "/", ENCODING_IDENTITY);
    assert_int_equal(third.ask, ASK_WAIT);

    room_finish(room, before.flight, draw(room, "old", 10, "k"));
    assert_page_body(before.page, "old");
    assert_int_equal(after.answers, 0);
    assert_false(room_serves(room, "/"));
    assert_int_equal(counts_of(room).refused_changed, 1);
    assert_null(pagecache_fallback(room->cache, STR("/")));

    room_finish(room, after.flight, draw(room, "new", 11, "k"));
    assert_page_body(after.page, "new");
    assert_page_body(third.page, "new");
    assert_true(room_serves(room, "/"));
    asker_release(&before);
    asker_release(&after);
    asker_release(&third);
}

static void test_an_old_flight_that_is_still_right_enters(void **state)
{
    struct room *room = *state;
    struct asker a, b;
    asker_ask(room, &a, "/", ENCODING_IDENTITY);
    drop_keys(room, 11, "other");
    asker_ask(room, &b, "/", ENCODING_IDENTITY);
    assert_int_equal(b.ask, ASK_DRAW);
    room_finish(room, a.flight, draw(room, "same", 10, "k"));
    assert_true(room_serves(room, "/"));
    room_finish(room, b.flight, draw(room, "same", 11, "k"));
    assert_int_equal(counts_of(room).pages, 1);
    asker_release(&a);
    asker_release(&b);
}

static void test_an_older_page_does_not_replace_a_newer_one(void **state)
{
    struct room *room = *state;
    struct asker a, b;
    asker_ask(room, &a, "/", ENCODING_IDENTITY);
    drop_keys(room, 11, "other");
    asker_ask(room, &b, "/", ENCODING_IDENTITY);
    room_finish(room, b.flight, draw(room, "new", 12, "k"));
    room_finish(room, a.flight, draw(room, "old", 10, "k"));
    ASKER_AUTO struct asker c;
    asker_ask(room, &c, "/", ENCODING_IDENTITY);
    assert_page_body(c.page, "new");
    asker_release(&a);
    asker_release(&b);
}

static void test_a_flight_that_saw_the_change_is_joined(void **state)
{
    struct room *room = *state;
    ASKER_AUTO struct asker a, b;
    asker_ask(room, &a, "/", ENCODING_IDENTITY);
    flight_began(room->cache, a.flight, 11); /* the commit is done, its drop not yet */
    drop_keys(room, 11, "k");
    asker_ask(room, &b, "/", ENCODING_IDENTITY);
    assert_int_equal(b.ask, ASK_WAIT);
    room_finish(room, a.flight, draw(room, "new", 11, "k"));
    assert_true(room_serves(room, "/"));
    assert_page_body(b.page, "new");
}

static void test_changes_are_remembered_as_long_as_needed(void **state)
{
    struct room *room = *state;
    ASKER_AUTO struct asker old, same;
    asker_ask(room, &old, "/old", ENCODING_IDENTITY);
    drop_keys(room, 11, "k");
    /* Far more changes than the table begins with, each with keys of its own. */
    for (int64_t n = 12; n < 6000; n++) {
        char keys[64];
        (void)snprintf(keys, sizeof keys, "a/%d b/%d", (int)n, (int)n);
        drop_keys(room, n, keys);
    }
    asker_ask(room, &same, "/same", ENCODING_IDENTITY);
    room_finish(room, old.flight, draw(room, "old", 10, "k"));
    assert_false(room_serves(room, "/old"));
    room_finish(room, same.flight, draw(room, "same", 5999, "k"));
    assert_true(room_serves(room, "/same"));
    /* With nothing in the air the memory goes back. */
    size_t bytes = counts_of(room).bytes;
    for (int64_t n = 6000; n < 7000; n++)
        drop_keys(room, n, "one two three");
    for (int64_t n = 7000; n < 12000; n++) {
        char key[64];
        (void)snprintf(key, sizeof key, "c/%d", (int)n);
        drop_keys(room, n, key);
    }
    assert_true(counts_of(room).bytes < bytes);
}

static void test_too_many_changes_refuse_rather_than_forget(void **state)
{
    struct room *room = *state;
    ASKER_AUTO struct asker a, b;
    asker_ask(room, &a, "/a", ENCODING_IDENTITY);
    drop_keys(room, 11, "k");
    for (int64_t n = 12; n < 40000; n++) {
        char key[64];
        (void)snprintf(key, sizeof key, "a/%d", (int)n);
        drop_keys(room, n, key);
    }
    assert_true(counts_of(room).bytes < 2 * 1024 * 1024);
    room_finish(room, a.flight, draw(room, "old", 10, "k"));
    assert_false(room_serves(room, "/a"));
    asker_ask(room, &b, "/b", ENCODING_IDENTITY);
    room_finish(room, b.flight, draw(room, "new", 39999, "k"));
    assert_true(room_serves(room, "/b"));
}

/* ---- Everything ------------------------------------------------------------------------------ */

static void test_drop_all(void **state)
{
    struct room *room = *state;
    struct asker old;
    asker_ask(room, &old, "/old", ENCODING_IDENTITY);
    room_fill(room, "/a", "a", 10, "k");
    room_fill(room, "/b", "b", 30, "k");
    pagecache_drop_all(room->cache, 30);
    assert_false(room_serves(room, "/a"));
    assert_true(room_serves(room, "/b"));
    PAGE_AUTO struct page *fallback = pagecache_fallback(room->cache, STR("/a"));
    assert_page_body(fallback, "a");
    room_finish(room, old.flight, draw(room, "old", 29, "z"));
    assert_false(room_serves(room, "/old"));
    assert_int_equal(pagecache_applied(room->cache), 30);
    asker_release(&old);
}

static void test_another_database(void **state)
{
    struct room *room = *state;
    struct asker old, new;
    asker_ask(room, &old, "/old", ENCODING_IDENTITY);
    flight_began(room->cache, old.flight, 500);
    room_fill(room, "/a", "a", 400, "k");
    pagecache_restart(room->cache, 3);
    assert_null(pagecache_fallback(room->cache, STR("/a")));
    assert_int_equal(pagecache_applied(room->cache), 3);
    asker_ask(room, &new, "/old", ENCODING_IDENTITY);
    assert_int_equal(new.ask, ASK_DRAW);
    room_finish(room, old.flight, draw(room, "old", 500, "k"));
    assert_false(room_serves(room, "/old"));
    room_finish(room, new.flight, draw(room, "new", 3, "k"));
    assert_true(room_serves(room, "/old"));
    drop_keys(room, 4, "k");
    assert_false(room_serves(room, "/old"));
    asker_release(&old);
    asker_release(&new);
}

static void test_renewed(void **state)
{
    struct room *room = *state;
    struct asker old, new;
    asker_ask(room, &old, "/old", ENCODING_IDENTITY);
    flight_began(room->cache, old.flight, 10);
    room_fill(room, "/a", "a", 10, "k");
    drop_keys(room, 12, "k");
    pagecache_renew(room->cache);
    assert_null(pagecache_fallback(room->cache, STR("/a")));
    assert_int_equal(pagecache_applied(room->cache), 12);
    asker_ask(room, &new, "/old", ENCODING_IDENTITY);
    assert_int_equal(new.ask, ASK_DRAW);
    room_finish(room, old.flight, draw(room, "old", 10, "j"));
    assert_false(room_serves(room, "/old"));
    room_finish(room, new.flight, draw(room, "new", 11, "k")); /* the changes are still known */
    assert_false(room_serves(room, "/old"));
    asker_release(&old);
    asker_release(&new);
}

static void test_applied(void **state)
{
    struct room *room = *state;
    assert_int_equal(pagecache_applied(room->cache), 10);
    drop_keys(room, 12, "k");
    drop_keys(room, 11, "k");
    assert_int_equal(pagecache_applied(room->cache), 12);
}

/* ---- Fallbacks ------------------------------------------------------------------------------- */

static void test_a_dropped_page_is_a_fallback_only(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", "old", 10, "k");
    drop_keys(room, 11, "k");
    struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    assert_int_equal(asker.ask, ASK_DRAW);
    struct page *fallback = pagecache_fallback(room->cache, STR("/"));
    assert_page_body(fallback, "old");
    page_unref(fallback);
    struct error error = error_make(ERR_STORE, "", "it is away");
    assert_null(pagecache_finish(room->cache, asker.flight, NULL, &error));
    fallback = pagecache_fallback(room->cache, STR("/")); /* still there */
    assert_page_body(fallback, "old");
    page_unref(fallback);
    room_fill(room, "/", "new", 11, "k");
    fallback = pagecache_fallback(room->cache, STR("/"));
    assert_page_body(fallback, "new");
    page_unref(fallback);
    assert_null(pagecache_fallback(room->cache, STR("/never")));
    assert_int_equal(counts_of(room).fallbacks, 3);
    assert_int_equal(counts_of(room).wrong, 0);
}

static void test_a_withdrawal_leaves_no_fallback(void **state)
{
    struct room *room = *state;
    room_fill(room, "/s", "story", 10, "story/1/body story/1/card");
    room_fill(room, "/", "front", 10, "front story/1/card");
    room_fill(room, "/other", "other", 10, "story/2/body");
    room_fill(room, "/was", "was", 10, "story/1/card x");
    room_fill(room, "/new", "new", 12, "story/1/card");
    drop_keys(room, 11, "x");
    destroy_keys(room, 12, "story/1/body story/1/card");
    assert_null(pagecache_fallback(room->cache, STR("/s")));
    assert_null(pagecache_fallback(room->cache, STR("/")));
    assert_null(pagecache_fallback(room->cache, STR("/was")));
    assert_true(room_serves(room, "/other"));
    assert_true(room_serves(room, "/new"));
    struct pagecache_counts counts = counts_of(room);
    assert_int_equal(counts.destroyed, 3);
    assert_int_equal(counts.drops, 3);
    assert_int_equal(counts.pages, 2);
    assert_int_equal(counts.wrong, 0);
}

static void test_a_page_in_use_outlives_its_destruction(void **state)
{
    struct room *room = *state;
    room_fill(room, "/", "front", 10, "k");
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, "/", ENCODING_IDENTITY);
    destroy_keys(room, 11, "k");
    assert_page_body(asker.page, "front");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_exactly_the_pages_of_the_keys),
        TEST(test_pages_drawn_at_the_change_or_later_stay),
        TEST(test_a_rendering_from_before_a_commit_does_not_enter),
        TEST(test_an_old_flight_that_is_still_right_enters),
        TEST(test_an_older_page_does_not_replace_a_newer_one),
        TEST(test_a_flight_that_saw_the_change_is_joined),
        TEST(test_changes_are_remembered_as_long_as_needed),
        TEST(test_too_many_changes_refuse_rather_than_forget),
        TEST(test_drop_all),
        TEST(test_another_database),
        TEST(test_renewed),
        TEST(test_applied),
        TEST(test_a_dropped_page_is_a_fallback_only),
        TEST(test_a_withdrawal_leaves_no_fallback),
        TEST(test_a_page_in_use_outlives_its_destruction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
