#include "newsroom/settings.h"
#include "text/dates.h"

#include <ctype.h>

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
    *ret_settings = settings;
    return NO_ERROR;
}

static struct error save(struct store_tx *tx, struct keys *changed, struct str name,
                         struct str value, struct str old)
{
    if (str_eq(value, old))
        return NO_ERROR;
    key_settings(changed);
    return store_setting_set(tx, name, value);
}

struct error settings_save(struct store_tx *tx, const struct settings *settings,
                           struct keys *changed)
{
    struct settings old;
    struct arena *arena = changed->arena;
    TRY(settings_load(tx, arena, &old));
    TRY(save(tx, changed, STR("name"), settings->name, old.name));
    TRY(save(tx, changed, STR("tagline"), settings->tagline, old.tagline));
    TRY(save(tx, changed, STR("place"), settings->place, old.place));
    TRY(save(tx, changed, STR("url"), settings->url, old.url));
    TRY(save(tx, changed, STR("language"), settings->language, old.language));
    TRY(save(tx, changed, STR("timezone"), settings->timezone, old.timezone));
    return save(tx, changed, STR("since"), arena_printf(arena, "%lld", (long long)settings->since),
                arena_printf(arena, "%lld", (long long)old.since));
}
