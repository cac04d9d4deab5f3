/* Text of unknown origin as we offer it: UTF-8, no control characters but newlines, no white space
 * at the ends, at most MEDIA_TEXT_MAX bytes, cut between characters. */
#ifndef MEDIA_WORKER_CLEAN_H
#define MEDIA_WORKER_CLEAN_H

#include "base/arena.h"

/* Valid UTF-8 is taken as it is; anything else is read as Windows-1252. In the arena. */
struct str clean_text(struct arena *arena, struct str bytes);
/* `more` after `before` with ", " between them; either may be empty. */
struct str clean_join(struct arena *arena, struct str before, struct str more);

#endif
