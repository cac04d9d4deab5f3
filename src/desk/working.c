/* Working copies and who is in a story: what the editor's script sends while somebody types, and
 * what was typed and not saved, offered again. */
#include "newsroom/working.h"
#include "base/hash.h"
#include "base/log.h"
#include "desk/screen.h"
#include "render/json.h"
#include "text/dates.h"

/* The page of the browser that a form comes from. */
static struct working_page page_of(const struct screen *screen, int64_t story_id)
{
    return (struct working_page){.story_id = story_id,
                                 .name = screen_field(screen, "page"),
                                 .continues = screen_number(screen, "working"),
                                 .seen = screen_number(screen, "seen")};
}

/* ---- While somebody types ------------------------------------------------------------------ */

static struct error put_here(struct screen *screen, json_t *json)
{
    struct store_presence *who;
    size_t count;
    json_t *names = json_array();
    TRY(store_presences(screen->tx, screen->id, screen->now, screen->arena, &who, &count));
    for (size_t i = 0; i < count; i++) {
        struct str name = screen_account(screen, who[i].account_id);
        if (who[i].account_id != screen->actor->account_id && name.len)
            (void)json_array_append_new(names, json_stringn(name.at, name.len));
    }
    (void)json_object_set_new(json, "here", names);
    return NO_ERROR;
}

/* A revision that the page has not seen; with the page's form also where both texts are one, unless
 * they changed the same. */
static struct error put_newer(struct screen *screen, int64_t base, const struct store_form *typed,
                              json_t *json)
{
    struct store_story story;
    struct store_revision newest;
    struct store_revision_desk desk;
    TRY(store_story(screen->tx, screen->id, screen->arena, &story));
    if (!base || story.newest <= base)
        return NO_ERROR;
    TRY(store_revision(screen->tx, story.newest, screen->arena, &newest));
    TRY(store_revision_desk(screen->tx, story.newest, screen->arena, &desk));
    json_t *newer = json_object();
    json_put(newer, "who", screen_account(screen, desk.account_id));
    json_put(newer, "at",
             text_time(newest.at, screen->settings.timezone, desk_say(screen->desk, "lang"),
                       screen->arena));
    (void)json_object_set_new(json, "newer", newer);
    struct store_form form = typed ? *typed : (struct store_form){0};
    int64_t from = 0;
    if (typed)
        TRY(form_take_newer(screen, &form, &from));
    if (from)
        json_put(newer, "go",
                 arena_printf(screen->arena, "/desk/stories/%lld?merge=1&merged=%lld&with=%lld",
                              (long long)screen->id, (long long)from, (long long)form.base));
    return NO_ERROR;
}

static struct error answer_told(struct screen *screen, int64_t base, const struct store_form *typed,
                                json_t *json)
{
    struct str text;
    json_put(json, "at",
             text_time(screen->now, screen->settings.timezone, desk_say(screen->desk, "lang"),
                       screen->arena));
    if (screen->id) {
        json_put_integer(json, "base", base);
        TRY(put_here(screen, json));
        TRY(put_newer(screen, base, typed, json));
    }
    TRY(json_finish(json, false, screen->arena, &text));
    screen_json(screen, 200, text);
    return NO_ERROR;
}

/* {at, working, base, here, newer: {who, at, go}}: what the page holds is on the disk when this is
 * answered. */
