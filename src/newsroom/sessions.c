/* Signing in, sessions, and the limits that keep guessers out without keeping anybody else out. */
#include "base/hash.h"
#include "newsroom/accounts.h"

enum { AGENT_MAX = 60, NETWORK_MAX = 64, FORGET_AT_ONCE = 200, MINUTE = 60 * 1000 };
#define DAY ((int64_t)24 * 60 * MINUTE)
#define WINDOW ((int64_t)TRY_WINDOW_MIN * MINUTE)

/* ---- Browsers in words --------------------------------------------------------------------- */

static const char *find_name(struct str agent, const char *const (*names)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_find(agent, str_of(names[i][0])) >= 0)
            return names[i][1];
    return NULL;
}

/* "Firefox on Linux": what a person recognises, not what tells browsers apart. */
static struct str agent_words(struct str agent, struct arena *arena)
{
    static const char *const browsers[][2] = {
        {"Edg/", "Edge"},        {"OPR/", "Opera"},     {"SamsungBrowser", "Samsung Internet"},
        {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},  {"CriOS", "Chrome"},
        {"Chrome/", "Chrome"},   {"Safari/", "Safari"}, {"curl/", "curl"},
    };
    static const char *const systems[][2] = {
        {"iPhone", "iPhone"},  {"iPad", "iPad"},     {"Android", "Android"}, {"Windows", "Windows"},
        {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
    };
    const char *browser = find_name(agent, browsers, sizeof browsers / sizeof *browsers);
    const char *system = find_name(agent, systems, sizeof systems / sizeof *systems);
    if (!browser)
        browser = "A browser";
    return system ? arena_printf(arena, "%s on %s", browser, system) : str_of(browser);
}

/* ---- Limits -------------------------------------------------------------------------------- */

struct limit {
    struct str who;
    int64_t most;
};
enum { LIMITS_MAX = 2 };

/* What one try counts against: the browser that the account knows, or else account and network
 * together, and the network. Never the account alone: anybody could use that up. */
static size_t limits_of(const struct store_account *account, bool known_device, struct str key,
                        const struct browser *browser, struct arena *arena,
                        struct limit limits[LIMITS_MAX])
{
    struct str network = str_cut(browser->network, 0, NETWORK_MAX);
    if (known_device) {
        struct str text =
            arena_printf(arena, "%lld %.*s", (long long)account->id, STR_ARG(browser->device));
        limits[0] = (struct limit){token_hash("device-tries", text, arena), TRIES_DEVICE};
        return 1;
    }
    struct str text = arena_printf(arena, "%.*s %.*s", STR_ARG(network), STR_ARG(key));
    limits[0] = (struct limit){token_hash("account-tries", text, arena), TRIES_ACCOUNT};
    limits[1] = (struct limit){token_hash("network-tries", network, arena), TRIES_NETWORK};
    return 2;
}

/* ---- Signing in ---------------------------------------------------------------------------- */

struct attempt {
    struct store_account account; /* id 0: there is none of that name */
    bool known_device;
    struct limit limits[LIMITS_MAX];
    size_t limit_count;
};

static struct error find_account(struct store_tx *tx, struct str key, const struct browser *browser,
                                 struct arena *arena, struct attempt *attempt)
{
    struct error error = store_account_by_key(tx, key, arena, &attempt->account);
    if (error.code == ERR_NOT_FOUND)
        return NO_ERROR;
    if (error.code != ERR_OK)
        return error;
    if (!token_valid(browser->device))
        return NO_ERROR;
    return store_device_known(tx, attempt->account.id, token_hash("device", browser->device, arena),
                              &attempt->known_device);
}

/* The first that is used up is said in the trail, once for each window. */
static struct error note_limit(struct store_tx *tx, const struct attempt *attempt,
                               const struct browser *browser, int64_t now, struct arena *arena)
{
    const struct actor nobody = {0, STR("nobody"), ROLE_CONTRIBUTOR};
    struct str object =
        attempt->account.id ? audit_object("account", attempt->account.id, arena) : STR_NONE;
    return audit_addf(tx, &nobody, "account.limited", object, now, arena,
                      "the last try of this quarter of an hour, from %.*s",
                      STR_ARG(str_cut(browser->network, 0, NETWORK_MAX)));
}

/* Counts the try before it is made; commits. */
static struct error count_try(struct store *store, struct str key, const struct browser *browser,
                              int64_t now, struct arena *arena, struct attempt *attempt)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    bool last = false;
    TRY(store_write(store, &tx));
    TRY(find_account(tx, key, browser, arena, attempt));
    attempt->limit_count =
        limits_of(&attempt->account, attempt->known_device, key, browser, arena, attempt->limits);
    for (size_t i = 0; i < attempt->limit_count; i++) {
        int64_t tries, over_at;
        TRY(store_tries(tx, attempt->limits[i].who, now, WINDOW, &tries, &over_at));
        if (tries >= attempt->limits[i].most)
            return error_make(ERR_TOO_MANY, "signing in", "the tries are used up");
        last = last || tries + 1 == attempt->limits[i].most;
    }
    for (size_t i = 0; i < attempt->limit_count; i++)
        TRY(store_try_add(tx, attempt->limits[i].who, now, WINDOW));
    if (last)
        TRY(note_limit(tx, attempt, browser, now, arena));
    changes_init(&changes, arena);
    return changes_commit(&tx, &changes, now, NULL);
}

