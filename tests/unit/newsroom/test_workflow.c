#include "newsroom/preview.h"
#include "tests/unit/newsroom/desk_room.h"

#define NOW (desk->room.now)
#define ARENA (desk->room.arena)
#define HOURS(n) ((int64_t)(n)*3600000)
#define WORDS(...) ((struct step_words){__VA_ARGS__})
#define NO_WORDS ((struct step_words){0})

static const struct step_words enough = {.note = STR_INIT("the second name is missing"),
                                         .reason = STR_INIT("It was wrong.")};

/* ---- The table of steps, written down once more */

static const struct {
    const char *step, *from;
    enum desk_state to;
} table[] = {
    {"hand-in", "D", DESK_HANDED_IN}, {"recall", "H", DESK_DRAFT},
    {"take", "DHR", DESK_IN_EDIT},    {"return", "HER", DESK_DRAFT},
    {"ready", "DHE", DESK_READY},     {"schedule", "DHERS", DESK_SCHEDULED},
    {"unschedule", "S", DESK_READY},  {"publish", "DHERS", DESK_PUBLISHED},
    {"withdraw", "", DESK_WITHDRAWN}, /* of one that was never published */
    {"spike", "DHER", DESK_SPIKED},   {"revive", "X", DESK_DRAFT},
};

/* Brings a new story into a state by the shortest way. */
static int64_t story_in(struct desk_room *desk, char state)
{
    int64_t id = room_draft(desk, &desk->reporter, "A story").desk.story_id;
    struct step_words words = enough;
    words.publish_at = NOW + HOURS(1);
    switch (state) {
    case 'H':
        FINE(room_step(desk, &desk->reporter, id, STEP_HAND_IN, words));
        break;
    case 'E':
        FINE(room_step(desk, &desk->editor, id, STEP_TAKE, words));
        break;
    case 'R':
        FINE(room_step(desk, &desk->editor, id, STEP_READY, words));
        break;
    case 'S':
        FINE(room_step(desk, &desk->editor, id, STEP_SCHEDULE, words));
        break;
    case 'P':
    case 'W':
        FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, words));
        if (state == 'W')
            FINE(room_step(desk, &desk->editor, id, STEP_WITHDRAW, words));
        break;
    case 'X':
        FINE(room_step(desk, &desk->editor, id, STEP_SPIKE, words));
        break;
    default:
        break;
    }
    return id;
}

static void test_table(void **state)
{
    struct desk_room *desk = *state;
    static const char states[] = "DHERSPWX";
    assert_int_equal(sizeof table / sizeof *table, STEP_COUNT);
    for (size_t i = 0; i < STEP_COUNT; i++)
        for (const char *from = states; *from; from++) {
            enum step step;
            int64_t id = story_in(desk, *from);
            struct step_words words = enough;
            words.publish_at = NOW + HOURS(2);
            assert_true(step_parse(str_of(table[i].step), &step));
            struct error error = room_step(desk, &desk->editor, id, step, words);
            bool allowed = *from && strchr(table[i].from, *from);
            if (step == STEP_WITHDRAW && *from == 'P')
                allowed = true;
            if (error.code != (allowed ? ERR_OK : ERR_STEP))
                fail_msg("%s from %c: %s", table[i].step, *from, error_name(error.code));
            if (allowed)
                assert_int_equal(room_desk(desk, id).state, table[i].to);
        }
    room_check(desk);
}

static void test_names(void **state)
{
    for (int i = DESK_DRAFT; i <= DESK_SPIKED; i++) {
        enum desk_state parsed;
        assert_true(desk_state_parse(desk_state_text((enum desk_state)i), &parsed));
        assert_int_equal(parsed, i);
    }
    enum step step;
    assert_false(step_parse(STR("publish "), &step));
}

