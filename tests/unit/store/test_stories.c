#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

static void assert_same_revision(const struct store_revision *a, const struct store_revision *b)
{
    assert_int_equal(a->at, b->at);
    assert_int_equal(a->section_id, b->section_id);
    assert_int_equal(a->picture_id, b->picture_id);
    assert_int_equal(a->featured, b->featured);
    assert_str(a->slug, b->slug);
    assert_str(a->headline, b->headline);
    assert_str(a->standfirst, b->standfirst);
    assert_str(a->dateline, b->dateline);
    assert_str(a->agency, b->agency);
    assert_str(a->language, b->language);
    assert_str(a->body, b->body);
    assert_str(a->caption, b->caption);
    assert_str(a->credit, b->credit);
    assert_str(a->alt, b->alt);
    assert_str(a->note, b->note);
    assert_int_equal(a->tag_count, b->tag_count);
    assert_int_equal(a->author_count, b->author_count);
    for (size_t i = 0; i < a->tag_count; i++)
        assert_int_equal(a->tags[i], b->tags[i]);
    for (size_t i = 0; i < a->author_count; i++)
        assert_int_equal(a->authors[i], b->authors[i]);
}

static int64_t add_name(struct store_tx *tx, enum store_name_kind kind, struct str slug)
{
    int64_t id = 0;
    OK(store_name_add(tx, kind, &(struct store_name){.slug = slug, .name = slug}, &id));
    return id;
}

static void test_add_and_read(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    /* given out of the order of their ids, which must stay */
    int64_t b = add_name(tx, STORE_TAG, STR("b")), a = add_name(tx, STORE_TAG, STR("a"));
    int64_t x = add_name(tx, STORE_AUTHOR, STR("x")), y = add_name(tx, STORE_AUTHOR, STR("y"));
    int64_t tags[] = {a, b}, authors[] = {y, x}, story_id = 0, revision_id = 0;
    struct store_revision given = newsroom_revision(newsroom, STR("Ferry late")), got;
    struct store_picture picture = {
        .original = STR("aa"), .type = STR("image/png"), .width = 3, .height = 2, .created_at = 7};
    OK(store_picture_add(tx, &picture, NULL, 0, &given.picture_id));
    given.tags = tags;
    given.tag_count = 2;
    given.authors = authors;
    given.author_count = 2;
    given.featured = true;
    OK(store_story_add(tx, &given, &story_id, &revision_id));
    (void)newsroom_commit(tx);

    struct store_story story;
    tx = newsroom_read(newsroom);
    OK(store_revision(tx, revision_id, newsroom->arena, &got));
    assert_same_revision(&given, &got);
    assert_int_equal(got.id, revision_id);
    assert_int_equal(got.story_id, story_id);
    assert_int_equal(got.number, 1);
    OK(store_story(tx, story_id, newsroom->arena, &story));
    assert_int_equal(story.id, story_id);
    assert_int_equal(story.state, STORY_DRAFT);
    assert_int_equal(story.newest, revision_id);
    assert_int_equal(story.live, 0);
    assert_int_equal(story.path.len, 0);
    assert_int_equal(story.published_at + story.updated_at + story.listed_at, 0);
    FAILS(ERR_NOT_FOUND, store_card(tx, story_id, newsroom->arena, &(struct store_card){0}));
    FAILS(ERR_NOT_FOUND, store_story(tx, story_id + 1, newsroom->arena, &story));
    FAILS(ERR_NOT_FOUND, store_revision(tx, revision_id + 1, newsroom->arena, &got));
    assert_int_equal(story.id, story_id); /* untouched on failure */
    store_end(tx);
    newsroom_check(newsroom->reader, 0);
}

static void test_empty_texts_and_long_ones(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision given = {.section_id = newsroom->section, .headline = STR("H")}, got;
    int64_t story_id = 0, revision_id = 0;
    size_t size = 1 << 20;
    char *body = arena_alloc(newsroom->arena, size);
    for (size_t i = 0; i < size; i++)
        body[i] = (char)('a' + i % 26);
    given.body = str_n(body, size);
    given.note = STR("a\0b"); /* no text ends early */
    OK(store_story_add(tx, &given, &story_id, &revision_id));
    OK(store_revision(tx, revision_id, newsroom->arena, &got));
    assert_same_revision(&given, &got);
    assert_int_equal(got.note.len, 3);
    (void)newsroom_commit(tx);
}

static void test_revisions(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision given = newsroom_revision(newsroom, STR("Ferry late")), *got = NULL;
    int64_t story_id = 0, other = 0, ids[5], tag = add_name(tx, STORE_TAG, STR("sea"));
    size_t count = 0;
    OK(store_story_add(tx, &given, &story_id, &ids[0]));
    OK(store_story_add(tx, &given, &other, &ids[1]));
    given.story_id = story_id;
    given.tags = &tag;
    given.tag_count = 1;
    for (int i = 1; i < 5; i++) {
        given.headline = arena_printf(newsroom->arena, "Version %d", i + 1);
        OK(store_revision_add(tx, &given, &ids[i]));
    }
    given.story_id = 99;
    FAILS(ERR_NOT_FOUND, store_revision_add(tx, &given, &ids[0]));
    (void)newsroom_commit(tx);

    struct store_story story;
    tx = newsroom_read(newsroom);
    OK(store_story(tx, story_id, newsroom->arena, &story));
    assert_int_equal(story.newest, ids[4]);
    assert_int_equal(story.live, 0);
    OK(store_revisions(tx, story_id, 0, 2, newsroom->arena, &got, &count));
    assert_int_equal(count, 2);
    assert_int_equal(got[0].number, 5);
    assert_int_equal(got[0].id, ids[4]);
    assert_int_equal(got[0].tag_count, 1);
    assert_int_equal(got[0].body.len, 0);
    assert_str(got[0].headline, STR("Version 5"));
    assert_int_equal(got[1].number, 4);
    OK(store_revisions(tx, story_id, 4, 10, newsroom->arena, &got, &count));
    assert_int_equal(count, 3);
    assert_int_equal(got[2].number, 1);
    assert_str(got[2].headline, STR("Ferry late"));
    assert_int_equal(got[2].tag_count, 0);
    store_end(tx);
    newsroom_check(newsroom->reader, 0);
}

