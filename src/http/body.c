/* Reading a request's body: by length or in chunks, into memory or, in pieces, into a file. */
#include "http/engine.h"

#include <errno.h>

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* RFC 9110, 10.1.1. Not when some of the body is there already. What cannot be sent at once is left
 * out: the peer then sends the body after a while of its own. */
static void say_continue(struct conn *conn)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct iovec piece = {(void *)(uintptr_t)text, sizeof text - 1};
    ssize_t n = conn->via->send(conn, &piece, 1);
    if (n > 0) {
        conn->sent += (uint64_t)n;
        COUNT(conn->loop, bytes_out, n);
    }
    if (n >= 0 ? n < (ssize_t)piece.iov_len : errno != EAGAIN && errno != EWOULDBLOCK)
        conn->broken = true;
}

static void set_deadline(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    conn_deadline(conn, earlier(exchange->body_end, exchange->window_end));
}

/* The common case: all of a small body came with its head. */
static bool body_is_here(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_head *head = &exchange->head;
    if (exchange->rule.action != HTTP_BODY_MEMORY || head->chunked ||
        exchange->in_len - exchange->in_at < head->length)
        return false;
    head->request.body = str_n(exchange->in + exchange->in_at, (size_t)head->length);
    head->request.body_size = head->length;
    exchange->in_at += (size_t)head->length;
    return true;
}

static struct http_body_rule ask_rule(struct conn *conn)
{
    const struct http_app *app = &conn->loop->server->app;
    if (!app->body_rule)
        return HTTP_BODY_NONE;
    return app->body_rule(app->context, &conn->exchange->head.request);
}

void body_begin(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_head *head = &exchange->head;
    int64_t now = conn->loop->now, window = conn->loop->server->limits.body_window_ms;
    exchange->rule = ask_rule(conn);
    if (exchange->rule.action == HTTP_BODY_REFUSE) {
        conn_refuse(conn, exchange->rule.status ? exchange->rule.status : 413, NULL);
        return;
    }
    if (exchange->rule.action == HTTP_BODY_SKIP) {
        exchange->last = true;
        head->request.body_left_out = true;
        conn_handle(conn);
        return;
    }
    if (head->length > exchange->rule.max) {
        conn_refuse(conn, 413, "the body is too large");
        return;
    }
    if (body_is_here(conn)) {
        conn_handle(conn);
        return;
    }
    exchange->chunked = (struct http_chunked){0};
    exchange->body_left = head->length;
    exchange->body_done = false;
    exchange->body_written = 0;
    exchange->piece_len = 0;
    buf_init(&exchange->body, (size_t)exchange->rule.max);
    exchange->body_end = exchange->rule.whole_ms ? now + exchange->rule.whole_ms : NEVER;
    exchange->window_end = exchange->rule.rate ? now + window : NEVER;
    exchange->window_bytes = 0;
    conn->state = CONN_BODY;
    conn->timer.at = NEVER;
    set_deadline(conn);
    if (head->expects && exchange->in_at == exchange->in_len)
        say_continue(conn);
}

/* ---- storing ---- */

/* False: refused. */
static bool store(struct conn *conn, struct str data)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_request *request = &exchange->head.request;
    if (data.len > exchange->rule.max - request->body_size) {
        conn_refuse(conn, 413, "the body is too large");
        return false;
    }
    request->body_size += data.len;
    if (exchange->rule.action == HTTP_BODY_FILE) {
        if (!exchange->piece && !(exchange->piece = malloc(HTTP_PIECE)))
            abort();
        memcpy(exchange->piece + exchange->piece_len, data.at, data.len);
        exchange->piece_len += data.len;
    } else if (!buf_str(&exchange->body, data)) {
        conn_refuse(conn, 503, "there is no memory for the body");
        return false;
    }
    return true;
}

/* Takes the body's part off the front of *bytes. False: refused. */
static bool feed(struct conn *conn, struct str *bytes)
{
    struct http_exchange *exchange = conn->exchange;
    struct str data;
    if (!exchange->head.chunked) {
        size_t n = bytes->len < exchange->body_left ? bytes->len : (size_t)exchange->body_left;
        data = str_cut(*bytes, 0, n);
        *bytes = str_from(*bytes, n);
        exchange->body_left -= n;
        exchange->body_done = exchange->body_left == 0;
        return store(conn, data);
    }
    for (;;)
        switch (http_chunked(&exchange->chunked, bytes, &data)) {
        case HTTP_CHUNKED_DATA:
            if (!store(conn, data))
                return false;
            break;
        case HTTP_CHUNKED_MORE:
            return true;
        case HTTP_CHUNKED_END:
            exchange->body_done = true;
            return true;
        case HTTP_CHUNKED_BAD:
            conn_refuse(conn, 400, "the chunks are not well formed");
            return false;
        }
}

