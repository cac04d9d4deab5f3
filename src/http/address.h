/* Addresses of peers, and networks of them. IPv4 is kept in its IPv6 form (::ffff:a.b.c.d). */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "base/error.h"

#include <sys/socket.h>

struct http_address {
    bool local; /* a peer on a unix socket; `ip` is all zero then */
    unsigned char ip[16];
};

struct http_net {
    bool local; /* the net "unix": every peer on a unix socket */
    unsigned char ip[16];
    unsigned bits; /* of the IPv6 form: 96 + n for IPv4 */
};

enum { HTTP_ADDRESS_TEXT = 48 };

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; no port, no zone. */
bool http_address_parse(struct str text, struct http_address *ret_address);
/* The same, with or without a port, as proxies write it: "192.0.2.1:80", "[2001:db8::1]:80". */
bool http_address_parse_port(struct str text, struct http_address *ret_address);
/* "192.0.2.1", "2001:db8::1" or "unix", with a NUL. */
void http_address_text(const struct http_address *address, char ret_text[HTTP_ADDRESS_TEXT]);
struct http_address http_address_of(const struct sockaddr_storage *socket_address);
bool http_address_eq(const struct http_address *a, const struct http_address *b);
/* 127.0.0.0/8, ::1, or a unix socket. */
bool http_address_is_loopback(const struct http_address *address);

/* "10.0.0.0/8", "2001:db8::/32", a single address, or "unix". ERR_INVALID, also for bits set
 * behind the mask (10.0.0.1/8). */
MUST_USE struct error http_net_parse(struct str text, struct http_net *ret_net);
bool http_net_has(const struct http_net *net, const struct http_address *address);

#endif