/* Every step by every role on own and other stories: the same answer as the table of rights. */
static void test_rights(void **state)
{
    struct desk_room *desk = *state;
    const struct actor *const actors[] = {&desk->contributor, &desk->reporter, &desk->other,
                                          &desk->editor, &desk->publisher};
    for (int i = 0; i < STEP_COUNT; i++)
        for (size_t a = 0; a < sizeof actors / sizeof *actors; a++) {
            enum step step = (enum step)i;
            char from = step == STEP_WITHDRAW ? 'P' : table[i].from[0];
            int64_t id = story_in(desk, from);
            struct step_words words = enough;
            words.publish_at = NOW + HOURS(2);
            struct store_desk row = room_desk(desk, id);
            bool right =
                may(actors[a]->role, step_action(step), relation_to(actors[a]->account_id, &row));
            enum step open[STEP_COUNT];
            size_t count = steps_open(actors[a], &row, open), k = 0;
            while (k < count && open[k] != step)
                k++;
            assert_int_equal(k < count, right); /* what a screen offers is what is allowed */
            FAILS(right ? ERR_OK : ERR_FORBIDDEN, room_step(desk, actors[a], id, step, words));
        }
}

static void test_whole_way(void **state)
{
    struct desk_room *desk = *state;
    struct saved saved = room_draft(desk, &desk->reporter, "Ferry late");
    int64_t id = saved.desk.story_id;
    assert_int_equal(saved.desk.owner_id, desk->reporter.account_id);
    FINE(room_step(desk, &desk->reporter, id, STEP_HAND_IN, WORDS(.note = STR("please look"))));
    assert_int_equal(room_desk(desk, id).handed_in_at, NOW);
    FAILS(ERR_INVALID, room_step(desk, &desk->editor, id, STEP_RETURN, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_RETURN, WORDS(.note = STR("who says so?"))));
    FINE(room_step(desk, &desk->reporter, id, STEP_HAND_IN, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_TAKE, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_READY, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    struct store_story story = room_story(desk, id);
    assert_int_equal(story.state, STORY_PUBLISHED);
    assert_int_equal(story.published_at, NOW);
    assert_int_equal(room_desk(desk, id).live_at, NOW);
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_note *notes;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_notes(tx, id, 0, 100, ARENA, &notes, &count));
    assert_int_equal(count, 6);
    assert_text(notes[0].text, STR("publish"));
    assert_int_equal(notes[0].kind, NOTE_STATE);
    assert_int_equal(notes[4].kind, NOTE_RETURNED);
    assert_text(notes[4].text, STR("who says so?"));
    assert_int_equal(notes[5].kind, NOTE_HANDED_IN);
}

/* ---- Updates */

static struct saved save(struct desk_room *desk, const struct actor *actor, int64_t story,
                         const char *headline)
{
    struct saved saved;
    int64_t base = room_story(desk, story).newest;
    FINE(room_save(desk, actor, story, base, room_revision(desk, headline), &saved));
    return saved;
}

static void test_update(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = story_in(desk, 'P'), published = NOW;
    struct store_story before = room_story(desk, id);
    NOW += HOURS(1);
    assert_int_equal(save(desk, &desk->editor, id, "Another headline").desk.state, DESK_IN_EDIT);
    /* Readers see nothing of it. */
    assert_int_equal(room_story(desk, id).live, before.live);
    assert_int_equal(room_story(desk, id).state, STORY_PUBLISHED);
    /* A minor edit keeps the time, an update in substance changes it. */
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, WORDS(.minor = true)));
    assert_int_equal(room_story(desk, id).updated_at, published);
    assert_int_equal(room_story(desk, id).live, room_story(desk, id).newest);
    NOW += HOURS(1);
    (void)save(desk, &desk->editor, id, "A third headline");
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    assert_int_equal(room_story(desk, id).updated_at, NOW);
    assert_int_equal(room_story(desk, id).published_at, published);
    assert_int_equal(room_story(desk, id).listed_at, published);
    /* It moves up only when that is asked for. */
    NOW += HOURS(1);
    (void)save(desk, &desk->editor, id, "A fourth headline");
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, WORDS(.minor = true, .relist = true)));
    assert_int_equal(room_story(desk, id).listed_at, NOW);
    assert_int_equal(room_story(desk, id).updated_at, NOW - HOURS(1));
    room_check(desk);
}

