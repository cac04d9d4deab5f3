#include "newsroom/accounts.h"
#include "text/dates.h"
#include "text/words.h"

enum { HOUR = 3600 * 1000 };
#define DAY ((int64_t)24 * HOUR)

/* ---- People -------------------------------------------------------------------------------- */

struct str login_key(struct str login, struct arena *arena)
{
    return text_fold(str_trim(login), arena);
}

static bool is_line(struct str text, size_t max)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
            return false;
    return text.len > 0 && text.len <= max && str_is_utf8(text);
}

static struct error check_person(struct store_tx *tx, struct person *person, struct arena *arena)
{
    struct store_name author;
    person->name = str_trim(person->name);
    person->login = str_trim(person->login);
    if (!is_line(person->name, ACCOUNT_NAME_MAX))
        return error_make(ERR_INVALID, "The name", "give the person's name, in one short line");
    if (!is_line(person->login, LOGIN_MAX) || str_find_char(person->login, ' ') >= 0)
        return error_make(ERR_INVALID, "The name to sign in with",
                          "give a mail address or a short name without spaces");
    if (person->role < ROLE_CONTRIBUTOR || person->role > ROLE_PUBLISHER)
        return error_make(ERR_INVALID, "The role",
                          "it is contributor, reporter, editor or publisher");
    if (person->author_id)
        return store_name(tx, STORE_AUTHOR, person->author_id, arena, &author);
    return NO_ERROR;
}

static struct error people_right(const struct actor *actor)
{
    return actor_may(actor, ACTION_PEOPLE_EDIT, RELATION_NONE);
}

struct error account_add(struct store_tx *tx, const struct actor *actor, const struct person *given,
                         int64_t now, struct arena *arena, int64_t *ret_id)
{
    struct person person = *given;
    int64_t id;
    TRY(people_right(actor));
    TRY(check_person(tx, &person, arena));
    struct store_account account = {.name = person.name,
                                    .login = person.login,
                                    .key = login_key(person.login, arena),
                                    .role = person.role,
                                    .author_id = person.author_id,
                                    .created_at = now};
    TRY(store_notes_last(tx, &account.notes_seen));
    TRY(store_account_add(tx, &account, &id));
    TRY(audit_addf(tx, actor, "account.add", audit_object("account", id, arena), now, arena,
                   "%.*s (%.*s), %.*s", STR_ARG(person.name), STR_ARG(person.login),
                   STR_ARG(role_text(person.role))));
    *ret_id = id;
    return NO_ERROR;
}

static bool can_publish(const struct store_account *account)
{
    return account->role == ROLE_PUBLISHER && !account->disabled_at && account->password.len;
}

/* A newsroom without anybody who may let people in could never be helped from within. */
static struct error check_last(struct store_tx *tx, const struct store_account *before,
                               const struct store_account *after)
{
    size_t count;
    if (!can_publish(before) || can_publish(after))
        return NO_ERROR;
    TRY(store_accounts_ready(tx, ROLE_PUBLISHER, 2, &count));
    return count >= 2 ? NO_ERROR
                      : error_make(ERR_STEP, "This",
                                   "it is the last publisher who can sign in; make another one "
                                   "first");
}

/* What differs, in words for the trail. */
static struct str changes_text(const struct store_account *old, const struct store_account *new,
                               struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(4096);
    (void)buf_printf(&out, "%.*s", STR_ARG(new->name));
    if (!str_eq(old->name, new->name))
        (void)buf_printf(&out, "; was called %.*s", STR_ARG(old->name));
    if (!str_eq(old->login, new->login))
        (void)buf_printf(&out, "; signs in as %.*s, before %.*s", STR_ARG(new->login),
                         STR_ARG(old->login));
    if (old->role != new->role)
        (void)buf_printf(&out, "; %.*s, before %.*s", STR_ARG(role_text(new->role)),
                         STR_ARG(role_text(old->role)));
    if (old->author_id != new->author_id)
        (void)buf_printf(&out, "; another byline");
    return arena_str(arena, buf_slice(&out));
}

static bool changes_own_only(const struct store_account *old, const struct store_account *new)
{
    return str_eq(old->login, new->login) && old->role == new->role;
}

