/* Exactness must not be bought cheaply: of the pages that a change drops nearly all must differ
 * when they are drawn again, most of the cache must survive a typical publication, and what stays
 * must be hit. Measured with a warm cache and nobody reading. */
#include "tests/oracle/oracle.h"

#include "base/table.h"

#include <stdlib.h>

enum {
    DIFFER_PERCENT = 90,
    SURVIVE_PERCENT = 50,
    CRAWL_ROUNDS = 40,
    KEPT_PERCENT = 15,
    AROUND = 24
};

struct tally {
    uint64_t changes, dropped, differ;
    uint64_t worst; /* of one change: pages dropped for nothing */
};

struct economy {
    struct oracle *oracle;
    struct fresh fresh;
    struct arena *arena;
    struct tally tallies[CHANGE_KINDS];
    double survived_least;
};

/* The pages of the cache at one moment. */
struct holding {
    struct arena *arena;
    struct table *pages; /* address → struct page, a reference */
};

static void hold(void *context, struct str address, struct page *page)
{
    struct holding *holding = context;
    table_set(holding->pages, arena_str(holding->arena, address), page_ref(page));
}

static struct holding holding_take(struct oracle *oracle)
{
    struct holding holding = {.arena = arena_new()};
    holding.pages = table_new(holding.arena);
    pagecache_each(oracle->house->cache, hold, &holding);
    return holding;
}

static void holding_release(struct holding *holding)
{
    for (size_t i = 0; i < table_count(holding->pages); i++)
        page_unref(table_value(holding->pages, i));
    arena_free(holding->arena);
}

/* ---- Warming ----------------------------------------------------------------------------------
 */

/* False: there is no page to keep. */
static bool warm_one(struct oracle *oracle, struct str address, char *ret_link, size_t size)
{
    for (int gzip = 1; gzip >= 0; gzip--) {
        ANSWER_AUTO struct answer answer;
        if (!ask(oracle, address, gzip, STR_NONE, &answer) || answer.view.status != 200)
            return false;
        if (gzip)
            continue;
        ptrdiff_t at = str_find(answer.view.body, STR("?before="));
        if (at < 0)
            continue;
        struct str rest = str_from(answer.view.body, (size_t)at + 8);
        struct str number = str_cut(rest, 0, (size_t)str_find_char(rest, '"'));
        ptrdiff_t question = str_find_char(address, '?');
        struct str base = question < 0 ? address : str_cut(address, 0, (size_t)question);
        (void)snprintf(ret_link, size, "%.*s?before=%.*s", STR_ARG(base), STR_ARG(number));
    }
    return true;
}

static bool is_warm(struct oracle *oracle, struct str address)
{
    PAGE_AUTO struct page *page = pagecache_find(oracle->house->cache, address, ENCODING_GZIP);
    return page != NULL;
}

/* The page and, of a list, those that follow it, up to the first that is there. */
static bool warm(struct oracle *oracle, struct str address)
{
    char now[256], link[256];
    bool kept = true;
    if (!str_to_c(address, link, sizeof link))
        return false;
    for (int i = 0; link[0] && i < CRAWL_ROUNDS && !is_warm(oracle, str_of(link)); i++) {
        memcpy(now, link, sizeof now);
        link[0] = 0;
        kept = warm_one(oracle, str_of(now), link, sizeof link);
    }
    return kept;
}

void cache_warm(struct oracle *oracle)
{
    for (size_t i = 0; i < address_count(oracle); i++)
        if (!oracle->cold[i])
            oracle->cold[i] = !warm(oracle, str_of(oracle->addresses[i]));
}

/* ---- Measuring --------------------------------------------------------------------------------
 */

/* What became of a page that was held before the change. */
static void look_at_page(struct economy *economy, enum change_kind kind, struct str address,
                         struct page *old, uint64_t *ret_for_nothing)
{
    struct tally *tally = &economy->tallies[kind];
    const char *why;
    PAGE_AUTO struct page *fresh = fresh_draw(&economy->fresh, economy->oracle, address);
    bool differs = !page_equal(old, fresh, &why);
    tally->dropped++;
    tally->differ += differs;
    if (!differs) {
        if (getenv("ORACLE_NAME_WASTE"))
            (void)fprintf(stderr, "  %s: dropped for nothing: %.*s\n", change_name(kind),
                          STR_ARG(address));
        ++*ret_for_nothing;
    }
    (void)warm(economy->oracle, address);
}

/* Of the pages that stayed, those that show the story. */
static void look_around(struct economy *economy, const struct tale *tale,
                        const struct holding *after)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str around[AROUND];
    size_t count = tale ? tale_addresses(economy->oracle, tale, arena, around, AROUND) : 0;
    for (size_t i = 0; i < count; i++) {
        struct page *page = table_get(after->pages, around[i]);
        if (page)
            page_verify(economy->oracle, &economy->fresh, around[i], page);
    }
}

