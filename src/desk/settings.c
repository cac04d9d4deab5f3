/* Settings: the newsroom, sections, standing pages, house advertisements. */
#include "desk/screen.h"
#include "render/markdown.h"
#include "text/slug.h"

/* Fields of the form, and whether they are one line. */
static const char *const names[] = {
    "name",      "tagline",      "place",       "url",     "language",  "timezone", "since",
    "languages", "accent_light", "accent_dark", "letters", "copyright", "accounts", "robots"};

static void put_section(struct screen *screen, struct value *list, const struct store_section *all,
                        size_t count, size_t i)
{
    struct value *one = value_append_object(list);
    bool typed = screen_retyped(screen, "section_row", all[i].id);
    int64_t above = typed ? screen_number(screen, "parent") : all[i].parent_id;
    value_set_number(one, "id", all[i].id);
    value_set_text(one, "name", typed ? screen_field(screen, "name") : all[i].name);
    value_set_text(one, "slug", typed ? screen_field(screen, "slug") : all[i].slug);
    value_set_bool(one, "nested", all[i].parent_id != 0);
    struct value *parents = value_set_list(one, "parents");
    for (size_t j = 0; j < count; j++)
        if (j != i && !all[j].parent_id)
            screen_option(parents, arena_printf(screen->arena, "%lld", (long long)all[j].id),
                          all[j].name, all[j].id == above);
}

/* Each with those below it. */
static struct error put_sections(struct screen *screen)
{
    struct store_section *all;
    size_t count;
    TRY(store_sections(screen->tx, screen->arena, &all, &count));
    struct value *list = value_set_list(screen->root, "sections");
    struct value *tops = value_set_list(screen->root, "tops");
    for (size_t i = 0; i < count; i++) {
        if (all[i].parent_id)
            continue;
        screen_option(tops, arena_printf(screen->arena, "%lld", (long long)all[i].id), all[i].name,
                      screen_retyped(screen, "section_form", 0) &&
                          all[i].id == screen_number(screen, "parent"));
        put_section(screen, list, all, count, i);
        for (size_t j = 0; j < count; j++)
            if (all[j].parent_id == all[i].id)
                put_section(screen, list, all, count, j);
    }
    return NO_ERROR;
}

static struct error put_pages(struct screen *screen)
{
    struct store_page *pages;
    struct store_ad *ads;
    size_t count;
    TRY(store_pages(screen->tx, screen->arena, &pages, &count));
    struct value *list = value_set_list(screen->root, "pages");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_text(one, "slug", pages[i].slug);
        value_set_text(one, "name", pages[i].title);
        screen_time(screen, one, "at", pages[i].updated_at);
    }
    TRY(store_ads(screen->tx, screen->arena, &ads, &count));
    list = value_set_list(screen->root, "ads");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "id", ads[i].id);
        bool typed =
            screen_retyped(screen, "ad_row", 0) && screen_number(screen, "id") == ads[i].id;
        value_set_text(one, "ad_title", typed ? screen_field(screen, "title") : ads[i].title);
        value_set_text(one, "ad_text", typed ? screen_field(screen, "text") : ads[i].text);
        value_set_text(one, "ad_url", typed ? screen_field(screen, "url") : ads[i].url);
        value_set_bool(one, "open", typed);
    }
    return NO_ERROR;
}

/* The one that it is, and others to choose from. */
static struct error put_logo(struct screen *screen, int64_t logo)
{
    value_set_bool(screen->root, "has_logo", logo != 0);
    value_set_number(screen->root, "logo_id", logo);
    value_set_text(screen->root, "logo", screen_picture(screen, logo, "w640"));
    return put_library(screen, logo);
}

struct error settings_open(struct screen *screen)
{
    const struct settings *s = &screen->settings;
    screen_begin(screen, "settings", "settings");
    struct str since = arena_printf(screen->arena, "%lld", (long long)s->since);
    const struct str values[] = {s->name,         s->tagline,     s->place,   s->url,
                                 s->language,     s->timezone,    since,      s->languages,
                                 s->accent_light, s->accent_dark, s->letters, s->copyright,
                                 s->accounts,     s->robots};
    struct value *f = value_set_object(screen->root, "f");
    bool typed = screen->form.count && screen->redraw;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        value_set_text(f, names[i], typed ? screen_field(screen, names[i]) : values[i]);
    struct str chosen = typed ? screen_field(screen, "letters") : s->letters;
    struct value *letters = value_set_list(screen->root, "letters");
    screen_option(letters, STR("serif"), desk_say(screen->desk, "letters_serif"),
                  str_eq(chosen, STR("serif")));
    screen_option(letters, STR("sans"), desk_say(screen->desk, "letters_sans"),
                  str_eq(chosen, STR("sans")));
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    TRY(put_logo(screen, typed ? screen_number(screen, "logo") : s->logo));
    TRY(put_sections(screen));
    TRY(put_pages(screen));
    int64_t change;
    if (str_to_i64(screen_query(screen, "change"), &change))
        TRY(screen_changed(screen, change));
    return NO_ERROR;
}

