/* The story page with all its furniture. */
#include "media/media.h"
#include "render/jsonld.h"
#include "site/sheet.h"
#include "text/dates.h"
#include "text/plain.h"

enum { PARAGRAPHS_BEFORE_AD = 4, PARAGRAPHS_AFTER_AD = 3, FEATURED = 4, ARTICLE_IMAGES = 3 };
enum { DESCRIPTION_CHARS = 280 }; /* as in the feeds */

struct story_page {
    struct sheet sheet;
    struct sheet own;    /* the same with the words of the story's language */
    struct str language; /* of the story */
    struct store_story story;
    struct store_revision revision;
    struct writers writers;
    struct picture picture;
    struct value *values;
    struct str description;
    struct jsonld_correction *corrections; /* as plain text */
    size_t correction_count;
    bool preview;
};

static void fill_bylines(struct story_page *page)
{
    struct value *bylines = value_set_list(page->values, "bylines");
    for (size_t i = 0; i < page->writers.count; i++) {
        const struct store_name *name = &page->writers.names[i];
        struct value *entry = value_append_object(bylines);
        value_set_text(entry, "before",
                       say(&page->own,
                           i == 0                         ? "byline_first"
                           : i + 1 == page->writers.count ? "byline_last"
                                                          : "byline_between",
                           NULL));
        value_set_text(entry, "name", name->name);
        value_set_text(entry, "url",
                       arena_printf(page->sheet.arena, "/author/%.*s", STR_ARG(name->slug)));
    }
    value_set_bool(page->values, "has_bylines", page->writers.count > 0);
    value_set_text(page->values, "agency", page->writers.agency);
}

static void fill_times(struct story_page *page)
{
    const struct settings *settings = &page->sheet.reading->settings;
    struct arena *arena = page->sheet.arena;
    int64_t published = page->story.published_at, updated = page->story.updated_at;
    value_set_text(page->values, "published",
                   text_date_time(published, settings->timezone, page->language, arena));
    value_set_text(page->values, "published_datetime",
                   text_rfc3339(published, settings->timezone, arena));
    if (updated / 60000 == published / 60000)
        return;
    value_set_text(page->values, "updated",
                   text_date_time(updated, settings->timezone, page->language, arena));
    value_set_text(page->values, "updated_datetime",
                   text_rfc3339(updated, settings->timezone, arena));
}

static void fill_figure(struct story_page *page)
{
    if (!page->picture.count)
        return;
    struct value *figure = value_set_object(page->values, "figure");
    picture_value(&page->sheet, &page->picture, true, page->revision.alt, figure);
    value_set_text(figure, "caption", page->revision.caption);
    value_set_text(figure, "credit", page->revision.credit);
}

static struct error fill_body(struct story_page *page)
{
    struct text_pictures pictures = {.sheet = &page->sheet,
                                     .revision_id = page->revision.id,
                                     .preview = page->preview ? page->revision.body : STR_NONE};
    struct markdown_options options = {.picture = text_picture,
                                       .picture_context = &pictures,
                                       .language = page->language,
                                       .dateline = page->revision.dateline,
                                       .site_url = page->sheet.reading->settings.url,
                                       .words = sheet_words(&page->own),
                                       .embeds = true,
                                       .split_after = PARAGRAPHS_BEFORE_AD,
                                       .rest_least = PARAGRAPHS_AFTER_AD};
    struct markdown_html html;
    struct str plain;
    TRY(markdown_html(page->revision.body, &options, page->sheet.arena, &html));
    TRY(pictures.error);
    sheet_embeds(&page->sheet, html.origins);
    value_set_html(page->values, "body_html", html.html);
    if (html.rest.len) {
        value_set_html(page->values, "body_rest_html", html.rest);
        TRY(sheet_ad(&page->sheet, page->story.id, value_set_object(page->values, "ad_text")));
    }
    TRY(sheet_ad(&page->sheet, page->story.id + 1, value_set_object(page->values, "ad_end")));
    page->description = page->revision.standfirst;
    if (!page->description.len) {
        TRY(markdown_plain(str_cut(page->revision.body, 0, 2000), page->sheet.arena, &plain));
        page->description =
            text_truncate(plain, DESCRIPTION_CHARS, page->language, page->sheet.arena);
    }
    return NO_ERROR;
}

