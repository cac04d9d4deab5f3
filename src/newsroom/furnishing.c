#include "newsroom/furnishing.h"
#include "newsroom/front.h"
#include "newsroom/standing.h"
#include "text/dates.h"
#include "text/slug.h"

static struct error right(const struct actor *actor, enum action action)
{
    return actor_may(actor, action, RELATION_NONE);
}

static struct error check_line(struct str *text, size_t max, const char *field, const char *why)
{
    *text = str_trim(*text);
    if (text->len == 0 || text->len > max || !str_is_utf8(*text))
        return error_make(ERR_INVALID, field, why);
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->at[i] < 0x20 || text->at[i] == 0x7F)
            return error_make(ERR_INVALID, field, "it holds a control character");
    return NO_ERROR;
}

/* ---- Sections ------------------------------------------------------------------------------ */

/* One level of nesting: the section above has none above it, and this one none below. */
static struct error check_parent(struct store_tx *tx, int64_t id, int64_t parent_id,
                                 struct arena *arena)
{
    struct store_section *sections, parent;
    size_t count;
    int64_t above;
    if (!parent_id)
        return NO_ERROR;
    TRY(store_section(tx, parent_id, arena, &parent));
    TRY(store_section_parent(tx, parent_id, &above));
    if (above || parent_id == id)
        return error_make(ERR_INVALID, "The section above",
                          "sections nest one level deep; choose one that stands at the top");
    TRY(store_sections(tx, arena, &sections, &count));
    for (size_t i = 0; id && i < count; i++) {
        TRY(store_section_parent(tx, sections[i].id, &above));
        if (above == id)
            return error_make(ERR_INVALID, "The section above",
                              "others stand below this one; move them first");
    }
    return NO_ERROR;
}

struct error furnish_section_add(struct store_tx *tx, const struct actor *actor, struct str name,
                                 struct str slug, int64_t parent_id, int64_t now,
                                 struct arena *arena, struct changes *changes, int64_t *ret_id)
{
    struct store_section section, *sections;
    int64_t old;
    size_t count;
    TRY(right(actor, ACTION_SECTION_EDIT));
    TRY(store_sections(tx, arena, &sections, &count));
    if (count >= SECTIONS_MAX)
        return error_make(ERR_INVALID, "The section", "there are too many already");
    TRY(check_parent(tx, 0, parent_id, arena));
    struct str wanted = slug;
    if (!wanted.len)
        TRY(section_slug(tx, name, arena, &wanted));
    struct error error = store_section_by_old_slug(tx, wanted, &old);
    if (error.code == ERR_OK)
        return error_format(ERR_EXISTS, wanted, 0,
                            "Another section had this slug; choose another.");
    if (error.code != ERR_NOT_FOUND)
        return error;
    TRY(section_add(tx, name, slug, arena, changes, &section));
    if (parent_id)
        TRY(store_section_parent_set(tx, section.id, parent_id));
    TRY(audit_add(tx, actor, STR("section.add"), audit_object("section", section.id, arena),
                  section.name, now, arena));
    *ret_id = section.id;
    return NO_ERROR;
}

static struct error set_slug(struct store_tx *tx, const struct store_section *section,
                             struct str slug)
{
    if (str_eq(section->slug, slug))
        return NO_ERROR;
    if (!text_slug_valid(slug))
        return error_make(ERR_INVALID, "The section's slug",
                          "use lower-case letters, digits and single hyphens");
    if (slug_is_reserved(slug))
        return error_format(ERR_INVALID, STR("The section's slug"), 0,
                            "'%.*s' is an address of the site itself; choose another",
                            STR_ARG(slug));
    return store_section_slug_set(tx, section->id, slug);
}

struct error furnish_section(struct store_tx *tx, const struct actor *actor, int64_t id,
                             struct str name, struct str slug, int64_t parent_id, int64_t now,
                             struct arena *arena, struct changes *changes)
{
    struct store_section section;
    int64_t above;
    TRY(right(actor, ACTION_SECTION_EDIT));
    TRY(store_section(tx, id, arena, &section));
    TRY(store_section_parent(tx, id, &above));
    TRY(check_line(&name, NAME_MAX_BYTES, "The section's name", "give a short name, as in World"));
    TRY(check_parent(tx, id, parent_id, arena));
    slug = slug.len ? slug : section.slug;
    if (str_eq(section.name, name) && str_eq(section.slug, slug) && above == parent_id)
        return NO_ERROR;
    TRY(set_slug(tx, &section, slug));
    TRY(store_section_parent_set(tx, id, parent_id));
    struct str detail = arena_printf(arena, "%.*s /%.*s, before %.*s /%.*s", STR_ARG(name),
                                     STR_ARG(slug), STR_ARG(section.name), STR_ARG(section.slug));
    section.name = name;
    TRY(store_section_set(tx, &section));
    key_section(&changes->keys, id);
    key_nav(&changes->keys);
    return audit_add(tx, actor, STR("section.change"), audit_object("section", id, arena), detail,
                     now, arena);
}

