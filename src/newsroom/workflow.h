/* A story's way over the desk:
 *
 *     draft -> handed in -> in edit -> ready -> scheduled / published -> updated / withdrawn
 *
 * with an embargo, with notes between reporter and editor, and with every saved text kept. What
 * readers see changes only by publishing.h, which this file calls. A story that is published and
 * then changed goes over the desk again while readers keep the live revision.
 *
 * What happened to a story stands in its notes. Their texts are for colleagues, except the first
 * line of NOTE_STATE (the step's name, for a schedule with its moment: "schedule
 * 2026-11-24T14:05:00Z") and of NOTE_CLOCK ("published", "published-late MOMENT", "not-published",
 * "embargo-ended", "embargo-ended-late MOMENT"), which screens put into words; further lines are
 * for people.
 *
 * Each function works within the caller's write transaction, asks actor_may(), adds notes and the
 * audit entry, and notes the keys of what readers see otherwise; the caller commits with
 * changes_commit(). Errors: ERR_FORBIDDEN; ERR_STEP when the story's state doesn't allow it;
 * ERR_EMBARGO. */
#ifndef NEWSROOM_WORKFLOW_H
#define NEWSROOM_WORKFLOW_H

#include "newsroom/audit.h"
#include "newsroom/publishing.h"

enum {
    NOTE_MAX = 4000,         /* bytes */
    SOCIAL_MAX = 300,        /* bytes of a social title or description */
    PRESENCE_MS = 90 * 1000, /* so long after the last sign of life somebody is in a story */
    PRESENCE_FRESH_MS = 30 * 1000,
    OPENED_MS = 10 * 60 * 1000, /* the same after opening it, when no sign of life may follow */
    LATE_MS = 10 * 1000,        /* later than this after its moment is said to be late */
    SCHEDULE_YEARS = 5,
    RELATED_CHOICES_MAX = 20,
};

/* ---- Steps --------------------------------------------------------------------------------- */

/* Each line: the step, its stable name, its action in roles.h, the states from which it leads, and
 * the state to which (0: to none of its own, see the functions). D draft, H handed in, E in edit, R
 * ready, S scheduled, P published, W withdrawn, X spiked. */
#define STEPS(STEP)                                                                                \
    STEP(HAND_IN, "hand-in", STORY_HAND_IN, "D", DESK_HANDED_IN)                                   \
    STEP(RECALL, "recall", STORY_RECALL, "H", DESK_DRAFT)                                          \
    STEP(TAKE, "take", STORY_TAKE, "DHR", DESK_IN_EDIT)                                            \
    STEP(RETURN, "return", STORY_RETURN, "HER", DESK_DRAFT)                                        \
    STEP(READY, "ready", STORY_READY, "DHE", DESK_READY)                                           \
    STEP(SCHEDULE, "schedule", STORY_SCHEDULE, "DHERS", DESK_SCHEDULED)                            \
    STEP(UNSCHEDULE, "unschedule", STORY_UNSCHEDULE, "S", DESK_READY)                              \
    STEP(PUBLISH, "publish", STORY_PUBLISH, "DHERS", DESK_PUBLISHED)                               \
    STEP(WITHDRAW, "withdraw", STORY_WITHDRAW, "DHERSP", DESK_WITHDRAWN)                           \
    STEP(SPIKE, "spike", STORY_SPIKE, "DHER", DESK_SPIKED)                                         \
    STEP(REVIVE, "revive", STORY_REVIVE, "X", DESK_DRAFT)

enum step {
#define STEP(name, text, action, from, to) STEP_##name,
    STEPS(STEP)
#undef STEP
        STEP_COUNT
};
struct str step_text(enum step step);
bool step_parse(struct str text, enum step *ret_step);
enum action step_action(enum step step);
/* "draft", "handed-in", "in-edit", "ready", "scheduled", "published", "withdrawn", "spiked". */
struct str desk_state_text(enum desk_state state);
bool desk_state_parse(struct str text, enum desk_state *ret_state);

/* Whether the state leads there; withdrawing needs a published story, spiking one that never was.
 */
bool step_allowed(enum step step, const struct store_desk *desk);
/* The steps that this actor may take now, in the table's order; ret_steps holds STEP_COUNT. */
size_t steps_open(const struct actor *actor, const struct store_desk *desk,
                  enum step ret_steps[STEP_COUNT]);

struct step_words {
    struct str note;    /* to colleagues; may be empty. RETURN needs one */
    struct str reason;  /* WITHDRAW: what readers see */
    int64_t publish_at; /* SCHEDULE: a moment that is to come */
    bool minor;         /* PUBLISH, SCHEDULE of an update: the time that readers see stays */
    bool relist;        /* the same: it moves up lists and feeds */
    int64_t base; /* the newest revision that the person saw; 0: any. ERR_CONFLICT otherwise */
};
/* Takes one step. `words` may be NULL for those that need none. */
MUST_USE struct error story_step(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                 enum step step, const struct step_words *words, int64_t now,
                                 struct arena *arena, struct changes *changes,
                                 struct store_desk *ret_desk);

