/* Standing pages and house advertisements: what readers see of a change. Each function works within
 * the caller's write transaction and notes the keys, as those of publishing.h do. Rights, checks of
 * what a person typed, and the audit are the desk's (furnishing.h). */
#ifndef NEWSROOM_STANDING_H
#define NEWSROOM_STANDING_H

#include "newsroom/publishing.h"

/* Adds the page, or gives it another title or text. A page that already is so stays untouched, with
 * its date; *ret_changed (may be NULL) says whether. */
MUST_USE struct error standing_set(struct store_tx *tx, const struct store_page *page,
                                   struct arena *arena, struct changes *changes, bool *ret_changed);

MUST_USE struct error standing_remove(struct store_tx *tx, struct str slug,
                                      struct changes *changes);

MUST_USE struct error ad_add(struct store_tx *tx, const struct store_ad *ad, struct arena *arena,
                             struct changes *changes, int64_t *ret_id);
/* By ad->id. */
MUST_USE struct error ad_set(struct store_tx *tx, const struct store_ad *ad,
                             struct changes *changes);
MUST_USE struct error ad_remove(struct store_tx *tx, int64_t id, struct arena *arena,
                                struct changes *changes);

#endif
