/* The store: what a newsroom keeps, in the newsroom's words. SQLite stands behind it (sqlite/);
 * this header knows nothing of it, so that another database can.
 *
 * A `struct store` is one connection: used by one thread at a time, opened once per thread. All
 * work happens in a transaction, `struct store_tx`: a read transaction sees one snapshot from its
 * first to its last query; a write transaction is the only one of its kind at a time, in all
 * processes.
 *
 *     STORE_TX_AUTO struct store_tx *tx = NULL;
 *     TRY(store_write(store, &tx));
 *     ... store_story_add(tx, ...) ...
 *     TRY(store_commit(tx, &changes, &number));      otherwise the cleanup rolls back
 *
 * A commit needs the list of what it changed (change keys, see newsroom/keys.h); the store appends
 * it to the change log in the same transaction. What is committed is durable: synced to the disk.
 *
 * Texts given are checked UTF-8; texts returned live in the arena given. Times are UTC
 * milliseconds. Ids are positive; 0 means none. Lookups that find nothing fail with ERR_NOT_FOUND.
 * Every call can fail with ERR_STORE, ERR_STORE_BUSY or ERR_DISK_FULL. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

struct store;
struct store_tx;

/* ---- Connections ----------------------------------------------------------------------------- */

/* The database's name inside a newsroom's folder. */
#define STORE_FILE "newsroom.db"

/* Makes the database in the folder; ERR_EXISTS when there is one. Only `init`, `demo` and `restore`
 * create. */
MUST_USE struct error store_create(const char *dir);

enum store_role {
    STORE_READER, /* read transactions only */
    STORE_WRITER, /* both */
};

struct store_options {
    enum store_role role;
    /* How long a call waits for another process's lock, in milliseconds. */
    int busy_ms;
    /* Told once, from within the call, when it has waited for a second; may be NULL. */
    void (*waits)(const void *context);
    const void *waits_context;
    /* A server runs on the folder and checkpoints alone: this connection never does. */
    bool leave_checkpoints;
};

/* ERR_NOT_A_NEWSROOM when the folder holds no database, ERR_NEWER_FOLDER when it was written by a
 * newer program. A writer brings an older database up to date first (a backup is made before). */
MUST_USE struct error store_open(const char *dir, const struct store_options *options,
                                 struct store **ret_store);
/* Takes NULL. No transaction may be open. */
void store_close(struct store *store);

/* Makes running calls of this connection fail soon with ERR_STORE_BUSY; from any thread. */
void store_interrupt(struct store *store);

/* Folds the log into the database as far as readers allow. Only the housekeeper calls it. */
MUST_USE struct error store_checkpoint(struct store *store);

/* A number that changes when another connection has committed; cheap. */
MUST_USE struct error store_data_version(struct store *store, int64_t *ret_version);

/* False when the path of the database no longer leads to the file that is open. */
bool store_is_same_file(struct store *store);

/* A consistent copy of the whole database into a new file at `path`, also while others write.
 * Durable when it returns; ERR_EXISTS when there is a file. No transaction need be open. */
MUST_USE struct error store_copy(struct store *store, const char *path);

/* Looks the whole database over: its own structure, foreign keys, and the rules that hold between
 * tables. Calls `report` with one sentence for each fault; *ret_faults counts them. */
MUST_USE struct error store_check(struct store *store,
                                  void (*report)(void *context, struct str sentence), void *context,
                                  int64_t *ret_faults);

/* ---- Transactions ---------------------------------------------------------------------------- */

MUST_USE struct error store_read(struct store *store, struct store_tx **ret_tx);
MUST_USE struct error store_write(struct store *store, struct store_tx **ret_tx);

/* What a commit changed. `destroys`: the pages drawn from these keys must not serve as fallbacks
 * either (a withdrawal). A commit that changes nothing a reader sees gives no keys and says why. */
struct store_changes {
    const struct str *keys;
    size_t count;
    bool destroys;
    const char *why_none; /* needed when count is 0 */
};

/* Commits, durably, and ends the transaction whether it fails or not. *ret_number is the change's
 * number (0 when there were no keys); ret_number may be NULL.
 *
 * Fails, and keeps nothing, when an earlier call in the transaction failed with ERR_STORE,
 * ERR_STORE_BUSY or ERR_DISK_FULL: it may have been done by half. Refusals (ERR_EXISTS,
 * ERR_NOT_FOUND) change nothing and spoil nothing. When the disk itself fails at this moment and
 * the program ends before another commit, the change may turn out to be there after all, whole. */
