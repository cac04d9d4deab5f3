#include "text/merge.h"
#include "base/buf.h"
#include "text/blocks.h"
#include "text/diff.h"

struct copy {
    struct str lead;
    struct block *blocks;
    int *names;
    size_t count;
};

/* Paragraphs `from` to `to` of the base are these of a copy. */
struct hunk {
    size_t from, to, begin, end;
};
struct hunks {
    struct hunk *at;
    size_t count, next;
    ptrdiff_t shift; /* from the base's numbers to the copy's, behind all hunks taken */
};

/* A paragraph without CRs, for comparing. */
static struct str plain_of(struct str text, struct arena *arena)
{
    if (str_find_char(text, '\r') < 0)
        return text;
    char *at = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
            at[len++] = text.at[i];
    return str_n(at, len);
}

static struct copy copy_of(struct str text, struct diff_names *names, struct arena *arena)
{
    struct copy copy;
    text_blocks(text, arena, &copy.lead, &copy.blocks, &copy.count);
    copy.names = ARENA_ARRAY(arena, int, copy.count + 1);
    for (size_t i = 0; i < copy.count; i++)
        copy.names[i] = diff_name(names, plain_of(copy.blocks[i].text, arena));
    return copy;
}

/* ---- What a copy changed ------------------------------------------------------------------- */

/* As many for as many: each for its own, so that others may have changed the ones beside it. */
static void put_hunk(struct hunks *hunks, struct hunk hunk)
{
    bool alike = hunk.to - hunk.from == hunk.end - hunk.begin;
    for (; alike && hunk.to - hunk.from > 1; hunk.from++, hunk.begin++)
        hunks->at[hunks->count++] =
            (struct hunk){hunk.from, hunk.from + 1, hunk.begin, hunk.begin + 1};
    hunks->at[hunks->count++] = hunk;
}

static struct hunks hunks_of(const struct copy *base, const struct copy *copy, struct arena *arena)
{
    struct hunks hunks = {.at = ARENA_ARRAY(arena, struct hunk, base->count + copy->count + 1)};
    bool *keep = ARENA_ARRAY(arena, bool, base->count + 1);
    bool *kept = ARENA_ARRAY(arena, bool, copy->count + 1);
    (void)diff_lists(base->names, base->count, copy->names, copy->count, keep, kept);
    for (size_t i = 0, j = 0; i < base->count || j < copy->count;) {
        struct hunk hunk = {.from = i, .begin = j};
        while (i < base->count && !keep[i])
            i++;
        while (j < copy->count && !kept[j])
            j++;
        hunk.to = i;
        hunk.end = j;
        if (hunk.to > hunk.from || hunk.end > hunk.begin)
            put_hunk(&hunks, hunk);
        for (; i < base->count && j < copy->count && keep[i] && kept[j]; i++, j++)
            ;
    }
    return hunks;
}

/* ---- Both together ------------------------------------------------------------------------- */

struct merging {
    struct copy base, mine, theirs;
    struct hunks by_me, by_them;
    struct merge_part *parts;
    size_t count, conflicts;
    struct arena *arena;
};

/* Paragraphs with what parts them, without the line ends behind the last. */
static struct str joined(const struct copy *copy, size_t from, size_t to)
{
    if (from >= to)
        return STR_NONE;
    const struct block *first = &copy->blocks[from], *last = &copy->blocks[to - 1];
    return str_n(first->text.at, (size_t)(last->text.at + last->text.len - first->text.at));
}

/* More paragraphs than there were: what comes at its end might stand among them. */
static bool grows(const struct hunk *hunk)
{
    return hunk->end - hunk->begin > hunk->to - hunk->from;
}

/* Whether the other side's hunk, which does not begin earlier, concerns what ends at `to`. */
static bool concerns(size_t from, size_t to, bool grown, const struct hunk *hunk)
{
    if (hunk->from < to)
        return true;
    if (hunk->from > to)
        return false;
    return (grown || from == to) && grows(hunk);
}

static bool same_blocks(const struct copy *a, size_t a_from, size_t a_to, const struct copy *b,
                        size_t b_from, size_t b_to)
{
    if (a_to - a_from != b_to - b_from)
        return false;
    for (size_t i = 0; i < a_to - a_from; i++)
        if (a->names[a_from + i] != b->names[b_from + i])
            return false;
    return true;
}

static const struct hunk *next_of(const struct hunks *hunks)
{
    return hunks->next < hunks->count ? &hunks->at[hunks->next] : NULL;
}

static bool earlier(const struct hunk *a, const struct hunk *b)
{
    if (!b)
        return true;
    return a->from < b->from || (a->from == b->from && a->to <= b->to);
}

struct group {
    size_t from, to;
    size_t taken[2]; /* hunks of mine, of theirs */
    bool grown[2];
};

static void take(struct group *group, struct hunks *hunks, int side)
{
    const struct hunk *hunk = &hunks->at[hunks->next++];
    hunks->shift += (ptrdiff_t)(hunk->end - hunk->begin) - (ptrdiff_t)(hunk->to - hunk->from);
    if (hunk->to > group->to)
        group->to = hunk->to;
    group->taken[side]++;
    group->grown[side] = group->grown[side] || grows(hunk);
}

