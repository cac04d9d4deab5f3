/* Blocks that Markdown has no form for, said in forms that it has: boxes are quotes whose first
 * line names their kind, embeds are addresses that stand alone. cmark-gfm parses them as quotes and
 * paragraphs; here its tree is marked, once, for whoever reads it: the page and the editor.
 *
 * A backslash before "[" leaves a quote a quote: cmark's tree doesn't tell that from a marker, so
 * the text's own bytes are asked. */
#include "render/embed.h"
#include "render/markdown_inside.h"

static const struct {
    struct str text;
    enum markdown_mark mark;
} markers[] = {{STR_INIT("[!PULL]"), MARKDOWN_PULL},
               {STR_INIT("[!FACT]"), MARKDOWN_FACT},
               {STR_INIT("[!CORRECTION]"), MARKDOWN_CORRECTION}};
enum { MARKERS = sizeof markers / sizeof *markers };

static const struct markdown_words english = {
    .fact = STR_INIT("Facts"),
    .correction = STR_INIT("Correction"),
    .video = STR_INIT("Video on {name}"),
    .post = STR_INIT("Post on {name}"),
    .map = STR_INIT("Map on {name}"),
    .chart = STR_INIT("Chart on {name}"),
    .load = STR_INIT("Load from {name}"),
    .consent = STR_INIT("Nothing is loaded from {host} before you ask for it. Then it learns your "
                        "internet address and may set cookies."),
};

/* ---- Marks ----------------------------------------------------------------------------------- */

enum markdown_mark markdown_mark(cmark_node *node)
{
    return (enum markdown_mark)(uintptr_t)cmark_node_get_user_data(node);
}

static void set_mark(cmark_node *node, enum markdown_mark mark)
{
    (void)cmark_node_set_user_data(node, (void *)(uintptr_t)mark);
}

struct str markdown_marker(enum markdown_mark mark)
{
    for (size_t i = 0; i < MARKERS; i++)
        if (markers[i].mark == mark)
            return markers[i].text;
    return STR_NONE;
}

/* Where the lines of the text are; goes forward only. */
struct source {
    struct str text;
    size_t at;
    int line;
};

size_t markdown_seek_line(struct str text, size_t *at, int *now, int line)
{
    while (*now < line && *at < text.len) {
        char c = text.at[(*at)++];
        if (c == '\r' && *at < text.len && text.at[*at] == '\n')
            (*at)++;
        *now += c == '\n' || c == '\r';
    }
    return *at;
}

/* The line from where the block begins in it; empty when cmark doesn't say. */
static struct str source_line(struct source *source, cmark_node *block)
{
    int line = cmark_node_get_start_line(block), column = cmark_node_get_start_column(block);
    if (line < source->line || column < 1)
        return STR_NONE;
    size_t at = markdown_seek_line(source->text, &source->at, &source->line, line);
    struct str rest = str_from(source->text, at);
    size_t len = 0;
    while (len < rest.len && rest.at[len] != '\n' && rest.at[len] != '\r')
        len++;
    rest.len = len;
    return (size_t)column - 1 <= len ? str_from(rest, (size_t)column - 1) : STR_NONE;
}

static bool is_break(cmark_node *node)
{
    return cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK ||
           cmark_node_get_type(node) == CMARK_NODE_LINEBREAK;
}

static bool is_blank(struct str text)
{
    return str_trim(text).len == 0;
}

static void drop(cmark_node *node)
{
    cmark_node_unlink(node);
    cmark_node_free(node);
}

/* ---- Boxes ----------------------------------------------------------------------------------- */

static bool starts_nocase(struct str text, struct str with)
{
    return text.len >= with.len && str_eq_nocase(str_cut(text, 0, with.len), with);
}

/* The marker's number that begins the quote's first paragraph and has something after it, or -1. */
static int marker_of(cmark_node *paragraph, struct source *source)
{
    cmark_node *text = paragraph ? cmark_node_first_child(paragraph) : NULL;
    if (!text || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH ||
        cmark_node_get_type(text) != CMARK_NODE_TEXT)
        return -1;
    struct str literal = str_of(cmark_node_get_literal(text));
    if (!str_starts(literal, STR("[!")))
        return -1;
    struct str line = source_line(source, paragraph);
    for (int i = 0; i < MARKERS; i++) {
        struct str marker = markers[i].text;
        if (!starts_nocase(literal, marker) || !starts_nocase(line, marker))
            continue;
        struct str rest = str_from(literal, marker.len);
        bool parted = !rest.len || rest.at[0] == ' ' || rest.at[0] == '\t';
        bool more = !is_blank(rest) || cmark_node_next(text) || cmark_node_next(paragraph);
        return parted && more ? i : -1;
    }
    return -1;
}

