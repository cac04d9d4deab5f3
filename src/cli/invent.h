/* Invented stories for trials: the same seed gives the same words. */
#ifndef CLI_INVENT_H
#define CLI_INVENT_H

#include "newsroom/story_file.h"

enum { INVENT_SECTIONS = 10, INVENT_TAGS = 200, INVENT_AUTHORS = 60 };

/* A generator of numbers of our own, so that results don't hang on the C library. */
struct invent {
    uint64_t state;
};
struct invent invent_begin(uint64_t seed);
uint64_t invent_number(struct invent *invent);
/* From 0 to below `bound`. */
size_t invent_below(struct invent *invent, size_t bound);

struct str invent_section(size_t i);
struct str invent_tag(size_t i, struct arena *arena);
struct str invent_author(size_t i, struct arena *arena);

/* A story of about 600 words (80 to 1,500), with section, tags, bylines; no picture, no time. All
 * texts live in the arena. */
struct draft invent_story(struct invent *invent, struct arena *arena);

#endif
