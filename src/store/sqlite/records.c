/* Corrections, the ledger, takedowns. */
#include "store/record.h"
#include "store/sqlite/inside.h"

/* ---- Corrections --------------------------------------------------------------------------- */

#define CORRECTION_COLUMNS "id, story_id, at, account_id, shown, text"

static void read_correction(struct query *q, struct arena *arena, struct store_correction *one)
{
    one->id = query_int(q);
    one->story_id = query_int(q);
    one->at = query_int(q);
    one->account_id = query_int(q);
    one->shown = query_int(q) != 0;
    one->text = query_str(q, arena);
}

struct error store_correction_add(struct store_tx *tx, const struct store_correction *correction,
                                  int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO correction (story_id, at, account_id, shown, text) "
                    "VALUES (?, ?, ?, 1, ?)",
                    &q));
    query_put_int(&q, correction->story_id);
    query_put_int(&q, correction->at);
    query_put_id(&q, correction->account_id);
    query_put_str(&q, correction->text);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_correction(struct store_tx *tx, int64_t id, struct arena *arena,
                              struct store_correction *ret_correction)
{
    QUERY_AUTO struct query q = {0};
    struct store_correction one;
    TRY(query_begin(tx, "SELECT " CORRECTION_COLUMNS " FROM correction WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "correction of that number"));
    read_correction(&q, arena, &one);
    TRY(query_end(&q));
    *ret_correction = one;
    return NO_ERROR;
}

static struct error read_corrections(struct query *q, struct arena *arena,
                                     struct store_correction **ret_corrections, size_t *ret_count)
{
    return QUERY_ROWS(q, arena, read_correction, ret_corrections, ret_count);
}

struct error store_corrections_of(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                  struct store_correction **ret_corrections, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT " CORRECTION_COLUMNS " FROM correction WHERE story_id = ? ORDER BY id", &q));
    query_put_int(&q, story_id);
    return read_corrections(&q, arena, ret_corrections, ret_count);
}

struct error store_corrections(struct store_tx *tx, int64_t before, size_t limit,
                               struct arena *arena, struct store_correction **ret_corrections,
                               size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " CORRECTION_COLUMNS " FROM correction WHERE shown = 1 AND id < ? "
                    "ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_int(&q, before ? before : INT64_MAX);
    query_put_limit(&q, limit);
    return read_corrections(&q, arena, ret_corrections, ret_count);
}

struct error store_correction_neighbours(struct store_tx *tx, int64_t id, int64_t *ret_newer,
                                         int64_t *ret_older)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT (SELECT min(id) FROM correction WHERE shown = 1 AND id > ?1), "
                    "(SELECT max(id) FROM correction WHERE shown = 1 AND id < ?1)",
                    &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "correction"));
    int64_t newer = query_int(&q), older = query_int(&q);
    TRY(query_end(&q));
    *ret_newer = newer;
    *ret_older = older;
    return NO_ERROR;
}

struct error store_correction_hide(struct store_tx *tx, int64_t id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE correction SET shown = 0 WHERE id = ?", &q));
    query_put_int(&q, id);
    return query_run(&q);
}

/* ---- The ledger ---------------------------------------------------------------------------- */

#define LEDGER_COLUMNS "number, at, kind, story_id, object_id, digest, hash"

static void read_entry(struct query *q, struct arena *arena, struct store_ledger *entry)
{
    entry->number = query_int(q);
    entry->at = query_int(q);
    entry->kind = (enum ledger_kind)query_int(q);
    entry->story_id = query_int(q);
    entry->object_id = query_int(q);
    entry->digest = query_str(q, arena);
    entry->hash = query_str(q, arena);
}

struct error store_ledger_add(struct store_tx *tx, const struct store_ledger *entry)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO ledger (" LEDGER_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, entry->number);
    query_put_int(&q, entry->at);
    query_put_int(&q, entry->kind);
    query_put_int(&q, entry->story_id);
    query_put_int(&q, entry->object_id);
    query_put_str(&q, entry->digest);
    query_put_str(&q, entry->hash);
    return query_run(&q);
}

struct error store_ledger_last(struct store_tx *tx, struct arena *arena,
                               struct store_ledger *ret_entry)
{
    QUERY_AUTO struct query q = {0};
    struct store_ledger entry = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT " LEDGER_COLUMNS " FROM ledger ORDER BY number DESC LIMIT 1", &q));
    TRY(query_next(&q, &row));
    if (row)
        read_entry(&q, arena, &entry);
    TRY(query_end(&q));
    *ret_entry = entry;
    return NO_ERROR;
}

struct error store_ledger_from(struct store_tx *tx, int64_t from, size_t limit, struct arena *arena,
                               struct store_ledger **ret_entries, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT " LEDGER_COLUMNS " FROM ledger WHERE number >= ? ORDER BY number LIMIT ?", &q));
    query_put_int(&q, from);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_entry, ret_entries, ret_count);
}

/* ---- Takedowns ----------------------------------------------------------------------------- */

/* One statement about the story, with its number as the one parameter. */
#define RUN(tx, sql, id)                                                                           \
    do {                                                                                           \
        QUERY_AUTO struct query q_ = {0};                                                          \
        TRY(query_begin(tx, sql, &q_));                                                            \
        query_put_int(&q_, id);                                                                    \
        TRY(query_run(&q_));                                                                       \
    } while (0)

static struct error run_alone(struct store_tx *tx, const char *sql)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, sql, &q));
    return query_run(&q);
}

