/* Servers with threads and sockets: answers deferred to workers while readers come and go, and the
 * ends of it all. Meant to be run under ThreadSanitizer too. */
#include "base/file.h"
#include "base/hash.h"
#include "http/reply.h"
#include "tests/unit/cmocka.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WORKERS = 3, READERS = 6, ROUNDS = 60 };

struct task {
    struct task *next;
    struct http_ticket ticket;
    const struct http_request *request;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct task *tasks;
static bool ending;
static _Atomic unsigned made, released;

static void count_release(void *context)
{
    free(context);
    atomic_fetch_add(&released, 1);
}

static struct http_response make(struct str target)
{
    /* Larger than a socket takes at once, for some. */
    size_t len = str_ends(target, STR("big")) ? 3000000 : 100;
    char *memory = malloc(200 + len);
    int head = snprintf(memory, 200, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n", len);
    memset(memory + head, 'x', len);
    memcpy(memory + head, target.at, target.len < len ? target.len : len);
    atomic_fetch_add(&made, 1);
    return (struct http_response){.status = 200,
                                  .head = str_n(memory, (size_t)head),
                                  .body = str_n(memory + head, len),
                                  .release = count_release,
                                  .context = memory};
}

static void *worker(void *unused)
{
    (void)pthread_mutex_lock(&lock);
    while (!ending || tasks) {
        struct task *task = tasks;
        if (!task) {
            (void)pthread_cond_wait(&more, &lock);
            continue;
        }
        tasks = task->next;
        (void)pthread_mutex_unlock(&lock);
        (void)usleep(task->request->field_count % 3 * 1000);
        struct http_response response = make(task->request->target);
        http_complete(task->ticket, &response);
        free(task);
        (void)pthread_mutex_lock(&lock);
    }
    (void)pthread_mutex_unlock(&lock);
    return unused;
}

static void handle(void *context, struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    if (str_eq(request->path, STR("/now"))) {
        struct http_response response = make(request->target);
        http_answer(exchange, &response);
        return;
    }
    struct task *task = calloc(1, sizeof *task);
    task->ticket = http_defer(exchange);
    task->request = request;
    (void)pthread_mutex_lock(&lock);
    task->next = tasks;
    tasks = task;
    (void)pthread_cond_signal(&more);
    (void)pthread_mutex_unlock(&lock);
}

static const struct http_app app = {NULL, NULL, handle};

static struct http_server *start(struct str *listen, size_t count, unsigned threads)
{
    struct http_server *server = NULL;
    struct http_options options = HTTP_OPTIONS_DEFAULT;
    options.listen = listen;
    options.listen_count = count;
    options.threads = threads;
    struct error error = http_server_start(&app, &options, &server);
    assert_int_equal(error.code, ERR_OK);
    return server;
}

static int connect_to(const struct http_server *server)
{
    struct str address = http_server_address(server, 0);
    int64_t port;
    assert_true(str_to_i64(str_from(address, (size_t)str_find_char(address, ':') + 1), &port));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* Reads until the peer ends or `want` bytes have come; the number read. */
static size_t hear(int fd, size_t want)
{
    char bytes[65536];
    size_t got = 0;
    while (got < want) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

/* ---- readers that come and go ---- */

static void *reader(void *context)
{
    const struct http_server *server = context;
    for (int round = 0; round < ROUNDS; round++) {
        int fd = connect_to(server);
        bool big = round % 7 == 3;
        struct linger at_once = {.l_onoff = 1};
        say(fd, big ? "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
                    : "GET /a HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n"
                      "GET /now HTTP/1.1\r\nHost: a\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n");
        switch (round % 4) {
        case 0: /* gone at once */
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            break;
        case 1: /* gone a little later */
            (void)usleep(1500);
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            break;
        case 2: /* says no more, but listens */
            (void)shutdown(fd, SHUT_WR);
            assert_true(hear(fd, SIZE_MAX) > 400);
            break;
        default:
            assert_true(hear(fd, 400) >= 400);
        }
        (void)close(fd);
    }
    return NULL;
}

static void test_deferred_while_readers_leave(void **state)
{
    struct str listen = STR("127.0.0.1:0");
    struct http_server *server = start(&listen, 1, 2);
    pthread_t workers[WORKERS], readers[READERS];
    ending = false;
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&workers[i], NULL, worker, NULL), 0);
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, reader, server), 0);
    for (int i = 0; i < READERS; i++)
        (void)pthread_join(readers[i], NULL);
    (void)http_server_counts(server);
    (void)http_server_stop(server, 2000);
    (void)pthread_mutex_lock(&lock);
    ending = true;
    (void)pthread_cond_broadcast(&more);
    (void)pthread_mutex_unlock(&lock);
    for (int i = 0; i < WORKERS; i++)
        (void)pthread_join(workers[i], NULL);
    struct http_counts counts = http_server_counts(server);
    assert_int_equal(counts.accepted, READERS * ROUNDS);
    assert_int_equal(counts.open, 0);
    http_server_free(server);
    assert_true(atomic_load(&made) > READERS * ROUNDS / 2);
    assert_int_equal(atomic_load(&released), atomic_load(&made));
}