static struct error fill_tags(struct story_page *page)
{
    struct value *tags = value_set_list(page->values, "tags");
    for (size_t i = 0; i < page->revision.tag_count; i++) {
        struct store_name tag;
        TRY(reading_name(page->sheet.reading, STORE_TAG, page->revision.tags[i], &tag));
        struct value *entry = value_append_object(tags);
        value_set_text(entry, "name", tag.name);
        value_set_text(entry, "url",
                       arena_printf(page->sheet.arena, "/tag/%.*s", STR_ARG(tag.slug)));
    }
    value_set_bool(page->values, "has_tags", page->revision.tag_count > 0);
    return NO_ERROR;
}

/* The newest featured stories but this one; reads one more only when this one is among them. */
static struct error fill_featured(struct story_page *page)
{
    struct store_list list = {STORE_LIST_FEATURED, 0};
    struct store_card *cards, *next;
    size_t count, more = 0;
    bool self = false;
    struct value *featured = value_set_list(page->values, "featured");
    TRY(reading_list(page->sheet.reading, list, 0, FEATURED, &cards, &count, NULL));
    for (size_t i = 0; i < count; i++)
        self |= cards[i].story_id == page->story.id;
    if (self && count == FEATURED)
        TRY(reading_list(page->sheet.reading, list, cards[count - 1].story_id, 1, &next, &more,
                         NULL));
    for (size_t i = 0; i < count + more; i++) {
        const struct store_card *card = i < count ? &cards[i] : next;
        if (card->story_id != page->story.id)
            TRY(sheet_card(&page->sheet, card, CARD_KICKER | CARD_PICTURE,
                           value_append_object(featured)));
    }
    value_set_bool(page->values, "has_featured", value_count(featured) > 0);
    return NO_ERROR;
}

static struct error fill_related(struct story_page *page)
{
    struct store_card *cards;
    size_t count;
    struct value *related = value_set_list(page->values, "related");
    TRY(reading_related(page->sheet.reading, page->story.id, &cards, &count));
    for (size_t i = 0; i < count; i++)
        TRY(sheet_card(&page->sheet, &cards[i], CARD_KICKER, value_append_object(related)));
    value_set_bool(page->values, "has_related", count > 0);
    return NO_ERROR;
}

static struct error fill_corrections(struct story_page *page)
{
    struct store_correction *list;
    size_t count;
    struct value *values = value_set_list(page->values, "corrections");
    TRY(reading_corrections_of(page->sheet.reading, page->story.id, &list, &count));
    page->corrections = ARENA_ARRAY(page->sheet.arena, struct jsonld_correction, count + 1);
    page->correction_count = count;
    for (size_t i = 0; i < count; i++) {
        struct str plain;
        TRY(sheet_correction(&page->sheet, &list[i], page->language, value_append_object(values)));
        TRY(markdown_plain(list[i].text, page->sheet.arena, &plain));
        page->corrections[i] = (struct jsonld_correction){str_trim(plain), list[i].at};
    }
    value_set_bool(page->values, "has_corrections", count > 0);
    return NO_ERROR;
}

static struct error fill_json_ld(struct story_page *page, const struct store_section *section)
{
    static const char *const kinds[ARTICLE_IMAGES] = {"16x9", "4x3", "1x1"};
    struct sheet *sheet = &page->sheet;
    const struct settings *settings = &sheet->reading->settings;
    struct jsonld_image images[ARTICLE_IMAGES];
    struct jsonld_person *authors =
        ARENA_ARRAY(sheet->arena, struct jsonld_person, page->writers.count + 1);
    size_t image_count = 0;
    for (size_t i = 0; i < ARTICLE_IMAGES; i++) {
        const struct store_rendition *crop = picture_find(&page->picture, kinds[i], "image/jpeg");
        if (crop)
            images[image_count++] = (struct jsonld_image){
                .url = sheet_absolute(sheet, media_url(sheet->arena, crop->file)),
                .width = crop->width,
                .height = crop->height,
                .caption = page->revision.caption,
                .credit = page->revision.credit};
    }
    for (size_t i = 0; i < page->writers.count; i++) {
        const struct store_name *name = &page->writers.names[i];
        authors[i] = (struct jsonld_person){
            .name = name->name,
            .url = sheet_absolute(sheet,
                                  arena_printf(sheet->arena, "/author/%.*s", STR_ARG(name->slug)))};
    }
    struct jsonld_article article = {
        .url = sheet_absolute(sheet, page->story.path),
        .headline = page->revision.headline,
        .description = page->description,
        .language = page->language,
        .section = section ? section->name : STR_NONE,
        .location = page->revision.dateline,
        .published = page->story.published_at,
        .updated = page->story.updated_at,
        .zone = settings->timezone,
        .authors = authors,
        .author_count = page->writers.count,
        .agency = page->writers.agency,
        .images = images,
        .image_count = image_count,
        .corrections = page->corrections,
        .correction_count = page->correction_count,
        .publisher = settings->name,
        .publisher_url = sheet_absolute(sheet, STR("/")),
    };
    struct str json;
    TRY(jsonld_news_article(&article, sheet->arena, &json));
    value_set_json(sheet->root, "json_ld", json);
    return NO_ERROR;
}

