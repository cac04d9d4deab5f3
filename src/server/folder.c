#include "server/folder.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

const char *const folder_kept[] = {"media", "originals", "theme", "secret", NULL};

#define BUILDING_PREFIX ".new-"

static struct error check_owner(const char *path, int fd)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return error_errno(path);
    if (status.st_uid != geteuid())
        return error_make(ERR_OTHER_USER, path, "");
    return NO_ERROR;
}

/* ---- An existing folder ---------------------------------------------------------------------- */

struct error folder_open(const char *path, struct folder *ret_folder)
{
    FD_AUTO int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return error_make(ERR_NOT_A_NEWSROOM, path, "");
    if (fd < 0 && errno == EACCES)
        return error_make(ERR_OTHER_USER, path, "");
    if (fd < 0)
        return error_errno(path);
    TRY(check_owner(path, fd));
    if (faccessat(fd, STORE_FILE, F_OK, 0) < 0)
        return error_make(ERR_NOT_A_NEWSROOM, path, "");
    *ret_folder = (struct folder){.path = path, .fd = fd_take(&fd), .lock_fd = -1};
    return NO_ERROR;
}

void folder_close(struct folder *folder)
{
    if (!folder->path)
        return;
    if (folder->lock_fd >= 0)
        (void)close(folder->lock_fd);
    (void)close(folder->fd);
    *folder = FOLDER_NONE;
}

/* The whole file. Of the open description, not of the process: other descriptors of this process
 * that are closed don't give it up. */
static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

struct error folder_lock(struct folder *folder)
{
    TRY(file_make_folder(folder->fd, "run"));
    FD_AUTO int fd =
        openat(folder->fd, "run/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_errno("The lock");
    struct flock lock = whole_file();
    if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
        if (errno == EAGAIN || errno == EACCES)
            return error_make(ERR_SERVER_RUNS, folder->path, "");
        return error_errno("The lock");
    }
    folder->lock_fd = fd_take(&fd);
    return NO_ERROR;
}

bool folder_server_runs(const struct folder *folder)
{
    FD_AUTO int fd = openat(folder->fd, "run/lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    struct flock lock = whole_file();
    return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* ---- A new folder -----------------------------------------------------------------------------
 */

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes a file, or a folder with all that is in it; follows no link. */
static struct error remove_all(int dir_fd, const char *name)
{
    if (unlinkat(dir_fd, name, 0) == 0)
        return NO_ERROR;
    if (errno != EISDIR && errno != EPERM)
        return error_errno(name);
    int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return error_errno(name);
    struct error error = NO_ERROR;
    for (struct dirent *entry; error.code == ERR_OK && (entry = readdir(folder));)
        if (!is_dots(entry->d_name))
            error = remove_all(dirfd(folder), entry->d_name);
    (void)closedir(folder);
    if (error.code == ERR_OK && unlinkat(dir_fd, name, AT_REMOVEDIR) < 0)
        return error_errno(name);
    return error;
}

/* Calls `each` for every entry of a folder until it fails. */
static struct error each_entry(int dir_fd, const char *path,
                               struct error (*each)(void *context, const char *name), void *context)
{
    int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return error_errno(path);
    struct error error = NO_ERROR;
    for (struct dirent *entry; error.code == ERR_OK && (entry = readdir(folder));)
        if (!is_dots(entry->d_name))
            error = each(context, entry->d_name);
    (void)closedir(folder);
    return error;
}

static bool is_leftover(const char *name)
{
    return strncmp(name, BUILDING_PREFIX, sizeof BUILDING_PREFIX - 1) == 0;
}

static struct error refuse_entry(void *context, const char *name)
{
    const struct folder_new *new = context;
    if (is_leftover(name) || strcmp(name, "lost+found") == 0)
        return NO_ERROR;
    return error_make(ERR_EXISTS, new->path, "Give the name of a new or an empty folder.");
}

static struct error remove_leftover(void *context, const char *name)
{
    const struct folder_new *new = context;
    return is_leftover(name) ? remove_all(new->fd, name) : NO_ERROR;
}

static struct error take_folder(struct folder_new *new)
{
    new->made = mkdir(new->path, 0700) == 0;
    if (!new->made && errno == ENOENT) {
        TRY(file_make_folder(AT_FDCWD, new->path));
        new->made = true;
    }
    new->fd = open(new->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (new->fd < 0 && errno == ENOTDIR)
        return error_make(ERR_EXISTS, new->path, "Give the name of a new or an empty folder.");
    if (new->fd < 0)
        return error_errno(new->path);
    TRY(check_owner(new->path, new->fd));
    TRY(each_entry(new->fd, ".", refuse_entry, new));
    if (flock(new->fd, LOCK_EX | LOCK_NB) < 0)
        return error_make(ERR_EXISTS, new->path, "Another command is making a newsroom in it.");
    if (fchmod(new->fd, 0700) < 0)
        return error_errno(new->path);
    return each_entry(new->fd, ".", remove_leftover, new);
}

struct error folder_new_begin(const char *path, struct folder_new *ret_new)
{
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    new.path = path;
    TRY(take_folder(&new));
    char token[17];
    hash_token(token, 8);
    if (asprintf(&new.building, "%s/" BUILDING_PREFIX "%s", path, token) < 0)
        abort();
    if (mkdir(new.building, 0700) < 0)
        return error_errno(path);
    *ret_new = new;
    new = FOLDER_NEW_NONE;
    return NO_ERROR;
}

static const char *building_name(const struct folder_new *new)
{
    return new->building + strlen(new->path) + 1;
}

struct moving {
    const struct folder_new *new;
    int from;
};

static struct error move_entry(void *context, const char *name)
{
    const struct moving *moving = context;
    if (strcmp(name, STORE_FILE) == 0)
        return NO_ERROR;
    if (renameat(moving->from, name, moving->new->fd, name) < 0)
        return error_errno(name);
    return NO_ERROR;
}

/* The parent's entry for DIR itself. */
static struct error sync_parent(const char *path)
{
    char *above = NULL;
    if (asprintf(&above, "%s/..", path) < 0)
        abort();
    struct error error = file_sync_folder(AT_FDCWD, above);
    free(above);
    return error;
}

struct error folder_new_finish(struct folder_new *new)
{
    struct moving moving = {.new = new};
    FD_AUTO int from = open(new->building, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (from < 0)
        return error_errno(new->path);
    moving.from = from;
    TRY(each_entry(from, ".", move_entry, &moving));
    TRY(file_sync_folder(new->fd, "."));
    if (renameat(from, STORE_FILE, new->fd, STORE_FILE) < 0)
        return error_errno(STORE_FILE);
    (void)unlinkat(new->fd, building_name(new), AT_REMOVEDIR);
    TRY(file_sync_folder(new->fd, "."));
    if (new->made)
        TRY(sync_parent(new->path));
    new->made = false;
    free(new->building);
    new->building = NULL;
    return NO_ERROR;
}

void folder_new_close(struct folder_new *new)
{
    if (new->building) {
        struct error ignored = remove_all(new->fd, building_name(new));
        (void)ignored;
    }
    free(new->building);
    if (new->fd >= 0)
        (void)close(new->fd);
    if (new->made)
        (void)rmdir(new->path);
    *new = FOLDER_NEW_NONE;
}
