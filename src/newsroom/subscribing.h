/* Newsletter sign-up: three recorded facts, kept as pending until mail can ask for confirmation. */
#ifndef NEWSROOM_SUBSCRIBING_H
#define NEWSROOM_SUBSCRIBING_H

#include "newsroom/reading.h"

enum {
    EMAIL_MAX_BYTES = 254, /* RFC 5321, section 4.5.3.1 */
    SUBSCRIBERS_PENDING_MAX = 100000,
    SUBSCRIBERS_PENDING_DAYS = 90,
};

struct signup {
    struct str email;
    bool consents_to_mail, accepts_terms, knows_privacy;
    /* The words beside the boxes, as the person saw them. */
    struct str mail_words, terms_words;
    /* Of the Terms and the Privacy Policy that the form named (signup_version()); empty: unknown.
     */
    struct str version;
    int64_t story_id;
};

/* Which field is wrong, for a form: the first that is. */
enum signup_fault {
    SIGNUP_FINE,
    SIGNUP_EMAIL,
    SIGNUP_MAIL_BOX,
    SIGNUP_TERMS_BOX,
    SIGNUP_TEXTS,
    SIGNUP_FULL
};

/* Looks at the fields alone; needs no store. */
enum signup_fault signup_check(const struct signup *signup);

/* Names the Terms and the Privacy Policy as they stand, noting that the page depends on them. */
MUST_USE struct error signup_version(struct reading *reading, struct str *ret_version);

/* Stores it. The same success for an address that is known already. *ret_fault is SIGNUP_FULL when
 * too many wait, SIGNUP_TEXTS when the texts have changed since the form was drawn. Commits. */
MUST_USE struct error signup_save(struct store *store, const struct signup *signup, int64_t now,
                                  struct arena *arena, enum signup_fault *ret_fault);
/* Forgets pending ones older than SUBSCRIBERS_PENDING_DAYS, a few at a time. Commits. */
MUST_USE struct error signup_forget(struct store *store, int64_t now, struct arena *arena,
                                    int64_t *ret_forgotten);

#endif
