/* The check before cmark-gfm. Version 0.29.0.gfm.6, which Debian ships, takes time that grows with
 * the square of some inputs (CVE-2023-22483, -22484, -22485, -22486, -24824, -26485, -37463 and
 * kin). All of them multiply two things of one text: marks within one paragraph with its length,
 * lines with how deep blocks may be nested, columns of a table with its rows, uses of link
 * references with their size. So one pass over the lines adds up those products and refuses what
 * costs too much. It does not parse: where it cannot know, it counts too much rather than too
 * little; figures leave room for a hundred times what a long story needs. */
#include "render/markdown_inside.h"

enum {
    WORK_MOST = 250 * 1000 * 1000, /* marks × bytes of their paragraph, summed */
    MARKS_MOST = 100 * 1000,       /* of a text: each makes two nodes of about 200 bytes */
    LINES_MOST = 60 * 1000,
    OPENERS_MOST = 32,      /* block markers that begin one line */
    COLUMNS_MOST = 200,     /* of a table */
    CELLS_MOST = 20 * 1000, /* of all tables, counting those that rows leave out */
    EXPANDED_MOST = 8 << 20 /* bytes that link references may unfold to */
};

/* A line as the check sees it. */
struct line {
    struct str text;
    size_t indent;  /* columns, tabs to 4 */
    size_t openers; /* '>', bullets and numbers at its beginning */
    size_t marks;   /* * _ ` [ ] < */
    size_t others;  /* other bytes that become nodes of their own: & \ ! | and runs of " ' - . */
    size_t closers; /* ] */
    size_t pipes;
    bool blank, ends_paragraph, table_marker, definition;
};

struct check {
    struct line line;
    int number, paragraph_line;
    int64_t work, depth_work, cells, marks, closers;
    int64_t definition_most; /* the longest paragraph that may define link references */
    int64_t deepest;         /* of all lines so far */
    struct {
        int64_t bytes, lines, marks, markers, columns;
        bool definition;
    } paragraph;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of a list's marker at the start of the text, "-" or "12.", when white space follows; or 0.
 */
static size_t list_marker(struct str text)
{
    size_t n = 0;
    if (text.len && strchr("-+*", text.at[0]) && text.at[0])
        n = 1;
    while (n < 9 && n < text.len && is_digit(text.at[n]))
        n++;
    bool number = n && is_digit(text.at[n - 1]);
    if (number && n < text.len && (text.at[n] == '.' || text.at[n] == ')'))
        n++;
    else if (number)
        n = 0;
    return n && (n == text.len || is_blank(text.at[n])) ? n : 0;
}

/* "---", "***", "___": whatever is open, it ends a paragraph. */
static bool is_rule(struct str text)
{
    size_t n = 0;
    while (n < text.len && text.at[n] == text.at[0])
        n++;
    return n >= 3 && strchr("-*_", text.at[0]) && str_trim(str_from(text, n)).len == 0;
}

/* The beginning of a line: how far it is indented, what blocks it may open. */
static void read_opening(struct line *line)
{
    size_t at = 0, column = 0;
    struct str text = line->text;
    for (;;) {
        for (; at < text.len && is_blank(text.at[at]); at++)
            column = text.at[at] == '\t' ? column / 4 * 4 + 4 : column + 1;
        struct str rest = str_from(text, at);
        size_t marker = rest.len && rest.at[0] == '>' ? 1 : list_marker(rest);
        if (line->openers == 0) {
            line->indent = column;
            struct str content = str_trim(str_from(rest, marker));
            bool heading = rest.len > 1 && rest.at[0] == '#' && strchr("# \t", rest.at[1]);
            bool bullet = marker == 1 && rest.at[0] != '>' && content.len;
            line->ends_paragraph = column < 4 && (heading || bullet || is_rule(rest));
        }
        if (!marker)
            break;
        line->openers++;
        at += marker;
        column += marker;
    }
    line->blank = at == text.len && line->openers == 0;
}

static bool is_special(char c)
{
    return c != '\0' && strchr("*_`[]<&\\!\"'-.", c) != NULL;
}

static void read_line(struct line *line, struct str text)
{
    *line = (struct line){.text = text};
    bool only_marker = true, dash = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        line->marks += c == '*' || c == '_' || c == '`' || c == '[' || c == ']' || c == '<';
        line->others += c == '&' || c == '\\' || c == '!' || c == '|';
        /* These become nodes only where they follow a special character. */
        line->others +=
            (c == '"' || c == '\'' || c == '-' || c == '.') && i > 0 && is_special(text.at[i - 1]);
        line->closers += c == ']';
        line->pipes += c == '|';
        line->definition |= c == ':' && i > 0 && text.at[i - 1] == ']';
        dash |= c == '-';
        only_marker &= c == '-' || c == ':' || c == '|' || c == '>' || is_blank(c);
    }
    line->table_marker = only_marker && dash;
    read_opening(line);
}

