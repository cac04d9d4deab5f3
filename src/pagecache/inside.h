/* What the page cache's own files share; nobody else includes this.
 *
 * **Locks.** `book` guards the key index, the changes, the eviction queues, and which page an entry
 * holds; a shard's mutex guards its entries' `next`, `flight`, `flights`, `seen`, its flights and
 * their waiters. An entry's `page` and `right` are written under both and so may be read under
 * either. Order: book, then one shard; two shards are never held together, and nobody who holds a
 * shard's mutex takes `book`. No callback runs under a lock.
 *
 * A put sets page and index, and a drop finds pages and unsets them, each under one hold of `book`:
 * so a drop sees either the page, or the put sees the change. */
#ifndef PAGECACHE_INSIDE_H
#define PAGECACHE_INSIDE_H

#include "pagecache/pagecache.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- Counted memory -------------------------------------------------------------------------- */

/* As malloc() and free(), counting what the allocator really sets aside. */
void *memory_take(struct pagecache *cache, size_t size);
/* Zeroed; aborts when memory is out. */
void *memory_need(struct pagecache *cache, size_t size);
void memory_give(struct pagecache *cache, void *at);
/* What the allocator set aside for it. */
size_t memory_size(void *at);

/* ---- Pages ----------------------------------------------------------------------------------- */

/* One key of one page, in the index. */
struct link {
    uint64_t hash;
    struct link *next, **before; /* in the index's bucket; before == NULL: not in the index */
    struct page *page;
};

/* One encoding's bytes; a single allocation. */
struct form {
    enum encoding encoding;
    unsigned char digest[16];
    struct str etag, head_304, head_fallback, body;
    char *head; /* ends with the Last-Modified line, so that its beginning is the head without it */
    size_t head_len, head_short_len;
};

struct page {
    struct pagecache *cache;
    atomic_uint references;
    int status, kind;
    bool compressible, uncacheable;
    int64_t change, drawn_at, expires_at;
    int64_t modified_at; /* written before the page is shared */
    struct form *identity;
    _Atomic(struct form *) gzip; /* NULL: not made; == identity: would not be smaller */
    size_t given_len;            /* of the head that the caller gave: how each form's head begins */
    struct entry *entry;         /* book: where it is kept */
    size_t link_count;
    struct link links[]; /* sorted by hash, without doubles */
};

/* For a page that nobody else sees yet. */
void page_set_modified(struct page *page, int64_t at);
bool page_same_bytes(const struct page *a, const struct page *b);
/* Somebody besides the cache holds it. */
bool page_pinned(const struct page *page);

/* ---- Which key changed when (book) ----------------------------------------------------------- */

struct change_slot {
    uint64_t hash; /* 0: empty */
    int64_t change;
};

struct changes {
    struct change_slot *slots;
    size_t count, size; /* size: a power of two, or 0 */
    size_t trim_at;
    int64_t floor;  /* what was forgotten is at most this: older pages are refused */
    int64_t latest; /* the highest number seen */
};

void changes_release(struct pagecache *cache);
void changes_note(struct pagecache *cache, uint64_t hash, int64_t change);
/* Everything changed at `change`. */
void changes_note_all(struct pagecache *cache, int64_t change);
/* Forgets what no flight in the air can need, when there is much. */
void changes_trim(struct pagecache *cache);
/* Whether any key of `page` may have changed after its number. */
bool changes_concern(const struct pagecache *cache, const struct page *page);

/* ---- From keys to pages (book) --------------------------------------------------------------- */

struct index {
    struct link **buckets;
    size_t mask;
};

void index_init(struct pagecache *cache, size_t buckets);
void index_add(struct pagecache *cache, struct page *page);
void index_remove(struct page *page);
/* The next link with `hash`, from `link` on; begin with index_first(). */
struct link *index_first(struct pagecache *cache, uint64_t hash);
struct link *index_next(struct link *link);

/* ---- Entries and eviction -------------------------------------------------------------------- */

enum queue_name { QUEUE_NONE, QUEUE_NEW, QUEUE_MAIN, QUEUE_WRONG, QUEUE_COUNT };

/* An address that has a page or a flight. */
struct entry {
    /* shard */
    struct entry *next;
    struct flight *flight; /* the one to join; older ones may still be in the air */
    unsigned flights;      /* in the air, with those older ones */
    unsigned seen;         /* hits since it entered its queue, up to SEEN_MAX */
    /* both */
    struct page *page;
    bool right; /* false: dropped, a fallback */
    /* book */
    bool dropped; /* by a change of a key, and not drawn again since */
    bool proven;  /* was in the main queue before it was dropped */
    enum queue_name queue;
    struct entry *newer, *older, *doomed;
    size_t charged; /* the page's bytes as its queue counts them */

    uint64_t hash;
    size_t address_len;
    char address[];
};

enum { SEEN_MAX = 3 };

struct queue {
    struct entry *newest, *oldest;
    size_t count, bytes;
};

struct ghost {
    uint32_t mark, turn;
};

struct eviction {
    struct queue queues[QUEUE_COUNT];
    struct ghost *ghosts; /* addresses that left the new queue not long ago, four to a set */
    size_t ghost_mask;
    uint32_t turn;
};

void eviction_init(struct pagecache *cache, size_t ghosts);
/* Into the queue that fits a right page. */
void eviction_enter(struct pagecache *cache, struct entry *entry);
/* A page was dropped. */
void eviction_mark_wrong(struct pagecache *cache, struct entry *entry);
void eviction_leave(struct pagecache *cache, struct entry *entry);
/* The page's gzip form was added. */
void eviction_recharge(struct pagecache *cache, struct entry *entry);
/* Evicts until `wanted` more bytes fit, or nothing that would help is left. */
void eviction_make_room(struct pagecache *cache, size_t wanted);

/* Takes the page out of its entry, index and queue and gives the cache's reference back. The entry
 * is gone afterwards unless flights hold it. (book) */
void entry_take_page(struct pagecache *cache, struct entry *entry);

/* ---- The cache ------------------------------------------------------------------------------- */

struct flight {
    struct entry *entry;
    struct waiter *waiters, *last;
    struct page *page; /* to be compressed; NULL: to be drawn */
    int64_t change;    /* its snapshot is at this number or later */
    uint64_t epoch;
    bool wants_gzip;
    unsigned shard;
    struct flight *next, **before; /* in its shard */
};

enum { SHARDS = 64 };

struct shard {
    _Alignas(128) pthread_mutex_t mutex;
    struct entry **buckets;
    struct flight *flights;
    uint64_t hits, misses, joined, drawings, compressions;
    size_t in_the_air;
};

/* Each is over half a MiB. */
enum { COMPRESSORS_KEPT = 2 };

struct compressors {
    pthread_mutex_t mutex;
    struct libdeflate_compressor *at[COMPRESSORS_KEPT];
    size_t count;
};

struct pagecache {
    struct clock clock;
    size_t bucket_mask, bytes_max;
    _Atomic int64_t begun; /* the highest change whose drop has begun */
    _Atomic uint64_t epoch;

    _Alignas(128) _Atomic size_t bytes;
    atomic_ullong fallbacks;
    struct compressors compressors;

    _Alignas(128) pthread_mutex_t book;
    int64_t applied;
    struct changes changes;
    struct index index;
    struct eviction eviction;
    struct pagecache_counts counts; /* those that are counted under book */

    struct shard shards[SHARDS];
};

void lock(pthread_mutex_t *mutex);
void unlock(pthread_mutex_t *mutex);

/* The lowest number that a flight in the air may have its snapshot at. (book) */
int64_t flights_oldest(struct pagecache *cache);

#endif
