#include "cli/records.h"

#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    struct arena *arena;
    struct record *records;
    size_t count;
};

static struct error next(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    if (!r->has_event)
        return error_format(ERR_FRONT_MATTER, STR("YAML"), (int)r->parser.problem_mark.line + 1,
                            "%s", r->parser.problem ? r->parser.problem : "cannot be read");
    return NO_ERROR;
}

static struct error wrong(const struct reader *r, const char *why)
{
    return error_format(ERR_FRONT_MATTER, STR("YAML"), (int)r->event.start_mark.line + 1, "%s",
                        why);
}

static struct error text(struct reader *r, struct str *ret_text)
{
    if (r->event.type != YAML_SCALAR_EVENT)
        return wrong(r, "a text is expected here");
    *ret_text = arena_str(
        r->arena, str_n((const char *)r->event.data.scalar.value, r->event.data.scalar.length));
    return NO_ERROR;
}

/* The mapping that has just begun. */
static struct error read_record(struct reader *r)
{
    if (r->count == RECORDS_MAX)
        return wrong(r, "too many entries");
    struct record *record = &r->records[r->count];
    record->names = ARENA_ARRAY(r->arena, struct str, RECORD_FIELDS_MAX);
    record->values = ARENA_ARRAY(r->arena, struct str, RECORD_FIELDS_MAX);
    for (;;) {
        TRY(next(r));
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (record->count == RECORD_FIELDS_MAX)
            return wrong(r, "too many fields");
        TRY(text(r, &record->names[record->count]));
        TRY(next(r));
        TRY(text(r, &record->values[record->count++]));
    }
    r->count++;
    return NO_ERROR;
}

static struct error read_all(struct reader *r)
{
    do
        TRY(next(r));
    while (r->event.type == YAML_STREAM_START_EVENT || r->event.type == YAML_DOCUMENT_START_EVENT);
    if (r->event.type == YAML_MAPPING_START_EVENT)
        return read_record(r);
    if (r->event.type != YAML_SEQUENCE_START_EVENT)
        return wrong(r, "a list or a mapping is expected here");
    for (;;) {
        TRY(next(r));
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            return NO_ERROR;
        if (r->event.type != YAML_MAPPING_START_EVENT)
            return wrong(r, "a mapping is expected here");
        TRY(read_record(r));
    }
}

struct error records_parse(struct str yaml, struct arena *arena, struct record **ret_records,
                           size_t *ret_count)
{
    struct reader r = {.arena = arena};
    r.records = ARENA_ARRAY(arena, struct record, RECORDS_MAX);
    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)yaml.at, yaml.len);
    struct error error = read_all(&r);
    if (r.has_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    TRY(error);
    *ret_records = r.records;
    *ret_count = r.count;
    return NO_ERROR;
}

struct str record_text(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (str_eq(record->names[i], str_of(name)))
            return record->values[i];
    return STR_NONE;
}
