/* Mustache templates, compiled: comments, delimiters, interpolation, inverted sections, partials,
 * sections of the public specification (github mustache/spec 1.4).
 *
 * A theme is compiled once, all its templates together, and is immutable afterwards: any number of
 * threads may render it at once. Rendering is a walk over flat instructions and allocates only in
 * the output buffer.
 *
 * Where a template may be wrong:
 *   - {{x}} escapes & < > " and '. That is enough for text and for attributes IN QUOTES; templates
 * must quote every attribute and write no {{x}} into <script>, <style> or event attributes.
 *   - {{{x}}} and {{&x}} are allowed only for names declared in `raw`, with the type they must
 * have; the last part of a dotted name counts. Any other is an error when the theme is compiled. A
 * value of another type there is an error when it is rendered. A URL comes out escaped even so.
 *   - Names are [A-Za-z0-9_-]+, joined by dots; partials [a-z0-9_/-]+, looked up by the loader and
 *     nowhere else. A partial that the loader does not know is an error.
 *   - Partials nest at most MUSTACHE_DEPTH_MAX deep; a recursion may reach that and then is an
 * error. Errors are ERR_TEMPLATE with the template's name and the line. */
#ifndef RENDER_MUSTACHE_H
#define RENDER_MUSTACHE_H

#include "base/error.h"
#include "render/value.h"

enum {
    MUSTACHE_DEPTH_MAX = 32,             /* partials within partials */
    MUSTACHE_SECTIONS_MAX = 32,          /* sections within sections of one template */
    MUSTACHE_TEMPLATE_MAX = 256 * 1024,  /* bytes of a template */
    MUSTACHE_TEMPLATES_MAX = 500,        /* templates of a theme */
    MUSTACHE_NAME_MAX = 100,             /* bytes of a name */
    MUSTACHE_STEPS_MAX = 4 * 1000 * 1000 /* instructions of one rendering */
};

struct mustache_set;

/* A name that may come out raw, and the safe type it must have. */
struct mustache_raw {
    const char *name;
    enum value_kind kind; /* VALUE_HTML, VALUE_JSON or VALUE_URL */
};

/* Gives the bytes of the template `name` ("story", "partial/head"), in the arena or living longer
 * than the call of mustache_compile(). ERR_NOT_FOUND when there is none; any other error ends the
 * compilation. The name is always of [a-z0-9_/-]+, without empty parts. */
typedef struct error mustache_load_fn(void *context, struct str name, struct arena *arena,
                                      struct str *ret_bytes);

struct mustache_options {
    const struct mustache_raw *raw; /* ended by a NULL name; NULL: none */
    bool spec; /* as the public specification has it: raw output of anything, unknown partials
                  empty, any names. For its tests only */
};

/* Compiles the templates named (the pages) and every partial they use. Free with mustache_free().
 */
struct error mustache_compile(const char *const *names, size_t count, mustache_load_fn *load,
                              void *context, const struct mustache_options *options,
                              struct mustache_set **ret_set);
void mustache_free(struct mustache_set *set);

/* Appends the page. `root` is an object. Errors: ERR_TEMPLATE, ERR_TOO_LARGE when the buffer's
 * maximum is reached; then the buffer holds a part. */
struct error mustache_render(const struct mustache_set *set, struct str name,
                             const struct value *root, struct buf *out);

/* Whether a template of that name was compiled (as a page or a partial). */
bool mustache_has(const struct mustache_set *set, struct str name);

/* The escaping of {{x}}, for the few places that write HTML without a template. */
void html_escape(struct buf *out, struct str text);

static inline void mustache_cleanup(struct mustache_set **set)
{
    mustache_free(*set);
}
#define MUSTACHE_AUTO __attribute__((cleanup(mustache_cleanup)))

#endif