static void test_reporter_updates_own(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = story_in(desk, 'P');
    struct store_story before = room_story(desk, id);
    assert_int_equal(save(desk, &desk->reporter, id, "A correction").desk.state, DESK_DRAFT);
    assert_int_equal(room_story(desk, id).live, before.live);
    FAILS(ERR_FORBIDDEN, room_step(desk, &desk->reporter, id, STEP_PUBLISH, NO_WORDS));
    FAILS(ERR_FORBIDDEN, room_step(desk, &desk->reporter, id, STEP_SPIKE, NO_WORDS));
    FAILS(ERR_STEP, room_step(desk, &desk->editor, id, STEP_SPIKE, NO_WORDS));
    FINE(room_step(desk, &desk->reporter, id, STEP_HAND_IN, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    assert_int_equal(room_desk(desk, id).state, DESK_PUBLISHED);
    room_check(desk);
}

static void test_withdraw(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = story_in(desk, 'P');
    FAILS(ERR_INVALID, room_step(desk, &desk->editor, id, STEP_WITHDRAW, NO_WORDS));
    (void)save(desk, &desk->editor, id, "Being changed");
    FINE(room_step(desk, &desk->editor, id, STEP_WITHDRAW, WORDS(.reason = STR("It was wrong."))));
    assert_text(room_story(desk, id).reason, STR("It was wrong."));
    assert_int_equal(room_desk(desk, id).state, DESK_WITHDRAWN);
    struct saved saved;
    FAILS(ERR_STEP, room_save(desk, &desk->editor, id, room_story(desk, id).newest,
                              room_revision(desk, "Again"), &saved));
    room_check(desk);
}

/* ---- Saving */

static void test_who_saves_when(void **state)
{
    struct desk_room *desk = *state;
    static const struct {
        char state;
        enum err contributor, owner, other, editor;
        enum desk_state after_owner, after_editor;
    } rows[] = {
        {'D', ERR_FORBIDDEN, ERR_OK, ERR_FORBIDDEN, ERR_OK, DESK_DRAFT, DESK_DRAFT},
        {'H', ERR_FORBIDDEN, ERR_OK, ERR_FORBIDDEN, ERR_OK, DESK_HANDED_IN, DESK_IN_EDIT},
        {'E', ERR_FORBIDDEN, ERR_OK, ERR_FORBIDDEN, ERR_OK, DESK_IN_EDIT, DESK_IN_EDIT},
        {'R', ERR_FORBIDDEN, ERR_STEP, ERR_FORBIDDEN, ERR_OK, 0, DESK_IN_EDIT},
        {'S', ERR_FORBIDDEN, ERR_STEP, ERR_FORBIDDEN, ERR_OK, 0, DESK_SCHEDULED},
        {'P', ERR_FORBIDDEN, ERR_OK, ERR_FORBIDDEN, ERR_OK, DESK_DRAFT, DESK_IN_EDIT},
        {'W', ERR_FORBIDDEN, ERR_STEP, ERR_FORBIDDEN, ERR_STEP, 0, 0},
        {'X', ERR_FORBIDDEN, ERR_STEP, ERR_FORBIDDEN, ERR_STEP, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct actor *const actors[] = {&desk->contributor, &desk->reporter, &desk->other,
                                              &desk->editor};
        const enum err codes[] = {rows[i].contributor, rows[i].owner, rows[i].other,
                                  rows[i].editor};
        const enum desk_state after[] = {0, rows[i].after_owner, 0, rows[i].after_editor};
        for (size_t a = 0; a < 4; a++) {
            struct saved saved;
            int64_t id = story_in(desk, rows[i].state);
            struct error error = room_save(desk, actors[a], id, room_story(desk, id).newest,
                                           room_revision(desk, "Changed"), &saved);
            if (error.code != codes[a])
                fail_msg("%c by %.*s: %s", rows[i].state, STR_ARG(actors[a]->name),
                         error_name(error.code));
            if (after[a])
                assert_int_equal(saved.desk.state, after[a]);
        }
    }
    room_check(desk);
}

static void test_contributor(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = room_draft(desk, &desk->contributor, "Mine").desk.story_id;
    (void)save(desk, &desk->contributor, id, "Mine, better");
    FAILS(ERR_FORBIDDEN, room_step(desk, &desk->contributor, id, STEP_HAND_IN, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_TAKE, NO_WORDS));
    struct saved saved;
    FAILS(ERR_FORBIDDEN, room_save(desk, &desk->contributor, id, room_story(desk, id).newest,
                                   room_revision(desk, "Too late"), &saved));
}

static void test_conflict(void **state)
{
    struct desk_room *desk = *state;
    struct saved first = room_draft(desk, &desk->reporter, "One"), editor, reporter;
    int64_t id = first.desk.story_id, base = first.revision_id;
    struct store_revision texts = room_revision(desk, "The reporter's");
    texts.body = STR("What the reporter wrote.");
    FINE(room_save(desk, &desk->editor, id, base, room_revision(desk, "The editor's"), &editor));
    FINE(room_save(desk, &desk->reporter, id, base, texts, &reporter));
    assert_false(reporter.added);
    assert_int_equal(reporter.newer, editor.revision_id);
    assert_true(reporter.kept > 0);
    assert_int_equal(room_story(desk, id).newest, editor.revision_id);
    /* Both texts are there. */
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_kept kept, *kepts;
    struct store_revision newest;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_kept(tx, reporter.kept, ARENA, &kept));
    FINE(store_revision(tx, editor.revision_id, ARENA, &newest));
    assert_text(kept.revision.body, STR("What the reporter wrote."));
    assert_text(kept.revision.headline, STR("The reporter's"));
    assert_int_equal(kept.base, base);
    assert_int_equal(kept.account_id, desk->reporter.account_id);
    assert_text(newest.headline, STR("The editor's"));
    FINE(store_kepts(tx, id, 0, 10, ARENA, &kepts, &count));
    assert_int_equal(count, 1);
    store_end(tx);
    /* The person decides: the kept text becomes the newest, on top of the editor's. */
    struct changes changes;
    struct saved restored;
    tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_restore_kept(tx, &desk->reporter, reporter.kept, editor.revision_id, NOW, ARENA,
                            &changes, &restored));
    room_commit(desk, tx, &changes);
    tx = NULL;
    assert_true(restored.added);
    FINE(store_read(desk->room.store, &tx));
    FINE(store_revision(tx, restored.revision_id, ARENA, &newest));
    assert_text(newest.body, STR("What the reporter wrote."));
    FAILS(ERR_NOT_FOUND, store_kept(tx, reporter.kept, ARENA, &kept));
}

static void test_same_text_is_no_conflict(void **state)
{
    struct desk_room *desk = *state;
    struct saved first = room_draft(desk, &desk->reporter, "One"), saved, again;
    int64_t id = first.desk.story_id;
    FINE(room_save(desk, &desk->reporter, id, first.revision_id, room_revision(desk, "Two"),
                   &saved));
    /* The button pressed twice. */
    FINE(room_save(desk, &desk->reporter, id, first.revision_id, room_revision(desk, "Two"),
                   &again));
    assert_int_equal(again.kept, 0);
    assert_int_equal(again.revision_id, saved.revision_id);
    FAILS(ERR_INVALID,
          room_save(desk, &desk->reporter, id, 0, room_revision(desk, "Three"), &again));
}

static void test_stale_step(void **state)
{
    struct desk_room *desk = *state;
    struct saved first = room_draft(desk, &desk->reporter, "One");
    int64_t id = first.desk.story_id;
    (void)save(desk, &desk->reporter, id, "Two");
    FAILS(ERR_CONFLICT,
          room_step(desk, &desk->editor, id, STEP_PUBLISH, WORDS(.base = first.revision_id)));
    assert_int_equal(room_story(desk, id).state, STORY_DRAFT);
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH,
                   WORDS(.base = room_story(desk, id).newest)));
}

