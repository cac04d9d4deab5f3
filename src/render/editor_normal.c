/* The editor's tree, and its normal form: what Markdown can say. */
#include "render/editor_inside.h"
#include "render/embed.h"

bool block_has_runs(enum block_kind kind)
{
    return kind == BLOCK_PARAGRAPH || kind == BLOCK_HEADING || kind == BLOCK_CELL ||
           kind == BLOCK_TITLE || kind == BLOCK_PICTURE;
}

struct block *block_add(struct block *parent, enum block_kind kind, struct arena *arena)
{
    struct block *block = ARENA_NEW(arena, struct block);
    block->kind = kind;
    if (!parent)
        return block;
    if (parent->last)
        parent->last->next = block;
    else
        parent->first = block;
    parent->last = block;
    return block;
}

struct run *run_add(struct block *block, enum run_kind kind, struct arena *arena)
{
    if (block->count == block->room) {
        size_t room = block->room ? block->room * 2 : 4;
        struct run *runs = ARENA_ARRAY(arena, struct run, room);
        if (block->count)
            memcpy(runs, block->runs, block->count * sizeof *runs);
        block->runs = runs;
        block->room = room;
    }
    struct run *run = &block->runs[block->count++];
    *run = (struct run){.kind = kind};
    return run;
}

/* ---- Equal ----------------------------------------------------------------------------------- */

static bool same_style(const struct run *a, const struct run *b)
{
    return a->marks == b->marks &&
           (!(a->marks & MARK_LINK) || (str_eq(a->href, b->href) && str_eq(a->title, b->title)));
}

static bool same_run(const struct run *a, const struct run *b)
{
    return a->kind == b->kind && same_style(a, b) && str_eq(a->text, b->text) &&
           (a->kind != RUN_IMAGE ||
            (str_eq(a->src, b->src) && str_eq(a->image_title, b->image_title)));
}

bool block_equal(const struct block *a, const struct block *b)
{
    if (a->kind != b->kind || a->number != b->number || a->tight != b->tight ||
        !str_eq(a->text, b->text) || !str_eq(a->info, b->info) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_run(&a->runs[i], &b->runs[i]))
            return false;
    const struct block *one = a->first, *other = b->first;
    for (; one && other; one = one->next, other = other->next)
        if (!block_equal(one, other))
            return false;
    return !one && !other;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

/* Prose holds no control characters; tabs and newlines become spaces. Code keeps both. */
static struct str clean(struct str text, bool code, struct arena *arena)
{
    size_t len = 0;
    char *at = ARENA_ARRAY(arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '\r' && i + 1 < text.len && text.at[i + 1] == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F)
            continue;
        if (!code && c == 0xEF && str_starts(str_from(text, i), STR("\xEF\xBB\xBF"))) {
            i += 2; /* a mark that would be lost where a text begins with it */
            continue;
        }
        if (!code && (c == '\t' || c == '\n'))
            c = ' ';
        at[len++] = (char)c;
    }
    return str_n(at, len);
}

/* Bytes of the white space that begins a text, as CommonMark sees it around emphasis; or 0. */
static size_t white(struct str text)
{
    static const struct str wide[] = {
        STR_INIT("\xC2\xA0"),     STR_INIT("\xE1\x9A\x80"), STR_INIT("\xE2\x80\x80"),
        STR_INIT("\xE2\x80\x81"), STR_INIT("\xE2\x80\x82"), STR_INIT("\xE2\x80\x83"),
        STR_INIT("\xE2\x80\x84"), STR_INIT("\xE2\x80\x85"), STR_INIT("\xE2\x80\x86"),
        STR_INIT("\xE2\x80\x87"), STR_INIT("\xE2\x80\x88"), STR_INIT("\xE2\x80\x89"),
        STR_INIT("\xE2\x80\x8A"), STR_INIT("\xE2\x80\xAF"), STR_INIT("\xE2\x81\x9F"),
        STR_INIT("\xE3\x80\x80")};
    if (text.len && text.at[0] == ' ')
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (str_starts(text, wide[i]))
            return wide[i].len;
    return 0;
}

