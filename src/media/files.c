#include "base/file.h"
#include "media/keep.h"
#include "media/media.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.at[i] >= '0' && s.at[i] <= '9') || (s.at[i] >= 'a' && s.at[i] <= 'f')))
            return false;
    return true;
}

bool media_file_valid(struct str file)
{
    struct str ending = str_from(file, KEEP_SHORT_HEX);
    return file.len > KEEP_SHORT_HEX && is_hex(str_cut(file, 0, KEEP_SHORT_HEX)) &&
           (str_eq(ending, STR(".jpg")) || str_eq(ending, STR(".webp")) ||
            str_eq(ending, STR(".avif")));
}

static bool original_valid(struct str hash)
{
    return hash.len == HASH_HEX && is_hex(hash);
}

struct str media_file_type(struct str file)
{
    if (!media_file_valid(file))
        return STR_NONE;
    return str_ends(file, STR(".jpg"))    ? STR("image/jpeg")
           : str_ends(file, STR(".webp")) ? STR("image/webp")
                                          : STR("image/avif");
}

struct str media_url(struct arena *arena, struct str file)
{
    return arena_printf(arena, "/media/%.*s", STR_ARG(file));
}

struct error media_open(int dir_fd, struct str file, int *ret_fd, int64_t *ret_bytes)
{
    char path[64];
    struct stat status;
    if (!media_file_valid(file))
        return error_make(ERR_NOT_FOUND, "picture of that address", "");
    (void)snprintf(path, sizeof path, "media/%.2s/%.*s", file.at, STR_ARG(file));
    FD_AUTO int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return error_make(ERR_NOT_FOUND, "picture of that address", "");
    if (fd < 0 || fstat(fd, &status) < 0)
        return error_errno("opening a picture");
    if (!S_ISREG(status.st_mode))
        return error_make(ERR_NOT_FOUND, "picture of that address", "");
    *ret_bytes = status.st_size;
    *ret_fd = fd_take(&fd);
    return NO_ERROR;
}

struct error media_original_read(int dir_fd, struct str hash, struct arena *arena,
                                 struct str *ret_bytes)
{
    char path[96];
    if (!original_valid(hash))
        return error_make(ERR_NOT_FOUND, "original of that name", "");
    (void)snprintf(path, sizeof path, "originals/%.2s/%.*s", hash.at, STR_ARG(hash));
    return file_read(dir_fd, path, MEDIA_ORIGINAL_MAX, arena, ret_bytes);
}

static struct error store_one(struct keep *keep, const char *ending, struct str bytes,
                              struct str *ret_file)
{
    struct str file;
    TRY(keep_begin(keep));
    TRY(keep_data(keep, bytes));
    TRY(keep_finish_rendition(keep, ending, &file));
    TRY(keep_commit(keep));
    *ret_file = file;
    return NO_ERROR;
}

struct error media_store(int dir_fd, struct str type, struct str bytes, struct arena *arena,
                         struct str *ret_file)
{
    struct keep *keep;
    bool webp = str_eq(type, STR("image/webp"));
    if (!webp && !str_eq(type, STR("image/jpeg")))
        return error_make(ERR_INVALID, "a rendition", "it must be image/jpeg or image/webp");
    TRY(keep_new(dir_fd, arena, &keep));
    struct error error = store_one(keep, webp ? ".webp" : ".jpg", bytes, ret_file);
    keep_end(keep);
    return error;
}

/* ---- Sweeping ------------------------------------------------------------------------------- */

struct sweep {
    int dir_fd;
    int64_t before; /* UTC milliseconds: files changed at or after it are young */
    media_is_named *is_named;
    void *context;
    bool (*valid)(struct str name);
    size_t removed;
};

static void folder_cleanup(DIR **folder)
{
    if (*folder)
        (void)closedir(*folder);
}
#define FOLDER_AUTO __attribute__((cleanup(folder_cleanup)))

