#include "http/form.h"

#include "http/head.h"

static int hex(char c)
{
    unsigned char u = (unsigned char)c;
    if (u >= '0' && u <= '9')
        return u - '0';
    u |= 0x20;
    return u >= 'a' && u <= 'f' ? u - 'a' + 10 : -1;
}

/* Decodes into `out`, which holds text.len bytes. False: a bad percent sign or a NUL. */
static bool decode(struct str text, bool plus, char *out, size_t *ret_len)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            int high = text.len - i >= 3 ? hex(text.at[i + 1]) : -1;
            int low = high >= 0 ? hex(text.at[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0')
            return false;
        out[n++] = c;
    }
    *ret_len = n;
    return true;
}

static struct error decode_text(struct str text, bool plus, struct arena *arena, struct str *ret)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len;
    if (!decode(text, plus, out, &len))
        return error_make(ERR_INVALID, "The text sent", "it is not well encoded");
    if (!str_is_utf8(str_n(out, len)))
        return error_make(ERR_INVALID, "The text sent", "it is not UTF-8");
    *ret = str_n(out, len);
    return NO_ERROR;
}

/* Browsers send CR LF at line ends in what was typed. */
static struct str mend_lines(struct str text, char *at)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\r') {
            at[n++] = '\n';
            if (i + 1 < text.len && text.at[i + 1] == '\n')
                i++;
        } else {
            at[n++] = text.at[i];
        }
    }
    return str_n(at, n);
}

static struct error parse_field(struct str piece, struct arena *arena,
                                struct http_form_field *field)
{
    ptrdiff_t equals = str_find_char(piece, '=');
    struct str name = equals < 0 ? piece : str_cut(piece, 0, (size_t)equals);
    struct str value = equals < 0 ? STR("") : str_from(piece, (size_t)equals + 1);
    TRY(decode_text(name, true, arena, &field->name));
    TRY(decode_text(value, true, arena, &field->value));
    if (str_find_char(field->value, '\r') >= 0)
        field->value = mend_lines(field->value, arena_alloc(arena, field->value.len));
    return NO_ERROR;
}

static size_t count_pieces(struct str text)
{
    size_t count = 0;
    struct str piece;
    while (str_split(&text, '&', &piece))
        count += piece.len > 0;
    return count;
}

struct error http_form_parse(struct str text, size_t max_fields, struct arena *arena,
                             struct http_form *ret_form)
{
    struct http_form form = {NULL, 0};
    size_t count = count_pieces(text);
    if (count > max_fields)
        return error_format(ERR_TOO_LARGE, STR("The form"), 0, "it has more than %zu fields",
                            max_fields);
    form.fields = ARENA_ARRAY(arena, struct http_form_field, count);
    struct str piece;
    while (str_split(&text, '&', &piece))
        if (piece.len)
            TRY(parse_field(piece, arena, &form.fields[form.count++]));
    *ret_form = form;
    return NO_ERROR;
}

struct str http_form_get(const struct http_form *form, struct str name)
{
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(form->fields[i].name, name))
            return form->fields[i].value;
    return STR_NONE;
}

struct error http_percent_decode(struct str text, struct arena *arena, struct str *ret_text)
{
    return decode_text(text, false, arena, ret_text);
}

void http_percent_encode(struct buf *out, struct str text, bool keep_slash)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keep_slash))
            (void)buf_char(out, (char)c);
        else
            (void)buf_put(out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

bool http_is_type(struct str content_type, struct str type)
{
    ptrdiff_t semicolon = str_find_char(content_type, ';');
    if (semicolon >= 0)
        content_type = str_cut(content_type, 0, (size_t)semicolon);
    return str_eq_nocase(str_trim(content_type), type);
}
