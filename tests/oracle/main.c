#include "tests/oracle/oracle.h"

#include "base/hash.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum {
    LARGE_CACHE = 192 << 20,
    ARCHIVE = 320,
    VERIFY_EVERY = 60,
    CHANGES_LEAST = 60 /* on a busy machine */
};

struct settings_of_run {
    uint64_t seed;
    uint64_t changes;
    double seconds;
    size_t readers, archive, rounds;
    bool quick;
};

static uint64_t fresh_seed(void)
{
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint32_t)time(NULL);
    return seed;
}

static double number_of(const char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (*end || number < 0) {
        (void)fprintf(stderr, "oracle: not a number: %s\n", text);
        exit(2);
    }
    return number;
}

static void read_arguments(int argc, char **argv, struct settings_of_run *run)
{
    for (int i = 1; i < argc; i += 2) {
        struct str name = str_of(argv[i]);
        double number = i + 1 < argc ? number_of(argv[i + 1]) : -1;
        if (number >= 0 && str_eq(name, STR("--seed")))
            run->seed = (uint64_t)number;
        else if (number >= 0 && str_eq(name, STR("--changes")))
            run->changes = (uint64_t)number;
        else if (number >= 0 && str_eq(name, STR("--seconds")))
            run->seconds = number;
        else if (number >= 0 && str_eq(name, STR("--readers")))
            run->readers = (size_t)number;
        else if (number >= 0 && str_eq(name, STR("--archive")))
            run->archive = (size_t)number;
        else if (number >= 0 && str_eq(name, STR("--rounds")))
            run->rounds = (size_t)number;
        else {
            (void)fprintf(stderr, "usage: oracle [--seed S] [--changes N] [--seconds N] "
                                  "[--readers N] [--archive STORIES] [--rounds N]\n");
            exit(2);
        }
    }
}

static void pause_ms(struct oracle *oracle, size_t most)
{
    struct timespec time = {0, (long)random_below(&oracle->random, most * 1000 + 1) * 1000};
    (void)nanosleep(&time, NULL);
}

/* The pages that show a story, asked for right after the acknowledgement, and a few others. */
static void check_after(struct oracle *oracle, struct fresh *fresh, const struct tale *tale)
{
    enum { AROUND = 16 };
    ARENA_AUTO struct arena *arena = arena_new();
    struct str around[AROUND];
    size_t count = tale ? tale_addresses(oracle, tale, arena, around, AROUND) : 0;
    for (size_t i = 0; i < count; i++)
        address_check(oracle, fresh, around[i]);
    for (int i = 0; i < 2; i++)
        address_check(oracle, fresh, str_of(oracle->addresses[random_below(&oracle->random, 150)]));
}

/* Pages that the clock alone makes wrong are asked for before and after. */
static void move_clock(struct oracle *oracle, struct fresh *fresh)
{
    static const struct str timely[] = {STR_INIT("/"), STR_INIT("/news-sitemap.xml"),
                                        STR_INIT("/about")};
    bool look = random_chance(&oracle->random, 60);
    for (size_t i = 0; look && i < 2; i++) {
        ANSWER_AUTO struct answer answer;
        (void)ask(oracle, timely[i], false, STR_NONE, &answer);
    }
    if (!clock_move(oracle) || !look)
        return;
    for (size_t i = 0; i < sizeof timely / sizeof *timely; i++)
        address_check(oracle, fresh, timely[i]);
}

static void one_step(struct oracle *oracle, struct fresh *fresh)
{
    size_t way = random_below(&oracle->random, 100);
    struct tale *tale = NULL;
    if (random_chance(&oracle->random, 50))
        move_clock(oracle, fresh);
    if (random_below(&oracle->random, 500) == 0)
        theme_change(oracle);
    if (way < 8) {
        change_make_some(oracle, 2 + random_below(&oracle->random, 4));
    } else if (way < 16) { /* several transactions that the follower takes at once */
        for (size_t n = 2 + random_below(&oracle->random, 5); n; n--)
            (void)change_make(oracle, change_pick(oracle), false, NULL);
        change_settle(oracle);
    } else {
        (void)change_make(oracle, change_pick(oracle), true, &tale);
    }
    if (random_chance(&oracle->random, 20))
        check_after(oracle, fresh, tale);
    if (random_chance(&oracle->random, 20))
        pause_ms(oracle, 3);
}

