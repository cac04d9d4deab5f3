/* The picture library. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

#define PICTURE_DESK_COLUMNS                                                                       \
    "d.picture_id, d.title, d.caption, d.credit, d.copyright, d.alt, d.focal_x, d.focal_y, "       \
    "d.uploaded_by, d.changed_at, d.avif"

static void read_picture_desk(struct query *q, struct arena *arena, struct store_picture_desk *desk)
{
    desk->picture_id = query_int(q);
    desk->title = query_str(q, arena);
    desk->caption = query_str(q, arena);
    desk->credit = query_str(q, arena);
    desk->copyright = query_str(q, arena);
    desk->alt = query_str(q, arena);
    desk->focal_x = query_int(q);
    desk->focal_y = query_int(q);
    desk->uploaded_by = query_int(q);
    desk->changed_at = query_int(q);
    desk->avif = (enum avif_state)query_int(q);
}

struct error store_picture_desk(struct store_tx *tx, int64_t picture_id, struct arena *arena,
                                struct store_picture_desk *ret_desk)
{
    QUERY_AUTO struct query q = {0};
    struct store_picture_desk desk;
    TRY(query_begin(
        tx, "SELECT " PICTURE_DESK_COLUMNS " FROM picture_desk d WHERE d.picture_id = ?", &q));
    query_put_int(&q, picture_id);
    TRY(query_one(&q, "picture of that number"));
    read_picture_desk(&q, arena, &desk);
    TRY(query_end(&q));
    *ret_desk = desk;
    return NO_ERROR;
}

struct error store_pictures_unworded(struct store_tx *tx, size_t limit, struct arena *arena,
                                     int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT picture_id FROM picture_desk WHERE words IS NULL ORDER BY picture_id LIMIT ?",
        &q));
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* Takes what is there out of the index of words, if anything is. */
static struct error words_out(struct store_tx *tx, int64_t picture_id)
{
    ARENA_AUTO struct arena *scratch = arena_new();
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT words FROM picture_desk WHERE picture_id = ? AND words IS NOT NULL",
                    &q));
    query_put_int(&q, picture_id);
    TRY(query_next(&q, &row));
    struct str words = row ? query_str(&q, scratch) : STR_NONE;
    TRY(query_end(&q));
    if (!row)
        return NO_ERROR;
    TRY(query_begin(
        tx, "INSERT INTO picture_words (picture_words, rowid, words) VALUES ('delete', ?, ?)", &q));
    query_put_int(&q, picture_id);
    query_put_str(&q, words);
    return query_run(&q);
}

static struct error words_in(struct store_tx *tx, int64_t picture_id, struct str words)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO picture_words (rowid, words) VALUES (?, ?)", &q));
    query_put_int(&q, picture_id);
    query_put_str(&q, words);
    return query_run(&q);
}

struct error store_picture_desk_set(struct store_tx *tx, const struct store_picture_desk *desk,
                                    struct str words)
{
    QUERY_AUTO struct query q = {0};
    TRY(words_out(tx, desk->picture_id));
    TRY(query_begin(tx,
                    "UPDATE picture_desk SET title = ?, caption = ?, credit = ?, copyright = ?, "
                    "alt = ?, focal_x = ?, focal_y = ?, uploaded_by = ?, changed_at = ?, "
                    "avif = ?, words = ? WHERE picture_id = ?",
                    &q));
    query_put_str(&q, desk->title);
    query_put_str(&q, desk->caption);
    query_put_str(&q, desk->credit);
    query_put_str(&q, desk->copyright);
    query_put_str(&q, desk->alt);
    query_put_int(&q, desk->focal_x);
    query_put_int(&q, desk->focal_y);
    query_put_id(&q, desk->uploaded_by);
    query_put_int(&q, desk->changed_at);
    query_put_int(&q, desk->avif);
    query_put_str(&q, words);
    query_put_int(&q, desk->picture_id);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return error_make(ERR_NOT_FOUND, "picture of that number", "unknown");
    return words_in(tx, desk->picture_id, words);
}

/* ---- The library's list -------------------------------------------------------------------- */

#define LIBRARY_COLUMNS                                                                            \
    "p.id, p.original, p.type, p.width, p.height, p.created_at, " PICTURE_DESK_COLUMNS             \
    ", EXISTS (SELECT 1 FROM revision r WHERE r.picture_id = p.id) OR "                            \
    "EXISTS (SELECT 1 FROM text_picture t WHERE t.picture_id = p.id)"
