/* The rules by which a story comes, changes and goes.
 *
 * Each function works within a write transaction of the caller's and notes the keys of all that it
 * changed; the caller commits with them:
 *
 *     struct changes changes;
 *     TRY(store_write(store, &tx));
 *     changes_init(&changes, arena);
 *     TRY(story_publish(tx, ...));
 *     TRY(changes_commit(&tx, &changes, now, &number));
 *
 * "now" is the moment of the transaction, UTC milliseconds. */
#ifndef NEWSROOM_PUBLISHING_H
#define NEWSROOM_PUBLISHING_H

#include "newsroom/settings.h"
#include "newsroom/story_file.h"
#include "store/desk.h"

struct changes {
    struct keys keys;
    bool destroys; /* a withdrawal: no fallback either */
    const char *why_none;
};

void changes_init(struct changes *changes, struct arena *arena);
/* Commits; ends the transaction in every case and sets *tx to NULL. ret_number may be NULL. */
MUST_USE struct error changes_commit(struct store_tx **tx, struct changes *changes, int64_t now,
                                     int64_t *ret_number);

/* First path parts that are the program's own. */
bool slug_is_reserved(struct str slug);

/* The slug that a section's name gives; "section", or "section-2", when nothing of it fits one. */
MUST_USE struct error section_slug(struct store_tx *tx, struct str name, struct arena *arena,
                                   struct str *ret_slug);
MUST_USE struct error section_add(struct store_tx *tx, struct str name, struct str slug,
                                  struct arena *arena, struct changes *changes,
                                  struct store_section *ret_section);
/* Renames a tag or an author; the address stays. */
MUST_USE struct error name_rename(struct store_tx *tx, enum store_name_kind kind, int64_t id,
                                  struct str name, struct str about, struct arena *arena,
                                  struct changes *changes);

/* The tag or byline of that name; made when there is none. ERR_INVALID. */
MUST_USE struct error name_take(struct store_tx *tx, enum store_name_kind kind, struct str name,
                                struct arena *arena, int64_t *ret_id);

/* Turns names into ids: looks up the section (ERR_NO_SECTION; empty means "news", else the first),
 * makes missing tags and bylines, checks fields. `picture_id` comes from media intake. The
 * revision's texts are the draft's. */
MUST_USE struct error draft_resolve(struct store_tx *tx, const struct draft *draft,
                                    int64_t picture_id, int64_t now, struct arena *arena,
                                    struct changes *changes, struct store_revision *ret_revision);
/* The time that the draft says it was published; 0 when it says none. ERR_FUTURE. */
MUST_USE struct error draft_published(const struct draft *draft, const struct settings *settings,
                                      int64_t now, int64_t *ret_published);

MUST_USE struct error story_add(struct store_tx *tx, struct store_revision *revision,
                                int64_t *ret_story);
/* Makes the newest revision live. `published_at` 0: now; only the first publication takes it.
 * ERR_INVALID when the story is withdrawn. */
MUST_USE struct error story_publish(struct store_tx *tx, int64_t story_id, int64_t published_at,
                                    int64_t now, struct arena *arena, struct changes *changes,
                                    struct store_story *ret_story);
/* The same with more said. */
struct publish_options {
    int64_t published_at; /* as above */
    bool minor;           /* of an update: the time that readers see stays */
    bool relist;          /* of an update: it moves to the head of lists and feeds */
};
MUST_USE struct error story_publish_with(struct store_tx *tx, int64_t story_id,
                                         const struct publish_options *options, int64_t now,
                                         struct arena *arena, struct changes *changes,
                                         struct store_story *ret_story);
/* The same with what the desk says of the revision; NULL: nothing. */
MUST_USE struct error story_add_by(struct store_tx *tx, struct store_revision *revision,
                                   const struct store_revision_desk *desk, struct arena *arena,
                                   int64_t *ret_story);
/* Adds a revision that readers don't see yet; *ret_added is false when it equals the newest, whose
 * id revision->id then is. `desk` as above; NULL keeps what the newest tells social networks. */
MUST_USE struct error story_revise(struct store_tx *tx, struct store_revision *revision,
                                   const struct store_revision_desk *desk, struct arena *arena,
                                   bool *ret_added);
/* Whether it would add nothing, and the id of the newest. */
MUST_USE struct error revision_equals_newest(struct store_tx *tx,
                                             const struct store_revision *revision,
                                             const struct store_revision_desk *desk,
                                             struct arena *arena, int64_t *ret_newest,
                                             bool *ret_equal);
/* Adds a revision; when the story is published it goes live at once as an update. A revision equal
 * to the newest adds nothing. */
MUST_USE struct error story_edit(struct store_tx *tx, struct store_revision *revision, int64_t now,
                                 struct arena *arena, struct changes *changes,
                                 struct store_story *ret_story);
/* Its addresses answer 410 with the reason. ERR_INVALID unless it is published. */
MUST_USE struct error story_withdraw(struct store_tx *tx, int64_t story_id, struct str reason,
                                     int64_t now, struct arena *arena, struct changes *changes);

/* An id in digits, a path ("/news/2026/11/slug") or an absolute address. */
MUST_USE struct error story_find(struct store_tx *tx, struct str words, struct arena *arena,
                                 struct store_story *ret_story);

#endif