MUST_USE struct error store_commit(struct store_tx *tx, const struct store_changes *changes,
                                   int64_t at, int64_t *ret_number);
/* Ends a read, or undoes a write. Takes NULL. */
void store_end(struct store_tx *tx);

static inline void store_tx_cleanup(struct store_tx **tx)
{
    store_end(*tx);
}
#define STORE_TX_AUTO __attribute__((cleanup(store_tx_cleanup)))

/* The number of the last change that this transaction's snapshot holds. */
MUST_USE struct error store_change_number(struct store_tx *tx, int64_t *ret_number);

struct store_change {
    int64_t number, at;
    bool destroys;
    struct str *keys;
    size_t count;
};

/* The changes after number `after`, oldest first, at most `limit`. Numbers are consecutive and
 * never used twice. *ret_complete is false when the log no longer holds all of them, or ends before
 * `after` (the database was replaced): the follower must then drop everything. */
MUST_USE struct error store_changes_after(struct store_tx *tx, int64_t after, size_t limit,
                                          struct arena *arena, struct store_change **ret_changes,
                                          size_t *ret_count, bool *ret_complete);
/* Forgets all but the newest `keep` changes. */
MUST_USE struct error store_changes_trim(struct store_tx *tx, int64_t keep);

/* ---- Settings -------------------------------------------------------------------------------- */

/* Names and values are the newsroom's (newsroom/settings.h). A name that was never set gives the
 * empty text. */
MUST_USE struct error store_setting(struct store_tx *tx, struct str name, struct arena *arena,
                                    struct str *ret_value);
MUST_USE struct error store_setting_set(struct store_tx *tx, struct str name, struct str value);

/* ---- Sections, tags, authors ----------------------------------------------------------------- */

struct store_section {
    int64_t id;
    struct str slug, name;
    int64_t position; /* ascending in the navigation */
    int64_t
        parent_id; /* the section above; 0 for none. store_section_parent_set() alone writes it */
};

MUST_USE struct error store_sections(struct store_tx *tx, struct arena *arena,
                                     struct store_section **ret_sections, size_t *ret_count);
MUST_USE struct error store_section(struct store_tx *tx, int64_t id, struct arena *arena,
                                    struct store_section *ret_section);
MUST_USE struct error store_section_by_slug(struct store_tx *tx, struct str slug,
                                            struct arena *arena, struct store_section *ret_section);
/* section->id is ignored. ERR_EXISTS when the slug is taken. */
MUST_USE struct error store_section_add(struct store_tx *tx, const struct store_section *section,
                                        int64_t *ret_id);
/* By section->id; the slug stays. */
MUST_USE struct error store_section_set(struct store_tx *tx, const struct store_section *section);

/* Tags and authors are names with a slug; an author is a public byline, not an account. */
enum store_name_kind { STORE_TAG, STORE_AUTHOR };
struct store_name {
    int64_t id;
    struct str slug, name;
    struct str about; /* an author's one sentence; empty for tags */
};

MUST_USE struct error store_name(struct store_tx *tx, enum store_name_kind kind, int64_t id,
                                 struct arena *arena, struct store_name *ret_name);
MUST_USE struct error store_name_by_slug(struct store_tx *tx, enum store_name_kind kind,
                                         struct str slug, struct arena *arena,
                                         struct store_name *ret_name);
/* Exact name, case and all; of several that were renamed to it, the oldest. */
MUST_USE struct error store_name_by_name(struct store_tx *tx, enum store_name_kind kind,
                                         struct str name, struct arena *arena,
                                         struct store_name *ret_name);
MUST_USE struct error store_name_add(struct store_tx *tx, enum store_name_kind kind,
                                     const struct store_name *name, int64_t *ret_id);
/* By name->id; the slug stays, so that its address does. */
MUST_USE struct error store_name_set(struct store_tx *tx, enum store_name_kind kind,
                                     const struct store_name *name);
/* By slug, after `after` (empty: from the first), at most `limit`. */
MUST_USE struct error store_names(struct store_tx *tx, enum store_name_kind kind, struct str after,
                                  size_t limit, struct arena *arena, struct store_name **ret_names,
                                  size_t *ret_count);

