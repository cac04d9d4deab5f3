/* The store's second half: what the desk needs and readers never see. The same rules as store.h:
 * calls happen in a transaction, texts returned live in the arena, times are UTC milliseconds, ids
 * are positive and 0 means none, lookups that find nothing fail with ERR_NOT_FOUND.
 *
 * Nothing here reaches a reader's page, except what is marked "for readers". Accounts are not
 * bylines: an account may name the byline (an author of store.h) that its stories begin with. */
#ifndef STORE_DESK_H
#define STORE_DESK_H

#include "store/store.h"

/* Rows that one request for a list looks at, at most. */
enum { DESK_ROWS_MAX = 5000 };

/* ---- Accounts ------------------------------------------------------------------------------ */

enum account_role {
    ROLE_CONTRIBUTOR = 1,
    ROLE_REPORTER = 2,
    ROLE_EDITOR = 3,
    ROLE_PUBLISHER = 4,
};

struct store_account {
    int64_t id;
    struct str name;  /* for colleagues */
    struct str login; /* a mail address or a short name, as typed */
    struct str key;   /* the login as compared: unique */
    enum account_role role;
    struct str password; /* its Argon2id hash; empty: none was set yet */
    int64_t author_id;   /* the byline offered for its stories; 0: none */
    int64_t created_at;
    int64_t disabled_at; /* 0: it works */
    int64_t notes_seen;  /* the newest note that it has read */
};

/* ERR_EXISTS when the key is taken. account->id is ignored. */
MUST_USE struct error store_account_add(struct store_tx *tx, const struct store_account *account,
                                        int64_t *ret_id);
/* By account->id: everything but created_at. ERR_EXISTS when the key is another's. */
MUST_USE struct error store_account_set(struct store_tx *tx, const struct store_account *account);
MUST_USE struct error store_account(struct store_tx *tx, int64_t id, struct arena *arena,
                                    struct store_account *ret_account);
MUST_USE struct error store_account_by_key(struct store_tx *tx, struct str key, struct arena *arena,
                                           struct store_account *ret_account);
/* By id, ids above `after`, at most `limit`. */
MUST_USE struct error store_accounts(struct store_tx *tx, int64_t after, size_t limit,
                                     struct arena *arena, struct store_account **ret_accounts,
                                     size_t *ret_count);
/* How many accounts of that role work and have a password, counted up to `limit`. */
MUST_USE struct error store_accounts_ready(struct store_tx *tx, enum account_role role,
                                           size_t limit, size_t *ret_count);

/* ---- Links that set a password ------------------------------------------------------------- */

enum account_link_kind {
    LINK_FIRST = 1,  /* makes the first publisher; account_id 0 */
    LINK_INVITE = 2, /* the account's first password */
    LINK_RESET = 3,  /* another password */
};
struct store_account_link {
    int64_t id;
    struct str hash; /* of the token */
    enum account_link_kind kind;
    int64_t account_id;
    int64_t created_by; /* account; 0: the command line */
    int64_t created_at, expires_at;
    int64_t used_at; /* or revoked; 0: not yet */
};
MUST_USE struct error
store_account_link_add(struct store_tx *tx, const struct store_account_link *link, int64_t *ret_id);
MUST_USE struct error store_account_link(struct store_tx *tx, struct str hash, struct arena *arena,
                                         struct store_account_link *ret_link);
/* Those that aren't used yet, of the account (0: the first publisher's). */
MUST_USE struct error store_account_links(struct store_tx *tx, int64_t account_id,
                                          struct arena *arena,
                                          struct store_account_link **ret_links, size_t *ret_count);
MUST_USE struct error store_account_link_used(struct store_tx *tx, int64_t id, int64_t at);
/* Uses up all that the account has open (0: the first publisher's). */
MUST_USE struct error store_account_links_end(struct store_tx *tx, int64_t account_id, int64_t at);

/* ---- Sessions and known devices ------------------------------------------------------------ */

struct store_session {
    int64_t id;
    struct str hash; /* of the token */
    int64_t account_id;
    int64_t created_at, seen_at, expires_at;
    struct str agent;   /* the browser in a few words */
    struct str network; /* the prefix of its address */
};
MUST_USE struct error store_session_add(struct store_tx *tx, const struct store_session *session,
                                        int64_t *ret_id);
