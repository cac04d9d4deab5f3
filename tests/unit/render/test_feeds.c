#include "render/feeds.h"

#include "tests/unit/cmocka.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

static const struct feed_person authors[] = {
    {STR_INIT("Ana Reyes"), STR_INIT("https://p.example/author/ana")},
    {STR_INIT("Tomas & Lim"), STR_INIT("")}};
static const struct str tags[] = {STR_INIT("Harbour"), STR_INIT("A < B")};

/* 24 November 2026, 14:05 in Manila. */
enum { SECOND = 1000 };
static const int64_t afternoon = 1795500300000;

static struct feed sample(const struct feed_item *items, size_t count)
{
    return (struct feed){.title = STR("The \"Courier\" & more"),
                         .language = STR("en"),
                         .home = STR("https://p.example/"),
                         .self = STR("https://p.example/rss.xml?a=b&c"),
                         .zone = STR("Asia/Manila"),
                         .hub = STR("https://hub.example/"),
                         .updated = afternoon - 5 * SECOND,
                         .items = items,
                         .count = count};
}

static struct feed_item item(void)
{
    return (struct feed_item){.id = STR("tag:p.example,1997:story/41"),
                              .url = STR("https://p.example/news/2026/11/a"),
                              .title = STR("Harbour <opens> \x01\x0B& “closes”"),
                              .summary = STR("In short ]]> words"),
                              .html = STR("<p>All &amp; ]]> everything</p>\n"),
                              .language = STR("my"),
                              .published = afternoon,
                              .updated = afternoon + 60 * SECOND,
                              .authors = authors,
                              .author_count = 2,
                              .tags = tags,
                              .tag_count = 2,
                              .picture = {.url = STR("https://p.example/media/a.jpg"),
                                          .type = STR("image/jpeg"),
                                          .bytes = 12345,
                                          .width = 1200,
                                          .height = 675,
                                          .caption = STR("The pier"),
                                          .credit = STR("Rosa & Co"),
                                          .alt = STR("A pier")}};
}

/* ---- XML ------------------------------------------------------------------------------------- */

struct parsed {
    xmlDocPtr document;
    xmlXPathContextPtr xpath;
};

static struct parsed parse(struct str xml)
{
    static const struct {
        const char *prefix, *uri;
    } spaces[] = {{"atom", "http://www.w3.org/2005/Atom"},
                  {"content", "http://purl.org/rss/1.0/modules/content/"},
                  {"dc", "http://purl.org/dc/elements/1.1/"},
                  {"media", "http://search.yahoo.com/mrss/"}};
    struct parsed p = {.document = xmlReadMemory(xml.at, (int)xml.len, "feed", NULL,
                                                 XML_PARSE_NONET | XML_PARSE_PEDANTIC)};
    assert_non_null(p.document);
    p.xpath = xmlXPathNewContext(p.document);
    assert_non_null(p.xpath);
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        assert_int_equal(xmlXPathRegisterNs(p.xpath, (const xmlChar *)spaces[i].prefix,
                                            (const xmlChar *)spaces[i].uri),
                         0);
    return p;
}

static void release(struct parsed *p)
{
    xmlXPathFreeContext(p->xpath);
    xmlFreeDoc(p->document);
}

/* What an XPath expression gives as a text. */
static void expect(struct parsed *p, const char *path, const char *text)
{
    xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, p->xpath);
    assert_non_null(found);
    xmlChar *got = xmlXPathCastToString(found);
    assert_string_equal((const char *)got, text);
    xmlFree(got);
    xmlXPathFreeObject(found);
}

