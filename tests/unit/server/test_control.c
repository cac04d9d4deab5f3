#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "server/control.h"
#include "store/store.h"

#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A name so long that the socket's own path does not fit into an address. */
static char base[64], dir[256];
static struct folder folder;
static _Atomic int64_t applied_to;
static _Atomic int asked;

static int set_up(void **state)
{
    (void)state;
    char store[512];
    (void)snprintf(base, sizeof base, "/tmp/stoppress-control-XXXXXX");
    assert_non_null(mkdtemp(base));
    (void)snprintf(dir, sizeof dir, "%s/%0*d", base, 120, 1);
    assert_int_equal(mkdir(dir, 0700), 0);
    (void)snprintf(store, sizeof store, "%s/" STORE_FILE, dir);
    assert_int_equal(file_write_durable(AT_FDCWD, store, STR("x")).code, ERR_OK);
    assert_int_equal(folder_open(dir, &folder).code, ERR_OK);
    assert_int_equal(file_make_folder(folder.fd, "run").code, ERR_OK);
    applied_to = 0;
    asked = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    folder_close(&folder);
    (void)snprintf(command, sizeof command, "rm -rf %s", base);
    return system(command);
}

/* How long the server's side waits: shorter than a command, longer where many threads start. */
static int64_t patience_ms = 500;

static bool applied(void *context, int64_t number)
{
    int64_t deadline = clock_monotonic() + patience_ms;
    (void)context;
    asked++;
    while (applied_to < number && clock_monotonic() < deadline)
        (void)poll(NULL, 0, 5);
    return applied_to >= number;
}

static enum err wait_code(int64_t number)
{
    return control_wait_applied(&folder, number).code;
}

static void test_no_server(void **state)
{
    (void)state;
    assert_int_equal(wait_code(7), ERR_OK);
}

static void test_applied_and_late(void **state)
{
    (void)state;
    struct control *control = NULL;
    assert_int_equal(control_start(&folder, applied, NULL, &control).code, ERR_OK);
    applied_to = 7;
    assert_int_equal(wait_code(0), ERR_OK);
    assert_int_equal(asked, 0);
    assert_int_equal(wait_code(7), ERR_OK);
    assert_int_equal(asked, 1);
    assert_int_equal(wait_code(8), ERR_NOT_CONFIRMED);
    struct stat status;
    assert_int_equal(fstatat(folder.fd, "run/control.sock", &status, 0), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    control_stop(control);
    assert_int_equal(wait_code(9), ERR_OK);
    assert_int_equal(fstatat(folder.fd, "run/control.sock", &status, 0), -1);
}

static void test_a_socket_left_behind(void **state)
{
    (void)state;
    struct control *control = NULL;
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(dir), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "run/control.sock"};
    assert_int_equal(bind(fd, (const struct sockaddr *)&path, sizeof path), 0);
    assert_int_equal(chdir(here), 0);
    (void)close(fd);
    assert_int_equal(wait_code(1), ERR_OK); /* refused */
    assert_int_equal(control_start(&folder, applied, NULL, &control).code, ERR_OK);
    assert_int_equal(wait_code(1), ERR_NOT_CONFIRMED);
    control_stop(control);
}

static void test_silence(void **state)
{
    (void)state;
    struct control *control = NULL;
    assert_int_equal(control_start(&folder, applied, NULL, &control).code, ERR_OK);
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "run/control.sock"};
    assert_int_equal(renameat(folder.fd, "run/control.sock", folder.fd, "run/aside"), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(fchdir(folder.fd), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&path, sizeof path), 0);
    assert_int_equal(listen(fd, 5), 0);
    assert_int_equal(chdir("/"), 0);
    int64_t before = clock_monotonic();
    assert_int_equal(wait_code(1), ERR_NOT_CONFIRMED); /* nobody accepts */
    assert_in_range(clock_monotonic() - before, CONTROL_WAIT_MS - 50, CONTROL_WAIT_MS + 1500);
    (void)close(fd);
    control_stop(control);
}

static void *waiter(void *argument)
{
    *(enum err *)argument = wait_code(3);
    return NULL;
}

static void test_many_at_once(void **state)
{
    (void)state;
    enum { MANY = 24 };
    pthread_t threads[MANY];
    enum err codes[MANY];
    struct control *control = NULL;
    patience_ms = 1800;
    assert_int_equal(control_start(&folder, applied, NULL, &control).code, ERR_OK);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, waiter, &codes[i]), 0);
    (void)poll(NULL, 0, 50);
    applied_to = 3;
    for (int i = 0; i < MANY; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    patience_ms = 500;
    control_stop(control);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(codes[i], ERR_OK);
    assert_int_equal(asked, MANY);
}

static void test_stop_with_a_waiting_command(void **state)
{
    (void)state;
    pthread_t thread;
    enum err code = ERR_BUSY;
    struct control *control = NULL;
    assert_int_equal(control_start(&folder, applied, NULL, &control).code, ERR_OK);
    assert_int_equal(pthread_create(&thread, NULL, waiter, &code), 0);
    while (!asked)
        (void)poll(NULL, 0, 1);
    control_stop(control);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(code, ERR_NOT_CONFIRMED);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_applied_and_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_socket_left_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stop_with_a_waiting_command, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
