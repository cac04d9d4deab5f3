#include "newsroom/furnishing.h"
#include "newsroom/pictures.h"
#include "newsroom/working.h"
#include "tests/unit/newsroom/desk_room.h"

#define NOW (desk->room.now)
#define ARENA (desk->room.arena)

static bool has_key(const struct changes *changes, const char *key)
{
    for (size_t i = 0; i < keys_count(&changes->keys); i++)
        if (str_eq(keys_at(&changes->keys, i), str_of(key)))
            return true;
    return false;
}

static int64_t add(struct desk_room *desk, const struct actor *actor, const char *original,
                   struct store_picture_desk texts)
{
    struct changes changes;
    int64_t id;
    struct store_picture picture = {.original = str_of(original),
                                    .type = STR("image/jpeg"),
                                    .width = 3000,
                                    .height = 2000,
                                    .created_at = NOW};
    struct store_rendition rendition = {.kind = STR("w640"),
                                        .type = STR("image/jpeg"),
                                        .width = 640,
                                        .height = 427,
                                        .bytes = 1000,
                                        .file = arena_printf(ARENA, "%s.jpg", original)};
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    texts.focal_x = texts.focal_y = -1;
    FINE(picture_add(tx, actor, &picture, &rendition, 1, &texts, NOW, ARENA, &id));
    room_commit(desk, tx, &changes);
    return id;
}

static void test_in_text(void **state)
{
    static const struct {
        const char *text, *ids;
    } rows[] = {
        {"", ""},
        {"![a ferry](picture:12 \"late\")", "12 "},
        {"![a](picture:3) and ![b](<picture:4>) and ![a](picture:3)", "3 4 "},
        {"![a][b]\n\n[b]: picture:77 \"x\"\n", "77 "},
        {"![a](\tpicture:5)", "5 "},
        {"picture:12 in words, a picture:13 too", ""},
        {"![a](picture:) ![a](picture:0) ![a](picture:-1) ![a](picture:x)", ""},
        {"![a](picture:99999999999999999999999)", ""},
        {"![a](/media/picture:9)", ""},
    };
    ARENA_AUTO struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        BUF_AUTO struct buf out = BUF_INIT(1000);
        int64_t *ids;
        size_t count;
        pictures_in_text(str_of(rows[i].text), arena, &ids, &count);
        for (size_t k = 0; k < count; k++)
            (void)buf_printf(&out, "%lld ", (long long)ids[k]);
        assert_true(str_eq(buf_slice(&out), str_of(rows[i].ids)));
    }
    /* Not more than a story may have. */
    BUF_AUTO struct buf many = BUF_INIT(1 << 20);
    int64_t *ids;
    size_t count;
    for (int i = 1; i <= STORY_PICTURES_MAX * 2; i++)
        (void)buf_printf(&many, "![a](picture:%d)\n", i);
    pictures_in_text(buf_slice(&many), arena, &ids, &count);
    assert_int_equal(count, STORY_PICTURES_MAX);
}

static enum store_file_state file_state(struct desk_room *desk, const char *file)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    enum store_file_state file_state;
    struct store_rendition rendition;
    struct clock_set set = {NOW};
    struct clock clock = clock_settable(&set);
    struct reading reading;
    FINE(store_read(desk->room.store, &tx));
    FINE(reading_within(&reading, tx, ARENA, &clock));
    FINE(reading_file(&reading, str_of(file), &file_state, &rendition));
    return file_state;
}

static void publish(struct desk_room *desk, int64_t id, struct changes *changes)
{
    struct store_desk row;
    struct store_tx *tx = room_write(desk);
    changes_init(changes, ARENA);
    FINE(story_step(tx, &desk->editor, id, STEP_PUBLISH, NULL, NOW, ARENA, changes, &row));
    room_commit(desk, tx, changes);
}

