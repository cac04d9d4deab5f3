/* backup: everything of a newsroom in one file, also while it is served. */
#include "base/file.h"
#include "base/hash.h"
#include "cli/archive.h"
#include "cli/session.h"

#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/file.h>
#include <sys/stat.h>

struct writing {
    struct archive *archive;
    struct arena *arena;
    struct progress progress;
    int64_t files;
};

static struct error put_header(struct writing *w, const char *path, int64_t size, int64_t mtime)
{
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        abort();
    archive_entry_set_pathname_utf8(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, size);
    archive_entry_set_mtime(entry, mtime, 0);
    int result = archive_write_header(w->archive, entry);
    archive_entry_free(entry);
    return result == ARCHIVE_OK ? NO_ERROR : archive_failure(w->archive, "The backup");
}

static struct error put_text(struct writing *w, const char *path, struct str text)
{
    TRY(put_header(w, path, (int64_t)text.len, session_now() / 1000));
    if (archive_write_data(w->archive, text.at, text.len) != (la_ssize_t)text.len)
        return archive_failure(w->archive, "The backup");
    return NO_ERROR;
}

/* Exactly the size that the header promised. */
static struct error put_bytes(struct writing *w, int fd, const char *path, int64_t size)
{
    char *piece = arena_alloc(w->arena, BACKUP_PIECE);
    while (size > 0) {
        ssize_t n = read(fd, piece, size < BACKUP_PIECE ? (size_t)size : BACKUP_PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(path);
        if (n == 0)
            return error_make(ERR_SYSTEM, path, "the file became shorter while it was read");
        if (archive_write_data(w->archive, piece, (size_t)n) != n)
            return archive_failure(w->archive, "The backup");
        size -= n;
    }
    return NO_ERROR;
}

static struct error put_open_file(struct writing *w, int fd, const char *path)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return error_errno(path);
    if (!S_ISREG(status.st_mode)) {
        cli_note("%s is neither a file nor a folder and is left out", path);
        return NO_ERROR;
    }
    if (!str_is_utf8(str_of(path)))
        return error_make(ERR_INVALID, path, "rename the file; its name is not UTF-8");
    TRY(put_header(w, path, status.st_size, status.st_mtime));
    TRY(put_bytes(w, fd, path, status.st_size));
    progress_step(&w->progress, ++w->files, 0);
    return NO_ERROR;
}

/* Files in the making: their final names come later or never. */
static bool is_unfinished(const char *name)
{
    return name[0] == '.' || str_ends(str_of(name), STR(".tmp"));
}

static struct error put_folder(struct writing *w, int dir_fd, const char *path);

