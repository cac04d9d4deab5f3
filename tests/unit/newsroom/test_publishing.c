#include "tests/unit/newsroom/room.h"

static int setup(void **state)
{
    static struct room room;
    room_open(&room);
    room_furnish(&room);
    *state = &room;
    return 0;
}

static int teardown(void **state)
{
    room_close(*state);
    return 0;
}

/* The keys of the last change, in one text. */
static struct str keys_text(struct room *room, const struct changes *changes)
{
    BUF_AUTO struct buf out = BUF_INIT(1 << 20);
    for (size_t i = 0; i < keys_count(&changes->keys); i++)
        (void)buf_printf(&out, "%.*s\n", STR_ARG(keys_at(&changes->keys, i)));
    return arena_str(room->arena, buf_slice(&out));
}

static bool has_key(struct str keys, const char *key)
{
    struct str line;
    while (str_split(&keys, '\n', &line))
        if (str_eq(line, str_of(key)))
            return true;
    return false;
}

struct outcome {
    struct store_story story;
    struct str keys;
};

static struct outcome publish(struct room *room, struct draft draft, int64_t published)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_revision revision;
    struct outcome outcome;
    int64_t id;
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    FINE(draft_resolve(tx, &draft, 0, room->now, room->arena, &changes, &revision));
    FINE(story_add(tx, &revision, &id));
    FINE(story_publish(tx, id, published, room->now, room->arena, &changes, &outcome.story));
    outcome.keys = keys_text(room, &changes);
    FINE(changes_commit(&tx, &changes, room->now, NULL));
    room->now += 60000;
    return outcome;
}

static struct outcome edit(struct room *room, int64_t id, struct draft draft)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_revision revision;
    struct outcome outcome;
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    FINE(draft_resolve(tx, &draft, 0, room->now, room->arena, &changes, &revision));
    revision.story_id = id;
    FINE(story_edit(tx, &revision, room->now, room->arena, &changes, &outcome.story));
    outcome.keys = keys_text(room, &changes);
    FINE(changes_commit(&tx, &changes, room->now, NULL));
    room->now += 60000;
    return outcome;
}

static struct draft draft_of(const char *headline, const char *section)
{
    return (struct draft){.headline = str_of(headline),
                          .section = str_of(section),
                          .body = STR("Ships wait in the roads while pilots argue.")};
}

static void test_addresses(void **state)
{
    struct room *room = *state;
    struct outcome first = publish(room, draft_of("Ships wait", "news"), 0);
    struct outcome second = publish(room, draft_of("Ships wait", "news"), 0);
    assert_true(str_eq(first.story.path, STR("/news/2025/11/ships-wait")));
    assert_true(str_eq(second.story.path, STR("/news/2025/11/ships-wait-2")));
}

static void test_year_and_month_stay(void **state)
{
    struct room *room = *state;
    int64_t january = 1735660800000; /* 31 December 2024, 16:00 UTC: 1 January in Manila */
    struct outcome one = publish(room, draft_of("Old news", "news"), january);
    assert_true(str_eq(one.story.path, STR("/news/2025/01/old-news")));
    struct outcome moved = edit(room, one.story.id, draft_of("Old news", "world"));
    assert_true(str_eq(moved.story.path, STR("/world/2025/01/old-news")));
    struct outcome back = edit(room, one.story.id, draft_of("Old news", "news"));
    assert_true(str_eq(back.story.path, STR("/news/2025/01/old-news")));
}

static void test_address_is_never_given_away(void **state)
{
    struct room *room = *state;
    struct draft draft = draft_of("Tide", "news");
    struct outcome one = publish(room, draft, 0);
    draft.slug = STR("high-tide");
    (void)edit(room, one.story.id, draft);
    struct outcome two = publish(room, draft_of("Tide", "news"), 0);
    assert_true(str_eq(two.story.path, STR("/news/2025/11/tide-2")));
}

