/* cmark-gfm's tree to the editor's. */
#include "render/editor_inside.h"
#include "render/markdown_inside.h"

#include <cmark-gfm-core-extensions.h>

static struct str literal(cmark_node *node, struct arena *arena)
{
    return arena_str(arena, str_of(cmark_node_get_literal(node)));
}

/* Without the newline that ends it. */
static struct str literal_block(cmark_node *node, struct arena *arena)
{
    struct str text = literal(node, arena);
    return str_ends(text, STR("\n")) ? str_cut(text, 0, text.len - 1) : text;
}

/* ---- Inlines --------------------------------------------------------------------------------- */

struct inlines {
    struct block *block;
    struct arena *arena;
    struct run style; /* marks and link of what comes */
};

static void read_inlines(struct inlines *in, cmark_node *parent);

static struct run *add_styled(struct inlines *in, enum run_kind kind, struct str text)
{
    struct run *run = run_add(in->block, kind, in->arena);
    *run = in->style;
    run->kind = kind;
    run->text = text;
    return run;
}

static int count_strikes(cmark_node *parent)
{
    int count = 0;
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_TEXT)
            continue;
        const char *at = cmark_node_get_literal(node);
        for (; (at = strstr(at, "~~")); at += 2)
            count++;
    }
    return count;
}

/* "~~" strikes through as it does when the site writes: in pairs, within one level. */
static void read_text(struct inlines *in, struct str text, int *left)
{
    ptrdiff_t at;
    while (*left && (at = str_find(text, STR("~~"))) >= 0) {
        (void)add_styled(in, RUN_TEXT, str_cut(text, 0, (size_t)at));
        in->style.marks ^= MARK_STRIKE;
        --*left;
        text = str_from(text, (size_t)at + 2);
    }
    (void)add_styled(in, RUN_TEXT, text);
}

static void gather_words(cmark_node *parent, struct buf *out)
{
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE)
            (void)buf_str(out, str_of(cmark_node_get_literal(node)));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            (void)buf_char(out, ' ');
        else
            gather_words(node, out);
    }
}

static void read_image(struct inlines *in, cmark_node *node)
{
    BUF_AUTO struct buf words = BUF_INIT(MARKDOWN_MAX * 4);
    gather_words(node, &words);
    struct run *run = add_styled(in, RUN_IMAGE, arena_str(in->arena, buf_slice(&words)));
    run->src = arena_str(in->arena, str_of(cmark_node_get_url(node)));
    run->image_title = arena_str(in->arena, str_of(cmark_node_get_title(node)));
}

static void read_link(struct inlines *in, cmark_node *node)
{
    struct run before = in->style;
    in->style.marks |= MARK_LINK;
    in->style.href = arena_str(in->arena, str_of(cmark_node_get_url(node)));
    in->style.title = arena_str(in->arena, str_of(cmark_node_get_title(node)));
    if (cmark_node_first_child(node))
        read_inlines(in, node);
    else /* the site shows the address */
        (void)add_styled(in, RUN_TEXT, in->style.href);
    in->style = before;
}

static void read_marked(struct inlines *in, cmark_node *node, unsigned mark)
{
    struct run before = in->style;
    in->style.marks |= mark;
    read_inlines(in, node);
    in->style = before;
}

static void read_inline(struct inlines *in, cmark_node *node, int *strikes)
{
    switch ((unsigned)cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        read_text(in, literal(node, in->arena), strikes);
        break;
    case CMARK_NODE_HTML_INLINE:
        (void)add_styled(in, RUN_TEXT, literal(node, in->arena));
        break;
    case CMARK_NODE_SOFTBREAK:
        (void)add_styled(in, RUN_TEXT, STR(" "));
        break;
    case CMARK_NODE_LINEBREAK:
        (void)add_styled(in, RUN_BREAK, STR_NONE);
        break;
    case CMARK_NODE_CODE:
        add_styled(in, RUN_TEXT, literal(node, in->arena))->marks |= MARK_CODE;
        break;
    case CMARK_NODE_EMPH:
        read_marked(in, node, MARK_EM);
        break;
    case CMARK_NODE_STRONG:
        read_marked(in, node, MARK_STRONG);
        break;
    case CMARK_NODE_LINK:
        read_link(in, node);
        break;
    case CMARK_NODE_IMAGE:
        read_image(in, node);
        break;
    default:
        break;
    }
}