/* A picture within the text is shown with it, and no longer than it. */
static void test_seen_by_readers(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){.title = STR("x")});
    struct store_revision revision = room_revision(desk, "With a picture");
    revision.body = arena_printf(ARENA, "Words.\n\n![a](picture:%lld)\n\n![b](picture:999)",
                                 (long long)id); /* one that there isn't harms nothing */
    FINE(room_save(desk, &desk->reporter, 0, 0, revision, &saved));
    int64_t story = saved.desk.story_id;
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_PRIVATE);
    publish(desk, story, &changes);
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_PUBLIC);
    assert_true(has_key(&changes, "file/aa.jpg"));
    FINE(room_save(desk, &desk->editor, story, saved.revision_id, room_revision(desk, "Without"),
                   &saved));
    publish(desk, story, &changes);
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_PRIVATE);
    assert_true(has_key(&changes, "file/aa.jpg"));
    room_check(desk);
}

static void test_uses_and_deleting(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved one, two;
    struct store_picture_use *uses;
    size_t count;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0});
    int64_t unused = add(desk, &desk->reporter, "bb", (struct store_picture_desk){0});
    struct store_revision lead = room_revision(desk, "Lead"), text = room_revision(desk, "Text");
    lead.picture_id = id;
    text.body = arena_printf(ARENA, "![a](picture:%lld)", (long long)id);
    FINE(room_save(desk, &desk->reporter, 0, 0, lead, &one));
    FINE(room_save(desk, &desk->reporter, 0, 0, text, &two));
    publish(desk, one.desk.story_id, &changes);
    FINE(room_save(desk, &desk->reporter, two.desk.story_id, two.revision_id,
                   room_revision(desk, "Without"), &two));
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(store_picture_uses(tx, id, 10, ARENA, &uses, &count));
    assert_int_equal(count, 2);
    assert_int_equal(uses[0].story_id, two.desk.story_id);
    assert_int_equal(uses[0].where, USE_OLD);
    assert_false(uses[0].lead);
    assert_int_equal(uses[1].where, USE_LIVE);
    assert_true(uses[1].lead);
    assert_text(uses[1].headline, STR("Lead"));
    FAILS(ERR_FORBIDDEN, picture_delete(tx, &desk->reporter, unused, NOW, ARENA));
    struct error error = picture_delete(tx, &desk->editor, id, NOW, ARENA);
    assert_int_equal(error.code, ERR_STEP);
    assert_non_null(strstr(error.why, "Lead")); /* says which story */
    FINE(picture_delete(tx, &desk->editor, unused, NOW, ARENA));
    FAILS(ERR_NOT_FOUND, picture_delete(tx, &desk->editor, unused, NOW, ARENA));
    room_commit(desk, tx, &changes);
    assert_int_equal(file_state(desk, "bb.jpg"), STORE_FILE_UNKNOWN);
    room_check(desk);
}

/* A kept text that nobody has looked at yet has its picture still. */
static void test_kept_text_keeps_its_picture(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved one, saved;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0});
    struct store_revision with = room_revision(desk, "With");
    with.picture_id = id;
    FINE(room_save(desk, &desk->reporter, 0, 0, room_revision(desk, "One"), &one));
    FINE(room_save(desk, &desk->editor, one.desk.story_id, one.revision_id,
                   room_revision(desk, "Two"), &saved));
    FINE(room_save(desk, &desk->reporter, one.desk.story_id, one.revision_id, with, &saved));
    assert_true(saved.kept > 0);
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_STEP, picture_delete(tx, &desk->editor, id, NOW, ARENA));
    store_end(tx);
}

static void autosave(struct desk_room *desk, int64_t turn, const char *body)
{
    struct store_working copy;
    struct changes changes;
    struct working_page page = {.name = STR("0123456789abcdef")};
    struct store_form form = {.headline = STR("Typing"),
                              .body = str_of(body),
                              .section = STR("news"),
                              .language = STR("en")};
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(working_write(tx, &desk->reporter, &page, turn, &form, NOW, ARENA, &copy));
    room_commit(desk, tx, &changes);
}

/* Nor is a picture deleted that stands within a text which nobody saved yet. */
static void test_unsaved_text_keeps_its_pictures(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0});
    autosave(desk, 1, arena_printf(ARENA, "The quay.\n\n![a](picture:%lld)", (long long)id).at);
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_STEP, picture_delete(tx, &desk->editor, id, NOW, ARENA));
    FAILS(ERR_CONFLICT, store_picture_remove(tx, id));
    store_end(tx);
    /* Another picture, whose number begins with the same digits. */
    autosave(desk, 2, arena_printf(ARENA, "![a](picture:%lld0)", (long long)id).at);
    tx = room_write(desk);
    FINE(picture_delete(tx, &desk->editor, id, NOW, ARENA));
    room_commit(desk, tx, &changes);
}

