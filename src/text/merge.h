/* Two changed copies of one text become one, by paragraphs (blocks.h): where both changed different
 * ones, each change is taken; where they changed the same, both texts are given. Paragraphs next to
 * each other are different ones. Nothing is dropped: what is in either copy and was not in the base
 * is in the merged text or in a conflict.
 *
 * Line ends count for nothing when paragraphs are compared. Bounded as diff.h is. */
#ifndef TEXT_MERGE_H
#define TEXT_MERGE_H

#include "base/arena.h"

enum merge_from {
    MERGE_SAME,     /* nobody changed it, or both alike */
    MERGE_MINE,     /* only mine changed it */
    MERGE_THEIRS,   /* only theirs did */
    MERGE_CONFLICT, /* both did */
};
struct merge_part {
    enum merge_from from;
    struct str base, mine, theirs; /* paragraphs; any may be empty */
};
struct merge {
    struct merge_part *parts;
    size_t count, conflicts;
};
void text_merge(struct str base, struct str mine, struct str theirs, struct arena *arena,
                struct merge *ret_merge);

enum merge_choice { CHOOSE_MINE, CHOOSE_THEIRS, CHOOSE_BOTH /* mine first */ };
/* The text. `choices`: one for each conflict in order; NULL: mine. A merge without conflict whose
 * base is one of the copies is the other copy, byte by byte. */
struct str merge_text(const struct merge *merge, const enum merge_choice *choices,
                      struct arena *arena);

#endif
