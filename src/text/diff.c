#include "text/diff.h"
#include "base/table.h"
#include "text/icu.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* ---- Lists --------------------------------------------------------------------------------- */

struct diff_names {
    struct table *table;
    struct arena *arena;
};

struct diff_names *diff_names_new(struct arena *arena)
{
    struct diff_names *names = ARENA_NEW(arena, struct diff_names);
    *names = (struct diff_names){table_new(arena), arena};
    return names;
}

int diff_name(struct diff_names *names, struct str text)
{
    const int *known = table_get(names->table, text);
    if (known)
        return *known;
    int *name = ARENA_NEW(names->arena, int);
    *name = (int)table_count(names->table) + 1;
    table_set(names->table, text, name);
    return *name;
}

struct lists {
    const int *a, *b;
    int n, m;
    int *rows[DIFF_EDITS_MAX + 1]; /* of each number of edits, how far each diagonal came */
};

/* Diagonals k = -d, -d + 2 … d of row d: element (k + d) / 2. */
static int row_at(const struct lists *l, int d, int k)
{
    return l->rows[d][(k + d) / 2];
}

/* Where diagonal k begins with one edit more than row d - 1; *ret_down: by an element of b. */
static int step(const struct lists *l, int d, int k, bool *ret_down)
{
    *ret_down = k == -d || (k != d && row_at(l, d - 1, k - 1) < row_at(l, d - 1, k + 1));
    return *ret_down ? row_at(l, d - 1, k + 1) : row_at(l, d - 1, k - 1) + 1;
}

/* The number of edits; -1: too dear. */
static int search(struct lists *l, struct arena *arena)
{
    long steps = 0;
    bool down;
    for (int d = 0; d <= DIFF_EDITS_MAX; d++) {
        l->rows[d] = ARENA_ARRAY(arena, int, (size_t)d + 1);
        for (int k = -d; k <= d; k += 2) {
            int x = d ? step(l, d, k, &down) : 0, from = x;
            while (x < l->n && x - k < l->m && l->a[x] == l->b[x - k])
                x++;
            l->rows[d][(k + d) / 2] = x;
            steps += x - from + 1;
            if (k == l->n - l->m && x >= l->n)
                return d;
        }
        if (steps > DIFF_STEPS_MAX)
            return -1;
    }
    return -1;
}

static void walk_back(const struct lists *l, int d, bool *keep_a, bool *keep_b)
{
    int x = l->n, k = l->n - l->m;
    for (; d >= 0; d--) {
        bool down = false;
        int begin = d ? step(l, d, k, &down) : 0;
        for (; x > begin; x--)
            keep_a[x - 1] = keep_b[x - 1 - k] = true;
        k += down ? 1 : -1;
        x = down ? begin : begin - 1;
    }
}

bool diff_lists(const int *a, size_t a_count, const int *b, size_t b_count, bool *keep_a,
                bool *keep_b)
{
    size_t head = 0, tail = 0;
    while (head < a_count && head < b_count && a[head] == b[head])
        keep_a[head] = keep_b[head] = true, head++;
    while (tail < a_count - head && tail < b_count - head &&
           a[a_count - 1 - tail] == b[b_count - 1 - tail])
        tail++, keep_a[a_count - tail] = keep_b[b_count - tail] = true;
    if (head + tail == a_count || head + tail == b_count)
        return true;
    ARENA_AUTO struct arena *scratch = arena_new();
    struct lists *l = ARENA_NEW(scratch, struct lists);
    l->a = a + head;
    l->b = b + head;
    l->n = (int)(a_count - head - tail);
    l->m = (int)(b_count - head - tail);
    int d = search(l, scratch);
    if (d >= 0)
        walk_back(l, d, keep_a + head, keep_b + head);
    return d >= 0;
}

/* ---- Texts --------------------------------------------------------------------------------- */

struct tokens {
    struct str *at;
    int *names;
    bool *keep;
    size_t count, size;
};

static void add_token(struct tokens *tokens, struct str token, struct diff_names *names,
                      struct arena *arena)
{
    if (tokens->count == tokens->size) {
        size_t size = tokens->size ? tokens->size * 2 : 64;
        struct str *at = ARENA_ARRAY(arena, struct str, size);
        int *ids = ARENA_ARRAY(arena, int, size);
        if (tokens->count) {
            memcpy(at, tokens->at, tokens->count * sizeof *at);
            memcpy(ids, tokens->names, tokens->count * sizeof *ids);
        }
        tokens->at = at;
        tokens->names = ids;
        tokens->size = size;
    }
    tokens->at[tokens->count] = token;
    tokens->names[tokens->count++] = diff_name(names, token);
}

static void split_lines(struct str text, struct diff_names *names, struct arena *arena,
                        struct tokens *tokens)
{
    while (text.len) {
        ptrdiff_t end = str_find_char(text, '\n');
        size_t len = end < 0 ? text.len : (size_t)end + 1;
        add_token(tokens, str_cut(text, 0, len), names, arena);
        text = str_from(text, len);
    }
}

