/* What the audit trail and the ledger hash: each entry's fields after the hash of the one before.
 */
#ifndef NEWSROOM_CHAIN_H
#define NEWSROOM_CHAIN_H

#include "base/buf.h"

/* Begins with the hash before; where it is empty, the entry is the first and zeros stand there. */
void chain_begin(struct buf *out, struct str before);
/* "5:hello": no two lists of fields have the same bytes. */
void chain_text(struct buf *out, struct str text);
void chain_number(struct buf *out, int64_t number);

#endif
