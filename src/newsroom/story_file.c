#include "newsroom/story_file.h"
#include "text/dates.h"
#include "text/slug.h"

#include <yaml.h>

enum {
    FRONT_MATTER_MAX = 64 * 1024, /* bytes between the two lines of dashes */
    FIRST_YAML_LINE = 2,
};

/* One pull of libyaml's events: the event in hand, and what the draft has so far. */
struct reading_file {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    struct arena *arena;
    struct draft draft;
};

static void reading_file_release(struct reading_file *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
}

static struct error wrong(int line, const char *field, const char *why)
{
    return error_format(ERR_FRONT_MATTER, str_of(field), line, "%s: %s", field, why);
}

static struct error wrong_file(int line, const char *why)
{
    return error_format(ERR_FRONT_MATTER, STR("front matter"), line, "%s", why);
}

/* The first bytes of a name for a sentence, cut at the border of a character. */
static struct str shortened(struct str name)
{
    enum { SHOWN = 40 };
    size_t n = name.len < SHOWN ? name.len : SHOWN;
    while (n < name.len && n > 0 && ((unsigned char)name.at[n] & 0xC0) == 0x80)
        n--;
    return str_cut(name, 0, n);
}

/* ---- The bytes of the file --------------------------------------------------------------------
 */

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/* U+0080 to U+009F are controls too; among them NEL, which YAML takes for the end of a line. */
static bool is_c1(struct str s, size_t i)
{
    return (unsigned char)s.at[i] == 0xC2 && i + 1 < s.len && (unsigned char)s.at[i + 1] < 0xA0;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_control((unsigned char)s.at[i]) || is_c1(s, i))
            return true;
    return false;
}

/* The line of the first byte that breaks UTF-8, found line by line. */
static int line_not_utf8(struct str bytes)
{
    struct str rest = bytes, line;
    int number = 1;
    while (str_split(&rest, '\n', &line) && str_is_utf8(line))
        number++;
    return number;
}

/* Checks every character and gives a copy whose lines end in LF alone. */
static struct error check_bytes(struct str bytes, struct arena *arena, struct str *ret_text)
{
    if (!str_is_utf8(bytes))
        return wrong_file(line_not_utf8(bytes), "the text is not UTF-8; save the file as UTF-8");
    char *copy = arena_alloc(arena, bytes.len + 1);
    size_t len = 0;
    int line = 1;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if (is_control(c) || is_c1(bytes, i))
            return error_format(ERR_FRONT_MATTER, STR("text"), line,
                                "a control character (%02X) stands in the text; remove it",
                                is_control(c) ? c : (unsigned char)bytes.at[i + 1]);
        if (c == '\r' && i + 1 < bytes.len && bytes.at[i + 1] == '\n')
            continue;
        copy[len++] = c == '\r' ? '\n' : (char)c;
        if (copy[len - 1] == '\n')
            line++;
    }
    *ret_text = str_n(copy, len);
    return NO_ERROR;
}

static bool is_dashes(struct str line)
{
    return str_starts(line, STR("---")) && str_trim(line).len == 3;
}

/* Splits the text at its two lines of dashes. */
static struct error split_file(struct str text, struct str *ret_yaml, struct str *ret_body,
                               int *ret_body_line)
{
    struct str rest = text, line;
    if (!str_split(&rest, '\n', &line) || !is_dashes(line))
        return wrong_file(1, "a story file begins with a line '---', then fields such as "
                             "'headline: Ferry late', then a line '---', then the text");
    const char *start = rest.at;
    int number = 1;
    while (str_split(&rest, '\n', &line)) {
        number++;
        if (!is_dashes(line))
            continue;
        *ret_yaml = str_n(start, (size_t)(line.at - start));
        *ret_body = rest;
        *ret_body_line = number + 1;
        return NO_ERROR;
    }
    return wrong_file(1, "the fields have no end; put a line '---' between them and the text");
}

/* The text begins at its first line that isn't blank and ends at its last. */
static void trim_body(struct draft *draft)
{
    struct str rest = draft->body, line;
    while (str_split(&rest, '\n', &line) && !str_trim(line).len && rest.len) {
        draft->body = rest;
        draft->body_line++;
    }
    while (draft->body.len && strchr(" \t\n", draft->body.at[draft->body.len - 1]))
        draft->body.len--;
}

