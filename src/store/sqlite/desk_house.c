/* Sections, standing pages, advertisements, as the desk changes them; and the rules between the
 * desk's tables. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

/* ---- Sections ------------------------------------------------------------------------------ */

struct error store_section_parent(struct store_tx *tx, int64_t section_id, int64_t *ret_parent)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT parent_id FROM section WHERE id = ?", &q));
    query_put_int(&q, section_id);
    TRY(query_one(&q, "section of that number"));
    int64_t parent = query_int(&q);
    TRY(query_end(&q));
    *ret_parent = parent;
    return NO_ERROR;
}

struct error store_section_parent_set(struct store_tx *tx, int64_t section_id, int64_t parent_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE section SET parent_id = ? WHERE id = ?", &q));
    query_put_id(&q, parent_id);
    query_put_int(&q, section_id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "section of that number", "unknown");
}

struct error store_section_by_old_slug(struct store_tx *tx, struct str slug, int64_t *ret_section)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT section_id FROM section_alias WHERE slug = ?", &q));
    query_put_str(&q, slug);
    TRY(query_one(&q, "section that had this name"));
    int64_t section = query_int(&q);
    TRY(query_end(&q));
    *ret_section = section;
    return NO_ERROR;
}

static struct error slug_is_free(struct store_tx *tx, struct str slug, int64_t section_id)
{
    QUERY_AUTO struct query q = {0};
    bool taken = false;
    TRY(query_begin(tx,
                    "SELECT 1 FROM section WHERE slug = ?1 AND id <> ?2 UNION ALL "
                    "SELECT 1 FROM section_alias WHERE slug = ?1 AND section_id <> ?2",
                    &q));
    query_put_str(&q, slug);
    query_put_int(&q, section_id);
    TRY(query_next(&q, &taken));
    TRY(query_end(&q));
    return taken ? error_format(ERR_EXISTS, slug, 0, "Choose another slug.") : NO_ERROR;
}

struct error store_section_slug_set(struct store_tx *tx, int64_t section_id, struct str slug)
{
    QUERY_AUTO struct query q = {0};
    TRY(slug_is_free(tx, slug, section_id));
    TRY(query_begin(tx,
                    "INSERT INTO section_alias (slug, section_id) SELECT slug, id FROM section "
                    "WHERE id = ? AND slug <> ? ON CONFLICT (slug) DO NOTHING",
                    &q));
    query_put_int(&q, section_id);
    query_put_str(&q, slug);
    TRY(query_run(&q));
    TRY(query_begin(tx, "DELETE FROM section_alias WHERE slug = ?", &q));
    query_put_str(&q, slug);
    TRY(query_run(&q));
    TRY(query_begin(tx, "UPDATE section SET slug = ? WHERE id = ?", &q));
    query_put_str(&q, slug);
    query_put_int(&q, section_id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "section of that number", "unknown");
}

/* ---- Advertisements ------------------------------------------------------------------------ */

struct error store_ad(struct store_tx *tx, int64_t id, struct arena *arena, struct store_ad *ret_ad)
{
    QUERY_AUTO struct query q = {0};
    struct store_ad ad;
    TRY(query_begin(tx, "SELECT id, title, text, url FROM ad WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "advertisement of that number"));
    ad.id = query_int(&q);
    ad.title = query_str(&q, arena);
    ad.text = query_str(&q, arena);
    ad.url = query_str(&q, arena);
    TRY(query_end(&q));
    *ret_ad = ad;
    return NO_ERROR;
}

struct error store_ad_set(struct store_tx *tx, const struct store_ad *ad)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE ad SET title = ?, text = ?, url = ? WHERE id = ?", &q));
    query_put_str(&q, ad->title);
    query_put_str(&q, ad->text);
    query_put_str(&q, ad->url);
    query_put_int(&q, ad->id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "advertisement of that number", "unknown");
}

struct error store_ad_remove(struct store_tx *tx, int64_t id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM ad WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR
                             : error_make(ERR_NOT_FOUND, "advertisement of that number", "unknown");
}

/* ---- Standing pages ------------------------------------------------------------------------ */

static void read_page(struct query *q, struct arena *arena, struct store_page *page)
{
    *page = (struct store_page){.slug = query_str(q, arena)};
    page->title = query_str(q, arena);
    page->updated_at = query_int(q);
}

struct error store_pages(struct store_tx *tx, struct arena *arena, struct store_page **ret_pages,
                         size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT slug, title, updated_at FROM page ORDER BY slug", &q));
    return QUERY_ROWS(&q, arena, read_page, ret_pages, ret_count);
}

struct error store_page_remove(struct store_tx *tx, struct str slug)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM page WHERE slug = ?", &q));
    query_put_str(&q, slug);
    TRY(query_run(&q));
    return query_changed(tx) ? NO_ERROR : error_make(ERR_NOT_FOUND, "page of that name", "unknown");
}

