#include "server/quota.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 2048, IN_A_BUCKET = 4, HOUR_MS = 3600 * 1000 };

struct entry {
    uint64_t network;
    int64_t since, used; /* the hour counts from the first use */
    unsigned count;
};

struct quota {
    pthread_mutex_t lock;
    struct entry entries[BUCKETS][IN_A_BUCKET];
};

struct quota *quota_new(void)
{
    struct quota *quota = calloc(1, sizeof *quota);
    if (!quota)
        abort();
    (void)pthread_mutex_init(&quota->lock, NULL);
    return quota;
}

void quota_free(struct quota *quota)
{
    if (!quota)
        return;
    (void)pthread_mutex_destroy(&quota->lock);
    free(quota);
}

static struct entry *entry_of(struct quota *quota, uint64_t network)
{
    struct entry *bucket = quota->entries[network % BUCKETS], *oldest = bucket;
    for (size_t i = 0; i < IN_A_BUCKET; i++) {
        if (bucket[i].count && bucket[i].network == network)
            return &bucket[i];
        if (bucket[i].used < oldest->used)
            oldest = &bucket[i];
    }
    *oldest = (struct entry){.network = network};
    return oldest;
}

bool quota_take(struct quota *quota, struct str network, unsigned most, int64_t now)
{
    (void)pthread_mutex_lock(&quota->lock);
    struct entry *entry = entry_of(quota, hash_table(network));
    if (now - entry->since >= HOUR_MS || now < entry->since) {
        entry->since = now;
        entry->count = 0;
    }
    bool fine = entry->count < most;
    entry->count += fine;
    entry->used = now;
    (void)pthread_mutex_unlock(&quota->lock);
    return fine;
}
