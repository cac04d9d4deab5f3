/* Files of pictures, several at once: each is written and synced under a temporary name; all take
 * their names at the end, or none. For one thread. */
#ifndef MEDIA_KEEP_H
#define MEDIA_KEEP_H

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"

enum { KEEP_MAX = 40 /* files of one batch */, KEEP_SHORT_HEX = 32 /* of a rendition's name */ };

struct keep;

/* `dir_fd` is DIR and must stay open; makes its folders media/ and originals/ when missing. In the
 * arena; end with keep_end(). */
MUST_USE struct error keep_new(int dir_fd, struct arena *arena, struct keep **ret_keep);

/* One file after the other: begin, any number of pieces, finish. */
MUST_USE struct error keep_begin(struct keep *keep);
MUST_USE struct error keep_data(struct keep *keep, struct str bytes);
/* Under media/ as its hash cut to KEEP_SHORT_HEX digits and `ending` (".jpg"); `ending` is static.
 */
MUST_USE struct error keep_finish_rendition(struct keep *keep, const char *ending,
                                            struct str *ret_file);
/* Under originals/ as its whole hash. */
MUST_USE struct error keep_finish_original(struct keep *keep, struct str *ret_hash);

/* All finished files take their names, durably. */
MUST_USE struct error keep_commit(struct keep *keep);
/* Closes; removes what has not taken its name. NULL is nothing. */
void keep_end(struct keep *keep);

#endif
