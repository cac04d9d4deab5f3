/* The editor's tree as JSON, and back. */
#include "render/editor_inside.h"
#include "render/json.h"

static const char *const kinds[BLOCK_KINDS] = {
    "doc",          "paragraph", "heading",    "blockquote", "bullet_list",
    "ordered_list", "list_item", "code_block", "raw",        "rule",
    "table",        "table_row", "table_cell", "pull",       "fact",
    "correction",   "box_title", "embed",      "picture"};

static const struct {
    const char *name;
    unsigned mark;
} marks[] = {{"link", MARK_LINK},
             {"strong", MARK_STRONG},
             {"em", MARK_EM},
             {"strike", MARK_STRIKE},
             {"code", MARK_CODE}};
enum { MARKS = sizeof marks / sizeof *marks };

/* ---- To JSON --------------------------------------------------------------------------------- */

static json_t *text_json(struct str text)
{
    return json_stringn(text.len ? text.at : "", text.len);
}

static json_t *text_node(struct str text)
{
    return json_pack("{s:s, s:o}", "type", "text", "text", text_json(text));
}

static json_t *run_json(const struct run *run)
{
    json_t *json;
    if (run->kind == RUN_BREAK)
        json = json_pack("{s:s}", "type", "hard_break");
    else if (run->kind == RUN_IMAGE)
        json = json_pack("{s:s, s:{s:o, s:o, s:o}}", "type", "image", "attrs", "src",
                         text_json(run->src), "alt", text_json(run->text), "title",
                         text_json(run->image_title));
    else
        json = text_node(run->text);
    json_t *list = json_array();
    for (size_t i = 0; i < MARKS; i++) {
        if (!(run->marks & marks[i].mark))
            continue;
        json_t *mark = json_pack("{s:s}", "type", marks[i].name);
        if (marks[i].mark == MARK_LINK)
            (void)json_object_set_new(mark, "attrs",
                                      json_pack("{s:o, s:o}", "href", text_json(run->href), "title",
                                                text_json(run->title)));
        (void)json_array_append_new(list, mark);
    }
    if (json_array_size(list))
        (void)json_object_set_new(json, "marks", list);
    else
        json_decref(list);
    return json;
}

static json_t *attributes(const struct block *block)
{
    json_t *attrs = json_object();
    if (block->ref)
        json_put_integer(attrs, "ref", block->ref);
    if (block->kind == BLOCK_HEADING)
        json_put_integer(attrs, "level", block->number);
    if (block->kind == BLOCK_NUMBERS)
        json_put_integer(attrs, "order", block->number);
    if (block->kind == BLOCK_NUMBERS || block->kind == BLOCK_BULLETS)
        (void)json_object_set_new(attrs, "tight", json_boolean(block->tight));
    json_put(attrs, "info", block->info);
    if (block->kind == BLOCK_TABLE)
        json_put(attrs, "align", block->text);
    if (block->kind == BLOCK_RAW)
        json_put(attrs, "text", block->text);
    if (block->kind == BLOCK_EMBED)
        json_put(attrs, "url", block->text);
    if (block->kind == BLOCK_PICTURE) {
        (void)json_object_set_new(attrs, "src", text_json(block->runs[0].src));
        (void)json_object_set_new(attrs, "alt", text_json(block->runs[0].text));
        (void)json_object_set_new(attrs, "caption", text_json(block->runs[0].image_title));
    }
    return attrs;
}

static json_t *block_json(const struct block *block)
{
    json_t *json = json_pack("{s:s}", "type", kinds[block->kind]);
    json_t *content = json_array(), *attrs = attributes(block);
    if (json_object_size(attrs))
        (void)json_object_set_new(json, "attrs", attrs);
    else
        json_decref(attrs);
    for (size_t i = 0; i < block->count && block->kind != BLOCK_PICTURE; i++)
        (void)json_array_append_new(content, run_json(&block->runs[i]));
    bool box = block->kind == BLOCK_FACT || block->kind == BLOCK_CORRECTION;
    if (box && block->first->kind != BLOCK_TITLE)
        (void)json_array_append_new(content, json_pack("{s:s}", "type", "box_title"));
    for (const struct block *child = block->first; child; child = child->next)
        (void)json_array_append_new(content, block_json(child));
    if (block->kind == BLOCK_CODE && block->text.len)
        (void)json_array_append_new(content, text_node(block->text));
    /* The editor's schema wants something in these. */
    if ((!json_array_size(content) && (block->kind == BLOCK_DOC || block->kind == BLOCK_ITEM)) ||
        (box && json_array_size(content) == 1))
        (void)json_array_append_new(content, json_pack("{s:s}", "type", "paragraph"));
    if (json_array_size(content))
        (void)json_object_set_new(json, "content", content);
    else
        json_decref(content);
    return json;
}

