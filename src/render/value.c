#include "render/value.h"

struct member {
    struct value_key key; /* lists: unused */
    struct value *value;
};

struct value {
    enum value_kind kind;
    bool yes;            /* VALUE_BOOL */
    struct str text;     /* the texts */
    struct arena *arena; /* list, object: where members grow */
    struct member *members;
    uint32_t count, room;
};

static struct value *value_new(struct arena *arena, enum value_kind kind)
{
    struct value *value = ARENA_NEW(arena, struct value);
    value->kind = kind;
    value->arena = arena;
    return value;
}

static struct value *value_new_text(struct arena *arena, enum value_kind kind, struct str text)
{
    struct value *value = value_new(arena, kind);
    value->text = text;
    return value;
}

struct value *value_object(struct arena *arena)
{
    return value_new(arena, VALUE_OBJECT);
}

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

struct value *value_text(struct arena *arena, struct str text)
{
    return value_new_text(arena, VALUE_TEXT, text);
}

struct value *value_url(struct arena *arena, struct str url)
{
    bool show = url.len == 0 || value_url_safe(url);
    return value_new_text(arena, VALUE_URL, show ? url : STR("#"));
}

enum value_kind value_kind(const struct value *value)
{
    return value ? value->kind : VALUE_NULL;
}

bool value_is_true(const struct value *value)
{
    switch (value_kind(value)) {
    case VALUE_NULL:
        return false;
    case VALUE_BOOL:
        return value->yes;
    case VALUE_TEXT:
    case VALUE_HTML:
    case VALUE_JSON:
    case VALUE_URL:
        return value->text.len > 0;
    case VALUE_LIST:
        return value->count > 0;
    case VALUE_OBJECT:
        return true;
    }
    return false;
}

struct str value_str(const struct value *value)
{
    return value ? value->text : STR_NONE;
}

/* ---- Members --------------------------------------------------------------------------------- */

/* FNV-1a: names are few and ours, so collisions need no guard. */
struct value_key value_key(struct str name)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619U;
    return (struct value_key){name, hash};
}

static struct value **member_at(const struct value *object, const struct value_key *key)
{
    for (uint32_t i = 0; i < object->count; i++)
        if (object->members[i].key.hash == key->hash &&
            str_eq(object->members[i].key.name, key->name))
            return &object->members[i].value;
    return NULL;
}

static void member_add(struct value *value, struct value_key key, struct value *member)
{
    if (value->count == value->room) {
        uint32_t room = value->room ? value->room * 2 : 8;
        struct member *members = ARENA_ARRAY(value->arena, struct member, room);
        if (value->count)
            memcpy(members, value->members, value->count * sizeof *members);
        value->members = members;
        value->room = room;
    }
    value->members[value->count++] = (struct member){key, member};
}

void value_set(struct value *object, const char *name, struct value *value)
{
    if (object->kind != VALUE_OBJECT)
        abort();
    struct value_key key = value_key(str_of(name));
    struct value **old = member_at(object, &key);
    if (old)
        *old = value;
    else
        member_add(object, key, value);
}

void value_append(struct value *list, struct value *value)
{
    if (list->kind != VALUE_LIST)
        abort();
    member_add(list, (struct value_key){STR_NONE, 0}, value);
}

const struct value *value_find(const struct value *object, const struct value_key *key)
{
    if (value_kind(object) != VALUE_OBJECT)
        return NULL;
    struct value **member = member_at(object, key);
    return member ? *member : NULL;
}

const struct value *value_get(const struct value *object, struct str name)
{
    struct value_key key = value_key(name);
    return value_find(object, &key);
}

size_t value_count(const struct value *value)
{
    return value ? value->count : 0;
}

const struct value *value_at(const struct value *value, size_t i)
{
    return value->members[i].value;
}

struct str value_name(const struct value *object, size_t i)
{
    return object->members[i].key.name;
}

/* ---- Setters --------------------------------------------------------------------------------- */

void value_set_text(struct value *object, const char *name, struct str text)
{
    value_set(object, name, value_new_text(object->arena, VALUE_TEXT, text));
}

void value_set_literal(struct value *object, const char *name, const char *text)
{
    value_set_text(object, name, str_of(text));
}

void value_set_number(struct value *object, const char *name, int64_t number)
{
    value_set_text(object, name, arena_printf(object->arena, "%lld", (long long)number));
}

void value_set_bool(struct value *object, const char *name, bool yes)
{
    struct value *value = value_new(object->arena, VALUE_BOOL);
    value->yes = yes;
    value_set(object, name, value);
}

void value_set_html(struct value *object, const char *name, struct str html)
{
    value_set(object, name, value_new_text(object->arena, VALUE_HTML, html));
}

void value_set_json(struct value *object, const char *name, struct str json)
{
    value_set(object, name, value_new_text(object->arena, VALUE_JSON, json));
}

void value_set_url(struct value *object, const char *name, struct str url)
{
    value_set(object, name, value_url(object->arena, url));
}

struct value *value_set_object(struct value *object, const char *name)
{
    struct value *value = value_object(object->arena);
    value_set(object, name, value);
    return value;
}

struct value *value_set_list(struct value *object, const char *name)
{
    struct value *value = value_list(object->arena);
    value_set(object, name, value);
    return value;
}

void value_append_text(struct value *list, struct str text)
{
    value_append(list, value_text(list->arena, text));
}

struct value *value_append_object(struct value *list)
{
    struct value *value = value_object(list->arena);
    value_append(list, value);
    return value;
}

/* ---- Addresses ------------------------------------------------------------------------------- */

bool value_url_safe(struct str url)
{
    static const struct str schemes[] = {STR_INIT("http://"), STR_INIT("https://"),
                                         STR_INIT("mailto:"), STR_INIT("tel:")};
    if (url.len == 0)
        return false;
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.at[i] <= ' ' || url.at[i] == 0x7F || url.at[i] == '\\')
            return false;
    if (url.at[0] == '#' || url.at[0] == '?')
        return true;
    if (url.at[0] == '/')
        return url.len == 1 || url.at[1] != '/';
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (str_eq_nocase(str_cut(url, 0, schemes[i].len), schemes[i]))
            return url.len > schemes[i].len;
    return false;
}
