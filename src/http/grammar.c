/* The small pieces of grammar that several parsers share. (RFC 9110, 5.6; RFC 3986, 3.2.) */
#include "http/head.h"

#include <arpa/inet.h>

enum { TOKEN = HTTP_CLASS_TOKEN, VALUE = 2, UNRESERVED = 4, SUB_DELIM = 8 };

#define LETTER (TOKEN | VALUE | UNRESERVED)
/* clang-format off */
__extension__ const unsigned char http_classes[256] = {
    ['\t'] = VALUE, [' '] = VALUE,
    ['!'] = TOKEN | VALUE | SUB_DELIM, ['"'] = VALUE, ['#'] = TOKEN | VALUE,
    ['$'] = TOKEN | VALUE | SUB_DELIM, ['%'] = TOKEN | VALUE, ['&'] = TOKEN | VALUE | SUB_DELIM,
    ['\''] = TOKEN | VALUE | SUB_DELIM, ['('] = VALUE | SUB_DELIM, [')'] = VALUE | SUB_DELIM,
    ['*'] = TOKEN | VALUE | SUB_DELIM, ['+'] = TOKEN | VALUE | SUB_DELIM,
    [','] = VALUE | SUB_DELIM, ['-'] = LETTER, ['.'] = LETTER, ['/'] = VALUE,
    ['0' ... '9'] = LETTER, [':'] = VALUE, [';'] = VALUE | SUB_DELIM, ['<'] = VALUE,
    ['='] = VALUE | SUB_DELIM, ['>' ... '@'] = VALUE, ['A' ... 'Z'] = LETTER,
    ['[' ... ']'] = VALUE, ['^'] = TOKEN | VALUE, ['_'] = LETTER, ['`'] = TOKEN | VALUE,
    ['a' ... 'z'] = LETTER, ['{'] = VALUE, ['|'] = TOKEN | VALUE, ['}'] = VALUE, ['~'] = LETTER,
    [0x80 ... 0xFF] = VALUE,
};
/* clang-format on */

bool http_is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(http_classes[(unsigned char)s.at[i]] & TOKEN))
            return false;
    return s.len > 0;
}

bool http_is_value(struct str s)
{
    unsigned char all = VALUE;
    for (size_t i = 0; i < s.len; i++)
        all &= http_classes[(unsigned char)s.at[i]];
    return all & VALUE;
}

/* The index of the comma that ends the first element, or the length. */
static size_t element_end(struct str list)
{
    bool quoted = false;
    for (size_t i = 0; i < list.len; i++) {
        if (quoted && list.at[i] == '\\')
            i++;
        else if (list.at[i] == '"')
            quoted = !quoted;
        else if (!quoted && list.at[i] == ',')
            return i;
    }
    return list.len;
}

bool http_list_next(struct str *list, struct str *ret_element)
{
    while (list->len) {
        size_t end = element_end(*list);
        struct str element = str_trim(str_cut(*list, 0, end));
        *list = str_from(*list, end + 1);
        if (element.len) {
            *ret_element = element;
            return true;
        }
    }
    return false;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_reg_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '%') {
            if (s.len - i < 3 || !is_hex(s.at[i + 1]) || !is_hex(s.at[i + 2]))
                return false;
            i += 2;
        } else if (!(http_classes[(unsigned char)s.at[i]] & (UNRESERVED | SUB_DELIM))) {
            return false;
        }
    }
    return s.len > 0;
}

static bool is_port(struct str s)
{
    unsigned port = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        port = port * 10 + (unsigned)(s.at[i] - '0');
        if (port > 65535)
            return false;
    }
    return true;
}

/* "[", an IPv6 address, "]" */
static bool is_ip_literal(struct str s)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr ip;
    return s.len > 2 && str_to_c(str_cut(s, 1, s.len - 1), text, sizeof text) &&
           inet_pton(AF_INET6, text, &ip) == 1;
}

bool http_host_ok(struct str host)
{
    enum { HOST_MAX = 255 + 6 };
    if (host.len > HOST_MAX)
        return false;
    bool literal = host.len && host.at[0] == '[';
    ptrdiff_t end = str_find_char(host, literal ? ']' : ':');
    if (literal ? end < 0 : false)
        return false;
    size_t length = end < 0 ? host.len : (size_t)end + literal;
    struct str name = str_cut(host, 0, length), port = str_from(host, length);
    if (port.len && (port.at[0] != ':' || !is_port(str_from(port, 1))))
        return false;
    return literal ? is_ip_literal(name) : is_reg_name(name);
}
