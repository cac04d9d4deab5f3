/* What comes: three texts, parted by bytes 0xFF. What must hold: blocks and pieces make up their
 * text; a merge with the base on one side is the other side; no paragraph that either side wrote is
 * missing; sides can be swapped. */
#include "text/blocks.h"
#include "text/diff.h"
#include "text/merge.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool yes)
{
    if (!yes)
        abort();
}

/* Takes a piece off the front of *text. */
static void next(struct str *text, struct str piece)
{
    must(str_starts(*text, piece));
    *text = str_from(*text, piece.len);
}

static void blocks_make_up(struct str text, struct arena *arena)
{
    struct block *blocks;
    struct str lead;
    size_t count;
    text_blocks(text, arena, &lead, &blocks, &count);
    next(&text, lead);
    for (size_t i = 0; i < count; i++) {
        must(blocks[i].text.len > 0);
        next(&text, blocks[i].text);
        next(&text, blocks[i].after);
    }
    must(text.len == 0);
}

static void pieces_make_up(struct str before, struct str after, struct arena *arena)
{
    struct diff_piece *pieces;
    size_t count;
    text_diff(before, after, STR("en"), arena, &pieces, &count);
    for (size_t i = 0; i < count; i++) {
        must(pieces[i].text.len > 0 && (!i || pieces[i].kind != pieces[i - 1].kind));
        if (pieces[i].kind != DIFF_NEW)
            next(&before, pieces[i].text);
        if (pieces[i].kind != DIFF_GONE)
            next(&after, pieces[i].text);
    }
    must(!before.len && !after.len);
}

static bool stands_in(struct str text, const struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        if ((merge->parts[i].from != MERGE_THEIRS && str_find(merge->parts[i].mine, text) >= 0) ||
            (merge->parts[i].from != MERGE_MINE && str_find(merge->parts[i].theirs, text) >= 0))
            return true;
    return false;
}

/* What the side wrote that is not in the base. */
static void nothing_dropped(struct str base, struct str side, const struct merge *merge,
                            struct arena *arena)
{
    struct block *blocks;
    struct str lead;
    size_t count;
    text_blocks(side, arena, &lead, &blocks, &count);
    for (size_t i = 0; i < count; i++)
        must(str_find(base, blocks[i].text) >= 0 || str_find_char(blocks[i].text, '\r') >= 0 ||
             stands_in(blocks[i].text, merge));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str rest = str_n((const char *)data, size), base = STR_NONE, mine = STR_NONE;
    struct merge merge, swapped, same;
    if (size > 20000)
        return 0;
    (void)str_split(&rest, '\xFF', &base);
    (void)str_split(&rest, '\xFF', &mine);
    blocks_make_up(base, arena);
    blocks_make_up(mine, arena);
    pieces_make_up(base, mine, arena);
    pieces_make_up(mine, rest, arena);
    text_merge(base, mine, base, arena, &same);
    must(!same.conflicts && str_eq(merge_text(&same, NULL, arena), mine));
    text_merge(base, base, mine, arena, &same);
    must(!same.conflicts && str_eq(merge_text(&same, NULL, arena), mine));
    text_merge(base, mine, rest, arena, &merge);
    text_merge(base, rest, mine, arena, &swapped);
    must(merge.conflicts == swapped.conflicts);
    nothing_dropped(base, mine, &merge, arena);
    nothing_dropped(base, rest, &merge, arena);
    blocks_make_up(merge_text(&merge, NULL, arena), arena);
    return 0;
}
