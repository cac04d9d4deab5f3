#include "cli/json.h"
#include "text/dates.h"

void json_put_text(json_t *object, const char *name, struct str text)
{
    json_t *value = text.len ? json_stringn(text.at, text.len) : json_null();
    (void)json_object_set_new(object, name, value);
}

void json_put_number(json_t *object, const char *name, int64_t number)
{
    (void)json_object_set_new(object, name, json_integer(number));
}

void json_put_moment(json_t *object, const char *name, int64_t moment, struct str zone,
                     struct arena *arena)
{
    json_put_text(object, name, moment ? text_rfc3339(moment, zone, arena) : STR_NONE);
}

static struct error print(json_t *value, size_t flags, const char *before, const char *after)
{
    char *text = json_dumps(value, flags);
    json_decref(value);
    if (!text)
        return error_make(ERR_SYSTEM, "Writing JSON", "memory is out");
    struct error error = cli_print("%s%s%s", before, text, after);
    free(text);
    return error;
}

struct error json_print(json_t *value)
{
    return print(value, JSON_INDENT(2), "", "\n");
}

struct error json_print_element(json_t *value, bool first)
{
    return print(value, JSON_COMPACT, first ? "[\n" : ",\n", "");
}

struct error json_print_end(bool none)
{
    return cli_print(none ? "[]\n" : "\n]\n");
}
