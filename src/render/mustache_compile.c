/* From text to instructions. One pass: text up to a tag, the tag, and so on. A tag that stands
 * alone on its line takes the whole line with it, as the specification has it. */
#include "render/mustache_set.h"

struct parser {
    struct mustache_set *set;
    const struct mustache_options *options;
    struct compiled *template;
    struct str source;
    size_t at;      /* what is not yet compiled */
    size_t counted; /* up to where lines were counted */
    uint32_t line;  /* at `counted` */
    struct str open, close;
    struct buf *ops; /* struct op */
    struct arena *scratch;
    struct {
        uint32_t op;
        struct str name;
    } sections[MUSTACHE_SECTIONS_MAX];
    size_t depth;
};

/* A tag as it was found: its sigil ('\0' for {{x}}, '{' for {{{x}}}), what is within, its borders.
 */
struct tag {
    char sigil;
    struct str inside;
    size_t begin, end;
};

static uint32_t line_at(struct parser *p, size_t at)
{
    for (; p->counted < at; p->counted++)
        p->line += p->source.at[p->counted] == '\n';
    return p->line;
}

#define WRONG(p, ...) error_format(ERR_TEMPLATE, (p)->template->name, (int)(p)->line, __VA_ARGS__)

static struct op *op_add(struct parser *p, struct op op)
{
    op.line = p->line;
    if (!buf_put(p->ops, &op, sizeof op))
        return NULL;
    return (struct op *)(void *)(p->ops->at + p->ops->len - sizeof op);
}

static uint32_t op_count(const struct parser *p)
{
    return (uint32_t)(p->ops->len / sizeof(struct op));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool begins_line(const struct parser *p, size_t at)
{
    return at == 0 || p->source.at[at - 1] == '\n';
}

static void add_text(struct parser *p, size_t from, size_t to)
{
    if (from >= to)
        return;
    struct str text = str_cut(p->source, from, to);
    (void)op_add(p, (struct op){.kind = OP_TEXT,
                                .text = text,
                                .line_start = begins_line(p, from),
                                .lines = str_find_char(str_cut(text, 0, text.len - 1), '\n') >= 0});
}

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static bool name_part_is_good(const struct parser *p, struct str part)
{
    for (size_t i = 0; i < part.len; i++)
        if (!is_name_char(part.at[i]) && (!p->options->spec || (unsigned char)part.at[i] <= ' '))
            return false;
    return part.len > 0;
}

static struct error make_path(struct parser *p, struct str name, struct path *ret_path)
{
    struct path path = {NULL, 0};
    if (str_eq(name, STR("."))) {
        *ret_path = path;
        return NO_ERROR;
    }
    if (name.len == 0)
        return WRONG(p, "a tag has no name");
    if (name.len > MUSTACHE_NAME_MAX)
        return WRONG(p, "a name is longer than %d bytes", MUSTACHE_NAME_MAX);
    struct value_key *parts = ARENA_ARRAY(p->set->arena, struct value_key, name.len / 2 + 1);
    struct str rest = name, part;
    while (str_split(&rest, '.', &part)) {
        if (!name_part_is_good(p, part))
            return WRONG(p, "'%.*s' is not a name", STR_ARG(name));
        parts[path.count++] = value_key(part);
    }
    path.parts = parts;
    *ret_path = path;
    return NO_ERROR;
}

/* [a-z0-9_/-]+ without empty parts: it can never climb out of the theme's folder. */
static bool partial_name_is_good(struct str name)
{
    if (name.len == 0 || name.len > MUSTACHE_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (c == '/' && (i == 0 || i + 1 == name.len || name.at[i - 1] == '/'))
            return false;
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '/')
            return false;
    }
    return true;
}

/* The template of that name, to be compiled later if it is new. */
static struct compiled *template_named(struct mustache_set *set, struct str name)
{
    struct compiled *template = table_get(set->templates, name);
    if (!template) {
        template = ARENA_NEW(set->arena, struct compiled);
        template->name = arena_str(set->arena, name);
        table_set(set->templates, template->name, template);
    }
    return template;
}

/* ---- Tags ------------------------------------------------------------------------------------ */

/* {{x}} with a name that is raw JSON would come out spoiled; a raw {{{x}}} must be declared. */
static struct error add_value(struct parser *p, struct str name, bool raw)
{
    struct op op = {.kind = raw ? OP_RAW : OP_ESCAPED, .raw = VALUE_TEXT};
    TRY(make_path(p, name, &op.path));
    struct str last = op.path.count ? op.path.parts[op.path.count - 1].name : STR_NONE;
    const struct mustache_raw *known = p->options->raw;
    while (known && known->name && !str_eq(str_of(known->name), last))
        known++;
    bool declared = known && known->name;
    if (!p->options->spec && raw && !declared)
        return WRONG(p, "'%.*s' may not come out raw; write it with two braces", STR_ARG(name));
    if (!p->options->spec && !raw && declared && known->kind == VALUE_JSON)
        return WRONG(p, "'%.*s' is JSON and must be written with three braces", STR_ARG(name));
    if (raw && declared)
        op.raw = known->kind;
    (void)op_add(p, op);
    return NO_ERROR;
}

