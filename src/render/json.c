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
    BUF_AUTO struct buf out = BUF_INIT(json.len * 6 + 1);
    for (ptrdiff_t at; (at = str_find_char(json, '<')) >= 0;) {
        (void)buf_str(&out, str_cut(json, 0, (size_t)at));
        (void)buf_str(&out, STR("\\u003c"));
        json = str_from(json, (size_t)at + 1);
    }
    (void)buf_str(&out, json);
    return arena_str(arena, buf_slice(&out));
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
