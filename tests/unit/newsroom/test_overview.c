#include "newsroom/overview.h"
#include "tests/unit/newsroom/desk_room.h"

#define NOW (desk->room.now)
#define ARENA (desk->room.arena)
#define HOURS(n) ((int64_t)(n)*3600000)
#define NO_WORDS ((struct step_words){0})

static struct desk_stories find(struct desk_room *desk, const struct actor *actor,
                                struct desk_query query)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct desk_stories stories;
    FINE(store_read(desk->room.store, &tx));
    FINE(desk_stories(tx, actor, &query, ARENA, &stories));
    return stories;
}

static size_t count_words(struct desk_room *desk, const char *words)
{
    return find(desk, &desk->editor, (struct desk_query){.words = str_of(words)}).count;
}

static void test_words(void **state)
{
    struct desk_room *desk = *state;
    (void)room_draft(desk, &desk->reporter, "Harbour café opens: a €5,000 question");
    (void)room_draft(desk, &desk->reporter, "The HARBOUR master's farewell");
    (void)room_draft(desk, &desk->reporter, "မြစ်ကမ်းပေါ်က လှေများ");
    (void)room_draft(desk, &desk->reporter, "東京の港で火災");
    (void)room_draft(desk, &desk->reporter, "ตลาดน้ำเปิดใหม่");
    (void)room_draft(desk, &desk->reporter, "ميناء المدينة القديمة");
    assert_int_equal(count_words(desk, "harbour"), 2);
    assert_int_equal(count_words(desk, "Harbour  FAREWELL"), 1);
    assert_int_equal(count_words(desk, "cafe"), 1);
    assert_int_equal(count_words(desk, "CAFÉ"), 1);
    assert_int_equal(count_words(desk, "harb"), 0); /* whole words */
    assert_int_equal(count_words(desk, "harbour ferry"), 0);
    assert_int_equal(count_words(desk, "5,000"), 1);
    assert_int_equal(count_words(desk, "master's"), 1);
    assert_int_equal(count_words(desk, "東京"), 1);
    assert_int_equal(count_words(desk, "火災"), 1);
    assert_int_equal(count_words(desk, "ميناء"), 1);
    assert_int_equal(count_words(desk, "ตลาด"), 1);
    assert_int_equal(count_words(desk, "လှေ"), 1);
    assert_int_equal(count_words(desk, ""), 6);
    /* Signs are words of nothing, and no operators of the index. */
    static const char *const odd[] = {"\"", "*", "-", "harbour\"", "NEAR(", "^", ":::", "' OR 1=1"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_true(count_words(desk, odd[i]) <= 2);
    assert_int_equal(count_words(desk, "?!"), 0);
    assert_int_equal(count_words(desk, "harbour AND farewell"), 0); /* "and" is a word here */
    assert_int_equal(count_words(desk, "headline:harbour"), 0);
}

static void test_words_follow_the_newest_headline(void **state)
{
    struct desk_room *desk = *state;
    struct saved saved = room_draft(desk, &desk->reporter, "Ferry late"), again;
    int64_t id = saved.desk.story_id;
    assert_int_equal(count_words(desk, "ferry"), 1);
    FINE(room_save(desk, &desk->reporter, id, saved.revision_id, room_revision(desk, "Tram late"),
                   &again));
    assert_int_equal(count_words(desk, "ferry"), 0);
    assert_int_equal(count_words(desk, "tram"), 1);
    /* Its date changes when it is published and scheduled; it is found all the same, once. */
    FINE(room_step(desk, &desk->editor, id, STEP_SCHEDULE,
                   (struct step_words){.publish_at = NOW + HOURS(5)}));
    assert_int_equal(count_words(desk, "tram"), 1);
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    assert_int_equal(count_words(desk, "tram"), 1);
    NOW += HOURS(1);
    FINE(room_save(desk, &desk->editor, id, again.revision_id, room_revision(desk, "Tram later"),
                   &saved));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, NO_WORDS));
    assert_int_equal(count_words(desk, "tram"), 1);
    assert_int_equal(count_words(desk, "later"), 1);
    FINE(room_step(desk, &desk->editor, id, STEP_WITHDRAW,
                   (struct step_words){.reason = STR("wrong")}));
    assert_int_equal(count_words(desk, "later"), 1);
    room_check(desk);
}