#define LIBRARY_TABLES "CROSS JOIN picture p ON p.id = d.picture_id "

static void read_library(struct query *q, struct arena *arena, struct store_picture_row *row,
                         bool *ret_used)
{
    row->picture.id = query_int(q);
    row->picture.original = query_str(q, arena);
    row->picture.type = query_str(q, arena);
    row->picture.width = query_int(q);
    row->picture.height = query_int(q);
    row->picture.created_at = query_int(q);
    read_picture_desk(q, arena, &row->desk);
    *ret_used = query_int(q) != 0;
}

static struct str match_of(const struct store_picture_filter *filter, struct buf *out)
{
    for (size_t i = 0; i < filter->word_count && i < DESK_WORDS_MAX; i++) {
        (void)buf_str(out, i ? STR(" \"") : STR("\""));
        for (size_t k = 0; k < filter->words[i].len; k++)
            if (filter->words[i].at[k] != '"' && filter->words[i].at[k] != '\0')
                (void)buf_char(out, filter->words[i].at[k]);
        (void)buf_char(out, '"');
    }
    return buf_slice(out);
}

/* The words, what lacks a text, a person's, all: the first that is asked for is walked. */
static struct error begin_library(struct store_tx *tx, const struct store_picture_filter *filter,
                                  struct str match, int64_t before, struct query *q)
{
    if (match.len) {
        TRY(query_begin(tx,
                        "SELECT " LIBRARY_COLUMNS " FROM picture_words w "
                        "CROSS JOIN picture_desk d ON d.picture_id = w.rowid " LIBRARY_TABLES
                        "WHERE w.picture_words MATCH ? AND w.rowid < ? ORDER BY w.rowid DESC",
                        q));
        query_put_str(q, match);
    } else if (filter->no_alt) {
        TRY(query_begin(tx,
                        "SELECT " LIBRARY_COLUMNS " FROM picture_desk d " LIBRARY_TABLES
                        "WHERE d.alt = '' AND d.picture_id < ? ORDER BY d.picture_id DESC",
                        q));
    } else if (filter->uploaded_by) {
        TRY(query_begin(tx,
                        "SELECT " LIBRARY_COLUMNS " FROM picture_desk d " LIBRARY_TABLES
                        "WHERE d.uploaded_by = ? AND d.picture_id < ? ORDER BY d.picture_id DESC",
                        q));
        query_put_int(q, filter->uploaded_by);
    } else {
        TRY(query_begin(tx,
                        "SELECT " LIBRARY_COLUMNS " FROM picture_desk d " LIBRARY_TABLES
                        "WHERE d.picture_id < ? ORDER BY d.picture_id DESC",
                        q));
    }
    query_put_int(q, before ? before : INT64_MAX);
    return NO_ERROR;
}

static bool row_fits(const struct store_picture_row *row, bool used,
                     const struct store_picture_filter *filter)
{
    return !(filter->no_alt && row->desk.alt.len) && !(filter->unused && used) &&
           !(filter->uploaded_by && row->desk.uploaded_by != filter->uploaded_by);
}

struct error store_pictures(struct store_tx *tx, const struct store_picture_filter *filter,
                            int64_t before, size_t limit, struct arena *arena,
                            struct store_picture_row **ret_rows, size_t *ret_count,
                            int64_t *ret_next)
{
    BUF_AUTO struct buf match = BUF_INIT(16000);
    QUERY_AUTO struct query q = {0};
    struct store_picture_row *rows = NULL;
    size_t count = 0, size = 0, looked = 0;
    int64_t last = before, next = 0;
    bool more = false;
    TRY(begin_library(tx, filter, match_of(filter, &match), before, &q));
    for (;;) {
        struct store_picture_row row;
        bool used = false;
        TRY(query_next(&q, &more));
        if (!more)
            break;
        if (count == limit || looked == DESK_ROWS_MAX) {
            next = last;
            break;
        }
        read_library(&q, arena, &row, &used);
        looked++;
        last = row.picture.id;
        if (!row_fits(&row, used, filter))
            continue;
        rows = array_room(arena, rows, count, &size, sizeof *rows);
        rows[count++] = row;
    }
    TRY(query_end(&q));
    *ret_rows = rows;
    *ret_count = count;
    *ret_next = next;
    return NO_ERROR;
}

