/* Pieces that the screens share. */
#include "desk/screen.h"
#include "http/cookie.h"
#include "text/dates.h"

void screen_title(struct screen *screen, struct str title)
{
    value_set_text(screen->root, "title", title);
}

static void set_place(struct screen *screen)
{
    static const struct {
        const char *key, *path;
        enum action action;
    } places[] = {
        {"today", "/desk", ACTION_TODAY_SEE},
        {"stories", "/desk/stories", ACTION_TODAY_SEE},
        {"front", "/desk/front", ACTION_FRONT_ARRANGE},
        {"pictures", "/desk/pictures", ACTION_PICTURE_SEE},
        {"people", "/desk/people", ACTION_PEOPLE_EDIT},
        {"settings", "/desk/settings", ACTION_SETTINGS_EDIT},
        {"audit", "/desk/audit", ACTION_AUDIT_SEE},
    };
    struct value *nav = value_set_list(screen->root, "nav");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!screen_can(screen, places[i].action))
            continue;
        struct value *place = value_append_object(nav);
        struct str path = str_of(places[i].path), here = screen->request->path;
        value_set_text(place, "path", path);
        value_set_text(place, "name", desk_say(screen->desk, places[i].key));
        value_set_bool(place, "here", i ? str_starts(here, path) : str_eq(here, path));
    }
}

void screen_begin(struct screen *screen, const char *template, const char *title_key)
{
    struct value *root = value_object(screen->arena);
    screen->root = root;
    screen->template = template;
    value_set(root, "t", desk_words_value(screen->desk));
    value_set(root, "asset", desk_asset_urls(screen->desk));
    value_set_text(root, "newsroom", screen->settings.name);
    value_set_text(root, "zone", screen->settings.timezone);
    value_set_text(root, "site_url", screen->settings.url);
    value_set_text(root, "desk_url", screen->call->url);
    value_set_text(root, "title", title_key ? desk_say(screen->desk, title_key) : STR_NONE);
    if (!screen->signed_in)
        return;
    value_set_bool(root, "signed_in", true);
    value_set_text(root, "token", form_token(screen));
    value_set_number(root, "my_id", screen->actor->account_id);
    value_set_text(root, "me", screen->session.account.name);
    value_set_text(root, "my_role", desk_say(screen->desk, role_text(screen->actor->role).at));
    set_place(screen);
}

void screen_go(struct screen *screen, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    screen->location = arena_vprintf(screen->arena, format, args);
    va_end(args);
}

struct str screen_field(const struct screen *screen, const char *name)
{
    struct str value = http_form_get(&screen->form, str_of(name));
    return value.at ? value : STR("");
}

struct str screen_query(const struct screen *screen, const char *name)
{
    struct str value = http_form_get(&screen->query, str_of(name));
    return value.at ? str_trim(value) : STR("");
}

int64_t screen_number(const struct screen *screen, const char *name)
{
    int64_t number;
    return str_to_i64(str_trim(screen_field(screen, name)), &number) && number > 0 ? number : 0;
}

bool screen_checked(const struct screen *screen, const char *name)
{
    return screen_field(screen, name).len > 0;
}

/* "today 14:05", "24 November 2026, 14:05". */
static struct str time_words(const struct screen *screen, int64_t moment)
{
    struct str zone = screen->settings.timezone, language = desk_say(screen->desk, "lang");
    struct str day = text_iso_date(moment, zone, screen->arena);
    struct str time = text_time(moment, zone, language, screen->arena);
    const int64_t whole = 24 * 3600 * 1000;
    const char *near = NULL;
    if (str_eq(day, text_iso_date(screen->now, zone, screen->arena)))
        near = "today_at";
    else if (str_eq(day, text_iso_date(screen->now - whole, zone, screen->arena)))
        near = "yesterday_at";
    else if (str_eq(day, text_iso_date(screen->now + whole, zone, screen->arena)))
        near = "tomorrow_at";
    if (!near)
        return text_date_time(moment, zone, language, screen->arena);
    return arena_printf(screen->arena, "%.*s %.*s", STR_ARG(desk_say(screen->desk, near)),
                        STR_ARG(time));
}

void screen_time(const struct screen *screen, struct value *object, const char *name,
                 int64_t moment)
{
    if (!moment || moment == NEVER)
        return;
    struct value *time = value_set_object(object, name);
    struct str zone = screen->settings.timezone;
    value_set_text(time, "iso", text_rfc3339(moment, zone, screen->arena));
    value_set_text(time, "text", time_words(screen, moment));
    value_set_text(time, "exact",
                   arena_printf(screen->arena, "%.*s (%.*s)",
                                STR_ARG(text_rfc3339(moment, zone, screen->arena)), STR_ARG(zone)));
}

