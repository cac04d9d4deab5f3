/* A story's text: Markdown (CommonMark with tables and strikethrough, by cmark-gfm) to safe HTML.
 *
 * The HTML holds only p h2 h3 h4 ul ol li blockquote pre code em strong del a hr br table thead
 * tbody tr th td span.dateline, aside.box, and of embeds figure div button figcaption; no style and
 * no event attribute. Nothing typed is lost:
 *   - HTML in the text is shown as text.
 *   - Links keep their words; those to another scheme than http, https, mailto, tel or a relative
 *     address lose the link. Links to other hosts get rel="noopener".
 *   - Pictures are not loaded from elsewhere: ![words](address) becomes a link with these words.
 *     Those of the newsroom's own library, ![words](picture:12 "caption"), are drawn by the caller,
 *     as a block when the paragraph holds nothing else.
 *   - A quote whose first line is [!PULL], [!FACT] or [!CORRECTION], maybe with a title, is a pull
 *     quote or a box. Only at the top level; elsewhere it is a quote with these words.
 *   - An address of a provider that is known (render/embed.h), alone in a paragraph of the top
 *     level, is an embed: a placeholder, or a link where `embeds` is not set.
 *   - The highest heading used becomes h2, the next ones h3 and h4, without leaps.
 *   - Quotation marks, dashes and ellipses become typographic ones, by language.
 *
 * Debian's cmark-gfm (0.29.0.gfm.6) takes quadratic time on some inputs, so a linear check of ours
 * refuses excess before it: ERR_MARKDOWN with the line. Newsrooms' texts never come near. */
#ifndef RENDER_MARKDOWN_H
#define RENDER_MARKDOWN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum {
    MARKDOWN_MAX = 1 << 20,  /* bytes of a text */
    MARKDOWN_DEPTH_MAX = 32, /* blocks and inlines within each other */
};

struct markdown_picture {
    int64_t id;              /* in the library; more than 0 */
    struct str alt, caption; /* as typed, without markup; may be empty. Not escaped */
    bool block;              /* stands alone, in place of a paragraph; else among words */
};
/* Appends safe HTML and says true; false when readers may not see that picture: then its words
 * stand there. What goes wrong is for the context to remember. */
typedef bool markdown_picture_fn(void *context, const struct markdown_picture *picture,
                                 struct buf *out);
/* What stands in boxes and placeholders, in the text's language. {name} is replaced by the
 * provider's, "YouTube", {host} by the host that would be asked. */
struct markdown_words {
    struct str fact, correction;        /* "Facts", "Correction" */
    struct str video, post, map, chart; /* "Video on {name}": the link's words */
    struct str consent, load;           /* a sentence, and the button's words */
};

struct markdown_options {
    struct str language; /* BCP 47, for quotation marks; may be empty */
    /* Plain text, as in "PORT ALMA": opens the first paragraph, `<span class="dateline">…</span> —
     * `, or a paragraph of its own when the text does not begin with one. Empty: none. */
    struct str dateline;
    /* The newsroom's own address, "https://example.org": links to it are not external. May be
     * empty. */
    struct str site_url;
    /* Links relative to the root ("/news") get site_url before them: for feeds and mail. */
    bool absolute_links;
    /* Cut after so many paragraphs, counted at the top level, when at least `rest_least` paragraphs
     * follow; 0: never. */
    int split_after, rest_least;
    /* Pictures of the library; NULL: only their words. */
    markdown_picture_fn *picture;
    void *picture_context;
    const struct markdown_words *words; /* NULL: English */
    bool embeds;                        /* placeholders for embeds; else links */
};

struct markdown_html {
    struct str html;
    struct str rest; /* what follows the cut; empty when there is none */
    /* The origins that placeholders may load from, "https://a.example https://b.example"; empty:
     * there are none. */
    struct str origins;
};

/* Everything that markdown_html() may refuse: size, UTF-8, excess, nesting. A text that was checked
 * when it was saved never fails when a page is drawn, whatever the options. */
struct error markdown_check(struct str text);

/* `options` may be NULL. Results live in the arena. Errors: ERR_MARKDOWN, ERR_TOO_LARGE. */
struct error markdown_html(struct str text, const struct markdown_options *options,
                           struct arena *arena, struct markdown_html *ret_html);

/* The words without markup, blocks separated by newlines: for descriptions, search and word counts.
 * Blocks of pictures have none. */
struct error markdown_plain(struct str text, struct arena *arena, struct str *ret_text);

/* The words of the plain text. */
struct error markdown_word_count(struct str text, struct str language, struct arena *arena,
                                 size_t *ret_count);

#endif
