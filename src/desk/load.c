/* Templates, words and files of the desk, as the build put them inside the program. */
#include "base/embed.h"
#include "base/hash.h"
#include "desk/screen.h"
#include "render/mustache.h"

#include <jansson.h>
#include <stdlib.h>

extern const struct embedded desk_ui[], desk_ui_gzip[], desk_scripts[], desk_scripts_gzip[];

enum { ASSETS_MAX = 8, ASSET_HASH = 16 /* hex digits */ };

struct desk {
    struct arena *arena;
    struct mustache_set *templates;
    struct value *words;
    struct table *say, *errors;
    struct value *urls;
    struct desk_asset assets[ASSETS_MAX];
    size_t asset_count;
};

static const char *const pages[] = {
    "sign-in",  "link",     "today",   "stories", "story",         "preview-bar", "revision",
    "conflict", "pictures", "picture", "people",  "account",       "settings",    "page",
    "audit",    "error",    "given",   "front",   "front-preview", "working"};
static const struct mustache_raw raw_names[] = {{"body_html", VALUE_HTML}, {NULL, VALUE_NULL}};

static struct error load_template(void *context, struct str name, struct arena *arena,
                                  struct str *ret_bytes)
{
    (void)context;
    const struct embedded *file =
        embedded_find(desk_ui, arena_printf(arena, "%.*s.mustache", STR_ARG(name)));
    if (!file)
        return error_make(ERR_NOT_FOUND, "such template of the desk", NULL);
    *ret_bytes = embedded_bytes(file);
    return NO_ERROR;
}

/* A word that the program doesn't know is one of another version's. */
static struct error set_word(struct desk *desk, struct table *table, bool first, struct str name,
                             const json_t *entry)
{
    if (!json_is_string(entry))
        return error_format(ERR_INVALID, STR("The desk's catalogue"), 0,
                            "'%.*s' has no text; give one between quotes", STR_ARG(name));
    struct str *text = table_get(table, name);
    if (!text && !first)
        return NO_ERROR;
    if (!text)
        table_set(table, arena_str(desk->arena, name), text = ARENA_NEW(desk->arena, struct str));
    *text = arena_str(desk->arena, str_of(json_string_value(entry)));
    return NO_ERROR;
}

static struct error set_words(struct desk *desk, struct table *table, bool first, json_t *object)
{
    const char *key;
    json_t *entry;
    json_object_foreach(object, key, entry)
    {
        if (table == desk->say && strcmp(key, "errors") == 0)
            TRY(set_words(desk, desk->errors, first, entry));
        else
            TRY(set_word(desk, table, first, str_of(key), entry));
    }
    return NO_ERROR;
}

static struct error read_words(struct desk *desk, struct str bytes, bool first)
{
    json_error_t fault;
    json_t *json = json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(json)) {
        json_decref(json);
        return error_format(ERR_INVALID, STR("The desk's catalogue"), 0, "line %d: %s",
                            json ? 1 : fault.line, json ? "it is no JSON object" : fault.text);
    }
    struct error error = set_words(desk, desk->say, first, json);
    json_decref(json);
    return error;
}

static struct error load_words(struct desk *desk, struct str words)
{
    const struct embedded *file = embedded_find(desk_ui, STR("locale/en.json"));
    if (!file)
        return error_make(ERR_INVALID, "The desk's catalogue", "it is missing");
    TRY(read_words(desk, embedded_bytes(file), true));
    if (words.len)
        TRY(read_words(desk, words, false));
    for (size_t i = 0; i < table_count(desk->say); i++)
        value_set_text(desk->words, table_key(desk->say, i).at,
                       *(const struct str *)table_value(desk->say, i));
    return NO_ERROR;
}

/* "desk.css" is served as "desk-0123456789abcdef.css": another content, another address. Templates
 * know it as {{asset.desk_css}}. */
