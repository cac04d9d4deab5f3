#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};

static void set_ipv4(struct http_address *address, const void *four)
{
    address->local = false;
    memcpy(address->ip, mapped, sizeof mapped);
    memcpy(address->ip + 12, four, 4);
}

bool http_address_parse(struct str text, struct http_address *ret_address)
{
    char c[HTTP_ADDRESS_TEXT];
    struct in_addr four;
    struct http_address address = {0};
    bool brackets = text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']';
    if (brackets)
        text = str_cut(text, 1, text.len - 1);
    if (!str_to_c(text, c, sizeof c))
        return false;
    if (!brackets && inet_pton(AF_INET, c, &four) == 1)
        set_ipv4(&address, &four);
    else if (inet_pton(AF_INET6, c, address.ip) != 1)
        return false;
    *ret_address = address;
    return true;
}

bool http_address_parse_port(struct str text, struct http_address *ret_address)
{
    if (http_address_parse(text, ret_address))
        return true;
    size_t end = text.len;
    while (end > 0 && text.at[end - 1] >= '0' && text.at[end - 1] <= '9')
        end--;
    if (end == 0 || text.len - end > 5 || end == text.len || text.at[end - 1] != ':')
        return false;
    struct str host = str_cut(text, 0, end - 1);
    bool bare_ipv6 = str_find_char(host, ':') >= 0 && host.at[0] != '[';
    return !bare_ipv6 && http_address_parse(host, ret_address);
}

void http_address_text(const struct http_address *address, char ret_text[HTTP_ADDRESS_TEXT])
{
    memcpy(ret_text, "unix", 5);
    if (address->local)
        return;
    if (memcmp(address->ip, mapped, sizeof mapped) == 0)
        (void)inet_ntop(AF_INET, address->ip + 12, ret_text, HTTP_ADDRESS_TEXT);
    else
        (void)inet_ntop(AF_INET6, address->ip, ret_text, HTTP_ADDRESS_TEXT);
}

struct http_address http_address_of(const struct sockaddr_storage *socket_address)
{
    struct http_address address = {0};
    if (socket_address->ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, socket_address, sizeof in);
        set_ipv4(&address, &in.sin_addr);
    } else if (socket_address->ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, socket_address, sizeof in6);
        memcpy(address.ip, &in6.sin6_addr, 16);
    } else {
        address.local = true;
    }
    return address;
}

bool http_address_eq(const struct http_address *a, const struct http_address *b)
{
    return a->local == b->local && memcmp(a->ip, b->ip, 16) == 0;
}

bool http_address_is_loopback(const struct http_address *address)
{
    static const unsigned char one[16] = {[15] = 1};
    return address->local || memcmp(address->ip, one, 16) == 0 ||
           (memcmp(address->ip, mapped, sizeof mapped) == 0 && address->ip[12] == 127);
}

/* ---- networks ---- */

static bool bits_after_are_zero(const unsigned char ip[16], unsigned bits)
{
    for (unsigned i = bits; i < 128; i++)
        if (ip[i / 8] & (0x80 >> i % 8))
            return false;
    return true;
}

struct error http_net_parse(struct str text, struct http_net *ret_net)
{
    struct http_net net = {0};
    struct http_address address;
    struct str rest = text, ip;
    int64_t bits;
    if (str_eq(text, STR("unix"))) {
        net.local = true;
        *ret_net = net;
        return NO_ERROR;
    }
    (void)str_split(&rest, '/', &ip);
    if (!text.len || !http_address_parse(ip, &address))
        return error_format(ERR_INVALID, text, 0, "it is not an address or a network");
    unsigned offset = memcmp(address.ip, mapped, sizeof mapped) == 0 ? 96 : 0;
    net.bits = 128;
    if (rest.at) {
        if (!str_to_i64(rest, &bits) || bits < 0 || bits > 128 - (int64_t)offset)
            return error_format(ERR_INVALID, text, 0, "the number after '/' is wrong");
        net.bits = offset + (unsigned)bits;
    }
    if (!bits_after_are_zero(address.ip, net.bits))
        return error_format(ERR_INVALID, text, 0, "bits are set behind the network's mask");
    memcpy(net.ip, address.ip, 16);
    *ret_net = net;
    return NO_ERROR;
}

bool http_net_has(const struct http_net *net, const struct http_address *address)
{
    if (net->local || address->local)
        return net->local && address->local;
    unsigned whole = net->bits / 8, rest = net->bits % 8;
    if (memcmp(net->ip, address->ip, whole) != 0)
        return false;
    unsigned char mask = (unsigned char)(0xFF00 >> rest);
    return rest == 0 || ((net->ip[whole] ^ address->ip[whole]) & mask) == 0;
}
