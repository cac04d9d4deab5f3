/* Writing an answer: head, tail (Date, Connection, the empty line) and body in one call; a file in
 * pieces that the file threads read. */
#include "http/engine.h"

#include <errno.h>

enum {
    STALL_LOOKS = 8, /* how often within the time of a stall the progress is looked at */
    JOIN_MAX = 2 * 1024
};

static bool sends_body(const struct http_exchange *exchange)
{
    int status = exchange->response.status;
    return exchange->head.request.method != HTTP_HEAD && status != 204 && status != 304;
}

static void make_tail(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    static const struct str close = STR_INIT("Connection: close\r\n\r\n");
    static const struct str keep = STR_INIT("Connection: keep-alive\r\n\r\n");
    const struct str end = exchange->last                      ? close
                           : exchange->head.request.minor == 0 ? keep
                                                               : STR("\r\n");
    enum { DATE = sizeof conn->loop->date - 1 };
    _Static_assert(DATE + sizeof "Connection: keep-alive\r\n\r\n" <= TAIL_SIZE, "the tail fits");
    memcpy(exchange->tail, conn->loop->date, DATE);
    memcpy(exchange->tail + DATE, end.at, end.len);
    exchange->tail_len = DATE + end.len;
}

void answer_begin(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    const struct http_response *response = &exchange->response;
    if (response->close || conn->loop->stopping)
        exchange->last = true;
    make_tail(conn);
    exchange->out_body = !sends_body(exchange) ? 0
                         : response->from_file ? response->file_length
                                               : response->body.len;
    exchange->out_sent = 0;
    exchange->blocked = false;
    exchange->piece_len = exchange->piece_at = 0;
    conn->state = CONN_WRITE;
    conn->timer.at = NEVER;
    COUNT(conn->loop, requests, 1);
}

/* ---- pieces to send ---- */

struct out {
    struct iovec pieces[3];
    int count;
    uint64_t skip; /* bytes of the whole that are sent already */
    size_t total;  /* in `pieces` */
};

static void add(struct out *out, const char *at, size_t len)
{
    if (out->skip >= len) {
        out->skip -= len;
        return;
    }
    size_t skip = (size_t)out->skip;
    out->pieces[out->count++] = (struct iovec){(void *)(uintptr_t)(at + skip), len - skip};
    out->total += len - skip;
    out->skip = 0;
}

static uint64_t head_size(const struct http_exchange *exchange)
{
    return exchange->response.head.len + exchange->tail_len;
}

static bool is_done(const struct http_exchange *exchange)
{
    return exchange->out_sent == head_size(exchange) + exchange->out_body;
}

static uint64_t body_sent(const struct http_exchange *exchange)
{
    uint64_t head = head_size(exchange);
    return exchange->out_sent > head ? exchange->out_sent - head : 0;
}

static void drop_piece(struct http_exchange *exchange)
{
    free(exchange->piece);
    exchange->piece = NULL;
    exchange->piece_len = exchange->piece_at = 0;
}

/* True when a piece of the file must be read before anything can be sent. */
static bool needs_piece(const struct http_exchange *exchange)
{
    return exchange->response.from_file && body_sent(exchange) < exchange->out_body &&
           exchange->piece_at == exchange->piece_len;
}

static void read_piece(struct http_exchange *exchange)
{
    uint64_t sent = body_sent(exchange), left = exchange->out_body - sent;
    if (!exchange->piece && !(exchange->piece = malloc(HTTP_PIECE)))
        abort();
    exchange->job = (struct job){.loop = exchange->loop,
                                 .kind = JOB_READ,
                                 .file = exchange->response.file,
                                 .offset = exchange->response.file_offset + sent,
                                 .piece = exchange->piece,
                                 .len = left < HTTP_PIECE ? (size_t)left : HTTP_PIECE};
    exchange->working = true;
    pool_give(exchange->loop->server->pool, &exchange->job);
}

static struct out gather(const struct http_exchange *exchange)
{
    struct out out = {.skip = exchange->out_sent};
    add(&out, exchange->response.head.at, exchange->response.head.len);
    add(&out, exchange->tail, exchange->tail_len);
    if (exchange->response.from_file) {
        out.skip = 0;
        add(&out, exchange->piece + exchange->piece_at, exchange->piece_len - exchange->piece_at);
    } else {
        add(&out, exchange->response.body.at, (size_t)exchange->out_body);
    }
    return out;
}

/* Small answers go out in one piece: copying them to `room` is cheaper than telling the system of
 * several. */
static void join(struct out *out, char *room, size_t size)
{
    size_t at = 0;
    if (out->count < 2 || out->total > size)
        return;
    for (int i = 0; i < out->count; at += out->pieces[i++].iov_len)
        memcpy(room + at, out->pieces[i].iov_base, out->pieces[i].iov_len);
    out->pieces[0] = (struct iovec){room, out->total};
    out->count = 1;
}

