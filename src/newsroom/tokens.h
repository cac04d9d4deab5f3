/* Tokens: 256 random bits in hexadecimal, given once; what is kept is a hash, another one for each
 * purpose, so that one kind can never stand for another. */
#ifndef NEWSROOM_TOKENS_H
#define NEWSROOM_TOKENS_H

#include "base/arena.h"

enum { TOKEN_HEX = 64 };

struct str token_new(struct arena *arena);
/* Whether a text has the form of one. */
bool token_valid(struct str token);
/* `text` may also be other text that is counted but not kept. */
struct str token_hash(const char *purpose, struct str text, struct arena *arena);

#endif
