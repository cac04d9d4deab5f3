/* What the engine's own files share; the application includes http.h.
 *
 *   server.c    starts and stops            listen.c   listening sockets
 *   loop.c      one event thread            accept.c   new connections, too many of them
 *   timer.c     its deadlines               peers.c    limits for one address
 *   conn.c      a connection's states       pool.c     threads that read and write files
 *   batch.c     many reads, many writes in one call
 *   body.c      ... reading a body          exchange.c what the application sees
 *   answer.c    ... writing an answer       loopback.c all of it without sockets
 *
 * A connection that waits for its next request is small: what a request needs (buffer, fields,
 * body, answer) is an exchange, taken from the loop when bytes come and given back afterwards. When
 * the reader goes away while a worker holds the request or a file thread its piece, the exchange
 * stays behind without a connection until they are done. */
#ifndef HTTP_ENGINE_H
#define HTTP_ENGINE_H

#include "http/chunked.h"
#include "http/date.h"
#include "http/forwarded.h"
#include "http/head.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct loop;
struct conn;
struct http_server;

/* ---- timers (timer.c): a wheel; moments are those of the monotonic clock ---- */

enum { WHEEL_SLOTS = 512, WHEEL_TICK_MS = 100 };

struct timer {
    struct timer *prev, *next; /* NULL when not in the wheel */
    int64_t at;                /* NEVER: not set */
    int64_t tick;              /* of the slot it lies in; not after `at` */
};

struct wheel {
    struct timer slots[WHEEL_SLOTS]; /* heads of rings */
    int64_t tick;                    /* slots up to this one are done */
    int64_t first;                   /* no timer lies in an earlier slot; NEVER: none at all */
};

void wheel_init(struct wheel *wheel, int64_t now);
/* Cheap when the moment moves later: the timer is moved when its slot comes up. */
void timer_set(struct wheel *wheel, struct timer *timer, int64_t at);
void timer_remove(struct timer *timer);
/* Calls `fire` for every timer whose moment has come; it is no longer set then. */
void wheel_turn(struct wheel *wheel, int64_t now, void (*fire)(struct timer *timer));
/* Milliseconds until wheel_turn() has something to do, or -1. */
int wheel_wait(const struct wheel *wheel, int64_t now);

/* ---- messages to a loop, from any thread ---- */

enum message_kind { MESSAGE_COMPLETE, MESSAGE_JOB, MESSAGE_ADOPT };

struct message {
    struct message *next;
    enum message_kind kind;
};

struct complete_message {
    struct message message;
    struct http_ticket ticket;
    struct http_response response;
};

struct adopt_message {
    struct message message;
    int fd;
    struct http_address peer;
};

/* ---- the file threads (pool.c) ---- */

struct pool;

enum job_kind { JOB_READ, JOB_WRITE };

/* Reads or writes one piece; comes back to `loop` as a message of kind MESSAGE_JOB. */
struct job {
    struct message message;
    struct job *next;
    struct loop *loop;
    enum job_kind kind;
    int file; /* JOB_WRITE: -1 makes a temporary one and stores it here */
    uint64_t offset;
    char *piece;
    size_t len;
    int failed; /* an errno, or 0. A file that ends early is EIO. */
};

/* Threads start with the first job. `temporary` is copied. */
struct pool *pool_new(const char *temporary);
void pool_give(struct pool *pool, struct job *job);
/* Closes a file on a file thread, since that may free many blocks. */
void pool_close(struct pool *pool, int file);
/* Finishes the jobs given and ends the threads; what is still to be closed is closed at once. */
void pool_end(struct pool *pool);
void pool_free(struct pool *pool);

/* ---- limits for one address (peers.c) ---- */

struct peers;

struct peers *peers_new(const struct http_limits *limits);
void peers_free(struct peers *peers);
/* Counts a connection; false: it has too many. *ret_counted: peers_disconnect() must follow. */
bool peers_connect(struct peers *peers, const struct http_address *address, int64_t now,
                   bool *ret_counted);
void peers_disconnect(struct peers *peers, const struct http_address *address, int64_t now);
/* Counts a request; false: it asks too often. */
bool peers_request(struct peers *peers, const struct http_address *address, int64_t now);

/* ---- many reads or writes in one call (batch.c) ---- */

enum { BATCH_MAX = 128, BATCH_SMALL = 512 };

struct batch;

struct batch_op {
    struct conn *conn; /* NULL: not wanted any more */
    bool reads;        /* else it writes */
    int count;         /* pieces */
    int result;
    size_t total; /* bytes in them */
    struct iovec pieces[3];
    struct msghdr message;
    char small[BATCH_SMALL]; /* where a small answer is put together */
};

struct batch_result {
    struct conn *conn;
    bool read;
    int result; /* bytes, or an errno below zero */
    size_t total;
};

/* Belongs to the thread that makes it. NULL: the system offers none. */
struct batch *batch_new(void);
void batch_free(struct batch *batch);
/* An operation for that connection, to be filled in; conn->op points at it until it has run. NULL:
 * the batch is full. */
