#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static const struct store_list all = {STORE_LIST_ALL, 0};

enum { STORIES = 40 };

/* Places with times that repeat, so that ids decide too; published in no order. */
static void publish_many(struct newsroom *newsroom, struct store_place *ret_places)
{
    struct store_tx *tx = newsroom_write(newsroom);
    for (int i = 0; i < STORIES; i++) {
        struct store_revision revision =
            newsroom_revision(newsroom, arena_printf(newsroom->arena, "Story %d", i));
        int64_t at = 1000 + ((i * 17) % STORIES) / 3;
        revision.featured = i % 4 == 0;
        ret_places[i] = (struct store_place){at, newsroom_publish(newsroom, tx, &revision, at)};
    }
    (void)newsroom_commit(tx);
}

static int above(const void *a, const void *b)
{
    const struct store_place *x = a, *y = b;
    if (x->listed_at != y->listed_at)
        return x->listed_at < y->listed_at ? 1 : -1;
    return (x->story_id < y->story_id) - (x->story_id > y->story_id);
}

static void test_walk(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_place places[STORIES], below = STORE_HEAD;
    size_t seen = 0, count = 0;
    publish_many(newsroom, places);
    qsort(places, STORIES, sizeof *places, above);
    struct store_tx *tx = newsroom_read(newsroom);
    do {
        struct store_card *cards = NULL;
        int64_t *ids = NULL;
        size_t id_count = 0;
        OK(store_list(tx, all, below, 7, newsroom->arena, &cards, &count));
        OK(store_list_ids(tx, all, below, 7, newsroom->arena, &ids, &id_count));
        assert_int_equal(count, id_count);
        for (size_t i = 0; i < count; i++, seen++) {
            assert_int_equal(cards[i].story_id, places[seen].story_id);
            assert_int_equal(cards[i].listed_at, places[seen].listed_at);
            assert_int_equal(ids[i], places[seen].story_id);
            below = places[seen];
        }
    } while (count == 7);
    assert_int_equal(seen, STORIES);
    store_end(tx);
    newsroom_check(newsroom->reader, 0);
}

static void test_neighbours(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_place places[STORIES];
    publish_many(newsroom, places);
    qsort(places, STORIES, sizeof *places, above);
    struct store_tx *tx = newsroom_read(newsroom);
    for (size_t i = 0; i < STORIES; i++) {
        int64_t newer = -1, older = -1;
        bool has = false;
        OK(store_list_neighbours(tx, all, places[i], &newer, &older));
        assert_int_equal(newer, i ? places[i - 1].story_id : 0);
        assert_int_equal(older, i + 1 < STORIES ? places[i + 1].story_id : 0);
        OK(store_list_has(tx, all, places[i], &has));
        assert_true(has);
        /* a place that is not in the list, just above this one */
        OK(store_list_neighbours(
            tx, all, (struct store_place){places[i].listed_at, places[i].story_id + 1000}, &newer,
            &older));
        assert_true(newer == 0 || newer != places[i].story_id);
        OK(store_list_has(tx, all,
                          (struct store_place){places[i].listed_at + 1, places[i].story_id}, &has));
        assert_false(has);
    }
    store_end(tx);
}

