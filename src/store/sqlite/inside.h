/* Inside the SQLite store: connections, cached statements, errors. Nothing outside this folder
 * includes it, except tests of the backend itself. */
#ifndef STORE_SQLITE_INSIDE_H
#define STORE_SQLITE_INSIDE_H

#include "base/embed.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/types.h>

/* "Stop": marks a SQLite file as a newsroom's. */
#define STORE_APPLICATION_ID 1400139632

enum {
    /* A transaction that ended keeps its place for so many others: a caller's late store_end() on
     * it must not end another one. */
    TRANSACTIONS_KEPT = 8,
    /* More than the literals there are; a power of two. */
    STATEMENTS_MAX = 512,
    /* Page cache of one connection, KiB. */
    READER_CACHE_KIB = 2048,
    WRITER_CACHE_KIB = 8192,
    /* The log file is cut back to this once it was folded in. */
    LOG_KEPT_BYTES = 16 << 20,
    /* After so many milliseconds of waiting for a lock it is told. */
    TELL_MS = 1000,
    /* Keys of one change, joined. */
    CHANGE_KEYS_MAX = 64 << 20,
};

struct store_tx {
    struct store *store;
    bool open, writes;
    bool failed;    /* a call failed half-way: what was done may not be committed */
    int64_t number; /* of the last change in a reader's snapshot */
};

struct statement {
    const char *sql; /* the literal: its address is the key */
    sqlite3_stmt *handle;
    bool used;
};

struct store {
    sqlite3 *db;
    struct store_tx *tx; /* the open one, or NULL */
    struct store_tx kept[TRANSACTIONS_KEPT];
    unsigned begun;
    enum store_role role;
    char *path; /* absolute, links not followed */
    dev_t device;
    ino_t inode;
    int busy_ms;
    int64_t busy_until; /* monotonic */
    void (*waits)(const void *context);
    const void *waits_context;
    bool told; /* that this call waits */
    _Atomic bool interrupted;
    struct statement statements[STATEMENTS_MAX];
};

/* ---- Errors ---------------------------------------------------------------------------------- */

/* What a SQLite code means here. The text is SQLite's: it names tables and columns, never values.
 */
MUST_USE struct error store_failure(sqlite3 *db, int code);
/* The same; the transaction, if any, cannot be committed any more. */
MUST_USE struct error store_failed(struct store *store, int code);

/* ---- Statements -------------------------------------------------------------------------------
 *
 *     QUERY_AUTO struct query q = {0};
 *     TRY(query_begin(tx, "SELECT name FROM section WHERE id = ?", &q));
 *     query_put_int(&q, id);
 *     TRY(query_one(&q, "section of that number"));
 *     struct str name = query_str(&q, arena);
 *     TRY(query_end(&q));
 *
 * Parameters are bound and columns read in their order. Failures of both are kept and reported by
 * the next call that returns an error. Texts bound must live until the query ends. */
struct query {
    struct store *store;
    struct statement *statement;
    int parameter, column, code;
};

/* `sql` must be a literal: it is prepared once for each connection. */
MUST_USE struct error query_begin(struct store_tx *tx, const char *sql, struct query *query);
/* The same without a transaction, for the few that need none. */
MUST_USE struct error query_begin_alone(struct store *store, const char *sql, struct query *query);

void query_put_int(struct query *query, int64_t number);
void query_put_str(struct query *query, struct str text);
/* 0 is bound as NULL. */
void query_put_id(struct query *query, int64_t id);
/* Cut to what SQLite takes. */
void query_put_limit(struct query *query, size_t limit);

/* The next row, if there is one. */
MUST_USE struct error query_next(struct query *query, bool *ret_row);
/* The first row; ERR_NOT_FOUND with `what` when there is none. */
MUST_USE struct error query_one(struct query *query, const char *what);
/* Runs a statement that gives no rows, and ends it. */
MUST_USE struct error query_run(struct query *query);
/* Rows that the last query_run() of the connection touched. */
int64_t query_changed(struct store_tx *tx);
/* The id of the row that the last INSERT added. */
int64_t query_added(struct store_tx *tx);

/* NULL gives 0 and the empty text. */
int64_t query_int(struct query *query);
struct str query_str(struct query *query, struct arena *arena);

/* Ends the query: the statement can be used again. Fails when a column could not be read. */
MUST_USE struct error query_end(struct query *query);
/* All rows of one number each; ends the query. */
MUST_USE struct error query_ids(struct query *query, struct arena *arena, int64_t **ret_ids,
                                size_t *ret_count);
/* All rows, each read by `read`, a function of (query, arena, pointer to a row); ends the query. An
 * expression whose value is the error:
 *
 *     return QUERY_ROWS(&q, arena, read_story, ret_stories, ret_count);
 */
#define QUERY_ROWS(query, arena, read, ret_rows, ret_count)                                        \
    __extension__({                                                                                \
        __typeof__(*(ret_rows)) rows_ = NULL;                                                      \
        size_t count_ = 0, size_ = 0;                                                              \
        bool row_ = false;                                                                         \
        struct error error_;                                                                       \
        while ((error_ = query_next(query, &row_)).code == ERR_OK && row_) {                       \
            rows_ = array_room(arena, rows_, count_, &size_, sizeof *rows_);                       \
            read(query, arena, &rows_[count_++]);                                                  \
        }                                                                                          \
        if (error_.code == ERR_OK)                                                                 \
            error_ = query_end(query);                                                             \
        if (error_.code == ERR_OK) {                                                               \
            *(ret_rows) = rows_;                                                                   \
            *(ret_count) = count_;                                                                 \
        }                                                                                          \
        error_;                                                                                    \
    })
void query_cleanup(struct query *query);
#define QUERY_AUTO __attribute__((cleanup(query_cleanup)))

/* Finalizes all; aborts in debug builds when one is still in use. */
void statements_free(struct store *store);

/* An array that grows in an arena: room for one more after `count`; returns the array. */
void *array_room(struct arena *arena, void *at, size_t count, size_t *size, size_t element);

/* Prepares what undoes a transaction, so that it can be done when memory is out. */
MUST_USE struct error transaction_prepare(struct store *store);

/* ---- Connections and migrations -------------------------------------------------------------- */

static inline void connection_cleanup(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}
#define CONNECTION_AUTO __attribute__((cleanup(connection_cleanup)))

/* A bare connection to an existing file with the settings that every connection has. */
MUST_USE struct error connection_open(const char *path, sqlite3 **ret_db);
MUST_USE struct error connection_run(sqlite3 *db, const char *sql);
/* The first column of the first row; 0 when there is none. */
MUST_USE struct error connection_int(sqlite3 *db, const char *sql, int64_t *ret_number);

/* The migrations embedded in the program, 001.sql first; a test puts others in their place. */
extern const struct embedded *store_migrations;
int migrations_count(void);

/* Runs the migrations from number `from` + 1 on, one transaction each. */
MUST_USE struct error migrations_run(sqlite3 *db, int64_t from);
/* Brings an older database up to date, after a copy to DIR/newsroom.db.before-N. */
MUST_USE struct error migrations_bring_up(struct store *store, int64_t from);

/* A finished file takes its real name, if that is free; the folder is synced. ERR_EXISTS. */
MUST_USE struct error take_name(const char *temporary, const char *path);

/* Removes it with what SQLite may have laid beside it. */
void remove_unfinished(const char *temporary);

/* store_copy() of the file at `from`. */
MUST_USE struct error copy_database(const char *from, const char *to, _Atomic bool *stop);

#endif
