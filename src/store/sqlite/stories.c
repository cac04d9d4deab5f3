/* Stories, their revisions, their addresses. */
#include "store/sqlite/inside.h"

/* ---- Revisions ------------------------------------------------------------------------------- */

static struct error add_name(struct store_tx *tx, int64_t revision_id, enum store_name_kind kind,
                             int64_t position, int64_t name_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO revision_name (revision_id, kind, position, name_id) "
                    "VALUES (?, ?, ?, ?)",
                    &q));
    query_put_int(&q, revision_id);
    query_put_int(&q, kind);
    query_put_int(&q, position);
    query_put_int(&q, name_id);
    return query_run(&q);
}

static struct error insert_revision(struct store_tx *tx, int64_t story_id, int64_t number,
                                    const struct store_revision *revision, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO revision (story_id, number, at, section_id, picture_id, featured, "
                    "slug, headline, standfirst, language, caption, credit, alt, dateline, agency, "
                    "note, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, number);
    query_put_int(&q, revision->at);
    query_put_int(&q, revision->section_id);
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
    query_put_str(&q, revision->note);
    query_put_str(&q, revision->body);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

/* Adds the revision with its names and makes it the story's newest. */
static struct error add_revision(struct store_tx *tx, int64_t story_id, int64_t number,
                                 const struct store_revision *revision, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    int64_t id = 0;
    TRY(insert_revision(tx, story_id, number, revision, &id));
    for (size_t i = 0; i < revision->tag_count; i++)
        TRY(add_name(tx, id, STORE_TAG, (int64_t)i + 1, revision->tags[i]));
    for (size_t i = 0; i < revision->author_count; i++)
        TRY(add_name(tx, id, STORE_AUTHOR, (int64_t)i + 1, revision->authors[i]));
    TRY(query_begin(tx, "UPDATE story SET newest = ? WHERE id = ?", &q));
    query_put_int(&q, id);
    query_put_int(&q, story_id);
    TRY(query_run(&q));
    *ret_id = id;
    return NO_ERROR;
}

struct error store_story_add(struct store_tx *tx, const struct store_revision *revision,
                             int64_t *ret_story, int64_t *ret_revision)
{
    QUERY_AUTO struct query q = {0};
    int64_t revision_id = 0;
    TRY(query_begin(tx,
                    "INSERT INTO story (state, newest, live, published_at, updated_at, listed_at, "
                    "withdrawn_at, path, reason) VALUES (1, NULL, NULL, 0, 0, 0, 0, '', '')",
                    &q));
    TRY(query_run(&q));
    int64_t id = query_added(tx);
    TRY(add_revision(tx, id, 1, revision, &revision_id));
    *ret_story = id;
    *ret_revision = revision_id;
    return NO_ERROR;
}

struct error store_revision_add(struct store_tx *tx, const struct store_revision *revision,
                                int64_t *ret_revision)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT max(number) FROM revision WHERE story_id = ?", &q));
    query_put_int(&q, revision->story_id);
    TRY(query_one(&q, "story of that number"));
    int64_t number = query_int(&q);
    TRY(query_end(&q));
    if (number == 0)
        return error_make(ERR_NOT_FOUND, "story of that number", "unknown");
    return add_revision(tx, revision->story_id, number + 1, revision, ret_revision);
}

#define REVISION_COLUMNS                                                                           \
    "id, story_id, number, at, section_id, picture_id, featured, slug, headline, standfirst, "     \
    "language, caption, credit, alt, dateline, agency, note"

/* All but the body and the names. */
static void read_revision(struct query *q, struct arena *arena, struct store_revision *revision)
{
    *revision = (struct store_revision){.id = query_int(q)};
    revision->story_id = query_int(q);
    revision->number = query_int(q);
    revision->at = query_int(q);
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
    revision->note = query_str(q, arena);
}

static struct error read_names(struct store_tx *tx, struct arena *arena,
                               struct store_revision *revision)
{
    QUERY_AUTO struct query q = {0};
    size_t tags_size = 0, authors_size = 0;
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT kind, name_id FROM revision_name WHERE revision_id = ? "
                    "ORDER BY kind, position",
                    &q));
    query_put_int(&q, revision->id);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            return query_end(&q);
        bool tag = query_int(&q) == STORE_TAG;
        int64_t **ids = tag ? &revision->tags : &revision->authors;
        size_t *count = tag ? &revision->tag_count : &revision->author_count;
        *ids = array_room(arena, *ids, *count, tag ? &tags_size : &authors_size, sizeof **ids);
        (*ids)[(*count)++] = query_int(&q);
    }
}

