/* Working copies, and two forms that become one. */
#include "newsroom/working.h"
#include "tests/unit/newsroom/desk_room.h"

#define ARENA (desk->room.arena)
#define NOW (desk->room.now)
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

#define PAGE STR("0123456789abcdef")
#define OTHER_PAGE STR("fedcba9876543210")
#define BODY "The quay is wet.\n\nThe ferry is late.\n\nNobody waits."

static struct store_form form_with(const char *headline, const char *body, int64_t base)
{
    return (struct store_form){.headline = str_of(headline),
                               .body = str_of(body),
                               .section = STR("news"),
                               .tags = STR("ferries, quay"),
                               .bylines = STR("Ana Reyes"),
                               .language = STR("en"),
                               .base = base};
}

static struct saved save(struct desk_room *desk, const struct actor *actor, int64_t story_id,
                         const struct store_form *form)
{
    struct store_tx *tx = room_write(desk);
    struct store_revision revision;
    struct changes changes;
    struct saved saved;
    changes_init(&changes, ARENA);
    struct draft draft = form_draft(form, ARENA);
    FINE(draft_resolve(tx, &draft, 0, NOW, ARENA, &changes, &revision));
    struct saving saving = {.story_id = story_id, .base = form->base, .revision = &revision};
    FINE(story_save(tx, actor, &saving, NOW, ARENA, &changes, &saved));
    room_commit(desk, tx, &changes);
    return saved;
}

static struct store_working write_as(struct desk_room *desk, const struct actor *actor,
                                     struct working_page page, int64_t turn,
                                     const struct store_form *form, enum err code)
{
    struct store_tx *tx = room_write(desk);
    struct store_working copy = {0};
    struct changes changes;
    changes_init(&changes, ARENA);
    FAILS(code, working_write(tx, actor, &page, turn, form, NOW, ARENA, &copy));
    if (code == ERR_OK)
        room_commit(desk, tx, &changes);
    else
        store_end(tx);
    return copy;
}

static size_t count_of(struct desk_room *desk, const struct actor *actor)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_working *list;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_workings_of(tx, actor->account_id, 100, ARENA, &list, &count));
    return count;
}

static void test_writing(void **state)
{
    struct desk_room *desk = *state;
    struct store_form form = form_with("Written", BODY, 0);
    struct saved first = save(desk, &desk->reporter, 0, &form);
    struct working_page page = {first.desk.story_id, PAGE, 0, 0};
    form = form_with("Typed", BODY, first.revision_id);
    struct store_working copy = write_as(desk, &desk->reporter, page, 5, &form, ERR_OK);
    assert_true(copy.id > 0);
    /* Late ones change nothing; later ones replace it. */
    struct store_form older = form_with("Older", BODY, first.revision_id);
    assert_text(write_as(desk, &desk->reporter, page, 4, &older, ERR_OK).form.headline,
                STR("Typed"));
    form.headline = STR("Typed on");
    assert_int_equal(write_as(desk, &desk->reporter, page, 6, &form, ERR_OK).id, copy.id);
    /* Another window has one of its own, unless it was opened with this one and it is unchanged. */
    struct working_page other = {first.desk.story_id, OTHER_PAGE, copy.id, 5};
    assert_true(write_as(desk, &desk->reporter, other, 7, &form, ERR_OK).id != copy.id);
    assert_int_equal(count_of(desk, &desk->reporter), 2);
    struct working_page next = {first.desk.story_id, STR("00112233445566778899"), copy.id, 6};
    assert_int_equal(write_as(desk, &desk->reporter, next, 8, &form, ERR_OK).id, copy.id);
    /* What the newest revision says needs no copy. */
    form = form_with("Written", BODY, first.revision_id);
    assert_int_equal(write_as(desk, &desk->reporter, next, 9, &form, ERR_OK).id, 0);
    assert_int_equal(count_of(desk, &desk->reporter), 1);
    int64_t faults;
    FINE(store_desk_check(desk->room.store, NULL, NULL, &faults));
    assert_int_equal(faults, 0);
}