struct batch_op *batch_add(struct batch *batch, struct conn *conn);
/* Runs what was added, without waiting for peers. The results stay until the next run. */
const struct batch_result *batch_run(struct batch *batch, unsigned *ret_count);

/* ---- connections ---- */

enum source_kind { SOURCE_CONN, SOURCE_LISTENER, SOURCE_WAKE };
/* First member of all that epoll points at. */
struct source {
    enum source_kind kind;
};

/* How bytes travel: sockets, memory; TLS later. As the system calls, with errno. */
struct transport {
    ssize_t (*recv)(struct conn *conn, void *at, size_t len);
    ssize_t (*send)(struct conn *conn, const struct iovec *pieces, int count);
    size_t (*unsent)(struct conn *conn); /* accepted by send, not yet taken by the peer */
    void (*finish)(struct conn *conn);   /* no more output will come */
    void (*close)(struct conn *conn, bool abort);
};

#define NOTHING_EARLY INT32_MIN

enum conn_state {
    CONN_PROXY, /* a PROXY v2 header must come */
    CONN_IDLE,  /* nothing of a request is there; no exchange */
    CONN_HEAD,  /* some of a head is there, or is about to be read */
    CONN_BODY,
    CONN_HANDLE, /* the application has it */
    CONN_WRITE,
    CONN_LINGER, /* all is said; what the peer still sends is read and dropped */
    CONN_DEAD,   /* freed at the end of the loop's round */
};

struct conn {
    struct source source;
    int fd;
    struct loop *loop;
    const struct transport *via;
    void *pipe; /* of the transport in memory */
    struct http_exchange *exchange;
    struct conn *prev, *next; /* in loop->idle or loop->busy */
    struct conn *again;       /* next in loop->again or loop->dead */
    struct timer timer;
    struct batch_op *op; /* waits in the loop's batch */
    int early;           /* the result of a read by the batch, or NOTHING_EARLY */
    uint64_t sent;       /* bytes given to the transport */
    struct http_address peer, client;
    enum conn_state state;
    bool readable, writable; /* as far as we know: the next call may have something */
    bool hung_up;            /* the peer has ended its side; its last bytes may wait */
    bool ended;              /* and they were read */
    bool broken;
    bool https;
    bool limited; /* counts for its address */
    bool queued;  /* in loop->again */
};

/* A connection counts from before it is handed to its loop, so that a burst cannot outrun the
 * limit; conn_close() takes it back. */
void conn_count(struct loop *loop);
void conn_uncount(struct loop *loop);
/* A new connection of that loop, counted already, in its first state. */
struct conn *conn_new(struct loop *loop, const struct transport *via, int fd, void *pipe,
                      const struct http_address *peer);
/* Does all that can be done without waiting. The connection may be dead afterwards. */
void conn_run(struct conn *conn);
void conn_close(struct conn *conn, bool abort);
void conn_timeout(struct conn *conn);
/* Reads; 0 when there is nothing now (or never more: conn->ended, conn->broken). */
size_t conn_read(struct conn *conn, void *at, size_t room);
/* Lets the batch read when the connection is idle and readable. False: it must read by itself. */
bool conn_read_in_batch(struct conn *conn);
void conn_deadline(struct conn *conn, int64_t at);
/* Answers by the engine and ends the connection. */
void conn_refuse(struct conn *conn, int status, const char *why);
/* Gives the complete request to the application. */
void conn_handle(struct conn *conn);

/* ---- exchanges ---- */

enum answer { ANSWER_NONE, ANSWER_DEFERRED, ANSWER_GIVEN };

enum {
    IN_SIZE = 4 * 1024,       /* of the first buffer; it grows to that of a head */
    SCRATCH_SIZE = 16 * 1024, /* read at once of a body */
    TAIL_SIZE = 80,           /* Date, Connection, the empty line */
};

struct http_exchange {
    struct loop *loop;
    struct conn *conn;          /* NULL: it was left behind */
    struct http_exchange *next; /* in loop->spare */
    struct arena *arena;
    enum answer answer;
    uint32_t slot; /* of its ticket */
    bool last;     /* the connection ends with this answer */

    /* input: in[in_at .. in_len) is not yet used */
    char *in;
    size_t in_size, in_at, in_len;
    char *ahead; /* read behind a body, belongs to the next request */
    size_t ahead_len;
    int64_t head_end; /* when the head must be whole; 0: not begun */
    struct http_scan scan;

    /* body */
    struct http_body_rule rule;
    struct http_chunked chunked;
    uint64_t body_left; /* of Content-Length */
    bool body_done;
    struct buf body;
    int body_file;
    uint64_t body_written;
    int64_t body_end, window_end;
    uint64_t window_bytes;

    /* a piece of a file, on its way in or out */
    char *piece;
    size_t piece_len, piece_at;
    bool working; /* a file thread has it */
    struct job job;

    /* answer */
    struct http_response response;
    uint64_t out_body; /* bytes of body that will be sent */
    uint64_t out_sent; /* bytes of head, tail and body sent */
    bool blocked;
    uint64_t drained;                 /* when last looked at */
    int64_t drained_at, drain_window; /* last progress; end of the window */
    uint64_t drain_window_start;
    size_t tail_len;
    char tail[TAIL_SIZE];