MUST_USE struct error store_session(struct store_tx *tx, struct str hash, struct arena *arena,
                                    struct store_session *ret_session);
/* Newest first. */
MUST_USE struct error store_sessions(struct store_tx *tx, int64_t account_id, struct arena *arena,
                                     struct store_session **ret_sessions, size_t *ret_count);
MUST_USE struct error store_session_seen(struct store_tx *tx, int64_t id, int64_t seen_at,
                                         int64_t expires_at);
/* ERR_NOT_FOUND unless it is the account's. */
MUST_USE struct error store_session_end(struct store_tx *tx, int64_t account_id, int64_t id);
/* All of the account's but `keep` (0: all); *ret_count says how many. */
MUST_USE struct error store_sessions_end(struct store_tx *tx, int64_t account_id, int64_t keep,
                                         int64_t *ret_count);
/* Forgets what expired before `now`, at most `limit`. */
MUST_USE struct error store_sessions_forget(struct store_tx *tx, int64_t now, size_t limit);

/* A browser from which the account signed in before: it is limited by itself, so that nobody else
 * can use up its tries. The oldest of an account give way beyond `keep`. */
MUST_USE struct error store_device_add(struct store_tx *tx, int64_t account_id, struct str hash,
                                       int64_t at, size_t keep);
MUST_USE struct error store_device_known(struct store_tx *tx, int64_t account_id, struct str hash,
                                         bool *ret_known);
MUST_USE struct error store_devices_forget(struct store_tx *tx, int64_t account_id);

/* Tries to sign in that are counted: `who` is what is limited (newsroom/accounts.c makes it). A
 * window begins with the first try and is over `window` ms later. */
MUST_USE struct error store_tries(struct store_tx *tx, struct str who, int64_t now, int64_t window,
                                  int64_t *ret_tries, int64_t *ret_over_at);
MUST_USE struct error store_try_add(struct store_tx *tx, struct str who, int64_t now,
                                    int64_t window);
/* One less: the try turned out to be right. */
MUST_USE struct error store_try_undo(struct store_tx *tx, struct str who);
MUST_USE struct error store_tries_forget(struct store_tx *tx, int64_t before, size_t limit);

/* ---- Audit --------------------------------------------------------------------------------- */

enum { AUDIT_HASH_HEX = 64 };

/* Rows are only ever added; each names the hash of the one before (newsroom/audit.h). */
struct store_audit {
    int64_t number; /* 1, 2, 3 … without gaps */
    int64_t at;
    int64_t account_id; /* 0: nobody's account; then `name` says who, as "command line" */
    struct str name;    /* the account's, as it was then */
    struct str action;  /* "story.publish" */
    struct str object;  /* "story/41"; may be empty */
    struct str detail;  /* one line for people; may be empty */
    struct str hash;    /* of this row and all before, hexadecimal */
};
/* ERR_STORE unless entry->number follows the last one. */
MUST_USE struct error store_audit_add(struct store_tx *tx, const struct store_audit *entry);
/* The last one; number 0 when there is none. */
MUST_USE struct error store_audit_last(struct store_tx *tx, struct arena *arena,
                                       struct store_audit *ret_entry);
/* From number `from` on, oldest first. */
MUST_USE struct error store_audit_from(struct store_tx *tx, int64_t from, size_t limit,
                                       struct arena *arena, struct store_audit **ret_entries,
                                       size_t *ret_count);
struct store_audit_filter {
    int64_t account_id; /* 0: all */
    struct str action;  /* "story.publish", or the part before the dot; empty: all */
    struct str object;  /* empty: all */
    int64_t from, to;   /* moments, `to` not included; 0: open */
};
/* Newest first, numbers below `before` (0: from the last). Looks at DESK_ROWS_MAX rows at most;
 * *ret_next is the `before` with which to go on, 0 when the end was reached. */
MUST_USE struct error store_audits(struct store_tx *tx, const struct store_audit_filter *filter,
                                   int64_t before, size_t limit, struct arena *arena,
                                   struct store_audit **ret_entries, size_t *ret_count,
                                   int64_t *ret_next);

