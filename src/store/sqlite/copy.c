/* A consistent copy of the whole database while others write, by SQLite's online backup. */
#include "base/file.h"
#include "base/hash.h"
#include "store/sqlite/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { PAGES_AT_ONCE = 512, BUSY_MS = 5000 };

static struct error copy_pages(sqlite3 *from, sqlite3 *to, _Atomic bool *stop)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return store_failure(to, sqlite3_extended_errcode(to));
    int code = SQLITE_OK;
    while (code == SQLITE_OK && !atomic_load(stop))
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    (void)sqlite3_backup_finish(backup); /* repeats the code of the last step */
    if (code == SQLITE_OK)
        code = SQLITE_INTERRUPT;
    return code == SQLITE_DONE ? NO_ERROR : store_failure(to, code);
}

/* Both connections are closed when it returns. */
static struct error copy_into(const char *from_path, const char *to_path, _Atomic bool *stop)
{
    CONNECTION_AUTO sqlite3 *from = NULL, *to = NULL;
    int64_t tables = 0;
    TRY(connection_open(from_path, &from));
    TRY(connection_open(to_path, &to));
    (void)sqlite3_busy_timeout(from, BUSY_MS);
    /* The reading transaction holds one snapshot, so that the copy never has to begin again. */
    TRY(connection_run(from, "PRAGMA query_only = ON; BEGIN"));
    TRY(connection_int(from, "SELECT count(*) FROM sqlite_schema", &tables));
    /* Nobody sees the copy before it is whole: it needs no journal, but to be synced at the end. */
    TRY(connection_run(to, "PRAGMA synchronous = FULL; PRAGMA journal_mode = MEMORY"));
    return copy_pages(from, to, stop);
}

struct error take_name(const char *temporary, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    struct str above = !slash          ? STR(".")
                       : slash == path ? STR("/")
                                       : str_n(path, (size_t)(slash - path));
    if (!str_to_c(above, folder, sizeof folder))
        return error_make(ERR_SYSTEM, path, "the path is too long");
    int failed = renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE);
    if (failed && (errno == EINVAL || errno == ENOSYS)) /* not every file system knows the flag */
        failed = rename(temporary, path);
    if (failed && errno == EEXIST)
        return error_make(ERR_EXISTS, path, "Choose another name.");
    return failed ? error_errno(path) : file_sync_folder(AT_FDCWD, folder);
}

void remove_unfinished(const char *temporary)
{
    static const char *const tails[] = {"", "-journal", "-wal", "-shm"};
    char path[PATH_MAX + 64];
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        (void)snprintf(path, sizeof path, "%s%s", temporary, tails[i]);
        (void)unlink(path);
    }
}

static struct error copy_by(const char *from, const char *temporary, const char *to,
                            _Atomic bool *stop)
{
    FD_AUTO int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_errno(to);
    (void)close(fd_take(&fd)); /* before SQLite opens it */
    TRY(copy_into(from, temporary, stop));
    return take_name(temporary, to);
}

struct error copy_database(const char *from, const char *to, _Atomic bool *stop)
{
    char temporary[PATH_MAX], token[17];
    struct stat there;
    if (lstat(to, &there) == 0)
        return error_make(ERR_EXISTS, to, "Choose another name.");
    hash_token(token, 8);
    int n = snprintf(temporary, sizeof temporary, "%s.%s.tmp", to, token);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return error_make(ERR_SYSTEM, to, "the path is too long");
    struct error error = copy_by(from, temporary, to, stop);
    if (error.code != ERR_OK)
        remove_unfinished(temporary);
    return error;
}

struct error store_copy(struct store *store, const char *path)
{
    atomic_store(&store->interrupted, false);
    return copy_database(store->path, path, &store->interrupted);
}