static void test_replacing(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0});
    int64_t other = add(desk, &desk->reporter, "bb", (struct store_picture_desk){0});
    struct store_revision lead = room_revision(desk, "Lead");
    lead.picture_id = id;
    FINE(room_save(desk, &desk->reporter, 0, 0, lead, &saved));
    publish(desk, saved.desk.story_id, &changes);
    struct store_picture picture = {
        .id = id, .original = STR("cc"), .type = STR("image/png"), .width = 100, .height = 50};
    struct store_rendition rendition = {.kind = STR("w320"),
                                        .type = STR("image/webp"),
                                        .width = 100,
                                        .height = 50,
                                        .bytes = 10,
                                        .file = STR("cc.webp")};
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN,
          picture_replace(tx, &desk->reporter, &picture, &rendition, 1, NOW, ARENA, &changes));
    FINE(picture_replace(tx, &desk->editor, &picture, &rendition, 1, NOW, ARENA, &changes));
    assert_true(has_key(&changes, arena_printf(ARENA, "picture/%lld", (long long)id).at));
    assert_true(has_key(&changes, "file/aa.jpg"));
    assert_true(has_key(&changes, "file/cc.webp"));
    room_commit(desk, tx, &changes);
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_UNKNOWN);
    assert_int_equal(file_state(desk, "cc.webp"), STORE_FILE_PUBLIC);
    /* The file of another picture is not taken. */
    picture.original = STR("bb");
    tx = room_write(desk);
    FAILS(ERR_EXISTS,
          picture_replace(tx, &desk->editor, &picture, &rendition, 1, NOW, ARENA, &changes));
    store_end(tx);
    (void)other;
    room_check(desk);
}

static void test_focus_and_avif(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_picture_desk row;
    struct store_rendition *renditions, rendition = {.kind = STR("16x9"),
                                                     .type = STR("image/jpeg"),
                                                     .width = 1200,
                                                     .height = 675,
                                                     .bytes = 10,
                                                     .file = STR("crop.jpg")};
    size_t count;
    int64_t *ids, id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0});
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN,
          picture_focus(tx, &desk->other, id, 10, 10, &rendition, 1, NOW, ARENA, &changes));
    FAILS(ERR_INVALID,
          picture_focus(tx, &desk->reporter, id, 10001, 10, &rendition, 1, NOW, ARENA, &changes));
    FAILS(ERR_INVALID,
          picture_focus(tx, &desk->reporter, id, 10, -1, &rendition, 1, NOW, ARENA, &changes));
    FINE(picture_focus(tx, &desk->reporter, id, 2500, 10000, &rendition, 1, NOW, ARENA, &changes));
    FINE(store_picture_desk(tx, id, ARENA, &row));
    assert_int_equal(row.focal_x, 2500);
    FINE(store_pictures_avif(tx, 10, ARENA, &ids, &count));
    assert_int_equal(count, 1);
    rendition.type = STR("image/avif");
    rendition.file = STR("crop.avif");
    FINE(picture_avif_made(tx, id, &rendition, 1, ARENA, &changes));
    FINE(store_renditions(tx, id, ARENA, &renditions, &count));
    assert_int_equal(count, 2);
    assert_text(renditions[1].file, STR("crop.avif"));
    FINE(store_pictures_avif(tx, 10, ARENA, &ids, &count));
    assert_int_equal(count, 0);
    /* Made anew, the crops need their AVIF anew. */
    rendition.type = STR("image/jpeg");
    FINE(picture_focus(tx, &desk->editor, id, -1, -1, &rendition, 1, NOW, ARENA, &changes));
    FINE(store_pictures_avif(tx, 10, ARENA, &ids, &count));
    assert_int_equal(count, 1);
    FINE(picture_avif_made(tx, id, NULL, 0, ARENA, &changes)); /* it failed: not again */
    FINE(store_pictures_avif(tx, 10, ARENA, &ids, &count));
    assert_int_equal(count, 0);
    room_commit(desk, tx, &changes);
}