static void turmoil(struct oracle *oracle, const struct settings_of_run *run, size_t cache_bytes,
                    uint64_t changes, double seconds)
{
    struct house house;
    struct server_options options;
    struct fresh fresh;
    struct pagecache_counts counts;
    uint64_t first = oracle->changes;
    house_begin(oracle, &house, &options, cache_bytes);
    fresh_open(&fresh, oracle);
    if (cache_bytes)
        cache_warm(oracle);
    struct readers *readers = readers_start(oracle, run->readers);
    int64_t end = clock_monotonic() + (int64_t)(seconds * 1000);
    uint64_t least = changes < CHANGES_LEAST ? changes : CHANGES_LEAST, made = 0;
    for (uint64_t n = 1; made < changes && (made < least || clock_monotonic() < end); n++) {
        one_step(oracle, &fresh);
        made = oracle->changes - first;
        if (n % VERIFY_EVERY == 0)
            (void)cache_verify(oracle, &fresh);
        if (n % VERIFY_EVERY == 0 && cache_bytes)
            cache_warm(oracle);
        if (atomic_load(&oracle->failures))
            break;
    }
    readers_stop(readers);
    size_t held = cache_verify(oracle, &fresh);
    pagecache_counts(house.cache, &counts);
    (void)printf(
        "  %llu changes; cache of %zu MiB: %zu pages, %llu hits, %llu misses, %llu joined, "
        "%llu dropped, %llu evicted, %llu refused after a change, %llu expired on the "
        "way; drawn again: %llu other, %llu same\n",
        (unsigned long long)(oracle->changes - first), counts.bytes_max >> 20, held,
        (unsigned long long)counts.hits, (unsigned long long)counts.misses,
        (unsigned long long)counts.joined, (unsigned long long)counts.drops,
        (unsigned long long)counts.evictions, (unsigned long long)counts.refused_changed,
        (unsigned long long)counts.refused_expired, (unsigned long long)counts.redrawn_other,
        (unsigned long long)counts.redrawn_same);
    if (!counts.hits)
        oracle_fail(oracle, "nothing was ever hit");
    fresh_close(&fresh);
    house_end(oracle);
}

static void measure(struct oracle *oracle, const struct settings_of_run *run, double seconds)
{
    struct house house;
    struct server_options options;
    if (!run->rounds)
        return;
    house_begin(oracle, &house, &options, LARGE_CACHE);
    economy_run(oracle, run->rounds, clock_monotonic() + (int64_t)(seconds * 1000));
    house_end(oracle);
}

static void oracle_begin(struct oracle *oracle, uint64_t seed)
{
    *oracle = (struct oracle){
        .seed = seed, .arena = arena_new(), .random = {seed}, .timezone = "Asia/Manila"};
    oracle->tales = calloc(TALES_MAX, sizeof *oracle->tales);
    oracle->superseded = calloc(SERIALS_MAX, sizeof *oracle->superseded);
    oracle->addresses = calloc(ADDRESSES_MAX_KNOWN, sizeof *oracle->addresses);
    oracle->cold = calloc(ADDRESSES_MAX_KNOWN, 1);
    if (!oracle->tales || !oracle->superseded || !oracle->addresses || !oracle->cold)
        abort();
    (void)pthread_mutex_init(&oracle->notes_lock, NULL);
    atomic_store(&oracle->time.at, 1795500000000); /* 24 November 2026 */
}

static void oracle_end(struct oracle *oracle)
{
    for (size_t i = 0; i < address_count(oracle); i++)
        free(oracle->addresses[i]);
    free(oracle->addresses);
    free(oracle->cold);
    free(oracle->superseded);
    free(oracle->tales);
    (void)pthread_mutex_destroy(&oracle->notes_lock);
    arena_free(oracle->arena);
}

int main(int argc, char **argv)
{
    static struct oracle oracle;
    struct settings_of_run run = {.seed = fresh_seed(),
                                  .changes = UINT64_MAX,
                                  .seconds = 40,
                                  .readers = 3,
                                  .archive = ARCHIVE,
                                  .rounds = 3};
    read_arguments(argc, argv, &run);
    (void)printf("oracle: seed %llu\n", (unsigned long long)run.seed);
    (void)fflush(stdout);
    hash_start();
    oracle_begin(&oracle, run.seed);
    room_make(&oracle);
    room_fill(&oracle, run.archive);
    measure(&oracle, &run, run.seconds * 0.3);
    turmoil(&oracle, &run, LARGE_CACHE, run.changes / 2, run.seconds * 0.35);
    if (!atomic_load(&oracle.failures))
        turmoil(&oracle, &run, 0, run.changes / 2, run.seconds * 0.35);
    room_remove(&oracle);
    (void)printf("  %llu changes, %llu pages verified, %llu answers, %llu compared with a fresh "
                 "rendering, %llu of them 304, %llu fallbacks\n",
                 (unsigned long long)oracle.changes, (unsigned long long)oracle.verified,
                 (unsigned long long)atomic_load(&oracle.asked),
                 (unsigned long long)atomic_load(&oracle.compared),
                 (unsigned long long)atomic_load(&oracle.not_modified),
                 (unsigned long long)atomic_load(&oracle.fallbacks));
    int failures = atomic_load(&oracle.failures);
    (void)printf("oracle: %s, seed %llu\n", failures ? "FAILED" : "all is well",
                 (unsigned long long)run.seed);
    oracle_end(&oracle);
    return failures ? 1 : 0;
}