static void test_rss(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct feed_item items[] = {item(), item()};
    items[1].id = items[1].url;
    items[1].picture.url = STR_NONE;
    struct feed feed = sample(items, 2);
    struct str xml;
    struct error error = feed_rss(&feed, arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    struct parsed p = parse(xml);
    expect(&p, "/rss/@version", "2.0");
    expect(&p, "/rss/channel/title", "The \"Courier\" & more");
    expect(&p, "/rss/channel/link", "https://p.example/");
    expect(&p, "string-length(/rss/channel/description) > 0", "true");
    expect(&p, "/rss/channel/atom:link[@rel='self']/@href", "https://p.example/rss.xml?a=b&c");
    expect(&p, "/rss/channel/atom:link[@rel='self']/@type", "application/rss+xml");
    expect(&p, "/rss/channel/atom:link[@rel='hub']/@href", "https://hub.example/");
    expect(&p, "/rss/channel/lastBuildDate", "Tue, 24 Nov 2026 14:06:00 +0800");
    expect(&p, "//item[1]/title", "Harbour <opens> & “closes”");
    expect(&p, "//item[1]/guid", "tag:p.example,1997:story/41");
    expect(&p, "//item[1]/guid/@isPermaLink", "false");
    expect(&p, "//item[2]/guid/@isPermaLink", "true");
    expect(&p, "//item[1]/pubDate", "Tue, 24 Nov 2026 14:05:00 +0800");
    expect(&p, "//item[1]/description", "In short ]]> words");
    expect(&p, "//item[1]/content:encoded", "<p>All &amp; ]]> everything</p>\n");
    expect(&p, "//item[1]/dc:creator[2]", "Tomas & Lim");
    expect(&p, "count(//item[1]/category)", "2");
    expect(&p, "count(//item[1]/enclosure)", "1");
    expect(&p, "//item[1]/enclosure/@length", "12345");
    expect(&p, "//item[1]/enclosure/@type", "image/jpeg");
    expect(&p, "//item[1]/media:content/@url", "https://p.example/media/a.jpg");
    expect(&p, "//item[1]/media:content/media:credit", "Rosa & Co");
    expect(&p, "//item[1]/media:content/media:description", "The pier");
    expect(&p, "count(//item[2]/enclosure) + count(//item[2]/media:content)", "0");
    release(&p);
}

static void test_atom(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct feed_item items[] = {item()};
    struct feed feed = sample(items, 1);
    struct str xml;
    struct error error = feed_atom(&feed, arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    struct parsed p = parse(xml);
    expect(&p, "string-length(/atom:feed/atom:id) > 0", "true");
    expect(&p, "/atom:feed/atom:updated", "2026-11-24T14:06:00+08:00");
    expect(&p, "/atom:feed/atom:link[@rel='self']/@href", "https://p.example/rss.xml?a=b&c");
    expect(&p, "/atom:feed/atom:author/atom:name", "The \"Courier\" & more");
    expect(&p, "//atom:entry/atom:id", "tag:p.example,1997:story/41");
    expect(&p, "//atom:entry/@xml:lang", "my");
    expect(&p, "//atom:entry/atom:published", "2026-11-24T14:05:00+08:00");
    expect(&p, "//atom:entry/atom:updated", "2026-11-24T14:06:00+08:00");
    expect(&p, "//atom:entry/atom:author[1]/atom:uri", "https://p.example/author/ana");
    expect(&p, "count(//atom:entry/atom:author[2]/atom:uri)", "0");
    expect(&p, "//atom:entry/atom:content/@type", "html");
    expect(&p, "//atom:entry/atom:link[@rel='alternate']/@href",
           "https://p.example/news/2026/11/a");
    expect(&p, "//atom:entry/atom:category[2]/@term", "A < B");
    release(&p);
}

static void test_empty_feeds(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct feed feed = sample(NULL, 0);
    feed.hub = STR_NONE;
    struct str xml;
    struct error error = feed_rss(&feed, arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    struct parsed p = parse(xml);
    expect(&p, "count(//item) + count(//atom:link[@rel='hub'])", "0");
    release(&p);
    error = feed_atom(&feed, arena, &xml);
    assert_int_equal(error.code, ERR_OK);
    p = parse(xml);
    expect(&p, "/atom:feed/atom:updated", "2026-11-24T14:04:55+08:00");
    release(&p);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void expect_json(const json_t *object, const char *name, const char *text)
{
    const char *got = json_string_value(json_object_get(object, name));
    assert_non_null(got);
    assert_string_equal(got, text);
}

static void test_json_feed(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct feed_item items[] = {item()};
    struct feed feed = sample(items, 1);
    struct str text;
    struct error error = feed_json(&feed, arena, &text);
    assert_int_equal(error.code, ERR_OK);
    json_t *json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    expect_json(json, "version", "https://jsonfeed.org/version/1.1");
    expect_json(json, "title", "The \"Courier\" & more");
    expect_json(json, "home_page_url", "https://p.example/");
    expect_json(json, "feed_url", "https://p.example/rss.xml?a=b&c");
    const json_t *first = json_array_get(json_object_get(json, "items"), 0);
    expect_json(first, "id", "tag:p.example,1997:story/41");
    expect_json(first, "content_html", "<p>All &amp; ]]> everything</p>\n");
    expect_json(first, "date_published", "2026-11-24T14:05:00+08:00");
    expect_json(first, "language", "my");
    expect_json(json_array_get(json_object_get(first, "authors"), 1), "name", "Tomas & Lim");
    assert_null(json_object_get(json_array_get(json_object_get(first, "authors"), 1), "url"));
    const json_t *attachment = json_array_get(json_object_get(first, "attachments"), 0);
    expect_json(attachment, "mime_type", "image/jpeg");
    assert_int_equal(json_integer_value(json_object_get(attachment, "size_in_bytes")), 12345);
    json_decref(json);
}

static void test_the_same_items_give_the_same_bytes(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct feed_item items[] = {item()};
    struct feed feed = sample(items, 1);
    struct str once, twice;
    struct error error = feed_rss(&feed, arena, &once);
    assert_int_equal(error.code, ERR_OK);
    error = feed_rss(&feed, arena, &twice);
    assert_int_equal(error.code, ERR_OK);
    assert_true(str_eq(once, twice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rss),
        cmocka_unit_test(test_atom),
        cmocka_unit_test(test_empty_feeds),
        cmocka_unit_test(test_json_feed),
        cmocka_unit_test(test_the_same_items_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
