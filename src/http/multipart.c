#include "http/multipart.h"

#include <sys/mman.h>

static struct error broken(const char *why)
{
    return error_make(ERR_INVALID, "The form", why);
}

/* ---- The boundary -------------------------------------------------------------------------- */

static bool boundary_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("'()+_,-./:=? ", c));
}

static struct str unquoted(struct str text)
{
    text = str_trim(text);
    if (text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"')
        return str_cut(text, 1, text.len - 1);
    return text;
}

bool http_multipart_boundary(struct str content_type, struct str *ret_boundary)
{
    struct str rest = content_type, part;
    if (!http_is_type(content_type, STR("multipart/form-data")))
        return false;
    while (str_split(&rest, ';', &part)) {
        part = str_trim(part);
        if (part.len < 10 || !str_eq_nocase(str_cut(part, 0, 9), STR("boundary=")))
            continue;
        struct str boundary = unquoted(str_from(part, 9));
        if (boundary.len == 0 || boundary.len > HTTP_BOUNDARY_MAX ||
            boundary.at[boundary.len - 1] == ' ')
            return false;
        for (size_t i = 0; i < boundary.len; i++)
            if (!boundary_char(boundary.at[i]))
                return false;
        *ret_boundary = boundary;
        return true;
    }
    return false;
}

/* ---- A part's head ------------------------------------------------------------------------- */

/* The text of a quoted parameter as browsers write it (WHATWG: %22, %0D, %0A stand for '"', CR and
 * LF; older ones escape by a backslash). */
static struct str unescaped(struct str text, struct arena *arena)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\\' && i + 1 < text.len &&
            (text.at[i + 1] == '"' || text.at[i + 1] == '\\'))
            out[n++] = text.at[++i];
        else if (str_starts(str_from(text, i), STR("%22")))
            out[n++] = '"', i += 2;
        else
            out[n++] = text.at[i];
    }
    return str_n(out, n);
}

/* Takes `name="value"` or `name=token` off the front of *rest; false at the end. */
static bool take_parameter(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    size_t i = 0, from;
    while (i < rest->len && (rest->at[i] == ';' || rest->at[i] == ' ' || rest->at[i] == '\t'))
        i++;
    from = i;
    while (i < rest->len && rest->at[i] != '=' && rest->at[i] != ';')
        i++;
    if (i == from)
        return false;
    *ret_name = str_trim(str_cut(*rest, from, i));
    *ret_value = STR("");
    if (i < rest->len && rest->at[i] == '=') {
        bool quoted = ++i < rest->len && rest->at[i] == '"';
        from = i += quoted;
        while (i < rest->len && rest->at[i] != (quoted ? '"' : ';'))
            i += quoted && rest->at[i] == '\\' && i + 1 < rest->len ? 2 : 1;
        *ret_value = str_cut(*rest, from, i);
        if (quoted && i < rest->len)
            i++;
    }
    *rest = str_from(*rest, i);
    return true;
}

static struct error check_text(struct str text)
{
    if (!str_is_utf8(text) || str_find_char(text, '\0') >= 0)
        return broken("a text in it is not UTF-8");
    return NO_ERROR;
}

/* The last part of what may be a path, as old browsers send. */
static struct str file_alone(struct str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
            return str_from(name, i);
    return name;
}

static struct error read_disposition(struct str value, struct arena *arena, struct http_part *part,
                                     bool *ret_file)
{
    struct str name, text, kind;
    if (!str_split(&value, ';', &kind) || !str_eq_nocase(str_trim(kind), STR("form-data")))
        return broken("a part of it is no form-data");
    while (take_parameter(&value, &name, &text)) {
        if (str_eq_nocase(name, STR("name"))) {
            part->name = unescaped(text, arena);
        } else if (str_eq_nocase(name, STR("filename"))) {
            part->filename = file_alone(unescaped(text, arena));
            *ret_file = true;
        }
    }
    if (part->name.len > HTTP_PART_NAME_MAX)
        return error_make(ERR_TOO_LARGE, "The form", "the name of a field is too long");
    TRY(check_text(part->name));
    TRY(check_text(part->filename));
    while (part->filename.len > HTTP_PART_FILENAME_MAX ||
           !str_is_utf8(part->filename)) /* not in the middle of a letter */
        part->filename.len = part->filename.len > HTTP_PART_FILENAME_MAX ? HTTP_PART_FILENAME_MAX
                                                                         : part->filename.len - 1;
    return NO_ERROR;
}

static struct error read_head(struct str head, struct arena *arena, struct http_part *part,
                              bool *ret_file)
{
    struct str line;
    bool named = false;
    *part = (struct http_part){0};
    *ret_file = false;
    while (head.len && str_split(&head, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon <= 0)
            continue;
        struct str name = str_trim(str_cut(line, 0, (size_t)colon));
        struct str value = str_trim(str_from(line, (size_t)colon + 1));
        if (str_eq_nocase(name, STR("content-disposition"))) {
            if (named)
                return broken("a part of it has two names");
            named = true;
            TRY(read_disposition(value, arena, part, ret_file));
        } else if (str_eq_nocase(name, STR("content-type"))) {
            part->type = value;
        } else if (str_eq_nocase(name, STR("content-transfer-encoding"))) {
            if (!str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
                !str_eq_nocase(value, STR("7bit")))
                return broken("a part of it is encoded");
        }
    }
    return named ? NO_ERROR : broken("a part of it has no name");
}

/* ---- The body ------------------------------------------------------------------------------ */

struct reader {
    struct str rest;
    struct str delimiter; /* CR LF -- boundary */
    struct arena *arena;
    struct http_multipart out;
    size_t field_room, file_room, parts;
};