struct error store_revision(struct store_tx *tx, int64_t id, struct arena *arena,
                            struct store_revision *ret_revision)
{
    QUERY_AUTO struct query q = {0};
    struct store_revision revision;
    TRY(query_begin(tx, "SELECT " REVISION_COLUMNS ", body FROM revision WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "revision of that number"));
    read_revision(&q, arena, &revision);
    revision.body = query_str(&q, arena);
    TRY(query_end(&q));
    TRY(read_names(tx, arena, &revision));
    *ret_revision = revision;
    return NO_ERROR;
}

struct error store_revisions(struct store_tx *tx, int64_t story_id, int64_t before, size_t limit,
                             struct arena *arena, struct store_revision **ret_revisions,
                             size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    struct store_revision *revisions = NULL;
    size_t count = 0, size = 0;
    bool row = false;
    TRY(query_begin(tx,
                    "SELECT " REVISION_COLUMNS " FROM revision "
                    "WHERE story_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
                    &q));
    query_put_int(&q, story_id);
    query_put_int(&q, before ? before : INT64_MAX);
    query_put_limit(&q, limit);
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        revisions = array_room(arena, revisions, count, &size, sizeof *revisions);
        read_revision(&q, arena, &revisions[count++]);
    }
    TRY(query_end(&q));
    for (size_t i = 0; i < count; i++)
        TRY(read_names(tx, arena, &revisions[i]));
    *ret_revisions = revisions;
    *ret_count = count;
    return NO_ERROR;
}

/* ---- Stories --------------------------------------------------------------------------------- */

#define STORY_COLUMNS                                                                              \
    "id, state, newest, live, published_at, updated_at, listed_at, withdrawn_at, path, reason"

static void read_story(struct query *q, struct arena *arena, struct store_story *story)
{
    story->id = query_int(q);
    story->state = (enum story_state)query_int(q);
    story->newest = query_int(q);
    story->live = query_int(q);
    story->published_at = query_int(q);
    story->updated_at = query_int(q);
    story->listed_at = query_int(q);
    story->withdrawn_at = query_int(q);
    story->path = query_str(q, arena);
    story->reason = query_str(q, arena);
}

struct error store_story(struct store_tx *tx, int64_t id, struct arena *arena,
                         struct store_story *ret_story)
{
    QUERY_AUTO struct query q = {0};
    struct store_story story;
    TRY(query_begin(tx, "SELECT " STORY_COLUMNS " FROM story WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "story of that number"));
    read_story(&q, arena, &story);
    TRY(query_end(&q));
    *ret_story = story;
    return NO_ERROR;
}

struct error store_story_set(struct store_tx *tx, const struct store_story *story)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "UPDATE story SET state = ?, live = ?, published_at = ?, updated_at = ?, "
                    "listed_at = ?, withdrawn_at = ?, path = ?, reason = ? WHERE id = ?",
                    &q));
    query_put_int(&q, story->state);
    query_put_id(&q, story->live);
    query_put_int(&q, story->published_at);
    query_put_int(&q, story->updated_at);
    query_put_int(&q, story->listed_at);
    query_put_int(&q, story->withdrawn_at);
    query_put_str(&q, story->path);
    query_put_str(&q, story->reason);
    query_put_int(&q, story->id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "story of that number", "unknown");
}

struct error store_stories(struct store_tx *tx, int64_t before, size_t limit, struct arena *arena,
                           struct store_story **ret_stories, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT " STORY_COLUMNS " FROM story WHERE id < ? ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_int(&q, before ? before : INT64_MAX);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_story, ret_stories, ret_count);
}

/* ---- Addresses ------------------------------------------------------------------------------- */

struct error store_address(struct store_tx *tx, struct str path, struct store_address *ret_address)
{
    QUERY_AUTO struct query q = {0};
    struct store_address address;
    TRY(query_begin(tx, "SELECT story_id, current FROM address WHERE path = ?", &q));
    query_put_str(&q, path);
    TRY(query_one(&q, "story at that address"));
    address.story_id = query_int(&q);
    address.current = query_int(&q) != 0;
    TRY(query_end(&q));
    *ret_address = address;
    return NO_ERROR;
}

/* The one that is current becomes old; at most one can be. */
static struct error retire_address(struct store_tx *tx, int64_t story_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE address SET current = 0 WHERE story_id = ? AND current = 1", &q));
    query_put_int(&q, story_id);
    return query_run(&q);
}

struct error store_address_set(struct store_tx *tx, int64_t story_id, struct str path)
{
    QUERY_AUTO struct query q = {0};
    struct store_address address = {0};
    struct error found = store_address(tx, path, &address);
    if (found.code == ERR_OK && address.story_id != story_id)
        return error_format(ERR_EXISTS, path, 0, "It belongs to another story.");
    if (found.code == ERR_OK && address.current)
        return NO_ERROR;
    if (found.code != ERR_OK && found.code != ERR_NOT_FOUND)
        return found;
    TRY(retire_address(tx, story_id));
    TRY(query_begin(tx,
                    "INSERT INTO address (story_id, path, current) VALUES (?, ?, 1) "
                    "ON CONFLICT (path) DO UPDATE SET current = 1",
                    &q));
    query_put_int(&q, story_id);
    query_put_str(&q, path);
    return query_run(&q);
}
