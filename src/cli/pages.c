#include "cli/pages.h"

enum { PAGE_MAX = 256 * 1024 };

/* Appends the value for the placeholder at the front of *rest, or else its two braces as they are.
 */
static void put_placeholder(struct buf *out, struct str *rest, const struct settings *settings)
{
    const struct {
        struct str name, value;
    } known[] = {
        {STR_INIT("{{name}}"), settings->name},
        {STR_INIT("{{url}}"), settings->url},
        {STR_INIT("{{place}}"), settings->place.len ? settings->place : settings->name},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!str_starts(*rest, known[i].name))
            continue;
        (void)buf_str(out, known[i].value);
        *rest = str_from(*rest, known[i].name.len);
        return;
    }
    if (str_starts(*rest, STR("{{since}}"))) {
        (void)buf_printf(out, "%lld", (long long)settings->since);
        *rest = str_from(*rest, 9);
        return;
    }
    (void)buf_str(out, STR("{{"));
    *rest = str_from(*rest, 2);
}

static struct str filled_in(struct str text, const struct settings *settings, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(PAGE_MAX);
    struct str rest = text;
    ptrdiff_t at;
    while ((at = str_find(rest, STR("{{"))) >= 0) {
        (void)buf_str(&out, str_cut(rest, 0, (size_t)at));
        rest = str_from(rest, (size_t)at);
        put_placeholder(&out, &rest, settings);
    }
    (void)buf_str(&out, rest);
    return arena_str(arena, buf_slice(&out));
}

/* Takes "# Title" off the front; else the slug with a capital. */
static struct str take_title(struct str *text, struct str slug, struct arena *arena)
{
    struct str rest = *text, line;
    if (str_starts(rest, STR("# ")) && str_split(&rest, '\n', &line)) {
        *text = str_trim(rest);
        return str_trim(str_from(line, 2));
    }
    return arena_printf(arena, "%c%.*s", slug.at[0] - 'a' + 'A', STR_ARG(str_from(slug, 1)));
}

struct error pages_install(struct store_tx *tx, const struct embedded *files, const char *folder,
                           const struct settings *settings, int64_t now, struct arena *arena,
                           struct changes *changes)
{
    for (const struct embedded *file = files; file->path; file++) {
        struct str path = str_of(file->path), prefix = str_of(folder);
        if (!str_starts(path, prefix) || !str_ends(path, STR(".md")))
            continue;
        struct str slug = str_cut(path, prefix.len, path.len - 3);
        if (slug.len == 0 || slug.at[0] < 'a' || slug.at[0] > 'z' || str_find_char(slug, '/') >= 0)
            continue;
        struct store_page page = {.slug = slug, .updated_at = now};
        page.body = filled_in(str_trim(embedded_bytes(file)), settings, arena);
        page.title = take_title(&page.body, slug, arena);
        TRY(store_page_set(tx, &page));
        key_page(&changes->keys, slug);
    }
    return NO_ERROR;
}