/* ---- Stories on the desk ------------------------------------------------------------------- */

/* Where the newest revision stands. What readers see is store_story's state: a published story
 * whose newest revision is not live is in DESK_DRAFT … DESK_SCHEDULED again, and still published.
 */
enum desk_state {
    DESK_DRAFT = 1,
    DESK_HANDED_IN = 2,
    DESK_IN_EDIT = 3,
    DESK_READY = 4,
    DESK_SCHEDULED = 5,
    DESK_PUBLISHED = 6, /* the newest revision is live */
    DESK_WITHDRAWN = 7,
    DESK_SPIKED = 8, /* put away, never published */
};
enum { DESK_STATES = 8 };

/* The store keeps a row for each story by itself, whoever adds or changes it. */
struct store_desk {
    int64_t story_id;
    enum desk_state state;
    int64_t owner_id;  /* account whose story it is; 0: came by other ways */
    int64_t editor_id; /* account that edits it or did last; 0 */
    int64_t handed_in_at;
    int64_t publish_at;         /* when scheduled; 0 otherwise */
    int64_t scheduled_by;       /* account */
    bool scheduled_minor;       /* of an update: the time shown stays */
    bool scheduled_relist;      /* of an update: it moves up */
    int64_t embargo_until;      /* 0: none */
    int64_t live_at;            /* the last time that a revision went live; 0: never */
    int64_t date;               /* returned: by what lists order, see store_desk_list() */
    int64_t place;              /* returned: its unique place in that order */
    enum story_state published; /* returned: what readers see */
    bool worded;                /* returned: words find it */
};
MUST_USE struct error store_desk(struct store_tx *tx, int64_t story_id,
                                 struct store_desk *ret_desk);
/* Writes all that isn't "returned". */
MUST_USE struct error store_desk_set(struct store_tx *tx, const struct store_desk *desk);
/* The words by which the story's newest headline is found, separated by spaces (newsroom/overview.h
 * makes them). Until this is called after a headline changed, words don't find the story. */
MUST_USE struct error store_desk_words_set(struct store_tx *tx, int64_t story_id, struct str words);
/* Stories whose headlines wait for that call. */
MUST_USE struct error store_desk_unworded(struct store_tx *tx, size_t limit, struct arena *arena,
                                          int64_t **ret_ids, size_t *ret_count);

/* A story in a list of the desk, from its newest revision. */
struct store_desk_row {
    struct store_desk desk;
    int64_t newest, live; /* revision ids */
    int64_t changed_at;   /* when the newest revision was made */
    int64_t section_id, picture_id;
    struct str headline, language;
    struct str path; /* empty before publication */
    int64_t published_at, updated_at;
};
MUST_USE struct error store_desk_row(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                     struct store_desk_row *ret_row);

struct store_desk_filter {
    enum desk_state state;                 /* 0: any */
    int64_t section_id, tag_id, author_id; /* of the newest revision; 0: any */
    int64_t owner_id;                      /* account; 0: any */
    int64_t from, to;                      /* dates in milliseconds, `to` not included; 0: open */
    const struct str *words;               /* all must stand in the headline: folded, as indexed */
    size_t word_count;                     /* at most DESK_WORDS_MAX */
};
enum { DESK_WORDS_MAX = 8 };

/* Stories by date, newest first. A story's date is: the moment for which it is scheduled; its first
 * publication; before that, when it was changed last (seconds count; then ids).
 *
 * The filter that leaves least is walked, the others test its rows, of which at most DESK_ROWS_MAX
 * are looked at: fewer than `limit` rows may come back while *ret_next, the place below which to go
 * on, is not 0. `below` 0: from the newest. *ret_looked (may be NULL) says how many were looked at.
 */
MUST_USE struct error store_desk_list(struct store_tx *tx, const struct store_desk_filter *filter,
                                      int64_t below, size_t limit, struct arena *arena,
                                      struct store_desk_row **ret_rows, size_t *ret_count,
                                      int64_t *ret_next, size_t *ret_looked);

