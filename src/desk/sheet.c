/* Pages of the site within the desk: previews, drawn by the site itself. A story's page says on a
 * bar of the desk's own that it is a preview, so that no theme can leave it out. */
#include "desk/screen.h"
#include "http/reply.h"
#include "media/media.h"

enum { BAR_MAX = 16 * 1024 };

void sheet_answer(struct screen *screen, struct str html, struct str origins, bool framed)
{
    const char *may_run = origins.len ? "; script-src 'self'; frame-src " : "";
    struct http_reply reply;
    http_reply_init(&reply, 200);
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    http_reply_field(&reply, STR("Content-Type"), STR("text/html; charset=utf-8"));
    http_reply_field(&reply, STR("Content-Security-Policy"),
                     arena_printf(screen->arena,
                                  "default-src 'none'; style-src 'self'; img-src 'self'; "
                                  "form-action 'none'; base-uri 'none'; frame-ancestors %s%s%.*s",
                                  framed ? "'self'" : "'none'", may_run, STR_ARG(origins)));
    http_reply_field(&reply, STR("X-Frame-Options"), framed ? STR("SAMEORIGIN") : STR("DENY"));
    http_reply_field(&reply, STR("X-Content-Type-Options"), STR("nosniff"));
    http_reply_field(&reply, STR("X-Robots-Tag"), STR("noindex, nofollow"));
    http_reply_field(&reply, STR("Referrer-Policy"), STR("no-referrer"));
    http_reply_field(&reply, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    if (screen->call->https)
        http_reply_field(&reply, STR("Strict-Transport-Security"), STR("max-age=31536000"));
    (void)buf_str(&reply.body, html);
    screen->response = http_reply_take(&reply);
    screen->raw = true;
}

static struct error draw_bar(struct screen *screen, int64_t until, struct str *ret_bar)
{
    BUF_AUTO struct buf out = BUF_INIT(BAR_MAX);
    screen_begin(screen, "preview-bar", NULL);
    screen_time(screen, screen->root, "until", until);
    TRY(desk_draw(screen->desk, STR("preview-bar"), screen->root, &out));
    *ret_bar = arena_str(screen->arena, buf_slice(&out));
    return NO_ERROR;
}

/* Behind the tag that begins with `tag`; at the end when the theme has none. */
static size_t behind(struct str html, struct str tag)
{
    ptrdiff_t at = str_find(html, tag);
    ptrdiff_t end = at < 0 ? -1 : str_find_char(str_from(html, (size_t)at), '>');
    return end < 0 ? html.len : (size_t)(at + end) + 1;
}

struct error story_sheet(struct screen *screen, const struct store_story *story,
                         const struct store_revision *revision, struct str media, int64_t until)
{
    struct store_story shown = *story;
    struct str html,
        frames = STR_NONE, bar,
        style = value_str(value_get(desk_asset_urls(screen->desk), STR("preview_css")));
    if (!screen->call->draw_story)
        return error_make(ERR_NOT_FOUND, "such preview", NULL);
    if (!shown.published_at)
        shown.published_at = shown.updated_at = screen->now;
    TRY(screen->call->draw_story(screen->call->context, screen->tx, &shown, revision, media,
                                 screen->arena, &html, &frames));
    TRY(draw_bar(screen, until, &bar));
    size_t head = behind(html, STR("<head")), body = behind(html, STR("<body"));
    if (head > body)
        head = body;
    html = arena_printf(
        screen->arena, "%.*s\n<link rel=\"stylesheet\" href=\"%.*s\">%.*s\n%.*s%.*s",
        STR_ARG(str_cut(html, 0, head)), STR_ARG(style), STR_ARG(str_cut(html, head, body)),
        STR_ARG(bar), STR_ARG(str_from(html, body)));
    sheet_answer(screen, html, frames, false);
    return NO_ERROR;
}

/* ---- Private previews: what a link shows --------------------------------------------------- */

struct error preview_open(struct screen *screen)
{
    struct store_preview preview;
    struct store_revision revision;
    struct store_story story;
    screen->private_link = true;
    screen->signed_in = false;
    TRY(preview_look(screen->tx, screen->word, screen->now, screen->arena, &preview, &revision));
    TRY(store_story(screen->tx, revision.story_id, screen->arena, &story));
    return story_sheet(screen, &story, &revision,
                       arena_printf(screen->arena, "/desk/preview/%.*s/", STR_ARG(screen->word)),
                       preview.expires_at);
}

static struct error has_file(struct screen *screen, int64_t picture_id, struct str file,
                             bool *ret_has)
{
    struct store_rendition *renditions;
    size_t count;
    TRY(store_renditions(screen->tx, picture_id, screen->arena, &renditions, &count));
    for (size_t i = 0; i < count; i++)
        *ret_has = *ret_has || str_eq(renditions[i].file, file);
    return NO_ERROR;
}

/* The pictures of the story that the link is for, and those that all readers see. */
struct error preview_media(struct screen *screen)
{
    struct store_preview preview;
    struct store_revision revision;
    struct store_rendition rendition;
    enum store_file_state state = STORE_FILE_UNKNOWN;
    int64_t *ids;
    size_t count;
    bool has = false;
    screen->private_link = true;
    TRY(preview_look(screen->tx, screen->word, screen->now, screen->arena, &preview, &revision));
    if (!media_file_valid(screen->word2))
        return error_make(ERR_NOT_FOUND, "such picture", NULL);
    TRY(store_file_state(screen->tx, screen->word2, screen->arena, &state, &rendition));
    has = state == STORE_FILE_PUBLIC;
    TRY(has_file(screen, revision.picture_id, screen->word2, &has));
    TRY(has_file(screen, screen->settings.logo, screen->word2, &has));
    pictures_in_text(revision.body, screen->arena, &ids, &count);
    for (size_t i = 0; i < count && !has; i++)
        TRY(has_file(screen, ids[i], screen->word2, &has));
    return has ? media_answer(screen, screen->word2)
               : error_make(ERR_NOT_FOUND, "such picture", NULL);
}
