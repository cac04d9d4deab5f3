/* Private previews: a link for a lawyer or a source that shows a story nobody else sees. It expires
 * and can be revoked. The page that it opens is no-store and for no robot. Functions as in
 * workflow.h. */
#ifndef NEWSROOM_PREVIEW_H
#define NEWSROOM_PREVIEW_H

#include "newsroom/workflow.h"

enum {
    PREVIEW_DAYS_MAX = 90,
    PREVIEW_DAYS = 7,       /* offered */
    PREVIEWS_OPEN_MAX = 20, /* of one story */
};

/* `revision_id` 0: always the newest. `label`: for whom, for colleagues; may be empty. The token is
 * given once. */
MUST_USE struct error preview_make(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                   int64_t revision_id, int64_t expires_at, struct str label,
                                   int64_t now, struct arena *arena, struct str *ret_token);
MUST_USE struct error preview_revoke(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     int64_t now, struct arena *arena);
/* What a token shows; reads only. ERR_LINK when it is unknown, expired or revoked, or the story was
 * withdrawn. */
MUST_USE struct error preview_look(struct store_tx *tx, struct str token, int64_t now,
                                   struct arena *arena, struct store_preview *ret_preview,
                                   struct store_revision *ret_revision);

#endif
