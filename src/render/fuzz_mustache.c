/* Compiles what comes as a theme and renders it against fixed values. The input is templates
 * separated by zero bytes: the page, then partials p0, p1 … What must hold: no value that is not of
 * a safe type comes out raw, and rendering twice gives the same. */
#include "render/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text that would be markup if it came out as it is; an input that holds it itself is let off. */
#define HOSTILE "hostile<'\"&>"

struct parts {
    struct str part[8];
    size_t count;
};

static struct error load(void *context, struct str name, struct arena *arena, struct str *ret_bytes)
{
    const struct parts *parts = context;
    size_t i = str_eq(name, STR("page")) ? 0 : 8;
    if (name.len == 2 && name.at[0] == 'p' && name.at[1] >= '0' && name.at[1] <= '6')
        i = (size_t)(name.at[1] - '0') + 1;
    if (i >= parts->count)
        return error_make(ERR_NOT_FOUND, "template", "");
    *ret_bytes = parts->part[i];
    return NO_ERROR;
}

static struct value *make_values(struct arena *arena)
{
    struct value *root = value_object(arena);
    value_set_text(root, "a", STR(HOSTILE));
    value_set_text(root, "x_html", STR(HOSTILE)); /* of the wrong type: must be refused */
    value_set_html(root, "body_html", STR("<p>body</p>"));
    value_set_html(root, "b", STR(HOSTILE));
    value_set_json(root, "json", STR("{}"));
    value_set_url(root, "u", STR("/" HOSTILE));
    value_set_bool(root, "yes", true);
    value_set_bool(root, "no", false);
    struct value *list = value_set_list(root, "list");
    for (int i = 0; i < 3; i++) {
        struct value *card = value_append_object(list);
        value_set_text(card, "a", STR(HOSTILE));
        value_append_text(value_set_list(card, "list"), STR(HOSTILE));
        value_set_object(card, "o");
    }
    return root;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct mustache_raw raw[] = {{"body_html", VALUE_HTML},
                                              {"x_html", VALUE_HTML},
                                              {"json", VALUE_JSON},
                                              {"u", VALUE_URL},
                                              {NULL, VALUE_NULL}};
    static const struct mustache_options options = {.raw = raw};
    static const char *const names[] = {"page"};
    struct parts parts = {.count = 0};
    struct str rest = str_n((const char *)data, size);
    while (parts.count < 8 && str_split(&rest, '\0', &parts.part[parts.count]))
        parts.count++;
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    struct error error = mustache_compile(names, 1, load, &parts, &options, &set);
    if (error.code != ERR_OK) {
        if (error.code != ERR_TEMPLATE || !error.what[0] || !error.why[0])
            abort();
        return 0;
    }
    ARENA_AUTO struct arena *arena = arena_new();
    struct value *root = make_values(arena);
    BUF_AUTO struct buf once = BUF_INIT(1 << 20), twice = BUF_INIT(1 << 20);
    struct error first = mustache_render(set, STR("page"), root, &once);
    struct error second = mustache_render(set, STR("page"), root, &twice);
    if (first.code != second.code || !str_eq(buf_slice(&once), buf_slice(&twice)))
        abort();
    bool own = str_find(str_n((const char *)data, size), STR("hostile")) >= 0;
    if (!own && str_find(buf_slice(&once), STR("hostile<")) >= 0)
        abort();
    return 0;
}
