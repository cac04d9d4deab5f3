/* The renditions that are made of each picture; the order is the one of media_result. Shared with
 * stoppress-media. */
#ifndef MEDIA_KINDS_H
#define MEDIA_KINDS_H

#include <stdbool.h>
#include <stddef.h>

struct media_kind {
    const char *name;
    int across, down; /* the ratio of a crop; 0: the whole picture */
    int width;        /* at most, in pixels */
    bool avif;        /* pages choose among its files, so that there is one as AVIF too */
};

enum { MEDIA_KINDS = 11 };
extern const struct media_kind media_kinds[MEDIA_KINDS];

#endif
