#include "server/control.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { LINE_MAX_BYTES = 64, BACKLOG = 128 };

static const char socket_name[] = "run/control.sock";

/* The socket's path by way of a descriptor: short, however long DIR's own is. */
static struct sockaddr_un socket_path(int dir_fd)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    (void)snprintf(path.sun_path, sizeof path.sun_path, "/proc/self/fd/%d/%s", dir_fd, socket_name);
    return path;
}

/* Waits for the events until the deadline (by the monotonic clock). */
static bool wait_for(int fd, short events, int64_t deadline)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = events};
        int64_t left = deadline - clock_monotonic();
        int n = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR)
            return false;
    }
}

/* A line without its newline; false at the end, at the deadline, or when it is too long. */
static bool read_line(int fd, int64_t deadline, char ret_line[LINE_MAX_BYTES], bool *ret_closed)
{
    size_t len = 0;
    *ret_closed = false;
    while (len < LINE_MAX_BYTES - 1) {
        if (!wait_for(fd, POLLIN, deadline))
            return false;
        ssize_t n = recv(fd, ret_line + len, 1, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        *ret_closed = n <= 0;
        if (n <= 0)
            return false;
        if (ret_line[len] == '\n') {
            ret_line[len] = '\0';
            return true;
        }
        len++;
    }
    return false;
}

static bool send_line(int fd, const char *line)
{
    /* Short enough for an empty socket buffer to take it whole. */
    size_t len = strlen(line);
    return send(fd, line, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

/* ---- The command's side -----------------------------------------------------------------------
 */

/* Connects, -1 when nobody listens. A full queue of a busy server is waited out. */
static int connect_control(const struct folder *folder, int64_t deadline, bool *ret_late)
{
    struct sockaddr_un path = socket_path(folder->fd);
    *ret_late = false;
    for (;;) {
        FD_AUTO int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
            return -1;
        if (connect(fd, (const struct sockaddr *)&path, sizeof path) == 0)
            return fd_take(&fd);
        if (errno != EAGAIN && errno != EINTR)
            return -1;
        if (clock_monotonic() >= deadline) {
            *ret_late = true;
            return -1;
        }
        (void)poll(NULL, 0, 5);
    }
}

struct error control_wait_applied(const struct folder *folder, int64_t number)
{
    if (number == 0)
        return NO_ERROR;
    int64_t deadline = clock_monotonic() + CONTROL_WAIT_MS;
    bool late = false, closed = false;
    FD_AUTO int fd = connect_control(folder, deadline, &late);
    if (late)
        return error_make(ERR_NOT_CONFIRMED, folder->path, "");
    if (fd < 0)
        return NO_ERROR;
    char line[LINE_MAX_BYTES];
    (void)snprintf(line, sizeof line, "applied %lld\n", (long long)number);
    if (!send_line(fd, line))
        return NO_ERROR;
    if (read_line(fd, deadline, line, &closed) && strcmp(line, "ok") == 0)
        return NO_ERROR;
    return closed ? NO_ERROR : error_make(ERR_NOT_CONFIRMED, folder->path, "");
}

/* ---- The server's side ------------------------------------------------------------------------
 */

struct control {
    int dir_fd, listen_fd, wake_fds[2];
    control_applied *applied;
    void *context;
    pthread_t threads[CONTROL_THREADS];
    size_t started;
};

static bool is_same_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

static void answer(struct control *control, int fd)
{
    char line[LINE_MAX_BYTES];
    bool closed;
    int64_t number;
    if (!is_same_user(fd) || !read_line(fd, clock_monotonic() + CONTROL_WAIT_MS, line, &closed))
        return;
    struct str asked = str_of(line);
    if (!str_starts(asked, STR("applied ")) || !str_to_i64(str_from(asked, 8), &number)) {
        (void)send_line(fd, "unknown\n");
        return;
    }
    (void)send_line(fd, control->applied(control->context, number) ? "ok\n" : "late\n");
}

static void accept_one(struct control *control)
{
    /* Another thread may have been quicker: the socket does not block. */
    FD_AUTO int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0)
        answer(control, fd);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
        (void)poll(NULL, 0, 10); /* no spin while descriptors are out */
}

/* One of the threads: takes a command, answers it, takes the next. */
static void *control_run(void *argument)
{
    struct control *control = argument;
    for (;;) {
        struct pollfd fds[2] = {{.fd = control->listen_fd, .events = POLLIN},
                                {.fd = control->wake_fds[0], .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            (void)poll(NULL, 0, 10);
        if (fds[1].revents)
            return NULL;
        if (fds[0].revents)
            accept_one(control);
    }
}

/* Small stacks, and no signals: those are the main thread's. */
static void start_threads(struct control *control)
{
    enum { STACK = 256 * 1024 };
    sigset_t all, before;
    pthread_attr_t attributes;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK);
    while (control->started < CONTROL_THREADS &&
           pthread_create(&control->threads[control->started], &attributes, control_run, control) ==
               0)
        control->started++;
    (void)pthread_attr_destroy(&attributes);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void control_free(struct control *control)
{
    if (control->listen_fd >= 0)
        (void)close(control->listen_fd);
    for (int i = 0; i < 2; i++)
        if (control->wake_fds[i] >= 0)
            (void)close(control->wake_fds[i]);
    if (control->dir_fd >= 0)
        (void)close(control->dir_fd);
    free(control);
}

static struct error listen_in(struct control *control, const struct folder *folder)
{
    control->dir_fd = fcntl(folder->fd, F_DUPFD_CLOEXEC, 3);
    control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->dir_fd < 0 || control->listen_fd < 0 || pipe2(control->wake_fds, O_CLOEXEC) < 0)
        return error_errno("The control socket");
    struct sockaddr_un path = socket_path(control->dir_fd);
    (void)unlinkat(control->dir_fd, socket_name, 0);
    /* Linux gives the name the mode of the socket: there is no moment at which others may enter. */
    if (fchmod(control->listen_fd, 0600) < 0 ||
        bind(control->listen_fd, (const struct sockaddr *)&path, sizeof path) < 0 ||
        listen(control->listen_fd, BACKLOG) < 0)
        return error_errno("The control socket");
    return NO_ERROR;
}

struct error control_start(const struct folder *folder, control_applied *applied, void *context,
                           struct control **ret_control)
{
    struct control *control = calloc(1, sizeof *control);
    if (!control)
        abort();
    *control = (struct control){.dir_fd = -1,
                                .listen_fd = -1,
                                .wake_fds = {-1, -1},
                                .applied = applied,
                                .context = context};
    struct error error = listen_in(control, folder);
    if (error.code == ERR_OK)
        start_threads(control);
    if (error.code == ERR_OK && !control->started)
        error = error_make(ERR_SYSTEM, "The control socket", "no thread could be started");
    if (error.code != ERR_OK) {
        control_free(control);
        return error;
    }
    *ret_control = control;
    return NO_ERROR;
}

void control_stop(struct control *control)
{
    if (!control)
        return;
    (void)unlinkat(control->dir_fd, socket_name, 0);
    (void)!write(control->wake_fds[1], "", 1); /* nobody reads it: it wakes all */
    for (size_t i = 0; i < control->started; i++)
        (void)pthread_join(control->threads[i], NULL);
    control_free(control);
}
