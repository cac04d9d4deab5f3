#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static const struct store_consent consents[] = {
    {CONSENT_MAIL, STR_INIT("v1"), STR_INIT("Send me the newsletter."), 100},
    {CONSENT_TERMS, STR_INIT("v2"), STR_INIT("The terms."), 101},
    {CONSENT_PRIVACY, STR_INIT("v3"), STR_INIT("The policy."), 102},
};

static int64_t add(struct newsroom *newsroom, struct store_tx *tx, int n, int64_t at)
{
    struct store_subscriber subscriber = {
        .email = arena_printf(newsroom->arena, "Reader%d@mail.example", n),
        .key = arena_printf(newsroom->arena, "reader%d@mail.example", n),
        .state = SUBSCRIBER_PENDING,
        .created_at = at};
    int64_t id = 0;
    OK(store_subscriber_add(tx, &subscriber, consents, 3, &id));
    return id;
}

static int64_t pending(struct store_tx *tx)
{
    int64_t count = -1;
    OK(store_subscribers_count(tx, SUBSCRIBER_PENDING, &count));
    return count;
}

static void test_add_and_read(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_subscriber known = {.email = STR("READER1@mail.example"),
                                     .key = STR("reader1@mail.example"),
                                     .state = SUBSCRIBER_PENDING};
    struct store_subscriber *got = NULL;
    struct store_consent *facts = NULL;
    size_t count = 0;
    int64_t ignored = 0;
    assert_int_equal(pending(tx), 0);
    int64_t first = add(newsroom, tx, 1, 1000), second = add(newsroom, tx, 2, 1001);
    FAILS(ERR_EXISTS, store_subscriber_add(tx, &known, consents, 3, &ignored));
    assert_int_equal(pending(tx), 2);
    OK(store_subscribers(tx, 0, 10, newsroom->arena, &got, &count));
    assert_int_equal(count, 2);
    assert_int_equal(got[0].id, first);
    assert_str(got[0].email, STR("Reader1@mail.example"));
    assert_str(got[0].key, STR("reader1@mail.example"));
    assert_int_equal(got[0].state, SUBSCRIBER_PENDING);
    assert_int_equal(got[0].created_at, 1000);
    assert_int_equal(got[0].story_id, 0);
    OK(store_subscribers(tx, first, 10, newsroom->arena, &got, &count));
    assert_int_equal(count, 1);
    assert_int_equal(got[0].id, second);
    OK(store_consents(tx, second, newsroom->arena, &facts, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(facts[i].kind, consents[i].kind);
        assert_str(facts[i].version, consents[i].version);
        assert_str(facts[i].text, consents[i].text);
        assert_int_equal(facts[i].at, consents[i].at);
    }
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

/* The number of the story comes from a form, where anybody can write anything. */
static void test_story_of_the_form(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_subscriber one = {.email = STR("a@mail.example"),
                                   .key = STR("a@mail.example"),
                                   .state = SUBSCRIBER_PENDING,
                                   .story_id = newsroom_publish(newsroom, tx, &revision, 1000)};
    struct store_subscriber two = {.email = STR("b@mail.example"),
                                   .key = STR("b@mail.example"),
                                   .state = SUBSCRIBER_PENDING,
                                   .story_id = 987654321};
    struct store_subscriber *got = NULL;
    size_t count = 0;
    int64_t id = 0;
    OK(store_subscriber_add(tx, &one, consents, 3, &id));
    OK(store_subscriber_add(tx, &two, consents, 3, &id));
    OK(store_subscribers(tx, 0, 10, newsroom->arena, &got, &count));
    assert_int_equal(count, 2);
    assert_int_equal(got[0].story_id, one.story_id);
    assert_int_equal(got[1].story_id, 0);
    (void)newsroom_commit(tx);
}

static void test_forget(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_subscriber staying = {.email = STR("s@mail.example"),
                                       .key = STR("s@mail.example"),
                                       .state = SUBSCRIBER_CONFIRMED,
                                       .created_at = 1};
    struct store_subscriber *got = NULL;
    struct store_consent *facts = NULL;
    int64_t id = 0, forgotten = -1, last = 0;
    size_t count = 0;
    OK(store_subscriber_add(tx, &staying, consents, 3, &id));
    for (int i = 0; i < 10; i++)
        last = add(newsroom, tx, i, 1000 + i);
    OK(store_subscribers_forget(tx, 1006, 4, &forgotten));
    assert_int_equal(forgotten, 4);
    OK(store_subscribers_forget(tx, 1006, 100, &forgotten));
    assert_int_equal(forgotten, 2);
    OK(store_subscribers_forget(tx, 1006, 100, &forgotten));
    assert_int_equal(forgotten, 0);
    assert_int_equal(pending(tx), 4);
    OK(store_subscribers(tx, 0, 100, newsroom->arena, &got, &count));
    assert_int_equal(count, 5);
    assert_int_equal(got[0].state, SUBSCRIBER_CONFIRMED);
    assert_int_equal(got[1].created_at, 1006);
    OK(store_consents(tx, id + 1, newsroom->arena, &facts, &count));
    assert_int_equal(count, 0);
    OK(store_subscribers_forget(tx, 2000, 100, &forgotten));
    assert_int_equal(forgotten, 4);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
    /* A number is not given to somebody else. */
    tx = newsroom_write(newsroom);
    assert_true(add(newsroom, tx, 50, 3000) > last);
    store_end(tx);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add_and_read, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_story_of_the_form, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_forget, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
