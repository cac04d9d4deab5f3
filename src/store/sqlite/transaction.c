/* Transactions and the change log. */
#include "store/sqlite/inside.h"

#include <assert.h>

/* ---- Beginning and ending -------------------------------------------------------------------- */

static const char begin_read[] = "BEGIN", begin_write[] = "BEGIN IMMEDIATE", undo[] = "ROLLBACK",
                  commit_all[] = "COMMIT";

static struct error run(struct store *store, const char *sql)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin_alone(store, sql, &q));
    return query_run(&q);
}

struct error transaction_prepare(struct store *store)
{
    QUERY_AUTO struct query q = {0};
    return query_begin_alone(store, undo, &q);
}

static struct error last_number(struct store_tx *tx, int64_t *ret_number)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT max(number) FROM change", &q));
    TRY(query_one(&q, "change"));
    int64_t number = query_int(&q);
    TRY(query_end(&q));
    if (number == 0) {
        /* None yet, or all were trimmed: SQLite remembers the number all the same. */
        QUERY_AUTO struct query all = {0};
        bool row = false;
        TRY(query_begin(tx, "SELECT seq FROM sqlite_sequence WHERE name = 'change'", &all));
        TRY(query_next(&all, &row));
        if (row)
            number = query_int(&all);
        TRY(query_end(&all));
    }
    *ret_number = number;
    return NO_ERROR;
}

static struct error begin(struct store *store, bool writes)
{
    assert(!store->tx && "a transaction is open already");
    if (store->tx)
        return error_make(ERR_STORE, "the store", "a transaction is open already");
    atomic_store(&store->interrupted, false);
    if (!sqlite3_get_autocommit(store->db)) /* the last one could not be undone, memory being out */
        TRY(run(store, undo));
    TRY(run(store, writes ? begin_write : begin_read));
    store->tx = &store->kept[store->begun++ % TRANSACTIONS_KEPT];
    *store->tx = (struct store_tx){.store = store, .open = true, .writes = writes};
    return NO_ERROR;
}

struct error store_read(struct store *store, struct store_tx **ret_tx)
{
    TRY(begin(store, false));
    /* The first look at the database fixes the snapshot. */
    struct error error = last_number(store->tx, &store->tx->number);
    if (error.code != ERR_OK) {
        store_end(store->tx);
        return error;
    }
    *ret_tx = store->tx;
    return NO_ERROR;
}

struct error store_write(struct store *store, struct store_tx **ret_tx)
{
    if (store->role != STORE_WRITER)
        return error_make(ERR_STORE, "the store", "this connection only reads");
    TRY(begin(store, true));
    *ret_tx = store->tx;
    return NO_ERROR;
}

void store_end(struct store_tx *tx)
{
    if (!tx || !tx->open)
        return;
    if (!sqlite3_get_autocommit(tx->store->db)) {
        /* Whether or not it worked nothing is kept; begin() tries again. */
        struct error error = run(tx->store, undo);
        (void)error;
    }
    tx->open = false;
    tx->store->tx = NULL;
}

struct error store_change_number(struct store_tx *tx, int64_t *ret_number)
{
    if (tx->writes)
        return last_number(tx, ret_number);
    *ret_number = tx->number;
    return NO_ERROR;
}

/* ---- Committing ------------------------------------------------------------------------------ */

static struct error join_keys(const struct store_changes *changes, struct buf *out)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct str key = changes->keys[i];
        if (key.len == 0 || str_find_char(key, '\n') >= 0)
            return error_make(ERR_STORE, "the store", "a change key is not one line of text");
        if (i > 0)
            (void)buf_char(out, '\n');
        (void)buf_str(out, key);
    }
    return buf_ok(out) ? NO_ERROR : error_make(ERR_STORE, "the store", "too many change keys");
}

