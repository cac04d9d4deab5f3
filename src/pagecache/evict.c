#include "pagecache/inside.h"

/* S3-FIFO. A page enters the new queue; if it was hit twice by the time it reaches that queue's
 * end, or comes back while its ghost is remembered, it belongs to the main queue, where every hit
 * (up to three) buys another round. The new queue is emptied first while it holds over a tenth of
 * the bound, so a scan only ever pushes out its own pages. Dropped pages wait in a queue of their
 * own and go before all others.
 *
 * A pinned page (a reader still holds it) would free nothing: it is passed over. */

enum { NEW_SHARE = 10, SEEN_PROVES = 2, GHOST_WAYS = 4 };

void eviction_init(struct pagecache *cache, size_t ghosts)
{
    cache->eviction.ghosts = memory_need(cache, ghosts * sizeof(struct ghost));
    cache->eviction.ghost_mask = ghosts - 1;
}

/* ---- Queues ---------------------------------------------------------------------------------- */

static void queue_push(struct eviction *eviction, enum queue_name name, struct entry *entry)
{
    struct queue *queue = &eviction->queues[name];
    entry->queue = name;
    entry->newer = NULL;
    entry->older = queue->newest;
    if (queue->newest)
        queue->newest->newer = entry;
    else
        queue->oldest = entry;
    queue->newest = entry;
    queue->count++;
    queue->bytes += entry->charged;
}

static void queue_pull(struct eviction *eviction, struct entry *entry)
{
    if (entry->queue == QUEUE_NONE)
        return;
    struct queue *queue = &eviction->queues[entry->queue];
    if (entry->newer)
        entry->newer->older = entry->older;
    else
        queue->newest = entry->older;
    if (entry->older)
        entry->older->newer = entry->newer;
    else
        queue->oldest = entry->newer;
    queue->count--;
    queue->bytes -= entry->charged;
    entry->queue = QUEUE_NONE;
}

static void queue_move(struct eviction *eviction, enum queue_name name, struct entry *entry)
{
    queue_pull(eviction, entry);
    queue_push(eviction, name, entry);
}

/* ---- Ghosts ---------------------------------------------------------------------------------- */

static struct ghost *ghost_set(struct eviction *eviction, uint64_t hash)
{
    return &eviction->ghosts[(hash >> 32) & eviction->ghost_mask & ~(size_t)(GHOST_WAYS - 1)];
}

static uint32_t ghost_mark(uint64_t hash)
{
    return (uint32_t)hash | 1;
}

static void ghost_put(struct eviction *eviction, uint64_t hash)
{
    struct ghost *set = ghost_set(eviction, hash), *oldest = set;
    uint32_t turn = ++eviction->turn;
    for (size_t i = 0; i < GHOST_WAYS; i++) {
        if (set[i].mark == ghost_mark(hash) || !set[i].mark) {
            oldest = &set[i];
            break;
        }
        if (turn - set[i].turn > turn - oldest->turn)
            oldest = &set[i];
    }
    *oldest = (struct ghost){ghost_mark(hash), turn};
}

/* True once. */
static bool ghost_take(struct eviction *eviction, uint64_t hash)
{
    struct ghost *set = ghost_set(eviction, hash);
    for (size_t i = 0; i < GHOST_WAYS; i++)
        if (set[i].mark == ghost_mark(hash)) {
            set[i].mark = 0;
            /* A ghost lives as long as about as many others die as the main queue holds. */
            size_t age = eviction->turn - set[i].turn;
            return age <= eviction->queues[QUEUE_MAIN].count + 64;
        }
    return false;
}

/* ---- Coming and going ------------------------------------------------------------------------ */

void eviction_enter(struct pagecache *cache, struct entry *entry)
{
    struct eviction *eviction = &cache->eviction;
    bool ghost = ghost_take(eviction, entry->hash);
    bool proven = entry->proven || entry->queue == QUEUE_MAIN || ghost;
    queue_pull(eviction, entry);
    entry->proven = false;
    entry->charged = page_bytes(entry->page);
    queue_push(eviction, proven ? QUEUE_MAIN : QUEUE_NEW, entry);
}

