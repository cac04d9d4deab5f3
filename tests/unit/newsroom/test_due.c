/* What the clock does, with a clock that is set. */
#include "newsroom/front.h"
#include "newsroom/overview.h"
#include "tests/unit/newsroom/desk_room.h"

#define NOW (desk->room.now)
#define ARENA (desk->room.arena)
#define HOURS(n) ((int64_t)(n)*3600000)

static int64_t run(struct desk_room *desk, int64_t at)
{
    struct clock_set set = {at};
    struct clock clock = clock_settable(&set);
    int64_t next = 0;
    FINE(workflow_run_due(desk->room.store, &clock, ARENA, &next));
    return next;
}

static int64_t scheduled(struct desk_room *desk, const char *headline, int64_t at)
{
    int64_t id = room_draft(desk, &desk->reporter, headline).desk.story_id;
    FINE(room_step(desk, &desk->editor, id, STEP_SCHEDULE, (struct step_words){.publish_at = at}));
    return id;
}

static struct str newest_note(struct desk_room *desk, int64_t story)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_note *notes;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_notes(tx, story, 0, 1, ARENA, &notes, &count));
    assert_int_equal(count, 1);
    assert_int_equal(notes[0].kind, NOTE_CLOCK);
    assert_int_equal(notes[0].account_id, 0);
    return notes[0].text;
}

static void test_nothing(void **state)
{
    struct desk_room *desk = *state;
    assert_true(run(desk, NOW) == NEVER);
}

static void test_at_its_second(void **state)
{
    struct desk_room *desk = *state;
    int64_t at = NOW + HOURS(2), id = scheduled(desk, "Later", at);
    assert_int_equal(run(desk, NOW), at);
    assert_int_equal(run(desk, at - 1), at);
    assert_int_equal(room_story(desk, id).state, STORY_DRAFT);
    assert_true(run(desk, at + 300) == NEVER);
    struct store_story story = room_story(desk, id);
    assert_int_equal(story.state, STORY_PUBLISHED);
    assert_int_equal(story.published_at, at); /* the moment that was asked for */
    assert_int_equal(room_desk(desk, id).state, DESK_PUBLISHED);
    assert_int_equal(room_desk(desk, id).publish_at, 0);
    assert_text(newest_note(desk, id), STR("published"));
    room_check(desk);
}

static void test_the_change_is_in_the_log(void **state)
{
    struct desk_room *desk = *state;
    struct store_change *changes;
    size_t count;
    bool complete, front = false;
    int64_t at = NOW + HOURS(1), before;
    (void)scheduled(desk, "Later", at);
    STORE_TX_AUTO struct store_tx *tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_change_number(tx, &before));
    store_end(tx);
    tx = NULL;
    (void)run(desk, at);
    FINE(store_read(desk->room.store, &tx));
    FINE(store_changes_after(tx, before, 10, ARENA, &changes, &count, &complete));
    assert_int_equal(count, 1);
    for (size_t i = 0; i < changes[0].count; i++)
        front = front || str_eq(changes[0].keys[i], STR("list/all/0/after/0"));
    assert_true(front);
}

/* The program was down for a day. */
static void test_catching_up(void **state)
{
    struct desk_room *desk = *state;
    int64_t at = NOW + HOURS(1), later = NOW + HOURS(24);
    int64_t one = scheduled(desk, "One", at), two = scheduled(desk, "Two", at + HOURS(1));
    int64_t three = scheduled(desk, "Three", later + HOURS(1));
    assert_int_equal(run(desk, later), later + HOURS(1));
    assert_int_equal(room_story(desk, one).published_at, later); /* not in the past */
    assert_int_equal(room_story(desk, two).state, STORY_PUBLISHED);
    assert_int_equal(room_story(desk, three).state, STORY_DRAFT);
    assert_true(str_starts(newest_note(desk, one), STR("published-late 2025-11-24T")));
    room_check(desk);
}

static size_t told(struct desk_room *desk, const char *action)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_audit_filter filter = {.action = str_of(action)};
    struct store_audit *entries;
    size_t count;
    int64_t next;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_audits(tx, &filter, 0, 100, ARENA, &entries, &count, &next));
    return count;
}

