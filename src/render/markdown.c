/* Markdown to HTML: cmark-gfm parses, the writing is ours, so that what comes out is known. */
#include "render/markdown.h"
#include "render/embed.h"
#include "render/markdown_inside.h"
#include "text/words.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <pthread.h>

enum {
    HTML_MOST = 16 * MARKDOWN_MAX, /* escaping makes six bytes of one, tags somewhat more */
    HEADING_LOWEST = 4,
    ORIGINS_MOST = 1000
};

/* ---- Parsing --------------------------------------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cmark_syntax_extension *tables;

static void find_extensions(void)
{
    cmark_gfm_core_extensions_ensure_registered();
    tables = cmark_find_syntax_extension("table");
    if (!tables)
        abort();
}

static void node_cleanup(cmark_node **node)
{
    if (*node)
        cmark_node_free(*node);
}
#define NODE_AUTO __attribute__((cleanup(node_cleanup)))

static void iter_cleanup(cmark_iter **iter)
{
    if (*iter)
        cmark_iter_free(*iter);
}
#define ITER_AUTO __attribute__((cleanup(iter_cleanup)))

/* Only the extension for tables is attached: those for strikethrough and autolinks change tables
 * that all parsers share while they run, so that two threads would disturb each other. We do their
 * work when writing. */
static cmark_node *parse(struct str text)
{
    (void)pthread_once(&once, find_extensions);
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    (void)cmark_parser_attach_syntax_extension(parser, tables);
    cmark_parser_feed(parser, text.len ? text.at : "", text.len);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    cmark_consolidate_text_nodes(root);
    markdown_mark_blocks(root, text);
    return root;
}

static bool is_inline(cmark_node *node)
{
    return (cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE;
}

/* Whether the iterator enters a node and leaves it again. */
static bool has_exit(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    return type != CMARK_NODE_HTML_BLOCK && type != CMARK_NODE_THEMATIC_BREAK &&
           type != CMARK_NODE_CODE_BLOCK && type != CMARK_NODE_TEXT &&
           type != CMARK_NODE_SOFTBREAK && type != CMARK_NODE_LINEBREAK &&
           type != CMARK_NODE_CODE && type != CMARK_NODE_HTML_INLINE;
}

/* ---- What is known before writing ------------------------------------------------------------ */

struct survey {
    bool levels[7]; /* heading levels that are used */
    int paragraphs; /* at the top level */
};

static struct error survey(cmark_node *root, struct survey *ret_survey)
{
    struct survey survey = {.paragraphs = 0};
    ITER_AUTO cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    int depth = -1, line = 1; /* the document itself does not count */
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (!has_exit(node))
            continue;
        depth += event == CMARK_EVENT_ENTER ? 1 : -1;
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (!is_inline(node) && cmark_node_get_start_line(node) > 0)
            line = cmark_node_get_start_line(node);
        if (depth > MARKDOWN_DEPTH_MAX)
            return error_format(ERR_MARKDOWN, STR("text"), line,
                                "quotes, lists or emphasis are nested more than %d deep",
                                MARKDOWN_DEPTH_MAX);
        if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
            survey.levels[cmark_node_get_heading_level(node)] = true;
        survey.paragraphs += cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH && depth == 1 &&
                             !markdown_only_pictures(node) &&

                             markdown_mark(node) != MARKDOWN_EMBED;
    }
    *ret_survey = survey;
    return NO_ERROR;
}

/* ---- Writing --------------------------------------------------------------------------------- */

struct page {
    struct writer w;
    struct survey survey;
    const struct markdown_options *options;
    int heading;                         /* the level written last; 1 is the story's headline */
    bool body;                           /* a <tbody> is open */
    int column;                          /* of a table's row */
    int paragraphs;                      /* written so far at the top level */
    size_t cut;                          /* where the rest begins; 0: nowhere */
    int strikes[MARKDOWN_DEPTH_MAX + 2]; /* ~~ left to be used, for each inline level */
    int level;
    unsigned providers; /* of placeholders that were written */
};

static void tag(struct page *page, const char *html)
{
    if (!page->w.plain)
        (void)buf_str(page->w.out, str_of(html));
}

