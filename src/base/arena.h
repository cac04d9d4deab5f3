/* An arena: memory that lives exactly as long as one job and is freed whole.
 *
 * An arena belongs to one job and is touched by one thread at a time; it moves with its job. What
 * it hands out is aligned for any type and zeroed. Small allocations abort when memory is out;
 * sizes that a peer chooses must be bounded before they come here. Free space is poisoned under
 * AddressSanitizer. (Idea: h2o's mempool, lwan's arena.) */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena;

/* Never NULL. Free with arena_free(), which takes NULL too. */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Forgets everything handed out but keeps some blocks for the next job. */
void arena_reset(struct arena *arena);

/* Bytes handed out since the arena was made or reset. */
size_t arena_used(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
/* `count` zeroed elements; aborts when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

/* A copy in the arena, followed by a NUL that is not counted. */
struct str arena_str(struct arena *arena, struct str s);
const char *arena_cstr(struct arena *arena, struct str s);

struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The cleanup attribute: ARENA_AUTO struct arena *a = arena_new(); */
static inline void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}
#define ARENA_AUTO __attribute__((cleanup(arena_cleanup)))

#endif
