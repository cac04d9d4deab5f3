#include "http/choose.h"
#include "tests/unit/cmocka.h"

#define MODIFIED 784111777500 /* half a second after the date below */
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"

static struct http_field fields[4];
static struct http_request request;

static struct http_request *ask(enum http_method method, const char *name, const char *value)
{
    request = (struct http_request){.method = method, .fields = fields, .field_count = 1};
    fields[0] = (struct http_field){str_of(name), str_of(value)};
    return &request;
}

static void also(const char *name, const char *value)
{
    fields[request.field_count++] = (struct http_field){str_of(name), str_of(value)};
}

static enum http_condition condition(enum http_method method, const char *name, const char *value)
{
    return http_condition(ask(method, name, value), STR("\"a\""), MODIFIED);
}

static void test_if_none_match(void **state)
{
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "\"a\""), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_HEAD, "If-None-Match", "\"b\",  W/\"a\""), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "\"b\", , \"a\""), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "\"x,y\", \"a\""), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "*"), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "\"b\""), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "a"), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", "\"a"), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-None-Match", ""), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_POST, "If-None-Match", "\"a\""), HTTP_PRECONDITION_FAILED);
    /* Wins over the date, also when it does not match. */
    ask(HTTP_GET, "If-None-Match", "\"b\"");
    also("If-Modified-Since", DATE);
    assert_int_equal(http_condition(&request, STR("\"a\""), MODIFIED), HTTP_PROCEED);
    /* Several lines are one list. */
    ask(HTTP_GET, "If-None-Match", "\"b\"");
    also("If-None-Match", "\"a\"");
    assert_int_equal(http_condition(&request, STR("\"a\""), MODIFIED), HTTP_NOT_MODIFIED);
}

static void test_dates(void **state)
{
    assert_int_equal(condition(HTTP_GET, "If-Modified-Since", DATE), HTTP_NOT_MODIFIED);
    assert_int_equal(condition(HTTP_GET, "If-Modified-Since", BEFORE), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-Modified-Since", "yesterday"), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_POST, "If-Modified-Since", DATE), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-Unmodified-Since", DATE), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_GET, "If-Unmodified-Since", BEFORE), HTTP_PRECONDITION_FAILED);
    assert_int_equal(http_condition(ask(HTTP_GET, "If-Modified-Since", DATE), STR("\"a\""), NEVER),
                     HTTP_PROCEED);
}

static void test_if_match(void **state)
{
    assert_int_equal(condition(HTTP_PUT, "If-Match", "\"a\""), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_PUT, "If-Match", "*"), HTTP_PROCEED);
    assert_int_equal(condition(HTTP_PUT, "If-Match", "W/\"a\""), HTTP_PRECONDITION_FAILED);
    assert_int_equal(condition(HTTP_PUT, "If-Match", "\"b\""), HTTP_PRECONDITION_FAILED);
}

static bool gzip(const char *value)
{
    return http_wants_gzip(ask(HTTP_GET, "Accept-Encoding", value));
}

static void test_codings(void **state)
{
    assert_true(gzip("gzip"));
    assert_true(gzip("deflate, GZIP;q=0.5, br"));
    assert_true(gzip("*"));
    assert_true(gzip("x-gzip"));
    assert_true(gzip("gzip;q=0.001"));
    assert_true(gzip("gzip;q=1.000, identity;q=0.5"));
    assert_true(gzip("identity;q=0, gzip;q=0.1"));
    assert_false(gzip(""));
    assert_false(gzip("br"));
    assert_false(gzip("gzip;q=0"));
    assert_false(gzip("gzip; q=0.000"));
    assert_false(gzip("*;q=0"));
    assert_false(gzip("gzip;q=0, *"));
    assert_false(gzip("gzip;q=0.4, identity;q=0.5"));
    assert_false(gzip("gzipp"));
    assert_false(http_wants_gzip(ask(HTTP_GET, "Accept", "gzip")));
    assert_int_equal(http_coding_quality(ask(HTTP_GET, "Accept-Encoding", "gzip, identity;q=0"),
                                         STR("identity")),
                     0);
    assert_int_equal(http_coding_quality(ask(HTTP_GET, "Accept-Encoding", "br;q=0.25"), STR("br")),
                     250);
}

static uint64_t first, length;

static enum http_range_kind range(const char *value)
{
    first = length = 0;
    return http_range(ask(HTTP_GET, "Range", value), 100, STR("\"a\""), MODIFIED, &first, &length);
}

static void part(const char *value, uint64_t want_first, uint64_t want_length)
{
    assert_int_equal(range(value), HTTP_RANGE_PART);
    assert_int_equal(first, want_first);
    assert_int_equal(length, want_length);
}

static void test_ranges(void **state)
{
    part("bytes=0-0", 0, 1);
    part("bytes=0-", 0, 100);
    part("Bytes=10-19", 10, 10);
    part("bytes=90-200", 90, 10);
    part("bytes=99-99999999999999999999999", 99, 1);
    part("bytes=-1", 99, 1);
    part("bytes=-1000", 0, 100);
    assert_int_equal(range("bytes=100-"), HTTP_RANGE_UNSATISFIABLE);
    assert_int_equal(range("bytes=-0"), HTTP_RANGE_UNSATISFIABLE);
    assert_int_equal(range("bytes=99999999999999999999999-"), HTTP_RANGE_UNSATISFIABLE);
    static const char *const whole[] = {"bytes=",      "bytes=-",    "bytes=5-4", "bytes=0-1,3-4",
                                        "bytes=a-b",   "lines=0-1",  "bytes 0-1", "bytes=0 - 1",
                                        "bytes=--1",   "bytes=1",    "",          "bytes=1-2-3",
                                        "bytes=-1,-2", "bytes=0x1-2"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (range(whole[i]) != HTTP_RANGE_WHOLE)
            fail_msg("%s", whole[i]);
    assert_int_equal(
        http_range(ask(HTTP_POST, "Range", "bytes=0-0"), 100, STR_NONE, NEVER, &first, &length),
        HTTP_RANGE_WHOLE);
    assert_int_equal(
        http_range(ask(HTTP_GET, "Range", "bytes=0-0"), 0, STR_NONE, NEVER, &first, &length),
        HTTP_RANGE_UNSATISFIABLE);
}

static enum http_range_kind if_range(const char *value)
{
    ask(HTTP_GET, "Range", "bytes=0-0");
    also("If-Range", value);
    return http_range(&request, 100, STR("\"a\""), MODIFIED, &first, &length);
}

static void test_if_range(void **state)
{
    assert_int_equal(if_range("\"a\""), HTTP_RANGE_PART);
    assert_int_equal(if_range("\"b\""), HTTP_RANGE_WHOLE);
    assert_int_equal(if_range("W/\"a\""), HTTP_RANGE_WHOLE);
    assert_int_equal(if_range(DATE), HTTP_RANGE_PART);
    assert_int_equal(if_range(BEFORE), HTTP_RANGE_WHOLE);
    assert_int_equal(if_range("soon"), HTTP_RANGE_WHOLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_if_none_match), cmocka_unit_test(test_dates),
        cmocka_unit_test(test_if_match),      cmocka_unit_test(test_codings),
        cmocka_unit_test(test_ranges),        cmocka_unit_test(test_if_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