static struct error redraw_settings(struct screen *screen, const struct error *error)
{
    TRY(settings_open(screen));
    screen_error(screen, error);
    return NO_ERROR;
}

/* The form again, as it was typed, with the pictures that were looked for. */
struct error settings_choose(struct screen *screen)
{
    screen->redraw = redraw_settings;
    return settings_open(screen);
}

/* The same without the fields of the first form: another one of the page failed. */
static struct error redraw_others(struct screen *screen, const struct error *error)
{
    screen->redraw = NULL;
    return redraw_settings(screen, error);
}

static void saved(struct screen *screen)
{
    screen_go(screen, "/desk/settings?saved=1");
}

struct error settings_do(struct screen *screen)
{
    struct settings s = screen->settings, checked;
    screen->redraw = redraw_settings;
    struct str *values[] = {&s.name,         &s.tagline,     &s.place,   &s.url,
                            &s.language,     &s.timezone,    NULL,       &s.languages,
                            &s.accent_light, &s.accent_dark, &s.letters, &s.copyright,
                            &s.accounts,     &s.robots};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (values[i])
            *values[i] = str_trim(screen_field(screen, names[i]));
    if (http_form_get(&screen->form, STR("logo")).at)
        s.logo = screen_number(screen, "logo");
    if (!str_to_i64(str_trim(screen_field(screen, "since")), &s.since))
        return error_make(ERR_INVALID, "The founding year", "give a year in digits");
    TRY(settings_check(&s, screen->arena, &checked));
    TRY(furnish_settings(screen->tx, screen->actor, &checked, screen->now, screen->arena,
                         &screen->changes));
    saved(screen);
    return NO_ERROR;
}

/* ---- Sections ------------------------------------------------------------------------------ */

struct error section_add_do(struct screen *screen)
{
    int64_t id;
    screen->redraw = redraw_others;
    screen->form_name = "section_form";
    TRY(furnish_section_add(screen->tx, screen->actor, screen_field(screen, "name"),
                            str_trim(screen_field(screen, "slug")), screen_number(screen, "parent"),
                            screen->now, screen->arena, &screen->changes, &id));
    saved(screen);
    return NO_ERROR;
}

