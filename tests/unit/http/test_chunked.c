#include "base/buf.h"
#include "http/chunked.h"
#include "tests/unit/cmocka.h"

/* Decodes a text given in pieces of `step` bytes; checks the result, the body and what is left. */
static void check(struct str text, enum http_chunked_result want, struct str body, struct str rest)
{
    for (size_t step = 1; step <= text.len; step++) {
        BUF_AUTO struct buf got = BUF_INIT(100000);
        struct http_chunked chunked = {0};
        enum http_chunked_result result = HTTP_CHUNKED_MORE;
        struct str data;
        size_t at = 0;
        while (at < text.len && result == HTTP_CHUNKED_MORE) {
            struct str piece = str_cut(text, at, at + step);
            size_t before = piece.len;
            while ((result = http_chunked(&chunked, &piece, &data)) == HTTP_CHUNKED_DATA)
                (void)buf_str(&got, data);
            at += before - piece.len;
        }
        if (result != want)
            fail_msg("%s, %zu at a time: %d, not %d", text.at, step, result, want);
        if (want == HTTP_CHUNKED_END) {
            assert_true(str_eq(buf_slice(&got), body));
            assert_true(str_eq(str_from(text, at), rest));
        }
    }
}

#define GOOD(text, body, rest) check(STR(text), HTTP_CHUNKED_END, STR(body), STR(rest))
#define BAD(text) check(STR(text), HTTP_CHUNKED_BAD, STR_NONE, STR_NONE)

static void test_good(void **state)
{
    GOOD("0\r\n\r\n", "", "");
    GOOD("5\r\nhello\r\n0\r\n\r\nGET", "hello", "GET");
    GOOD("3\r\nabc\r\nA\r\n0123456789\r\n000\r\n\r\n", "abc0123456789", "");
    GOOD("1;a=b\r\nx\r\n0;last\r\n\r\n", "x", "");
}

static void test_extensions_and_trailers(void **state)
{
    GOOD("1 ;a=\"q;\\\" r\"\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\nz", "x", "z");
    BAD("1;a=\"\r\"\r\nx\r\n");
    BAD("1;a\x01\r\nx\r\n");
    BAD("0\r\nA b\r\n\r\n");
    BAD("0\r\n A: b\r\n\r\n");
    BAD("0\r\nA: b\n\r\n");
    BAD("0\r\nA: \0\r\n\r\n");
    BAD("0\r\n\r\r\n");
}

static void test_bad_sizes(void **state)
{
    BAD("\r\nx");
    BAD("x\r\n");
    BAD("0x1\r\nx");
    BAD("-1\r\nx");
    BAD("+1\r\nx");
    BAD(" 1\r\nx");
    BAD("1 \r\nx");
    BAD("1\nx");
    BAD("1\r\nxy\r\n");
    BAD("1\r\nx\n0\r\n");
    BAD("1\r\nx0\r\n\r\n");
    BAD("10000000000000000\r\nx");
    BAD("FFFFFFFFFFFFFFFF\r\nx");
}

static void test_limits(void **state)
{
    static char text[HTTP_CHUNK_LINE_MAX + 10];
    struct http_chunked chunked = {0};
    struct str data;
    memset(text, '0', sizeof text);
    struct str bytes = str_n(text, sizeof text);
    assert_int_equal(http_chunked(&chunked, &bytes, &data), HTTP_CHUNKED_BAD);

    /* Many small extensions end too. */
    chunked = (struct http_chunked){0};
    enum http_chunked_result result = HTTP_CHUNKED_MORE;
    size_t rounds = 0;
    while (result != HTTP_CHUNKED_BAD && rounds++ < 100000) {
        bytes = STR("1;extension=something\r\nx\r\n");
        while ((result = http_chunked(&chunked, &bytes, &data)) == HTTP_CHUNKED_DATA)
            ;
    }
    assert_true(rounds < HTTP_CHUNK_EXTRA_MAX / 10);

    chunked = (struct http_chunked){0};
    bytes = STR("0\r\n");
    assert_int_equal(http_chunked(&chunked, &bytes, &data), HTTP_CHUNKED_MORE);
    result = HTTP_CHUNKED_MORE;
    for (rounds = 0; result == HTTP_CHUNKED_MORE && rounds < 100000; rounds++) {
        bytes = STR("Trailer: x\r\n");
        result = http_chunked(&chunked, &bytes, &data);
    }
    assert_int_equal(result, HTTP_CHUNKED_BAD);
    assert_true(rounds < HTTP_TRAILER_MAX / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good), cmocka_unit_test(test_extensions_and_trailers),
        cmocka_unit_test(test_bad_sizes), cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
