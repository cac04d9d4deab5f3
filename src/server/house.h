/* What the files of server/ share: the running server. */
#ifndef SERVER_HOUSE_H
#define SERVER_HOUSE_H

#include "desk/desk.h"
#include "http/http.h"
#include "pagecache/pagecache.h"
#include "server/control.h"
#include "server/folder.h"
#include "server/jobs.h"
#include "server/quota.h"
#include "server/routes.h"
#include "server/server.h"
#include "site/site.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    JOBS_MAX = 2048,                    /* drawings that wait; more is answered 503 */
    DESK_JOBS_MAX = 256,                /* requests to the desk that wait, of each queue */
    DESK_THREADS = 2,                   /* of each queue */
    DUE_LOOK_MS = 60 * 1000,            /* the longest time between two looks at the schedule */
    DARKROOM_AFTER_MS = 120 * 1000,     /* of the server's start, unless the desk adds a picture */
    DARKROOM_LOOK_MS = 10 * 60 * 1000,  /* for pictures that came by another process */
    DARKROOM_FRESH_MS = 10 * 60 * 1000, /* after its upload no reader's request makes it rest */
    APPLIED_MS = 10 * 1000,             /* how long "Published" waits for readers' pages */
    FORMS_MAX = 256,                    /* forms that wait for the writer */
    READER_BUSY_MS = 2000,              /* how long a reader's call waits for a locked store */
    WRITER_BUSY_MS = 5000,
    STORE_CALL_MS = 250, /* a store call that ran longer: readers get the fallback */
    WATCH_MS = 50,
    FOLLOW_MS = 25,       /* how often the store is asked whether somebody committed */
    FOLLOW_CHANGES = 256, /* read at once from the log */
    CHORES_MS = 1000,
    CHANGES_KEPT = 20000, /* of the change log */
    RETRY_AFTER_S = 5,
    STOP_MS = 10000,      /* what is under way gets so long to finish */
    SIGNUPS_AN_HOUR = 20, /* from one network */
    /* From peers without an address of their own (loopback, unix) as long as no proxy is trusted.
     */
    SIGNUPS_AN_HOUR_LOCAL = 200,
};

/* What page_kind() says: a page, or the name of a picture that is too large for memory. */
enum { PAGE_DRAWN = 0, PAGE_IN_FILE = 1 };

/* Field lines of every picture: a week, because a withdrawn one must not live for years elsewhere.
 */
#define MEDIA_FIELDS                                                                               \
    "Cache-Control: public, max-age=604800\r\n"                                                    \
    "Cross-Origin-Resource-Policy: cross-origin\r\n"                                               \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Content-Security-Policy: default-src 'none'; sandbox\r\n"

/* A request that waits for a drawing. */
struct visit {
    struct house *house;
    struct waiter waiter;
    struct http_ticket ticket;
    const struct http_request *request;
    enum encoding encoding;
    struct visit *next, **before; /* in house->visits */
    struct route route;
};

struct worker {
    struct house *house;
    struct jobs *jobs;
    pthread_t thread;
    struct store *store;
    uint64_t generation; /* of the store that is open */
    struct arena *arena;
    /* When the store call that runs began, monotonic ms; 0: none. */
    _Atomic int64_t called_at;
    pthread_mutex_t lock; /* of address */
    char address[CANONICAL_MAX];
    size_t address_len;
};

struct house {
    const struct server_options *options;
    struct clock clock;
    struct str name; /* the newsroom's, when the house was opened */
    struct folder folder;
    struct pagecache *cache;
    struct http_server *http;      /* NULL: no sockets */
    struct http_server *desk_http; /* of --desk-listen; NULL */
    struct control *control;
    struct quota *signups;
    struct jobs *drawings, *forms;

    pthread_mutex_t site_lock;
    struct site *site; /* site_lock */

    struct worker *workers;
    size_t worker_count;
    struct worker writer;