static void test_who_may_write(void **state)
{
    struct desk_room *desk = *state;
    struct store_form form = form_with("Written", BODY, 0);
    struct saved first = save(desk, &desk->reporter, 0, &form);
    struct saved second = save(desk, &desk->reporter, 0, &form);
    struct working_page page = {first.desk.story_id, PAGE, 0, 0};
    form.headline = STR("Typed");
    form.base = first.revision_id;
    (void)write_as(desk, &desk->other, page, 1, &form, ERR_FORBIDDEN);
    (void)write_as(desk, &desk->contributor, page, 1, &form, ERR_FORBIDDEN);
    (void)write_as(desk, &desk->editor, page, 1, &form, ERR_OK);
    form.base = second.revision_id;
    (void)write_as(desk, &desk->editor, page, 2, &form, ERR_INVALID);
    form.base = first.revision_id;
    page.name = STR("not hexadecimal!");
    (void)write_as(desk, &desk->editor, page, 3, &form, ERR_INVALID);
    page.name = PAGE;
    form.body = STR("\xC3\x28");
    (void)write_as(desk, &desk->editor, page, 4, &form, ERR_INVALID);
    /* Many windows have an end. */
    form.body = STR(BODY);
    for (int i = 1; i < WORKING_EACH; i++) {
        page.name = arena_printf(ARENA, "%016d", i);
        (void)write_as(desk, &desk->editor, page, 5, &form, ERR_OK);
    }
    page.name = STR("ffffffffffffffff");
    (void)write_as(desk, &desk->editor, page, 5, &form, ERR_STEP);
}

static void settle_all(struct desk_room *desk, const struct actor *actor, int64_t story_id,
                       size_t expected)
{
    struct store_tx *tx = room_write(desk);
    struct changes changes;
    int64_t *ids;
    size_t count;
    changes_init(&changes, ARENA);
    FINE(working_unsettled(tx, actor, story_id, NOW, ARENA, &ids, &count));
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        FINE(working_settle(tx, actor, ids[i], NOW, ARENA, &changes));
    room_commit(desk, tx, &changes);
}

static void test_settling(void **state)
{
    struct desk_room *desk = *state;
    struct store_form form = form_with("Written", BODY, 0), newest;
    struct saved first = save(desk, &desk->reporter, 0, &form);
    int64_t id = first.desk.story_id, base;
    struct working_page page = {id, PAGE, 0, 0};
    form = form_with("Typed", BODY, first.revision_id);
    (void)write_as(desk, &desk->reporter, page, 1, &form, ERR_OK);
    settle_all(desk, &desk->reporter, id, 0); /* one's own stays */
    settle_all(desk, &desk->editor, id, 1);
    settle_all(desk, &desk->editor, id, 0);
    struct store_story story;
    struct store_revision_desk who;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_story(tx, id, ARENA, &story));
    FINE(form_of_revision(tx, story.newest, ARENA, &newest));
    FINE(store_revision_desk(tx, story.newest, ARENA, &who));
    assert_text(newest.headline, STR("Typed"));
    assert_int_equal(who.account_id, desk->reporter.account_id);
    /* The page that wrote it goes on from that revision, whatever it says itself. */
    FINE(working_base(tx, &desk->reporter, &page, first.revision_id, ARENA, &base));
    assert_int_equal(base, story.newest);
    FINE(working_base(tx, &desk->editor, &page, first.revision_id, ARENA, &base));
    assert_int_equal(base, first.revision_id);
    store_end(tx);
    tx = NULL;
    assert_int_equal(count_of(desk, &desk->reporter), 0);
    form.headline = STR("Typed on");
    struct store_working copy = write_as(desk, &desk->reporter, page, 2, &form, ERR_OK);
    assert_int_equal(copy.form.base, story.newest);
    assert_int_equal(count_of(desk, &desk->reporter), 1);
}

