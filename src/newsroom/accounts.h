/* Accounts: people who may use the desk, their passwords, links and sessions.
 *
 * Each function that changes something does it within the caller's write transaction, adds its
 * entry to the audit trail there, and changes nothing that a reader sees; the caller commits with
 * changes_commit() and no keys. Exceptions commit by themselves and take a `store`.
 *
 * Tokens are 256 random bits in hexadecimal, given once and kept as hashes. Nothing here goes on a
 * reader's page: an account is not a byline. */
#ifndef NEWSROOM_ACCOUNTS_H
#define NEWSROOM_ACCOUNTS_H

#include "newsroom/audit.h"
#include "newsroom/publishing.h"
#include "newsroom/tokens.h"

enum {
    PASSWORD_MIN = 10,   /* characters */
    PASSWORD_MAX = 1000, /* bytes */
    PASSWORD_HASH_MAX = 128,
    PASSWORDS_AT_ONCE = 2,
    PASSWORDS_WAITING = 32,
    ACCOUNT_NAME_MAX = 100, /* bytes */
    LOGIN_MAX = 254,

    FIRST_LINK_HOURS = 24,
    INVITE_DAYS = 7,
    RESET_HOURS = 24,

    SESSION_DAYS = 30,      /* since it was last used */
    SESSION_MAX_DAYS = 180, /* since the sign-in */
    SESSION_SEEN_S = 300,   /* how often its last use is written down */
    DEVICES_KEPT = 10,

    TRY_WINDOW_MIN = 15,
    TRIES_DEVICE = 20,  /* for one account, from a browser that signed in to it before */
    TRIES_ACCOUNT = 10, /* for one account, from one network, from other browsers */
    TRIES_NETWORK = 60, /* for all accounts, from one network, from other browsers */
};

/* ---- Passwords ----------------------------------------------------------------------------- */

/* ERR_INVALID, with a sentence that says what to do, when the password is too short, among the most
 * common, a repetition or a run of the keyboard, or made of the person's or the newsroom's name. */
MUST_USE struct error password_check(struct str password, struct str name, struct str login,
                                     struct str newsroom);

/* Argon2id takes 64 MiB and a while: at most PASSWORDS_AT_ONCE at once, the others wait in a queue,
 * in order. Enter before password_hash(), password_verify() and sign_in(), leave after; never on an
 * event thread or in a transaction. ERR_BUSY when PASSWORDS_WAITING wait, or after `ms`. */
MUST_USE struct error passwords_enter(int64_t ms);
void passwords_leave(void);

/* ret_hash with a NUL. ERR_SYSTEM when memory is out. */
MUST_USE struct error password_hash(struct str password, char ret_hash[PASSWORD_HASH_MAX]);
/* `hash` empty: the same work for nothing, and false. */
bool password_verify(struct str password, struct str hash);

/* ---- People -------------------------------------------------------------------------------- */

/* How logins are compared: NFKC with case folded, no white space around. */
struct str login_key(struct str login, struct arena *arena);

struct person {
    struct str name, login;
    enum account_role role;
    int64_t author_id; /* the byline that its stories begin with; 0 */
};

/* An account without a password. ERR_EXISTS, ERR_INVALID, ERR_FORBIDDEN. */
MUST_USE struct error account_add(struct store_tx *tx, const struct actor *actor,
                                  const struct person *person, int64_t now, struct arena *arena,
                                  int64_t *ret_id);
/* Name, login, role and byline. Everybody may change the own name and byline, publishers all. The
 * last publisher who can sign in keeps the role (ERR_STEP). */
MUST_USE struct error account_change(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     const struct person *person, int64_t now, struct arena *arena);
/* Ends its sessions and open links. ERR_STEP for the last publisher who can sign in. */
MUST_USE struct error account_disable(struct store_tx *tx, const struct actor *actor, int64_t id,
                                      int64_t now, struct arena *arena);
MUST_USE struct error account_enable(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     int64_t now, struct arena *arena);
/* Another password for the own account: the caller has verified the old one and checked and hashed
 * the new one. Ends its other sessions but `keep_session`. */
MUST_USE struct error account_password_set(struct store_tx *tx, const struct actor *actor,
                                           struct str hash, int64_t keep_session, int64_t now,
                                           struct arena *arena);