/* For searches and social networks, to which the desk may have given other words. */
static struct error fill_machines(struct story_page *page, const struct store_section *section)
{
    struct str title, description;
    struct sheet *sheet = &page->sheet;
    TRY(reading_social(sheet->reading, page->revision.id, &title, &description));
    sheet_about(sheet, title.len ? title : page->revision.headline,
                description.len ? description : page->description, page->story.path, "article");
    sheet_og_picture(sheet, &page->picture, page->revision.alt);
    value_set_text(sheet->og, "published",
                   value_str(value_get(page->values, STR("published_datetime"))));
    value_set_text(
        sheet->og, "modified",
        text_rfc3339(page->story.updated_at, sheet->reading->settings.timezone, sheet->arena));
    value_set_text(sheet->og, "section", section ? section->name : STR_NONE);
    return fill_json_ld(page, section);
}

static struct error fill_story(struct story_page *page)
{
    struct sheet *sheet = &page->sheet;
    const struct store_section *section = sheet_section(sheet, page->revision.section_id);
    const struct locale *own = site_locale_of(sheet->site, page->revision.language);
    page->language =
        page->revision.language.len ? page->revision.language : sheet->reading->settings.language;
    page->own = *sheet;
    if (own)
        page->own.locale = own;
    TRY(sheet_writers(sheet, &page->revision, &page->writers));
    TRY(sheet_picture(sheet, page->revision.picture_id, &page->picture));
    page->values = value_set_object(sheet->root, "story");
    value_set_number(page->values, "id", page->story.id);
    value_set_text(page->values, "url", page->story.path);
    value_set_text(page->values, "headline", page->revision.headline);
    value_set_text(page->values, "standfirst", page->revision.standfirst);
    sheet_language(sheet, page->values, page->revision.language);
    if (section) {
        value_set_text(page->values, "kicker", section->name);
        value_set_text(page->values, "kicker_url",
                       arena_printf(sheet->arena, "/%.*s", STR_ARG(section->slug)));
        const struct store_section *above = sheet_section(sheet, section->parent_id);
        if (above)
            sheet_section_link(sheet, above, value_set_object(page->values, "above"));
    }
    fill_bylines(page);
    fill_times(page);
    fill_figure(page);
    TRY(fill_body(page));
    TRY(fill_corrections(page));
    TRY(fill_tags(page));
    TRY(fill_featured(page));
    TRY(fill_related(page));
    TRY(sheet_newsletter(sheet, page->story.id));
    if (!page->preview)
        return fill_machines(page, section);
    value_set_bool(sheet->page, "noindex", true);
    sheet_about(sheet, page->revision.headline, STR_NONE, STR_NONE, NULL);
    return NO_ERROR;
}

/* Finds the story of an address: published, moved (301 in one step), withdrawn (410) or unknown. */
struct error draw_story(const struct site *site, struct reading *reading,
                        const struct site_address *address, struct drawing *ret_drawing)
{
    struct story_page page = {0};
    struct store_address found;
    struct store_story story;
    struct error error = store_address(reading->tx, address->path, &found);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    if (error.code != ERR_OK)
        return error;
    TRY(store_story(reading->tx, found.story_id, reading->arena, &story));
    int taken_down;
    TRY(store_takedown(reading->tx, story.id, &taken_down));
    if (story.state == STORY_WITHDRAWN)
        return draw_error(site, reading, taken_down ? taken_down : 410, story.reason, ret_drawing);
    if (!found.current) {
        draw_redirect(reading, 301, story.path, ret_drawing);
        return NO_ERROR;
    }
    TRY(reading_story(reading, found.story_id, &page.story, &page.revision));
    TRY(sheet_begin(&page.sheet, site, reading, page.revision.section_id));
    TRY(fill_story(&page));
    return sheet_draw(&page.sheet, "story", 200, ret_drawing);
}

struct error site_draw_story(const struct site *site, struct reading *reading,
                             const struct store_story *story, const struct store_revision *revision,
                             struct drawing *ret_drawing)
{
    struct story_page page = {.story = *story, .revision = *revision, .preview = true};
    TRY(sheet_begin(&page.sheet, site, reading, revision->section_id));
    TRY(fill_story(&page));
    return sheet_draw(&page.sheet, "story", 200, ret_drawing);
}
