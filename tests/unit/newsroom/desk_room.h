/* A newsroom with people, for tests of the desk's rules. */
#ifndef TESTS_UNIT_NEWSROOM_DESK_ROOM_H
#define TESTS_UNIT_NEWSROOM_DESK_ROOM_H

#include "newsroom/accounts.h"
#include "newsroom/workflow.h"
#include "tests/unit/newsroom/room.h"

#define FAILS(code_, expression)                                                                   \
    do {                                                                                           \
        struct error fails_ = (expression);                                                        \
        if (fails_.code != (code_))                                                                \
            fail_msg("%s: %s instead of %s: %s %s", #expression, error_name(fails_.code),          \
                     error_name(code_), fails_.what, fails_.why);                                  \
    } while (0)
#define assert_text(a, b) assert_true(str_eq((a), (b)))

struct desk_room {
    struct room room;
    struct actor contributor, reporter, other, editor, publisher; /* `other` is a reporter too */
    int64_t news;                                                 /* a section */
};

static inline struct store_tx *room_write(struct desk_room *desk)
{
    struct store_tx *tx = NULL;
    FINE(store_write(desk->room.store, &tx));
    return tx;
}

static inline void room_commit(struct desk_room *desk, struct store_tx *tx, struct changes *changes)
{
    FINE(changes_commit(&tx, changes, desk->room.now, NULL));
}

static inline struct actor room_person(struct desk_room *desk, struct store_tx *tx,
                                       const char *name, enum account_role role)
{
    struct person person = {.name = str_of(name), .login = str_of(name), .role = role};
    int64_t id;
    FINE(account_add(tx, &ACTOR_COMMAND, &person, desk->room.now, desk->room.arena, &id));
    return (struct actor){id, str_of(name), role};
}

static inline int desk_setup(void **state)
{
    static struct desk_room desk;
    struct store_section news;
    struct changes changes;
    room_open(&desk.room);
    room_furnish(&desk.room);
    struct store_tx *tx = room_write(&desk);
    changes_init(&changes, desk.room.arena);
    desk.contributor = room_person(&desk, tx, "Carla", ROLE_CONTRIBUTOR);
    desk.reporter = room_person(&desk, tx, "Rosa", ROLE_REPORTER);
    desk.other = room_person(&desk, tx, "Omar", ROLE_REPORTER);
    desk.editor = room_person(&desk, tx, "Edith", ROLE_EDITOR);
    desk.publisher = room_person(&desk, tx, "Pavel", ROLE_PUBLISHER);
    FINE(store_section_by_slug(tx, STR("news"), desk.room.arena, &news));
    desk.news = news.id;
    room_commit(&desk, tx, &changes);
    *state = &desk;
    return 0;
}

static inline int desk_teardown(void **state)
{
    struct desk_room *desk = *state;
    room_close(&desk->room);
    return 0;
}

static inline struct store_revision room_revision(struct desk_room *desk, const char *headline)
{
    return (struct store_revision){.section_id = desk->news,
                                   .headline = str_of(headline),
                                   .body = STR("Ships wait in the roads.")};
}

/* A save in a transaction of its own. */
static inline struct error room_save(struct desk_room *desk, const struct actor *actor,
                                     int64_t story, int64_t base, struct store_revision revision,
                                     struct saved *ret_saved)
{
    STORE_TX_AUTO struct store_tx *tx = room_write(desk);
    struct changes changes;
    struct saving saving = {.story_id = story, .base = base, .revision = &revision};
    changes_init(&changes, desk->room.arena);
    TRY(story_save(tx, actor, &saving, desk->room.now, desk->room.arena, &changes, ret_saved));
    struct store_tx *ending = tx;
    tx = NULL;
    return changes_commit(&ending, &changes, desk->room.now, NULL);
}

static inline struct saved room_draft(struct desk_room *desk, const struct actor *actor,
                                      const char *headline)
{
    struct saved saved;
    FINE(room_save(desk, actor, 0, 0, room_revision(desk, headline), &saved));
    desk->room.now += 60000;
    return saved;
}

static inline struct error room_step(struct desk_room *desk, const struct actor *actor,
                                     int64_t story, enum step step, struct step_words words)
{
    STORE_TX_AUTO struct store_tx *tx = room_write(desk);
    struct changes changes;
    struct store_desk row;
    changes_init(&changes, desk->room.arena);
    TRY(story_step(tx, actor, story, step, &words, desk->room.now, desk->room.arena, &changes,
                   &row));
    struct store_tx *ending = tx;
    tx = NULL;
    return changes_commit(&ending, &changes, desk->room.now, NULL);
}

static inline struct store_desk room_desk(struct desk_room *desk, int64_t story)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_desk row;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_desk(tx, story, &row));
    return row;
}

static inline struct store_story room_story(struct desk_room *desk, int64_t story)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_story row;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_story(tx, story, desk->room.arena, &row));
    return row;
}

static inline void room_say(void *context, struct str sentence)
{
    print_error("%.*s\n", STR_ARG(sentence));
}

/* The rules between the tables hold. */
static inline void room_check(struct desk_room *desk)
{
    int64_t faults;
    FINE(store_check(desk->room.store, room_say, NULL, &faults));
    assert_int_equal(faults, 0);
    FINE(store_desk_check(desk->room.store, room_say, NULL, &faults));
    assert_int_equal(faults, 0);
}

#endif
