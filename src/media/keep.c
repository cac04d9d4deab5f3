#include "media/keep.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

struct kept {
    const char *temporary, *path; /* under DIR */
    char folder[16];              /* of path: "media/ab" */
    bool named;
};

struct keep {
    int dir_fd, fd;
    struct arena *arena;
    struct hash_state *hash;
    struct kept files[KEEP_MAX];
    size_t count; /* finished */
};

struct error keep_new(int dir_fd, struct arena *arena, struct keep **ret_keep)
{
    TRY(file_make_folder(dir_fd, "media"));
    TRY(file_make_folder(dir_fd, "originals"));
    struct keep *keep = ARENA_NEW(arena, struct keep);
    keep->dir_fd = dir_fd;
    keep->fd = -1;
    keep->arena = arena;
    *ret_keep = keep;
    return NO_ERROR;
}

struct error keep_begin(struct keep *keep)
{
    char token[17];
    if (keep->count == KEEP_MAX || keep->fd >= 0)
        return error_make(ERR_SYSTEM, "keeping a picture", "too many files");
    struct kept *kept = &keep->files[keep->count];
    hash_token(token, 8);
    kept->temporary = arena_printf(keep->arena, "media/tmp-%s", token).at;
    keep->fd = openat(keep->dir_fd, kept->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (keep->fd < 0)
        return error_errno("a picture");
    keep->hash = hash_new();
    return NO_ERROR;
}

struct error keep_data(struct keep *keep, struct str bytes)
{
    hash_add(keep->hash, bytes);
    return file_write_all(keep->fd, "a picture", bytes);
}

static struct error finish(struct keep *keep, const char *folder, size_t digits, const char *ending,
                           struct str *ret_name)
{
    struct kept *kept = &keep->files[keep->count];
    char hex[HASH_HEX + 1];
    hash_end(keep->hash, hex);
    keep->hash = NULL;
    if (fsync(keep->fd) < 0)
        return error_errno("a picture");
    (void)close(keep->fd);
    keep->fd = -1;
    (void)snprintf(kept->folder, sizeof kept->folder, "%s/%.2s", folder, hex);
    struct str name = arena_printf(keep->arena, "%.*s%s", (int)digits, hex, ending);
    kept->path = arena_printf(keep->arena, "%s/%s", kept->folder, name.at).at;
    keep->count++;
    *ret_name = name;
    return NO_ERROR;
}

struct error keep_finish_rendition(struct keep *keep, const char *ending, struct str *ret_file)
{
    return finish(keep, "media", KEEP_SHORT_HEX, ending, ret_file);
}

struct error keep_finish_original(struct keep *keep, struct str *ret_hash)
{
    return finish(keep, "originals", HASH_HEX, "", ret_hash);
}

/* Under the lock that media_sweep() takes for each removal: whoever comes second sees the first's
 * work. A file of that name that exists has the same content; replacing it makes it young. */
static struct error name_all(struct keep *keep)
{
    for (size_t i = 0; i < keep->count; i++) {
        struct kept *kept = &keep->files[i];
        if (renameat(keep->dir_fd, kept->temporary, keep->dir_fd, kept->path) < 0)
            return error_errno("a picture");
        kept->named = true;
    }
    return NO_ERROR;
}

struct error keep_commit(struct keep *keep)
{
    for (size_t i = 0; i < keep->count; i++)
        TRY(file_make_folder(keep->dir_fd, keep->files[i].folder));
    {
        FD_AUTO int lock = openat(keep->dir_fd, "media", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (lock < 0 || flock(lock, LOCK_SH) < 0)
            return error_errno("a picture");
        TRY(name_all(keep));
    }
    for (size_t i = 0; i < keep->count; i++)
        TRY(file_sync_folder(keep->dir_fd, keep->files[i].folder));
    /* Another process may have made a folder ab/ a moment ago and not synced it yet. */
    TRY(file_sync_folder(keep->dir_fd, "media"));
    return file_sync_folder(keep->dir_fd, "originals");
}

void keep_end(struct keep *keep)
{
    char hex[HASH_HEX + 1];
    if (!keep)
        return;
    if (keep->hash)
        hash_end(keep->hash, hex);
    if (keep->fd >= 0)
        (void)close(keep->fd);
    size_t begun = keep->count < KEEP_MAX ? keep->count + 1 : keep->count;
    for (size_t i = 0; i < begun; i++)
        if (keep->files[i].temporary && !keep->files[i].named)
            (void)unlinkat(keep->dir_fd, keep->files[i].temporary, 0);
    keep->fd = -1;
    keep->hash = NULL;
    keep->count = 0;
}