static void test_reading_and_discarding(void **state)
{
    struct desk_room *desk = *state;
    struct store_form form = form_with("Of a new story", BODY, 0);
    struct working_page page = {0, PAGE, 0, 0};
    struct store_working copy = write_as(desk, &desk->other, page, 1, &form, ERR_OK);
    struct store_tx *tx = room_write(desk);
    struct store_working *left;
    struct changes changes;
    size_t count;
    changes_init(&changes, ARENA);
    FINE(working_may_see(tx, &desk->other, &copy));
    FINE(working_may_see(tx, &desk->editor, &copy));
    FAILS(ERR_FORBIDDEN, working_may_see(tx, &desk->reporter, &copy));
    FAILS(ERR_STEP, working_discard(tx, &desk->editor, copy.id, NOW, ARENA));
    FINE(store_workings_left(tx, 10, ARENA, &left, &count));
    assert_int_equal(count, 0);
    FINE(account_disable(tx, &desk->publisher, desk->other.account_id, NOW, ARENA));
    FINE(store_workings_left(tx, 10, ARENA, &left, &count));
    assert_int_equal(count, 1);
    FINE(working_discard(tx, &desk->editor, copy.id, NOW, ARENA));
    FAILS(ERR_NOT_FOUND, store_working(tx, copy.id, ARENA, &copy));
    room_commit(desk, tx, &changes);
}

/* ---- Forms --------------------------------------------------------------------------------- */

static void test_merging(void **state)
{
    struct desk_room *desk = *state;
    struct store_form base = form_with("One", BODY, 1), mine = base, theirs = base;
    struct form_merge merge;
    mine.standfirst = STR("Mine.");
    mine.tags = STR("ferries, boats");
    mine.body = STR("The quay is dry.\n\nThe ferry is late.\n\nNobody waits.");
    theirs.base = 2;
    theirs.headline = STR("Two");
    theirs.picture_id = 7;
    theirs.featured = true;
    theirs.tags = STR("ferries, quay, islands");
    theirs.body = STR("The quay is wet.\n\nThe ferry is late.\n\nFew wait.");
    form_merge(&base, &mine, &theirs, ARENA, &merge);
    assert_true(form_merges(&merge));
    assert_text(merge.form.headline, STR("Two"));
    assert_text(merge.form.standfirst, STR("Mine."));
    assert_text(merge.form.tags, STR("ferries, boats, islands"));
    assert_text(merge.form.body, STR("The quay is dry.\n\nThe ferry is late.\n\nFew wait."));
    assert_int_equal(merge.form.picture_id, 7);
    assert_true(merge.form.featured);
    assert_int_equal(merge.form.base, 2);
    assert_int_equal(merge.paragraphs, 1);
    /* Both the same field: mine, until it is chosen. */
    mine.headline = STR("Three");
    mine.picture_id = 9;
    form_merge(&base, &mine, &theirs, ARENA, &merge);
    assert_false(form_merges(&merge));
    assert_int_equal(merge.conflicts, 1U << FORM_HEADLINE | 1U << FORM_PICTURE);
    assert_text(merge.form.headline, STR("Three"));
    form_field_copy(&merge.form, &theirs, FORM_HEADLINE);
    form_field_copy(&merge.form, &theirs, FORM_PICTURE);
    assert_text(merge.form.headline, STR("Two"));
    assert_int_equal(merge.form.picture_id, 7);
}

static void test_merging_with_what_is_unchanged(void **state)
{
    struct desk_room *desk = *state;
    struct store_form base = form_with("One", BODY, 1), mine = base;
    struct form_merge merge;
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        struct store_form other = form_with("Other", "Other.\n", 2);
        other.picture_id = 3;
        other.featured = true;
        mine = base;
        form_field_copy(&mine, &other, (enum form_field)i);
        form_merge(&base, &mine, &base, ARENA, &merge);
        assert_true(form_merges(&merge) && form_equal(&merge.form, &mine));
        form_merge(&base, &base, &mine, ARENA, &merge);
        assert_true(form_merges(&merge) && form_equal(&merge.form, &mine));
        form_merge(&base, &mine, &mine, ARENA, &merge);
        assert_true(form_merges(&merge) && form_equal(&merge.form, &mine));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_writing),  TEST(test_who_may_write),
        TEST(test_settling), TEST(test_reading_and_discarding),
        TEST(test_merging),  TEST(test_merging_with_what_is_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
