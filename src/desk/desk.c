/* The desk's one table of routes, and what happens around every handler. */
#include "base/log.h"
#include "desk/screen.h"
#include "http/choose.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "newsroom/front.h"
#include "render/json.h"

/* The largest form is the front's: three fields a pin, two a block, and what is asked for. */
enum { PARTS_MAX = 5, FORM_FIELDS_MAX = 3 * PINS_MAX + 2 * SECTIONS_MAX + 60 };

enum {
    ROUTE_OPEN = 1,   /* also for who isn't signed in */
    ROUTE_WRITES = 2, /* in a write transaction, committed when it succeeds */
    ROUTE_FREE = 4,   /* opens its transactions by itself */
    ROUTE_FILES = 8,  /* takes pictures */
    ROUTE_SLOW = 16,  /* takes seconds: waits in the queue of pictures */
};

static const struct desk_route {
    const char *path; /* :n a number, :w anything */
    enum http_method method;
    screen_handler *handle;
    enum action action;
    unsigned flags;
} routes[] = {
    {"", HTTP_GET, today, ACTION_TODAY_SEE, 0},
    {"sign-in", HTTP_GET, door_sign_in, ACTION_COUNT, ROUTE_OPEN},
    {"sign-in", HTTP_POST, door_sign_in_do, ACTION_COUNT, ROUTE_OPEN | ROUTE_FREE},
    {"sign-out", HTTP_POST, door_sign_out, ACTION_OWN_ACCOUNT, ROUTE_WRITES},
    {"welcome/:w", HTTP_GET, door_link, ACTION_COUNT, ROUTE_OPEN},
    {"welcome/:w", HTTP_POST, door_link_do, ACTION_COUNT, ROUTE_OPEN | ROUTE_FREE},
    {"preview/:w", HTTP_GET, preview_open, ACTION_COUNT, ROUTE_OPEN},
    {"preview/:w/:w", HTTP_GET, preview_media, ACTION_COUNT, ROUTE_OPEN},

    {"stories", HTTP_GET, stories_list, ACTION_TODAY_SEE, 0},
    {"stories", HTTP_POST, story_create, ACTION_STORY_ADD, ROUTE_FREE | ROUTE_FILES},
    {"stories/new", HTTP_GET, story_new, ACTION_STORY_ADD, 0},
    {"stories/document", HTTP_POST, document_do, ACTION_STORY_ADD, 0},
    {"stories/preview", HTTP_POST, story_preview_pane, ACTION_STORY_ADD, ROUTE_FILES},
    {"stories/token", HTTP_GET, token_give, ACTION_OWN_ACCOUNT, 0},
    {"stories/working", HTTP_POST, working_do, ACTION_STORY_ADD, ROUTE_WRITES},
    {"stories/:n/working", HTTP_POST, working_do, ACTION_STORY_EDIT, ROUTE_WRITES},
    {"stories/:n/here", HTTP_POST, here_do, ACTION_STORY_EDIT, ROUTE_WRITES},
    {"working/:n", HTTP_GET, working_open, ACTION_STORY_ADD, 0},
    {"working/:n", HTTP_POST, working_act, ACTION_STORY_ADD, ROUTE_WRITES},
    {"stories/choose", HTTP_POST, story_choose, ACTION_STORY_ADD, ROUTE_FREE | ROUTE_FILES},
    {"names", HTTP_GET, names_find, ACTION_STORY_ADD, 0},
    {"embeds", HTTP_GET, embed_look, ACTION_STORY_ADD, 0},
    {"stories/:n", HTTP_GET, story_open, ACTION_STORY_SEE, 0},
    {"stories/:n", HTTP_POST, story_save_do, ACTION_STORY_EDIT, ROUTE_FREE | ROUTE_FILES},
    {"stories/:n/step", HTTP_POST, story_act, ACTION_STORY_SEE, ROUTE_WRITES},
    {"stories/:n/notes", HTTP_POST, note_do, ACTION_NOTE_ADD, ROUTE_WRITES},
    {"stories/:n/embargo", HTTP_POST, embargo_do, ACTION_STORY_EMBARGO, ROUTE_WRITES},
    {"stories/:n/related", HTTP_POST, related_do, ACTION_STORY_RELATE, ROUTE_WRITES},
    {"stories/:n/owner", HTTP_POST, assign_do, ACTION_STORY_ASSIGN, ROUTE_WRITES},
    {"stories/:n/previews", HTTP_POST, preview_do, ACTION_PREVIEW_MAKE, ROUTE_WRITES},
    {"stories/:n/previews/:n", HTTP_POST, preview_revoke_do, ACTION_PREVIEW_REVOKE, ROUTE_WRITES},
    {"stories/:n/revisions/:n", HTTP_GET, revision_open, ACTION_STORY_SEE, 0},
    {"stories/:n/revisions/:n", HTTP_POST, revision_restore, ACTION_STORY_RESTORE, ROUTE_WRITES},

    {"stories/:n/kept/:n", HTTP_GET, kept_open, ACTION_STORY_RESTORE, 0},
    {"stories/:n/kept/:n", HTTP_POST, kept_restore, ACTION_STORY_RESTORE, ROUTE_WRITES},
    {"notes/read", HTTP_POST, notes_read_do, ACTION_OWN_ACCOUNT, ROUTE_WRITES},

    {"stories/:n/corrections", HTTP_POST, correct_do, ACTION_STORY_CORRECT, ROUTE_WRITES},
    {"stories/:n/takedown", HTTP_POST, takedown_do, ACTION_STORY_TAKEDOWN, ROUTE_WRITES},
    {"front", HTTP_GET, front_open, ACTION_FRONT_ARRANGE, 0},
    {"front", HTTP_POST, front_do, ACTION_FRONT_ARRANGE, ROUTE_FREE},
    {"front/restore", HTTP_POST, front_restore, ACTION_FRONT_ARRANGE, ROUTE_WRITES},
    {"front/breaking", HTTP_POST, breaking_do, ACTION_FRONT_ARRANGE, ROUTE_WRITES},
    {"front/sheet", HTTP_GET, front_sheet, ACTION_FRONT_ARRANGE, 0},

    {"pictures", HTTP_GET, pictures_list, ACTION_PICTURE_SEE, 0},
    {"pictures", HTTP_POST, pictures_add, ACTION_PICTURE_ADD, ROUTE_FREE | ROUTE_FILES},
    {"pictures/:n", HTTP_GET, picture_open, ACTION_PICTURE_SEE, 0},
    {"pictures/:n", HTTP_POST, picture_save, ACTION_PICTURE_EDIT, ROUTE_FREE | ROUTE_SLOW},
    {"pictures/:n/thumb", HTTP_GET, picture_thumb, ACTION_PICTURE_SEE, 0},
    {"pictures/:n/replace", HTTP_POST, picture_replace_do, ACTION_PICTURE_REPLACE,
     ROUTE_FREE | ROUTE_FILES | ROUTE_SLOW},
    {"pictures/:n/delete", HTTP_POST, picture_delete_do, ACTION_PICTURE_DELETE, ROUTE_WRITES},
    {"media/:w", HTTP_GET, media_get, ACTION_PICTURE_SEE, 0},

    {"people", HTTP_GET, people_list, ACTION_PEOPLE_EDIT, 0},
    {"people", HTTP_POST, people_add, ACTION_PEOPLE_EDIT, ROUTE_WRITES},
    {"people/:n", HTTP_POST, person_save, ACTION_PEOPLE_EDIT, ROUTE_WRITES},
    {"people/:n/link", HTTP_POST, person_link, ACTION_PEOPLE_EDIT, ROUTE_WRITES},
    {"people/:n/disable", HTTP_POST, person_disable, ACTION_PEOPLE_EDIT, ROUTE_WRITES},
    {"account", HTTP_GET, account_open, ACTION_OWN_ACCOUNT, 0},
    {"account", HTTP_POST, account_save, ACTION_OWN_ACCOUNT, ROUTE_WRITES},
    {"account/password", HTTP_POST, account_password, ACTION_OWN_ACCOUNT, ROUTE_FREE},
    {"account/sessions", HTTP_POST, session_end_do, ACTION_OWN_ACCOUNT, ROUTE_WRITES},

    {"settings", HTTP_GET, settings_open, ACTION_SETTINGS_EDIT, 0},
    {"settings", HTTP_POST, settings_do, ACTION_SETTINGS_EDIT, ROUTE_WRITES},
    {"settings/choose", HTTP_POST, settings_choose, ACTION_SETTINGS_EDIT, 0},
    {"settings/sections", HTTP_POST, section_add_do, ACTION_SECTION_EDIT, ROUTE_WRITES},
    {"settings/sections/order", HTTP_POST, sections_order_do, ACTION_SECTION_EDIT, ROUTE_WRITES},
    {"settings/sections/:n", HTTP_POST, section_do, ACTION_SECTION_EDIT, ROUTE_WRITES},
    {"settings/pages", HTTP_POST, pages_add_do, ACTION_PAGE_EDIT, ROUTE_WRITES},
    {"settings/pages/:w/remove", HTTP_POST, page_remove_do, ACTION_PAGE_EDIT, ROUTE_WRITES},
    {"settings/pages/:w", HTTP_GET, page_open, ACTION_PAGE_EDIT, 0},
    {"settings/pages/:w", HTTP_POST, page_do, ACTION_PAGE_EDIT, ROUTE_WRITES},
    {"settings/ads", HTTP_POST, ad_do, ACTION_AD_EDIT, ROUTE_WRITES},
    {"settings/ads/:n/remove", HTTP_POST, ad_remove_do, ACTION_AD_EDIT, ROUTE_WRITES},
    {"audit", HTTP_GET, audit_list, ACTION_AUDIT_SEE, 0},
};

