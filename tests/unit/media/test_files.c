#include "media/media.h"

#include "base/hash.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/media/folder.h"

static void test_store_and_open(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct str file, again, other, bytes;
    int64_t len = 0;
    char hex[HASH_HEX + 1];
    struct str picture = STR("\xff\xd8\xff not really");
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), picture, arena, &file).code, ERR_OK);
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), picture, arena, &again).code,
                     ERR_OK);
    assert_int_equal(media_store(folder.fd, STR("image/webp"), picture, arena, &other).code,
                     ERR_OK);
    assert_int_equal(media_store(folder.fd, STR("image/gif"), picture, arena, &other).code,
                     ERR_INVALID);
    assert_true(str_eq(file, again));
    hash_hex(picture, hex);
    assert_memory_equal(file.at, hex, 32);
    assert_true(str_ends(file, STR(".jpg")) && str_ends(other, STR(".webp")));
    assert_true(media_file_valid(file) && media_file_valid(other));
    assert_true(str_eq(media_file_type(other), STR("image/webp")));
    assert_true(str_ends(media_url(arena, file), file));
    assert_true(str_starts(media_url(arena, file), STR("/media/")));
    assert_int_equal(folder_walk(folder.fd, ".", false), 2);

    FD_AUTO int fd = -1;
    assert_int_equal(media_open(folder.fd, file, &fd, &len).code, ERR_OK);
    assert_int_equal(len, picture.len);
    assert_int_equal(file_read_fd(fd, "x", 100, arena, &bytes).code, ERR_OK);
    assert_true(str_eq(bytes, picture));
    folder_end(&folder);
}

static void test_names(void **state)
{
    static const struct str names[] = {
        STR_INIT(""),
        STR_INIT("../originals/ab/0123456789abcdef.jpg"),
        STR_INIT("0123456789abcdef0123456789abcdef"),
        STR_INIT("0123456789abcdef0123456789abcdef.png"),
        STR_INIT("0123456789abcdef0123456789abcdef.jpg "),
        STR_INIT("0123456789ABCDEF0123456789abcdef.jpg"),
        STR_INIT("0123456789abcde/0123456789abcdef.jpg"),
        STR_INIT("0123456789abcdef0123456789abcde\0.jpg"),
    };
    struct folder folder = folder_make();
    ARENA_AUTO struct arena *arena = arena_new();
    struct str bytes;
    int fd;
    int64_t len;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(media_file_valid(names[i]));
        assert_int_equal(media_open(folder.fd, names[i], &fd, &len).code, ERR_NOT_FOUND);
        assert_int_equal(media_original_read(folder.fd, names[i], arena, &bytes).code,
                         ERR_NOT_FOUND);
    }
    /* Valid, but not there. */
    assert_int_equal(
        media_open(folder.fd, STR("0123456789abcdef0123456789abcdef.jpg"), &fd, &len).code,
        ERR_NOT_FOUND);
    folder_end(&folder);
}

/* ---- Sweeping ------------------------------------------------------------------------------- */

struct known {
    struct str named;
    size_t asked;
    bool fails;
};

static struct error is_named(void *context, struct str name, bool *ret_named)
{
    struct known *known = context;
    known->asked++;
    if (known->fails)
        return error_make(ERR_STORE, NULL, "away");
    *ret_named = str_eq(name, known->named);
    return NO_ERROR;
}

static void put(int dir_fd, const char *path)
{
    FD_AUTO int fd = openat(dir_fd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
}

static void test_sweep(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct str kept, lost;
    struct clock_set set;
    struct clock clock = clock_settable(&set);
    struct known known = {0};
    size_t removed = 99;
    int64_t now = clock_now(&clock_system), hour = 3600 * 1000;
    /* Nothing there yet. */
    assert_int_equal(media_sweep(folder.fd, &clock_system, is_named, &known, &removed).code,
                     ERR_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), STR("kept"), arena, &kept).code, 0);
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), STR("lost"), arena, &lost).code, 0);
    put(folder.fd, "media/tmp-0011223344556677");
    put(folder.fd, "media/readme");
    assert_int_equal(mkdirat(folder.fd, "originals/ab", 0700), 0);
    put(folder.fd, "originals/ab/"
                   "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789");
    known.named = kept;

    /* Young files aren't even asked about. */
    atomic_store(&set.at, now + 23 * hour);
    assert_int_equal(media_sweep(folder.fd, &clock, is_named, &known, &removed).code, ERR_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(known.asked, 0);

    /* A store that fails ends the sweep. */
    atomic_store(&set.at, now + 25 * hour);
    known.fails = true;
    assert_int_equal(media_sweep(folder.fd, &clock, is_named, &known, &removed).code, ERR_STORE);
    known = (struct known){.named = kept};

    assert_int_equal(media_sweep(folder.fd, &clock, is_named, &known, &removed).code, ERR_OK);
    assert_true(removed <= 3 && removed >= 2); /* the failed sweep may have had the tmp- file */
    assert_int_equal(known.asked, 3);
    assert_int_equal(folder_walk(folder.fd, ".", false), 2); /* kept and readme */
    FD_AUTO int fd = -1;
    int64_t len;
    assert_int_equal(media_open(folder.fd, kept, &fd, &len).code, ERR_OK);
    folder_end(&folder);
}

/* A file written again under its old name is young again: a sweep that runs beside leaves it. */
static void test_again_is_young(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct str file;
    struct known known = {0};
    size_t removed = 99;
    char path[64];
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), STR("x"), arena, &file).code, 0);
    (void)snprintf(path, sizeof path, "media/%.2s/%.*s", file.at, STR_ARG(file));
    assert_int_equal(utimensat(folder.fd, path, old, 0), 0);
    assert_int_equal(media_store(folder.fd, STR("image/jpeg"), STR("x"), arena, &file).code, 0);
    assert_int_equal(media_sweep(folder.fd, &clock_system, is_named, &known, &removed).code, 0);
    assert_int_equal(removed, 0);
    assert_int_equal(utimensat(folder.fd, path, old, 0), 0);
    assert_int_equal(media_sweep(folder.fd, &clock_system, is_named, &known, &removed).code, 0);
    assert_int_equal(removed, 1);
    folder_end(&folder);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store_and_open),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_again_is_young),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
