/* Accounts: people, links, sessions, devices, counted tries. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

/* ---- People -------------------------------------------------------------------------------- */

#define ACCOUNT_COLUMNS                                                                            \
    "id, name, login, key, role, password, author_id, created_at, disabled_at, notes_seen"

static void read_account(struct query *q, struct arena *arena, struct store_account *account)
{
    account->id = query_int(q);
    account->name = query_str(q, arena);
    account->login = query_str(q, arena);
    account->key = query_str(q, arena);
    account->role = (enum account_role)query_int(q);
    account->password = query_str(q, arena);
    account->author_id = query_int(q);
    account->created_at = query_int(q);
    account->disabled_at = query_int(q);
    account->notes_seen = query_int(q);
}

static struct error login_taken(struct str login)
{
    return error_format(ERR_EXISTS, login, 0, "Choose another name to sign in with.");
}

struct error store_account_add(struct store_tx *tx, const struct store_account *account,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO account (name, login, key, role, password, author_id, created_at, "
                    "disabled_at, notes_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (key) DO NOTHING",
                    &q));
    query_put_str(&q, account->name);
    query_put_str(&q, account->login);
    query_put_str(&q, account->key);
    query_put_int(&q, account->role);
    query_put_str(&q, account->password);
    query_put_id(&q, account->author_id);
    query_put_int(&q, account->created_at);
    query_put_int(&q, account->disabled_at);
    query_put_int(&q, account->notes_seen);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return login_taken(account->login);
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_account_set(struct store_tx *tx, const struct store_account *account)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT 1 FROM account WHERE key = ? AND id <> ?", &q));
    query_put_str(&q, account->key);
    query_put_int(&q, account->id);
    bool taken = false;
    TRY(query_next(&q, &taken));
    TRY(query_end(&q));
    if (taken)
        return login_taken(account->login);
    TRY(query_begin(tx,
                    "UPDATE account SET name = ?, login = ?, key = ?, role = ?, password = ?, "
                    "author_id = ?, disabled_at = ?, notes_seen = ? WHERE id = ?",
                    &q));
    query_put_str(&q, account->name);
    query_put_str(&q, account->login);
    query_put_str(&q, account->key);
    query_put_int(&q, account->role);
    query_put_str(&q, account->password);
    query_put_id(&q, account->author_id);
    query_put_int(&q, account->disabled_at);
    query_put_int(&q, account->notes_seen);
    query_put_int(&q, account->id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "account of that number", "unknown");
}

struct error store_account(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_account *ret_account)
{
    QUERY_AUTO struct query q = {0};
    struct store_account account;
    TRY(query_begin(tx, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "account of that number"));
    read_account(&q, arena, &account);
    TRY(query_end(&q));
    *ret_account = account;
    return NO_ERROR;
}

struct error store_account_by_key(struct store_tx *tx, struct str key, struct arena *arena,
                                  struct store_account *ret_account)
{
    QUERY_AUTO struct query q = {0};
    struct store_account account;
    TRY(query_begin(tx, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE key = ?", &q));
    query_put_str(&q, key);
    TRY(query_one(&q, "account of that name"));
    read_account(&q, arena, &account);
    TRY(query_end(&q));
    *ret_account = account;
    return NO_ERROR;
}

struct error store_accounts(struct store_tx *tx, int64_t after, size_t limit, struct arena *arena,
                            struct store_account **ret_accounts, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id > ? ORDER BY id LIMIT ?",
                    &q));
    query_put_int(&q, after);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_account, ret_accounts, ret_count);
}

struct error store_accounts_ready(struct store_tx *tx, enum account_role role, size_t limit,
                                  size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT count(*) FROM (SELECT 1 FROM account WHERE role = ? "
                    "AND disabled_at = 0 AND password <> '' LIMIT ?)",
                    &q));
    query_put_int(&q, role);
    query_put_limit(&q, limit);
    TRY(query_one(&q, "count"));
    size_t count = (size_t)query_int(&q);
    TRY(query_end(&q));
    *ret_count = count;
    return NO_ERROR;
}

/* ---- Links --------------------------------------------------------------------------------- */

#define LINK_COLUMNS "id, hash, kind, account_id, created_by, created_at, expires_at, used_at"

