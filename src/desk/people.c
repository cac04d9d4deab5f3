/* People (for publishers), and everybody's own account. */
#include "desk/screen.h"

enum { PEOPLE_MAX = 500, PASSWORD_WAIT_MS = 15 * 1000 };

static void put_roles(struct screen *screen, struct value *object, enum account_role chosen)
{
    struct value *roles = value_set_list(object, "roles");
    for (int i = ROLE_CONTRIBUTOR; i <= ROLE_PUBLISHER; i++) {
        struct str text = role_text((enum account_role)i);
        screen_option(roles, text, desk_say(screen->desk, text.at), (enum account_role)i == chosen);
    }
}

static struct str byline_of(const struct screen *screen, int64_t author_id)
{
    struct store_name author;
    if (!author_id ||
        store_name(screen->tx, STORE_AUTHOR, author_id, screen->arena, &author).code != ERR_OK)
        return STR_NONE;
    return author.name;
}

/* The byline is a public person, perhaps with another name than the account: a pen name. */
static struct error byline_typed(struct screen *screen, int64_t *ret_author)
{
    struct str name = str_trim(screen_field(screen, "byline"));
    if (name.len)
        return name_take(screen->tx, STORE_AUTHOR, name, screen->arena, ret_author);
    *ret_author = 0;
    return NO_ERROR;
}

struct error people_list(struct screen *screen)
{
    struct store_account *accounts;
    size_t count;
    TRY(store_accounts(screen->tx, 0, PEOPLE_MAX, screen->arena, &accounts, &count));
    screen_begin(screen, "people", "people");
    struct value *list = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "id", accounts[i].id);
        bool typed = screen_retyped(screen, "person_row", accounts[i].id);
        enum account_role role = accounts[i].role;
        if (typed)
            (void)role_parse(screen_field(screen, "role"), &role);
        value_set_text(one, "name", typed ? screen_field(screen, "name") : accounts[i].name);
        value_set_text(one, "login", typed ? screen_field(screen, "login") : accounts[i].login);
        value_set_text(one, "role", desk_say(screen->desk, role_text(accounts[i].role).at));
        value_set_bool(one, "disabled", accounts[i].disabled_at > 0);
        value_set_bool(one, "waiting", !accounts[i].password.len);
        value_set_bool(one, "me_self", accounts[i].id == screen->actor->account_id);
        value_set_text(one, "byline",
                       typed ? screen_field(screen, "byline")
                             : byline_of(screen, accounts[i].author_id));
        put_roles(screen, one, role);
    }
    put_roles(screen, screen->root, ROLE_REPORTER);
    return screen_names(screen, STORE_AUTHOR, "all_authors");
}

static struct error redraw_people(struct screen *screen, const struct error *error)
{
    TRY(people_list(screen));
    screen_error(screen, error);
    if (screen->form_name) /* of a row; otherwise the form below them */
        return NO_ERROR;
    value_set_text(screen->root, "name", screen_field(screen, "name"));
    value_set_text(screen->root, "login", screen_field(screen, "login"));
    value_set_text(screen->root, "byline", screen_field(screen, "byline"));
    enum account_role role = ROLE_REPORTER;
    (void)role_parse(screen_field(screen, "role"), &role);
    put_roles(screen, screen->root, role);
    return NO_ERROR;
}

struct given {
    struct str token, name;
};

static struct error draw_given(struct screen *screen)
{
    const struct given *given = screen->context;
    struct open_link open;
    TRY(link_look(screen->tx, given->token, screen->now, screen->arena, &open));
    screen->location = STR_NONE;
    screen->private_link = true;
    screen_begin(screen, "given", "invite_link");
    value_set_text(screen->root, "path",
                   arena_printf(screen->arena, "/desk/welcome/%.*s", STR_ARG(given->token)));
    value_set_text(screen->root, "whom", given->name);
    value_set_text(screen->root, "about", desk_say(screen->desk, "invite_given"));
    screen_time(screen, screen->root, "until", open.link.expires_at);
    value_set_literal(screen->root, "back", "/desk/people");
    return NO_ERROR;
}

/* "Firefox on Linux", as newsroom/sessions.c wrote it down. */
static void put_agent(const struct screen *screen, struct value *one, struct str agent)
{
    struct str browser = agent, system = STR_NONE;
    ptrdiff_t on = str_find(agent, STR(" on "));
    if (on >= 0) {
        browser = str_cut(agent, 0, (size_t)on);
        system = str_from(agent, (size_t)on + 4);
    }
    if (str_eq(browser, STR("A browser")))
        browser = desk_say(screen->desk, "a_browser");
    value_set_text(one, "agent",
                   system.len ? arena_printf(screen->arena, "%.*s %.*s %.*s", STR_ARG(browser),
                                             STR_ARG(desk_say(screen->desk, "browser_on")),
                                             STR_ARG(system))
                              : browser);
}

static struct error person_typed(struct screen *screen, struct person *ret_person)
{
    struct person person = {.name = str_trim(screen_field(screen, "name")),
                            .login = str_trim(screen_field(screen, "login"))};
    if (!role_parse(screen_field(screen, "role"), &person.role))
        return error_make(ERR_INVALID, "The role", "choose one");
    *ret_person = person;
    return NO_ERROR;
}

