/* Forms: what was decoded is UTF-8 without NUL, and encoding it again decodes to the same. */
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void encode(struct buf *out, const struct http_form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        if (i)
            (void)buf_char(out, '&');
        http_percent_encode(out, form->fields[i].name, false);
        (void)buf_char(out, '=');
        http_percent_encode(out, form->fields[i].value, false);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf out = BUF_INIT(size * 6 + 1000);
    struct http_form form, again;
    struct str bytes = str_n((const char *)data, size), path;
    if (http_percent_decode(bytes, arena, &path).code == ERR_OK)
        expect(str_is_utf8(path) && str_find_char(path, '\0') < 0);
    if (http_form_parse(bytes, 50, arena, &form).code != ERR_OK)
        return 0;
    expect(form.count <= 50);
    for (size_t i = 0; i < form.count; i++) {
        expect(str_is_utf8(form.fields[i].value) && str_is_utf8(form.fields[i].name));
        expect(str_find_char(form.fields[i].value, '\0') < 0);
        expect(str_find_char(form.fields[i].value, '\r') < 0);
    }
    encode(&out, &form);
    struct error error = http_form_parse(buf_slice(&out), 50, arena, &again);
    expect(error.code == ERR_OK && again.count == form.count);
    for (size_t i = 0; i < form.count; i++)
        expect(str_eq(form.fields[i].name, again.fields[i].name) &&
               str_eq(form.fields[i].value, again.fields[i].value));
    return 0;
}
