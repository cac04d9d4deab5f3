#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much to read at once: a small file and the byte that shows its end, so that little memory is
 * touched. */
static size_t usual_piece(int fd)
{
    enum { MOST = 65536 };
    struct stat about;
    bool small = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size < MOST;
    return small ? (size_t)about.st_size + 1 : MOST;
}

struct error file_read_fd(int fd, const char *name, size_t max, struct arena *arena,
                          struct str *ret_bytes)
{
    BUF_AUTO struct buf buf = BUF_INIT(max + 1);
    size_t usual = usual_piece(fd);
    for (;;) {
        size_t piece = buf.max - buf.len < usual ? buf.max - buf.len : usual;
        if (piece == 0)
            return error_format(ERR_TOO_LARGE, str_of(name), 0, "at most %zu bytes are allowed",
                                max);
        if (!buf_reserve(&buf, piece))
            return error_make(ERR_SYSTEM, name, "out of memory");
        ssize_t n = read(fd, buf.at + buf.len, piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(name);
        if (n == 0)
            break;
        buf.len += (size_t)n;
    }
    *ret_bytes = arena_str(arena, buf_slice(&buf));
    return NO_ERROR;
}

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)                    ? "it is a folder, not a file"
           : S_ISFIFO(mode)                 ? "it is a named pipe, not a file"
           : S_ISSOCK(mode)                 ? "it is a socket, not a file"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "it is a device, not a file"
                                            : "it is not a file";
}

struct error file_open(int dir_fd, const char *path, int *ret_fd)
{
    struct stat about;
    FD_AUTO int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        char name[4096 + 8];
        (void)snprintf(name, sizeof name, "file %s", path);
        return error_make(ERR_NOT_FOUND, name, "missing");
    }
    if (fd < 0 && errno == ENXIO)
        return error_make(ERR_INVALID, path, "it is a socket or a device, not a file");
    if (fd < 0 || fstat(fd, &about) < 0)
        return error_errno(path);
    if (!S_ISREG(about.st_mode))
        return error_make(ERR_INVALID, path, kind_of(about.st_mode));
    *ret_fd = fd_take(&fd);
    return NO_ERROR;
}

struct error file_read(int dir_fd, const char *path, size_t max, struct arena *arena,
                       struct str *ret_bytes)
{
    FD_AUTO int fd = -1;
    TRY(file_open(dir_fd, path, &fd));
    return file_read_fd(fd, path, max, arena, ret_bytes);
}

struct error file_write_all(int fd, const char *name, struct str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(name);
        bytes = str_from(bytes, (size_t)n);
    }
    return NO_ERROR;
}

/* The folder part of a path into ret_folder: "." when it has none. */
static bool folder_of(const char *path, char *ret_folder, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return str_to_c(STR("."), ret_folder, size);
    return str_to_c(str_n(path, slash == path ? 1 : (size_t)(slash - path)), ret_folder, size);
}

struct error file_sync_folder(int dir_fd, const char *path)
{
    FD_AUTO int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return error_errno(path);
    return NO_ERROR;
}

static struct error write_and_rename(int dir_fd, const char *temporary, const char *path,
                                     struct str bytes)
{
    FD_AUTO int fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_errno(path);
    TRY(file_write_all(fd, path, bytes));
    if (fsync(fd) < 0 || renameat(dir_fd, temporary, dir_fd, path) < 0)
        return error_errno(path);
    return NO_ERROR;
}

struct error file_write_durable(int dir_fd, const char *path, struct str bytes)
{
    char folder[4096], temporary[4096 + 32], token[17];
    if (!folder_of(path, folder, sizeof folder))
        return error_make(ERR_SYSTEM, path, "the path is too long");
    hash_token(token, 8);
    (void)snprintf(temporary, sizeof temporary, "%s.%s.tmp", path, token);
    struct error error = write_and_rename(dir_fd, temporary, path, bytes);
    if (error.code != ERR_OK) {
        (void)unlinkat(dir_fd, temporary, 0);
        return error;
    }
    return file_sync_folder(dir_fd, folder);
}

struct error file_make_folder(int dir_fd, const char *path)
{
    char above[4096];
    if (mkdirat(dir_fd, path, 0700) == 0) {
        if (!folder_of(path, above, sizeof above))
            return error_make(ERR_SYSTEM, path, "the path is too long");
        return file_sync_folder(dir_fd, above);
    }
    if (errno == EEXIST)
        return NO_ERROR;
    if (errno != ENOENT || !strchr(path, '/') || !folder_of(path, above, sizeof above))
        return error_errno(path);
    TRY(file_make_folder(dir_fd, above));
    if (mkdirat(dir_fd, path, 0700) < 0 && errno != EEXIST)
        return error_errno(path);
    return file_sync_folder(dir_fd, above);
}
