/* The connection's states without sockets: whole requests, and the same ones in uneven pieces. */
#include "base/hash.h"
#include "http/loopback.h"
#include "http/reply.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static int releases, handled;
static struct http_options options;
static struct http_address far_away;

static void count_release(void *context)
{
    free(context);
    (void)__atomic_add_fetch(&releases, 1, __ATOMIC_SEQ_CST);
}

static struct http_response text(struct str body)
{
    char *memory = malloc(200 + body.len);
    int head = snprintf(memory, 200, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n", body.len);
    if (body.len)
        memcpy(memory + head, body.at, body.len);
    return (struct http_response){.status = 200,
                                  .head = str_n(memory, (size_t)head),
                                  .body = str_n(memory + head, body.len),
                                  .release = count_release,
                                  .context = memory};
}

/* ---- a worker ---- */

struct work {
    struct http_ticket ticket;
    const struct http_request *request;
};

static void *work(void *context)
{
    struct work *work = context;
    (void)usleep(20000);
    struct http_response response = text(work->request->target);
    http_complete(work->ticket, &response);
    free(work);
    return NULL;
}

static void defer(struct http_exchange *exchange, bool twice)
{
    struct work *job = malloc(sizeof *job);
    pthread_t thread;
    *job = (struct work){http_defer(exchange), http_request(exchange)};
    if (twice) { /* the second one finds its ticket stale */
        struct http_response response = text(STR("first"));
        http_complete(job->ticket, &response);
        response = text(STR("second"));
        http_complete(job->ticket, &response);
        free(job);
        return;
    }
    assert_int_equal(pthread_create(&thread, NULL, work, job), 0);
    (void)pthread_detach(thread);
}

static struct http_response file_of(const struct http_request *request)
{
    char path[] = "/tmp/loopbackXXXXXX";
    static char bytes[200000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)('a' + i % 23);
    int fd = mkstemp(path);
    (void)unlink(path);
    assert_int_equal(write(fd, bytes, sizeof bytes), sizeof bytes);
    struct http_file file = {
        .fd = fd, .size = sizeof bytes, .type = STR("image/jpeg"), .last_modified = NEVER};
    return http_file_response(request, &file);
}

static void handle(void *context, struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    struct http_response response;
    handled++;
    if (str_eq(request->path, STR("/deferred")) || str_eq(request->path, STR("/twice"))) {
        defer(exchange, str_eq(request->path, STR("/twice")));
        return;
    }
    if (str_eq(request->path, STR("/forgotten")))
        return;
    if (str_eq(request->path, STR("/file")))
        response = file_of(request);
    else if (str_eq(request->path, STR("/close"))) {
        response = text(STR("bye"));
        response.close = true;
    } else if (request->body_file >= 0) {
        char *memory = arena_alloc(http_arena(exchange), request->body_size + 1);
        assert_int_equal(pread(request->body_file, memory, request->body_size, 0),
                         request->body_size);
        response = text(str_n(memory, request->body_size));
    } else {
        response = text(request->body.len ? request->body : request->target);
    }
    http_answer(exchange, &response);
}

static struct http_body_rule rule(void *context, const struct http_request *request)
{
    if (str_eq(request->path, STR("/up")))
        return HTTP_BODY_UPLOAD(1 << 20);
    if (str_eq(request->path, STR("/skip")))
        return (struct http_body_rule){.action = HTTP_BODY_SKIP};
    if (str_eq(request->path, STR("/none")))
        return (struct http_body_rule){.action = HTTP_BODY_REFUSE, .status = 404};
    return HTTP_BODY_FORM;
}

static const struct http_app app = {NULL, rule, handle};
static struct buf out;

static struct str run(struct str bytes, struct http_steps steps)
{
    buf_release(&out);
    buf_init(&out, 4 << 20);
    releases = handled = 0;
    struct error error = http_loopback_steps(&app, &options, &far_away, steps, bytes, &out);
    assert_int_equal(error.code, ERR_OK);
    return buf_slice(&out);
}

/* Every way of cutting input and output gives the same. Returns the whole output. */
static struct str run_all(struct str bytes)
{
    static const size_t sizes[] = {1, 2, 3, 7, 100, 1000, 4096};
    BUF_AUTO struct buf first = BUF_INIT(4 << 20);
    (void)buf_str(&first, run(bytes, (struct http_steps){0}));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct http_steps steps[] = {{sizes[i], 0}, {0, sizes[i]}, {sizes[i], sizes[i]}};
        for (size_t k = 0; k < 3; k++) {
            struct str again = run(bytes, steps[k]);
            if (!str_eq(again, buf_slice(&first)))
                fail_msg("in %zu out %zu:\n%.*s\nnot\n%.*s", steps[k].in, steps[k].out,
                         STR_ARG(again), STR_ARG(buf_slice(&first)));
        }
    }
    return run(bytes, (struct http_steps){0});
}