static size_t white_before(struct str text)
{
    size_t all = 0, one;
    while ((one = white(str_from(text, all))))
        all += one;
    return all;
}

static size_t white_after(struct str text)
{
    size_t all = 0;
    for (;;) {
        struct str rest = str_cut(text, 0, text.len - all);
        size_t found = 0;
        for (size_t n = 1; n <= 3 && n <= rest.len && !found; n++)
            if (white(str_from(rest, rest.len - n)) == n)
                found = n;
        if (!found)
            return all;
        all += found;
    }
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static bool is_prose(const struct run *run)
{
    return run->kind == RUN_TEXT && !(run->marks & MARK_CODE);
}

/* Neighbours of one style become one; empty texts go. */
static void merge(struct block *block, struct arena *arena)
{
    struct block out = {.kind = block->kind};
    for (size_t i = 0; i < block->count;) {
        struct run run = block->runs[i++];
        if (run.kind == RUN_TEXT) {
            BUF_AUTO struct buf text = BUF_INIT(EDITOR_JSON_MAX);
            (void)buf_str(&text, run.text);
            for (; i < block->count && block->runs[i].kind == RUN_TEXT; i++) {
                struct run *next = &block->runs[i];
                if (text.len && next->text.len && !same_style(&run, next))
                    break;
                if (!text.len)
                    run = *next;
                (void)buf_str(&text, next->text);
            }
            if (!text.len)
                continue;
            run.text = arena_str(arena, buf_slice(&text));
        }
        *run_add(&out, run.kind, arena) = run;
    }
    block->runs = out.runs;
    block->count = out.count;
    block->room = out.room;
}

/* Spaces of prose go where `edge` says that a line begins or ends. */
static void trim_run(struct run *run, bool start, bool *edge)
{
    if (run->kind == RUN_BREAK) {
        *edge = true;
        return;
    }
    if (*edge && is_prose(run)) {
        while (run->text.len && start && run->text.at[0] == ' ')
            run->text = str_from(run->text, 1);
        while (run->text.len && !start && run->text.at[run->text.len - 1] == ' ')
            run->text.len--;
    }
    *edge = *edge && run->kind == RUN_TEXT && !run->text.len;
}

static bool is_nothing(const struct run *run)
{
    return run->kind == RUN_BREAK || (run->kind == RUN_TEXT && !run->text.len);
}

/* Spaces at the ends of lines and breaks at the ends of the block say nothing. */
static void trim(struct block *block)
{
    bool edge = true;
    for (size_t i = 0; i < block->count; i++)
        trim_run(&block->runs[i], true, &edge);
    edge = true;
    for (size_t i = block->count; i-- > 0;)
        trim_run(&block->runs[i], false, &edge);
    while (block->count && is_nothing(&block->runs[0])) {
        block->runs++;
        block->count--;
    }
    while (block->count && is_nothing(&block->runs[block->count - 1]))
        block->count--;
    block->room = block->count; /* the next addition copies */
}

/* White space at an end of what a mark covers loses it. Runs are split for that. */
static bool only_white(const struct run *run)
{
    return run->kind == RUN_BREAK || (is_prose(run) && white_before(run->text) == run->text.len);
}

/* The run with and, at its ends, without the mark. */
static void split_white(struct block *out, struct run run, unsigned mark, bool first, bool last,
                        struct arena *arena)
{
    size_t before = first && is_prose(&run) ? white_before(run.text) : 0;
    size_t after = last && is_prose(&run) ? white_after(run.text) : 0;
    struct run piece = run;
    piece.marks &= ~mark;
    piece.text = str_cut(run.text, 0, before);
    if (before)
        *run_add(out, RUN_TEXT, arena) = piece;
    piece.text = str_from(run.text, run.text.len - after);
    run.text = str_cut(run.text, before, run.text.len - after);
    *run_add(out, RUN_TEXT, arena) = run;
    if (after)
        *run_add(out, RUN_TEXT, arena) = piece;
}

static void trim_mark(struct block *block, unsigned mark, struct arena *arena)
{
    struct block out = {.kind = block->kind};
    for (size_t i = 0; i < block->count;) {
        size_t end = i;
        while (end < block->count && block->runs[end].marks & mark)
            end++;
        if (end == i) {
            *run_add(&out, RUN_TEXT, arena) = block->runs[i++];
            continue;
        }
        size_t first = i, last = end;
        while (first < end && only_white(&block->runs[first]))
            first++;
        while (last > first && only_white(&block->runs[last - 1]))
            last--;
        for (; i < end; i++) {
            if (i >= first && i < last) {
                split_white(&out, block->runs[i], mark, i == first, i + 1 == last, arena);
                continue;
            }
            struct run *bare = run_add(&out, RUN_TEXT, arena);
            *bare = block->runs[i];
            bare->marks &= ~mark;
        }
    }
    block->runs = out.runs;
    block->count = out.count;
    block->room = out.room;
}

static void normal_runs(struct block *block, struct arena *arena)
{
    for (size_t i = 0; i < block->count; i++) {
        struct run *run = &block->runs[i];
        run->text = clean(run->text, false, arena);
        run->href = str_trim(clean(run->href, false, arena));
        run->title = str_trim(clean(run->title, false, arena));
        run->src = str_trim(clean(run->src, false, arena));
        run->image_title = str_trim(clean(run->image_title, false, arena));
        if (run->kind == RUN_IMAGE)
            run->text = str_trim(run->text);
        if (run->kind == RUN_BREAK && block->kind != BLOCK_PARAGRAPH) {
            run->kind = RUN_TEXT;
            run->text = STR(" ");
        }
        if (run->kind != RUN_TEXT)
            run->marks &= ~(unsigned)MARK_CODE;
    }
    merge(block, arena);
    trim(block);
    merge(block, arena);
    trim_mark(block, MARK_STRIKE, arena);
    trim_mark(block, MARK_EM, arena);
    trim_mark(block, MARK_STRONG, arena);
    merge(block, arena);
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static bool says_nothing(const struct block *block)
{
    switch (block->kind) {
    case BLOCK_PARAGRAPH:
    case BLOCK_TITLE:
        return !block->count;
    case BLOCK_PULL:
    case BLOCK_FACT:
    case BLOCK_CORRECTION:
    case BLOCK_QUOTE:
    case BLOCK_BULLETS:
    case BLOCK_NUMBERS:
    case BLOCK_TABLE:
        return !block->first;
    case BLOCK_RAW:
        return !block->text.len;
    case BLOCK_DOC:
    case BLOCK_HEADING:
    case BLOCK_ITEM:
    case BLOCK_CODE:
    case BLOCK_RULE:
    case BLOCK_ROW:
    case BLOCK_CELL:
    case BLOCK_EMBED:
    case BLOCK_PICTURE:
    case BLOCK_KINDS:
        break;
    }
    return false;
}

/* All rows are as wide as the widest. */
static void normal_table(struct block *table, struct arena *arena)
{
    size_t widest = 1;
    for (struct block *row = table->first; row; row = row->next) {
        size_t width = 0;
        for (struct block *cell = row->first; cell; cell = cell->next)
            width++;
        widest = width > widest ? width : widest;
    }
    for (struct block *row = table->first; row; row = row->next) {
        size_t width = 0;
        for (struct block *cell = row->first; cell; cell = cell->next)
            width++;
        for (; width < widest; width++)
            (void)block_add(row, BLOCK_CELL, arena);
    }
    char *align = ARENA_ARRAY(arena, char, widest + 1);
    for (size_t i = 0; i < widest; i++)
        align[i] =
            i < table->text.len && strchr("lcr", table->text.at[i]) ? table->text.at[i] : '-';
    table->text = str_n(align, widest);
}

static bool is_list(const struct block *block)
{
    return block->kind == BLOCK_BULLETS || block->kind == BLOCK_NUMBERS;
}

/* Whether `next` may follow without an empty line between: it begins by itself, and is no more of
 * what is before it. */
static bool may_touch(const struct block *block, const struct block *next)
{
    if (block->kind == BLOCK_HEADING || block->kind == BLOCK_RULE || block->kind == BLOCK_CODE)
        return true;
    if (block->kind != BLOCK_PARAGRAPH && !is_list(block))
        return false;
    if (is_list(next))
        return next->first->first &&
               (next->kind == BLOCK_BULLETS || next->number == 1 || block->kind != BLOCK_PARAGRAPH);
    return next->kind == BLOCK_CODE || next->kind == BLOCK_HEADING || next->kind == BLOCK_RULE ||
           next->kind == BLOCK_QUOTE;
}

static bool may_be_tight(const struct block *list)
{
    for (const struct block *item = list->first; item; item = item->next)
        for (const struct block *one = item->first; one && one->next; one = one->next)
            if (!may_touch(one, one->next))
                return false;
    return true;
}

static void normal_list(struct block *list)
{
    bool single = !list->first->next && (!list->first->first || !list->first->first->next);
    if (list->kind == BLOCK_NUMBERS && (list->number < 0 || list->number > 999999999))
        list->number = 1;
    list->tight = single || (list->tight && may_be_tight(list));
}

static struct str fence_info(struct str info, struct arena *arena)
{
    return str_trim(clean(info, false, arena));
}

static bool is_picture(const struct run *run)
{
    struct str id = str_from(run->src, 8);
    int64_t number;
    return run->kind == RUN_IMAGE && !run->marks && str_starts(run->src, STR("picture:")) &&
           id.len && id.at[0] >= '1' && id.at[0] <= '9' && str_to_i64(id, &number);
}

/* At the top level a paragraph that is nothing but an address to embed or a picture of the library
 * is that, and what is said to be one and isn't is a paragraph. */
static void settle(struct block *block, struct arena *arena)
{
    struct embed embed;
    if (block->kind == BLOCK_EMBED && !embed_find(block->text, &embed)) {
        block->kind = BLOCK_PARAGRAPH;
        run_add(block, RUN_TEXT, arena)->text = block->text;
        block->text = STR_NONE;
        normal_runs(block, arena);
    }
    if (block->kind == BLOCK_PICTURE && (block->count != 1 || !is_picture(&block->runs[0])))
        block->kind = BLOCK_PARAGRAPH;
    if (block->kind != BLOCK_PARAGRAPH || block->count != 1)
        return;
    const struct run *run = &block->runs[0];
    if (is_picture(run)) {
        block->kind = BLOCK_PICTURE;
    } else if (run->kind == RUN_TEXT && !run->marks && embed_find(run->text, &embed)) {
        block->kind = BLOCK_EMBED;
        block->text = run->text;
        block->count = 0;
    }
}

void block_normalise(struct block *block, struct arena *arena)
{
    struct block **link = &block->first;
    block->last = NULL;
    for (struct block *child = block->first; child; child = child->next) {
        if (child->kind == BLOCK_TITLE && child != block->first)
            child->kind = BLOCK_PARAGRAPH;
        block_normalise(child, arena);
        if (block->kind == BLOCK_DOC)
            settle(child, arena);
        if (says_nothing(child)) {
            *link = child->next;
            continue;
        }
        link = &child->next;
        block->last = child;
    }
    if (block_has_runs(block->kind))
        normal_runs(block, arena);
    if (block->kind == BLOCK_CODE || block->kind == BLOCK_RAW)
        block->text = clean(block->text, true, arena);
    if (block->kind == BLOCK_EMBED)
        block->text = str_trim(clean(block->text, false, arena));
    if (block->kind == BLOCK_CODE)
        block->info = fence_info(block->info, arena);
    while (block->kind == BLOCK_RAW && str_ends(block->text, STR("\n")))
        block->text.len--;
    if (block->kind == BLOCK_HEADING && (block->number < 1 || block->number > 6))
        block->number = block->number < 1 ? 1 : 6;
    if (block->kind == BLOCK_TABLE && block->first)
        normal_table(block, arena);
    if (is_list(block) && block->first)
        normal_list(block);
}