static void test_headline_alone_keeps_the_address(void **state)
{
    struct room *room = *state;
    struct outcome one = publish(room, draft_of("First words", "news"), 0);
    struct outcome after = edit(room, one.story.id, draft_of("Other words", "news"));
    assert_true(str_eq(after.story.path, one.story.path));
    assert_true(has_key(after.keys,
                        arena_printf(room->arena, "story/%lld/card", (long long)one.story.id).at));
    assert_int_equal(after.story.updated_at, room->now - 60000);
}

static void test_keys_name_the_spot_only(void **state)
{
    struct room *room = *state;
    struct outcome one = publish(room, draft_of("One", "news"), 0);
    struct outcome two = publish(room, draft_of("Two", "news"), 0);
    assert_true(has_key(two.keys, "list/all/0/after/0"));
    assert_true(has_key(two.keys, "list/section/1/after/0"));
    assert_false(has_key(two.keys, "settings"));
    assert_false(has_key(two.keys, "nav"));
    /* Between the two: the spot behind the second, no head of a list. */
    struct outcome between = publish(room, draft_of("Between", "news"), two.story.published_at - 1);
    assert_true(
        has_key(between.keys,
                arena_printf(room->arena, "list/all/0/after/%lld", (long long)two.story.id).at));
    assert_false(has_key(between.keys, "list/all/0/after/0"));
    (void)one;
}

static void test_equal_edit_changes_nothing(void **state)
{
    struct room *room = *state;
    struct outcome one = publish(room, draft_of("Same", "news"), 0);
    struct outcome same = edit(room, one.story.id, draft_of("Same", "news"));
    assert_int_equal(same.keys.len, 0);
    assert_int_equal(same.story.newest, one.story.newest);
}

static void test_withdrawal(void **state)
{
    struct room *room = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_story story;
    struct store_card card;
    struct outcome one = publish(room, draft_of("Gone", "news"), 0);
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    FINE(story_withdraw(tx, one.story.id, STR("It was wrong."), room->now, room->arena, &changes));
    assert_true(changes.destroys);
    assert_int_equal(
        story_withdraw(tx, one.story.id, STR("Again."), room->now, room->arena, &changes).code,
        ERR_INVALID);
    FINE(store_story(tx, one.story.id, room->arena, &story));
    assert_int_equal(story.state, STORY_WITHDRAWN);
    assert_int_equal(store_card(tx, one.story.id, room->arena, &card).code, ERR_NOT_FOUND);
    assert_int_equal(
        story_publish(tx, one.story.id, 0, room->now, room->arena, &changes, &story).code,
        ERR_INVALID);
    FINE(changes_commit(&tx, &changes, room->now, NULL));
}

static void test_sections(void **state)
{
    struct room *room = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_section section;
    struct store_revision revision;
    struct draft draft = draft_of("Nowhere", "sport");
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    assert_int_equal(section_add(tx, STR("Tags"), STR("tag"), room->arena, &changes, &section).code,
                     ERR_INVALID);
    assert_int_equal(section_add(tx, STR("Bad"), STR("A b"), room->arena, &changes, &section).code,
                     ERR_INVALID);
    struct error error = draft_resolve(tx, &draft, 0, room->now, room->arena, &changes, &revision);
    assert_int_equal(error.code, ERR_NO_SECTION);
    assert_string_equal(error.why, "news, world");
}

/* Names of nothing but signs: each its own, at an address that says what it is. */
static void test_names_of_signs(void **state)
{
    struct room *room = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_section section;
    struct store_name name;
    int64_t star, heart, other, author;
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    FINE(name_take(tx, STORE_TAG, STR("★"), room->arena, &star));
    FINE(name_take(tx, STORE_TAG, STR("♥"), room->arena, &heart));
    FINE(name_take(tx, STORE_AUTHOR, STR("★"), room->arena, &author));
    assert_int_not_equal(star, heart);
    FINE(store_name(tx, STORE_TAG, heart, room->arena, &name));
    assert_true(str_eq(name.slug, STR("tag-2")));
    FINE(name_take(tx, STORE_TAG, STR("Tag"), room->arena, &other));
    assert_true(other != star && other != heart);
    FINE(store_name(tx, STORE_AUTHOR, author, room->arena, &name));
    assert_true(str_eq(name.slug, STR("author")));
    FINE(section_add(tx, STR("★"), STR(""), room->arena, &changes, &section));
    assert_true(str_eq(section.slug, STR("section")));
    FINE(section_add(tx, STR("♥"), STR(""), room->arena, &changes, &section));
    assert_true(str_eq(section.slug, STR("section-2")));
}

