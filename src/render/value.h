/* The tree of values that a template gets.
 *
 * Made for one rendering, in its arena, and owned by it; texts are not copied and must live as
 * long. Names are string literals (or otherwise outlive the tree), as in value_set_text(story,
 * "headline", headline). Setting a name twice replaces. A tree is touched by one thread while it is
 * made; afterwards it is only read.
 *
 * Four things are the same to a template: what is absent, false, an empty text, an empty list. So a
 * setter may be called with an empty text where there is nothing to show. */
#ifndef RENDER_VALUE_H
#define RENDER_VALUE_H

#include "base/arena.h"

/* The three safe types may come out raw; all others are escaped. */
enum value_kind {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_TEXT,
    VALUE_HTML, /* made by the Markdown renderer or the sanitizer */
    VALUE_JSON, /* JSON safe within <script>: '<' is written \u003c */
    VALUE_URL,  /* an address whose scheme was looked at */
    VALUE_LIST,
    VALUE_OBJECT,
};

struct value;

struct value *value_object(struct arena *arena);
struct value *value_list(struct arena *arena);
/* A text by itself, for value_append() and value_set(). */
struct value *value_text(struct arena *arena, struct str text);

enum value_kind value_kind(const struct value *value);
/* Not null, false, an empty text or an empty list. NULL is false. */
bool value_is_true(const struct value *value);
/* The text of a text, HTML, JSON or URL; empty for others. */
struct str value_str(const struct value *value);

/* ---- Objects --------------------------------------------------------------------------------- */

void value_set(struct value *object, const char *name, struct value *value);
void value_set_text(struct value *object, const char *name, struct str text);
void value_set_literal(struct value *object, const char *name,
                       const char *text); /* NULL: nothing */
void value_set_number(struct value *object, const char *name, int64_t number);
void value_set_bool(struct value *object, const char *name, bool yes);
void value_set_html(struct value *object, const char *name, struct str html);
void value_set_json(struct value *object, const char *name, struct str json);
/* See value_url_safe(): an address that is not safe becomes "#". Empty stays empty. */
void value_set_url(struct value *object, const char *name, struct str url);
/* A new object or list under the name, returned to be filled. */
struct value *value_set_object(struct value *object, const char *name);
struct value *value_set_list(struct value *object, const char *name);

/* NULL when the object (or anything else) has no such name. */
const struct value *value_get(const struct value *object, struct str name);
/* Names and values in the order of first setting; `i` below value_count(). */
struct str value_name(const struct value *object, size_t i);

/* The same lookup with the name's hash at hand: templates compute it when they are compiled. */
struct value_key {
    struct str name;
    uint32_t hash;
};
struct value_key value_key(struct str name);
const struct value *value_find(const struct value *object, const struct value_key *key);

/* ---- Lists ----------------------------------------------------------------------------------- */

void value_append(struct value *list, struct value *value);
void value_append_text(struct value *list, struct str text);
struct value *value_append_object(struct value *list);

/* Entries of a list or an object; 0 for others. */
size_t value_count(const struct value *value);
const struct value *value_at(const struct value *value, size_t i);

/* ---- Addresses ------------------------------------------------------------------------------- */

/* Whether an address may stand in a page: scheme http, https, mailto or tel, or relative to the
 * root
 * ("/news", not "//host"), a fragment ("#top") or a query ("?page=2"); no control character, space
 * or backslash in it, which browsers drop or change. */
bool value_url_safe(struct str url);
struct value *value_url(struct arena *arena, struct str url);

#endif
