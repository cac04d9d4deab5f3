/* Related stories: chosen when a story is published, edited or withdrawn, and stored as rows. A
 * page draws the rows; so word weights that drift never make a page wrong.
 *
 * Shared tags, people and rare words weigh by how rare they are. The work is bounded: the newest
 * few dozen stories of each tag, person and word are looked at, whatever the size of the archive.
 * Stories that the desk pinned come first, those that it removed never.
 */
#ifndef NEWSROOM_RELATED_H
#define NEWSROOM_RELATED_H

#include "newsroom/publishing.h"

enum { RELATED_SHOWN = 5 };

/* The story is live with this revision (new or changed): sets its words, its rows, and the rows of
 * the stories whose list it enters or leaves. */
MUST_USE struct error related_update(struct store_tx *tx, const struct store_story *story,
                                     const struct store_revision *revision, struct arena *arena,
                                     struct changes *changes);
/* Chooses a published story's rows anew: what is pinned or removed by hand has changed. */
MUST_USE struct error related_choose(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                     struct changes *changes);
/* The story is no longer published; its lists are already without it. */
MUST_USE struct error related_remove(struct store_tx *tx, const struct store_story *story,
                                     struct arena *arena, struct changes *changes);

#endif