static void test_restore(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    struct saved first = room_draft(desk, &desk->reporter, "One");
    int64_t id = first.desk.story_id;
    (void)save(desk, &desk->reporter, id, "Two");
    struct saved third = save(desk, &desk->reporter, id, "Three");
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN, story_restore(tx, &desk->other, first.revision_id, third.revision_id, NOW,
                                       ARENA, &changes, &saved));
    FINE(story_restore(tx, &desk->reporter, first.revision_id, third.revision_id, NOW, ARENA,
                       &changes, &saved));
    room_commit(desk, tx, &changes);
    STORE_TX_AUTO struct store_tx *read = NULL;
    struct store_revision *revisions;
    struct store_revision_desk made;
    size_t count;
    FINE(store_read(desk->room.store, &read));
    FINE(store_revisions(read, id, 0, 10, ARENA, &revisions, &count));
    assert_int_equal(count, 4); /* nothing is taken back: another one is added */
    assert_text(revisions[0].headline, STR("One"));
    FINE(store_revision_desk(read, revisions[0].id, ARENA, &made));
    assert_int_equal(made.restored_from, first.revision_id);
    assert_int_equal(made.account_id, desk->reporter.account_id);
}

static void test_social(void **state)
{
    struct desk_room *desk = *state;
    struct saved first = room_draft(desk, &desk->editor, "One"), saved;
    struct store_revision revision = room_revision(desk, "One");
    struct changes changes;
    struct saving saving = {.story_id = first.desk.story_id,
                            .base = first.revision_id,
                            .revision = &revision,
                            .social_title = STR("One, for you"),
                            .social_description = STR("What happened")};
    FINE(room_step(desk, &desk->editor, first.desk.story_id, STEP_PUBLISH, NO_WORDS));
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_save(tx, &desk->editor, &saving, NOW, ARENA, &changes, &saved));
    assert_true(saved.added); /* a revision for it alone */
    struct store_desk row;
    FINE(story_step(tx, &desk->editor, first.desk.story_id, STEP_PUBLISH, NULL, NOW, ARENA,
                    &changes, &row));
    bool body = false;
    for (size_t i = 0; i < keys_count(&changes.keys); i++)
        body = body || str_ends(keys_at(&changes.keys, i), STR("/body"));
    assert_true(body); /* the page's head says something else */
    /* An edit by the command line keeps it. */
    struct store_revision other = room_revision(desk, "One, changed");
    struct store_story story;
    struct store_revision_desk kept;
    other.story_id = first.desk.story_id;
    FINE(story_edit(tx, &other, NOW, ARENA, &changes, &story));
    FINE(store_revision_desk(tx, other.id, ARENA, &kept));
    assert_text(kept.social_title, STR("One, for you"));
    assert_int_equal(kept.account_id, 0);
    saving.social_title = str_n("0123456789", 10);
    char text[SOCIAL_MAX + 1];
    memset(text, 'x', sizeof text);
    saving.social_title = str_n(text, sizeof text);
    FAILS(ERR_INVALID, story_save(tx, &desk->editor, &saving, NOW, ARENA, &changes, &saved));
    room_commit(desk, tx, &changes);
    room_check(desk);
}

