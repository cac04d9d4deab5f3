/* Many threads ask, draw, drop, destroy, evict, leave and move the clock. The model: keys have
 * versions, a page is drawn from three of them and its body tells which versions it saw. Whatever
 * is answered must have seen every version whose drop was complete before the asking, and must not
 * have expired before the asking. Built for ThreadSanitizer too. */
#include "tests/unit/pagecache/helper.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 24, ADDRESSES = 400, PAGE_KEYS = 3, READERS = 4, BODY = 12000 };
enum { RUN_MS = 1500 };

struct model {
    struct room room;
    pthread_mutex_t store; /* what a transaction sees at once */
    int64_t number, version[KEYS];
    pthread_mutex_t follower;
    _Atomic int64_t applied[KEYS], destroyed[KEYS];
    atomic_bool stop;
    atomic_ullong answers, hits, fallbacks;
    uint64_t seed;
};

struct saw {
    int64_t number, drawn_at, expires_at;
    int64_t version[PAGE_KEYS];
    int address;
};

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static int key_of(int address, int i)
{
    static const int step[PAGE_KEYS] = {1, 7, 13};
    return (address * step[i] + 5 * i) % KEYS;
}

static struct str key_text(int key, char text[16])
{
    (void)snprintf(text, 16, "key/%d", key);
    return str_of(text);
}

/* Asserts of cmocka end the thread that fails, so a failing reader says why and ends the process.
 */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "line %d: not %s\n", __LINE__, #condition);                      \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

/* ---- Drawing --------------------------------------------------------------------------------- */

static struct page *draw(struct model *model, struct flight *flight, int address, uint64_t *dice)
{
    struct saw saw = {.address = address};
    (void)pthread_mutex_lock(&model->store);
    saw.number = model->number;
    for (int i = 0; i < PAGE_KEYS; i++)
        saw.version[i] = model->version[key_of(address, i)];
    (void)pthread_mutex_unlock(&model->store);
    if (random_next(dice) % 2)
        flight_began(model->room.cache, flight, saw.number);
    saw.drawn_at = clock_now(&model->room.clock);
    saw.expires_at = address % 3 ? NEVER : (saw.drawn_at / 1000 + 1) * 1000;
    if (random_next(dice) % 8 == 0)
        (void)usleep(200);

    char names[PAGE_KEYS][16];
    struct str keys[PAGE_KEYS];
    for (int i = 0; i < PAGE_KEYS; i++)
        keys[i] = key_text(key_of(address, i), names[i]);
    char *body = calloc(1, BODY);
    MUST(body);
    memcpy(body, &saw, sizeof saw);
    struct page_draft draft = draft_of(&model->room, "");
    draft.body = str_n(body, 1000 + random_next(dice) % (BODY - 1000));
    draft.change = saw.number;
    draft.drawn_at = saw.drawn_at;
    draft.expires_at = saw.expires_at;
    draft.keys = keys;
    draft.key_count = PAGE_KEYS;
    draft.uncacheable = address % 50 == 7;
    struct page *page = NULL;
    struct error error = page_new(model->room.cache, &draft, &page);
    MUST(error.code == ERR_OK);
    free(body);
    return page;
}

static struct saw saw_of(const struct page *page)
{
    struct page_view view;
    page_view(page, ENCODING_IDENTITY, 0, &view);
    struct saw saw;
    memcpy(&saw, view.body.at, sizeof saw);
    return saw;
}

