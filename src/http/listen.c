#include "base/file.h"
#include "http/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_INHERITED = 3, BACKLOG = 4096 };

unsigned http_inherited(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    int64_t number;
    if (!pid || !count || !str_to_i64(str_of(pid), &number) || number != getpid() ||
        !str_to_i64(str_of(count), &number) || number < 0 || number > 64)
        return 0;
    return (unsigned)number;
}

static struct error failed(struct str address, const char *why)
{
    return error_format(ERR_LISTEN, address, 0, "%s", why);
}

static struct error failed_errno(struct str address)
{
    char why[128];
    return failed(address, strerror_r(errno, why, sizeof why));
}

static int open_socket(int family)
{
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* The text of the address that a socket is bound to. */
static struct str name_of(int fd, struct arena *arena)
{
    struct sockaddr_storage bound = {0};
    socklen_t len = sizeof bound;
    char text[HTTP_ADDRESS_TEXT];
    if (getsockname(fd, (struct sockaddr *)&bound, &len) < 0)
        return STR_NONE;
    if (bound.ss_family == AF_UNIX) {
        struct sockaddr_un un;
        memcpy(&un, &bound, sizeof un);
        size_t path = len > offsetof(struct sockaddr_un, sun_path)
                          ? strnlen(un.sun_path, sizeof un.sun_path)
                          : 0;
        return arena_printf(arena, "unix:%.*s", (int)path, un.sun_path);
    }
    if (bound.ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, &bound, sizeof in6);
        struct http_address address = http_address_of(&bound);
        http_address_text(&address, text);
        return arena_printf(arena, "[%s]:%u", text, ntohs(in6.sin6_port));
    }
    struct sockaddr_in in;
    memcpy(&in, &bound, sizeof in);
    struct http_address address = http_address_of(&bound);
    http_address_text(&address, text);
    return arena_printf(arena, "%s:%u", text, ntohs(in.sin_port));
}

/* ---- unix sockets ---- */

/* A socket's file that nobody listens behind any more is removed; one that is in use, or any other
 * file, is an error. */
static struct error clear_path(struct str address, const struct sockaddr_un *un)
{
    struct stat status;
    if (lstat(un->sun_path, &status) < 0)
        return errno == ENOENT ? NO_ERROR : failed_errno(address);
    if (!S_ISSOCK(status.st_mode))
        return failed(address, "there is a file of that name");
    FD_AUTO int fd = open_socket(AF_UNIX);
    if (fd < 0)
        return failed_errno(address);
    if (connect(fd, (const struct sockaddr *)un, sizeof *un) == 0 || errno != ECONNREFUSED)
        return failed(address, "another server listens there");
    return unlink(un->sun_path) < 0 ? failed_errno(address) : NO_ERROR;
}

static struct error listen_unix(struct str address, struct bound *bound, struct arena *arena)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    if (!str_to_c(str_from(address, 5), un.sun_path, sizeof un.sun_path) || !un.sun_path[0])
        return failed(address, "the path is empty or too long");
    TRY(clear_path(address, &un));
    FD_AUTO int fd = open_socket(AF_UNIX);
    struct stat status;
    if (fd < 0 || bind(fd, (struct sockaddr *)&un, sizeof un) < 0 || chmod(un.sun_path, 0666) < 0 ||
        lstat(un.sun_path, &status) < 0 || listen(fd, BACKLOG) < 0)
        return failed_errno(address);
    *bound = (struct bound){.fd = fd_take(&fd),
                            .local = true,
                            .address = arena_str(arena, address),
                            .device = status.st_dev,
                            .inode = status.st_ino};
    return NO_ERROR;
}

/* ---- TCP ---- */

static struct error read_address(struct str address, struct sockaddr_storage *ret,
                                 socklen_t *ret_len)
{
    size_t colon = address.len;
    while (colon > 0 && address.at[colon - 1] != ':')
        colon--;
    int64_t port;
    struct http_address ip;
    struct str host = str_cut(address, 0, colon ? colon - 1 : 0);
    if (!colon || !str_to_i64(str_from(address, colon), &port) || port < 0 || port > 65535)
        return failed(address, "it is not ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH");
    if (str_eq(host, STR("localhost")))
        host = STR("127.0.0.1");
    bool six = host.len && host.at[0] == '[';
    if (!http_address_parse(host, &ip) || (!six && str_find_char(host, ':') >= 0))
        return failed(address, "it is not ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH");
    memset(ret, 0, sizeof *ret);
    if (six) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        memcpy(&in6.sin6_addr, ip.ip, 16);
        memcpy(ret, &in6, *ret_len = sizeof in6);
    } else {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        memcpy(&in.sin_addr, ip.ip + 12, 4);
        memcpy(ret, &in, *ret_len = sizeof in);
    }
    return NO_ERROR;
}

static struct error listen_tcp(struct str address, struct bound *bound, struct arena *arena)
{
    struct sockaddr_storage at;
    socklen_t len = 0;
    int on = 1;
    TRY(read_address(address, &at, &len));
    FD_AUTO int fd = open_socket(at.ss_family);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        (at.ss_family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0) ||
        /* Connections inherit it. */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, BACKLOG) < 0)
        return failed_errno(address);
    struct str name = name_of(fd, arena);
    *bound = (struct bound){.fd = fd_take(&fd), .address = name};
    return NO_ERROR;
}

/* ---- sockets that are open ---- */

static struct error listen_inherited(struct str address, struct bound *bound, struct arena *arena)
{
    int64_t number;
    int listening = 0, domain = 0, on = 1;
    socklen_t len = sizeof listening, domain_len = sizeof domain;
    if (!str_to_i64(str_from(address, 3), &number) || number < FIRST_INHERITED || number > 65535)
        return failed(address, "it is not the number of an open socket");
    int fd = (int)number;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening ||
        getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_len) < 0)
        return failed(address, "it is not a listening socket");
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return failed_errno(address);
    if (domain != AF_UNIX)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *bound = (struct bound){
        .fd = fd, .local = domain == AF_UNIX, .inherited = true, .address = name_of(fd, arena)};
    return NO_ERROR;
}

struct error listen_on(struct str address, struct arena *arena, struct bound *ret_bound)
{
    if (str_starts(address, STR("unix:")))
        return listen_unix(address, ret_bound, arena);
    if (str_starts(address, STR("fd:")))
        return listen_inherited(address, ret_bound, arena);
    return listen_tcp(address, ret_bound, arena);
}

void listen_close(struct bound *bound)
{
    struct stat status;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    if (bound->fd < 0)
        return;
    /* Only the file that is still ours. */
    if (bound->local && !bound->inherited &&
        str_to_c(str_from(bound->address, 5), path, sizeof path) && lstat(path, &status) == 0 &&
        status.st_dev == bound->device && status.st_ino == bound->inode)
        (void)unlink(path);
    (void)close(bound->fd);
    bound->fd = -1;
}
