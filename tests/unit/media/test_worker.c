/* The server's side against a worker that misbehaves. $FAKE_WORKER is its path. */
#include "media/make.h"

#include "base/hash.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/media/folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static struct error make(struct folder *folder, const char *mode, int64_t milliseconds,
                         struct arena *arena, struct media_result *ret_result)
{
    struct media_request request = {0};
    struct str picture = arena_printf(arena, "\x89PNG\r\n\x1a\n%s", mode);
    return media_make_within(getenv("FAKE_WORKER"), milliseconds, folder->fd, "x.png", picture,
                             &request, arena, ret_result);
}

static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void test_good(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct media_result result;
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    assert_int_equal(sigprocmask(SIG_BLOCK, &block, &before), 0);
    assert_int_equal(make(&folder, "good", 10000, arena, &result).code, ERR_OK);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_int_equal(result.count, 1);
    assert_int_equal(result.width, 640);
    assert_int_equal(result.renditions[0].bytes, 5);
    assert_int_equal(folder_walk(folder.fd, "media", false), 1);
    assert_int_equal(folder_walk(folder.fd, "originals", false), 1);
    assert_no_child();
    folder_end(&folder);
}

static void test_bad(void **state)
{
    static const struct {
        const char *mode;
        enum err code;
    } bad[] = {{"sandbox", ERR_SANDBOX}, {"crash", ERR_PICTURE},    {"kill", ERR_PICTURE},
               {"silence", ERR_PICTURE}, {"not-jpeg", ERR_PICTURE}, {"half", ERR_PICTURE},
               {"flood", ERR_PICTURE}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct folder folder = folder_make();
        struct media_result result;
        assert_int_equal(make(&folder, bad[i].mode, 10000, arena, &result).code, bad[i].code);
        assert_int_equal(folder_walk(folder.fd, ".", false), 0); /* nothing is left */
        assert_no_child();
        folder_end(&folder);
    }
}

static void test_hangs(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct media_result result;
    int64_t start = clock_monotonic();
    struct error error = make(&folder, "hang", 300, arena, &result);
    assert_int_equal(error.code, ERR_PICTURE);
    assert_non_null(strstr(error.why, "too long"));
    assert_true(clock_monotonic() - start < 5000);
    /* It has answered, closed its answer, and stays: killed, and the answer counts. */
    assert_int_equal(make(&folder, "stay", 10000, arena, &result).code, ERR_OK);
    assert_true(clock_monotonic() - start < 10000);
    assert_no_child();
    folder_end(&folder);
}

static void test_missing(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct folder folder = folder_make();
    struct media_request request = {0};
    struct media_result result;
    struct str png = STR("\x89PNG\r\n\x1a\n");
    assert_int_equal(
        media_make("/nowhere/stoppress-media", folder.fd, "x", png, &request, arena, &result).code,
        ERR_SANDBOX);
    /* Beside the test's own executable there is none either. */
    assert_int_equal(media_make(NULL, folder.fd, "x", png, &request, arena, &result).code,
                     ERR_SANDBOX);
    folder_end(&folder);
}

/* Standard descriptors that are closed here must not be mistaken for the worker's. */
static void test_without_standard_descriptors(void **state)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct folder folder = folder_make();
        struct media_result result;
        (void)close(0);
        (void)close(1);
        struct error error = make(&folder, "good", 10000, arena, &result);
        folder_end(&folder);
        _exit(error.code == ERR_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_hangs),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_without_standard_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
