/* The way back to Markdown: untouched blocks keep their bytes, and what is written is read again.
 */
#include "render/editor_inside.h"
#include "render/markdown_inside.h"

enum { OUT_MOST = 2 * EDITOR_JSON_MAX };

/* How much of the old text is kept; each way is tried when what the one before wrote reads
 * otherwise. */
enum keeping { KEEP_ALL, KEEP_REFERENCES, KEEP_INNER, KEEP_NONE, KEEP_NO_HTML, KEEP_WAYS };

/* A block of the old text with its bytes, up to the next one's beginning. */
struct segment {
    const struct block *block;
    struct str bytes;
};

struct base {
    struct segment *segments;
    size_t count;
    struct str lead; /* before the first */
    struct block *document;
};

struct joining {
    const struct base *base;
    struct arena *arena;
    enum keeping keeping;
    struct block *document;
    bool *kept; /* for each segment */
    ptrdiff_t before;
    char marker; /* of the list before, or '\0' */
    struct buf *out;
};

struct error editor_document(struct str markdown, struct arena *arena, struct str *ret_json)
{
    struct block *document;
    TRY(block_read(markdown, arena, &document));
    return block_to_json(document, arena, ret_json);
}

/* ---- The old text ---------------------------------------------------------------------------- */

/* False: lines that do not ascend, as cmark has it for few odd texts; then nothing is kept. */
static bool base_split(struct base *base, struct str text, const struct block *document,
                       struct arena *arena)
{
    size_t at = 0, i = 0;
    int line = 1, last = 0;
    for (const struct block *block = document->first; block; block = block->next)
        base->count++;
    base->segments = ARENA_ARRAY(arena, struct segment, base->count + 1);
    for (const struct block *block = document->first; block; block = block->next, i++) {
        if (block->line <= last)
            return false;
        last = block->line;
        size_t from = markdown_seek_line(text, &at, &line, block->line);
        base->segments[i] = (struct segment){block, str_from(text, from)};
        if (i > 0)
            base->segments[i - 1].bytes.len -= text.len - from;
    }
    base->lead = str_cut(text, 0, base->count ? text.len : 0);
    for (i = 0; i < base->count; i++)
        base->lead.len -= base->segments[i].bytes.len;
    return true;
}

static struct error base_read(struct str text, struct arena *arena, struct base *ret_base)
{
    struct base base = {.count = 0};
    TRY(block_read(text, arena, &base.document));
    if (!base_split(&base, text, base.document, arena))
        base.count = 0;
    *ret_base = base;
    return NO_ERROR;
}

/* Which segment a block still is, or -1. */
static ptrdiff_t segment_of(const struct base *base, const struct block *block)
{
    if (!block->ref)
        return -1;
    size_t low = 0, high = base->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (base->segments[middle].block->ref < block->ref)
            low = middle + 1;
        else
            high = middle;
    }
    bool same = low < base->count && base->segments[low].block->ref == block->ref &&
                block_equal(base->segments[low].block, block);
    return same ? (ptrdiff_t)low : -1;
}

/* ---- One block anew -------------------------------------------------------------------------- */

static void gather_words(const struct block *block, struct buf *out)
{
    for (size_t i = 0; i < block->count; i++)
        for (size_t j = 0; j < block->runs[i].text.len; j++)
            if (block->runs[i].text.at[j] != '~')
                (void)buf_char(out, block->runs[i].text.at[j]);
    (void)buf_str(out, block->text);
    for (const struct block *child = block->first; child; child = child->next)
        gather_words(child, out);
}

static bool same_words(const struct block *a, const struct block *b)
{
    BUF_AUTO struct buf one = BUF_INIT(OUT_MOST), other = BUF_INIT(OUT_MOST);
    gather_words(a, &one);
    gather_words(b, &other);
    bool same = str_eq(buf_slice(&one), buf_slice(&other));
    buf_release(&other);
    return same;
}

static void strip_marks(struct block *block)
{
    for (size_t i = 0; i < block->count; i++)
        block->runs[i].marks &= MARK_LINK;
    for (struct block *child = block->first; child; child = child->next)
        strip_marks(child);
}

