/* Rules of the picture library. Functions as in workflow.h; files and renditions are media's.
 *
 * A picture stands at the head of a story (its lead) or within its text. In Markdown it is
 *
 *     ![what it shows](picture:12 "caption")
 *
 * where 12 is its id; the revision's pictures are found by that. A public address never has the id.
 */
#ifndef NEWSROOM_PICTURES_H
#define NEWSROOM_PICTURES_H

#include "newsroom/workflow.h"

enum { PICTURE_TEXT_MAX = 4000, STORY_PICTURES_MAX = 100 };

/* The ids in a text, each once, in order, at most STORY_PICTURES_MAX; not whether they exist. */
void pictures_in_text(struct str markdown, struct arena *arena, int64_t **ret_ids,
                      size_t *ret_count);

/* A picture that media took in. ERR_EXISTS when its original is there already: *ret_id is set then
 * too, and nothing changes. `desk`: texts and focal point; its ids and times are ignored. */
MUST_USE struct error picture_add(struct store_tx *tx, const struct actor *actor,
                                  const struct store_picture *picture,
                                  const struct store_rendition *renditions, size_t count,
                                  const struct store_picture_desk *desk, int64_t now,
                                  struct arena *arena, int64_t *ret_id);
/* Title and texts. Stories that lead with it keep their own; within a text its credit is always
 * shown, its caption and alt where the text gives none. */
MUST_USE struct error picture_describe(struct store_tx *tx, const struct actor *actor,
                                       const struct store_picture_desk *desk, int64_t now,
                                       struct arena *arena, struct changes *changes);
/* The focal point (0 … 10000) or, with -1, none, and the renditions that media made for it. Readers
 * see other crops. */
MUST_USE struct error picture_focus(struct store_tx *tx, const struct actor *actor, int64_t id,
                                    int64_t x, int64_t y, const struct store_rendition *renditions,
                                    size_t count, int64_t now, struct arena *arena,
                                    struct changes *changes);
/* Another file in all its places. ERR_EXISTS when that file is another picture already. */
MUST_USE struct error picture_replace(struct store_tx *tx, const struct actor *actor,
                                      const struct store_picture *picture,
                                      const struct store_rendition *renditions, size_t count,
                                      int64_t now, struct arena *arena, struct changes *changes);
/* ERR_STEP when a story has it or had it, and names one; for unsaved texts and the logo too. The
 * files are swept later. */
MUST_USE struct error picture_delete(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     int64_t now, struct arena *arena);
/* The AVIF files that media made in the background (none: it failed, and is not tried again). */
MUST_USE struct error picture_avif_made(struct store_tx *tx, int64_t id,
                                        const struct store_rendition *renditions, size_t count,
                                        struct arena *arena, struct changes *changes);

/* The words by which it is found (overview.c). */
struct str picture_words(const struct store_picture_desk *desk, struct arena *arena);

/* How an account stands to a picture, for may(). */
enum relation picture_relation(int64_t account_id, const struct store_picture_desk *desk);

/* The library: words as a person types them; otherwise store_pictures(). */
MUST_USE struct error pictures_find(struct store_tx *tx, struct str words,
                                    struct store_picture_filter filter, int64_t before,
                                    size_t limit, struct arena *arena,
                                    struct store_picture_row **ret_rows, size_t *ret_count,
                                    int64_t *ret_next);

#endif