static void test_refused_texts(void **state)
{
    struct desk_room *desk = *state;
    struct saved saved;
    struct store_revision revision = room_revision(desk, "One");
    char *long_text = arena_alloc(ARENA, STORY_BODY_MAX + 1);
    memset(long_text, 'x', STORY_BODY_MAX + 1);
    revision.body = str_n(long_text, STORY_BODY_MAX + 1);
    FAILS(ERR_TOO_LARGE, room_save(desk, &desk->reporter, 0, 0, revision, &saved));
    revision = room_revision(desk, "One");
    revision.standfirst = str_n(long_text, STORY_FIELD_MAX + 1);
    FAILS(ERR_TOO_LARGE, room_save(desk, &desk->reporter, 0, 0, revision, &saved));
}

/* ---- Embargo, owner, notes */

static struct error embargo(struct desk_room *desk, const struct actor *actor, int64_t id,
                            int64_t until)
{
    STORE_TX_AUTO struct store_tx *tx = room_write(desk);
    struct changes changes;
    changes_init(&changes, ARENA);
    TRY(story_embargo(tx, actor, id, until, NOW, ARENA));
    struct store_tx *ending = tx;
    tx = NULL;
    return changes_commit(&ending, &changes, NOW, NULL);
}

static void test_embargo(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = story_in(desk, 'R'), until = NOW + HOURS(5);
    FAILS(ERR_INVALID, embargo(desk, &desk->editor, id, NOW));
    FAILS(ERR_FORBIDDEN, embargo(desk, &desk->other, id, until));
    FINE(embargo(desk, &desk->reporter, id, until));
    struct error error = room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS);
    assert_int_equal(error.code, ERR_EMBARGO);
    assert_true(strlen(error.why) > 5); /* says until when */
    FAILS(ERR_EMBARGO,
          room_step(desk, &desk->editor, id, STEP_SCHEDULE, WORDS(.publish_at = until - 1)));
    FINE(room_step(desk, &desk->editor, id, STEP_SCHEDULE, WORDS(.publish_at = until)));
    FAILS(ERR_STEP, embargo(desk, &desk->editor, id, until + 1));
    FINE(embargo(desk, &desk->editor, id, 0));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    FAILS(ERR_STEP, embargo(desk, &desk->editor, id, until));
}