static void test_related_rows(void **state)
{
    struct room *room = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct str tags[] = {STR("Harbour"), STR("Pilots")};
    struct draft draft = draft_of("Pilots strike", "news");
    struct store_related *rows;
    size_t count;
    draft.tags = tags;
    draft.tag_count = 2;
    for (int i = 0; i < 6; i++) /* a few others, so that tags are rare */
        (void)publish(room, draft_of(arena_printf(room->arena, "Other matters %d", i).at, "world"),
                      0);
    struct outcome one = publish(room, draft, 0);
    struct outcome two = publish(room, draft, 0);
    assert_true(has_key(
        two.keys, arena_printf(room->arena, "story/%lld/related", (long long)one.story.id).at));
    FINE(store_write(room->store, &tx));
    FINE(store_related(tx, one.story.id, room->arena, &rows, &count));
    assert_true(count >= 1);
    assert_int_equal(rows[0].story_id, two.story.id);
    struct changes changes;
    changes_init(&changes, room->arena);
    FINE(story_withdraw(tx, two.story.id, STR("Wrong."), room->now, room->arena, &changes));
    FINE(store_related(tx, one.story.id, room->arena, &rows, &count));
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(rows[i].story_id, two.story.id);
}

/* What a list page depends on is what a later publication says it changed, and nothing more. */
static void test_reading_notes_what_publishing_emits(void **state)
{
    struct room *room = *state;
    struct reading reading;
    struct store_card *cards;
    struct clock_set set = {room->now};
    struct clock clock = clock_settable(&set);
    size_t count;
    bool more;
    struct store_list all = {STORE_LIST_ALL, 0};
    struct outcome outcomes[5];
    for (int i = 0; i < 5; i++)
        outcomes[i] =
            publish(room, draft_of(arena_printf(room->arena, "Story %d", i).at, "news"), 0);
    FINE(reading_begin(&reading, room->store, room->arena, &clock));
    FINE(reading_list(&reading, all, outcomes[3].story.id, 2, &cards, &count, &more));
    assert_int_equal(count, 2);
    assert_true(more);
    assert_int_equal(cards[0].story_id, outcomes[2].story.id);
    struct str notes = STR_NONE;
    BUF_AUTO struct buf out = BUF_INIT(10000);
    for (size_t i = 0; i < keys_count(&reading.keys); i++)
        (void)buf_printf(&out, "%.*s\n", STR_ARG(keys_at(&reading.keys, i)));
    notes = buf_slice(&out);
    reading_end(&reading);
    long long three = outcomes[3].story.id, two = outcomes[2].story.id, one = outcomes[1].story.id;
    assert_true(has_key(notes, arena_printf(room->arena, "list/all/0/after/%lld", three).at));
    assert_true(has_key(notes, arena_printf(room->arena, "list/all/0/after/%lld", two).at));
    assert_false(has_key(notes, arena_printf(room->arena, "list/all/0/after/%lld", one).at));
    assert_true(has_key(notes, arena_printf(room->arena, "list/all/0/end/%lld", one).at));
    assert_false(has_key(notes, "list/all/0/after/0"));
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_year_and_month_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(test_address_is_never_given_away, setup, teardown),
        cmocka_unit_test_setup_teardown(test_headline_alone_keeps_the_address, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys_name_the_spot_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_equal_edit_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_withdrawal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_of_signs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_related_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reading_notes_what_publishing_emits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