/* Pages know by themselves; the trail is told once. */
static void test_pins_and_the_bar_end(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = scheduled(desk, "Pinned", NOW + HOURS(1));
    (void)run(desk, NOW + HOURS(1));
    struct store_pin pins[] = {{PIN_LEAD, 0, id, NOW + HOURS(4)}};
    struct breaking bar = {STR("Storm lands"), STR("/news"), NOW + HOURS(3)};
    struct changes changes;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    struct store_laid laid = {.pins = pins, .pin_count = 1};
    FINE(layout_set(tx, &desk->editor, &laid, 0, NOW, ARENA, &changes, NULL));
    FINE(breaking_set(tx, &desk->editor, &bar, NOW, ARENA, &changes));
    room_commit(desk, tx, &changes);
    assert_int_equal(run(desk, NOW + HOURS(2)), NOW + HOURS(3));
    assert_int_equal(told(desk, "front.breaking-end") + told(desk, "front.pin-end"), 0);
    assert_int_equal(run(desk, NOW + HOURS(3)), NOW + HOURS(4));
    assert_int_equal(told(desk, "front.breaking-end"), 1);
    assert_int_equal(told(desk, "front.pin-end"), 0);
    assert_true(run(desk, NOW + HOURS(9)) == NEVER); /* late */
    assert_int_equal(told(desk, "front.pin-end"), 1);
    assert_true(run(desk, NOW + HOURS(10)) == NEVER);
    assert_int_equal(told(desk, "front.breaking-end") + told(desk, "front.pin-end"), 2);
    room_check(desk);
}

static void test_many_at_once(void **state)
{
    struct desk_room *desk = *state;
    int64_t ids[20], at = NOW + HOURS(10);
    for (size_t i = 0; i < 20; i++)
        ids[i] = scheduled(desk, "Same moment", at);
    assert_true(run(desk, at) == NEVER);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(room_story(desk, ids[i]).state, STORY_PUBLISHED);
    room_check(desk);
}

static void embargo(struct desk_room *desk, int64_t id, int64_t until)
{
    struct changes changes;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_embargo(tx, &desk->editor, id, until, NOW, ARENA));
    room_commit(desk, tx, &changes);
}

static void test_embargo_ends(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = room_draft(desk, &desk->reporter, "Secret").desk.story_id;
    int64_t until = NOW + HOURS(3);
    embargo(desk, id, until);
    assert_int_equal(run(desk, until - 1), until);
    assert_int_equal(room_desk(desk, id).embargo_until, until);
    assert_true(run(desk, until) == NEVER);
    assert_int_equal(room_desk(desk, id).embargo_until, 0);
    assert_int_equal(room_story(desk, id).state, STORY_DRAFT); /* lifted, not published */
    assert_text(newest_note(desk, id), STR("embargo-ended"));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, (struct step_words){0}));
}

static void test_embargo_and_schedule_at_one_moment(void **state)
{
    struct desk_room *desk = *state;
    int64_t at = NOW + HOURS(3);
    int64_t id = room_draft(desk, &desk->reporter, "Both").desk.story_id;
    embargo(desk, id, at);
    FINE(room_step(desk, &desk->editor, id, STEP_SCHEDULE, (struct step_words){.publish_at = at}));
    assert_true(run(desk, at) == NEVER);
    assert_int_equal(room_story(desk, id).state, STORY_PUBLISHED);
    assert_int_equal(room_desk(desk, id).embargo_until, 0);
}

static void test_late_embargo(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = room_draft(desk, &desk->reporter, "Secret").desk.story_id;
    embargo(desk, id, NOW + HOURS(1));
    (void)run(desk, NOW + HOURS(5));
    assert_true(str_starts(newest_note(desk, id), STR("embargo-ended-late 2025-")));
}

