/* Which addresses are embeds, and what their frames ask for. */
#include "render/embed.h"

#include "tests/unit/cmocka.h"

static const struct {
    const char *url, *src;
} pairs[] = {
    {"https://www.youtube.com/watch?v=dQw4w9WgXcQ",
     "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
    {"http://m.youtube.com/watch?feature=x&v=a-_4w9WgXcQ&t=1m30s",
     "https://www.youtube-nocookie.com/embed/a-_4w9WgXcQ?start=90"},
    {"https://youtu.be/dQw4w9WgXcQ?si=abc&t=42",
     "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=42"},
    {"https://www.youtube.com/shorts/dQw4w9WgXcQ",
     "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
    {"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=bad",
     "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"},
    {"https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"},
    {"https://vimeo.com/76979871/8272103f6e",
     "https://player.vimeo.com/video/76979871?h=8272103f6e&dnt=1"},
    {"https://player.vimeo.com/video/76979871?h=8272103f6e",
     "https://player.vimeo.com/video/76979871?h=8272103f6e&dnt=1"},
    {"https://vimeo.com/channels/staffpicks/76979871",
     "https://player.vimeo.com/video/76979871?dnt=1"},
    {"https://x.com/harbour/status/1234567890",
     "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890"},
    {"https://mobile.twitter.com/harbour/status/1234567890/photo/1?s=20",
     "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890"},
    {"https://twitter.com/i/web/status/1234567890",
     "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890"},
    {"https://www.instagram.com/p/CxAbC_d-1/?igsh=x",
     "https://www.instagram.com/p/CxAbC_d-1/embed/"},
    {"https://instagram.com/harbour/reel/CxAbC_d-1/",
     "https://www.instagram.com/reel/CxAbC_d-1/embed/"},
    {"https://www.tiktok.com/@harbour.news/video/7123456789012345678",
     "https://www.tiktok.com/player/v1/7123456789012345678"},
    {"https://www.openstreetmap.org/#map=15/0/13.5",
     "https://www.openstreetmap.org/export/"
     "embed.html?bbox=13.486267%2C-0.010300%2C13.513733%2C0.010300&layer=mapnik"},
    {"https://www.openstreetmap.org/?mlat=-33.5&mlon=151.25#map=15/0/13.5",
     "https://www.openstreetmap.org/export/"
     "embed.html?bbox=13.486267%2C-0.010300%2C13.513733%2C0.010300&layer=mapnik&"
     "marker=-33.500000%2C151.250000"},
    {"https://www.google.com/maps/place/The+Pier/@52.5163,13.3777,17z/data=!3m1!4b1",
     "https://www.google.com/maps?q=52.516300%2C13.377700&z=17&output=embed"},
    {"https://maps.google.com/maps/@-8.5,115.25,900m",
     "https://www.google.com/maps?q=-8.500000%2C115.250000&z=15&output=embed"},
    {"https://www.google.com/maps/embed?pb=!1m18!1m12!2sThe%20Pier!5e0",
     "https://www.google.com/maps/embed?pb=!1m18!1m12!2sThe%20Pier!5e0"},
    {"https://datawrapper.dwcdn.net/aB3dE/4/", "https://datawrapper.dwcdn.net/aB3dE/4/"},
    {"https://www.datawrapper.de/_/aB3dE/", "https://datawrapper.dwcdn.net/aB3dE/"},
};

static void test_known(void **state)
{
    struct embed embed;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!embed_find(str_of(pairs[i].url), &embed))
            fail_msg("%s is not found", pairs[i].url);
        assert_string_equal(embed.src, pairs[i].src);
    }
}

static void test_shapes(void **state)
{
    struct embed embed;
    assert_true(embed_find(STR("https://www.youtube.com/shorts/dQw4w9WgXcQ"), &embed));
    assert_int_equal(embed.shape, EMBED_TALL);
    assert_true(embed_find(STR("https://youtu.be/dQw4w9WgXcQ"), &embed));
    assert_int_equal(embed.shape, EMBED_WIDE);
    assert_int_equal(embed.provider->kind, EMBED_VIDEO);
    assert_string_equal(embed.provider->name, "YouTube");
}

static void test_others(void **state)
{
    static const char *const urls[] = {
        "",
        "https://",
        "youtube.com/watch?v=dQw4w9WgXcQ",
        "ftp://youtu.be/dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evilyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://a@youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com:8443/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ1",
        "https://www.youtube.com/watch?v=dQw4w9WgXc.",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/@harbour",
        "https://www.youtube.com/redirect?q=https://evil.example",
        "https://youtu.be/dQw4w9WgXcQ\">",
        "https://youtu.be/dQw4w9WgXcQ ",
        "https://youtu.be/dQw4w9Wg\\cQ",
        "https://vimeo.com/about",
        "https://vimeo.com/1/2/3",
        "https://x.com/harbour",
        "https://x.com/harbour/status/12a",
        "https://x.com/harbour/status/12/../13",
        "https://www.instagram.com/harbour/",
        "https://www.instagram.com/a/b/p/CxAbC_d-1/",
        "https://www.tiktok.com/@harbour",
        "https://www.openstreetmap.org/#map=15/86/13",
        "https://www.openstreetmap.org/#map=15/52/13x",
        "https://www.openstreetmap.org/way/1#map=15/52/13",
        "https://www.openstreetmap.org/?mlat=1#map=15/52/13",
        "https://www.google.com/search?q=x",
        "https://www.google.com/maps/@95,13,15z",
        "https://www.google.com/maps/embed?pb=a/b",
        "https://datawrapper.dwcdn.net/aB3d/",
        "https://datawrapper.dwcdn.net/aB3dE/x/",
        "https://example.org/watch?v=dQw4w9WgXcQ",
    };
    struct embed embed;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (embed_find(str_of(urls[i]), &embed))
            fail_msg("%s became %s", urls[i], embed.src);
    char zero[] = "https://youtu.be/dQw4w9WgXcQ";
    zero[20] = '\0';
    assert_false(embed_find(str_n(zero, sizeof zero - 1), &embed));
}

static void test_origins(void **state)
{
    struct embed a, b;
    BUF_AUTO struct buf out = BUF_INIT(1000);
    assert_true(embed_find(STR("https://youtu.be/dQw4w9WgXcQ"), &a));
    assert_true(embed_find(STR("https://datawrapper.dwcdn.net/aB3dE/"), &b));
    embed_origins(embed_bit(b.provider) | embed_bit(a.provider), &out);
    assert_true(str_eq(buf_slice(&out), STR("https://www.youtube-nocookie.com "
                                            "https://datawrapper.dwcdn.net")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_origins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
