#include "newsroom/addresses.h"
#include "newsroom/front.h"
#include "newsroom/front_plan.h"
#include "newsroom/furnishing.h"
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

/* A place for advertisements shows another one, or none. */
static bool has_slot(const struct changes *changes)
{
    for (size_t i = 0; i < keys_count(&changes->keys); i++)
        if (str_starts(keys_at(&changes->keys, i), STR("ads/")))
            return true;
    return false;
}

#define DO(desk, code_, expression)                                                                \
    do {                                                                                           \
        struct store_tx *tx = room_write(desk);                                                    \
        changes_init(&changes, (desk)->room.arena);                                                \
        struct error do_ = (expression);                                                           \
        if (do_.code != (code_))                                                                   \
            fail_msg("%s: %s: %s %s", #expression, error_name(do_.code), do_.what, do_.why);       \
        if (do_.code == ERR_OK)                                                                    \
            room_commit(desk, tx, &changes);                                                       \
        else                                                                                       \
            store_end(tx);                                                                         \
    } while (0)
#define PUBLISHER &desk->publisher

static void test_sections(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    int64_t asia, world, id;
    struct store_section section, *sections;
    size_t count;
    DO(desk, ERR_FORBIDDEN,
       furnish_section_add(tx, &desk->editor, STR("Asia"), STR_NONE, 0, NOW, ARENA, &changes,
                           &asia));
    DO(desk, ERR_OK, store_section_by_slug(tx, STR("world"), ARENA, &section));
    world = section.id;
    DO(desk, ERR_OK,
       furnish_section_add(tx, PUBLISHER, STR("Asia"), STR_NONE, world, NOW, ARENA, &changes,
                           &asia));
    assert_true(has_key(&changes, "nav"));
    /* One level deep, no rings. */
    DO(desk, ERR_INVALID,
       furnish_section_add(tx, PUBLISHER, STR("Deep"), STR_NONE, asia, NOW, ARENA, &changes, &id));
    DO(desk, ERR_INVALID,
       furnish_section(tx, PUBLISHER, world, STR("World"), STR_NONE, desk->news, NOW, ARENA,
                       &changes));
    DO(desk, ERR_INVALID,
       furnish_section(tx, PUBLISHER, desk->news, STR("News"), STR_NONE, desk->news, NOW, ARENA,
                       &changes));
    /* Another slug; the old one is nobody else's. */
    DO(desk, ERR_INVALID,
       furnish_section(tx, PUBLISHER, world, STR("Globe"), STR("desk"), 0, NOW, ARENA, &changes));
    DO(desk, ERR_EXISTS,
       furnish_section(tx, PUBLISHER, world, STR("Globe"), STR("asia"), 0, NOW, ARENA, &changes));
    DO(desk, ERR_OK,
       furnish_section(tx, PUBLISHER, world, STR("Globe"), STR("globe"), 0, NOW, ARENA, &changes));
    assert_true(has_key(&changes, arena_printf(ARENA, "section/%lld", (long long)world).at));
    DO(desk, ERR_OK, store_section_by_old_slug(tx, STR("world"), &id));
    assert_int_equal(id, world);
    DO(desk, ERR_EXISTS,
       furnish_section_add(tx, PUBLISHER, STR("World"), STR_NONE, 0, NOW, ARENA, &changes, &id));
    DO(desk, ERR_EXISTS,
       furnish_section(tx, PUBLISHER, asia, STR("Asia"), STR("world"), world, NOW, ARENA,
                       &changes));
    /* Back again, and the one in between is an old one. */
    DO(desk, ERR_OK,
       furnish_section(tx, PUBLISHER, world, STR("Globe"), STR("world"), 0, NOW, ARENA, &changes));
    DO(desk, ERR_NOT_FOUND, store_section_by_old_slug(tx, STR("world"), &id));
    DO(desk, ERR_OK, store_section_by_old_slug(tx, STR("globe"), &id));
    /* Order: all of them, each once. */
    int64_t order[] = {asia, desk->news, world}, short_order[] = {asia, asia, world};
    DO(desk, ERR_CONFLICT, furnish_section_order(tx, PUBLISHER, order, 2, NOW, ARENA, &changes));
    DO(desk, ERR_CONFLICT,
       furnish_section_order(tx, PUBLISHER, short_order, 3, NOW, ARENA, &changes));
    DO(desk, ERR_OK, furnish_section_order(tx, PUBLISHER, order, 3, NOW, ARENA, &changes));
    DO(desk, ERR_OK, store_sections(tx, ARENA, &sections, &count));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(sections[i].id, order[i]);
    room_check(desk);
}

/* An order changes the pages that show it, and no others. */
static void test_order_of_sections(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_section section;
    int64_t below[2];
    DO(desk, ERR_OK, store_section_by_slug(tx, STR("world"), ARENA, &section));
    const int64_t world = section.id;
    static const char *const names[] = {"Asia", "Oceania"};
    for (size_t i = 0; i < 2; i++)
        DO(desk, ERR_OK,
           furnish_section_add(tx, PUBLISHER, str_of(names[i]), STR_NONE, world, NOW, ARENA,
                               &changes, &below[i]));
    const char *family = arena_printf(ARENA, "section/%lld/below", (long long)world).at;
    int64_t among[] = {desk->news, world, below[1], below[0]};
    DO(desk, ERR_OK, furnish_section_order(tx, PUBLISHER, among, 4, NOW, ARENA, &changes));
    assert_true(has_key(&changes, family) && has_key(&changes, "front"));
    assert_false(has_key(&changes, "nav"));
    int64_t apart[] = {desk->news, below[1], below[0], world};
    DO(desk, ERR_OK, furnish_section_order(tx, PUBLISHER, apart, 4, NOW, ARENA, &changes));
    assert_false(has_key(&changes, family) || has_key(&changes, "nav"));
    int64_t top[] = {below[1], below[0], world, desk->news};
    DO(desk, ERR_OK, furnish_section_order(tx, PUBLISHER, top, 4, NOW, ARENA, &changes));
    assert_true(has_key(&changes, "nav") && has_key(&changes, "front"));
    assert_false(has_key(&changes, family));
    /* The front's blocks stand on their own. */
    struct store_block blocks[] = {
        {world, true}, {desk->news, true}, {below[0], true}, {below[1], true}};
    struct store_laid laid = {.blocks = blocks, .block_count = 4};
    DO(desk, ERR_OK, layout_set(tx, &desk->editor, &laid, 0, NOW, ARENA, &changes, &(bool){false}));
    DO(desk, ERR_OK, furnish_section_order(tx, PUBLISHER, among, 4, NOW, ARENA, &changes));
    assert_true(has_key(&changes, "nav"));
    assert_false(has_key(&changes, "front"));
}

/* Stories keep their addresses after a section's slug changed, until they are changed. */
static void plan_now(struct desk_room *desk, struct front_plan *ret_plan)
{
    struct reading reading;
    struct clock_set set = {NOW};
    struct clock clock = clock_settable(&set);
    struct store_section *sections;
    size_t count;
    FINE(reading_begin(&reading, desk->room.store, ARENA, &clock));
    FINE(reading_sections(&reading, &sections, &count));
    FINE(front_plan_make(&reading, sections, count, ret_plan));
    reading_end(&reading);
}

/* Whatever is laid, the front of a newsroom that has published something leads with a story. */
static void test_a_front_pinned_below_its_lead(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_pin pins[2] = {{.area = PIN_SECOND}, {.area = PIN_SECOND}};
    struct store_laid laid = {.pins = pins, .pin_count = 2};
    struct front_plan plan;
    for (int i = 0; i < 2; i++) {
        pins[i].story_id = room_draft(desk, &desk->editor, i ? "Two" : "One").desk.story_id;
        FINE(
            room_step(desk, &desk->editor, pins[i].story_id, STEP_PUBLISH, (struct step_words){0}));
    }
    DO(desk, ERR_OK, layout_set(tx, &desk->editor, &laid, 0, NOW, ARENA, &changes, &(bool){false}));
    plan_now(desk, &plan);
    assert_int_equal(plan.lead.count, 1);
    assert_int_equal(plan.lead.pinned, 0);
    assert_int_equal(plan.lead.cards[0].story_id, pins[1].story_id);
    assert_int_equal(plan.second.count, 1);
    assert_int_equal(plan.second.cards[0].story_id, pins[0].story_id);
    /* A third one leads, and what is pinned stands where it was put. */
    int64_t third = room_draft(desk, &desk->editor, "Three").desk.story_id;
    FINE(room_step(desk, &desk->editor, third, STEP_PUBLISH, (struct step_words){0}));
    plan_now(desk, &plan);
    assert_int_equal(plan.lead.cards[0].story_id, third);
    assert_int_equal(plan.second.pinned, 2);
    assert_int_equal(plan.second.cards[0].story_id, pins[0].story_id);
}

static void test_addresses_of_stories(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    int64_t id = room_draft(desk, &desk->editor, "Ferry late").desk.story_id;
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, (struct step_words){0}));
    DO(desk, ERR_OK,
       furnish_section(tx, PUBLISHER, desk->news, STR("Reports"), STR("reports"), 0, NOW, ARENA,
                       &changes));
    assert_text(room_story(desk, id).path, STR("/news/2025/11/ferry-late"));
    FINE(room_save(desk, &desk->editor, id, room_story(desk, id).newest,
                   room_revision(desk, "Ferry later"), &saved));
    FINE(room_step(desk, &desk->editor, id, STEP_PUBLISH, (struct step_words){0}));
    assert_text(room_story(desk, id).path, STR("/reports/2025/11/ferry-late"));
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_address address;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_address(tx, STR("/news/2025/11/ferry-late"), &address));
    assert_int_equal(address.story_id, id);
    assert_false(address.current);
}

