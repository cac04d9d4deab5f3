/* Heads: the same whether they come at once or byte by byte; what is accepted is well formed; and
 * the helpers that read its fields keep their promises. Then the whole input as a connection. */
#include "base/hash.h"
#include "http/choose.h"
#include "http/forwarded.h"
#include "http/head.h"
#include "http/loopback.h"
#include "http/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_request(struct http_request *request)
{
    static const struct http_net all[] = {{.bits = 0}, {.local = true}};
    const struct http_trust trust[] = {{all, 2, HTTP_X_FORWARDED_FOR}, {all, 2, HTTP_FORWARDED}};
    uint64_t first, length;
    expect(request->path.len > 0);
    expect(request->host.len == 0 || http_host_ok(request->host));
    for (size_t i = 0; i < request->field_count; i++) {
        expect(http_is_token(request->fields[i].name) && http_is_value(request->fields[i].value));
        expect(http_field(request, request->fields[i].name).at != NULL);
    }
    if (http_range(request, 1000, STR("\"a\""), 1000, &first, &length) == HTTP_RANGE_PART)
        expect(length > 0 && first < 1000 && length <= 1000 - first);
    (void)http_condition(request, STR("W/\"a\""), 784111777000);
    if (http_wants_gzip(request))
        expect(http_coding_quality(request, STR("gzip")) > 0);
    http_forwarded(&trust[0], request);
    http_forwarded(&trust[1], request);
}

static void check_head(struct str bytes)
{
    static const struct http_limits limits = {
        .head_max = HTTP_HEAD_MAX, .target_max = HTTP_TARGET_MAX, .fields_max = HTTP_FIELDS_MAX};
    static struct http_head head;
    struct http_scan whole = {0}, slow = {0};
    enum http_scan_result result = http_scan(&whole, bytes, &limits), step = HTTP_SCAN_MORE;
    for (size_t i = 0; i <= bytes.len && step == HTTP_SCAN_MORE; i++)
        step = http_scan(&slow, str_cut(bytes, 0, i), &limits);
    expect(step == result);
    if (result != HTTP_SCAN_WHOLE)
        return;
    expect(slow.length == whole.length && slow.start == whole.start);
    struct http_refusal refusal =
        http_head_parse(str_cut(bytes, whole.start, whole.length), &limits, &head);
    if (refusal.status)
        expect(refusal.status >= 400 && refusal.status < 600 && refusal.why);
    else
        check_request(&head.request);
}

static void handle(void *context, struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    struct http_response response =
        http_simple(200, STR("text/plain"), request->body.len ? request->body : request->target);
    http_answer(exchange, &response);
}

static struct http_body_rule rule(void *context, const struct http_request *request)
{
    return HTTP_BODY_FORM;
}

/* Each answer is whole, and there is at least one for input that is not empty. */
static void check_connection(struct str bytes)
{
    const struct http_app app = {NULL, rule, handle};
    struct http_options options = HTTP_OPTIONS_DEFAULT;
    BUF_AUTO struct buf out = BUF_INIT(64 << 20);
    const struct http_steps steps = {bytes.len / 3 + 1, 1000};
    struct error error = http_loopback_steps(&app, &options, NULL, steps, bytes, &out);
    expect(error.code == ERR_OK);
    expect(out.len == 0 || str_starts(buf_slice(&out), STR("HTTP/1.1 ")));
    expect(bytes.len == 0 || out.len > 0 || bytes.len == 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        hash_start();
    started = true;
    if (size > 64 * 1024)
        return 0;
    struct str bytes = str_n((const char *)data, size);
    check_head(bytes);
    check_connection(bytes);
    return 0;
}
