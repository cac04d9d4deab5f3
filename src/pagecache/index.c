#include "pagecache/inside.h"

/* Each bucket is a list of links, each with its whole hash. Two keys with one hash would be taken
 * for one: their pages would be dropped together, never too few. */

void index_init(struct pagecache *cache, size_t buckets)
{
    cache->index.buckets = memory_need(cache, buckets * sizeof(struct link *));
    cache->index.mask = buckets - 1;
}

void index_add(struct pagecache *cache, struct page *page)
{
    for (size_t i = 0; i < page->link_count; i++) {
        struct link *link = &page->links[i];
        struct link **bucket = &cache->index.buckets[link->hash & cache->index.mask];
        link->next = *bucket;
        link->before = bucket;
        if (link->next)
            link->next->before = &link->next;
        *bucket = link;
    }
}

void index_remove(struct page *page)
{
    for (size_t i = 0; i < page->link_count; i++) {
        struct link *link = &page->links[i];
        if (!link->before)
            continue;
        *link->before = link->next;
        if (link->next)
            link->next->before = link->before;
        link->before = NULL;
    }
}

static struct link *from(struct link *link, uint64_t hash)
{
    while (link && link->hash != hash)
        link = link->next;
    return link;
}

struct link *index_first(struct pagecache *cache, uint64_t hash)
{
    return from(cache->index.buckets[hash & cache->index.mask], hash);
}

struct link *index_next(struct link *link)
{
    return from(link->next, link->hash);
}