/* ---- Which route --------------------------------------------------------------------------- */

struct found {
    const struct desk_route *route;
    bool path_known; /* by another method */
    int64_t numbers[2];
    struct str words[2];
};

static bool path_fits(struct str pattern, struct str path, struct found *found)
{
    size_t numbers = 0, words = 0;
    struct str want, have;
    while (pattern.len && path.len) {
        (void)str_split(&pattern, '/', &want);
        (void)str_split(&path, '/', &have);
        if (str_eq(want, STR(":n"))) {
            if (have.len > 18 || !str_to_i64(have, &found->numbers[numbers]) ||
                found->numbers[numbers++] <= 0)
                return false;
        } else if (str_eq(want, STR(":w"))) {
            if (!have.len || have.len > 200)
                return false;
            found->words[words++] = have;
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
    return !pattern.len && !path.len;
}

static struct found find_route(const struct http_request *request)
{
    struct found found = {0};
    struct str path = str_from(request->path, 5); /* "/desk" */
    enum http_method method = request->method == HTTP_HEAD ? HTTP_GET : request->method;
    path = str_starts(path, STR("/")) ? str_from(path, 1) : path;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct found one = {0};
        if (!path_fits(str_of(routes[i].path), path, &one))
            continue;
        found.path_known = true;
        if (routes[i].method != method)
            continue;
        one.route = &routes[i];
        one.path_known = true;
        return one;
    }
    return found;
}

enum desk_queue desk_queue(const struct http_request *request)
{
    struct found found = find_route(request);
    if (request->method != HTTP_POST || !found.route)
        return DESK_SCREENS;
    if (request->body_file >= 0 || found.route->flags & ROUTE_SLOW)
        return DESK_PICTURES;
    return found.route->flags & ROUTE_OPEN           ? DESK_SIGNING_IN
           : found.route->handle == account_password ? DESK_SIGNING_IN
                                                     : DESK_SCREENS;
}

static struct http_body_rule rule_of(const struct http_request *request, const struct found *found)
{
    bool cookie = http_cookie(request, STR("desk")).len == TOKEN_HEX;
    struct http_body_rule rule = HTTP_BODY_FORM;
    rule.max = found->route->flags & ROUTE_OPEN || !cookie ? DESK_SIGN_IN_MAX : HTTP_DESK_FORM_MAX;
    if (!(found->route->flags & ROUTE_FILES) || !cookie ||
        !http_is_type(http_field(request, STR("Content-Type")), STR("multipart/form-data")))
        return rule;
    return HTTP_BODY_UPLOAD(DESK_UPLOAD_MAX);
}

struct http_body_rule desk_body_rule(const struct http_request *request)
{
    struct found found = find_route(request);
    int64_t announced;
    if (request->method != HTTP_POST || !found.route)
        return (struct http_body_rule){.action = HTTP_BODY_SKIP};
    struct http_body_rule rule = rule_of(request, &found);
    /* Who sends too much is told so by the desk, in its words, without the body being read. */
    if (str_to_i64(http_field(request, STR("Content-Length")), &announced) &&
        (uint64_t)announced > rule.max)
        rule.action = HTTP_BODY_SKIP;
    return rule;
}

/* ---- Answers ------------------------------------------------------------------------------- */

#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "                    \
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static void put_fields(struct http_reply *reply, const struct screen *screen)
{
    http_reply_field(reply, STR("Content-Security-Policy"),
                     screen->frames ? STR(POLICY "; frame-src 'self'") : STR(POLICY));
    http_reply_field(reply, STR("Referrer-Policy"),
                     screen->private_link ? STR("no-referrer") : STR("same-origin"));
    http_reply_field(reply, STR("X-Content-Type-Options"), STR("nosniff"));
    http_reply_field(reply, STR("X-Frame-Options"), STR("DENY"));
    http_reply_field(reply, STR("X-Robots-Tag"), STR("noindex, nofollow"));
    http_reply_field(reply, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    if (screen->call->https)
        http_reply_field(reply, STR("Strict-Transport-Security"), STR("max-age=31536000"));
    for (size_t i = 0; i < screen->cookie_count; i++)
        http_reply_field(reply, STR("Set-Cookie"), screen->cookies[i]);
}

static void plain(struct screen *screen, int status, const char *key)
{
    struct http_reply reply;
    http_reply_init(&reply, status);
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    put_fields(&reply, screen);
    http_reply_field(&reply, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    (void)buf_str(&reply.body, desk_say(screen->desk, key));
    (void)buf_char(&reply.body, '\n');
    screen->response = http_reply_take(&reply);
}

static void answer(struct screen *screen)
{
    struct http_reply reply;
    if (screen->raw)
        return;
    http_reply_init(&reply, screen->location.len ? 303 : screen->status);
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    put_fields(&reply, screen);
    if (screen->location.len) {
        http_reply_field(&reply, STR("Location"), screen->location);
    } else {
        http_reply_field(&reply, STR("Content-Type"), STR("text/html; charset=utf-8"));
        struct error error =
            desk_draw(screen->desk, str_of(screen->template), screen->root, &reply.body);
        if (error.code != ERR_OK) {
            log_error("drawing a screen of the desk", &error);
            http_reply_release(&reply);
            plain(screen, 500, "our_fault");
            return;
        }
    }
    screen->response = http_reply_take(&reply);
}

void screen_json(struct screen *screen, int status, struct str json)
{
    struct http_reply reply;
    http_reply_init(&reply, status);
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    put_fields(&reply, screen);
    http_reply_field(&reply, STR("Content-Type"), STR("application/json"));
    (void)buf_str(&reply.body, json);
    screen->response = http_reply_take(&reply);
    screen->raw = true;
}

bool screen_wants_json(const struct screen *screen)
{
    return str_eq(http_field(screen->request, STR("Accept")), STR("application/json"));
}

struct error screen_json_error(struct screen *screen, const struct error *error)
{
    struct str json;
    json_t *document = json_object();
    json_put(document, "error", desk_say_error(screen->desk, error, screen->arena));
    TRY(json_finish(document, false, screen->arena, &json));
    screen_json(screen, error_status(error->code), json);
    return NO_ERROR;
}

/* A page that says what went wrong. */
static void answer_error(struct screen *screen, const struct error *error)
{
    screen->status = error_status(error->code);
    if (screen->status >= 500)
        log_error("a request to the desk", error);
    if (error->code == ERR_SIGNED_OUT && screen->request->method != HTTP_POST) {
        door_ask(screen);
        answer(screen);
        return;
    }
    screen->location = STR_NONE;
    if (screen_wants_json(screen) && screen_json_error(screen, error).code == ERR_OK)
        return;
    screen_begin(screen, "error", "error_title");
    screen_error(screen, error);
    value_set_bool(screen->root, "signed_out", error->code == ERR_SIGNED_OUT);
    value_set_bool(screen->root, "typed", screen->request->method == HTTP_POST);
    struct str path = screen->request->path;
    value_set_bool(screen->root, "entry", str_starts(path, STR("/desk/welcome/")));
    value_set_bool(screen->root, "reader", str_starts(path, STR("/desk/preview/")));
    answer(screen);
}

/* ---- Before the handler -------------------------------------------------------------------- */

static struct error read_forms(struct screen *screen, struct str body)
{
    struct http_multipart multipart;
    struct str boundary, type = http_field(screen->request, STR("Content-Type"));
    TRY(http_form_parse(screen->request->query, HTTP_FORM_FIELDS_MAX, screen->arena,
                        &screen->query));
    if (screen->request->method != HTTP_POST || !body.len)
        return NO_ERROR;
    if (!http_multipart_boundary(type, &boundary)) {
        if (!http_is_type(type, STR("application/x-www-form-urlencoded")))
            return error_make(ERR_MEDIA_TYPE, "The form", NULL);
        return http_form_parse(body, FORM_FIELDS_MAX, screen->arena, &screen->form);
    }
    TRY(http_multipart_parse(body, boundary, screen->arena, &multipart));
    screen->form = multipart.form;
    screen->files = multipart.files;
    screen->file_count = multipart.file_count;
    return NO_ERROR;
}

static struct error form_too_large(const struct screen *screen, const struct found *found)
{
    uint64_t max = rule_of(screen->request, found).max;
    return error_format(ERR_TOO_LARGE, STR("The form"), 0,
                        "%s are the most. Nothing was saved; go back, your browser still has what "
                        "you typed",
                        max == DESK_UPLOAD_MAX      ? "210 MB"
                        : max == HTTP_DESK_FORM_MAX ? "2 MiB"
                                                    : "16 KiB");
}

static struct error look_session(struct screen *screen)
{
    struct str token = http_cookie(screen->request, STR("desk"));
    if (!token_valid(token))
        return NO_ERROR;
    struct error error =
        session_look(screen->tx, token, screen->now, screen->arena, &screen->session);
    if (error.code == ERR_SIGNED_OUT)
        return NO_ERROR;
    TRY(error);
    screen->signed_in = true;
    screen->actor = &screen->session.actor;
    session_form_secret(token, screen->secret);
    return NO_ERROR;
}

static struct error check(struct screen *screen, const struct found *found)
{
    const struct desk_route *route = found->route;
    if (!route)
        return error_make(ERR_NOT_FOUND, "such page of the desk", NULL);
    bool post = screen->request->method == HTTP_POST;
    if (!request_is_ours(screen->request, screen->call->https))
        return error_make(ERR_FOREIGN, NULL, NULL);
    if (route->flags & ROUTE_OPEN)
        return NO_ERROR;
    if (!screen->signed_in)
        return error_make(ERR_SIGNED_OUT, NULL, NULL);
    if (role_reach(screen->actor->role, route->action) == REACH_NO)
        return actor_may(screen->actor, route->action, RELATION_NONE);
    if (!post || form_token_fits(screen, screen_field(screen, "token")))
        return NO_ERROR;
    if (route->handle == story_create || route->handle == story_save_do)
        screen->redraw = story_redraw;
    return error_make(ERR_OLD_FORM, NULL, NULL);
}

/* ---- The handler --------------------------------------------------------------------------- */

static void end_tx(struct screen *screen)
{
    store_end(screen->tx);
    screen->tx = NULL;
}

static struct error commit(struct screen *screen)
{
    struct store_tx *tx = screen->tx;
    screen->tx = NULL;
    TRY(changes_commit(&tx, &screen->changes, screen->now, &screen->change));
    if (screen->call->committed)
        screen->call->committed(screen->call->context);
    if (screen->change && screen->call->applied &&
        !screen->call->applied(screen->call->context, screen->change) && screen->location.len)
        screen_go(screen, "%.*s%clate=1", STR_ARG(screen->location),
                  str_find_char(screen->location, '?') < 0 ? '?' : '&');
    return NO_ERROR;
}

/* The change's number belongs to the address: the screen after it shows what changed. */
static void name_change(struct screen *screen)
{
    if (screen->change && screen->location.len)
        screen_go(screen, "%.*s%cchange=%lld", STR_ARG(screen->location),
                  str_find_char(screen->location, '?') < 0 ? '?' : '&', (long long)screen->change);
}

struct error screen_write(struct screen *screen, screen_handler *handle)
{
    end_tx(screen);
    screen->now = clock_now(screen->call->clock);
    TRY(store_write(screen->call->store, &screen->tx));
    changes_init(&screen->changes, screen->arena);
    screen->changes.why_none = "the desk's own";
    if (screen->signed_in && screen->session.seen_is_old)
        TRY(session_touch(screen->tx, &screen->session.session, screen->now));
    TRY(handle(screen));
    TRY(commit(screen));
    name_change(screen);
    if (!screen->after)
        return NO_ERROR;
    TRY(store_read(screen->call->store, &screen->tx));
    return screen->after(screen);
}

static struct error handle(struct screen *screen, const struct desk_route *route)
{
    if (route->flags & ROUTE_WRITES)
        return screen_write(screen, route->handle);
    if (route->flags & ROUTE_FREE)
        end_tx(screen);
    return route->handle(screen);
}

static void handle_error(struct screen *screen, const struct error *error)
{
    end_tx(screen);
    screen->location = STR_NONE;
    screen->raw = false;
    if (store_read(screen->call->store, &screen->tx).code != ERR_OK)
        screen->tx = NULL;
    if (screen->redraw && screen->tx && error_status(error->code) < 500) {
        screen->status = error_status(error->code);
        if (screen->redraw(screen, error).code == ERR_OK) {
            answer(screen);
            return;
        }
    }
    answer_error(screen, error);
}

static struct error prepare(struct screen *screen)
{
    screen->now = clock_now(screen->call->clock);
    TRY(store_read(screen->call->store, &screen->tx));
    TRY(settings_load(screen->tx, screen->arena, &screen->settings));
    return look_session(screen);
}

static void run(struct screen *screen, struct str body)
{
    struct found found = find_route(screen->request);
    screen->id = found.numbers[0];
    screen->id2 = found.numbers[1];
    screen->word = found.words[0];
    screen->word2 = found.words[1];
    struct error error = prepare(screen);
    if (error.code == ERR_OK && screen->request->body_left_out && found.route)
        error = form_too_large(screen, &found);
    if (error.code == ERR_OK)
        error = read_forms(screen, body);
    if (error.code == ERR_OK && !found.route && found.path_known) {
        plain(screen, 405, "no_method");
        return;
    }
    if (error.code == ERR_OK)
        error = check(screen, &found);
    if (error.code == ERR_OK)
        error = handle(screen, found.route);
    if (error.code == ERR_OK)
        answer(screen);
    else
        handle_error(screen, &error);
}

/* As the build made it, compressed for who takes that. */
static void give_asset(struct screen *screen, const struct desk_asset *asset)
{
    bool gzip = http_wants_gzip(screen->request);
    struct str etag = gzip ? asset->gzip_etag : asset->etag;
    bool known = http_condition(screen->request, etag, NEVER) == HTTP_NOT_MODIFIED;
    struct http_reply reply;
    http_reply_init(&reply, known ? 304 : 200);
    /* Nobody's secret, and another content has another address. */
    http_reply_field(&reply, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
    http_reply_field(&reply, STR("Vary"), STR("Accept-Encoding"));
    http_reply_field(&reply, STR("ETag"), etag);
    put_fields(&reply, screen);
    if (!known) {
        http_reply_field(&reply, STR("Content-Type"), asset->type);
        if (gzip)
            http_reply_field(&reply, STR("Content-Encoding"), STR("gzip"));
        (void)buf_str(&reply.body, gzip ? asset->gzip : asset->bytes);
    }
    screen->response = http_reply_take(&reply);
}

static bool answer_asset(struct screen *screen)
{
    static const struct str folder = STR_INIT(DESK_ASSETS);
    if (!str_starts(screen->request->path, folder))
        return false;
    const struct desk_asset *asset =
        desk_asset(screen->desk, str_from(screen->request->path, folder.len));
    if (asset)
        give_asset(screen, asset);
    else
        plain(screen, 404, "no_file");
    return true;
}

void desk_handle(const struct desk *desk, const struct desk_call *call,
                 struct http_response *ret_response)
{
    struct screen screen = {
        .desk = desk, .call = call, .request = call->request, .arena = call->arena, .status = 200};
    struct str body = STR_NONE;
    if (!answer_asset(&screen)) {
        struct error error = http_body_map(call->request, &body);
        if (error.code == ERR_OK) {
            run(&screen, body);
            http_body_unmap(call->request, body);
        } else {
            log_error("a form of the desk", &error);
            plain(&screen, 500, "our_fault");
        }
        end_tx(&screen);
    }
    *ret_response = screen.response;
}