struct error store_pictures_avif(struct store_tx *tx, size_t limit, struct arena *arena,
                                 int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT picture_id FROM picture_desk WHERE avif = 0 ORDER BY picture_id DESC LIMIT ?",
        &q));
    query_put_limit(&q, limit);
    return query_ids(&q, arena, ret_ids, ret_count);
}

struct error store_picture_avif_set(struct store_tx *tx, int64_t picture_id, enum avif_state state)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE picture_desk SET avif = ? WHERE picture_id = ?", &q));
    query_put_int(&q, state);
    query_put_int(&q, picture_id);
    return query_run(&q);
}

/* ---- Where it is used ---------------------------------------------------------------------- */

/* Revisions that name it, newest first, as lead or within the text; of a story the one that says
 * most is kept: live, newest, older. */
static struct error begin_uses(struct store_tx *tx, int64_t picture_id, bool lead, struct query *q)
{
    if (lead)
        TRY(query_begin(tx,
                        "SELECT s.id, s.state = 2 AND s.live = r.id, s.newest = r.id, n.headline "
                        "FROM revision r CROSS JOIN story s ON s.id = r.story_id "
                        "CROSS JOIN revision n ON n.id = s.newest "
                        "WHERE r.picture_id = ? ORDER BY r.id DESC LIMIT ?",
                        q));
    else
        TRY(query_begin(tx,
                        "SELECT s.id, s.state = 2 AND s.live = r.id, s.newest = r.id, n.headline "
                        "FROM text_picture t CROSS JOIN revision r ON r.id = t.revision_id "
                        "CROSS JOIN story s ON s.id = r.story_id "
                        "CROSS JOIN revision n ON n.id = s.newest "
                        "WHERE t.picture_id = ? ORDER BY t.revision_id DESC LIMIT ?",
                        q));
    query_put_int(q, picture_id);
    query_put_int(q, DESK_ROWS_MAX);
    return NO_ERROR;
}

struct uses {
    struct arena *arena;
    struct store_picture_use *at;
    size_t count, size, limit;
};

static void note_use(struct uses *uses, const struct store_picture_use *use)
{
    for (size_t i = 0; i < uses->count; i++) {
        struct store_picture_use *known = &uses->at[i];
        if (known->story_id != use->story_id)
            continue;
        if (use->where < known->where) {
            known->where = use->where;
            known->lead = use->lead;
        }
        return;
    }
    if (uses->count == uses->limit)
        return;
    uses->at = array_room(uses->arena, uses->at, uses->count, &uses->size, sizeof *uses->at);
    uses->at[uses->count++] = *use;
}

static struct error find_uses(struct store_tx *tx, int64_t picture_id, bool lead, struct uses *uses)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(begin_uses(tx, picture_id, lead, &q));
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            return query_end(&q);
        struct store_picture_use use = {.story_id = query_int(&q), .lead = lead};
        bool live = query_int(&q) != 0, newest = query_int(&q) != 0;
        use.where = live ? USE_LIVE : newest ? USE_NEWEST : USE_OLD;
        use.headline = query_str(&q, uses->arena);
        note_use(uses, &use);
    }
}

static int newer_story(const void *a, const void *b)
{
    const struct store_picture_use *x = a, *y = b;
    return (x->story_id < y->story_id) - (x->story_id > y->story_id);
}

struct error store_picture_uses(struct store_tx *tx, int64_t picture_id, size_t limit,
                                struct arena *arena, struct store_picture_use **ret_uses,
                                size_t *ret_count)
{
    struct uses uses = {.arena = arena, .limit = limit};
    TRY(find_uses(tx, picture_id, true, &uses));
    TRY(find_uses(tx, picture_id, false, &uses));
    if (uses.count)
        qsort(uses.at, uses.count, sizeof *uses.at, newer_story);
    *ret_uses = uses.at;
    *ret_count = uses.count;
    return NO_ERROR;
}

/* ---- Files --------------------------------------------------------------------------------- */

static struct error last_position(struct store_tx *tx, int64_t picture_id, int64_t *ret_position)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT max(position) FROM rendition WHERE picture_id = ?", &q));
    query_put_int(&q, picture_id);
    TRY(query_one(&q, "picture"));
    int64_t position = query_int(&q);
    TRY(query_end(&q));
    *ret_position = position;
    return NO_ERROR;
}