static void read_link(struct query *q, struct arena *arena, struct store_account_link *link)
{
    link->id = query_int(q);
    link->hash = query_str(q, arena);
    link->kind = (enum account_link_kind)query_int(q);
    link->account_id = query_int(q);
    link->created_by = query_int(q);
    link->created_at = query_int(q);
    link->expires_at = query_int(q);
    link->used_at = query_int(q);
}

struct error store_account_link_add(struct store_tx *tx, const struct store_account_link *link,
                                    int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO account_link (hash, kind, account_id, created_by, created_at, "
                    "expires_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_str(&q, link->hash);
    query_put_int(&q, link->kind);
    query_put_id(&q, link->account_id);
    query_put_id(&q, link->created_by);
    query_put_int(&q, link->created_at);
    query_put_int(&q, link->expires_at);
    query_put_int(&q, link->used_at);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_account_link(struct store_tx *tx, struct str hash, struct arena *arena,
                                struct store_account_link *ret_link)
{
    QUERY_AUTO struct query q = {0};
    struct store_account_link link;
    TRY(query_begin(tx, "SELECT " LINK_COLUMNS " FROM account_link WHERE hash = ?", &q));
    query_put_str(&q, hash);
    TRY(query_one(&q, "such link"));
    read_link(&q, arena, &link);
    TRY(query_end(&q));
    *ret_link = link;
    return NO_ERROR;
}

struct error store_account_links(struct store_tx *tx, int64_t account_id, struct arena *arena,
                                 struct store_account_link **ret_links, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " LINK_COLUMNS " FROM account_link "
                    "WHERE account_id IS ? AND used_at = 0 ORDER BY id",
                    &q));
    query_put_id(&q, account_id);
    return QUERY_ROWS(&q, arena, read_link, ret_links, ret_count);
}

struct error store_account_link_used(struct store_tx *tx, int64_t id, int64_t at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE account_link SET used_at = ? WHERE id = ? AND used_at = 0", &q));
    query_put_int(&q, at);
    query_put_int(&q, id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR : error_make(ERR_NOT_FOUND, "such open link", "unknown");
}

struct error store_account_links_end(struct store_tx *tx, int64_t account_id, int64_t at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE account_link SET used_at = ? WHERE account_id IS ? AND used_at = 0",
                    &q));
    query_put_int(&q, at);
    query_put_id(&q, account_id);
    return query_run(&q);
}

/* ---- Sessions ------------------------------------------------------------------------------ */

#define SESSION_COLUMNS "id, hash, account_id, created_at, seen_at, expires_at, agent, network"

static void read_session(struct query *q, struct arena *arena, struct store_session *session)
{
    session->id = query_int(q);
    session->hash = query_str(q, arena);
    session->account_id = query_int(q);
    session->created_at = query_int(q);
    session->seen_at = query_int(q);
    session->expires_at = query_int(q);
    session->agent = query_str(q, arena);
    session->network = query_str(q, arena);
}

struct error store_session_add(struct store_tx *tx, const struct store_session *session,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO session (hash, account_id, created_at, seen_at, expires_at, "
                    "agent, network) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_str(&q, session->hash);
    query_put_int(&q, session->account_id);
    query_put_int(&q, session->created_at);
    query_put_int(&q, session->seen_at);
    query_put_int(&q, session->expires_at);
    query_put_str(&q, session->agent);
    query_put_str(&q, session->network);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_session(struct store_tx *tx, struct str hash, struct arena *arena,
                           struct store_session *ret_session)
{
    QUERY_AUTO struct query q = {0};
    struct store_session session;
    TRY(query_begin(tx, "SELECT " SESSION_COLUMNS " FROM session WHERE hash = ?", &q));
    query_put_str(&q, hash);
    TRY(query_one(&q, "such session"));
    read_session(&q, arena, &session);
    TRY(query_end(&q));
    *ret_session = session;
    return NO_ERROR;
}

struct error store_sessions(struct store_tx *tx, int64_t account_id, struct arena *arena,
                            struct store_session **ret_sessions, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT " SESSION_COLUMNS " FROM session WHERE account_id = ? ORDER BY id DESC", &q));
    query_put_int(&q, account_id);
    return QUERY_ROWS(&q, arena, read_session, ret_sessions, ret_count);
}

struct error store_session_seen(struct store_tx *tx, int64_t id, int64_t seen_at,
                                int64_t expires_at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE session SET seen_at = ?, expires_at = ? WHERE id = ?", &q));
    query_put_int(&q, seen_at);
    query_put_int(&q, expires_at);
    query_put_int(&q, id);
    return query_run(&q);
}

struct error store_session_end(struct store_tx *tx, int64_t account_id, int64_t id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM session WHERE id = ? AND account_id = ?", &q));
    query_put_int(&q, id);
    query_put_int(&q, account_id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "session of that number", "unknown");
}

struct error store_sessions_end(struct store_tx *tx, int64_t account_id, int64_t keep,
                                int64_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM session WHERE account_id = ? AND id <> ?", &q));
    query_put_int(&q, account_id);
    query_put_int(&q, keep);
    TRY(query_run(&q));
    *ret_count = query_changed(tx);
    return NO_ERROR;
}

struct error store_sessions_forget(struct store_tx *tx, int64_t now, size_t limit)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "DELETE FROM session WHERE id IN (SELECT id FROM session "
                    "WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
                    &q));
    query_put_int(&q, now);
    query_put_limit(&q, limit);
    return query_run(&q);
}