struct error people_add(struct screen *screen)
{
    struct person person;
    struct given *given = ARENA_NEW(screen->arena, struct given);
    int64_t id;
    screen->redraw = redraw_people;
    TRY(person_typed(screen, &person));
    TRY(byline_typed(screen, &person.author_id));
    TRY(account_add(screen->tx, screen->actor, &person, screen->now, screen->arena, &id));
    TRY(account_invite(screen->tx, screen->actor, id, screen->now, screen->arena, &given->token));
    given->name = person.name;
    screen->context = given;
    screen->after = draw_given;
    return NO_ERROR;
}

struct error person_save(struct screen *screen)
{
    struct person person;
    screen->redraw = redraw_people;
    screen->form_name = "person_row";
    TRY(person_typed(screen, &person));
    TRY(byline_typed(screen, &person.author_id));
    TRY(account_change(screen->tx, screen->actor, screen->id, &person, screen->now, screen->arena));
    screen_go(screen, "/desk/people");
    return NO_ERROR;
}

struct error person_link(struct screen *screen)
{
    struct store_account account;
    struct given *given = ARENA_NEW(screen->arena, struct given);
    TRY(store_account(screen->tx, screen->id, screen->arena, &account));
    given->name = account.name;
    if (account.password.len)
        TRY(account_reset(screen->tx, screen->actor, screen->id, screen->now, screen->arena,
                          &given->token));
    else
        TRY(account_invite(screen->tx, screen->actor, screen->id, screen->now, screen->arena,
                           &given->token));
    screen->context = given;
    screen->after = draw_given;
    return NO_ERROR;
}

struct error person_disable(struct screen *screen)
{
    screen->redraw = redraw_people;
    screen->form_name = "person_row";
    if (str_eq(screen_field(screen, "do"), STR("enable")))
        TRY(account_enable(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    else
        TRY(account_disable(screen->tx, screen->actor, screen->id, screen->now, screen->arena));
    screen_go(screen, "/desk/people");
    return NO_ERROR;
}

/* ---- One's own account --------------------------------------------------------------------- */

struct error account_open(struct screen *screen)
{
    struct store_session *sessions;
    size_t count;
    TRY(store_sessions(screen->tx, screen->actor->account_id, screen->arena, &sessions, &count));
    screen_begin(screen, "account", "your_account");
    value_set_text(screen->root, "login", screen->session.account.login);
    bool typed = screen_retyped(screen, "account_form", 0);
    value_set_text(screen->root, "name",
                   typed ? screen_field(screen, "name") : screen->session.account.name);
    value_set_text(screen->root, "byline",
                   typed ? screen_field(screen, "byline")
                         : byline_of(screen, screen->session.account.author_id));
    TRY(screen_names(screen, STORE_AUTHOR, "all_authors"));
    value_set_bool(screen->root, "others", count > 1);
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    struct value *list = value_set_list(screen->root, "sessions");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "id", sessions[i].id);
        put_agent(screen, one, sessions[i].agent);
        bool near = str_eq(sessions[i].network, STR("this machine"));
        value_set_text(one, "network",
                       near ? desk_say(screen->desk, "this_machine") : sessions[i].network);
        value_set_bool(one, "this_one", sessions[i].id == screen->session.session.id);
        screen_time(screen, one, "seen", sessions[i].seen_at);
    }
    return NO_ERROR;
}

static struct error redraw_account(struct screen *screen, const struct error *error)
{
    TRY(account_open(screen));
    screen_error(screen, error);
    return NO_ERROR;
}

struct error account_save(struct screen *screen)
{
    const struct store_account *me = &screen->session.account;
    struct person person = {
        .name = str_trim(screen_field(screen, "name")), .login = me->login, .role = me->role};
    screen->redraw = redraw_account;
    screen->form_name = "account_form";
    TRY(byline_typed(screen, &person.author_id));
    TRY(account_change(screen->tx, screen->actor, me->id, &person, screen->now, screen->arena));
    screen_go(screen, "/desk/account?saved=1");
    return NO_ERROR;
}

static struct error set_password(struct screen *screen)
{
    TRY(account_password_set(screen->tx, screen->actor, str_of(screen->context),
                             screen->session.session.id, screen->now, screen->arena));
    screen_go(screen, "/desk/account?saved=1");
    return NO_ERROR;
}

struct error account_password(struct screen *screen)
{
    const struct store_account *me = &screen->session.account;
    char *hash = arena_alloc(screen->arena, PASSWORD_HASH_MAX);
    screen->redraw = redraw_account;
    TRY(password_check(screen_field(screen, "password"), me->name, me->login,
                       screen->settings.name));
    TRY(passwords_enter(PASSWORD_WAIT_MS));
    bool right = password_verify(screen_field(screen, "old"), me->password);
    struct error error = right ? password_hash(screen_field(screen, "password"), hash)
                               : error_make(ERR_INVALID, "The old password", "it is another one");
    passwords_leave();
    TRY(error);
    screen->context = hash;
    return screen_write(screen, set_password);
}

struct error session_end_do(struct screen *screen)
{
    int64_t id = screen_number(screen, "id");
    TRY(session_revoke(screen->tx, screen->actor, screen->actor->account_id, id,
                       screen->session.session.id, screen->now, screen->arena));
    screen_go(screen, "/desk/account");
    return NO_ERROR;
}
