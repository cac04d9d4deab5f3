/* Inside the template engine: the compiled form, between mustache_compile.c and mustache.c. */
#ifndef RENDER_MUSTACHE_SET_H
#define RENDER_MUSTACHE_SET_H

#include "base/table.h"
#include "render/mustache.h"

enum op_kind {
    OP_TEXT,     /* text as it is */
    OP_INDENT,   /* a line begins here: the indentation of the partial, if any */
    OP_ESCAPED,  /* {{path}} */
    OP_RAW,      /* {{{path}}} */
    OP_SECTION,  /* {{#path}}: the body is what follows, up to `end` */
    OP_INVERTED, /* {{^path}} */
    OP_PARTIAL,  /* {{> partial}}; text is the indentation of a standalone tag */
};

/* a.b.c; no parts: the value at hand, {{.}}. */
struct path {
    const struct value_key *parts;
    uint32_t count;
};

struct op {
    enum op_kind kind;
    enum value_kind raw; /* OP_RAW: the type it must have; VALUE_TEXT: any (specification) */
    bool line_start;     /* OP_TEXT: the text begins a line */
    bool lines;          /* OP_TEXT: it holds a line end before its last byte */
    uint32_t line;       /* of the template */
    uint32_t end;        /* index behind a section's body */
    struct str text;
    struct path path;
    const struct compiled *partial;
};

struct compiled {
    struct str name;
    struct op *ops;
    uint32_t count;
    const struct compiled *used_in; /* where a partial was first named; NULL: a page */
    uint32_t line_used;
};

struct mustache_set {
    struct arena *arena;
    struct table *templates; /* name → struct compiled */
};

#endif
