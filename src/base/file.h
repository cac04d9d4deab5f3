/* Files: descriptors that close themselves, whole reads with a limit, writes that are durable
 * before they return. Paths are C strings; `dir_fd` is a folder's descriptor or AT_FDCWD. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

#include <sys/types.h>
#include <unistd.h>

static inline void fd_cleanup(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}
#define FD_AUTO __attribute__((cleanup(fd_cleanup)))
/* Hands a descriptor over: the variable no longer closes it. */
static inline int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Opens a regular file for reading and nothing else, without ever waiting for a peer.
 * ERR_NOT_FOUND; ERR_INVALID says what else the path is ("it is a folder"); ERR_SYSTEM. */
MUST_USE struct error file_open(int dir_fd, const char *path, int *ret_fd);
/* The whole of such a file into the arena. Also ERR_TOO_LARGE above `max` bytes. */
MUST_USE struct error file_read(int dir_fd, const char *path, size_t max, struct arena *arena,
                                struct str *ret_bytes);
/* The same from an open descriptor, to its end. `name` is for errors. */
MUST_USE struct error file_read_fd(int fd, const char *name, size_t max, struct arena *arena,
                                   struct str *ret_bytes);

/* Durable and all or nothing: a temporary file in the same folder (mode 0600), synced, renamed, its
 * folder synced. */
MUST_USE struct error file_write_durable(int dir_fd, const char *path, struct str bytes);

/* Writes all of it, through interruptions. */
MUST_USE struct error file_write_all(int fd, const char *name, struct str bytes);

/* Makes a folder of mode 0700 and the missing ones above it; one that exists is no error. */
MUST_USE struct error file_make_folder(int dir_fd, const char *path);
/* Syncs the folder itself: names made, renamed or removed in it are durable then. */
MUST_USE struct error file_sync_folder(int dir_fd, const char *path);

#endif
