/* What a command works on: the newsroom's folder, its store, and the server that may run there. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/cli.h"
#include "newsroom/publishing.h"
#include "server/folder.h"

struct session {
    struct arena *arena; /* the command's; not owned */
    struct folder folder;
    struct store *store;
    int64_t last_change; /* of this command; 0 for none */
};
#define SESSION_NONE ((struct session){.folder = {.fd = -1, .lock_fd = -1}})

/* Opens DIR for a command. While a server runs there, it alone checkpoints. */
MUST_USE struct error session_open(const char *dir, enum store_role role, struct arena *arena,
                                   struct session *ret_session);
/* Makes the store of a folder that is being made, and opens it. */
MUST_USE struct error session_open_new(const char *dir, struct arena *arena,
                                       struct session *ret_session);
void session_close(struct session *session);
static inline void session_cleanup(struct session *session)
{
    session_close(session);
}
#define SESSION_AUTO __attribute__((cleanup(session_cleanup)))

/* changes_commit() that remembers the change's number for session_confirm(). */
MUST_USE struct error session_commit(struct session *session, struct store_tx **tx,
                                     struct changes *changes, int64_t now);
/* Returns when the server, if one runs, shows all that this command changed. ERR_NOT_CONFIRMED. */
MUST_USE struct error session_confirm(struct session *session);

/* Wall clock, UTC milliseconds. */
int64_t session_now(void);

#endif
