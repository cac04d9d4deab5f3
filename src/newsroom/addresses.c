#include "newsroom/addresses.h"

struct finding {
    struct store_tx *tx;
    struct arena *arena;
    struct changed_address found[ADDRESSES_MAX];
    size_t count;
    bool more;
};

static void add(struct finding *f, enum address_kind kind, struct str name, struct str path)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->found[i].kind == kind && str_eq(f->found[i].path, path))
            return;
    if (f->count == ADDRESSES_MAX) {
        f->more = true;
        return;
    }
    f->found[f->count++] = (struct changed_address){kind, name, path};
}

/* Takes a number off the front, up to the next slash or the end. */
static bool take_id(struct str *rest, int64_t *ret_id)
{
    struct str part;
    return str_split(rest, '/', &part) && str_to_i64(part, ret_id);
}

static bool take(struct str *text, struct str prefix)
{
    if (!str_starts(*text, prefix))
        return false;
    *text = str_from(*text, prefix.len);
    return true;
}

static bool is_gone(const struct error *error)
{
    return error->code == ERR_NOT_FOUND;
}

static struct error add_story(struct finding *f, int64_t id)
{
    struct store_story story;
    struct store_revision live;
    TRY(store_story(f->tx, id, f->arena, &story));
    if (story.path.len == 0)
        return NO_ERROR;
    TRY(store_revision(f->tx, story.live, f->arena, &live));
    add(f, ADDRESS_STORY, live.headline, story.path);
    return NO_ERROR;
}

static struct error add_section(struct finding *f, int64_t id)
{
    struct store_section section;
    TRY(store_section(f->tx, id, f->arena, &section));
    add(f, ADDRESS_SECTION, section.name, arena_printf(f->arena, "/%.*s", STR_ARG(section.slug)));
    add(f, ADDRESS_FEED, section.name,
        arena_printf(f->arena, "/%.*s/rss.xml", STR_ARG(section.slug)));
    return NO_ERROR;
}

static struct error add_name(struct finding *f, enum store_name_kind kind, int64_t id)
{
    struct store_name name;
    TRY(store_name(f->tx, kind, id, f->arena, &name));
    const char *base = kind == STORE_TAG ? "/tag" : "/author";
    add(f, kind == STORE_TAG ? ADDRESS_TAG : ADDRESS_AUTHOR, name.name,
        arena_printf(f->arena, "%s/%.*s", base, STR_ARG(name.slug)));
    if (kind == STORE_TAG)
        add(f, ADDRESS_FEED, name.name,
            arena_printf(f->arena, "/tag/%.*s/rss.xml", STR_ARG(name.slug)));
    return NO_ERROR;
}

static void add_front(struct finding *f)
{
    add(f, ADDRESS_FRONT, STR_NONE, STR("/"));
}

/* "section/3/after/0": only the head of a list shows on its first page for sure. */
static struct error add_list(struct finding *f, struct str rest)
{
    int64_t id, after;
    if (take(&rest, STR("all/0/after/"))) {
        if (take_id(&rest, &after) && after == 0) {
            add_front(f);
            add(f, ADDRESS_FEED, STR_NONE, STR("/rss.xml"));
        }
        return NO_ERROR;
    }
    if (take(&rest, STR("featured/0/after/"))) {
        add_front(f);
        return NO_ERROR;
    }
    bool section = take(&rest, STR("section/")), tag = !section && take(&rest, STR("tag/"));
    if (!section && !tag && !take(&rest, STR("author/")))
        return NO_ERROR;
    if (!take_id(&rest, &id) || !take(&rest, STR("after/")) || !take_id(&rest, &after) || after)
        return NO_ERROR;
    if (section)
        return add_section(f, id);
    return add_name(f, tag ? STORE_TAG : STORE_AUTHOR, id);
}

static void add_month(struct finding *f, struct str rest)
{
    int64_t month;
    if (take_id(&rest, &month))
        add(f, ADDRESS_SITEMAP, STR_NONE,
            arena_printf(f->arena, "/sitemap-%04d-%02d.xml", (int)(month / 12),
                         (int)(month % 12) + 1));
}

static struct error add_page(struct finding *f, struct str rest)
{
    struct str slug;
    struct store_page page;
    if (!str_split(&rest, '/', &slug))
        return NO_ERROR;
    TRY(store_page(f->tx, slug, f->arena, &page));
    add(f, ADDRESS_PAGE, page.title, arena_printf(f->arena, "/%.*s", STR_ARG(slug)));
    return NO_ERROR;
}

static struct error add_key(struct finding *f, struct str key)
{
    int64_t id;
    struct str rest = key;
    if (str_eq(key, STR("settings")) || str_eq(key, STR("nav"))) {
        add(f, ADDRESS_ALL, STR_NONE, STR_NONE);
        return NO_ERROR;
    }
    if (take(&rest, STR("story/"))) {
        /* Other stories' rows of related ones change too: they are not what was published. */
        return take_id(&rest, &id) && str_eq(rest, STR("body")) ? add_story(f, id) : NO_ERROR;
    }
    if (take(&rest, STR("list/")))
        return add_list(f, rest);
    if (take(&rest, STR("section/")))
        return take_id(&rest, &id) ? add_section(f, id) : NO_ERROR;
    if (take(&rest, STR("tag/")))
        return take_id(&rest, &id) ? add_name(f, STORE_TAG, id) : NO_ERROR;
    if (take(&rest, STR("author/")))
        return take_id(&rest, &id) ? add_name(f, STORE_AUTHOR, id) : NO_ERROR;
    if (take(&rest, STR("page/")))
        return add_page(f, rest);
    if (take(&rest, STR("month/")))
        add_month(f, rest);
    return NO_ERROR;
}

static int by_kind(const void *a, const void *b)
{
    const struct changed_address *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return str_cmp(x->path, y->path);
}

struct error published_addresses(struct store_tx *tx, const struct changes *changes,
                                 struct arena *arena, struct changed_address **ret_addresses,
                                 size_t *ret_count, bool *ret_more)
{
    struct finding *f = ARENA_NEW(arena, struct finding);
    f->tx = tx;
    f->arena = arena;
    for (size_t i = 0; i < keys_count(&changes->keys); i++) {
        struct error error = add_key(f, keys_at(&changes->keys, i));
        if (error.code != ERR_OK && !is_gone(&error))
            return error;
    }
    if (f->count)
        qsort(f->found, f->count, sizeof *f->found, by_kind);
    *ret_addresses = f->found;
    *ret_count = f->count;
    *ret_more = f->more;
    return NO_ERROR;
}