static void test_counts(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_list featured = {STORE_LIST_FEATURED, 0}, news = {STORE_LIST_SECTION, 0};
    struct store_place places[STORIES];
    int64_t count = -1;
    publish_many(newsroom, places);
    news.id = newsroom->section;
    struct store_tx *tx = newsroom_write(newsroom);
    OK(store_list_count(tx, all, &count));
    assert_int_equal(count, STORIES);
    OK(store_list_count(tx, featured, &count));
    assert_int_equal(count, STORIES / 4);
    OK(store_list_count(tx, (struct store_list){STORE_LIST_TAG, 5}, &count));
    assert_int_equal(count, 0);
    OK(store_list_add(tx, all, places[3])); /* there already */
    OK(store_list_count(tx, all, &count));
    assert_int_equal(count, STORIES);
    newsroom_withdraw(newsroom, tx, places[3].story_id);
    OK(store_list_remove(tx, all, places[3])); /* gone already */
    OK(store_list_count(tx, all, &count));
    assert_int_equal(count, STORIES - 1);
    OK(store_list_count(tx, news, &count));
    assert_int_equal(count, STORIES - 1);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

static void test_lists_are_separate(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_name name = {.slug = STR("sea"), .name = STR("Sea")};
    int64_t tag = 0, author = 0, *ids = NULL;
    size_t count = 9;
    OK(store_name_add(tx, STORE_TAG, &name, &tag));
    OK(store_name_add(tx, STORE_AUTHOR, &name, &author));
    revision.tags = &tag;
    revision.tag_count = 1;
    int64_t story = newsroom_publish(newsroom, tx, &revision, 1000);
    OK(store_list_ids(tx, (struct store_list){STORE_LIST_TAG, tag}, STORE_HEAD, 10, newsroom->arena,
                      &ids, &count));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], story);
    OK(store_list_ids(tx, (struct store_list){STORE_LIST_AUTHOR, author}, STORE_HEAD, 10,
                      newsroom->arena, &ids, &count));
    assert_int_equal(count, 0);
    OK(store_list_ids(tx, (struct store_list){STORE_LIST_AUTHOR, tag}, STORE_HEAD, 10,
                      newsroom->arena, &ids, &count));
    assert_int_equal(count, 0);
    OK(store_list_ids(tx, all, STORE_HEAD, 0, newsroom->arena, &ids, &count));
    assert_int_equal(count, 0);
    OK(store_list_ids(tx, all, STORE_HEAD, SIZE_MAX, newsroom->arena, &ids, &count));
    assert_int_equal(count, 1);
    store_end(tx);
}

/* Lists show the live revision, not a newer one that waits. */
static void test_cards_are_live(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_card *cards = NULL;
    struct store_story story;
    size_t count = 0;
    revision.story_id = newsroom_publish(newsroom, tx, &revision, 1000);
    revision.headline = STR("Ferry on time");
    OK(store_story(tx, revision.story_id, newsroom->arena, &story));
    OK(store_revision_add(tx, &revision, &story.live));
    OK(store_list(tx, all, STORE_HEAD, 5, newsroom->arena, &cards, &count));
    assert_int_equal(count, 1);
    assert_str(cards[0].headline, STR("Ferry late"));
    OK(store_story_set(tx, &story));
    OK(store_list(tx, all, STORE_HEAD, 5, newsroom->arena, &cards, &count));
    assert_str(cards[0].headline, STR("Ferry on time"));
    store_end(tx);
}

static void test_months(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_card *cards = NULL;
    int64_t ids[5], *months = NULL;
    size_t count = 9;
    OK(store_months(tx, newsroom->arena, &months, &count));
    assert_int_equal(count, 0);
    for (int i = 0; i < 5; i++)
        ids[i] = newsroom_publish(newsroom, tx, &revision, 1000 - i);
    OK(store_month_remove(tx, 24322, ids[1]));
    OK(store_month_remove(tx, 24322, ids[1]));
    OK(store_month_add(tx, 24320, ids[1]));
    OK(store_month_add(tx, 24320, ids[1]));
    OK(store_months(tx, newsroom->arena, &months, &count));
    assert_int_equal(count, 2);
    assert_int_equal(months[0], 24320);
    assert_int_equal(months[1], 24322);
    OK(store_month_cards(tx, 24322, 0, 2, newsroom->arena, &cards, &count));
    assert_int_equal(count, 2);
    assert_int_equal(cards[0].story_id, ids[0]);
    assert_int_equal(cards[1].story_id, ids[2]);
    OK(store_month_cards(tx, 24322, ids[2], 9, newsroom->arena, &cards, &count));
    assert_int_equal(count, 2);
    assert_int_equal(cards[1].story_id, ids[4]);
    assert_str(cards[1].headline, revision.headline);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);

    tx = newsroom_write(newsroom);
    OK(store_month_remove(tx, 24320, ids[1]));
    OK(store_months(tx, newsroom->arena, &months, &count));
    assert_int_equal(count, 1);
    assert_int_equal(months[0], 24322);
    store_end(tx);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_walk, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_neighbours, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_counts, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_lists_are_separate, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_cards_are_live, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_months, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
