/* The newsroom's settings. Nearly all pages are drawn from them: a change has the key `settings`,
 * or a finer one (keys.h) when few pages show it. */
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

    /* What may stay empty: the theme then does what it does by itself. */
    struct str languages;    /* in which it writes besides `language`: tags parted by spaces */
    int64_t logo;            /* picture; 0: the name in letters */
    struct str accent_light; /* "#a1b2c3", readable on white */
    struct str accent_dark;  /* the same, readable on black */
    struct str letters;      /* "serif" or "sans" */
    struct str copyright;    /* instead of "© years name" */
    struct str accounts;     /* of social media: addresses, one a line */
    struct str robots;       /* lines that follow the program's own in robots.txt */
};

enum {
    NAME_MAX_BYTES = 200,
    URL_MAX_BYTES = 200,
    LANGUAGES_MAX = 10,
    ACCOUNTS_MAX = 12,
    ROBOTS_MAX_BYTES = 4000,
};

/* Name and value of each, as they are stored. */
enum { SETTINGS_FIELDS = 15 };
struct settings_field {
    const char *name;
    struct str value;
};
size_t settings_fields(const struct settings *settings, struct arena *arena,
                       struct settings_field ret_fields[SETTINGS_FIELDS]);

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
