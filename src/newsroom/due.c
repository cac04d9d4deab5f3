/* What the clock does: schedules and ends of embargoes, at their second or as soon as possible. */
#include "newsroom/front.h"
#include "newsroom/overview.h"
#include "newsroom/workflow.h"
#include "text/dates.h"

enum { DUE_AT_ONCE = 100, WORDS_AT_ONCE = 200 };

static struct error add_note(struct store_tx *tx, int64_t story_id, struct str text, int64_t now)
{
    struct store_note note = {.story_id = story_id, .at = now, .kind = NOTE_CLOCK, .text = text};
    int64_t id;
    return store_note_add(tx, &note, &id);
}

/* "published", or "published-late 2026-11-24T14:05:00Z". */
static struct str happened(const char *what, int64_t due, int64_t now, struct arena *arena)
{
    if (now - due <= LATE_MS)
        return str_of(what);
    return arena_printf(arena, "%s-late %.*s", what, STR_ARG(text_rfc3339(due, STR("UTC"), arena)));
}

static struct error end_embargo(struct store_tx *tx, const struct store_due *due, int64_t now,
                                struct arena *arena)
{
    struct store_desk desk;
    TRY(store_desk(tx, due->story_id, &desk));
    desk.embargo_until = 0;
    TRY(store_desk_set(tx, &desk));
    struct str text = happened("embargo-ended", due->at, now, arena);
    TRY(add_note(tx, due->story_id, text, now));
    return audit_add(tx, &ACTOR_CLOCK, STR("story.embargo-end"),
                     audit_object("story", due->story_id, arena), text, now, arena);
}

static struct error publish(struct store_tx *tx, const struct store_due *due, int64_t now,
                            struct arena *arena, struct changes *changes)
{
    struct store_desk desk;
    struct store_story story;
    TRY(store_desk(tx, due->story_id, &desk));
    if (desk.embargo_until > now)
        return error_make(ERR_STEP, "Publishing", "it is under embargo");
    bool late = now - due->at > LATE_MS;
    struct publish_options options = {.published_at = late ? 0 : due->at,
                                      .minor = desk.scheduled_minor,
                                      .relist = desk.scheduled_relist};
    TRY(story_publish_with(tx, due->story_id, &options, now, arena, changes, &story));
    struct str text = happened("published", due->at, now, arena);
    TRY(add_note(tx, due->story_id, text, now));
    return audit_addf(tx, &ACTOR_CLOCK, "story.publish", audit_object("story", story.id, arena),
                      now, arena, "%.*s, as scheduled%s; %.*s", STR_ARG(story.path),
                      late ? ", but late" : "", STR_ARG(text));
}

/* The newsroom's rules say no: another try would say it again. */
static bool is_final(enum err code)
{
    return code == ERR_INVALID || code == ERR_STEP || code == ERR_NOT_FOUND || code == ERR_EXISTS ||
           code == ERR_EMBARGO || code == ERR_NO_SECTION;
}

static struct error give_up(struct store *store, const struct store_due *due,
                            const struct error *why, int64_t now, struct arena *arena)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    BUF_AUTO struct buf sentence = BUF_INIT(1024);
    struct changes changes;
    struct store_desk desk;
    error_sentence(why, &sentence);
    TRY(store_write(store, &tx));
    TRY(store_desk(tx, due->story_id, &desk));
    desk.state = desk.published == STORY_WITHDRAWN ? DESK_WITHDRAWN : DESK_READY;
    desk.publish_at = desk.scheduled_by = 0;
    TRY(store_desk_set(tx, &desk));
    TRY(desk_index(tx, due->story_id, arena));
    TRY(add_note(tx, due->story_id,
                 arena_printf(arena, "not-published\n%.*s", STR_ARG(buf_slice(&sentence))), now));
    TRY(audit_add(tx, &ACTOR_CLOCK, STR("story.not-published"),
                  audit_object("story", due->story_id, arena), buf_slice(&sentence), now, arena));
    changes_init(&changes, arena);
    return changes_commit(&tx, &changes, now, NULL);
}

static struct error tell_ends(struct store *store, int64_t now, struct arena *arena)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    TRY(store_write(store, &tx));
    TRY(front_tell_ends(tx, now, arena));
    changes_init(&changes, arena);
    changes.why_none = "the trail's own";
    return changes_commit(&tx, &changes, now, NULL);
}

/* The next thing, in a transaction of its own. */
static struct error do_one(struct store *store, int64_t now, struct arena *arena)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_due due;
    TRY(store_write(store, &tx));
    struct error error = store_due_next(tx, &due);
    if (error.code == ERR_NOT_FOUND || (error.code == ERR_OK && due.at > now))
        return NO_ERROR; /* somebody took it away in the meantime */
    if (error.code != ERR_OK)
        return error;
    changes_init(&changes, arena);
    error =
        due.embargo ? end_embargo(tx, &due, now, arena) : publish(tx, &due, now, arena, &changes);
    if (error.code == ERR_OK)
        return changes_commit(&tx, &changes, now, NULL);
    store_end(tx);
    tx = NULL;
    return is_final(error.code) ? give_up(store, &due, &error, now, arena) : error;
}

/* When something is due next, and whether words wait to be indexed. */
static struct error look(struct store *store, struct arena *arena, int64_t *ret_at,
                         int64_t *ret_end, bool *ret_words)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_due due = {.at = NEVER};
    int64_t *ids;
    size_t stories, pictures;
    int64_t end;
    TRY(store_read(store, &tx));
    struct error error = store_due_next(tx, &due);
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    TRY(front_next_end(tx, arena, &end));
    TRY(store_desk_unworded(tx, 1, arena, &ids, &stories));
    TRY(store_pictures_unworded(tx, 1, arena, &ids, &pictures));
    *ret_at = due.at;
    *ret_end = end;
    *ret_words = stories || pictures;
    return NO_ERROR;
}

static struct error index_words(struct store *store, int64_t now, struct arena *arena)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    size_t count;
    TRY(store_write(store, &tx));
    TRY(desk_index_some(tx, WORDS_AT_ONCE, arena, &count));
    changes_init(&changes, arena);
    return changes_commit(&tx, &changes, now, NULL);
}

struct error workflow_run_due(struct store *store, const struct clock *clock, struct arena *arena,
                              int64_t *ret_next)
{
    int64_t at = NEVER, end = NEVER;
    bool words = false;
    for (int i = 0; i < DUE_AT_ONCE; i++) {
        ARENA_AUTO struct arena *scratch = arena_new();
        int64_t now = clock_now(clock);
        TRY(look(store, scratch, &at, &end, &words));
        if (at > now && end > now)
            break;
        TRY(at <= now ? do_one(store, now, scratch) : tell_ends(store, now, scratch));
    }
    if (words) {
        ARENA_AUTO struct arena *scratch = arena_new();
        TRY(index_words(store, clock_now(clock), scratch));
        at = clock_now(clock); /* there may be more */
    }
    *ret_next = at < end ? at : end;
    return NO_ERROR;
}
