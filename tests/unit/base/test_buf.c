#include "base/buf.h"
#include "tests/unit/cmocka.h"

static void test_maximum_is_kept(void **state)
{
    BUF_AUTO struct buf buf = BUF_INIT(10);
    assert_true(buf_str(&buf, STR("12345")));
    assert_false(buf_str(&buf, STR("678901")));
    assert_false(buf_ok(&buf));
    assert_false(buf_char(&buf, 'x'));
    assert_true(str_eq(buf_slice(&buf), STR("12345")));
    buf_clear(&buf);
    assert_true(buf_str(&buf, STR("0123456789")));
    assert_true(buf_ok(&buf));
}

static void test_printf_grows(void **state)
{
    BUF_AUTO struct buf buf = BUF_INIT(100000);
    for (int i = 0; i < 5000; i++)
        assert_true(buf_printf(&buf, "%d,", i % 10));
    assert_int_equal(buf.len, 10000);
}

static void test_take(void **state)
{
    struct buf buf = BUF_INIT(100);
    size_t len = 0;
    (void)buf_str(&buf, STR("abc"));
    char *at = buf_take(&buf, &len);
    assert_int_equal(len, 3);
    assert_null(buf.at);
    free(at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_maximum_is_kept),
                                       cmocka_unit_test(test_printf_grows),
                                       cmocka_unit_test(test_take)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
