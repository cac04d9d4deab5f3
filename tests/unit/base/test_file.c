#include "base/file.h"
#include "base/hash.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_write_and_read(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    char folder[] = "/tmp/stoppress-file-XXXXXX";
    assert_non_null(mkdtemp(folder));
    FD_AUTO int fd = open(folder, O_RDONLY | O_DIRECTORY);
    struct str bytes;
    assert_int_equal(file_make_folder(fd, "a/b/c").code, ERR_OK);
    assert_int_equal(file_make_folder(fd, "a/b/c").code, ERR_OK);
    assert_int_equal(file_write_durable(fd, "a/b/c/x", STR("hello")).code, ERR_OK);
    assert_int_equal(file_write_durable(fd, "a/b/c/x", STR("hello again")).code, ERR_OK);
    assert_int_equal(file_read(fd, "a/b/c/x", 11, arena, &bytes).code, ERR_OK);
    assert_true(str_eq(bytes, STR("hello again")));
    assert_int_equal(file_read(fd, "a/b/c/x", 10, arena, &bytes).code, ERR_TOO_LARGE);
    assert_int_equal(file_read(fd, "a/b/c/y", 10, arena, &bytes).code, ERR_NOT_FOUND);
    assert_int_equal(unlinkat(fd, "a/b/c/x", 0), 0);
    assert_int_equal(unlinkat(fd, "a/b/c", AT_REMOVEDIR), 0); /* so no temporary file was left */
    assert_int_equal(unlinkat(fd, "a/b", AT_REMOVEDIR), 0);
    assert_int_equal(unlinkat(fd, "a", AT_REMOVEDIR), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* Opening anything but a file ends at once, with a word for what it is. */
static void test_no_file(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    char folder[] = "/tmp/stoppress-file-XXXXXX";
    struct str bytes;
    assert_non_null(mkdtemp(folder));
    FD_AUTO int fd = open(folder, O_RDONLY | O_DIRECTORY);
    assert_int_equal(mkfifoat(fd, "pipe", 0600), 0);
    struct error error = file_read(fd, "pipe", 10, arena, &bytes);
    assert_int_equal(error.code, ERR_INVALID);
    assert_non_null(strstr(error.why, "named pipe"));
    error = file_read(fd, ".", 10, arena, &bytes);
    assert_int_equal(error.code, ERR_INVALID);
    assert_non_null(strstr(error.why, "folder"));
    error = file_read(AT_FDCWD, "/dev/null", 10, arena, &bytes);
    assert_int_equal(error.code, ERR_INVALID);
    assert_non_null(strstr(error.why, "device"));
    assert_int_equal(unlinkat(fd, "pipe", 0), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_write_and_read),
                                       cmocka_unit_test(test_no_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
