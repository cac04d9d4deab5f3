#include "tests/unit/store/newsroom.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static void say(const struct error *error, const char *what, const char *file, int line)
{
    BUF_AUTO struct buf sentence = BUF_INIT(1024);
    error_sentence(error, &sentence);
    print_error("%s:%d: %s: %s (%.*s)\n", file, line, what, error_name(error->code),
                STR_ARG(buf_slice(&sentence)));
}

void newsroom_ok(struct error error, const char *what, const char *file, int line)
{
    if (error.code == ERR_OK)
        return;
    say(&error, what, file, line);
    _fail(file, line);
}

void newsroom_fails(enum err code, struct error error, const char *what, const char *file, int line)
{
    if (error.code == code)
        return;
    say(&error, what, file, line);
    _fail(file, line);
}

void newsroom_make(struct newsroom *newsroom)
{
    *newsroom = (struct newsroom){.dir = "/tmp/stoppress-store-XXXXXX"};
    newsroom->arena = arena_new();
    assert_non_null(mkdtemp(newsroom->dir));
    OK(store_create(newsroom->dir));
}

struct store *newsroom_connect(const struct newsroom *newsroom, enum store_role role)
{
    struct store *store = NULL;
    struct store_options options = {.role = role, .busy_ms = BUSY_MS};
    OK(store_open(newsroom->dir, &options, &store));
    return store;
}

void newsroom_open(struct newsroom *newsroom)
{
    newsroom->writer = newsroom_connect(newsroom, STORE_WRITER);
    newsroom->reader = newsroom_connect(newsroom, STORE_READER);
}

void newsroom_close(struct newsroom *newsroom)
{
    store_close(newsroom->reader);
    store_close(newsroom->writer);
    newsroom->reader = newsroom->writer = NULL;
}

void newsroom_remove(struct newsroom *newsroom)
{
    DIR *dir = opendir(newsroom->dir);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(newsroom->dir), 0);
    arena_free(newsroom->arena);
}

int newsroom_setup(void **state)
{
    struct newsroom *newsroom = malloc(sizeof *newsroom);
    struct store_section section = {.slug = STR("news"), .name = STR("News"), .position = 1};
    assert_non_null(newsroom);
    newsroom_make(newsroom);
    newsroom_open(newsroom);
    struct store_tx *tx = newsroom_write(newsroom);
    OK(store_section_add(tx, &section, &newsroom->section));
    (void)newsroom_commit(tx);
    *state = newsroom;
    return 0;
}

int newsroom_teardown(void **state)
{
    struct newsroom *newsroom = *state;
    newsroom_close(newsroom);
    newsroom_remove(newsroom);
    free(newsroom);
    return 0;
}

struct store_tx *newsroom_read(struct newsroom *newsroom)
{
    struct store_tx *tx = NULL;
    OK(store_read(newsroom->reader, &tx));
    return tx;
}

struct store_tx *newsroom_write(struct newsroom *newsroom)
{
    struct store_tx *tx = NULL;
    OK(store_write(newsroom->writer, &tx));
    return tx;
}

int64_t newsroom_commit(struct store_tx *tx)
{
    struct str key = STR("settings");
    struct store_changes changes = {.keys = &key, .count = 1};
    int64_t number = 0;
    OK(store_commit(tx, &changes, 1, &number));
    return number;
}

static void print_fault(void *context, struct str sentence)
{
    struct buf *told = context;
    (void)buf_printf(told, "  %.*s\n", STR_ARG(sentence));
}

void newsroom_check(struct store *store, int64_t faults)
{
    BUF_AUTO struct buf told = BUF_INIT(65536);
    int64_t found = -1;
    OK(store_check(store, print_fault, &told, &found));
    if (found != faults)
        print_error("faults:\n%.*s", STR_ARG(buf_slice(&told)));
    assert_int_equal(found, faults);
}

struct store_revision newsroom_revision(const struct newsroom *newsroom, struct str headline)
{
    return (struct store_revision){
        .at = 1000,
        .section_id = newsroom->section,
        .slug = STR("ferry"),
        .headline = headline,
        .standfirst = STR("It was the fog, says the captain"),
        .dateline = STR("Port Alma"),
        .agency = STR("Harbour News"),
        .language = STR("en"),
        .body = STR("The ferry was late.\n\nIt came at noon.\n"),
        .caption = STR("The ferry"),
        .credit = STR("L. Ortega"),
        .alt = STR("A ferry in the fog"),
        .note = STR("first version"),
    };
}

/* The lists of a revision, one after another; false after the last one. */
static bool list_of(const struct store_revision *revision, size_t i, struct store_list *ret_list)
{
    size_t tags = revision->tag_count, authors = revision->author_count;
    if (i == 0)
        *ret_list = (struct store_list){STORE_LIST_ALL, 0};
    else if (i == 1)
        *ret_list = (struct store_list){STORE_LIST_SECTION, revision->section_id};
    else if (i < 2 + tags)
        *ret_list = (struct store_list){STORE_LIST_TAG, revision->tags[i - 2]};
    else if (i < 2 + tags + authors)
        *ret_list = (struct store_list){STORE_LIST_AUTHOR, revision->authors[i - 2 - tags]};
    else if (i == 2 + tags + authors && revision->featured)
        *ret_list = (struct store_list){STORE_LIST_FEATURED, 0};
    else
        return false;
    return true;
}

struct error newsroom_try_publish(struct newsroom *newsroom, struct store_tx *tx,
                                  const struct store_revision *revision, int64_t at,
                                  int64_t *ret_id)
{
    struct store_story story = {
        .state = STORY_PUBLISHED, .published_at = at, .updated_at = at, .listed_at = at};
    struct store_list list;
    TRY(store_story_add(tx, revision, &story.id, &story.live));
    story.path = arena_printf(newsroom->arena, "/news/2026/11/%.*s-%lld", STR_ARG(revision->slug),
                              (long long)story.id);
    TRY(store_address_set(tx, story.id, story.path));
    TRY(store_story_set(tx, &story));
    for (size_t i = 0; list_of(revision, i, &list); i++)
        TRY(store_list_add(tx, list, (struct store_place){at, story.id}));
    TRY(store_month_add(tx, 24322, story.id));
    *ret_id = story.id;
    return NO_ERROR;
}

int64_t newsroom_publish(struct newsroom *newsroom, struct store_tx *tx,
                         const struct store_revision *revision, int64_t at)
{
    int64_t id = 0;
    OK(newsroom_try_publish(newsroom, tx, revision, at, &id));
    return id;
}

void newsroom_withdraw(struct newsroom *newsroom, struct store_tx *tx, int64_t story_id)
{
    struct store_story story;
    struct store_revision live;
    struct store_list list;
    OK(store_story(tx, story_id, newsroom->arena, &story));
    OK(store_revision(tx, story.live, newsroom->arena, &live));
    for (size_t i = 0; list_of(&live, i, &list); i++)
        OK(store_list_remove(tx, list, (struct store_place){story.listed_at, story.id}));
    OK(store_month_remove(tx, 24322, story.id));
    story.state = STORY_WITHDRAWN;
    story.reason = STR("It was not true.");
    story.withdrawn_at = 9000;
    OK(store_story_set(tx, &story));
}
