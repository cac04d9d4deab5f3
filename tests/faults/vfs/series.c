#include "tests/faults/vfs/series.h"

#include <fcntl.h>
#include <unistd.h>

static bool refuse(struct series *series, struct error error)
{
    if (error.code == ERR_OK)
        return false;
    /* Faults of a disk or of memory show as one of these, and as nothing else. */
    assert_true(error.code == ERR_STORE || error.code == ERR_DISK_FULL ||
                error.code == ERR_STORE_BUSY);
    series->refused++;
    series->last = error.code;
    return true;
}

static struct error publish(struct newsroom *newsroom, struct store *store, int i, int64_t *ret_id,
                            int64_t *ret_number)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_term terms[] = {{STR("ferry"), 0}, {STR("fog"), 0}};
    struct str key = STR("front");
    struct store_changes changes = {.keys = &key, .count = 1};
    int64_t id = 0;
    /* Long enough for overflow pages. */
    char *body = arena_alloc(newsroom->arena, 9000);
    memset(body, 'a' + i, 9000);
    revision.body = str_n(body, 9000);
    TRY(store_write(store, &tx));
    TRY(newsroom_try_publish(newsroom, tx, &revision, 1000 + i, &id));
    TRY(store_terms_set(tx, (struct store_place){1000 + i, id}, terms, 2));
    TRY(store_commit(tx, &changes, 1000, ret_number));
    *ret_id = id;
    return NO_ERROR;
}

static struct error look(struct newsroom *newsroom, struct store *store)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_card *cards = NULL;
    size_t count = 0;
    TRY(store_read(store, &tx));
    return store_list(tx, (struct store_list){STORE_LIST_ALL, 0}, STORE_HEAD, 5, newsroom->arena,
                      &cards, &count);
}

static void run_open(struct newsroom *newsroom, struct store *store, bool stop,
                     struct series *series)
{
    for (int i = 0; i < SERIES_COMMITS; i++) {
        int64_t id = 0;
        if (!refuse(series, publish(newsroom, store, i, &id, &series->number)))
            series->acknowledged[series->count++] = id;
        else if (stop)
            return;
        if (i % 3 == 2 && refuse(series, store_checkpoint(store)) && stop)
            return;
        if (refuse(series, look(newsroom, store)) && stop)
            return;
    }
}

void series_run(struct newsroom *newsroom, bool stop, struct series *ret_series)
{
    struct store_options options = {.role = STORE_WRITER, .busy_ms = 100};
    struct store *store = NULL;
    *ret_series = (struct series){.number = TEMPLATE_CHANGES};
    if (!refuse(ret_series, store_open(newsroom->dir, &options, &store)))
        run_open(newsroom, store, stop, ret_series);
    store_close(store);
}

void series_verify(struct newsroom *newsroom, const struct series *series, int64_t more)
{
    int64_t number = 0, count = 0;
    newsroom_open(newsroom);
    newsroom_check(newsroom->reader, 0);
    struct store_tx *tx = newsroom_read(newsroom);
    OK(store_change_number(tx, &number));
    assert_true(number >= series->number);
    assert_true(number <= series->number + more);
    OK(store_list_count(tx, (struct store_list){STORE_LIST_ALL, 0}, &count));
    assert_true(count >= series->count && count <= series->count + more);
    for (int i = 0; i < series->count; i++) {
        struct store_story story;
        struct store_revision live;
        OK(store_story(tx, series->acknowledged[i], newsroom->arena, &story));
        OK(store_revision(tx, story.live, newsroom->arena, &live));
        assert_int_equal(story.state, STORY_PUBLISHED);
        assert_int_equal(live.body.len, 9000);
        assert_int_equal(live.body.at[8999], 'a' + story.published_at - 1000);
    }
    store_end(tx);
    /* And it can go on. */
    (void)newsroom_commit(newsroom_write(newsroom));
    newsroom_close(newsroom);
}

void series_template(struct newsroom *newsroom)
{
    struct store_section section = {.slug = STR("news"), .name = STR("News"), .position = 1};
    newsroom_make(newsroom);
    newsroom_open(newsroom);
    struct store_tx *tx = newsroom_write(newsroom);
    OK(store_section_add(tx, &section, &newsroom->section));
    (void)newsroom_commit(tx);
    newsroom_close(newsroom);
}

void series_reset(struct newsroom *newsroom, struct str bytes)
{
    static const char *const names[] = {STORE_FILE "-wal", STORE_FILE "-shm", STORE_FILE};
    char path[128] = "";
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", newsroom->dir, names[i]);
        (void)unlink(path);
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_true(write(fd, bytes.at, bytes.len) == (ssize_t)bytes.len);
    assert_int_equal(close(fd), 0);
    arena_reset(newsroom->arena);
}
