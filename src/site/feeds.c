/* Feeds and sitemaps: which stories, and where everything is. */
#include "render/feeds.h"
#include "media/media.h"
#include "render/sitemap.h"
#include "site/sheet.h"
#include "text/dates.h"
#include "text/plain.h"

enum {
    FEED_ITEMS = 30,
    SUMMARY_CHARS = 280,
    NEWS_DAYS = 2,
    DAY_MS = 24 * 3600 * 1000,
};

/* ---- Feeds
 * ------------------------------------------------------------------------------------------- */

static struct error item_people(struct sheet *sheet, const struct store_revision *revision,
                                struct feed_item *item)
{
    struct writers writers;
    TRY(sheet_writers(sheet, revision, &writers));
    bool agency = writers.agency.len > 0;
    struct feed_person *people = ARENA_ARRAY(sheet->arena, struct feed_person, writers.count + 1);
    for (size_t i = 0; i < writers.count; i++) {
        people[i].name = writers.names[i].name;
        people[i].url = sheet_absolute(
            sheet, arena_printf(sheet->arena, "/author/%.*s", STR_ARG(writers.names[i].slug)));
    }
    if (agency)
        people[writers.count].name = writers.agency;
    item->authors = people;
    item->author_count = writers.count + agency;
    return NO_ERROR;
}

static struct error item_tags(struct sheet *sheet, const struct store_revision *revision,
                              struct feed_item *item)
{
    struct str *tags = ARENA_ARRAY(sheet->arena, struct str, revision->tag_count + 1);
    for (size_t i = 0; i < revision->tag_count; i++) {
        struct store_name name;
        TRY(reading_name(sheet->reading, STORE_TAG, revision->tags[i], &name));
        tags[i] = name.name;
    }
    item->tags = tags;
    item->tag_count = revision->tag_count;
    return NO_ERROR;
}

static struct error item_picture(struct sheet *sheet, const struct store_revision *revision,
                                 struct feed_item *item)
{
    struct picture picture;
    TRY(sheet_picture(sheet, revision->picture_id, &picture));
    const struct store_rendition *wide = picture_find(&picture, "16x9", "image/jpeg");
    if (wide)
        item->picture =
            (struct feed_picture){.url = sheet_absolute(sheet, media_url(sheet->arena, wide->file)),
                                  .type = wide->type,
                                  .bytes = wide->bytes,
                                  .width = wide->width,
                                  .height = wide->height,
                                  .caption = revision->caption,
                                  .credit = revision->credit,
                                  .alt = revision->alt};
    return NO_ERROR;
}

/* The id outlives every move of the story: a tag URI (RFC 4151) of the newsroom's host. */
static struct str item_id(struct sheet *sheet, int64_t story_id)
{
    struct str host = sheet->reading->settings.url;
    host = str_from(host, (size_t)str_find(host, STR("://")) + 3);
    ptrdiff_t port = str_find_char(host, ':');
    if (port > 0)
        host = str_cut(host, 0, (size_t)port);
    return arena_printf(sheet->arena, "tag:%.*s,%lld:story/%lld", STR_ARG(host),
                        (long long)sheet->reading->settings.since, (long long)story_id);
}

static struct error fill_item(struct sheet *sheet, int64_t story_id, struct feed_item *item)
{
    const struct settings *settings = &sheet->reading->settings;
    struct store_story story;
    struct store_revision revision;
    struct markdown_html html;
    TRY(reading_story(sheet->reading, story_id, &story, &revision));
    struct sheet own = *sheet;
    const struct locale *locale = site_locale_of(sheet->site, revision.language);
    if (locale)
        own.locale = locale;
    struct text_pictures pictures = {.sheet = sheet, .revision_id = revision.id, .feed = true};
    struct markdown_options options = {.picture = text_picture,
                                       .picture_context = &pictures,
                                       .language = revision.language.len ? revision.language
                                                                         : settings->language,
                                       .dateline = revision.dateline,
                                       .site_url = settings->url,
                                       .absolute_links = true,
                                       .words = sheet_words(&own)};
    TRY(markdown_html(revision.body, &options, sheet->arena, &html));
    TRY(pictures.error);
    struct str summary = revision.standfirst;
    if (!summary.len) {
        TRY(markdown_plain(str_cut(revision.body, 0, 2000), sheet->arena, &summary));
        summary = text_truncate(summary, SUMMARY_CHARS, options.language, sheet->arena);
    }
    *item = (struct feed_item){.id = item_id(sheet, story_id),
                               .url = sheet_absolute(sheet, story.path),
                               .title = revision.headline,
                               .summary = summary,
                               .html = html.html,
                               .language = options.language,
                               .published = story.published_at,
                               .updated = story.updated_at};
    TRY(item_people(sheet, &revision, item));
    TRY(item_tags(sheet, &revision, item));
    return item_picture(sheet, &revision, item);
}

/* Which list, and what the feed is called. */
static struct error feed_about(struct sheet *sheet, const struct site_address *address,
                               struct store_list *ret_list, struct feed *feed)
{
    struct store_section section;
    struct store_name tag;
    const struct settings *settings = &sheet->reading->settings;
    struct str name = STR_NONE, base = STR("/");
    *ret_list = (struct store_list){address->list, 0};
    if (address->list == STORE_LIST_SECTION) {
        TRY(reading_section_by_slug(sheet->reading, address->slug, &section));
        ret_list->id = section.id;
        name = section.name;
        base = arena_printf(sheet->arena, "/%.*s", STR_ARG(section.slug));
    } else if (address->list == STORE_LIST_TAG) {
        TRY(reading_name_by_slug(sheet->reading, STORE_TAG, address->slug, &tag));
        ret_list->id = tag.id;
        name = tag.name;
        base = arena_printf(sheet->arena, "/tag/%.*s", STR_ARG(tag.slug));
    }
    *feed = (struct feed){.title = name.len ? arena_printf(sheet->arena, "%.*s: %.*s",
                                                           STR_ARG(settings->name), STR_ARG(name))
                                            : settings->name,
                          .description = settings->tagline,
                          .language = settings->language,
                          .home = sheet_absolute(sheet, base),
                          .self = sheet_absolute(sheet, address->path),
                          .zone = settings->timezone};
    return NO_ERROR;
}

