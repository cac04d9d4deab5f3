/* Lists of published stories: walks of an index by key, with their counts kept beside them. */
#include "store/sqlite/inside.h"

/* ---- Entering and leaving -------------------------------------------------------------------- */

static struct error count_in(struct store_tx *tx, struct store_list list)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO listing_count (kind, list_id, stories) VALUES (?, ?, 1) "
                    "ON CONFLICT (kind, list_id) DO UPDATE SET stories = stories + 1",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    return query_run(&q);
}

static struct error count_out(struct store_tx *tx, struct store_list list)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "UPDATE listing_count SET stories = stories - 1 WHERE kind = ? AND list_id = ?", &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    return query_run(&q);
}

struct error store_list_add(struct store_tx *tx, struct store_list list, struct store_place place)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO listing (kind, list_id, listed_at, story_id) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT DO NOTHING",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    query_put_int(&q, place.listed_at);
    query_put_int(&q, place.story_id);
    TRY(query_run(&q));
    return query_changed(tx) ? count_in(tx, list) : NO_ERROR;
}

struct error store_list_remove(struct store_tx *tx, struct store_list list,
                               struct store_place place)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "DELETE FROM listing WHERE kind = ? AND list_id = ? AND listed_at = ? "
                    "AND story_id = ?",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    query_put_int(&q, place.listed_at);
    query_put_int(&q, place.story_id);
    TRY(query_run(&q));
    return query_changed(tx) ? count_out(tx, list) : NO_ERROR;
}

struct error store_list_has(struct store_tx *tx, struct store_list list, struct store_place place,
                            bool *ret_has)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT 1 FROM listing WHERE kind = ? AND list_id = ? AND listed_at = ? "
                    "AND story_id = ?",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    query_put_int(&q, place.listed_at);
    query_put_int(&q, place.story_id);
    TRY(query_next(&q, &row));
    TRY(query_end(&q));
    *ret_has = row;
    return NO_ERROR;
}