static void test_pages(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_page *pages;
    struct store_page_revision *revisions, revision;
    size_t count;
    DO(desk, ERR_FORBIDDEN,
       furnish_page(tx, &desk->editor, STR("about"), STR("About"), STR("We."), NOW, ARENA,
                    &changes));
    DO(desk, ERR_INVALID,
       furnish_page(tx, PUBLISHER, STR("About us"), STR("About"), STR("We."), NOW, ARENA,
                    &changes));
    DO(desk, ERR_OK,
       furnish_page(tx, PUBLISHER, STR("about"), STR("About"), STR("We."), NOW, ARENA, &changes));
    assert_true(has_key(&changes, "page/about"));
    DO(desk, ERR_OK,
       furnish_page(tx, PUBLISHER, STR("about"), STR("About"), STR("We."), NOW, ARENA, &changes));
    assert_int_equal(keys_count(&changes.keys), 0); /* the same */
    DO(desk, ERR_OK,
       furnish_page(tx, PUBLISHER, STR("about"), STR("About"), STR("We two."), NOW, ARENA,
                    &changes));
    DO(desk, ERR_OK, store_pages(tx, ARENA, &pages, &count));
    assert_int_equal(count, 1);
    DO(desk, ERR_OK, store_page_revisions(tx, STR("about"), 10, ARENA, &revisions, &count));
    assert_int_equal(count, 2);
    assert_int_equal(revisions[0].account_id, desk->publisher.account_id);
    DO(desk, ERR_OK, store_page_revision(tx, revisions[1].id, ARENA, &revision));
    assert_text(revision.body, STR("We."));
}

