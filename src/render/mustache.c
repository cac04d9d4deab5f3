/* Rendering: a walk over the instructions of mustache_set.h. */
#include "render/mustache_set.h"

enum { INDENT_MAX = 1024 };

/* The values that names are looked up in, the innermost first. */
struct frame {
    const struct value *value;
    const struct frame *up;
};

struct run {
    struct buf *out;
    struct error error;
    int64_t steps; /* left */
    int depth;     /* of partials */
    size_t indent_len;
    char indent[INDENT_MAX];
};

static bool fail(struct run *run, const struct compiled *template, const struct op *op,
                 const char *why)
{
    run->error = error_format(ERR_TEMPLATE, template->name, (int)op->line, "%s", why);
    return false;
}

void html_escape(struct buf *out, struct str text)
{
    static const char *const entities[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *entity = entities[(unsigned char)text.at[i]];
        if (!entity)
            continue;
        (void)buf_str(out, str_cut(text, from, i));
        (void)buf_str(out, str_of(entity));
        from = i + 1;
    }
    (void)buf_str(out, str_from(text, from));
}

/* The first part is looked for outwards, the others only within what was found. */
static const struct value *look_up(const struct path *path, const struct frame *frame)
{
    if (path->count == 0)
        return frame->value;
    const struct value *value = NULL;
    for (; frame && !value; frame = frame->up)
        value = value_find(frame->value, &path->parts[0]);
    for (uint32_t i = 1; i < path->count && value; i++)
        value = value_find(value, &path->parts[i]);
    return value;
}

static void put_indent(struct run *run)
{
    (void)buf_put(run->out, run->indent, run->indent_len);
}

static void put_text(struct run *run, const struct op *op)
{
    if (run->indent_len == 0) {
        (void)buf_str(run->out, op->text);
        return;
    }
    if (op->line_start)
        put_indent(run);
    struct str rest = op->text;
    for (ptrdiff_t end; op->lines && (end = str_find_char(rest, '\n')) >= 0;) {
        (void)buf_str(run->out, str_cut(rest, 0, (size_t)end + 1));
        rest = str_from(rest, (size_t)end + 1);
        if (rest.len)
            put_indent(run);
    }
    (void)buf_str(run->out, rest);
}

static bool put_raw(struct run *run, const struct compiled *template, const struct op *op,
                    const struct value *value)
{
    if (!value_is_true(value))
        return true;
    if (op->raw != VALUE_TEXT && value_kind(value) != op->raw)
        return fail(run, template, op, "a value that must be safe is not of its safe type");
    if (op->raw == VALUE_URL)
        html_escape(run->out, value_str(value));
    else
        (void)buf_str(run->out, value_str(value));
    return true;
}

static bool run_ops(struct run *run, const struct compiled *template, uint32_t from, uint32_t to,
                    const struct frame *frame);

static bool run_section(struct run *run, const struct compiled *template, uint32_t at,
                        const struct frame *frame)
{
    const struct op *op = &template->ops[at];
    const struct value *value = look_up(&op->path, frame);
    if (value_is_true(value) == (op->kind == OP_INVERTED))
        return true;
    if (op->kind == OP_INVERTED)
        return run_ops(run, template, at + 1, op->end, frame);
    if (value_kind(value) != VALUE_LIST)
        return run_ops(run, template, at + 1, op->end, &(struct frame){value, frame});
    for (size_t i = 0; i < value_count(value); i++) {
        struct frame inner = {value_at(value, i), frame};
        if (--run->steps < 0)
            return fail(run, template, op, "it takes too many steps");
        if (!run_ops(run, template, at + 1, op->end, &inner))
            return false;
    }
    return true;
}

static bool run_partial(struct run *run, const struct compiled *template, const struct op *op,
                        const struct frame *frame)
{
    size_t indent_len = run->indent_len;
    if (run->depth == MUSTACHE_DEPTH_MAX)
        return fail(run, template, op, "partials are nested too deep");
    if (op->text.len > INDENT_MAX - indent_len)
        return fail(run, template, op, "partials are indented too far");
    if (op->text.len)
        memcpy(run->indent + indent_len, op->text.at, op->text.len);
    run->indent_len += op->text.len;
    run->depth++;
    bool ok = run_ops(run, op->partial, 0, op->partial->count, frame);
    run->depth--;
    run->indent_len = indent_len;
    return ok;
}

static bool run_op(struct run *run, const struct compiled *template, uint32_t *at,
                   const struct frame *frame)
{
    const struct op *op = &template->ops[*at];
    switch (op->kind) {
    case OP_TEXT:
        put_text(run, op);
        return true;
    case OP_INDENT:
        put_indent(run);
        return true;
    case OP_ESCAPED: {
        const struct value *value = look_up(&op->path, frame);
        if (value_kind(value) != VALUE_JSON)
            html_escape(run->out, value_str(value));
        return true;
    }
    case OP_RAW:
        return put_raw(run, template, op, look_up(&op->path, frame));
    case OP_SECTION:
    case OP_INVERTED: {
        bool ok = run_section(run, template, *at, frame);
        *at = op->end - 1;
        return ok;
    }
    case OP_PARTIAL:
        return run_partial(run, template, op, frame);
    }
    return false;
}

static bool run_ops(struct run *run, const struct compiled *template, uint32_t from, uint32_t to,
                    const struct frame *frame)
{
    for (uint32_t at = from; at < to; at++) {
        if (--run->steps < 0)
            return fail(run, template, &template->ops[at], "it takes too many steps");
        if (!run_op(run, template, &at, frame))
            return false;
        if (!buf_ok(run->out)) {
            run->error = error_format(ERR_TOO_LARGE, STR("The page"), 0,
                                      "at most %zu bytes are allowed", run->out->max);
            return false;
        }
    }
    return true;
}

bool mustache_has(const struct mustache_set *set, struct str name)
{
    return table_has(set->templates, name);
}

struct error mustache_render(const struct mustache_set *set, struct str name,
                             const struct value *root, struct buf *out)
{
    const struct compiled *template = table_get(set->templates, name);
    if (!template)
        return error_format(ERR_TEMPLATE, name, 1, "it is not in the theme");
    struct run run = {.out = out, .error = NO_ERROR, .steps = MUSTACHE_STEPS_MAX};
    struct frame frame = {root, NULL};
    (void)run_ops(&run, template, 0, template->count, &frame);
    return run.error;
}