/* The pictures that this story's revisions and kept texts name and no other's do. */
static struct error only_its_pictures(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                      int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx,
        "WITH its (id) AS (SELECT picture_id FROM revision WHERE story_id = ?1 "
        "UNION SELECT t.picture_id FROM text_picture t JOIN revision r ON r.id = t.revision_id "
        "WHERE r.story_id = ?1 UNION SELECT picture_id FROM kept WHERE story_id = ?1 "
        "UNION SELECT picture_id FROM working WHERE story_id = ?1 AND picture_id > 0) "
        "SELECT id FROM its WHERE id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.picture_id = its.id "
        "AND r.story_id <> ?1) "
        "AND NOT EXISTS (SELECT 1 FROM text_picture t JOIN revision r ON r.id = t.revision_id "
        "WHERE t.picture_id = its.id AND r.story_id <> ?1) "
        "AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.picture_id = its.id AND k.story_id <> ?1) "
        "AND NOT EXISTS (SELECT 1 FROM working w WHERE w.picture_id = its.id "
        "AND w.picture_id > 0 AND w.story_id IS NOT ?1) "
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE name = 'logo' "
        "AND value = CAST(its.id AS TEXT))",
        &q));
    query_put_int(&q, story_id);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* The texts of all its revisions, and the rows beside them. */
static struct error erase_texts(struct store_tx *tx, int64_t id)
{
    RUN(tx,
        "UPDATE revision SET picture_id = NULL, slug = '', headline = '', standfirst = '', "
        "caption = '', credit = '', alt = '', dateline = '', agency = '', note = '', body = '' "
        "WHERE story_id = ?",
        id);
    RUN(tx,
        "UPDATE revision_desk SET social_title = '', social_description = '' "
        "WHERE revision_id IN (SELECT id FROM revision WHERE story_id = ?)",
        id);
    RUN(tx,
        "DELETE FROM text_picture WHERE revision_id IN "
        "(SELECT id FROM revision WHERE story_id = ?)",
        id);
    RUN(tx, "UPDATE correction SET text = '', shown = 0 WHERE story_id = ?", id);
    RUN(tx, "DELETE FROM kept WHERE story_id = ?", id);
    RUN(tx, "DELETE FROM working WHERE story_id = ?", id);
    RUN(tx, "DELETE FROM note WHERE story_id = ?", id);
    RUN(tx, "DELETE FROM preview WHERE story_id = ?", id);
    return NO_ERROR;
}

/* The index of headlines keeps deleted words until its segments are merged (FTS5 has no
 * secure-delete before SQLite 3.42): it is built anew. */
static struct error rebuild_words(struct store_tx *tx, int64_t story_id)
{
    RUN(tx, "UPDATE desk SET words = '' WHERE story_id = ?", story_id);
    TRY(run_alone(tx, "DELETE FROM headline_gone"));
    TRY(run_alone(tx, "INSERT INTO headline (headline) VALUES ('rebuild')"));
    return run_alone(tx, "INSERT INTO picture_words (picture_words) VALUES ('rebuild')");
}

/* Removes a picture's rows and remembers its files. */
static struct error erase_picture(struct store_tx *tx, int64_t id, struct arena *arena,
                                  struct str **files, size_t *count, size_t *size)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT original FROM picture WHERE id = ?1 "
                    "UNION SELECT file FROM rendition WHERE picture_id = ?1",
                    &q));
    query_put_int(&q, id);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        *files = array_room(arena, *files, *count, size, sizeof **files);
        (*files)[(*count)++] = query_str(&q, arena);
    }
    TRY(query_end(&q));
    RUN(tx, "INSERT OR IGNORE INTO erased_file SELECT file FROM rendition WHERE picture_id = ?",
        id);
    RUN(tx, "DELETE FROM rendition WHERE picture_id = ?", id);
    RUN(tx, "DELETE FROM picture_desk WHERE picture_id = ?", id);
    RUN(tx, "DELETE FROM picture WHERE id = ?", id);
    return NO_ERROR;
}

static struct error add_takedown(struct store_tx *tx, int64_t story_id, int status, int64_t at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO takedown (story_id, at, status) VALUES (?, ?, ?)", &q));
    query_put_int(&q, story_id);
    query_put_int(&q, at);
    query_put_int(&q, status);
    return query_run(&q);
}

struct error store_erase(struct store_tx *tx, int64_t story_id, int status, int64_t at,
                         struct arena *arena, struct str **ret_files, size_t *ret_count)
{
    int64_t *pictures;
    size_t picture_count, count = 0, size = 0;
    struct str *files = NULL;
    int before;
    TRY(store_takedown(tx, story_id, &before));
    if (before)
        return error_make(ERR_EXISTS, "The takedown", "The story was taken down before.");
    TRY(only_its_pictures(tx, story_id, arena, &pictures, &picture_count));
    TRY(add_takedown(tx, story_id, status, at));
    TRY(erase_texts(tx, story_id));
    for (size_t i = 0; i < picture_count; i++)
        TRY(erase_picture(tx, pictures[i], arena, &files, &count, &size));
    TRY(rebuild_words(tx, story_id));
    *ret_files = files;
    *ret_count = count;
    return NO_ERROR;
}

struct error store_takedown(struct store_tx *tx, int64_t story_id, int *ret_status)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    int status = 0;
    TRY(query_begin(tx, "SELECT status FROM takedown WHERE story_id = ?", &q));
    query_put_int(&q, story_id);
    TRY(query_next(&q, &row));
    if (row)
        status = (int)query_int(&q);
    TRY(query_end(&q));
    *ret_status = status;
    return NO_ERROR;
}

struct error store_log_truncate(struct store *store)
{
    int code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return code == SQLITE_OK ? NO_ERROR : store_failure(store->db, code);
}
