#include "pagecache/pagecache.h"

#include "base/hash.h"
#include "pagecache/inside.h"

#include <assert.h>
#include <libdeflate.h>

void lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex))
        abort();
}

void unlock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_unlock(mutex))
        abort();
}

/* ---- Life ------------------------------------------------------------------------------------ */

static size_t power_of_two(size_t at_least)
{
    size_t n = 64;
    while (n < at_least)
        n *= 2;
    return n;
}

struct pagecache *pagecache_new(const struct pagecache_options *options)
{
    struct pagecache *cache = aligned_alloc(128, sizeof *cache);
    if (!cache)
        abort();
    memset(cache, 0, sizeof *cache);
    atomic_store(&cache->bytes, memory_size(cache));
    cache->clock = options->clock ? *options->clock : clock_system;
    cache->bytes_max = options->bytes > PAGECACHE_BYTES_MIN ? options->bytes : PAGECACHE_BYTES_MIN;
    cache->begun = cache->applied = options->change;
    cache->changes.latest = options->change;
    /* The tables have a fixed size, about a hundredth of the bound: nothing ever has to be moved
     * while somebody waits. Chains stay short for pages of ordinary size. */
    size_t buckets = power_of_two(cache->bytes_max / 4096) / SHARDS;
    cache->bucket_mask = buckets - 1;
    index_init(cache, power_of_two(cache->bytes_max / 1024));
    eviction_init(cache, power_of_two(cache->bytes_max / 8192));
    pthread_mutex_init(&cache->book, NULL);
    pthread_mutex_init(&cache->compressors.mutex, NULL);
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&cache->shards[i].mutex, NULL);
        cache->shards[i].buckets = memory_need(cache, buckets * sizeof(struct entry *));
    }
    return cache;
}

static void take_all(struct pagecache *cache)
{
    for (enum queue_name name = QUEUE_NEW; name < QUEUE_COUNT; name++)
        while (cache->eviction.queues[name].oldest)
            entry_take_page(cache, cache->eviction.queues[name].oldest);
}

void pagecache_free(struct pagecache *cache)
{
    if (!cache)
        return;
    take_all(cache);
    for (size_t i = 0; i < SHARDS; i++) {
        assert(!cache->shards[i].flights);
        memory_give(cache, cache->shards[i].buckets);
        pthread_mutex_destroy(&cache->shards[i].mutex);
    }
    for (size_t i = 0; i < cache->compressors.count; i++)
        libdeflate_free_compressor(cache->compressors.at[i]);
    changes_release(cache);
    memory_give(cache, cache->index.buckets);
    memory_give(cache, cache->eviction.ghosts);
    pthread_mutex_destroy(&cache->compressors.mutex);
    pthread_mutex_destroy(&cache->book);
    free(cache);
}

/* ---- Entries (shard) ------------------------------------------------------------------------- */

static struct shard *shard_of(struct pagecache *cache, uint64_t hash)
{
    return &cache->shards[hash % SHARDS];
}

static struct entry **bucket_of(struct pagecache *cache, uint64_t hash)
{
    return &shard_of(cache, hash)->buckets[(hash / SHARDS) & cache->bucket_mask];
}

static struct entry *entry_find(struct pagecache *cache, uint64_t hash, struct str address)
{
    for (struct entry *entry = *bucket_of(cache, hash); entry; entry = entry->next)
        if (entry->hash == hash && str_eq(str_n(entry->address, entry->address_len), address))
            return entry;
    return NULL;
}

static struct entry *entry_new(struct pagecache *cache, uint64_t hash, struct str address)
{
    struct entry *entry = memory_need(cache, sizeof *entry + address.len);
    entry->hash = hash;
    entry->address_len = address.len;
    if (address.len)
        memcpy(entry->address, address.at, address.len);
    entry->next = *bucket_of(cache, hash);
    *bucket_of(cache, hash) = entry;
    return entry;
}

/* Frees it when it has neither a page nor a flight. */
static void entry_tidy(struct pagecache *cache, struct entry *entry)
{
    if (entry->page || entry->flights)
        return;
    struct entry **at = bucket_of(cache, entry->hash);
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    memory_give(cache, entry);
}

void entry_take_page(struct pagecache *cache, struct entry *entry)
{
    struct shard *shard = shard_of(cache, entry->hash);
    struct page *page = entry->page;
    eviction_leave(cache, entry);
    index_remove(page);
    lock(&shard->mutex);
    entry->page = NULL;
    entry->right = entry->dropped = entry->proven = false;
    entry->seen = 0;
    entry_tidy(cache, entry);
    unlock(&shard->mutex);
    page_unref(page);
}

