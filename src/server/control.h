/* The control socket, DIR/run/control.sock: how a command that changed the store learns that the
 * running server shows the change.
 *
 * One line each way: "applied NUMBER" asks, "ok" answers as soon as no page is served that change
 * NUMBER or an earlier one made wrong; "late" answers that the server can't say so. The socket is
 * 0600, peers of another user are turned away, and it is reached through a descriptor of the
 * folder, because the path of a socket ends at 108 bytes. */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include "base/error.h"
#include "server/folder.h"

#include <stdint.h>

enum {
    CONTROL_WAIT_MS = 2000, /* how long a command waits, and the callback below at most */
    CONTROL_THREADS = 8,    /* so many commands are listened to at once; others wait their turn */
};

/* ---- The command's side -----------------------------------------------------------------------
 */

/* Returns when the server has applied the change. No socket, one that is refused or closed: there
 * is no server, so nothing is wrong. ERR_NOT_CONFIRMED when it stays silent for CONTROL_WAIT_MS or
 * says that it can't tell. Number 0 (nothing a reader sees) returns at once. */
MUST_USE struct error control_wait_applied(const struct folder *folder, int64_t number);

/* ---- The server's side ------------------------------------------------------------------------
 */

/* Waits until the change is applied, at most CONTROL_WAIT_MS; false when it is not by then. Called
 * from CONTROL_THREADS threads at once. */
typedef bool control_applied(void *context, int64_t number);

struct control;

/* Listens in the folder, whose lock this process must hold: a socket left behind is replaced. */
MUST_USE struct error control_start(const struct folder *folder, control_applied *applied,
                                    void *context, struct control **ret_control);
/* Turns new commands away, waits for those inside, removes the socket. Takes NULL. */
void control_stop(struct control *control);

#endif
