/* Working copies: what is typed and not saved yet is on the server a few seconds later.
 *
 * A page of the browser writes its copy again and again (working_write); saving removes it. One
 * person has one copy in a story, and another only while two pages of that person's are open at
 * once: then neither overwrites the other. Before a colleague begins to edit, what somebody typed
 * on top of the newest revision becomes a revision of that person's (working_settle), so that the
 * colleague begins from it.
 *
 * Within the caller's write transaction, as workflow.h. Copies leave no entry in the audit trail;
 * revisions do. */
#ifndef NEWSROOM_WORKING_H
#define NEWSROOM_WORKING_H

#include "newsroom/form.h"

enum {
    WORKING_EACH = 8,      /* copies of one person in one story: windows left open */
    WORKING_NEW = 50,      /* of one person, of stories that aren't there yet */
    WORKING_PAGE_MAX = 64, /* bytes of a page's name */
    WORKING_SHOWN = 20,
};

/* A page of the browser that holds the form of a story. */
struct working_page {
    int64_t story_id;  /* 0: a new one */
    struct str name;   /* random, in hexadecimal: made when the page was drawn */
    int64_t continues; /* the copy whose text it was drawn with; 0: none */
    int64_t seen;      /* that copy's turn then */
};

/* Whether a page may have this name. */
bool working_is_page(struct str page);

/* Stores what the page holds, unless a later turn of the page is there. When it says what the
 * newest revision says, or the one it began from, there is nothing to keep: then the copy goes, and
 * ret_copy->id is 0. When the page's text became a revision in the meantime, ret_copy->form.base is
 * that revision: the page goes on from there. ERR_FORBIDDEN, ERR_STEP, ERR_INVALID. */
MUST_USE struct error working_write(struct store_tx *tx, const struct actor *actor,
                                    const struct working_page *page, int64_t turn,
                                    const struct store_form *form, int64_t now, struct arena *arena,
                                    struct store_working *ret_copy);
/* The revision that a save from this page begins from, by the page's word or by what happened to
 * its copy. */
MUST_USE struct error working_base(struct store_tx *tx, const struct actor *actor,
                                   const struct working_page *page, int64_t base,
                                   struct arena *arena, int64_t *ret_base);
/* The page's text was saved: its copy goes. */
MUST_USE struct error working_done(struct store_tx *tx, const struct actor *actor,
                                   const struct working_page *page, struct arena *arena);

/* Before a colleague edits: the copies of others on top of the newest revision, as long as readers
 * and the schedule are not concerned (draft, handed in, in edit), and rows that nobody needs. */
MUST_USE struct error working_unsettled(struct store_tx *tx, const struct actor *actor,
                                        int64_t story_id, int64_t now, struct arena *arena,
                                        int64_t **ret_ids, size_t *ret_count);
/* One of them becomes a revision of its author's, in a transaction of its own: what cannot be saved
 * stays a copy. */
MUST_USE struct error working_settle(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     int64_t now, struct arena *arena, struct changes *changes);

/* Whether the actor may read it: one's own; others' by who may edit the story, and those of stories
 * that aren't there yet by who may edit all. ERR_FORBIDDEN. */
MUST_USE struct error working_may_see(struct store_tx *tx, const struct actor *actor,
                                      const struct store_working *copy);
/* Removes one's own, or one of an account that is disabled. */
MUST_USE struct error working_discard(struct store_tx *tx, const struct actor *actor, int64_t id,
                                      int64_t now, struct arena *arena);

#endif
