/* Invented texts. */
#ifndef TESTS_ORACLE_WORDS_H
#define TESTS_ORACLE_WORDS_H

#include "tests/oracle/oracle.h"

struct str words_headline(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial);
struct str words_sentence(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial);
/* Markdown: paragraphs, now and then a list, a quotation, a heading, a link. */
struct str words_body(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial);
struct str words_slug(struct oracle *oracle, struct arena *arena);

#endif
