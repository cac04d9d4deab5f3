/* The reader's site: one file a kind of page. Draws from a reading (newsroom/reading.h), so that
 * every page says what it was drawn from and until when.
 *
 * A `struct site` is a theme: templates, stylesheet and words, compiled once and immutable; any
 * number of threads draw with it. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "newsroom/reading.h"
#include "newsroom/subscribing.h"

struct site;

/* Loads the default theme with the files of DIR/theme/ over it. ERR_TEMPLATE names template and
 * line; ERR_INVALID a wrong locale file. `dir` may be NULL: the default alone. One reference for
 * the caller. */
MUST_USE struct error site_load(const char *dir, struct site **ret_site);
struct site *site_ref(struct site *site);
/* Takes NULL. */
void site_unref(struct site *site);
/* A word of the site's catalogue ("t" of locale/LANG.json) in a language, or English when the theme
 * has none of it. Lives as long as the site. */
struct str site_word(const struct site *site, struct str language, const char *key);
/* A number that differs when the files of DIR/theme/ do (names, sizes, times); 0 without the
 * folder. */
uint64_t site_theme_state(const char *dir);

enum site_kind {
    SITE_FRONT,
    SITE_SECTION,
    SITE_TAG,
    SITE_AUTHOR,
    SITE_STORY,
    SITE_STANDING,    /* slug: about, terms, privacy */
    SITE_NEWSLETTERS, /* the form on a page of its own */
    SITE_CORRECTIONS,
    SITE_CORRECTIONS_FEED,
    SITE_FEED,     /* of everything, or of the section or tag `slug` */
    SITE_SITEMAPS, /* the index */
    SITE_SITEMAP,  /* of one month */
    SITE_NEWS_SITEMAP,
    SITE_ROBOTS,
    SITE_ASSET, /* slug: a file of the theme, by its hashed name */
    SITE_ICON,  /* slug: favicon.svg or favicon.ico */
    SITE_MEDIA, /* slug: a rendition's file */
};
enum feed_format { FEED_RSS, FEED_ATOM, FEED_JSON };

/* What an address asks for. Slices point into the address. */
struct site_address {
    enum site_kind kind;
    struct str slug;
    int64_t before; /* lists: the story above this page; 0: the first page */
    enum feed_format format;
    enum store_list_kind list; /* feeds: STORE_LIST_ALL, _SECTION or _TAG */
    int64_t month, part;       /* sitemaps */
    struct str path;           /* the whole path */
};

/* What was drawn; texts live in the reading's arena or as long as the site. */
struct drawing {
    int status;      /* 200, 301, 404, 410 */
    struct str type; /* Content-Type */
    struct str body;
    struct str location; /* for 301 and 302: root-relative */
    bool html;           /* a page: gets the content security policy */
    /* Of a page with embeds: where its frames may come from, "https://a.example …"; then it may
     * run the theme's script. Else empty. */
    struct str frames;
    bool compressible;
    bool uncacheable; /* by us: 404s and redirects */
    bool lasting;     /* its address changes with its bytes: browsers may keep it */
    struct str file;  /* a rendition too large for memory: its name; then there is no body */
    int64_t file_bytes;
};

/* Renditions up to this size are answered from memory, larger ones in pieces from the disk. */
enum { SITE_MEDIA_IN_MEMORY = 256 * 1024 };

/* Draws what the address asks for; what isn't there becomes a drawing of 404, 410 or 301. `dir_fd`
 * is the newsroom's folder, for pictures. Errors are the store's and the templates'. */
MUST_USE struct error site_draw(const struct site *site, struct reading *reading, int dir_fd,
                                const struct site_address *address, struct drawing *ret_drawing);

/* A file of the theme, for which no store is needed: false when it isn't one. */
bool site_asset(const struct site *site, const struct site_address *address,
                struct drawing *ret_drawing);

/* The front page with a layout that is not live, for the desk's preview. `reading` has it
 * (reading->layout). */
MUST_USE struct error site_draw_front(const struct site *site, struct reading *reading,
                                      struct drawing *ret_drawing);

/* A story with a revision that readers don't see, and that need not be saved, for previews: nothing
 * in it is for machines. `story` is the stored one, or all 0 but for a time. `reading->media` says
 * where its pictures are. */
MUST_USE struct error site_draw_story(const struct site *site, struct reading *reading,
                                      const struct store_story *story,
                                      const struct store_revision *revision,
                                      struct drawing *ret_drawing);

/* The answer to the newsletter form. */
enum signup_outcome { SIGNUP_SHOWN, SIGNUP_SAVED, SIGNUP_WRONG, SIGNUP_TOO_MANY, SIGNUP_NO_ROOM };
MUST_USE struct error site_draw_signup(const struct site *site, struct reading *reading,
                                       const struct signup *signup, enum signup_fault fault,
                                       enum signup_outcome outcome, struct drawing *ret_drawing);
/* The words beside the two boxes in the newsroom's language, for the record. */
void site_signup_words(const struct site *site, struct str language, struct arena *arena,
                       struct str *ret_mail, struct str *ret_terms);
/* A page that says what went wrong, drawn with a reading. */
MUST_USE struct error site_draw_error(const struct site *site, struct reading *reading, int status,
                                      struct drawing *ret_drawing);
/* The same without any store: in English, without sections. Lives as long as the site. */
struct str site_plain_error(const struct site *site, int status);

#endif
