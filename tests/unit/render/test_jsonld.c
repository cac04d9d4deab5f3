#include "render/jsonld.h"

#include "tests/unit/cmocka.h"

#include <jansson.h>

static const struct jsonld_person people[] = {
    {STR_INIT("Ana Reyes"), STR_INIT("https://p.example/author/ana")}};
static const struct jsonld_image images[] = {
    {STR_INIT("https://p.example/media/a.jpg"), 1200, 675, STR_INIT("Pier"), STR_INIT("Rosa")},
    {STR_INIT("https://p.example/media/tiny.jpg"), 100, 100, STR_INIT(""), STR_INIT("")}};

static struct jsonld_article article(void)
{
    static const struct jsonld_correction corrections[] = {
        {STR_INIT("An earlier version was wrong."), 1795500420000},
        {STR_INIT("So was the next."), 1795500480000}};
    return (struct jsonld_article){
        .url = STR("https://p.example/news/2026/11/a"),
        .headline = STR("</script><script>alert(1)</script> <!-- \"q\" & \xE2\x80\xA8"),
        .language = STR("en"),
        .section = STR("World"),
        .location = STR("Port Alma"),
        .published = 1795500300000,
        .updated = 1795500360000,
        .zone = STR("Asia/Manila"),
        .authors = people,
        .author_count = 1,
        .agency = STR("Harbour Wire"),
        .images = images,
        .image_count = 2,
        .publisher = STR("The Courier"),
        .publisher_url = STR("https://p.example/"),
        .corrections = corrections,
        .correction_count = 2,
        .principles = STR("https://p.example/about")};
}

static json_t *load(const struct jsonld_article *given)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str text;
    struct error error = jsonld_news_article(given, arena, &text);
    assert_int_equal(error.code, ERR_OK);
    assert_true(str_find_char(text, '<') < 0); /* nothing can end the <script> */
    json_t *json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

static void expect(const json_t *object, const char *name, const char *text)
{
    const char *got = json_string_value(json_object_get(object, name));
    assert_non_null(got);
    assert_string_equal(got, text);
}

static void test_article(void **state)
{
    struct jsonld_article given = article();
    json_t *json = load(&given);
    expect(json, "@context", "https://schema.org");
    expect(json, "@type", "NewsArticle");
    expect(json, "headline", "</script><script>alert(1)</script> <!-- \"q\" & \xE2\x80\xA8");
    expect(json, "datePublished", "2026-11-24T14:05:00+08:00");
    expect(json, "dateModified", "2026-11-24T14:06:00+08:00");
    expect(json, "inLanguage", "en");
    expect(json, "articleSection", "World");
    const json_t *corrections = json_object_get(json, "correction");
    assert_int_equal(json_array_size(corrections), 2);
    expect(json_array_get(corrections, 0), "@type", "CorrectionComment");
    expect(json_array_get(corrections, 0), "text", "An earlier version was wrong.");
    expect(json_array_get(corrections, 0), "datePublished", "2026-11-24T14:07:00+08:00");
    expect(json_array_get(corrections, 1), "text", "So was the next.");
    expect(json_object_get(json, "locationCreated"), "name", "Port Alma");
    expect(json_object_get(json, "mainEntityOfPage"), "@id", "https://p.example/news/2026/11/a");
    expect(json_object_get(json, "publisher"), "name", "The Courier");
    const json_t *authors = json_object_get(json, "author");
    assert_int_equal(json_array_size(authors), 2);
    expect(json_array_get(authors, 0), "@type", "Person");
    expect(json_array_get(authors, 0), "url", "https://p.example/author/ana");
    expect(json_array_get(authors, 1), "@type", "Organization");
    const json_t *list = json_object_get(json, "image");
    assert_int_equal(json_array_size(list), 1); /* the tiny one is of no use */
    expect(json_array_get(list, 0), "creditText", "Rosa");
    json_decref(json);
}

static void test_what_is_absent_is_not_said(void **state)
{
    struct jsonld_article given = article();
    given.author_count = given.image_count = given.correction_count = 0;
    given.agency = given.location = given.principles = STR_NONE;
    json_t *json = load(&given);
    assert_null(json_object_get(json, "image"));
    assert_null(json_object_get(json, "correction"));
    assert_null(json_object_get(json, "locationCreated"));
    assert_null(json_object_get(json, "publishingPrinciples"));
    /* Search engines ask for an author: then it is the newsroom. */
    expect(json_array_get(json_object_get(json, "author"), 0), "name", "The Courier");
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_article),
        cmocka_unit_test(test_what_is_absent_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
