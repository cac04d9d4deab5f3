#include "site/sheet.h"
#include "text/dates.h"
#include "text/plain.h"

#include <stdarg.h>

enum { PAGE_MAX = 8 << 20, DESCRIPTION_CHARS = 200 };

/* ---- Words -------------------------------------------------------------------------------------
 */

static struct str fill(const struct sheet *sheet, struct str sentence, const char *name,
                       struct str value)
{
    struct str hole = arena_printf(sheet->arena, "{%s}", name);
    BUF_AUTO struct buf out = BUF_INIT(64 * 1024);
    for (ptrdiff_t at; (at = str_find(sentence, hole)) >= 0;) {
        (void)buf_str(&out, str_cut(sentence, 0, (size_t)at));
        (void)buf_str(&out, value);
        sentence = str_from(sentence, (size_t)at + hole.len);
    }
    (void)buf_str(&out, sentence);
    return arena_str(sheet->arena, buf_slice(&out));
}

struct str say(const struct sheet *sheet, const char *key, ...)
{
    struct str sentence = locale_say(sheet->locale, str_of(key));
    va_list args;
    va_start(args, key);
    for (const char *name; (name = va_arg(args, const char *));) {
        const struct str *value = va_arg(args, const struct str *);
        sentence = fill(sheet, sentence, name, *value);
    }
    va_end(args);
    return sentence;
}

struct str sheet_word(const struct sheet *sheet, const char *key)
{
    return value_str(value_get(locale_words(sheet->locale), str_of(key)));
}

const struct markdown_words *sheet_words(const struct sheet *sheet)
{
    struct markdown_words *words = ARENA_NEW(sheet->arena, struct markdown_words);
    *words = (struct markdown_words){.fact = say(sheet, "box_fact", NULL),
                                     .correction = say(sheet, "box_correction", NULL),
                                     .video = say(sheet, "embed_video", NULL),
                                     .post = say(sheet, "embed_post", NULL),
                                     .map = say(sheet, "embed_map", NULL),
                                     .chart = say(sheet, "embed_chart", NULL),
                                     .consent = say(sheet, "embed_consent", NULL),
                                     .load = say(sheet, "embed_load", NULL)};
    return words;
}

void sheet_embeds(struct sheet *sheet, struct str origins)
{
    sheet->frames = origins;
    if (origins.len)
        value_set_text(sheet->page, "embed_script", site_embed_script_url(sheet->site));
}

/* ---- Furniture
 * ------------------------------------------------------------------------------------ */

static struct value *fill_site(struct sheet *sheet)
{
    const struct settings *settings = &sheet->reading->settings;
    struct value *site = value_set_object(sheet->root, "site");
    value_set_text(site, "name", settings->name);
    value_set_text(site, "tagline", settings->tagline);
    value_set_text(site, "place", settings->place);
    value_set_text(site, "url", STR("/"));
    return site;
}

void sheet_section_link(const struct sheet *sheet, const struct store_section *section,
                        struct value *object)
{
    value_set_text(object, "name", section->name);
    value_set_text(object, "url", arena_printf(sheet->arena, "/%.*s", STR_ARG(section->slug)));
}

/* The sections that stand at the top, or those below one. */
static void fill_row(struct sheet *sheet, const char *name, const char *has, int64_t above,
                     int64_t current)
{
    struct value *row = value_set_list(sheet->root, name);
    for (size_t i = 0; i < sheet->section_count; i++) {
        const struct store_section *section = &sheet->sections[i];
        if (section->parent_id != above)
            continue;
        struct value *entry = value_append_object(row);
        sheet_section_link(sheet, section, entry);
        value_set_bool(entry, "current", section->id == current);
    }
    value_set_bool(sheet->root, has, value_count(row) > 0);
}

/* One row of sections; within one that has others below it, these in a second row. */
static void fill_nav(struct sheet *sheet, int64_t current)
{
    const struct store_section *here = sheet_section(sheet, current);
    int64_t top = here && here->parent_id ? here->parent_id : current;
    fill_row(sheet, "nav", "has_nav", 0, top);
    if (here) {
        reading_below(sheet->reading, top);
        fill_row(sheet, "subnav", "has_subnav", top, current);
    }
}

