/* Blocks to Markdown, each kind in one way. */
#include "render/editor_inside.h"
#include "render/markdown_inside.h"

enum { MARKER_MOST = 16, BLOCK_MOST = EDITOR_JSON_MAX };

struct block_writer {
    enum writing way;
    struct arena *arena;
};

static void write_block(struct block_writer *w, const struct block *block, const char *avoid,
                        struct buf *out);

/* Lines with `first` before the first and `rest` before the others; empty lines get no spaces. */
static void put_lines(struct buf *out, struct str text, struct str first, struct str rest)
{
    struct str line;
    bool begun = false;
    if (!text.len)
        (void)buf_str(out, str_ends(first, STR(" ")) ? str_cut(first, 0, first.len - 1) : first);
    while (text.len) {
        bool more = str_find_char(text, '\n') >= 0;
        (void)str_split(&text, '\n', &line);
        struct str before = begun ? rest : first;
        if (!line.len)
            while (before.len && before.at[before.len - 1] == ' ')
                before.len--;
        (void)buf_str(out, before);
        (void)buf_str(out, line);
        (void)buf_str(out, more ? STR("\n") : STR_NONE);
        if (more && !text.len) { /* an empty last line */
            while (rest.len && rest.at[rest.len - 1] == ' ')
                rest.len--;
            (void)buf_str(out, rest);
        }
        begun = true;
    }
}

/* A list's marker that its neighbours do not have: two lists beside each other stay two. */
static char marker_of(const struct block *list, enum writing way, const char *avoid)
{
    const char *choice = list->kind == BLOCK_NUMBERS ? ".)" : way == WRITE_PRETTY ? "-*+" : "+-*";
    for (size_t i = 0; choice[i]; i++)
        if (!strchr(avoid, choice[i]))
            return choice[i];
    return choice[0];
}

static void write_children(struct block_writer *w, const struct block *parent, bool tight,
                           struct buf *out)
{
    char avoid[2] = "";
    for (const struct block *child = parent->first; child; child = child->next) {
        if (child != parent->first)
            (void)buf_str(out, tight ? STR("\n") : STR("\n\n"));
        write_block(w, child, avoid, out);
        bool list = child->kind == BLOCK_BULLETS || child->kind == BLOCK_NUMBERS;
        avoid[0] = list ? marker_of(child, w->way, avoid) : '\0';
    }
}

static void write_list(struct block_writer *w, const struct block *list, const char *avoid,
                       struct buf *out)
{
    char marker[MARKER_MOST], spaces[MARKER_MOST];
    int number = list->number;
    char mark = marker_of(list, w->way, avoid);
    for (const struct block *item = list->first; item; item = item->next) {
        BUF_AUTO struct buf inside = BUF_INIT(BLOCK_MOST);
        int len = list->kind == BLOCK_NUMBERS
                      ? snprintf(marker, sizeof marker, "%d%c ", number, mark)
                      : snprintf(marker, sizeof marker, "%c ", mark);
        memset(spaces, ' ', (size_t)len);
        write_children(w, item, list->tight, &inside);
        put_lines(out, buf_slice(&inside), str_n(marker, (size_t)len), str_n(spaces, (size_t)len));
        if (item->next)
            (void)buf_str(out, list->tight ? STR("\n") : STR("\n\n"));
        if (number < 999999999)
            number++;
    }
}

