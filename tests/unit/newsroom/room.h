/* A newsroom in a temporary folder, for tests of the rules. */
#ifndef TESTS_UNIT_NEWSROOM_ROOM_H
#define TESTS_UNIT_NEWSROOM_ROOM_H

#include "base/hash.h"
#include "newsroom/publishing.h"
#include "newsroom/reading.h"
#include "tests/unit/cmocka.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#define FINE(expression)                                                                           \
    do {                                                                                           \
        struct error fine_ = (expression);                                                         \
        if (fine_.code != ERR_OK)                                                                  \
            fail_msg("%s: %s: %s %s", #expression, error_name(fine_.code), fine_.what, fine_.why); \
    } while (0)

struct room {
    char dir[64];
    struct store *store;
    struct arena *arena;
    int64_t now;
};

static inline void room_open(struct room *room)
{
    struct store_options options = {.role = STORE_WRITER, .busy_ms = 1000};
    *room = (struct room){.now = 1764000000000, .arena = arena_new()};
    (void)snprintf(room->dir, sizeof room->dir, "/tmp/stoppress-room-XXXXXX");
    assert_non_null(mkdtemp(room->dir));
    FINE(store_create(room->dir));
    FINE(store_open(room->dir, &options, &room->store));
}

static inline int room_unlink(const char *path, const struct stat *status, int flag,
                              struct FTW *where)
{
    return remove(path);
}

static inline void room_close(struct room *room)
{
    store_close(room->store);
    arena_free(room->arena);
    (void)nftw(room->dir, room_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* Settings and the sections `news` and `world`. */
static inline void room_furnish(struct room *room)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_section section;
    struct settings settings = {.name = STR("The Test"),
                                .url = STR("https://example.org"),
                                .language = STR("en"),
                                .timezone = STR("Asia/Manila"),
                                .since = 1997};
    FINE(store_write(room->store, &tx));
    changes_init(&changes, room->arena);
    FINE(settings_save(tx, &settings, &changes.keys));
    FINE(section_add(tx, STR("News"), STR("news"), room->arena, &changes, &section));
    FINE(section_add(tx, STR("World"), STR("world"), room->arena, &changes, &section));
    FINE(changes_commit(&tx, &changes, room->now, NULL));
}

#endif
