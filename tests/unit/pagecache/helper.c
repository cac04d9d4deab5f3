#include "tests/unit/pagecache/helper.h"

void room_init(struct room *room, size_t bytes)
{
    hash_start();
    atomic_store(&room->set.at, TEST_NOW);
    room->clock = clock_settable(&room->set);
    room->cache = pagecache_new(
        &(struct pagecache_options){.bytes = bytes, .clock = &room->clock, .change = 10});
}

void room_release(struct room *room)
{
    pagecache_free(room->cache);
}

int room_setup(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    if (!room)
        return 1;
    room_init(room, PAGECACHE_BYTES_MIN);
    *state = room;
    return 0;
}

int room_teardown(void **state)
{
    struct room *room = *state;
    room_release(room);
    free(room);
    return 0;
}

static void answered(struct waiter *waiter, struct page *page, const struct error *error)
{
    struct asker *asker = waiter->context;
    asker->answers++;
    asker->page = page;
    asker->error = error ? error->code : ERR_OK;
}

void asker_ask(struct room *room, struct asker *asker, const char *address, enum encoding encoding)
{
    *asker = (struct asker){.waiter = {.answer = answered, .context = asker}};
    asker->ask = pagecache_ask(room->cache, str_of(address), encoding, &asker->waiter, &asker->page,
                               &asker->flight);
    if (asker->ask == ASK_HIT)
        asker->answers++;
}

void asker_release(struct asker *asker)
{
    page_unref(asker->page);
    asker->page = NULL;
}

struct page_draft draft_of(struct room *room, const char *body)
{
    return (struct page_draft){
        .status = 200,
        .head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                    "Cache-Control: no-cache\r\n"),
        .body = str_of(body),
        .compressible = true,
        .change = 10,
        .drawn_at = clock_now(&room->clock),
        .expires_at = NEVER,
    };
}

struct page *draft_page(struct room *room, const struct page_draft *draft)
{
    struct page *page = NULL;
    struct error error = page_new(room->cache, draft, &page);
    assert_int_equal(error.code, ERR_OK);
    return page;
}

enum { KEYS_MAX = 16 };

static size_t split(const char *text, struct str keys[KEYS_MAX])
{
    struct str rest = str_of(text), part;
    size_t count = 0;
    while (str_split(&rest, ' ', &part))
        if (part.len && count < KEYS_MAX)
            keys[count++] = part;
    return count;
}

void room_finish(struct room *room, struct flight *flight, struct page *page)
{
    assert_non_null(flight);
    assert_null(pagecache_finish(room->cache, flight, page, NULL));
}

void room_fill(struct room *room, const char *address, const char *body, int64_t change,
               const char *keys)
{
    struct str list[KEYS_MAX];
    struct page_draft draft = draft_of(room, body);
    draft.keys = list;
    draft.key_count = split(keys, list);
    draft.change = change;
    ASKER_AUTO struct asker asker;
    asker_ask(room, &asker, address, ENCODING_IDENTITY);
    assert_int_equal(asker.ask, ASK_DRAW);
    room_finish(room, asker.flight, draft_page(room, &draft));
    assert_int_equal(asker.answers, 1);
}

static void compare(void *context, struct str address, struct page *page)
{
    struct str *wanted = context;
    if (str_eq(*wanted, address))
        *wanted = STR_NONE;
}

bool room_serves(struct room *room, const char *address)
{
    struct str wanted = str_of(address);
    pagecache_each(room->cache, compare, &wanted);
    return !wanted.len;
}

void drop_keys(struct room *room, int64_t change, const char *keys)
{
    struct str list[KEYS_MAX];
    size_t count = split(keys, list);
    pagecache_drop(room->cache, change, list, count);
}

void destroy_keys(struct room *room, int64_t change, const char *keys)
{
    struct str list[KEYS_MAX];
    size_t count = split(keys, list);
    pagecache_destroy(room->cache, change, list, count);
}

struct pagecache_counts counts_of(struct room *room)
{
    struct pagecache_counts counts;
    pagecache_counts(room->cache, &counts);
    return counts;
}
