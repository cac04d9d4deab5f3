/* What the files of site/ share: a page being filled, its furniture, cards and words. */
#ifndef SITE_SHEET_H
#define SITE_SHEET_H

#include "render/markdown.h"
#include "render/mustache.h"
#include "render/value.h"
#include "site/site.h"

/* The words of one language, from locale/LANG.json. */
struct locale;
/* The nearest one, in the end English. */
const struct locale *site_locale(const struct site *site, struct str language);
/* The same, or NULL when the theme doesn't have that language. */
const struct locale *site_locale_of(const struct site *site, struct str language);

/* A page being filled. */
struct sheet {
    const struct site *site;
    struct reading *reading;
    struct arena *arena;
    const struct locale *locale;
    struct value *root, *page, *og;
    struct store_section *sections;
    size_t section_count;
    struct str frames; /* drawing.frames */
};

/* A sentence of the locale; the pairs after the key are names and values that replace {name}, ended
 * by NULL: say(sheet, "author_title", "name", name, NULL), each value a `struct str *`. */
struct str say(const struct sheet *sheet, const char *key, ...) __attribute__((sentinel));

/* One of the words that templates know as {{t.key}}. */
struct str sheet_word(const struct sheet *sheet, const char *key);

/* Begins a page: language, masthead, sections (the one named is current; 0: none), feeds, footer.
 */
MUST_USE struct error sheet_begin(struct sheet *sheet, const struct site *site,
                                  struct reading *reading, int64_t current_section);
/* <title>, description and canonical address ("/news/…"; empty: none), and Open Graph. */
void sheet_about(struct sheet *sheet, struct str title, struct str description, struct str path,
                 const char *og_type);
/* The words that a text's boxes and embeds need. Lives as long as the sheet's arena. */
const struct markdown_words *sheet_words(const struct sheet *sheet);
/* What a text's embeds need of the page: their script and leave for their frames. Takes the empty
 * string. */
void sheet_embeds(struct sheet *sheet, struct str origins);
/* Draws the template. */
MUST_USE struct error sheet_draw(struct sheet *sheet, const char *template, int status,
                                 struct drawing *ret_drawing);

/* "https://example.org" + path. */
struct str sheet_absolute(const struct sheet *sheet, struct str path);
const struct store_section *sheet_section(const struct sheet *sheet, int64_t id);
/* name and url */
void sheet_section_link(const struct sheet *sheet, const struct store_section *section,
                        struct value *object);
/* lang and dir, when they differ from the page's. */
void sheet_language(const struct sheet *sheet, struct value *object, struct str language);

enum card_parts {
    CARD_KICKER = 1,
    CARD_PICTURE = SHOWS_PICTURE,
    CARD_STANDFIRST = SHOWS_STANDFIRST,
    CARD_TIME = 8, /* the hour as well */
    CARD_ALL = CARD_KICKER | CARD_PICTURE | CARD_STANDFIRST,
};
MUST_USE struct error sheet_card(struct sheet *sheet, const struct store_card *plain,
                                 unsigned parts, struct value *ret_card);
/* The same with the line of who wrote it. */
MUST_USE struct error sheet_lead(struct sheet *sheet, const struct store_card *card, unsigned parts,
                                 struct value *ret_card);

/* What a page shows of one picture: whole or as a card's 3:2. */
struct picture {
    const struct store_rendition *renditions;
    size_t count;
};
MUST_USE struct error sheet_picture(struct sheet *sheet, int64_t picture_id,
                                    struct picture *ret_picture);
const struct store_rendition *picture_find(const struct picture *picture, const char *kind,
                                           const char *type);
/* Address of a picture's file; in a preview where that finds it. */
struct str sheet_media(const struct sheet *sheet, struct str file);
/* The JPEG that stands in `src`: the largest one not wider than a usual screen needs, else the
 * smallest; NULL when there is none. */
const struct store_rendition *picture_source(const struct picture *picture, bool whole);
void picture_value(struct sheet *sheet, const struct picture *picture, bool whole, struct str alt,
                   struct value *ret_object);
/* Pictures within a story's text, for markdown_options.picture with text_picture(). */
struct text_pictures {
    struct sheet *sheet;
    int64_t revision_id;
    struct str preview; /* the text of a preview, which may not be saved; empty: the revision's */
    bool feed;          /* plain HTML with whole addresses */
    struct error error; /* look at it after markdown_html() */
    /* its own */
    bool looked;
    int64_t *ids;
    size_t count;
};
bool text_picture(void *context, const struct markdown_picture *picture, struct buf *out);
/* Open Graph's picture, when the story has one. */
void sheet_og_picture(struct sheet *sheet, const struct picture *picture, struct str alt);

/* Who wrote it, for pages (bylines[]) and feeds. */
struct writers {
    struct store_name *names;
    size_t count;
    struct str agency;
    struct str line; /* "By Ana Reyes and Tomas Lim" or the agency; may be empty */
};
MUST_USE struct error sheet_writers(struct sheet *sheet, const struct store_revision *revision,
                                    struct writers *ret_writers);

/* A correction with its date; language as the story's, empty: the newsroom's. */
MUST_USE struct error sheet_correction(struct sheet *sheet,
                                       const struct store_correction *correction,
                                       struct str language, struct value *ret_object);

/* Logo, colours and letters, copyright line, accounts: within sheet_begin(). */
MUST_USE struct error sheet_look(struct sheet *sheet, struct value *site, struct value *footer);

/* The house advertisement number `n`, around and around; a default one when there is none. */
MUST_USE struct error sheet_ad(struct sheet *sheet, int64_t n, struct value *ret_ad);
/* The newsletter panel in its first state; story 0 for none. */
MUST_USE struct error sheet_newsletter(struct sheet *sheet, int64_t story_id);

/* One kind of page each. */
#define DRAWS(name)                                                                                \
    MUST_USE struct error name(const struct site *site, struct reading *reading,                   \
                               const struct site_address *address, struct drawing *ret_drawing)
DRAWS(draw_front);
DRAWS(draw_list);
DRAWS(draw_story);
DRAWS(draw_standing);
DRAWS(draw_short); /* "/world": a section, a page, or an old name */
DRAWS(draw_look);
DRAWS(draw_newsletters);
DRAWS(draw_corrections);
DRAWS(draw_corrections_feed);
DRAWS(draw_feed);
DRAWS(draw_sitemaps);
DRAWS(draw_sitemap);
DRAWS(draw_news_sitemap);
DRAWS(draw_robots);
MUST_USE struct error draw_media(const struct site *site, struct reading *reading, int dir_fd,
                                 const struct site_address *address, struct drawing *ret_drawing);
MUST_USE struct error draw_error(const struct site *site, struct reading *reading, int status,
                                 struct str why, struct drawing *ret_drawing);
void draw_redirect(struct reading *reading, int status, struct str path,
                   struct drawing *ret_drawing);

/* The theme's files. */
struct str site_stylesheet_url(const struct site *site);
struct str site_embed_script_url(const struct site *site);
struct str site_icon_url(const struct site *site);
const struct mustache_set *site_templates(const struct site *site);
struct str locale_say(const struct locale *locale, struct str key);
struct value *locale_words(const struct locale *locale);

#endif
