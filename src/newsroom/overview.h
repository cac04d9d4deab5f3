/* What the desk shows at a glance: Today, and the list of stories. Reads only. */
#ifndef NEWSROOM_OVERVIEW_H
#define NEWSROOM_OVERVIEW_H

#include "newsroom/workflow.h"

enum {
    TODAY_ROWS = 20,  /* of each part */
    TODAY_HOURS = 12, /* "published in the last hours" */
    STORIES_A_PAGE = 50,
};

struct desk_part {
    struct store_desk_row *rows;
    size_t count;
    bool more; /* than are shown */
};
struct desk_day {
    struct desk_part mine, handed_in, scheduled, embargoed, published, edited;
};
/* Parts that the actor's role doesn't see are empty. */
MUST_USE struct error desk_today(struct store_tx *tx, const struct actor *actor, int64_t now,
                                 struct arena *arena, struct desk_day *ret_day);

struct desk_query {
    struct store_desk_filter filter; /* its words are ignored */
    struct str words;                /* as typed: all must stand in the headline, whole */
    int64_t below;                   /* from the page before; 0: the newest */
};
struct desk_stories {
    struct store_desk_row *rows;
    size_t count;
    int64_t next; /* for `below`; 0: that is all */
    /* The rows that one request may look at are used up: offer to look further back. */
    bool look_further;
};
/* One page, as far as the actor may see (contributors: their own). */
MUST_USE struct error desk_stories(struct store_tx *tx, const struct actor *actor,
                                   const struct desk_query *query, struct arena *arena,
                                   struct desk_stories *ret_stories);

/* The words by which a text is found, once each, in order, at most `limit`: folded, without marks
 * on Latin letters; scripts without spaces are cut into words. */
void desk_words(struct str text, size_t limit, struct arena *arena, struct str **ret_words,
                size_t *ret_count);
/* Puts the story's headline into the index of words, when it isn't yet. publishing.h calls it. */
MUST_USE struct error desk_index(struct store_tx *tx, int64_t story_id, struct arena *arena);
/* The same for stories and pictures that came by other ways, at most `limit` of each; *ret_count
 * says how many were done. */
MUST_USE struct error desk_index_some(struct store_tx *tx, size_t limit, struct arena *arena,
                                      size_t *ret_count);

#endif