static void raw_to_text(struct block *block, struct arena *arena)
{
    if (block->kind == BLOCK_RAW) {
        block->kind = BLOCK_PARAGRAPH;
        run_add(block, RUN_TEXT, arena)->text = block->text;
        block->text = STR_NONE;
    }
    for (struct block *child = block->first; child; child = child->next)
        raw_to_text(child, arena);
}

static bool has_raw(const struct block *block)
{
    bool has = block->kind == BLOCK_RAW;
    for (const struct block *child = block->first; child && !has; child = child->next)
        has = has_raw(child);
    return has;
}

/* Whether the text reads as this block alone. */
static struct error reads_as(struct str text, const struct block *block, struct arena *arena,
                             struct block **ret_read, bool *ret_same)
{
    struct block *document;
    TRY(block_read(text, arena, &document));
    *ret_read = document->first;
    *ret_same = document->first && !document->first->next && block_equal(document->first, block);
    return NO_ERROR;
}

static void replace(struct block *block, const struct block *by)
{
    struct block *next = block->next;
    *block = *by;
    block->next = next;
    block->ref = 0;
}

/* The block as Markdown, in the prettiest way that reads as it is. Where none does, marks go and
 * then HTML becomes text; words never go. The block becomes what was written. */
static struct error write_anew(struct block *block, const char *avoid, struct arena *arena,
                               struct str *ret_text)
{
    for (int step = 0; step < 4; step++) {
        BUF_AUTO struct buf out = BUF_INIT(OUT_MOST);
        struct block *read = NULL;
        bool same = false;
        if (step == 2)
            strip_marks(block);
        if (step == 3)
            raw_to_text(block, arena);
        if (step >= 2)
            block_normalise(block, arena);
        block_write(block, step == 1 ? WRITE_SAFE : WRITE_PRETTY, avoid, arena, &out);
        if (!buf_ok(&out))
            return error_make(ERR_TOO_LARGE, "The text", "its Markdown would be too large");
        *ret_text = arena_str(arena, buf_slice(&out));
        TRY(reads_as(*ret_text, block, arena, &read, &same));
        if (same)
            return NO_ERROR;
        if (step >= 2 && read && !read->next && read->kind == block->kind &&
            same_words(read, block)) {
            replace(block, read);
            return NO_ERROR;
        }
    }
    return error_make(ERR_INVALID, "The document of the editor",
                      "Markdown cannot say one of its blocks");
}

/* ---- All together ---------------------------------------------------------------------------- */

static void trim_end(struct buf *out)
{
    size_t len = out->len;
    while (len > 0 && strchr(" \t\r\n", out->at[len - 1])) {
        len--;
        if (out->at[len] == '\n' || out->at[len] == '\r')
            out->len = len;
    }
}

/* The marker of a list's bytes. */
static char marker_in(struct str bytes)
{
    size_t i = 0;
    while (i < bytes.len && strchr(" 0123456789", bytes.at[i]))
        i++;
    return i < bytes.len ? bytes.at[i] : '\0';
}

static bool is_list(const struct block *block)
{
    return block && (block->kind == BLOCK_BULLETS || block->kind == BLOCK_NUMBERS);
}

/* The segment whose bytes stay, in this way of keeping. */
static ptrdiff_t kept_segment(const struct joining *j, const struct block *block,
                              const struct block *previous)
{
    if (!block || j->keeping >= KEEP_NONE)
        return -1;
    ptrdiff_t at = segment_of(j->base, block);
    if (j->keeping < KEEP_INNER || at < 0)
        return at;
    bool after = at == 0 ? !previous : previous && segment_of(j->base, previous) == at - 1;
    bool before = (size_t)at + 1 == j->base->count
                      ? !block->next
                      : block->next && segment_of(j->base, block->next) == at + 1;
    return after && before ? at : -1;
}

static void part(struct joining *j)
{
    trim_end(j->out);
    if (j->out->len)
        (void)buf_str(j->out, STR("\n\n"));
}

