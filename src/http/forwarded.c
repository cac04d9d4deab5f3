#include "http/forwarded.h"

#include "http/head.h"

bool http_proxy_header_parse(struct str text, enum http_proxy_header *ret_kind)
{
    static const struct str names[] = {[HTTP_X_FORWARDED_FOR] = STR_INIT("x-forwarded-for"),
                                       [HTTP_FORWARDED] = STR_INIT("forwarded"),
                                       [HTTP_PROXY_V2] = STR_INIT("proxy-v2")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq_nocase(text, names[i])) {
            *ret_kind = (enum http_proxy_header)i;
            return true;
        }
    return false;
}

bool http_trusts(const struct http_trust *trust, const struct http_address *address)
{
    for (size_t i = 0; i < trust->count; i++)
        if (http_net_has(&trust->nets[i], address))
            return true;
    return false;
}

/* The last element of a comma-separated list, taken off its end; commas in quoted strings do not
 * separate. */
static bool take_last(struct str *list, struct str *ret_element)
{
    struct str rest = *list, element, last = STR_NONE;
    while (http_list_next(&rest, &element))
        last = element;
    if (!last.at)
        return false;
    *list = str_cut(*list, 0, (size_t)(last.at - list->at));
    *ret_element = last;
    return true;
}

/* Walks the elements of all fields of that name from the last to the first. */
struct walk {
    const struct http_request *request;
    struct str name;
    size_t field; /* fields before this one are still to come */
    struct str list;
};

static bool walk_next(struct walk *walk, struct str *ret_element)
{
    for (;;) {
        if (take_last(&walk->list, ret_element))
            return true;
        if (walk->field == 0)
            return false;
        const struct http_field *field = &walk->request->fields[--walk->field];
        walk->list = str_eq_nocase(field->name, walk->name) ? field->value : STR_NONE;
    }
}

static struct walk walk_start(const struct http_request *request, struct str name)
{
    return (struct walk){request, name, request->field_count, STR_NONE};
}

/* A parameter of an element of Forwarded; a quoted value without its quotes (escapes, which no
 * address holds, make it no address). */
static struct str parameter(struct str element, struct str name)
{
    while (element.len) {
        size_t end = 0;
        bool quoted = false;
        while (end < element.len && (quoted || element.at[end] != ';')) {
            if (element.at[end] == '"')
                quoted = !quoted;
            end++;
        }
        struct str pair = str_trim(str_cut(element, 0, end)), key;
        element = str_from(element, end + 1);
        if (!str_split(&pair, '=', &key) || !pair.at || !str_eq_nocase(key, name))
            continue;
        bool in_quotes = pair.len >= 2 && pair.at[0] == '"' && pair.at[pair.len - 1] == '"';
        return in_quotes ? str_cut(pair, 1, pair.len - 1) : pair;
    }
    return STR_NONE;
}

static bool is_https(struct str proto)
{
    return str_eq_nocase(proto, STR("https"));
}

static void believe_forwarded(const struct http_trust *trust, struct http_request *request)
{
    struct walk walk = walk_start(request, STR("Forwarded"));
    struct str element;
    while (walk_next(&walk, &element)) {
        struct http_address address;
        struct str proto = parameter(element, STR("proto"));
        if (proto.at)
            request->https = is_https(proto);
        if (!http_address_parse_port(parameter(element, STR("for")), &address))
            return;
        request->client = address;
        if (!http_trusts(trust, &address))
            return;
    }
}

static void believe_x_forwarded(const struct http_trust *trust, struct http_request *request)
{
    struct walk protos = walk_start(request, STR("X-Forwarded-Proto"));
    struct walk walk = walk_start(request, STR("X-Forwarded-For"));
    struct str element;
    struct http_address address;
    if (walk_next(&protos, &element))
        request->https = is_https(element);
    while (walk_next(&walk, &element) && http_address_parse_port(element, &address)) {
        request->client = address;
        if (!http_trusts(trust, &address))
            return;
    }
}

void http_forwarded(const struct http_trust *trust, struct http_request *request)
{
    if (trust->count == 0 || !http_trusts(trust, &request->peer))
        return;
    if (trust->header == HTTP_FORWARDED)
        believe_forwarded(trust, request);
    else if (trust->header == HTTP_X_FORWARDED_FOR)
        believe_x_forwarded(trust, request);
}

/* ---- PROXY v2 ---- */

enum {
    SIGNATURE = 12,
    FIXED = 16,
    VERSION_2 = 0x20,
    COMMAND_LOCAL = 0,
    COMMAND_PROXY = 1,
    FAMILY_INET = 1,
    FAMILY_INET6 = 2,
    TYPE_SSL = 0x20,
    CLIENT_SSL = 0x01,
};

static unsigned two_bytes(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* Looks for PP2_TYPE_SSL among the extensions. */
static void read_extensions(const unsigned char *at, size_t len, bool *ret_https)
{
    while (len >= 3) {
        size_t size = two_bytes(at + 1);
        if (size > len - 3)
            return;
        if (at[0] == TYPE_SSL && size >= 1)
            *ret_https = at[3] & CLIENT_SSL;
        at += 3 + size;
        len -= 3 + size;
    }
}

enum http_proxy2_result http_proxy2(struct str bytes, size_t *ret_length,
                                    struct http_address *ret_client, bool *ret_https)
{
    static const unsigned char signature[SIGNATURE] = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                       0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    const unsigned char *at = (const unsigned char *)bytes.at;
    size_t n = bytes.len < SIGNATURE ? bytes.len : SIGNATURE;
    if (n && memcmp(at, signature, n) != 0)
        return HTTP_PROXY2_BAD;
    if (bytes.len < FIXED)
        return HTTP_PROXY2_MORE;
    size_t length = two_bytes(at + 14);
    unsigned command = at[12] & 0x0F;
    if ((at[12] & 0xF0) != VERSION_2 || command > COMMAND_PROXY || length > HTTP_PROXY2_MAX - FIXED)
        return HTTP_PROXY2_BAD;
    if (bytes.len - FIXED < length)
        return HTTP_PROXY2_MORE;
    *ret_length = FIXED + length;
    unsigned family = at[13] >> 4;
    size_t addresses = family == FAMILY_INET ? 12 : family == FAMILY_INET6 ? 36 : 0;
    if (command == COMMAND_LOCAL || addresses == 0)
        return HTTP_PROXY2_WHOLE;
    if (length < addresses)
        return HTTP_PROXY2_BAD;
    struct http_address client = {.ip = {[10] = 0xFF, [11] = 0xFF}};
    if (family == FAMILY_INET)
        memcpy(client.ip + 12, at + FIXED, 4);
    else
        memcpy(client.ip, at + FIXED, 16);
    *ret_client = client;
    read_extensions(at + FIXED + addresses, length - addresses, ret_https);
    return HTTP_PROXY2_WHOLE;
}
