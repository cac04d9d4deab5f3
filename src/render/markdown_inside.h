/* Inside the Markdown renderer: what markdown.c, markdown_check.c, markdown_text.c and
 * editor_read.c share. */
#ifndef RENDER_MARKDOWN_INSIDE_H
#define RENDER_MARKDOWN_INSIDE_H

#include "render/markdown.h"
#include "text/plain.h"

#include <cmark-gfm.h>

/* The linear check before parsing: size, UTF-8, excess. */
struct error markdown_check_lines(struct str text);

/* Checked and parsed; tables are the one extension. The caller frees with cmark_node_free(). */
struct error markdown_parse(struct str text, cmark_node **ret_root);

/* The library's id of ![…](picture:12); 0 when it is another address. */
int64_t markdown_picture_id(cmark_node *image);
/* A paragraph of nothing but such pictures, one or more. */
bool markdown_only_pictures(cmark_node *block);
/* Appends the words within a node, without their markup. */
void markdown_words(cmark_node *node, struct buf *out);
/* By the options' function. False: nothing was written. */
bool markdown_draw_picture(const struct markdown_options *options, cmark_node *image, bool block,
                           struct buf *out);
/* markdown_blocks.c: what a block is beyond what cmark knows. A box is a quote, its title the first
 * paragraph in it; an embed is a paragraph of one text, the address. */
enum markdown_mark {
    MARKDOWN_NONE,
    MARKDOWN_PULL,
    MARKDOWN_FACT,
    MARKDOWN_CORRECTION,
    MARKDOWN_TITLE,
    MARKDOWN_EMBED
};
enum markdown_mark markdown_mark(cmark_node *node);
/* "[!FACT]". */
struct str markdown_marker(enum markdown_mark mark);
/* markdown_parse() does it. `text` is what the tree was made of. */
void markdown_mark_blocks(cmark_node *root, struct str text);
/* Where line `line` begins; *at and *now, first 0 and 1, go forward only. */
size_t markdown_seek_line(struct str text, size_t *at, int *now, int line);

/* Where the writing stands. In plain text no tag is written and nothing is escaped. */
struct writer {
    struct buf *out;
    bool plain;
    struct str site_url;
    bool absolute_links;
    struct text_quotes quotes;
    int in_link;      /* links and pictures within each other */
    uint32_t before;  /* the character before; '\n' where a block begins */
    bool single_open; /* a single quotation mark waits for its partner */
    bool double_open;
};

/* An address that may become a link. */
bool link_is_safe(struct str url);
/* <a href="…" title="…"> with rel="noopener" when it leads elsewhere. The title may be empty. */
void write_link_open(struct writer *w, struct str url, struct str title);
/* As it is, escaped; control characters, which HTML forbids, are left out. */
void write_escaped(struct writer *w, struct str text);
/* Prose: typographic marks, and addresses become links. `after` is the character that follows. */
void write_prose(struct writer *w, struct str text, uint32_t after);

/* A box begins or ends; its kind's line included, but open when a title follows. */
void markdown_write_box(struct writer *w, const struct markdown_options *options, cmark_node *quote,
                        bool enter);
/* All of the paragraph; the bit of the provider when it is a placeholder, else 0. Plain text of it
 * is nothing. */
unsigned markdown_write_embed(struct writer *w, const struct markdown_options *options,
                              cmark_node *paragraph);

#endif
