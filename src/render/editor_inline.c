/* Text with marks to Markdown. A mark's `*` only counts where the characters beside it allow it
 * (CommonMark 6.2); the safe way writes those characters as references, which always do. */
#include "render/editor_inside.h"

enum { STACK_MOST = 8, MARK_ORDER = 4 };

struct inline_writer {
    const struct block *block;
    struct buf *out;
    enum writing way;
    bool cell, heading;
    bool before_link; /* a link or picture follows the run */
    bool line_start;  /* nothing stands on this line yet */
    struct {
        unsigned mark;
        const struct run *run; /* of a link */
    } open[STACK_MOST];
    int depth;
};

static bool is_ascii_alnum(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool same_link(const struct run *a, const struct run *b)
{
    return str_eq(a->href, b->href) && str_eq(a->title, b->title);
}

/* ---- Characters ------------------------------------------------------------------------------ */

/* Whether the character at `i` must be escaped wherever it stands. */
static bool is_special(const struct inline_writer *w, struct str text, size_t i)
{
    unsigned char c = (unsigned char)text.at[i];
    unsigned char before = i > 0 ? (unsigned char)text.at[i - 1] : 0;
    unsigned char after = i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0;
    switch (c) {
    case '\\':
    case '*':
    case '`':
    case '[':
    case ']':
        return true;
    case '<':
        return !after || strchr("/!?", after) || (is_ascii_alnum(after) && after > '9');
    case '_': /* within a word it is nothing */
        return !(is_ascii_alnum(before) && is_ascii_alnum(after));
    case '&':
        return after == '#' || is_ascii_alnum(after);
    case '!':
        return !after && w->before_link;
    default:
        return false;
    }
}

/* "1." and "1)": the place of the mark after the number, or 0. */
static size_t number_end(struct str text)
{
    size_t n = 0;
    while (n < text.len && text.at[n] >= '0' && text.at[n] <= '9')
        n++;
    return n && n < text.len && (text.at[n] == '.' || text.at[n] == ')') ? n : 0;
}

static void write_char(struct inline_writer *w, struct str text, size_t i, size_t number)
{
    char c = text.at[i];
    bool start = w->line_start && i == 0 && strchr("#>-+=|:~", c);
    if (start || (number && i == number) || is_special(w, text, i) || (w->cell && c == '|') ||
        (w->heading && c == '#'))
        (void)buf_char(w->out, '\\');
    (void)buf_char(w->out, c);
}

/* Bytes of the character that begins the text, and its number. */
static size_t code_point(struct str text, uint32_t *ret_code)
{
    unsigned char c = (unsigned char)text.at[0];
    size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t code = c < 0x80 ? c : c & (0x7FU >> len);
    for (size_t i = 1; i < len && i < text.len; i++)
        code = code << 6 | ((unsigned char)text.at[i] & 0x3F);
    *ret_code = code;
    return len < text.len ? len : text.len;
}

static size_t last_character(struct str text)
{
    size_t at = text.len - 1;
    while (at > 0 && ((unsigned char)text.at[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* `first`, `last`: that character stands outside of a mark that begins or ends beside it. */
static void write_text(struct inline_writer *w, struct str text, bool first, bool last)
{
    size_t number = w->line_start ? number_end(text) : 0;
    size_t last_at = last ? last_character(text) : text.len;
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t len = code_point(str_from(text, i), &code);
        if (((first && i == 0) || i == last_at) && code != ' ') {
            (void)buf_printf(w->out, "&#%u;", (unsigned)code);
            i += len;
            continue;
        }
        write_char(w, text, i, number);
        (void)buf_str(w->out, str_cut(text, i + 1, i + len));
        i += len;
    }
    w->line_start = w->line_start && !text.len;
}

static void write_code(struct inline_writer *w, struct str text)
{
    size_t longest = 0, now = 0;
    bool blank = true;
    for (size_t i = 0; i < text.len; i++) {
        now = text.at[i] == '`' ? now + 1 : 0;
        longest = now > longest ? now : longest;
        blank = blank && text.at[i] == ' ';
    }
    bool ticks = text.len && (text.at[0] == '`' || text.at[text.len - 1] == '`');
    bool spaces = text.len && text.at[0] == ' ' && text.at[text.len - 1] == ' ' && !blank;
    for (size_t i = 0; i <= longest; i++)
        (void)buf_char(w->out, '`');
    (void)buf_str(w->out, ticks || spaces ? STR(" ") : STR_NONE);
    for (size_t i = 0; i < text.len; i++) {
        (void)buf_str(w->out, w->cell && text.at[i] == '|' ? STR("\\") : STR_NONE);
        (void)buf_char(w->out, text.at[i]);
    }
    (void)buf_str(w->out, ticks || spaces ? STR(" ") : STR_NONE);
    for (size_t i = 0; i <= longest; i++)
        (void)buf_char(w->out, '`');
    w->line_start = false;
}

/* ---- Links ----------------------------------------------------------------------------------- */

static void write_quoted(struct inline_writer *w, struct str text, const char *special)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr(special, text.at[i]) && text.at[i])
            (void)buf_char(w->out, '\\');
        (void)buf_char(w->out, text.at[i]);
    }
}

/* "(address "title")" */
static void write_target(struct inline_writer *w, struct str href, struct str title)
{
    bool plain = href.len > 0 && href.at[0] != '<';
    for (size_t i = 0; i < href.len; i++)
        plain = plain && !strchr(" ()\\", href.at[i]);
    (void)buf_str(w->out, plain ? STR("(") : STR("(<"));
    write_quoted(w, href, w->cell ? "\\<>&*_|" : "\\<>&*_");
    (void)buf_str(w->out, plain ? STR_NONE : STR(">"));
    if (title.len) {
        (void)buf_str(w->out, STR(" \""));
        write_quoted(w, title, w->cell ? "\\\"&|" : "\\\"&");
        (void)buf_char(w->out, '"');
    }
    (void)buf_char(w->out, ')');
}

static void write_image(struct inline_writer *w, const struct run *run)
{
    (void)buf_str(w->out, STR("!["));
    w->line_start = false;
    write_text(w, run->text, false, false);
    (void)buf_char(w->out, ']');
    write_target(w, run->src, run->image_title);
}

/* ---- Marks ----------------------------------------------------------------------------------- */

static void write_mark(struct inline_writer *w, unsigned mark)
{
    (void)buf_str(w->out, mark == MARK_STRONG    ? STR("**")
                          : mark == MARK_STRIKE  ? STR("~~")
                          : w->way == WRITE_SAFE ? STR("_")
                                                 : STR("*"));
    w->line_start = false;
}

static bool goes_on(const struct inline_writer *w, int level, const struct run *run)
{
    unsigned mark = w->open[level].mark;
    return run && run->marks & mark && (mark != MARK_LINK || same_link(w->open[level].run, run));
}

static void close_until(struct inline_writer *w, int depth)
{
    while (w->depth > depth) {
        unsigned mark = w->open[--w->depth].mark;
        if (mark == MARK_LINK) {
            (void)buf_char(w->out, ']');
            write_target(w, w->open[w->depth].run->href, w->open[w->depth].run->title);
        } else {
            write_mark(w, mark);
        }
    }
}

/* How many runs from `at` on have the mark. */
static size_t reach(const struct inline_writer *w, size_t at, unsigned mark)
{
    const struct run *first = &w->block->runs[at];
    size_t end = at;
    while (end < w->block->count && w->block->runs[end].marks & mark &&
           (mark != MARK_LINK || same_link(first, &w->block->runs[end])))
        end++;
    return end - at;
}

/* The mark that lasts longest opens first. */
static void open_marks(struct inline_writer *w, size_t at)
{
    static const unsigned order[MARK_ORDER] = {MARK_STRONG, MARK_EM, MARK_STRIKE, MARK_LINK};
    unsigned left = w->block->runs[at].marks;
    for (int i = 0; i < w->depth; i++)
        left &= ~w->open[i].mark;
    while (left & ~(unsigned)MARK_CODE && w->depth < STACK_MOST) {
        unsigned best = 0;
        for (int i = 0; i < MARK_ORDER; i++)
            if (left & order[i] && (!best || reach(w, at, order[i]) > reach(w, at, best)))
                best = order[i];
        if (best == MARK_LINK) {
            (void)buf_char(w->out, '[');
            w->line_start = false;
        } else {
            write_mark(w, best);
        }
        w->open[w->depth].mark = best;
        w->open[w->depth++].run = &w->block->runs[at];
        left &= ~best;
    }
}

enum { FLANKED = MARK_STRONG | MARK_EM };

static void write_run(struct inline_writer *w, size_t at)
{
    const struct run *run = &w->block->runs[at];
    const struct run *next = at + 1 < w->block->count ? run + 1 : NULL;
    int depth = 0;
    while (depth < w->depth && goes_on(w, depth, run))
        depth++;
    close_until(w, depth);
    open_marks(w, at);
    w->before_link = next && (next->marks & MARK_LINK || next->kind == RUN_IMAGE);
    bool safe = w->way == WRITE_SAFE;
    bool first = safe && at > 0 && (run[-1].marks ^ run->marks) & run[-1].marks & FLANKED;
    bool last = safe && next && (next->marks ^ run->marks) & next->marks & FLANKED;
    if (run->kind == RUN_BREAK) {
        (void)buf_str(w->out, STR("\\\n"));
        w->line_start = true;
    } else if (run->kind == RUN_IMAGE) {
        write_image(w, run);
    } else if (run->marks & MARK_CODE) {
        write_code(w, run->text);
    } else {
        write_text(w, run->text, first, last);
    }
}

void runs_write(const struct block *block, enum writing way, struct buf *out)
{
    struct inline_writer w = {.block = block,
                              .out = out,
                              .way = way,
                              .cell = block->kind == BLOCK_CELL,
                              .heading = block->kind == BLOCK_HEADING,
                              .line_start = block->kind == BLOCK_PARAGRAPH};
    for (size_t i = 0; i < block->count; i++)
        write_run(&w, i);
    close_until(&w, 0);
}
