#include "http/cookie.h"
#include "tests/unit/cmocka.h"

static bool has(const char *header, const char *name, const char *value)
{
    return str_eq(http_cookie_find(str_of(header), str_of(name)), str_of(value));
}

static void test_find(void **state)
{
    assert_true(has("a=1; desk=abc; b=2", "desk", "abc"));
    assert_true(has("desk=\"abc\"", "desk", "abc"));
    assert_true(has("desk=first; desk=second", "desk", "first"));
    assert_null(http_cookie_find(STR("deskx=1; xdesk=2; Desk=3"), STR("desk")).at);
    assert_non_null(http_cookie_find(STR("desk="), STR("desk")).at);
    assert_null(http_cookie_find(STR("desk"), STR("desk")).at);
}

static void test_put(void **state)
{
    BUF_AUTO struct buf out = BUF_INIT(500);
    struct http_cookie cookie = {.name = STR("desk"),
                                 .value = STR("abc"),
                                 .path = STR("/desk"),
                                 .max_age = 60,
                                 .secure = true};
    assert_true(http_cookie_put(&out, &cookie));
    assert_true(str_eq(buf_slice(&out),
                       STR("desk=abc; Path=/desk; HttpOnly; SameSite=Lax; Max-Age=60; Secure")));
    buf_clear(&out);
    cookie.value = STR("a;b");
    assert_false(http_cookie_put(&out, &cookie));
    cookie.value = STR("a\r\nSet-Cookie: x=y");
    assert_false(http_cookie_put(&out, &cookie));
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_put)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
