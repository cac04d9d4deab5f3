/* The ledger of what readers were shown: each publication, update, correction, withdrawal and
 * takedown, numbered and chained to the one before:
 *
 *     hash(n) = BLAKE2b-256( hash(n-1) in hexadecimal, the entry's fields in their canonical form )
 *
 * (before the first: 64 zeros). Fields: number, at, kind, story, object and digest, each as decimal
 * or text preceded by its length in bytes and a colon, as in the audit trail (newsroom/audit.h).
 * The digest is the hash of what was shown, in the same form: of a revision its headline,
 * standfirst, dateline, agency, language, body, caption, credit and alt; of a correction its text;
 * of a withdrawal or takedown its reason. So a history that was altered afterwards shows. */
#ifndef NEWSROOM_LEDGER_H
#define NEWSROOM_LEDGER_H

#include "store/record.h"

MUST_USE struct error ledger_add_revision(struct store_tx *tx, enum ledger_kind kind,
                                          const struct store_revision *revision, int64_t now,
                                          struct arena *arena);
/* `object_id`: the correction; 0 for a withdrawal or takedown. */
MUST_USE struct error ledger_add_text(struct store_tx *tx, enum ledger_kind kind, int64_t story_id,
                                      int64_t object_id, struct str text, int64_t now,
                                      struct arena *arena);

/* "NUMBER-HASH"; "0-" and zeros when there is no entry. */
MUST_USE struct error ledger_head(struct store_tx *tx, struct arena *arena, struct str *ret_head);

struct ledger_verdict {
    int64_t entries;
    int64_t broken_at;  /* the first entry that doesn't fit the chain; 0: none */
    int64_t altered_at; /* the first whose text is not what readers were shown; 0: none */
};
/* Recomputes the chain and the digests of all texts but those that a takedown erased. */
MUST_USE struct error ledger_verify(struct store_tx *tx, struct ledger_verdict *ret_verdict);

#endif