struct error store_list_count(struct store_tx *tx, struct store_list list, int64_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    int64_t count = 0;
    bool row = false;
    TRY(query_begin(tx, "SELECT stories FROM listing_count WHERE kind = ? AND list_id = ?", &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    TRY(query_next(&q, &row));
    if (row)
        count = query_int(&q);
    TRY(query_end(&q));
    *ret_count = count;
    return NO_ERROR;
}

/* ---- Walking --------------------------------------------------------------------------------- */

/* The first row's only column; 0 without a row. */
static struct error one_id(struct query *q, struct store_list list, struct store_place place,
                           int64_t *ret_id)
{
    int64_t id = 0;
    bool row = false;
    query_put_int(q, list.kind);
    query_put_int(q, list.id);
    query_put_int(q, place.listed_at);
    query_put_int(q, place.story_id);
    TRY(query_next(q, &row));
    if (row)
        id = query_int(q);
    TRY(query_end(q));
    *ret_id = id;
    return NO_ERROR;
}

struct error store_list_neighbours(struct store_tx *tx, struct store_list list,
                                   struct store_place place, int64_t *ret_newer, int64_t *ret_older)
{
    QUERY_AUTO struct query above = {0}, below = {0};
    int64_t newer = 0, older = 0;
    TRY(query_begin(tx,
                    "SELECT story_id FROM listing WHERE kind = ? AND list_id = ? "
                    "AND (listed_at, story_id) > (?, ?) ORDER BY listed_at, story_id LIMIT 1",
                    &above));
    TRY(one_id(&above, list, place, &newer));
    TRY(query_begin(tx,
                    "SELECT story_id FROM listing WHERE kind = ? AND list_id = ? "
                    "AND (listed_at, story_id) < (?, ?) "
                    "ORDER BY listed_at DESC, story_id DESC LIMIT 1",
                    &below));
    TRY(one_id(&below, list, place, &older));
    *ret_newer = newer;
    *ret_older = older;
    return NO_ERROR;
}

struct error store_list_ids(struct store_tx *tx, struct store_list list, struct store_place below,
                            size_t limit, struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT story_id FROM listing WHERE kind = ? AND list_id = ? "
                    "AND (listed_at, story_id) < (?, ?) "
                    "ORDER BY listed_at DESC, story_id DESC LIMIT ?",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    query_put_int(&q, below.listed_at);
    query_put_int(&q, below.story_id);
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* ---- Cards ----------------------------------------------------------------------------------- */

/* CROSS JOIN: the order of the tables is as written, whatever the planner thinks of their sizes. */
#define CARD_COLUMNS                                                                               \
    "s.id, r.section_id, r.picture_id, s.path, r.headline, r.standfirst, r.language, r.caption, "  \
    "r.credit, r.alt, s.published_at, s.updated_at, s.listed_at"

static void read_card(struct query *q, struct arena *arena, struct store_card *card)
{
    card->story_id = query_int(q);
    card->section_id = query_int(q);
    card->picture_id = query_int(q);
    card->path = query_str(q, arena);
    card->headline = query_str(q, arena);
    card->standfirst = query_str(q, arena);
    card->language = query_str(q, arena);
    card->caption = query_str(q, arena);
    card->credit = query_str(q, arena);
    card->alt = query_str(q, arena);
    card->published_at = query_int(q);
    card->updated_at = query_int(q);
    card->listed_at = query_int(q);
}

static struct error read_cards(struct query *q, struct arena *arena, struct store_card **ret_cards,
                               size_t *ret_count)
{
    return QUERY_ROWS(q, arena, read_card, ret_cards, ret_count);
}

struct error store_list(struct store_tx *tx, struct store_list list, struct store_place below,
                        size_t limit, struct arena *arena, struct store_card **ret_cards,
                        size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " CARD_COLUMNS
                    " FROM listing l CROSS JOIN story s ON s.id = l.story_id "
                    "CROSS JOIN revision r ON r.id = s.live WHERE l.kind = ? AND l.list_id = ? "
                    "AND (l.listed_at, l.story_id) < (?, ?) "
                    "ORDER BY l.listed_at DESC, l.story_id DESC LIMIT ?",
                    &q));
    query_put_int(&q, list.kind);
    query_put_int(&q, list.id);
    query_put_int(&q, below.listed_at);
    query_put_int(&q, below.story_id);
    query_put_limit(&q, limit);
    return read_cards(&q, arena, ret_cards, ret_count);
}

struct error store_card(struct store_tx *tx, int64_t story_id, struct arena *arena,
                        struct store_card *ret_card)
{
    QUERY_AUTO struct query q = {0};
    struct store_card card;
    TRY(query_begin(tx,
                    "SELECT " CARD_COLUMNS " FROM story s CROSS JOIN revision r ON r.id = s.live "
                    "WHERE s.id = ? AND s.state = 2",
                    &q));
    query_put_int(&q, story_id);
    TRY(query_one(&q, "published story of that number"));
    read_card(&q, arena, &card);
    TRY(query_end(&q));
    *ret_card = card;
    return NO_ERROR;
}

/* ---- Months ---------------------------------------------------------------------------------- */

struct error store_month_add(struct store_tx *tx, int64_t month, int64_t story_id)
{
    QUERY_AUTO struct query q = {0}, count = {0};
    TRY(query_begin(tx,
                    "INSERT INTO month_story (month, story_id) VALUES (?, ?) "
                    "ON CONFLICT DO NOTHING",
                    &q));
    query_put_int(&q, month);
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    if (!query_changed(tx))
        return NO_ERROR;
    TRY(query_begin(tx,
                    "INSERT INTO month (month, stories) VALUES (?, 1) "
                    "ON CONFLICT (month) DO UPDATE SET stories = stories + 1",
                    &count));
    query_put_int(&count, month);
    return query_run(&count);
}

/* Takes one off a month's count; the last one takes the month. */
static struct error count_month_out(struct store_tx *tx, int64_t month)
{
    QUERY_AUTO struct query gone = {0}, less = {0};
    TRY(query_begin(tx, "DELETE FROM month WHERE month = ? AND stories = 1", &gone));
    query_put_int(&gone, month);
    TRY(query_run(&gone));
    if (query_changed(tx))
        return NO_ERROR;
    TRY(query_begin(tx, "UPDATE month SET stories = stories - 1 WHERE month = ?", &less));
    query_put_int(&less, month);
    return query_run(&less);
}

struct error store_month_remove(struct store_tx *tx, int64_t month, int64_t story_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM month_story WHERE month = ? AND story_id = ?", &q));
    query_put_int(&q, month);
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    return query_changed(tx) ? count_month_out(tx, month) : NO_ERROR;
}

struct error store_months(struct store_tx *tx, struct arena *arena, int64_t **ret_months,
                          size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT month FROM month ORDER BY month", &q));
    return query_ids(&q, arena, ret_months, ret_count);
}

struct error store_month_cards(struct store_tx *tx, int64_t month, int64_t after, size_t limit,
                               struct arena *arena, struct store_card **ret_cards,
                               size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " CARD_COLUMNS " FROM month_story m "
                    "CROSS JOIN story s ON s.id = m.story_id "
                    "CROSS JOIN revision r ON r.id = s.live "
                    "WHERE m.month = ? AND m.story_id > ? ORDER BY m.story_id LIMIT ?",
                    &q));
    query_put_int(&q, month);
    query_put_int(&q, after);
    query_put_limit(&q, limit);
    return read_cards(&q, arena, ret_cards, ret_count);
}