struct error working_do(struct screen *screen)
{
    struct store_working copy;
    TRY(document_take(screen));
    struct working_page page = page_of(screen, screen->id);
    struct store_form form = form_typed(screen);
    TRY(working_write(screen->tx, screen->actor, &page, screen_number(screen, "turn"), &form,
                      screen->now, screen->arena, &copy));
    if (screen->id)
        TRY(story_enter(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    json_t *json = json_object();
    json_put_integer(json, "working", copy.id);
    return answer_told(screen, copy.form.base, &copy.form, json);
}

/* A sign of life, or with `leave` its end: {at, base, here, newer}. */
struct error here_do(struct screen *screen)
{
    if (screen_checked(screen, "leave"))
        TRY(story_leave(screen->tx, screen->actor, screen->id));
    else
        TRY(story_enter(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    return answer_told(screen, screen_number(screen, "base"), NULL, json_object());
}

/* A form that outlived its sign-in goes on with this token, when the same person came back. */
struct error token_give(struct screen *screen)
{
    struct str text;
    json_t *json = json_object();
    json_put(json, "token", form_token(screen));
    json_put_integer(json, "account", screen->actor->account_id);
    TRY(json_finish(json, false, screen->arena, &text));
    screen_json(screen, 200, text);
    return NO_ERROR;
}

/* ---- Coming in ----------------------------------------------------------------------------- */

static struct error settle(struct screen *screen)
{
    struct changes changes;
    const int64_t *id = screen->context;
    TRY(store_write(screen->call->store, &screen->tx));
    changes_init(&changes, screen->arena);
    changes.why_none = "the desk's own";
    TRY(working_settle(screen->tx, screen->actor, *id, screen->now, screen->arena, &changes));
    return changes_commit(&screen->tx, &changes, screen->now, NULL);
}

static struct error note_presence(struct screen *screen)
{
    struct changes changes;
    TRY(store_write(screen->call->store, &screen->tx));
    changes_init(&changes, screen->arena);
    changes.why_none = "the desk's own";
    TRY(story_opened(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    return changes_commit(&screen->tx, &changes, screen->now, NULL);
}

static void end_tx(struct screen *screen)
{
    store_end(screen->tx);
    screen->tx = NULL;
}

struct error working_come_in(struct screen *screen)
{
    int64_t *ids;
    size_t count;
    struct error error;
    TRY(working_unsettled(screen->tx, screen->actor, screen->id, screen->now, screen->arena, &ids,
                          &count));
    end_tx(screen);
    for (size_t i = 0; i < count; i++) {
        screen->context = &ids[i];
        error = settle(screen);
        screen->context = NULL;
        if (error.code != ERR_OK && error_status(error.code) >= 500)
            log_error("making a revision of an unsaved text", &error);
        end_tx(screen);
    }
    error = note_presence(screen);
    if (error.code != ERR_OK)
        log_error("noting who is in a story", &error);
    end_tx(screen);
    return store_read(screen->call->store, &screen->tx);
}

/* ---- Offered again ------------------------------------------------------------------------- */

static struct str working_path(const struct screen *screen, int64_t id)
{
    return arena_printf(screen->arena, "/desk/working/%lld", (long long)id);
}

static struct str path_to_go_on(const struct screen *screen, const struct store_working *copy)
{
    if (!copy->story_id)
        return arena_printf(screen->arena, "/desk/stories/new?working=%lld", (long long)copy->id);
    return arena_printf(screen->arena, "/desk/stories/%lld?working=%lld", (long long)copy->story_id,
                        (long long)copy->id);
}

static void put_row(struct screen *screen, struct value *list, const struct store_working *copy)
{
    struct value *row = value_append_object(list);
    bool mine = copy->account_id == screen->actor->account_id;
    value_set_bool(screen->root, "has_unsaved", true);
    value_set_text(row, "path", working_path(screen, copy->id));
    value_set_text(row, "name",
                   copy->form.headline.len ? copy->form.headline
                                           : desk_say(screen->desk, "untitled"));
    value_set_text(row, "lang", copy->form.language);
    screen_time(screen, row, "at", copy->at);
    value_set_bool(row, "mine", mine);
    if (mine)
        value_set_text(row, "go_on", path_to_go_on(screen, copy));
    else
        value_set_text(row, "who", screen_account(screen, copy->account_id));
}

struct error working_put_all(struct screen *screen)
{
    struct store_working *rows;
    size_t count;
    struct value *list = value_set_list(screen->root, "unsaved");
    TRY(store_workings_of(screen->tx, screen->actor->account_id, WORKING_SHOWN, screen->arena,
                          &rows, &count));
    for (size_t i = 0; i < count; i++)
        put_row(screen, list, &rows[i]);
    if (role_reach(screen->actor->role, ACTION_STORY_EDIT) != REACH_ALL)
        return NO_ERROR;
    TRY(store_workings_left(screen->tx, WORKING_SHOWN, screen->arena, &rows, &count));
    for (size_t i = 0; i < count; i++)
        put_row(screen, list, &rows[i]);
    return NO_ERROR;
}

static struct error own_of(struct screen *screen, struct store_working **ret, size_t *ret_count)
{
    size_t count, n = 0;
    struct store_working *rows;
    if (screen->id)
        TRY(store_workings(screen->tx, screen->id, WORKING_SHOWN, screen->arena, &rows, &count));
    else
        TRY(store_workings_of(screen->tx, screen->actor->account_id, WORKING_NEW + WORKING_SHOWN,
                              screen->arena, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (!rows[i].settled && rows[i].story_id == screen->id &&
            rows[i].account_id == screen->actor->account_id)
            rows[n++] = rows[i];
    *ret = rows;
    *ret_count = n;
    return NO_ERROR;
}

/* The one that the address names. */
static struct error asked_for(struct screen *screen, struct store_working *ret)
{
    int64_t id;
    struct store_working copy;
    if (!str_to_i64(screen_query(screen, "working"), &id))
        return NO_ERROR;
    struct error error = store_working(screen->tx, id, screen->arena, &copy);
    if (error.code == ERR_NOT_FOUND) /* saved or discarded since */
        return NO_ERROR;
    TRY(error);
    if (copy.account_id == screen->actor->account_id && copy.story_id == screen->id)
        *ret = copy;
    return NO_ERROR;
}

struct error working_choose(struct screen *screen, struct store_working *ret_copy)
{
    struct store_working copy = {0}, *rows;
    struct store_story story;
    struct store_form newest;
    size_t count;
    *ret_copy = copy;
    if (screen->request->method != HTTP_GET)
        return NO_ERROR;
    TRY(asked_for(screen, &copy));
    if (!copy.id && screen->id) {
        TRY(own_of(screen, &rows, &count));
        TRY(store_story(screen->tx, screen->id, screen->arena, &story));
        if (count != 1 || rows[0].form.base != story.newest)
            return NO_ERROR;
        TRY(store_working(screen->tx, rows[0].id, screen->arena, &copy));
        TRY(form_of_revision(screen->tx, story.newest, screen->arena, &newest));
        if (form_equal(&copy.form, &newest) && !copy.form.note.len)
            return NO_ERROR;
    }
    *ret_copy = copy;
    return NO_ERROR;
}

/* A name for this page, or that of the form which is drawn again. */
static void put_page(struct screen *screen, const struct store_working *copy)
{
    char *name = arena_alloc(screen->arena, 33);
    struct str again = screen_field(screen, "page");
    hash_token(name, 16);
    value_set_text(screen->root, "page", again.len ? again : str_n(name, 32));
    value_set_number(screen->root, "working",
                     again.len ? screen_number(screen, "working") : copy->id);
    value_set_number(screen->root, "seen", again.len ? screen_number(screen, "seen") : copy->turn);
}

/* What colleagues typed into the story and did not save. */
static struct error put_others(struct screen *screen, struct value *list)
{
    struct store_working *rows;
    size_t count;
    TRY(store_workings(screen->tx, screen->id, WORKING_SHOWN, screen->arena, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (!rows[i].settled && rows[i].account_id != screen->actor->account_id)
            put_row(screen, list, &rows[i]);
    return NO_ERROR;
}

struct error working_put(struct screen *screen, const struct store_working *copy)
{
    struct store_working *rows;
    struct store_story story;
    size_t count;
    put_page(screen, copy);
    struct value *list = value_set_list(screen->root, "unsaved");
    TRY(own_of(screen, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (rows[i].id != copy->id)
            put_row(screen, list, &rows[i]);
    if (screen->id)
        TRY(put_others(screen, list));
    if (!copy->id)
        return NO_ERROR;
    struct value *shown = value_set_object(screen->root, "shown_copy");
    value_set_text(shown, "path", working_path(screen, copy->id));
    screen_time(screen, shown, "at", copy->at);
    value_set_text(screen->root, "note_typed", copy->form.note);
    if (screen->id) {
        TRY(store_story(screen->tx, screen->id, screen->arena, &story));
        value_set_bool(shown, "older", copy->form.base != story.newest);
    }
    return NO_ERROR;
}

struct error working_saved(struct screen *screen, int64_t story_id)
{
    struct working_page page = page_of(screen, story_id);
    return working_done(screen->tx, screen->actor, &page, screen->arena);
}

struct error working_from(struct screen *screen, struct store_form *form)
{
    struct working_page page = page_of(screen, screen->id);
    return working_base(screen->tx, screen->actor, &page, form->base, screen->arena, &form->base);
}

/* ---- One of them, to look at --------------------------------------------------------------- */

static struct error find(struct screen *screen, struct store_working *ret)
{
    struct store_working copy;
    TRY(store_working(screen->tx, screen->id, screen->arena, &copy));
    TRY(working_may_see(screen->tx, screen->actor, &copy));
    *ret = copy;
    return NO_ERROR;
}

struct error working_open(struct screen *screen)
{
    struct store_working copy;
    struct store_account owner;
    struct store_story story;
    struct store_form newest = {0};
    TRY(find(screen, &copy));
    TRY(store_account(screen->tx, copy.account_id, screen->arena, &owner));
    if (copy.story_id) {
        TRY(store_story(screen->tx, copy.story_id, screen->arena, &story));
        TRY(form_of_revision(screen->tx, story.newest, screen->arena, &newest));
    }
    bool mine = owner.id == screen->actor->account_id;
    screen_begin(screen, "working", "unsaved_text");
    value_set_text(screen->root, "path", screen->request->path);
    value_set_number(screen->root, "story", copy.story_id);
    value_set_text(screen->root, "who", owner.name);
    value_set_bool(screen->root, "left", owner.disabled_at != 0);
    value_set_bool(screen->root, "can_discard", mine || owner.disabled_at);
    if (mine)
        value_set_text(screen->root, "go_on", path_to_go_on(screen, &copy));
    screen_time(screen, screen->root, "at", copy.at);
    put_comparison(screen, &newest, &copy.form);
    return NO_ERROR;
}

struct error working_act(struct screen *screen)
{
    struct store_working copy;
    TRY(find(screen, &copy));
    int64_t id = copy.id;
    screen->id = copy.story_id;
    if (str_eq(screen_field(screen, "do"), STR("discard"))) {
        TRY(working_discard(screen->tx, screen->actor, id, screen->now, screen->arena));
        if (copy.story_id)
            screen_go(screen, "/desk/stories/%lld", (long long)copy.story_id);
        else
            screen_go(screen, "/desk");
        return NO_ERROR;
    }
    TRY(form_save(screen, &copy.form));
    return store_working_remove(screen->tx, id);
}