/* ---- Pictures -------------------------------------------------------------------------------- */

struct store_picture {
    int64_t id;
    struct str original;   /* hash of the original file's bytes */
    struct str type;       /* of the original, as in "image/jpeg" */
    int64_t width, height; /* upright */
    int64_t created_at;
};
struct store_rendition {
    struct str kind; /* "w640", "16x9": see media/media.h */
    struct str type; /* "image/jpeg", "image/webp", "image/avif" */
    int64_t width, height, bytes;
    struct str file;    /* the name under /media/ */
    int64_t picture_id; /* returned; ignored when given */
};

/* One with the same original may exist: ERR_NOT_FOUND otherwise. */
MUST_USE struct error store_picture_by_original(struct store_tx *tx, struct str original,
                                                struct arena *arena,
                                                struct store_picture *ret_picture);
MUST_USE struct error store_picture(struct store_tx *tx, int64_t id, struct arena *arena,
                                    struct store_picture *ret_picture);
MUST_USE struct error store_picture_add(struct store_tx *tx, const struct store_picture *picture,
                                        const struct store_rendition *renditions, size_t count,
                                        int64_t *ret_id);
/* In the order in which they were added. */
MUST_USE struct error store_renditions(struct store_tx *tx, int64_t picture_id, struct arena *arena,
                                       struct store_rendition **ret_renditions, size_t *ret_count);
enum store_file_state {
    STORE_FILE_UNKNOWN, /* no rendition has that name */
    STORE_FILE_PUBLIC,  /* a published story shows its picture */
    STORE_FILE_PRIVATE, /* only drafts do, or none */
    STORE_FILE_GONE,    /* a withdrawn story does, and no published one */
};
/* For an address under /media/. On success *ret_rendition is set unless the state is UNKNOWN. */
MUST_USE struct error store_file_state(struct store_tx *tx, struct str file, struct arena *arena,
                                       enum store_file_state *ret_state,
                                       struct store_rendition *ret_rendition);
/* True when an original (by hash) or a rendition (by file name) of that name is known. */
MUST_USE struct error store_file_is_named(struct store_tx *tx, struct str name, bool *ret_named);

/* ---- Stories and their revisions ------------------------------------------------------------- */

enum story_state { STORY_DRAFT = 1, STORY_PUBLISHED = 2, STORY_WITHDRAWN = 3 };

/* What a journalist wrote: one revision is never changed once it is added. */
struct store_revision {
    int64_t id, story_id, number; /* number: 1, 2, 3 … within the story */
    int64_t at;
    int64_t section_id;
    struct str slug; /* as wished; empty: from the headline */
    struct str headline, standfirst, dateline, agency, language, body; /* body: Markdown */
    int64_t picture_id;
    struct str caption, credit, alt;
    bool featured;
    int64_t *tags, *authors; /* ids, in order */
    size_t tag_count, author_count;
    struct str note; /* why, for colleagues; may be empty */
};

/* Where the story stands. */
struct store_story {
    int64_t id;
    enum story_state state;
    int64_t newest;       /* revision id */
    int64_t live;         /* revision id that readers see (or saw, when withdrawn); 0 for never */
    struct str path;      /* "/news/2026/11/slug"; empty until first published */
    int64_t published_at; /* first publication; 0 for never */
    int64_t updated_at;   /* last change in substance that readers saw */
    int64_t listed_at;    /* its place in the lists */
    struct str reason;    /* of the withdrawal, for readers */
    int64_t withdrawn_at;
};

/* Adds a draft with its first revision (revision->id, story_id, number are ignored). */
MUST_USE struct error store_story_add(struct store_tx *tx, const struct store_revision *revision,
                                      int64_t *ret_story, int64_t *ret_revision);
/* Adds the next revision to revision->story_id and makes it the newest. */
MUST_USE struct error store_revision_add(struct store_tx *tx, const struct store_revision *revision,
                                         int64_t *ret_revision);
MUST_USE struct error store_revision(struct store_tx *tx, int64_t id, struct arena *arena,
                                     struct store_revision *ret_revision);
/* Newest first, without bodies, numbers below `before` (0: from the newest), at most `limit`. */
MUST_USE struct error store_revisions(struct store_tx *tx, int64_t story_id, int64_t before,
                                      size_t limit, struct arena *arena,
                                      struct store_revision **ret_revisions, size_t *ret_count);