static void test_ads(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_ad ad = {
        .title = STR("Read us"), .text = STR("Daily."), .url = STR("javascript:1")};
    struct store_ad *ads;
    size_t count;
    int64_t id, same;
    DO(desk, ERR_INVALID, furnish_ad(tx, PUBLISHER, &ad, NOW, ARENA, &changes, &id));
    ad.url = STR("https://example.org/read");
    DO(desk, ERR_FORBIDDEN, furnish_ad(tx, &desk->editor, &ad, NOW, ARENA, &changes, &id));
    DO(desk, ERR_OK, furnish_ad(tx, PUBLISHER, &ad, NOW, ARENA, &changes, &id));
    assert_true(has_slot(&changes));
    ad.id = id;
    ad.text = STR("Each day.");
    DO(desk, ERR_OK, furnish_ad(tx, PUBLISHER, &ad, NOW, ARENA, &changes, &same));
    assert_true(has_key(&changes, arena_printf(ARENA, "ad/%lld", (long long)id).at));
    assert_int_equal(same, id);
    DO(desk, ERR_OK, furnish_ad_remove(tx, PUBLISHER, id, NOW, ARENA, &changes));
    assert_true(has_slot(&changes));
    DO(desk, ERR_OK, store_ads(tx, ARENA, &ads, &count));
    assert_int_equal(count, 0);
    DO(desk, ERR_NOT_FOUND, furnish_ad_remove(tx, PUBLISHER, id, NOW, ARENA, &changes));
}