static void measure(struct economy *economy, enum change_kind kind)
{
    struct oracle *oracle = economy->oracle;
    clock_set_to(oracle, atomic_load(&oracle->time.at) + 20 * 1000);
    struct holding before = holding_take(oracle);
    struct tale *tale = NULL;
    if (!change_make(oracle, kind, true, &tale)) {
        holding_release(&before);
        return;
    }
    struct holding after = holding_take(oracle);
    size_t held = table_count(before.pages), dropped = 0;
    uint64_t for_nothing = 0;
    for (size_t i = 0; i < held; i++) {
        struct page *old = table_value(before.pages, i);
        struct str address = table_key(before.pages, i);
        if (table_get(after.pages, address) == old) {
            if (random_chance(&oracle->random, KEPT_PERCENT))
                page_verify(oracle, &economy->fresh, address, old);
            continue;
        }
        dropped++;
        look_at_page(economy, kind, address, old, &for_nothing);
    }
    look_around(economy, tale, &after);
    struct tally *tally = &economy->tallies[kind];
    tally->changes++;
    tally->worst = for_nothing > tally->worst ? for_nothing : tally->worst;
    double survived = held ? (double)(held - dropped) / (double)held : 0;
    if (kind == CHANGE_PUBLISH_TYPICAL && survived < economy->survived_least)
        economy->survived_least = survived;
    holding_release(&before);
    holding_release(&after);
    cache_warm(oracle);
}

/* Asks for each page once in each form: all must be hits. */
static void check_hits(struct economy *economy)
{
    struct oracle *oracle = economy->oracle;
    struct pagecache_counts before, after;
    struct holding holding = holding_take(oracle);
    size_t count = table_count(holding.pages);
    pagecache_counts(oracle->house->cache, &before);
    for (size_t i = 0; i < count; i++) {
        ANSWER_AUTO struct answer plain, gzip;
        (void)ask(oracle, table_key(holding.pages, i), false, STR_NONE, &plain);
        (void)ask(oracle, table_key(holding.pages, i), true, STR_NONE, &gzip);
    }
    pagecache_counts(oracle->house->cache, &after);
    holding_release(&holding);
    if (after.hits - before.hits != 2 * count || after.misses != before.misses)
        oracle_fail(oracle, "%zu pages asked for twice: %llu hits, %llu misses", count,
                    (unsigned long long)(after.hits - before.hits),
                    (unsigned long long)(after.misses - before.misses));
    (void)printf("  %zu pages warm, %zu KiB; asked for twice: %llu hits, %llu misses\n", count,
                 after.bytes / 1024, (unsigned long long)(after.hits - before.hits),
                 (unsigned long long)(after.misses - before.misses));
}

static double percent(uint64_t some, uint64_t all)
{
    return all ? 100.0 * (double)some / (double)all : 100.0;
}

/* Kinds that change every page count apart, so that they can't hide the others. */
static bool changes_all(enum change_kind kind)
{
    return kind >= CHANGE_SITE_NAME && kind <= CHANGE_SECTION_ORDER;
}

static void report(struct economy *economy)
{
    struct tally story = {0}, all = {0};
    (void)printf("  %-26s %8s %8s %8s %7s\n", "change", "changes", "dropped", "differ", "%");
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        const struct tally *tally = &economy->tallies[kind];
        if (!tally->changes)
            continue;
        struct tally *sum = changes_all((enum change_kind)kind) ? &all : &story;
        sum->changes += tally->changes;
        sum->dropped += tally->dropped;
        sum->differ += tally->differ;
        (void)printf("  %-26s %8llu %8llu %8llu %6.1f%%%s\n", change_name((enum change_kind)kind),
                     (unsigned long long)tally->changes, (unsigned long long)tally->dropped,
                     (unsigned long long)tally->differ, percent(tally->differ, tally->dropped),
                     percent(tally->differ, tally->dropped) < DIFFER_PERCENT ? " (!)" : "");
    }
    (void)printf(
        "  stories, names, furniture: %llu dropped, %.2f%% differed; the whole site: %llu, "
        "%.2f%%\n",
        (unsigned long long)story.dropped, percent(story.differ, story.dropped),
        (unsigned long long)all.dropped, percent(all.differ, all.dropped));
    (void)printf("  a typical publication left at least %.1f%% of the cache\n",
                 100 * economy->survived_least);
    if (percent(story.differ, story.dropped) < DIFFER_PERCENT ||
        percent(all.differ, all.dropped) < DIFFER_PERCENT)
        oracle_fail(economy->oracle, "too many pages are dropped for nothing");
    if (economy->survived_least < SURVIVE_PERCENT / 100.0)
        oracle_fail(economy->oracle, "a typical publication costs too much of the cache");
}

void economy_run(struct oracle *oracle, size_t rounds, int64_t until)
{
    struct economy economy = {.oracle = oracle, .arena = arena_new(), .survived_least = 1};
    fresh_open(&economy.fresh, oracle);
    cache_warm(oracle);
    (void)cache_verify(oracle, &economy.fresh);
    check_hits(&economy);
    for (size_t round = 0; round < rounds && (round == 0 || clock_monotonic() < until); round++) {
        for (int kind = 0; kind < CHANGE_KINDS; kind++)
            if (!changes_all((enum change_kind)kind) || random_chance(&oracle->random, 40))
                measure(&economy, (enum change_kind)kind);
        (void)cache_verify(oracle, &economy.fresh);
    }
    check_hits(&economy);
    report(&economy);
    fresh_close(&economy.fresh);
    arena_free(economy.arena);
}