void eviction_mark_wrong(struct pagecache *cache, struct entry *entry)
{
    if (entry->queue == QUEUE_MAIN)
        entry->proven = true;
    queue_move(&cache->eviction, QUEUE_WRONG, entry);
}

void eviction_leave(struct pagecache *cache, struct entry *entry)
{
    queue_pull(&cache->eviction, entry);
}

void eviction_recharge(struct pagecache *cache, struct entry *entry)
{
    if (entry->queue == QUEUE_NONE)
        return;
    size_t now = page_bytes(entry->page);
    cache->eviction.queues[entry->queue].bytes += now - entry->charged;
    entry->charged = now;
}

/* ---- Eviction -------------------------------------------------------------------------------- */

static bool fits(const struct pagecache *cache, size_t wanted)
{
    return atomic_load(&cache->bytes) + wanted <= cache->bytes_max;
}

static void evict(struct pagecache *cache, struct entry *entry, bool remember)
{
    cache->counts.evictions++;
    if (entry->right)
        cache->counts.evictions_right++;
    if (remember)
        ghost_put(&cache->eviction, entry->hash);
    entry_take_page(cache, entry);
}

static void evict_wrong(struct pagecache *cache, size_t wanted)
{
    struct queue *wrong = &cache->eviction.queues[QUEUE_WRONG];
    for (size_t tries = wrong->count; tries && !fits(cache, wanted); tries--) {
        struct entry *entry = wrong->oldest;
        if (page_pinned(entry->page))
            queue_move(&cache->eviction, QUEUE_WRONG, entry);
        else
            evict(cache, entry, entry->proven);
    }
}

/* Reads the hits and sets what is left of them. */
static unsigned seen_take(struct pagecache *cache, struct entry *entry, unsigned take)
{
    pthread_mutex_t *mutex = &cache->shards[entry->hash % SHARDS].mutex;
    lock(mutex);
    unsigned seen = entry->seen;
    entry->seen = seen > take ? seen - take : 0;
    unlock(mutex);
    return seen;
}

static void step_new(struct pagecache *cache, struct entry *entry, bool expired)
{
    struct eviction *eviction = &cache->eviction;
    if (page_pinned(entry->page))
        queue_move(eviction, QUEUE_NEW, entry);
    else if (expired)
        evict(cache, entry, false);
    else if (seen_take(cache, entry, SEEN_MAX) >= SEEN_PROVES)
        queue_move(eviction, QUEUE_MAIN, entry);
    else
        evict(cache, entry, true);
}

static void step_main(struct pagecache *cache, struct entry *entry, bool expired)
{
    struct eviction *eviction = &cache->eviction;
    if (page_pinned(entry->page))
        queue_move(eviction, QUEUE_MAIN, entry);
    else if (expired || !seen_take(cache, entry, 1))
        evict(cache, entry, false);
    else
        queue_move(eviction, QUEUE_MAIN, entry);
}

static void evict_right(struct pagecache *cache, size_t wanted)
{
    struct queue *fresh = &cache->eviction.queues[QUEUE_NEW];
    struct queue *old = &cache->eviction.queues[QUEUE_MAIN];
    int64_t now = clock_now(&cache->clock);
    /* Each page of the new queue is looked at once. One of the main queue may have to lose three
     * hits first; those that come over from the new queue have none. */
    size_t fresh_tries = fresh->count;
    size_t old_tries = old->count * (SEEN_MAX + 1) + fresh->count;
    while (!fits(cache, wanted)) {
        bool take_fresh =
            fresh_tries && fresh->count &&
            (fresh->bytes > cache->bytes_max / NEW_SHARE || !old_tries || !old->count);
        if (!take_fresh && (!old_tries || !old->count))
            return;
        struct entry *entry = take_fresh ? fresh->oldest : old->oldest;
        bool expired = now >= entry->page->expires_at;
        if (take_fresh) {
            fresh_tries--;
            step_new(cache, entry, expired);
        } else {
            old_tries--;
            step_main(cache, entry, expired);
        }
    }
}

void eviction_make_room(struct pagecache *cache, size_t wanted)
{
    if (fits(cache, wanted))
        return;
    evict_wrong(cache, wanted);
    evict_right(cache, wanted);
}