/* A worker that ends only after the server was stopped and its reader cut. */
static void test_completed_after_stop(void **state)
{
    struct str listen = STR("127.0.0.1:0");
    struct http_server *server = start(&listen, 1, 1);
    unsigned before = atomic_load(&released);
    int fd = connect_to(server);
    say(fd, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    struct task *task = NULL;
    while (!task) {
        (void)usleep(1000);
        (void)pthread_mutex_lock(&lock);
        task = tasks;
        tasks = NULL;
        (void)pthread_mutex_unlock(&lock);
    }
    assert_int_equal(http_server_stop(server, 50), 1);
    assert_true(str_eq(task->request->target, STR("/late"))); /* still there */
    struct http_response response = make(task->request->target);
    http_complete(task->ticket, &response);
    assert_int_equal(atomic_load(&released), before + 1);
    http_server_free(server);
    free(task);
    assert_int_equal(hear(fd, 1), 0);
    (void)close(fd);
}

/* One that never ends: its request is freed with the server. */
static void test_never_completed(void **state)
{
    struct str listen = STR("127.0.0.1:0");
    struct http_server *server = start(&listen, 1, 1);
    int fd = connect_to(server);
    say(fd, "GET /lost HTTP/1.1\r\nHost: a\r\n\r\n");
    struct task *task = NULL;
    while (!task) {
        (void)usleep(1000);
        (void)pthread_mutex_lock(&lock);
        task = tasks;
        tasks = NULL;
        (void)pthread_mutex_unlock(&lock);
    }
    (void)close(fd);
    (void)http_server_stop(server, 0);
    http_server_free(server);
    free(task);
}

static void test_stop_is_graceful(void **state)
{
    struct str listen = STR("127.0.0.1:0");
    struct http_server *server = start(&listen, 1, 2);
    int idle = connect_to(server), busy = connect_to(server);
    pthread_t thread;
    ending = false;
    say(idle, "GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(hear(idle, 100) >= 100);
    say(busy, "GET /slow HTTP/1.1\r\nHost: a\r\nA: b\r\nB: c\r\n\r\n");
    for (bool there = false; !there; (void)usleep(1000)) {
        (void)pthread_mutex_lock(&lock);
        there = tasks != NULL;
        (void)pthread_mutex_unlock(&lock);
    }
    assert_int_equal(pthread_create(&thread, NULL, worker, NULL), 0);
    assert_int_equal(http_server_stop(server, 5000), 0);
    assert_true(hear(busy, SIZE_MAX) > 100);
    (void)hear(idle, SIZE_MAX);
    (void)pthread_mutex_lock(&lock);
    ending = true;
    (void)pthread_cond_broadcast(&more);
    (void)pthread_mutex_unlock(&lock);
    (void)pthread_join(thread, NULL);
    http_server_free(server);
    (void)close(idle);
    (void)close(busy);
}

/* ---- listening ---- */

static enum err try(const char *address)
{
    struct str listen = str_of(address);
    struct http_options options = HTTP_OPTIONS_DEFAULT;
    struct http_server *server = NULL;
    options.listen = &listen;
    options.listen_count = 1;
    options.threads = 1;
    struct error error = http_server_start(&app, &options, &server);
    if (error.code == ERR_OK) {
        (void)http_server_stop(server, 0);
        http_server_free(server);
    }
    return error.code;
}

static void test_bad_addresses(void **state)
{
    static const char *const bad[] = {
        "",        "8080",        ":8080",           "127.0.0.1", "::1:8080",
        "[::1]",   "127.0.0.1:x", "127.0.0.1:70000", "fd:0",      "fd:x",
        "fd:9999", "unix:",       "[::1:8080",       "a.b.c:8080"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (try(bad[i]) != ERR_LISTEN)
            fail_msg("%s", bad[i]);
    assert_int_equal(try("localhost:0"), ERR_OK);
}

static void test_unix_socket(void **state)
{
    char folder[] = "/tmp/stoppress-test-XXXXXX";
    char path[100], address[110], other[110];
    struct stat status;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/socket", folder);
    (void)snprintf(address, sizeof address, "unix:%s", path);
    (void)snprintf(other, sizeof other, "unix:%s", folder);
    struct str listen = str_of(address);
    struct http_server *server = start(&listen, 1, 1);
    assert_int_equal(try(address), ERR_LISTEN); /* in use */
    assert_int_equal(try(other), ERR_LISTEN);   /* a folder */
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    assert_true(str_to_c(str_of(path), to.sun_path, sizeof to.sun_path));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    say(fd, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(hear(fd, SIZE_MAX) > 100);
    (void)close(fd);
    (void)http_server_stop(server, 1000);
    http_server_free(server);
    assert_int_equal(stat(path, &status), -1); /* removed */

    /* One that was left behind is replaced. */
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    (void)close(fd);
    assert_int_equal(try(address), ERR_OK);
    (void)rmdir(folder);
}

static void test_inherited(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    char address[20], pid[20];
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    (void)snprintf(address, sizeof address, "fd:%d", fd);
    assert_int_equal(try(address), ERR_LISTEN); /* does not listen yet */
    assert_int_equal(listen(fd, 5), 0);
    struct str where = str_of(address);
    struct http_server *server = start(&where, 1, 2);
    int reader_fd = connect_to(server);
    say(reader_fd, "GET /now HTTP/1.0\r\n\r\n");
    assert_true(hear(reader_fd, SIZE_MAX) > 100);
    (void)close(reader_fd);
    (void)http_server_stop(server, 1000);
    http_server_free(server);

    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    (void)setenv("LISTEN_FDS", "2", 1);
    (void)setenv("LISTEN_PID", "1", 1);
    assert_int_equal(http_inherited(), 0);
    (void)setenv("LISTEN_PID", pid, 1);
    assert_int_equal(http_inherited(), 2);
    (void)setenv("LISTEN_FDS", "x", 1);
    assert_int_equal(http_inherited(), 0);
}

static int begin(void **state)
{
    hash_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deferred_while_readers_leave),
        cmocka_unit_test(test_completed_after_stop),
        cmocka_unit_test(test_never_completed),
        cmocka_unit_test(test_stop_is_graceful),
        cmocka_unit_test(test_bad_addresses),
        cmocka_unit_test(test_unix_socket),
        cmocka_unit_test(test_inherited),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
