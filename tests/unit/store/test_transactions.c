/* Transactions: snapshots, one writer, other connections and processes, durability. */
#include "base/hash.h"
#include "tests/unit/store/newsroom.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_name(struct store_tx *tx, struct str name)
{
    OK(store_setting_set(tx, STR("name"), name));
}

static struct str get_name(struct newsroom *newsroom, struct store_tx *tx)
{
    struct str name = STR_NONE;
    OK(store_setting(tx, STR("name"), newsroom->arena, &name));
    return name;
}

static void test_end_undoes(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    set_name(tx, STR("One"));
    (void)newsroom_commit(tx);
    {
        STORE_TX_AUTO struct store_tx *undone = newsroom_write(newsroom);
        set_name(undone, STR("Two"));
        assert_str(get_name(newsroom, undone), STR("Two"));
    }
    tx = newsroom_read(newsroom);
    assert_str(get_name(newsroom, tx), STR("One"));
    store_end(tx);
    store_end(tx); /* once more does nothing */
    store_end(NULL);
}

/* A late cleanup of one that was committed must not end the next one. */
static void test_late_cleanup(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *old = newsroom_write(newsroom);
    (void)newsroom_commit(old);
    struct store_tx *tx = newsroom_write(newsroom);
    store_end(old);
    set_name(tx, STR("One"));
    (void)newsroom_commit(tx);
}

static void test_snapshot(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *writing = newsroom_write(newsroom);
    int64_t before = -1, after = -1;
    set_name(writing, STR("One"));
    int64_t first = newsroom_commit(writing);
    struct store_tx *reading = newsroom_read(newsroom); /* fixed here, not at the first lookup */
    writing = newsroom_write(newsroom);
    set_name(writing, STR("Two"));
    int64_t second = newsroom_commit(writing);
    assert_int_equal(second, first + 1);
    assert_str(get_name(newsroom, reading), STR("One"));
    OK(store_change_number(reading, &before));
    assert_int_equal(before, first);
    store_end(reading);
    reading = newsroom_read(newsroom);
    assert_str(get_name(newsroom, reading), STR("Two"));
    OK(store_change_number(reading, &after));
    assert_int_equal(after, second);
    store_end(reading);
}

static void test_what_a_commit_needs(void **state)
{
    struct newsroom *newsroom = *state;
    struct str bad[] = {STR("settings"), STR("two\nlines")}, empty[] = {STR("")};
    struct store_changes none = {0}, because = {.why_none = "nothing a reader sees"};
    struct store_changes broken = {.keys = bad, .count = 2}, void_key = {.keys = empty, .count = 1};
    int64_t number = 77;
    struct store_tx *tx = newsroom_write(newsroom);
    set_name(tx, STR("One"));
    FAILS(ERR_STORE, store_commit(tx, &none, 1, &number));
    tx = newsroom_write(newsroom); /* the failed one is over */
    assert_int_equal(get_name(newsroom, tx).len, 0);
    FAILS(ERR_STORE, store_commit(tx, &broken, 1, &number));
    tx = newsroom_write(newsroom);
    FAILS(ERR_STORE, store_commit(tx, &void_key, 1, &number));
    assert_int_equal(number, 77);
    tx = newsroom_write(newsroom);
    set_name(tx, STR("One"));
    OK(store_commit(tx, &because, 1, &number));
    assert_int_equal(number, 0);
    tx = newsroom_read(newsroom);
    assert_str(get_name(newsroom, tx), STR("One"));
    FAILS(ERR_STORE, store_commit(tx, &because, 1, &number));
}

/* A call that failed half-way spoils its transaction, even when the caller goes on. */
static void test_failed_call_spoils(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_changes because = {.why_none = "nothing a reader sees"};
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    int64_t story = 0, ignored = 0, nobody = 999;
    struct store_story *stories = NULL;
    size_t count = 9;
    struct store_tx *tx = newsroom_write(newsroom);
    revision.tags = &nobody;
    revision.tag_count = 1;
    FAILS(ERR_STORE, store_story_add(tx, &revision, &story, &ignored));
    assert_int_equal(story, 0);
    FAILS(ERR_STORE, store_commit(tx, &because, 1, NULL));
    tx = newsroom_read(newsroom);
    OK(store_stories(tx, 0, 10, newsroom->arena, &stories, &count));
    assert_int_equal(count, 0);
    store_end(tx);
}

static void test_reader_does_not_write(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = NULL;
    FAILS(ERR_STORE, store_write(newsroom->reader, &tx));
    assert_null(tx);
    tx = newsroom_read(newsroom);
    FAILS(ERR_STORE, store_setting_set(tx, STR("name"), STR("One")));
    store_end(tx);
}

static void test_one_writer(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_options options = {.role = STORE_WRITER, .busy_ms = 60};
    struct store *other = NULL;
    struct store_tx *mine = NULL, *others = NULL;
    OK(store_open(newsroom->dir, &options, &other));
    mine = newsroom_write(newsroom);
    int64_t began = clock_monotonic();
    FAILS(ERR_STORE_BUSY, store_write(other, &others));
    int64_t waited = clock_monotonic() - began;
    assert_true(waited >= 50 && waited < 1500);
    OK(store_read(other, &others)); /* reading needs nobody's leave */
    store_end(others);
    (void)newsroom_commit(mine);
    OK(store_write(other, &others));
    store_end(others);
    store_close(other);
}