static void read_inlines(struct inlines *in, cmark_node *parent)
{
    unsigned marks = in->style.marks;
    int strikes = count_strikes(parent) & ~1;
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node))
        read_inline(in, node, &strikes);
    in->style.marks = marks;
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static enum block_kind kind_of(cmark_node *node)
{
    switch (markdown_mark(node)) {
    case MARKDOWN_PULL:
        return BLOCK_PULL;
    case MARKDOWN_FACT:
        return BLOCK_FACT;
    case MARKDOWN_CORRECTION:
        return BLOCK_CORRECTION;
    case MARKDOWN_TITLE:
        return BLOCK_TITLE;
    case MARKDOWN_EMBED:
        return BLOCK_EMBED;
    case MARKDOWN_NONE:
        break;
    }
    switch ((unsigned)cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        return BLOCK_PARAGRAPH;
    case CMARK_NODE_HEADING:
        return BLOCK_HEADING;
    case CMARK_NODE_BLOCK_QUOTE:
        return BLOCK_QUOTE;
    case CMARK_NODE_LIST:
        return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? BLOCK_NUMBERS : BLOCK_BULLETS;
    case CMARK_NODE_ITEM:
        return BLOCK_ITEM;
    case CMARK_NODE_CODE_BLOCK:
        return BLOCK_CODE;
    case CMARK_NODE_HTML_BLOCK:
        return BLOCK_RAW;
    case CMARK_NODE_THEMATIC_BREAK:
        return BLOCK_RULE;
    default:
        break;
    }
    const char *name = cmark_node_get_type_string(node);
    return strcmp(name, "table") == 0        ? BLOCK_TABLE
           : strcmp(name, "table_cell") == 0 ? BLOCK_CELL
                                             : BLOCK_ROW;
}

static struct str alignments(cmark_node *table, struct arena *arena)
{
    size_t count = cmark_gfm_extensions_get_table_columns(table);
    const uint8_t *from = cmark_gfm_extensions_get_table_alignments(table);
    char *text = ARENA_ARRAY(arena, char, count + 1);
    for (size_t i = 0; i < count; i++)
        text[i] = from[i] ? (char)from[i] : '-';
    return str_n(text, count);
}

static void read_blocks(cmark_node *parent, struct block *into, struct arena *arena)
{
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        struct block *block = block_add(into, kind_of(node), arena);
        block->line = cmark_node_get_start_line(node);
        if (block->kind == BLOCK_HEADING)
            block->number = cmark_node_get_heading_level(node);
        if (block->kind == BLOCK_NUMBERS)
            block->number = cmark_node_get_list_start(node);
        if (block->kind == BLOCK_NUMBERS || block->kind == BLOCK_BULLETS)
            block->tight = cmark_node_get_list_tight(node);
        if (block->kind == BLOCK_CODE) {
            block->text = literal_block(node, arena);
            block->info = arena_str(arena, str_of(cmark_node_get_fence_info(node)));
        } else if (block->kind == BLOCK_RAW) {
            block->text = literal(node, arena);
        } else if (block->kind == BLOCK_TABLE) {
            block->text = alignments(node, arena);
        } else if (block->kind == BLOCK_EMBED) {
            block->text = literal(cmark_node_first_child(node), arena);
            continue;
        }
        if (block_has_runs(block->kind)) {
            struct inlines in = {.block = block, .arena = arena};
            read_inlines(&in, node);
        } else {
            read_blocks(node, block, arena);
        }
    }
}

struct error block_read(struct str markdown, struct arena *arena, struct block **ret_document)
{
    cmark_node *root;
    int ref = 0;
    TRY(markdown_parse(markdown, &root));
    struct block *document = block_add(NULL, BLOCK_DOC, arena);
    read_blocks(root, document, arena);
    cmark_node_free(root);
    for (struct block *block = document->first; block; block = block->next)
        block->ref = ++ref;
    block_normalise(document, arena);
    *ret_document = document;
    return NO_ERROR;
}
