/* Single operations on the disk fail, or it is full for a while: the call says so, nothing that was
 * acknowledged is lost, and the same connection goes on when the disk does. */
#include "base/file.h"
#include "base/hash.h"
#include "tests/faults/vfs/disk.h"
#include "tests/faults/vfs/series.h"

#include <fcntl.h>

static void fail_everywhere(enum disk_fault fault, enum err expected)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct newsroom newsroom;
    struct series series;
    struct str bytes;
    char path[128];
    int refused = 0;
    bool struck = true;
    series_template(&newsroom);
    (void)snprintf(path, sizeof path, "%s/" STORE_FILE, newsroom.dir);
    OK(file_read(AT_FDCWD, path, 1 << 24, arena, &bytes));
    for (int64_t n = 1; struck; n += SERIES_STRIDE) {
        series_reset(&newsroom, bytes);
        disk_plan(fault, n);
        series_run(&newsroom, false, &series);
        struck = disk_struck();
        refused += series.refused;
        if (!struck)
            assert_int_equal(series.refused, 0);
        if (series.refused)
            assert_true(series.last == expected || series.last == ERR_STORE);
        disk_plan(DISK_FINE, 0);
        /* When the disk was full to the end, the last commit, whose syncing failed, may be found in
         * the log all the same: whole, or not at all. */
        series_verify(&newsroom, &series, fault == DISK_FULL_FOR_NOW && series.refused ? 1 : 0);
        disk_restart(0);
    }
    assert_true(refused > 50 / SERIES_STRIDE); /* else nothing was tried */
    newsroom_remove(&newsroom);
}

static void test_write_errors(void **state)
{
    fail_everywhere(DISK_WRITE_ERROR, ERR_STORE);
}

static void test_disk_full_once(void **state)
{
    fail_everywhere(DISK_FULL, ERR_DISK_FULL);
}

static void test_disk_full_for_a_while(void **state)
{
    fail_everywhere(DISK_FULL_FOR_NOW, ERR_DISK_FULL);
}

int main(void)
{
    hash_start();
    disk_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_errors),
        cmocka_unit_test(test_disk_full_once),
        cmocka_unit_test(test_disk_full_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
