/* What a newsroom chose for itself in its settings: logo, accent colours, letters, the copyright
 * line and accounts; and what stands at addresses of one part. */
#include "base/hash.h"
#include "site/sheet.h"

enum { LOOK_HASH = 16 /* hex digits */, LOOK_MAX = 2000 };

/* A sheet of its own, behind the theme's: a page may hold no styles. Empty when nothing is chosen.
 */
static struct str look_css(const struct settings *settings, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(LOOK_MAX);
    if (settings->accent_light.len)
        (void)buf_printf(&out, ":root{--accent-light:%.*s}\n", STR_ARG(settings->accent_light));
    if (settings->accent_dark.len)
        (void)buf_printf(&out, ":root{--accent-dark:%.*s}\n", STR_ARG(settings->accent_dark));
    if (str_eq(settings->letters, STR("sans")))
        (void)buf_str(&out, STR(":root,[lang]{--serif:var(--sans);--display:var(--sans)}\n"));
    return arena_str(arena, buf_slice(&out));
}

static struct str look_name(struct str css, struct arena *arena)
{
    char hex[HASH_HEX + 1];
    hash_hex(css, hex);
    return arena_printf(arena, "look.%.*s.css", LOOK_HASH, hex);
}

static struct error fill_logo(struct sheet *sheet, struct value *site)
{
    struct picture picture;
    int64_t logo = sheet->reading->settings.logo;
    if (!logo)
        return NO_ERROR;
    TRY(sheet_picture(sheet, logo, &picture));
    const struct store_rendition *best = picture_find(&picture, "w640", "image/webp");
    if (!best && picture.count)
        best = &picture.renditions[0];
    if (!best)
        return NO_ERROR;
    struct value *value = value_set_object(site, "logo");
    value_set_text(value, "src", sheet_media(sheet, best->file));
    value_set_number(value, "width", best->width);
    value_set_number(value, "height", best->height);
    return NO_ERROR;
}

/* "https://social.example/@tide" is shown as "social.example/@tide". */
static void fill_accounts(struct sheet *sheet, struct value *footer)
{
    struct str rest = sheet->reading->settings.accounts, line;
    struct value *list = value_set_list(footer, "accounts");
    value_set_bool(footer, "has_accounts", rest.len > 0);
    while (rest.len && str_split(&rest, '\n', &line)) {
        struct value *account = value_append_object(list);
        ptrdiff_t slashes = str_find(line, STR("://"));
        value_set_url(account, "url", line);
        value_set_text(account, "name", slashes < 0 ? line : str_from(line, (size_t)slashes + 3));
    }
}

struct error sheet_look(struct sheet *sheet, struct value *site, struct value *footer)
{
    const struct settings *settings = &sheet->reading->settings;
    struct str css = look_css(settings, sheet->arena);
    if (css.len)
        value_set_text(
            sheet->page, "look",
            arena_printf(sheet->arena, "/assets/%.*s", STR_ARG(look_name(css, sheet->arena))));
    value_set_text(footer, "copyright", settings->copyright);
    fill_accounts(sheet, footer);
    return fill_logo(sheet, site);
}

struct error draw_look(const struct site *site, struct reading *reading,
                       const struct site_address *address, struct drawing *ret_drawing)
{
    reading_settings(reading, SETTINGS_SITE);
    struct str css = look_css(&reading->settings, reading->arena);
    if (!css.len || !str_eq(address->slug, look_name(css, reading->arena)))
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    *ret_drawing = (struct drawing){.status = 200,
                                    .type = STR("text/css; charset=utf-8"),
                                    .body = css,
                                    .compressible = true,
                                    .lasting = true};
    return NO_ERROR;
}

/* A section, a standing page, or a section that is called otherwise now. */
struct error draw_short(const struct site *site, struct reading *reading,
                        const struct site_address *address, struct drawing *ret_drawing)
{
    struct store_section section;
    struct store_page page;
    int64_t id;
    struct error error = reading_section_by_slug(reading, address->slug, &section);
    if (error.code != ERR_NOT_FOUND)
        return draw_list(site, reading, address, ret_drawing);
    error = reading_page(reading, address->slug, &page);
    if (error.code != ERR_NOT_FOUND)
        return draw_standing(site, reading, address, ret_drawing);
    error = reading_section_by_old_slug(reading, address->slug, &id);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    TRY(error);
    TRY(reading_section(reading, id, &section));
    draw_redirect(reading, 301, arena_printf(reading->arena, "/%.*s", STR_ARG(section.slug)),
                  ret_drawing);
    return NO_ERROR;
}
