/* A table from text to a pointer, in an arena: for the few hundred names of one job. Keys are not
 * copied. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/arena.h"

struct table;

struct table *table_new(struct arena *arena);
/* Sets or replaces. `value` may be NULL, which table_get cannot tell from absence. */
void table_set(struct table *table, struct str key, void *value);
void *table_get(const struct table *table, struct str key);
bool table_has(const struct table *table, struct str key);
size_t table_count(const struct table *table);
/* In the order of first setting; `i` below table_count(). */
struct str table_key(const struct table *table, size_t i);
void *table_value(const struct table *table, size_t i);

#endif
