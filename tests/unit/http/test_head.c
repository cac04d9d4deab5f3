#include "http/head.h"
#include "tests/unit/cmocka.h"

static const struct http_limits limits = {
    .head_max = 4096, .target_max = 1024, .fields_max = 10, .head_ms = 1};

static struct http_head head;

/* Scans and parses a text; the status of its refusal, 0 when it is fine, -1 when it is not whole.
 */
static int judge(struct str text)
{
    struct http_scan scan = {0};
    switch (http_scan(&scan, text, &limits)) {
    case HTTP_SCAN_MORE:
        return -1;
    case HTTP_SCAN_REFUSED:
        assert_non_null(scan.refusal.why);
        return scan.refusal.status;
    case HTTP_SCAN_WHOLE:
        break;
    }
    return http_head_parse(str_cut(text, scan.start, scan.length), &limits, &head).status;
}

#define JUDGE(text) judge(STR(text))

static void test_plain(void **state)
{
    assert_int_equal(JUDGE("GET /world/2026/11/tide?a=1&b HTTP/1.1\r\nHost: news.example:80\r\n"
                           "Accept:  text/html \t\r\nX-Empty:\r\n\r\nGET"),
                     0);
    const struct http_request *request = &head.request;
    assert_int_equal(request->method, HTTP_GET);
    assert_int_equal(request->minor, 1);
    assert_true(str_eq(request->path, STR("/world/2026/11/tide")));
    assert_true(request->has_query && str_eq(request->query, STR("a=1&b")));
    assert_true(str_eq(request->host, STR("news.example:80")));
    assert_int_equal(request->field_count, 3);
    assert_true(str_eq(http_field(request, STR("aCCept")), STR("text/html")));
    assert_non_null(http_field(request, STR("x-empty")).at);
    assert_null(http_field(request, STR("x-none")).at);
    assert_true(head.keep && !head.chunked && !head.has_length && !head.expects);
    assert_int_equal(request->body_file, -1);
}

