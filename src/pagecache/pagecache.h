/* The page cache: immutable pages by address, dropped exactly when what they were drawn from
 * changes, drawn once however many wait.
 *
 * Addresses and keys are plain strings. The caller gives canonical addresses only: those that the
 * route table knows, without unknown query parameters.
 *
 * **The rule.** Changes have rising numbers. A page carries the number of the snapshot it was drawn
 * from. pagecache_drop(n, keys) drops the pages drawn from those keys at a number below n; a page
 * enters only if none of its keys changed after its number, checked under the lock that drops. Who
 * asks after a drop never joins a rendering whose snapshot may lie before that change. So after
 * pagecache_drop() has returned nobody who asks is answered with what was dropped.
 *
 * **Life of a miss.**
 *     event thread: pagecache_ask() -> ASK_DRAW and a flight, which goes to a worker's queue
 *                   (full? pagecache_finish(flight, NULL, &busy) at once)
 *     worker:       if (pagecache_compress(flight)) done;
 *                   do {
 *                       open the read transaction; flight_began(flight, its change number);
 *                       draw; page_new();
 *                       flight = pagecache_finish(flight, page, NULL);   or (flight, NULL, &error)
 *                   } while (flight);
 * Every waiter of the flight, the first asker's too, is answered once by its callback.
 *
 * **Fallbacks.** A dropped page is wrong. It is kept, as long as the bound allows and before it
 * costs any right page its place, for pagecache_fallback(): only for when the store gave an error
 * or a store call has run 250 ms. pagecache_destroy() leaves no fallback either.
 *
 * **Memory.** Everything counts toward the bound: bodies, heads, keys, index, addresses, tables,
 * pages that are no longer kept but still referenced by slow readers. Eviction is S3-FIFO (Yang and
 * others, SOSP 2023): new pages prove themselves in a tenth of the room, so that one crawler walks
 * through that tenth only.
 *
 * **Threads.** Every function may be called from any thread unless it says otherwise. A hit takes
 * one of 64 mutexes for nanoseconds and allocates nothing. hash_start() must have been called. */
#ifndef PAGECACHE_PAGECACHE_H
#define PAGECACHE_PAGECACHE_H

#include "pagecache/page.h"

struct flight;

struct pagecache_options {
    size_t bytes;              /* the bound; at least PAGECACHE_BYTES_MIN, else that */
    const struct clock *clock; /* borrowed; NULL: clock_system */
    int64_t change;            /* the store's change number at the start */
};

enum {
    PAGECACHE_BYTES_MIN = 4 * 1024 * 1024,
    /* A page larger than bound / PAGECACHE_SHARE is handed out but not kept. */
    PAGECACHE_SHARE = 8,
};

/* Never NULL; aborts when memory is out. */
struct pagecache *pagecache_new(const struct pagecache_options *options);
/* No flight may be in the air and no page referenced elsewhere; takes NULL. */
void pagecache_free(struct pagecache *cache);

/* ---- Asking ---------------------------------------------------------------------------------- */

/* Somebody who waits; embedded in the caller's request. It must live until it was answered or
 * pagecache_leave() returned true. */
struct waiter {
    /* Called once, from the thread that finishes the flight, with no lock held. On success `page`
     * is a reference that now belongs to the callee, in the encoding asked for, and `error` is
     * NULL; else `page` is NULL. Must not block. */
    void (*answer)(struct waiter *waiter, struct page *page, const struct error *error);
    void *context; /* the caller's */

    /* The cache's own. */
    struct flight *flight;
    struct waiter *next, *previous;
    int64_t asked_at;
    enum encoding encoding;
    unsigned shard;
};

enum ask {
    ASK_HIT,  /* *ret_page is a reference for the caller; the waiter isn't used */
    ASK_DRAW, /* the waiter is queued, and the caller must see that *ret_flight is finished */
    ASK_WAIT, /* the waiter is queued on somebody else's flight */
};

/* `waiter` needs `answer` (and `context`) only; NULL to warm the cache up: nobody is then answered.
 * A hit is a page that is right, not expired, and has the form for `encoding`. */
enum ask pagecache_ask(struct pagecache *cache, struct str address, enum encoding encoding,
                       struct waiter *waiter, struct page **ret_page, struct flight **ret_flight);

/* Only looks: a reference to the page that pagecache_ask() would hit, or NULL. A miss is not
 * counted, because pagecache_ask() follows. */
struct page *pagecache_find(struct pagecache *cache, struct str address, enum encoding encoding);

