#include "text/plain.h"

#include "tests/unit/cmocka.h"

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

static void test_nfc(void **state)
{
    same(text_nfc(STR("cafe\xCC\x81"), arena), "caf\xC3\xA9");
    same(text_nfc(STR("plain"), arena), "plain");
    same(text_nfc(STR("a\xFFz"), arena), "a\xEF\xBF\xBDz");
    same(text_nfc(STR(""), arena), "");
}

static void test_case_and_numbers(void **state)
{
    same(text_upper(STR("Port Alma"), STR("en"), arena), "PORT ALMA");
    same(text_upper(STR("straße"), STR("de"), arena), "STRASSE");
    same(text_upper(STR("istanbul"), STR("tr"), arena), "İSTANBUL");
    same(text_upper(STR("ရန်ကုန်"), STR("my"), arena), "ရန်ကုန်");
    same(text_number(1234567, STR("en"), arena), "1,234,567");
    same(text_number(-12, STR("de"), arena), "-12");
    same(text_number(INT64_MIN, STR("en"), arena), "-9,223,372,036,854,775,808");
}

static void test_one_line(void **state)
{
    same(text_one_line(STR("  a\n\n b\tc\xC2\xA0 d\xE3\x80\x80"), arena), "a b c d");
    same(text_one_line(STR("a\x01\x7F\xC2\x85z"), arena), "a z");
    same(text_one_line(STR("\xF0\x9F\xA6"), arena), "\xEF\xBF\xBD");
    same(text_one_line(STR(""), arena), "");
}

static void test_truncate(void **state)
{
    struct str text = STR("The harbour is closed, the ferry waits.");
    same(text_truncate(text, 39, STR("en"), arena), "The harbour is closed, the ferry waits.");
    same(text_truncate(text, 38, STR("en"), arena), "The harbour is closed, the ferry…");
    same(text_truncate(text, 24, STR("en"), arena), "The harbour is closed…");
    same(text_truncate(text, 15, STR("en"), arena), "The harbour is…");
    same(text_truncate(text, 14, STR("en"), arena), "The harbour…");
    same(text_truncate(text, 2, STR("en"), arena), "T…");
    same(text_truncate(text, 0, STR("en"), arena), "");
    same(text_truncate(STR("ประเทศไทยข่าววันนี้ท่าเรือ"), 12, STR("th"), arena), "ประเทศไทย…");
    same(text_truncate(STR("one\n two "), 7, STR("en"), arena), "one two");
    same(text_truncate(STR(""), 7, STR("en"), arena), "");
    /* A character is what a reader sees: four people are one. */
    same(text_truncate(STR("👨‍👩‍👧‍👦 👨‍👩‍👧‍👦"), 3, STR("en"),
                       arena),
         "👨‍👩‍👧‍👦 👨‍👩‍👧‍👦");
}

static void test_truncate_of_a_flood(void **state)
{
    enum { LEN = 4 << 20 };
    char *text = arena_alloc(arena, LEN);
    memset(text, 'x', LEN);
    struct str cut = text_truncate(str_n(text, LEN), 10, STR("en"), arena);
    same(cut, "xxxxxxxxx…");
    for (size_t i = 0; i < LEN; i += 2)
        memcpy(text + i, "\xCC\x81", 2); /* accents on nothing: one character without end */
    cut = text_truncate(str_n(text, LEN), 10, STR("en"), arena);
    assert_true(cut.len < 1024);
}

static void test_comparing(void **state)
{
    assert_true(text_same(STR("HARBOUR"), STR("harbour"), arena));
    assert_true(text_same(STR("caf\xC3\xA9"), STR("CAFE\xCC\x81"), arena));
    assert_false(text_same(STR("cafe"), STR("caf\xC3\xA9"), arena));
    assert_true(text_compare(STR("Ärger"), STR("Zorn"), STR("de")) < 0);
    assert_true(text_compare(STR("Ärger"), STR("Zorn"), STR("sv")) > 0);
    assert_true(text_compare(STR("a"), STR("B"), STR("en")) < 0);
    assert_int_equal(text_compare(STR(""), STR(""), STR("en")), 0);
}

static void test_xml(void **state)
{
    struct str text = STR("a\tb\nc\rd é");
    assert_ptr_equal(text_xml(text, arena).at, text.at);
    same(text_xml(str_n("a\0b\x0B\x1F", 5), arena), "ab");
    same(text_xml(STR("x\xEF\xBF\xBFy\xEF\xBF\xBEz\xEF\xBF\xBD"), arena), "xyz\xEF\xBF\xBD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nfc),
        cmocka_unit_test(test_case_and_numbers),
        cmocka_unit_test(test_one_line),
        cmocka_unit_test(test_truncate),
        cmocka_unit_test(test_truncate_of_a_flood),
        cmocka_unit_test(test_comparing),
        cmocka_unit_test(test_xml),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
