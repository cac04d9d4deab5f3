#include "newsroom/subscribing.h"
#include "base/hash.h"
#include "newsroom/publishing.h"

enum { LOCAL_PART_MAX = 64, FORGET_AT_ONCE = 200, VERSION_CHARS = 16 };

/* A plausible address: RFC 5321 without quoted local parts; whether it works only a mail can tell.
 */
static bool email_is_plausible(struct str email)
{
    ptrdiff_t at = str_find_char(email, '@');
    if (at < 1 || at > LOCAL_PART_MAX || email.len > EMAIL_MAX_BYTES || !str_is_utf8(email))
        return false;
    struct str local = str_cut(email, 0, (size_t)at), domain = str_from(email, (size_t)at + 1);
    for (size_t i = 0; i < email.len; i++)
        if ((unsigned char)email.at[i] <= ' ' || strchr("\"(),:;<>[]\\\x7F", email.at[i]))
            return false;
    if (local.at[0] == '.' || str_ends(local, STR(".")) || str_find(email, STR("..")) >= 0)
        return false;
    if (str_find_char(domain, '@') >= 0 || str_find_char(domain, '.') < 1)
        return false;
    return domain.at[0] != '-' && !str_ends(domain, STR(".")) && !str_ends(domain, STR("-"));
}

enum signup_fault signup_check(const struct signup *signup)
{
    if (!email_is_plausible(str_trim(signup->email)))
        return SIGNUP_EMAIL;
    if (!signup->consents_to_mail)
        return SIGNUP_MAIL_BOX;
    if (!signup->accepts_terms || !signup->knows_privacy)
        return SIGNUP_TERMS_BOX;
    return SIGNUP_FINE;
}

/* As addresses are compared: ASCII letters in lower case. */
static struct str email_key(struct str email, struct arena *arena)
{
    char *at = arena_alloc(arena, email.len + 1);
    for (size_t i = 0; i < email.len; i++) {
        char c = email.at[i];
        at[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return str_n(at, email.len);
}

static struct store_consent consent(enum consent_kind kind, struct str text, int64_t now,
                                    struct arena *arena)
{
    char hex[HASH_HEX + 1];
    hash_hex(text, hex);
    return (struct store_consent){.kind = kind,
                                  .version = arena_str(arena, str_n(hex, VERSION_CHARS)),
                                  .text = text,
                                  .at = now};
}

/* What the person accepted: the words beside the box and the standing page as it stood then. */
static struct error page_words(struct store_tx *tx, struct str slug, struct str words,
                               struct arena *arena, struct str *ret_text)
{
    struct store_page page;
    struct error error = store_page(tx, slug, arena, &page);
    if (error.code == ERR_NOT_FOUND)
        page.body = STR("");
    else if (error.code != ERR_OK)
        return error;
    *ret_text = arena_printf(arena, "%.*s\n\n%.*s", STR_ARG(words), STR_ARG(page.body));
    return NO_ERROR;
}

static struct str version_of(struct str terms, struct str privacy, struct arena *arena)
{
    char hex[HASH_HEX + 1];
    hash_hex(arena_printf(arena, "%.*s\n%.*s", STR_ARG(terms), STR_ARG(privacy)), hex);
    return arena_str(arena, str_n(hex, VERSION_CHARS));
}

struct error signup_version(struct reading *reading, struct str *ret_version)
{
    struct str terms, privacy;
    TRY(reading_page_text(reading, STR("terms"), &terms));
    TRY(reading_page_text(reading, STR("privacy"), &privacy));
    *ret_version = version_of(terms, privacy, reading->arena);
    return NO_ERROR;
}

static struct error texts_changed(struct store_tx *tx, const struct signup *signup,
                                  struct arena *arena, bool *ret_changed)
{
    struct reading reading;
    struct str version;
    TRY(reading_within(&reading, tx, arena, &clock_system));
    TRY(signup_version(&reading, &version));
    *ret_changed = signup->version.len && !str_eq(signup->version, version);
    return NO_ERROR;
}

static struct error add(struct store_tx *tx, const struct signup *signup, int64_t now,
                        struct arena *arena)
{
    struct str terms, privacy;
    struct store_subscriber subscriber = {.email = str_trim(signup->email),
                                          .state = SUBSCRIBER_PENDING,
                                          .created_at = now,
                                          .story_id = signup->story_id};
    subscriber.key = email_key(subscriber.email, arena);
    TRY(page_words(tx, STR("terms"), signup->terms_words, arena, &terms));
    TRY(page_words(tx, STR("privacy"), signup->terms_words, arena, &privacy));
    struct store_consent consents[] = {
        consent(CONSENT_MAIL, signup->mail_words, now, arena),
        consent(CONSENT_TERMS, terms, now, arena),
        consent(CONSENT_PRIVACY, privacy, now, arena),
    };
    int64_t id;
    struct error error = store_subscriber_add(tx, &subscriber, consents, 3, &id);
    return error.code == ERR_EXISTS ? NO_ERROR : error;
}

struct error signup_save(struct store *store, const struct signup *signup, int64_t now,
                         struct arena *arena, enum signup_fault *ret_fault)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    int64_t pending;
    bool changed = false;
    TRY(store_write(store, &tx));
    TRY(texts_changed(tx, signup, arena, &changed));
    if (changed) {
        *ret_fault = SIGNUP_TEXTS;
        return NO_ERROR;
    }
    TRY(store_subscribers_count(tx, SUBSCRIBER_PENDING, &pending));
    if (pending >= SUBSCRIBERS_PENDING_MAX) {
        *ret_fault = SIGNUP_FULL;
        return NO_ERROR;
    }
    TRY(add(tx, signup, now, arena));
    changes_init(&changes, arena);
    TRY(changes_commit(&tx, &changes, now, NULL));
    *ret_fault = SIGNUP_FINE;
    return NO_ERROR;
}

struct error signup_forget(struct store *store, int64_t now, struct arena *arena,
                           int64_t *ret_forgotten)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    int64_t forgotten;
    TRY(store_write(store, &tx));
    TRY(store_subscribers_forget(tx, now - (int64_t)SUBSCRIBERS_PENDING_DAYS * 86400000,
                                 FORGET_AT_ONCE, &forgotten));
    if (forgotten > 0) {
        changes_init(&changes, arena);
        TRY(changes_commit(&tx, &changes, now, NULL));
    }
    *ret_forgotten = forgotten;
    return NO_ERROR;
}