/* What stands on the marker's line is the title; what follows becomes a paragraph of its own. (The
 * texts' bytes belong to the old paragraph, which therefore stays.) */
static void part_title(cmark_node *paragraph)
{
    cmark_node *end = cmark_node_first_child(paragraph), *next;
    while (end && !is_break(end))
        end = cmark_node_next(end);
    if (end == cmark_node_first_child(paragraph))
        return;
    set_mark(paragraph, MARKDOWN_TITLE);
    if (!end)
        return;
    cmark_node *rest = cmark_node_new(CMARK_NODE_PARAGRAPH);
    while ((next = cmark_node_next(end)))
        (void)cmark_node_append_child(rest, next);
    drop(end);
    (void)cmark_node_insert_after(paragraph, rest);
}

static void mark_box(cmark_node *quote, struct source *source)
{
    cmark_node *paragraph = cmark_node_first_child(quote);
    int marker = marker_of(paragraph, source);
    if (marker < 0)
        return;
    cmark_node *text = cmark_node_first_child(paragraph);
    BUF_AUTO struct buf rest = BUF_INIT(MARKDOWN_MAX * 4);
    struct str after = str_from(str_of(cmark_node_get_literal(text)), markers[marker].text.len);
    while (after.len && (after.at[0] == ' ' || after.at[0] == '\t'))
        after = str_from(after, 1);
    (void)buf_str(&rest, after);
    (void)buf_char(&rest, '\0');
    set_mark(quote, markers[marker].mark);
    if (after.len)
        (void)cmark_node_set_literal(text, rest.at);
    else
        drop(text);
    if (markers[marker].mark != MARKDOWN_PULL)
        part_title(paragraph);
    cmark_node *first = cmark_node_first_child(paragraph);
    if (first && is_break(first))
        drop(first);
    if (!cmark_node_first_child(paragraph))
        drop(paragraph);
}

/* ---- Embeds ---------------------------------------------------------------------------------- */

/* An address may hold what Markdown takes for emphasis: the bytes of a line that stands alone count
 * as well as what cmark made of them. */
static void mark_embed(cmark_node *paragraph, struct source *source)
{
    struct embed embed;
    cmark_node *text = cmark_node_first_child(paragraph);
    struct str url = STR_NONE;
    if (!text || cmark_node_get_type(text) != CMARK_NODE_TEXT ||
        !starts_nocase(str_of(cmark_node_get_literal(text)), STR("http")))
        return;
    if (cmark_node_get_start_line(paragraph) == cmark_node_get_end_line(paragraph))
        url = str_trim(source_line(source, paragraph));
    if (!embed_find(url, &embed)) {
        url = str_of(cmark_node_get_literal(text));
        if (cmark_node_next(text) || !embed_find(url, &embed))
            return;
    }
    BUF_AUTO struct buf literal = BUF_INIT(EMBED_URL_MAX + 1);
    (void)buf_str(&literal, url);
    (void)buf_char(&literal, '\0');
    while (cmark_node_next(text))
        drop(cmark_node_next(text));
    (void)cmark_node_set_literal(text, literal.at);
    set_mark(paragraph, MARKDOWN_EMBED);
}

