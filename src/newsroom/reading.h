/* Reading for a page: everything that a page shows is read through here, and each function notes
 * the keys of what it read. So a page cannot depend on something without saying so.
 *
 * A reading belongs to one job and its arena; it sees one snapshot. */
#ifndef NEWSROOM_READING_H
#define NEWSROOM_READING_H

#include "newsroom/front.h"
#include "newsroom/keys.h"
#include "newsroom/settings.h"

struct reading {
    struct store_tx *tx;
    struct arena *arena;
    struct keys keys;
    int64_t change;           /* the number of the snapshot's last change */
    int64_t now;              /* the one moment at which this page is drawn */
    int64_t wrong_at;         /* the moment at which the clock alone makes it wrong, or NEVER */
    struct settings settings; /* what reading_settings() was asked for; the rest is empty */
    bool owns_tx;
    /* A layout that is not live yet, for a preview; NULL: the live one. Set after reading_begin().
     */
    const struct store_laid *layout;
    /* In a preview: the folder of its pictures' files ("/desk/media/"). Empty: the readers' own. */
    struct str media;
    /* Of this file's functions alone. */
    struct settings all_settings;
    struct table *cards; /* id → struct store_card, whole */
};

/* Begins a snapshot. On success reading_end() must follow. */
MUST_USE struct error reading_begin(struct reading *reading, struct store *store,
                                    struct arena *arena, const struct clock *clock);
/* The same within a transaction of the caller's, which reading_end() then leaves open. */
MUST_USE struct error reading_within(struct reading *reading, struct store_tx *tx,
                                     struct arena *arena, const struct clock *clock);
void reading_end(struct reading *reading);

/* The page is wrong from this moment on; the earliest wins. */
void reading_wrong_at(struct reading *reading, int64_t moment);

/* Fills in reading->settings: nothing is there that was not asked for. */
enum settings_part {
    SETTINGS_SITE = 1,    /* everything but: */
    SETTINGS_TAGLINE = 2, /* tagline */
    SETTINGS_ROBOTS = 4,  /* robots */
};
void reading_settings(struct reading *reading, unsigned parts);

/* The newsroom's year now; notes New Year as the moment when that is wrong. Asks for the zone. */
int reading_year(struct reading *reading);

/* The sections in order (key `nav`). Where the order of those below one is shown,
 * reading_below() says so. */
MUST_USE struct error reading_sections(struct reading *reading, struct store_section **ret_sections,
                                       size_t *ret_count);
void reading_below(struct reading *reading, int64_t section_id);
MUST_USE struct error reading_section(struct reading *reading, int64_t id,
                                      struct store_section *ret_section);
MUST_USE struct error reading_section_by_slug(struct reading *reading, struct str slug,
                                              struct store_section *ret_section);
/* Names come without `about`. */
MUST_USE struct error reading_name(struct reading *reading, enum store_name_kind kind, int64_t id,
                                   struct store_name *ret_name);
MUST_USE struct error reading_name_by_slug(struct reading *reading, enum store_name_kind kind,
                                           struct str slug, struct store_name *ret_name);
MUST_USE struct error reading_about(struct reading *reading, enum store_name_kind kind, int64_t id,
                                    struct str *ret_about);

/* A story's live revision with all that its own page shows (key body). ERR_NOT_FOUND when it is not
 * published. */
MUST_USE struct error reading_story(struct reading *reading, int64_t id,
                                    struct store_story *ret_story,
                                    struct store_revision *ret_revision);
/* What a revision that reading_story() gave says to searches and social networks; empty: its
 * headline and standfirst. */
MUST_USE struct error reading_social(struct reading *reading, int64_t revision_id,
                                     struct str *ret_title, struct str *ret_description);
/* The section that had this slug once. */
MUST_USE struct error reading_section_by_old_slug(struct reading *reading, struct str slug,
                                                  int64_t *ret_id);
/* Who wrote it: of *ret_revision only authors, agency and language are set. */
MUST_USE struct error reading_byline(struct reading *reading, int64_t id,
                                     struct store_revision *ret_revision);

/* Cards come plain: with address, headline, section, language, and the time of publication. What a
 * page shows besides, it asks for by reading_show(). */
