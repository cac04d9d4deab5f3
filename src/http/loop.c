#include "http/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 128, STOP_LOOK_MS = 50 };

enum {
    CROWD_REQUESTS = 20, /* in a millisecond */
    GATHER_NS = 30000,
};

void loop_time(struct loop *loop)
{
    loop->now = clock_monotonic();
    int64_t wall = clock_now(&loop->server->clock);
    if (wall / 1000 == loop->date_second)
        return;
    loop->date_second = wall / 1000;
    memcpy(loop->date, "Date: ", 6);
    http_date_format(wall, loop->date + 6);
    memcpy(loop->date + 6 + HTTP_DATE_LEN, "\r\n", 3);
}

void loop_init(struct loop *loop, struct http_server *server, unsigned number)
{
    loop->server = server;
    loop->number = number;
    loop->epoll = loop->spare_fd = -1;
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->wake_source.kind = SOURCE_WAKE;
    (void)pthread_mutex_init(&loop->lock, NULL);
    loop->queue_end = &loop->queue;
    loop->slot_free = NO_SLOT;
    loop->date_second = INT64_MIN;
    loop_time(loop);
    wheel_init(&loop->wheel, loop->now);
}

/* What is still deferred is freed here: nobody holds its request any more. */
void loop_release(struct loop *loop)
{
    loop_messages(loop);
    for (uint32_t i = 0; i < loop->slot_count; i++)
        if (loop->slots[i].exchange) {
            loop->slots[i].exchange->answer = ANSWER_NONE;
            exchange_give(loop->slots[i].exchange);
        }
    loop_bury(loop);
    for (struct http_exchange *exchange = loop->spare, *next; exchange; exchange = next) {
        next = exchange->next;
        free(exchange->in);
        free(exchange);
    }
    batch_free(loop->batch);
    free(loop->slots);
    free(loop->listeners);
    if (loop->epoll >= 0)
        (void)close(loop->epoll);
    if (loop->spare_fd >= 0)
        (void)close(loop->spare_fd);
    if (loop->wake >= 0)
        (void)close(loop->wake);
    (void)pthread_mutex_destroy(&loop->lock);
}

/* ---- messages ---- */

bool loop_post(struct loop *loop, struct message *message)
{
    message->next = NULL;
    (void)pthread_mutex_lock(&loop->lock);
    bool open = !loop->closed || message->kind == MESSAGE_JOB;
    bool first = !loop->queue;
    if (open) {
        *loop->queue_end = message;
        loop->queue_end = &message->next;
    }
    (void)pthread_mutex_unlock(&loop->lock);
    if (open && first) {
        uint64_t one = 1;
        ssize_t written = write(loop->wake, &one, sizeof one);
        (void)written; /* a full counter wakes too */
    }
    return open;
}

static void complete(struct loop *loop, struct complete_message *message)
{
    struct http_ticket ticket = message->ticket;
    struct slot *slot = ticket.slot < loop->slot_count ? &loop->slots[ticket.slot] : NULL;
    struct http_response response = message->response;
    free(message);
    if (!slot || !slot->exchange || slot->generation != ticket.generation) {
        http_response_drop(&response);
        return;
    }
    struct http_exchange *exchange = slot->exchange;
    slot->exchange = NULL;
    slot->generation++;
    slot->next = loop->slot_free;
    loop->slot_free = ticket.slot;
    exchange->answer = ANSWER_NONE;
    http_answer(exchange, &response);
    if (exchange->conn) {
        answer_begin(exchange->conn);
        conn_run(exchange->conn);
    } else {
        exchange_give(exchange); /* drops the response */
    }
}

static void job_done(struct job *job)
{
    struct http_exchange *exchange =
        (struct http_exchange *)((char *)job - offsetof(struct http_exchange, job));
    struct conn *conn = exchange->conn;
    exchange->working = false;
    if (job->kind == JOB_WRITE)
        exchange->body_file = job->file;
    if (!conn) {
        exchange_give(exchange);
        return;
    }
    if (job->kind == JOB_WRITE)
        body_job_done(conn);
    else
        answer_job_done(conn);
    conn_run(conn);
}