/* For "Today": each an index walk. */
enum desk_today {
    TODAY_MINE, /* `account_id`'s that are neither live, withdrawn nor put away; newest first */
    TODAY_HANDED_IN, /* longest waiting first */
    TODAY_SCHEDULED, /* next first */
    TODAY_EMBARGOED, /* next end first */
    TODAY_PUBLISHED, /* went live at `since` or later; newest first */
    TODAY_EDITED,    /* others than `account_id` work in it at `since` (now) */
};
MUST_USE struct error store_desk_today(struct store_tx *tx, enum desk_today which,
                                       int64_t account_id, int64_t since, size_t limit,
                                       struct arena *arena, struct store_desk_row **ret_rows,
                                       size_t *ret_count);

/* What falls due: the earliest schedule or end of an embargo. ERR_NOT_FOUND when nothing waits. */
struct store_due {
    int64_t at, story_id;
    bool embargo; /* it ends; otherwise a schedule. Of two at one moment the embargo comes first */
};
MUST_USE struct error store_due_next(struct store_tx *tx, struct store_due *ret_due);

/* ---- What the desk adds to a revision ------------------------------------------------------ */

struct store_revision_desk {
    int64_t account_id;                          /* who made it; 0: unknown, or by other ways */
    int64_t restored_from;                       /* revision; 0 */
    struct str social_title, social_description; /* for readers; empty: headline, standfirst */
};
/* Once for each revision, in the transaction that adds it; never changed. */
MUST_USE struct error store_revision_desk_add(struct store_tx *tx, int64_t revision_id,
                                              const struct store_revision_desk *desk);
/* Empty when nothing was added. */
MUST_USE struct error store_revision_desk(struct store_tx *tx, int64_t revision_id,
                                          struct arena *arena,
                                          struct store_revision_desk *ret_desk);
/* The pictures within the text of a revision, in order; the same rules. */
MUST_USE struct error store_revision_pictures_add(struct store_tx *tx, int64_t revision_id,
                                                  const int64_t *ids, size_t count);
MUST_USE struct error store_revision_pictures(struct store_tx *tx, int64_t revision_id,
                                              struct arena *arena, int64_t **ret_ids,
                                              size_t *ret_count);

/* Texts beside the line of revisions: nothing that a person typed is lost. */
enum kept_kind {
    KEPT_CONFLICT = 2, /* lost against a newer revision */
};
struct store_kept {
    int64_t id;
    enum kept_kind kind;
    int64_t story_id, account_id;
    int64_t base; /* the revision that it began from; 0: none */
    int64_t at;
    struct store_revision revision; /* id, number and note mean nothing */
    struct str social_title, social_description;
};
MUST_USE struct error store_kept_put(struct store_tx *tx, const struct store_kept *kept,
                                     int64_t *ret_id);
MUST_USE struct error store_kept(struct store_tx *tx, int64_t id, struct arena *arena,
                                 struct store_kept *ret_kept);
/* A story's, newest first, without bodies, ids below `before` (0: from the newest). */
MUST_USE struct error store_kepts(struct store_tx *tx, int64_t story_id, int64_t before,
                                  size_t limit, struct arena *arena, struct store_kept **ret_kepts,
                                  size_t *ret_count);
MUST_USE struct error store_kept_remove(struct store_tx *tx, int64_t id);

/* ---- Working copies ------------------------------------------------------------------------ */

/* What the form of a story holds, as it was typed: names, not ids. */
struct store_form {
    struct str headline, standfirst, dateline, bylines, agency, section, tags, slug, language;
    struct str caption, credit, alt, body, social_title, social_description;
    struct str note; /* to colleagues, of the next step */
    int64_t picture_id;
    int64_t base; /* the revision that it began from; 0: none */
    bool featured;
};
/* What one person typed into one page of the browser and has not saved yet. */
struct store_working {
    int64_t id;
    int64_t account_id;
    int64_t story_id; /* 0: a story that isn't there yet */
    struct str page;  /* which page wrote it last; unique for the account and story */
    int64_t turn;     /* rises with each writing */
    int64_t at;
    bool settled; /* its text became the revision `form.base`: nothing is unsaved */
    struct store_form form;
};
/* Adds it, or with an id replaces it. Durable with the commit. */
MUST_USE struct error store_working_put(struct store_tx *tx, const struct store_working *working,
                                        int64_t *ret_id);
