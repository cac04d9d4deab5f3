/* A story as a file: YAML front matter between lines of `---`, then Markdown.
 *
 * Read by libyaml's events. Anchors, aliases, tags and duplicate keys are refused; an unknown or
 * wrong field is ERR_FRONT_MATTER with its line and name. Only `headline` is required. */
#ifndef NEWSROOM_STORY_FILE_H
#define NEWSROOM_STORY_FILE_H

#include "base/arena.h"
#include "base/error.h"

enum {
    STORY_FILE_MAX = 2 << 20, /* bytes of a whole file */
    STORY_BODY_MAX = 1 << 20, /* bytes of its text */
    STORY_FIELD_MAX = 1000,   /* bytes of a field, such as a headline */
    STORY_TAGS_MAX = 20,
    STORY_BYLINES_MAX = 10,
};

/* A story as a person gives it: by names, not by ids. Empty: not given. */
struct draft {
    struct str headline, slug, section, agency, dateline, standfirst, language;
    int section_line; /* lines are those of the file, from 1; 0 without one */
    struct str *tags, *bylines;
    size_t tag_count, byline_count;
    struct str published; /* as written; the newsroom's zone is needed to read it */
    int published_line;
    struct str photo_file, caption, credit, alt;
    int photo_line;
    bool featured;
    struct str body;
    int body_line; /* the line on which the text begins */
};

MUST_USE struct error story_file_parse(struct str bytes, struct arena *arena,
                                       struct draft *ret_draft);

#endif
