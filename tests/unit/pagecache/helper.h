/* Shared by the page cache's tests: a cache with a clock that stands, and one-line askers. */
#ifndef TESTS_UNIT_PAGECACHE_HELPER_H
#define TESTS_UNIT_PAGECACHE_HELPER_H

#include "base/hash.h"
#include "pagecache/pagecache.h"
#include "tests/unit/cmocka.h"

struct room {
    struct clock_set set;
    struct clock clock;
    struct pagecache *cache;
};

/* 2026-01-01 00:00:00 UTC */
#define TEST_NOW INT64_C(1767225600000)

/* For cmocka_unit_test_setup_teardown: *state becomes a struct room of 4 MiB at change 10. */
int room_setup(void **state);
int room_teardown(void **state);

void room_init(struct room *room, size_t bytes);
void room_release(struct room *room);

/* Somebody who waits and what he got. */
struct asker {
    struct waiter waiter;
    struct page *page;
    enum err error;
    int answers;
    enum ask ask;
    struct flight *flight; /* if he has to draw */
};

/* Asks; a hit is put into `page` and counts as an answer. */
void asker_ask(struct room *room, struct asker *asker, const char *address, enum encoding encoding);
/* Gives the page back. */
void asker_release(struct asker *asker);

#define ASKER_AUTO __attribute__((cleanup(asker_release)))

/* An ordinary 200 draft: compressible text, no keys, change 10, drawn now, never expiring. */
struct page_draft draft_of(struct room *room, const char *body);
struct page *draft_page(struct room *room, const struct page_draft *draft);

/* Asks and draws `body` at `change` from `keys` (separated by spaces), and gives the page back. */
void room_fill(struct room *room, const char *address, const char *body, int64_t change,
               const char *keys);
/* Finishes; no flight may be left over. */
void room_finish(struct room *room, struct flight *flight, struct page *page);
/* A page that is served now from memory, or NULL; starts no flight. */
bool room_serves(struct room *room, const char *address);

void drop_keys(struct room *room, int64_t change, const char *keys);
void destroy_keys(struct room *room, int64_t change, const char *keys);
struct pagecache_counts counts_of(struct room *room);

/* The identity body as text. */
#define assert_page_body(page, text)                                                               \
    do {                                                                                           \
        struct page_view view_;                                                                    \
        assert_non_null(page);                                                                     \
        page_view((page), ENCODING_IDENTITY, TEST_NOW, &view_);                                    \
        assert_true(str_eq(view_.body, str_of(text)));                                             \
    } while (0)

#endif
