#include "cli/draw.h"

#include "base/hash.h"
#include "tests/unit/cmocka.h"

#include <zlib.h>

enum { PNG_MAX = 4 << 20 };

static const char *const scenes[] = {"harbour", "ship",    "lighthouse", "storm",    "night",
                                     "bridge",  "weather", "street",     "market",   "council",
                                     "school",  "train",   "fields",     "portrait", "chart"};

static uint32_t big(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Every chunk's length and checksum are right, and the last one is the end. */
static void check_png(struct str png)
{
    assert_true(str_starts(png, STR("\x89PNG\r\n\x1a\n")));
    for (png = str_from(png, 8); png.len >= 12;) {
        uint32_t len = big(png.at);
        assert_true(len + 12 <= png.len);
        assert_int_equal(big(png.at + 8 + len), crc32(0, (const Bytef *)png.at + 4, (uInt)len + 4));
        bool last = str_starts(str_from(png, 4), STR("IEND"));
        png = str_from(png, len + 12);
        assert_true(last == (png.len == 0));
    }
}

static void test_scenes(void **state)
{
    char before[HASH_HEX + 1] = "", hex[HASH_HEX + 1];
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            BUF_AUTO struct buf png = BUF_INIT(PNG_MAX);
            assert_int_equal(draw_scene(str_of(scenes[i]), seed, &png).code, ERR_OK);
            check_png(buf_slice(&png));
            hash_hex(buf_slice(&png), hex);
            assert_string_not_equal(hex, before);
            memcpy(before, hex, sizeof before);
        }
    }
}

static void test_same_seed_same_picture(void **state)
{
    BUF_AUTO struct buf first = BUF_INIT(PNG_MAX), second = BUF_INIT(PNG_MAX);
    assert_int_equal(draw_scene(STR("portrait"), 7, &first).code, ERR_OK);
    assert_int_equal(draw_scene(STR("portrait"), 7, &second).code, ERR_OK);
    assert_true(str_eq(buf_slice(&first), buf_slice(&second)));
}

static void test_no_room(void **state)
{
    BUF_AUTO struct buf png = BUF_INIT(1000);
    assert_int_equal(draw_scene(STR("harbour"), 1, &png).code, ERR_TOO_LARGE);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenes),
        cmocka_unit_test(test_same_seed_same_picture),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