MUST_USE struct error store_working(struct store_tx *tx, int64_t id, struct arena *arena,
                                    struct store_working *ret_working);
MUST_USE struct error store_working_by_page(struct store_tx *tx, int64_t account_id,
                                            int64_t story_id, struct str page, struct arena *arena,
                                            struct store_working *ret_working);
/* Lists, newest first, without bodies: everybody's in a story; one person's; those of disabled
 * accounts. The last two without what is settled. */
MUST_USE struct error store_workings(struct store_tx *tx, int64_t story_id, size_t limit,
                                     struct arena *arena, struct store_working **ret_list,
                                     size_t *ret_count);
MUST_USE struct error store_workings_of(struct store_tx *tx, int64_t account_id, size_t limit,
                                        struct arena *arena, struct store_working **ret_list,
                                        size_t *ret_count);
MUST_USE struct error store_workings_left(struct store_tx *tx, size_t limit, struct arena *arena,
                                          struct store_working **ret_list, size_t *ret_count);
/* Nothing happens when there is none. */
MUST_USE struct error store_working_remove(struct store_tx *tx, int64_t id);

/* ---- Who works where ----------------------------------------------------------------------- */

struct store_presence {
    int64_t story_id, account_id;
    int64_t since, expires_at;
};
/* Says that the person is in the story until expires_at; `since` stays that of the first time. */
MUST_USE struct error store_presence_put(struct store_tx *tx, const struct store_presence *who);
MUST_USE struct error store_presence_remove(struct store_tx *tx, int64_t story_id,
                                            int64_t account_id);
/* Who is in the story at `now`, longest first. */
MUST_USE struct error store_presences(struct store_tx *tx, int64_t story_id, int64_t now,
                                      struct arena *arena, struct store_presence **ret_who,
                                      size_t *ret_count);
MUST_USE struct error store_presences_forget(struct store_tx *tx, int64_t now, size_t limit);

/* ---- Notes --------------------------------------------------------------------------------- */

enum note_kind {
    NOTE_WORDS = 1,     /* from one colleague to the others */
    NOTE_HANDED_IN = 2, /* to editors */
    NOTE_RETURNED = 3,  /* to the owner */
    NOTE_STATE = 4,     /* any other step */
    NOTE_CLOCK = 5,     /* the program did something at its time, or could not */
};
struct store_note {
    int64_t id, story_id;
    int64_t at;
    int64_t account_id; /* 0: the program */
    enum note_kind kind;
    struct str text;
};
MUST_USE struct error store_note_add(struct store_tx *tx, const struct store_note *note,
                                     int64_t *ret_id);
/* A story's, newest first, ids below `before` (0: from the newest). */
MUST_USE struct error store_notes(struct store_tx *tx, int64_t story_id, int64_t before,
                                  size_t limit, struct arena *arena, struct store_note **ret_notes,
                                  size_t *ret_count);
/* What the account has not seen: by others, with ids above account->notes_seen, in its own stories,
 * and, for editors and publishers, what was handed in. Newest first; looks at DESK_ROWS_MAX rows at
 * most. */
MUST_USE struct error store_notes_unseen(struct store_tx *tx, const struct store_account *account,
                                         size_t limit, struct arena *arena,
                                         struct store_note **ret_notes, size_t *ret_count);
/* The newest note's id; 0 when there is none. */
MUST_USE struct error store_notes_last(struct store_tx *tx, int64_t *ret_id);

/* ---- Private previews ---------------------------------------------------------------------- */

struct store_preview {
    int64_t id;
    struct str hash; /* of the token */
    int64_t story_id;
    int64_t revision_id; /* 0: always the newest */
    int64_t created_by;  /* account */
    int64_t created_at, expires_at;
    int64_t revoked_at; /* 0: not */
    int64_t seen_at;    /* the last time that it was opened; 0: never */
    struct str label;   /* for whom, for colleagues */
};
MUST_USE struct error store_preview_add(struct store_tx *tx, const struct store_preview *preview,
                                        int64_t *ret_id);