void loop_messages(struct loop *loop)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct message *message = loop->queue;
    loop->queue = NULL;
    loop->queue_end = &loop->queue;
    (void)pthread_mutex_unlock(&loop->lock);
    for (struct message *next; message; message = next) {
        next = message->next;
        switch (message->kind) {
        case MESSAGE_COMPLETE:
            complete(loop, (struct complete_message *)message);
            break;
        case MESSAGE_JOB:
            job_done((struct job *)message);
            break;
        case MESSAGE_ADOPT: {
            struct adopt_message *adopt = (struct adopt_message *)message;
            loop_adopt(loop, adopt->fd, &adopt->peer);
            free(adopt);
            break;
        }
        }
    }
}

void loop_again(struct loop *loop)
{
    struct conn *conn = loop->again;
    loop->again = NULL;
    for (struct conn *next; conn; conn = next) {
        next = conn->again;
        conn->queued = false;
        if (conn->state != CONN_DEAD) {
            conn_run(conn);
            continue;
        }
        conn->again = loop->dead;
        loop->dead = conn;
    }
}

void loop_bury(struct loop *loop)
{
    for (struct conn *conn = loop->dead, *next; conn; conn = next) {
        next = conn->again;
        free(conn);
    }
    loop->dead = NULL;
}

/* ---- sockets ---- */

bool loop_watch(struct loop *loop, struct conn *conn)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                .data.ptr = conn};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, conn->fd, &event) == 0;
}

bool loop_listen(struct loop *loop)
{
    loop->listen_again = 0;
    for (size_t i = 0; i < loop->listener_count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE,
                                    .data.ptr = &loop->listeners[i]};
        if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->listeners[i].fd, &event) < 0 &&
            errno != EEXIST)
            return false;
    }
    return true;
}

void loop_unlisten(struct loop *loop)
{
    for (size_t i = 0; i < loop->listener_count; i++)
        (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->listeners[i].fd, NULL);
}

static void conn_event(struct conn *conn, uint32_t events)
{
    if (conn->state == CONN_DEAD)
        return;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        conn->readable = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        conn->hung_up = true;
    if (events & EPOLLOUT)
        conn->writable = true;
    bool gone = events & (EPOLLHUP | EPOLLERR);
    if (gone && (conn->state == CONN_HANDLE || conn->state == CONN_WRITE))
        conn_close(conn, true);
    else if (!conn->loop->batching || conn->op || !conn_read_in_batch(conn))
        conn_run(conn);
}

/* The reads of one round in one call, then the writes of their answers, and so on until none is
 * left. */
static void run_batch(struct loop *loop)
{
    unsigned count;
    do {
        const struct batch_result *results = batch_run(loop->batch, &count);
        for (unsigned i = 0; i < count; i++) {
            struct conn *conn = results[i].conn;
            if (conn->state == CONN_DEAD) /* by what an earlier one led to */
                continue;
            if (results[i].read)
                conn->early = results[i].result;
            else
                answer_sent(conn, results[i].result, results[i].total);
            conn_run(conn);
        }
    } while (count);
}

static void dispatch(struct loop *loop, const struct epoll_event *event)
{
    struct source *source = event->data.ptr;
    uint64_t count;
    ssize_t n;
    switch (source->kind) {
    case SOURCE_CONN:
        conn_event((struct conn *)source, event->events);
        break;
    case SOURCE_LISTENER:
        if (!loop->stopping && !loop->listen_again)
            loop_accept(loop, (struct listener *)source);
        break;
    case SOURCE_WAKE:
        n = read(loop->wake, &count, sizeof count);
        (void)n;
        loop_messages(loop);
        break;
    }
}

