/* Connections: how a newsroom's database is made, opened, watched and closed. */
#include "base/file.h"
#include "base/hash.h"
#include "store/sqlite/inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#define TEXT_OF(number) TEXT(number)
#define TEXT(number) #number

/* ---- Bare connections ------------------------------------------------------------------------ */

struct error connection_run(sqlite3 *db, const char *sql)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? NO_ERROR : store_failure(db, code);
}

struct error connection_int(sqlite3 *db, const char *sql, int64_t *ret_number)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(handle);
    int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(handle, 0) : 0;
    struct error error =
        code == SQLITE_ROW || code == SQLITE_DONE ? NO_ERROR : store_failure(db, code);
    (void)sqlite3_finalize(handle);
    if (error.code == ERR_OK)
        *ret_number = number;
    return error;
}

/* What a damaged or hostile file could ask of SQLite is switched off. */
static int harden(sqlite3 *db)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < sizeof options / sizeof *options; i++)
        code = sqlite3_db_config(db, options[i].option, options[i].value, (int *)NULL);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    return code;
}

struct error connection_open(const char *path, sqlite3 **ret_db)
{
    CONNECTION_AUTO sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &db, flags, NULL);
    if (code == SQLITE_OK)
        code = harden(db);
    if (code != SQLITE_OK)
        return store_failure(db, code);
    *ret_db = db;
    db = NULL;
    return NO_ERROR;
}

/* ---- Making ---------------------------------------------------------------------------------- */

/* Everything into a file of another name, which then takes the real one: a crash leaves either no
 * newsroom or a whole one. The log is switched on last and is empty when the connection closes. */
static struct error create_at(const char *path)
{
    FD_AUTO int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_errno(path);
    (void)close(fd_take(&fd)); /* before SQLite opens it: closing would drop SQLite's locks */
    CONNECTION_AUTO sqlite3 *db = NULL;
    TRY(connection_open(path, &db));
    TRY(connection_run(
        db, "PRAGMA application_id = " TEXT_OF(STORE_APPLICATION_ID) ";"
                                                                     "PRAGMA synchronous = FULL"));
    TRY(migrations_run(db, 0));
    return connection_run(db, "PRAGMA journal_mode = WAL");
}

