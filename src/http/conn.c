#include "http/engine.h"
#include "http/reply.h"

#include <errno.h>

_Static_assert(sizeof(struct conn) < 512, "an idle connection costs under 1 KB");

enum { RUN_MAX = 64 }; /* steps of one connection before others have their turn */

/* ---- life ---- */

static void list_remove(struct conn_list *list, struct conn *conn)
{
    *(conn->prev ? &conn->prev->next : &list->first) = conn->next;
    *(conn->next ? &conn->next->prev : &list->last) = conn->prev;
}

static void list_add(struct conn_list *list, struct conn *conn)
{
    conn->prev = list->last;
    conn->next = NULL;
    *(list->last ? &list->last->next : &list->first) = conn;
    list->last = conn;
}

static void become_busy(struct conn *conn)
{
    list_remove(&conn->loop->idle, conn);
    list_add(&conn->loop->busy, conn);
    conn->state = CONN_HEAD;
}

void conn_deadline(struct conn *conn, int64_t at)
{
    timer_set(&conn->loop->wheel, &conn->timer, at);
}

static void become_idle(struct conn *conn)
{
    if (conn->exchange)
        exchange_give(conn->exchange);
    conn->exchange = NULL;
    if (conn->state != CONN_IDLE) {
        list_remove(&conn->loop->busy, conn);
        list_add(&conn->loop->idle, conn);
    }
    conn->state = CONN_IDLE;
    conn_deadline(conn, conn->loop->now + conn->loop->server->limits.idle_ms);
}

void conn_count(struct loop *loop)
{
    atomic_fetch_add_explicit(&loop->conns, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&loop->server->open, 1, memory_order_relaxed);
}

void conn_uncount(struct loop *loop)
{
    atomic_fetch_sub_explicit(&loop->conns, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&loop->server->open, 1, memory_order_relaxed);
}

struct conn *conn_new(struct loop *loop, const struct transport *via, int fd, void *pipe,
                      const struct http_address *peer)
{
    struct http_server *server = loop->server;
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        abort();
    conn->source.kind = SOURCE_CONN;
    conn->fd = fd;
    conn->loop = loop;
    conn->via = via;
    conn->pipe = pipe;
    conn->timer.at = NEVER;
    conn->early = NOTHING_EARLY;
    conn->peer = conn->client = *peer;
    conn->readable = conn->writable = true;
    conn->state = CONN_HEAD;
    list_add(&loop->busy, conn);
    COUNT(loop, accepted, 1);
    bool trusted = http_trusts(&server->trust, peer);
    if (trusted && server->trust.header == HTTP_PROXY_V2) {
        conn->state = CONN_PROXY;
        conn_deadline(conn, loop->now + server->limits.head_ms);
    } else if (!trusted && !http_address_is_loopback(peer) &&
               !peers_connect(server->peers, peer, loop->now, &conn->limited)) {
        conn_refuse(conn, 429, "too many connections from this address");
    }
    return conn;
}

void conn_close(struct conn *conn, bool abort)
{
    struct loop *loop = conn->loop;
    if (conn->state == CONN_DEAD)
        return;
    list_remove(conn->state == CONN_IDLE ? &loop->idle : &loop->busy, conn);
    conn->state = CONN_DEAD;
    timer_remove(&conn->timer);
    if (conn->op)
        conn->op->conn = NULL;
    conn->via->close(conn, abort);
    if (conn->exchange)
        exchange_leave(conn->exchange);
    conn->exchange = NULL;
    if (conn->limited)
        peers_disconnect(loop->server->peers, &conn->client, loop->now);
    conn_uncount(loop);
    if (conn->queued) /* loop_again() buries it */
        return;
    conn->again = loop->dead;
    loop->dead = conn;
}

bool conn_read_in_batch(struct conn *conn)
{
    struct batch_op *op;
    if (conn->state != CONN_IDLE || !conn->readable || !(op = batch_add(conn->loop->batch, conn)))
        return false;
    conn->exchange = exchange_take(conn);
    op->reads = true;
    op->count = 1;
    op->pieces[0] = (struct iovec){conn->exchange->in, conn->exchange->in_size};
    return true;
}

/* As recv(2); what the batch has read lies at `at` already, since that is where it read to. */
static ssize_t receive(struct conn *conn, void *at, size_t room)
{
    ssize_t n = conn->early;
    conn->early = NOTHING_EARLY;
    if (n == NOTHING_EARLY || n == -EINTR)
        return conn->via->recv(conn, at, room);
    if (n < 0)
        errno = (int)-n;
    return n < 0 ? -1 : n;
}