static void test_schedule_limits(void **state)
{
    struct desk_room *desk = *state;
    int64_t id = story_in(desk, 'R');
    FAILS(ERR_INVALID, room_step(desk, &desk->editor, id, STEP_SCHEDULE, NO_WORDS));
    FAILS(ERR_INVALID, room_step(desk, &desk->editor, id, STEP_SCHEDULE, WORDS(.publish_at = NOW)));
    FAILS(ERR_INVALID, room_step(desk, &desk->editor, id, STEP_SCHEDULE,
                                 WORDS(.publish_at = NOW + HOURS(24 * 365 * 9))));
    assert_int_equal(room_desk(desk, id).state, DESK_READY);
}

static void test_assign(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t id = story_in(desk, 'D');
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN, story_assign(tx, &desk->reporter, id, desk->other.account_id, NOW, ARENA));
    FAILS(ERR_NOT_FOUND, story_assign(tx, &desk->editor, id, 99, NOW, ARENA));
    FINE(story_assign(tx, &desk->editor, id, desk->other.account_id, NOW, ARENA));
    room_commit(desk, tx, &changes);
    (void)save(desk, &desk->other, id, "Mine now");
    struct saved saved;
    FAILS(ERR_FORBIDDEN, room_save(desk, &desk->reporter, id, room_story(desk, id).newest,
                                   room_revision(desk, "No longer mine"), &saved));
    room_check(desk);
}

static size_t unseen(struct desk_room *desk, const struct actor *who)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account account;
    struct store_note *notes;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_account(tx, who->account_id, ARENA, &account));
    FINE(store_notes_unseen(tx, &account, 100, ARENA, &notes, &count));
    return count;
}