    struct http_head head; /* last: large, and not cleared */
};

struct http_exchange *exchange_take(struct conn *conn);
/* Forgets the request and its answer, keeps what was read ahead. */
void exchange_reset(struct http_exchange *exchange);
/* Back to the loop. */
void exchange_give(struct http_exchange *exchange);
/* Its connection has gone: freed now, or when worker and file thread are done with it. */
void exchange_leave(struct http_exchange *exchange);

/* The steps of conn_run(): whether there is more to do now. */
enum step { STEP_GO, STEP_WAIT };

/* body.c */
void body_begin(struct conn *conn);
enum step body_step(struct conn *conn);
void body_job_done(struct conn *conn);
void body_timeout(struct conn *conn);

/* answer.c */
void answer_begin(struct conn *conn);
enum step answer_step(struct conn *conn);
void answer_job_done(struct conn *conn);
/* Of `total` bytes so many were sent, or an errno below zero. */
void answer_sent(struct conn *conn, int result, size_t total);
void answer_timeout(struct conn *conn);

/* ---- loops ---- */

struct listener {
    struct source source;
    int fd;
    bool local;
};

struct slot {
    struct http_exchange *exchange; /* NULL: free */
    uint32_t generation;
    uint32_t next; /* free slots */
};

struct counts {
    _Atomic uint64_t requests, refused, bytes_in, bytes_out, accepted, shed, timed_out;
};
/* Only its own loop writes a count. */
#define COUNT(loop, what, n)                                                                       \
    atomic_store_explicit(&(loop)->counts.what,                                                    \
                          atomic_load_explicit(&(loop)->counts.what, memory_order_relaxed) +       \
                              (uint64_t)(n),                                                       \
                          memory_order_relaxed)

struct conn_list {
    struct conn *first, *last;
};

struct loop {
    struct http_server *server;
    unsigned number;
    pthread_t thread;
    int epoll; /* -1 in a loopback */
    int wake;  /* eventfd */
    struct source wake_source;
    struct listener *listeners;
    size_t listener_count;
    int64_t listen_again; /* listening pauses until then; 0: it does not */
    int spare_fd;         /* closed to accept and refuse when descriptors run out */

    pthread_mutex_t lock; /* of the queue */
    struct message *queue, **queue_end;
    bool closed;

    int64_t now;
    int64_t date_second;
    char date[sizeof "Date: \r\n" + HTTP_DATE_LEN];
    struct wheel wheel;
    struct conn_list idle, busy; /* idle ones: the longest first */
    struct conn *again, *dead;
    _Atomic unsigned conns;
    struct http_exchange *spare;
    unsigned spare_count;
    struct slot *slots;
    uint32_t slot_count, slot_free;
    bool stopping;
    unsigned cut;
    struct counts counts;
    struct batch *batch;  /* NULL: none */
    bool batching;        /* this round has several events */
    int64_t gather_at;    /* the millisecond that is counted, */
    uint64_t gather_from; /* the requests before it, */
    bool crowd;           /* and whether the one before had many */
    char scratch[SCRATCH_SIZE];
};

/* Without a slot left: */
#define NO_SLOT UINT32_MAX

void loop_init(struct loop *loop, struct http_server *server, unsigned number);
void loop_release(struct loop *loop);
/* Takes the message over; false when the loop has ended: then it stays the caller's. */
bool loop_post(struct loop *loop, struct message *message);
/* Reads the clock; renews the date. */
void loop_time(struct loop *loop);
/* Handles what was posted; what was put off; frees dead connections. */
void loop_messages(struct loop *loop);
void loop_again(struct loop *loop);
void loop_bury(struct loop *loop);
void *loop_main(void *loop);
/* Starts watching a new connection's socket. False: the system refused. */
bool loop_watch(struct loop *loop, struct conn *conn);
bool loop_listen(struct loop *loop);
void loop_unlisten(struct loop *loop);

/* accept.c */
void loop_accept(struct loop *loop, struct listener *listener);
void loop_adopt(struct loop *loop, int fd, const struct http_address *peer);

/* ---- the server ---- */

struct bound {
    int fd;
    bool local;
    bool inherited;
    struct str address;
    dev_t device; /* of a unix socket's file, to remove no other */
    ino_t inode;
};

struct http_server {
    struct http_app app;
    struct http_limits limits;
    struct clock clock;
    bool no_ring;
    struct http_trust trust;
    struct arena *arena;
    struct pool *pool;
    struct peers *peers;
    struct bound *bound;
    size_t bound_count;
    struct loop *loops;
    unsigned loop_count, started;
    _Atomic unsigned open;
    _Atomic bool stopping;
    _Atomic unsigned unlistened; /* loops that have stopped to listen */
    _Atomic int64_t stop_at;
};

/* Without listeners and threads: `loops` of them. */
struct http_server *server_new(const struct http_app *app, const struct http_options *options,
                               unsigned loops);
bool server_stopping(const struct http_server *server);

/* listen.c */
MUST_USE struct error listen_on(struct str address, struct arena *arena, struct bound *ret_bound);
void listen_close(struct bound *bound);

#endif
