#include "base/error.h"
#include "tests/unit/cmocka.h"

#include <errno.h>

static void test_sentence(void **state)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    struct error error = error_format(ERR_FRONT_MATTER, STR_NONE, 3, "unknown field '%s'", "titel");
    error_sentence(&error, &out);
    assert_true(str_eq(buf_slice(&out), STR("Line 3: unknown field 'titel'.")));
    assert_int_equal(error_status(error.code), 422);
}

static void test_long_text_is_cut_between_characters(void **state)
{
    char what[400];
    memset(what, 'a', sizeof what);
    memcpy(what + 126, "မ", 4); /* three bytes and a NUL; only one byte would fit */
    struct error error = error_make(ERR_NOT_FOUND, what, NULL);
    assert_true(str_is_utf8(str_of(error.what)));
    assert_int_equal(strlen(error.what), 126);
}

static void test_full_disk_is_named(void **state)
{
    errno = ENOSPC;
    struct error error = error_errno("x");
    assert_int_equal(error.code, ERR_DISK_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sentence),
                                       cmocka_unit_test(test_long_text_is_cut_between_characters),
                                       cmocka_unit_test(test_full_disk_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
