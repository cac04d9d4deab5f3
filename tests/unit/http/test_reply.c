#include "http/reply.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <unistd.h>

static bool head_has(const struct http_response *response, struct str line)
{
    return str_find(response->head, line) >= 0;
}

static void test_builder(void **state)
{
    struct http_reply reply;
    http_reply_init(&reply, 201);
    http_reply_field(&reply, STR("X-A"), STR("b c"));
    (void)buf_str(&reply.body, STR("hello"));
    struct http_response response = http_reply_take(&reply);
    assert_int_equal(response.status, 201);
    assert_true(
        str_eq(response.head, STR("HTTP/1.1 201 Created\r\nX-A: b c\r\nContent-Length: 5\r\n")));
    assert_true(str_eq(response.body, STR("hello")));
    http_response_drop(&response);
}

/* What a reader typed must not end a line early. */
static void test_no_splitting(void **state)
{
    static const struct str bad[] = {STR_INIT("a\r\nSet-Cookie: x"), STR_INIT("a\nb"),
                                     STR_INIT("a\0b"), STR_INIT("a\rb")};
    for (size_t i = 0; i < 4; i++) {
        struct http_response response = http_redirect(303, bad[i]);
        assert_int_equal(response.status, 500);
        assert_false(head_has(&response, STR("Set-Cookie")));
        http_response_drop(&response);
    }
    struct http_reply reply;
    http_reply_init(&reply, 200);
    http_reply_field(&reply, STR("X:"), STR("b"));
    struct http_response response = http_reply_take(&reply);
    assert_int_equal(response.status, 500);
    http_response_drop(&response);
}

static void test_without_body(void **state)
{
    struct http_response response = http_simple(204, STR("text/plain"), STR("x"));
    assert_false(head_has(&response, STR("Content-Length")));
    assert_false(head_has(&response, STR("Content-Type")));
    assert_int_equal(response.body.len, 0);
    http_response_drop(&response);
    response = http_error(503, STR("later"));
    assert_true(head_has(&response, STR("Retry-After: 2\r\n")));
    assert_true(str_eq(response.body, STR("503 Service Unavailable: later\n")));
    http_response_drop(&response);
    response = http_not_allowed(STR("GET, HEAD"));
    assert_true(head_has(&response, STR("Allow: GET, HEAD\r\n")));
    http_response_drop(&response);
}

static int released;

static void count(void *context)
{
    released++;
}

static struct http_field fields[2];

static struct http_response bytes(const char *name, const char *value)
{
    struct http_request request = {.method = HTTP_GET, .fields = fields, .field_count = 1};
    fields[0] = (struct http_field){str_of(name), str_of(value)};
    struct http_file about = {.type = STR("image/webp"),
                              .etag = STR("\"e\""),
                              .last_modified = NEVER,
                              .fields = STR("Cache-Control: no-cache\r\n")};
    return http_bytes_response(&request, &about, STR("0123456789"), count, NULL);
}

static void test_bytes(void **state)
{
    released = 0;
    struct http_response response = bytes("Range", "bytes=2-4");
    assert_int_equal(response.status, 206);
    assert_true(head_has(&response, STR("Content-Range: bytes 2-4/10\r\n")));
    assert_true(head_has(&response, STR("Content-Length: 3\r\n")));
    assert_true(head_has(&response, STR("Content-Type: image/webp\r\n")));
    assert_true(str_eq(response.body, STR("234")));
    http_response_drop(&response);
    response = bytes("Range", "bytes=20-");
    assert_int_equal(response.status, 416);
    assert_true(head_has(&response, STR("Content-Range: bytes */10\r\n")));
    http_response_drop(&response);
    response = bytes("If-None-Match", "\"e\"");
    assert_int_equal(response.status, 304);
    assert_true(head_has(&response, STR("ETag: \"e\"\r\n")));
    assert_true(head_has(&response, STR("Cache-Control: no-cache\r\n")));
    assert_false(head_has(&response, STR("Content-Length")));
    http_response_drop(&response);
    response = bytes("If-Match", "\"other\"");
    assert_int_equal(response.status, 412);
    http_response_drop(&response);
    response = bytes("A", "b");
    assert_int_equal(response.status, 200);
    assert_true(str_eq(response.body, STR("0123456789")));
    http_response_drop(&response);
    assert_int_equal(released, 5);
}

static void test_file_is_closed(void **state)
{
    struct http_request request = {.method = HTTP_GET, .fields = fields, .field_count = 1};
    fields[0] = (struct http_field){STR("If-None-Match"), STR("*")};
    struct http_file file = {
        .fd = open("/dev/null", O_RDONLY), .etag = STR("\"e\""), .last_modified = NEVER};
    struct http_response response = http_file_response(&request, &file);
    assert_int_equal(response.status, 304);
    assert_int_equal(fcntl(file.fd, F_GETFD), -1);
    http_response_drop(&response);
    fields[0] = (struct http_field){STR("A"), STR("b")};
    file.fd = open("/dev/null", O_RDONLY);
    response = http_file_response(&request, &file);
    assert_true(response.from_file);
    http_response_drop(&response);
    assert_int_equal(fcntl(file.fd, F_GETFD), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builder), cmocka_unit_test(test_no_splitting),
        cmocka_unit_test(test_without_body), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_file_is_closed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
