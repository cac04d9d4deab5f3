/* What stands where on the front page: what is pinned, then what follows by itself. The site draws
 * it (site/front.c); the desk shows it beside the form that lays the front (desk/front.c). */
#ifndef NEWSROOM_FRONT_PLAN_H
#define NEWSROOM_FRONT_PLAN_H

#include "newsroom/reading.h"

enum {
    FRONT_LATEST = 8,
    FRONT_MAJOR_SECOND = 2, /* in the first block, beside its lead */
    FRONT_MAJOR_MORE = 4,
    FRONT_MORE = 3, /* in the others, below their lead */
};

/* Pinned stories come first. */
struct front_place {
    const struct store_card *cards;
    size_t count, pinned;
};

struct front_block {
    const struct store_section *section;
    struct front_place place; /* never empty */
};

struct front_plan {
    struct front_place lead; /* one, or none: then nothing is published and all else is empty */
    struct front_place second, featured, latest;
    const struct front_block *blocks; /* in their order */
    size_t block_count;
};

/* `sections` are all of them, as reading_sections() gave them, and outlive the plan, which is in
 * the reading's arena. The cards come plain. Reads no further than it must, so that the page
 * depends on no more than it shows. */
MUST_USE struct error front_plan_make(struct reading *reading, const struct store_section *sections,
                                      size_t section_count, struct front_plan *ret_plan);

#endif