static struct settings settings_now(struct desk_room *desk)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct settings settings;
    FINE(store_read(desk->room.store, &tx));
    FINE(settings_load(tx, ARENA, &settings));
    return settings;
}

static void test_settings(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct settings settings = settings_now(desk);
    settings.tagline = STR("News of the tide");
    settings.languages = STR("my, en es-MX,my");
    settings.accent_light = STR(" #A01020 ");
    settings.accent_dark = STR("#ffb0a0");
    settings.letters = STR("serif");
    settings.copyright = STR("© The Test");
    settings.accounts = STR("https://example.com/@test\r\n\r\n https://example.net/test \n");
    settings.robots = STR("User-agent: Greedy\nDisallow: /\n");
    settings.since = 9999;
    DO(desk, ERR_INVALID, furnish_settings(tx, PUBLISHER, &settings, NOW, ARENA, &changes));
    settings.since = 1997;
    DO(desk, ERR_FORBIDDEN, furnish_settings(tx, &desk->editor, &settings, NOW, ARENA, &changes));
    DO(desk, ERR_OK, furnish_settings(tx, PUBLISHER, &settings, NOW, ARENA, &changes));
    assert_true(has_key(&changes, "settings"));
    assert_true(has_key(&changes, "settings/tagline"));
    assert_true(has_key(&changes, "settings/robots"));
    struct settings now = settings_now(desk);
    assert_text(now.languages, STR("my es-MX"));
    assert_text(now.accent_light, STR("#a01020"));
    assert_text(now.accounts, STR("https://example.com/@test\nhttps://example.net/test"));
    assert_text(now.robots, STR("User-agent: Greedy\nDisallow: /"));
    assert_text(now.letters, STR("serif"));
    DO(desk, ERR_OK, furnish_settings(tx, PUBLISHER, &now, NOW, ARENA, &changes));
    assert_int_equal(keys_count(&changes.keys), 0);
    /* The trail names what differs. */
    struct store_audit_filter filter = {.action = STR("settings.change")};
    struct store_audit *entries;
    size_t count;
    int64_t next;
    DO(desk, ERR_OK, store_audits(tx, &filter, 0, 10, ARENA, &entries, &count, &next));
    assert_int_equal(count, 1);
    assert_text(entries[0].detail, STR("tagline, languages, accent-light, accent-dark, letters, "
                                       "copyright, accounts, robots"));
}

static void test_bad_settings(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    const struct settings fine = settings_now(desk);
    struct settings bad[] = {fine, fine, fine, fine, fine, fine, fine, fine, fine, fine};
    bad[0].name = STR("");
    bad[1].accent_light = STR("red");
    bad[2].accent_light = STR("#ffdd00"); /* cannot be read on white */
    bad[3].accent_dark = STR("#300010");  /* nor this on black */
    bad[4].letters = STR("comic");
    bad[5].accounts = STR("javascript:alert(1)");
    bad[6].languages = STR("en xx-not-a-tag-at-all-");
    bad[7].accent_light = STR("#a010200");
    bad[8].robots = STR("Disallow: \x01");
    bad[9].logo = -1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        DO(desk, ERR_INVALID, furnish_settings(tx, PUBLISHER, &bad[i], NOW, ARENA, &changes));
}