static struct str mended(struct str text, struct arena *arena)
{
    if (str_find_char(text, '\r') < 0)
        return text;
    char *out = arena_alloc(arena, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool cr = text.at[i] == '\r';
        out[n++] = cr ? '\n' : text.at[i];
        if (cr && i + 1 < text.len && text.at[i + 1] == '\n')
            i++;
    }
    return str_n(out, n);
}

static void *grown(struct arena *arena, void *old, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 32;
    void *new = arena_array(arena, *room, size);
    if (count)
        memcpy(new, old, count * size);
    return new;
}

static struct error keep(struct reader *reader, const struct http_part *part, bool file)
{
    struct http_multipart *out = &reader->out;
    if (++reader->parts > HTTP_PARTS_MAX)
        return error_make(ERR_TOO_LARGE, "The form", "it has too many parts");
    if (file) {
        if (!part->bytes.len && !part->filename.len)
            return NO_ERROR; /* a picker left empty */
        out->files = grown(reader->arena, out->files, out->file_count, &reader->file_room,
                           sizeof *out->files);
        out->files[out->file_count++] = *part;
        return NO_ERROR;
    }
    if (part->bytes.len > HTTP_PART_TEXT_MAX)
        return error_make(ERR_TOO_LARGE, "A text of the form", "2 MiB are the most");
    TRY(check_text(part->bytes));
    out->form.fields = grown(reader->arena, out->form.fields, out->form.count, &reader->field_room,
                             sizeof *out->form.fields);
    out->form.fields[out->form.count++] =
        (struct http_form_field){part->name, mended(part->bytes, reader->arena)};
    return NO_ERROR;
}

static ptrdiff_t find(struct str s, struct str needle)
{
    const char *at = s.len ? memmem(s.at, s.len, needle.at, needle.len) : NULL;
    return at ? at - s.at : -1;
}

/* The part at the front of the rest, which begins behind its delimiter's line. */
static struct error read_part(struct reader *reader)
{
    struct http_part part;
    bool file;
    ptrdiff_t end;
    struct str head = STR("");
    if (str_starts(reader->rest, STR("\r\n"))) {
        end = 0; /* no fields at all: refused below */
    } else {
        end = find(str_cut(reader->rest, 0, HTTP_PART_HEAD_MAX + 4), STR("\r\n\r\n"));
        if (end < 0)
            return reader->rest.len > HTTP_PART_HEAD_MAX
                       ? error_make(ERR_TOO_LARGE, "The form", "the head of a part is too long")
                       : broken("it ends too early");
        head = str_cut(reader->rest, 0, (size_t)end);
        end += 2;
    }
    TRY(read_head(head, reader->arena, &part, &file));
    /* An empty part may end right here: its delimiter begins with the CR LF of the empty line. */
    struct str rest = str_from(reader->rest, (size_t)end);
    ptrdiff_t next = find(rest, reader->delimiter);
    if (next < 0)
        return broken("it ends too early");
    part.bytes = next < 2 ? STR("") : str_cut(rest, 2, (size_t)next);
    reader->rest = str_from(rest, (size_t)next + reader->delimiter.len);
    return keep(reader, &part, file);
}

/* Behind a delimiter: "--" ends the body, white space and a line's end begin a part. */
static struct error behind_delimiter(struct reader *reader, bool *ret_more)
{
    size_t i = 0;
    *ret_more = false;
    if (str_starts(reader->rest, STR("--")))
        return NO_ERROR;
    while (i < reader->rest.len && (reader->rest.at[i] == ' ' || reader->rest.at[i] == '\t'))
        i++;
    reader->rest = str_from(reader->rest, i);
    if (!str_starts(reader->rest, STR("\r\n")))
        return broken("it ends too early");
    reader->rest = str_from(reader->rest, 2);
    *ret_more = true;
    return NO_ERROR;
}

struct error http_multipart_parse(struct str body, struct str boundary, struct arena *arena,
                                  struct http_multipart *ret_multipart)
{
    struct reader reader = {.arena = arena};
    bool more;
    reader.delimiter = arena_printf(arena, "\r\n--%.*s", STR_ARG(boundary));
    struct str first = str_from(reader.delimiter, 2);
    if (str_starts(body, first)) {
        reader.rest = str_from(body, first.len);
    } else {
        ptrdiff_t at = find(body, reader.delimiter); /* words before the first part mean nothing */
        if (at < 0)
            return broken("it has no parts");
        reader.rest = str_from(body, (size_t)at + reader.delimiter.len);
    }
    TRY(behind_delimiter(&reader, &more));
    while (more) {
        TRY(read_part(&reader));
        TRY(behind_delimiter(&reader, &more));
    }
    *ret_multipart = reader.out;
    return NO_ERROR;
}

/* ---- Bodies in files ----------------------------------------------------------------------- */

struct error http_body_map(const struct http_request *request, struct str *ret_body)
{
    if (request->body_file < 0 || request->body_size == 0) {
        *ret_body = request->body_file < 0 ? request->body : STR("");
        return NO_ERROR;
    }
    /* Nobody else has the file: it cannot become shorter under the mapping. */
    void *at =
        mmap(NULL, (size_t)request->body_size, PROT_READ, MAP_PRIVATE, request->body_file, 0);
    if (at == MAP_FAILED)
        return error_errno("Reading the form");
    *ret_body = str_n(at, (size_t)request->body_size);
    return NO_ERROR;
}

void http_body_unmap(const struct http_request *request, struct str body)
{
    if (request->body_file >= 0 && request->body_size)
        (void)munmap((void *)(uintptr_t)body.at, (size_t)request->body_size);
}