/* ---- the thread ---- */

static void fire(struct timer *timer)
{
    conn_timeout((struct conn *)((char *)timer - offsetof(struct conn, timer)));
}

/* What waits to be accepted is taken still; then nobody listens any more. */
static void begin_stop(struct loop *loop)
{
    loop->stopping = true;
    for (size_t i = 0; i < loop->listener_count; i++)
        loop_accept(loop, &loop->listeners[i]);
    loop_unlisten(loop);
    atomic_fetch_add(&loop->server->unlistened, 1);
    for (struct conn *conn = loop->idle.first, *next; conn; conn = next) {
        next = conn->next;
        conn->readable = true; /* a request may have just come; else it closes */
        conn_run(conn);
    }
}

static int wait_ms(const struct loop *loop)
{
    int wait = wheel_wait(&loop->wheel, loop->now);
    if (loop->again)
        return 0;
    if (loop->listen_again && (wait < 0 || wait > loop->listen_again - loop->now))
        wait = loop->listen_again > loop->now ? (int)(loop->listen_again - loop->now) : 0;
    if (loop->stopping && (wait < 0 || wait > STOP_LOOK_MS))
        wait = STOP_LOOK_MS;
    return wait;
}

static void cut_list(struct loop *loop, struct conn_list *list)
{
    while (list->first) {
        loop->cut += list->first->state != CONN_LINGER; /* those have their answer */
        conn_close(list->first, true);
    }
}

static void cut_all(struct loop *loop)
{
    cut_list(loop, &loop->idle);
    cut_list(loop, &loop->busy);
}

/* While a crowd comes, a round that begins at once would find one or two requests and wait again
 * for the next: most of its cost would be falling asleep and waking up. A short sleep lets it find
 * many. */
static void gather(struct loop *loop)
{
    uint64_t requests = atomic_load_explicit(&loop->counts.requests, memory_order_relaxed);
    if (loop->now != loop->gather_at) {
        loop->crowd =
            loop->now == loop->gather_at + 1 && requests - loop->gather_from >= CROWD_REQUESTS;
        loop->gather_at = loop->now;
        loop->gather_from = requests;
    }
    if (loop->crowd && !loop->again)
        (void)nanosleep(&(struct timespec){.tv_nsec = GATHER_NS}, NULL);
}

static void round_of(struct loop *loop)
{
    struct epoll_event events[EVENTS];
    gather(loop);
    int n = epoll_wait(loop->epoll, events, EVENTS, wait_ms(loop));
    loop_time(loop);
    loop->batching = loop->batch && n > 1;
    for (int i = 0; i < n; i++)
        dispatch(loop, &events[i]);
    if (loop->batching)
        run_batch(loop);
    loop->batching = false;
    wheel_turn(&loop->wheel, loop->now, fire);
    loop_again(loop);
    loop_bury(loop);
    if (loop->listen_again && loop->now >= loop->listen_again && !loop->stopping)
        (void)loop_listen(loop);
}

void *loop_main(void *context)
{
    struct loop *loop = context;
    struct http_server *server = loop->server;
    (void)prctl(PR_SET_TIMERSLACK, 1000UL); /* 1 µs: gather() is to be short */
    if (!server->no_ring)
        loop->batch = batch_new();
    for (;;) {
        round_of(loop);
        if (!loop->stopping && server_stopping(server))
            begin_stop(loop);
        if (!loop->stopping)
            continue;
        if (atomic_load(&loop->conns) == 0)
            break;
        if (loop->now >= atomic_load(&server->stop_at)) {
            cut_all(loop);
            break;
        }
    }
    (void)pthread_mutex_lock(&loop->lock);
    loop->closed = true;
    (void)pthread_mutex_unlock(&loop->lock);
    loop_messages(loop);
    loop_again(loop);
    cut_all(loop);
    loop_bury(loop);
    return NULL;
}
