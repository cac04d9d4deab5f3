/* What the newsroom corrected: a page of its own, and its feed. */
#include "render/feeds.h"
#include "render/markdown.h"
#include "site/sheet.h"
#include "text/dates.h"
#include "text/plain.h"

enum { CORRECTIONS_ON_A_PAGE = 20, FEED_CORRECTIONS = 30 };

static struct error correction_html(struct sheet *sheet, const struct store_correction *correction,
                                    struct str language, struct str *ret_html)
{
    const struct settings *settings = &sheet->reading->settings;
    struct markdown_options options = {.language = language.len ? language : settings->language,
                                       .site_url = settings->url,
                                       .words = sheet_words(sheet)};
    struct markdown_html html;
    TRY(markdown_html(correction->text, &options, sheet->arena, &html));
    *ret_html = html.html;
    return NO_ERROR;
}

/* "correction-7": where it stands within the story. */
static struct str anchor_of(struct sheet *sheet, const struct store_correction *correction)
{
    return arena_printf(sheet->arena, "correction-%lld", (long long)correction->id);
}

struct error sheet_correction(struct sheet *sheet, const struct store_correction *correction,
                              struct str language, struct value *ret_object)
{
    const struct settings *settings = &sheet->reading->settings;
    struct str html;
    TRY(correction_html(sheet, correction, language, &html));
    value_set_text(ret_object, "anchor", anchor_of(sheet, correction));
    value_set_text(ret_object, "date",
                   text_date(correction->at, settings->timezone,
                             language.len ? language : settings->language, sheet->arena));
    value_set_text(ret_object, "datetime",
                   text_rfc3339(correction->at, settings->timezone, sheet->arena));
    value_set_html(ret_object, "text_html", html);
    return NO_ERROR;
}

static struct error fill_one(struct sheet *sheet, const struct store_correction *correction,
                             struct value *object)
{
    struct store_card card;
    TRY(reading_card(sheet->reading, correction->story_id, &card));
    TRY(sheet_correction(sheet, correction, STR_NONE, object));
    sheet_language(sheet, object, card.language);
    value_set_text(object, "headline", card.headline);
    value_set_text(object, "url",
                   arena_printf(sheet->arena, "%.*s#%.*s", STR_ARG(card.path),
                                STR_ARG(anchor_of(sheet, correction))));
    return NO_ERROR;
}

/* <link rel="alternate"> of the head. */
static void fill_feed(struct sheet *sheet, struct value *values)
{
    struct str word = sheet_word(sheet, "corrections"), format = STR("Atom");
    struct value *list = value_set_object(sheet->root, "list");
    struct value *feed = value_append_object(value_set_list(list, "feeds"));
    value_set_text(feed, "title",
                   say(sheet, "feed_title_of", "site", &sheet->reading->settings.name, "name",
                       &word, "format", &format, NULL));
    value_set_literal(feed, "type", "application/atom+xml");
    value_set_literal(feed, "url", "/corrections.xml");
    value_set_literal(values, "feed", "/corrections.xml");
}

static void fill_pages(struct sheet *sheet, struct value *values,
                       const struct site_address *address, bool more, int64_t last)
{
    if (address->before)
        value_set_text(values, "top", address->path);
    if (more) {
        struct str older =
            arena_printf(sheet->arena, "%.*s?before=%lld", STR_ARG(address->path), (long long)last);
        value_set_text(values, "older", older);
        value_set_text(sheet->page, "next", older);
    }
    value_set_bool(values, "has_pages", address->before || more);
}