MUST_USE struct error store_story(struct store_tx *tx, int64_t id, struct arena *arena,
                                  struct store_story *ret_story);
/* Writes state, live, path, the times and the reason of story->id. Does not touch lists. */
MUST_USE struct error store_story_set(struct store_tx *tx, const struct store_story *story);
/* Stories by id, descending, ids below `before` (0: from the newest), for commands and checks. */
MUST_USE struct error store_stories(struct store_tx *tx, int64_t before, size_t limit,
                                    struct arena *arena, struct store_story **ret_stories,
                                    size_t *ret_count);

/* An address that was ever published belongs to its story for good. */
struct store_address {
    int64_t story_id;
    bool current;
};
MUST_USE struct error store_address(struct store_tx *tx, struct str path,
                                    struct store_address *ret_address);
/* Makes `path` the story's current address; its other ones become old. ERR_EXISTS when the path
 * belongs to another story. */
MUST_USE struct error store_address_set(struct store_tx *tx, int64_t story_id, struct str path);

/* ---- Lists ----------------------------------------------------------------------------------- */

/* A list holds published stories, newest place first: by listed_at, then id, both descending. */
enum store_list_kind {
    STORE_LIST_ALL = 0,
    STORE_LIST_SECTION = 1,
    STORE_LIST_TAG = 2,
    STORE_LIST_AUTHOR = 3,
    STORE_LIST_FEATURED = 4,
};
struct store_list {
    enum store_list_kind kind;
    int64_t id; /* of the section, tag or author; otherwise 0 */
};
struct store_place {
    int64_t listed_at, story_id;
};
/* Before every place: the head of a list. */
#define STORE_HEAD ((struct store_place){INT64_MAX, INT64_MAX})

/* Adding what is there and removing what is not change nothing. */
MUST_USE struct error store_list_add(struct store_tx *tx, struct store_list list,
                                     struct store_place place);
MUST_USE struct error store_list_remove(struct store_tx *tx, struct store_list list,
                                        struct store_place place);
MUST_USE struct error store_list_has(struct store_tx *tx, struct store_list list,
                                     struct store_place place, bool *ret_has);
/* The nearest story above (newer) and below (older) a place, which need not be in the list; 0 when
 * there is none. */
MUST_USE struct error store_list_neighbours(struct store_tx *tx, struct store_list list,
                                            struct store_place place, int64_t *ret_newer,
                                            int64_t *ret_older);

/* A story as lists show it: from its live revision. */
struct store_card {
    int64_t story_id, section_id, picture_id;
    struct str path, headline, standfirst, language, caption, credit, alt;
    int64_t published_at, updated_at, listed_at;
};
/* The cards below a place, at most `limit`. */
MUST_USE struct error store_list(struct store_tx *tx, struct store_list list,
                                 struct store_place below, size_t limit, struct arena *arena,
                                 struct store_card **ret_cards, size_t *ret_count);
/* The same as ids only. */
MUST_USE struct error store_list_ids(struct store_tx *tx, struct store_list list,
                                     struct store_place below, size_t limit, struct arena *arena,
                                     int64_t **ret_ids, size_t *ret_count);
/* ERR_NOT_FOUND unless the story is published. */
MUST_USE struct error store_card(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                 struct store_card *ret_card);

/* Sitemaps: the months that have published stories (by published_at; `month` is year * 12 + month
 * - 1 in the newsroom's zone, which the newsroom computes and gives when it publishes). */
MUST_USE struct error store_month_add(struct store_tx *tx, int64_t month, int64_t story_id);
MUST_USE struct error store_month_remove(struct store_tx *tx, int64_t month, int64_t story_id);
/* Ascending. */
MUST_USE struct error store_months(struct store_tx *tx, struct arena *arena, int64_t **ret_months,
                                   size_t *ret_count);
/* Stories of a month by id ascending, ids above `after`, at most `limit`. */
MUST_USE struct error store_month_cards(struct store_tx *tx, int64_t month, int64_t after,
                                        size_t limit, struct arena *arena,
                                        struct store_card **ret_cards, size_t *ret_count);

/* ---- Related stories ------------------------------------------------------------------------- */

