#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static int64_t publish(struct newsroom *newsroom, struct store_tx *tx, int64_t at)
{
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    return newsroom_publish(newsroom, tx, &revision, at);
}

static int64_t stories_with(struct store_tx *tx, struct str word)
{
    struct store_term term = {.word = word, .stories = -1};
    OK(store_terms_count(tx, &term, 1));
    return term.stories;
}

static void test_terms(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_term ferry_fog[] = {{STR("ferry"), 0}, {STR("fog"), 0}};
    struct store_term tide_ferry[] = {{STR("tide"), 0}, {STR("ferry"), 0}};
    struct store_term *terms = NULL;
    struct store_place one = {3000, publish(newsroom, tx, 3000)};
    struct store_place two = {1000, publish(newsroom, tx, 1000)};
    struct store_place three = {1000, publish(newsroom, tx, 1000)};
    int64_t *ids = NULL;
    size_t count = 0;
    assert_int_equal(stories_with(tx, STR("ferry")), 0);
    OK(store_terms_set(tx, one, ferry_fog, 2));
    OK(store_terms_set(tx, one, ferry_fog, 2)); /* the same: nothing is counted twice */
    OK(store_terms_set(tx, two, ferry_fog, 2));
    OK(store_terms_set(tx, three, ferry_fog, 1));
    assert_int_equal(stories_with(tx, STR("ferry")), 3);
    assert_int_equal(stories_with(tx, STR("fog")), 2);
    OK(store_term_ids(tx, STR("ferry"), 10, newsroom->arena, &ids, &count));
    assert_int_equal(count, 3);
    assert_int_equal(ids[0], one.story_id);
    assert_int_equal(ids[1], three.story_id);
    assert_int_equal(ids[2], two.story_id);
    OK(store_term_ids(tx, STR("ferry"), 1, newsroom->arena, &ids, &count));
    assert_int_equal(count, 1);
    OK(store_term_ids(tx, STR("boat"), 1, newsroom->arena, &ids, &count));
    assert_int_equal(count, 0);

    OK(store_terms_set(tx, two, tide_ferry, 2));
    OK(store_terms(tx, two.story_id, newsroom->arena, &terms, &count));
    assert_int_equal(count, 2);
    assert_str(terms[0].word, STR("tide"));
    assert_int_equal(terms[0].stories, 1);
    assert_str(terms[1].word, STR("ferry"));
    assert_int_equal(terms[1].stories, 3);
    assert_int_equal(stories_with(tx, STR("fog")), 1);
    OK(store_terms_set(tx, one, NULL, 0));
    assert_int_equal(stories_with(tx, STR("fog")), 0);
    OK(store_terms(tx, one.story_id, newsroom->arena, &terms, &count));
    assert_int_equal(count, 0);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

/* The place may move; the same words then stand elsewhere in their lists. */
static void test_terms_move(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_term term = {STR("ferry"), 0};
    struct store_place one = {1000, publish(newsroom, tx, 1000)};
    struct store_place two = {2000, publish(newsroom, tx, 2000)};
    int64_t *ids = NULL;
    size_t count = 0;
    OK(store_terms_set(tx, one, &term, 1));
    OK(store_terms_set(tx, two, &term, 1));
    one.listed_at = 3000;
    OK(store_terms_set(tx, one, &term, 1));
    OK(store_term_ids(tx, STR("ferry"), 10, newsroom->arena, &ids, &count));
    assert_int_equal(count, 2);
    assert_int_equal(ids[0], one.story_id);
    assert_int_equal(stories_with(tx, STR("ferry")), 2);
    store_end(tx);
}

static void test_rows(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    int64_t a = publish(newsroom, tx, 1), b = publish(newsroom, tx, 2), *ids = NULL;
    int64_t c = publish(newsroom, tx, 3);
    struct store_related rows[] = {{c, 900}, {b, 500}}, *got = NULL;
    size_t count = 9;
    OK(store_related(tx, a, newsroom->arena, &got, &count));
    assert_int_equal(count, 0);
    OK(store_related_set(tx, a, rows, 2));
    OK(store_related_set(tx, b, rows, 1));
    OK(store_related(tx, a, newsroom->arena, &got, &count));
    assert_int_equal(count, 2);
    assert_int_equal(got[0].story_id, c);
    assert_int_equal(got[0].score, 900);
    assert_int_equal(got[1].story_id, b);
    assert_int_equal(got[1].score, 500);
    OK(store_related_to(tx, c, 10, newsroom->arena, &ids, &count));
    assert_int_equal(count, 2);
    assert_int_equal(ids[0], a);
    assert_int_equal(ids[1], b);
    OK(store_related_to(tx, c, 1, newsroom->arena, &ids, &count));
    assert_int_equal(count, 1);

    struct store_related turned[] = {{b, 500}, {c, 400}};
    OK(store_related_set(tx, a, turned, 2));
    OK(store_related(tx, a, newsroom->arena, &got, &count));
    assert_int_equal(count, 2);
    assert_int_equal(got[0].story_id, b);
    assert_int_equal(got[1].score, 400);
    OK(store_related_set(tx, b, NULL, 0));
    OK(store_related_to(tx, c, SIZE_MAX, newsroom->arena, &ids, &count));
    assert_int_equal(count, 1);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

static void test_never_itself(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_related row = {publish(newsroom, tx, 1), 100};
    FAILS(ERR_STORE, store_related_set(tx, row.story_id, &row, 1));
    store_end(tx);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_terms, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_terms_move, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_rows, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_never_itself, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
