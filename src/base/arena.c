#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum {
    BLOCK_SIZE = 16 * 1024,
    ALIGNMENT = 16,
    SPARE_MAX = 24, /* blocks that a reset keeps for the next job */
};

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *blocks; /* the one being filled is first */
    struct block *spare;  /* empty ones of BLOCK_SIZE */
    size_t spare_count;
    size_t used;
};

static struct block *block_new(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        abort();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block->bytes, size);
    return block;
}

static void block_free(struct block *block)
{
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
    free(block);
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        abort();
    return arena;
}

static void blocks_free(struct block *block)
{
    for (struct block *next; block; block = next) {
        next = block->next;
        block_free(block);
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    blocks_free(arena->blocks);
    blocks_free(arena->spare);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        if (block->size != BLOCK_SIZE || arena->spare_count == SPARE_MAX) {
            block_free(block);
            continue;
        }
        ASAN_POISON_MEMORY_REGION(block->bytes, block->size);
        block->used = 0;
        block->next = arena->spare;
        arena->spare = block;
        arena->spare_count++;
    }
    arena->blocks = NULL;
    arena->used = 0;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

static struct block *room_for(struct arena *arena, size_t size)
{
    struct block *block = arena->blocks;
    if (block && block->size - block->used >= size)
        return block;
    if (size > BLOCK_SIZE / 4) { /* a block of its own, behind the one being filled */
        struct block *own = block_new(size);
        own->next = block ? block->next : NULL;
        if (block)
            block->next = own;
        else
            arena->blocks = own;
        return own;
    }
    struct block *fresh = arena->spare;
    if (fresh) {
        arena->spare = fresh->next;
        arena->spare_count--;
    } else {
        fresh = block_new(BLOCK_SIZE);
    }
    fresh->next = block;
    arena->blocks = fresh;
    return fresh;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded;
    if (__builtin_add_overflow(size, ALIGNMENT - 1, &rounded))
        abort();
    rounded &= ~(size_t)(ALIGNMENT - 1);
    struct block *block = room_for(arena, rounded);
    void *at = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return memset(at, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        abort();
    return arena_alloc(arena, bytes);
}

struct str arena_str(struct arena *arena, struct str s)
{
    char *at = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(at, s.at, s.len);
    return str_n(at, s.len);
}

const char *arena_cstr(struct arena *arena, struct str s)
{
    return arena_str(arena, s).at;
}

struct str arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        abort();
    char *at = arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(at, (size_t)len + 1, format, again);
    va_end(again);
    return str_n(at, (size_t)len);
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str s = arena_vprintf(arena, format, args);
    va_end(args);
    return s;
}
