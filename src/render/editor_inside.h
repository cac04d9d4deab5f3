/* Inside the editor's document: the tree between Markdown and JSON. It lives in an arena. */
#ifndef RENDER_EDITOR_INSIDE_H
#define RENDER_EDITOR_INSIDE_H

#include "base/buf.h"
#include "render/editor_document.h"

enum block_kind {
    BLOCK_DOC,
    BLOCK_PARAGRAPH,
    BLOCK_HEADING,
    BLOCK_QUOTE,
    BLOCK_BULLETS,
    BLOCK_NUMBERS,
    BLOCK_ITEM,
    BLOCK_CODE,
    BLOCK_RAW,
    BLOCK_RULE,
    BLOCK_TABLE,
    BLOCK_ROW,
    BLOCK_CELL,
    BLOCK_PULL,
    BLOCK_FACT,
    BLOCK_CORRECTION,
    BLOCK_TITLE, /* of a box: its first child */
    BLOCK_EMBED,
    BLOCK_PICTURE, /* one run, RUN_IMAGE */
    BLOCK_KINDS
};

enum { MARK_STRONG = 1, MARK_EM = 2, MARK_STRIKE = 4, MARK_CODE = 8, MARK_LINK = 16 };

enum run_kind { RUN_TEXT, RUN_BREAK, RUN_IMAGE };

struct run {
    enum run_kind kind;
    unsigned marks;
    struct str text;             /* of a picture: its words */
    struct str href, title;      /* of MARK_LINK */
    struct str src, image_title; /* of a picture */
};

struct block {
    enum block_kind kind;
    int number; /* a heading's level, a list's first number */
    bool tight;
    struct str text; /* of code and raw blocks; a table's alignments; an embed's address */
    struct str info;
    struct run *runs;
    size_t count, room;
    struct block *first, *last, *next;
    int ref, line; /* of the top level: number from 1, 0: none; its first line */
};

struct block *block_add(struct block *parent, enum block_kind kind, struct arena *arena);
struct run *run_add(struct block *block, enum run_kind kind, struct arena *arena);
/* Paragraphs, headings, titles, cells hold runs, and a picture its one. */
bool block_has_runs(enum block_kind kind);
/* The same but for `ref` and `line`. Both are normal. */
bool block_equal(const struct block *a, const struct block *b);

/* editor_read.c: a normal tree; limits and depth are checked. */
MUST_USE struct error block_read(struct str markdown, struct arena *arena,
                                 struct block **ret_document);
/* editor_normal.c: leaves out what Markdown cannot say. */
void block_normalise(struct block *document, struct arena *arena);
/* editor_json.c. What is parsed is not normal yet. */
MUST_USE struct error block_to_json(const struct block *document, struct arena *arena,
                                    struct str *ret_json);
MUST_USE struct error block_from_json(struct str json, struct arena *arena,
                                      struct block **ret_document);

/* editor_write.c, editor_inline.c: two ways to write; the safe one is less pretty. */
enum writing { WRITE_PRETTY, WRITE_SAFE };
/* Without a newline at its end. `avoid` are list markers that neighbours use. */
void block_write(const struct block *block, enum writing way, const char *avoid,
                 struct arena *arena, struct buf *out);
void runs_write(const struct block *block, enum writing way, struct buf *out);

#endif
