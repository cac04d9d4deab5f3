/* The oracle: a real newsroom that is changed at random while it is read, its pages cached, evicted
 * and dropped, and the clock moved. Whatever the cache serves must equal a fresh rendering, byte
 * for byte; and exactness must not be bought cheaply (see economy.c).
 *
 * One writer (main's thread) makes the changes; readers ask by the engine's loopback; the house is
 * the server's own: house_handle(), workers, follower, watch, chores. Time stands until the writer
 * moves it. What a seed decides is the sequence of changes; how threads meet is the machine's.
 *
 * **Facts.** Every text that changes carries a token with a serial of its own, as in "zq117z". When
 * another text has taken its place and that change was acknowledged, whoever asks from then on must
 * never see the old token again.
 *
 * **The stamp** is odd while a change is between its beginning and its acknowledgement. Between two
 * equal even stamps nothing changed: then an answer must equal a fresh rendering. */
#ifndef TESTS_ORACLE_ORACLE_H
#define TESTS_ORACLE_ORACLE_H

#include "newsroom/publishing.h"
#include "server/house.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
    SERIALS_MAX = 1 << 20,
    TALES_MAX = 20000,
    ADDRESSES_MAX_KNOWN = 1 << 17,
    SECTIONS_MOST = 9,
    TAGS = 30,
    AUTHORS = 12,
    ADS_MOST = 5,
    PICTURES = 60, /* few stand in many stories, many in one or none */
    STANDING = 3,
    READERS_MAX = 8,
    STALE_MOST = 65536,
    NOTES_KEPT = 24,
    NOTE_BYTES = 160,
};

struct random {
    uint64_t state;
};
uint64_t random_number(struct random *random);
size_t random_below(struct random *random, size_t bound);
bool random_chance(struct random *random, unsigned percent);

/* ---- What the writer knows --------------------------------------------------------------------
 */

enum tale_state { TALE_DRAFT, TALE_LIVE, TALE_GONE };

/* A story, as the writer remembers it: serials of the texts that readers may see, 0 for none. */
struct tale {
    int64_t id;
    enum tale_state state;
    uint32_t headline, standfirst, body;
    int64_t published_at;
    const char *path; /* among the oracle's addresses; NULL: never published */
};

struct oracle {
    uint64_t seed;
    char dir[64];
    struct arena *arena; /* as long as the run */
    struct clock_set time;
    struct random random;

    struct house *house; /* open between house_begin() and house_end() */
    struct store *store; /* the writer's */

    struct tale *tales;
    size_t tale_count;
    struct store_section sections[SECTIONS_MOST];
    size_t section_count;
    int64_t tags[TAGS], authors[AUTHORS], ads[ADS_MOST], pictures[PICTURES];
    size_t ad_count;
    uint32_t tag_names[TAGS], author_names[AUTHORS], ad_titles[ADS_MOST];
    uint32_t page_titles[STANDING], page_bodies[STANDING];
    uint32_t site_name, site_tagline, breaking;
    uint32_t serial; /* the last one given */
    char timezone[64];
    int64_t oldest;        /* no story is older */
    bool months[12 * 200]; /* whose sitemaps are among the addresses, from year 1950 on */

    /* Committed, but not acknowledged yet. */
    uint32_t stale[STALE_MOST];
    size_t stale_count;
    int64_t number; /* of the last change */

    /* For readers. */
    _Atomic uint64_t stamp;
    _Atomic uint64_t acknowledged;
    _Atomic uint64_t *superseded; /* by serial: the acknowledgement that made it stale; 0: none */
    char **addresses;             /* only grows; the strings live as long as the run */
    _Atomic size_t address_count;
    char *cold;   /* the writer's: addresses that have no page to keep */
    size_t theme; /* times that it was changed */
    atomic_bool stop;
    atomic_int failures;
    atomic_ullong asked, compared, fallbacks, not_modified;

    /* The last changes, for a report. */
    pthread_mutex_t notes_lock;
    char notes[NOTES_KEPT][NOTE_BYTES];
    size_t note_count;

    uint64_t changes; /* committed */
    uint64_t verified;
};