static void test_data_version(void **state)
{
    struct newsroom *newsroom = *state;
    int64_t before = 0, same = 0, after = 0;
    OK(store_data_version(newsroom->reader, &before));
    OK(store_data_version(newsroom->reader, &same));
    assert_int_equal(before, same);
    (void)newsroom_commit(newsroom_write(newsroom));
    OK(store_data_version(newsroom->reader, &after));
    assert_int_not_equal(before, after);
}

struct interruption {
    struct store *store;
    int after_ms;
};

static void *interrupt_later(void *context)
{
    const struct interruption *interruption = context;
    (void)usleep((useconds_t)interruption->after_ms * 1000);
    store_interrupt(interruption->store);
    return NULL;
}

static void test_interrupt_ends_waiting(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_options options = {.role = STORE_WRITER, .busy_ms = 20000};
    struct store *other = NULL;
    struct store_tx *tx = newsroom_write(newsroom), *others = NULL;
    pthread_t thread;
    OK(store_open(newsroom->dir, &options, &other));
    struct interruption interruption = {other, 50};
    assert_int_equal(pthread_create(&thread, NULL, interrupt_later, &interruption), 0);
    int64_t began = clock_monotonic();
    FAILS(ERR_STORE_BUSY, store_write(other, &others));
    assert_true(clock_monotonic() - began < 10000);
    assert_int_equal(pthread_join(thread, NULL), 0);
    store_end(tx);
    OK(store_write(other, &others)); /* usable again */
    store_end(others);
    store_close(other);
}

/* Another process writes; this one sees it, and never half of it. */
static void test_second_process(void **state)
{
    enum { ROUNDS = 30 };
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    OK(store_setting_set(tx, STR("a"), STR("0")));
    OK(store_setting_set(tx, STR("b"), STR("0")));
    (void)newsroom_commit(tx);
    /* No connection is carried into a child: it would share the parent's locks. */
    newsroom_close(newsroom);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = newsroom_connect(newsroom, STORE_WRITER);
        for (int i = 1; i <= ROUNDS; i++) {
            struct str text = arena_printf(newsroom->arena, "%d", i);
            OK(store_write(store, &tx));
            OK(store_setting_set(tx, STR("a"), text));
            (void)usleep(500);
            OK(store_setting_set(tx, STR("b"), text));
            (void)newsroom_commit(tx);
        }
        store_close(store);
        _exit(0);
    }
    newsroom_open(newsroom);
    int64_t last = 0;
    for (int64_t b = -1; b != ROUNDS;) {
        struct str text_a = STR_NONE, text_b = STR_NONE;
        int64_t a = -1, number = 0;
        tx = newsroom_read(newsroom);
        OK(store_setting(tx, STR("a"), newsroom->arena, &text_a));
        OK(store_setting(tx, STR("b"), newsroom->arena, &text_b));
        OK(store_change_number(tx, &number));
        store_end(tx);
        assert_true(str_to_i64(text_a, &a) && str_to_i64(text_b, &b));
        assert_int_equal(a, b);
        assert_true(number >= last);
        last = number;
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    newsroom_check(newsroom->reader, 0);
}

/* A process is killed at random instants; what it said was committed is there. */
static void test_killed_writer(void **state)
{
    struct newsroom *newsroom = *state;
    newsroom_close(newsroom);
    for (int round = 0; round < 12; round++) {
        int pipe_fds[2], status = 0;
        int64_t said = 0, number = 0, got = 0;
        assert_int_equal(pipe(pipe_fds), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct store *store = newsroom_connect(newsroom, STORE_WRITER);
            for (;;) {
                struct store_tx *tx = NULL;
                struct store_revision revision = newsroom_revision(newsroom, STR("Ferry"));
                OK(store_write(store, &tx));
                (void)newsroom_publish(newsroom, tx, &revision, 1000);
                number = newsroom_commit(tx);
                if (write(pipe_fds[1], &number, sizeof number) != sizeof number)
                    _exit(1);
            }
        }
        (void)close(pipe_fds[1]);
        /* After a few commits, somewhere within the next. */
        for (int i = 0; i <= round % 3; i++)
            if (read(pipe_fds[0], &said, sizeof said) != sizeof said)
                fail();
        (void)usleep((useconds_t)(round * 137));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        while (read(pipe_fds[0], &got, sizeof got) == sizeof got)
            said = got;
        (void)close(pipe_fds[0]);

        newsroom_open(newsroom);
        struct store_tx *tx = newsroom_read(newsroom);
        OK(store_change_number(tx, &number));
        store_end(tx);
        assert_true(number == said || number == said + 1);
        newsroom_check(newsroom->reader, 0);
        newsroom_close(newsroom);
    }
    newsroom_open(newsroom);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_end_undoes, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_late_cleanup, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_snapshot, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_what_a_commit_needs, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_failed_call_spoils, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_reader_does_not_write, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_one_writer, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_data_version, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_interrupt_ends_waiting, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_second_process, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_killed_writer, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
