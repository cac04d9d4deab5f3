/* Readers: ask for anything, at any moment. */
#include "tests/oracle/oracle.h"

#include <stdlib.h>
#include <time.h>

enum { RECENT = 300, PATIENCE_PERCENT = 25, ETAGS = 64, ETAG_BYTES = 48 };

/* What one reader got lately, to ask whether it is still so; and addresses found in pages. */
struct memory {
    char address[256];
    char etag[ETAG_BYTES];
    bool gzip;
};

struct reader {
    struct oracle *oracle;
    pthread_t thread;
    struct random random;
    struct fresh fresh;
    struct memory memories[ETAGS];
    size_t memory_count;
    char links[ETAGS][256]; /* "?before=" addresses found in lists */
    size_t link_count;
};

struct readers {
    struct oracle *oracle;
    struct reader at[READERS_MAX];
    size_t count;
};

/* An address that canonicalises to itself, so that it can be drawn afresh. */
static struct str pick_address(struct reader *reader)
{
    const struct oracle *oracle = reader->oracle;
    size_t count = address_count(oracle), way = random_below(&reader->random, 100);
    if (way < 10 && reader->link_count)
        return str_of(reader->links[random_below(
            &reader->random, reader->link_count < ETAGS ? reader->link_count : ETAGS)]);
    if (way < 35) /* front, sections, tags, authors, feeds: known first */
        return str_of(oracle->addresses[random_below(&reader->random, count < 150 ? count : 150)]);
    if (way < 65 && count > RECENT)
        return str_of(oracle->addresses[count - 1 - random_below(&reader->random, RECENT)]);
    return str_of(oracle->addresses[random_below(&reader->random, count)]);
}

/* The link to older stories, when the page is a list in plain text. */
static void find_link(struct reader *reader, struct str address, struct str body)
{
    ptrdiff_t at = str_find(body, STR("?before="));
    size_t n = 0;
    if (at < 0 || address.len > 200 || str_find_char(address, '?') >= 0)
        return;
    struct str rest = str_from(body, (size_t)at + 8);
    while (n < rest.len && n < 18 && rest.at[n] >= '0' && rest.at[n] <= '9')
        n++;
    (void)snprintf(reader->links[reader->link_count++ % ETAGS], sizeof reader->links[0],
                   "%.*s?before=%.*s", STR_ARG(address), STR_ARG(str_cut(rest, 0, n)));
}

static void remember(struct reader *reader, struct str address, bool gzip,
                     const struct answer *answer)
{
    struct str etag = http_view_field(&answer->view, STR("ETag"));
    struct memory *memory = &reader->memories[reader->memory_count % ETAGS];
    if (!etag.len || !str_to_c(etag, memory->etag, sizeof memory->etag) ||
        !str_to_c(address, memory->address, sizeof memory->address))
        return;
    memory->gzip = gzip;
    reader->memory_count++;
}

/* Asks, and when nothing changed meanwhile compares with a fresh rendering. */
static void visit(struct reader *reader, struct str address, bool gzip, struct str etag)
{
    struct oracle *oracle = reader->oracle;
    ANSWER_AUTO struct answer answer;
    uint64_t since = atomic_load(&oracle->acknowledged), stamp = atomic_load(&oracle->stamp);
    bool media = str_starts(address, STR("/media/"));
    if (!ask(oracle, address, gzip, etag, &answer))
        return;
    answer_check_facts(oracle, &answer, address, since);
    if (answer.view.status == 200 && !gzip)
        find_link(reader, address, answer.view.body);
    if (answer.view.status == 200)
        remember(reader, address, gzip, &answer);
    if (stamp % 2 || !random_chance(&reader->random, PATIENCE_PERCENT))
        return;
    PAGE_AUTO struct page *page = fresh_draw(&reader->fresh, oracle, address);
    if (atomic_load(&oracle->stamp) == stamp)
        answer_check_page(oracle, &answer, address, gzip && !media, page);
}

static void *read_on(void *context)
{
    struct reader *reader = context;
    struct oracle *oracle = reader->oracle;
    fresh_open(&reader->fresh, oracle);
    while (!atomic_load(&oracle->stop)) {
        /* In bursts: the writer needs the machine too. */
        struct timespec pause = {0, (long)random_below(&reader->random, 8) * 1000000};
        if (random_chance(&reader->random, 25))
            (void)nanosleep(&pause, NULL);
        if (reader->memory_count && random_chance(&reader->random, 15)) {
            size_t known = reader->memory_count < ETAGS ? reader->memory_count : ETAGS;
            struct memory memory = reader->memories[random_below(&reader->random, known)];
            visit(reader, str_of(memory.address), memory.gzip, str_of(memory.etag));
        } else {
            char address[256];
            if (str_to_c(pick_address(reader), address, sizeof address))
                visit(reader, str_of(address), random_chance(&reader->random, 60), STR_NONE);
        }
    }
    fresh_close(&reader->fresh);
    return NULL;
}

struct readers *readers_start(struct oracle *oracle, size_t count)
{
    struct readers *readers = calloc(1, sizeof *readers);
    if (!readers)
        abort();
    readers->oracle = oracle;
    readers->count = count < READERS_MAX ? count : READERS_MAX;
    atomic_store(&oracle->stop, false);
    for (size_t i = 0; i < readers->count; i++) {
        struct reader *reader = &readers->at[i];
        reader->oracle = oracle;
        reader->random.state = oracle->seed * 1000 + i;
        if (pthread_create(&reader->thread, NULL, read_on, reader))
            abort();
    }
    return readers;
}

void readers_stop(struct readers *readers)
{
    atomic_store(&readers->oracle->stop, true);
    for (size_t i = 0; i < readers->count; i++)
        (void)pthread_join(readers->at[i].thread, NULL);
    free(readers);
}
