#include "http/head.h"

#define REFUSE(code, reason) ((struct http_refusal){(code), (reason)})
#define ACCEPT ((struct http_refusal){0, NULL})

/* Room for a method, two spaces and the version beside the longest target. */
enum { LINE_EXTRA = 64, METHOD_MAX = 32 };

static struct str line_at(struct str bytes, size_t *at)
{
    const char *end = memchr(bytes.at + *at, '\n', bytes.len - *at);
    size_t stop = (size_t)(end - bytes.at);
    struct str line = str_cut(bytes, *at, stop - 1);
    *at = stop + 1;
    return line;
}

static enum http_scan_result refuse_scan(struct http_scan *scan, int status, const char *why)
{
    scan->refusal = REFUSE(status, why);
    return HTTP_SCAN_REFUSED;
}

/* What is known of a request line before the rest: a first byte that no method begins with, and
 * that it is too long. `length` is that of the line as far as it is there, without its LF. */
static enum http_scan_result scan_first_line(struct http_scan *scan, struct str bytes,
                                             size_t length, const struct http_limits *limits)
{
    if (length && bytes.at[scan->start] != '\r' &&
        !http_is_token_char((unsigned char)bytes.at[scan->start]))
        return refuse_scan(scan, 400, "this is not an HTTP request");
    if (length > limits->target_max + LINE_EXTRA)
        return refuse_scan(scan, 414, "the address is too long");
    return HTTP_SCAN_MORE;
}

/* A line ends at bytes.at[end]. */
static enum http_scan_result scan_line(struct http_scan *scan, struct str bytes, size_t end,
                                       const struct http_limits *limits)
{
    if (end == scan->line || bytes.at[end - 1] != '\r')
        return refuse_scan(scan, 400, "a line ends without CR");
    scan->seen = end + 1;
    bool empty = end == scan->line + 1, first = scan->line == scan->start;
    scan->line = end + 1;
    if (empty && first) {
        /* RFC 9112, 2.2: one empty line before a request is passed over. */
        if (scan->start > 0)
            return refuse_scan(scan, 400, "empty lines before the request");
        scan->start = end + 1;
        return HTTP_SCAN_MORE;
    }
    if (first)
        return scan_first_line(scan, bytes, end - scan->start, limits);
    if (!empty)
        return HTTP_SCAN_MORE;
    scan->length = end + 1;
    if (scan->length - scan->start > limits->head_max)
        return refuse_scan(scan, 431, "the fields are too large");
    return HTTP_SCAN_WHOLE;
}

enum http_scan_result http_scan(struct http_scan *scan, struct str bytes,
                                const struct http_limits *limits)
{
    while (scan->seen < bytes.len) {
        const char *hit = memchr(bytes.at + scan->seen, '\n', bytes.len - scan->seen);
        if (!hit)
            break;
        enum http_scan_result result = scan_line(scan, bytes, (size_t)(hit - bytes.at), limits);
        if (result != HTTP_SCAN_MORE)
            return result;
    }
    scan->seen = bytes.len;
    if (scan->line == scan->start) {
        enum http_scan_result result =
            scan_first_line(scan, bytes, bytes.len - scan->start, limits);
        if (result != HTTP_SCAN_MORE)
            return result;
    }
    if (bytes.len - scan->start > limits->head_max)
        return refuse_scan(scan, 431, "the fields are too large");
    return HTTP_SCAN_MORE;
}

/* ---- the request line ---- */

static const struct str method_names[] = {
    [HTTP_GET] = STR_INIT("GET"),         [HTTP_HEAD] = STR_INIT("HEAD"),
    [HTTP_POST] = STR_INIT("POST"),       [HTTP_PUT] = STR_INIT("PUT"),
    [HTTP_PATCH] = STR_INIT("PATCH"),     [HTTP_DELETE] = STR_INIT("DELETE"),
    [HTTP_OPTIONS] = STR_INIT("OPTIONS"),
};
enum { METHODS = sizeof method_names / sizeof method_names[0] };

struct str http_method_name(enum http_method method)
{
    return method_names[method];
}

static struct http_refusal parse_method(struct str name, enum http_method *ret_method)
{
    if (name.len == 0 || !http_is_token(name))
        return REFUSE(400, "the method is not well formed");
    for (int i = 0; i < METHODS; i++)
        if (str_eq(name, method_names[i])) {
            *ret_method = (enum http_method)i;
            return ACCEPT;
        }
    return REFUSE(501, "this method is not implemented");
}

