#include "newsroom/settings.h"
#include "text/dates.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>

static struct error wrong(const char *field, const char *why)
{
    return error_make(ERR_INVALID, field, why);
}

/* A line of text: UTF-8, no control characters, not longer than allowed. */
static struct error check_line(struct str *text, const char *field, size_t max)
{
    *text = str_trim(*text);
    if (text->len > max)
        return wrong(field, "it is too long");
    if (!str_is_utf8(*text))
        return wrong(field, "it is not UTF-8 text");
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->at[i] < 0x20 || text->at[i] == 0x7F)
            return wrong(field, "it holds a control character");
    return NO_ERROR;
}

static bool is_host_char(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

/* Scheme and host only, in lower case: RFC 3986, section 6.2.2.1. */
static struct error check_url(struct str given, struct arena *arena, struct str *ret_url)
{
    given = str_trim(given);
    if (given.len > URL_MAX_BYTES)
        return wrong("The address", "it is too long");
    char *at = arena_alloc(arena, given.len + 1);
    for (size_t i = 0; i < given.len; i++)
        at[i] = (char)tolower((unsigned char)given.at[i]);
    struct str url = str_n(at, given.len);
    while (url.len && url.at[url.len - 1] == '/')
        url.len--;
    struct str host = str_starts(url, STR("https://"))  ? str_from(url, 8)
                      : str_starts(url, STR("http://")) ? str_from(url, 7)
                                                        : STR_NONE;
    if (host.len == 0)
        return wrong("The address", "it must begin with https:// or http:// and a host");
    for (size_t i = 0; i < host.len; i++)
        if (!is_host_char(host.at[i]))
            return wrong("The address", "it must be a scheme and a host alone, as in "
                                        "https://example.org");
    *ret_url = url;
    return NO_ERROR;
}

/* ---- What the theme is told ---------------------------------------------------------------- */

enum { COLOUR_LEN = 7, CONTRAST_LEAST = 450 /* hundredths: WCAG 2.2, 1.4.3 */ };

static double channel(struct str colour, size_t from)
{
    unsigned value = 0;
    for (size_t i = from; i < from + 2; i++) {
        char c = colour.at[i];
        value = value * 16 + (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

/* WCAG 2.2: relative luminance. */
static double luminance(struct str colour)
{
    return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
}

/* "#a1b2c3" in lower case, readable on a ground of that luminance; empty stays empty. */
static struct error check_colour(struct str *colour, const char *field, double ground,
                                 struct arena *arena)
{
    *colour = str_trim(*colour);
    if (colour->len == 0)
        return NO_ERROR;
    char *at = arena_alloc(arena, colour->len + 1);
    bool fine = colour->len == COLOUR_LEN && colour->at[0] == '#';
    for (size_t i = 0; i < colour->len; i++) {
        at[i] = (char)tolower((unsigned char)colour->at[i]);
        fine = fine && (i == 0 || isxdigit((unsigned char)at[i]));
    }
    if (!fine)
        return wrong(field, "it must be as in #a1b2c3");
    *colour = str_n(at, colour->len);
    double light = luminance(*colour), more = light > ground ? light : ground;
    double less = light > ground ? ground : light;
    if ((more + 0.05) / (less + 0.05) * 100 < CONTRAST_LEAST)
        return wrong(field, "it is too close to the ground that it stands on to be read; choose a "
                            "darker one for light pages, a lighter one for dark pages");
    return NO_ERROR;
}

/* Addresses or lines: each checked, empty ones left out. */
static struct error check_lines(struct str *text, const char *field, size_t max_lines,
                                size_t max_bytes, bool addresses, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(max_bytes + 1);
    struct str rest = str_trim(*text), line;
    size_t count = 0;
    while (rest.len && str_split(&rest, '\n', &line)) {
        TRY(check_line(&line, field, URL_MAX_BYTES));
        if (line.len == 0)
            continue;
        if (addresses && !str_starts(line, STR("https://")) && !str_starts(line, STR("http://")))
            return wrong(field, "each line must be an address that begins with https://");
        if (addresses && str_find_char(line, ' ') >= 0)
            return wrong(field, "an address has no spaces; one a line");
        (void)buf_printf(&out, "%s%.*s", count++ ? "\n" : "", STR_ARG(line));
    }
    if (count > max_lines || !buf_ok(&out))
        return wrong(field, "there are too many");
    *text = arena_str(arena, buf_slice(&out));
    return NO_ERROR;
}

/* Tags parted by spaces or commas, each once. */
static struct error check_languages(struct str *text, struct str main, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(NAME_MAX_BYTES * 4);
    size_t count = 0;
    for (size_t i = 0; i < text->len;) {
        size_t from = i;
        while (i < text->len && !strchr(" ,\t\r\n", text->at[i]))
            i++;
        struct str tag = str_cut(*text, from, i++);
        struct str spaced = arena_printf(arena, " %.*s ", STR_ARG(tag));
        struct str all = arena_printf(arena, " %.*s ", STR_ARG(buf_slice(&out)));
        if (tag.len == 0 || str_eq(tag, main) || str_find(all, spaced) >= 0)
            continue;
        if (!text_language_valid(tag))
            return wrong("The languages", "they must be tags such as en, es-MX or zh-Hans");
        (void)buf_printf(&out, "%s%.*s", count++ ? " " : "", STR_ARG(tag));
    }
    if (count > LANGUAGES_MAX)
        return wrong("The languages", "there are too many");
    *text = arena_str(arena, buf_slice(&out));
    return NO_ERROR;
}

static struct error check_theme(struct settings *settings, struct arena *arena)
{
    TRY(check_languages(&settings->languages, settings->language, arena));
    /* White; and the lightest ground that a dark page may have, #1e1e1e. */
    TRY(check_colour(&settings->accent_light, "The accent colour", 1.0, arena));
    TRY(check_colour(&settings->accent_dark, "The accent colour of dark pages", 0.013, arena));
    if (settings->letters.len && !str_eq(settings->letters, STR("serif")) &&
        !str_eq(settings->letters, STR("sans")))
        return wrong("The letters", "they are serif or sans");
    if (settings->logo < 0)
        return wrong("The logo", "it must be a picture of the library");
    TRY(check_line(&settings->copyright, "The copyright line", NAME_MAX_BYTES));
    TRY(check_lines(&settings->accounts, "The accounts", ACCOUNTS_MAX,
                    (size_t)ACCOUNTS_MAX * (URL_MAX_BYTES + 1), true, arena));
    return check_lines(&settings->robots, "The robots text", ROBOTS_MAX_BYTES, ROBOTS_MAX_BYTES,
                       false, arena);
}

struct error settings_check(const struct settings *given, struct arena *arena,
                            struct settings *ret_settings)
{
    struct settings settings = *given;
    TRY(check_line(&settings.name, "The name", NAME_MAX_BYTES));
    TRY(check_line(&settings.tagline, "The tagline", NAME_MAX_BYTES));
    TRY(check_line(&settings.place, "The place", NAME_MAX_BYTES));
    if (settings.name.len == 0)
        return wrong("The name", "it is missing");
    TRY(check_url(given->url, arena, &settings.url));
    if (!text_language_valid(settings.language))
        return wrong("The language", "it must be a tag such as en, es-MX or zh-Hans");
    if (!text_zone_valid(settings.timezone))
        return wrong("The time zone", "it must be a name such as Asia/Manila or Europe/Lisbon");
    if (settings.since < 1450 || settings.since > 9999)
        return wrong("The founding year", "it must be a year such as 1997");
    TRY(check_theme(&settings, arena));
    *ret_settings = settings;
    return NO_ERROR;
}

struct error settings_load(struct store_tx *tx, struct arena *arena, struct settings *ret_settings)
{
    struct settings settings = {0};
    struct str since;
    TRY(store_setting(tx, STR("name"), arena, &settings.name));
    TRY(store_setting(tx, STR("tagline"), arena, &settings.tagline));
    TRY(store_setting(tx, STR("place"), arena, &settings.place));
    TRY(store_setting(tx, STR("url"), arena, &settings.url));
    TRY(store_setting(tx, STR("language"), arena, &settings.language));
    TRY(store_setting(tx, STR("timezone"), arena, &settings.timezone));
    TRY(store_setting(tx, STR("since"), arena, &since));
    if (!str_to_i64(since, &settings.since))
        settings.since = 2000;
    struct str logo;
    TRY(store_setting(tx, STR("languages"), arena, &settings.languages));
    TRY(store_setting(tx, STR("logo"), arena, &logo));
    TRY(store_setting(tx, STR("accent-light"), arena, &settings.accent_light));
    TRY(store_setting(tx, STR("accent-dark"), arena, &settings.accent_dark));
    TRY(store_setting(tx, STR("letters"), arena, &settings.letters));
    TRY(store_setting(tx, STR("copyright"), arena, &settings.copyright));
    TRY(store_setting(tx, STR("accounts"), arena, &settings.accounts));
    TRY(store_setting(tx, STR("robots"), arena, &settings.robots));
    if (!str_to_i64(logo, &settings.logo))
        settings.logo = 0;
    *ret_settings = settings;
    return NO_ERROR;
}

static struct error save(struct store_tx *tx, struct keys *changed, void (*key)(struct keys *keys),
                         const char *name, struct str value, struct str old)
{
    if (str_eq(value, old))
        return NO_ERROR;
    key(changed);
    return store_setting_set(tx, str_of(name), value);
}

static struct str digits(int64_t number, struct arena *arena)
{
    return number ? arena_printf(arena, "%lld", (long long)number) : STR_NONE;
}

size_t settings_fields(const struct settings *settings, struct arena *arena,
                       struct settings_field ret_fields[SETTINGS_FIELDS])
{
    const struct settings_field fields[] = {
        {"name", settings->name},
        {"tagline", settings->tagline},
        {"place", settings->place},
        {"url", settings->url},
        {"language", settings->language},
        {"timezone", settings->timezone},
        {"since", digits(settings->since, arena)},
        {"languages", settings->languages},
        {"logo", digits(settings->logo, arena)},
        {"accent-light", settings->accent_light},
        {"accent-dark", settings->accent_dark},
        {"letters", settings->letters},
        {"copyright", settings->copyright},
        {"accounts", settings->accounts},
        {"robots", settings->robots},
    };
    static_assert(sizeof fields / sizeof *fields == SETTINGS_FIELDS, "each field once");
    memcpy(ret_fields, fields, sizeof fields);
    return SETTINGS_FIELDS;
}

struct error settings_save(struct store_tx *tx, const struct settings *settings,
                           struct keys *changed)
{
    struct settings old;
    struct settings_field after[SETTINGS_FIELDS], before[SETTINGS_FIELDS];
    TRY(settings_load(tx, changed->arena, &old));
    (void)settings_fields(&old, changed->arena, before);
    (void)settings_fields(settings, changed->arena, after);
    for (size_t i = 0; i < SETTINGS_FIELDS; i++) {
        struct str name = str_of(after[i].name);
        void (*key)(struct keys *) = str_eq(name, STR("tagline"))  ? key_tagline
                                     : str_eq(name, STR("robots")) ? key_robots
                                                                   : key_settings;
        TRY(save(tx, changed, key, after[i].name, after[i].value, before[i].value));
    }
    return NO_ERROR;
}
