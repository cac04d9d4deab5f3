#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static const struct store_rendition renditions[] = {
    {STR_INIT("w640"), STR_INIT("image/jpeg"), 640, 480, 60000, STR_INIT("aa.jpg"), 0},
    {STR_INIT("w640"), STR_INIT("image/webp"), 640, 480, 50000, STR_INIT("bb.webp"), 0},
    {STR_INIT("16x9"), STR_INIT("image/jpeg"), 320, 180, 20000, STR_INIT("cc.jpg"), 0},
};

static int64_t add_picture(struct store_tx *tx, struct str original)
{
    struct store_picture picture = {.original = original,
                                    .type = STR("image/jpeg"),
                                    .width = 4000,
                                    .height = 3000,
                                    .created_at = 11};
    int64_t id = 0;
    OK(store_picture_add(tx, &picture, renditions, 3, &id));
    return id;
}

static void test_add_and_read(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_picture got, again = {.original = STR("f00d"), .type = STR("image/png")};
    struct store_rendition *rows = NULL;
    size_t count = 0;
    int64_t ignored = 0;
    bool named = false;
    FAILS(ERR_NOT_FOUND, store_picture_by_original(tx, STR("f00d"), newsroom->arena, &got));
    int64_t id = add_picture(tx, STR("f00d"));
    FAILS(ERR_EXISTS, store_picture_add(tx, &again, NULL, 0, &ignored));
    OK(store_picture_by_original(tx, STR("f00d"), newsroom->arena, &got));
    assert_int_equal(got.id, id);
    OK(store_picture(tx, id, newsroom->arena, &got));
    assert_str(got.original, STR("f00d"));
    assert_str(got.type, STR("image/jpeg"));
    assert_int_equal(got.width, 4000);
    assert_int_equal(got.height, 3000);
    assert_int_equal(got.created_at, 11);
    FAILS(ERR_NOT_FOUND, store_picture(tx, id + 1, newsroom->arena, &got));
    OK(store_renditions(tx, id, newsroom->arena, &rows, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_str(rows[i].kind, renditions[i].kind);
        assert_str(rows[i].type, renditions[i].type);
        assert_str(rows[i].file, renditions[i].file);
        assert_int_equal(rows[i].width, renditions[i].width);
        assert_int_equal(rows[i].height, renditions[i].height);
        assert_int_equal(rows[i].bytes, renditions[i].bytes);
        assert_int_equal(rows[i].picture_id, id);
    }
    OK(store_renditions(tx, id + 1, newsroom->arena, &rows, &count));
    assert_int_equal(count, 0);
    OK(store_file_is_named(tx, STR("f00d"), &named));
    assert_true(named);
    OK(store_file_is_named(tx, STR("bb.webp"), &named));
    assert_true(named);
    OK(store_file_is_named(tx, STR("w640"), &named));
    assert_false(named);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

static enum store_file_state file_state(struct newsroom *newsroom, struct store_tx *tx)
{
    enum store_file_state state = STORE_FILE_UNKNOWN;
    struct store_rendition rendition = {0};
    OK(store_file_state(tx, STR("bb.webp"), newsroom->arena, &state, &rendition));
    assert_str(rendition.type, STR("image/webp"));
    assert_int_equal(rendition.bytes, 50000);
    return state;
}

static void test_file_state(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    enum store_file_state file = STORE_FILE_PUBLIC;
    struct store_rendition rendition;
    int64_t draft = 0, ignored = 0;
    OK(store_file_state(tx, STR("bb.webp"), newsroom->arena, &file, &rendition));
    assert_int_equal(file, STORE_FILE_UNKNOWN);
    revision.picture_id = add_picture(tx, STR("f00d"));
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PRIVATE);
    OK(store_story_add(tx, &revision, &draft, &ignored));
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PRIVATE);
    int64_t one = newsroom_publish(newsroom, tx, &revision, 1000);
    int64_t two = newsroom_publish(newsroom, tx, &revision, 2000);
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PUBLIC);
    newsroom_withdraw(newsroom, tx, one);
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PUBLIC);
    newsroom_withdraw(newsroom, tx, two);
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_GONE);
    /* Another picture may have a rendition of the same bytes. */
    revision.picture_id = add_picture(tx, STR("beef"));
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_GONE);
    (void)newsroom_publish(newsroom, tx, &revision, 3000);
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PUBLIC);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

/* Readers see the live revision only: a picture that an edit took away is private again. */
static void test_picture_replaced(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_story story;
    revision.picture_id = add_picture(tx, STR("f00d"));
    revision.story_id = newsroom_publish(newsroom, tx, &revision, 1000);
    revision.picture_id = 0;
    OK(store_story(tx, revision.story_id, newsroom->arena, &story));
    OK(store_revision_add(tx, &revision, &story.live));
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PUBLIC);
    OK(store_story_set(tx, &story));
    assert_int_equal(file_state(newsroom, tx), STORE_FILE_PRIVATE);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add_and_read, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_file_state, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_picture_replaced, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
