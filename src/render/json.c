#include "render/json.h"

void json_put(json_t *object, const char *name, struct str text)
{
    if (text.len)
        (void)json_object_set_new(object, name, json_stringn(text.at, text.len));
}

void json_put_integer(json_t *object, const char *name, int64_t number)
{
    (void)json_object_set_new(object, name, json_integer(number));
}

static struct str escape_less_than(struct str json, struct arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < json.len; i++)
        count += json.at[i] == '<';
    char *out = arena_alloc(arena, json.len + count * 5 + 1);
    size_t n = 0;
    for (size_t i = 0; i < json.len; i++) {
        if (json.at[i] == '<') {
            memcpy(out + n, "\\u003c", 6);
            n += 6;
        } else {
            out[n++] = json.at[i];
        }
    }
    return str_n(out, n);
}

struct error json_finish(json_t *document, bool for_script, struct arena *arena,
                         struct str *ret_json)
{
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    if (!text)
        return error_make(ERR_SYSTEM, "Writing JSON", "out of memory");
    *ret_json = for_script ? escape_less_than(str_of(text), arena) : arena_str(arena, str_of(text));
    free(text);
    return NO_ERROR;
}