static void test_filters(void **state)
{
    struct desk_room *desk = *state;
    struct store_section world;
    struct store_name tag = {.slug = STR("tide"), .name = STR("Tide")};
    struct store_name author = {.slug = STR("rosa"), .name = STR("R. Marin")};
    struct store_revision revision = room_revision(desk, "With everything");
    struct changes changes;
    struct saved saved;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(store_name_add(tx, STORE_TAG, &tag, &tag.id));
    FINE(store_name_add(tx, STORE_AUTHOR, &author, &author.id));
    FINE(store_section_by_slug(tx, STR("world"), ARENA, &world));
    room_commit(desk, tx, &changes);
    revision.section_id = world.id;
    revision.tags = &tag.id;
    revision.tag_count = 1;
    revision.authors = &author.id;
    revision.author_count = 1;
    FINE(room_save(desk, &desk->reporter, 0, 0, revision, &saved));
    int64_t begin = NOW;
    NOW += HOURS(24);
    (void)room_draft(desk, &desk->other, "Plain one");
    NOW += HOURS(24);
    (void)room_draft(desk, &desk->reporter, "Plain two");
#define COUNT(...) find(desk, &desk->editor, (struct desk_query){.filter = {__VA_ARGS__}}).count
    assert_int_equal(COUNT(.state = 0), 3);
    assert_int_equal(COUNT(.section_id = world.id), 1);
    assert_int_equal(COUNT(.tag_id = tag.id), 1);
    assert_int_equal(COUNT(.author_id = author.id), 1);
    assert_int_equal(COUNT(.owner_id = desk->reporter.account_id), 2);
    assert_int_equal(COUNT(.state = DESK_DRAFT), 3);
    assert_int_equal(COUNT(.state = DESK_PUBLISHED), 0);
    assert_int_equal(COUNT(.section_id = desk->news, .owner_id = desk->reporter.account_id), 1);
    assert_int_equal(COUNT(.section_id = desk->news, .tag_id = tag.id), 0);
    assert_int_equal(COUNT(.from = begin + HOURS(1)), 2);
    assert_int_equal(COUNT(.to = begin + HOURS(1)), 1);
    assert_int_equal(COUNT(.from = begin + HOURS(1), .to = begin + HOURS(30)), 1);
    assert_int_equal(COUNT(.section_id = world.id, .tag_id = tag.id, .author_id = author.id,
                           .owner_id = desk->reporter.account_id, .state = DESK_DRAFT,
                           .from = begin, .to = begin + 1000),
                     1);
    /* Without its tag it leaves that list. */
    struct saved again;
    FINE(room_save(desk, &desk->reporter, saved.desk.story_id, saved.revision_id,
                   room_revision(desk, "Less"), &again));
    assert_int_equal(COUNT(.tag_id = tag.id), 0);
    assert_int_equal(COUNT(.section_id = world.id), 0);
    assert_int_equal(COUNT(.section_id = desk->news), 3);
    room_check(desk);
}

static void test_order_and_pages(void **state)
{
    struct desk_room *desk = *state;
    int64_t ids[STORIES_A_PAGE + 10];
    size_t all = sizeof ids / sizeof *ids, seen = 0;
    for (size_t i = 0; i < all; i++)
        ids[i] = room_draft(desk, &desk->reporter, "Page").desk.story_id;
    struct desk_query query = {.words = STR("page")};
    struct desk_stories page;
    do {
        page = find(desk, &desk->editor, query);
        for (size_t i = 0; i < page.count; i++)
            assert_int_equal(page.rows[i].desk.story_id, ids[all - 1 - seen++]);
        assert_false(page.look_further);
        query.below = page.next;
    } while (page.next);
    assert_int_equal(seen, all);
    /* Exactly a page: there is no other. */
    struct desk_query exact = {.filter = {.from = NOW - (int64_t)STORIES_A_PAGE * 60000}};
    page = find(desk, &desk->editor, exact);
    assert_int_equal(page.count, STORIES_A_PAGE);
    assert_int_equal(page.next, 0);
}

static void test_who_sees_what(void **state)
{
    struct desk_room *desk = *state;
    (void)room_draft(desk, &desk->contributor, "Mine");
    (void)room_draft(desk, &desk->reporter, "Hers");
    struct desk_query all = {0}, hers = {.filter = {.owner_id = desk->reporter.account_id}};
    assert_int_equal(find(desk, &desk->editor, all).count, 2);
    assert_int_equal(find(desk, &desk->reporter, all).count, 2);
    assert_int_equal(find(desk, &desk->contributor, all).count, 1);
    assert_int_equal(find(desk, &desk->contributor, hers).count, 0);
}

static struct desk_day today(struct desk_room *desk, const struct actor *actor)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct desk_day day;
    FINE(store_read(desk->room.store, &tx));
    FINE(desk_today(tx, actor, NOW, ARENA, &day));
    return day;
}