size_t conn_read(struct conn *conn, void *at, size_t room)
{
    ssize_t n;
    do
        n = receive(conn, at, room);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        COUNT(conn->loop, bytes_in, n);
        /* Edge-triggered: less than there was room for means that all was read, unless the end is
         * near, which is told by an edge that has passed already. */
        if ((size_t)n < room && !conn->hung_up)
            conn->readable = false;
        return (size_t)n;
    }
    conn->readable = false;
    if (n == 0)
        conn->ended = true;
    else if (errno != EAGAIN && errno != EWOULDBLOCK)
        conn->broken = true;
    return 0;
}

/* ---- PROXY v2 ---- */

static void make_room(struct http_exchange *exchange)
{
    if (exchange->in_len < exchange->in_size)
        return;
    if (exchange->in_at) {
        exchange->in_len -= exchange->in_at;
        memmove(exchange->in, exchange->in + exchange->in_at, exchange->in_len);
        exchange->in_at = 0;
        return;
    }
    exchange->in_size *= 2;
    exchange->in = realloc(exchange->in, exchange->in_size);
    if (!exchange->in)
        abort();
}

/* Reads more into the exchange's buffer, taking an exchange when there is none. False: nothing
 * came. */
static bool read_more(struct conn *conn)
{
    if (!conn->readable)
        return false;
    if (!conn->exchange)
        conn->exchange = exchange_take(conn);
    struct http_exchange *exchange = conn->exchange;
    make_room(exchange);
    size_t n =
        conn_read(conn, exchange->in + exchange->in_len, exchange->in_size - exchange->in_len);
    exchange->in_len += n;
    return n > 0;
}

static struct str unread(const struct http_exchange *exchange)
{
    return str_n(exchange->in + exchange->in_at, exchange->in_len - exchange->in_at);
}

static enum step proxy_step(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_server *server = conn->loop->server;
    size_t length = 0;
    enum http_proxy2_result result = HTTP_PROXY2_MORE;
    if (exchange)
        result = http_proxy2(unread(exchange), &length, &conn->client, &conn->https);
    if (result == HTTP_PROXY2_MORE && read_more(conn))
        return STEP_GO;
    if (result == HTTP_PROXY2_MORE && !conn->ended && !conn->broken)
        return STEP_WAIT;
    if (result != HTTP_PROXY2_WHOLE) { /* whoever it is cannot be answered in HTTP */
        conn_close(conn, true);
        return STEP_WAIT;
    }
    exchange->in_at += length;
    conn->state = CONN_HEAD;
    conn_deadline(conn, NEVER);
    if (!http_trusts(&server->trust, &conn->client) &&
        !peers_connect(server->peers, &conn->client, conn->loop->now, &conn->limited))
        conn_refuse(conn, 429, "too many connections from this address");
    return STEP_GO;
}

/* ---- requests ---- */

void conn_refuse(struct conn *conn, int status, const char *why)
{
    if (!conn->exchange) {
        conn->exchange = exchange_take(conn);
        conn->exchange->head.request = (struct http_request){.minor = 1, .body_file = -1};
    }
    struct http_exchange *exchange = conn->exchange;
    struct http_response response = http_error(status, str_of(why));
    COUNT(conn->loop, refused, 1);
    exchange->last = true;
    exchange->answer = ANSWER_NONE;
    http_answer(exchange, &response);
    answer_begin(conn);
}

/* What the engine answers by itself, keeping the connection. */
static void answer_self(struct conn *conn, struct http_response response)
{
    if (conn->exchange->head.chunked || conn->exchange->head.length)
        conn->exchange->last = true;
    http_answer(conn->exchange, &response);
    answer_begin(conn);
}

static bool asks_too_often(struct conn *conn, const struct http_request *request)
{
    struct http_server *server = conn->loop->server;
    if (http_trusts(&server->trust, &request->client) ||
        (http_address_is_loopback(&request->client) &&
         http_address_eq(&request->client, &request->peer)))
        return false;
    return !peers_request(server->peers, &request->client, conn->loop->now);
}