/* The sections of `all` that stand below `above`, in their order. */
static size_t siblings(const struct store_section *all, size_t count, int64_t above,
                       int64_t *ret_ids)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].parent_id == above)
            ret_ids[n++] = all[i].id;
    return n;
}

static bool order_differs(const struct store_section *before, const struct store_section *after,
                          size_t count, int64_t above, struct arena *arena)
{
    int64_t *a = ARENA_ARRAY(arena, int64_t, count + 1);
    int64_t *b = ARENA_ARRAY(arena, int64_t, count + 1);
    size_t n = siblings(before, count, above, a);
    (void)siblings(after, count, above, b);
    return memcmp(a, b, n * sizeof *a) != 0;
}

/* Only the pages that show a place of the order that changed: all when it is at the top, those of
 * a section's family when it is below, the front when its blocks follow. */
static struct error note_order(struct store_tx *tx, const struct store_section *before,
                               const struct store_section *after, size_t count, struct arena *arena,
                               struct changes *changes)
{
    if (order_differs(before, after, count, 0, arena))
        key_nav(&changes->keys);
    for (size_t i = 0; i < count; i++)
        if (order_differs(before, after, count, before[i].id, arena))
            key_section_below(&changes->keys, before[i].id);
    return layout_follows(tx, before, after, count, arena, changes);
}

/* `sections` in the order of `ids`, which must name each once. */
static struct error put_in_order(const struct store_section *sections, size_t count,
                                 const int64_t *ids, struct store_section *ret_ordered)
{
    for (size_t k = 0; k < count; k++) {
        size_t i = 0;
        while (i < count && sections[i].id != ids[k])
            i++;
        for (size_t earlier = 0; earlier < k; earlier++)
            if (ids[earlier] == ids[k])
                i = count;
        if (i == count)
            return error_make(ERR_CONFLICT, "The list of sections", NULL);
        ret_ordered[k] = sections[i];
        ret_ordered[k].position = (int64_t)k + 1;
    }
    return NO_ERROR;
}

struct error furnish_section_order(struct store_tx *tx, const struct actor *actor,
                                   const int64_t *ids, size_t count, int64_t now,
                                   struct arena *arena, struct changes *changes)
{
    struct store_section *sections;
    size_t all;
    bool moved = false;
    TRY(right(actor, ACTION_SECTION_EDIT));
    TRY(store_sections(tx, arena, &sections, &all));
    if (count != all)
        return error_make(ERR_CONFLICT, "The list of sections", NULL);
    struct store_section *ordered = ARENA_ARRAY(arena, struct store_section, count + 1);
    TRY(put_in_order(sections, count, ids, ordered));
    for (size_t i = 0; i < count; i++)
        moved = moved || sections[i].id != ids[i];
    if (!moved)
        return NO_ERROR;
    for (size_t i = 0; i < count; i++)
        TRY(store_section_set(tx, &ordered[i]));
    TRY(note_order(tx, sections, ordered, count, arena, changes));
    return audit_add(tx, actor, STR("section.order"), STR_NONE, STR_NONE, now, arena);
}

struct error furnish_name(struct store_tx *tx, const struct actor *actor, enum store_name_kind kind,
                          int64_t id, struct str name, struct str about, int64_t now,
                          struct arena *arena, struct changes *changes)
{
    struct store_name old;
    TRY(right(actor, ACTION_NAME_EDIT));
    TRY(store_name(tx, kind, id, arena, &old));
    TRY(check_line(&name, NAME_MAX_BYTES, "The name", "give a short name"));
    about = str_trim(about);
    if (about.len > STORY_FIELD_MAX || !str_is_utf8(about))
        return error_make(ERR_INVALID, "What is said about it", "one sentence is enough");
    TRY(name_rename(tx, kind, id, name, about, arena, changes));
    return audit_addf(tx, actor, kind == STORE_TAG ? "tag.change" : "author.change",
                      audit_object(kind == STORE_TAG ? "tag" : "author", id, arena), now, arena,
                      "%.*s, before %.*s", STR_ARG(name), STR_ARG(old.name));
}

/* ---- Standing pages and advertisements ----------------------------------------------------- */

struct error furnish_page(struct store_tx *tx, const struct actor *actor, struct str slug,
                          struct str title, struct str body, int64_t now, struct arena *arena,
                          struct changes *changes)
{
    bool changed = false;
    TRY(right(actor, ACTION_PAGE_EDIT));
    if (!text_slug_valid(slug))
        return error_make(ERR_INVALID, "The page's slug",
                          "use lower-case letters, digits and single hyphens");
    TRY(check_line(&title, NAME_MAX_BYTES, "The title", "give a short title"));
    if (body.len > PAGE_BODY_MAX)
        return error_make(ERR_TOO_LARGE, "The text", "1 MiB is the most");
    struct store_page page = {.slug = slug, .title = title, .body = body, .updated_at = now};
    TRY(standing_set(tx, &page, arena, changes, &changed));
    if (!changed)
        return NO_ERROR;
    struct store_page_revision revision = {
        .slug = slug, .title = title, .body = body, .at = now, .account_id = actor->account_id};
    TRY(store_page_revision_add(tx, &revision, &revision.id));
    return audit_addf(tx, actor, "page.change", arena_printf(arena, "page/%.*s", STR_ARG(slug)),
                      now, arena, "revision %lld", (long long)revision.id);
}

