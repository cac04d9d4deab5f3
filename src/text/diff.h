/* What differs between two texts, by words, and the order that two lists have in common.
 *
 * The shortest script by E. Myers ("An O(ND) Difference Algorithm and Its Variations", 1986) with a
 * bound on differences and on steps: what would cost more is given as replaced whole. So a call
 * takes some tens of milliseconds and a few MiB at most, whatever the texts. */
#ifndef TEXT_DIFF_H
#define TEXT_DIFF_H

#include "base/arena.h"

enum {
    DIFF_EDITS_MAX = 1000,          /* that are searched for, in one stretch */
    DIFF_STEPS_MAX = 4 << 20,       /* comparisons, the same */
    DIFF_WORDS_BYTES_MAX = 1 << 18, /* a replaced stretch above it is not looked at by words */
};

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };
struct diff_piece {
    enum diff_kind kind;
    struct str text; /* within the text given */
};

/* The pieces in order, a run's gone before its new: those that are not new make up `before` byte by
 * byte, those that are not gone `after`. Neighbours differ in kind. Words are ICU's (scripts
 * without spaces by dictionary); `language` may be empty. Any bytes; any thread. */
void text_diff(struct str before, struct str after, struct str language, struct arena *arena,
               struct diff_piece **ret_pieces, size_t *ret_count);

/* Small numbers for texts, equal exactly when the texts are: for lists that diff_lists() takes. */
struct diff_names;
struct diff_names *diff_names_new(struct arena *arena);
/* `text` must live as long as the names do. */
int diff_name(struct diff_names *names, struct str text);

/* Marks the elements that both lists keep, in order: as many on either side. False: the bound was
 * met, and only what is equal at both ends is marked. */
bool diff_lists(const int *a, size_t a_count, const int *b, size_t b_count, bool *keep_a,
                bool *keep_b);

#endif