static void test_every_cut_is_not_whole(void **state)
{
    struct str whole = STR("\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    for (size_t i = 0; i < whole.len; i++)
        assert_int_equal(judge(str_cut(whole, 0, i)), -1);
    assert_int_equal(judge(whole), 0);
}

/* The scan's progress does not depend on how the bytes come. */
static void test_byte_by_byte(void **state)
{
    struct str whole = STR("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\nrest");
    struct http_scan scan = {0};
    for (size_t i = 1; i < whole.len - 4; i++)
        assert_int_equal(http_scan(&scan, str_cut(whole, 0, i), &limits), HTTP_SCAN_MORE);
    assert_int_equal(http_scan(&scan, whole, &limits), HTTP_SCAN_WHOLE);
    assert_int_equal(scan.length, whole.len - 4);
}

static void test_request_lines(void **state)
{
    static const struct {
        struct str line;
        int status;
    } cases[] = {
        {STR_INIT("GET / HTTP/1.1"), 0},
        {STR_INIT("DELETE /a%20b HTTP/1.1"), 0},
        {STR_INIT("GET / HTTP/1.9"), 0},
        {STR_INIT("get / HTTP/1.1"), 501},
        {STR_INIT("BREW / HTTP/1.1"), 501},
        {STR_INIT("TRACE / HTTP/1.1"), 501},
        {STR_INIT("CONNECT a:443 HTTP/1.1"), 501},
        {STR_INIT("G(T / HTTP/1.1"), 400},
        {STR_INIT("GET / HTTP/2.0"), 505},
        {STR_INIT("PRI * HTTP/2.0"), 505},
        {STR_INIT("GET / HTTP/0.9"), 505},
        {STR_INIT("GET /"), 400},
        {STR_INIT("GET / http/1.1"), 400},
        {STR_INIT("GET / HTTP/1.1 "), 400},
        {STR_INIT("GET / HTTP/1.10"), 400},
        {STR_INIT("GET / HTTP/1,1"), 400},
        {STR_INIT("GET  / HTTP/1.1"), 400},
        {STR_INIT("GET /  HTTP/1.1"), 400},
        {STR_INIT("GET\t/ HTTP/1.1"), 400},
        {STR_INIT(" GET / HTTP/1.1"), 400},
        {STR_INIT("GET /a b HTTP/1.1"), 400},
        {STR_INIT("GET /\x7F HTTP/1.1"), 400},
        {STR_INIT("GET /\xC3\xA9 HTTP/1.1"), 400},
        {STR_INIT("GET /\0 HTTP/1.1"), 400},
        {STR_INIT("GET /#part HTTP/1.1"), 400},
        {STR_INIT("GET news HTTP/1.1"), 400},
        {STR_INIT("GET * HTTP/1.1"), 400},
        {STR_INIT("OPTIONS * HTTP/1.1"), 0},
        {STR_INIT("GET http://other.example/x HTTP/1.1"), 0},
        {STR_INIT("GET HTTPS://other.example HTTP/1.1"), 0},
        {STR_INIT("GET ftp://other.example/ HTTP/1.1"), 400},
        {STR_INIT("GET http:/// HTTP/1.1"), 400},
        {STR_INIT("GET http://user@other.example/ HTTP/1.1"), 400},
        {STR_INIT("GET http://other.example:99999/ HTTP/1.1"), 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        size_t n = cases[i].line.len;
        memcpy(text, cases[i].line.at, n);
        memcpy(text + n, "\r\nHost: a\r\n\r\n", 13);
        int status = judge(str_n(text, n + 13));
        if (status != cases[i].status)
            fail_msg("%s: %d, not %d", cases[i].line.at, status, cases[i].status);
    }
}

static void test_absolute_target_wins(void **state)
{
    assert_int_equal(JUDGE("GET http://b.example:81?q HTTP/1.1\r\nHost: a.example\r\n\r\n"), 0);
    assert_true(str_eq(head.request.host, STR("b.example:81")));
    assert_true(str_eq(head.request.path, STR("/")));
    assert_true(str_eq(head.request.query, STR("q")));
    assert_int_equal(JUDGE("GET http://b.example/ HTTP/1.1\r\n\r\n"), 400);
    assert_int_equal(JUDGE("OPTIONS http://b.example HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
    assert_true(head.everything);
}

static void test_hosts(void **state)
{
    static const char *const good[] = {"a",       "a.example",   "a.example:8080",       "a:",
                                       "1.2.3.4", "[::1]",       "[2001:db8::1]:80",     "a_b",
                                       "a%41",    "localhost:1", "xn--bcher-kva.example"};
    static const char *const bad[] = {"",    ":80",    "a b",       "a:b",     "a:80:80", "[::1",
                                      "[]",  "[::1]x", "[1.2.3.4]", "a:65536", "a/b",     "a@b",
                                      "::1", "a%4",    "a\xC3\xA9", "a?",      "<a>",     "a\\b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!http_host_ok(str_of(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (http_host_ok(str_of(bad[i])))
            fail_msg("accepted: %s", bad[i]);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.0\r\n\r\n"), 0);
    assert_false(head.keep);
    assert_int_equal(JUDGE("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"), 400);
}

static void test_fields(void **state)
{
    static const struct {
        struct str field;
        int status;
    } cases[] = {
        {STR_INIT("A: caf\xC3\xA9"), 0},
        {STR_INIT("A:\tb\tc"), 0},
        {STR_INIT("A : b"), 400},
        {STR_INIT("A\t: b"), 400},
        {STR_INIT(": b"), 400},
        {STR_INIT("A"), 400},
        {STR_INIT("A b: c"), 400},
        {STR_INIT("(A): c"), 400},
        {STR_INIT("\xC3\xA9: c"), 400},
        {STR_INIT(" A: b"), 400},
        {STR_INIT("A: b\r\n c"), 400},
        {STR_INIT("A: b\r\n\tc"), 400},
        {STR_INIT("A: b\nB: c"), 400},
        {STR_INIT("A: b\rc"), 400},
        {STR_INIT("A: b\0c"), 400},
        {STR_INIT("A: b\x01"), 400},
        {STR_INIT("A: b\x7F"), 400},
        {STR_INIT("A\0: b"), 400},
        {STR_INIT("Content-Length: 5"), 0},
        {STR_INIT("Content-Length: 05"), 0},
        {STR_INIT("Content-Length: +5"), 400},
        {STR_INIT("Content-Length: -5"), 400},
        {STR_INIT("Content-Length: 5 5"), 400},
        {STR_INIT("Content-Length: 5, 5"), 400},
        {STR_INIT("Content-Length: 0x5"), 400},
        {STR_INIT("Content-Length:"), 400},
        {STR_INIT("Content-Length: 99999999999999999999"), 400},
        {STR_INIT("Content-Length: 5\r\nContent-Length: 5"), 400},
        {STR_INIT("Content-Length: 5\r\ncontent-length: 6"), 400},
        {STR_INIT("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400},
        {STR_INIT("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400},
        {STR_INIT("Transfer-Encoding: chunked"), 0},
        {STR_INIT("Transfer-Encoding: Chunked"), 0},
        {STR_INIT("Transfer-Encoding: gzip"), 501},
        {STR_INIT("Transfer-Encoding: gzip, chunked"), 501},
        {STR_INIT("Transfer-Encoding: identity"), 501},
        {STR_INIT("Transfer-Encoding: chunked, chunked"), 400},
        {STR_INIT("Transfer-Encoding: chunked, gzip"), 400},
        {STR_INIT("Transfer-Encoding: xchunked"), 501},
        {STR_INIT("Transfer-Encoding: \"chunked\""), 501},
        {STR_INIT("Transfer-Encoding:"), 400},
        {STR_INIT("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
        {STR_INIT("Transfer-Encoding:\x0B"
                  "chunked"),
         400},
        {STR_INIT("Expect: 100-Continue"), 0},
        {STR_INIT("Expect: 200-ok"), 417},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        const struct str start = STR("POST / HTTP/1.1\r\nHost: a\r\n");
        size_t n = cases[i].field.len;
        memcpy(text, start.at, start.len);
        memcpy(text + start.len, cases[i].field.at, n);
        memcpy(text + start.len + n, "\r\n\r\n", 4);
        int status = judge(str_n(text, start.len + n + 4));
        if (status != cases[i].status)
            fail_msg("%s: %d, not %d", cases[i].field.at, status, cases[i].status);
    }
}

static void test_http_1_0(void **state)
{
    assert_int_equal(JUDGE("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n\r\n"), 0);
    assert_true(head.keep);
    assert_int_equal(JUDGE("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"), 0);
    assert_false(head.expects);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\nHost: a\r\nConnection: x,close\r\n\r\n"), 0);
    assert_false(head.keep);
}

static void test_line_ends(void **state)
{
    assert_int_equal(JUDGE("GET / HTTP/1.1\nHost: a\n\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400);
    assert_int_equal(JUDGE("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(JUDGE("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
    assert_int_equal(JUDGE("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(JUDGE("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(JUDGE("\x16\x03\x01"), 400);
    assert_int_equal(JUDGE("{"), 400);
}

static void test_limits(void **state)
{
    static char text[8192];
    const struct str end = STR(" HTTP/1.1\r\nHost: a\r\n\r\n");
    memset(text, 'x', sizeof text);
    memcpy(text, "GET /", 5);
    memcpy(text + 4 + 1024, end.at, end.len);
    assert_int_equal(judge(str_n(text, 4 + 1024 + end.len)), 0);
    memset(text + 4 + 1024, 'x', end.len);
    memcpy(text + 4 + 1025, end.at, end.len);
    assert_int_equal(judge(str_n(text, 4 + 1025 + end.len)), 414);
    memset(text + 4 + 1025, 'x', end.len);
    assert_int_equal(judge(str_n(text, 1024)), -1);
    assert_int_equal(judge(str_n(text, 1200)), 414);

    const struct str start = STR("GET / HTTP/1.1\r\nHost: a\r\nA: ");
    memcpy(text, start.at, start.len);
    memset(text + start.len, 'x', sizeof text - start.len);
    assert_int_equal(judge(str_n(text, 4096)), -1);
    assert_int_equal(judge(str_n(text, 4097)), 431);
    memcpy(text + 4092, "\r\n\r\n", 4);
    assert_int_equal(judge(str_n(text, 4096)), 0);
    memset(text + 4092, 'x', 4);
    memcpy(text + 4093, "\r\n\r\n", 4);
    assert_int_equal(judge(str_n(text, 4097)), 431);

    struct buf fields = BUF_INIT(4096);
    (void)buf_str(&fields, STR("GET / HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 9; i++)
        (void)buf_str(&fields, STR("A: b\r\n"));
    size_t len = fields.len;
    (void)buf_str(&fields, STR("\r\n"));
    assert_int_equal(judge(buf_slice(&fields)), 0);
    fields.len = len;
    (void)buf_str(&fields, STR("A: b\r\n\r\n"));
    assert_int_equal(judge(buf_slice(&fields)), 431);
    buf_release(&fields);
}

static void test_lists(void **state)
{
    struct str list = STR(" a ,, \"b,\\\"c\" ,d"), element;
    assert_true(http_list_next(&list, &element) && str_eq(element, STR("a")));
    assert_true(http_list_next(&list, &element) && str_eq(element, STR("\"b,\\\"c\"")));
    assert_true(http_list_next(&list, &element) && str_eq(element, STR("d")));
    assert_false(http_list_next(&list, &element));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_every_cut_is_not_whole),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_request_lines),
        cmocka_unit_test(test_absolute_target_wins),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_http_1_0),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