static struct http_refusal parse_version(struct str version, unsigned *ret_minor)
{
    if (version.len != 8 || !str_starts(version, STR("HTTP/")) || version.at[6] != '.' ||
        version.at[5] < '0' || version.at[5] > '9' || version.at[7] < '0' || version.at[7] > '9')
        return REFUSE(400, "the version is not well formed");
    if (version.at[5] != '1')
        return REFUSE(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    *ret_minor = version.at[7] == '0' ? 0 : 1; /* a later minor version speaks 1.1 too */
    return ACCEPT;
}

static void split_query(struct http_request *request, struct str rest)
{
    ptrdiff_t mark = str_find_char(rest, '?');
    request->has_query = mark >= 0;
    request->path = mark < 0 ? rest : str_cut(rest, 0, (size_t)mark);
    request->query = mark < 0 ? STR_NONE : str_from(rest, (size_t)mark + 1);
}

/* RFC 9112, 3.2.2: the host of an absolute target stands for the Host field. */
static struct http_refusal parse_absolute(struct http_head *head, struct str target)
{
    ptrdiff_t scheme = str_find(target, STR("://"));
    if (scheme < 0 || (!str_eq_nocase(str_cut(target, 0, (size_t)scheme), STR("http")) &&
                       !str_eq_nocase(str_cut(target, 0, (size_t)scheme), STR("https"))))
        return REFUSE(400, "the address is not well formed");
    struct str rest = str_from(target, (size_t)scheme + 3);
    size_t end = 0;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?')
        end++;
    head->request.host = str_cut(rest, 0, end);
    if (!http_host_ok(head->request.host))
        return REFUSE(400, "the host is not well formed");
    rest = str_from(rest, end);
    split_query(&head->request, rest);
    if (head->request.path.len == 0) {
        head->everything = head->request.method == HTTP_OPTIONS && !head->request.has_query;
        head->request.path = head->everything ? STR("*") : STR("/");
    }
    return ACCEPT;
}

static struct http_refusal parse_target(struct http_head *head, struct str target,
                                        const struct http_limits *limits)
{
    if (target.len == 0)
        return REFUSE(400, "there is no address");
    if (target.len > limits->target_max)
        return REFUSE(414, "the address is too long");
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.at[i];
        if (c <= 0x20 || c >= 0x7F || c == '#')
            return REFUSE(400, "the address holds a character that must be encoded");
    }
    head->request.target = target;
    if (target.at[0] == '/') {
        split_query(&head->request, target);
        return ACCEPT;
    }
    if (str_eq(target, STR("*"))) {
        if (head->request.method != HTTP_OPTIONS)
            return REFUSE(400, "the address is not well formed");
        head->everything = true;
        head->request.path = target;
        return ACCEPT;
    }
    return parse_absolute(head, target);
}

static struct http_refusal parse_request_line(struct http_head *head, struct str line,
                                              const struct http_limits *limits)
{
    ptrdiff_t first = str_find_char(line, ' ');
    if (first < 0 || first > METHOD_MAX)
        return REFUSE(400, "the request line is not well formed");
    struct str rest = str_from(line, (size_t)first + 1);
    ptrdiff_t second = str_find_char(rest, ' ');
    if (second < 0)
        return REFUSE(rest.len > limits->target_max ? 414 : 400,
                      "the request line is not well formed");
    struct http_refusal refusal =
        parse_version(str_from(rest, (size_t)second + 1), &head->request.minor);
    if (!refusal.status)
        refusal = parse_method(str_cut(line, 0, (size_t)first), &head->request.method);
    if (!refusal.status)
        refusal = parse_target(head, str_cut(rest, 0, (size_t)second), limits);
    return refusal;
}

/* ---- fields ---- */

struct seen {
    bool host, length, coding, expect, close, keep;
    struct str host_value;
};

static struct http_refusal see_length(struct http_head *head, struct seen *seen, struct str value)
{
    /* RFC 9112, 6.3 would allow to merge identical ones; refusing leaves nothing to disagree on. */
    if (seen->length)
        return REFUSE(400, "Content-Length is given twice");
    seen->length = head->has_length = true;
    uint64_t length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return REFUSE(400, "Content-Length is not a number");
        if (__builtin_mul_overflow(length, 10, &length) ||
            __builtin_add_overflow(length, (uint64_t)(value.at[i] - '0'), &length) ||
            length > INT64_MAX)
            return REFUSE(400, "Content-Length is too large");
    }
    if (value.len == 0)
        return REFUSE(400, "Content-Length is not a number");
    head->length = length;
    return ACCEPT;
}

static struct http_refusal see_coding(struct http_head *head, struct seen *seen, struct str value)
{
    if (seen->coding)
        return REFUSE(400, "Transfer-Encoding is given twice");
    seen->coding = true;
    if (!str_eq_nocase(value, STR("chunked"))) {
        struct str rest = value, last = STR_NONE;
        unsigned chunked = 0;
        while (http_list_next(&rest, &last))
            chunked += str_eq_nocase(last, STR("chunked"));
        if (!last.len || chunked > 1 || !str_eq_nocase(last, STR("chunked")))
            return REFUSE(chunked || !last.len ? 400 : 501, "unknown transfer coding");
        return REFUSE(501, "unknown transfer coding");
    }
    head->chunked = true;
    return ACCEPT;
}