static size_t find(struct desk_room *desk, const char *words, struct store_picture_filter filter)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_picture_row *rows;
    size_t count;
    int64_t next;
    FINE(store_read(desk->room.store, &tx));
    FINE(pictures_find(tx, str_of(words), filter, 0, 50, ARENA, &rows, &count, &next));
    return count;
}

static void test_library(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    struct store_picture_desk texts = {.title = STR("Ferry in fog"),
                                       .caption = STR("The ferry at noon"),
                                       .credit = STR("L. Ortega"),
                                       .alt = STR("A ferry")};
    int64_t id = add(desk, &desk->reporter, "aa", texts);
    (void)add(desk, &desk->other, "bb", (struct store_picture_desk){.title = STR("Tram")});
    struct store_revision lead = room_revision(desk, "Lead");
    lead.picture_id = id;
    FINE(room_save(desk, &desk->reporter, 0, 0, lead, &saved));
#define FILTER(...) ((struct store_picture_filter){__VA_ARGS__})
    assert_int_equal(find(desk, "", FILTER(.unused = false)), 2);
    assert_int_equal(find(desk, "ferry", FILTER(.unused = false)), 1);
    assert_int_equal(find(desk, "ortega FERRY", FILTER(.unused = false)), 1);
    assert_int_equal(find(desk, "bus", FILTER(.unused = false)), 0);
    assert_int_equal(find(desk, "\"", FILTER(.unused = false)), 0);
    assert_int_equal(find(desk, "", FILTER(.no_alt = true)), 1);
    assert_int_equal(find(desk, "", FILTER(.unused = true)), 1);
    assert_int_equal(find(desk, "tram", FILTER(.unused = true, .no_alt = true)), 1);
    assert_int_equal(find(desk, "", FILTER(.uploaded_by = desk->reporter.account_id)), 1);
    /* Other texts, other words. */
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    texts.picture_id = id;
    texts.title = STR("Boat in fog");
    texts.caption = STR("At noon");
    texts.alt = STR("");
    FAILS(ERR_FORBIDDEN, picture_describe(tx, &desk->other, &texts, NOW, ARENA, &changes));
    FINE(picture_describe(tx, &desk->reporter, &texts, NOW, ARENA, &changes));
    room_commit(desk, tx, &changes);
    assert_int_equal(find(desk, "ferry", FILTER(.unused = false)), 0);
    assert_int_equal(find(desk, "boat", FILTER(.unused = false)), 1);
    assert_int_equal(find(desk, "", FILTER(.no_alt = true)), 2);
    room_check(desk);
}

static void test_known_file(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = add(desk, &desk->reporter, "aa", (struct store_picture_desk){0}), again = 0;
    struct store_picture picture = {.original = STR("aa"), .type = STR("image/jpeg")};
    struct store_picture_desk texts = {.focal_x = -1, .focal_y = -1};
    struct store_tx *tx = room_write(desk);
    FAILS(ERR_EXISTS, picture_add(tx, &desk->other, &picture, NULL, 0, &texts, NOW, ARENA, &again));
    assert_int_equal(again, id);
    store_end(tx);
}

static void test_logo(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct settings settings;
    int64_t id = add(desk, &desk->publisher, "aa", (struct store_picture_desk){0});
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_PRIVATE);
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(settings_load(tx, ARENA, &settings));
    settings.logo = 99;
    FAILS(ERR_NOT_FOUND, furnish_settings(tx, &desk->publisher, &settings, NOW, ARENA, &changes));
    settings.logo = id;
    FINE(furnish_settings(tx, &desk->publisher, &settings, NOW, ARENA, &changes));
    assert_true(has_key(&changes, "settings"));
    assert_true(has_key(&changes, "file/aa.jpg"));
    FAILS(ERR_STEP, picture_delete(tx, &desk->editor, id, NOW, ARENA));
    room_commit(desk, tx, &changes);
    assert_int_equal(file_state(desk, "aa.jpg"), STORE_FILE_PUBLIC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_text),
        TEST(test_seen_by_readers),
        TEST(test_uses_and_deleting),
        TEST(test_kept_text_keeps_its_picture),
        TEST(test_unsaved_text_keeps_its_pictures),
        TEST(test_replacing),
        TEST(test_focus_and_avif),
        TEST(test_library),
        TEST(test_known_file),
        TEST(test_logo),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
