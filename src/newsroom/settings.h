/* The newsroom's settings. All pages are drawn from them: a change has the key `settings`. */
#ifndef NEWSROOM_SETTINGS_H
#define NEWSROOM_SETTINGS_H

#include "newsroom/keys.h"

struct settings {
    struct str name;
    struct str tagline; /* may be empty */
    struct str place;   /* shown in the masthead; may be empty */
    struct str url;     /* "https://example.org", no slash at the end */
    struct str language, timezone;
    int64_t since; /* founding year */
};

enum { NAME_MAX_BYTES = 200, URL_MAX_BYTES = 200 };

/* Checks what a person gave and brings the URL into its form (scheme and host in lower case, no
 * path, no slash). ERR_INVALID names the field. The texts returned live in the arena. */
MUST_USE struct error settings_check(const struct settings *given, struct arena *arena,
                                     struct settings *ret_settings);
MUST_USE struct error settings_load(struct store_tx *tx, struct arena *arena,
                                    struct settings *ret_settings);
/* Saves checked settings and notes the key, when anything differs. */
MUST_USE struct error settings_save(struct store_tx *tx, const struct settings *settings,
                                    struct keys *changed);

#endif
