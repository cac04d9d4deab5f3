/* The door: signing in and out, and links that set a password. */
#include "desk/screen.h"
#include "http/cookie.h"

enum {
    PASSWORD_WAIT_MS = 15 * 1000,
    YEAR_S = 365 * 24 * 3600,
    SESSION_S = SESSION_DAYS * 24 * 3600
};

static struct browser browser_of(const struct screen *screen)
{
    struct str device = http_cookie(screen->request, STR("desk_device"));
    return (struct browser){.network = screen->call->network,
                            .agent = http_field(screen->request, STR("User-Agent")),
                            .device = token_valid(device) ? device : STR_NONE};
}

static void set_cookies(struct screen *screen, const struct signed_in *in)
{
    screen_cookie(screen, "desk", in->session, SESSION_S);
    if (in->device.len)
        screen_cookie(screen, "desk_device", in->device, YEAR_S);
}

/* ---- Back to where one was ----------------------------------------------------------------- */

/* A page of the desk, and nothing that a link could make of it. */
static bool is_inside(struct str to)
{
    for (size_t i = 0; i < to.len; i++)
        if ((unsigned char)to.at[i] <= 0x20 || (unsigned char)to.at[i] >= 0x7F || to.at[i] == '\\')
            return false;
    return str_starts(to, STR("/desk/")) && to.len <= 1000 && str_find(to, STR("//")) < 0;
}

void door_ask(struct screen *screen)
{
    BUF_AUTO struct buf to = BUF_INIT(4000);
    struct str path = screen->request->path;
    screen_go(screen, "/desk/sign-in");
    if (!is_inside(path))
        return;
    http_percent_encode(&to, path, false);
    if (buf_ok(&to))
        screen_go(screen, "/desk/sign-in?to=%.*s", STR_ARG(buf_slice(&to)));
}

static void go_inside(struct screen *screen, struct str to)
{
    if (is_inside(to))
        screen_go(screen, "%.*s", STR_ARG(to));
    else
        screen_go(screen, "/desk");
}

/* ---- Sign in ------------------------------------------------------------------------------- */

static struct error draw_sign_in(struct screen *screen, const struct error *error)
{
    screen->signed_in = false;
    screen_begin(screen, "sign-in", "sign_in");
    value_set_text(screen->root, "login", screen_field(screen, "login"));
    value_set_text(screen->root, "to",
                   screen->request->method == HTTP_POST ? screen_field(screen, "to")
                                                        : screen_query(screen, "to"));
    if (error)
        screen_error(screen, error);
    return NO_ERROR;
}

struct error door_sign_in(struct screen *screen)
{
    if (screen->signed_in) {
        go_inside(screen, screen_query(screen, "to"));
        return NO_ERROR;
    }
    return draw_sign_in(screen, NULL);
}

struct error door_sign_in_do(struct screen *screen)
{
    struct browser browser = browser_of(screen);
    struct signed_in in;
    screen->redraw = draw_sign_in;
    TRY(passwords_enter(PASSWORD_WAIT_MS));
    struct error error =
        sign_in(screen->call->store, screen_field(screen, "login"),
                screen_field(screen, "password"), &browser, screen->now, screen->arena, &in);
    passwords_leave();
    TRY(error);
    set_cookies(screen, &in);
    go_inside(screen, screen_field(screen, "to"));
    return NO_ERROR;
}

struct error door_sign_out(struct screen *screen)
{
    TRY(session_end(screen->tx, screen->actor, screen->session.session.id, screen->now,
                    screen->arena));
    screen_cookie(screen, "desk", STR_NONE, 0);
    screen_go(screen, "/desk/sign-in");
    return NO_ERROR;
}

/* ---- Links --------------------------------------------------------------------------------- */

static struct error draw_link(struct screen *screen, const struct error *error)
{
    struct open_link open;
    screen->private_link = true;
    screen->signed_in = false;
    TRY(link_look(screen->tx, screen->word, screen->now, screen->arena, &open));
    bool first = open.link.kind == LINK_FIRST;
    screen_begin(screen, "link", first ? "welcome_title" : "password_title");
    value_set_bool(screen->root, "first", first);
    value_set_text(screen->root, "path", screen->request->path);
    value_set_text(screen->root, "name", first ? screen_field(screen, "name") : open.account.name);
    value_set_text(screen->root, "login",
                   first ? screen_field(screen, "login") : open.account.login);
    if (error)
        screen_error(screen, error);
    return NO_ERROR;
}

struct error door_link(struct screen *screen)
{
    screen->private_link = true;
    return draw_link(screen, NULL);
}

struct link_form {
    struct person person;
    char hash[PASSWORD_HASH_MAX];
};

static struct error use_link(struct screen *screen)
{
    struct link_form *form = screen->context;
    struct browser browser = browser_of(screen);
    struct store_account account;
    struct signed_in in;
    TRY(link_use(screen->tx, screen->word, form->person.name.len ? &form->person : NULL,
                 str_of(form->hash), screen->now, screen->arena, &account));
    TRY(session_begin(screen->tx, &account, &browser, screen->now, screen->arena, &in));
    set_cookies(screen, &in);
    screen_go(screen, "/desk");
    return NO_ERROR;
}

/* Looks at all that was typed before anything is used up. */
static struct error check_link(struct screen *screen, struct link_form *form)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct open_link open;
    TRY(store_read(screen->call->store, &tx));
    TRY(link_look(tx, screen->word, screen->now, screen->arena, &open));
    struct str name = open.account.name, login = open.account.login;
    if (open.link.kind == LINK_FIRST) {
        name = str_trim(screen_field(screen, "name"));
        login = str_trim(screen_field(screen, "login"));
        if (!name.len)
            return error_make(ERR_INVALID, "Your name", "colleagues need one to call you by");
        if (!login.len)
            return error_make(ERR_INVALID, "The name to sign in with",
                              "give a mail address or a short name");
        form->person = (struct person){.name = name, .login = login, .role = ROLE_PUBLISHER};
    }
    return password_check(screen_field(screen, "password"), name, login, screen->settings.name);
}

struct error door_link_do(struct screen *screen)
{
    struct link_form *form = ARENA_NEW(screen->arena, struct link_form);
    screen->private_link = true;
    screen->redraw = draw_link;
    screen->context = form;
    screen->signed_in = false;
    TRY(check_link(screen, form));
    TRY(passwords_enter(PASSWORD_WAIT_MS));
    struct error error = password_hash(screen_field(screen, "password"), form->hash);
    passwords_leave();
    TRY(error);
    return screen_write(screen, use_link);
}
