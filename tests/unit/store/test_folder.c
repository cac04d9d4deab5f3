/* Making, opening, copying, looking over. */
#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct store_options reads = {.role = STORE_READER, .busy_ms = BUSY_MS};

static void test_create(void **state)
{
    struct newsroom *newsroom = *state;
    struct store *store = NULL;
    FAILS(ERR_EXISTS, store_create(newsroom->dir));
    FAILS(ERR_SYSTEM, store_create("/tmp/stoppress-there-is-no-such-folder"));
    FAILS(ERR_NOT_A_NEWSROOM, store_open("/tmp/stoppress-there-is-no-such-folder", &reads, &store));
    assert_null(store);
    newsroom_check(newsroom->reader, 0);
}

/* Opening makes nothing where nothing is. */
static void test_open_creates_nothing(void **state)
{
    char dir[] = "/tmp/stoppress-store-XXXXXX";
    struct store *store = NULL;
    assert_non_null(mkdtemp(dir));
    FAILS(ERR_NOT_A_NEWSROOM, store_open(dir, &reads, &store));
    assert_int_equal(rmdir(dir), 0);
}

static void test_relative_folder(void **state)
{
    struct newsroom *newsroom = *state;
    char here[4096];
    struct store *store = NULL;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir("/tmp"), 0);
    OK(store_open(newsroom->dir + strlen("/tmp/"), &reads, &store));
    assert_int_equal(chdir("/"), 0);
    assert_true(store_is_same_file(store));
    store_close(store);
    assert_int_equal(chdir(here), 0);
}

static const char *path_of(struct newsroom *newsroom, const char *name)
{
    return arena_printf(newsroom->arena, "%s/%s", newsroom->dir, name).at;
}

static void test_is_same_file(void **state)
{
    struct newsroom *newsroom = *state;
    const char *path = path_of(newsroom, STORE_FILE), *aside = path_of(newsroom, "aside");
    assert_true(store_is_same_file(newsroom->reader));
    (void)newsroom_commit(newsroom_write(newsroom));
    OK(store_checkpoint(newsroom->writer));
    assert_true(store_is_same_file(newsroom->reader));
    assert_int_equal(rename(path, aside), 0);
    assert_false(store_is_same_file(newsroom->reader));
    assert_int_equal(rename(aside, path), 0);
    assert_true(store_is_same_file(newsroom->reader));
    OK(store_copy(newsroom->reader, aside));
    assert_int_equal(rename(aside, path), 0);
    assert_false(store_is_same_file(newsroom->reader));
}

static void test_modes(void **state)
{
    struct newsroom *newsroom = *state;
    struct stat file;
    assert_int_equal(stat(path_of(newsroom, STORE_FILE), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    OK(store_copy(newsroom->reader, path_of(newsroom, "copy")));
    assert_int_equal(stat(path_of(newsroom, "copy"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

struct writing {
    struct newsroom *newsroom;
    _Atomic bool stop;
    _Atomic int commits;
};

static void *write_on(void *context)
{
    struct writing *writing = context;
    while (!atomic_load(&writing->stop)) {
        struct store_tx *tx = NULL;
        struct store_revision revision = newsroom_revision(writing->newsroom, STR("Ferry"));
        OK(store_write(writing->newsroom->writer, &tx));
        (void)newsroom_publish(writing->newsroom, tx, &revision, 1000);
        (void)newsroom_commit(tx);
        atomic_fetch_add(&writing->commits, 1);
    }
    return NULL;
}

/* The copy is a newsroom of its own, whole, of one moment, while another thread writes. */
static void test_copy_while_writing(void **state)
{
    struct newsroom *newsroom = *state;
    struct writing writing = {.newsroom = newsroom};
    struct newsroom copy = {.arena = arena_new()};
    struct store_tx *tx = NULL;
    int64_t before = 0, count = 0;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_on, &writing), 0);
    while (atomic_load(&writing.commits) < 5)
        (void)usleep(1000);
    OK(store_read(newsroom->reader, &tx));
    OK(store_change_number(tx, &before));
    store_end(tx);
    (void)snprintf(copy.dir, sizeof copy.dir, "/tmp/stoppress-store-XXXXXX");
    assert_non_null(mkdtemp(copy.dir));
    OK(store_copy(newsroom->reader, arena_printf(copy.arena, "%s/" STORE_FILE, copy.dir).at));
    atomic_store(&writing.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);

    newsroom_open(&copy);
    newsroom_check(copy.reader, 0);
    tx = newsroom_read(&copy);
    OK(store_list_count(tx, (struct store_list){STORE_LIST_ALL, 0}, &count));
    assert_true(count >= before - 1); /* the first change made the section */
    store_end(tx);
    (void)newsroom_commit(newsroom_write(&copy));
    newsroom_close(&copy);
    newsroom_remove(&copy);
}

static void test_copy_overwrites_nothing(void **state)
{
    struct newsroom *newsroom = *state;
    FAILS(ERR_EXISTS, store_copy(newsroom->reader, path_of(newsroom, STORE_FILE)));
    FAILS(ERR_SYSTEM, store_copy(newsroom->reader, path_of(newsroom, "no/such/folder")));
    newsroom_check(newsroom->reader, 0);
}

/* Each breach of a rule that can be committed through store.h is found. */
static void test_check_finds(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_list all = {STORE_LIST_ALL, 0}, tag = {STORE_LIST_TAG, 5};
    struct store_term term = {STR("ferry"), 0};
    int64_t draft = 0, ignored = 0;
    struct store_tx *tx = newsroom_write(newsroom);
    int64_t one = newsroom_publish(newsroom, tx, &revision, 1000);
    int64_t two = newsroom_publish(newsroom, tx, &revision, 2000);
    OK(store_story_add(tx, &revision, &draft, &ignored));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);

    tx = newsroom_write(newsroom);
    OK(store_list_remove(tx, all, (struct store_place){1000, one}));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 1); /* missing from the list of all */

    tx = newsroom_write(newsroom);
    OK(store_list_add(tx, all, (struct store_place){1000, one}));
    OK(store_list_add(tx, tag, (struct store_place){1000, one}));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 1); /* in a list where it does not belong */

    tx = newsroom_write(newsroom);
    OK(store_list_remove(tx, tag, (struct store_place){1000, one}));
    OK(store_list_add(tx, all, (struct store_place){0, draft}));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 1); /* a draft in a list */

    tx = newsroom_write(newsroom);
    OK(store_list_remove(tx, all, (struct store_place){0, draft}));
    OK(store_month_remove(tx, 24322, one));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 1); /* in no month */

    tx = newsroom_write(newsroom);
    OK(store_month_add(tx, 24322, one));
    OK(store_address_set(tx, one, STR("/news/2026/11/other")));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 2); /* the story says otherwise, told from both sides */

    tx = newsroom_write(newsroom);
    struct store_story story;
    OK(store_story(tx, one, newsroom->arena, &story));
    OK(store_address_set(tx, one, story.path));
    OK(store_related_set(tx, two, &(struct store_related){draft, 100}, 1));
    OK(store_terms_set(tx, (struct store_place){0, draft}, &term, 1));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 2); /* related to a draft; words of a draft */

    tx = newsroom_write(newsroom);
    OK(store_related_set(tx, two, NULL, 0));
    OK(store_terms_set(tx, (struct store_place){0, draft}, NULL, 0));
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create, newsroom_setup, newsroom_teardown),
        cmocka_unit_test(test_open_creates_nothing),
        cmocka_unit_test_setup_teardown(test_relative_folder, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_is_same_file, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_modes, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_copy_while_writing, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_copy_overwrites_nothing, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_check_finds, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
