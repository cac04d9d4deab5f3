#include "http/reply.h"

#include "http/choose.h"
#include "http/date.h"
#include "http/head.h"

#include <unistd.h>

struct str http_status_phrase(int status)
{
    static const struct {
        int status;
        struct str phrase;
    } phrases[] = {
        {100, STR_INIT("Continue")},
        {200, STR_INIT("OK")},
        {201, STR_INIT("Created")},
        {202, STR_INIT("Accepted")},
        {204, STR_INIT("No Content")},
        {206, STR_INIT("Partial Content")},
        {301, STR_INIT("Moved Permanently")},
        {302, STR_INIT("Found")},
        {303, STR_INIT("See Other")},
        {304, STR_INIT("Not Modified")},
        {307, STR_INIT("Temporary Redirect")},
        {308, STR_INIT("Permanent Redirect")},
        {400, STR_INIT("Bad Request")},
        {401, STR_INIT("Unauthorized")},
        {403, STR_INIT("Forbidden")},
        {404, STR_INIT("Not Found")},
        {405, STR_INIT("Method Not Allowed")},
        {406, STR_INIT("Not Acceptable")},
        {408, STR_INIT("Request Timeout")},
        {409, STR_INIT("Conflict")},
        {410, STR_INIT("Gone")},
        {411, STR_INIT("Length Required")},
        {412, STR_INIT("Precondition Failed")},
        {413, STR_INIT("Content Too Large")},
        {414, STR_INIT("URI Too Long")},
        {415, STR_INIT("Unsupported Media Type")},
        {416, STR_INIT("Range Not Satisfiable")},
        {417, STR_INIT("Expectation Failed")},
        {421, STR_INIT("Misdirected Request")},
        {422, STR_INIT("Unprocessable Content")},
        {429, STR_INIT("Too Many Requests")},
        {431, STR_INIT("Request Header Fields Too Large")},
        {451, STR_INIT("Unavailable For Legal Reasons")},
        {500, STR_INIT("Internal Server Error")},
        {501, STR_INIT("Not Implemented")},
        {502, STR_INIT("Bad Gateway")},
        {503, STR_INIT("Service Unavailable")},
        {505, STR_INIT("HTTP Version Not Supported")},
        {507, STR_INIT("Insufficient Storage")},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return STR("Status");
}

/* 204 and 304 have neither body nor Content-Length. */
static bool has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void put_status(struct buf *head, int status)
{
    (void)buf_printf(head, "HTTP/1.1 %d %.*s\r\n", status, STR_ARG(http_status_phrase(status)));
}

void http_reply_init(struct http_reply *reply, int status)
{
    *reply =
        (struct http_reply){status, BUF_INIT(HTTP_REPLY_HEAD_MAX), BUF_INIT(HTTP_REPLY_BODY_MAX)};
    put_status(&reply->head, status);
}

void http_reply_field(struct http_reply *reply, struct str name, struct str value)
{
    if (!http_is_token(name) || !http_is_value(value)) {
        reply->head.failed = true;
        return;
    }
    (void)buf_str(&reply->head, name);
    (void)buf_str(&reply->head, STR(": "));
    (void)buf_str(&reply->head, value);
    (void)buf_str(&reply->head, STR("\r\n"));
}

/* What a built response owns. */
struct owned {
    char *head, *body;
};

static void owned_free(void *context)
{
    struct owned *owned = context;
    free(owned->head);
    free(owned->body);
    free(owned);
}

struct http_response http_reply_take(struct http_reply *reply)
{
    if (has_body(reply->status))
        (void)buf_printf(&reply->head, "Content-Length: %zu\r\n", reply->body.len);
    else
        buf_clear(&reply->body);
    if (!buf_ok(&reply->head) || !buf_ok(&reply->body)) {
        http_reply_release(reply);
        return http_error(500, STR("the answer could not be made"));
    }
    struct owned *owned = calloc(1, sizeof *owned);
    if (!owned)
        abort();
    size_t head, body;
    owned->head = buf_take(&reply->head, &head);
    owned->body = buf_take(&reply->body, &body);
    return (struct http_response){.status = reply->status,
                                  .head = str_n(owned->head, head),
                                  .body = str_n(owned->body, body),
                                  .release = owned_free,
                                  .context = owned};
}

void http_reply_release(struct http_reply *reply)
{
    buf_release(&reply->head);
    buf_release(&reply->body);
}

struct http_response http_simple(int status, struct str type, struct str body)
{
    struct http_reply reply;
    http_reply_init(&reply, status);
    if (type.len && has_body(status))
        http_reply_field(&reply, STR("Content-Type"), type);
    (void)buf_str(&reply.body, body);
    return http_reply_take(&reply);
}

static void plain_text(struct http_reply *reply, int status, struct str why)
{
    if (!has_body(status))
        return;
    http_reply_field(reply, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    http_reply_field(reply, STR("X-Content-Type-Options"), STR("nosniff"));
    (void)buf_printf(&reply->body, "%d %.*s", status, STR_ARG(http_status_phrase(status)));
    if (why.len)
        (void)buf_printf(&reply->body, ": %.*s", STR_ARG(why));
    (void)buf_char(&reply->body, '\n');
}

struct http_response http_error(int status, struct str why)
{
    struct http_reply reply;
    http_reply_init(&reply, status);
    http_reply_field(&reply, STR("Cache-Control"), STR("no-store"));
    if (status == 429 || status == 503)
        http_reply_field(&reply, STR("Retry-After"), STR("2"));
    plain_text(&reply, status, why);
    return http_reply_take(&reply);
}

struct http_response http_redirect(int status, struct str location)
{
    struct http_reply reply;
    http_reply_init(&reply, status);
    http_reply_field(&reply, STR("Location"), location);
    plain_text(&reply, status, location);
    return http_reply_take(&reply);
}

struct http_response http_not_allowed(struct str allow)
{
    struct http_reply reply;
    http_reply_init(&reply, 405);
    http_reply_field(&reply, STR("Allow"), allow);
    plain_text(&reply, 405, STR_NONE);
    return http_reply_take(&reply);
}

void http_response_drop(const struct http_response *response)
{
    if (response->from_file)
        (void)close(response->file);
    if (response->release)
        response->release(response->context);
}

/* ---- files ---- */

static struct http_response file_head(const struct http_request *request,
                                      const struct http_file *file, uint64_t *ret_first,
                                      uint64_t *ret_length)
{
    enum http_condition condition = http_condition(request, file->etag, file->last_modified);
    uint64_t first = 0, length = file->size;
    enum http_range_kind range = HTTP_RANGE_WHOLE;
    if (condition == HTTP_PROCEED)
        range = http_range(request, file->size, file->etag, file->last_modified, &first, &length);
    int status = condition == HTTP_NOT_MODIFIED          ? 304
                 : condition == HTTP_PRECONDITION_FAILED ? 412
                 : range == HTTP_RANGE_PART              ? 206
                 : range == HTTP_RANGE_UNSATISFIABLE     ? 416
                                                         : 200;
    if (status == 412)
        return http_error(412, STR_NONE);
    struct http_reply reply;
    char date[HTTP_DATE_LEN + 1];
    http_reply_init(&reply, status);
    if (file->etag.len)
        http_reply_field(&reply, STR("ETag"), file->etag);
    if (file->last_modified != NEVER)
        http_reply_field(&reply, STR("Last-Modified"), http_date(file->last_modified, date));
    (void)buf_str(&reply.head, file->fields);
    if (status != 304)
        http_reply_field(&reply, STR("Accept-Ranges"), STR("bytes"));
    if (status == 416)
        (void)buf_printf(&reply.head, "Content-Range: bytes */%llu\r\n",
                         (unsigned long long)file->size);
    if (status == 206)
        (void)buf_printf(&reply.head, "Content-Range: bytes %llu-%llu/%llu\r\n",
                         (unsigned long long)first, (unsigned long long)(first + length - 1),
                         (unsigned long long)file->size);
    if (status != 200 && status != 206)
        return http_reply_take(&reply);
    http_reply_field(&reply, STR("Content-Type"), file->type);
    (void)buf_printf(&reply.head, "Content-Length: %llu\r\n", (unsigned long long)length);
    if (!buf_ok(&reply.head)) {
        http_reply_release(&reply);
        return http_error(500, STR("the answer could not be made"));
    }
    reply.status = 204; /* keeps _take from adding another Content-Length */
    struct http_response response = http_reply_take(&reply);
    response.status = status;
    *ret_first = first;
    *ret_length = length;
    return response;
}

struct http_response http_file_response(const struct http_request *request,
                                        const struct http_file *file)
{
    uint64_t first, length;
    struct http_response response = file_head(request, file, &first, &length);
    if (response.status != 200 && response.status != 206) {
        (void)close(file->fd);
        return response;
    }
    response.from_file = true;
    response.file = file->fd;
    response.file_offset = first;
    response.file_length = length;
    return response;
}

/* A built head beside bytes of the application. */
struct joined {
    struct http_response head;
    void (*release)(void *context);
    void *context;
};

static void joined_free(void *context)
{
    struct joined *joined = context;
    http_response_drop(&joined->head);
    if (joined->release)
        joined->release(joined->context);
    free(joined);
}

struct http_response http_bytes_response(const struct http_request *request,
                                         const struct http_file *about, struct str bytes,
                                         void (*release)(void *context), void *context)
{
    uint64_t first, length;
    struct http_file file = *about;
    file.size = bytes.len;
    struct joined *joined = calloc(1, sizeof *joined);
    if (!joined)
        abort();
    joined->head = file_head(request, &file, &first, &length);
    joined->release = release;
    joined->context = context;
    struct http_response response = joined->head;
    if (response.status == 200 || response.status == 206)
        response.body = str_n(bytes.at + first, (size_t)length);
    response.release = joined_free;
    response.context = joined;
    return response;
}