/* ---- Links --------------------------------------------------------------------------------- */

/* The token of a new link with which an account that has no password sets its first one; links
 * given before stop working. ERR_EXISTS when it has one. */
MUST_USE struct error account_invite(struct store_tx *tx, const struct actor *actor, int64_t id,
                                     int64_t now, struct arena *arena, struct str *ret_token);
/* The same for another password; the old one works until the link is used. */
MUST_USE struct error account_reset(struct store_tx *tx, const struct actor *actor, int64_t id,
                                    int64_t now, struct arena *arena, struct str *ret_token);
/* The link that makes the first publisher; earlier ones stop working. ERR_EXISTS as soon as a
 * publisher has a password. */
MUST_USE struct error first_link(struct store_tx *tx, const struct actor *actor, int64_t now,
                                 struct arena *arena, struct str *ret_token);

struct open_link {
    struct store_account_link link;
    struct store_account account; /* of an invitation or a reset */
};
/* Looking uses nothing up. ERR_LINK when it is unknown, used, revoked or expired, its account is
 * disabled, or somebody else was the first publisher. */
MUST_USE struct error link_look(struct store_tx *tx, struct str token, int64_t now,
                                struct arena *arena, struct open_link *ret_link);
/* Uses it up: the password (checked and hashed) is the account's. For the first publisher `person`
 * gives name and login; otherwise it may be NULL. All sessions of the account end. */
MUST_USE struct error link_use(struct store_tx *tx, struct str token, const struct person *person,
                               struct str hash, int64_t now, struct arena *arena,
                               struct store_account *ret_account);

/* ---- Signing in ---------------------------------------------------------------------------- */

struct browser {
    struct str network; /* the prefix of the peer's address, as the server counts networks */
    struct str agent;   /* User-Agent; shortened here to a few words */
    struct str device;  /* the device token it sent; empty: none */
};

/* What a browser keeps after signing in. */
struct signed_in {
    struct store_account account;
    struct str session; /* token, for the cookie of the session */
    struct str device;  /* token, for a cookie of its own that stays a year; empty: it has one */
};

/* The whole sign-in; commits. Within passwords_enter(). ERR_SIGN_IN when login and password don't
 * fit or the account is disabled (the same answer, in the same time), ERR_TOO_MANY when the limits
 * are reached: then nothing was tried.
 *
 * Tries are counted before the password is looked at. From a browser that the account signed in
 * with before, they count for that browser alone; otherwise for the account from that network, and
 * for the network. So nobody can use up a colleague's tries: not from elsewhere, nor from the next
 * desk. */
MUST_USE struct error sign_in(struct store *store, struct str login, struct str password,
                              const struct browser *browser, int64_t now, struct arena *arena,
                              struct signed_in *ret_signed);
/* A session for an account that just used a link. */
MUST_USE struct error session_begin(struct store_tx *tx, const struct store_account *account,
                                    const struct browser *browser, int64_t now, struct arena *arena,
                                    struct signed_in *ret_signed);

struct session_of {
    struct store_session session;
    struct store_account account;
    struct actor actor;
    bool seen_is_old; /* call session_touch() when there is a write transaction anyway, or soon */
};
/* Reads only. ERR_SIGNED_OUT when there is no such session or it is over. */
MUST_USE struct error session_look(struct store_tx *tx, struct str token, int64_t now,
                                   struct arena *arena, struct session_of *ret_session);
MUST_USE struct error session_touch(struct store_tx *tx, const struct store_session *session,
                                    int64_t now);
/* Signs out. */
MUST_USE struct error session_end(struct store_tx *tx, const struct actor *actor, int64_t id,
                                  int64_t now, struct arena *arena);
/* Ends one of an account's sessions, or with id 0 all but `keep`; one's own, or a publisher's
 * right. */
MUST_USE struct error session_revoke(struct store_tx *tx, const struct actor *actor,
                                     int64_t account_id, int64_t id, int64_t keep, int64_t now,
                                     struct arena *arena);
/* 32 bytes from which a session's form tokens are made: they say nothing about its own token. */
void session_form_secret(struct str token, unsigned char ret_secret[32]);

/* Forgets what is over: sessions, counted tries, who was where. A few at a time. Commits. */
MUST_USE struct error accounts_forget(struct store *store, int64_t now, struct arena *arena);

#endif
