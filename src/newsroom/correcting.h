/* Corrections and takedowns: what happens to a story after readers saw it. Transactions and changes
 * as in newsroom/publishing.h. */
#ifndef NEWSROOM_CORRECTING_H
#define NEWSROOM_CORRECTING_H

#include "newsroom/publishing.h"
#include "newsroom/roles.h"
#include "store/record.h"

enum { CORRECTION_MAX = 2000 /* bytes */ };

/* Adds a correction, dated now, which readers see at once in the story, in the list of corrections
 * and in its feed. Text in Markdown. ERR_STEP unless the story is published. */
MUST_USE struct error story_correct(struct store_tx *tx, const struct actor *actor,
                                    int64_t story_id, struct str text, int64_t now,
                                    struct arena *arena, struct changes *changes, int64_t *ret_id);
/* Takes a story's corrections out of the lists; story_withdraw() calls it. */
MUST_USE struct error corrections_hide(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                       struct changes *changes);

struct takedown {
    int status;        /* 410 gone, 451 for legal reasons */
    struct str reason; /* what readers see, and the tombstone in the audit trail says */
};
/* Erases the texts and pictures of a story for good; withdraws it first when it is published.
 * *ret_files: the names of files to remove after the commit. ERR_STEP for
 * one that was never published. */
MUST_USE struct error story_takedown(struct store_tx *tx, const struct actor *actor,
                                     int64_t story_id, const struct takedown *takedown, int64_t now,
                                     struct arena *arena, struct changes *changes,
                                     struct str **ret_files, size_t *ret_count);
/* After its commit, outside of any transaction: removes the files that no other picture has, and
 * empties the store's log, in which the texts still stand. Waits up to two seconds for those who
 * read; an error then says that the log is not empty yet. `dir_fd`: the newsroom's folder. */
MUST_USE struct error takedown_finish(struct store *store, int dir_fd, const struct str *files,
                                      size_t count);

#endif