struct error draw_corrections(const struct site *site, struct reading *reading,
                              const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet;
    struct store_correction *list;
    size_t count;
    bool more;
    struct error error =
        reading_corrections(reading, address->before, CORRECTIONS_ON_A_PAGE, &list, &count, &more);
    if (error.code == ERR_NOT_FOUND) {
        draw_redirect(reading, 302, address->path, ret_drawing);
        return NO_ERROR;
    }
    TRY(error);
    TRY(sheet_begin(&sheet, site, reading, 0));
    struct value *values = value_set_object(sheet.root, "corrections");
    struct value *rows = value_set_list(values, "rows");
    for (size_t i = 0; i < count; i++)
        TRY(fill_one(&sheet, &list[i], value_append_object(rows)));
    value_set_bool(values, "empty", count == 0);
    fill_feed(&sheet, values);
    fill_pages(&sheet, values, address, more, count ? list[count - 1].id : 0);
    struct str path = address->before
                          ? arena_printf(reading->arena, "%.*s?before=%lld", STR_ARG(address->path),
                                         (long long)address->before)
                          : address->path;
    sheet_about(&sheet, sheet_word(&sheet, "corrections"), sheet_word(&sheet, "corrections_about"),
                path, "website");
    return sheet_draw(&sheet, "corrections", 200, ret_drawing);
}

/* ---- The feed ------------------------------------------------------------------------------ */

/* A tag URI (RFC 4151) that outlives every move of the story. */
static struct str item_id(struct sheet *sheet, int64_t id)
{
    struct str host = sheet->reading->settings.url;
    host = str_from(host, (size_t)str_find(host, STR("://")) + 3);
    ptrdiff_t port = str_find_char(host, ':');
    if (port > 0)
        host = str_cut(host, 0, (size_t)port);
    return arena_printf(sheet->arena, "tag:%.*s,%lld:correction/%lld", STR_ARG(host),
                        (long long)sheet->reading->settings.since, (long long)id);
}

static struct error fill_item(struct sheet *sheet, const struct store_correction *correction,
                              struct feed_item *item)
{
    struct store_card card;
    struct str html, plain, anchor = anchor_of(sheet, correction);
    TRY(reading_card(sheet->reading, correction->story_id, &card));
    TRY(correction_html(sheet, correction, card.language, &html));
    TRY(markdown_plain(correction->text, sheet->arena, &plain));
    struct sheet own = *sheet; /* "Correction" in the headline's language */
    const struct locale *locale = site_locale_of(sheet->site, card.language);
    if (locale)
        own.locale = locale;
    struct str word = sheet_word(&own, "correction");
    *item = (struct feed_item){
        .id = item_id(sheet, correction->id),
        .url = sheet_absolute(
            sheet, arena_printf(sheet->arena, "%.*s#%.*s", STR_ARG(card.path), STR_ARG(anchor))),
        .title = arena_printf(sheet->arena, "%.*s: %.*s", STR_ARG(word), STR_ARG(card.headline)),
        .summary = plain,
        .html = html,
        .language = card.language.len ? card.language : sheet->reading->settings.language,
        .published = correction->at,
        .updated = correction->at};
    return NO_ERROR;
}

struct error draw_corrections_feed(const struct site *site, struct reading *reading,
                                   const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet = {.site = site, .reading = reading, .arena = reading->arena};
    struct store_correction *list;
    struct drawing drawing = {
        .status = 200, .type = STR("application/atom+xml; charset=utf-8"), .compressible = true};
    size_t count;
    reading_settings(reading, SETTINGS_SITE);
    sheet.locale = site_locale(site, reading->settings.language);
    TRY(reading_corrections(reading, 0, FEED_CORRECTIONS, &list, &count, NULL));
    struct feed_item *items = ARENA_ARRAY(reading->arena, struct feed_item, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(fill_item(&sheet, &list[i], &items[i]));
    struct str word = sheet_word(&sheet, "corrections");
    struct feed feed = {.title = arena_printf(reading->arena, "%.*s: %.*s",
                                              STR_ARG(reading->settings.name), STR_ARG(word)),
                        .description = sheet_word(&sheet, "corrections_about"),
                        .language = reading->settings.language,
                        .home = sheet_absolute(&sheet, STR("/corrections")),
                        .self = sheet_absolute(&sheet, address->path),
                        .zone = reading->settings.timezone,
                        .items = items,
                        .count = count};
    TRY(feed_atom(&feed, reading->arena, &drawing.body));
    *ret_drawing = drawing;
    return NO_ERROR;
}