/* In plain text blocks stand on lines of their own. */
static void end_line(struct page *page)
{
    struct buf *out = page->w.out;
    if (!page->w.plain || (out->len && out->at[out->len - 1] != '\n'))
        (void)buf_char(out, '\n');
}

/* How deep below the highest heading used, without leaps downwards. */
static int heading_level(struct page *page, cmark_node *node)
{
    int level = 2;
    for (int i = 1; i < cmark_node_get_heading_level(node); i++)
        level += page->survey.levels[i];
    if (level > page->heading + 1)
        level = page->heading + 1;
    if (level > HEADING_LOWEST)
        level = HEADING_LOWEST;
    page->heading = level;
    return level;
}

static bool is_tight(cmark_node *paragraph)
{
    cmark_node *item = cmark_node_parent(paragraph);
    return item && cmark_node_get_type(item) == CMARK_NODE_ITEM &&
           cmark_node_get_list_tight(cmark_node_parent(item));
}

static void write_dateline(struct page *page)
{
    tag(page, "<span class=\"dateline\">");
    write_escaped(&page->w, page->options->dateline);
    tag(page, "</span>");
    (void)buf_str(page->w.out, STR(" \xE2\x80\x94 "));
    page->w.before = ' ';
}

/* A block of pictures, where it is not written as a paragraph of their words. */
static bool is_pictures(const struct page *page, cmark_node *node)
{
    return (page->w.plain || page->options->picture) && markdown_only_pictures(node) &&
           markdown_mark(node) != MARKDOWN_TITLE;
}

/* The block that the dateline opens. */
static bool is_first_block(const struct page *page, cmark_node *node)
{
    if (cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_DOCUMENT)
        return false;
    do
        node = cmark_node_previous(node);
    while (node && is_pictures(page, node));
    return !node;
}

static void write_pictures(struct page *page, cmark_node *block)
{
    if (page->w.plain)
        return;
    for (cmark_node *node = cmark_node_first_child(block); node; node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_IMAGE)
            continue;
        if (!markdown_draw_picture(page->options, node, true, page->w.out)) {
            BUF_AUTO struct buf words = BUF_INIT(MARKDOWN_MAX);
            markdown_words(node, &words);
            tag(page, "<p>");
            write_escaped(&page->w, buf_slice(&words));
            tag(page, "</p>");
        }
        end_line(page);
    }
}

/* The number of "~~" that stand directly within a node. */
static int count_strikes(cmark_node *node)
{
    int count = 0;
    for (cmark_node *child = cmark_node_first_child(node); child; child = cmark_node_next(child)) {
        if (cmark_node_get_type(child) != CMARK_NODE_TEXT)
            continue;
        const char *at = cmark_node_get_literal(child);
        while ((at = strstr(at, "~~"))) {
            count++;
            at += 2;
        }
    }
    return count;
}

/* Inlines begin: in a block that holds them, or in one of them. */
static void enter_level(struct page *page, cmark_node *node)
{
    page->strikes[++page->level] = count_strikes(node) & ~1; /* each needs its partner */
}

static void enter_inlines(struct page *page, cmark_node *node)
{
    page->w.before = '\n';
    page->w.single_open = page->w.double_open = false;
    enter_level(page, node);
}

static void write_paragraph(struct page *page, cmark_node *node, bool enter)
{
    bool tight = is_tight(node), title = markdown_mark(node) == MARKDOWN_TITLE;
    if (enter) {
        tag(page, tight || title ? "" : "<p>"); /* a title's is open */
        enter_inlines(page, node);
        if (page->options->dateline.len && is_first_block(page, node))
            write_dateline(page);
        return;
    }
    page->level--;
    tag(page, tight ? "" : "</p>");
    if (!tight || page->w.plain)
        end_line(page);
    if (cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_DOCUMENT)
        return;
    const struct markdown_options *options = page->options;
    if (++page->paragraphs == options->split_after &&
        page->survey.paragraphs - page->paragraphs >= options->rest_least && cmark_node_next(node))
        page->cut = page->w.out->len;
}