struct error store_create(const char *dir)
{
    char path[PATH_MAX], temporary[PATH_MAX + 32], token[17];
    int n = snprintf(path, sizeof path, "%s/" STORE_FILE, dir);
    if (n < 0 || (size_t)n >= sizeof path)
        return error_make(ERR_SYSTEM, dir, "the path is too long");
    struct stat there;
    if (lstat(path, &there) == 0)
        return error_make(ERR_EXISTS, path, "Choose another folder.");
    hash_token(token, 8);
    (void)snprintf(temporary, sizeof temporary, "%s.%s.new", path, token);
    struct error error = create_at(temporary);
    if (error.code == ERR_OK)
        error = take_name(temporary, path);
    if (error.code != ERR_OK)
        remove_unfinished(temporary);
    return error;
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* Waits a little for another process, in steps small enough that a commit of its own never takes
 * much longer because of them; not after store_interrupt(). */
static int wait_for_lock(void *context, int count)
{
    struct store *store = context;
    int64_t now = clock_monotonic();
    if (count == 0) {
        store->busy_until = now + store->busy_ms;
        store->told = !store->waits;
    }
    if (now >= store->busy_until || atomic_load(&store->interrupted))
        return 0;
    if (!store->told && now >= store->busy_until - store->busy_ms + TELL_MS) {
        store->told = true;
        store->waits(store->waits_context);
    }
    long ms = count < 4 ? 1 : count < 20 ? 2 : 5;
    struct timespec pause = {.tv_nsec = ms * 1000000};
    (void)nanosleep(&pause, NULL);
    return 1;
}

static struct error absolute_path(const char *dir, char **ret_path)
{
    char here[PATH_MAX] = "";
    if (dir[0] != '/' && !getcwd(here, sizeof here))
        return error_errno("the current folder");
    size_t size = strlen(here) + strlen(dir) + sizeof STORE_FILE + 2;
    char *path = malloc(size);
    if (!path)
        abort();
    (void)snprintf(path, size, "%s%s%s/" STORE_FILE, here, here[0] ? "/" : "", dir);
    *ret_path = path;
    return NO_ERROR;
}

static struct error stat_database(const char *dir, const char *path, struct stat *ret_stat)
{
    if (stat(path, ret_stat) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return error_make(ERR_NOT_A_NEWSROOM, dir, "it holds no database");
        return error_errno(path);
    }
    if (!S_ISREG(ret_stat->st_mode))
        return error_make(ERR_NOT_A_NEWSROOM, dir, "its database is not a file");
    return NO_ERROR;
}

/* Whose file is it, and how old? Before anything is written to it. */
static struct error identify(struct store *store, const char *dir, int64_t *ret_version)
{
    int64_t application = 0, version = 0;
    struct error error = connection_int(store->db, "PRAGMA application_id", &application);
    if (error.code == ERR_OK)
        error = connection_int(store->db, "PRAGMA user_version", &version);
    if (error.code == ERR_STORE && (sqlite3_errcode(store->db) & 0xFF) == SQLITE_NOTADB)
        return error_make(ERR_NOT_A_NEWSROOM, dir, "its database is of another kind");
    if (error.code != ERR_OK)
        return error;
    if (application != STORE_APPLICATION_ID || version < 1)
        return error_make(ERR_NOT_A_NEWSROOM, dir, "its database is of another kind");
    if (version > migrations_count())
        return error_make(ERR_NEWER_FOLDER, dir, "the database is newer");
    *ret_version = version;
    return NO_ERROR;
}

static struct error configure(struct store *store, bool leave_checkpoints)
{
    char sql[256];
    int cache = store->role == STORE_WRITER ? WRITER_CACHE_KIB : READER_CACHE_KIB;
    TRY(connection_run(store->db, "PRAGMA journal_mode = WAL;"
                                  "PRAGMA synchronous = FULL;"
                                  "PRAGMA temp_store = MEMORY;"
                                  "PRAGMA mmap_size = 0;" /* a file cut short would be a SIGBUS */
                                  "PRAGMA cell_size_check = ON;"
                                  "PRAGMA secure_delete = ON"));
    (void)snprintf(sql, sizeof sql,
                   "PRAGMA cache_size = -%d; PRAGMA journal_size_limit = %d;"
                   "PRAGMA wal_autocheckpoint = %d",
                   cache, (int)LOG_KEPT_BYTES, leave_checkpoints ? 0 : 1000);
    return connection_run(store->db, sql);
}

static struct error open_file(struct store *store, const char *dir,
                              const struct store_options *options)
{
    struct stat before, after;
    int64_t version = 0;
    TRY(absolute_path(dir, &store->path));
    TRY(stat_database(dir, store->path, &before));
    TRY(connection_open(store->path, &store->db));
    (void)sqlite3_busy_handler(store->db, wait_for_lock, store);
    TRY(identify(store, dir, &version));
    TRY(stat_database(dir, store->path, &after));
    if (before.st_dev != after.st_dev || before.st_ino != after.st_ino)
        return error_make(ERR_STORE_BUSY, dir, "the database was replaced at this moment");
    store->device = after.st_dev;
    store->inode = after.st_ino;
    TRY(configure(store, options->leave_checkpoints));
    TRY(transaction_prepare(store));
    if (store->role == STORE_READER && version < migrations_count())
        return error_make(ERR_STORE, dir, "the database must be brought up to date first");
    if (store->role == STORE_READER)
        return connection_run(store->db, "PRAGMA query_only = ON");
    if (sqlite3_db_readonly(store->db, "main"))
        return error_make(ERR_STORE, dir, "the database cannot be written to");
    return version < migrations_count() ? migrations_bring_up(store, version) : NO_ERROR;
}

struct error store_open(const char *dir, const struct store_options *options,
                        struct store **ret_store)
{
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        abort();
    store->role = options->role;
    store->busy_ms = options->busy_ms;
    store->waits = options->waits;
    store->waits_context = options->waits_context;
    struct error error = open_file(store, dir, options);
    if (error.code != ERR_OK) {
        store_close(store);
        return error;
    }
    *ret_store = store;
    return NO_ERROR;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    assert(!store->tx && "a transaction is open");
    store_end(store->tx);
    if (store->db) {
        statements_free(store);
        int code = sqlite3_close(store->db);
        assert(code == SQLITE_OK);
        (void)code;
    }
    free(store->path);
    free(store);
}

/* ---- Watching -------------------------------------------------------------------------------- */

void store_interrupt(struct store *store)
{
    atomic_store(&store->interrupted, true);
    sqlite3_interrupt(store->db);
}

struct error store_checkpoint(struct store *store)
{
    int code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    /* Busy: another process folds at this moment. */
    return code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY ? NO_ERROR : store_failed(store, code);
}

struct error store_data_version(struct store *store, int64_t *ret_version)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin_alone(store, "PRAGMA data_version", &q));
    TRY(query_one(&q, "version"));
    int64_t version = query_int(&q);
    TRY(query_end(&q));
    *ret_version = version;
    return NO_ERROR;
}

bool store_is_same_file(struct store *store)
{
    /* stat() only: opening and closing the file would drop the locks that SQLite holds on it. */
    struct stat now;
    return stat(store->path, &now) == 0 && now.st_dev == store->device &&
           now.st_ino == store->inode;
}