/* The next hunks that concern each other. False: there is none. */
static bool next_group(struct merging *m, struct group *ret)
{
    const struct hunk *mine = next_of(&m->by_me), *theirs = next_of(&m->by_them);
    if (!mine && !theirs)
        return false;
    bool me = mine && earlier(mine, theirs);
    struct group group = {.from = me ? mine->from : theirs->from};
    group.to = group.from;
    take(&group, me ? &m->by_me : &m->by_them, me ? 0 : 1);
    for (;;) {
        mine = next_of(&m->by_me);
        theirs = next_of(&m->by_them);
        if (mine && ((group.taken[1] && concerns(group.from, group.to, group.grown[1], mine)) ||
                     mine->from < group.to))
            take(&group, &m->by_me, 0);
        else if (theirs &&
                 ((group.taken[0] && concerns(group.from, group.to, group.grown[0], theirs)) ||
                  theirs->from < group.to))
            take(&group, &m->by_them, 1);
        else
            break;
    }
    *ret = group;
    return true;
}

static void put_part(struct merging *m, enum merge_from from, struct str base, struct str mine,
                     struct str theirs)
{
    m->parts[m->count++] = (struct merge_part){from, base, mine, theirs};
    m->conflicts += from == MERGE_CONFLICT;
}

static void put_group(struct merging *m, const struct group *group, ptrdiff_t mine_before,
                      ptrdiff_t theirs_before)
{
    size_t a = (size_t)((ptrdiff_t)group->from + mine_before);
    size_t a_end = (size_t)((ptrdiff_t)group->to + m->by_me.shift);
    size_t b = (size_t)((ptrdiff_t)group->from + theirs_before);
    size_t b_end = (size_t)((ptrdiff_t)group->to + m->by_them.shift);
    enum merge_from from = MERGE_CONFLICT;
    if (!group->taken[1])
        from = MERGE_MINE;
    else if (!group->taken[0])
        from = MERGE_THEIRS;
    else if (same_blocks(&m->mine, a, a_end, &m->theirs, b, b_end))
        from = MERGE_SAME;
    put_part(m, from, joined(&m->base, group->from, group->to), joined(&m->mine, a, a_end),
             joined(&m->theirs, b, b_end));
}

static void put_same(struct merging *m, size_t from, size_t to)
{
    ptrdiff_t a = m->by_me.shift, b = m->by_them.shift;
    if (from < to)
        put_part(m, MERGE_SAME, joined(&m->base, from, to),
                 joined(&m->mine, (size_t)((ptrdiff_t)from + a), (size_t)((ptrdiff_t)to + a)),
                 joined(&m->theirs, (size_t)((ptrdiff_t)from + b), (size_t)((ptrdiff_t)to + b)));
}

static bool whole(struct str base, struct str mine, struct str theirs, struct arena *arena,
                  struct merge *merge)
{
    enum merge_from from = str_eq(mine, theirs) || str_eq(theirs, base) ? MERGE_MINE
                           : str_eq(mine, base)                         ? MERGE_THEIRS
                                                                        : MERGE_CONFLICT;
    if (from == MERGE_CONFLICT)
        return false;
    if (str_eq(mine, theirs))
        from = MERGE_SAME;
    merge->parts = ARENA_NEW(arena, struct merge_part);
    merge->parts[0] = (struct merge_part){from, base, mine, theirs};
    merge->count = 1;
    return true;
}

void text_merge(struct str base, struct str mine, struct str theirs, struct arena *arena,
                struct merge *ret_merge)
{
    struct merge merge = {0};
    struct diff_names *names = diff_names_new(arena);
    struct merging m = {.arena = arena};
    struct group group;
    size_t done = 0;
    if (!whole(base, mine, theirs, arena, &merge)) {
        m.base = copy_of(base, names, arena);
        m.mine = copy_of(mine, names, arena);
        m.theirs = copy_of(theirs, names, arena);
        m.by_me = hunks_of(&m.base, &m.mine, arena);
        m.by_them = hunks_of(&m.base, &m.theirs, arena);
        m.parts = ARENA_ARRAY(arena, struct merge_part, 2 * (m.by_me.count + m.by_them.count) + 2);
        for (;;) {
            struct hunks me = m.by_me, them = m.by_them;
            if (!next_group(&m, &group))
                break;
            struct hunks me_after = m.by_me, them_after = m.by_them;
            m.by_me = me;
            m.by_them = them;
            put_same(&m, done, group.from);
            m.by_me = me_after;
            m.by_them = them_after;
            put_group(&m, &group, me.shift, them.shift);
            done = group.to;
        }
        put_same(&m, done, m.base.count);
        merge = (struct merge){m.parts, m.count, m.conflicts};
    }
    *ret_merge = merge;
}

/* ---- The text ------------------------------------------------------------------------------ */

static bool ends_apart(const struct buf *out)
{
    size_t lines = 0, at = out->len;
    while (at && (out->at[at - 1] == '\n' || out->at[at - 1] == '\r'))
        lines += out->at[--at] == '\n';
    return !at || lines >= 2;
}

static void put_text(struct buf *out, struct str text)
{
    if (!text.len)
        return;
    if (!ends_apart(out))
        (void)buf_str(out, STR("\n\n"));
    (void)buf_str(out, text);
}

struct str merge_text(const struct merge *merge, const enum merge_choice *choices,
                      struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(SIZE_MAX / 2);
    for (size_t i = 0, conflict = 0; i < merge->count; i++) {
        const struct merge_part *part = &merge->parts[i];
        enum merge_choice choice = part->from == MERGE_THEIRS ? CHOOSE_THEIRS : CHOOSE_MINE;
        if (part->from == MERGE_CONFLICT && choices)
            choice = choices[conflict];
        conflict += part->from == MERGE_CONFLICT;
        if (choice != CHOOSE_THEIRS)
            put_text(&out, part->mine);
        if (choice != CHOOSE_MINE)
            put_text(&out, part->theirs);
    }
    return arena_str(arena, buf_slice(&out));
}