/* ---- sending ---- */

/* The answer is out: on to the next request, or to the end. */
static enum step finish(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    bool last = exchange->last;
    COUNT(conn->loop, bytes_out, exchange->out_sent);
    if (!last) {
        exchange_reset(exchange);
        conn->state = CONN_HEAD;
        return STEP_GO;
    }
    exchange_give(exchange);
    conn->exchange = NULL;
    conn->via->finish(conn);
    conn->state = CONN_LINGER;
    conn->timer.at = NEVER;
    conn_deadline(conn, conn->loop->now + conn->loop->server->limits.linger_ms);
    return STEP_GO;
}

static void look_again(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    int64_t look = conn->loop->now + conn->loop->server->limits.stall_ms / STALL_LOOKS + 1;
    conn_deadline(conn, look < exchange->drain_window ? look : exchange->drain_window);
}

static uint64_t drained(struct conn *conn)
{
    size_t unsent = conn->via->unsent(conn);
    return conn->sent > unsent ? conn->sent - unsent : 0;
}

/* The peer does not take more now: from here on it must show progress. */
static void block(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    conn->writable = false;
    if (exchange->response.from_file) /* read again later: slow readers hold no pieces */
        drop_piece(exchange);
    if (exchange->blocked)
        return;
    exchange->blocked = true;
    exchange->drained = exchange->drain_window_start = drained(conn);
    exchange->drained_at = conn->loop->now;
    exchange->drain_window = conn->loop->now + conn->loop->server->limits.drain_window_ms;
    look_again(conn);
}

static bool send_in_batch(struct conn *conn, struct out *out)
{
    struct batch_op *op;
    if (!conn->loop->batching || !(op = batch_add(conn->loop->batch, conn)))
        return false;
    join(out, op->small, sizeof op->small);
    op->reads = false;
    op->count = out->count;
    op->total = out->total;
    memcpy(op->pieces, out->pieces, sizeof op->pieces);
    return true;
}

void answer_sent(struct conn *conn, int result, size_t total)
{
    struct http_exchange *exchange = conn->exchange;
    if (result == -EINTR)
        return;
    if (result < 0 && result != -EAGAIN && result != -EWOULDBLOCK) {
        conn_close(conn, true);
        return;
    }
    uint64_t body_before = body_sent(exchange);
    size_t sent = result < 0 ? 0 : (size_t)result;
    exchange->out_sent += sent;
    conn->sent += sent;
    exchange->piece_at += (size_t)(body_sent(exchange) - body_before);
    if (sent < total)
        block(conn);
}

enum step answer_step(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    if (exchange->working || conn->op)
        return STEP_WAIT;
    if (is_done(exchange))
        return finish(conn);
    if (!conn->writable)
        return STEP_WAIT;
    if (needs_piece(exchange)) {
        read_piece(exchange);
        return STEP_WAIT;
    }
    struct out out = gather(exchange);
    if (send_in_batch(conn, &out))
        return STEP_WAIT;
    join(&out, conn->loop->scratch, JOIN_MAX);
    ssize_t n = conn->via->send(conn, out.pieces, out.count);
    answer_sent(conn, n < 0 ? -errno : (int)n, out.total);
    return STEP_GO;
}

void answer_job_done(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    if (!exchange->job.failed) {
        exchange->piece_len = exchange->job.len;
        exchange->piece_at = 0;
        return;
    }
    if (exchange->out_sent) { /* too late to say so in any other way */
        conn_close(conn, true);
        return;
    }
    exchange_reset(exchange);
    conn_refuse(conn, 500, "the file could not be read");
}

void answer_timeout(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    const struct http_limits *limits = &conn->loop->server->limits;
    int64_t now = conn->loop->now;
    if (!exchange->blocked || conn->writable) { /* a file thread is the slow one */
        exchange->blocked = false;
        return;
    }
    uint64_t taken = drained(conn);
    if (taken > exchange->drained) {
        exchange->drained = taken;
        exchange->drained_at = now;
    }
    bool stalls = now - exchange->drained_at >= limits->stall_ms;
    bool slow = now >= exchange->drain_window &&
                taken - exchange->drain_window_start <
                    (uint64_t)limits->drain_rate * (uint64_t)limits->drain_window_ms / 1000;
    if (stalls || slow) {
        COUNT(conn->loop, timed_out, 1);
        conn_close(conn, true);
        return;
    }
    if (now >= exchange->drain_window) {
        exchange->drain_window = now + limits->drain_window_ms;
        exchange->drain_window_start = taken;
    }
    look_again(conn);
}
