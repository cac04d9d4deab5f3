/* The audit trail: who did what and when. Entries are only ever added, each chained to the one
 * before:
 *
 *     hash(n) = BLAKE2b-256( hash(n-1) in hexadecimal, the entry's fields in their canonical form )
 *
 * (for the first entry the hash before is 64 zeros). Canonical form: for each of number, at,
 * account id, name, action, object and detail in this order, the text (numbers in decimal) preceded
 * by its length in bytes in decimal and a colon, as in "2:41". So a kept head, "NUMBER-HASH",
 * proves that nothing up to that number was changed or taken out.
 *
 * An entry is added in the transaction of what it tells. Details hold no passwords, no tokens and
 * no texts of stories. */
#ifndef NEWSROOM_AUDIT_H
#define NEWSROOM_AUDIT_H

#include "newsroom/roles.h"

enum {
    AUDIT_DETAIL_MAX = 500, /* bytes; cut */
    AUDIT_HEAD_SIZE = 20 + 1 + AUDIT_HASH_HEX + 1,
};

/* `action` as in "story.publish"; `object` as in "story/41", may be empty. */
MUST_USE struct error audit_add(struct store_tx *tx, const struct actor *actor, struct str action,
                                struct str object, struct str detail, int64_t now,
                                struct arena *arena);
MUST_USE struct error audit_addf(struct store_tx *tx, const struct actor *actor, const char *action,
                                 struct str object, int64_t now, struct arena *arena,
                                 const char *detail_format, ...)
    __attribute__((format(printf, 7, 8)));

/* "story/41": kind and id. */
struct str audit_object(const char *kind, int64_t id, struct arena *arena);

/* The head for safekeeping, "NUMBER-HASH"; "0-" and zeros when there is no entry. */
MUST_USE struct error audit_head(struct store_tx *tx, struct arena *arena, struct str *ret_head);

struct audit_verdict {
    int64_t entries; /* that are there */
    int64_t
        broken_at;   /* the first entry that doesn't fit the one before or its own hash; 0: none */
    bool head_found; /* the head asked for is in the chain as it was; true when none was asked */
};
/* Recomputes the whole chain. `head` from audit_head(), perhaps of years ago, or its hash alone;
 * empty: no head. ERR_INVALID when it is not one. */
MUST_USE struct error audit_verify(struct store_tx *tx, struct str head, struct arena *arena,
                                   struct audit_verdict *ret_verdict);

/* Lists: store_audits(). */

#endif