static struct error write_feed(const struct feed *feed, enum feed_format format,
                               struct arena *arena, struct drawing *drawing)
{
    switch (format) {
    case FEED_RSS:
        drawing->type = STR("application/rss+xml; charset=utf-8");
        return feed_rss(feed, arena, &drawing->body);
    case FEED_ATOM:
        drawing->type = STR("application/atom+xml; charset=utf-8");
        return feed_atom(feed, arena, &drawing->body);
    case FEED_JSON:
        drawing->type = STR("application/feed+json; charset=utf-8");
        return feed_json(feed, arena, &drawing->body);
    }
    return NO_ERROR;
}

struct error draw_feed(const struct site *site, struct reading *reading,
                       const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet = {.site = site, .reading = reading, .arena = reading->arena};
    struct store_list list;
    struct feed feed;
    struct store_card *cards;
    size_t count;
    struct drawing drawing = {.status = 200, .compressible = true};
    reading_settings(reading, SETTINGS_SITE | SETTINGS_TAGLINE);
    sheet.locale = site_locale(site, reading->settings.language);
    struct error error = feed_about(&sheet, address, &list, &feed);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    if (error.code != ERR_OK)
        return error;
    TRY(reading_list(reading, list, 0, FEED_ITEMS, &cards, &count, NULL));
    struct feed_item *items = ARENA_ARRAY(reading->arena, struct feed_item, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(fill_item(&sheet, cards[i].story_id, &items[i]));
    feed.items = items;
    feed.count = count;
    TRY(write_feed(&feed, address->format, reading->arena, &drawing));
    *ret_drawing = drawing;
    return NO_ERROR;
}

/* ---- Sitemaps
 * ---------------------------------------------------------------------------------------- */

static struct drawing xml_drawing(struct str xml)
{
    return (struct drawing){.status = 200,
                            .type = STR("application/xml; charset=utf-8"),
                            .body = xml,
                            .compressible = true};
}

struct error draw_sitemaps(const struct site *site, struct reading *reading,
                           const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet = {.reading = reading, .arena = reading->arena};
    int64_t *months;
    size_t count;
    struct str xml;
    reading_settings(reading, SETTINGS_SITE);
    TRY(reading_months(reading, &months, &count));
    struct str *urls = ARENA_ARRAY(reading->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        urls[i] =
            sheet_absolute(&sheet, arena_printf(reading->arena, "/sitemap-%04d-%02d.xml",
                                                (int)(months[i] / 12), (int)(months[i] % 12) + 1));
    TRY(sitemap_index(urls, count, reading->arena, &xml));
    *ret_drawing = xml_drawing(xml);
    return NO_ERROR;
}

struct error draw_sitemap(const struct site *site, struct reading *reading,
                          const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet = {.reading = reading, .arena = reading->arena};
    struct store_card *cards;
    size_t count;
    struct str xml;
    reading_settings(reading, SETTINGS_SITE);
    TRY(reading_month(reading, address->month, 0, SITEMAP_URLS_MAX, &cards, &count));
    if (count == 0)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    struct sitemap_url *urls = ARENA_ARRAY(reading->arena, struct sitemap_url, count);
    for (size_t i = 0; i < count; i++)
        urls[i] = (struct sitemap_url){.url = sheet_absolute(&sheet, cards[i].path),
                                       .modified = cards[i].updated_at};
    TRY(sitemap_urls(urls, count, reading->settings.timezone, reading->arena, &xml));
    *ret_drawing = xml_drawing(xml);
    return NO_ERROR;
}

/* The stories of the last two days; wrong as soon as the oldest of them is older. */
struct error draw_news_sitemap(const struct site *site, struct reading *reading,
                               const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet = {.reading = reading, .arena = reading->arena};
    const struct settings *settings = &reading->settings;
    struct store_list all = {STORE_LIST_ALL, 0};
    int64_t oldest = reading->now - (int64_t)NEWS_DAYS * DAY_MS;
    struct store_card *cards;
    size_t count, n = 0;
    reading_settings(reading, SETTINGS_SITE);
    TRY(reading_list_since(reading, all, oldest, NEWS_SITEMAP_URLS_MAX, &cards, &count));
    struct sitemap_url *urls = ARENA_ARRAY(reading->arena, struct sitemap_url, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct store_card *card = &cards[i];
        if (card->published_at < oldest) /* listed anew */
            continue;
        reading_wrong_at(reading, card->published_at + (int64_t)NEWS_DAYS * DAY_MS + 1);
        urls[n++] = (struct sitemap_url){.url = sheet_absolute(&sheet, card->path),
                                         .title = card->headline,
                                         .language = card->language.len ? card->language
                                                                        : settings->language,
                                         .published = card->published_at};
    }
    struct str xml;
    TRY(sitemap_news(urls, n, settings->name, settings->timezone, reading->arena, &xml));
    *ret_drawing = xml_drawing(xml);
    return NO_ERROR;
}
