/* Multipart forms: texts are UTF-8 without NUL or CR; files lie within the body and in its order.
 */
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct http_multipart parts;
    struct str bytes = str_n((const char *)data, size), boundary = STR("b");
    ptrdiff_t line = str_find_char(bytes, '\n'); /* a first line is the Content-Type */
    if (line >= 0 && http_multipart_boundary(str_cut(bytes, 0, (size_t)line), &boundary)) {
        expect(boundary.len > 0 && boundary.len <= HTTP_BOUNDARY_MAX);
        bytes = str_from(bytes, (size_t)line + 1);
    }
    if (http_multipart_parse(bytes, boundary, arena, &parts).code != ERR_OK)
        return 0;
    for (size_t i = 0; i < parts.form.count; i++) {
        expect(str_is_utf8(parts.form.fields[i].value) && str_is_utf8(parts.form.fields[i].name));
        expect(str_find_char(parts.form.fields[i].value, '\0') < 0);
        expect(str_find_char(parts.form.fields[i].value, '\r') < 0);
    }
    const char *at = bytes.at;
    for (size_t i = 0; i < parts.file_count; i++) {
        const struct http_part *part = &parts.files[i];
        expect(str_is_utf8(part->filename) && str_find_char(part->filename, '/') < 0);
        if (!part->bytes.len)
            continue;
        expect(part->bytes.at >= at && part->bytes.at + part->bytes.len <= bytes.at + bytes.len);
        at = part->bytes.at + part->bytes.len;
    }
    return 0;
}