static struct http_response answer_to_all(void)
{
    struct http_reply reply;
    http_reply_init(&reply, 204);
    http_reply_field(&reply, STR("Allow"), STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    return http_reply_take(&reply);
}

static void begin_request(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_server *server = conn->loop->server;
    struct http_head *head = &exchange->head;
    struct str bytes = str_cut(unread(exchange), exchange->scan.start, exchange->scan.length);
    exchange->in_at += exchange->scan.length;
    struct http_refusal refusal = http_head_parse(bytes, &server->limits, head);
    head->request.peer = conn->peer;
    head->request.client = conn->client;
    head->request.https = conn->https;
    if (refusal.status) {
        conn_refuse(conn, refusal.status, refusal.why);
        return;
    }
    http_forwarded(&server->trust, &head->request);
    exchange->last = !head->keep;
    if (asks_too_often(conn, &head->request))
        answer_self(conn, http_error(429, STR_NONE));
    else if (head->everything)
        answer_self(conn, answer_to_all());
    else if (head->chunked || head->length)
        body_begin(conn);
    else
        conn_handle(conn);
}

void conn_handle(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    struct http_server *server = conn->loop->server;
    conn->state = CONN_HANDLE;
    conn->timer.at = NEVER;
    server->app.handle(server->app.context, exchange);
    if (exchange->answer == ANSWER_NONE) {
        struct http_response response = http_error(500, STR_NONE);
        http_answer(exchange, &response);
    }
    if (exchange->answer == ANSWER_GIVEN)
        answer_begin(conn);
}

/* Nothing more comes for now, or ever. */
static enum step head_wait(struct conn *conn)
{
    struct http_exchange *exchange = conn->exchange;
    bool empty = !exchange || exchange->in_at == exchange->in_len;
    if (conn->broken || (empty && (conn->ended || conn->loop->stopping))) {
        conn_close(conn, false);
    } else if (conn->ended) {
        conn_refuse(conn, 400, "the request ends early");
        return STEP_GO;
    } else if (empty) {
        become_idle(conn);
    } else {
        if (!exchange->head_end)
            exchange->head_end = conn->loop->now + conn->loop->server->limits.head_ms;
        conn_deadline(conn, exchange->head_end);
    }
    return STEP_WAIT;
}

static enum step head_step(struct conn *conn)
{
    if (!conn->exchange || conn->exchange->in_at == conn->exchange->in_len) {
        if (!read_more(conn))
            return head_wait(conn);
    }
    struct http_exchange *exchange = conn->exchange;
    if (conn->state == CONN_IDLE)
        become_busy(conn);
    switch (http_scan(&exchange->scan, unread(exchange), &conn->loop->server->limits)) {
    case HTTP_SCAN_MORE:
        return read_more(conn) ? STEP_GO : head_wait(conn);
    case HTTP_SCAN_WHOLE:
        begin_request(conn);
        return STEP_GO;
    case HTTP_SCAN_REFUSED:
        exchange->head.request = (struct http_request){.minor = 1, .body_file = -1};
        conn_refuse(conn, exchange->scan.refusal.status, exchange->scan.refusal.why);
        return STEP_GO;
    }
    return STEP_WAIT;
}

static enum step linger_step(struct conn *conn)
{
    if (conn->readable && conn_read(conn, conn->loop->scratch, SCRATCH_SIZE))
        return STEP_GO;
    if (conn->ended || conn->broken)
        conn_close(conn, false);
    return STEP_WAIT;
}

static enum step step(struct conn *conn)
{
    switch (conn->state) {
    case CONN_PROXY:
        return proxy_step(conn);
    case CONN_IDLE:
    case CONN_HEAD:
        return head_step(conn);
    case CONN_BODY:
        return body_step(conn);
    case CONN_WRITE:
        return answer_step(conn);
    case CONN_LINGER:
        return linger_step(conn);
    case CONN_HANDLE:
    case CONN_DEAD:
        return STEP_WAIT;
    }
    return STEP_WAIT;
}

void conn_run(struct conn *conn)
{
    for (unsigned steps = 0; steps < RUN_MAX; steps++)
        if (step(conn) == STEP_WAIT)
            return;
    if (!conn->queued) {
        conn->queued = true;
        conn->again = conn->loop->again;
        conn->loop->again = conn;
    }
}

void conn_timeout(struct conn *conn)
{
    switch (conn->state) {
    case CONN_IDLE:
    case CONN_LINGER:
        conn_close(conn, false);
        return;
    case CONN_PROXY:
        COUNT(conn->loop, timed_out, 1);
        conn_close(conn, true);
        return;
    case CONN_HEAD:
        COUNT(conn->loop, timed_out, 1);
        conn->exchange->head.request = (struct http_request){.minor = 1, .body_file = -1};
        conn_refuse(conn, 408, "the request did not come in time");
        conn_run(conn);
        return;
    case CONN_BODY:
        body_timeout(conn);
        return;
    case CONN_WRITE:
        answer_timeout(conn);
        return;
    case CONN_HANDLE:
    case CONN_DEAD:
        return;
    }
}