static void write_heading(struct page *page, cmark_node *node, bool enter)
{
    char html[24];
    int level = enter ? heading_level(page, node) : page->heading;
    (void)snprintf(html, sizeof html, enter ? "<h%d>" : "</h%d>", level);
    tag(page, html);
    if (enter) {
        enter_inlines(page, node);
    } else {
        page->level--;
        end_line(page);
    }
}

static void write_list(struct page *page, cmark_node *node, bool enter)
{
    char html[40];
    if (enter && page->w.out->len && page->w.out->at[page->w.out->len - 1] != '\n')
        (void)buf_char(page->w.out, '\n'); /* within an item, after its words */
    bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    int start = cmark_node_get_list_start(node);
    if (enter && ordered && start != 1)
        (void)snprintf(html, sizeof html, "<ol start=\"%d\">\n", start);
    else
        (void)snprintf(html, sizeof html, "<%s%s>\n", enter ? "" : "/", ordered ? "ol" : "ul");
    tag(page, html);
}

/* What was typed as HTML or code is shown as it was typed. */
static void write_literal_block(struct page *page, cmark_node *node, const char *before,
                                const char *after)
{
    struct str text = str_of(cmark_node_get_literal(node));
    while (text.len && text.at[text.len - 1] == '\n')
        text.len--;
    tag(page, before);
    write_escaped(&page->w, text);
    tag(page, after);
    end_line(page);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static void write_table(struct page *page, bool enter)
{
    if (!enter && page->body)
        tag(page, "</tbody>\n");
    page->body = false;
    tag(page, enter ? "<table>\n" : "</table>\n");
}

static void write_row(struct page *page, cmark_node *node, bool enter)
{
    bool head = cmark_gfm_extensions_get_table_row_is_header(node);
    if (enter && !head && !page->body) {
        tag(page, "<tbody>\n");
        page->body = true;
    }
    tag(page,
        enter ? (head ? "<thead>\n<tr>\n" : "<tr>\n") : (head ? "</tr>\n</thead>\n" : "</tr>\n"));
    if (!enter && page->w.plain)
        end_line(page);
}

/* A style attribute would be against the pages' content security, so alignment is a class. */
static void write_cell(struct page *page, cmark_node *node, bool enter)
{
    cmark_node *row = cmark_node_parent(node);
    bool head = cmark_gfm_extensions_get_table_row_is_header(row);
    if (!enter) {
        page->level--;
        tag(page, head ? "</th>\n" : "</td>\n");
        if (page->w.plain && cmark_node_next(node))
            (void)buf_str(page->w.out, STR("  "));
        return;
    }
    cmark_node *table = cmark_node_parent(row);
    const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);
    int column = page->column++;
    char alignment =
        column < cmark_gfm_extensions_get_table_columns(table) ? (char)alignments[column] : '\0';
    tag(page, head ? "<th" : "<td");
    tag(page, alignment == 'r' ? " class=\"right\"" : alignment == 'c' ? " class=\"center\"" : "");
    tag(page, ">");
    enter_inlines(page, node);
}

/* ---- Inlines --------------------------------------------------------------------------------- */

static void enter_emphasis(struct page *page, cmark_node *node, bool enter, const char *open,
                           const char *close)
{
    if (enter)
        enter_level(page, node);
    else
        page->level--;
    tag(page, enter ? open : close);
}

