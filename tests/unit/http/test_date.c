#include "http/date.h"
#include "tests/unit/cmocka.h"

#define NOW 1795000000000 /* November 2026 */

static int64_t parse(const char *text)
{
    int64_t ms = -1;
    return http_date_parse(str_of(text), NOW, &ms) ? ms : -1;
}

static void test_three_forms(void **state)
{
    assert_int_equal(parse("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000);
    assert_int_equal(parse("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777000);
    assert_int_equal(parse("Sun Nov  6 08:49:37 1994"), 784111777000);
    assert_int_equal(parse("Thu Nov 26 08:49:37 2026"), 1795682977000);
}

static void test_two_digit_years(void **state)
{
    char text[HTTP_DATE_LEN + 1];
    assert_true(str_eq(http_date(parse("Sunday, 06-Nov-70 08:49:37 GMT"), text),
                       STR("Thu, 06 Nov 2070 08:49:37 GMT")));
    assert_true(str_eq(http_date(parse("Sunday, 06-Nov-77 08:49:37 GMT"), text),
                       STR("Sun, 06 Nov 1977 08:49:37 GMT")));
}

static void test_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "0",
                                      "Sun, 06 Nov 1994 08:49:37 UTC",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 31 Feb 1994 08:49:37 GMT",
                                      "Sun, 29 Feb 2023 08:49:37 GMT",
                                      "Sun, 00 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:60:37 GMT",
                                      "Xyz, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Sun Nov  6 08:49:37 94",
                                      "1994-11-06T08:49:37Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (parse(bad[i]) != -1)
            fail_msg("taken: %s", bad[i]);
}

static void test_round_trip(void **state)
{
    char text[HTTP_DATE_LEN + 1];
    for (int64_t day = -20000; day < 60000; day += 7) {
        int64_t ms = day * 86400000 + 45296000, back;
        assert_true(http_date_parse(http_date(ms, text), NOW, &back));
        assert_int_equal(back, ms);
    }
    assert_true(str_eq(http_date(0, text), STR("Thu, 01 Jan 1970 00:00:00 GMT")));
    assert_true(str_eq(http_date(-1, text), STR("Wed, 31 Dec 1969 23:59:59 GMT")));
    assert_true(str_eq(http_date(951782400999, text), STR("Tue, 29 Feb 2000 00:00:00 GMT")));
    assert_true(str_eq(http_date(INT64_MAX, text), STR("Fri, 31 Dec 9999 23:59:59 GMT")));
    http_date_format(INT64_MIN, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_forms), cmocka_unit_test(test_two_digit_years),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_round_trip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
