#include "text/slug.h"

#include "tests/unit/cmocka.h"

static void expect(const char *headline, const char *slug)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str got = text_slug(str_of(headline), STR("story"), arena);
    assert_true(text_slug_valid(got));
    assert_string_equal(arena_cstr(arena, got), slug);
}

static void test_latin(void **state)
{
    expect("Harbour opens", "harbour-opens");
    expect("  The governor's “ferry” — late, again!  ", "the-governors-ferry-late-again");
    expect("Zürich, Łódź & São Paulo", "zurich-lodz-sao-paulo");
    expect("100 % of 3.5", "100-of-3-5");
    expect("a/../b", "a-b");
    expect("", "story");
    expect("?!", "story");
    expect("\xFF\xFE", "story");
    ARENA_AUTO struct arena *arena = arena_new();
    assert_int_equal(text_slug(STR("★"), STR(""), arena).len, 0);
    assert_true(str_eq(text_slug(STR("★"), STR("tag"), arena), STR("tag")));
    expect("Caf\xC3 noir", "caf-noir");
}

static void test_other_scripts(void **state)
{
    expect("Привет мир", "privet-mir");
    expect("Ελλάδα", "ellada");
    ARENA_AUTO struct arena *arena = arena_new();
    static const char *const headlines[] = {"မြန်မာ့ သတင်း ဆိပ်ကမ်း",
                                            "ประเทศไทย ข่าววันนี้",
                                            "مرحبا بالعالم الجديد",
                                            "東京で新しい港が開く",
                                            "한국 뉴스",
                                            "नमस्ते दुनिया",
                                            "שלום עולם",
                                            "አዲስ አበባ",
                                            "ព្រះរាជាណាចក្រកម្ពុជា",
                                            "ສະບາຍດີ ປະເທດລາວ"};
    for (size_t i = 0; i < sizeof headlines / sizeof *headlines; i++) {
        struct str slug = text_slug(str_of(headlines[i]), STR("story"), arena);
        assert_true(text_slug_valid(slug));
        if (str_eq(slug, STR("story")) || slug.len < 5)
            fail_msg("'%s' became '%.*s'", headlines[i], STR_ARG(slug));
    }
}

static void test_cut_at_a_word(void **state)
{
    expect(
        "a very long headline that goes on and on and on about the harbour and the hills and more",
        "a-very-long-headline-that-goes-on-and-on-and-on-about-the-harbour-and-the-hills");
    char text[200];
    memset(text, 'x', sizeof text);
    ARENA_AUTO struct arena *arena = arena_new();
    struct str slug = text_slug(str_n(text, sizeof text), STR("story"), arena);
    assert_int_equal(slug.len, TEXT_SLUG_MAX);
    text[100] = ' ';
    text[50] = ' ';
    slug = text_slug(str_n(text, sizeof text), STR("story"), arena);
    assert_int_equal(slug.len, 50);
    text[80] = ' '; /* fits exactly */
    slug = text_slug(str_n(text, sizeof text), STR("story"), arena);
    assert_int_equal(slug.len, 80);
    assert_true(text_slug_valid(slug));
}

static void test_validity(void **state)
{
    static const char *const bad[] = {"", "-a", "a-", "a--b", "A", "a b", "a_b", "é", "a/b", "."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_slug_valid(str_of(bad[i])));
    assert_true(text_slug_valid(STR("a")) && text_slug_valid(STR("0-a-1")));
    char text[TEXT_SLUG_MAX + 1];
    memset(text, 'x', sizeof text);
    assert_true(text_slug_valid(str_n(text, TEXT_SLUG_MAX)));
    assert_false(text_slug_valid(str_n(text, TEXT_SLUG_MAX + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latin),
        cmocka_unit_test(test_other_scripts),
        cmocka_unit_test(test_cut_at_a_word),
        cmocka_unit_test(test_validity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
