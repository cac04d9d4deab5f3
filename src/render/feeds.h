/* Feeds: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1, written by libxml2 and jansson.
 *
 * All addresses given are absolute. Times are UTC milliseconds. Texts may hold anything that is
 * UTF-8: characters that XML forbids are left out. Nothing in a feed depends on the present moment:
 * the same items give the same bytes. */
#ifndef RENDER_FEEDS_H
#define RENDER_FEEDS_H

#include "base/arena.h"
#include "base/error.h"

struct feed_person {
    struct str name, url; /* url may be empty */
};

struct feed_picture {
    struct str url; /* empty: no picture */
    struct str type;
    int64_t bytes, width, height;
    struct str caption, credit, alt;
};

struct feed_item {
    struct str id;  /* never changes: "tag:…" or an address that stays */
    struct str url; /* where it is today */
    struct str title, summary, html, language;
    int64_t published, updated;
    const struct feed_person *authors;
    size_t author_count;
    const struct str *tags;
    size_t tag_count;
    struct feed_picture picture;
};

struct feed {
    struct str title, description, language;
    struct str home; /* the page that it is the feed of */
    struct str self; /* its own address */
    struct str zone; /* in which times are written */
    struct str hub;  /* WebSub; may be empty */
    int64_t updated; /* for a feed without items; otherwise the newest item's counts */
    const struct feed_item *items;
    size_t count;
};

/* Loads libxml2, which else comes with the first feed (base/lazy.h). A server does this at its
 * start. */
void feeds_load(void);

/* The documents live in the arena. ERR_SYSTEM when memory is out. */
MUST_USE struct error feed_rss(const struct feed *feed, struct arena *arena, struct str *ret_xml);
MUST_USE struct error feed_atom(const struct feed *feed, struct arena *arena, struct str *ret_xml);
MUST_USE struct error feed_json(const struct feed *feed, struct arena *arena, struct str *ret_json);

#endif
