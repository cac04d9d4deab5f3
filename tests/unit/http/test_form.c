#include "http/form.h"
#include "tests/unit/cmocka.h"

static struct arena *arena;
static struct http_form form;

static enum err parse(struct str text)
{
    return http_form_parse(text, 4, arena, &form).code;
}

static void test_fields(void **state)
{
    assert_int_equal(parse(STR("email=a%40b.example&name=Ma+Khin&&empty=&flag")), ERR_OK);
    assert_int_equal(form.count, 4);
    assert_true(str_eq(http_form_get(&form, STR("email")), STR("a@b.example")));
    assert_true(str_eq(http_form_get(&form, STR("name")), STR("Ma Khin")));
    assert_non_null(http_form_get(&form, STR("empty")).at);
    assert_non_null(http_form_get(&form, STR("flag")).at);
    assert_int_equal(http_form_get(&form, STR("flag")).len, 0);
    assert_null(http_form_get(&form, STR("none")).at);
    assert_int_equal(parse(STR("")), ERR_OK);
    assert_int_equal(form.count, 0);
    assert_int_equal(parse(STR_NONE), ERR_OK);
    assert_int_equal(parse(STR("a=1=2&%61=3")), ERR_OK);
    assert_true(str_eq(http_form_get(&form, STR("a")), STR("1=2")));
}

static void test_text(void **state)
{
    assert_int_equal(parse(STR("t=one%0D%0Atwo%0Dthree%0Afour")), ERR_OK);
    assert_true(str_eq(http_form_get(&form, STR("t")), STR("one\ntwo\nthree\nfour")));
    assert_int_equal(parse(STR("t=%E1%80%99%E1%80%BC")), ERR_OK);
    assert_true(str_eq(http_form_get(&form, STR("t")), STR("\xE1\x80\x99\xE1\x80\xBC")));
}

static void test_refused(void **state)
{
    assert_int_equal(parse(STR("a=%")), ERR_INVALID);
    assert_int_equal(parse(STR("a=%4")), ERR_INVALID);
    assert_int_equal(parse(STR("a=%4g")), ERR_INVALID);
    assert_int_equal(parse(STR("a=%00")), ERR_INVALID);
    assert_int_equal(parse(STR("a=\0")), ERR_INVALID);
    assert_int_equal(parse(STR("a=%FF")), ERR_INVALID);
    assert_int_equal(parse(STR("a=%C0%80")), ERR_INVALID);
    assert_int_equal(parse(STR("%E1%80=a")), ERR_INVALID);
    assert_int_equal(parse(STR("1&2&3&4&5")), ERR_TOO_LARGE);
}

static void test_percent(void **state)
{
    struct str text;
    BUF_AUTO struct buf out = BUF_INIT(1000);
    assert_int_equal(http_percent_decode(STR("/tag/a+b%2Fc"), arena, &text).code, ERR_OK);
    assert_true(str_eq(text, STR("/tag/a+b/c")));
    assert_int_equal(http_percent_decode(STR("/%zz"), arena, &text).code, ERR_INVALID);
    http_percent_encode(&out, STR("/a b~\xC3\xA9"), true);
    assert_true(str_eq(buf_slice(&out), STR("/a%20b~%C3%A9")));
    buf_clear(&out);
    http_percent_encode(&out, STR("a/b"), false);
    assert_true(str_eq(buf_slice(&out), STR("a%2Fb")));
}

static void test_types(void **state)
{
    struct str type = STR("application/x-www-form-urlencoded");
    assert_true(http_is_type(STR("Application/X-WWW-Form-Urlencoded ; charset=utf-8"), type));
    assert_false(http_is_type(STR("application/json"), type));
    assert_false(http_is_type(STR_NONE, type));
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields), cmocka_unit_test(test_text), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_percent), cmocka_unit_test(test_types)};
    return cmocka_run_group_tests(tests, begin, end);
}