/* ---- Flights (shard) ------------------------------------------------------------------------- */

static struct flight *flight_new(struct pagecache *cache, struct entry *entry, struct page *page)
{
    struct shard *shard = shard_of(cache, entry->hash);
    struct flight *flight = memory_need(cache, sizeof *flight);
    *flight = (struct flight){.entry = entry,
                              .page = page ? page_ref(page) : NULL,
                              .change = atomic_load(&cache->begun),
                              .epoch = atomic_load(&cache->epoch),
                              .shard = entry->hash % SHARDS};
    flight->next = shard->flights;
    flight->before = &shard->flights;
    if (flight->next)
        flight->next->before = &flight->next;
    shard->flights = flight;
    shard->in_the_air++;
    if (page)
        shard->compressions++;
    else
        shard->drawings++;
    entry->flights++;
    return flight;
}

static void flight_end(struct pagecache *cache, struct flight *flight)
{
    *flight->before = flight->next;
    if (flight->next)
        flight->next->before = flight->before;
    cache->shards[flight->shard].in_the_air--;
    flight->entry->flights--;
}

static void flight_queue(struct flight *flight, struct waiter *waiter)
{
    waiter->flight = flight;
    waiter->next = NULL;
    waiter->previous = flight->last;
    *(flight->last ? &flight->last->next : &flight->waiters) = waiter;
    flight->last = waiter;
}

int64_t flights_oldest(struct pagecache *cache)
{
    int64_t oldest = INT64_MAX;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        lock(&shard->mutex);
        for (struct flight *flight = shard->flights; flight; flight = flight->next)
            if (flight->change < oldest)
                oldest = flight->change;
        unlock(&shard->mutex);
    }
    return oldest;
}

struct str flight_address(const struct flight *flight)
{
    return str_n(flight->entry->address, flight->entry->address_len);
}

