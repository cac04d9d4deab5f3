/* restore: a newsroom's folder from a backup. */
#include "base/file.h"
#include "cli/archive.h"
#include "cli/session.h"

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>

struct unpacking {
    struct archive *archive;
    const char *file; /* the backup's name, for errors */
    int fd;           /* of the folder that is being made */
    struct arena *arena;
    struct progress progress;
    int64_t files;
    bool ended;
};

static struct error bad(const struct unpacking *u, const char *why)
{
    return error_make(ERR_INVALID, u->file, why);
}

/* Reads one of the two texts that frame a backup. */
static struct error read_text(struct unpacking *u, struct str *ret_text)
{
    char *text = arena_alloc(u->arena, BACKUP_TEXT_MAX);
    la_ssize_t n = archive_read_data(u->archive, text, BACKUP_TEXT_MAX);
    if (n < 0)
        return archive_failure(u->archive, u->file);
    *ret_text = str_trim(str_n(text, (size_t)n));
    return NO_ERROR;
}

static struct error next_entry(struct unpacking *u, struct archive_entry **ret_entry,
                               const char **ret_path)
{
    int result = archive_read_next_header(u->archive, ret_entry);
    if (result == ARCHIVE_EOF)
        return bad(u, "the backup is cut short; use another one");
    if (result != ARCHIVE_OK)
        return archive_failure(u->archive, u->file);
    *ret_path = archive_entry_pathname_utf8(*ret_entry);
    if (!*ret_path)
        return bad(u, "it holds a name that is not UTF-8");
    return NO_ERROR;
}

static struct error check_first(struct unpacking *u)
{
    struct archive_entry *entry;
    const char *path = "";
    struct str text;
    int result = archive_read_next_header(u->archive, &entry);
    if (result == ARCHIVE_OK)
        path = archive_entry_pathname_utf8(entry);
    if (result != ARCHIVE_OK || !path || strcmp(path, BACKUP_FIRST) != 0)
        return bad(u, "this is not a backup that Stoppress made");
    TRY(read_text(u, &text));
    if (!str_starts(text, STR("{\"format\":1,")))
        return error_make(ERR_NEWER_FOLDER, u->file, "");
    return NO_ERROR;
}

static struct error copy_out(struct unpacking *u, int fd, const char *path, int64_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    char *piece = arena_alloc(arena, BACKUP_PIECE);
    int64_t written = 0;
    for (;;) {
        la_ssize_t n = archive_read_data(u->archive, piece, BACKUP_PIECE);
        if (n < 0)
            return archive_failure(u->archive, u->file);
        if (n == 0)
            break;
        TRY(file_write_all(fd, path, str_n(piece, (size_t)n)));
        written += n;
    }
    return written == size ? NO_ERROR : bad(u, "the backup is cut short; use another one");
}

static struct error make_parents(struct unpacking *u, const char *path)
{
    ARENA_AUTO struct arena *arena = arena_new();
    const char *slash = strrchr(path, '/');
    if (!slash)
        return NO_ERROR;
    return file_make_folder(u->fd, arena_printf(arena, "%.*s", (int)(slash - path), path).at);
}

static struct error unpack_one(struct unpacking *u, struct archive_entry *entry, const char *path)
{
    if (!archive_path_allowed(str_of(path)))
        return error_format(ERR_INVALID, str_of(u->file), 0,
                            "it holds '%.80s', which does not belong into a backup", path);
    bool plain = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry) &&
                 !archive_entry_symlink(entry);
    if (!plain)
        return error_format(ERR_INVALID, str_of(u->file), 0, "'%.80s' in it is not a plain file",
                            path);
    TRY(make_parents(u, path));
    FD_AUTO int fd =
        openat(u->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_errno(path);
    TRY(copy_out(u, fd, path, archive_entry_size(entry)));
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = archive_entry_mtime(entry)}};
    (void)futimens(fd, times);
    progress_step(&u->progress, ++u->files, 0);
    return NO_ERROR;
}

static struct error unpack_all(struct unpacking *u)
{
    TRY(check_first(u));
    while (!u->ended) {
        struct archive_entry *entry;
        const char *path;
        struct str text;
        int64_t files;
        TRY(next_entry(u, &entry, &path));
        u->ended = strcmp(path, BACKUP_LAST) == 0;
        if (!u->ended) {
            TRY(unpack_one(u, entry, path));
            continue;
        }
        TRY(read_text(u, &text));
        if (!str_to_i64(text, &files) || files != u->files)
            return bad(u, "files are missing from it; use another one");
    }
    return NO_ERROR;
}

static struct error read_tar(struct unpacking *u, int fd)
{
    u->archive = archive_read_new();
    if (!u->archive)
        abort();
    u->progress = progress_begin("Restoring files");
    struct error error = NO_ERROR;
    if (archive_read_support_format_tar(u->archive) != ARCHIVE_OK ||
        archive_read_open_fd(u->archive, fd, BACKUP_PIECE) != ARCHIVE_OK)
        error = bad(u, "this is not a backup that Stoppress made");
    else
        error = unpack_all(u);
    progress_end(&u->progress);
    (void)archive_read_free(u->archive);
    return error;
}

/* A newsroom that this program can open, before it takes its place. */
static struct error check_result(const char *dir, struct arena *arena)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct settings settings;
    TRY(session_open(dir, STORE_READER, arena, &session));
    TRY(store_read(session.store, &tx));
    return settings_load(tx, arena, &settings);
}

static struct error run(const struct args *args)
{
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    const char *file = args->words[0], *dir = args->words[1];
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive asks it about names */
    FD_AUTO int from = open(file, O_RDONLY | O_CLOEXEC);
    if (from < 0 && errno == ENOENT)
        return error_make(ERR_NOT_FOUND, "such backup", file);
    if (from < 0)
        return error_errno(file);
    TRY(folder_new_begin(dir, &new));
    FD_AUTO int fd = open(new.building, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(dir);
    struct unpacking unpacking = {.file = file, .fd = fd, .arena = args->arena};
    TRY(read_tar(&unpacking, from));
    TRY(check_result(new.building, args->arena));
    if (syncfs(fd) < 0)
        return error_errno(dir);
    TRY(folder_new_finish(&new));
    return cli_print_done("The newsroom is restored", "%s: %lld file%s\n", dir,
                          (long long)unpacking.files, unpacking.files == 1 ? "" : "s");
}

const struct command command_restore = {
    .name = "restore",
    .words = "FILE DIR",
    .least_words = 2,
    .most_words = 2,
    .summary = "make a newsroom's folder from a backup",
    .about = "DIR must not exist or be empty. It appears whole or not at all.\n",
    .run = run,
};
