/* Pictures and their renditions: rows only, the files are media's. */
#include "store/sqlite/inside.h"

static void read_picture(struct query *q, struct arena *arena, struct store_picture *picture)
{
    picture->id = query_int(q);
    picture->original = query_str(q, arena);
    picture->type = query_str(q, arena);
    picture->width = query_int(q);
    picture->height = query_int(q);
    picture->created_at = query_int(q);
}

struct error store_picture_by_original(struct store_tx *tx, struct str original,
                                       struct arena *arena, struct store_picture *ret_picture)
{
    QUERY_AUTO struct query q = {0};
    struct store_picture picture;
    TRY(query_begin(tx,
                    "SELECT id, original, type, width, height, created_at FROM picture "
                    "WHERE original = ?",
                    &q));
    query_put_str(&q, original);
    TRY(query_one(&q, "picture of that file"));
    read_picture(&q, arena, &picture);
    TRY(query_end(&q));
    *ret_picture = picture;
    return NO_ERROR;
}

struct error store_picture(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_picture *ret_picture)
{
    QUERY_AUTO struct query q = {0};
    struct store_picture picture;
    TRY(query_begin(tx,
                    "SELECT id, original, type, width, height, created_at FROM picture "
                    "WHERE id = ?",
                    &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "picture of that number"));
    read_picture(&q, arena, &picture);
    TRY(query_end(&q));
    *ret_picture = picture;
    return NO_ERROR;
}

static struct error add_rendition(struct store_tx *tx, int64_t picture_id, int64_t position,
                                  const struct store_rendition *rendition)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO rendition (picture_id, position, kind, type, width, height, "
                    "bytes, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, picture_id);
    query_put_int(&q, position);
    query_put_str(&q, rendition->kind);
    query_put_str(&q, rendition->type);
    query_put_int(&q, rendition->width);
    query_put_int(&q, rendition->height);
    query_put_int(&q, rendition->bytes);
    query_put_str(&q, rendition->file);
    return query_run(&q);
}

struct error store_picture_add(struct store_tx *tx, const struct store_picture *picture,
                               const struct store_rendition *renditions, size_t count,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO picture (original, type, width, height, created_at) "
                    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (original) DO NOTHING",
                    &q));
    query_put_str(&q, picture->original);
    query_put_str(&q, picture->type);
    query_put_int(&q, picture->width);
    query_put_int(&q, picture->height);
    query_put_int(&q, picture->created_at);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return error_make(ERR_EXISTS, "The picture", "Use the one that is there.");
    int64_t id = query_added(tx);
    for (size_t i = 0; i < count; i++)
        TRY(add_rendition(tx, id, (int64_t)i + 1, &renditions[i]));
    *ret_id = id;
    return NO_ERROR;
}

static void read_rendition(struct query *q, struct arena *arena, struct store_rendition *rendition)
{
    rendition->kind = query_str(q, arena);
    rendition->type = query_str(q, arena);
    rendition->width = query_int(q);
    rendition->height = query_int(q);
    rendition->bytes = query_int(q);
    rendition->file = query_str(q, arena);
    rendition->picture_id = query_int(q);
}

struct error store_renditions(struct store_tx *tx, int64_t picture_id, struct arena *arena,
                              struct store_rendition **ret_renditions, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT kind, type, width, height, bytes, file, picture_id FROM rendition "
                    "WHERE picture_id = ? ORDER BY position",
                    &q));
    query_put_int(&q, picture_id);
    return QUERY_ROWS(&q, arena, read_rendition, ret_renditions, ret_count);
}

/* Is a picture that has the file the lead of the live revision of a story in that state, or within
 * its text? */
static struct error is_shown(struct store_tx *tx, struct str file, enum story_state state,
                             bool *ret_shown)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT 1 FROM rendition p "
                    "CROSS JOIN revision r ON r.picture_id = p.picture_id "
                    "CROSS JOIN story s ON s.id = r.story_id AND s.live = r.id "
                    "WHERE p.file = ?1 AND s.state = ?2 "
                    "UNION ALL SELECT 1 FROM rendition p "
                    "CROSS JOIN text_picture t ON t.picture_id = p.picture_id "
                    "CROSS JOIN revision r ON r.id = t.revision_id "
                    "CROSS JOIN story s ON s.id = r.story_id AND s.live = r.id "
                    "WHERE p.file = ?1 AND s.state = ?2 LIMIT 1",
                    &q));
    query_put_str(&q, file);
    query_put_int(&q, state);
    TRY(query_next(&q, &row));
    TRY(query_end(&q));
    *ret_shown = row;
    return NO_ERROR;
}

/* It went with a story that was taken down. */
static struct error is_erased(struct store_tx *tx, struct str file,
                              enum store_file_state *ret_state,
                              struct store_rendition *ret_rendition)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT 1 FROM erased_file WHERE name = ?", &q));
    query_put_str(&q, file);
    TRY(query_next(&q, &row));
    TRY(query_end(&q));
    *ret_state = row ? STORE_FILE_GONE : STORE_FILE_UNKNOWN;
    if (row)
        *ret_rendition = (struct store_rendition){.file = file};
    return NO_ERROR;
}

struct error store_file_state(struct store_tx *tx, struct str file, struct arena *arena,
                              enum store_file_state *ret_state,
                              struct store_rendition *ret_rendition)
{
    QUERY_AUTO struct query q = {0};
    struct store_rendition rendition;
    bool row = false, published = false, withdrawn = false;
    TRY(query_begin(tx,
                    "SELECT kind, type, width, height, bytes, file, picture_id FROM rendition "
                    "WHERE file = ? LIMIT 1",
                    &q));
    query_put_str(&q, file);
    TRY(query_next(&q, &row));
    if (!row) {
        TRY(query_end(&q));
        return is_erased(tx, file, ret_state, ret_rendition);
    }
    read_rendition(&q, arena, &rendition);
    TRY(query_end(&q));
    TRY(is_shown(tx, file, STORY_PUBLISHED, &published));
    if (!published)
        TRY(is_shown(tx, file, STORY_WITHDRAWN, &withdrawn));
    *ret_state = published ? STORE_FILE_PUBLIC : withdrawn ? STORE_FILE_GONE : STORE_FILE_PRIVATE;
    *ret_rendition = rendition;
    return NO_ERROR;
}

struct error store_file_is_named(struct store_tx *tx, struct str name, bool *ret_named)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT EXISTS (SELECT 1 FROM picture WHERE original = ?1) "
                    "OR EXISTS (SELECT 1 FROM rendition WHERE file = ?1)",
                    &q));
    query_put_str(&q, name);
    TRY(query_one(&q, "file"));
    bool named = query_int(&q) != 0;
    TRY(query_end(&q));
    *ret_named = named;
    return NO_ERROR;
}
