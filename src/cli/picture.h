/* A draft's picture on its way into the store. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "cli/session.h"
#include "media/media.h"

/* Makes the renditions of the draft's picture, or finds the picture that is known already, before
 * the transaction that names it. The file is looked for beside the story's file (`story_path` NULL:
 * in the working folder). `result->count` is 0 when the picture was known or there is none. */
struct picture {
    int64_t id; /* of a known picture; 0 otherwise */
    struct media_result made;
    struct str title, caption, credit, alt; /* for the library: as the story has them */
};
MUST_USE struct error picture_prepare(struct session *session, const char *story_path,
                                      const struct draft *draft, struct picture *ret_picture);
/* The same from bytes in hand. `name` is for errors. */
MUST_USE struct error picture_prepare_bytes(struct session *session, const char *name,
                                            struct str bytes, const struct draft *draft,
                                            struct picture *ret_picture);
/* Its id in the store, within the transaction; 0 for no picture. */
MUST_USE struct error picture_store(struct store_tx *tx, const struct picture *picture, int64_t now,
                                    struct arena *arena, int64_t *ret_id);

#endif