struct error block_to_json(const struct block *document, struct arena *arena, struct str *ret_json)
{
    return json_finish(block_json(document), false, arena, ret_json);
}

/* ---- From JSON ------------------------------------------------------------------------------- */

struct reading {
    struct arena *arena;
    size_t nodes;
};

static struct error refuse(const char *why)
{
    return error_make(ERR_INVALID, "The document of the editor", why);
}

static struct str text_of(const json_t *json, struct arena *arena)
{
    return json_is_string(json)
               ? arena_str(arena, str_n(json_string_value(json), json_string_length(json)))
               : STR_NONE;
}

static struct str member(const json_t *object, const char *name, struct arena *arena)
{
    return text_of(json_object_get(object, name), arena);
}

static struct error read_marks(const json_t *json, struct run *run, struct arena *arena)
{
    const json_t *list = json_object_get(json, "marks"), *one;
    size_t at;
    json_array_foreach((json_t *)(uintptr_t)list, at, one)
    {
        const char *name = json_string_value(json_object_get(one, "type"));
        const json_t *attrs = json_object_get(one, "attrs");
        unsigned mark = 0;
        for (size_t i = 0; i < MARKS; i++)
            if (name && strcmp(name, marks[i].name) == 0)
                mark = marks[i].mark;
        if (!mark)
            return refuse("it has a mark of unknown kind");
        run->marks |= mark;
        if (mark == MARK_LINK) {
            run->href = member(attrs, "href", arena);
            run->title = member(attrs, "title", arena);
        }
    }
    return NO_ERROR;
}

static struct error read_run(struct reading *r, const json_t *json, struct block *into)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    const json_t *attrs = json_object_get(json, "attrs");
    if (++r->nodes > EDITOR_NODES_MAX)
        return error_make(ERR_TOO_LARGE, "The document of the editor", "it has too many parts");
    struct run *run = run_add(into, RUN_TEXT, r->arena);
    if (type && strcmp(type, "hard_break") == 0) {
        run->kind = RUN_BREAK;
    } else if (type && strcmp(type, "image") == 0) {
        run->kind = RUN_IMAGE;
        run->text = member(attrs, "alt", r->arena);
        run->src = member(attrs, "src", r->arena);
        run->image_title = member(attrs, "title", r->arena);
    } else if (type && strcmp(type, "text") == 0) {
        run->text = member(json, "text", r->arena);
    } else {
        return refuse("it has something of unknown kind in a text");
    }
    return read_marks(json, run, r->arena);
}

/* What may stand in what, as CommonMark has it. */
static bool may_hold(enum block_kind parent, enum block_kind child)
{
    switch (parent) {
    case BLOCK_BULLETS:
    case BLOCK_NUMBERS:
        return child == BLOCK_ITEM;
    case BLOCK_TABLE:
        return child == BLOCK_ROW;
    case BLOCK_ROW:
        return child == BLOCK_CELL;
    case BLOCK_DOC:
        return child != BLOCK_TITLE && (child >= BLOCK_PULL || may_hold(BLOCK_QUOTE, child));
    case BLOCK_FACT:
    case BLOCK_CORRECTION:
        return child == BLOCK_TITLE || may_hold(BLOCK_QUOTE, child);
    case BLOCK_PULL:
    case BLOCK_QUOTE:
    case BLOCK_ITEM:
        return child != BLOCK_DOC && child != BLOCK_ITEM && child != BLOCK_ROW &&
               child != BLOCK_CELL && child < BLOCK_PULL;
    case BLOCK_PARAGRAPH:
    case BLOCK_HEADING:
    case BLOCK_CODE:
    case BLOCK_RAW:
    case BLOCK_RULE:
    case BLOCK_CELL:
    case BLOCK_TITLE:
    case BLOCK_EMBED:
    case BLOCK_PICTURE:
    case BLOCK_KINDS:
        break;
    }
    return false;
}

