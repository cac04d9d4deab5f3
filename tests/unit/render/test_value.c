#include "render/value.h"

#include "tests/unit/cmocka.h"

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static void objects_keep_order_and_replace(void **state)
{
    struct value *object = value_object(*state);
    value_set_text(object, "one", STR("1"));
    value_set_number(object, "two", -2);
    value_set_text(object, "one", STR("first"));
    assert_int_equal(value_count(object), 2);
    assert_true(str_eq(value_name(object, 0), STR("one")));
    assert_true(str_eq(value_str(value_get(object, STR("one"))), STR("first")));
    assert_true(str_eq(value_str(value_get(object, STR("two"))), STR("-2")));
    assert_null(value_get(object, STR("three")));
    assert_null(value_get(value_get(object, STR("one")), STR("x")));
}

static void grows(void **state)
{
    static const char names[] = "abcdefghijklmnopqrstuvwxyz";
    struct value *object = value_object(*state), *list = value_list(*state);
    for (size_t i = 0; i < 26; i++) {
        struct str name = str_n(names + i, 1);
        value_set_text(object, arena_cstr(*state, name), name);
        value_append_text(list, name);
    }
    assert_int_equal(value_count(list), 26);
    for (size_t i = 0; i < 26; i++) {
        assert_true(str_eq(value_str(value_get(object, str_n(names + i, 1))), str_n(names + i, 1)));
        assert_int_equal(*value_str(value_at(list, i)).at, names[i]);
    }
}

static void four_things_are_false(void **state)
{
    struct value *object = value_object(*state);
    value_set_bool(object, "no", false);
    value_set_bool(object, "yes", true);
    value_set_literal(object, "nothing", NULL);
    value_set_html(object, "html", STR(""));
    value_set_list(object, "list");
    value_set_object(object, "object");
    assert_false(value_is_true(NULL));
    assert_false(value_is_true(value_get(object, STR("no"))));
    assert_false(value_is_true(value_get(object, STR("nothing"))));
    assert_false(value_is_true(value_get(object, STR("html"))));
    assert_false(value_is_true(value_get(object, STR("list"))));
    assert_true(value_is_true(value_get(object, STR("yes"))));
    assert_true(value_is_true(value_get(object, STR("object"))));
}

static void addresses_are_looked_at(void **state)
{
    static const char *const good[] = {
        "/",        "/news/2026/11/x?a=1&b=2#c", "#top",    "?page=2", "https://example.org/",
        "HTTP://x", "mailto:desk@example.org",   "tel:+123"};
    static const char *const bad[] = {
        "",          "javascript:alert(1)", "JaVaScRiPt:x", "//example.org",   "/\\example.org",
        "data:,x",   "java\tscript:x",      " /x",          "/\t/example.org", "https://a b",
        "vbscript:", "file:///etc/passwd",  "news",         "https://",        "http:x",
        "/x\x7F",    "\xC2\xA0javascript:x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(value_url_safe(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_url_safe(str_of(bad[i])));
    assert_true(str_eq(value_str(value_url(*state, STR("javascript:x"))), STR("#")));
    assert_int_equal(value_str(value_url(*state, STR_NONE)).len, 0);
    assert_int_equal(value_kind(value_url(*state, STR("/x"))), VALUE_URL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects_keep_order_and_replace, begin, end),
        cmocka_unit_test_setup_teardown(grows, begin, end),
        cmocka_unit_test_setup_teardown(four_things_are_false, begin, end),
        cmocka_unit_test_setup_teardown(addresses_are_looked_at, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