struct str screen_wall(const struct screen *screen, int64_t moment)
{
    if (!moment)
        return STR("");
    return str_cut(text_rfc3339(moment, screen->settings.timezone, screen->arena), 0, 16);
}

struct error screen_wall_read(const struct screen *screen, const char *name, const char *what,
                              int64_t *ret_moment)
{
    struct str text = str_trim(screen_field(screen, name));
    if (!text_parse_time(text, screen->settings.timezone, ret_moment))
        return error_make(ERR_INVALID, what, "give a day and a time, as in 2026-11-24 14:05");
    return NO_ERROR;
}

struct str screen_account(const struct screen *screen, int64_t id)
{
    struct store_account account;
    if (!id)
        return STR_NONE;
    struct error error = store_account(screen->tx, id, screen->arena, &account);
    return error.code == ERR_OK ? account.name : STR_NONE;
}

void screen_state(const struct screen *screen, struct value *object, enum desk_state state)
{
    struct str text = desk_state_text(state);
    value_set_text(object, "state", text);
    value_set_text(object, "state_word", desk_say(screen->desk, text.at));
}

void screen_note(struct screen *screen, struct value *object, const struct store_note *note)
{
    static const char *const kinds[] = {"", "",          "note_handed_in", "note_returned",
                                        "", "note_clock"};
    struct str text = note->text, first = text;
    if (note->kind == NOTE_STATE || note->kind == NOTE_CLOCK) {
        struct str rest = text;
        (void)str_split(&rest, '\n', &first);
        text = rest;
        ptrdiff_t space = str_find_char(first, ' ');
        struct str verb = space < 0 ? first : str_cut(first, 0, (size_t)space);
        value_set_text(
            object, "did",
            desk_say(screen->desk, arena_printf(screen->arena, "did_%.*s", STR_ARG(verb)).at));
    } else if (kinds[note->kind][0]) {
        value_set_text(object, "did", desk_say(screen->desk, kinds[note->kind]));
    }
    value_set_text(object, "text", text);
    value_set_text(object, "who",
                   note->account_id ? screen_account(screen, note->account_id)
                                    : desk_say(screen->desk, "the_program"));
    screen_time(screen, object, "at", note->at);
}

struct error screen_names(struct screen *screen, enum store_name_kind kind, const char *list_name)
{
    enum { SUGGESTED = 200 };
    struct store_name *names;
    size_t count;
    TRY(store_names_like(screen->tx, kind, STR(""), SUGGESTED, screen->arena, &names, &count));
    struct value *list = value_set_list(screen->root, list_name);
    for (size_t i = 0; i < count; i++)
        value_append_text(list, names[i].name);
    return NO_ERROR;
}

struct error screen_sections(struct screen *screen, struct str chosen)
{
    struct store_section *all;
    size_t count;
    TRY(store_sections(screen->tx, screen->arena, &all, &count));
    struct value *list = value_set_list(screen->root, "sections");
    for (size_t i = 0; i < count; i++) {
        if (all[i].parent_id)
            continue;
        screen_option(list, all[i].slug, all[i].name, str_eq(all[i].slug, chosen));
        for (size_t j = 0; j < count; j++)
            if (all[j].parent_id == all[i].id)
                screen_option(list, all[j].slug,
                              arena_printf(screen->arena, "%.*s / %.*s", STR_ARG(all[i].name),
                                           STR_ARG(all[j].name)),
                              str_eq(all[j].slug, chosen));
    }
    return NO_ERROR;
}

void screen_row(struct screen *screen, struct value *list, const struct store_desk_row *row)
{
    struct value *object = value_append_object(list);
    struct store_section section;
    value_set_number(object, "id", row->desk.story_id);
    value_set_text(object, "headline",
                   row->headline.len ? row->headline : desk_say(screen->desk, "untitled"));
    value_set_text(object, "lang", row->language);
    screen_state(screen, object, row->desk.state);
    value_set_bool(object, "live_too",
                   row->desk.published == STORY_PUBLISHED && row->desk.state != DESK_PUBLISHED);
    value_set_text(object, "owner", screen_account(screen, row->desk.owner_id));
    if (store_section(screen->tx, row->section_id, screen->arena, &section).code == ERR_OK)
        value_set_text(object, "section", section.name);
    screen_time(screen, object, "when",
                row->desk.publish_at ? row->desk.publish_at : row->changed_at);
    screen_time(screen, object, "embargo", row->desk.embargo_until);
    value_set_text(object, "thumb", screen_picture(screen, row->picture_id, "3x2-640"));
}

