/* Where stories stand on the desk. The rows follow the stories by triggers (migrations/002.sql). */
#include "store/desk.h"
#include "store/sqlite/inside.h"

/* The upper 34 bits: seconds from -2^33 on; the lower 29: the story's id. As in the triggers. */
#define PLACE_OF(date, id)                                                                         \
    "((max(min(" date " / 1000, 8589934591), -8589934592) + 8589934592) * 536870912 + " id ")"

#define DESK_COLUMNS                                                                               \
    "d.story_id, d.state, d.owner_id, d.editor_id, d.handed_in_at, d.publish_at, d.scheduled_by, " \
    "d.scheduled_minor, d.scheduled_relist, d.embargo_until, d.live_at, d.date, d.place, "         \
    "s.state, "                                                                                    \
    "d.words IS NOT NULL"

static void read_desk(struct query *q, struct store_desk *desk)
{
    desk->story_id = query_int(q);
    desk->state = (enum desk_state)query_int(q);
    desk->owner_id = query_int(q);
    desk->editor_id = query_int(q);
    desk->handed_in_at = query_int(q);
    desk->publish_at = query_int(q);
    desk->scheduled_by = query_int(q);
    desk->scheduled_minor = query_int(q) != 0;
    desk->scheduled_relist = query_int(q) != 0;
    desk->embargo_until = query_int(q);
    desk->live_at = query_int(q);
    desk->date = query_int(q);
    desk->place = query_int(q);
    desk->published = (enum story_state)query_int(q);
    desk->worded = query_int(q) != 0;
}

struct error store_desk(struct store_tx *tx, int64_t story_id, struct store_desk *ret_desk)
{
    QUERY_AUTO struct query q = {0};
    struct store_desk desk;
    TRY(query_begin(tx,
                    "SELECT " DESK_COLUMNS " FROM desk d JOIN story s ON s.id = d.story_id "
                    "WHERE d.story_id = ?",
                    &q));
    query_put_int(&q, story_id);
    TRY(query_one(&q, "story of that number"));
    read_desk(&q, &desk);
    TRY(query_end(&q));
    *ret_desk = desk;
    return NO_ERROR;
}

/* By what the lists order a story whose schedule comes or goes. */
static struct error set_date(struct store_tx *tx, int64_t story_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx,
        "UPDATE desk SET date = n.date, "
        "words = iif(desk.place = " PLACE_OF(
            "n.date",
            "n.id") ", words, NULL), "
                    "place = " PLACE_OF(
                        "n.date",
                        "n.id") " FROM (SELECT d.story_id AS id, CASE WHEN d.state = 5 THEN "
                                "d.publish_at "
                                "WHEN s.published_at <> 0 THEN s.published_at ELSE r.at END AS "
                                "date "
                                "FROM desk d JOIN story s ON s.id = d.story_id "
                                "JOIN revision r ON r.id = s.newest WHERE d.story_id = ?1) AS n "
                                "WHERE desk.story_id = ?1 AND desk.date <> n.date",
        &q));
    query_put_int(&q, story_id);
    return query_run(&q);
}

struct error store_desk_set(struct store_tx *tx, const struct store_desk *desk)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "UPDATE desk SET state = ?, owner_id = ?, editor_id = ?, handed_in_at = ?, "
                    "publish_at = ?, scheduled_by = ?, scheduled_minor = ?, scheduled_relist = ?, "
                    "embargo_until = ?, live_at = ? WHERE story_id = ?",
                    &q));
    query_put_int(&q, desk->state);
    query_put_id(&q, desk->owner_id);
    query_put_id(&q, desk->editor_id);
    query_put_int(&q, desk->handed_in_at);
    query_put_int(&q, desk->publish_at);
    query_put_id(&q, desk->scheduled_by);
    query_put_int(&q, desk->scheduled_minor);
    query_put_int(&q, desk->scheduled_relist);
    query_put_int(&q, desk->embargo_until);
    query_put_int(&q, desk->live_at);
    query_put_int(&q, desk->story_id);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return error_make(ERR_NOT_FOUND, "story of that number", "unknown");
    return set_date(tx, desk->story_id);
}

/* ---- Words --------------------------------------------------------------------------------- */

static struct error index_out(struct store_tx *tx, int64_t place, struct str words)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO headline (headline, rowid, words) VALUES ('delete', ?, ?)",
                    &q));
    query_put_int(&q, place);
    query_put_str(&q, words);
    return query_run(&q);
}

static struct error index_in(struct store_tx *tx, int64_t place, struct str words)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO headline (rowid, words) VALUES (?, ?)", &q));
    query_put_int(&q, place);
    query_put_str(&q, words);
    return query_run(&q);
}

/* One row that left the desk's table and must leave the index; *ret_more is false after the last.
 */
