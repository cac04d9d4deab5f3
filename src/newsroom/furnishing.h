/* Sections, bylines, standing pages, advertisements, settings: changed by the desk. Functions as in
 * workflow.h: the actor's right, the audit entry, the keys of what readers see. */
#ifndef NEWSROOM_FURNISHING_H
#define NEWSROOM_FURNISHING_H

#include "newsroom/audit.h"
#include "newsroom/publishing.h"

enum { PAGE_BODY_MAX = 1 << 20, AD_TEXT_MAX = 500, SECTIONS_MAX = 100 };

MUST_USE struct error furnish_section_add(struct store_tx *tx, const struct actor *actor,
                                          struct str name, struct str slug, int64_t parent_id,
                                          int64_t now, struct arena *arena, struct changes *changes,
                                          int64_t *ret_id);
/* Name, slug and the section above, which must not lie below another one. After a change of slug
 * the old one leads to the new one; stories keep the addresses that they have until they are
 * changed next. */
MUST_USE struct error furnish_section(struct store_tx *tx, const struct actor *actor, int64_t id,
                                      struct str name, struct str slug, int64_t parent_id,
                                      int64_t now, struct arena *arena, struct changes *changes);
/* All sections in their new order. ERR_CONFLICT when one is missing. */
MUST_USE struct error furnish_section_order(struct store_tx *tx, const struct actor *actor,
                                            const int64_t *ids, size_t count, int64_t now,
                                            struct arena *arena, struct changes *changes);

MUST_USE struct error furnish_name(struct store_tx *tx, const struct actor *actor,
                                   enum store_name_kind kind, int64_t id, struct str name,
                                   struct str about, int64_t now, struct arena *arena,
                                   struct changes *changes);

/* Adds the page or gives it another text, and keeps the text as a revision. */
MUST_USE struct error furnish_page(struct store_tx *tx, const struct actor *actor, struct str slug,
                                   struct str title, struct str body, int64_t now,
                                   struct arena *arena, struct changes *changes);

/* Its earlier texts stay kept. ERR_NOT_FOUND. */
MUST_USE struct error furnish_page_remove(struct store_tx *tx, const struct actor *actor,
                                          struct str slug, int64_t now, struct arena *arena,
                                          struct changes *changes);

/* ad->id 0: a new one. The address must be http or https. */
MUST_USE struct error furnish_ad(struct store_tx *tx, const struct actor *actor,
                                 const struct store_ad *ad, int64_t now, struct arena *arena,
                                 struct changes *changes, int64_t *ret_id);
MUST_USE struct error furnish_ad_remove(struct store_tx *tx, const struct actor *actor, int64_t id,
                                        int64_t now, struct arena *arena, struct changes *changes);

/* Checked here (settings_check()); the audit entry names the settings that differ. */
MUST_USE struct error furnish_settings(struct store_tx *tx, const struct actor *actor,
                                       const struct settings *settings, int64_t now,
                                       struct arena *arena, struct changes *changes);

#endif
