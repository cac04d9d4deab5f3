/* New connections: taken by the loop with the fewest, refused when there are too many, and no spin
 * when the process has no descriptors left. */
#include "http/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ACCEPT_MAX = 4,     /* at one event, so that other loops have a share */
    UNEVEN_MAX = 4,     /* connections more than the emptiest loop has */
    REFUSALS_MAX = 256, /* connections over the limit that are told so properly */
    PAUSE_MS = 200,     /* without descriptors */
};

static ssize_t socket_recv(struct conn *conn, void *at, size_t len)
{
    return recv(conn->fd, at, len, 0);
}

static ssize_t socket_send(struct conn *conn, const struct iovec *pieces, int count)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)pieces,
                             .msg_iovlen = (size_t)count};
    if (count == 1)
        return send(conn->fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
    return sendmsg(conn->fd, &message, MSG_NOSIGNAL);
}

static size_t socket_unsent(struct conn *conn)
{
    int unsent = 0;
    return ioctl(conn->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0 ? (size_t)unsent : 0;
}

static void socket_finish(struct conn *conn)
{
    (void)shutdown(conn->fd, SHUT_WR);
}

static void socket_close(struct conn *conn, bool abort)
{
    struct linger at_once = {.l_onoff = 1};
    if (abort) /* nobody takes what the system still holds: drop it */
        (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    (void)close(conn->fd);
    conn->fd = -1;
}

static const struct transport sockets = {socket_recv, socket_send, socket_unsent, socket_finish,
                                         socket_close};

/* ---- too many ---- */

/* The connection that has been idle longest makes room. False: none is idle. */
static bool shed_idle(struct loop *loop)
{
    if (!loop->idle.first)
        return false;
    COUNT(loop, shed, 1);
    conn_close(loop->idle.first, false);
    return true;
}

/* Says so in one breath; the answer may be lost when the request comes later. */
static void refuse_roughly(struct loop *loop, int fd)
{
    static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                               "Retry-After: 2\r\nConnection: close\r\n\r\n";
    COUNT(loop, shed, 1);
    (void)!recv(fd, loop->scratch, sizeof loop->scratch, MSG_DONTWAIT);
    (void)!send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)shutdown(fd, SHUT_WR);
    (void)close(fd);
}

static void pause_listening(struct loop *loop)
{
    loop_unlisten(loop);
    loop->listen_again = loop->now + PAUSE_MS;
}

/* Accepting failed for want of descriptors or memory. The waiting connection would wake us again at
 * once: an idle one makes room, or the spare descriptor is used to refuse it, or we wait a little.
 */
static void out_of_descriptors(struct loop *loop, int listener)
{
    if (shed_idle(loop))
        return;
    if (loop->spare_fd >= 0) {
        (void)close(loop->spare_fd);
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            refuse_roughly(loop, fd);
        loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            return;
    }
    pause_listening(loop);
}

/* ---- taking ---- */

static void take(struct loop *loop, int fd, const struct http_address *peer, bool refuse)
{
    struct conn *conn = conn_new(loop, &sockets, fd, NULL, peer);
    if (!loop_watch(loop, conn)) {
        conn_close(conn, true);
        return;
    }
    if (refuse && conn->state == CONN_HEAD) {
        COUNT(loop, shed, 1);
        conn_refuse(conn, 503, "too many connections");
    }
    conn_run(conn);
}

void loop_adopt(struct loop *loop, int fd, const struct http_address *peer)
{
    take(loop, fd, peer, false);
}

static struct loop *emptiest(struct loop *loop)
{
    struct http_server *server = loop->server;
    struct loop *least = loop;
    unsigned mine = atomic_load_explicit(&loop->conns, memory_order_relaxed), fewest = mine;
    for (unsigned i = 0; i < server->loop_count; i++) {
        unsigned n = atomic_load_explicit(&server->loops[i].conns, memory_order_relaxed);
        if (n < fewest) {
            fewest = n;
            least = &server->loops[i];
        }
    }
    return mine - fewest > UNEVEN_MAX ? least : loop;
}

static void hand_over(struct loop *loop, int fd, const struct http_address *peer)
{
    struct adopt_message *adopt = calloc(1, sizeof *adopt);
    if (!adopt)
        abort();
    adopt->message.kind = MESSAGE_ADOPT;
    adopt->fd = fd;
    adopt->peer = *peer;
    if (!loop_post(loop, &adopt->message)) {
        conn_uncount(loop);
        (void)close(fd);
        free(adopt);
    }
}

static void place(struct loop *loop, int fd, const struct http_address *peer)
{
    struct http_server *server = loop->server;
    unsigned open = atomic_load_explicit(&server->open, memory_order_relaxed);
    unsigned max = server->limits.connections_max;
    if (open >= max && !shed_idle(loop)) {
        if (open >= max + REFUSALS_MAX) {
            refuse_roughly(loop, fd);
        } else {
            conn_count(loop);
            take(loop, fd, peer, true);
        }
        return;
    }
    struct loop *owner = loop->stopping ? loop : emptiest(loop);
    conn_count(owner);
    if (owner == loop)
        take(loop, fd, peer, false);
    else
        hand_over(owner, fd, peer);
}

void loop_accept(struct loop *loop, struct listener *listener)
{
    for (int i = 0; i < ACCEPT_MAX || loop->stopping; i++) {
        struct sockaddr_storage from = {0};
        socklen_t len = sizeof from;
        int fd =
            accept4(listener->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            out_of_descriptors(loop, listener->fd);
            return;
        }
        if (fd < 0 && (loop->stopping || errno == EINVAL || errno == EBADF)) {
            pause_listening(loop); /* another process ended a socket that it had handed over */
            return;
        }
        if (fd < 0) /* gone while it waited */
            continue;
        if (listener->local)
            from.ss_family = AF_UNIX;
        struct http_address peer = http_address_of(&from);
        place(loop, fd, &peer);
    }
}
