/* A newsroom's folder, DIR: who may work on it, how it comes into being, and the lock by which a
 * server is the only one.
 *
 *   DIR/newsroom.db        the store (with -wal and -shm while it is open)
 *   DIR/media/ originals/  pictures, see media/media.h
 *   DIR/theme/             the newsroom's own templates and styles, laid over the default ones
 *   DIR/secret/            keys; later
 *   DIR/run/               lock, control.sock: of the running server, never in a backup
 *
 * DIR is 0700, files 0600, and only DIR's owner works on it. */
#ifndef SERVER_FOLDER_H
#define SERVER_FOLDER_H

#include "base/arena.h"
#include "base/error.h"

/* The folders in DIR whose files are kept, as in a backup; ended by NULL. The others are made anew.
 */
extern const char *const folder_kept[];

struct folder {
    const char *path; /* as given */
    int fd;
    int lock_fd; /* -1 unless folder_lock() took the lock */
};

/* Opens an existing folder. ERR_NOT_A_NEWSROOM when it isn't one (no database inside),
 * ERR_OTHER_USER when it belongs to somebody else. `path` must outlive the folder. */
MUST_USE struct error folder_open(const char *path, struct folder *ret_folder);
/* Gives back the lock too. Fine for a zeroed one that was never opened. */
void folder_close(struct folder *folder);

static inline void folder_cleanup(struct folder *folder)
{
    folder_close(folder);
}
#define FOLDER_AUTO __attribute__((cleanup(folder_cleanup)))
#define FOLDER_NONE ((struct folder){.path = NULL, .fd = -1, .lock_fd = -1})

/* Makes this process the folder's server until folder_close() or its end, however it ends.
 * ERR_SERVER_RUNS when another one is. Makes DIR/run. */
MUST_USE struct error folder_lock(struct folder *folder);
/* True while a server (of any process) holds the lock. Takes nothing itself. */
bool folder_server_runs(const struct folder *folder);

/* ---- A new folder --------------------------------------------------------------------------- */

/* A newsroom in the making: built inside DIR under a name of its own and put in place at the end,
 * the database last; a command that dies before that leaves no newsroom. */
struct folder_new {
    const char *path; /* DIR */
    char *building;   /* DIR/.new-…: everything is written here */
    int fd;           /* DIR, locked against another command that makes one here */
    bool made;        /* DIR did not exist */
};
#define FOLDER_NEW_NONE ((struct folder_new){.fd = -1})

/* DIR must not exist or be empty, but for what a command that died left. ERR_EXISTS,
 * ERR_OTHER_USER. `path` must outlive it. */
MUST_USE struct error folder_new_begin(const char *path, struct folder_new *ret_new);
/* Puts everything in place, durably. No store may be open in it. */
MUST_USE struct error folder_new_finish(struct folder_new *new);
/* Removes what was not finished. */
void folder_new_close(struct folder_new *new);

static inline void folder_new_cleanup(struct folder_new *new)
{
    folder_new_close(new);
}
#define FOLDER_NEW_AUTO __attribute__((cleanup(folder_new_cleanup)))

#endif