static void test_notices(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t id = story_in(desk, 'D');
    FINE(room_step(desk, &desk->reporter, id, STEP_HAND_IN, NO_WORDS));
    assert_int_equal(unseen(desk, &desk->editor), 1);
    assert_int_equal(unseen(desk, &desk->publisher), 1);
    assert_int_equal(unseen(desk, &desk->reporter), 0); /* it was hers */
    assert_int_equal(unseen(desk, &desk->other), 0);
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_note(tx, &desk->editor, id, STR("which ferry?"), NOW, ARENA));
    FAILS(ERR_INVALID, story_note(tx, &desk->editor, id, STR("  "), NOW, ARENA));
    FAILS(ERR_FORBIDDEN, story_note(tx, &desk->other, id, STR("mine?"), NOW, ARENA));
    FINE(notes_read(tx, &desk->editor, ARENA));
    room_commit(desk, tx, &changes);
    assert_int_equal(unseen(desk, &desk->editor), 0);
    assert_int_equal(unseen(desk, &desk->reporter), 1);
}

static void test_presence(void **state)
{
    struct desk_room *desk = *state;
    struct store_presence *who;
    struct changes changes;
    size_t count;
    int64_t id = story_in(desk, 'E');
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_enter(tx, &desk->editor, id, NOW, ARENA));
    FINE(story_enter(tx, &desk->reporter, id, NOW + 1000, ARENA));
    FINE(story_enter(tx, &desk->editor, id, NOW + 30000, ARENA));
    FAILS(ERR_FORBIDDEN, story_enter(tx, &desk->other, id, NOW, ARENA));
    FINE(store_presences(tx, id, NOW + 31000, ARENA, &who, &count));
    assert_int_equal(count, 2);
    assert_int_equal(who[0].account_id, desk->editor.account_id);
    assert_int_equal(who[0].since, NOW);
    /* Without a sign of life somebody is gone. */
    FINE(store_presences(tx, id, NOW + 1000 + PRESENCE_MS, ARENA, &who, &count));
    assert_int_equal(count, 1);
    FINE(story_leave(tx, &desk->editor, id));
    FINE(store_presences(tx, id, NOW + 31000, ARENA, &who, &count));
    assert_int_equal(count, 1);
    room_commit(desk, tx, &changes);
}

/* ---- Related stories */

static void relate(struct desk_room *desk, int64_t id, const struct store_related_choice *choices,
                   size_t count, enum err code, struct changes *changes)
{
    struct store_tx *tx = room_write(desk);
    changes_init(changes, ARENA);
    struct error error = story_relate(tx, &desk->editor, id, choices, count, NOW, ARENA, changes);
    FAILS(code, error);
    if (code == ERR_OK)
        room_commit(desk, tx, changes);
    else
        store_end(tx);
}

static size_t related_ids(struct desk_room *desk, int64_t id, int64_t *ret_first)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_related *rows;
    size_t count;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_related(tx, id, ARENA, &rows, &count));
    *ret_first = count ? rows[0].story_id : 0;
    return count;
}

static void test_related(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t one = story_in(desk, 'P'), two = story_in(desk, 'P'), draft = story_in(desk, 'D');
    int64_t first;
    relate(desk, one, (struct store_related_choice[]){{one, false}}, 1, ERR_INVALID, &changes);
    relate(desk, one, (struct store_related_choice[]){{draft, false}}, 1, ERR_INVALID, &changes);
    relate(desk, one, (struct store_related_choice[]){{two, false}, {two, true}}, 2, ERR_INVALID,
           &changes);
    relate(desk, one, (struct store_related_choice[]){{two, true}}, 1, ERR_OK, &changes);
    assert_int_equal(related_ids(desk, one, &first), 0);
    relate(desk, one, (struct store_related_choice[]){{two, false}}, 1, ERR_OK, &changes);
    assert_int_equal(keys_count(&changes.keys), 1);
    assert_text(keys_at(&changes.keys, 0),
                arena_printf(ARENA, "story/%lld/related", (long long)one));
    assert_int_equal(related_ids(desk, one, &first), 1);
    assert_int_equal(first, two);
    /* It stays through an update, and goes when it is withdrawn. */
    (void)save(desk, &desk->editor, one, "Changed");
    FINE(room_step(desk, &desk->editor, one, STEP_PUBLISH, NO_WORDS));
    assert_int_equal(related_ids(desk, one, &first), 1);
    FINE(room_step(desk, &desk->editor, two, STEP_WITHDRAW, enough));
    assert_int_equal(related_ids(desk, one, &first), 0);
    room_check(desk);
    /* A reporter's own published story is seen by readers: an editor's matter. */
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN, story_relate(tx, &desk->reporter, one, NULL, 0, NOW, ARENA, &changes));
    FINE(story_relate(tx, &desk->reporter, draft, NULL, 0, NOW, ARENA, &changes));
    room_commit(desk, tx, &changes);
}

