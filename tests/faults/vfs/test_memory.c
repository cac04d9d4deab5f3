/* SQLite's n-th allocation fails, or all from the n-th on: an error, never a crash, and the
 * database is whole. */
#include "base/file.h"
#include "base/hash.h"
#include "tests/faults/vfs/disk.h"
#include "tests/faults/vfs/series.h"

#include <fcntl.h>
#include <sqlite3.h>

static sqlite3_mem_methods real;
static int64_t left; /* allocations until the fault; 0: none */
static bool for_good, struck;

static bool fails(void)
{
    if (left == 0 || --left > 0)
        return false;
    struck = true;
    if (for_good)
        left = 1;
    return true;
}

static void *failing_malloc(int size)
{
    return fails() ? NULL : real.xMalloc(size);
}

static void *failing_realloc(void *at, int size)
{
    return fails() ? NULL : real.xRealloc(at, size);
}

static void fail_from(int64_t n, bool all)
{
    left = n;
    for_good = all;
    struck = false;
}

static void fail_everywhere(bool all, int64_t step)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct newsroom newsroom;
    struct series series;
    struct str bytes;
    char path[128];
    int64_t tried = 0, refused = 0;
    series_template(&newsroom);
    (void)snprintf(path, sizeof path, "%s/" STORE_FILE, newsroom.dir);
    OK(file_read(AT_FDCWD, path, 1 << 24, arena, &bytes));
    for (int64_t n = 1;; n += n < 300 ? SERIES_STRIDE : step) {
        series_reset(&newsroom, bytes);
        fail_from(n, all);
        series_run(&newsroom, false, &series);
        bool was_struck = struck;
        fail_from(0, false);
        if (!was_struck)
            break;
        tried++;
        refused += series.refused > 0;
        series_verify(&newsroom, &series, 0);
        disk_restart(0);
    }
    print_message("%lld allocations, %lld refused calls\n", (long long)tried, (long long)refused);
    assert_true(tried > 300 / SERIES_STRIDE && refused > tried / 2);
    newsroom_remove(&newsroom);
}

static void test_one_allocation_fails(void **state)
{
    fail_everywhere(false, 17);
}

static void test_memory_is_out(void **state)
{
    fail_everywhere(true, 23);
}

int main(void)
{
    hash_start();
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
        return 1;
    sqlite3_mem_methods failing = real;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK)
        return 1;
    disk_install(); /* for its speed: nothing waits for a real disk */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_allocation_fails),
        cmocka_unit_test(test_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