/* ---- Events -----------------------------------------------------------------------------------
 */

static int event_line(const struct reading_file *r)
{
    return (int)r->event.start_mark.line + FIRST_YAML_LINE;
}

static struct error yaml_error(const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "unknown";
    /* A quote that never ends is wrong where it begins. */
    bool open = parser->context && strstr(problem, "end of stream");
    size_t at = open ? parser->context_mark.line : parser->problem_mark.line;
    int line = (int)at + FIRST_YAML_LINE;
    if (strstr(problem, "mapping values are not allowed"))
        return wrong_file(line, "a ':' stands inside a text; put the text in quotes");
    return error_format(ERR_FRONT_MATTER, STR("front matter"), line,
                        "cannot be read as YAML (%s); a text that begins with a sign or holds ': ' "
                        "needs quotes",
                        problem);
}

/* The forms of YAML that a story never needs. */
static struct error refuse_forms(int line, bool anchor, bool tag)
{
    if (anchor)
        return wrong_file(line, "anchors and aliases ('&', '*') are not allowed; put the text in "
                                "quotes");
    if (tag)
        return wrong_file(line, "YAML tags ('!') are not allowed; put the text in quotes");
    return NO_ERROR;
}

/* Puts the next event in hand. */
static struct error next(struct reading_file *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    if (!r->has_event)
        return yaml_error(&r->parser);
    const yaml_event_t *e = &r->event;
    int line = event_line(r);
    if (e->type == YAML_ALIAS_EVENT)
        return refuse_forms(line, true, false);
    if (e->type == YAML_SCALAR_EVENT)
        return refuse_forms(line, e->data.scalar.anchor, e->data.scalar.tag);
    if (e->type == YAML_SEQUENCE_START_EVENT)
        return refuse_forms(line, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    if (e->type == YAML_MAPPING_START_EVENT)
        return refuse_forms(line, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    return NO_ERROR;
}

static struct str scalar_bytes(const struct reading_file *r)
{
    return str_n((const char *)r->event.data.scalar.value, r->event.data.scalar.length);
}

/* Bytes of a space at s.at[i], 0 when there is none: white space, line and paragraph separators. */
static size_t space_at(struct str s, size_t i)
{
    char c = s.at[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        return 1;
    struct str here = str_from(s, i);
    return str_starts(here, STR("\xE2\x80\xA8")) || str_starts(here, STR("\xE2\x80\xA9")) ? 3 : 0;
}

/* A field is one line: runs of white space become one space, none at the ends. */
static struct str one_line(struct str s, struct arena *arena)
{
    char *copy = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len;) {
        size_t space = space_at(s, i);
        if (!space)
            copy[len++] = s.at[i++];
        else if (len && copy[len - 1] != ' ')
            copy[len++] = ' ';
        i += space;
    }
    while (len && copy[len - 1] == ' ')
        len--;
    return str_n(copy, len);
}

/* The scalar in hand as the text of a field. */
static struct error field_text(struct reading_file *r, const char *field, struct str *ret_text)
{
    int line = event_line(r);
    if (r->event.type != YAML_SCALAR_EVENT)
        return wrong(line, field, "must be one text, not a list or a group");
    struct str value = scalar_bytes(r);
    if (value.len > STORY_FIELD_MAX)
        return error_format(ERR_FRONT_MATTER, str_of(field), line,
                            "%s: longer than %d bytes; make it shorter", field, STORY_FIELD_MAX);
    if (!str_is_utf8(value) || has_control(value))
        return wrong(line, field, "holds a control character; remove it");
    *ret_text = one_line(value, r->arena);
    return NO_ERROR;
}

/* ---- Fields -----------------------------------------------------------------------------------
 */

static struct error read_text(struct reading_file *r, const char *field, struct str *ret_text)
{
    TRY(next(r));
    return field_text(r, field, ret_text);
}

static struct error read_slug(struct reading_file *r, const char *field, struct str *ret_text)
{
    struct str text;
    TRY(read_text(r, field, &text));
    if (text.len && !text_slug_valid(text))
        return wrong(event_line(r), field, "may hold small letters, digits and single '-' only");
    *ret_text = text;
    return NO_ERROR;
}

static struct error read_language(struct reading_file *r)
{
    struct str text;
    TRY(read_text(r, "language", &text));
    if (text.len && !text_language_valid(text))
        return wrong(event_line(r), "language",
                     "must be a language code such as en, my or zh-Hant");
    r->draft.language = text;
    return NO_ERROR;
}

static struct error read_published(struct reading_file *r)
{
    TRY(read_text(r, "published", &r->draft.published));
    r->draft.published_line = event_line(r);
    return NO_ERROR;
}

static struct error read_featured(struct reading_file *r)
{
    struct str text;
    TRY(read_text(r, "featured", &text));
    if (!str_eq(text, STR("true")) && !str_eq(text, STR("false")))
        return wrong(event_line(r), "featured", "must be true or false");
    r->draft.featured = str_eq(text, STR("true"));
    return NO_ERROR;
}

static bool holds(const struct str *names, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

static struct error read_names(struct reading_file *r, const char *field, size_t max,
                               struct str **ret_names, size_t *ret_count)
{
    struct str *names = ARENA_ARRAY(r->arena, struct str, max);
    size_t count = 0;
    TRY(next(r));
    bool list = r->event.type == YAML_SEQUENCE_START_EVENT;
    if (list)
        TRY(next(r));
    while (r->event.type != YAML_SEQUENCE_END_EVENT) {
        struct str name;
        int line = event_line(r);
        TRY(field_text(r, field, &name));
        if (list && !name.len)
            return wrong(line, field, "an entry of the list is empty");
        if (!list && str_find_char(name, ',') >= 0)
            return wrong(line, field, "several are written as a list: [one, two]");
        if (name.len && !holds(names, count, name)) {
            if (count == max)
                return error_format(ERR_FRONT_MATTER, str_of(field), line,
                                    "%s: more than %zu; leave some out", field, max);
            names[count++] = name;
        }
        if (!list)
            break;
        TRY(next(r));
    }
    *ret_names = names;
    *ret_count = count;
    return NO_ERROR;
}

static struct error read_photo(struct reading_file *r)
{
    const struct {
        const char *name;
        struct str *text;
    } fields[] = {
        {"file", &r->draft.photo_file},
        {"caption", &r->draft.caption},
        {"credit", &r->draft.credit},
        {"alt", &r->draft.alt},
    };
    enum { COUNT = sizeof fields / sizeof *fields };
    bool seen[COUNT] = {0};
    TRY(next(r));
    int photo_line = event_line(r);
    if (r->event.type != YAML_MAPPING_START_EVENT)
        return wrong(photo_line, "photo", "must be a group with file, caption, credit and alt");
    for (;;) {
        TRY(next(r));
        int line = event_line(r);
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        struct str key;
        TRY(field_text(r, "photo", &key));
        size_t i = 0;
        while (i < COUNT && !str_eq(key, str_of(fields[i].name)))
            i++;
        if (i == COUNT)
            return error_format(ERR_FRONT_MATTER, key, line,
                                "photo: %.*s is not one of file, caption, credit, alt",
                                STR_ARG(shortened(key)));
        if (seen[i])
            return error_format(ERR_FRONT_MATTER, key, line, "photo: %s stands twice",
                                fields[i].name);
        seen[i] = true;
        TRY(read_text(r, fields[i].name, fields[i].text));
        if (i == 0)
            photo_line = event_line(r);
    }
    if (!r->draft.photo_file.len)
        return wrong(photo_line, "photo", "the file is missing; add 'file: picture.jpg' to it");
    r->draft.photo_line = photo_line;
    return NO_ERROR;
}

enum field {
    FIELD_HEADLINE,
    FIELD_SLUG,
    FIELD_SECTION,
    FIELD_TAGS,
    FIELD_BYLINES,
    FIELD_AGENCY,
    FIELD_DATELINE,
    FIELD_STANDFIRST,
    FIELD_LANGUAGE,
    FIELD_PUBLISHED,
    FIELD_PHOTO,
    FIELD_FEATURED,
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT] = {
    "headline", "slug",       "section",  "tags",      "bylines", "agency",
    "dateline", "standfirst", "language", "published", "photo",   "featured"};

static struct error read_field(struct reading_file *r, enum field field)
{
    struct draft *d = &r->draft;
    switch (field) {
    case FIELD_HEADLINE:
        return read_text(r, "headline", &d->headline);
    case FIELD_SLUG:
        return read_slug(r, "slug", &d->slug);
    case FIELD_SECTION:
        TRY(read_text(r, "section", &d->section));
        d->section_line = event_line(r);
        return NO_ERROR;
    case FIELD_TAGS:
        return read_names(r, "tags", STORY_TAGS_MAX, &d->tags, &d->tag_count);
    case FIELD_BYLINES:
        return read_names(r, "bylines", STORY_BYLINES_MAX, &d->bylines, &d->byline_count);
    case FIELD_AGENCY:
        return read_text(r, "agency", &d->agency);
    case FIELD_DATELINE:
        return read_text(r, "dateline", &d->dateline);
    case FIELD_STANDFIRST:
        return read_text(r, "standfirst", &d->standfirst);
    case FIELD_LANGUAGE:
        return read_language(r);
    case FIELD_PUBLISHED:
        return read_published(r);
    case FIELD_PHOTO:
        return read_photo(r);
    case FIELD_FEATURED:
        return read_featured(r);
    case FIELD_COUNT:
        break;
    }
    return NO_ERROR;
}

/* The key in hand: which field, and that it is the first of its kind. */
static struct error read_key(struct reading_file *r, bool *seen, enum field *ret_field)
{
    int line = event_line(r);
    if (r->event.type != YAML_SCALAR_EVENT)
        return wrong_file(line, "a field begins with its name, as in 'headline: Ferry late'");
    struct str key = scalar_bytes(r);
    size_t i = 0;
    while (i < FIELD_COUNT && !str_eq(key, str_of(field_names[i])))
        i++;
    if (i == FIELD_COUNT) {
        if (has_control(key) || !str_is_utf8(key))
            return wrong_file(line, "the name of a field holds a control character");
        return error_format(ERR_FRONT_MATTER, key, line,
                            "%.*s: is not a field; known are headline, slug, section, tags, "
                            "bylines, agency, dateline, standfirst, language, published, photo, "
                            "featured",
                            STR_ARG(shortened(key)));
    }
    if (seen[i])
        return wrong(line, field_names[i], "stands twice; keep one");
    seen[i] = true;
    *ret_field = (enum field)i;
    return NO_ERROR;
}

static struct error read_fields(struct reading_file *r)
{
    bool seen[FIELD_COUNT] = {0};
    for (;;) {
        TRY(next(r));
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        enum field field = FIELD_COUNT;
        TRY(read_key(r, seen, &field));
        TRY(read_field(r, field));
    }
    if (!r->draft.headline.len)
        return wrong(1, "headline", "missing; a story needs a line 'headline: …'");
    return NO_ERROR;
}

static struct error read_document(struct reading_file *r)
{
    TRY(next(r)); /* the stream begins */
    TRY(next(r));
    if (r->event.type != YAML_DOCUMENT_START_EVENT)
        return wrong(1, "headline", "missing; a story needs a line 'headline: …'");
    TRY(next(r));
    if (r->event.type != YAML_MAPPING_START_EVENT)
        return wrong_file(event_line(r), "fields are written as 'name: text', one a line");
    TRY(read_fields(r));
    TRY(next(r)); /* the document ends */
    TRY(next(r));
    if (r->event.type != YAML_STREAM_END_EVENT)
        return wrong_file(event_line(r), "a second YAML document begins; keep one");
    return NO_ERROR;
}

struct error story_file_parse(struct str bytes, struct arena *arena, struct draft *ret_draft)
{
    if (bytes.len > STORY_FILE_MAX)
        return error_make(ERR_TOO_LARGE, "The story file", "2 MiB is the most");
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        bytes = str_from(bytes, 3);
    struct str text, yaml;
    struct reading_file r = {.arena = arena};
    TRY(check_bytes(bytes, arena, &text));
    TRY(split_file(text, &yaml, &r.draft.body, &r.draft.body_line));
    if (yaml.len > FRONT_MATTER_MAX)
        return error_make(ERR_TOO_LARGE, "The front matter", "64 KiB is the most");
    trim_body(&r.draft);
    if (r.draft.body.len > STORY_BODY_MAX)
        return error_make(ERR_TOO_LARGE, "The text", "1 MiB is the most");
    if (!yaml_parser_initialize(&r.parser))
        return error_make(ERR_SYSTEM, "Reading a story file", "memory is out");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)yaml.at, yaml.len);
    struct error error = read_document(&r);
    reading_file_release(&r);
    if (error.code == ERR_OK)
        *ret_draft = r.draft;
    return error;
}
