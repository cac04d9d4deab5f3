/* Slugs: the readable last part of an address. */
#ifndef TEXT_SLUG_H
#define TEXT_SLUG_H

#include "base/arena.h"

enum { TEXT_SLUG_MAX = 80 };

/* A slug of any headline: lower-case ASCII letters, digits and single hyphens between, at most
 * TEXT_SLUG_MAX bytes, cut at a word. Other scripts are spelled in Latin letters by ICU. Text that
 * leaves nothing gives `otherwise`, which may be empty. Never fails; bytes that are not UTF-8 are
 * left out. Any thread. */
struct str text_slug(struct str text, struct str otherwise, struct arena *arena);

/* Whether a slug that a person typed is one: not empty, at most TEXT_SLUG_MAX bytes of [a-z0-9-],
 * no hyphen at either end and never two together. */
bool text_slug_valid(struct str slug);

#endif