static struct error refuse(int line, const char *why)
{
    return error_format(ERR_MARKDOWN, STR("text"), line, "%s", why);
}

/* Adds up what the paragraph that just ended costs. A line that looks like the one under a table's
 * head makes cmark read the paragraph again, and back to its beginning for each line. */
static struct error end_paragraph(struct check *c)
{
    int64_t bytes = c->paragraph.bytes, lines = c->paragraph.lines;
    int64_t headers = c->paragraph.markers * lines;
    c->work += (c->paragraph.marks + headers) * bytes;
    if (c->work > WORK_MOST)
        return refuse(c->paragraph_line, "too many marks such as * _ [ ] < in one paragraph; part "
                                         "it by empty lines");
    c->cells += c->paragraph.columns * lines;
    if (c->cells > CELLS_MOST)
        return refuse(c->paragraph_line, "the table is too large");
    if (c->paragraph.definition && bytes > c->definition_most)
        c->definition_most = bytes;
    if (c->definition_most * c->closers > EXPANDED_MOST)
        return refuse(c->paragraph_line,
                      "too many link references; write the addresses where they are used");
    memset(&c->paragraph, 0, sizeof c->paragraph);
    return NO_ERROR;
}

static struct error check_line(struct check *c)
{
    const struct line *line = &c->line;
    int64_t depth = (int64_t)(line->openers + line->indent / 2);
    if (line->openers > OPENERS_MOST)
        return refuse(c->number, "quotes and lists are nested too deep");
    if (depth > c->deepest)
        c->deepest = depth;
    c->depth_work += c->deepest;
    if (c->depth_work > WORK_MOST / 4)
        return refuse(c->number, "lines are indented too far in a text of so many lines");
    c->marks += (int64_t)(line->marks + line->others + line->openers);
    c->closers += (int64_t)line->closers;
    c->work += (int64_t)(line->pipes * line->pipes); /* cells of a row are linked by a walk */
    if (c->work > WORK_MOST)
        return refuse(c->number, "the table has too many columns");
    if (c->marks > MARKS_MOST || c->number > LINES_MOST)
        return refuse(c->number, "too many lines or marks such as * _ [ ] < in all");
    if (line->blank || line->ends_paragraph)
        TRY(end_paragraph(c));
    if (line->blank)
        return NO_ERROR;
    if (c->paragraph.lines++ == 0)
        c->paragraph_line = c->number;
    c->paragraph.bytes += (int64_t)line->text.len + 1;
    c->paragraph.marks += (int64_t)line->marks;
    c->paragraph.definition |= line->definition;
    if (line->table_marker && (int64_t)line->pipes + 1 > c->paragraph.columns)
        c->paragraph.columns = (int64_t)line->pipes + 1;
    c->paragraph.markers += line->table_marker;
    if (c->paragraph.columns > COLUMNS_MOST)
        return refuse(c->number, "the table has too many columns");
    return NO_ERROR;
}

struct error markdown_check_lines(struct str text)
{
    struct check c = {.number = 0};
    if (text.len > MARKDOWN_MAX)
        return error_format(ERR_TOO_LARGE, STR("The text"), 0, "at most %d bytes are allowed",
                            MARKDOWN_MAX);
    if (!str_is_utf8(text))
        return refuse(1, "it is not UTF-8 text");
    while (text.len) {
        size_t len = 0;
        while (len < text.len && text.at[len] != '\n' && text.at[len] != '\r')
            len++;
        c.number++;
        read_line(&c.line, str_cut(text, 0, len));
        TRY(check_line(&c));
        bool both = len + 1 < text.len && text.at[len] == '\r' && text.at[len + 1] == '\n';
        text = str_from(text, len + (both ? 2 : 1));
    }
    return end_paragraph(&c);
}
