/* A text of paragraphs: blocks between blank lines. */
#ifndef TEXT_BLOCKS_H
#define TEXT_BLOCKS_H

#include "base/arena.h"

struct block {
    struct str text;  /* without the line ends behind it */
    struct str after; /* line ends and blank lines up to the next block */
};

/* The blocks in order; a block in a fence (``` or ~~~, CommonMark 0.30, 4.5) stays whole, an open
 * fence goes to the end. Line ends are LF or CR LF. *ret_lead: blank lines before the first. All in
 * order are the text, byte by byte. */
void text_blocks(struct str text, struct arena *arena, struct str *ret_lead,
                 struct block **ret_blocks, size_t *ret_count);

#endif
