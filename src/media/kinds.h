/* The renditions that are made of each picture; the order is the one of media_result. Shared with
 * stoppress-media. */
#ifndef MEDIA_KINDS_H
#define MEDIA_KINDS_H

#include <stddef.h>

struct media_kind {
    const char *name;
    int across, down; /* the ratio of a crop; 0: the whole picture */
    int width;        /* at most, in pixels */
};

enum { MEDIA_KINDS = 10 };
extern const struct media_kind media_kinds[MEDIA_KINDS];

#endif
