/* What the desk adds to stories and revisions: who made them, kept texts, notes, previews, related
 * stories chosen by hand. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

/* ---- Revisions ----------------------------------------------------------------------------- */

struct error store_revision_desk_add(struct store_tx *tx, int64_t revision_id,
                                     const struct store_revision_desk *desk)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO revision_desk (revision_id, account_id, restored_from, "
                    "social_title, social_description) VALUES (?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, revision_id);
    query_put_id(&q, desk->account_id);
    query_put_id(&q, desk->restored_from);
    query_put_str(&q, desk->social_title);
    query_put_str(&q, desk->social_description);
    return query_run(&q);
}

struct error store_revision_desk(struct store_tx *tx, int64_t revision_id, struct arena *arena,
                                 struct store_revision_desk *ret_desk)
{
    QUERY_AUTO struct query q = {0};
    struct store_revision_desk desk = {0};
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT account_id, restored_from, social_title, social_description "
                    "FROM revision_desk WHERE revision_id = ?",
                    &q));
    query_put_int(&q, revision_id);
    TRY(query_next(&q, &row));
    if (row) {
        desk.account_id = query_int(&q);
        desk.restored_from = query_int(&q);
        desk.social_title = query_str(&q, arena);
        desk.social_description = query_str(&q, arena);
    }
    TRY(query_end(&q));
    *ret_desk = desk;
    return NO_ERROR;
}

struct error store_revision_pictures_add(struct store_tx *tx, int64_t revision_id,
                                         const int64_t *ids, size_t count)
{
    QUERY_AUTO struct query q = {0};
    for (size_t i = 0; i < count; i++) {
        TRY(query_begin(tx,
                        "INSERT INTO text_picture (revision_id, position, picture_id) "
                        "VALUES (?, ?, ?)",
                        &q));
        query_put_int(&q, revision_id);
        query_put_int(&q, (int64_t)i + 1);
        query_put_int(&q, ids[i]);
        TRY(query_run(&q));
    }
    return NO_ERROR;
}

struct error store_revision_pictures(struct store_tx *tx, int64_t revision_id, struct arena *arena,
                                     int64_t **ret_ids, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT picture_id FROM text_picture WHERE revision_id = ? ORDER BY position", &q));
    query_put_int(&q, revision_id);
    return query_ids(&q, arena, ret_ids, ret_count);
}

/* ---- Kept texts ---------------------------------------------------------------------------- */

#define KEPT_COLUMNS                                                                               \
    "id, kind, story_id, account_id, base, at, section_id, picture_id, featured, slug, headline, " \
    "standfirst, language, caption, credit, alt, dateline, agency, tags, authors, social_title, "  \
    "social_description"

static struct str ids_text(const int64_t *ids, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++)
        (void)buf_printf(out, "%s%lld", i ? " " : "", (long long)ids[i]);
    return buf_slice(out);
}

static void read_ids(struct str text, struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    int64_t *ids = NULL, id;
    size_t count = 0, size = 0;
    struct str one;
    while (text.len && str_split(&text, ' ', &one)) {
        if (!str_to_i64(one, &id))
            continue;
        ids = array_room(arena, ids, count, &size, sizeof *ids);
        ids[count++] = id;
    }
    *ret_ids = ids;
    *ret_count = count;
}

static void read_kept(struct query *q, struct arena *arena, struct store_kept *kept)
{
    struct store_revision *revision = &kept->revision;
    *kept = (struct store_kept){.id = query_int(q)};
    kept->kind = (enum kept_kind)query_int(q);
    kept->story_id = query_int(q);
    kept->account_id = query_int(q);
    kept->base = query_int(q);
    kept->at = query_int(q);
    revision->story_id = kept->story_id;
    revision->at = kept->at;
    revision->section_id = query_int(q);
    revision->picture_id = query_int(q);
    revision->featured = query_int(q) != 0;
    revision->slug = query_str(q, arena);
    revision->headline = query_str(q, arena);
    revision->standfirst = query_str(q, arena);
    revision->language = query_str(q, arena);
    revision->caption = query_str(q, arena);
    revision->credit = query_str(q, arena);
    revision->alt = query_str(q, arena);
    revision->dateline = query_str(q, arena);
    revision->agency = query_str(q, arena);
    read_ids(query_str(q, arena), arena, &revision->tags, &revision->tag_count);
    read_ids(query_str(q, arena), arena, &revision->authors, &revision->author_count);
    kept->social_title = query_str(q, arena);
    kept->social_description = query_str(q, arena);
}