static void see_connection(struct seen *seen, struct str value)
{
    struct str option;
    while (http_list_next(&value, &option)) {
        if (str_eq_nocase(option, STR("close")))
            seen->close = true;
        else if (str_eq_nocase(option, STR("keep-alive")))
            seen->keep = true;
    }
}

/* The fields that frame and route a message. */
static struct http_refusal see_field(struct http_head *head, struct seen *seen, struct str name,
                                     struct str value)
{
    switch (name.len) {
    case 4:
        if (!str_eq_nocase(name, STR("Host")))
            break;
        if (seen->host)
            return REFUSE(400, "Host is given twice");
        seen->host = true;
        seen->host_value = value;
        break;
    case 6:
        if (!str_eq_nocase(name, STR("Expect")))
            break;
        if (!str_eq_nocase(value, STR("100-continue")))
            return REFUSE(417, "only 100-continue can be expected");
        seen->expect = true;
        break;
    case 10:
        if (str_eq_nocase(name, STR("Connection")))
            see_connection(seen, value);
        break;
    case 14:
        if (str_eq_nocase(name, STR("Content-Length")))
            return see_length(head, seen, value);
        break;
    case 17:
        if (str_eq_nocase(name, STR("Transfer-Encoding")))
            return see_coding(head, seen, value);
        break;
    }
    return ACCEPT;
}

static struct http_refusal parse_field(struct str line, struct str *ret_name, struct str *ret_value)
{
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return REFUSE(400, "a field is folded over several lines");
    size_t colon = 0;
    while (colon < line.len && http_is_token_char((unsigned char)line.at[colon]))
        colon++;
    if (colon == 0 || colon == line.len || line.at[colon] != ':')
        return REFUSE(400, "a field's name is not well formed");
    *ret_name = str_cut(line, 0, colon);
    size_t from = colon + 1, to = line.len;
    while (from < to && (line.at[from] == ' ' || line.at[from] == '\t'))
        from++;
    while (to > from && (line.at[to - 1] == ' ' || line.at[to - 1] == '\t'))
        to--;
    *ret_value = str_n(line.at + from, to - from);
    if (!http_is_value(*ret_value))
        return REFUSE(400, "a field holds a control character");
    return ACCEPT;
}

/* What only all fields together tell. */
static struct http_refusal judge(struct http_head *head, const struct seen *seen)
{
    struct http_request *request = &head->request;
    if (head->chunked && (seen->length || request->minor == 0))
        return REFUSE(400, request->minor == 0 ? "Transfer-Encoding in HTTP/1.0"
                                               : "Content-Length beside Transfer-Encoding");
    if (seen->host ? !http_host_ok(seen->host_value) : request->minor > 0)
        return REFUSE(400, seen->host ? "Host is not well formed" : "there is no Host");
    if (request->host.len == 0)
        request->host = seen->host_value;
    head->expects = seen->expect && request->minor > 0;
    head->keep = !seen->close && (request->minor > 0 || seen->keep);
    return ACCEPT;
}

struct http_refusal http_head_parse(struct str bytes, const struct http_limits *limits,
                                    struct http_head *head)
{
    head->request = (struct http_request){.fields = head->fields, .body_file = -1};
    head->has_length = head->chunked = head->everything = false;
    head->length = 0;
    struct seen seen = {0};
    size_t at = 0;
    struct str line = line_at(bytes, &at);
    struct http_refusal refusal = parse_request_line(head, line, limits);
    if (refusal.status)
        return refusal;
    for (;;) {
        line = line_at(bytes, &at);
        if (line.len == 0)
            break;
        if (head->request.field_count >= limits->fields_max ||
            head->request.field_count >= HTTP_FIELDS_MAX)
            return REFUSE(431, "there are too many fields");
        struct http_field *field = &head->fields[head->request.field_count];
        refusal = parse_field(line, &field->name, &field->value);
        if (!refusal.status)
            refusal = see_field(head, &seen, field->name, field->value);
        if (refusal.status)
            return refusal;
        head->request.field_count++;
    }
    return judge(head, &seen);
}

struct str http_field(const struct http_request *request, struct str name)
{
    size_t i = 0;
    struct str value = STR_NONE;
    (void)http_field_next(request, name, &i, &value);
    return value;
}

bool http_field_next(const struct http_request *request, struct str name, size_t *i,
                     struct str *ret_value)
{
    while (*i < request->field_count) {
        const struct http_field *field = &request->fields[(*i)++];
        if (field->name.len == name.len && str_eq_nocase(field->name, name)) {
            *ret_value = field->value;
            return true;
        }
    }
    return false;
}
