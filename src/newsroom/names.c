/* Sections, tags and bylines; and from a draft's names to a revision's ids. */
#include "newsroom/publishing.h"
#include "render/markdown.h"
#include "text/dates.h"
#include "text/slug.h"

bool slug_is_reserved(struct str slug)
{
    static const char *const reserved[] = {
        "tag",         "author",      "desk",   "api",     "about", "terms",  "privacy", "contact",
        "corrections", "newsletters", "search", "archive", "media", "assets", "healthz", "metrics"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_eq(slug, str_of(reserved[i])))
            return true;
    return false;
}

/* "section", or "section-2" when a section has or had that address. */
static struct error free_section_slug(struct store_tx *tx, struct arena *arena,
                                      struct str *ret_slug)
{
    struct store_section section;
    struct str slug = STR("section");
    int64_t old;
    for (int try = 2; try < 1000; try++) {
        struct error now = store_section_by_slug(tx, slug, arena, &section);
        struct error before = store_section_by_old_slug(tx, slug, &old);
        if (now.code == ERR_NOT_FOUND && before.code == ERR_NOT_FOUND)
            break;
        if (now.code != ERR_OK && now.code != ERR_NOT_FOUND)
            return now;
        if (before.code != ERR_OK && before.code != ERR_NOT_FOUND)
            return before;
        slug = arena_printf(arena, "section-%d", try);
    }
    *ret_slug = slug;
    return NO_ERROR;
}

struct error section_slug(struct store_tx *tx, struct str name, struct arena *arena,
                          struct str *ret_slug)
{
    struct str slug = text_slug(str_trim(name), STR(""), arena);
    if (!slug.len)
        return free_section_slug(tx, arena, ret_slug);
    *ret_slug = slug;
    return NO_ERROR;
}

struct error section_add(struct store_tx *tx, struct str name, struct str slug, struct arena *arena,
                         struct changes *changes, struct store_section *ret_section)
{
    struct store_section *sections, section = {.name = str_trim(name), .slug = slug};
    size_t count;
    if (section.name.len == 0 || section.name.len > NAME_MAX_BYTES || !str_is_utf8(section.name))
        return error_make(ERR_INVALID, "The section's name", "give a short name, as in World");
    if (section.slug.len == 0)
        TRY(section_slug(tx, section.name, arena, &section.slug));
    if (!text_slug_valid(section.slug))
        return error_make(ERR_INVALID, "The section's slug",
                          "use lower-case letters, digits and single hyphens");
    if (slug_is_reserved(section.slug))
        return error_format(ERR_INVALID, STR("The section's slug"), 0,
                            "'%.*s' is an address of the site itself; choose another",
                            STR_ARG(section.slug));
    TRY(store_sections(tx, arena, &sections, &count));
    section.position = count ? sections[count - 1].position + 1 : 1;
    TRY(store_section_add(tx, &section, &section.id));
    key_nav(&changes->keys);
    *ret_section = section;
    return NO_ERROR;
}

struct error name_rename(struct store_tx *tx, enum store_name_kind kind, int64_t id,
                         struct str name, struct str about, struct arena *arena,
                         struct changes *changes)
{
    struct store_name row;
    TRY(store_name(tx, kind, id, arena, &row));
    if (name.len == 0 || name.len > NAME_MAX_BYTES || !str_is_utf8(name))
        return error_make(ERR_INVALID, "The name", "give a short name");
    bool other_name = !str_eq(row.name, name), other_about = !str_eq(row.about, about);
    if (!other_name && !other_about)
        return NO_ERROR;
    row.name = name;
    row.about = about;
    if (other_name)
        key_name(&changes->keys, kind, id);
    if (other_about)
        key_about(&changes->keys, kind, id);
    return store_name_set(tx, kind, &row);
}

/* Adds a name under the first free slug. */
static struct error name_add(struct store_tx *tx, enum store_name_kind kind, struct str name,
                             struct str slug, struct arena *arena, int64_t *ret_id)
{
    struct store_name row = {.name = name, .slug = slug};
    for (int try = 2; try < 1000; try++) {
        struct error error = store_name_add(tx, kind, &row, ret_id);
        if (error.code != ERR_EXISTS)
            return error;
        row.slug = arena_printf(arena, "%.*s-%d", STR_ARG(slug), try);
    }
    return error_make(ERR_INVALID, "The name", "too many names look like it");
}

static struct error name_id(struct store_tx *tx, enum store_name_kind kind, struct str name,
                            struct arena *arena, int64_t *ret_id)
{
    struct store_name row;
    struct str slug = text_slug(name, STR(""), arena);
    struct error error = store_name_by_name(tx, kind, name, arena, &row);
    /* "Harbour" and "harbour" are one tag; two of nothing but signs are two. */
    if (error.code == ERR_NOT_FOUND && kind == STORE_TAG && slug.len)
        error = store_name_by_slug(tx, kind, slug, arena, &row);
    bool other = error.code == ERR_OK && slug.len && !text_slug(row.name, STR(""), arena).len;
    if (error.code == ERR_OK && !other)
        *ret_id = row.id;
    if (error.code != ERR_NOT_FOUND && !other)
        return error;
    if (!slug.len)
        slug = kind == STORE_TAG ? STR("tag") : STR("author");
    return name_add(tx, kind, name, slug, arena, ret_id);
}

