#include "render/sitemap.h"
#include "render/xml.h"
#include "text/dates.h"

#define SITEMAP "http://www.sitemaps.org/schemas/sitemap/0.9"

struct error sitemap_index(const struct str *urls, size_t count, struct arena *arena,
                           struct str *ret_xml)
{
    struct xml xml;
    xml_begin(&xml, arena);
    xml_open(&xml, "sitemapindex");
    xml_attribute(&xml, "xmlns", STR(SITEMAP));
    for (size_t i = 0; i < count; i++) {
        xml_open(&xml, "sitemap");
        xml_element(&xml, "loc", urls[i]);
        xml_close(&xml);
    }
    xml_close(&xml);
    return xml_end(&xml, ret_xml);
}

struct error sitemap_urls(const struct sitemap_url *urls, size_t count, struct str zone,
                          struct arena *arena, struct str *ret_xml)
{
    struct xml xml;
    xml_begin(&xml, arena);
    xml_open(&xml, "urlset");
    xml_attribute(&xml, "xmlns", STR(SITEMAP));
    xml_attribute(&xml, "xmlns:image", STR("http://www.google.com/schemas/sitemap-image/1.1"));
    for (size_t i = 0; i < count; i++) {
        xml_open(&xml, "url");
        xml_element(&xml, "loc", urls[i].url);
        if (urls[i].modified)
            xml_element(&xml, "lastmod", text_rfc3339(urls[i].modified, zone, arena));
        if (urls[i].image.len) {
            xml_open(&xml, "image:image");
            xml_element(&xml, "image:loc", urls[i].image);
            xml_close(&xml);
        }
        xml_close(&xml);
    }
    xml_close(&xml);
    return xml_end(&xml, ret_xml);
}

/* ISO 639, two or three letters; Chinese is told apart as zh-cn and zh-tw. */
static struct str news_language(struct str language)
{
    if (str_starts(language, STR("zh")))
        return str_find(language, STR("Hant")) >= 0 || str_find(language, STR("TW")) >= 0 ||
                       str_find(language, STR("HK")) >= 0
                   ? STR("zh-tw")
                   : STR("zh-cn");
    ptrdiff_t hyphen = str_find_char(language, '-');
    return hyphen > 0 ? str_cut(language, 0, (size_t)hyphen) : language;
}

struct error sitemap_news(const struct sitemap_url *urls, size_t count, struct str publication,
                          struct str zone, struct arena *arena, struct str *ret_xml)
{
    struct xml xml;
    xml_begin(&xml, arena);
    xml_open(&xml, "urlset");
    xml_attribute(&xml, "xmlns", STR(SITEMAP));
    xml_attribute(&xml, "xmlns:news", STR("http://www.google.com/schemas/sitemap-news/0.9"));
    for (size_t i = 0; i < count; i++) {
        xml_open(&xml, "url");
        xml_element(&xml, "loc", urls[i].url);
        xml_open(&xml, "news:news");
        xml_open(&xml, "news:publication");
        xml_element(&xml, "news:name", publication);
        xml_element(&xml, "news:language", news_language(urls[i].language));
        xml_close(&xml);
        xml_element(&xml, "news:publication_date", text_rfc3339(urls[i].published, zone, arena));
        xml_element(&xml, "news:title", urls[i].title);
        xml_close(&xml);
        xml_close(&xml);
    }
    xml_close(&xml);
    return xml_end(&xml, ret_xml);
}