struct error store_page_revision_add(struct store_tx *tx,
                                     const struct store_page_revision *revision, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO page_revision (slug, at, account_id, title, body) "
                    "VALUES (?, ?, ?, ?, ?)",
                    &q));
    query_put_str(&q, revision->slug);
    query_put_int(&q, revision->at);
    query_put_id(&q, revision->account_id);
    query_put_str(&q, revision->title);
    query_put_str(&q, revision->body);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

static void read_page_revision(struct query *q, struct arena *arena,
                               struct store_page_revision *revision)
{
    *revision = (struct store_page_revision){.id = query_int(q)};
    revision->slug = query_str(q, arena);
    revision->at = query_int(q);
    revision->account_id = query_int(q);
    revision->title = query_str(q, arena);
}

struct error store_page_revision(struct store_tx *tx, int64_t id, struct arena *arena,
                                 struct store_page_revision *ret_revision)
{
    QUERY_AUTO struct query q = {0};
    struct store_page_revision revision;
    TRY(query_begin(
        tx, "SELECT id, slug, at, account_id, title, body FROM page_revision WHERE id = ?", &q));
    query_put_int(&q, id);
    TRY(query_one(&q, "page revision of that number"));
    read_page_revision(&q, arena, &revision);
    revision.body = query_str(&q, arena);
    TRY(query_end(&q));
    *ret_revision = revision;
    return NO_ERROR;
}

struct error store_page_revisions(struct store_tx *tx, struct str slug, size_t limit,
                                  struct arena *arena, struct store_page_revision **ret_revisions,
                                  size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT id, slug, at, account_id, title FROM page_revision WHERE slug = ? "
                    "ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_str(&q, slug);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_page_revision, ret_revisions, ret_count);
}

/* ---- Names --------------------------------------------------------------------------------- */

static void read_name(struct query *q, struct arena *arena, struct store_name *name)
{
    name->id = query_int(q);
    name->slug = query_str(q, arena);
    name->name = query_str(q, arena);
    name->about = query_str(q, arena);
}

/* Slugs are ASCII and lower case, so names that begin alike are neighbours there; a name in another
 * script is found by its slug too. */
struct error store_names_like(struct store_tx *tx, enum store_name_kind kind, struct str prefix,
                              size_t limit, struct arena *arena, struct store_name **ret_names,
                              size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT id, slug, name, about FROM name WHERE kind = ?1 AND slug >= ?2 "
                    "AND slug < ?2 || '~' ORDER BY slug LIMIT ?3",
                    &q));
    query_put_int(&q, kind);
    query_put_str(&q, prefix);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_name, ret_names, ret_count);
}

struct error store_names_within(struct store_tx *tx, enum store_name_kind kind, struct str word,
                                size_t limit, struct arena *arena, struct store_name **ret_names,
                                size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT id, slug, name, about FROM name WHERE kind = ?1 AND "
                    "instr(slug, '-' || ?2) > 0 AND NOT (slug >= ?2 AND slug < ?2 || '~') "
                    "ORDER BY slug LIMIT ?3",
                    &q));
    query_put_int(&q, kind);
    query_put_str(&q, word);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_name, ret_names, ret_count);
}