static struct str next(struct str bytes, bool no_body, int status, struct str body)
{
    struct http_view view;
    assert_true(http_view_parse(bytes, no_body, &view));
    if (view.status != status)
        fail_msg("%d, not %d", view.status, status);
    if (body.at && !str_eq(view.body, body))
        fail_msg("%.*s, not %.*s", STR_ARG(view.body), STR_ARG(body));
    assert_non_null(http_view_field(&view, STR("Date")).at);
    return view.rest;
}

#define HOST "Host: a\r\n"

static void test_pipelined(void **state)
{
    struct str rest = run_all(STR("GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                  "HEAD /2 HTTP/1.1\r\n" HOST "\r\n"
                                  "POST /3 HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"
                                  "POST /4 HTTP/1.1\r\n" HOST
                                  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"
                                  "Trailer: x\r\n\r\n"
                                  "\r\nOPTIONS * HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /deferred HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /5 HTTP/1.1\r\n" HOST "\r\n"));
    rest = next(rest, false, 200, STR("/1"));
    rest = next(rest, true, 200, STR(""));
    rest = next(rest, false, 200, STR("hello"));
    rest = next(rest, false, 200, STR("abcde"));
    rest = next(rest, false, 204, STR(""));
    rest = next(rest, false, 200, STR("/deferred"));
    rest = next(rest, false, 200, STR("/5"));
    assert_int_equal(rest.len, 0);
    assert_int_equal(releases, 6);
    assert_int_equal(handled, 6);
}

static void test_many(void **state)
{
    BUF_AUTO struct buf bytes = BUF_INIT(1 << 20);
    for (int i = 0; i < 2000; i++)
        (void)buf_printf(&bytes, "GET /%d HTTP/1.1\r\n" HOST "\r\n", i);
    struct str rest = run(buf_slice(&bytes), (struct http_steps){0, 50});
    for (int i = 0; i < 2000; i++) {
        char path[16];
        (void)snprintf(path, sizeof path, "/%d", i);
        rest = next(rest, false, 200, str_of(path));
    }
    assert_int_equal(rest.len, 0);
    assert_int_equal(releases, 2000);
}

