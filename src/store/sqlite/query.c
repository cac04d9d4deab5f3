/* Statements: prepared once for each connection, found again by the address of their literal. */
#include "store/sqlite/inside.h"

#include <assert.h>
#include <errno.h>

struct error store_failure(sqlite3 *db, int code)
{
    /* A full disk shows as SQLITE_FULL where SQLite looks, and as any I/O error where it does not.
     */
    int number = db ? sqlite3_system_errno(db) : 0;
    if (code == SQLITE_FULL ||
        ((code & 0xFF) == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT)))
        return error_make(ERR_DISK_FULL, "the change", "the disk is full");
    const char *why = db && sqlite3_errcode(db) == code ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
        return error_make(ERR_STORE_BUSY, "the store", why);
    default:
        return error_make(ERR_STORE, "the store", why);
    }
}

struct error store_failed(struct store *store, int code)
{
    if (store->tx)
        store->tx->failed = true;
    return store_failure(store->db, code);
}

/* Literals differ in their addresses; the lowest bits differ least. */
static struct statement *statement_find(struct store *store, const char *sql)
{
    uint64_t hash = (uint64_t)(uintptr_t)sql * 0x9E3779B97F4A7C15u;
    for (size_t i = (size_t)(hash >> 55), n = 0; n < STATEMENTS_MAX; n++, i++) {
        struct statement *statement = &store->statements[i % STATEMENTS_MAX];
        if (statement->sql == sql || !statement->sql)
            return statement;
    }
    return NULL;
}

struct error query_begin_alone(struct store *store, const char *sql, struct query *query)
{
    struct statement *statement = statement_find(store, sql);
    assert(statement && !statement->used && "a query within itself");
    if (!statement || statement->used)
        return error_make(ERR_STORE, "the store", "a statement is in use already");
    if (!statement->handle) {
        int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &statement->handle, NULL);
        if (code != SQLITE_OK)
            return store_failed(store, code);
        statement->sql = sql;
    }
    statement->used = true;
    *query = (struct query){.store = store, .statement = statement};
    return NO_ERROR;
}

struct error query_begin(struct store_tx *tx, const char *sql, struct query *query)
{
    struct store *store = tx->store;
    assert(tx->open);
    /* SQLite undoes a transaction by itself when it is interrupted or the disk is full; what
     * follows must not run outside of it. */
    if (!tx->open || sqlite3_get_autocommit(store->db)) {
        tx->failed = true;
        return error_make(ERR_STORE_BUSY, "the store", "the transaction was undone");
    }
    return query_begin_alone(store, sql, query);
}

static void keep_code(struct query *query, int code)
{
    if (query->code == SQLITE_OK)
        query->code = code;
}

void query_put_int(struct query *query, int64_t number)
{
    keep_code(query, sqlite3_bind_int64(query->statement->handle, ++query->parameter, number));
}

void query_put_str(struct query *query, struct str text)
{
    keep_code(query,
              sqlite3_bind_text64(query->statement->handle, ++query->parameter,
                                  text.len ? text.at : "", text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void query_put_id(struct query *query, int64_t id)
{
    if (id)
        query_put_int(query, id);
    else
        keep_code(query, sqlite3_bind_null(query->statement->handle, ++query->parameter));
}

void query_put_limit(struct query *query, size_t limit)
{
    query_put_int(query, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
}

struct error query_next(struct query *query, bool *ret_row)
{
    sqlite3_stmt *handle = query->statement->handle;
    assert(query->parameter == sqlite3_bind_parameter_count(handle));
    if (query->code != SQLITE_OK)
        return store_failed(query->store, query->code);
    int code = sqlite3_step(handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        query->code = code;
        return store_failed(query->store, code);
    }
    query->column = 0;
    *ret_row = code == SQLITE_ROW;
    return NO_ERROR;
}

struct error query_one(struct query *query, const char *what)
{
    bool row = false;
    TRY(query_next(query, &row));
    return row ? NO_ERROR : error_make(ERR_NOT_FOUND, what, "unknown");
}

struct error query_run(struct query *query)
{
    bool row = false;
    TRY(query_next(query, &row));
    assert(!row);
    return query_end(query);
}

int64_t query_changed(struct store_tx *tx)
{
    return sqlite3_changes64(tx->store->db);
}

int64_t query_added(struct store_tx *tx)
{
    return sqlite3_last_insert_rowid(tx->store->db);
}

int64_t query_int(struct query *query)
{
    return sqlite3_column_int64(query->statement->handle, query->column++);
}

struct str query_str(struct query *query, struct arena *arena)
{
    sqlite3_stmt *handle = query->statement->handle;
    int column = query->column++;
    const unsigned char *at = sqlite3_column_text(handle, column);
    int len = sqlite3_column_bytes(handle, column);
    if (!at) {
        if (sqlite3_column_type(handle, column) != SQLITE_NULL)
            keep_code(query, SQLITE_NOMEM);
        return STR_NONE;
    }
    return arena_str(arena, str_n((const char *)at, (size_t)len));
}

struct error query_end(struct query *query)
{
    struct store *store = query->store;
    int code = query->code;
    query_cleanup(query);
    return code == SQLITE_OK ? NO_ERROR : store_failed(store, code);
}

struct error query_ids(struct query *query, struct arena *arena, int64_t **ret_ids,
                       size_t *ret_count)
{
    int64_t *ids = NULL;
    size_t count = 0, size = 0;
    bool row = false;
    for (;;) {
        TRY(query_next(query, &row));
        if (!row)
            break;
        ids = array_room(arena, ids, count, &size, sizeof *ids);
        ids[count++] = query_int(query);
    }
    TRY(query_end(query));
    *ret_ids = ids;
    *ret_count = count;
    return NO_ERROR;
}

void query_cleanup(struct query *query)
{
    if (!query->statement)
        return;
    /* The code repeats what the last step said. */
    (void)sqlite3_reset(query->statement->handle);
    (void)sqlite3_clear_bindings(query->statement->handle);
    query->statement->used = false;
    query->statement = NULL;
}

void statements_free(struct store *store)
{
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        assert(!store->statements[i].used && "a query was not ended");
        (void)sqlite3_finalize(store->statements[i].handle);
        store->statements[i] = (struct statement){0};
    }
    /* Whether any other is left, sqlite3_close() says: the full-text index has some of its own. */
}

void *array_room(struct arena *arena, void *at, size_t count, size_t *size, size_t element)
{
    if (count < *size)
        return at;
    size_t grown = *size ? *size * 2 : 8;
    void *array = arena_array(arena, grown, element);
    if (count)
        memcpy(array, at, count * element);
    *size = grown;
    return array;
}
