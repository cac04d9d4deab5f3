/* The visual editor's document: a story's Markdown as a tree in JSON, and back.
 *
 * cmark-gfm is the only parser. Its tree becomes
 *   {"type": "doc", "content": [block…]}, where a block has "type", "attrs" and "content":
 *   paragraph, heading {level}, blockquote, bullet_list {tight}, ordered_list {order, tight},
 *   list_item, code_block {info}, raw {text}, rule, table {align: one of "-lcr" for each column},
 *   table_row, table_cell; only in doc: pull; fact and correction, which begin with a box_title;
 *   embed {url}; picture {src: "picture:12", alt, caption}; inline: text with marks link {href,
 * title}, strong, em, strike, code; hard_break; image {src, alt, title}. HTML blocks are `raw`;
 * HTML within text is text, as the site shows it.
 *
 * A block of the top level has the attribute `ref`, its number in the text. Going back, a block
 * that still is what the text of that number says keeps its bytes, and so does what stood between
 * two of them; others are written in one way. What is written is read again before it is given
 * away: it is the document that came, or an error, but for what Markdown cannot say: empty
 * paragraphs, spaces at a line's ends, emphasis of spaces. */
#ifndef RENDER_EDITOR_DOCUMENT_H
#define RENDER_EDITOR_DOCUMENT_H

#include "base/arena.h"
#include "base/error.h"

enum {
    EDITOR_JSON_MAX = 16 << 20, /* bytes of a document */
    EDITOR_NODES_MAX = 200000,  /* blocks and pieces of text */
    EDITOR_DEPTH_MAX = 40       /* of blocks, the table's parts included */
};

/* The result lives in the arena. Errors: those of markdown_check(). */
struct error editor_document(struct str markdown, struct arena *arena, struct str *ret_json);

/* `base` is the text that the document was made of; lines may end otherwise meanwhile. Errors:
 * ERR_INVALID (not such a document), ERR_TOO_LARGE, those of markdown_check(). */
struct error editor_markdown(struct str json, struct str base, struct arena *arena,
                             struct str *ret_markdown);

#endif