/* `path` is where it stands below DIR. */
static struct error put_entry(struct writing *w, int dir_fd, const char *path)
{
    FD_AUTO int fd = openat(dir_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (fd < 0 && errno == ENOENT) /* swept meanwhile: nobody names it */
        return NO_ERROR;
    if (fd < 0 && errno == ELOOP) {
        cli_note("%s is a symbolic link and is left out; put the file itself there", path);
        return NO_ERROR;
    }
    if (fd < 0 || fstat(fd, &status) < 0)
        return error_errno(path);
    return S_ISDIR(status.st_mode) ? put_folder(w, dir_fd, path) : put_open_file(w, fd, path);
}

static struct error put_folder(struct writing *w, int dir_fd, const char *path)
{
    int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return NO_ERROR;
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return error_errno(path);
    struct error error = NO_ERROR;
    struct arena *outer = w->arena;
    w->arena = arena_new(); /* one folder's names and pieces go with it */
    for (struct dirent *entry; error.code == ERR_OK && (entry = readdir(folder));)
        if (!is_unfinished(entry->d_name))
            error = put_entry(w, dir_fd, arena_printf(w->arena, "%s/%s", path, entry->d_name).at);
    arena_free(w->arena);
    w->arena = outer;
    (void)closedir(folder);
    return error;
}

/* A copy that nobody else sees; its name is gone before this returns. */
static struct error put_database(struct writing *w, struct session *session)
{
    char token[17];
    hash_token(token, 8);
    struct arena *arena = session->arena;
    TRY(file_make_folder(session->folder.fd, "run"));
    struct str name = arena_printf(arena, "run/backup-%s.db", token);
    struct str path = arena_printf(arena, "%s/%.*s", session->folder.path, STR_ARG(name));
    struct progress progress = progress_begin("Copying the database");
    progress_show(&progress);
    struct error error = store_copy(session->store, path.at);
    progress_end(&progress);
    FD_AUTO int fd = openat(session->folder.fd, name.at, O_RDONLY | O_CLOEXEC);
    (void)unlinkat(session->folder.fd, name.at, 0);
    TRY(error);
    if (fd < 0)
        return error_errno("The copy of the database");
    return put_open_file(w, fd, STORE_FILE);
}

static struct error put_all(struct writing *w, struct session *session)
{
    TRY(put_text(w, BACKUP_FIRST, STR("{\"format\":1,\"version\":\"" STOPPRESS_VERSION "\"}\n")));
    /* The database first: pictures that it names are on the disk by then, for good. */
    TRY(put_database(w, session));
    for (const char *const *kept = folder_kept; *kept; kept++)
        TRY(put_folder(w, session->folder.fd, *kept));
    TRY(put_text(w, BACKUP_LAST, arena_printf(w->arena, "%lld\n", (long long)w->files)));
    if (archive_write_close(w->archive) != ARCHIVE_OK)
        return archive_failure(w->archive, "The backup");
    return NO_ERROR;
}

static struct error write_tar(int fd, struct session *session, int64_t *ret_files)
{
    struct writing w = {.arena = session->arena, .progress = progress_begin("Saving files")};
    w.archive = archive_write_new();
    if (!w.archive)
        abort();
    struct error error = NO_ERROR;
    if (archive_write_set_format_pax_restricted(w.archive) != ARCHIVE_OK ||
        archive_write_open_fd(w.archive, fd) != ARCHIVE_OK)
        error = archive_failure(w.archive, "The backup");
    else
        error = put_all(&w, session);
    progress_end(&w.progress);
    if (archive_write_free(w.archive) != ARCHIVE_OK && error.code == ERR_OK)
        error = error_make(ERR_SYSTEM, "The backup", "it could not be finished");
    *ret_files = w.files;
    return error;
}

/* Only an earlier backup may be replaced: a mistyped name must not cost another file. */
static struct error check_target(const char *path)
{
    char first[sizeof BACKUP_FIRST] = "";
    struct stat status;
    FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? NO_ERROR : error_errno(path);
    bool old = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
               read(fd, first, sizeof first) == sizeof first &&
               memcmp(first, BACKUP_FIRST, sizeof first) == 0;
    if (!old)
        return error_make(ERR_EXISTS, path, "It is no backup, so it is not replaced.");
    return NO_ERROR;
}

static struct error open_temporary(const char *path, int *ret_fd)
{
    FD_AUTO int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_errno(path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return error_make(ERR_EXISTS, path, "Another backup is being written to it.");
    if (ftruncate(fd, 0) < 0 || fchmod(fd, 0600) < 0)
        return error_errno(path);
    *ret_fd = fd_take(&fd);
    return NO_ERROR;
}

static struct error save(struct session *session, const char *path, int64_t *ret_files)
{
    FD_AUTO int fd = -1;
    const char *temporary = arena_printf(session->arena, "%s.tmp", path).at;
    TRY(check_target(path));
    TRY(open_temporary(temporary, &fd));
    struct error error = write_tar(fd, session, ret_files);
    if (error.code == ERR_OK && (fsync(fd) < 0 || rename(temporary, path) < 0))
        error = error_errno(path);
    if (error.code != ERR_OK) {
        (void)unlink(temporary);
        return error;
    }
    const char *slash = strrchr(path, '/');
    if (!slash)
        return file_sync_folder(AT_FDCWD, ".");
    return file_sync_folder(AT_FDCWD,
                            arena_printf(session->arena, "%.*s", (int)(slash + 1 - path), path).at);
}

static struct error run(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    int64_t files;
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive asks it about names */
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(save(&session, args->words[1], &files));
    return cli_print_done("The backup is complete", "%s: %lld file%s\n", args->words[1],
                          (long long)files, files == 1 ? "" : "s");
}

const struct command command_backup = {
    .name = "backup",
    .words = "DIR FILE",
    .least_words = 2,
    .most_words = 2,
    .summary = "save everything of a newsroom into one tar file",
    .about =
        "Works while the newsroom is served. FILE holds a consistent copy of the database, and\n"
        "every picture, theme file and secret: keep it as carefully as DIR itself. An earlier\n"
        "backup of that name is replaced once the new one is complete.\n",
    .run = run,
};
