#include "base/hash.h"
#include "base/table.h"
#include "tests/unit/cmocka.h"

static void test_many_keys(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct table *table = table_new(arena);
    static int values[1000];
    assert_null(table_get(table, STR("none")));
    for (int i = 0; i < 1000; i++)
        table_set(table, arena_printf(arena, "key/%d", i), &values[i]);
    table_set(table, STR("key/7"), &values[8]);
    assert_int_equal(table_count(table), 1000);
    assert_ptr_equal(table_get(table, STR("key/7")), &values[8]);
    assert_ptr_equal(table_get(table, STR("key/999")), &values[999]);
    assert_false(table_has(table, STR("key/1000")));
    assert_true(str_eq(table_key(table, 3), STR("key/3")));
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_many_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