enum card_shows {
    SHOWS_PICTURE = 2,    /* picture and alt; no list shows caption or credit */
    SHOWS_STANDFIRST = 4, /* standfirst */
};
/* Fills in a card that this reading gave. */
void reading_show(struct reading *reading, struct store_card *card, unsigned shows);
MUST_USE struct error reading_card(struct reading *reading, int64_t id,
                                   struct store_card *ret_card);
/* Cards of the stored related stories, best first. */
MUST_USE struct error reading_related(struct reading *reading, int64_t id,
                                      struct store_card **ret_cards, size_t *ret_count);

/* At most `limit` cards that follow story `anchor` (0: from the head) in a list. With ret_more the
 * page also shows whether another one follows. ERR_NOT_FOUND when the anchor is not in the list. */
MUST_USE struct error reading_list(struct reading *reading, struct store_list list, int64_t anchor,
                                   size_t limit, struct store_card **ret_cards, size_t *ret_count,
                                   bool *ret_more);

/* The same from the head, only of cards listed at `since` or later. */
MUST_USE struct error reading_list_since(struct reading *reading, struct store_list list,
                                         int64_t since, size_t limit, struct store_card **ret_cards,
                                         size_t *ret_count);

/* The corrections of a published story, oldest first. */
MUST_USE struct error reading_corrections_of(struct reading *reading, int64_t story_id,
                                             struct store_correction **ret_corrections,
                                             size_t *ret_count);
/* At most `limit` corrections that follow correction `anchor` (0: the newest ones), newest first.
 * ret_more as in reading_list(). ERR_NOT_FOUND when the anchor is not in the list. */
MUST_USE struct error reading_corrections(struct reading *reading, int64_t anchor, size_t limit,
                                          struct store_correction **ret_corrections,
                                          size_t *ret_count, bool *ret_more);
/* What is pinned at this moment to the front page (section_id 0), or as the lead of a section's
 * page; not what is pinned to a block that the front doesn't show. The page is wrong when the
 * first of the pins ends. */
MUST_USE struct error reading_pins(struct reading *reading, int64_t section_id,
                                   struct store_pin **ret_pins, size_t *ret_count);
/* The sections whose blocks the front shows, in their order. `sections` are all of them, as
 * reading_sections() gave them. */
MUST_USE struct error reading_blocks(struct reading *reading, const struct store_section *sections,
                                     size_t section_count, const struct store_section ***ret_shown,
                                     size_t *ret_count);
/* The bar; its text is empty when there is none. The page is wrong when it goes. */
MUST_USE struct error reading_breaking(struct reading *reading, struct breaking *ret_breaking);

MUST_USE struct error reading_renditions(struct reading *reading, int64_t picture_id,
                                         struct store_rendition **ret_renditions,
                                         size_t *ret_count);
/* The pictures within a text, each once. */
MUST_USE struct error reading_text_pictures(struct reading *reading, int64_t revision_id,
                                            int64_t **ret_ids, size_t *ret_count);
/* What the library says of a picture now: its credit, and caption and alt where none is given. */
struct picture_words {
    struct str caption, credit, alt; /* each may be empty */
};
MUST_USE struct error reading_picture_words(struct reading *reading, int64_t picture_id,
                                            struct picture_words *words);
/* Whether readers may see a picture's file. */
MUST_USE struct error reading_file(struct reading *reading, struct str file,
                                   enum store_file_state *ret_state,
                                   struct store_rendition *ret_rendition);
MUST_USE struct error reading_page(struct reading *reading, struct str slug,
                                   struct store_page *ret_page);
/* The text of a standing page without its title; empty when there is no such page. */
MUST_USE struct error reading_page_text(struct reading *reading, struct str slug,
                                        struct str *ret_text);
/* Advertisement number `n`, around and around; false when there is none at all. */
MUST_USE struct error reading_ad(struct reading *reading, int64_t n, struct store_ad *ret_ad,
                                 bool *ret_has);
MUST_USE struct error reading_months(struct reading *reading, int64_t **ret_months,
                                     size_t *ret_count);
/* Cards of a month for its sitemap: address and times alone. */
MUST_USE struct error reading_month(struct reading *reading, int64_t month, int64_t after,
                                    size_t limit, struct store_card **ret_cards, size_t *ret_count);

#endif