/* The words by which a published story is found again, and in how many stories each stands. */
struct store_term {
    struct str word;
    int64_t stories; /* returned; ignored when given */
};
/* How many published stories hold each word: fills in `stories`. */
MUST_USE struct error store_terms_count(struct store_tx *tx, struct store_term *terms,
                                        size_t count);
/* Replaces the story's words (count 0: removes them) and keeps the counts. They are different
 * words; store_terms() returns them in the same order. */
MUST_USE struct error store_terms_set(struct store_tx *tx, struct store_place place,
                                      const struct store_term *terms, size_t count);
MUST_USE struct error store_terms(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                  struct store_term **ret_terms, size_t *ret_count);
/* Newest stories that hold the word, at most `limit`. */
MUST_USE struct error store_term_ids(struct store_tx *tx, struct str word, size_t limit,
                                     struct arena *arena, int64_t **ret_ids, size_t *ret_count);
/* How many published stories there are, and how many stand in a list: kept, not counted. */
MUST_USE struct error store_list_count(struct store_tx *tx, struct store_list list,
                                       int64_t *ret_count);

struct store_related {
    int64_t story_id;
    int64_t score;
};
/* The stored rows of a story, in the order in which they were set: best first. */
MUST_USE struct error store_related(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                    struct store_related **ret_related, size_t *ret_count);
MUST_USE struct error store_related_set(struct store_tx *tx, int64_t story_id,
                                        const struct store_related *related, size_t count);
/* The stories whose rows name this one, at most `limit`. */
MUST_USE struct error store_related_to(struct store_tx *tx, int64_t story_id, size_t limit,
                                       struct arena *arena, int64_t **ret_ids, size_t *ret_count);

/* ---- Standing pages and house advertisements ------------------------------------------------- */

struct store_page {
    struct str slug, title, body; /* body: Markdown */
    int64_t updated_at;
};
MUST_USE struct error store_page(struct store_tx *tx, struct str slug, struct arena *arena,
                                 struct store_page *ret_page);
MUST_USE struct error store_page_set(struct store_tx *tx, const struct store_page *page);

struct store_ad {
    int64_t id;
    struct str title, text, url;
};
MUST_USE struct error store_ads(struct store_tx *tx, struct arena *arena, struct store_ad **ret_ads,
                                size_t *ret_count);
MUST_USE struct error store_ad_add(struct store_tx *tx, const struct store_ad *ad, int64_t *ret_id);

/* ---- Subscribers ----------------------------------------------------------------------------- */

enum subscriber_state { SUBSCRIBER_PENDING = 1, SUBSCRIBER_CONFIRMED = 2, SUBSCRIBER_LEFT = 3 };
/* Three recorded facts, each with the text that the person saw and the time. */
enum consent_kind { CONSENT_MAIL = 1, CONSENT_TERMS = 2, CONSENT_PRIVACY = 3 };
struct store_consent {
    enum consent_kind kind;
    struct str version; /* hash of the text */
    struct str text;    /* kept once for each version */
    int64_t at;
};
struct store_subscriber {
    int64_t id;
    struct str email; /* as typed */
    struct str key;   /* as compared: unique */
    enum subscriber_state state;
    int64_t created_at;
    int64_t story_id; /* where the form stood; 0, or one that is not there: elsewhere */
};
/* ERR_EXISTS when the key is known (nothing is changed then). */
MUST_USE struct error store_subscriber_add(struct store_tx *tx,
                                           const struct store_subscriber *subscriber,
                                           const struct store_consent *consents, size_t count,
                                           int64_t *ret_id);
MUST_USE struct error store_subscribers(struct store_tx *tx, int64_t after, size_t limit,
                                        struct arena *arena,
                                        struct store_subscriber **ret_subscribers,
                                        size_t *ret_count);
MUST_USE struct error store_consents(struct store_tx *tx, int64_t subscriber_id,
                                     struct arena *arena, struct store_consent **ret_consents,
                                     size_t *ret_count);
/* Kept, not counted. */
MUST_USE struct error store_subscribers_count(struct store_tx *tx, enum subscriber_state state,
                                              int64_t *ret_count);
/* Removes pending ones made before `before`, at most `limit`; *ret_count says how many. */
MUST_USE struct error store_subscribers_forget(struct store_tx *tx, int64_t before, size_t limit,
                                               int64_t *ret_count);

#endif
