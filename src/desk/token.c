/* Whether a request comes from the desk's own pages. */
#include "base/hash.h"
#include "desk/screen.h"

enum { HEX = SCREEN_SECRET * 4 };

/* A mask, then the secret under it: never the same twice, so that compression of an answer tells
 * nothing (BREACH). */
struct str form_token(const struct screen *screen)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[SCREEN_SECRET * 2];
    char *hex = arena_alloc(screen->arena, HEX + 1);
    hash_random(bytes, SCREEN_SECRET);
    for (size_t i = 0; i < SCREEN_SECRET; i++)
        bytes[SCREEN_SECRET + i] = bytes[i] ^ screen->secret[i];
    for (size_t i = 0; i < sizeof bytes; i++) {
        hex[i * 2] = digits[bytes[i] >> 4];
        hex[i * 2 + 1] = digits[bytes[i] & 15];
    }
    return str_n(hex, HEX);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool form_token_fits(const struct screen *screen, struct str token)
{
    unsigned char bytes[SCREEN_SECRET * 2], wrong = 0;
    if (token.len != HEX)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++) {
        int high = digit(token.at[i * 2]), low = digit(token.at[i * 2 + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    for (size_t i = 0; i < SCREEN_SECRET; i++)
        wrong |= (unsigned char)(bytes[i] ^ bytes[SCREEN_SECRET + i] ^ screen->secret[i]);
    return wrong == 0;
}

/* Somebody follows a link from elsewhere, a mail or a chat: reading, and in a tab of its own. */
static bool follows_link(const struct http_request *request)
{
    return request->method != HTTP_POST &&
           str_eq(http_field(request, STR("Sec-Fetch-Mode")), STR("navigate")) &&
           str_eq(http_field(request, STR("Sec-Fetch-Dest")), STR("document"));
}

bool request_is_ours(const struct http_request *request, bool https)
{
    struct str site = http_field(request, STR("Sec-Fetch-Site"));
    if (site.at)
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none")) ||
               follows_link(request);
    struct str origin = http_field(request, STR("Origin"));
    if (!origin.at)
        return true; /* no browser, or one so old that only the form's token protects it */
    if (https && !str_starts(origin, STR("https://")))
        return false;
    ptrdiff_t slashes = str_find(origin, STR("://"));
    return slashes > 0 && str_eq_nocase(str_from(origin, (size_t)slashes + 3), request->host);
}
