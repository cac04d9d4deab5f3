/* user: the people who may use the desk, and the links with which they set a password. */
#include "cli/user.h"
#include "cli/session.h"
#include "newsroom/accounts.h"

enum { USERS_MAX = 10000 };

static struct error find(struct store_tx *tx, const char *login, struct arena *arena,
                         struct store_account *ret_account)
{
    struct error error =
        store_account_by_key(tx, login_key(str_of(login), arena), arena, ret_account);
    if (error.code == ERR_NOT_FOUND)
        return error_format(ERR_NOT_FOUND, str_of("account of that name"), 0, "unknown");
    return error;
}

static struct error commit(struct session *session, struct store_tx **tx, int64_t now)
{
    struct changes changes;
    changes_init(&changes, session->arena);
    changes.why_none = "an account";
    return session_commit(session, tx, &changes, now);
}

static struct error print_link(struct store_tx *tx, struct arena *arena, struct str token)
{
    struct settings settings;
    TRY(settings_load(tx, arena, &settings));
    return cli_print("%.*s/desk/welcome/%.*s\n", STR_ARG(settings.url), STR_ARG(token));
}

struct error user_first_link(struct session *session, bool *ret_printed)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct settings settings;
    struct str token;
    int64_t now = session_now();
    *ret_printed = false;
    TRY(store_write(session->store, &tx));
    struct error error = first_link(tx, &ACTOR_COMMAND, now, session->arena, &token);
    if (error.code == ERR_EXISTS)
        return NO_ERROR;
    TRY(error);
    TRY(settings_load(tx, session->arena, &settings));
    TRY(commit(session, &tx, now));
    *ret_printed = true;
    return cli_print("Set the first password at %.*s/desk/welcome/%.*s\n", STR_ARG(settings.url),
                     STR_ARG(token));
}

/* ---- Commands ------------------------------------------------------------------------------ */

static struct error add(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    const char *name = args_value(args, "name"), *role = args_value(args, "role");
    struct person person = {.login = str_of(args->words[1]),
                            .name = str_of(name ? name : args->words[1]),
                            .role = ROLE_REPORTER};
    struct str token;
    int64_t id, now = session_now();
    if (role && !role_parse(str_of(role), &person.role))
        return usage_error("--role is one of contributor, reporter, editor, publisher");
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    TRY(account_add(tx, &ACTOR_COMMAND, &person, now, args->arena, &id));
    TRY(account_invite(tx, &ACTOR_COMMAND, id, now, args->arena, &token));
    TRY(print_link(tx, args->arena, token));
    return commit(&session, &tx, now);
}

static struct error give_link(const struct args *args, bool reset)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account account;
    struct str token;
    int64_t now = session_now();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    TRY(find(tx, args->words[1], args->arena, &account));
    TRY(reset ? account_reset(tx, &ACTOR_COMMAND, account.id, now, args->arena, &token)
              : account_invite(tx, &ACTOR_COMMAND, account.id, now, args->arena, &token));
    TRY(print_link(tx, args->arena, token));
    return commit(&session, &tx, now);
}

static struct error invite(const struct args *args)
{
    return give_link(args, false);
}

static struct error reset(const struct args *args)
{
    return give_link(args, true);
}

static struct error disable(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account account;
    int64_t now = session_now();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    TRY(find(tx, args->words[1], args->arena, &account));
    TRY(account_disable(tx, &ACTOR_COMMAND, account.id, now, args->arena));
    return commit(&session, &tx, now);
}

static const char *state_of(const struct store_account *account)
{
    return account->disabled_at ? "disabled" : account->password.len ? "works" : "no password yet";
}

static struct error list(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account *accounts;
    size_t count;
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(store_read(session.store, &tx));
    TRY(store_accounts(tx, 0, USERS_MAX, args->arena, &accounts, &count));
    for (size_t i = 0; i < count; i++)
        TRY(cli_print("%.*s\t%.*s\t%.*s\t%s\n", STR_ARG(accounts[i].login),
                      STR_ARG(accounts[i].name), STR_ARG(role_text(accounts[i].role)),
                      state_of(&accounts[i])));
    return NO_ERROR;
}

struct error user_welcome_dir(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    bool printed;
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    return user_first_link(&session, &printed);
}

static struct error welcome(const struct args *args)
{
    return user_welcome_dir(args);
}

static const struct option_spec add_options[] = {
    {"name", "NAME", OPTION_ONCE, "the person's name, for colleagues"},
    {"role", "ROLE", OPTION_ONCE, "contributor, reporter (default), editor or publisher"},
    {0},
};

#define USER_COMMAND(word, words_, count, options_, summary_)                                      \
    const struct command command_user_##word = {.name = "user " #word,                             \
                                                .words = words_,                                   \
                                                .least_words = count,                              \
                                                .most_words = count,                               \
                                                .options = options_,                               \
                                                .summary = summary_,                               \
                                                .run = word}

USER_COMMAND(add, "DIR LOGIN", 2, add_options, "add a person and print the link to set a password");
USER_COMMAND(invite, "DIR LOGIN", 2, NULL, "print a new link for a person without a password");
USER_COMMAND(reset, "DIR LOGIN", 2, NULL, "print a link to set another password");
USER_COMMAND(disable, "DIR LOGIN", 2, NULL, "end a person's access and sessions");
USER_COMMAND(list, "DIR", 1, NULL, "list the people who may use the desk");
USER_COMMAND(welcome, "DIR", 1, NULL,
             "print a link for the first publisher, while there is none with a password");