/* ---- Devices ------------------------------------------------------------------------------- */

struct error store_device_add(struct store_tx *tx, int64_t account_id, struct str hash, int64_t at,
                              size_t keep)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO device (account_id, hash, at) VALUES (?, ?, ?) "
                    "ON CONFLICT (account_id, hash) DO UPDATE SET at = excluded.at",
                    &q));
    query_put_int(&q, account_id);
    query_put_str(&q, hash);
    query_put_int(&q, at);
    TRY(query_run(&q));
    TRY(query_begin(tx,
                    "DELETE FROM device WHERE id IN (SELECT id FROM device WHERE account_id = ? "
                    "ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
                    &q));
    query_put_int(&q, account_id);
    query_put_limit(&q, keep);
    return query_run(&q);
}

struct error store_device_known(struct store_tx *tx, int64_t account_id, struct str hash,
                                bool *ret_known)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT 1 FROM device WHERE account_id = ? AND hash = ?", &q));
    query_put_int(&q, account_id);
    query_put_str(&q, hash);
    TRY(query_next(&q, &row));
    TRY(query_end(&q));
    *ret_known = row;
    return NO_ERROR;
}

struct error store_devices_forget(struct store_tx *tx, int64_t account_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM device WHERE account_id = ?", &q));
    query_put_int(&q, account_id);
    return query_run(&q);
}

/* ---- Tries --------------------------------------------------------------------------------- */

struct error store_tries(struct store_tx *tx, struct str who, int64_t now, int64_t window,
                         int64_t *ret_tries, int64_t *ret_over_at)
{
    QUERY_AUTO struct query q = {0};
    int64_t since = now, tries = 0;
    bool row = false;
    TRY(query_begin(tx, "SELECT since, tries FROM try WHERE who = ?", &q));
    query_put_str(&q, who);
    TRY(query_next(&q, &row));
    if (row) {
        since = query_int(&q);
        tries = query_int(&q);
    }
    TRY(query_end(&q));
    /* A clock that was set back must not lock anybody out for longer than a window. */
    bool over = now - since >= window || since > now;
    *ret_tries = over ? 0 : tries;
    *ret_over_at = over ? now : since + window;
    return NO_ERROR;
}

struct error store_try_add(struct store_tx *tx, struct str who, int64_t now, int64_t window)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO try (who, since, tries) VALUES (?1, ?2, 1) ON CONFLICT (who) "
                    "DO UPDATE SET tries = iif(?2 - since >= ?3 OR since > ?2, 1, tries + 1), "
                    "since = iif(?2 - since >= ?3 OR since > ?2, ?2, since)",
                    &q));
    query_put_str(&q, who);
    query_put_int(&q, now);
    query_put_int(&q, window);
    return query_run(&q);
}

struct error store_try_undo(struct store_tx *tx, struct str who)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE try SET tries = tries - 1 WHERE who = ? AND tries > 0", &q));
    query_put_str(&q, who);
    return query_run(&q);
}

struct error store_tries_forget(struct store_tx *tx, int64_t before, size_t limit)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "DELETE FROM try WHERE who IN (SELECT who FROM try WHERE since < ? "
                    "ORDER BY since LIMIT ?)",
                    &q));
    query_put_int(&q, before);
    query_put_limit(&q, limit);
    return query_run(&q);
}