static struct error flush_one(struct store_tx *tx, struct arena *arena, bool *ret_more)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT place, words FROM headline_gone LIMIT 1", &q));
    TRY(query_next(&q, &row));
    int64_t place = row ? query_int(&q) : 0;
    struct str words = row ? query_str(&q, arena) : STR_NONE;
    TRY(query_end(&q));
    *ret_more = row;
    if (!row)
        return NO_ERROR;
    TRY(index_out(tx, place, words));
    TRY(query_begin(tx, "DELETE FROM headline_gone WHERE place = ?", &q));
    query_put_int(&q, place);
    return query_run(&q);
}

struct error store_desk_words_set(struct store_tx *tx, int64_t story_id, struct str words)
{
    ARENA_AUTO struct arena *scratch = arena_new();
    QUERY_AUTO struct query q = {0};
    for (bool more = true; more; arena_reset(scratch))
        TRY(flush_one(tx, scratch, &more));
    TRY(query_begin(tx, "SELECT place, words, words IS NULL FROM desk WHERE story_id = ?", &q));
    query_put_int(&q, story_id);
    TRY(query_one(&q, "story of that number"));
    int64_t place = query_int(&q);
    struct str old = query_str(&q, scratch);
    bool waits = query_int(&q) != 0;
    TRY(query_end(&q));
    if (!waits)
        TRY(index_out(tx, place, old));
    TRY(query_begin(tx, "UPDATE desk SET words = ? WHERE story_id = ?", &q));
    query_put_str(&q, words);
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    return index_in(tx, place, words);
}

struct error store_desk_unworded(struct store_tx *tx, size_t limit, struct arena *arena,
                                 int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT story_id FROM desk WHERE words IS NULL ORDER BY story_id LIMIT ?",
                    &q));
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* ---- Rows ---------------------------------------------------------------------------------- */

#define ROW_COLUMNS                                                                                \
    DESK_COLUMNS ", s.newest, s.live, r.at, r.section_id, r.picture_id, r.headline, r.language, "  \
                 "s.path, s.published_at, s.updated_at"
#define ROW_TABLES                                                                                 \
    "CROSS JOIN story s ON s.id = d.story_id CROSS JOIN revision r ON r.id = s.newest "

static void read_row(struct query *q, struct arena *arena, struct store_desk_row *row)
{
    read_desk(q, &row->desk);
    row->newest = query_int(q);
    row->live = query_int(q);
    row->changed_at = query_int(q);
    row->section_id = query_int(q);
    row->picture_id = query_int(q);
    row->headline = query_str(q, arena);
    row->language = query_str(q, arena);
    row->path = query_str(q, arena);
    row->published_at = query_int(q);
    row->updated_at = query_int(q);
}

struct error store_desk_row(struct store_tx *tx, int64_t story_id, struct arena *arena,
                            struct store_desk_row *ret_row)
{
    QUERY_AUTO struct query q = {0};
    struct store_desk_row row;
    TRY(query_begin(tx, "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES "WHERE d.story_id = ?",
                    &q));
    query_put_int(&q, story_id);
    TRY(query_one(&q, "story of that number"));
    read_row(&q, arena, &row);
    TRY(query_end(&q));
    *ret_row = row;
    return NO_ERROR;
}

static struct error begin_mine(struct store_tx *tx, int64_t account_id, struct query *q)
{
    TRY(query_begin(tx,
                    "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES
                    "WHERE d.owner_id = ? AND d.state < 6 ORDER BY d.place DESC LIMIT ?",
                    q));
    query_put_int(q, account_id);
    return NO_ERROR;
}

static struct error begin_live(struct store_tx *tx, int64_t since, struct query *q)
{
    TRY(query_begin(tx,
                    "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES
                    "WHERE d.live_at >= ? AND d.live_at > 0 AND s.state = 2 "
                    "ORDER BY d.live_at DESC, d.story_id DESC LIMIT ?",
                    q));
    query_put_int(q, since);
    return NO_ERROR;
}

/* A story once, however many are in it; the last sign of life first. */
static struct error read_edited(struct store_tx *tx, int64_t account_id, int64_t now, size_t limit,
                                struct arena *arena, struct store_desk_row **ret_rows,
                                size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    struct store_desk_row *rows = NULL;
    int64_t *ids;
    size_t id_count, count = 0, size = 0;
    TRY(query_begin(tx,
                    "SELECT story_id FROM presence INDEXED BY presence_expires "
                    "WHERE expires_at > ? AND account_id <> ? ORDER BY expires_at DESC LIMIT ?",
                    &q));
    query_put_int(&q, now);
    query_put_int(&q, account_id);
    query_put_int(&q, DESK_ROWS_MAX);
    TRY(query_ids(&q, arena, &ids, &id_count));
    for (size_t i = 0; i < id_count && count < limit; i++) {
        size_t k = 0;
        while (k < count && rows[k].desk.story_id != ids[i])
            k++;
        if (k < count)
            continue;
        rows = array_room(arena, rows, count, &size, sizeof *rows);
        TRY(store_desk_row(tx, ids[i], arena, &rows[count]));
        count++;
    }
    *ret_rows = rows;
    *ret_count = count;
    return NO_ERROR;
}