static struct error append_change(struct store_tx *tx, const struct store_changes *changes,
                                  int64_t at, int64_t *ret_number)
{
    BUF_AUTO struct buf keys = BUF_INIT(CHANGE_KEYS_MAX);
    QUERY_AUTO struct query q = {0};
    TRY(join_keys(changes, &keys));
    TRY(query_begin(tx, "INSERT INTO change (at, destroys, keys) VALUES (?, ?, ?)", &q));
    query_put_int(&q, at);
    query_put_int(&q, changes->destroys);
    query_put_str(&q, buf_slice(&keys));
    TRY(query_run(&q));
    *ret_number = query_added(tx);
    return NO_ERROR;
}

static struct error commit(struct store_tx *tx, const struct store_changes *changes, int64_t at,
                           int64_t *ret_number)
{
    int64_t number = 0;
    if (!tx->writes)
        return error_make(ERR_STORE, "the store", "the transaction only reads");
    if (tx->failed)
        return error_make(ERR_STORE, "the store", "an earlier step of the change failed");
    if (changes->count == 0 && !changes->why_none)
        return error_make(ERR_STORE, "the store", "the change does not say what it changed");
    if (changes->count > 0)
        TRY(append_change(tx, changes, at, &number));
    if (sqlite3_get_autocommit(tx->store->db))
        return error_make(ERR_STORE_BUSY, "the store", "the transaction was undone");
    TRY(run(tx->store, commit_all));
    *ret_number = number;
    return NO_ERROR;
}

struct error store_commit(struct store_tx *tx, const struct store_changes *changes, int64_t at,
                          int64_t *ret_number)
{
    int64_t number = 0;
    struct error error = commit(tx, changes, at, &number);
    store_end(tx);
    if (error.code == ERR_OK && ret_number)
        *ret_number = number;
    return error;
}

/* ---- The log --------------------------------------------------------------------------------- */

/* Complete: the follower's next change is the oldest kept one or comes later. */
static struct error log_is_complete(struct store_tx *tx, int64_t after, bool *ret_complete)
{
    QUERY_AUTO struct query q = {0};
    int64_t last = 0;
    TRY(store_change_number(tx, &last));
    TRY(query_begin(tx, "SELECT min(number) FROM change", &q));
    TRY(query_one(&q, "change"));
    int64_t first = query_int(&q);
    TRY(query_end(&q));
    /* A follower ahead of the log follows a database that was replaced by an older one. */
    *ret_complete = after == last || (after < last && first > 0 && first <= after + 1);
    return NO_ERROR;
}

static void split_keys(struct str text, struct arena *arena, struct store_change *change)
{
    size_t count = text.len > 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    change->keys = ARENA_ARRAY(arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!str_split(&text, '\n', &change->keys[i]))
            break;
    change->count = count;
}

struct error store_changes_after(struct store_tx *tx, int64_t after, size_t limit,
                                 struct arena *arena, struct store_change **ret_changes,
                                 size_t *ret_count, bool *ret_complete)
{
    QUERY_AUTO struct query q = {0};
    struct store_change *changes = NULL;
    size_t count = 0, size = 0;
    bool complete = false, row = false;
    TRY(log_is_complete(tx, after, &complete));
    TRY(query_begin(tx,
                    "SELECT number, at, destroys, keys FROM change WHERE number > ? "
                    "ORDER BY number LIMIT ?",
                    &q));
    query_put_int(&q, after);
    query_put_limit(&q, limit);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        changes = array_room(arena, changes, count, &size, sizeof *changes);
        struct store_change *change = &changes[count++];
        change->number = query_int(&q);
        change->at = query_int(&q);
        change->destroys = query_int(&q) != 0;
        split_keys(query_str(&q, arena), arena, change);
    }
    TRY(query_end(&q));
    *ret_changes = changes;
    *ret_count = count;
    *ret_complete = complete;
    return NO_ERROR;
}

struct error store_changes_trim(struct store_tx *tx, int64_t keep)
{
    QUERY_AUTO struct query q = {0};
    int64_t last = 0;
    TRY(store_change_number(tx, &last));
    TRY(query_begin(tx, "DELETE FROM change WHERE number <= ?", &q));
    query_put_int(&q, keep < 0 ? last : last - keep);
    return query_run(&q);
}
