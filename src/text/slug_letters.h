/* Inside text/: Khmer and Lao in Latin letters, which ICU cannot spell. */
#ifndef TEXT_SLUG_LETTERS_H
#define TEXT_SLUG_LETTERS_H

#include "base/arena.h"
#include "base/buf.h"

/* Khmer and Lao letters spelled and their words parted by spaces, all else as it is. After the
 * United Nations' romanisation, simplified: enough for an address that a person can read aloud. */
struct str slug_spell_khmer_lao(struct str text, struct arena *arena);

#endif