static void fill_feeds(struct sheet *sheet)
{
    static const struct {
        const char *name, *type, *url;
    } formats[] = {{"RSS", "application/rss+xml", "/rss.xml"},
                   {"Atom", "application/atom+xml", "/atom.xml"},
                   {"JSON", "application/feed+json", "/feed.json"}};
    struct value *feeds = value_set_list(sheet->root, "feeds");
    for (size_t i = 0; i < 3; i++) {
        struct value *feed = value_append_object(feeds);
        struct str format = str_of(formats[i].name);
        value_set_text(feed, "title",
                       say(sheet, "feed_title", "site", &sheet->reading->settings.name, "format",
                           &format, NULL));
        value_set_literal(feed, "name", formats[i].name);
        value_set_literal(feed, "type", formats[i].type);
        value_set_literal(feed, "url", formats[i].url);
    }
}

static void footer_link(struct sheet *sheet, struct value *links, struct str name, const char *url)
{
    struct value *link = value_append_object(links);
    value_set_text(link, "name", name);
    value_set_literal(link, "url", url);
}

static struct value *fill_footer(struct sheet *sheet)
{
    struct value *footer = value_set_object(sheet->root, "footer");
    long long since = sheet->reading->settings.since, year = reading_year(sheet->reading);
    value_set_text(footer, "years",
                   since < year ? arena_printf(sheet->arena, "%lld–%lld", since, year)
                                : arena_printf(sheet->arena, "%lld", since));
    struct value *links = value_set_list(footer, "links");
    footer_link(sheet, links, sheet_word(sheet, "about_site"), "/about");
    footer_link(sheet, links, sheet_word(sheet, "terms"), "/terms");
    footer_link(sheet, links, sheet_word(sheet, "privacy"), "/privacy");
    footer_link(sheet, links, sheet_word(sheet, "newsletter"), "/newsletters");
    footer_link(sheet, links, sheet_word(sheet, "corrections"), "/corrections");
    return footer;
}

static struct error fill_breaking(struct sheet *sheet)
{
    struct breaking breaking;
    TRY(reading_breaking(sheet->reading, &breaking));
    if (!breaking.text.len)
        return NO_ERROR;
    struct value *bar = value_set_object(sheet->root, "breaking");
    value_set_text(bar, "text", breaking.text);
    if (breaking.url.len)
        value_set_url(bar, "url", breaking.url);
    return NO_ERROR;
}

struct error sheet_begin(struct sheet *sheet, const struct site *site, struct reading *reading,
                         int64_t current_section)
{
    reading_settings(reading, SETTINGS_SITE);
    struct str language = reading->settings.language;
    *sheet = (struct sheet){.site = site,
                            .reading = reading,
                            .arena = reading->arena,
                            .locale = site_locale(site, language),
                            .root = value_object(reading->arena)};
    TRY(reading_sections(reading, &sheet->sections, &sheet->section_count));
    sheet->page = value_set_object(sheet->root, "page");
    value_set_text(sheet->page, "lang", language);
    value_set_literal(sheet->page, "dir", text_direction(language));
    value_set_text(sheet->page, "stylesheet", site_stylesheet_url(site));
    value_set_text(sheet->page, "icon", site_icon_url(site));
    value_set(sheet->root, "t", locale_words(sheet->locale));
    struct value *own = fill_site(sheet);
    fill_nav(sheet, current_section);
    fill_feeds(sheet);
    TRY(sheet_look(sheet, own, fill_footer(sheet)));
    return fill_breaking(sheet);
}