void flight_began(struct pagecache *cache, struct flight *flight, int64_t change)
{
    struct shard *shard = &cache->shards[flight->shard];
    lock(&shard->mutex);
    if (change > flight->change)
        flight->change = change;
    unlock(&shard->mutex);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static bool entry_right(const struct entry *entry, int64_t now)
{
    return entry->right && now < entry->page->expires_at;
}

/* Whether what this flight brings is right for somebody who asks now. */
static bool flight_joinable(struct pagecache *cache, const struct entry *entry, bool right)
{
    const struct flight *flight = entry->flight;
    if (!flight)
        return false;
    if (flight->page)
        return right && flight->page == entry->page;
    /* Changes up to begun are committed, and this flight may not have seen the last of them. */
    return flight->epoch == atomic_load(&cache->epoch) &&
           flight->change >= atomic_load(&cache->begun);
}

enum ask pagecache_ask(struct pagecache *cache, struct str address, enum encoding encoding,
                       struct waiter *waiter, struct page **ret_page, struct flight **ret_flight)
{
    int64_t now = clock_now(&cache->clock);
    uint64_t hash = hash_table(address);
    struct shard *shard = shard_of(cache, hash);
    lock(&shard->mutex);
    struct entry *entry = entry_find(cache, hash, address);
    bool right = entry && entry_right(entry, now);
    if (right && page_has(entry->page, encoding)) {
        *ret_page = page_ref(entry->page);
        entry->seen += entry->seen < SEEN_MAX;
        shard->hits++;
        unlock(&shard->mutex);
        return ASK_HIT;
    }
    shard->misses++;
    if (!entry)
        entry = entry_new(cache, hash, address);
    bool join = flight_joinable(cache, entry, right);
    if (join) {
        entry->seen += entry->seen < SEEN_MAX;
        shard->joined++;
    } else {
        *ret_flight = entry->flight = flight_new(cache, entry, right ? entry->page : NULL);
    }
    entry->flight->wants_gzip |= encoding == ENCODING_GZIP;
    if (waiter) {
        waiter->asked_at = now;
        waiter->encoding = encoding;
        waiter->shard = entry->flight->shard;
        flight_queue(entry->flight, waiter);
    }
    unlock(&shard->mutex);
    return join ? ASK_WAIT : ASK_DRAW;
}

struct page *pagecache_find(struct pagecache *cache, struct str address, enum encoding encoding)
{
    int64_t now = clock_now(&cache->clock);
    uint64_t hash = hash_table(address);
    struct shard *shard = shard_of(cache, hash);
    struct page *page = NULL;
    lock(&shard->mutex);
    struct entry *entry = entry_find(cache, hash, address);
    if (entry && entry_right(entry, now) && page_has(entry->page, encoding)) {
        page = page_ref(entry->page);
        entry->seen += entry->seen < SEEN_MAX;
        shard->hits++;
    }
    unlock(&shard->mutex);
    return page;
}

bool pagecache_leave(struct pagecache *cache, struct waiter *waiter)
{
    struct shard *shard = &cache->shards[waiter->shard];
    lock(&shard->mutex);
    struct flight *flight = waiter->flight;
    if (flight) {
        *(waiter->previous ? &waiter->previous->next : &flight->waiters) = waiter->next;
        *(waiter->next ? &waiter->next->previous : &flight->last) = waiter->previous;
        waiter->flight = NULL;
    }
    unlock(&shard->mutex);
    return flight != NULL;
}

struct page *pagecache_fallback(struct pagecache *cache, struct str address)
{
    uint64_t hash = hash_table(address);
    struct shard *shard = shard_of(cache, hash);
    lock(&shard->mutex);
    struct entry *entry = entry_find(cache, hash, address);
    struct page *page = entry && entry->page ? page_ref(entry->page) : NULL;
    unlock(&shard->mutex);
    if (page)
        atomic_fetch_add_explicit(&cache->fallbacks, 1, memory_order_relaxed);
    return page;
}

/* ---- Finishing ------------------------------------------------------------------------------- */

/* Whether the page may be kept. (book) */
static bool may_keep(struct pagecache *cache, const struct flight *flight, const struct page *page,
                     int64_t now)
{
    const struct entry *entry = flight->entry;
    if (page->uncacheable)
        return false;
    if (flight->epoch != atomic_load(&cache->epoch) || changes_concern(cache, page)) {
        cache->counts.refused_changed++;
        return false;
    }
    if (now >= page->expires_at) {
        cache->counts.refused_expired++;
        return false;
    }
    size_t bytes = page_bytes(page) + sizeof *entry + entry->address_len;
    if (bytes > cache->bytes_max / PAGECACHE_SHARE ||
        atomic_load(&cache->bytes) > cache->bytes_max) {
        cache->counts.refused_large++;
        return false;
    }
    /* Two flights of one address: what is newer stays. */
    return !entry->right || now >= entry->page->expires_at || entry->page->change <= page->change;
}

/* Last-Modified: the same bytes keep their instant, others get a later one. (book) */
static void date_page(const struct page *before, struct page *page, int64_t now)
{
    int64_t at = now;
    if (before && page_same_bytes(before, page))
        at = before->modified_at;
    else if (before && before->modified_at / 1000 >= now / 1000)
        at = (before->modified_at / 1000 + 1) * 1000;
    page_set_modified(page, at);
}

/* A page that a change dropped was drawn again: did it have to? (book) */
static void count_redrawn(struct pagecache *cache, struct entry *entry, const struct page *page)
{
    if (!entry->dropped)
        return;
    entry->dropped = false;
    if (page_same_bytes(entry->page, page))
        cache->counts.redrawn_same++;
    else
        cache->counts.redrawn_other++;
}

/* A waiter who asked when the page had already expired; not when it was expired at birth. */
static bool too_late(const struct waiter *waiter, const struct page *page)
{
    return page && page->drawn_at < page->expires_at && waiter->asked_at >= page->expires_at;
}

/* Takes the waiters out; those who asked too late go to a new flight. (shard) */
static struct waiter *waiters_take(struct pagecache *cache, struct flight *flight,
                                   const struct page *page, struct flight **ret_again)
{
    struct waiter *answered = NULL, **last = &answered;
    for (struct waiter *waiter = flight->waiters, *next; waiter; waiter = next) {
        next = waiter->next;
        if (too_late(waiter, page)) {
            if (!*ret_again)
                *ret_again = flight_new(cache, flight->entry, NULL);
            (*ret_again)->wants_gzip |= waiter->encoding == ENCODING_GZIP;
            flight_queue(*ret_again, waiter);
            continue;
        }
        waiter->flight = NULL;
        waiter->next = NULL;
        *last = waiter;
        last = &waiter->next;
    }
    return answered;
}

static void waiters_answer(struct waiter *waiter, struct page *page, const struct error *error)
{
    for (struct waiter *next; waiter; waiter = next) {
        next = waiter->next; /* the answer may free it */
        waiter->answer(waiter, page ? page_ref(page) : NULL, page ? NULL : error);
    }
}

/* Ends the flight and takes its waiters out. (shard) */
static struct waiter *flight_land(struct pagecache *cache, struct flight *flight,
                                  const struct page *page, struct flight **ret_again)
{
    struct entry *entry = flight->entry;
    struct waiter *answered = waiters_take(cache, flight, page, ret_again);
    flight_end(cache, flight);
    if (entry->flight == flight)
        entry->flight = *ret_again;
    entry_tidy(cache, entry);
    return answered;
}

/* The rest of keeping a page that its entry already shows. (book) */
static void keep_enter(struct pagecache *cache, struct entry *entry, struct page *before)
{
    if (before)
        index_remove(before);
    page_unref(before);
    entry->page->entry = entry;
    index_add(cache, entry->page);
    eviction_enter(cache, entry);
    cache->counts.puts++;
}

/* Everything of a finish that must be one step. False: somebody asked for gzip in the meantime.
 * (book) */
static bool finish_page(struct pagecache *cache, struct flight *flight, struct page *page,
                        struct waiter **ret_answered, struct flight **ret_again)
{
    struct entry *entry = flight->entry;
    struct shard *shard = &cache->shards[flight->shard];
    struct page *before = NULL;
    bool drawn = !flight->page;
    eviction_make_room(cache, 0);
    int64_t now = clock_now(&cache->clock);

    lock(&shard->mutex);
    if (flight->wants_gzip && !page_has(page, ENCODING_GZIP)) {
        unlock(&shard->mutex);
        return false;
    }
    if (drawn)
        date_page(entry->page, page, now);
    bool keep = drawn && may_keep(cache, flight, page, now);
    if (keep || page->uncacheable)
        count_redrawn(cache, entry, page);
    if (keep) {
        before = entry->page;
        entry->page = page_ref(page);
        entry->right = true;
    }
    bool grown = !drawn && entry->page == page;
    *ret_answered = flight_land(cache, flight, page, ret_again);
    unlock(&shard->mutex);

    if (keep)
        keep_enter(cache, entry, before);
    else if (grown)
        eviction_recharge(cache, entry);
    return true;
}

struct flight *pagecache_finish(struct pagecache *cache, struct flight *flight, struct page *page,
                                const struct error *error)
{
    assert(page || error);
    struct waiter *answered = NULL;
    struct flight *again = NULL;
    bool done = !page;
    if (!page) {
        struct shard *shard = &cache->shards[flight->shard];
        lock(&shard->mutex);
        answered = flight_land(cache, flight, NULL, &again);
        unlock(&shard->mutex);
    }
    while (!done) {
        lock(&cache->book);
        done = finish_page(cache, flight, page, &answered, &again);
        unlock(&cache->book);
        if (!done)
            page_compress(page);
    }
    waiters_answer(answered, page, error);
    page_unref(flight->page);
    page_unref(page);
    memory_give(cache, flight);
    return again;
}

bool pagecache_compress(struct pagecache *cache, struct flight *flight)
{
    if (!flight->page)
        return false;
    struct page *page = page_ref(flight->page);
    struct flight *again = pagecache_finish(cache, flight, page, NULL);
    assert(!again);
    (void)again;
    return true;
}

/* ---- Dropping -------------------------------------------------------------------------------- */

static void begin(struct pagecache *cache, int64_t change)
{
    if (change > atomic_load(&cache->begun))
        atomic_store(&cache->begun, change);
}

static void end(struct pagecache *cache, int64_t change)
{
    changes_trim(cache);
    if (change > cache->applied)
        cache->applied = change;
}

/* The page is wrong from here on. */
static void entry_drop(struct pagecache *cache, struct entry *entry, bool by_key)
{
    struct shard *shard = shard_of(cache, entry->hash);
    lock(&shard->mutex);
    entry->right = false;
    unlock(&shard->mutex);
    entry->dropped = by_key;
    eviction_mark_wrong(cache, entry);
    cache->counts.drops++;
}

static void entry_destroy(struct pagecache *cache, struct entry *entry)
{
    if (entry->right)
        cache->counts.drops++;
    cache->counts.destroyed++;
    entry_take_page(cache, entry);
}

static void drop_key(struct pagecache *cache, int64_t change, uint64_t hash, bool destroy)
{
    /* First a list: destroying a page takes its links out of the buckets that are walked. */
    struct entry *doomed = NULL;
    for (struct link *link = index_first(cache, hash); link; link = index_next(link)) {
        struct entry *entry = link->page->entry;
        if (link->page->change >= change || (!destroy && !entry->right))
            continue;
        entry->doomed = doomed;
        doomed = entry;
    }
    for (struct entry *next; doomed; doomed = next) {
        next = doomed->doomed;
        if (destroy)
            entry_destroy(cache, doomed);
        else
            entry_drop(cache, doomed, true);
    }
}

static void drop(struct pagecache *cache, int64_t change, const struct str *keys, size_t count,
                 bool destroy)
{
    lock(&cache->book);
    begin(cache, change);
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hash_table(keys[i]);
        changes_note(cache, hash, change);
        drop_key(cache, change, hash, destroy);
    }
    end(cache, change);
    unlock(&cache->book);
}

