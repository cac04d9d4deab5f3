/* Related stories: the words by which stories are found again, and the rows that pages show. */
#include "store/sqlite/inside.h"

/* ---- Words ----------------------------------------------------------------------------------- */

/* 0 and 0 when no story has the word. */
static struct error find_word(struct store_tx *tx, struct str text, int64_t *ret_id,
                              int64_t *ret_stories)
{
    QUERY_AUTO struct query q = {0};
    int64_t id = 0, stories = 0;
    bool row = false;
    TRY(query_begin(tx, "SELECT id, stories FROM word WHERE text = ?", &q));
    query_put_str(&q, text);
    TRY(query_next(&q, &row));
    if (row) {
        id = query_int(&q);
        stories = query_int(&q);
    }
    TRY(query_end(&q));
    *ret_id = id;
    *ret_stories = stories;
    return NO_ERROR;
}

struct error store_terms_count(struct store_tx *tx, struct store_term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t id = 0;
        TRY(find_word(tx, terms[i].word, &id, &terms[i].stories));
    }
    return NO_ERROR;
}

/* Counts one more story for the word, which is made when it is new. */
static struct error count_word_in(struct store_tx *tx, struct str text, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    int64_t id = 0, stories = 0;
    TRY(find_word(tx, text, &id, &stories));
    if (id == 0) {
        TRY(query_begin(tx, "INSERT INTO word (text, stories) VALUES (?, 1)", &q));
        query_put_str(&q, text);
        TRY(query_run(&q));
        *ret_id = query_added(tx);
        return NO_ERROR;
    }
    TRY(query_begin(tx, "UPDATE word SET stories = stories + 1 WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_run(&q));
    *ret_id = id;
    return NO_ERROR;
}

/* Counts one story less; the last one takes the word, so its rows must be gone. */
static struct error count_word_out(struct store_tx *tx, int64_t id)
{
    QUERY_AUTO struct query gone = {0}, less = {0};
    TRY(query_begin(tx, "DELETE FROM word WHERE id = ? AND stories = 1", &gone));
    query_put_int(&gone, id);
    TRY(query_run(&gone));
    if (query_changed(tx))
        return NO_ERROR;
    TRY(query_begin(tx, "UPDATE word SET stories = stories - 1 WHERE id = ?", &less));
    query_put_int(&less, id);
    return query_run(&less);
}

static struct error add_term(struct store_tx *tx, struct store_place place, int64_t position,
                             struct str text)
{
    QUERY_AUTO struct query q = {0};
    int64_t word = 0;
    TRY(count_word_in(tx, text, &word));
    TRY(query_begin(
        tx, "INSERT INTO term (word_id, listed_at, story_id, position) VALUES (?, ?, ?, ?)", &q));
    query_put_int(&q, word);
    query_put_int(&q, place.listed_at);
    query_put_int(&q, place.story_id);
    query_put_int(&q, position);
    return query_run(&q);
}

static struct error remove_terms(struct store_tx *tx, int64_t story_id, struct arena *arena)
{
    QUERY_AUTO struct query words = {0}, rows = {0};
    int64_t *ids = NULL;
    size_t count = 0;
    TRY(query_begin(tx, "SELECT word_id FROM term WHERE story_id = ? ORDER BY position", &words));
    query_put_int(&words, story_id);
    TRY(query_ids(&words, arena, &ids, &count));
    TRY(query_begin(tx, "DELETE FROM term WHERE story_id = ?", &rows));
    query_put_int(&rows, story_id);
    TRY(query_run(&rows));
    for (size_t i = 0; i < count; i++)
        TRY(count_word_out(tx, ids[i]));
    return NO_ERROR;
}

/* Are these the story's words already, in this order and at this place? */
static struct error terms_stand(struct store_tx *tx, struct store_place place,
                                const struct store_term *terms, size_t count, struct arena *arena,
                                bool *ret_stand)
{
    QUERY_AUTO struct query q = {0};
    bool row = false, same = true;
    size_t n = 0;
    TRY(query_begin(tx,
                    "SELECT t.listed_at, w.text FROM term t CROSS JOIN word w ON w.id = t.word_id "
                    "WHERE t.story_id = ? ORDER BY t.position",
                    &q));
    query_put_int(&q, place.story_id);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row || !same)
            break;
        int64_t listed_at = query_int(&q);
        struct str word = query_str(&q, arena);
        same = n < count && listed_at == place.listed_at && str_eq(word, terms[n].word);
        n++;
    }
    TRY(query_end(&q));
    *ret_stand = same && n == count;
    return NO_ERROR;
}

