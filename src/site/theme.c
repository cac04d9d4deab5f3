/* The theme: the default one inside the program with the newsroom's own files over it. */
#include "base/embed.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "site/sheet.h"
#include "text/dates.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdatomic.h>
#include <sys/stat.h>

extern const struct embedded theme_default[];

enum { THEME_FILE_MAX = 256 * 1024, THEME_LANGUAGES_MAX = 64, THEME_DEPTH_MAX = 4 };

struct locale {
    struct str language;
    struct value *words; /* t */
    struct table *say;   /* key → struct str */
};

struct site {
    _Atomic int references;
    struct arena *arena;
    struct mustache_set *templates;
    struct table *locales; /* language → struct locale */
    struct str stylesheet, stylesheet_url, stylesheet_name;
    struct str icon, bitmap; /* favicon.svg; favicon.ico, empty when the first stands for both */
    struct str embed_script, embed_script_url, embed_script_name;
};

static const char *const pages[] = {"front",       "story",       "list",  "page",
                                    "newsletters", "corrections", "error", "partial/picture/text"};
static const struct mustache_raw raw_names[] = {{"body_html", VALUE_HTML},
                                                {"body_rest_html", VALUE_HTML},
                                                {"text_html", VALUE_HTML},
                                                {"json_ld", VALUE_JSON},
                                                {NULL, VALUE_NULL}};

/* ---- Files
 * ---------------------------------------------------------------------------------------- */

struct source {
    int fd; /* of DIR/theme/, or -1 */
};

/* The newsroom's own file, else the default's. `path` has no dots but in its last part. */
static struct error theme_file(const struct source *source, struct str path, struct arena *arena,
                               struct str *ret_bytes)
{
    if (source->fd >= 0) {
        struct error error =
            file_read(source->fd, arena_cstr(arena, path), THEME_FILE_MAX, arena, ret_bytes);
        if (error.code != ERR_NOT_FOUND)
            return error;
    }
    const struct embedded *file = embedded_find(theme_default, path);
    if (!file)
        return error_format(ERR_NOT_FOUND, arena_printf(arena, "theme file %.*s", STR_ARG(path)), 0,
                            "missing");
    *ret_bytes = embedded_bytes(file);
    return NO_ERROR;
}

static struct error load_template(void *context, struct str name, struct arena *arena,
                                  struct str *ret_bytes)
{
    return theme_file(context, arena_printf(arena, "%.*s.mustache", STR_ARG(name)), arena,
                      ret_bytes);
}

/* ---- Words
 * ------------------------------------------------------------------------------------------ */

static struct error wrong_locale(struct str language, const char *why)
{
    char what[64];
    (void)snprintf(what, sizeof what, "The theme's locale/%.*s.json", STR_ARG(language));
    return error_make(ERR_INVALID, what, why);
}

static struct error read_words(struct site *site, struct locale *locale, const json_t *json)
{
    const char *key;
    json_t *entry;
    const json_t *words = json_object_get(json, "t"), *sentences = json_object_get(json, "say");
    if (!json_is_object(words) || !json_is_object(sentences))
        return wrong_locale(locale->language, "it must hold the objects \"t\" and \"say\"");
    json_object_foreach(json_object_get(json, "t"), key, entry)
    {
        struct str text = arena_str(site->arena, str_of(json_string_value(entry)));
        value_set_text(locale->words, arena_cstr(site->arena, str_of(key)), text);
    }
    json_object_foreach(json_object_get(json, "say"), key, entry)
    {
        struct str *text = ARENA_NEW(site->arena, struct str);
        *text = arena_str(site->arena, str_of(json_string_value(entry)));
        table_set(locale->say, arena_str(site->arena, str_of(key)), text);
    }
    return NO_ERROR;
}

/* Adds the words of a locale file over those that are there. */
static struct error add_words(struct site *site, struct locale *locale, struct str bytes)
{
    json_error_t fault;
    json_t *json = json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, &fault);
    if (!json)
        return wrong_locale(locale->language, fault.text);
    struct error error = read_words(site, locale, json);
    json_decref(json);
    return error;
}

