#include "media/media.h"

#include "tests/unit/cmocka.h"

static void is_type(struct str bytes, const char *name)
{
    struct str got = media_type_name(media_sniff(bytes));
    assert_int_equal(got.len, strlen(name));
    assert_true(str_eq(got, str_of(name)));
}

static void test_types(void **state)
{
    is_type(STR("\xff\xd8\xff\xe0"), "image/jpeg");
    is_type(STR("\x89PNG\r\n\x1a\n"), "image/png");
    is_type(STR("RIFF\0\0\0\0WEBPVP8 "), "image/webp");
    is_type(STR("GIF89a"), "image/gif");
    is_type(STR("II*\0"), "image/tiff");
    is_type(STR("MM\0*"), "image/tiff");
    is_type(STR("\0\0\0\x18"
                "ftypheic\0\0\0\0mif1heic"),
            "image/heic");
    is_type(STR("\0\0\0\x18"
                "ftypmif1\0\0\0\0mif1avif"),
            "image/avif");
    is_type(STR("\0\0\0\x20"
                "ftypavif\0\0\0\0"),
            "image/avif");
}

static void test_others(void **state)
{
    is_type(STR(""), "");
    is_type(STR("\xff\xd8"), "");
    is_type(STR("RIFF\0\0\0\0WAVE"), "");
    is_type(STR("<svg xmlns='http://www.w3.org/2000/svg'/>"), "");
    is_type(STR("%PDF-1.7"), "");
    is_type(STR("PK\3\4"), "");
    is_type(STR(" GIF89a"), "");
    is_type(STR("\0\0\0\x18"
                "ftypmp42\0\0\0\0avifheic"),
            "");
    /* The brand stands outside the box. */
    is_type(STR("\0\0\0\x10"
                "ftypmif1\0\0\0\0avif"),
            "");
}

static void test_refusals(void **state)
{
    assert_true(str_find(media_refusal(STR("%PDF-1.7")), STR("PDF")) >= 0);
    assert_true(str_find(media_refusal(STR("  <svg/>")), STR("SVG")) >= 0);
    assert_true(str_find(media_refusal(STR("PK\3\4")), STR("ZIP")) >= 0);
    assert_true(str_find(media_refusal(STR("")), STR("empty")) >= 0);
    assert_true(str_find(media_refusal(STR("words")), STR("JPEG")) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