/* Moves the section up or down, as the button says, among those that stand where it stands. */
static struct error move(struct screen *screen, bool up)
{
    struct store_section *all;
    size_t count, at = 0, to;
    TRY(store_sections(screen->tx, screen->arena, &all, &count));
    int64_t *ids = ARENA_ARRAY(screen->arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        ids[i] = all[i].id;
    while (at < count && ids[at] != screen->id)
        at++;
    to = at;
    do {
        if (at == count || (up ? to == 0 : to + 1 >= count))
            return NO_ERROR;
        to += up ? -1 : 1;
    } while (all[to].parent_id != all[at].parent_id);
    ids[at] = ids[to];
    ids[to] = screen->id;
    return furnish_section_order(screen->tx, screen->actor, ids, count, screen->now, screen->arena,
                                 &screen->changes);
}

struct error section_do(struct screen *screen)
{
    struct str what = screen_field(screen, "do");
    screen->redraw = redraw_others;
    screen->form_name = "section_row";
    if (str_eq(what, STR("up")) || str_eq(what, STR("down")))
        TRY(move(screen, str_eq(what, STR("up"))));
    else
        TRY(furnish_section(screen->tx, screen->actor, screen->id, screen_field(screen, "name"),
                            str_trim(screen_field(screen, "slug")), screen_number(screen, "parent"),
                            screen->now, screen->arena, &screen->changes));
    saved(screen);
    return NO_ERROR;
}

/* All at once: `order` holds the ids, parted by commas. */
struct error sections_order_do(struct screen *screen)
{
    int64_t ids[SECTIONS_MAX];
    size_t count = 0;
    struct str list = screen_field(screen, "order"), one;
    screen->redraw = redraw_others;
    while (list.len && count < SECTIONS_MAX && str_split(&list, ',', &one))
        if (!str_to_i64(str_trim(one), &ids[count++]))
            return error_make(ERR_INVALID, "The order", "it holds something that is no section");
    TRY(furnish_section_order(screen->tx, screen->actor, ids, count, screen->now, screen->arena,
                              &screen->changes));
    saved(screen);
    return NO_ERROR;
}

/* ---- Standing pages ------------------------------------------------------------------------ */

static struct error draw_page(struct screen *screen, struct str title, struct str body)
{
    struct markdown_html html;
    screen_begin(screen, "page", NULL);
    screen_title(screen, title.len ? title : screen->word);
    value_set_text(screen->root, "slug", screen->word);
    value_set_text(screen->root, "page_title", title);
    value_set_text(screen->root, "body", body);
    if (markdown_html(body, NULL, screen->arena, &html).code == ERR_OK)
        value_set_html(screen->root, "body_html", html.html);
    return NO_ERROR;
}

/* Whether a page may have that address: no section's, nothing of the site itself. */
static struct error check_page_slug(struct screen *screen, struct str slug)
{
    struct store_section section;
    struct store_page page;
    if (!text_slug_valid(slug))
        return error_make(ERR_INVALID, "The page's address",
                          "use lower-case letters, digits and single hyphens");
    if (store_page(screen->tx, slug, screen->arena, &page).code == ERR_OK)
        return NO_ERROR;
    if (slug_is_reserved(slug) ||
        store_section_by_slug(screen->tx, slug, screen->arena, &section).code == ERR_OK)
        return error_make(ERR_INVALID, "The page's address",
                          "the site has something else there; choose another");
    return NO_ERROR;
}

/* For a title of which no address can be made: "page", "page-2". */
static struct error free_page_slug(struct screen *screen, struct str *ret_slug)
{
    struct store_page page;
    struct store_section section;
    struct str slug = STR("page");
    for (int try = 2; try < 1000; try++) {
        struct error error = store_page(screen->tx, slug, screen->arena, &page);
        if (error.code == ERR_NOT_FOUND)
            error = store_section_by_slug(screen->tx, slug, screen->arena, &section);
        if (error.code == ERR_NOT_FOUND)
            break;
        TRY(error);
        slug = arena_printf(screen->arena, "page-%d", try);
    }
    *ret_slug = slug;
    return NO_ERROR;
}

/* One that isn't there yet is an empty form: saving makes it. */
struct error page_open(struct screen *screen)
{
    struct store_page page = {0};
    struct error error = store_page(screen->tx, screen->word, screen->arena, &page);
    if (error.code == ERR_NOT_FOUND)
        TRY(check_page_slug(screen, screen->word));
    else
        TRY(error);
    TRY(draw_page(screen, page.title, page.body));
    value_set_bool(screen->root, "exists", error.code == ERR_OK);
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    return NO_ERROR;
}

struct error pages_add_do(struct screen *screen)
{
    struct str title = str_trim(screen_field(screen, "title"));
    screen->redraw = redraw_others;
    screen->form_name = "page_form";
    if (!title.len)
        return error_make(ERR_INVALID, "The page's title", "give a short title");
    struct str slug = text_slug(title, STR(""), screen->arena);
    if (!slug.len)
        TRY(free_page_slug(screen, &slug));
    TRY(check_page_slug(screen, slug));
    screen_go(screen, "/desk/settings/pages/%.*s", STR_ARG(slug));
    return NO_ERROR;
}

struct error page_remove_do(struct screen *screen)
{
    screen->redraw = redraw_others;
    TRY(furnish_page_remove(screen->tx, screen->actor, screen->word, screen->now, screen->arena,
                            &screen->changes));
    saved(screen);
    return NO_ERROR;
}

static struct error redraw_page(struct screen *screen, const struct error *error)
{
    TRY(draw_page(screen, screen_field(screen, "title"), screen_field(screen, "body")));
    if (error)
        screen_error(screen, error);
    return NO_ERROR;
}

static struct error page_preview(struct screen *screen)
{
    screen->location = STR_NONE;
    return redraw_page(screen, NULL);
}

struct error page_do(struct screen *screen)
{
    screen->redraw = redraw_page;
    if (str_eq(screen_field(screen, "do"), STR("preview"))) {
        screen->after = page_preview;
        return NO_ERROR;
    }
    TRY(check_page_slug(screen, screen->word));
    TRY(furnish_page(screen->tx, screen->actor, screen->word,
                     str_trim(screen_field(screen, "title")), screen_field(screen, "body"),
                     screen->now, screen->arena, &screen->changes));
    screen_go(screen, "/desk/settings/pages/%.*s?saved=1", STR_ARG(screen->word));
    return NO_ERROR;
}

/* ---- House advertisements ------------------------------------------------------------------ */

struct error ad_do(struct screen *screen)
{
    struct store_ad ad = {.id = screen_number(screen, "id"),
                          .title = str_trim(screen_field(screen, "title")),
                          .text = str_trim(screen_field(screen, "text")),
                          .url = str_trim(screen_field(screen, "url"))};
    int64_t id;
    screen->redraw = redraw_others;
    screen->form_name = ad.id ? "ad_row" : "ad_form";
    TRY(furnish_ad(screen->tx, screen->actor, &ad, screen->now, screen->arena, &screen->changes,
                   &id));
    saved(screen);
    return NO_ERROR;
}

struct error ad_remove_do(struct screen *screen)
{
    screen->redraw = redraw_others;
    TRY(furnish_ad_remove(screen->tx, screen->actor, screen->id, screen->now, screen->arena,
                          &screen->changes));
    saved(screen);
    return NO_ERROR;
}
