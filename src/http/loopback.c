#include "http/loopback.h"

#include "http/engine.h"
#include "http/reply.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { WAIT_MS = 30 * 1000 };

struct pipe {
    struct str in;
    struct buf *out;
    struct http_steps steps;
    bool finished;
};

static ssize_t pipe_recv(struct conn *conn, void *at, size_t len)
{
    struct pipe *pipe = conn->pipe;
    size_t n = pipe->in.len < len ? pipe->in.len : len;
    if (pipe->steps.in && n > pipe->steps.in)
        n = pipe->steps.in;
    if (n)
        memcpy(at, pipe->in.at, n);
    pipe->in = str_from(pipe->in, n);
    return (ssize_t)n;
}

static ssize_t pipe_send(struct conn *conn, const struct iovec *pieces, int count)
{
    struct pipe *pipe = conn->pipe;
    size_t sent = 0, room = pipe->steps.out ? pipe->steps.out : SIZE_MAX;
    for (int i = 0; i < count && sent < room; i++) {
        size_t n = pieces[i].iov_len < room - sent ? pieces[i].iov_len : room - sent;
        (void)buf_put(pipe->out, pieces[i].iov_base, n);
        sent += n;
    }
    return (ssize_t)sent;
}

static size_t pipe_unsent(struct conn *conn)
{
    (void)conn;
    return 0;
}

static void pipe_finish(struct conn *conn)
{
    ((struct pipe *)conn->pipe)->finished = true;
}

static void pipe_close(struct conn *conn, bool abort)
{
    (void)abort;
    ((struct pipe *)conn->pipe)->finished = true;
}

static const struct transport memory = {pipe_recv, pipe_send, pipe_unsent, pipe_finish, pipe_close};

/* Runs the connection until it ends. False: a deferred answer did not come. */
static bool drive(struct loop *loop, struct conn *conn)
{
    int64_t end = clock_monotonic() + WAIT_MS;
    struct pollfd wake = {.fd = loop->wake, .events = POLLIN};
    while (conn->state != CONN_DEAD) {
        loop_time(loop);
        conn->hung_up = conn->writable = true;
        if (conn->state != CONN_LINGER || conn->readable)
            conn_run(conn);
        loop_again(loop);
        if (conn->state == CONN_DEAD)
            break;
        bool waits = conn->state == CONN_HANDLE || (conn->exchange && conn->exchange->working);
        if (waits && (clock_monotonic() > end || poll(&wake, 1, WAIT_MS) <= 0)) {
            conn_close(conn, true);
            return false;
        }
        uint64_t count;
        ssize_t n = read(loop->wake, &count, sizeof count);
        (void)n;
        loop_messages(loop);
    }
    return true;
}

struct error http_loopback_steps(const struct http_app *app, const struct http_options *options,
                                 const struct http_address *peer, struct http_steps steps,
                                 struct str bytes, struct buf *ret_bytes)
{
    struct http_address here = {.ip = {[10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1}};
    struct http_server *server = server_new(app, options ? options : &HTTP_OPTIONS_DEFAULT, 1);
    struct loop *loop = &server->loops[0];
    struct pipe pipe = {.in = bytes, .out = ret_bytes, .steps = steps};
    conn_count(loop);
    struct conn *conn = conn_new(loop, &memory, -1, &pipe, peer ? peer : &here);
    bool done = drive(loop, conn);
    if (done)
        http_server_free(server); /* else somebody still holds a ticket of it: left alone */
    if (!done)
        return error_make(ERR_SYSTEM, "The answer", "it was not completed in time");
    if (!buf_ok(ret_bytes))
        return error_make(ERR_TOO_LARGE, "The answer", "it does not fit the buffer");
    return NO_ERROR;
}

struct error http_loopback(const struct http_app *app, const struct http_options *options,
                           const struct http_address *peer, struct str bytes, struct buf *ret_bytes)
{
    return http_loopback_steps(app, options, peer, (struct http_steps){0}, bytes, ret_bytes);
}

/* ---- views ---- */

struct str http_view_field(const struct http_view *view, struct str name)
{
    struct str rest = view->head, line;
    (void)str_split(&rest, '\n', &line);
    while (str_split(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon > 0 && str_eq_nocase(str_cut(line, 0, (size_t)colon), name))
            return str_trim(str_from(line, (size_t)colon + 1));
    }
    return STR_NONE;
}

bool http_view_parse(struct str bytes, bool no_body, struct http_view *ret_view)
{
    struct http_view view = {0};
    int64_t status, length = 0;
    ptrdiff_t end = str_find(bytes, STR("\r\n\r\n"));
    if (end < 0 || !str_starts(bytes, STR("HTTP/1.1 ")) ||
        !str_to_i64(str_cut(bytes, 9, 12), &status))
        return false;
    view.status = (int)status;
    view.head = str_cut(bytes, 0, (size_t)end + 4);
    struct str value = http_view_field(&view, STR("Content-Length"));
    if (value.at && (!str_to_i64(value, &length) || length < 0))
        return false;
    if (no_body || status == 304 || status == 204 || status < 200)
        length = 0;
    struct str rest = str_from(bytes, view.head.len);
    if ((uint64_t)length > rest.len)
        return false;
    view.body = str_cut(rest, 0, (size_t)length);
    view.rest = str_from(rest, (size_t)length);
    *ret_view = view;
    return true;
}