static void test_close(void **state)
{
    struct str rest = run_all(STR("GET /1 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
                                  "GET /2 HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(str_find(rest, STR("Connection: close\r\n")) > 0);
    assert_int_equal(next(rest, false, 200, STR("/1")).len, 0);
    rest = run_all(STR("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"));
    assert_int_equal(next(rest, false, 200, STR("/1")).len, 0);
    rest = run_all(STR("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"));
    assert_true(str_find(rest, STR("Connection: keep-alive\r\n")) > 0);
    rest = next(rest, false, 200, STR("/1"));
    assert_int_equal(next(rest, false, 200, STR("/2")).len, 0);
    rest = run_all(STR("GET /close HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(next(rest, false, 200, STR("bye")).len, 0);
}

static void test_refusals(void **state)
{
    static const struct {
        struct str bytes;
        int status;
    } cases[] = {
        {STR_INIT("GET / HTTP/1.1\nHost: a\n\n"), 400},
        {STR_INIT("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), 400},
        {STR_INIT("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
        {STR_INIT("TRACE / HTTP/1.1\r\n" HOST "\r\n"), 501},
        {STR_INIT("GET / HTTP/1.1\r\nHo"), 400},
        {STR_INIT("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabc"), 400},
        {STR_INIT("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999\r\n\r\nabc"), 413},
        {STR_INIT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\nx"), 400},
        {STR_INIT("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc"), 400},
        {STR_INIT("POST /none HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"), 404},
        {STR_INIT("POST / HTTP/1.1\r\n" HOST "Expect: more\r\n\r\n"), 417},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str rest = run_all(cases[i].bytes);
        assert_true(str_find(rest, STR("Connection: close\r\n")) > 0);
        assert_int_equal(next(rest, false, cases[i].status, STR_NONE).len, 0);
        assert_int_equal(handled, 0);
    }
}

static void test_body_too_large_in_chunks(void **state)
{
    BUF_AUTO struct buf bytes = BUF_INIT(1 << 20);
    (void)buf_str(&bytes, STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 70; i++) {
        (void)buf_str(&bytes, STR("400\r\n"));
        for (int k = 0; k < 1024; k++)
            (void)buf_char(&bytes, 'x');
        (void)buf_str(&bytes, STR("\r\n"));
    }
    (void)next(run(buf_slice(&bytes), (struct http_steps){777, 0}), false, 413, STR_NONE);
    assert_int_equal(handled, 0);
}

static void test_skip(void **state)
{
    struct str rest = run_all(STR("POST /skip HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"
                                  "GET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(next(rest, false, 200, STR("/skip")).len, 0);
}

static void test_expect(void **state)
{
    const struct str head =
        STR("POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    BUF_AUTO struct buf bytes = BUF_INIT(1000);
    (void)buf_str(&bytes, head);
    (void)buf_str(&bytes, STR("hello"));
    struct str rest = run(buf_slice(&bytes), (struct http_steps){head.len, 0});
    assert_true(str_starts(rest, STR("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")));
    rest = run(buf_slice(&bytes), (struct http_steps){0});
    (void)next(rest, false, 200, STR("hello"));
    assert_false(str_starts(rest, STR("HTTP/1.1 100")));
}

static void test_upload(void **state)
{
    BUF_AUTO struct buf body = BUF_INIT(1 << 20), bytes = BUF_INIT(2 << 20);
    for (int i = 0; i < 30000; i++)
        (void)buf_printf(&body, "%d,", i);
    (void)buf_printf(&bytes, "POST /up HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", body.len);
    (void)buf_str(&bytes, buf_slice(&body));
    (void)buf_str(&bytes, STR("POST /up HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    for (size_t at = 0; at < body.len; at += 5000) {
        struct str piece = str_cut(buf_slice(&body), at, at + 5000);
        (void)buf_printf(&bytes, "%zx;q=\"1\"\r\n", piece.len);
        (void)buf_str(&bytes, piece);
        (void)buf_str(&bytes, STR("\r\n"));
    }
    (void)buf_str(&bytes, STR("0\r\n\r\nPOST /up HTTP/1.1\r\n" HOST
                              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    static const size_t steps[] = {0, 1000, 16384, 70000};
    for (size_t i = 0; i < 4; i++) {
        struct str rest = run(buf_slice(&bytes), (struct http_steps){steps[i], 0});
        rest = next(rest, false, 200, buf_slice(&body));
        rest = next(rest, false, 200, buf_slice(&body));
        rest = next(rest, false, 200, STR(""));
        assert_int_equal(rest.len, 0);
    }
}

static void test_file(void **state)
{
    static const size_t steps[] = {0, 999, 65536, 100000};
    for (size_t i = 0; i < 4; i++) {
        struct http_view view;
        struct str rest = run(STR("GET /file HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /file HTTP/1.1\r\n" HOST "Range: bytes=65530-65545\r\n\r\n"
                                  "HEAD /file HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /1 HTTP/1.1\r\n" HOST "\r\n"),
                              (struct http_steps){0, steps[i]});
        assert_true(http_view_parse(rest, false, &view));
        assert_int_equal(view.body.len, 200000);
        for (size_t k = 0; k < view.body.len; k++)
            assert_int_equal(view.body.at[k], 'a' + k % 23);
        assert_true(http_view_parse(view.rest, false, &view));
        assert_int_equal(view.status, 206);
        assert_int_equal(view.body.len, 16);
        assert_int_equal(view.body.at[0], 'a' + 65530 % 23);
        rest = next(view.rest, true, 200, STR(""));
        rest = next(rest, false, 200, STR("/1"));
        assert_int_equal(rest.len, 0);
    }
}

static void test_odd_handlers(void **state)
{
    struct str rest = run_all(STR("GET /forgotten HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /twice HTTP/1.1\r\n" HOST "\r\n"));
    rest = next(rest, false, 500, STR_NONE);
    rest = next(rest, false, 200, STR("first"));
    assert_int_equal(rest.len, 0);
    assert_int_equal(releases, 2);
}

static void test_rate(void **state)
{
    options.limits.address_burst = 2;
    struct str rest = run(STR("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n" HOST "\r\n"
                              "GET /3 HTTP/1.1\r\n" HOST "\r\n"),
                          (struct http_steps){0});
    rest = next(rest, false, 200, STR("/1"));
    rest = next(rest, false, 200, STR("/2"));
    rest = next(rest, false, 429, STR_NONE);
    options.limits.address_burst = 100000;
}

static void test_date_is_injected(void **state)
{
    struct str rest = run(STR("GET /1 HTTP/1.1\r\n" HOST "\r\n"), (struct http_steps){0});
    assert_true(str_find(rest, STR("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")) > 0);
}

static int begin(void **state)
{
    static struct clock_set set = {784111777999};
    hash_start();
    options = HTTP_OPTIONS_DEFAULT;
    assert_true(http_address_parse(STR("192.0.2.1"), &far_away));
    options.limits.address_burst = 100000;
    options.clock = clock_settable(&set); /* the same date in every run */
    return 0;
}

static int end(void **state)
{
    buf_release(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pipelined),
                                       cmocka_unit_test(test_many),
                                       cmocka_unit_test(test_close),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_body_too_large_in_chunks),
                                       cmocka_unit_test(test_skip),
                                       cmocka_unit_test(test_expect),
                                       cmocka_unit_test(test_upload),
                                       cmocka_unit_test(test_file),
                                       cmocka_unit_test(test_odd_handlers),
                                       cmocka_unit_test(test_rate),
                                       cmocka_unit_test(test_date_is_injected)};
    return cmocka_run_group_tests(tests, begin, end);
}