/* What comes from an archive with its day is no news of the last hours. */
static void test_imported_is_not_fresh(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_story story;
    int64_t old = room_draft(desk, &desk->reporter, "Of last spring").desk.story_id;
    int64_t late = room_draft(desk, &desk->reporter, "Of this morning").desk.story_id;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_publish(tx, old, NOW - HOURS(4000), NOW, ARENA, &changes, &story));
    FINE(story_publish(tx, late, NOW - HOURS(2), NOW, ARENA, &changes, &story));
    room_commit(desk, tx, &changes);
    struct desk_day day = today(desk, &desk->editor);
    assert_int_equal(day.published.count, 1);
    assert_int_equal(day.published.rows[0].desk.story_id, late);
}

static void test_today(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t draft = room_draft(desk, &desk->reporter, "Draft").desk.story_id;
    int64_t first = room_draft(desk, &desk->reporter, "Handed in first").desk.story_id;
    int64_t second = room_draft(desk, &desk->other, "Handed in second").desk.story_id;
    int64_t late = room_draft(desk, &desk->reporter, "Tomorrow").desk.story_id;
    int64_t soon = room_draft(desk, &desk->reporter, "Soon").desk.story_id;
    int64_t out = room_draft(desk, &desk->reporter, "Out").desk.story_id;
    int64_t old = room_draft(desk, &desk->reporter, "Long out").desk.story_id;
    FINE(room_step(desk, &desk->editor, old, STEP_PUBLISH, NO_WORDS));
    NOW += HOURS(TODAY_HOURS) + 1;
    FINE(room_step(desk, &desk->reporter, first, STEP_HAND_IN, NO_WORDS));
    NOW += 1000;
    FINE(room_step(desk, &desk->other, second, STEP_HAND_IN, NO_WORDS));
    FINE(room_step(desk, &desk->editor, late, STEP_SCHEDULE,
                   (struct step_words){.publish_at = NOW + HOURS(24)}));
    FINE(room_step(desk, &desk->editor, soon, STEP_SCHEDULE,
                   (struct step_words){.publish_at = NOW + HOURS(1)}));
    FINE(room_step(desk, &desk->editor, out, STEP_PUBLISH, NO_WORDS));
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, ARENA);
    FINE(story_embargo(tx, &desk->editor, draft, NOW + HOURS(3), NOW, ARENA));
    FINE(story_enter(tx, &desk->reporter, draft, NOW, ARENA));
    FINE(story_enter(tx, &desk->editor, draft, NOW, ARENA));
    room_commit(desk, tx, &changes);

    struct desk_day day = today(desk, &desk->reporter);
    assert_int_equal(day.mine.count, 4); /* neither what is out nor what is another's */
    assert_int_equal(day.mine.rows[0].desk.story_id, late); /* by date */
    assert_int_equal(day.handed_in.count, 2);
    assert_int_equal(day.handed_in.rows[0].desk.story_id, first);
    assert_int_equal(day.handed_in.rows[1].desk.story_id, second);
    assert_int_equal(day.scheduled.count, 2);
    assert_int_equal(day.scheduled.rows[0].desk.story_id, soon);
    assert_int_equal(day.embargoed.count, 1);
    assert_int_equal(day.embargoed.rows[0].desk.story_id, draft);
    assert_int_equal(day.published.count, 1);
    assert_int_equal(day.published.rows[0].desk.story_id, out);
    assert_text(day.published.rows[0].headline, STR("Out"));
    assert_int_equal(day.edited.count, 1); /* by the editor */
    assert_int_equal(today(desk, &desk->editor).mine.count, 0);
    /* Contributors see their own, and what everybody sees. */
    day = today(desk, &desk->contributor);
    assert_int_equal(day.mine.count + day.handed_in.count + day.scheduled.count +
                         day.embargoed.count + day.edited.count,
                     0);
    assert_int_equal(day.published.count, 1);
    /* An update in the last hours counts, a withdrawn one doesn't. */
    struct saved saved;
    FINE(room_save(desk, &desk->editor, old, room_story(desk, old).newest,
                   room_revision(desk, "Long out, changed"), &saved));
    FINE(room_step(desk, &desk->editor, old, STEP_PUBLISH, NO_WORDS));
    FINE(room_step(desk, &desk->editor, out, STEP_WITHDRAW,
                   (struct step_words){.reason = STR("wrong")}));
    day = today(desk, &desk->editor);
    assert_int_equal(day.published.count, 1);
    assert_int_equal(day.published.rows[0].desk.story_id, old);
    room_check(desk);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_words),
        TEST(test_words_follow_the_newest_headline),
        TEST(test_filters),
        TEST(test_order_and_pages),
        TEST(test_who_sees_what),
        TEST(test_today),
        TEST(test_imported_is_not_fresh),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
