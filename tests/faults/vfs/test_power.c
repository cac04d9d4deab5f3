/* The power fails at every single operation on the disk: what was acknowledged is there afterwards,
 * and the database is whole. Durable means synced. */
#include "base/file.h"
#include "base/hash.h"
#include "tests/faults/vfs/disk.h"
#include "tests/faults/vfs/series.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct str template_bytes(struct newsroom *newsroom, struct arena *arena)
{
    struct str bytes;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/" STORE_FILE, newsroom->dir);
    OK(file_read(AT_FDCWD, path, 1 << 24, arena, &bytes));
    return bytes;
}

/* Runs the series with the power failing at operation n; false when it came to its end before. */
static bool fail_at(struct newsroom *newsroom, int64_t n, uint64_t seed)
{
    struct series series;
    disk_plan(DISK_POWER_LOSS, n);
    series_run(newsroom, true, &series);
    bool struck = disk_struck();
    if (!struck)
        assert_int_equal(series.count, SERIES_COMMITS);
    disk_restart(seed);
    /* The commit that was under way may have arrived, if nobody said that it did. */
    series_verify(newsroom, &series, struck ? 1 : 0);
    disk_restart(0);
    return struck;
}

static void lose_power_everywhere(uint64_t seed)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct newsroom newsroom;
    series_template(&newsroom);
    struct str bytes = template_bytes(&newsroom, arena);
    int64_t n = 1;
    for (;; n += SERIES_STRIDE) {
        series_reset(&newsroom, bytes);
        if (!fail_at(&newsroom, n, seed ? seed * 1000003 + (uint64_t)n : 0))
            break;
    }
    print_message("%lld instants\n", (long long)n - 1);
    assert_true(n > 100);
    newsroom_remove(&newsroom);
}

static void test_all_unsynced_writes_lost(void **state)
{
    lose_power_everywhere(0);
}

/* Some arrived, whole or torn, in any order. */
static void test_some_unsynced_writes_lost(void **state)
{
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20261124;
    print_message("SEED=%llu\n", (unsigned long long)seed);
    lose_power_everywhere(seed);
    lose_power_everywhere(seed + 1);
}

/* The shim itself: a store that did not sync would be caught. */
static void test_the_disk_forgets(void **state)
{
    struct newsroom newsroom;
    struct store_tx *tx = NULL;
    int64_t before = 0, after = 0;
    series_template(&newsroom);
    disk_restart(0);
    newsroom_open(&newsroom);
    tx = newsroom_read(&newsroom);
    OK(store_change_number(tx, &before));
    store_end(tx);
    disk_plan(DISK_POWER_LOSS, 1000000);
    (void)newsroom_commit(newsroom_write(&newsroom));
    assert_true(disk_operations() > 2);
    disk_plan(DISK_POWER_LOSS, 1); /* before the log is folded in at the end */
    newsroom_close(&newsroom);
    disk_restart(0);
    newsroom_open(&newsroom);
    tx = newsroom_read(&newsroom);
    OK(store_change_number(tx, &after));
    store_end(tx);
    assert_int_equal(after, before + 1);
    newsroom_close(&newsroom);
    disk_restart(0);
    newsroom_remove(&newsroom);
}

/* Making a newsroom: afterwards there is either none, and it can be made, or a whole one. */
static void test_creation(void **state)
{
    struct newsroom newsroom;
    series_template(&newsroom);
    disk_restart(0);
    bool struck = true;
    for (int64_t n = 1; struck; n += SERIES_STRIDE) {
        struct store_options options = {.role = STORE_READER, .busy_ms = 100};
        struct store *store = NULL;
        series_reset(&newsroom, STR("")); /* removes what is there */
        char path[128];
        (void)snprintf(path, sizeof path, "%s/" STORE_FILE, newsroom.dir);
        assert_int_equal(unlink(path), 0);
        disk_plan(DISK_POWER_LOSS, n);
        struct error error = store_create(newsroom.dir);
        struck = disk_struck();
        disk_restart(0);
        if (error.code != ERR_OK) {
            assert_true(struck);
            FAILS(ERR_NOT_A_NEWSROOM, store_open(newsroom.dir, &options, &store));
            OK(store_create(newsroom.dir));
        }
        newsroom_open(&newsroom);
        newsroom_check(newsroom.reader, 0);
        newsroom_close(&newsroom);
        disk_restart(0);
    }
    newsroom_remove(&newsroom);
}

/* A copy that was reported as made is whole, and one that was not leaves nothing in its place. */
static void test_copying(void **state)
{
    struct newsroom newsroom, copy;
    struct series series;
    series_template(&newsroom);
    series_run(&newsroom, true, &series);
    newsroom_make(&copy);
    disk_restart(0);
    bool struck = true;
    for (int64_t n = 1; struck; n += SERIES_STRIDE) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/" STORE_FILE, copy.dir);
        (void)unlink(path);
        newsroom_open(&newsroom);
        disk_plan(DISK_POWER_LOSS, n);
        struct error error = store_copy(newsroom.reader, path);
        struck = disk_struck();
        newsroom_close(&newsroom);
        disk_restart(0);
        if (error.code != ERR_OK)
            assert_int_equal(access(path, F_OK), -1);
        else
            series_verify(&copy, &series, 0);
        disk_restart(0);
    }
    newsroom_remove(&copy);
    newsroom_remove(&newsroom);
}

int main(void)
{
    hash_start();
    disk_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_disk_forgets),
        cmocka_unit_test(test_all_unsynced_writes_lost),
        cmocka_unit_test(test_some_unsynced_writes_lost),
        cmocka_unit_test(test_creation),
        cmocka_unit_test(test_copying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