static int number_of(const json_t *attrs, const char *name, int otherwise)
{
    const json_t *value = json_object_get(attrs, name);
    json_int_t number = json_integer_value(value);
    return json_is_integer(value) && number >= 0 && number <= 999999999 ? (int)number : otherwise;
}

static void read_attributes(struct reading *r, const json_t *attrs, struct block *block)
{
    block->ref = number_of(attrs, "ref", 0);
    if (block->kind == BLOCK_HEADING)
        block->number = number_of(attrs, "level", 2);
    if (block->kind == BLOCK_NUMBERS)
        block->number = number_of(attrs, "order", 1);
    if (block->kind == BLOCK_NUMBERS || block->kind == BLOCK_BULLETS)
        block->tight = !json_is_false(json_object_get(attrs, "tight"));
    if (block->kind == BLOCK_CODE)
        block->info = member(attrs, "info", r->arena);
    if (block->kind == BLOCK_TABLE)
        block->text = member(attrs, "align", r->arena);
    if (block->kind == BLOCK_RAW)
        block->text = member(attrs, "text", r->arena);
    if (block->kind == BLOCK_EMBED)
        block->text = member(attrs, "url", r->arena);
    if (block->kind == BLOCK_PICTURE) {
        struct run *run = run_add(block, RUN_IMAGE, r->arena);
        run->src = member(attrs, "src", r->arena);
        run->text = member(attrs, "alt", r->arena);
        run->image_title = member(attrs, "caption", r->arena);
    }
}

static struct error read_code(struct reading *r, const json_t *content, struct block *block)
{
    BUF_AUTO struct buf text = BUF_INIT(EDITOR_JSON_MAX);
    json_t *one;
    size_t at;
    json_array_foreach((json_t *)(uintptr_t)content, at, one)(void)
        buf_str(&text, member(one, "text", r->arena));
    block->text = arena_str(r->arena, buf_slice(&text));
    return NO_ERROR;
}

static struct error read_block(struct reading *r, const json_t *json, struct block *parent,
                               int depth);

static struct error read_content(struct reading *r, const json_t *json, struct block *block,
                                 int depth)
{
    const json_t *content = json_object_get(json, "content");
    json_t *one;
    size_t at;
    read_attributes(r, json_object_get(json, "attrs"), block);
    if (block->kind == BLOCK_CODE)
        return read_code(r, content, block);
    if (block->kind == BLOCK_EMBED || block->kind == BLOCK_PICTURE)
        return NO_ERROR; /* they have attributes alone */
    json_array_foreach((json_t *)(uintptr_t)content, at, one)
    {
        if (block_has_runs(block->kind))
            TRY(read_run(r, one, block));
        else
            TRY(read_block(r, one, block, depth + 1));
    }
    return NO_ERROR;
}

static struct error read_block(struct reading *r, const json_t *json, struct block *parent,
                               int depth)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    enum block_kind kind = BLOCK_DOC;
    while (kind < BLOCK_KINDS && (!type || strcmp(type, kinds[kind]) != 0))
        kind++;
    if (kind == BLOCK_KINDS)
        return refuse("it has a block of unknown kind");
    if (!may_hold(parent->kind, kind))
        return refuse("it has a block where it cannot be");
    if (depth > EDITOR_DEPTH_MAX)
        return refuse("its blocks are nested too deep");
    if (++r->nodes > EDITOR_NODES_MAX)
        return error_make(ERR_TOO_LARGE, "The document of the editor", "it has too many parts");
    return read_content(r, json, block_add(parent, kind, r->arena), depth);
}

static void json_cleanup(json_t **json)
{
    json_decref(*json);
}

struct error block_from_json(struct str json, struct arena *arena, struct block **ret_document)
{
    json_error_t fault;
    struct reading reading = {.arena = arena};
    if (json.len > EDITOR_JSON_MAX)
        return error_make(ERR_TOO_LARGE, "The document of the editor", "it has too many bytes");
    __attribute__((cleanup(json_cleanup))) json_t *root =
        json_loadb(json.len ? json.at : "", json.len, JSON_REJECT_DUPLICATES, &fault);
    const char *type = json_string_value(json_object_get(root, "type"));
    if (!root || !type || strcmp(type, "doc") != 0)
        return refuse("it is not one");
    struct block *document = block_add(NULL, BLOCK_DOC, arena);
    TRY(read_content(&reading, root, document, 0));
    *ret_document = document;
    return NO_ERROR;
}