static void draw_all(struct model *model, struct flight *flight, int address, uint64_t *dice)
{
    if (pagecache_compress(model->room.cache, flight))
        return;
    struct error error = error_make(ERR_STORE, "", "in a bad mood");
    while (flight) {
        bool fails = random_next(dice) % 16 == 0;
        struct page *page = fails ? NULL : draw(model, flight, address, dice);
        flight = pagecache_finish(model->room.cache, flight, page, &error);
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

struct reader {
    struct waiter waiter;
    struct model *model;
    struct page *page;
    atomic_bool done;
};

static void answered(struct waiter *waiter, struct page *page, const struct error *error)
{
    struct reader *reader = waiter->context;
    MUST((page == NULL) == (error != NULL));
    reader->page = page;
    atomic_store(&reader->done, true);
}

static void read_once(struct model *model, uint64_t *dice)
{
    /* Half of all asks go to a tenth of the addresses. */
    int address = (int)(random_next(dice) % (random_next(dice) % 2 ? ADDRESSES : ADDRESSES / 10));
    enum encoding encoding = random_next(dice) % 2 ? ENCODING_GZIP : ENCODING_IDENTITY;
    char text[32];
    (void)snprintf(text, sizeof text, "/page/%d", address);
    struct reader reader = {.model = model};
    reader.waiter = (struct waiter){.answer = answered, .context = &reader};
    int64_t applied[PAGE_KEYS], destroyed[PAGE_KEYS], asked_at = clock_now(&model->room.clock);
    for (int i = 0; i < PAGE_KEYS; i++) {
        applied[i] = atomic_load(&model->applied[key_of(address, i)]);
        destroyed[i] = atomic_load(&model->destroyed[key_of(address, i)]);
    }
    struct page *fallback = pagecache_fallback(model->room.cache, str_of(text));
    if (fallback) {
        struct saw saw = saw_of(fallback);
        for (int i = 0; i < PAGE_KEYS; i++)
            MUST(saw.version[i] >= destroyed[i]);
        page_unref(fallback);
        atomic_fetch_add(&model->fallbacks, 1);
    }
    struct page *page = NULL;
    struct flight *flight = NULL;
    enum ask ask =
        pagecache_ask(model->room.cache, str_of(text), encoding, &reader.waiter, &page, &flight);
    if (ask == ASK_DRAW)
        draw_all(model, flight, address, dice);
    if (ask == ASK_HIT) {
        atomic_fetch_add(&model->hits, 1);
    } else {
        if (random_next(dice) % 8 == 0 && pagecache_leave(model->room.cache, &reader.waiter))
            return;
        while (!atomic_load(&reader.done))
            (void)sched_yield();
        page = reader.page;
    }
    if (!page)
        return;
    struct saw saw = saw_of(page);
    MUST(saw.address == address);
    MUST(page_has(page, encoding));
    MUST(saw.expires_at > asked_at);
    for (int i = 0; i < PAGE_KEYS; i++)
        MUST(saw.version[i] >= applied[i]);
    if (random_next(dice) % 16 == 0)
        (void)usleep(100); /* a slow reader pins it */
    page_unref(page);
    atomic_fetch_add(&model->answers, 1);
}

struct thread {
    struct model *model;
    uint64_t dice;
    pthread_t id;
};

static void *reader_run(void *context)
{
    struct thread *thread = context;
    while (!atomic_load(&thread->model->stop))
        read_once(thread->model, &thread->dice);
    return NULL;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_once(struct model *model, uint64_t *dice)
{
    int count = 1 + (int)(random_next(dice) % 3), key[3];
    char names[3][16];
    struct str keys[3];
    for (int i = 0; i < count; i++) {
        key[i] = (int)(random_next(dice) % KEYS);
        keys[i] = key_text(key[i], names[i]);
    }
    bool destroy = random_next(dice) % 4 == 0;
    (void)pthread_mutex_lock(&model->follower); /* drops come in the order of commits */
    (void)pthread_mutex_lock(&model->store);
    int64_t number = ++model->number;
    for (int i = 0; i < count; i++)
        model->version[key[i]] = number;
    (void)pthread_mutex_unlock(&model->store);
    if (random_next(dice) % 4 == 0)
        (void)usleep(300); /* committed, not dropped yet */
    if (random_next(dice) % 100 == 0)
        pagecache_drop_all(model->room.cache, number);
    else if (destroy)
        pagecache_destroy(model->room.cache, number, keys, (size_t)count);
    else
        pagecache_drop(model->room.cache, number, keys, (size_t)count);
    if (destroy) /* drop_all leaves fallbacks, so say so only of the other */
        pagecache_destroy(model->room.cache, number, keys, (size_t)count);
    for (int i = 0; i < count; i++) {
        atomic_store(&model->applied[key[i]], number);
        if (destroy)
            atomic_store(&model->destroyed[key[i]], number);
    }
    (void)pthread_mutex_unlock(&model->follower);
}

static void *writer_run(void *context)
{
    struct thread *thread = context;
    while (!atomic_load(&thread->model->stop)) {
        write_once(thread->model, &thread->dice);
        (void)usleep((useconds_t)(random_next(&thread->dice) % 2000));
    }
    return NULL;
}

static void *clock_run(void *context)
{
    struct thread *thread = context;
    while (!atomic_load(&thread->model->stop)) {
        atomic_fetch_add(&thread->model->room.set.at, random_next(&thread->dice) % 40);
        struct pagecache_counts counts = counts_of(&thread->model->room);
        MUST(counts.bytes_max == PAGECACHE_BYTES_MIN);
        (void)usleep(1000);
    }
    return NULL;
}

/* ---- The test -------------------------------------------------------------------------------- */

static void check_kept(void *context, struct str address, struct page *page)
{
    struct model *model = context;
    struct saw saw = saw_of(page);
    char text[32];
    (void)snprintf(text, sizeof text, "/page/%d", saw.address);
    MUST(str_eq(address, str_of(text)));
    for (int i = 0; i < PAGE_KEYS; i++)
        MUST(saw.version[i] == model->version[key_of(saw.address, i)]);
}

static void start(struct thread *thread, struct model *model, uint64_t n, void *(*run)(void *))
{
    *thread = (struct thread){.model = model, .dice = model->seed * 1000003 + n + 1};
    for (int i = 0; i < 20; i++)
        (void)random_next(&thread->dice);
    assert_int_equal(pthread_create(&thread->id, NULL, run, thread), 0);
}

static void test_everything_at_once(void **state)
{
    static struct model model;
    const char *seed = getenv("STRESS_SEED");
    int64_t given;
    model.seed = seed && str_to_i64(str_of(seed), &given) ? (uint64_t)given : (uint64_t)time(NULL);
    print_message("STRESS_SEED=%llu\n", (unsigned long long)model.seed);
    room_init(&model.room, PAGECACHE_BYTES_MIN);
    size_t before = counts_of(&model.room).bytes;
    model.number = 10;
    (void)pthread_mutex_init(&model.store, NULL);
    (void)pthread_mutex_init(&model.follower, NULL);
    struct thread threads[READERS + 2];
    for (uint64_t i = 0; i < READERS + 2; i++)
        start(&threads[i], &model, i,
              i < READERS    ? reader_run
              : i == READERS ? writer_run
                             : clock_run);
    (void)usleep(RUN_MS * 1000);
    atomic_store(&model.stop, true);
    for (size_t i = 0; i < READERS + 2; i++)
        assert_int_equal(pthread_join(threads[i].id, NULL), 0);

    struct pagecache_counts counts = counts_of(&model.room);
    print_message("%llu answers, %llu hits, %llu fallbacks, %llu drops, %llu destroyed, %llu "
                  "refused, %llu joined, %llu evictions\n",
                  model.answers, model.hits, model.fallbacks, (unsigned long long)counts.drops,
                  (unsigned long long)counts.destroyed, (unsigned long long)counts.refused_changed,
                  (unsigned long long)counts.joined, (unsigned long long)counts.evictions);
    assert_int_equal(counts.in_the_air, 0);
    assert_true(counts.bytes <= counts.bytes_max);
    assert_true(counts.hits && counts.drops && counts.destroyed && counts.refused_changed &&
                counts.joined);
    pagecache_each(model.room.cache, check_kept, &model);
    pagecache_restart(model.room.cache, 10);
    counts = counts_of(&model.room);
    /* What is left over are the compressors. */
    assert_true(counts.bytes <= before + 2 * 700 * 1024);
    room_release(&model.room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_everything_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