struct str screen_picture(const struct screen *screen, int64_t picture_id, const char *kind)
{
    struct store_rendition *renditions;
    size_t count, best = 0;
    if (!picture_id ||
        store_renditions(screen->tx, picture_id, screen->arena, &renditions, &count).code !=
            ERR_OK ||
        !count)
        return STR_NONE;
    for (size_t i = 0; i < count; i++)
        if (str_eq(renditions[i].kind, str_of(kind)) &&
            str_eq(renditions[i].type, STR("image/jpeg")))
            best = i;
    return arena_printf(screen->arena, "/desk/media/%.*s", STR_ARG(renditions[best].file));
}

void screen_option(struct value *list, struct str value, struct str text, bool chosen)
{
    struct value *option = value_append_object(list);
    value_set_text(option, "value", value);
    value_set_text(option, "text", text);
    value_set_bool(option, "chosen", chosen);
}

void screen_cookie(struct screen *screen, const char *name, struct str value, int64_t max_age)
{
    struct buf out = BUF_INIT(1000);
    struct http_cookie cookie = {.name = str_of(name),
                                 .value = value,
                                 .path = STR("/desk"),
                                 .max_age = max_age,
                                 .secure = screen->call->https};
    if (http_cookie_put(&out, &cookie) && screen->cookie_count < SCREEN_COOKIES)
        screen->cookies[screen->cookie_count++] = arena_str(screen->arena, buf_slice(&out));
    buf_release(&out);
}

struct error screen_changed(struct screen *screen, int64_t number)
{
    struct store_change *log;
    struct changed_address *addresses;
    struct changes changes;
    size_t count;
    bool complete, more;
    if (number <= 0)
        return NO_ERROR;
    TRY(store_changes_after(screen->tx, number - 1, 1, screen->arena, &log, &count, &complete));
    if (!count || log[0].number != number)
        return NO_ERROR;
    changes_init(&changes, screen->arena);
    for (size_t i = 0; i < log[0].count; i++)
        keys_note(&changes.keys, log[0].keys[i]);
    TRY(published_addresses(screen->tx, &changes, screen->arena, &addresses, &count, &more));
    struct value *panel = value_set_object(screen->root, "changed");
    struct value *list = value_set_list(panel, "addresses");
    static const char *const kinds[] = {"kind_story",   "kind_front",  "kind_section",
                                        "kind_tag",     "kind_author", "kind_feed",
                                        "kind_sitemap", "kind_page",   "kind_all"};
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_literal(one, "kind", desk_say(screen->desk, kinds[addresses[i].kind]).at);
        value_set_text(one, "name", addresses[i].name);
        if (addresses[i].kind != ADDRESS_ALL)
            value_set_text(one, "url",
                           arena_printf(screen->arena, "%.*s%.*s", STR_ARG(screen->settings.url),
                                        STR_ARG(addresses[i].path)));
        value_set_text(one, "path", addresses[i].path);
    }
    value_set_bool(panel, "more", more);
    value_set_bool(panel, "late", screen_query(screen, "late").len > 0);
    screen_time(screen, panel, "at", log[0].at);
    return NO_ERROR;
}

struct str screen_further(struct screen *screen, const char *path, const char *name, int64_t number)
{
    BUF_AUTO struct buf out = BUF_INIT(8000);
    (void)buf_printf(&out, "%s?", path);
    for (size_t i = 0; i < screen->query.count; i++) {
        struct http_form_field *field = &screen->query.fields[i];
        if (str_eq(field->name, str_of(name)) || !field->value.len)
            continue;
        http_percent_encode(&out, field->name, false);
        (void)buf_char(&out, '=');
        http_percent_encode(&out, field->value, false);
        (void)buf_char(&out, '&');
    }
    (void)buf_printf(&out, "%s=%lld", name, (long long)number);
    return arena_str(screen->arena, buf_slice(&out));
}

int64_t screen_query_date(const struct screen *screen, const char *name, bool end)
{
    int64_t moment = 0;
    struct str zone = screen->settings.timezone;
    if (!text_parse_time(screen_query(screen, name), zone, &moment))
        return 0;
    return end ? text_next_midnight(moment, zone) : moment;
}

bool screen_can(const struct screen *screen, enum action action)
{
    return screen->signed_in && role_reach(screen->actor->role, action) != REACH_NO;
}

void screen_error(struct screen *screen, const struct error *error)
{
    value_set_text(screen->root, "error", desk_say_error(screen->desk, error, screen->arena));
    if (!screen->form_name)
        return;
    struct value *typed = value_set_object(screen->root, screen->form_name);
    for (size_t i = 0; i < screen->form.count; i++) {
        const struct http_form_field *field = &screen->form.fields[i];
        value_set_text(typed, arena_printf(screen->arena, "%.*s", STR_ARG(field->name)).at,
                       field->value);
    }
}

bool screen_retyped(const struct screen *screen, const char *form_name, int64_t id)
{
    return screen->form_name && strcmp(screen->form_name, form_name) == 0 && screen->id == id;
}
