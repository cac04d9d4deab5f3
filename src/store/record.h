/* The store, continued (store/store.h): corrections, the ledger of what readers were shown,
 * takedowns, and layouts of the front. The same rules hold. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/store.h"

/* ---- Corrections --------------------------------------------------------------------------- */

struct store_correction {
    int64_t id, story_id, at, account_id; /* account_id 0: the command line */
    bool shown;                           /* its story is published */
    struct str text;                      /* Markdown; empty after a takedown */
};
/* Shown from now on; correction->id and ->shown are ignored. */
MUST_USE struct error store_correction_add(struct store_tx *tx,
                                           const struct store_correction *correction,
                                           int64_t *ret_id);
MUST_USE struct error store_correction(struct store_tx *tx, int64_t id, struct arena *arena,
                                       struct store_correction *ret_correction);
/* Of one story, oldest first. */
MUST_USE struct error store_corrections_of(struct store_tx *tx, int64_t story_id,
                                           struct arena *arena,
                                           struct store_correction **ret_corrections,
                                           size_t *ret_count);
/* Of all published stories, newest first, ids below `before` (0: from the newest). */
MUST_USE struct error store_corrections(struct store_tx *tx, int64_t before, size_t limit,
                                        struct arena *arena,
                                        struct store_correction **ret_corrections,
                                        size_t *ret_count);
/* The shown ones beside a place in that list; 0 when there is none. */
MUST_USE struct error store_correction_neighbours(struct store_tx *tx, int64_t id,
                                                  int64_t *ret_newer, int64_t *ret_older);
/* Takes it out of the list for good. */
MUST_USE struct error store_correction_hide(struct store_tx *tx, int64_t id);

/* ---- The ledger ---------------------------------------------------------------------------- */

enum ledger_kind {
    LEDGER_PUBLISH = 1,
    LEDGER_UPDATE = 2,
    LEDGER_CORRECTION = 3,
    LEDGER_WITHDRAWAL = 4,
    LEDGER_TAKEDOWN = 5,
};
struct store_ledger {
    int64_t number, at;
    enum ledger_kind kind;
    int64_t story_id;
    int64_t object_id; /* the revision or the correction; 0 */
    struct str digest, hash;
};
MUST_USE struct error store_ledger_add(struct store_tx *tx, const struct store_ledger *entry);
/* Number 0 when there is none. */
MUST_USE struct error store_ledger_last(struct store_tx *tx, struct arena *arena,
                                        struct store_ledger *ret_entry);
/* Numbers from `from` on, ascending. */
MUST_USE struct error store_ledger_from(struct store_tx *tx, int64_t from, size_t limit,
                                        struct arena *arena, struct store_ledger **ret_entries,
                                        size_t *ret_count);

/* ---- Takedowns ----------------------------------------------------------------------------- */

/* Erases every text of a withdrawn story: of its revisions, corrections, notes, kept texts,
 * previews and words. Pictures that nothing else names go as well: *ret_files are the names of
 * their files (originals and renditions), to be removed after the commit. `status`: 410 or 451.
 * ERR_EXISTS when it was taken down before. Rebuilds the index of headlines: takes a second for
 * each 100,000 stories. */
MUST_USE struct error store_erase(struct store_tx *tx, int64_t story_id, int status, int64_t at,
                                  struct arena *arena, struct str **ret_files, size_t *ret_count);
/* What the story's addresses answer: 410, 451, or 0 when it was not taken down. */
MUST_USE struct error store_takedown(struct store_tx *tx, int64_t story_id, int *ret_status);
/* Folds the whole log into the database and cuts it to nothing, so that no erased text is left in
 * it. Outside of transactions. ERR_STORE_BUSY while somebody reads: try again. */
MUST_USE struct error store_log_truncate(struct store *store);

/* ---- Layouts of the front ------------------------------------------------------------------ */

enum pin_area {
    PIN_LEAD = 1,
    PIN_SECOND = 2,
    PIN_FEATURED = 3,
    PIN_BLOCK = 4,   /* within the block of section_id */
    PIN_SECTION = 5, /* the lead of the page of section_id */
};
struct store_pin {
    enum pin_area area;
    int64_t section_id; /* of the last two areas; otherwise 0 */
    int64_t story_id;
    int64_t until; /* 0: for good */
};
/* A section's block on the front. */
struct store_block {
    int64_t section_id;
    bool shown;
};
/* What stands on the front, and on top of the sections' pages. */
struct store_laid {
    const struct store_pin *pins;
    size_t pin_count;
    const struct store_block *blocks; /* none: as in the navigation */
    size_t block_count;
};
struct store_layout {
    int64_t id, at, account_id;
    int64_t restored_from; /* a layout; 0 */
};
MUST_USE struct error store_layout_add(struct store_tx *tx, const struct store_layout *layout,
                                       const struct store_laid *laid, int64_t *ret_id);
/* Newest first. */
MUST_USE struct error store_layouts(struct store_tx *tx, size_t limit, struct arena *arena,
                                    struct store_layout **ret_layouts, size_t *ret_count);
/* In their order. Layout 0: the newest, which readers see; none when there is none. */
MUST_USE struct error store_pins(struct store_tx *tx, int64_t layout_id, struct arena *arena,
                                 struct store_pin **ret_pins, size_t *ret_count);
/* The same of its blocks. */
MUST_USE struct error store_blocks(struct store_tx *tx, int64_t layout_id, struct arena *arena,
                                   struct store_block **ret_blocks, size_t *ret_count);

#endif
