#include "cli/session.h"
#include "base/clock.h"
#include "server/control.h"

#include <signal.h>
#include <unistd.h>

enum { BUSY_SECONDS = 10 };

/* On a terminal somebody wonders; a script only wants to know how it ends. */
static void tell_wait(const void *dir)
{
    if (isatty(STDERR_FILENO) != 1)
        return;
    (void)fputs("\r\x1b[K", stderr); /* over a line of progress */
    cli_note("Waiting up to %d seconds: somebody else is just changing %s, a command or the desk.",
             (int)BUSY_SECONDS, (const char *)dir);
}

static struct error open_store(struct session *session, enum store_role role, bool server_runs)
{
    struct store_options options = {.role = role,
                                    .busy_ms = BUSY_SECONDS * 1000,
                                    .waits = tell_wait,
                                    .waits_context = session->folder.path,
                                    .leave_checkpoints = server_runs};
    return store_open(session->folder.path, &options, &session->store);
}

struct error session_open(const char *dir, enum store_role role, struct arena *arena,
                          struct session *ret_session)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    /* Who changes something outlives the reader of its pipe, to say what is saved. */
    if (role == STORE_WRITER)
        (void)signal(SIGPIPE, SIG_IGN);
    session.arena = arena;
    TRY(folder_open(dir, &session.folder));
    TRY(open_store(&session, role, folder_server_runs(&session.folder)));
    *ret_session = session;
    session = SESSION_NONE;
    return NO_ERROR;
}

struct error session_open_new(const char *dir, struct arena *arena, struct session *ret_session)
{
    TRY(store_create(dir));
    return session_open(dir, STORE_WRITER, arena, ret_session);
}

void session_close(struct session *session)
{
    store_close(session->store);
    folder_close(&session->folder);
    *session = SESSION_NONE;
}

struct error session_commit(struct session *session, struct store_tx **tx, struct changes *changes,
                            int64_t now)
{
    int64_t number = 0;
    TRY(changes_commit(tx, changes, now, &number));
    if (number > session->last_change)
        session->last_change = number;
    return NO_ERROR;
}

struct error session_confirm(struct session *session)
{
    return control_wait_applied(&session->folder, session->last_change);
}

int64_t session_now(void)
{
    return clock_now(&clock_system);
}
