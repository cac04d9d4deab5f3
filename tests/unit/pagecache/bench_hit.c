/* What a hit costs: ask, view, give back; with one thread and with all cores on one address. */
#include "tests/unit/pagecache/helper.h"

#include <pthread.h>
#include <time.h>

enum { PAGES = 1000, ROUNDS = 3000000 };

struct run {
    struct pagecache *cache;
    bool same;
    double seconds;
};

static double cpu(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *hits(void *context)
{
    struct run *run = context;
    char addresses[PAGES][48];
    for (int i = 0; i < PAGES; i++)
        (void)snprintf(addresses[i], 48, "/world/2026/01/a-story-of-the-day-%d", i);
    double start = cpu();
    size_t bytes = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct page *page = NULL;
        struct flight *flight = NULL;
        struct str address = str_of(addresses[run->same ? 0 : i * 7 % PAGES]);
        if (pagecache_ask(run->cache, address, ENCODING_IDENTITY, NULL, &page, &flight) != ASK_HIT)
            abort();
        struct page_view view;
        page_view(page, ENCODING_IDENTITY, TEST_NOW, &view);
        bytes += view.head.len;
        page_unref(page);
    }
    run->seconds = cpu() - start;
    if (!bytes)
        abort();
    return NULL;
}

static void measure(struct room *room, const char *what, int threads, bool same)
{
    struct run runs[8];
    pthread_t ids[8];
    double sum = 0;
    for (int i = 0; i < threads; i++) {
        runs[i] = (struct run){.cache = room->cache, .same = same};
        if (pthread_create(&ids[i], NULL, hits, &runs[i]))
            abort();
    }
    for (int i = 0; i < threads; i++) {
        (void)pthread_join(ids[i], NULL);
        sum += runs[i].seconds;
    }
    (void)printf("%-40s %6.0f ns of CPU a hit\n", what, sum / threads / ROUNDS * 1e9);
}

int main(void)
{
    struct room room;
    room_init(&room, 64 * 1024 * 1024);
    /* The system's clock, as in a server. */
    pagecache_free(room.cache);
    room.cache = pagecache_new(&(struct pagecache_options){.bytes = 64 * 1024 * 1024});
    char *body = calloc(1, 30001);
    if (!body)
        return 1;
    memset(body, 'x', 30000);
    for (int i = 0; i < PAGES; i++) {
        char address[48];
        (void)snprintf(address, 48, "/world/2026/01/a-story-of-the-day-%d", i);
        room_fill(&room, address, body, 10, "front settings");
    }
    measure(&room, "one thread, 1000 pages", 1, false);
    measure(&room, "one thread, one page", 1, true);
    measure(&room, "two threads, 1000 pages", 2, false);
    measure(&room, "two threads, one page", 2, true);
    free(body);
    room_release(&room);
    return 0;
}