static void test_scheduled_update(void **state)
{
    struct desk_room *desk = *state;
    struct saved saved;
    int64_t id = room_draft(desk, &desk->editor, "First").desk.story_id, published = NOW;
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, (struct step_words){0}));
    NOW += HOURS(1);
    FINE(room_save(desk, &desk->editor, id, room_story(desk, id).newest,
                   room_revision(desk, "Second"), &saved));
    FINE(room_step(
        desk, &desk->editor, id, STEP_SCHEDULE,
        (struct step_words){.publish_at = NOW + HOURS(1), .minor = true, .relist = true}));
    assert_int_equal(room_story(desk, id).state, STORY_PUBLISHED); /* readers keep the first */
    room_check(desk);
    (void)run(desk, NOW + HOURS(1));
    struct store_story story = room_story(desk, id);
    assert_int_equal(story.live, story.newest);
    assert_int_equal(story.published_at, published);
    assert_int_equal(story.updated_at, published);
    assert_int_equal(story.listed_at, NOW + HOURS(1));
    room_check(desk);
}

/* An editor changes the text of a scheduled story: that text goes out. */
static void test_newest_goes_out(void **state)
{
    struct desk_room *desk = *state;
    struct saved saved;
    int64_t id = scheduled(desk, "First", NOW + HOURS(1));
    FINE(room_save(desk, &desk->editor, id, room_story(desk, id).newest,
                   room_revision(desk, "Second"), &saved));
    assert_int_equal(saved.desk.state, DESK_SCHEDULED);
    (void)run(desk, NOW + HOURS(1));
    assert_int_equal(room_story(desk, id).live, saved.revision_id);
}

static void test_taken_off(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = scheduled(desk, "First", NOW + HOURS(1));
    FINE(room_step(desk, &desk->editor, id, STEP_UNSCHEDULE, (struct step_words){0}));
    assert_true(run(desk, NOW + HOURS(2)) == NEVER);
    assert_int_equal(room_story(desk, id).state, STORY_DRAFT);
}

static void test_published_before_its_time(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = scheduled(desk, "First", NOW + HOURS(1));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, (struct step_words){0}));
    assert_true(run(desk, NOW + HOURS(2)) == NEVER);
    assert_int_equal(room_story(desk, id).published_at, NOW);
}

/* What can't be published is said once and not tried for ever. */
static void test_not_possible(void **state)
{
    struct desk_room *desk = *state;
    int64_t at = NOW + HOURS(1), id = scheduled(desk, "First", at);
    struct changes changes;
    struct store_tx *tx = room_write(desk);
    struct store_desk row;
    changes_init(&changes, ARENA);
    FINE(store_desk(tx, id, &row));
    row.embargo_until = at + HOURS(9); /* no rule lets this happen */
    FINE(store_desk_set(tx, &row));
    room_commit(desk, tx, &changes);
    assert_int_equal(run(desk, at), at + HOURS(9));
    assert_int_equal(room_desk(desk, id).state, DESK_READY);
    assert_true(str_starts(newest_note(desk, id), STR("not-published\n")));
    room_check(desk);
}

/* Stories that the command line added are found by words soon. */
static void test_words_catch_up(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_revision revision = room_revision(desk, "Dredger stuck");
    struct desk_query query = {.words = STR("dredger")};
    struct desk_stories stories;
    int64_t story, id;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    revision.at = NOW;
    FINE(store_story_add(tx, &revision, &story, &id)); /* below the newsroom's rules */
    FINE(desk_stories(tx, &desk->editor, &query, ARENA, &stories));
    assert_int_equal(stories.count, 0);
    room_commit(desk, tx, &changes);
    assert_int_equal(run(desk, NOW), NOW); /* call again: there may be more */
    assert_true(run(desk, NOW) == NEVER);
    tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FINE(desk_stories(tx, &desk->editor, &query, ARENA, &stories));
    assert_int_equal(stories.count, 1);
    store_end(tx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing),
        TEST(test_at_its_second),
        TEST(test_the_change_is_in_the_log),
        TEST(test_catching_up),
        TEST(test_pins_and_the_bar_end),
        TEST(test_many_at_once),
        TEST(test_embargo_ends),
        TEST(test_embargo_and_schedule_at_one_moment),
        TEST(test_late_embargo),
        TEST(test_scheduled_update),
        TEST(test_newest_goes_out),
        TEST(test_taken_off),
        TEST(test_published_before_its_time),
        TEST(test_not_possible),
        TEST(test_words_catch_up),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