struct error store_terms_set(struct store_tx *tx, struct store_place place,
                             const struct store_term *terms, size_t count)
{
    ARENA_AUTO struct arena *arena = arena_new();
    bool stand = false;
    TRY(terms_stand(tx, place, terms, count, arena, &stand));
    if (stand)
        return NO_ERROR;
    TRY(remove_terms(tx, place.story_id, arena));
    for (size_t i = 0; i < count; i++)
        TRY(add_term(tx, place, (int64_t)i + 1, terms[i].word));
    return NO_ERROR;
}

struct error store_terms(struct store_tx *tx, int64_t story_id, struct arena *arena,
                         struct store_term **ret_terms, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    struct store_term *terms = NULL;
    size_t count = 0, size = 0;
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT w.text, w.stories FROM term t CROSS JOIN word w ON w.id = t.word_id "
                    "WHERE t.story_id = ? ORDER BY t.position",
                    &q));
    query_put_int(&q, story_id);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        terms = array_room(arena, terms, count, &size, sizeof *terms);
        terms[count].word = query_str(&q, arena);
        terms[count++].stories = query_int(&q);
    }
    TRY(query_end(&q));
    *ret_terms = terms;
    *ret_count = count;
    return NO_ERROR;
}

struct error store_term_ids(struct store_tx *tx, struct str word, size_t limit, struct arena *arena,
                            int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx,
        "SELECT story_id FROM term WHERE word_id = (SELECT id FROM word WHERE text = ?) "
        "ORDER BY listed_at DESC, story_id DESC LIMIT ?",
        &q));
    query_put_str(&q, word);
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

struct error store_related(struct store_tx *tx, int64_t story_id, struct arena *arena,
                           struct store_related **ret_related, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    struct store_related *rows = NULL;
    size_t count = 0, size = 0;
    bool row = false;
    TRY(query_begin(
        tx, "SELECT related_id, score FROM related WHERE story_id = ? ORDER BY position", &q));
    query_put_int(&q, story_id);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        rows = array_room(arena, rows, count, &size, sizeof *rows);
        rows[count].story_id = query_int(&q);
        rows[count++].score = query_int(&q);
    }
    TRY(query_end(&q));
    *ret_related = rows;
    *ret_count = count;
    return NO_ERROR;
}

static bool same_rows(const struct store_related *a, const struct store_related *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].story_id != b[i].story_id || a[i].score != b[i].score)
            return false;
    return true;
}

static struct error add_row(struct store_tx *tx, int64_t story_id, int64_t position,
                            const struct store_related *row)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO related (story_id, position, related_id, score) "
                    "VALUES (?, ?, ?, ?)",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, position);
    query_put_int(&q, row->story_id);
    query_put_int(&q, row->score);
    return query_run(&q);
}

struct error store_related_set(struct store_tx *tx, int64_t story_id,
                               const struct store_related *related, size_t count)
{
    ARENA_AUTO struct arena *arena = arena_new();
    QUERY_AUTO struct query q = {0};
    struct store_related *old = NULL;
    size_t old_count = 0;
    TRY(store_related(tx, story_id, arena, &old, &old_count));
    if (old_count == count && same_rows(old, related, count))
        return NO_ERROR;
    TRY(query_begin(tx, "DELETE FROM related WHERE story_id = ?", &q));
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    for (size_t i = 0; i < count; i++)
        TRY(add_row(tx, story_id, (int64_t)i + 1, &related[i]));
    return NO_ERROR;
}

struct error store_related_to(struct store_tx *tx, int64_t story_id, size_t limit,
                              struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT story_id FROM related WHERE related_id = ? ORDER BY story_id LIMIT ?", &q));
    query_put_int(&q, story_id);
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}
