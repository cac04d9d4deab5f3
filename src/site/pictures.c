/* Pictures of the library within a story's text, on its page and in feeds. */
#include "newsroom/pictures.h"
#include "media/media.h"
#include "site/sheet.h"

enum { FIGURE_MOST = 64 * 1024 };

/* Which pictures readers may see there was settled when the revision was saved: what the text names
 * is not enough. */
static struct error belongs(struct text_pictures *pictures, int64_t id, bool *ret_belongs)
{
    if (!pictures->looked && pictures->preview.len)
        pictures_in_text(pictures->preview, pictures->sheet->arena, &pictures->ids,
                         &pictures->count);
    else if (!pictures->looked)
        TRY(reading_text_pictures(pictures->sheet->reading, pictures->revision_id, &pictures->ids,
                                  &pictures->count));
    pictures->looked = true;
    *ret_belongs = false;
    for (size_t i = 0; i < pictures->count; i++)
        if (pictures->ids[i] == id)
            *ret_belongs = true;
    return NO_ERROR;
}

struct found {
    struct picture picture;
    struct picture_words words;
};

static struct error find(struct text_pictures *pictures, const struct markdown_picture *given,
                         bool *ret_found, struct found *found)
{
    TRY(belongs(pictures, given->id, ret_found));
    if (!*ret_found)
        return NO_ERROR;
    TRY(sheet_picture(pictures->sheet, given->id, &found->picture));
    found->words = (struct picture_words){.caption = given->caption, .alt = given->alt};
    TRY(reading_picture_words(pictures->sheet->reading, given->id, &found->words));
    *ret_found = found->picture.count > 0;
    return NO_ERROR;
}

static struct error draw(struct text_pictures *pictures, const struct markdown_picture *given,
                         const struct found *found, struct buf *out)
{
    struct sheet *sheet = pictures->sheet;
    struct value *root = value_object(sheet->arena);
    struct value *figure = value_set_object(root, "figure");
    BUF_AUTO struct buf html = BUF_INIT(FIGURE_MOST);
    picture_value(sheet, &found->picture, true, found->words.alt, figure);
    value_set_text(figure, "caption", found->words.caption);
    value_set_text(figure, "credit", found->words.credit);
    value_set_bool(figure, "block", given->block);
    value_set_bool(figure, "has_words", found->words.caption.len || found->words.credit.len);
    TRY(mustache_render(site_templates(sheet->site), STR("partial/picture/text"), root, &html));
    (void)buf_str(out, str_trim(buf_slice(&html)));
    return NO_ERROR;
}

/* For readers of feeds: plain HTML, whole addresses. */
static void draw_for_feed(struct text_pictures *pictures, const struct markdown_picture *given,
                          const struct found *found, struct buf *out)
{
    struct sheet *sheet = pictures->sheet;
    const struct store_rendition *source = picture_source(&found->picture, true);
    (void)buf_str(out, given->block ? STR("<figure>") : STR_NONE);
    (void)buf_str(out, STR("<img src=\""));
    html_escape(out, sheet_absolute(sheet, media_url(sheet->arena, source->file)));
    (void)buf_printf(out, "\" width=\"%lld\" height=\"%lld\" alt=\"", (long long)source->width,
                     (long long)source->height);
    html_escape(out, found->words.alt);
    (void)buf_str(out, STR("\">"));
    if (!given->block)
        return;
    if (found->words.caption.len || found->words.credit.len) {
        (void)buf_str(out, STR("<figcaption>"));
        html_escape(out, found->words.caption);
        (void)buf_str(out,
                      found->words.caption.len && found->words.credit.len ? STR(" ") : STR_NONE);
        html_escape(out, found->words.credit);
        (void)buf_str(out, STR("</figcaption>"));
    }
    (void)buf_str(out, STR("</figure>"));
}

bool text_picture(void *context, const struct markdown_picture *given, struct buf *out)
{
    struct text_pictures *pictures = context;
    struct found found = {0};
    bool there = false;
    struct error error = pictures->error;
    if (error.code == ERR_OK)
        error = find(pictures, given, &there, &found);
    there = there && error.code == ERR_OK && picture_source(&found.picture, true);
    if (there && pictures->feed)
        draw_for_feed(pictures, given, &found, out);
    else if (there)
        error = draw(pictures, given, &found, out);
    pictures->error = error;
    return there && error.code == ERR_OK;
}