/* Until then nobody publishes it, and no schedule comes before; 0 lifts it. ERR_STEP when it is
 * published already. When the moment has come the program lifts it and says so in a note. */
MUST_USE struct error story_embargo(struct store_tx *tx, const struct actor *actor,
                                    int64_t story_id, int64_t until, int64_t now,
                                    struct arena *arena);
/* Whose story it is. */
MUST_USE struct error story_assign(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                   int64_t owner_id, int64_t now, struct arena *arena);

/* ---- Texts --------------------------------------------------------------------------------- */

/* Whether the actor may save the story as it stands: ERR_FORBIDDEN, ERR_STEP. `action` is
 * STORY_EDIT or STORY_RESTORE. */
MUST_USE struct error story_may_save(const struct actor *actor, enum action action,
                                     const struct store_desk *desk);

/* A whole save. `revision` as draft_resolve() makes it. */
struct saving {
    int64_t story_id; /* 0: a new story */
    int64_t base;     /* the revision that the person began from; 0 only for a new story */
    struct store_revision *revision;
    struct str social_title, social_description;
};
struct saved {
    struct store_desk desk;
    int64_t revision_id; /* the newest */
    bool added;          /* false: nothing differed */
    int64_t newer;       /* of a conflict: the revision that came in between */
    int64_t kept;        /* of a conflict: store_kept() has the person's text */
};
/* Saves as the newest revision. When another came after `base` nothing is overwritten: *ret_saved
 * has `newer` and `kept`, and the function succeeds, so that the caller commits the kept text; a
 * door then answers 409 with both.
 *
 * Readers see nothing of it, also when the story is published: then its state is in edit (for those
 * who may publish) or draft. Saving a ready story brings it back in edit; a scheduled one stays
 * scheduled and takes the new text. Owners save until their story is ready, editors always. */
MUST_USE struct error story_save(struct store_tx *tx, const struct actor *actor,
                                 const struct saving *saving, int64_t now, struct arena *arena,
                                 struct changes *changes, struct saved *ret_saved);
/* Saves an earlier revision, or a kept text (then it goes), as the newest one. `base` as above. */
MUST_USE struct error story_restore(struct store_tx *tx, const struct actor *actor,
                                    int64_t revision_id, int64_t base, int64_t now,
                                    struct arena *arena, struct changes *changes,
                                    struct saved *ret_saved);
MUST_USE struct error story_restore_kept(struct store_tx *tx, const struct actor *actor,
                                         int64_t kept_id, int64_t base, int64_t now,
                                         struct arena *arena, struct changes *changes,
                                         struct saved *ret_saved);

/* Pinned and removed related stories, in order: what readers see changes at once when the story is
 * published, which needs the right to publish. A story is named once; pinned ones must be
 * published. */
MUST_USE struct error story_relate(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                   const struct store_related_choice *choices, size_t count,
                                   int64_t now, struct arena *arena, struct changes *changes);

/* ---- Notes and presence -------------------------------------------------------------------- */

MUST_USE struct error story_note(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                 struct str text, int64_t now, struct arena *arena);
/* All notes so far are read. */
MUST_USE struct error notes_read(struct store_tx *tx, const struct actor *actor,
                                 struct arena *arena);
/* "I am in this story": every 10 s while the page is open. Leaves no audit entry; writes nothing
 * when it was said less than PRESENCE_FRESH_MS ago. */
MUST_USE struct error story_enter(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                  int64_t now, struct arena *arena);
/* The same without a script that says so again: for OPENED_MS. */
MUST_USE struct error story_opened(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                   int64_t now, struct arena *arena);
MUST_USE struct error story_leave(struct store_tx *tx, const struct actor *actor, int64_t story_id);

/* ---- The clock ----------------------------------------------------------------------------- */

/* Does what is due at `now`: publishes what is scheduled, ends embargoes, each in a transaction of
 * its own (committed, with its keys). What should have happened while nothing ran happens at once
 * and a note says so. A story that can't be published goes back to ready with a note that says why.
 * Also indexes headlines that wait for it, a few at a time. *ret_next is the next moment at which
 * to call (NEVER when nothing waits); a step on the desk may bring an earlier one: call again after
 * each commit of the desk's, and at least each minute. For one thread at a time. */
MUST_USE struct error workflow_run_due(struct store *store, const struct clock *clock,
                                       struct arena *arena, int64_t *ret_next);

#endif