static struct error join_block(struct joining *j, struct block *block, const struct block *previous)
{
    ptrdiff_t at = kept_segment(j, block, previous);
    struct str text;
    char avoid[3] = {j->marker};
    if (at >= 0) {
        if (at == 0 && !previous)
            (void)buf_str(j->out, j->base->lead);
        else if (j->before < 0 || at != j->before + 1)
            part(j);
        text = j->base->segments[at].bytes;
        (void)buf_str(j->out, text);
        j->kept[at] = true;
    } else {
        ptrdiff_t after = is_list(block->next) ? kept_segment(j, block->next, block) : -1;
        if (after >= 0)
            avoid[j->marker ? 1 : 0] = marker_in(j->base->segments[after].bytes);
        TRY(write_anew(block, avoid, j->arena, &text));
        part(j);
        (void)buf_str(j->out, text);
    }
    j->marker = is_list(block) ? marker_in(text) : '\0';
    j->before = at;
    return NO_ERROR;
}

/* Definitions of links ("[name]: address") of what was not kept: kept blocks may use them. */
static void put_definitions(struct joining *j, struct str text)
{
    struct str line;
    while (text.len) {
        (void)str_split(&text, '\n', &line);
        struct str inner = str_trim(line);
        if (str_starts(inner, STR("[")) && str_find(inner, STR("]:")) > 0) {
            (void)buf_str(j->out, inner);
            (void)buf_char(j->out, '\n');
        }
    }
}

static struct error join(struct joining *j)
{
    const struct block *previous = NULL;
    for (struct block *block = j->document->first; block; previous = block, block = block->next)
        TRY(join_block(j, block, previous));
    bool end = j->before >= 0 && (size_t)j->before + 1 == j->base->count;
    if (j->out->len && !end) {
        trim_end(j->out);
        (void)buf_char(j->out, '\n');
    }
    if (j->keeping != KEEP_REFERENCES && j->keeping != KEEP_INNER)
        return NO_ERROR;
    part(j);
    if (!j->base->count || !j->kept[0])
        put_definitions(j, j->base->lead);
    for (size_t i = 0; i < j->base->count; i++)
        if (!j->kept[i])
            put_definitions(j, j->base->segments[i].bytes);
    return NO_ERROR;
}

static struct error attempt(struct block *document, const struct base *base, enum keeping keeping,
                            struct arena *arena, struct str *ret_text, bool *ret_same)
{
    struct block *read;
    BUF_AUTO struct buf out = BUF_INIT(OUT_MOST);
    struct joining j = {.base = base,
                        .arena = arena,
                        .keeping = keeping,
                        .document = document,
                        .kept = ARENA_ARRAY(arena, bool, base->count + 1),
                        .before = -1,
                        .out = &out};
    if (keeping == KEEP_NO_HTML) {
        raw_to_text(document, arena);
        block_normalise(document, arena);
    }
    TRY(join(&j));
    if (!buf_ok(&out))
        return error_make(ERR_TOO_LARGE, "The text", "its Markdown would be too large");
    *ret_text = arena_str(arena, buf_slice(&out));
    TRY(block_read(*ret_text, arena, &read));
    *ret_same = block_equal(read, document);
    return NO_ERROR;
}

struct error editor_markdown(struct str json, struct str base_text, struct arena *arena,
                             struct str *ret_markdown)
{
    struct block *document;
    struct base base;
    TRY(block_from_json(json, arena, &document));
    TRY(base_read(base_text, arena, &base));
    block_normalise(document, arena);
    if (block_equal(document, base.document)) {
        *ret_markdown = base_text;
        return NO_ERROR;
    }
    for (enum keeping keeping = KEEP_ALL; keeping < KEEP_WAYS; keeping++) {
        struct str text;
        bool same = false;
        if (keeping == KEEP_NO_HTML && !has_raw(document))
            break;
        TRY(attempt(document, &base, keeping, arena, &text, &same));
        if (same) {
            *ret_markdown = text;
            return NO_ERROR;
        }
    }
    return error_make(ERR_INVALID, "The document of the editor",
                      "Markdown cannot say what it says");
}