static struct error insert_kept(struct store_tx *tx, const struct store_kept *kept, struct str tags,
                                struct str authors, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    const struct store_revision *revision = &kept->revision;
    TRY(query_begin(tx,
                    "INSERT INTO kept (kind, story_id, account_id, base, at, section_id, "
                    "picture_id, featured, slug, headline, standfirst, language, caption, credit, "
                    "alt, dateline, agency, tags, authors, social_title, social_description, body) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, kept->kind);
    query_put_int(&q, kept->story_id);
    query_put_id(&q, kept->account_id);
    query_put_id(&q, kept->base);
    query_put_int(&q, kept->at);
    query_put_id(&q, revision->section_id);
    query_put_id(&q, revision->picture_id);
    query_put_int(&q, revision->featured);
    query_put_str(&q, revision->slug);
    query_put_str(&q, revision->headline);
    query_put_str(&q, revision->standfirst);
    query_put_str(&q, revision->language);
    query_put_str(&q, revision->caption);
    query_put_str(&q, revision->credit);
    query_put_str(&q, revision->alt);
    query_put_str(&q, revision->dateline);
    query_put_str(&q, revision->agency);
    query_put_str(&q, tags);
    query_put_str(&q, authors);
    query_put_str(&q, kept->social_title);
    query_put_str(&q, kept->social_description);
    query_put_str(&q, revision->body);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_kept_put(struct store_tx *tx, const struct store_kept *kept, int64_t *ret_id)
{
    BUF_AUTO struct buf tags = BUF_INIT(1 << 16);
    BUF_AUTO struct buf authors = BUF_INIT(1 << 16);
    const struct store_revision *revision = &kept->revision;
    return insert_kept(tx, kept, ids_text(revision->tags, revision->tag_count, &tags),
                       ids_text(revision->authors, revision->author_count, &authors), ret_id);
}

struct error store_kept(struct store_tx *tx, int64_t id, struct arena *arena,
                        struct store_kept *ret_kept)
{
    QUERY_AUTO struct query q = {0};
    struct store_kept kept;
    TRY(query_begin(tx, "SELECT " KEPT_COLUMNS ", body FROM kept WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "kept text of that number"));
    read_kept(&q, arena, &kept);
    kept.revision.body = query_str(&q, arena);
    TRY(query_end(&q));
    *ret_kept = kept;
    return NO_ERROR;
}

struct error store_kepts(struct store_tx *tx, int64_t story_id, int64_t before, size_t limit,
                         struct arena *arena, struct store_kept **ret_kepts, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " KEPT_COLUMNS " FROM kept WHERE story_id = ? AND id < ? "
                    "ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, before ? before : INT64_MAX);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_kept, ret_kepts, ret_count);
}

struct error store_kept_remove(struct store_tx *tx, int64_t id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM kept WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "kept text of that number", "unknown");
}

/* ---- Notes --------------------------------------------------------------------------------- */

#define NOTE_COLUMNS "n.id, n.story_id, n.at, n.account_id, n.kind, n.text"

struct error store_note_add(struct store_tx *tx, const struct store_note *note, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO note (story_id, at, account_id, kind, text) "
                    "VALUES (?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, note->story_id);
    query_put_int(&q, note->at);
    query_put_id(&q, note->account_id);
    query_put_int(&q, note->kind);
    query_put_str(&q, note->text);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

static struct error read_notes(struct query *q, size_t limit, struct arena *arena,
                               struct store_note **ret_notes, size_t *ret_count)
{
    struct store_note *notes = NULL;
    size_t count = 0, size = 0;
    bool row = false;
    while (count < limit) {
        TRY(query_next(q, &row));
        if (!row)
            break;
        notes = array_room(arena, notes, count, &size, sizeof *notes);
        struct store_note *note = &notes[count++];
        note->id = query_int(q);
        note->story_id = query_int(q);
        note->at = query_int(q);
        note->account_id = query_int(q);
        note->kind = (enum note_kind)query_int(q);
        note->text = query_str(q, arena);
    }
    TRY(query_end(q));
    *ret_notes = notes;
    *ret_count = count;
    return NO_ERROR;
}

struct error store_notes(struct store_tx *tx, int64_t story_id, int64_t before, size_t limit,
                         struct arena *arena, struct store_note **ret_notes, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " NOTE_COLUMNS " FROM note n WHERE n.story_id = ? AND n.id < ? "
                    "ORDER BY n.id DESC",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, before ? before : INT64_MAX);
    return read_notes(&q, limit, arena, ret_notes, ret_count);
}

struct error store_notes_unseen(struct store_tx *tx, const struct store_account *account,
                                size_t limit, struct arena *arena, struct store_note **ret_notes,
                                size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " NOTE_COLUMNS " FROM (SELECT * FROM note WHERE id > ?1 "
                    "ORDER BY id DESC LIMIT ?2) AS n CROSS JOIN desk d ON d.story_id = n.story_id "
                    "WHERE n.account_id IS NOT ?3 AND (d.owner_id = ?3 OR (?4 AND n.kind = 2)) "
                    "ORDER BY n.id DESC",
                    &q));
    query_put_int(&q, account->notes_seen);
    query_put_int(&q, DESK_ROWS_MAX);
    query_put_int(&q, account->id);
    query_put_int(&q, account->role == ROLE_EDITOR || account->role == ROLE_PUBLISHER);
    return read_notes(&q, limit, arena, ret_notes, ret_count);
}

struct error store_notes_last(struct store_tx *tx, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT max(id) FROM note", &q));
    TRY(query_one(&q, "note"));
    int64_t id = query_int(&q);
    TRY(query_end(&q));
    *ret_id = id;
    return NO_ERROR;
}

/* ---- Previews ------------------------------------------------------------------------------ */

#define PREVIEW_COLUMNS                                                                            \
    "id, hash, story_id, revision_id, created_by, created_at, expires_at, revoked_at, seen_at, "   \
    "label"

static void read_preview(struct query *q, struct arena *arena, struct store_preview *preview)
{
    preview->id = query_int(q);
    preview->hash = query_str(q, arena);
    preview->story_id = query_int(q);
    preview->revision_id = query_int(q);
    preview->created_by = query_int(q);
    preview->created_at = query_int(q);
    preview->expires_at = query_int(q);
    preview->revoked_at = query_int(q);
    preview->seen_at = query_int(q);
    preview->label = query_str(q, arena);
}

struct error store_preview_add(struct store_tx *tx, const struct store_preview *preview,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO preview (hash, story_id, revision_id, created_by, created_at, "
                    "expires_at, revoked_at, seen_at, label) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_str(&q, preview->hash);
    query_put_int(&q, preview->story_id);
    query_put_id(&q, preview->revision_id);
    query_put_id(&q, preview->created_by);
    query_put_int(&q, preview->created_at);
    query_put_int(&q, preview->expires_at);
    query_put_int(&q, preview->revoked_at);
    query_put_int(&q, preview->seen_at);
    query_put_str(&q, preview->label);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_preview(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_preview *ret_preview)
{
    QUERY_AUTO struct query q = {0};
    struct store_preview preview;
    TRY(query_begin(tx, "SELECT " PREVIEW_COLUMNS " FROM preview WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "preview of that number"));
    read_preview(&q, arena, &preview);
    TRY(query_end(&q));
    *ret_preview = preview;
    return NO_ERROR;
}

struct error store_preview_by_hash(struct store_tx *tx, struct str hash, struct arena *arena,
                                   struct store_preview *ret_preview)
{
    QUERY_AUTO struct query q = {0};
    struct store_preview preview;
    TRY(query_begin(tx, "SELECT " PREVIEW_COLUMNS " FROM preview WHERE hash = ?", &q));
    query_put_str(&q, hash);
    TRY(query_one(&q, "such preview"));
    read_preview(&q, arena, &preview);
    TRY(query_end(&q));
    *ret_preview = preview;
    return NO_ERROR;
}

struct error store_previews(struct store_tx *tx, int64_t story_id, struct arena *arena,
                            struct store_preview **ret_previews, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT " PREVIEW_COLUMNS " FROM preview WHERE story_id = ? ORDER BY id DESC", &q));
    query_put_int(&q, story_id);
    return QUERY_ROWS(&q, arena, read_preview, ret_previews, ret_count);
}

struct error store_preview_revoke(struct store_tx *tx, int64_t id, int64_t at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE preview SET revoked_at = ? WHERE id = ? AND revoked_at = 0", &q));
    query_put_int(&q, at);
    query_put_int(&q, id);
    return query_run(&q);
}

struct error store_preview_seen(struct store_tx *tx, int64_t id, int64_t at)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE preview SET seen_at = ? WHERE id = ?", &q));
    query_put_int(&q, at);
    query_put_int(&q, id);
    return query_run(&q);
}

/* ---- Related stories, chosen by hand ------------------------------------------------------- */

static void read_choice(struct query *q, struct arena *arena, struct store_related_choice *choice)
{
    choice->related_id = query_int(q);
    choice->removed = query_int(q) != 0;
}

struct error store_related_choices(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                   struct store_related_choice **ret_choices, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT related_id, removed FROM related_choice WHERE story_id = ? "
                    "ORDER BY position",
                    &q));
    query_put_int(&q, story_id);
    return QUERY_ROWS(&q, arena, read_choice, ret_choices, ret_count);
}

struct error store_related_choices_set(struct store_tx *tx, int64_t story_id,
                                       const struct store_related_choice *choices, size_t count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM related_choice WHERE story_id = ?", &q));
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    for (size_t i = 0; i < count; i++) {
        TRY(query_begin(tx,
                        "INSERT INTO related_choice (story_id, position, related_id, removed) "
                        "VALUES (?, ?, ?, ?)",
                        &q));
        query_put_int(&q, story_id);
        query_put_int(&q, (int64_t)i + 1);
        query_put_int(&q, choices[i].related_id);
        query_put_int(&q, choices[i].removed);
        TRY(query_run(&q));
    }
    return NO_ERROR;
}