/* Words, and what is between them: one each. */
static void split_words(struct str text, struct str language, struct diff_names *names,
                        struct arena *arena, struct tokens *tokens)
{
    UErrorCode status = U_ZERO_ERROR;
    UText wide = UTEXT_INITIALIZER;
    UBreakIterator *breaks = icu_object(ICU_WORDS, language, STR_NONE);
    (void)utext_openUTF8(&wide, text.len ? text.at : "", (int64_t)text.len, &status);
    ubrk_setUText(breaks, &wide, &status);
    int32_t from = 0;
    if (U_SUCCESS(status)) {
        (void)ubrk_first(breaks);
        for (int32_t to; (to = ubrk_next(breaks)) != UBRK_DONE; from = to)
            add_token(tokens, str_cut(text, (size_t)from, (size_t)to), names, arena);
    }
    if ((size_t)from < text.len)
        add_token(tokens, str_from(text, (size_t)from), names, arena);
    status = U_ZERO_ERROR;
    ubrk_setText(breaks, u"", 0, &status); /* the text may be gone before the next one comes */
    (void)utext_close(&wide);
}

struct pieces {
    struct diff_piece *at;
    size_t count, size;
    struct arena *arena;
};

/* What follows directly on the last of its kind becomes one with it. */
static void put(struct pieces *pieces, enum diff_kind kind, struct str text)
{
    struct diff_piece *last = pieces->count ? &pieces->at[pieces->count - 1] : NULL;
    if (!text.len)
        return;
    if (last && last->kind == kind && last->text.at + last->text.len == text.at) {
        last->text.len += text.len;
        return;
    }
    if (pieces->count == pieces->size) {
        size_t size = pieces->size ? pieces->size * 2 : 16;
        struct diff_piece *at = ARENA_ARRAY(pieces->arena, struct diff_piece, size);
        if (pieces->count)
            memcpy(at, pieces->at, pieces->count * sizeof *at);
        pieces->at = at;
        pieces->size = size;
    }
    pieces->at[pieces->count++] = (struct diff_piece){kind, text};
}

static struct str span(const struct tokens *tokens, size_t from, size_t to)
{
    if (from == to)
        return STR_NONE;
    const struct str *last = &tokens->at[to - 1];
    return str_n(tokens->at[from].at, (size_t)(last->at + last->len - tokens->at[from].at));
}

/* The end of what changed from here on. Single spaces that stayed between changed words go with
 * them: "one two" for "three four" is one change. */
static void find_change(const struct tokens *a, const struct tokens *b, size_t *i, size_t *j)
{
    for (;;) {
        while (*i < a->count && !a->keep[*i])
            ++*i;
        while (*j < b->count && !b->keep[*j])
            ++*j;
        if (*i + 1 >= a->count || *j + 1 >= b->count || a->keep[*i + 1] || b->keep[*j + 1] ||
            !str_eq(a->at[*i], STR(" ")))
            return;
        ++*i;
        ++*j;
    }
}

static void compare(struct str before, struct str after, struct str language, bool lines,
                    struct arena *arena, struct pieces *pieces)
{
    struct tokens a = {0}, b = {0};
    struct diff_names *names = diff_names_new(arena);
    if (lines) {
        split_lines(before, names, arena, &a);
        split_lines(after, names, arena, &b);
    } else {
        split_words(before, language, names, arena, &a);
        split_words(after, language, names, arena, &b);
    }
    a.keep = ARENA_ARRAY(arena, bool, a.count + 1);
    b.keep = ARENA_ARRAY(arena, bool, b.count + 1);
    (void)diff_lists(a.names, a.count, b.names, b.count, a.keep, b.keep);
    for (size_t i = 0, j = 0; i < a.count || j < b.count;) {
        size_t gone = i, new = j;
        find_change(&a, &b, &i, &j);
        struct str old = span(&a, gone, i), fresh = span(&b, new, j);
        if (lines && old.len && fresh.len && old.len <= DIFF_WORDS_BYTES_MAX &&
            fresh.len <= DIFF_WORDS_BYTES_MAX) {
            compare(old, fresh, language, false, arena, pieces);
        } else {
            put(pieces, DIFF_GONE, old);
            put(pieces, DIFF_NEW, fresh);
        }
        for (; i < a.count && j < b.count && a.keep[i] && b.keep[j]; i++, j++)
            put(pieces, DIFF_SAME, a.at[i]);
    }
}

void text_diff(struct str before, struct str after, struct str language, struct arena *arena,
               struct diff_piece **ret_pieces, size_t *ret_count)
{
    struct pieces pieces = {.arena = arena};
    compare(before, after, language, true, arena, &pieces);
    *ret_pieces = pieces.at;
    *ret_count = pieces.count;
}
