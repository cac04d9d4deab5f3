#include "text/dates.h"

#include "tests/unit/cmocka.h"

#include <pthread.h>

#define MANILA STR("Asia/Manila")
#define EN STR("en")
static const int64_t afternoon = 1795500300000; /* 2026-11-24 06:05 UTC */

static struct arena *arena;

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(arena);
    return 0;
}

static void same(struct str got, const char *expected)
{
    assert_string_equal(arena_cstr(arena, got), expected);
}

/* The moment of a wall time, which must be one. */
static int64_t at(const char *text, struct str zone)
{
    int64_t moment = -1;
    assert_true(text_parse_time(str_of(text), zone, &moment));
    return moment;
}

static void test_names(void **state)
{
    assert_true(text_zone_valid(MANILA) && text_zone_valid(STR("UTC")));
    assert_true(text_zone_valid(STR("America/Argentina/Buenos_Aires")));
    static const char *const zones[] = {"",     "Asia/Manilla", "asia/manila",  "GMT+08:00",
                                        "+08",  "Etc/Unknown",  "Asia/Manila ", "../UTC",
                                        "UTC\n"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        assert_false(text_zone_valid(str_of(zones[i])));
    static const char *const good[] = {"en", "es-MX", "zh-Hant", "my", "EN", "fil", "sr-Latn-RS"};
    static const char *const bad[] = {"",      "e",   "english", "en_US",  "en-",   "xx",
                                      "en US", "und", "-en",     "en--US", "x-mine"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_language_valid(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_language_valid(str_of(bad[i])));
}

static void test_direction(void **state)
{
    assert_string_equal(text_direction(STR("ar")), "rtl");
    assert_string_equal(text_direction(STR("he-IL")), "rtl");
    assert_string_equal(text_direction(STR("az-Arab")), "rtl");
    assert_string_equal(text_direction(STR("my")), "ltr");
    assert_string_equal(text_direction(STR("")), "ltr");
    same(text_og_locale(EN, arena), "en_US");
    same(text_og_locale(STR("zh-Hant"), arena), "zh_TW");
    same(text_og_locale(STR("es-MX"), arena), "es_MX");
}

static void test_words_of_dates(void **state)
{
    same(text_date_time(afternoon, MANILA, EN, arena), "24 November 2026, 14:05");
    same(text_date(afternoon, MANILA, EN, arena), "24 November 2026");
    same(text_weekday_date(afternoon, MANILA, EN, arena), "Tuesday, 24 November 2026");
    same(text_month_year(afternoon, MANILA, EN, arena), "November 2026");
    same(text_month_day(afternoon, MANILA, EN, arena), "24 November");
    same(text_month_day(afternoon, MANILA, STR("ja"), arena), "11月24日");
    same(text_time(afternoon, MANILA, EN, arena), "14:05");
    same(text_date(afternoon, MANILA, STR("en-US"), arena), "November 24, 2026");
    same(text_date_time(afternoon, MANILA, STR("de"), arena), "24. November 2026, 14:05");
    same(text_date(afternoon, MANILA, STR("ja"), arena), "2026年11月24日");
    same(text_date(afternoon, MANILA, STR("th"), arena), "24 พฤศจิกายน 2569");
    same(text_time(afternoon, STR("Nowhere/At_All"), EN, arena), "06:05"); /* UTC */
    same(text_date(afternoon, MANILA, STR("qq-bad"), arena), "24 November 2026");
}

static void test_machine_dates(void **state)
{
    same(text_rfc3339(afternoon, MANILA, arena), "2026-11-24T14:05:00+08:00");
    same(text_rfc3339(afternoon, STR("UTC"), arena), "2026-11-24T06:05:00+00:00");
    same(text_rfc3339(afternoon, STR("America/St_Johns"), arena), "2026-11-24T02:35:00-03:30");
    same(text_rfc822(afternoon, MANILA, arena), "Tue, 24 Nov 2026 14:05:00 +0800");
    same(text_iso_date(afternoon, STR("Pacific/Honolulu"), arena), "2026-11-23");
    /* Local mean time of 1880, +01:34:52 … the minutes written must give the moment back. */
    int64_t old = at("1880-01-01T12:00:00Z", STR("UTC"));
    struct str text = text_rfc3339(old, STR("Europe/Athens"), arena);
    assert_int_equal(at(arena_cstr(arena, text), STR("UTC")), old);
    assert_int_equal(text_day(0, STR("UTC")).weekday, 4); /* a Thursday */
}

static void test_parsing(void **state)
{
    assert_int_equal(at("2026-11-24 14:05", MANILA), afternoon);
    assert_int_equal(at("2026-11-24T14:05", MANILA), afternoon);
    assert_int_equal(at(" 2026-11-24T14:05:00 ", MANILA), afternoon);
    assert_int_equal(at("2026-11-24T06:05Z", MANILA), afternoon);
    assert_int_equal(at("2026-11-24t06:05:00.5z", MANILA), afternoon + 500);
    assert_int_equal(at("2026-11-24 06:05:00.1239 +00:00", MANILA), afternoon + 123);
    assert_int_equal(at("2026-11-24T02:35:00-03:30", MANILA), afternoon);
    assert_int_equal(at("2026-11-24T14:05+0800", STR("UTC")), afternoon);
    assert_int_equal(at("2026-11-24T14:05+08", STR("UTC")), afternoon);
    assert_int_equal(at("2026-11-24", MANILA), at("2026-11-23T16:00Z", MANILA));
    assert_int_equal(at("1970-01-01T00:00:00Z", MANILA), 0);
    assert_int_equal(at("2024-02-29", STR("UTC")), 1709164800000);
    static const char *const bad[] = {"",
                                      "yesterday",
                                      "2026",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-11-31",
                                      "2026-11-24 24:00",
                                      "2026-11-24 14",
                                      "2026-11-24 14:60",
                                      "2026-11-24 14:05:60",
                                      "2026-11-24 14:05 PM",
                                      "2026-11-24 14:05:00.",
                                      "2026-11-24T14:05+08:",
                                      "2026-11-24T14:05+08:00x",
                                      "2026-11-24T14:05+19:00",
                                      "26-11-24",
                                      "0000-01-01",
                                      "2026-11-24Z",
                                      "2026-11-24T"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t moment = 7;
        if (text_parse_time(str_of(bad[i]), MANILA, &moment) || moment != 7)
            fail_msg("'%s' was taken for a time", bad[i]);
    }
    int64_t moment = 7;
    assert_false(text_parse_time(str_n("2026-11-24T14:05\0", 17), MANILA, &moment));
}

/* A wall time that does not exist, and one that comes twice. */
static void test_clock_changes(void **state)
{
    struct str lisbon = STR("Europe/Lisbon");
    assert_int_equal(at("2026-03-29 01:30", lisbon), at("2026-03-29T01:00Z", lisbon));
    assert_int_equal(at("2026-10-25 01:30", lisbon), at("2026-10-25T00:30Z", lisbon));
}

static void test_next(void **state)
{
    assert_int_equal(text_next_midnight(afternoon, MANILA), at("2026-11-25", MANILA));
    assert_int_equal(text_next_midnight(at("2026-11-25", MANILA), MANILA),
                     at("2026-11-26", MANILA));
    assert_int_equal(text_next_month(afternoon, MANILA), at("2026-12-01", MANILA));
    assert_int_equal(text_next_month(at("2026-12-31 23:59:59", MANILA), MANILA),
                     at("2027-01-01", MANILA));
    assert_int_equal(text_next_year(afternoon, MANILA), at("2027-01-01", MANILA));
    /* Cuba skips midnight in spring: the day begins at one. */
    struct str havana = STR("America/Havana");
    assert_int_equal(text_next_midnight(at("2026-03-07 20:00", havana), havana),
                     at("2026-03-08 01:00", havana));
    /* Samoa skipped the whole 30th of December 2011. */
    struct str apia = STR("Pacific/Apia");
    assert_int_equal(text_next_midnight(at("2011-12-29 20:00", apia), apia),
                     at("2011-12-31 00:00", apia));
}

/* Until 2011 Newfoundland set its clocks back at 00:01, so that the evening came twice: whatever
 * the moment, the next midnight lies ahead and is on another day. */
static void test_midnight_lies_ahead(void **state)
{
    static const char *const zones[] = {"America/St_Johns", "America/Havana",     "Asia/Amman",
                                        "Europe/Lisbon",    "Asia/Beirut",        "Africa/Cairo",
                                        "America/Santiago", "Australia/Lord_Howe"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct str zone = str_of(zones[i]);
        int64_t moment = at("2009-12-31T12:00Z", zone);
        for (int64_t last = at("2011-01-02T00:00Z", zone); moment < last;
             moment += 17 * 60 * 1000) {
            int64_t next = text_next_midnight(moment, zone);
            assert_true(next > moment && next <= moment + 26LL * 3600 * 1000);
        }
    }
}

static void *format_often(void *context)
{
    ARENA_AUTO struct arena *own = arena_new();
    static const char *const languages[] = {"en", "th", "my", "ar", "de", "ja"};
    for (size_t i = 0; i < 200; i++) {
        struct str language = str_of(languages[i % 6]);
        if (text_date_time(afternoon, MANILA, language, own).len == 0)
            return context;
        if (!str_eq(text_time(afternoon, MANILA, EN, own), STR("14:05")))
            return context;
    }
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, format_often, threads), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),          cmocka_unit_test(test_direction),
        cmocka_unit_test(test_words_of_dates), cmocka_unit_test(test_machine_dates),
        cmocka_unit_test(test_parsing),        cmocka_unit_test(test_clock_changes),
        cmocka_unit_test(test_next),           cmocka_unit_test(test_midnight_lies_ahead),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
