/* Stories as lists show them, and pictures. */
#include "media/media.h"
#include "site/sheet.h"
#include "text/dates.h"

enum { CARD_SOURCE_WIDTH = 640, FIGURE_SOURCE_WIDTH = 960 };

struct error sheet_picture(struct sheet *sheet, int64_t picture_id, struct picture *ret_picture)
{
    struct store_rendition *renditions = NULL;
    size_t count = 0;
    if (picture_id)
        TRY(reading_renditions(sheet->reading, picture_id, &renditions, &count));
    *ret_picture = (struct picture){renditions, count};
    return NO_ERROR;
}

const struct store_rendition *picture_find(const struct picture *picture, const char *kind,
                                           const char *type)
{
    for (size_t i = 0; i < picture->count; i++)
        if (str_eq(picture->renditions[i].kind, str_of(kind)) &&
            str_eq(picture->renditions[i].type, str_of(type)))
            return &picture->renditions[i];
    return NULL;
}

/* Whole pictures are "w640" and so on, a card's are "3x2-640" and so on. */
static bool fits(const struct store_rendition *rendition, bool whole, const char *type)
{
    return str_eq(rendition->type, str_of(type)) &&
           (whole ? rendition->kind.at[0] == 'w' : str_starts(rendition->kind, STR("3x2-")));
}

struct str sheet_media(const struct sheet *sheet, struct str file)
{
    struct str folder = sheet->reading->media;
    return folder.len ? arena_printf(sheet->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(file))
                      : media_url(sheet->arena, file);
}

static struct str srcset(const struct sheet *sheet, const struct picture *picture, bool whole,
                         const char *type)
{
    BUF_AUTO struct buf out = BUF_INIT(8192);
    int64_t last = 0;
    for (size_t i = 0; i < picture->count; i++) {
        const struct store_rendition *rendition = &picture->renditions[i];
        if (!fits(rendition, whole, type) || rendition->width == last)
            continue;
        last = rendition->width;
        (void)buf_printf(&out, "%s%.*s %lldw", out.len ? ", " : "",
                         STR_ARG(sheet_media(sheet, rendition->file)), (long long)last);
    }
    return arena_str(sheet->arena, buf_slice(&out));
}

const struct store_rendition *picture_source(const struct picture *picture, bool whole)
{
    int64_t most = whole ? FIGURE_SOURCE_WIDTH : CARD_SOURCE_WIDTH;
    const struct store_rendition *best = NULL;
    for (size_t i = 0; i < picture->count; i++) {
        const struct store_rendition *rendition = &picture->renditions[i];
        if (!fits(rendition, whole, "image/jpeg"))
            continue;
        if (!best || (rendition->width <= most && rendition->width > best->width))
            best = rendition;
    }
    return best;
}

void picture_value(struct sheet *sheet, const struct picture *picture, bool whole, struct str alt,
                   struct value *ret_object)
{
    const struct store_rendition *source = picture_source(picture, whole);
    if (!source)
        return;
    value_set_text(ret_object, "src", sheet_media(sheet, source->file));
    value_set_number(ret_object, "width", source->width);
    value_set_number(ret_object, "height", source->height);
    value_set_text(ret_object, "alt", alt);
    value_set_text(ret_object, "avif", srcset(sheet, picture, whole, "image/avif"));
    value_set_text(ret_object, "webp", srcset(sheet, picture, whole, "image/webp"));
    value_set_text(ret_object, "jpeg", srcset(sheet, picture, whole, "image/jpeg"));
    value_set_bool(ret_object, "tall", source->height > source->width);
}

void sheet_og_picture(struct sheet *sheet, const struct picture *picture, struct str alt)
{
    const struct store_rendition *wide = picture_find(picture, "16x9", "image/jpeg");
    struct value *og = sheet->og;
    if (!wide || !og)
        return;
    value_set_text(og, "image", sheet_absolute(sheet, media_url(sheet->arena, wide->file)));
    value_set_number(og, "image_width", wide->width);
    value_set_number(og, "image_height", wide->height);
    value_set_text(og, "image_alt", alt);
}

struct error sheet_card(struct sheet *sheet, const struct store_card *plain, unsigned parts,
                        struct value *ret_card)
{
    const struct settings *settings = &sheet->reading->settings;
    struct store_card shown = *plain, *card = &shown;
    reading_show(sheet->reading, card, parts);
    const struct store_section *section = sheet_section(sheet, card->section_id);
    value_set_text(ret_card, "url", card->path);
    value_set_text(ret_card, "headline", card->headline);
    if ((parts & CARD_KICKER) && section) {
        value_set_text(ret_card, "kicker", section->name);
        value_set_text(ret_card, "kicker_url",
                       arena_printf(sheet->arena, "/%.*s", STR_ARG(section->slug)));
    }
    if (parts & CARD_STANDFIRST)
        value_set_text(ret_card, "standfirst", card->standfirst);
    value_set_text(
        ret_card, "date",
        text_date(card->published_at, settings->timezone, settings->language, sheet->arena));
    value_set_text(ret_card, "datetime",
                   text_rfc3339(card->published_at, settings->timezone, sheet->arena));
    if (parts & CARD_TIME)
        value_set_text(
            ret_card, "time",
            text_time(card->published_at, settings->timezone, settings->language, sheet->arena));
    sheet_language(sheet, ret_card, card->language);
    if ((parts & CARD_PICTURE) && card->picture_id) {
        struct picture picture;
        TRY(sheet_picture(sheet, card->picture_id, &picture));
        if (picture.count)
            picture_value(sheet, &picture, false, card->alt, value_set_object(ret_card, "picture"));
    }
    return NO_ERROR;
}

struct error sheet_lead(struct sheet *sheet, const struct store_card *card, unsigned parts,
                        struct value *ret_card)
{
    struct store_revision revision;
    struct writers writers;
    TRY(sheet_card(sheet, card, parts, ret_card));
    TRY(reading_byline(sheet->reading, card->story_id, &revision));
    TRY(sheet_writers(sheet, &revision, &writers));
    value_set_text(ret_card, "byline", writers.line);
    return NO_ERROR;
}
