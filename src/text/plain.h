/* Plain text in any language, by ICU: normal form, case, numbers, cutting, order. Input is UTF-8; a
 * sequence that is not becomes U+FFFD. Results live in the arena. Any thread. */
#ifndef TEXT_PLAIN_H
#define TEXT_PLAIN_H

#include "base/arena.h"

/* Normal form C: the same letters are the same bytes. */
struct str text_nfc(struct str text, struct arena *arena);

/* Capital letters, by the rules of the language (tr: i becomes İ). */
struct str text_upper(struct str text, struct str language, struct arena *arena);

/* A whole number with the language's digits and grouping: "1,234" */
struct str text_number(int64_t number, struct str language, struct arena *arena);

/* The quotation marks of a language, with the narrow spaces that French puts within. Static
 * literals. */
struct text_quotes {
    struct str open, close, inner_open, inner_close;
};
struct text_quotes text_quotes(struct str language);

/* At most `max` characters (user-perceived ones, not bytes), white space folded to single spaces.
 * What is longer is cut after a whole word and gets an ellipsis "…", which counts. */
struct str text_truncate(struct str text, size_t max, struct str language, struct arena *arena);

/* White space of every kind folded to single spaces, none at the ends; control characters are left
 * out. */
struct str text_one_line(struct str text, struct arena *arena);

/* The same words, whatever the case: compares the folded NFKC forms. Accents count. */
bool text_same(struct str a, struct str b, struct arena *arena);

/* <0, 0, >0: the alphabetical order of the language, for lists that people read. */
int text_compare(struct str a, struct str b, struct str language);

/* The characters of XML 1.0 (section 2.2): control characters other than tab and line ends, and
 * U+FFFE, U+FFFF, are left out. Returns `text` itself when there is nothing to leave out. */
struct str text_xml(struct str text, struct arena *arena);

#endif