static struct error add_session(struct store_tx *tx, const struct store_account *account,
                                const struct browser *browser, bool known_device, int64_t now,
                                struct arena *arena, struct signed_in *signed_in)
{
    struct str token = token_new(arena), device = STR_NONE;
    struct store_session session = {.hash = token_hash("session", token, arena),
                                    .account_id = account->id,
                                    .created_at = now,
                                    .seen_at = now,
                                    .expires_at = now + SESSION_DAYS * DAY,
                                    .agent =
                                        str_cut(agent_words(browser->agent, arena), 0, AGENT_MAX),
                                    .network = str_cut(browser->network, 0, NETWORK_MAX)};
    int64_t id;
    TRY(store_session_add(tx, &session, &id));
    if (!known_device) {
        device = token_new(arena);
        TRY(store_device_add(tx, account->id, token_hash("device", device, arena), now,
                             DEVICES_KEPT));
    }
    *signed_in = (struct signed_in){.account = *account, .session = token, .device = device};
    return NO_ERROR;
}

static struct error begin(struct store_tx *tx, const struct store_account *account,
                          const struct browser *browser, bool known_device, int64_t now,
                          struct arena *arena, struct signed_in *signed_in)
{
    struct actor actor = {account->id, account->name, account->role};
    TRY(add_session(tx, account, browser, known_device, now, arena, signed_in));
    return audit_addf(tx, &actor, "account.sign-in", audit_object("account", account->id, arena),
                      now, arena, "%.*s, %.*s", STR_ARG(agent_words(browser->agent, arena)),
                      STR_ARG(str_cut(browser->network, 0, NETWORK_MAX)));
}

struct error session_begin(struct store_tx *tx, const struct store_account *account,
                           const struct browser *browser, int64_t now, struct arena *arena,
                           struct signed_in *ret_signed)
{
    struct signed_in signed_in;
    TRY(begin(tx, account, browser, false, now, arena, &signed_in));
    *ret_signed = signed_in;
    return NO_ERROR;
}

/* The password was right: the try doesn't count. The account may have changed meanwhile. */
static struct error finish(struct store *store, const struct attempt *attempt,
                           const struct browser *browser, int64_t now, struct arena *arena,
                           struct signed_in *ret_signed)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account account;
    struct signed_in signed_in;
    struct changes changes;
    TRY(store_write(store, &tx));
    TRY(store_account(tx, attempt->account.id, arena, &account));
    if (account.disabled_at || !str_eq(account.password, attempt->account.password))
        return error_make(ERR_SIGN_IN, "account", "it was changed meanwhile");
    for (size_t i = 0; i < attempt->limit_count; i++)
        TRY(store_try_undo(tx, attempt->limits[i].who));
    TRY(begin(tx, &account, browser, attempt->known_device, now, arena, &signed_in));
    changes_init(&changes, arena);
    TRY(changes_commit(&tx, &changes, now, NULL));
    *ret_signed = signed_in;
    return NO_ERROR;
}