static struct error begin_today(struct store_tx *tx, enum desk_today which, int64_t account_id,
                                int64_t since, struct query *q)
{
    switch (which) {
    case TODAY_MINE:
        return begin_mine(tx, account_id, q);
    case TODAY_HANDED_IN:
        return query_begin(tx,
                           "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES
                           "WHERE d.state = 2 ORDER BY d.handed_in_at, d.story_id LIMIT ?",
                           q);
    case TODAY_SCHEDULED:
        return query_begin(tx,
                           "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES
                           "WHERE d.state = 5 ORDER BY d.publish_at, d.story_id LIMIT ?",
                           q);
    case TODAY_EMBARGOED:
        return query_begin(tx,
                           "SELECT " ROW_COLUMNS " FROM desk d " ROW_TABLES
                           "WHERE d.embargo_until > 0 "
                           "ORDER BY d.embargo_until, d.story_id LIMIT ?",
                           q);
    case TODAY_PUBLISHED:
        return begin_live(tx, since, q);
    case TODAY_EDITED:
        break;
    }
    return error_make(ERR_STORE, "the store", "no such part of today");
}

struct error store_desk_today(struct store_tx *tx, enum desk_today which, int64_t account_id,
                              int64_t since, size_t limit, struct arena *arena,
                              struct store_desk_row **ret_rows, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    if (which == TODAY_EDITED)
        return read_edited(tx, account_id, since, limit, arena, ret_rows, ret_count);
    TRY(begin_today(tx, which, account_id, since, &q));
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_row, ret_rows, ret_count);
}

/* ---- What falls due ------------------------------------------------------------------------ */

static struct error first_due(struct store_tx *tx, bool embargo, struct store_due *due)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    if (embargo)
        TRY(query_begin(tx,
                        "SELECT embargo_until, story_id FROM desk WHERE embargo_until > 0 "
                        "ORDER BY embargo_until, story_id LIMIT 1",
                        &q));
    else
        TRY(query_begin(tx,
                        "SELECT publish_at, story_id FROM desk WHERE state = 5 "
                        "ORDER BY publish_at, story_id LIMIT 1",
                        &q));
    TRY(query_next(&q, &row));
    *due = (struct store_due){.at = NEVER, .embargo = embargo};
    if (row) {
        due->at = query_int(&q);
        due->story_id = query_int(&q);
    }
    return query_end(&q);
}

struct error store_due_next(struct store_tx *tx, struct store_due *ret_due)
{
    struct store_due embargo, schedule;
    TRY(first_due(tx, true, &embargo));
    TRY(first_due(tx, false, &schedule));
    if (!embargo.story_id && !schedule.story_id)
        return error_make(ERR_NOT_FOUND, "thing that waits for its time", "none");
    *ret_due = embargo.at <= schedule.at ? embargo : schedule;
    return NO_ERROR;
}

/* ---- Who works where ----------------------------------------------------------------------- */

struct error store_presence_put(struct store_tx *tx, const struct store_presence *who)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO presence (story_id, account_id, since, expires_at) "
                    "VALUES (?, ?, ?, ?) ON CONFLICT (story_id, account_id) DO UPDATE SET "
                    "since = iif(expires_at > excluded.since, since, excluded.since), "
                    "expires_at = excluded.expires_at",
                    &q));
    query_put_int(&q, who->story_id);
    query_put_int(&q, who->account_id);
    query_put_int(&q, who->since);
    query_put_int(&q, who->expires_at);
    return query_run(&q);
}

struct error store_presence_remove(struct store_tx *tx, int64_t story_id, int64_t account_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM presence WHERE story_id = ? AND account_id = ?", &q));
    query_put_int(&q, story_id);
    query_put_int(&q, account_id);
    return query_run(&q);
}

static void read_one(struct query *q, struct arena *arena, struct store_presence *one)
{
    one->story_id = query_int(q);
    one->account_id = query_int(q);
    one->since = query_int(q);
    one->expires_at = query_int(q);
}

struct error store_presences(struct store_tx *tx, int64_t story_id, int64_t now,
                             struct arena *arena, struct store_presence **ret_who,
                             size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT story_id, account_id, since, expires_at FROM presence "
                    "WHERE story_id = ? AND expires_at > ? ORDER BY since, account_id",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, now);
    return QUERY_ROWS(&q, arena, read_one, ret_who, ret_count);
}

struct error store_presences_forget(struct store_tx *tx, int64_t now, size_t limit)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "DELETE FROM presence WHERE (story_id, account_id) IN "
                    "(SELECT story_id, account_id FROM presence WHERE expires_at <= ? "
                    "ORDER BY expires_at LIMIT ?)",
                    &q));
    query_put_int(&q, now);
    query_put_limit(&q, limit);
    return query_run(&q);
}