struct error store_renditions_add(struct store_tx *tx, int64_t picture_id,
                                  const struct store_rendition *renditions, size_t count)
{
    QUERY_AUTO struct query q = {0};
    int64_t position = 0;
    TRY(last_position(tx, picture_id, &position));
    for (size_t i = 0; i < count; i++) {
        TRY(query_begin(tx,
                        "INSERT INTO rendition (picture_id, position, kind, type, width, height, "
                        "bytes, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        &q));
        query_put_int(&q, picture_id);
        query_put_int(&q, ++position);
        query_put_str(&q, renditions[i].kind);
        query_put_str(&q, renditions[i].type);
        query_put_int(&q, renditions[i].width);
        query_put_int(&q, renditions[i].height);
        query_put_int(&q, renditions[i].bytes);
        query_put_str(&q, renditions[i].file);
        TRY(query_run(&q));
    }
    return NO_ERROR;
}

static struct error drop_renditions(struct store_tx *tx, int64_t picture_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM rendition WHERE picture_id = ?", &q));
    query_put_int(&q, picture_id);
    return query_run(&q);
}

struct error store_picture_replace(struct store_tx *tx, const struct store_picture *picture,
                                   const struct store_rendition *renditions, size_t count)
{
    QUERY_AUTO struct query q = {0};
    bool taken = false;
    TRY(query_begin(tx, "SELECT 1 FROM picture WHERE original = ? AND id <> ?", &q));
    query_put_str(&q, picture->original);
    query_put_int(&q, picture->id);
    TRY(query_next(&q, &taken));
    TRY(query_end(&q));
    if (taken)
        return error_make(ERR_EXISTS, "The picture", "Use the one that is there.");
    TRY(query_begin(
        tx, "UPDATE picture SET original = ?, type = ?, width = ?, height = ? WHERE id = ?", &q));
    query_put_str(&q, picture->original);
    query_put_str(&q, picture->type);
    query_put_int(&q, picture->width);
    query_put_int(&q, picture->height);
    query_put_int(&q, picture->id);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return error_make(ERR_NOT_FOUND, "picture of that number", "unknown");
    TRY(drop_renditions(tx, picture->id));
    return store_renditions_add(tx, picture->id, renditions, count);
}

static struct error is_named(struct store_tx *tx, int64_t picture_id, bool *ret_named)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT EXISTS (SELECT 1 FROM revision WHERE picture_id = ?1) "
                    "OR EXISTS (SELECT 1 FROM text_picture WHERE picture_id = ?1)",
                    &q));
    query_put_int(&q, picture_id);
    TRY(query_one(&q, "picture"));
    *ret_named = query_int(&q) != 0;
    return query_end(&q);
}

struct error store_picture_loose(struct store_tx *tx, int64_t picture_id, bool *ret_named)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT EXISTS (SELECT 1 FROM kept WHERE picture_id = ?1 "
                    "OR body GLOB '*picture:' || ?1 || '[^0-9]*' OR body GLOB '*picture:' || ?1) "
                    "OR EXISTS (SELECT 1 FROM working WHERE picture_id = ?1 "
                    "OR body GLOB '*picture:' || ?1 || '[^0-9]*' OR body GLOB '*picture:' || ?1)",
                    &q));
    query_put_int(&q, picture_id);
    TRY(query_one(&q, "picture"));
    *ret_named = query_int(&q) != 0;
    return query_end(&q);
}

struct error store_picture_remove(struct store_tx *tx, int64_t picture_id)
{
    QUERY_AUTO struct query q = {0};
    bool named = false, loose = false;
    TRY(is_named(tx, picture_id, &named));
    TRY(store_picture_loose(tx, picture_id, &loose));
    if (named || loose)
        return error_make(ERR_CONFLICT, "The picture", "a story names it");
    TRY(drop_renditions(tx, picture_id));
    TRY(words_out(tx, picture_id));
    TRY(query_begin(tx, "DELETE FROM picture_desk WHERE picture_id = ?", &q));
    query_put_int(&q, picture_id);
    TRY(query_run(&q));
    TRY(query_begin(tx, "DELETE FROM picture WHERE id = ?", &q));
    query_put_int(&q, picture_id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "picture of that number", "unknown");
}
