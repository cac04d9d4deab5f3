/* The demo's stories: story files with two fields that the program makes true when it runs, so that
 * the paper is always fresh.
 *
 *     published: 12d 17:30      twelve days ago at that time on the newsroom's wall
 *     published: 3h             three hours ago
 *     photo.scene, photo.seed   a picture that the program draws, in place of photo.file */
#ifndef CLI_DEMO_STORY_H
#define CLI_DEMO_STORY_H

#include "newsroom/story_file.h"

struct demo_story {
    struct draft draft;
    struct str scene; /* empty: no picture */
    int64_t seed;
    int64_t published;
};

MUST_USE struct error demo_story_parse(struct str bytes, struct str zone, int64_t now,
                                       struct arena *arena, struct demo_story *ret_story);

#endif
