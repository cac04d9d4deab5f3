/* Migrations: numbered SQL texts; the database's user_version is the number of the last one run. */
#include "store/sqlite/inside.h"

#include <limits.h>
#include <unistd.h>

extern const struct embedded store_migration_files[];
const struct embedded *store_migrations = store_migration_files;

int migrations_count(void)
{
    int count = 0;
    while (store_migrations[count].path)
        count++;
    return count;
}

static struct error run_one(sqlite3 *db, int64_t number)
{
    /* The build puts a NUL behind the text. */
    const char *sql = (const char *)store_migrations[number - 1].bytes;
    char end[64];
    (void)snprintf(end, sizeof end, "PRAGMA user_version = %lld", (long long)number);
    TRY(connection_run(db, sql));
    return connection_run(db, end);
}

/* Within a transaction: true when another process has run it in the meantime. */
static struct error is_done(sqlite3 *db, int64_t number, bool *ret_done)
{
    int64_t version = 0;
    TRY(connection_int(db, "PRAGMA user_version", &version));
    *ret_done = version >= number;
    return NO_ERROR;
}

static struct error run_in_transaction(sqlite3 *db, int64_t number)
{
    bool done = false;
    TRY(is_done(db, number, &done));
    if (!done)
        TRY(run_one(db, number));
    return connection_run(db, "COMMIT");
}

struct error migrations_run(sqlite3 *db, int64_t from)
{
    for (int64_t number = from + 1; number <= migrations_count(); number++) {
        TRY(connection_run(db, "BEGIN IMMEDIATE"));
        struct error error = run_in_transaction(db, number);
        if (error.code != ERR_OK) {
            if (!sqlite3_get_autocommit(db))
                (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
            return error;
        }
    }
    return NO_ERROR;
}

struct error migrations_bring_up(struct store *store, int64_t from)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s.before-%lld", store->path, (long long)from + 1);
    if (n < 0 || (size_t)n >= sizeof path)
        return error_make(ERR_SYSTEM, store->path, "the path is too long");
    /* One that is there is of an earlier attempt that did not get to its end: the database is still
     * the older one, so the copy made now is as good. */
    (void)unlink(path);
    TRY(copy_database(store->path, path, &store->interrupted));
    return migrations_run(store->db, from);
}