struct error name_take(struct store_tx *tx, enum store_name_kind kind, struct str name,
                       struct arena *arena, int64_t *ret_id)
{
    name = str_trim(name);
    if (name.len == 0 || name.len > NAME_MAX_BYTES || !str_is_utf8(name))
        return error_make(ERR_INVALID, "The name", "give a short name");
    return name_id(tx, kind, name, arena, ret_id);
}

/* Ids of names, each once, in the order given. */
static struct error name_ids(struct store_tx *tx, enum store_name_kind kind,
                             const struct str *names, size_t count, struct arena *arena,
                             int64_t **ret_ids, size_t *ret_count)
{
    int64_t *ids = ARENA_ARRAY(arena, int64_t, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        TRY(name_id(tx, kind, names[i], arena, &ids[n]));
        while (ids[k] != ids[n])
            k++;
        if (k == n)
            n++;
    }
    *ret_ids = ids;
    *ret_count = n;
    return NO_ERROR;
}

static struct error unknown_section(struct store_tx *tx, struct str slug, int line,
                                    struct arena *arena)
{
    struct store_section *sections;
    size_t count;
    BUF_AUTO struct buf known = BUF_INIT(4096);
    TRY(store_sections(tx, arena, &sections, &count));
    for (size_t i = 0; i < count; i++)
        (void)buf_printf(&known, "%s%.*s", i ? ", " : "", STR_ARG(sections[i].slug));
    return error_format(ERR_NO_SECTION, slug, line, "%.*s", STR_ARG(buf_slice(&known)));
}

static struct error find_section(struct store_tx *tx, const struct draft *draft,
                                 struct arena *arena, int64_t *ret_id)
{
    struct str slug = draft->section;
    struct store_section section, *sections;
    size_t count;
    struct error error = store_section_by_slug(tx, slug.len ? slug : STR("news"), arena, &section);
    if (error.code == ERR_OK)
        *ret_id = section.id;
    if (error.code != ERR_NOT_FOUND)
        return error;
    if (slug.len)
        return unknown_section(tx, slug, draft->section_line, arena);
    TRY(store_sections(tx, arena, &sections, &count));
    if (count == 0)
        return unknown_section(tx, STR("news"), 0, arena);
    *ret_id = sections[0].id;
    return NO_ERROR;
}

struct error draft_resolve(struct store_tx *tx, const struct draft *draft, int64_t picture_id,
                           int64_t now, struct arena *arena, struct changes *changes,
                           struct store_revision *ret_revision)
{
    struct store_revision revision = {.at = now,
                                      .slug = draft->slug,
                                      .headline = str_trim(draft->headline),
                                      .standfirst = str_trim(draft->standfirst),
                                      .dateline = str_trim(draft->dateline),
                                      .agency = str_trim(draft->agency),
                                      .language = draft->language,
                                      .body = draft->body,
                                      .picture_id = picture_id,
                                      .caption = draft->caption,
                                      .credit = draft->credit,
                                      .alt = draft->alt,
                                      .featured = draft->featured};
    if (revision.headline.len == 0)
        return error_make(ERR_INVALID, "The headline", "it is missing");
    if (revision.slug.len && !text_slug_valid(revision.slug))
        return error_make(ERR_INVALID, "The slug",
                          "use lower-case letters, digits and single hyphens");
    if (revision.language.len && !text_language_valid(revision.language))
        return error_make(ERR_INVALID, "The language", "it must be a tag such as en or es-MX");
    TRY(markdown_check(draft->body)); /* what is saved can always be drawn */
    TRY(find_section(tx, draft, arena, &revision.section_id));
    TRY(name_ids(tx, STORE_TAG, draft->tags, draft->tag_count, arena, &revision.tags,
                 &revision.tag_count));
    TRY(name_ids(tx, STORE_AUTHOR, draft->bylines, draft->byline_count, arena, &revision.authors,
                 &revision.author_count));
    *ret_revision = revision;
    return NO_ERROR;
}

struct error draft_published(const struct draft *draft, const struct settings *settings,
                             int64_t now, int64_t *ret_published)
{
    int64_t moment = 0;
    if (draft->published.len == 0) {
        *ret_published = 0;
        return NO_ERROR;
    }
    if (!text_parse_time(draft->published, settings->timezone, &moment))
        return error_format(ERR_FRONT_MATTER, STR_NONE, draft->published_line,
                            "published: must be a time such as 2026-11-24 14:05");
    if (moment > now)
        return error_format(ERR_FUTURE, STR("published"), draft->published_line, "later than now");
    *ret_published = moment;
    return NO_ERROR;
}