static void write_code(const struct block *code, struct buf *out)
{
    size_t longest = 2, now = 0;
    char mark = str_find_char(code->info, '`') >= 0 ? '~' : '`';
    for (size_t i = 0; i < code->text.len; i++) {
        now = code->text.at[i] == mark ? now + 1 : 0;
        longest = now > longest ? now : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        (void)buf_char(out, mark);
    for (size_t i = 0; i < code->info.len; i++) {
        if (strchr("\\&", code->info.at[i]))
            (void)buf_char(out, '\\');
        (void)buf_char(out, code->info.at[i]);
    }
    (void)buf_char(out, '\n');
    (void)buf_str(out, code->text);
    (void)buf_str(out, code->text.len ? STR("\n") : STR_NONE);
    for (size_t i = 0; i <= longest; i++)
        (void)buf_char(out, mark);
}

static void write_rule_row(const struct block *table, struct buf *out)
{
    (void)buf_char(out, '|');
    for (size_t i = 0; i < table->text.len; i++) {
        char align = table->text.at[i];
        (void)buf_str(out, align == 'l'   ? STR(" :-- |")
                           : align == 'r' ? STR(" --: |")
                           : align == 'c' ? STR(" :-: |")
                                          : STR(" --- |"));
    }
}

static void write_table(struct block_writer *w, const struct block *table, struct buf *out)
{
    for (const struct block *row = table->first; row; row = row->next) {
        (void)buf_char(out, '|');
        for (const struct block *cell = row->first; cell; cell = cell->next) {
            (void)buf_char(out, ' ');
            runs_write(cell, w->way, out);
            (void)buf_str(out, cell->count ? STR(" |") : STR("|"));
        }
        if (row == table->first) {
            (void)buf_char(out, '\n');
            write_rule_row(table, out);
        }
        (void)buf_str(out, row->next ? STR("\n") : STR_NONE);
    }
}

static void write_quote(struct block_writer *w, const struct block *quote, struct buf *out)
{
    BUF_AUTO struct buf inside = BUF_INIT(BLOCK_MOST);
    write_children(w, quote, false, &inside);
    put_lines(out, buf_slice(&inside), STR("> "), STR("> "));
}

/* "> [!FACT] Title" and the rest as in a quote. */
static void write_box(struct block_writer *w, const struct block *box, struct buf *out)
{
    BUF_AUTO struct buf inside = BUF_INIT(BLOCK_MOST);
    struct block rest = {.kind = BLOCK_QUOTE, .first = box->first, .last = box->last};
    (void)buf_str(&inside, markdown_marker(box->kind == BLOCK_PULL   ? MARKDOWN_PULL
                                           : box->kind == BLOCK_FACT ? MARKDOWN_FACT
                                                                     : MARKDOWN_CORRECTION));
    if (rest.first && rest.first->kind == BLOCK_TITLE) {
        (void)buf_char(&inside, ' ');
        runs_write(rest.first, w->way, &inside);
        rest.first = rest.first->next;
    }
    if (rest.first) {
        bool words = rest.first->kind == BLOCK_PARAGRAPH && w->way == WRITE_PRETTY;
        (void)buf_str(&inside, words ? STR("\n") : STR("\n\n"));
        write_children(w, &rest, false, &inside);
    }
    put_lines(out, buf_slice(&inside), STR("> "), STR("> "));
}

static void write_block(struct block_writer *w, const struct block *block, const char *avoid,
                        struct buf *out)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        (void)buf_str(out, str_cut(STR("######"), 0, (size_t)block->number));
        (void)buf_str(out, block->count ? STR(" ") : STR_NONE);
        runs_write(block, w->way, out);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_PICTURE:
        runs_write(block, w->way, out);
        break;
    case BLOCK_QUOTE:
        write_quote(w, block, out);
        break;
    case BLOCK_BULLETS:
    case BLOCK_NUMBERS:
        write_list(w, block, avoid, out);
        break;
    case BLOCK_CODE:
        write_code(block, out);
        break;
    case BLOCK_RAW:
        (void)buf_str(out, block->text);
        break;
    case BLOCK_RULE:
        (void)buf_str(out, STR("___"));
        break;
    case BLOCK_TABLE:
        write_table(w, block, out);
        break;
    case BLOCK_PULL:
    case BLOCK_FACT:
    case BLOCK_CORRECTION:
        write_box(w, block, out);
        break;
    case BLOCK_EMBED:
        (void)buf_str(out, block->text);
        break;
    case BLOCK_TITLE:
    case BLOCK_DOC:
    case BLOCK_ITEM:
    case BLOCK_ROW:
    case BLOCK_CELL:
    case BLOCK_KINDS:
        break;
    }
}

void block_write(const struct block *block, enum writing way, const char *avoid,
                 struct arena *arena, struct buf *out)
{
    struct block_writer w = {.way = way, .arena = arena};
    write_block(&w, block, avoid, out);
}