/* ---- Previews */

static void test_preview(void **state)
{
    struct desk_room *desk = *state;
    struct saved first = room_draft(desk, &desk->reporter, "One");
    int64_t id = first.desk.story_id;
    struct changes changes;
    struct str newest, fixed, none;
    struct store_preview preview;
    struct store_revision revision;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FAILS(ERR_FORBIDDEN,
          preview_make(tx, &desk->contributor, id, 0, NOW + HOURS(1), STR_NONE, NOW, ARENA, &none));
    FAILS(ERR_INVALID, preview_make(tx, &desk->reporter, id, 0, NOW, STR_NONE, NOW, ARENA, &none));
    FAILS(ERR_INVALID, preview_make(tx, &desk->reporter, id, 0, NOW + HOURS(24 * 91), STR_NONE, NOW,
                                    ARENA, &none));
    FINE(preview_make(tx, &desk->reporter, id, 0, NOW + HOURS(1), STR("the lawyer"), NOW, ARENA,
                      &newest));
    FINE(preview_make(tx, &desk->reporter, id, first.revision_id, NOW + HOURS(1), STR_NONE, NOW,
                      ARENA, &fixed));
    room_commit(desk, tx, &changes);
    (void)save(desk, &desk->reporter, id, "Two");
    tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(preview_look(tx, newest, NOW, ARENA, &preview, &revision));
    assert_text(revision.headline, STR("Two"));
    assert_text(preview.label, STR("the lawyer"));
    FINE(preview_look(tx, fixed, NOW, ARENA, &preview, &revision));
    assert_text(revision.headline, STR("One"));
    FAILS(ERR_LINK, preview_look(tx, preview.hash, NOW, ARENA, &preview, &revision));
    FAILS(ERR_LINK, preview_look(tx, STR(""), NOW, ARENA, &preview, &revision));
    FAILS(ERR_LINK, preview_look(tx, newest, NOW + HOURS(1), ARENA, &preview, &revision));
    FAILS(ERR_FORBIDDEN, preview_revoke(tx, &desk->other, preview.id, NOW, ARENA));
    FINE(preview_revoke(tx, &desk->reporter, preview.id, NOW, ARENA));
    FAILS(ERR_LINK, preview_look(tx, fixed, NOW, ARENA, &preview, &revision));
    FINE(preview_look(tx, newest, NOW, ARENA, &preview, &revision));
    room_commit(desk, tx, &changes);
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    FINE(room_step(desk, &desk->editor, id, STEP_WITHDRAW, enough));
    tx = room_write(desk);
    FAILS(ERR_LINK, preview_look(tx, newest, NOW, ARENA, &preview, &revision));
    store_end(tx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_table),
        cmocka_unit_test(test_names),
        TEST(test_rights),
        TEST(test_whole_way),
        TEST(test_update),
        TEST(test_reporter_updates_own),
        TEST(test_withdraw),
        TEST(test_who_saves_when),
        TEST(test_contributor),
        TEST(test_conflict),
        TEST(test_same_text_is_no_conflict),
        TEST(test_stale_step),
        TEST(test_restore),
        TEST(test_social),
        TEST(test_refused_texts),
        TEST(test_embargo),
        TEST(test_schedule_limits),
        TEST(test_assign),
        TEST(test_notices),
        TEST(test_presence),
        TEST(test_related),
        TEST(test_preview),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