MUST_USE struct error store_preview(struct store_tx *tx, int64_t id, struct arena *arena,
                                    struct store_preview *ret_preview);
MUST_USE struct error store_preview_by_hash(struct store_tx *tx, struct str hash,
                                            struct arena *arena, struct store_preview *ret_preview);
/* A story's, newest first. */
MUST_USE struct error store_previews(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                     struct store_preview **ret_previews, size_t *ret_count);
MUST_USE struct error store_preview_revoke(struct store_tx *tx, int64_t id, int64_t at);
MUST_USE struct error store_preview_seen(struct store_tx *tx, int64_t id, int64_t at);

/* ---- Related stories, chosen by hand ------------------------------------------------------- */

struct store_related_choice {
    int64_t related_id;
    bool removed; /* otherwise pinned: above the chosen ones, in this order */
};
MUST_USE struct error store_related_choices(struct store_tx *tx, int64_t story_id,
                                            struct arena *arena,
                                            struct store_related_choice **ret_choices,
                                            size_t *ret_count);
MUST_USE struct error store_related_choices_set(struct store_tx *tx, int64_t story_id,
                                                const struct store_related_choice *choices,
                                                size_t count);

/* ---- Pictures in the library --------------------------------------------------------------- */

enum avif_state {
    AVIF_TODO = 0,
    AVIF_DONE = 1,
    AVIF_FAILED = 2,
};
/* Beside store_picture, whatever the way in which it came. */
struct store_picture_desk {
    int64_t picture_id;
    struct str title;                           /* for colleagues */
    struct str caption, credit, copyright, alt; /* what a story that takes it begins with */
    int64_t focal_x, focal_y; /* 0 … 10000 from the left and the top; -1: not chosen */
    int64_t uploaded_by;      /* account; 0 */
    int64_t changed_at;       /* texts, focal point or file */
    enum avif_state avif;
};
/* Empty (and focal -1) for one that nothing was said about. */
MUST_USE struct error store_picture_desk(struct store_tx *tx, int64_t picture_id,
                                         struct arena *arena, struct store_picture_desk *ret_desk);
/* Pictures whose texts wait for their words, as store_desk_unworded(). */
MUST_USE struct error store_pictures_unworded(struct store_tx *tx, size_t limit,
                                              struct arena *arena, int64_t **ret_ids,
                                              size_t *ret_count);
/* `words`: those of all its texts, as store_desk_words_set() has them. */
MUST_USE struct error store_picture_desk_set(struct store_tx *tx,
                                             const struct store_picture_desk *desk,
                                             struct str words);

struct store_picture_filter {
    const struct str *words; /* as in store_desk_filter */
    size_t word_count;
    bool no_alt; /* only those without a text for who cannot see them */
    bool unused; /* only those that no revision names */
    int64_t uploaded_by;
};
struct store_picture_row {
    struct store_picture picture;
    struct store_picture_desk desk;
};
/* Newest first, ids below `before` (0: from the newest); bounded as store_desk_list() is, with
 * *ret_next the `before` to go on with. */
MUST_USE struct error store_pictures(struct store_tx *tx, const struct store_picture_filter *filter,
                                     int64_t before, size_t limit, struct arena *arena,
                                     struct store_picture_row **ret_rows, size_t *ret_count,
                                     int64_t *ret_next);
/* Pictures whose AVIF files wait to be made, newest first: what is read today comes first. */
MUST_USE struct error store_pictures_avif(struct store_tx *tx, size_t limit, struct arena *arena,
                                          int64_t **ret_ids, size_t *ret_count);
MUST_USE struct error store_picture_avif_set(struct store_tx *tx, int64_t picture_id,
                                             enum avif_state state);

enum picture_use_where {
    USE_LIVE = 1,   /* readers see it */
    USE_NEWEST = 2, /* the newest revision has it, readers don't see it (yet) */
    USE_OLD = 3,    /* only earlier revisions have it */
};
struct store_picture_use {
    int64_t story_id;
    enum picture_use_where where;
    bool lead; /* otherwise within the text */
    struct str headline;
};
/* The stories that use it, newest first, each once, at most `limit`. */
MUST_USE struct error store_picture_uses(struct store_tx *tx, int64_t picture_id, size_t limit,
                                         struct arena *arena, struct store_picture_use **ret_uses,
                                         size_t *ret_count);
