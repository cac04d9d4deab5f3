#include "pagecache/inside.h"

/* How many changes are remembered at most: half a MiB. Beyond it all are forgotten, which costs the
 * renderings in the air their place, never a wrong page. */
enum { CHANGES_MAX = 16 * 1024, CHANGES_TRIM_MIN = 256, CHANGES_SIZE_MIN = 64 };

static struct change_slot *slot_of(const struct changes *changes, uint64_t hash)
{
    size_t i = hash & (changes->size - 1);
    while (changes->slots[i].hash && changes->slots[i].hash != hash)
        i = (i + 1) & (changes->size - 1);
    return &changes->slots[i];
}

static uint64_t not_zero(uint64_t hash)
{
    return hash ? hash : 1;
}

/* A new table of `size` slots with what is newer than `forget`. */
static void rebuild(struct pagecache *cache, size_t size, int64_t forget)
{
    struct changes *changes = &cache->changes;
    struct change_slot *old = changes->slots;
    size_t old_size = changes->size;
    changes->slots = memory_need(cache, size * sizeof *old);
    changes->size = size;
    changes->count = 0;
    for (size_t i = 0; i < old_size; i++) {
        if (!old[i].hash)
            continue;
        if (old[i].change <= forget) {
            if (old[i].change > changes->floor)
                changes->floor = old[i].change;
            continue;
        }
        *slot_of(changes, old[i].hash) = old[i];
        changes->count++;
    }
    memory_give(cache, old);
}

void changes_release(struct pagecache *cache)
{
    memory_give(cache, cache->changes.slots);
    cache->changes = (struct changes){.floor = cache->changes.floor};
}

void changes_note(struct pagecache *cache, uint64_t hash, int64_t change)
{
    struct changes *changes = &cache->changes;
    if (change > changes->latest)
        changes->latest = change;
    if (changes->count >= CHANGES_MAX)
        rebuild(cache, CHANGES_SIZE_MIN, changes->latest);
    if (!changes->size || changes->count * 2 >= changes->size)
        rebuild(cache, changes->size ? changes->size * 2 : CHANGES_SIZE_MIN, INT64_MIN);
    struct change_slot *slot = slot_of(changes, not_zero(hash));
    if (!slot->hash) {
        *slot = (struct change_slot){not_zero(hash), change};
        changes->count++;
    } else if (change > slot->change) {
        slot->change = change;
    }
}

void changes_note_all(struct pagecache *cache, int64_t change)
{
    struct changes *changes = &cache->changes;
    if (change > changes->latest)
        changes->latest = change;
    if (change > changes->floor)
        changes->floor = change;
    if (changes->size)
        rebuild(cache, changes->size, changes->floor);
}

void changes_trim(struct pagecache *cache)
{
    struct changes *changes = &cache->changes;
    size_t least = changes->trim_at > CHANGES_TRIM_MIN ? changes->trim_at : CHANGES_TRIM_MIN;
    if (changes->count < least)
        return;
    rebuild(cache, changes->size, flights_oldest(cache));
    size_t size = CHANGES_SIZE_MIN;
    while (size < changes->count * 4)
        size *= 2;
    if (size < changes->size)
        rebuild(cache, size, INT64_MIN);
    changes->trim_at = changes->count * 2;
}

bool changes_concern(const struct pagecache *cache, const struct page *page)
{
    const struct changes *changes = &cache->changes;
    if (page->change < changes->floor)
        return true;
    if (!changes->count)
        return false;
    for (size_t i = 0; i < page->link_count; i++) {
        const struct change_slot *slot = slot_of(changes, not_zero(page->links[i].hash));
        if (slot->hash && slot->change > page->change)
            return true;
    }
    return false;
}