struct error sign_in(struct store *store, struct str login, struct str password,
                     const struct browser *browser, int64_t now, struct arena *arena,
                     struct signed_in *ret_signed)
{
    struct attempt attempt = {0};
    if (login.len > LOGIN_MAX || password.len > PASSWORD_MAX || !str_is_utf8(login))
        return error_make(ERR_SIGN_IN, "account", "too long");
    TRY(count_try(store, login_key(login, arena), browser, now, arena, &attempt));
    bool right = password_verify(password, attempt.account.password);
    if (!right || attempt.account.disabled_at)
        return error_make(ERR_SIGN_IN, "account", "they don't fit");
    return finish(store, &attempt, browser, now, arena, ret_signed);
}

/* ---- Sessions ------------------------------------------------------------------------------ */

struct error session_look(struct store_tx *tx, struct str token, int64_t now, struct arena *arena,
                          struct session_of *ret_session)
{
    struct session_of of = {0};
    struct error out = error_make(ERR_SIGNED_OUT, "session", "over");
    if (!token_valid(token))
        return out;
    struct error error = store_session(tx, token_hash("session", token, arena), arena, &of.session);
    if (error.code == ERR_NOT_FOUND)
        return out;
    if (error.code != ERR_OK)
        return error;
    if (now >= of.session.expires_at || now >= of.session.created_at + SESSION_MAX_DAYS * DAY)
        return out;
    TRY(store_account(tx, of.session.account_id, arena, &of.account));
    if (of.account.disabled_at)
        return out;
    of.actor = (struct actor){of.account.id, of.account.name, of.account.role};
    of.seen_is_old = now - of.session.seen_at >= (int64_t)SESSION_SEEN_S * 1000;
    *ret_session = of;
    return NO_ERROR;
}

struct error session_touch(struct store_tx *tx, const struct store_session *session, int64_t now)
{
    int64_t expires = now + SESSION_DAYS * DAY;
    int64_t last = session->created_at + SESSION_MAX_DAYS * DAY;
    return store_session_seen(tx, session->id, now, expires < last ? expires : last);
}

struct error session_end(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                         struct arena *arena)
{
    TRY(store_session_end(tx, actor->account_id, id));
    return audit_add(tx, actor, STR("account.sign-out"),
                     audit_object("account", actor->account_id, arena), STR_NONE, now, arena);
}

struct error session_revoke(struct store_tx *tx, const struct actor *actor, int64_t account_id,
                            int64_t id, int64_t keep, int64_t now, struct arena *arena)
{
    int64_t count = 1;
    struct store_account account;
    if (actor->account_id != account_id)
        TRY(actor_may(actor, ACTION_PEOPLE_EDIT, RELATION_NONE));
    TRY(store_account(tx, account_id, arena, &account));
    if (id)
        TRY(store_session_end(tx, account_id, id));
    else
        TRY(store_sessions_end(tx, account_id, keep, &count));
    return audit_addf(tx, actor, "session.revoke", audit_object("account", account_id, arena), now,
                      arena, "%.*s: %lld", STR_ARG(account.name), (long long)count);
}

void session_form_secret(struct str token, unsigned char ret_secret[32])
{
    char text[TOKEN_HEX + 16];
    int n = snprintf(text, sizeof text, "form %.*s", STR_ARG(str_cut(token, 0, TOKEN_HEX)));
    hash_digest(str_n(text, (size_t)n), ret_secret);
}

struct error accounts_forget(struct store *store, int64_t now, struct arena *arena)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    TRY(store_write(store, &tx));
    TRY(store_sessions_forget(tx, now, FORGET_AT_ONCE));
    TRY(store_tries_forget(tx, now - WINDOW, FORGET_AT_ONCE));
    TRY(store_presences_forget(tx, now, FORGET_AT_ONCE));
    changes_init(&changes, arena);
    return changes_commit(&tx, &changes, now, NULL);
}
