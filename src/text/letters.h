/* Letters without their marks, so that a search finds "Cafe" and "Café" alike. */
#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H

#include "base/arena.h"

/* The marks that Latin, Greek and Cyrillic letters carry (U+0300 to U+036F) are taken off; marks
 * that are letters of their own, as in Arabic, Thai or Burmese, stay. Normal form C. Bytes that are
 * not UTF-8 become U+FFFD. Any thread. */
struct str text_base_letters(struct str text, struct arena *arena);

#endif