/* The character that follows a node within its block, roughly: white space or not. */
static uint32_t char_after(cmark_node *node)
{
    while (!cmark_node_next(node)) {
        node = cmark_node_parent(node);
        if (!node || !is_inline(node))
            return '\n';
    }
    node = cmark_node_next(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
        return '\n';
    if (type != CMARK_NODE_TEXT)
        return 'x';
    const char *literal = cmark_node_get_literal(node);
    return literal[0] ? (unsigned char)literal[0] : 'x';
}

/* Text, parted where "~~" strikes through. */
static void write_text(struct page *page, cmark_node *node)
{
    struct str rest = str_of(cmark_node_get_literal(node));
    int *left = &page->strikes[page->level];
    uint32_t after = char_after(node);
    ptrdiff_t at;
    while (*left && (at = str_find(rest, STR("~~"))) >= 0) {
        write_prose(&page->w, str_cut(rest, 0, (size_t)at), '~');
        tag(page, *left % 2 == 0 ? "<del>" : "</del>");
        --*left;
        rest = str_from(rest, (size_t)at + 2);
    }
    write_prose(&page->w, rest, after);
}

/* A link, or a picture, which becomes a link to it. Within another link only the words are written.
 */
static void write_link(struct page *page, cmark_node *node, bool enter)
{
    struct str url = str_of(cmark_node_get_url(node));
    bool show = page->w.in_link == (enter ? 0 : 1) && link_is_safe(url);
    bool wordless = enter && !cmark_node_first_child(node);
    if (enter) {
        enter_level(page, node);
        if (show)
            write_link_open(&page->w, url, str_of(cmark_node_get_title(node)));
        page->w.in_link++;
        if (wordless)
            write_escaped(&page->w, url);
        return;
    }
    page->level--;
    page->w.in_link--;
    if (show)
        tag(page, "</a>");
}

static void write_inline(struct page *page, cmark_node *node, bool enter)
{
    switch ((unsigned)cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        write_text(page, node);
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        tag(page, cmark_node_get_type(node) == CMARK_NODE_LINEBREAK ? "<br>" : "");
        (void)buf_char(page->w.out, '\n');
        page->w.before = '\n';
        break;
    case CMARK_NODE_CODE:
        tag(page, "<code>");
        write_escaped(&page->w, str_of(cmark_node_get_literal(node)));
        tag(page, "</code>");
        page->w.before = 'x';
        break;
    case CMARK_NODE_HTML_INLINE:
        write_escaped(&page->w, str_of(cmark_node_get_literal(node)));
        page->w.before = '>';
        break;
    case CMARK_NODE_EMPH:
        enter_emphasis(page, node, enter, "<em>", "</em>");
        break;
    case CMARK_NODE_STRONG:
        enter_emphasis(page, node, enter, "<strong>", "</strong>");
        break;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        write_link(page, node, enter);
        break;
    default:
        break;
    }
}

static void write_extension_block(struct page *page, cmark_node *node, bool enter)
{
    const char *name = cmark_node_get_type_string(node);
    if (strcmp(name, "table") == 0) {
        write_table(page, enter);
    } else if (strcmp(name, "table_cell") == 0) {
        write_cell(page, node, enter);
    } else {
        page->column = 0;
        write_row(page, node, enter);
    }
}

static void write_block(struct page *page, cmark_node *node, bool enter)
{
    switch ((unsigned)cmark_node_get_type(node)) {
    case CMARK_NODE_DOCUMENT:
        break;
    case CMARK_NODE_PARAGRAPH:
        write_paragraph(page, node, enter);
        break;
    case CMARK_NODE_HEADING:
        write_heading(page, node, enter);
        break;
    case CMARK_NODE_LIST:
        write_list(page, node, enter);
        break;
    case CMARK_NODE_ITEM:
        tag(page, enter ? "<li>" : "</li>\n");
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        if (markdown_mark(node) != MARKDOWN_NONE)
            markdown_write_box(&page->w, page->options, node, enter);
        else
            tag(page, enter ? "<blockquote>\n" : "</blockquote>\n");
        break;
    case CMARK_NODE_CODE_BLOCK:
        write_literal_block(page, node, "<pre><code>", "</code></pre>");
        break;
    case CMARK_NODE_HTML_BLOCK:
        write_literal_block(page, node, "<p>", "</p>");
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        tag(page, "<hr>\n");
        break;
    default:
        write_extension_block(page, node, enter);
    }
}

/* Pictures and embeds are written at once: true when that was all of the node. */
static bool write_whole(struct page *page, cmark_node *node)
{
    if (markdown_mark(node) == MARKDOWN_EMBED) {
        page->providers |= markdown_write_embed(&page->w, page->options, node);
        return true;
    }
    if (is_pictures(page, node)) {
        write_pictures(page, node);
        return true;
    }
    return !page->w.plain && !page->w.in_link && cmark_node_get_type(node) == CMARK_NODE_IMAGE &&
           markdown_draw_picture(page->options, node, false, page->w.out);
}

static void write_page(struct page *page, cmark_node *root)
{
    ITER_AUTO cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    cmark_node *first = cmark_node_first_child(root);
    while (first && is_pictures(page, first))
        first = cmark_node_next(first);
    if (first && page->options->dateline.len &&
        (cmark_node_get_type(first) != CMARK_NODE_PARAGRAPH ||
         markdown_mark(first) == MARKDOWN_EMBED)) {
        tag(page, "<p>");
        write_dateline(page);
        page->w.out->len--; /* nothing follows the dash */
        tag(page, "</p>");
        end_line(page);
    }
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER && write_whole(page, node))
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
        else if (is_inline(node))
            write_inline(page, node, event == CMARK_EVENT_ENTER);
        else
            write_block(page, node, event == CMARK_EVENT_ENTER);
    }
}

