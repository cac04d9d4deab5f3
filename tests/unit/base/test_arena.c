#include "base/arena.h"
#include "tests/unit/cmocka.h"

static void test_zeroed_and_aligned(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    for (size_t size = 1; size < 50000; size = size * 3 + 1) {
        unsigned char *at = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xAB, size);
    }
}

static void test_reset_gives_clean_memory(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3000; i++) {
            char *at = arena_alloc(arena, 40);
            assert_int_equal(at[39], 0);
            at[39] = 1;
        }
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
}

static void test_printf(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    assert_true(str_eq(arena_printf(arena, "story/%d/%s", 41, "body"), STR("story/41/body")));
    assert_string_equal(arena_cstr(arena, STR("x")), "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_zeroed_and_aligned),
                                       cmocka_unit_test(test_reset_gives_clean_memory),
                                       cmocka_unit_test(test_printf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