struct error furnish_page_remove(struct store_tx *tx, const struct actor *actor, struct str slug,
                                 int64_t now, struct arena *arena, struct changes *changes)
{
    struct store_page page;
    TRY(right(actor, ACTION_PAGE_EDIT));
    TRY(store_page(tx, slug, arena, &page));
    TRY(standing_remove(tx, slug, changes));
    return audit_add(tx, actor, STR("page.remove"), arena_printf(arena, "page/%.*s", STR_ARG(slug)),
                     page.title, now, arena);
}

static struct error check_ad(struct store_ad *ad)
{
    ad->text = str_trim(ad->text);
    ad->url = str_trim(ad->url);
    TRY(check_line(&ad->title, NAME_MAX_BYTES, "The title", "give a short title"));
    if (ad->text.len > AD_TEXT_MAX || !str_is_utf8(ad->text))
        return error_make(ERR_INVALID, "The text", "it is too long");
    if (!str_starts(ad->url, STR("https://")) && !str_starts(ad->url, STR("http://")))
        return error_make(ERR_INVALID, "The address", "it must begin with https://");
    return check_line(&ad->url, STORY_FIELD_MAX, "The address", "it is too long");
}

struct error furnish_ad(struct store_tx *tx, const struct actor *actor,
                        const struct store_ad *given, int64_t now, struct arena *arena,
                        struct changes *changes, int64_t *ret_id)
{
    struct store_ad ad = *given;
    TRY(right(actor, ACTION_AD_EDIT));
    TRY(check_ad(&ad));
    if (ad.id) {
        TRY(ad_set(tx, &ad, changes));
    } else {
        TRY(ad_add(tx, &ad, arena, changes, &ad.id));
    }
    TRY(audit_add(tx, actor, given->id ? STR("ad.change") : STR("ad.add"),
                  audit_object("ad", ad.id, arena), ad.title, now, arena));
    *ret_id = ad.id;
    return NO_ERROR;
}

struct error furnish_ad_remove(struct store_tx *tx, const struct actor *actor, int64_t id,
                               int64_t now, struct arena *arena, struct changes *changes)
{
    struct store_ad ad;
    TRY(right(actor, ACTION_AD_EDIT));
    TRY(store_ad(tx, id, arena, &ad));
    TRY(ad_remove(tx, id, arena, changes));
    return audit_add(tx, actor, STR("ad.remove"), audit_object("ad", id, arena), ad.title, now,
                     arena);
}

/* ---- Settings ------------------------------------------------------------------------------ */

/* Readers may see a logo's files from now on, or no longer. */
static struct error note_logo(struct store_tx *tx, int64_t picture_id, struct arena *arena,
                              struct changes *changes)
{
    struct store_rendition *renditions;
    size_t count;
    if (!picture_id)
        return NO_ERROR;
    TRY(store_renditions(tx, picture_id, arena, &renditions, &count));
    for (size_t i = 0; i < count; i++)
        key_file(&changes->keys, renditions[i].file);
    return NO_ERROR;
}

static struct error check_logo(struct store_tx *tx, int64_t picture_id, struct arena *arena)
{
    struct store_picture picture;
    return picture_id ? store_picture(tx, picture_id, arena, &picture) : NO_ERROR;
}

static struct str differing(const struct settings *old, const struct settings *new,
                            struct arena *arena)
{
    struct settings_field before[SETTINGS_FIELDS], after[SETTINGS_FIELDS];
    BUF_AUTO struct buf out = BUF_INIT(1000);
    (void)settings_fields(old, arena, before);
    (void)settings_fields(new, arena, after);
    for (size_t i = 0; i < SETTINGS_FIELDS; i++)
        if (!str_eq(before[i].value, after[i].value))
            (void)buf_printf(&out, "%s%s", out.len ? ", " : "", after[i].name);
    return arena_str(arena, buf_slice(&out));
}

struct error furnish_settings(struct store_tx *tx, const struct actor *actor,
                              const struct settings *given, int64_t now, struct arena *arena,
                              struct changes *changes)
{
    struct settings old, settings;
    TRY(right(actor, ACTION_SETTINGS_EDIT));
    TRY(settings_check(given, arena, &settings));
    if (settings.since > text_day(now, settings.timezone).year)
        return error_make(ERR_INVALID, "The founding year", "it lies ahead");
    TRY(check_logo(tx, settings.logo, arena));
    TRY(settings_load(tx, arena, &old));
    struct str detail = differing(&old, &settings, arena);
    if (detail.len == 0)
        return NO_ERROR;
    TRY(settings_save(tx, &settings, &changes->keys));
    if (old.logo != settings.logo) {
        TRY(note_logo(tx, old.logo, arena, changes));
        TRY(note_logo(tx, settings.logo, arena, changes));
    }
    return audit_add(tx, actor, STR("settings.change"), STR("settings"), detail, now, arena);
}
