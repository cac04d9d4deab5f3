/* The change log: numbers, keys, followers that fell behind. */
#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static int64_t commit_keys(struct newsroom *newsroom, const struct str *keys, size_t count,
                           bool destroys, int64_t at)
{
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_changes changes = {.keys = keys, .count = count, .destroys = destroys};
    int64_t number = 0;
    OK(store_commit(tx, &changes, at, &number));
    return number;
}

static void trim(struct newsroom *newsroom, int64_t keep)
{
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_changes changes = {.why_none = "the log only"};
    OK(store_changes_trim(tx, keep));
    OK(store_commit(tx, &changes, 1, NULL));
}

static size_t after(struct newsroom *newsroom, int64_t number, size_t limit,
                    struct store_change **ret_changes, bool *ret_complete)
{
    struct store_tx *tx = newsroom_read(newsroom);
    size_t count = 99;
    OK(store_changes_after(tx, number, limit, newsroom->arena, ret_changes, &count, ret_complete));
    store_end(tx);
    return count;
}

static void test_changes(void **state)
{
    struct newsroom *newsroom = *state;
    struct str keys[] = {STR("story/1/body"), STR("list/all/0/after/0"), STR("nav")};
    struct store_change *changes = NULL;
    bool complete = false;
    int64_t one = commit_keys(newsroom, keys, 3, false, 500);
    int64_t two = commit_keys(newsroom, keys + 2, 1, true, 600);
    assert_int_equal(two, one + 1);
    assert_int_equal(after(newsroom, one - 1, 10, &changes, &complete), 2);
    assert_true(complete);
    assert_int_equal(changes[0].number, one);
    assert_int_equal(changes[0].at, 500);
    assert_false(changes[0].destroys);
    assert_int_equal(changes[0].count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_str(changes[0].keys[i], keys[i]);
    assert_int_equal(changes[1].number, two);
    assert_true(changes[1].destroys);
    assert_int_equal(changes[1].count, 1);
    assert_str(changes[1].keys[0], STR("nav"));
    assert_int_equal(after(newsroom, one - 1, 1, &changes, &complete), 1);
    assert_int_equal(changes[0].number, one);
    assert_true(complete);
    assert_int_equal(after(newsroom, two, 10, &changes, &complete), 0);
    assert_true(complete);
}

static void test_many_keys(void **state)
{
    enum { MANY = 20000 };
    struct newsroom *newsroom = *state;
    struct str *keys = ARENA_ARRAY(newsroom->arena, struct str, MANY);
    struct store_change *changes = NULL;
    bool complete = false;
    for (int i = 0; i < MANY; i++)
        keys[i] = arena_printf(newsroom->arena, "story/%d/related", i);
    int64_t number = commit_keys(newsroom, keys, MANY, false, 1);
    assert_int_equal(after(newsroom, number - 1, 10, &changes, &complete), 1);
    assert_int_equal(changes[0].count, MANY);
    for (int i = 0; i < MANY; i++)
        assert_str(changes[0].keys[i], keys[i]);
}

static void test_trim(void **state)
{
    struct newsroom *newsroom = *state;
    struct str key = STR("nav");
    struct store_change *changes = NULL;
    bool complete = false;
    int64_t number = 0, last = 0;
    for (int i = 0; i < 10; i++)
        last = commit_keys(newsroom, &key, 1, false, i);
    trim(newsroom, 100); /* more than there are */
    assert_int_equal(after(newsroom, 0, 100, &changes, &complete), last);
    assert_true(complete);
    trim(newsroom, 3);
    assert_int_equal(after(newsroom, last - 3, 100, &changes, &complete), 3);
    assert_true(complete);
    assert_int_equal(after(newsroom, last - 4, 100, &changes, &complete), 3);
    assert_false(complete);
    assert_int_equal(after(newsroom, 0, 1, &changes, &complete), 1);
    assert_false(complete);
    assert_int_equal(after(newsroom, last, 1, &changes, &complete), 0);
    assert_true(complete);
    /* One who is ahead follows a database that was replaced by an older one. */
    (void)after(newsroom, last + 1, 1, &changes, &complete);
    assert_false(complete);

    trim(newsroom, 0);
    struct store_tx *tx = newsroom_read(newsroom);
    OK(store_change_number(tx, &number));
    store_end(tx);
    assert_int_equal(number, last);
    assert_int_equal(after(newsroom, last, 1, &changes, &complete), 0);
    assert_true(complete);
    (void)after(newsroom, last - 1, 1, &changes, &complete);
    assert_false(complete);
    assert_int_equal(commit_keys(newsroom, &key, 1, false, 1), last + 1);
    newsroom_check(newsroom->reader, 0);
}

/* Numbers of what was undone are given again: a follower sees no gap. */
static void test_numbers_have_no_gaps(void **state)
{
    struct newsroom *newsroom = *state;
    struct str key = STR("nav");
    int64_t one = commit_keys(newsroom, &key, 1, false, 1);
    struct store_tx *tx = newsroom_write(newsroom);
    OK(store_setting_set(tx, STR("name"), STR("x")));
    store_end(tx);
    assert_int_equal(commit_keys(newsroom, &key, 1, false, 1), one + 1);
    newsroom_close(newsroom);
    newsroom_open(newsroom);
    assert_int_equal(commit_keys(newsroom, &key, 1, false, 1), one + 2);
}

static void test_new_newsroom(void **state)
{
    struct newsroom newsroom;
    struct store_change *changes = NULL;
    bool complete = false;
    int64_t number = 77;
    newsroom_make(&newsroom);
    newsroom_open(&newsroom);
    struct store_tx *tx = newsroom_read(&newsroom);
    OK(store_change_number(tx, &number));
    store_end(tx);
    assert_int_equal(number, 0);
    assert_int_equal(after(&newsroom, 0, 5, &changes, &complete), 0);
    assert_true(complete);
    newsroom_close(&newsroom);
    newsroom_remove(&newsroom);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_changes, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_many_keys, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_trim, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_numbers_have_no_gaps, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test(test_new_newsroom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