/* Takes a waiter out of its flight (the connection is gone, or a fallback was sent). True: it won't
 * be called. False: it was, or is just being, answered. */
bool pagecache_leave(struct pagecache *cache, struct waiter *waiter);

/* The page last known at `address`, right or wrong, or NULL; a reference for the caller. Only for
 * when the store can't answer; write it with page_view_fallback(). */
struct page *pagecache_fallback(struct pagecache *cache, struct str address);

/* ---- Drawing (workers) ----------------------------------------------------------------------- */

/* Valid until the flight is finished. */
struct str flight_address(const struct flight *flight);

/* Most flights are asked to draw; some only to make the gzip form of a page that is in the cache.
 * True: it was such a one and is now finished. False: draw. Workers only. */
bool pagecache_compress(struct pagecache *cache, struct flight *flight);

/* The rendering reads from a snapshot at `change`: changes up to it no longer make the flight
 * stale. Optional, after the read transaction is open; without it a change that is dropped while
 * the flight waits in a queue costs a second drawing, if somebody asks. */
void flight_began(struct pagecache *cache, struct flight *flight, int64_t change);

/* Ends a flight: compresses if somebody waits for gzip (so: a worker, unless `page` is NULL), keeps
 * the page if it may be kept, answers everybody. Takes over the caller's reference to `page`; with
 * NULL `error` says why (copied by those who need it).
 *
 * Returns NULL, or, when the page expired on the way and somebody asked after that instant, a new
 * flight for those, which the caller draws again. */
MUST_USE struct flight *pagecache_finish(struct pagecache *cache, struct flight *flight,
                                         struct page *page, const struct error *error);

/* ---- Dropping (the follower of the change log, in rising order) ------------------------------ */

/* Drops the pages drawn from any of `keys` at a change number below `change`. */
void pagecache_drop(struct pagecache *cache, int64_t change, const struct str *keys, size_t count);
/* The same, and leaves no fallback: a withdrawal or takedown. */
void pagecache_destroy(struct pagecache *cache, int64_t change, const struct str *keys,
                       size_t count);
/* Drops all pages drawn at a number below `change`: the follower fell behind the log. */
void pagecache_drop_all(struct pagecache *cache, int64_t change);
/* Another database from here on, whose numbers may be lower: destroys everything; what is still
 * being drawn from the old one answers those who wait for it already, and is not kept. Call it
 * after readers open only the new one. */
void pagecache_restart(struct pagecache *cache, int64_t change);
/* Pages look otherwise from here on (another theme), while the changes go on as they were: destroys
 * everything, and what is in the air is not kept. Call it when who draws from now on draws the new
 * way. */
void pagecache_renew(struct pagecache *cache);

/* The highest change number whose drop is complete. */
int64_t pagecache_applied(struct pagecache *cache);

/* ---- Looking in ------------------------------------------------------------------------------ */

struct pagecache_counts {
    uint64_t hits, misses;    /* of pagecache_ask(); a page without the form asked for is a miss */
    uint64_t flights;         /* drawings asked for */
    uint64_t compressions;    /* gzip forms asked for alone */
    uint64_t joined;          /* waiters that shared somebody's flight */
    uint64_t puts;            /* pages kept */
    uint64_t refused_changed; /* not kept: a key changed after the page's number (the race) */
    uint64_t refused_expired; /* not kept: expired on the way */
    uint64_t refused_large;   /* not kept: over the share or no room */
    uint64_t drops;           /* right pages that a change dropped */
    uint64_t destroyed;       /* pages destroyed, right ones (also in `drops`) and fallbacks */
    uint64_t evictions;       /* pages, right or wrong, that the bound cost */
    uint64_t evictions_right; /* of these, right ones */
    uint64_t fallbacks;       /* answered by pagecache_fallback() */
    /* Of the pages that a change dropped and that were drawn again: the same bytes, or others. */
    uint64_t redrawn_same, redrawn_other;
    size_t bytes, bytes_max; /* memory in use, and the bound */
    size_t pages, wrong;     /* right pages held; dropped ones kept as fallbacks */
    size_t in_the_air;       /* flights not finished */
};
/* A snapshot; the parts are not of exactly one instant. */
void pagecache_counts(struct pagecache *cache, struct pagecache_counts *ret_counts);

/* Visits every right, unexpired page held, without a lock; `page` is borrowed for the call. For
 * tests: it references all of them at once. */
void pagecache_each(struct pagecache *cache,
                    void (*visit)(void *context, struct str address, struct page *page),
                    void *context);

#endif
