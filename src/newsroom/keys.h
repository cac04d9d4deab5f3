/* Change keys: the names of what a page was drawn from, and of what a change touched.
 *
 *     settings                the newsroom's name, address, zone, language, founding year …
 *     settings/tagline        what the front page and the feeds say of it besides
 *     settings/robots         lines of robots.txt
 *     nav                     the list of sections in the navigation
 *     section/3/below         the order of the sections below it
 *     section/3  tag/7  author/5     a name
 *     author/5/about          what is said about it
 *     story/41/body           all that the story's own page and the feeds show of it
 *     story/41/card           what every list shows of it: address, headline, section, language
 *     story/41/standfirst  story/41/picture  story/41/byline   what some lists show besides
 *     story/41/related        the stored rows of its related stories
 *     story/41/corrections    its corrections, which its own page shows
 *     corrections/after/7     which correction follows correction 7; after/0 is the newest
 *     corrections/end/7       whether any follows it
 *     front                   what is pinned to the front page
 *     section/3/lead          what is pinned to a section's page
 *     breaking                the bar of breaking news
 *     list/tag/7/after/41     which story follows story 41 in a list; after/0 is its head
 *     list/tag/7/end/41       whether any story follows story 41
 *     picture/12              a picture's renditions
 *     picture/12/credit  picture/12/caption  picture/12/alt   what the library says of it, shown
 *                             where it stands within a text
 *     file/0123….jpg          whether readers may see a picture's file (pictures may share one)
 *     page/about              a standing page; page/about/text: its text alone
 *     ads/7                   which house advertisement stands in slot 7; ad/3: what it says
 *     months  month/24322     the months that have stories, and the stories of one
 *     theme                   templates and styles (never in the log: a server knows by itself)
 *
 * A page of a list depends on what follows its anchor and each story shown: putting a story in
 * between drops the pages that show that spot, and no other, however long the list is. Only this
 * folder makes keys: reading.h notes them, publishing.h and its neighbours emit them. */
#ifndef NEWSROOM_KEYS_H
#define NEWSROOM_KEYS_H

#include "base/table.h"
#include "store/store.h"

/* A set of keys, in the order of first mention, in an arena. */
struct keys {
    struct arena *arena;
    struct table *seen;
};

void keys_init(struct keys *keys, struct arena *arena);
void keys_note(struct keys *keys, struct str key); /* the text is copied */
size_t keys_count(const struct keys *keys);
struct str keys_at(const struct keys *keys, size_t i);
/* All of them as an array in the arena. */
const struct str *keys_array(const struct keys *keys);

enum story_part {
    STORY_BODY,
    STORY_CARD,
    STORY_RELATED,
    STORY_STANDFIRST,
    STORY_PICTURE,
    STORY_BYLINE,
    STORY_CORRECTIONS,
};

void key_settings(struct keys *keys);
void key_tagline(struct keys *keys);
void key_robots(struct keys *keys);
void key_nav(struct keys *keys);
/* Advertisements are shown in turn, in so many slots; no more than these are ever seen. */
enum { AD_SLOTS = 60 };
void key_ads(struct keys *keys); /* all slots */
void key_ad_slot(struct keys *keys, size_t slot);
void key_ad(struct keys *keys, int64_t id);
void key_section(struct keys *keys, int64_t id);
void key_name(struct keys *keys, enum store_name_kind kind, int64_t id);
void key_about(struct keys *keys, enum store_name_kind kind, int64_t id);
void key_story(struct keys *keys, int64_t id, enum story_part part);
void key_list_after(struct keys *keys, struct store_list list, int64_t story_id);
void key_list_end(struct keys *keys, struct store_list list, int64_t story_id);
void key_picture(struct keys *keys, int64_t id);
enum picture_word { PICTURE_CREDIT, PICTURE_CAPTION, PICTURE_ALT };
void key_picture_word(struct keys *keys, int64_t id, enum picture_word word);
void key_file(struct keys *keys, struct str file);
void key_page(struct keys *keys, struct str slug);
void key_page_text(struct keys *keys, struct str slug);
void key_months(struct keys *keys);
void key_correction_after(struct keys *keys, int64_t id);
void key_correction_end(struct keys *keys, int64_t id);
void key_front(struct keys *keys);
/* Every page that shows sections depends on `nav` (which there are, which stands below which, and
 * the order of those at the top); the order of those below one is told apart. */
void key_section_below(struct keys *keys, int64_t section_id);
void key_section_lead(struct keys *keys, int64_t section_id);
void key_breaking(struct keys *keys);
void key_month(struct keys *keys, int64_t month);

#endif
