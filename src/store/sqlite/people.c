/* Sections, tags, authors. */
#include "store/sqlite/inside.h"

static struct error taken(struct str slug)
{
    return error_format(ERR_EXISTS, slug, 0, "Choose another slug.");
}

/* ---- Sections -------------------------------------------------------------------------------- */

static void read_section(struct query *q, struct arena *arena, struct store_section *section)
{
    section->id = query_int(q);
    section->slug = query_str(q, arena);
    section->name = query_str(q, arena);
    section->position = query_int(q);
    section->parent_id = query_int(q);
}

struct error store_sections(struct store_tx *tx, struct arena *arena,
                            struct store_section **ret_sections, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT id, slug, name, position, parent_id FROM section ORDER BY position, id", &q));
    return QUERY_ROWS(&q, arena, read_section, ret_sections, ret_count);
}

struct error store_section(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_section *ret_section)
{
    QUERY_AUTO struct query q = {0};
    struct store_section section;
    TRY(query_begin(tx, "SELECT id, slug, name, position, parent_id FROM section WHERE id = ?",
                    &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "section of that number"));
    read_section(&q, arena, &section);
    TRY(query_end(&q));
    *ret_section = section;
    return NO_ERROR;
}

struct error store_section_by_slug(struct store_tx *tx, struct str slug, struct arena *arena,
                                   struct store_section *ret_section)
{
    QUERY_AUTO struct query q = {0};
    struct store_section section;
    TRY(query_begin(tx, "SELECT id, slug, name, position, parent_id FROM section WHERE slug = ?",
                    &q));
    query_put_str(&q, slug);
    TRY(query_one(&q, "section of that name"));
    read_section(&q, arena, &section);
    TRY(query_end(&q));
    *ret_section = section;
    return NO_ERROR;
}

struct error store_section_add(struct store_tx *tx, const struct store_section *section,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO section (slug, name, position) VALUES (?, ?, ?) "
                    "ON CONFLICT (slug) DO NOTHING",
                    &q));
    query_put_str(&q, section->slug);
    query_put_str(&q, section->name);
    query_put_int(&q, section->position);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return taken(section->slug);
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_section_set(struct store_tx *tx, const struct store_section *section)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE section SET name = ?, position = ? WHERE id = ?", &q));
    query_put_str(&q, section->name);
    query_put_int(&q, section->position);
    query_put_int(&q, section->id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "section of that number", "unknown");
}

/* ---- Tags and authors ------------------------------------------------------------------------ */

static const char *missing(enum store_name_kind kind, bool number)
{
    if (kind == STORE_TAG)
        return number ? ERROR_TEXT("tag of that number") : ERROR_TEXT("tag of that name");
    return number ? ERROR_TEXT("author of that number") : ERROR_TEXT("author of that name");
}

static void read_name(struct query *q, struct arena *arena, struct store_name *name)
{
    name->id = query_int(q);
    name->slug = query_str(q, arena);
    name->name = query_str(q, arena);
    name->about = query_str(q, arena);
}

struct error store_name(struct store_tx *tx, enum store_name_kind kind, int64_t id,
                        struct arena *arena, struct store_name *ret_name)
{
    QUERY_AUTO struct query q = {0};
    struct store_name name;
    TRY(query_begin(tx, "SELECT id, slug, name, about FROM name WHERE id = ? AND kind = ?", &q));
    query_put_int(&q, id);
    query_put_int(&q, kind);
    TRY(query_one(&q, missing(kind, true)));
    read_name(&q, arena, &name);
    TRY(query_end(&q));
    *ret_name = name;
    return NO_ERROR;
}

struct error store_name_by_slug(struct store_tx *tx, enum store_name_kind kind, struct str slug,
                                struct arena *arena, struct store_name *ret_name)
{
    QUERY_AUTO struct query q = {0};
    struct store_name name;
    TRY(query_begin(tx, "SELECT id, slug, name, about FROM name WHERE kind = ? AND slug = ?", &q));
    query_put_int(&q, kind);
    query_put_str(&q, slug);
    TRY(query_one(&q, missing(kind, false)));
    read_name(&q, arena, &name);
    TRY(query_end(&q));
    *ret_name = name;
    return NO_ERROR;
}

struct error store_name_by_name(struct store_tx *tx, enum store_name_kind kind, struct str text,
                                struct arena *arena, struct store_name *ret_name)
{
    QUERY_AUTO struct query q = {0};
    struct store_name name;
    TRY(query_begin(tx,
                    "SELECT id, slug, name, about FROM name WHERE kind = ? AND name = ? "
                    "ORDER BY id LIMIT 1",
                    &q));
    query_put_int(&q, kind);
    query_put_str(&q, text);
    TRY(query_one(&q, missing(kind, false)));
    read_name(&q, arena, &name);
    TRY(query_end(&q));
    *ret_name = name;
    return NO_ERROR;
}

struct error store_name_add(struct store_tx *tx, enum store_name_kind kind,
                            const struct store_name *name, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO name (kind, slug, name, about) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (kind, slug) DO NOTHING",
                    &q));
    query_put_int(&q, kind);
    query_put_str(&q, name->slug);
    query_put_str(&q, name->name);
    query_put_str(&q, name->about);
    TRY(query_run(&q));
    if (query_changed(tx) == 0)
        return taken(name->slug);
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_name_set(struct store_tx *tx, enum store_name_kind kind,
                            const struct store_name *name)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE name SET name = ?, about = ? WHERE id = ? AND kind = ?", &q));
    query_put_str(&q, name->name);
    query_put_str(&q, name->about);
    query_put_int(&q, name->id);
    query_put_int(&q, kind);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR : error_make(ERR_NOT_FOUND, missing(kind, true), "unknown");
}

struct error store_names(struct store_tx *tx, enum store_name_kind kind, struct str after,
                         size_t limit, struct arena *arena, struct store_name **ret_names,
                         size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT id, slug, name, about FROM name WHERE kind = ? AND slug > ? "
                    "ORDER BY slug LIMIT ?",
                    &q));
    query_put_int(&q, kind);
    query_put_str(&q, after);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_name, ret_names, ret_count);
}