static struct error add_asset(struct desk *desk, const struct embedded *file,
                              const struct embedded *packed, const char *type)
{
    char hash[HASH_HEX + 1];
    if (!packed)
        return error_make(ERR_INVALID, "The desk's files", "one was not compressed by the build");
    if (desk->asset_count == ASSETS_MAX)
        return error_make(ERR_INVALID, "The desk's files", "there are more than it has room for");
    struct desk_asset *asset = &desk->assets[desk->asset_count++];
    struct str name = str_of(file->path);
    ptrdiff_t dot = str_find_char(name, '.');
    struct str stem = str_cut(name, 0, (size_t)dot), ending = str_from(name, (size_t)dot + 1);
    hash_hex(embedded_bytes(file), hash);
    asset->bytes = embedded_bytes(file);
    asset->gzip = embedded_bytes(packed);
    asset->type = str_of(type);
    asset->etag = arena_printf(desk->arena, "\"%.*s\"", ASSET_HASH, hash);
    asset->gzip_etag = arena_printf(desk->arena, "\"%.*s-gzip\"", ASSET_HASH, hash);
    asset->name = arena_printf(desk->arena, "%.*s-%.*s.%.*s", STR_ARG(stem), ASSET_HASH, hash,
                               STR_ARG(ending));
    struct str key = arena_printf(desk->arena, "%.*s_%.*s", STR_ARG(stem), STR_ARG(ending));
    value_set_text(desk->urls, key.at,
                   arena_printf(desk->arena, DESK_ASSETS "%.*s", STR_ARG(asset->name)));
    return NO_ERROR;
}

static struct error load_assets(struct desk *desk)
{
    for (const struct embedded *file = desk_ui; file->path; file++)
        if (str_ends(str_of(file->path), STR(".css")))
            TRY(add_asset(desk, file, embedded_find(desk_ui_gzip, str_of(file->path)),
                          "text/css; charset=utf-8"));
    for (const struct embedded *file = desk_scripts; file->path; file++)
        TRY(add_asset(desk, file, embedded_find(desk_scripts_gzip, str_of(file->path)),
                      "text/javascript; charset=utf-8"));
    return NO_ERROR;
}

static struct error load(struct desk *desk, struct str words)
{
    struct mustache_options options = {.raw = raw_names};
    TRY(load_assets(desk));
    TRY(load_words(desk, words));
    return mustache_compile(pages, sizeof pages / sizeof *pages, load_template, NULL, &options,
                            &desk->templates);
}

struct error desk_load(struct str words, struct desk **ret_desk)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        abort();
    desk->arena = arena_new();
    desk->words = value_object(desk->arena);
    desk->urls = value_object(desk->arena);
    desk->say = table_new(desk->arena);
    desk->errors = table_new(desk->arena);
    struct error error = load(desk, words);
    if (error.code != ERR_OK) {
        desk_free(desk);
        return error;
    }
    *ret_desk = desk;
    return NO_ERROR;
}

void desk_free(struct desk *desk)
{
    if (!desk)
        return;
    mustache_free(desk->templates);
    arena_free(desk->arena);
    free(desk);
}

struct str desk_say(const struct desk *desk, const char *key)
{
    const struct str *text = table_get(desk->say, str_of(key));
    return text ? *text : str_of(key);
}

static struct str say_error(const void *catalogue, struct str english)
{
    const struct str *text = table_get(catalogue, english);
    return text ? *text : english;
}

struct str desk_say_error(const struct desk *desk, const struct error *error, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(4096);
    error_sentence_in(error, say_error, desk->errors, &out);
    return arena_str(arena, buf_slice(&out));
}

struct value *desk_words_value(const struct desk *desk)
{
    return desk->words;
}

struct error desk_draw(const struct desk *desk, struct str template, const struct value *root,
                       struct buf *out)
{
    return mustache_render(desk->templates, template, root, out);
}

struct value *desk_asset_urls(const struct desk *desk)
{
    return desk->urls;
}

const struct desk_asset *desk_asset(const struct desk *desk, struct str name)
{
    for (size_t i = 0; i < desk->asset_count; i++)
        if (str_eq(desk->assets[i].name, name))
            return &desk->assets[i];
    return NULL;
}