static struct error open_section(struct parser *p, struct str name, bool inverted)
{
    struct op op = {.kind = inverted ? OP_INVERTED : OP_SECTION};
    TRY(make_path(p, name, &op.path));
    if (p->depth == MUSTACHE_SECTIONS_MAX)
        return WRONG(p, "sections are nested more than %d deep", MUSTACHE_SECTIONS_MAX);
    p->sections[p->depth].op = op_count(p);
    p->sections[p->depth++].name = name;
    (void)op_add(p, op);
    return NO_ERROR;
}

static struct error close_section(struct parser *p, struct str name)
{
    if (p->depth == 0)
        return WRONG(p, "the section '%.*s' is closed but was never opened", STR_ARG(name));
    struct str expected = p->sections[--p->depth].name;
    if (!str_eq(name, expected))
        return WRONG(p, "the section '%.*s' is closed where '%.*s' is open", STR_ARG(name),
                     STR_ARG(expected));
    if (buf_ok(p->ops))
        ((struct op *)(void *)p->ops->at)[p->sections[p->depth].op].end = op_count(p);
    return NO_ERROR;
}

static struct error add_partial(struct parser *p, struct str name, struct str indent)
{
    if (!partial_name_is_good(name))
        return WRONG(p, "'%.*s' cannot be the name of a partial", STR_ARG(name));
    if (table_count(p->set->templates) >= MUSTACHE_TEMPLATES_MAX)
        return WRONG(p, "the theme has more than %d templates", MUSTACHE_TEMPLATES_MAX);
    struct compiled *partial = template_named(p->set, name);
    if (!partial->line_used) {
        partial->line_used = p->line;
        partial->used_in = p->template;
    }
    (void)op_add(p, (struct op){.kind = OP_PARTIAL, .text = indent, .partial = partial});
    return NO_ERROR;
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

/* {{=<% %>=}} */
static struct error set_delimiters(struct parser *p, struct str inside)
{
    inside = str_trim(inside);
    size_t n = 0;
    while (n < inside.len && !is_space(inside.at[n]))
        n++;
    struct str open = str_cut(inside, 0, n), close = str_trim(str_from(inside, n));
    bool good = open.len && close.len;
    for (size_t i = 0; i < close.len; i++)
        good &= !is_space(close.at[i]) && close.at[i] != '=';
    if (!good || str_find_char(open, '=') >= 0)
        return WRONG(p, "the new delimiters must be two words without '='");
    p->open = open;
    p->close = close;
    return NO_ERROR;
}

/* Finds the tag that begins at `begin`. */
static struct error read_tag(struct parser *p, size_t begin, struct tag *ret_tag)
{
    struct tag tag = {.begin = begin};
    size_t at = begin + p->open.len;
    struct str close = p->close;
    char c = at < p->source.len ? p->source.at[at] : '\0';
    if (c == '{' && str_eq(p->open, STR("{{"))) {
        tag.sigil = '{';
        close = STR("}}}");
        at++;
    } else if (c && strchr("#^/>&!=", c)) {
        tag.sigil = c;
        at++;
        if (c == '=')
            close = arena_printf(p->scratch, "=%.*s", STR_ARG(p->close));
    }
    ptrdiff_t len = str_find(str_from(p->source, at), close);
    if (len < 0)
        return WRONG(p, "a tag is not closed");
    tag.inside = str_cut(p->source, at, at + (size_t)len);
    tag.end = at + (size_t)len + close.len;
    *ret_tag = tag;
    return NO_ERROR;
}

/* Whether a tag has its line to itself; then the borders of that line. */
static bool stands_alone(const struct parser *p, const struct tag *tag, size_t *ret_from,
                         size_t *ret_to)
{
    if (tag->sigil == '\0' || tag->sigil == '{' || tag->sigil == '&')
        return false;
    size_t from = tag->begin, to = tag->end;
    while (from > 0 && is_blank(p->source.at[from - 1]))
        from--;
    if (!begins_line(p, from))
        return false;
    while (to < p->source.len && is_blank(p->source.at[to]))
        to++;
    if (to < p->source.len && p->source.at[to] == '\r')
        to++;
    if (to < p->source.len && p->source.at[to] != '\n')
        return false;
    *ret_from = from;
    *ret_to = to < p->source.len ? to + 1 : to;
    return true;
}

static struct error compile_tag(struct parser *p, const struct tag *tag, struct str indent)
{
    struct str name = str_trim(tag->inside);
    switch (tag->sigil) {
    case '#':
    case '^':
        return open_section(p, name, tag->sigil == '^');
    case '/':
        return close_section(p, name);
    case '>':
        return add_partial(p, name, indent);
    case '!':
        return NO_ERROR;
    case '=':
        return set_delimiters(p, tag->inside);
    default:
        return add_value(p, name, tag->sigil != '\0');
    }
}

static struct error compile_next(struct parser *p)
{
    ptrdiff_t text = str_find(str_from(p->source, p->at), p->open);
    if (text < 0) {
        (void)line_at(p, p->source.len);
        add_text(p, p->at, p->source.len);
        p->at = p->source.len;
        return NO_ERROR;
    }
    struct tag tag = {0};
    size_t from = p->at + (size_t)text, to;
    (void)line_at(p, from);
    TRY(read_tag(p, from, &tag));
    struct str indent = STR_NONE;
    if (stands_alone(p, &tag, &from, &to)) {
        indent = str_cut(p->source, from, tag.begin);
        add_text(p, p->at, from);
    } else {
        add_text(p, p->at, from);
        if (begins_line(p, from))
            (void)op_add(p, (struct op){.kind = OP_INDENT});
        to = tag.end;
    }
    TRY(compile_tag(p, &tag, indent));
    p->at = to;
    return NO_ERROR;
}

static struct error compile_template(struct mustache_set *set, struct compiled *template,
                                     struct str source, const struct mustache_options *options)
{
    ARENA_AUTO struct arena *scratch = arena_new();
    struct parser p = {.set = set,
                       .options = options,
                       .template = template,
                       .source = source,
                       .line = 1,
                       .open = STR("{{"),
                       .close = STR("}}"),
                       .scratch = scratch};
    BUF_AUTO struct buf ops = BUF_INIT((size_t)MUSTACHE_TEMPLATE_MAX * sizeof(struct op));
    p.ops = &ops;
    while (p.at < source.len)
        TRY(compile_next(&p));
    if (p.depth)
        return WRONG(&p, "the section '%.*s' is not closed", STR_ARG(p.sections[p.depth - 1].name));
    if (!buf_ok(&ops))
        return WRONG(&p, "out of memory");
    template->count = op_count(&p);
    template->ops = ARENA_ARRAY(set->arena, struct op, template->count);
    if (ops.len)
        memcpy(template->ops, ops.at, ops.len);
    return NO_ERROR;
}

/* ---- A theme --------------------------------------------------------------------------------- */

static struct error load_template(struct mustache_set *set, struct compiled *template,
                                  mustache_load_fn *load, void *context,
                                  const struct mustache_options *options)
{
    struct str source;
    struct error error = load(context, template->name, set->arena, &source);
    if (error.code == ERR_NOT_FOUND) {
        if (options->spec && template->used_in)
            return NO_ERROR;
        struct str in = template->used_in ? template->used_in->name : template->name;
        return error_format(ERR_TEMPLATE, in, (int)template->line_used,
                            "there is no template '%.*s'", STR_ARG(template->name));
    }
    TRY(error);
    if (source.len > MUSTACHE_TEMPLATE_MAX)
        return error_format(ERR_TEMPLATE, template->name, 1, "it is longer than %d bytes",
                            MUSTACHE_TEMPLATE_MAX);
    if (!str_is_utf8(source))
        return error_format(ERR_TEMPLATE, template->name, 1, "it is not UTF-8 text");
    return compile_template(set, template, arena_str(set->arena, source), options);
}

struct error mustache_compile(const char *const *names, size_t count, mustache_load_fn *load,
                              void *context, const struct mustache_options *options,
                              struct mustache_set **ret_set)
{
    static const struct mustache_options none = {0};
    struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = ARENA_NEW(arena, struct mustache_set);
    set->arena = arena;
    set->templates = table_new(arena);
    for (size_t i = 0; i < count; i++) {
        if (!partial_name_is_good(str_of(names[i])))
            return error_format(ERR_TEMPLATE, str_of(names[i]), 1, "that cannot be its name");
        (void)template_named(set, str_of(names[i]));
    }
    /* Compiling one may add its partials behind it. */
    for (size_t i = 0; i < table_count(set->templates); i++)
        TRY(load_template(set, table_value(set->templates, i), load, context,
                          options ? options : &none));
    *ret_set = set;
    set = NULL;
    return NO_ERROR;
}

void mustache_free(struct mustache_set *set)
{
    if (set)
        arena_free(set->arena);
}