struct error account_change(struct store_tx *tx, const struct actor *actor, int64_t id,
                            const struct person *given, int64_t now, struct arena *arena)
{
    struct person person = *given;
    struct store_account old, account;
    TRY(store_account(tx, id, arena, &old));
    TRY(check_person(tx, &person, arena));
    account = old;
    account.name = person.name;
    account.login = person.login;
    account.key = login_key(person.login, arena);
    account.role = person.role;
    account.author_id = person.author_id;
    if (actor->account_id != id || !changes_own_only(&old, &account))
        TRY(people_right(actor));
    TRY(check_last(tx, &old, &account));
    TRY(store_account_set(tx, &account));
    return audit_add(tx, actor, STR("account.change"), audit_object("account", id, arena),
                     changes_text(&old, &account, arena), now, arena);
}

/* Ends whatever lets the account in. */
static struct error shut_out(struct store_tx *tx, int64_t id, int64_t keep_session, int64_t now)
{
    int64_t ended;
    TRY(store_sessions_end(tx, id, keep_session, &ended));
    return store_account_links_end(tx, id, now);
}

struct error account_disable(struct store_tx *tx, const struct actor *actor, int64_t id,
                             int64_t now, struct arena *arena)
{
    struct store_account old, account;
    TRY(people_right(actor));
    TRY(store_account(tx, id, arena, &old));
    if (old.disabled_at)
        return NO_ERROR;
    account = old;
    account.disabled_at = now;
    TRY(check_last(tx, &old, &account));
    TRY(store_account_set(tx, &account));
    TRY(shut_out(tx, id, 0, now));
    TRY(store_devices_forget(tx, id));
    return audit_add(tx, actor, STR("account.disable"), audit_object("account", id, arena),
                     account.name, now, arena);
}

struct error account_enable(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                            struct arena *arena)
{
    struct store_account account;
    TRY(people_right(actor));
    TRY(store_account(tx, id, arena, &account));
    if (!account.disabled_at)
        return NO_ERROR;
    account.disabled_at = 0;
    TRY(store_account_set(tx, &account));
    return audit_add(tx, actor, STR("account.enable"), audit_object("account", id, arena),
                     account.name, now, arena);
}

struct error account_password_set(struct store_tx *tx, const struct actor *actor, struct str hash,
                                  int64_t keep_session, int64_t now, struct arena *arena)
{
    struct store_account account;
    TRY(actor_may(actor, ACTION_OWN_ACCOUNT, RELATION_NONE));
    TRY(store_account(tx, actor->account_id, arena, &account));
    account.password = hash;
    TRY(store_account_set(tx, &account));
    TRY(shut_out(tx, account.id, keep_session, now));
    return audit_add(tx, actor, STR("account.password"), audit_object("account", account.id, arena),
                     STR_NONE, now, arena);
}

/* ---- Links --------------------------------------------------------------------------------- */

static struct error add_link(struct store_tx *tx, const struct actor *actor,
                             enum account_link_kind kind, int64_t account_id, int64_t lasts,
                             int64_t now, struct arena *arena, struct str *ret_token)
{
    struct str token = token_new(arena);
    struct store_account_link link = {.hash = token_hash("link", token, arena),
                                      .kind = kind,
                                      .account_id = account_id,
                                      .created_by = actor->account_id,
                                      .created_at = now,
                                      .expires_at = now + lasts};
    int64_t id;
    TRY(store_account_links_end(tx, account_id, now));
    TRY(store_account_link_add(tx, &link, &id));
    *ret_token = token;
    return NO_ERROR;
}

static struct error account_for_link(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     struct arena *arena, struct store_account *ret_account)
{
    TRY(people_right(actor));
    TRY(store_account(tx, id, arena, ret_account));
    return ret_account->disabled_at
               ? error_make(ERR_STEP, "A link", "the account is disabled; enable it first")
               : NO_ERROR;
}

struct error account_invite(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                            struct arena *arena, struct str *ret_token)
{
    struct store_account account;
    TRY(account_for_link(tx, actor, id, arena, &account));
    if (account.password.len)
        return error_make(ERR_EXISTS, "A password", "Give a link to reset it.");
    TRY(add_link(tx, actor, LINK_INVITE, id, INVITE_DAYS * DAY, now, arena, ret_token));
    return audit_add(tx, actor, STR("account.invite"), audit_object("account", id, arena),
                     account.name, now, arena);
}

