#include "render/feeds.h"
#include "render/xml.h"
#include "text/dates.h"

static struct str number(struct xml *xml, int64_t n)
{
    return arena_printf(xml->arena, "%lld", (long long)n);
}

/* When the newest item changed. */
static int64_t feed_updated(const struct feed *feed)
{
    int64_t updated = feed->count ? 0 : feed->updated;
    for (size_t i = 0; i < feed->count; i++)
        if (feed->items[i].updated > updated)
            updated = feed->items[i].updated;
    return updated;
}

static void link_to(struct xml *xml, const char *element, const char *rel, struct str href,
                    const char *type)
{
    xml_open(xml, element);
    xml_attribute(xml, "rel", str_of(rel));
    if (type)
        xml_attribute(xml, "type", str_of(type));
    xml_attribute(xml, "href", href);
    xml_close(xml);
}

/* ---- RSS 2.0 --------------------------------------------------------------------------------- */

static void rss_picture(struct xml *xml, const struct feed_picture *picture)
{
    if (!picture->url.len)
        return;
    xml_open(xml, "enclosure");
    xml_attribute(xml, "url", picture->url);
    xml_attribute(xml, "length", number(xml, picture->bytes));
    xml_attribute(xml, "type", picture->type);
    xml_close(xml);
    xml_open(xml, "media:content");
    xml_attribute(xml, "url", picture->url);
    xml_attribute(xml, "medium", STR("image"));
    xml_attribute(xml, "type", picture->type);
    xml_attribute(xml, "width", number(xml, picture->width));
    xml_attribute(xml, "height", number(xml, picture->height));
    xml_element(xml, "media:description", picture->caption);
    xml_element(xml, "media:credit", picture->credit);
    xml_close(xml);
}

static void rss_item(struct xml *xml, const struct feed *feed, const struct feed_item *item)
{
    xml_open(xml, "item");
    xml_element(xml, "title", item->title);
    xml_element(xml, "link", item->url);
    xml_open(xml, "guid");
    xml_attribute(xml, "isPermaLink", str_eq(item->id, item->url) ? STR("true") : STR("false"));
    xml_text(xml, item->id);
    xml_close(xml);
    xml_element(xml, "pubDate", text_rfc822(item->published, feed->zone, xml->arena));
    xml_element(xml, "description", item->summary);
    xml_element(xml, "content:encoded", item->html);
    for (size_t i = 0; i < item->author_count; i++)
        xml_element(xml, "dc:creator", item->authors[i].name);
    xml_element(xml, "dc:language", item->language);
    for (size_t i = 0; i < item->tag_count; i++)
        xml_element(xml, "category", item->tags[i]);
    rss_picture(xml, &item->picture);
    xml_close(xml);
}

void feeds_load(void)
{
    xml_load();
}

struct error feed_rss(const struct feed *feed, struct arena *arena, struct str *ret_xml)
{
    struct xml xml;
    xml_begin(&xml, arena);
    xml_open(&xml, "rss");
    xml_attribute(&xml, "version", STR("2.0"));
    xml_attribute(&xml, "xmlns:atom", STR("http://www.w3.org/2005/Atom"));
    xml_attribute(&xml, "xmlns:content", STR("http://purl.org/rss/1.0/modules/content/"));
    xml_attribute(&xml, "xmlns:dc", STR("http://purl.org/dc/elements/1.1/"));
    xml_attribute(&xml, "xmlns:media", STR("http://search.yahoo.com/mrss/"));
    xml_open(&xml, "channel");
    xml_element(&xml, "title", feed->title);
    xml_element(&xml, "link", feed->home);
    xml_element(&xml, "description", feed->description.len ? feed->description : feed->title);
    xml_element(&xml, "language", feed->language);
    xml_element(&xml, "lastBuildDate", text_rfc822(feed_updated(feed), feed->zone, arena));
    link_to(&xml, "atom:link", "self", feed->self, "application/rss+xml");
    if (feed->hub.len)
        link_to(&xml, "atom:link", "hub", feed->hub, NULL);
    for (size_t i = 0; i < feed->count; i++)
        rss_item(&xml, feed, &feed->items[i]);
    xml_close(&xml);
    xml_close(&xml);
    return xml_end(&xml, ret_xml);
}

/* ---- Atom (RFC 4287) ------------------------------------------------------------------------- */

static void atom_person(struct xml *xml, struct str name, struct str uri)
{
    xml_open(xml, "author");
    xml_element(xml, "name", name);
    xml_element(xml, "uri", uri);
    xml_close(xml);
}

static void atom_html(struct xml *xml, const char *element, struct str html)
{
    if (!html.len)
        return;
    xml_open(xml, element);
    xml_attribute(xml, "type", STR("html"));
    xml_text(xml, html);
    xml_close(xml);
}

static void atom_entry(struct xml *xml, const struct feed *feed, const struct feed_item *item)
{
    xml_open(xml, "entry");
    if (item->language.len)
        xml_attribute(xml, "xml:lang", item->language);
    xml_element(xml, "id", item->id);
    xml_element(xml, "title", item->title);
    link_to(xml, "link", "alternate", item->url, "text/html");
    if (item->picture.url.len) {
        xml_open(xml, "link");
        xml_attribute(xml, "rel", STR("enclosure"));
        xml_attribute(xml, "type", item->picture.type);
        xml_attribute(xml, "length", number(xml, item->picture.bytes));
        xml_attribute(xml, "href", item->picture.url);
        xml_close(xml);
    }
    xml_element(xml, "published", text_rfc3339(item->published, feed->zone, xml->arena));
    xml_element(xml, "updated", text_rfc3339(item->updated, feed->zone, xml->arena));
    for (size_t i = 0; i < item->author_count; i++)
        atom_person(xml, item->authors[i].name, item->authors[i].url);
    for (size_t i = 0; i < item->tag_count; i++) {
        xml_open(xml, "category");
        xml_attribute(xml, "term", item->tags[i]);
        xml_close(xml);
    }
    xml_element(xml, "summary", item->summary);
    atom_html(xml, "content", item->html);
    xml_close(xml);
}

struct error feed_atom(const struct feed *feed, struct arena *arena, struct str *ret_xml)
{
    struct xml xml;
    xml_begin(&xml, arena);
    xml_open(&xml, "feed");
    xml_attribute(&xml, "xmlns", STR("http://www.w3.org/2005/Atom"));
    if (feed->language.len)
        xml_attribute(&xml, "xml:lang", feed->language);
    xml_element(&xml, "id", feed->self);
    xml_element(&xml, "title", feed->title);
    xml_element(&xml, "subtitle", feed->description);
    xml_element(&xml, "updated", text_rfc3339(feed_updated(feed), feed->zone, arena));
    link_to(&xml, "link", "self", feed->self, "application/atom+xml");
    link_to(&xml, "link", "alternate", feed->home, "text/html");
    if (feed->hub.len)
        link_to(&xml, "link", "hub", feed->hub, NULL);
    atom_person(&xml, feed->title, feed->home); /* of entries without an author */
    for (size_t i = 0; i < feed->count; i++)
        atom_entry(&xml, feed, &feed->items[i]);
    xml_close(&xml);
    return xml_end(&xml, ret_xml);
}