void sheet_about(struct sheet *sheet, struct str title, struct str description, struct str path,
                 const char *og_type)
{
    const struct settings *settings = &sheet->reading->settings;
    struct str whole = title.len ? arena_printf(sheet->arena, "%.*s | %.*s", STR_ARG(title),
                                                STR_ARG(settings->name))
                                 : settings->name;
    if (!title.len && settings->tagline.len)
        whole = arena_printf(sheet->arena, "%.*s: %.*s", STR_ARG(settings->name),
                             STR_ARG(settings->tagline));
    if (description.len)
        description =
            text_truncate(description, DESCRIPTION_CHARS, settings->language, sheet->arena);
    value_set_text(sheet->page, "title", whole);
    value_set_text(sheet->page, "description", description);
    if (!path.len)
        return;
    struct str canonical = sheet_absolute(sheet, path);
    value_set_text(sheet->page, "canonical", canonical);
    struct value *og = sheet->og = value_set_object(sheet->root, "og");
    value_set_literal(og, "type", og_type);
    value_set_text(og, "title", title.len ? title : whole);
    value_set_text(og, "description", description);
    value_set_text(og, "url", canonical);
    value_set_text(og, "locale", text_og_locale(settings->language, sheet->arena));
}

struct error sheet_draw(struct sheet *sheet, const char *template, int status,
                        struct drawing *ret_drawing)
{
    BUF_AUTO struct buf out = BUF_INIT(PAGE_MAX);
    TRY(mustache_render(site_templates(sheet->site), str_of(template), sheet->root, &out));
    *ret_drawing = (struct drawing){.status = status,
                                    .type = STR("text/html; charset=utf-8"),
                                    .body = arena_str(sheet->arena, buf_slice(&out)),
                                    .html = true,
                                    .frames = sheet->frames,
                                    .compressible = true,
                                    .uncacheable = status != 200};
    return NO_ERROR;
}

struct str sheet_absolute(const struct sheet *sheet, struct str path)
{
    return arena_printf(sheet->arena, "%.*s%.*s", STR_ARG(sheet->reading->settings.url),
                        STR_ARG(path));
}

const struct store_section *sheet_section(const struct sheet *sheet, int64_t id)
{
    for (size_t i = 0; i < sheet->section_count; i++)
        if (sheet->sections[i].id == id)
            return &sheet->sections[i];
    return NULL;
}

void sheet_language(const struct sheet *sheet, struct value *object, struct str language)
{
    if (!language.len || str_eq(language, sheet->reading->settings.language))
        return;
    value_set_text(object, "lang", language);
    value_set_literal(object, "dir", text_direction(language));
}

/* ---- Small pieces
 * ----------------------------------------------------------------------------------- */

struct error sheet_ad(struct sheet *sheet, int64_t n, struct value *ret_ad)
{
    struct store_ad ad;
    bool has;
    TRY(reading_ad(sheet->reading, n, &ad, &has));
    if (!has) {
        value_set_text(ret_ad, "title",
                       say(sheet, "house_ad_title", "site", &sheet->reading->settings.name, NULL));
        value_set_text(ret_ad, "text",
                       say(sheet, "house_ad_text", "site", &sheet->reading->settings.name, NULL));
        value_set_text(ret_ad, "url", STR("/about"));
        return NO_ERROR;
    }
    value_set_text(ret_ad, "title", ad.title);
    value_set_text(ret_ad, "text", ad.text);
    value_set_url(ret_ad, "url", ad.url);
    value_set_bool(ret_ad, "external", !str_starts(ad.url, STR("/")));
    return NO_ERROR;
}

struct error sheet_writers(struct sheet *sheet, const struct store_revision *revision,
                           struct writers *ret_writers)
{
    struct writers writers = {.count = revision->author_count, .agency = revision->agency};
    writers.names = ARENA_ARRAY(sheet->arena, struct store_name, writers.count + 1);
    BUF_AUTO struct buf line = BUF_INIT(16 * 1024);
    for (size_t i = 0; i < writers.count; i++) {
        TRY(reading_name(sheet->reading, STORE_AUTHOR, revision->authors[i], &writers.names[i]));
        const char *before = i == 0                   ? "byline_first"
                             : i + 1 == writers.count ? "byline_last"
                                                      : "byline_between";
        (void)buf_str(&line, say(sheet, before, NULL));
        (void)buf_str(&line, writers.names[i].name);
    }
    writers.line = line.len ? arena_str(sheet->arena, buf_slice(&line)) : writers.agency;
    *ret_writers = writers;
    return NO_ERROR;
}