struct error account_reset(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                           struct arena *arena, struct str *ret_token)
{
    struct store_account account;
    TRY(account_for_link(tx, actor, id, arena, &account));
    TRY(add_link(tx, actor, LINK_RESET, id, (int64_t)RESET_HOURS * HOUR, now, arena, ret_token));
    return audit_add(tx, actor, STR("account.reset"), audit_object("account", id, arena),
                     account.name, now, arena);
}

static struct error first_is_open(struct store_tx *tx, bool *ret_open)
{
    size_t publishers;
    TRY(store_accounts_ready(tx, ROLE_PUBLISHER, 1, &publishers));
    *ret_open = publishers == 0;
    return NO_ERROR;
}

struct error first_link(struct store_tx *tx, const struct actor *actor, int64_t now,
                        struct arena *arena, struct str *ret_token)
{
    bool open = false;
    TRY(people_right(actor));
    TRY(first_is_open(tx, &open));
    if (!open)
        return error_make(ERR_EXISTS, "A publisher", "That account invites and resets others.");
    TRY(add_link(tx, actor, LINK_FIRST, 0, (int64_t)FIRST_LINK_HOURS * HOUR, now, arena,
                 ret_token));
    return audit_add(tx, actor, STR("account.first-link"), STR_NONE, STR_NONE, now, arena);
}

static struct error dead_link(const char *why)
{
    return error_make(ERR_LINK, "link", why);
}

struct error link_look(struct store_tx *tx, struct str token, int64_t now, struct arena *arena,
                       struct open_link *ret_link)
{
    struct open_link open = {0};
    bool first = false;
    if (!token_valid(token))
        return dead_link("it is not complete");
    struct error error =
        store_account_link(tx, token_hash("link", token, arena), arena, &open.link);
    if (error.code == ERR_NOT_FOUND)
        return dead_link("it is not known here");
    if (error.code != ERR_OK)
        return error;
    if (open.link.used_at)
        return dead_link("it was used, or another one was given after it");
    if (now >= open.link.expires_at)
        return dead_link("its time is over");
    if (open.link.kind == LINK_FIRST) {
        TRY(first_is_open(tx, &first));
        if (!first)
            return dead_link("there is a publisher already");
    } else {
        TRY(store_account(tx, open.link.account_id, arena, &open.account));
        if (open.account.disabled_at)
            return dead_link("the account is disabled");
    }
    *ret_link = open;
    return NO_ERROR;
}

/* The first publisher: perhaps the command line added the account before. */
static struct error make_first(struct store_tx *tx, const struct person *given, int64_t now,
                               struct arena *arena, struct store_account *ret_account)
{
    struct person person = given ? *given : (struct person){0};
    struct store_account account = {.created_at = now};
    int64_t id;
    person.role = ROLE_PUBLISHER;
    person.author_id = 0;
    TRY(check_person(tx, &person, arena));
    account.name = person.name;
    account.login = person.login;
    account.key = login_key(person.login, arena);
    account.role = ROLE_PUBLISHER;
    TRY(store_account_add(tx, &account, &id));
    return store_account(tx, id, arena, ret_account);
}

struct error link_use(struct store_tx *tx, struct str token, const struct person *person,
                      struct str hash, int64_t now, struct arena *arena,
                      struct store_account *ret_account)
{
    struct open_link open;
    TRY(link_look(tx, token, now, arena, &open));
    if (open.link.kind == LINK_FIRST)
        TRY(make_first(tx, person, now, arena, &open.account));
    struct store_account *account = &open.account;
    struct actor actor = {account->id, account->name, account->role};
    account->password = hash;
    TRY(store_account_set(tx, account));
    TRY(store_account_link_used(tx, open.link.id, now));
    TRY(shut_out(tx, account->id, 0, now));
    TRY(store_devices_forget(tx, account->id));
    TRY(audit_addf(tx, &actor, "account.link-used", audit_object("account", account->id, arena),
                   now, arena, "%s",
                   open.link.kind == LINK_FIRST    ? "the first publisher"
                   : open.link.kind == LINK_INVITE ? "first password"
                                                   : "another password"));
    *ret_account = *account;
    return NO_ERROR;
}