static void test_story_set(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    int64_t id = newsroom_publish(newsroom, tx, &revision, 5000);
    int64_t draft = 0, draft_revision = 0;
    struct store_story story, *stories = NULL;
    struct store_card card;
    size_t count = 0;
    OK(store_story_add(tx, &revision, &draft, &draft_revision));
    (void)newsroom_commit(tx);

    tx = newsroom_read(newsroom);
    OK(store_story(tx, id, newsroom->arena, &story));
    assert_int_equal(story.state, STORY_PUBLISHED);
    assert_int_equal(story.live, story.newest);
    assert_int_equal(story.published_at, 5000);
    OK(store_card(tx, id, newsroom->arena, &card));
    assert_str(card.path, story.path);
    assert_str(card.headline, revision.headline);
    assert_str(card.standfirst, revision.standfirst);
    assert_str(card.language, revision.language);
    assert_str(card.caption, revision.caption);
    assert_str(card.credit, revision.credit);
    assert_str(card.alt, revision.alt);
    assert_int_equal(card.story_id, id);
    assert_int_equal(card.section_id, newsroom->section);
    assert_int_equal(card.picture_id, 0);
    assert_int_equal(card.published_at, 5000);
    assert_int_equal(card.updated_at, 5000);
    assert_int_equal(card.listed_at, 5000);
    OK(store_stories(tx, 0, 10, newsroom->arena, &stories, &count));
    assert_int_equal(count, 2);
    assert_int_equal(stories[0].id, draft);
    assert_int_equal(stories[1].id, id);
    OK(store_stories(tx, draft, 10, newsroom->arena, &stories, &count));
    assert_int_equal(count, 1);
    store_end(tx);
    newsroom_check(newsroom->reader, 0);

    tx = newsroom_write(newsroom);
    newsroom_withdraw(newsroom, tx, id);
    story.id = 77;
    FAILS(ERR_NOT_FOUND, store_story_set(tx, &story));
    OK(store_story(tx, id, newsroom->arena, &story));
    assert_int_equal(story.state, STORY_WITHDRAWN);
    assert_int_equal(story.withdrawn_at, 9000);
    assert_str(story.reason, STR("It was not true."));
    FAILS(ERR_NOT_FOUND, store_card(tx, id, newsroom->arena, &card));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

static void assert_address(struct store_tx *tx, struct str path, int64_t story_id, bool current)
{
    struct store_address address;
    OK(store_address(tx, path, &address));
    assert_int_equal(address.story_id, story_id);
    assert_int_equal(address.current, current);
}

static void test_addresses(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_address address;
    int64_t one = 0, two = 0, ignored = 0;
    OK(store_story_add(tx, &revision, &one, &ignored));
    OK(store_story_add(tx, &revision, &two, &ignored));
    OK(store_address_set(tx, one, STR("/news/2026/11/a")));
    OK(store_address_set(tx, one, STR("/news/2026/11/a"))); /* again: nothing */
    OK(store_address_set(tx, one, STR("/news/2026/11/b")));
    assert_address(tx, STR("/news/2026/11/a"), one, false);
    assert_address(tx, STR("/news/2026/11/b"), one, true);
    FAILS(ERR_EXISTS, store_address_set(tx, two, STR("/news/2026/11/a")));
    FAILS(ERR_EXISTS, store_address_set(tx, two, STR("/news/2026/11/b")));
    OK(store_address_set(tx, two, STR("/news/2026/11/c")));
    OK(store_address_set(tx, one, STR("/news/2026/11/a"))); /* and back */
    assert_address(tx, STR("/news/2026/11/a"), one, true);
    assert_address(tx, STR("/news/2026/11/b"), one, false);
    assert_address(tx, STR("/news/2026/11/c"), two, true);
    FAILS(ERR_NOT_FOUND, store_address(tx, STR("/news/2026/11/A"), &address));
    store_end(tx);
}

/* What was refused with ERR_EXISTS changed nothing: the transaction can go on and be committed. */
static void test_refused_address_changes_nothing(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    int64_t one = newsroom_publish(newsroom, tx, &revision, 1000);
    int64_t two = newsroom_publish(newsroom, tx, &revision, 2000);
    struct store_story story;
    OK(store_story(tx, one, newsroom->arena, &story));
    FAILS(ERR_EXISTS, store_address_set(tx, two, story.path));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_add_and_read, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_empty_texts_and_long_ones, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_revisions, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_story_set, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_addresses, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_refused_address_changes_nothing, newsroom_setup,
                                        newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