static struct error draw(struct str text, const struct markdown_options *options, bool plain,
                         struct buf *out, size_t *ret_cut, unsigned *ret_providers)
{
    static const struct markdown_options none = {.split_after = 0};
    struct page page = {.options = options ? options : &none, .heading = 1};
    TRY(markdown_check_lines(text));
    page.w = (struct writer){.out = out,
                             .plain = plain,
                             .site_url = page.options->site_url,
                             .absolute_links = page.options->absolute_links,
                             .quotes = text_quotes(page.options->language),
                             .before = '\n'};
    NODE_AUTO cmark_node *root = parse(text);
    TRY(survey(root, &page.survey));
    write_page(&page, root);
    if (!buf_ok(out))
        return error_format(ERR_TOO_LARGE, STR("The text"), 0, "its page would be too large");
    *ret_cut = page.cut;
    *ret_providers = page.providers;
    return NO_ERROR;
}

struct error markdown_parse(struct str text, cmark_node **ret_root)
{
    struct survey found;
    TRY(markdown_check_lines(text));
    NODE_AUTO cmark_node *root = parse(text);
    TRY(survey(root, &found));
    *ret_root = root;
    root = NULL;
    return NO_ERROR;
}

struct error markdown_check(struct str text)
{
    cmark_node *root;
    TRY(markdown_parse(text, &root));
    cmark_node_free(root);
    return NO_ERROR;
}

struct error markdown_html(struct str text, const struct markdown_options *options,
                           struct arena *arena, struct markdown_html *ret_html)
{
    size_t cut = 0;
    unsigned providers = 0;
    BUF_AUTO struct buf out = BUF_INIT(HTML_MOST), origins = BUF_INIT(ORIGINS_MOST);
    TRY(draw(text, options, false, &out, &cut, &providers));
    struct str html = arena_str(arena, buf_slice(&out));
    embed_origins(providers, &origins);
    *ret_html = (struct markdown_html){.html = cut ? str_cut(html, 0, cut) : html,
                                       .rest = cut ? str_from(html, cut) : STR_NONE,
                                       .origins = arena_str(arena, buf_slice(&origins))};
    return NO_ERROR;
}

/* Without a character that the end cuts in two: callers give the beginning of a text. */
static struct str whole_characters(struct str text)
{
    size_t len = text.len;
    while (len > 0 && text.len - len < 3 && ((unsigned char)text.at[len - 1] & 0xC0) == 0x80)
        len--;
    if (len > 0 && (unsigned char)text.at[len - 1] >= 0xC0 && !str_is_utf8(str_from(text, len - 1)))
        return str_cut(text, 0, len - 1);
    return text;
}

struct error markdown_plain(struct str text, struct arena *arena, struct str *ret_text)
{
    size_t cut;
    unsigned providers;
    BUF_AUTO struct buf out = BUF_INIT(HTML_MOST);
    TRY(draw(whole_characters(text), NULL, true, &out, &cut, &providers));
    *ret_text = arena_str(arena, buf_slice(&out));
    return NO_ERROR;
}

struct error markdown_word_count(struct str text, struct str language, struct arena *arena,
                                 size_t *ret_count)
{
    struct str plain;
    TRY(markdown_plain(text, arena, &plain));
    *ret_count = text_word_count(plain, language, arena);
    return NO_ERROR;
}
