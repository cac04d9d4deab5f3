/* Slices of text.
 *
 * A `struct str` points at `len` bytes that somebody else owns; it never assumes a NUL at the end.
 * The empty slice may have `at == NULL`. Bytes are UTF-8 wherever text comes from a checked input;
 * str_is_utf8() is that check. Nothing here allocates. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *at;
    size_t len;
};

/* A slice of a literal: STR("news"). STR_INIT is the same for static initialisers. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define STR_NONE ((struct str){NULL, 0})

/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).len ? (s).at : ""

/* A slice of a C string; NULL gives the empty slice. */
struct str str_of(const char *text);
struct str str_n(const char *at, size_t len);

bool str_eq(struct str a, struct str b);
/* ASCII letters compare without case; other bytes as they are. */
bool str_eq_nocase(struct str a, struct str b);
/* <0, 0, >0 as memcmp; a prefix sorts first. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* The part from byte `from` to byte `to` (exclusive); both are cut to the slice. */
struct str str_cut(struct str s, size_t from, size_t to);
struct str str_from(struct str s, size_t from);

/* Index of the first occurrence, or -1. */
ptrdiff_t str_find_char(struct str s, char c);
ptrdiff_t str_find(struct str s, struct str needle);

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* Takes the text up to `separator` off the front of *rest, which then begins after it. False when
 * *rest is used up (a last empty part after a separator is given). */
bool str_split(struct str *rest, char separator, struct str *ret_part);

/* A whole decimal number, no sign but '-', no space. False: not one, or out of range. */
bool str_to_i64(struct str s, int64_t *ret_number);

/* Well-formed UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool str_is_utf8(struct str s);

/* Copies to a C string of at most `size` bytes with its NUL; false when it does not fit or holds a
 * NUL, and then *ret_text is the empty string. */
bool str_to_c(struct str s, char *ret_text, size_t size);

#endif