void markdown_mark_blocks(cmark_node *root, struct str text)
{
    struct source source = {text, 0, 1};
    cmark_node *next;
    for (cmark_node *node = cmark_node_first_child(root); node; node = next) {
        next = cmark_node_next(node);
        if (cmark_node_get_type(node) == CMARK_NODE_BLOCK_QUOTE)
            mark_box(node, &source);
        else if (cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH)
            mark_embed(node, &source);
    }
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void tag(struct writer *w, struct str html)
{
    if (!w->plain)
        (void)buf_str(w->out, html);
}

/* A sentence with {name} and {host} replaced. */
static void write_words(struct writer *w, struct str words, const struct embed_provider *provider)
{
    ptrdiff_t open;
    while ((open = str_find_char(words, '{')) >= 0) {
        struct str rest = str_from(words, (size_t)open);
        bool name = str_starts(rest, STR("{name}")), host = str_starts(rest, STR("{host}"));
        write_escaped(w, str_cut(words, 0, (size_t)open));
        if (name || host)
            write_escaped(w, str_of(name ? provider->name : provider->host));
        else
            write_escaped(w, STR("{"));
        words = str_from(rest, name || host ? 6 : 1);
    }
    write_escaped(w, words);
}

static const struct markdown_words *words_of(const struct markdown_options *options)
{
    return options->words ? options->words : &english;
}

static void write_title_words(struct writer *w, cmark_node *title)
{
    BUF_AUTO struct buf words = BUF_INIT(MARKDOWN_MAX * 4);
    markdown_words(title, &words);
    write_escaped(w, buf_slice(&words));
}

static void write_kind(struct writer *w, struct str kind)
{
    tag(w, STR("<p class=\"box-title\"><strong>"));
    if (!w->plain)
        write_escaped(w, kind);
    tag(w, STR("</strong>"));
}

void markdown_write_box(struct writer *w, const struct markdown_options *options, cmark_node *quote,
                        bool enter)
{
    enum markdown_mark mark = markdown_mark(quote);
    cmark_node *first = cmark_node_first_child(quote);
    if (mark == MARKDOWN_PULL) {
        tag(w, enter ? STR("<blockquote class=\"pull\">\n") : STR("</blockquote>\n"));
        return;
    }
    if (!enter) {
        tag(w, STR("</aside>\n"));
        return;
    }
    if (w->plain)
        return;
    bool title = first && markdown_mark(first) == MARKDOWN_TITLE;
    const struct markdown_words *words = words_of(options);
    struct str kind = mark == MARKDOWN_FACT ? words->fact : words->correction;
    tag(w, mark == MARKDOWN_FACT ? STR("<aside class=\"box fact\" aria-label=\"")
                                 : STR("<aside class=\"box amends\" aria-label=\""));
    write_escaped(w, kind);
    if (title) {
        tag(w, STR(": "));
        write_title_words(w, first);
    }
    tag(w, STR("\">\n"));
    write_kind(w, kind);
    tag(w, title ? STR(" ") : STR("</p>\n"));
}

static struct str kind_words(const struct markdown_words *words, enum embed_kind kind)
{
    switch (kind) {
    case EMBED_VIDEO:
        return words->video;
    case EMBED_POST:
        return words->post;
    case EMBED_MAP:
        return words->map;
    case EMBED_CHART:
        return words->chart;
    }
    return STR_NONE;
}

static void write_place(struct writer *w, const struct markdown_words *words,
                        const struct embed *embed)
{
    static const char *const shapes[] = {"wide", "tall", "long", "block"};
    const struct embed_provider *provider = embed->provider;
    (void)buf_printf(w->out, "<figure class=\"embed embed-%s\" data-src=\"", shapes[embed->shape]);
    write_escaped(w, str_of(embed->src));
    (void)buf_str(w->out, STR("\" data-title=\""));
    write_words(w, kind_words(words, provider->kind), provider);
    (void)buf_str(w->out, provider->wants_origin
                              ? STR("\" data-referrer=\"strict-origin-when-cross-origin\">\n")
                              : STR("\">\n"));
    (void)buf_str(w->out, STR("<div class=\"embed-place\" hidden>\n<p>"));
    write_words(w, words->consent, provider);
    (void)buf_str(w->out, STR("</p>\n<button type=\"button\">"));
    write_words(w, words->load, provider);
    (void)buf_str(w->out, STR("</button>\n</div>\n<figcaption>"));
}

unsigned markdown_write_embed(struct writer *w, const struct markdown_options *options,
                              cmark_node *paragraph)
{
    struct embed embed;
    struct str url = str_of(cmark_node_get_literal(cmark_node_first_child(paragraph)));
    const struct markdown_words *words = words_of(options);
    if (w->plain || !embed_find(url, &embed))
        return 0;
    if (options->embeds)
        write_place(w, words, &embed);
    else
        tag(w, STR("<p>"));
    write_link_open(w, url, STR_NONE);
    if (options->embeds)
        write_words(w, kind_words(words, embed.provider->kind), embed.provider);
    else
        write_escaped(w, url);
    tag(w, options->embeds ? STR("</a></figcaption>\n</figure>\n") : STR("</a></p>\n"));
    return options->embeds ? embed_bit(embed.provider) : 0;
}
