#include "render/sitemap.h"

#include "tests/unit/cmocka.h"

#include <libxml/xmlschemas.h>

static const struct sitemap_url urls[] = {
    {.url = STR_INIT("https://p.example/")},
    {.url = STR_INIT("https://p.example/news/2026/11/a?b=1&c=2"),
     .modified = 1795500300000,
     .image = STR_INIT("https://p.example/media/a.jpg"),
     .title = STR_INIT("Harbour <opens> \x02& closes"),
     .language = STR_INIT("zh-Hant"),
     .published = 1795500300000},
};

static void say_nothing(void *context, xmlErrorPtr error)
{
}

/* Whether the document is one that the schemas allow; skips where they are missing. */
static void validate(struct str xml)
{
    const char *data = getenv("TEST_DATA");
    xmlDocPtr document = xmlReadMemory(xml.at, (int)xml.len, "sitemap", NULL, XML_PARSE_NONET);
    assert_non_null(document);
    if (!data) {
        print_message("TEST_DATA is not set: sitemaps are not held against their schemas\n");
        xmlFreeDoc(document);
        return;
    }
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/xsd/all.xsd", data);
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    assert_non_null(parser);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    xmlSchemaValidCtxtPtr validation = xmlSchemaNewValidCtxt(schema);
    assert_int_equal(xmlSchemaValidateDoc(validation, document), 0);
    /* The schema must be able to refuse. */
    xmlSchemaSetValidStructuredErrors(validation, say_nothing, NULL);
    xmlNodePtr wrong =
        xmlNewChild(xmlDocGetRootElement(document), NULL, (const xmlChar *)"wrong", NULL);
    assert_non_null(wrong);
    assert_int_not_equal(xmlSchemaValidateDoc(validation, document), 0);
    xmlSchemaFreeValidCtxt(validation);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    xmlFreeDoc(document);
}

static void test_index(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    static const struct str files[] = {STR_INIT("https://p.example/sitemap-1.xml"),
                                       STR_INIT("https://p.example/sitemap-news.xml")};
    struct str xml;
    struct error error = sitemap_index(files, 2, arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    assert_true(str_find(xml, STR("<loc>https://p.example/sitemap-1.xml</loc>")) > 0);
    validate(xml);
}

static void test_urls(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str xml;
    struct error error = sitemap_urls(urls, 2, STR("Asia/Manila"), arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    assert_true(str_find(xml, STR("<loc>https://p.example/news/2026/11/a?b=1&amp;c=2</loc>")) > 0);
    assert_true(str_find(xml, STR("<lastmod>2026-11-24T14:05:00+08:00</lastmod>")) > 0);
    assert_true(str_find(xml, STR("<image:loc>https://p.example/media/a.jpg</image:loc>")) > 0);
    validate(xml);
}

static void test_news(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str xml;
    struct error error =
        sitemap_news(urls + 1, 1, STR("The \"Courier\""), STR("Asia/Manila"), arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    assert_true(str_find(xml, STR("<news:language>zh-tw</news:language>")) > 0);
    assert_true(str_find(xml, STR("<news:title>Harbour &lt;opens&gt; &amp; closes</news:title>")) >
                0);
    assert_true(
        str_find(xml,
                 STR("<news:publication_date>2026-11-24T14:05:00+08:00</news:publication_date>")) >
        0);
    validate(xml);
    struct sitemap_url other = urls[1];
    static const struct {
        struct str tag;
        const char *code;
    } languages[] = {
        {STR_INIT("es-MX"), ">es<"}, {STR_INIT("zh"), ">zh-cn<"}, {STR_INIT("fil"), ">fil<"}};
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        other.language = languages[i].tag;
        error = sitemap_news(&other, 1, STR("C"), STR("UTC"), arena, &xml);
        assert_int_equal(error.code, ERR_OK);
        assert_true(str_find(xml, str_of(languages[i].code)) > 0);
        validate(xml);
    }
}

/* Google allows a news sitemap without a story: a quiet weekend. */
static void test_empty_news(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str xml;
    struct error error = sitemap_news(NULL, 0, STR("C"), STR("UTC"), arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    xmlDocPtr document = xmlReadMemory(xml.at, (int)xml.len, "sitemap", NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlFreeDoc(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_empty_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