    struct desk *desk;
    struct jobs *desk_jobs[DESK_QUEUES];
    struct worker desk_workers[DESK_QUEUES * DESK_THREADS];
    pthread_t clerk; /* does what falls due */
    pthread_mutex_t due_lock;
    pthread_cond_t due_nudge;
    bool due_nudged;    /* due_lock */
    pthread_t darkroom; /* makes AVIF files */
    pthread_cond_t picture_nudge;
    bool picture_nudged; /* due_lock */
    atomic_bool asked;   /* somebody did, since the picture in the making looked */

    /* Another database lies at the path: connections are opened anew. */
    _Atomic uint64_t generation;

    pthread_mutex_t visits_lock;
    struct visit *visits; /* visits_lock */

    pthread_mutex_t follow_lock;
    pthread_cond_t follow_nudge, follow_done;
    bool nudged; /* follow_lock */
    atomic_bool stopping;
    atomic_bool store_answers; /* at the last look */
    pthread_t follower, watch, chores;
};

/* Everything of a server but sockets and signals: takes the folder's lock and starts the workers,
 * the follower, the watch and the chores. Requests then come by house_handle(). `arena` must live
 * as long as the house. */
MUST_USE struct error house_open(struct house *house, const struct server_options *options,
                                 struct arena *arena);
/* After the last answer is out; of an open house only. */
void house_close(struct house *house);

/* A reference to the theme of now. */
struct site *house_site(struct house *house);

/* visits.c: what the engine calls. */
void house_handle(void *context, struct http_exchange *exchange);
struct http_body_rule house_body_rule(void *context, const struct http_request *request);
/* Answers readers whose drawing is stuck in the store, when there is a fallback. */
void visits_rescue(struct house *house, struct str address, bool all);

/* work.c */
void workers_start(struct house *house);
void workers_stop(struct house *house);
/* Opens the worker's store when it isn't, or when another one lies there now. */
MUST_USE struct error worker_store(struct worker *worker, enum store_role role, int busy_ms);
/* Queues a drawing; a full queue ends the flight with ERR_BUSY. */
void work_draw(struct house *house, struct flight *flight);
/* Draws the page of a canonical address from the store, or from the theme; an address that leads
 * nowhere gives the page of an error. `flight` may be NULL: the page is for no cache. */
MUST_USE struct error worker_draw(struct worker *worker, struct flight *flight, struct str address,
                                  struct page **ret_page);
void worker_start(struct house *house, struct worker *worker, struct jobs *jobs);
void worker_stop(struct worker *worker);
/* A page or an error as an answer. */
MUST_USE struct error drawing_page(struct house *house, const struct drawing *drawing,
                                   const struct reading *reading, struct page **ret_page);
struct http_response drawing_response(const struct drawing *drawing, struct str url);
struct http_response plain_error(const struct site *site, enum err code);

/* signup.c */
void signup_handle(struct house *house, struct http_exchange *exchange);

/* desk.c: the desk's queues, and what falls due. */
void desk_start(struct house *house);
void desk_stop(struct house *house);
void desk_door(struct house *house, struct http_exchange *exchange);
/* An address that is the desk's alone: http_app's functions, `context` is the house. */
struct http_body_rule desk_house_body_rule(void *context, const struct http_request *request);
void desk_house_handle(void *context, struct http_exchange *exchange);

/* darkroom.c: AVIF files, in the background. Begins and ends within desk_start() and desk_stop().
 */
void darkroom_start(struct house *house);
/* There may be a new picture. */
void darkroom_nudge(struct house *house);
/* `stopping` is set already. */
void darkroom_stop(struct house *house);

/* follow.c: the follower of the change log, the watch over stuck calls, the chores. */
void follow_start(struct house *house);
void follow_stop(struct house *house);
/* Wakes the follower and waits until the change is applied, at most `ms`. */
bool follow_until(struct house *house, int64_t number, int64_t ms);
bool follow_applied(void *house, int64_t number);

#endif
