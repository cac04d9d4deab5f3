#include "base/str.h"
#include "tests/unit/cmocka.h"

static void test_split_gives_last_empty_part(void **state)
{
    struct str rest = STR("a,b,"), part;
    assert_true(str_split(&rest, ',', &part) && str_eq(part, STR("a")));
    assert_true(str_split(&rest, ',', &part) && str_eq(part, STR("b")));
    assert_true(str_split(&rest, ',', &part) && part.len == 0);
    assert_false(str_split(&rest, ',', &part));
}

static void test_numbers(void **state)
{
    int64_t n = 7;
    assert_true(str_to_i64(STR("9223372036854775807"), &n) && n == INT64_MAX);
    assert_true(str_to_i64(STR("-9223372036854775808"), &n) && n == INT64_MIN);
    assert_false(str_to_i64(STR("9223372036854775808"), &n));
    assert_false(str_to_i64(STR(""), &n));
    assert_false(str_to_i64(STR("-"), &n));
    assert_false(str_to_i64(STR("+1"), &n));
    assert_false(str_to_i64(STR("1 "), &n));
}

static void test_utf8(void **state)
{
    assert_true(str_is_utf8(STR("Zürich, မြန်မာ, 東京, 𝄞")));
    assert_false(str_is_utf8(STR("\xC0\x80")));
    assert_false(str_is_utf8(STR("\xED\xA0\x80")));
    assert_false(str_is_utf8(STR("\xF4\x90\x80\x80")));
    assert_false(str_is_utf8(STR("\xE1\x80")));
    assert_false(str_is_utf8(STR("\x80")));
}

static void test_find_and_compare(void **state)
{
    assert_int_equal(str_find(STR("one two"), STR("two")), 4);
    assert_int_equal(str_find(STR("one"), STR("two")), -1);
    assert_true(str_eq_nocase(STR("Content-Length"), STR("content-LENGTH")));
    assert_false(str_eq_nocase(STR("[x"), STR("{x")));
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
    assert_true(str_eq(str_trim(STR(" \t a b\r\n")), STR("a b")));
    assert_true(str_ends(STR("story.md"), STR(".md")));
}

static void test_to_c(void **state)
{
    char text[4];
    assert_true(str_to_c(STR("abc"), text, sizeof text));
    assert_string_equal(text, "abc");
    assert_false(str_to_c(STR("abcd"), text, sizeof text));
    assert_false(str_to_c(str_n("a\0b", 3), text, sizeof text));
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_split_gives_last_empty_part),
                                       cmocka_unit_test(test_numbers), cmocka_unit_test(test_utf8),
                                       cmocka_unit_test(test_find_and_compare),
                                       cmocka_unit_test(test_to_c)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