void pagecache_drop(struct pagecache *cache, int64_t change, const struct str *keys, size_t count)
{
    drop(cache, change, keys, count, false);
}

void pagecache_destroy(struct pagecache *cache, int64_t change, const struct str *keys,
                       size_t count)
{
    drop(cache, change, keys, count, true);
}

void pagecache_drop_all(struct pagecache *cache, int64_t change)
{
    lock(&cache->book);
    begin(cache, change);
    changes_note_all(cache, change);
    for (enum queue_name name = QUEUE_NEW; name < QUEUE_WRONG; name++)
        for (struct entry *entry = cache->eviction.queues[name].oldest, *newer; entry;
             entry = newer) {
            newer = entry->newer;
            if (entry->page->change < change)
                entry_drop(cache, entry, false);
        }
    end(cache, change);
    unlock(&cache->book);
}

void pagecache_restart(struct pagecache *cache, int64_t change)
{
    lock(&cache->book);
    atomic_fetch_add(&cache->epoch, 1);
    atomic_store(&cache->begun, change);
    changes_release(cache);
    cache->changes.floor = cache->changes.latest = change;
    take_all(cache);
    cache->applied = change;
    unlock(&cache->book);
}

void pagecache_renew(struct pagecache *cache)
{
    lock(&cache->book);
    atomic_fetch_add(&cache->epoch, 1);
    take_all(cache);
    unlock(&cache->book);
}