static struct error folder_open(int dir_fd, const char *path, DIR **ret_folder)
{
    FD_AUTO int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return error_errno(path);
    DIR *folder = fdopendir(fd);
    if (!folder)
        return error_errno(path);
    (void)fd_take(&fd);
    *ret_folder = folder;
    return NO_ERROR;
}

static bool is_old(const struct sweep *sweep, int folder_fd, const char *name)
{
    struct stat status;
    if (fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(status.st_mode))
        return false;
    return (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 < sweep->before;
}

/* Looks at the age once more under the lock: keep_commit() may have made the file young since. */
static struct error remove_old(struct sweep *sweep, int folder_fd, const char *name)
{
    FD_AUTO int lock = openat(sweep->dir_fd, "media", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return error_errno("sweeping pictures");
    if (is_old(sweep, folder_fd, name) && unlinkat(folder_fd, name, 0) == 0)
        sweep->removed++;
    return NO_ERROR;
}

static struct error sweep_file(struct sweep *sweep, int folder_fd, const char *name)
{
    bool named = false;
    if (!is_old(sweep, folder_fd, name))
        return NO_ERROR;
    if (sweep->valid(str_of(name)))
        TRY(sweep->is_named(sweep->context, str_of(name), &named));
    else if (!str_starts(str_of(name), STR("tmp-")))
        return NO_ERROR; /* none of ours */
    return named ? NO_ERROR : remove_old(sweep, folder_fd, name);
}

static struct error sweep_folder(struct sweep *sweep, const char *path)
{
    FOLDER_AUTO DIR *folder = NULL;
    TRY(folder_open(sweep->dir_fd, path, &folder));
    for (struct dirent *entry; (entry = readdir(folder));)
        TRY(sweep_file(sweep, dirfd(folder), entry->d_name));
    return NO_ERROR;
}

static struct error sweep_tree(struct sweep *sweep, const char *top)
{
    FOLDER_AUTO DIR *folder = NULL;
    char below[32];
    if (faccessat(sweep->dir_fd, top, F_OK, 0) < 0 && errno == ENOENT)
        return NO_ERROR; /* no picture yet */
    TRY(folder_open(sweep->dir_fd, top, &folder));
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct str name = str_of(entry->d_name);
        if (name.len == 2 && is_hex(name)) {
            (void)snprintf(below, sizeof below, "%s/%.2s", top, entry->d_name);
            TRY(sweep_folder(sweep, below));
        } else {
            TRY(sweep_file(sweep, dirfd(folder), entry->d_name));
        }
    }
    return NO_ERROR;
}

struct error media_sweep(int dir_fd, const struct clock *clock, media_is_named *is_named,
                         void *context, size_t *ret_removed)
{
    struct sweep sweep = {.dir_fd = dir_fd,
                          .before = clock_now(clock) - (int64_t)MEDIA_SWEEP_HOURS * 3600 * 1000,
                          .is_named = is_named,
                          .context = context,
                          .valid = media_file_valid};
    TRY(sweep_tree(&sweep, "media"));
    sweep.valid = original_valid;
    TRY(sweep_tree(&sweep, "originals"));
    if (ret_removed)
        *ret_removed = sweep.removed;
    return NO_ERROR;
}

/* ---- One file ------------------------------------------------------------------------------ */

struct error media_remove(int dir_fd, struct str name)
{
    char path[128];
    bool rendition = media_file_valid(name);
    if (!rendition && !original_valid(name))
        return error_make(ERR_NOT_FOUND, "such picture", NULL);
    FD_AUTO int lock = openat(dir_fd, "media", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return error_errno("removing a picture");
    (void)snprintf(path, sizeof path, "%s/%.2s/%.*s", rendition ? "media" : "originals", name.at,
                   STR_ARG(name));
    if (unlinkat(dir_fd, path, 0) < 0 && errno != ENOENT)
        return error_errno("removing a picture");
    return NO_ERROR;
}