/* ---- reading ---- */

static void keep_ahead(struct http_exchange *exchange, struct str rest)
{
    if (!rest.len)
        return;
    exchange->ahead = malloc(rest.len);
    if (!exchange->ahead)
        abort();
    memcpy(exchange->ahead, rest.at, rest.len);
    exchange->ahead_len = rest.len;
}

/* A decoded body is never longer than its coding, so what is read at once fits the piece. */
static size_t room_for(const struct http_exchange *exchange)
{
    size_t room = SCRATCH_SIZE;
    if (exchange->rule.action == HTTP_BODY_FILE && room > HTTP_PIECE - exchange->piece_len)
        room = HTTP_PIECE - exchange->piece_len;
    if (!exchange->head.chunked && room > exchange->body_left)
        room = (size_t)exchange->body_left;
    return room;
}

/* One round of reading. False: nothing came, or it was refused. */
static bool read_some(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct str bytes;
    if (exchange->in_at < exchange->in_len) {
        bytes = str_cut(str_n(exchange->in, exchange->in_len), exchange->in_at,
                        exchange->in_at + room_for(exchange));
        size_t before = bytes.len;
        bool fine = feed(conn, &bytes);
        exchange->in_at += before - bytes.len;
        exchange->window_bytes += before - bytes.len;
        return fine;
    }
    size_t n = conn->readable ? conn_read(conn, conn->loop->scratch, room_for(exchange)) : 0;
    if (n == 0)
        return false;
    bytes = str_n(conn->loop->scratch, n);
    exchange->window_bytes += n;
    if (!feed(conn, &bytes))
        return false;
    keep_ahead(exchange, bytes);
    return true;
}

static void write_piece(struct http_exchange *exchange)
{
    exchange->job = (struct job){.loop = exchange->loop,
                                 .kind = JOB_WRITE,
                                 .file = exchange->body_file,
                                 .offset = exchange->body_written,
                                 .piece = exchange->piece,
                                 .len = exchange->piece_len};
    exchange->working = true;
    pool_give(exchange->loop->server->pool, &exchange->job);
}

static void finish(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    exchange->head.request.body = buf_slice(&exchange->body);
    exchange->head.request.body_file = exchange->body_file;
    conn_handle(conn);
}

enum step body_step(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    if (exchange->working)
        return STEP_WAIT;
    bool to_file = exchange->rule.action == HTTP_BODY_FILE;
    if (to_file && (exchange->piece_len == HTTP_PIECE ||
                    (exchange->body_done && (exchange->piece_len || exchange->body_file < 0)))) {
        if (!exchange->piece && !(exchange->piece = malloc(HTTP_PIECE)))
            abort();
        write_piece(exchange);
        return STEP_WAIT;
    }
    if (exchange->body_done) {
        finish(conn);
        return STEP_GO;
    }
    if (read_some(conn) || conn->state != CONN_BODY)
        return STEP_GO;
    if (conn->broken) {
        conn_close(conn, true);
    } else if (conn->ended) {
        conn_refuse(conn, 400, "the body ends early");
        return STEP_GO;
    }
    return STEP_WAIT;
}

void body_job_done(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    if (exchange->job.failed) {
        bool full = exchange->job.failed == ENOSPC || exchange->job.failed == EDQUOT;
        conn_refuse(conn, full ? 507 : 500, "the body could not be kept");
        return;
    }
    exchange->body_written += exchange->piece_len;
    exchange->piece_len = 0;
}

void body_timeout(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    int64_t now = conn->loop->now, window = conn->loop->server->limits.body_window_ms;
    bool slow = exchange->window_end <= now &&
                exchange->window_bytes < (uint64_t)exchange->rule.rate * (uint64_t)window / 1000;
    if (exchange->working || (exchange->body_end > now && !slow)) {
        if (exchange->window_end <= now) {
            exchange->window_end = now + window;
            exchange->window_bytes = 0;
        }
        if (exchange->body_end <=
            now) /* a file thread has the last piece: judged when it is back */
            exchange->body_end = now + 1000;
        set_deadline(conn);
        return;
    }
    COUNT(conn->loop, timed_out, 1);
    conn_refuse(conn, 408, "the body did not come in time");
    conn_run(conn);
}
