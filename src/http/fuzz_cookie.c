/* Cookies: what is found lies in the header; what is put is found again. */
#include "http/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = str_n((const char *)data, size), name = STR("desk");
    struct str value = http_cookie_find(bytes, name);
    expect(!value.len || (value.at >= bytes.at && value.at + value.len <= bytes.at + bytes.len));
    BUF_AUTO struct buf out = BUF_INIT(size + 1000);
    struct http_cookie cookie = {.name = name, .value = bytes, .path = STR("/desk")};
    if (!http_cookie_put(&out, &cookie)) {
        expect(out.len == 0);
        return 0;
    }
    expect(str_eq(http_cookie_find(buf_slice(&out), name), bytes));
    return 0;
}