/* Says what failed, once each, with the seed and the last changes. */
void oracle_fail(struct oracle *oracle, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Ends the program with the error: of a step that must not fail. */
void oracle_fine(struct error error, const char *expression, const char *file, int line);
#define FINE(expression) oracle_fine((expression), #expression, __FILE__, __LINE__)

/* Remembers an address that readers ask for; doubles are allowed. */
void address_know(struct oracle *oracle, struct str address);
size_t address_count(const struct oracle *oracle);

/* ---- room.c: the newsroom and the house -------------------------------------------------------
 */

void room_make(struct oracle *oracle);
void room_remove(struct oracle *oracle);
/* The story archive that a run begins with. */
void room_fill(struct oracle *oracle, size_t stories);
void house_begin(struct oracle *oracle, struct house *house, struct server_options *options,
                 size_t cache_bytes);
void house_end(struct oracle *oracle);

/* ---- changes.c: what the writer does ----------------------------------------------------------
 */

enum change_kind {
    CHANGE_PUBLISH,
    CHANGE_PUBLISH_TYPICAL, /* not featured, one section, three tags, one byline, now */
    CHANGE_PUBLISH_BACKDATED,
    CHANGE_PUBLISH_OLDEST, /* at the end of every list */
    CHANGE_DRAFT,
    CHANGE_PUBLISH_DRAFT,
    CHANGE_HEADLINE,
    CHANGE_STANDFIRST,
    CHANGE_BODY,
    CHANGE_BYLINE,
    CHANGE_PICTURE,
    CHANGE_CAPTION,
    CHANGE_DATELINE,
    CHANGE_LANGUAGE,
    CHANGE_TAGS,
    CHANGE_SECTION,
    CHANGE_SLUG,
    CHANGE_FEATURED,
    CHANGE_NOTHING,
    CHANGE_RELIST, /* to the head of its lists */
    CHANGE_WITHDRAW,
    CHANGE_CORRECT,
    CHANGE_TAKEDOWN,
    CHANGE_LAYOUT,
    CHANGE_BLOCKS, /* the pins stay */
    CHANGE_BREAKING,
    CHANGE_PICTURE_WORDS, /* in the library */
    CHANGE_TAG_NAME,
    CHANGE_AUTHOR_NAME,
    CHANGE_AUTHOR_ABOUT,
    CHANGE_SITE_NAME,
    CHANGE_SITE_TAGLINE,
    CHANGE_TIMEZONE,
    CHANGE_SINCE,
    CHANGE_LOCALE,
    CHANGE_ADD_SECTION,
    CHANGE_SECTION_NAME,
    CHANGE_SECTION_SLUG,
    CHANGE_SECTION_PARENT,
    CHANGE_SECTION_ORDER,
    CHANGE_PAGE_TITLE,
    CHANGE_PAGE_BODY,
    CHANGE_ADD_AD,
    CHANGE_AD,
    CHANGE_REMOVE_AD,
    CHANGE_KINDS
};
const char *change_name(enum change_kind kind);

/* A kind by its weight in a newsroom's life. */
enum change_kind change_pick(struct oracle *oracle);
/* Makes the change, commits, and with `wait` waits until the house has applied it and acknowledges.
 * False: there was nothing to change in that way. *ret_tale (may be NULL) is the story touched. */
bool change_make(struct oracle *oracle, enum change_kind kind, bool wait, struct tale **ret_tale);
/* Several in one transaction. */
void change_make_some(struct oracle *oracle, size_t count);
/* Moves the clock: mostly a little, sometimes right to or past a moment at which pages change; true
 * for such a moment. */
bool clock_move(struct oracle *oracle);
/* Addresses that show the story: its own, its section's, tags' and authors', the front page. At
 * most `most`; slices live in the arena. */
size_t tale_addresses(struct oracle *oracle, const struct tale *tale, struct arena *arena,
                      struct str *ret_addresses, size_t most);
/* Gives the newsroom another stylesheet and waits until the house has it. */
void theme_change(struct oracle *oracle);
void clock_set_to(struct oracle *oracle, int64_t moment);
/* From here until change_settle() readers may see the one or the other. */
void stamp_open(struct oracle *oracle);
/* Everything committed so far is applied and acknowledged. */
void change_settle(struct oracle *oracle);

/* ---- compare.c: fresh renderings, answers -----------------------------------------------------
 */

/* Draws pages with a store connection and a cache of its own; for one thread. */
struct fresh {
    struct house house;
    struct worker worker;
};
void fresh_open(struct fresh *fresh, struct oracle *oracle);
void fresh_close(struct fresh *fresh);
/* One reference for the caller. */
struct page *fresh_draw(struct fresh *fresh, struct oracle *oracle, struct str address);

/* One answer. */
struct answer {
    struct http_view view;
    struct buf bytes;
};
void answer_release(struct answer *answer);
static inline void answer_cleanup(struct answer *answer)
{
    answer_release(answer);
}
#define ANSWER_AUTO __attribute__((cleanup(answer_cleanup)))
/* Asks by the loopback; `etag` may be empty. False (and a failure noted): no whole answer. */
bool ask(struct oracle *oracle, struct str address, bool gzip, struct str etag,
         struct answer *ret_answer);
/* No token in the answer may have been superseded by acknowledgement `since` or an earlier one. */
void answer_check_facts(struct oracle *oracle, const struct answer *answer, struct str address,
                        uint64_t since);
/* The answer equals the page. */
void answer_check_page(struct oracle *oracle, const struct answer *answer, struct str address,
                       bool gzip, struct page *page);
/* Asks in both encodings and compares with a fresh rendering; nothing may change meanwhile. */
void address_check(struct oracle *oracle, struct fresh *fresh, struct str address);
/* A page that the cache serves at this address equals a fresh rendering, and ends at the same
 * moment. Only while nothing changes. */
void page_verify(struct oracle *oracle, struct fresh *fresh, struct str address, struct page *page);
/* Every page in the cache equals a fresh rendering, in each form that it has. Only while nothing
 * changes. Returns how many there were. */
size_t cache_verify(struct oracle *oracle, struct fresh *fresh);
/* Whether two pages would be written the same; *ret_why says which part differs. */
bool page_equal(struct page *a, struct page *b, const char **ret_why);

/* ---- readers.c --------------------------------------------------------------------------------
 */

struct readers;
struct readers *readers_start(struct oracle *oracle, size_t count);
void readers_stop(struct readers *readers);

/* ---- economy.c --------------------------------------------------------------------------------
 */

/* Asks for every page that is not in the cache, in both encodings. */
void cache_warm(struct oracle *oracle);
/* Measures what each kind of change drops, and asserts that it had to. `rounds`: changes a kind. */
void economy_run(struct oracle *oracle, size_t rounds, int64_t until);

#endif