/* Another original and other renditions under the same id. */
MUST_USE struct error store_picture_replace(struct store_tx *tx,
                                            const struct store_picture *picture,
                                            const struct store_rendition *renditions, size_t count);
/* Further renditions behind those that are there. */
MUST_USE struct error store_renditions_add(struct store_tx *tx, int64_t picture_id,
                                           const struct store_rendition *renditions, size_t count);
/* Whether a text that is no revision names it, as its lead or within (there perhaps in words only):
 * one that was not saved yet, or one that was kept beside a story. Looks at all of them. */
MUST_USE struct error store_picture_loose(struct store_tx *tx, int64_t picture_id, bool *ret_named);
/* ERR_CONFLICT when a revision, an unsaved or a kept text names it. */
MUST_USE struct error store_picture_remove(struct store_tx *tx, int64_t picture_id);

/* ---- Sections, pages, advertisements ------------------------------------------------------- */

/* The section above; 0: none. For readers. */
MUST_USE struct error store_section_parent(struct store_tx *tx, int64_t section_id,
                                           int64_t *ret_parent);
MUST_USE struct error store_section_parent_set(struct store_tx *tx, int64_t section_id,
                                               int64_t parent_id);
/* Another slug; the old one stays the section's for good. ERR_EXISTS when it is or was another's.
 */
MUST_USE struct error store_section_slug_set(struct store_tx *tx, int64_t section_id,
                                             struct str slug);
/* The section that had this slug once. For readers. */
MUST_USE struct error store_section_by_old_slug(struct store_tx *tx, struct str slug,
                                                int64_t *ret_section);

MUST_USE struct error store_ad(struct store_tx *tx, int64_t id, struct arena *arena,
                               struct store_ad *ret_ad);
MUST_USE struct error store_ad_set(struct store_tx *tx, const struct store_ad *ad);
MUST_USE struct error store_ad_remove(struct store_tx *tx, int64_t id);

/* All standing pages by slug, without bodies. */
MUST_USE struct error store_pages(struct store_tx *tx, struct arena *arena,
                                  struct store_page **ret_pages, size_t *ret_count);
MUST_USE struct error store_page_remove(struct store_tx *tx, struct str slug);
struct store_page_revision {
    int64_t id;
    struct str slug, title, body;
    int64_t at, account_id;
};
/* Kept beside the page each time that it is set by the desk. */
MUST_USE struct error store_page_revision_add(struct store_tx *tx,
                                              const struct store_page_revision *revision,
                                              int64_t *ret_id);
MUST_USE struct error store_page_revision(struct store_tx *tx, int64_t id, struct arena *arena,
                                          struct store_page_revision *ret_revision);
/* Newest first, without bodies. */
MUST_USE struct error store_page_revisions(struct store_tx *tx, struct str slug, size_t limit,
                                           struct arena *arena,
                                           struct store_page_revision **ret_revisions,
                                           size_t *ret_count);

/* Tags or authors whose name begins so (case counts for nothing in ASCII), by slug, for
 * suggestions. */
MUST_USE struct error store_names_like(struct store_tx *tx, enum store_name_kind kind,
                                       struct str prefix, size_t limit, struct arena *arena,
                                       struct store_name **ret_names, size_t *ret_count);

/* The same of which a word that isn't the first begins so. Looks at all names of the kind. */
MUST_USE struct error store_names_within(struct store_tx *tx, enum store_name_kind kind,
                                         struct str word, size_t limit, struct arena *arena,
                                         struct store_name **ret_names, size_t *ret_count);

/* ---- Looking it over ----------------------------------------------------------------------- */

/* As store_check(): the rules of the tables above. */
MUST_USE struct error store_desk_check(struct store *store,
                                       void (*report)(void *context, struct str sentence),
                                       void *context, int64_t *ret_faults);

#endif
