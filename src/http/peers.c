/* Connections and requests of one address. A table in shards, so that loops seldom meet; an address
 * that has no connection and has been quiet is forgotten when its place is needed. When all places
 * are taken a new address goes unlimited: the table protects the server, it is not a fence. */
#include "base/hash.h"
#include "http/engine.h"

enum { SHARDS = 16, PLACES = 2048 /* of a shard */, CHAINS = 512 };

struct place {
    unsigned char key[16];
    struct place *next;
    uint32_t conns;
    int64_t at;     /* when `tokens` was right */
    int64_t tokens; /* thousandths of requests that may still come */
};

struct shard {
    pthread_mutex_t lock;
    struct place *chains[CHAINS];
    unsigned used;
};

struct peers {
    struct http_limits limits;
    struct shard shards[SHARDS];
};

struct peers *peers_new(const struct http_limits *limits)
{
    struct peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        abort();
    peers->limits = *limits;
    for (size_t i = 0; i < SHARDS; i++)
        (void)pthread_mutex_init(&peers->shards[i].lock, NULL);
    return peers;
}

void peers_free(struct peers *peers)
{
    for (size_t i = 0; i < SHARDS; i++) {
        for (size_t k = 0; k < CHAINS; k++)
            for (struct place *place = peers->shards[i].chains[k], *next; place; place = next) {
                next = place->next;
                free(place);
            }
        (void)pthread_mutex_destroy(&peers->shards[i].lock);
    }
    free(peers);
}

static void refill(const struct peers *peers, struct place *place, int64_t now)
{
    int64_t full = (int64_t)peers->limits.address_burst * 1000;
    int64_t gained = (now - place->at) * peers->limits.address_requests;
    place->tokens = gained > full - place->tokens ? full : place->tokens + gained;
    place->at = now;
}

static void sweep(const struct peers *peers, struct shard *shard, int64_t now)
{
    int64_t full = (int64_t)peers->limits.address_burst * 1000;
    for (size_t k = 0; k < CHAINS; k++)
        for (struct place **at = &shard->chains[k]; *at;) {
            struct place *place = *at;
            refill(peers, place, now);
            if (place->conns || place->tokens < full) {
                at = &place->next;
                continue;
            }
            *at = place->next;
            shard->used--;
            free(place);
        }
}

static struct place *make(const struct peers *peers, struct shard *shard, struct place **chain,
                          const unsigned char key[16], int64_t now)
{
    if (shard->used >= PLACES)
        sweep(peers, shard, now);
    struct place *place = shard->used < PLACES ? calloc(1, sizeof *place) : NULL;
    if (!place)
        return NULL;
    memcpy(place->key, key, 16);
    place->at = now;
    place->tokens = (int64_t)peers->limits.address_burst * 1000;
    place->next = *chain;
    *chain = place;
    shard->used++;
    return place;
}

/* Locks and returns the shard; its lock is the caller's to release. *ret_place may be NULL. */
static struct shard *find(struct peers *peers, const struct http_address *address, bool may_make,
                          int64_t now, struct place **ret_place)
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    unsigned char key[16] = {0};
    bool ipv4 = memcmp(address->ip, mapped, sizeof mapped) == 0;
    memcpy(key, address->ip, ipv4 ? 16 : 8);
    uint64_t hash = hash_table(str_n((const char *)key, sizeof key));
    struct shard *shard = &peers->shards[hash % SHARDS];
    struct place **chain = &shard->chains[hash / SHARDS % CHAINS];
    (void)pthread_mutex_lock(&shard->lock);
    struct place *place = *chain;
    while (place && memcmp(place->key, key, 16) != 0)
        place = place->next;
    *ret_place = place || !may_make ? place : make(peers, shard, chain, key, now);
    return shard;
}

bool peers_connect(struct peers *peers, const struct http_address *address, int64_t now,
                   bool *ret_counted)
{
    struct place *place;
    struct shard *shard = find(peers, address, true, now, &place);
    uint32_t max = peers->limits.address_connections_max;
    bool fits = !place || !max || place->conns < max;
    *ret_counted = place && fits;
    if (*ret_counted)
        place->conns++;
    (void)pthread_mutex_unlock(&shard->lock);
    return fits;
}

void peers_disconnect(struct peers *peers, const struct http_address *address, int64_t now)
{
    struct place *place;
    struct shard *shard = find(peers, address, false, now, &place);
    if (place && place->conns)
        place->conns--;
    (void)pthread_mutex_unlock(&shard->lock);
}

bool peers_request(struct peers *peers, const struct http_address *address, int64_t now)
{
    struct place *place;
    if (!peers->limits.address_requests)
        return true;
    struct shard *shard = find(peers, address, true, now, &place);
    bool fits = true;
    if (place) {
        refill(peers, place, now);
        fits = place->tokens >= 1000;
        if (fits)
            place->tokens -= 1000;
    }
    (void)pthread_mutex_unlock(&shard->lock);
    return fits;
}
