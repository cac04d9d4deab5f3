/* Which file draws which page; errors, redirects, robots.txt, and files. */
#include "media/media.h"
#include "site/sheet.h"

#include "base/file.h"

struct error site_draw(const struct site *site, struct reading *reading, int dir_fd,
                       const struct site_address *address, struct drawing *ret_drawing)
{
    switch (address->kind) {
    case SITE_FRONT:
        return draw_front(site, reading, address, ret_drawing);
    case SITE_SECTION:
        return draw_short(site, reading, address, ret_drawing);
    case SITE_TAG:
    case SITE_AUTHOR:
        return draw_list(site, reading, address, ret_drawing);
    case SITE_STORY:
        return draw_story(site, reading, address, ret_drawing);
    case SITE_STANDING:
        return draw_standing(site, reading, address, ret_drawing);
    case SITE_NEWSLETTERS:
        return draw_newsletters(site, reading, address, ret_drawing);
    case SITE_CORRECTIONS:
        return draw_corrections(site, reading, address, ret_drawing);
    case SITE_CORRECTIONS_FEED:
        return draw_corrections_feed(site, reading, address, ret_drawing);
    case SITE_FEED:
        return draw_feed(site, reading, address, ret_drawing);
    case SITE_SITEMAPS:
        return draw_sitemaps(site, reading, address, ret_drawing);
    case SITE_SITEMAP:
        return draw_sitemap(site, reading, address, ret_drawing);
    case SITE_NEWS_SITEMAP:
        return draw_news_sitemap(site, reading, address, ret_drawing);
    case SITE_ROBOTS:
        return draw_robots(site, reading, address, ret_drawing);
    case SITE_ASSET: /* site_asset() knows those of the theme */
        return draw_look(site, reading, address, ret_drawing);
    case SITE_ICON:
        break;
    case SITE_MEDIA:
        return draw_media(site, reading, dir_fd, address, ret_drawing);
    }
    return draw_error(site, reading, 404, STR_NONE, ret_drawing);
}

/* `why` is for a withdrawn story: the reason that the newsroom gives. */
struct error draw_error(const struct site *site, struct reading *reading, int status,
                        struct str why, struct drawing *ret_drawing)
{
    struct sheet sheet;
    TRY(sheet_begin(&sheet, site, reading, 0));
    const char *heading_key = arena_printf(reading->arena, "error_%d", status).at;
    const char *text_key = arena_printf(reading->arena, "error_%d_text", status).at;
    if (!say(&sheet, heading_key, NULL).len) {
        heading_key = "error_500";
        text_key = "error_500_text";
    }
    struct value *error = value_set_object(sheet.root, "error");
    struct str heading = say(&sheet, heading_key, NULL);
    struct str message = say(&sheet, text_key, NULL);
    value_set_number(error, "code", status);
    value_set_text(error, "heading", heading);
    value_set_text(error, "message", why.len ? why : message);
    value_set_text(error, "advice", why.len ? message : say(&sheet, "error_advice", NULL));
    value_set_bool(sheet.page, "noindex", true);
    sheet_about(&sheet, heading, STR_NONE, STR_NONE, NULL);
    return sheet_draw(&sheet, "error", status, ret_drawing);
}

struct error site_draw_error(const struct site *site, struct reading *reading, int status,
                             struct drawing *ret_drawing)
{
    return draw_error(site, reading, status, STR_NONE, ret_drawing);
}

void draw_redirect(struct reading *reading, int status, struct str path,
                   struct drawing *ret_drawing)
{
    reading_settings(reading, SETTINGS_SITE);
    *ret_drawing = (struct drawing){
        .status = status,
        .type = STR("text/plain; charset=utf-8"),
        .body = arena_printf(reading->arena, "See %.*s\n", STR_ARG(path)),
        .location = path,
        .uncacheable = true,
    };
}

struct error draw_robots(const struct site *site, struct reading *reading,
                         const struct site_address *address, struct drawing *ret_drawing)
{
    reading_settings(reading, SETTINGS_SITE | SETTINGS_ROBOTS);
    struct str url = reading->settings.url, more = reading->settings.robots;
    *ret_drawing = (struct drawing){
        .status = 200,
        .type = STR("text/plain; charset=utf-8"),
        .body = arena_printf(reading->arena,
                             "User-agent: *\n"
                             "Disallow: /desk\n"
                             "\n"
                             "Sitemap: %.*s/sitemap.xml\n"
                             "Sitemap: %.*s/news-sitemap.xml\n"
                             "%s%.*s%s",
                             STR_ARG(url), STR_ARG(url), more.len ? "\n" : "", STR_ARG(more),
                             more.len ? "\n" : ""),
        .compressible = true,
    };
    return NO_ERROR;
}

/* A picture: the file is read into memory when it is small; otherwise the server sends it in
 * pieces. */
static struct error read_rendition(struct reading *reading, int dir_fd, struct str file,
                                   const struct store_rendition *rendition,
                                   struct drawing *ret_drawing)
{
    FD_AUTO int fd = -1;
    int64_t bytes;
    struct drawing drawing = {.status = 200, .type = rendition->type, .lasting = true};
    TRY(media_open(dir_fd, file, &fd, &bytes));
    drawing.file_bytes = bytes;
    if (bytes > SITE_MEDIA_IN_MEMORY) {
        drawing.file = file;
        drawing.uncacheable = true;
    } else {
        TRY(file_read_fd(fd, "picture", SITE_MEDIA_IN_MEMORY, reading->arena, &drawing.body));
    }
    *ret_drawing = drawing;
    return NO_ERROR;
}

struct error draw_media(const struct site *site, struct reading *reading, int dir_fd,
                        const struct site_address *address, struct drawing *ret_drawing)
{
    enum store_file_state state = STORE_FILE_UNKNOWN;
    struct store_rendition rendition;
    if (!media_file_valid(address->slug))
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    TRY(reading_file(reading, address->slug, &state, &rendition));
    if (state == STORE_FILE_GONE)
        return draw_error(site, reading, 410, STR_NONE, ret_drawing);
    if (state != STORE_FILE_PUBLIC)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    struct error error = read_rendition(reading, dir_fd, address->slug, &rendition, ret_drawing);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    return error;
}
