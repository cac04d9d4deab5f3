#include "base/file.h"
#include "base/hash.h"
#include "server/folder.h"
#include "store/store.h"

#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char base[64], dir[128];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(base, sizeof base, "/tmp/stoppress-folder-XXXXXX");
    assert_non_null(mkdtemp(base));
    (void)snprintf(dir, sizeof dir, "%s/paper", base);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", base);
    return system(command);
}

static void put(const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(file_write_durable(AT_FDCWD, path, STR("x")).code, ERR_OK);
}

static bool is_there(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static void test_new_folder(void **state)
{
    (void)state;
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    assert_int_equal(folder_new_begin(dir, &new).code, ERR_OK);
    put(new.building, "media");
    put(new.building, STORE_FILE);
    FOLDER_AUTO struct folder folder = FOLDER_NONE;
    assert_int_equal(folder_open(dir, &folder).code, ERR_NOT_A_NEWSROOM);
    assert_int_equal(folder_new_finish(&new).code, ERR_OK);
    assert_int_equal(folder_open(dir, &folder).code, ERR_OK);
    assert_true(is_there("media"));
    struct stat status;
    assert_int_equal(fstat(folder.fd, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void test_unfinished_leaves_nothing(void **state)
{
    (void)state;
    {
        FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
        assert_int_equal(folder_new_begin(dir, &new).code, ERR_OK);
        put(new.building, STORE_FILE);
    }
    assert_false(is_there(""));
}

static void test_empty_folder_is_taken_full_is_not(void **state)
{
    (void)state;
    assert_int_equal(mkdir(dir, 0755), 0);
    {
        FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
        assert_int_equal(folder_new_begin(dir, &new).code, ERR_OK);
        FOLDER_NEW_AUTO struct folder_new second = FOLDER_NEW_NONE;
        assert_int_equal(folder_new_begin(dir, &second).code, ERR_EXISTS);
    }
    assert_true(is_there(""));
    put(dir, "letter");
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    assert_int_equal(folder_new_begin(dir, &new).code, ERR_EXISTS);
    assert_true(is_there("letter"));
}

static void test_leftovers_are_removed(void **state)
{
    (void)state;
    char old[256];
    assert_int_equal(mkdir(dir, 0700), 0);
    (void)snprintf(old, sizeof old, "%s/.new-old", dir);
    assert_int_equal(mkdir(old, 0700), 0);
    put(old, STORE_FILE);
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    assert_int_equal(folder_new_begin(dir, &new).code, ERR_OK);
    assert_false(is_there(".new-old"));
}

static void test_not_a_newsroom(void **state)
{
    (void)state;
    FOLDER_AUTO struct folder folder = FOLDER_NONE;
    assert_int_equal(folder_open(dir, &folder).code, ERR_NOT_A_NEWSROOM);
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(folder_open(dir, &folder).code, ERR_NOT_A_NEWSROOM);
    put(base, "file");
    char path[128];
    (void)snprintf(path, sizeof path, "%s/file", base);
    assert_int_equal(folder_open(path, &folder).code, ERR_NOT_A_NEWSROOM);
}

static void test_other_user(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(mkdir(dir, 0700), 0);
    put(dir, STORE_FILE);
    assert_int_equal(chown(dir, 65534, 65534), 0);
    FOLDER_AUTO struct folder folder = FOLDER_NONE;
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    assert_int_equal(folder_open(dir, &folder).code, ERR_OTHER_USER);
    assert_int_equal(folder_new_begin(dir, &new).code, ERR_OTHER_USER);
}

static void test_one_server(void **state)
{
    (void)state;
    assert_int_equal(mkdir(dir, 0700), 0);
    put(dir, STORE_FILE);
    FOLDER_AUTO struct folder command = FOLDER_NONE;
    assert_int_equal(folder_open(dir, &command).code, ERR_OK);
    assert_false(folder_server_runs(&command));
    {
        FOLDER_AUTO struct folder server = FOLDER_NONE, second = FOLDER_NONE;
        assert_int_equal(folder_open(dir, &server).code, ERR_OK);
        assert_int_equal(folder_open(dir, &second).code, ERR_OK);
        assert_int_equal(folder_lock(&server).code, ERR_OK);
        assert_true(folder_server_runs(&command));
        assert_int_equal(folder_lock(&second).code, ERR_SERVER_RUNS);
        pid_t child = fork();
        if (child == 0)
            _exit(folder_server_runs(&command) ? 0 : 1);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    assert_false(folder_server_runs(&command));
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unfinished_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_folder_is_taken_full_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_leftovers_are_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_a_newsroom, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_user, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_server, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