int64_t pagecache_applied(struct pagecache *cache)
{
    lock(&cache->book);
    int64_t applied = cache->applied;
    unlock(&cache->book);
    return applied;
}

/* ---- Looking in ------------------------------------------------------------------------------ */

void pagecache_counts(struct pagecache *cache, struct pagecache_counts *ret_counts)
{
    lock(&cache->book);
    struct pagecache_counts counts = cache->counts;
    counts.wrong = cache->eviction.queues[QUEUE_WRONG].count;
    counts.pages =
        cache->eviction.queues[QUEUE_NEW].count + cache->eviction.queues[QUEUE_MAIN].count;
    unlock(&cache->book);
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        lock(&shard->mutex);
        counts.hits += shard->hits;
        counts.misses += shard->misses;
        counts.joined += shard->joined;
        counts.flights += shard->drawings;
        counts.compressions += shard->compressions;
        counts.in_the_air += shard->in_the_air;
        unlock(&shard->mutex);
    }
    counts.fallbacks = atomic_load(&cache->fallbacks);
    counts.bytes = atomic_load(&cache->bytes);
    counts.bytes_max = cache->bytes_max;
    *ret_counts = counts;
}

struct held {
    struct page *page;
    char *address;
    size_t address_len;
};

static struct held *held_collect(struct pagecache *cache, size_t *ret_count)
{
    int64_t now = clock_now(&cache->clock);
    size_t count = 0;
    lock(&cache->book);
    size_t most =
        cache->eviction.queues[QUEUE_NEW].count + cache->eviction.queues[QUEUE_MAIN].count;
    struct held *held = calloc(most + 1, sizeof *held);
    for (enum queue_name name = QUEUE_NEW; held && name < QUEUE_WRONG; name++)
        for (struct entry *entry = cache->eviction.queues[name].oldest; entry;
             entry = entry->newer) {
            if (now >= entry->page->expires_at)
                continue;
            held[count] = (struct held){.address = malloc(entry->address_len + 1),
                                        .address_len = entry->address_len};
            if (!held[count].address)
                abort();
            memcpy(held[count].address, entry->address, entry->address_len);
            held[count++].page = page_ref(entry->page);
        }
    unlock(&cache->book);
    if (!held)
        abort();
    *ret_count = count;
    return held;
}

void pagecache_each(struct pagecache *cache,
                    void (*visit)(void *context, struct str address, struct page *page),
                    void *context)
{
    size_t count;
    struct held *held = held_collect(cache, &count);
    for (size_t i = 0; i < count; i++) {
        visit(context, str_n(held[i].address, held[i].address_len), held[i].page);
        page_unref(held[i].page);
        free(held[i].address);
    }
    free(held);
}
