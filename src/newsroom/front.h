/* The front laid by hand: which stories are pinned where and until when, and the bar of breaking
 * news. Where nothing is pinned the front goes on by itself (site/front.c). Transactions and
 * changes as in newsroom/publishing.h. */
#ifndef NEWSROOM_FRONT_H
#define NEWSROOM_FRONT_H

#include "newsroom/publishing.h"
#include "newsroom/roles.h"
#include "store/record.h"

enum {
    PINS_MAX = 80,
    PINS_SECOND = 4,   /* the most in the place beside the lead */
    PINS_FEATURED = 4, /* the most among the featured */
    PINS_BLOCK = 4,    /* the most within a section's block */
    LAYOUTS_KEPT_SHOWN = 12,
    BREAKING_TEXT_MAX = 200, /* bytes */
    BREAKING_DAYS_MAX = 7,
};

/* Whether it makes a layout: areas that hold no more than they can, each story once on the front
 * and published, ends that lie ahead, each section's block once. Pins whose end has come are left
 * out of *ret_laid; so are blocks that stand as in the navigation. */
MUST_USE struct error layout_check(struct store_tx *tx, const struct store_laid *laid, int64_t now,
                                   struct arena *arena, struct store_laid *ret_laid);
/* Readers see it from now on. `restored_from` 0, or the layout whose pins these are. Nothing is
 * added when it equals the newest; ret_changed may be NULL. */
MUST_USE struct error layout_set(struct store_tx *tx, const struct actor *actor,
                                 const struct store_laid *laid, int64_t restored_from, int64_t now,
                                 struct arena *arena, struct changes *changes, bool *ret_changed);

/* The newest layout; nothing is pinned when there is none. */
MUST_USE struct error layout_load(struct store_tx *tx, struct arena *arena,
                                  struct store_laid *ret_laid);
/* Tells readers' pages when the front's blocks move because the navigation's order went from
 * `before` to `after`. */
MUST_USE struct error layout_follows(struct store_tx *tx, const struct store_section *before,
                                     const struct store_section *after, size_t count,
                                     struct arena *arena, struct changes *changes);

/* The blocks of all sections (in the navigation's order) as a layout has them: those that it names,
 * then the others, which are shown. `ret_blocks` has room for as many as there are sections. What
 * the layout names and isn't among the sections, or names again, is passed over. */
void layout_blocks(const struct store_block *named, size_t named_count,
                   const struct store_section *sections, size_t count,
                   struct store_block *ret_blocks);
/* False when the blocks say that the section's is not on the front. */
bool layout_shows(const struct store_block *blocks, size_t count, int64_t section_id);

struct breaking {
    struct str text;
    struct str url; /* "/news/…" or https://…; may be empty */
    int64_t until;  /* the bar goes at this moment */
};
/* *ret_breaking is empty when there is none, also when its time is over. */
MUST_USE struct error breaking_load(struct store_tx *tx, int64_t now, struct arena *arena,
                                    struct breaking *ret_breaking);
/* Every page shows it from now on; an empty text takes it away. */
MUST_USE struct error breaking_set(struct store_tx *tx, const struct actor *actor,
                                   const struct breaking *breaking, int64_t now,
                                   struct arena *arena, struct changes *changes);

/* Pins and the bar end without anybody's doing: pages know the moment by themselves, and the clerk
 * tells of it in the audit trail. The first end that it has not told of yet; NEVER: none. */
MUST_USE struct error front_next_end(struct store_tx *tx, struct arena *arena, int64_t *ret_at);
/* Tells of all those up to now. */
MUST_USE struct error front_tell_ends(struct store_tx *tx, int64_t now, struct arena *arena);

#endif