static struct error load_locale(struct site *site, const struct source *source, struct str language)
{
    struct str bytes, path = arena_printf(site->arena, "locale/%.*s.json", STR_ARG(language));
    const struct embedded *english = embedded_find(theme_default, STR("locale/en.json"));
    const struct embedded *embedded = embedded_find(theme_default, path);
    struct locale *locale = ARENA_NEW(site->arena, struct locale);
    locale->language = arena_str(site->arena, language);
    locale->words = value_object(site->arena);
    locale->say = table_new(site->arena);
    TRY(add_words(site, locale, embedded_bytes(english)));
    if (embedded && embedded != english)
        TRY(add_words(site, locale, embedded_bytes(embedded)));
    TRY(theme_file(source, path, site->arena, &bytes));
    if (!embedded || bytes.at != (const char *)embedded->bytes)
        TRY(add_words(site, locale, bytes));
    table_set(site->locales, locale->language, locale);
    return NO_ERROR;
}

static struct error load_own_locales(struct site *site, const struct source *source)
{
    int fd = source->fd < 0 ? -1 : openat(source->fd, "locale", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct error error = NO_ERROR;
    if (!folder)
        return NO_ERROR;
    for (struct dirent *entry; error.code == ERR_OK && (entry = readdir(folder));) {
        struct str name = str_of(entry->d_name);
        if (!str_ends(name, STR(".json")) || table_count(site->locales) >= THEME_LANGUAGES_MAX)
            continue;
        struct str language = str_cut(name, 0, name.len - 5);
        if (text_language_valid(language))
            error = load_locale(site, source, language);
    }
    (void)closedir(folder);
    return error;
}

static struct error load_locales(struct site *site, const struct source *source)
{
    site->locales = table_new(site->arena);
    for (const struct embedded *file = theme_default; file->path; file++) {
        struct str path = str_of(file->path);
        if (str_starts(path, STR("locale/")) && str_ends(path, STR(".json")))
            TRY(load_locale(site, source, str_cut(path, 7, path.len - 5)));
    }
    return load_own_locales(site, source);
}

const struct locale *site_locale_of(const struct site *site, struct str language)
{
    while (language.len) { /* zh-Hant-TW, zh-Hant, zh */
        const struct locale *locale = table_get(site->locales, language);
        if (locale)
            return locale;
        while (language.len && language.at[language.len - 1] != '-')
            language.len--;
        if (language.len)
            language.len--;
    }
    return NULL;
}

const struct locale *site_locale(const struct site *site, struct str language)
{
    const struct locale *locale = site_locale_of(site, language);
    return locale ? locale : table_get(site->locales, STR("en"));
}

struct str locale_say(const struct locale *locale, struct str key)
{
    const struct str *text = table_get(locale->say, key);
    return text ? *text : STR_NONE;
}

struct value *locale_words(const struct locale *locale)
{
    return locale->words;
}

struct str site_word(const struct site *site, struct str language, const char *key)
{
    return value_str(value_get(locale_words(site_locale(site, language)), str_of(key)));
}

/* ---- The whole
 * --------------------------------------------------------------------------------------- */

/* Who brings a drawing without a bitmap of it is not given ours. */
static struct error load_icons(struct site *site, const struct source *source)
{
    struct str drawing = STR("favicon.svg"), bitmap = STR("favicon.ico");
    TRY(theme_file(source, drawing, site->arena, &site->icon));
    TRY(theme_file(source, bitmap, site->arena, &site->bitmap));
    bool own = !str_eq(site->icon, embedded_bytes(embedded_find(theme_default, drawing)));
    if (own && str_eq(site->bitmap, embedded_bytes(embedded_find(theme_default, bitmap))))
        site->bitmap = STR_NONE;
    return NO_ERROR;
}

/* "style.css" with its hash in its name: an address that changes with the bytes. */
static struct error load_asset(struct site *site, const struct source *source, const char *file,
                               struct str *ret_bytes, struct str *ret_name, struct str *ret_url)
{
    char hex[HASH_HEX + 1];
    struct str whole = str_of(file);
    size_t dot = (size_t)str_find_char(whole, '.');
    TRY(theme_file(source, whole, site->arena, ret_bytes));
    hash_hex(*ret_bytes, hex);
    *ret_name = arena_printf(site->arena, "%.*s.%.16s%.*s", (int)dot, file, hex,
                             STR_ARG(str_from(whole, dot)));
    *ret_url = arena_printf(site->arena, "/assets/%.*s", STR_ARG(*ret_name));
    return NO_ERROR;
}

static struct error load(struct site *site, struct source *source)
{
    struct mustache_options options = {.raw = raw_names};
    TRY(mustache_compile(pages, sizeof pages / sizeof *pages, load_template, source, &options,
                         &site->templates));
    TRY(load_locales(site, source));
    TRY(load_asset(site, source, "style.css", &site->stylesheet, &site->stylesheet_name,
                   &site->stylesheet_url));
    TRY(load_asset(site, source, "embed.js", &site->embed_script, &site->embed_script_name,
                   &site->embed_script_url));
    return load_icons(site, source);
}

struct error site_load(const char *dir, struct site **ret_site)
{
    FD_AUTO int dir_fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    FD_AUTO int fd = dir_fd < 0 ? -1 : openat(dir_fd, "theme", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct source source = {fd};
    struct site *site = calloc(1, sizeof *site);
    if (!site)
        abort();
    atomic_store(&site->references, 1);
    site->arena = arena_new();
    struct error error = load(site, &source);
    if (error.code != ERR_OK) {
        site_unref(site);
        return error;
    }
    *ret_site = site;
    return NO_ERROR;
}

struct site *site_ref(struct site *site)
{
    atomic_fetch_add(&site->references, 1);
    return site;
}

void site_unref(struct site *site)
{
    if (!site || atomic_fetch_sub(&site->references, 1) > 1)
        return;
    mustache_free(site->templates);
    arena_free(site->arena);
    free(site);
}

/* Mixes names, sizes and times of the files below a folder. */
static uint64_t folder_state(int fd, int depth)
{
    uint64_t state = 1;
    DIR *folder = fdopendir(fd);
    if (!folder) {
        (void)close(fd);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat status;
        if (entry->d_name[0] == '.' || fstatat(dirfd(folder), entry->d_name, &status, 0) < 0)
            continue;
        struct str parts[] = {str_of(entry->d_name),
                              str_n((const char *)&status.st_mtim, sizeof status.st_mtim),
                              str_n((const char *)&status.st_size, sizeof status.st_size),
                              str_n((const char *)&status.st_ino, sizeof status.st_ino)};
        uint64_t one = 0;
        for (size_t i = 0; i < 4; i++)
            one = one * 31 + hash_table(parts[i]);
        if (S_ISDIR(status.st_mode) && depth < THEME_DEPTH_MAX) {
            int below = openat(dirfd(folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            one += below < 0 ? 0 : folder_state(below, depth + 1);
        }
        state += one; /* in any order */
    }
    (void)closedir(folder);
    return state;
}

uint64_t site_theme_state(const char *dir)
{
    FD_AUTO int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = dir_fd < 0 ? -1 : openat(dir_fd, "theme", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? 0 : folder_state(fd, 0);
}

const struct mustache_set *site_templates(const struct site *site)
{
    return site->templates;
}

struct str site_stylesheet_url(const struct site *site)
{
    return site->stylesheet_url;
}

struct str site_embed_script_url(const struct site *site)
{
    return site->embed_script_url;
}

struct str site_icon_url(const struct site *site)
{
    return STR("/favicon.svg");
}

bool site_asset(const struct site *site, const struct site_address *address,
                struct drawing *ret_drawing)
{
    if (address->kind == SITE_ICON) {
        bool bitmap = str_eq(address->slug, STR("favicon.ico")) && site->bitmap.len;
        *ret_drawing = (struct drawing){.status = 200,
                                        .type = bitmap ? STR("image/vnd.microsoft.icon")
                                                       : STR("image/svg+xml"),
                                        .body = bitmap ? site->bitmap : site->icon,
                                        .compressible = true};
        return true;
    }
    bool sheet = str_eq(address->slug, site->stylesheet_name);
    if (address->kind != SITE_ASSET || (!sheet && !str_eq(address->slug, site->embed_script_name)))
        return false;
    *ret_drawing = (struct drawing){.status = 200,
                                    .type = sheet ? STR("text/css; charset=utf-8")
                                                  : STR("text/javascript; charset=utf-8"),
                                    .body = sheet ? site->stylesheet : site->embed_script,
                                    .compressible = true,
                                    .lasting = true};
    return true;
}

struct str site_plain_error(const struct site *site, int status)
{
    return status == 503 ? STR("We are busy for the moment. Please try again in a few minutes.\n")
                         : STR("Something went wrong on our side. Please try again in a few "
                               "minutes.\n");
}