static void test_names(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct store_name author = {.slug = STR("rosa"), .name = STR("Rosa")};
    struct store_name *found;
    size_t count;
    DO(desk, ERR_OK, store_name_add(tx, STORE_AUTHOR, &author, &author.id));
    DO(desk, ERR_FORBIDDEN,
       furnish_name(tx, &desk->reporter, STORE_AUTHOR, author.id, STR("R."), STR(""), NOW, ARENA,
                    &changes));
    DO(desk, ERR_OK,
       furnish_name(tx, &desk->editor, STORE_AUTHOR, author.id, STR("Rosa Marin"),
                    STR("Writes of the sea."), NOW, ARENA, &changes));
    assert_true(has_key(&changes, arena_printf(ARENA, "author/%lld", (long long)author.id).at));
    DO(desk, ERR_OK, store_names_like(tx, STORE_AUTHOR, STR("ro"), 10, ARENA, &found, &count));
    assert_int_equal(count, 1);
    DO(desk, ERR_OK, store_names_like(tx, STORE_TAG, STR("ro"), 10, ARENA, &found, &count));
    assert_int_equal(count, 0);
    DO(desk, ERR_OK, store_names_like(tx, STORE_AUTHOR, STR("rob"), 10, ARENA, &found, &count));
    assert_int_equal(count, 0);
}

/* ---- Addresses that a change touched */

static struct str touched(struct desk_room *desk, const struct changes *changes)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changed_address *addresses;
    size_t count;
    bool more;
    BUF_AUTO struct buf out = BUF_INIT(10000);
    FINE(store_read(desk->room.store, &tx));
    FINE(published_addresses(tx, changes, ARENA, &addresses, &count, &more));
    assert_false(more);
    for (size_t i = 0; i < count; i++)
        (void)buf_printf(&out, "%.*s\n", STR_ARG(addresses[i].path));
    return arena_str(ARENA, buf_slice(&out));
}

static void test_published_addresses(void **state)
{
    struct desk_room *desk = *state;
    struct changes changes;
    struct saved saved;
    struct store_name tag = {.slug = STR("tide"), .name = STR("Tide")};
    struct store_name author = {.slug = STR("rosa"), .name = STR("R. Marin")};
    struct store_desk row;
    struct step_words none = {0};
    DO(desk, ERR_OK, store_name_add(tx, STORE_TAG, &tag, &tag.id));
    DO(desk, ERR_OK, store_name_add(tx, STORE_AUTHOR, &author, &author.id));
    struct store_revision revision = room_revision(desk, "Ferry late");
    revision.tags = &tag.id;
    revision.authors = &author.id;
    revision.tag_count = revision.author_count = 1;
    FINE(room_save(desk, &desk->editor, 0, 0, revision, &saved));
    DO(desk, ERR_OK,
       story_step(tx, &desk->editor, saved.desk.story_id, STEP_PUBLISH, &none, NOW, ARENA, &changes,
                  &row));
    struct str all = touched(desk, &changes);
    assert_text(all, STR("/news/2025/11/ferry-late\n"
                         "/\n"
                         "/news\n"
                         "/tag/tide\n"
                         "/author/rosa\n"
                         "/news/rss.xml\n/rss.xml\n/tag/tide/rss.xml\n"
                         "/sitemap-2025-11.xml\n"));
    /* No account among them. */
    assert_true(str_find(all, STR("Edith")) < 0);
    DO(desk, ERR_OK,
       furnish_page(tx, PUBLISHER, STR("about"), STR("About"), STR("We."), NOW, ARENA, &changes));
    assert_text(touched(desk, &changes), STR("/about\n"));
    struct settings settings = settings_now(desk);
    settings.name = STR("Another name");
    DO(desk, ERR_OK, furnish_settings(tx, PUBLISHER, &settings, NOW, ARENA, &changes));
    assert_text(touched(desk, &changes), STR("\n")); /* every page */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sections),
        TEST(test_order_of_sections),
        TEST(test_a_front_pinned_below_its_lead),
        TEST(test_addresses_of_stories),
        TEST(test_pages),
        TEST(test_ads),
        TEST(test_settings),
        TEST(test_bad_settings),
        TEST(test_names),
        TEST(test_published_addresses),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
