#include "http/cookie.h"

struct str http_cookie_find(struct str header, struct str name)
{
    struct str pair;
    for (int i = 0; i < HTTP_COOKIES_MAX && str_split(&header, ';', &pair); i++) {
        ptrdiff_t equals = str_find_char(pair, '=');
        if (equals < 0 || !str_eq(str_trim(str_cut(pair, 0, (size_t)equals)), name))
            continue;
        struct str value = str_trim(str_from(pair, (size_t)equals + 1));
        if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
            value = str_cut(value, 1, value.len - 1);
        return value.at ? value : STR("");
    }
    return STR_NONE;
}

struct str http_cookie(const struct http_request *request, struct str name)
{
    struct str header, value = STR_NONE;
    for (size_t i = 0; !value.at && http_field_next(request, STR("Cookie"), &i, &header);)
        value = http_cookie_find(header, name);
    return value;
}

/* cookie-octet and, for names, what is left of it without separators. */
static bool plain(struct str text, const char *refused)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~' || strchr(refused, text.at[i]))
            return false;
    return true;
}

bool http_cookie_put(struct buf *out, const struct http_cookie *cookie)
{
    if (cookie->name.len == 0 || !plain(cookie->name, "()<>@,;:\\\"/[]?={}") ||
        !plain(cookie->value, "\",;\\") || !plain(cookie->path, ";\"\\,"))
        return false;
    (void)buf_printf(out, "%.*s=%.*s; Path=%.*s; HttpOnly; SameSite=Lax", STR_ARG(cookie->name),
                     STR_ARG(cookie->value), STR_ARG(cookie->path));
    if (cookie->max_age >= 0)
        (void)buf_printf(out, "; Max-Age=%lld", (long long)cookie->max_age);
    if (cookie->secure)
        (void)buf_str(out, STR("; Secure"));
    return true;
}
