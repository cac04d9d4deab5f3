/* Words of a text in any script, for search and for finding related stories. */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/arena.h"

/* Gives each word of `text` to `word`, in order: found by ICU's segmentation (scripts without
 * spaces by dictionary), in NFKC form with case folded, so that "Harbour" and "harbour" are the
 * same. Numbers are words; punctuation is not. `language` may be empty. Stops early when `word`
 * returns false.
 *
 * The slice that `word` gets lives until it returns. The arena is used for what is needed
 * meanwhile. Bytes that are not UTF-8 separate words. Any thread. */
typedef bool text_word_fn(void *context, struct str word);
void text_words(struct str text, struct str language, struct arena *arena, text_word_fn *word,
                void *context);

/* The number of words, numbers among them, for "4 minutes to read" and statistics. */
size_t text_word_count(struct str text, struct str language, struct arena *arena);

/* One text in the form in which words are compared: NFKC, case folded. */
struct str text_fold(struct str text, struct arena *arena);

#endif
