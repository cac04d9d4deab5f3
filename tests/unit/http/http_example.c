/* A small server for the tests over real sockets (tests/http/run.py) and for trials by hand. It
 * prints the addresses it listens on, one a line, then "ready"; SIGTERM ends it.
 *
 *   /page           a page of 30 KB, ready made, identity and gzip, with an ETag
 *   /echo           POST: the body again
 *   /upload         POST, to a file: its size and the sum of its bytes
 *   /skip           POST: answered without reading the body
 *   /file           the file given with --file, with ranges
 *   /large?N        N bytes, made by a worker
 *   /slow?MS        answered by a worker after so many milliseconds; releases are counted
 *   /never          a handler that forgets to answer
 *   /client         who asks, and whether by https
 *   /counts         what the server counts, and "releases" */
#include "base/hash.h"
#include "http/choose.h"
#include "http/form.h"
#include "http/reply.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PAGE_SIZE = 30 * 1024, LISTEN_MAX = 8, NETS_MAX = 8, UPLOAD_MAX = 64 << 20 };

struct task {
    struct task *next;
    struct http_ticket ticket;
    const struct http_request *request;
    int64_t due;
    uint64_t bytes; /* 0: a /slow one */
};

static struct example {
    struct str identity, gzip; /* bodies */
    struct str identity_head, gzip_head, same_head;
    const char *file;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct task *tasks;
    bool ending;
    _Atomic uint64_t releases;
} example = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

#define ETAG "\"example-1\""

/* ---- the page ---- */

static struct str keep(struct buf *buf)
{
    size_t len;
    char *at = buf_take(buf, &len);
    return str_n(at, len);
}

static struct str make_head(const char *encoding, size_t len)
{
    BUF_AUTO struct buf buf = BUF_INIT(4096);
    (void)buf_printf(&buf,
                     "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%s"
                     "Content-Length: %zu\r\nETag: " ETAG "\r\nVary: Accept-Encoding\r\n"
                     "Cache-Control: no-cache\r\n",
                     encoding, len);
    return keep(&buf);
}

static void make_page(void)
{
    BUF_AUTO struct buf body = BUF_INIT(PAGE_SIZE + 200);
    BUF_AUTO struct buf packed = BUF_INIT(PAGE_SIZE + 200);
    char token[25];
    while (body.len < PAGE_SIZE) {
        hash_token(token, 12);
        (void)buf_printf(&body, "<p class=\"line\">The ferry left %s at noon.</p>\n", token);
    }
    (void)buf_reserve(&packed, PAGE_SIZE);
    z_stream stream = {.next_in = (unsigned char *)body.at,
                       .avail_in = (unsigned)body.len,
                       .next_out = (unsigned char *)packed.at,
                       .avail_out = PAGE_SIZE};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    packed.len = stream.total_out;
    (void)deflateEnd(&stream);
    example.identity = keep(&body);
    example.gzip = keep(&packed);
    example.identity_head = make_head("", example.identity.len);
    example.gzip_head = make_head("Content-Encoding: gzip\r\n", example.gzip.len);
    example.same_head = STR("HTTP/1.1 304 Not Modified\r\nETag: " ETAG "\r\n"
                            "Vary: Accept-Encoding\r\nCache-Control: no-cache\r\n");
}

static void answer_page(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    struct http_response response = {.status = 200};
    if (http_condition(request, STR(ETAG), NEVER) == HTTP_NOT_MODIFIED) {
        response.status = 304;
        response.head = example.same_head;
    } else if (http_wants_gzip(request)) {
        response.head = example.gzip_head;
        response.body = example.gzip;
    } else {
        response.head = example.identity_head;
        response.body = example.identity;
    }
    http_answer(exchange, &response);
}

/* ---- the worker ---- */

static void count_release(void *context)
{
    free(context);
    atomic_fetch_add(&example.releases, 1);
}

static void finish_task(struct task *task)
{
    /* Reads the request, which must still be there though the reader may have gone. */
    struct str target = task->request->target;
    uint64_t sum = 0;
    for (size_t i = 0; i < target.len; i++)
        sum += (unsigned char)target.at[i];
    size_t len = task->bytes ? (size_t)task->bytes : 32;
    char *memory = malloc(256 + len);
    if (!memory)
        abort();
    int head = snprintf(memory, 256,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                        "X-Sum: %llu\r\n",
                        len, (unsigned long long)sum);
    for (size_t i = 0; i < len; i++)
        memory[256 + i] = (char)('a' + i % 26);
    struct http_response response = {.status = 200,
                                     .head = str_n(memory, (size_t)head),
                                     .body = str_n(memory + 256, len),
                                     .release = count_release,
                                     .context = memory};
    http_complete(task->ticket, &response);
}

static struct task *take_due(void)
{
    int64_t now = clock_monotonic();
    for (struct task **at = &example.tasks; *at; at = &(*at)->next)
        if ((*at)->due <= now || example.ending) {
            struct task *task = *at;
            *at = task->next;
            return task;
        }
    return NULL;
}

static void *worker(void *unused)
{
    (void)pthread_mutex_lock(&example.lock);
    while (!example.ending || example.tasks) {
        struct task *task = take_due();
        if (!task) {
            struct timespec until;
            (void)clock_gettime(CLOCK_REALTIME, &until);
            until.tv_nsec += 5 * 1000 * 1000;
            if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
            }
            if (example.tasks)
                (void)pthread_cond_timedwait(&example.more, &example.lock, &until);
            else
                (void)pthread_cond_wait(&example.more, &example.lock);
            continue;
        }
        (void)pthread_mutex_unlock(&example.lock);
        finish_task(task);
        free(task);
        (void)pthread_mutex_lock(&example.lock);
    }
    (void)pthread_mutex_unlock(&example.lock);
    return unused;
}

static void defer(struct http_exchange *exchange, int64_t ms, uint64_t bytes)
{
    struct task *task = calloc(1, sizeof *task);
    if (!task)
        abort();
    task->ticket = http_defer(exchange);
    task->request = http_request(exchange);
    task->due = clock_monotonic() + ms;
    task->bytes = bytes;
    (void)pthread_mutex_lock(&example.lock);
    task->next = example.tasks;
    example.tasks = task;
    (void)pthread_cond_signal(&example.more);
    (void)pthread_mutex_unlock(&example.lock);
}

/* ---- the other routes ---- */

static void answer(struct http_exchange *exchange, struct http_response response)
{
    http_answer(exchange, &response);
}

static void answer_echo(struct http_exchange *exchange)
{
    struct str body = http_request(exchange)->body;
    answer(exchange, http_simple(200, STR("application/octet-stream"), body));
}

static void answer_upload(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    uint64_t sum = 0, size = 0;
    unsigned char bytes[4096];
    ssize_t n;
    while (request->body_file >= 0 &&
           (n = pread(request->body_file, bytes, sizeof bytes, (off_t)size)) > 0) {
        size += (uint64_t)n;
        for (ssize_t i = 0; i < n; i++)
            sum += bytes[i];
    }
    struct str text =
        arena_printf(http_arena(exchange), "%llu %llu %llu", (unsigned long long)request->body_size,
                     (unsigned long long)size, (unsigned long long)sum);
    answer(exchange, http_simple(200, STR("text/plain"), text));
}

static void answer_file(struct http_exchange *exchange)
{
    struct stat status;
    int fd = example.file ? open(example.file, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &status) < 0) {
        answer(exchange, http_error(404, STR_NONE));
        return;
    }
    struct http_file file = {.fd = fd,
                             .size = (uint64_t)status.st_size,
                             .type = STR("image/jpeg"),
                             .etag = STR("\"file-1\""),
                             .last_modified = 1700000000000,
                             .fields = STR("Cache-Control: no-cache\r\n")};
    answer(exchange, http_file_response(http_request(exchange), &file));
}

static void answer_client(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    char client[HTTP_ADDRESS_TEXT];
    http_address_text(&request->client, client);
    struct str text = arena_printf(http_arena(exchange), "%s %s %.*s", client,
                                   request->https ? "https" : "http", STR_ARG(request->host));
    answer(exchange, http_simple(200, STR("text/plain"), text));
}

static void answer_counts(struct http_exchange *exchange)
{
    struct http_counts counts = http_server_counts(http_server_of(exchange));
    struct str text = arena_printf(
        http_arena(exchange),
        "{\"requests\":%llu,\"refused\":%llu,\"bytes_in\":%llu,\"bytes_out\":%llu,"
        "\"accepted\":%llu,\"open\":%llu,\"shed\":%llu,\"timed_out\":%llu,\"releases\":%llu}\n",
        (unsigned long long)counts.requests, (unsigned long long)counts.refused,
        (unsigned long long)counts.bytes_in, (unsigned long long)counts.bytes_out,
        (unsigned long long)counts.accepted, (unsigned long long)counts.open,
        (unsigned long long)counts.shed, (unsigned long long)counts.timed_out,
        (unsigned long long)atomic_load(&example.releases));
    answer(exchange, http_simple(200, STR("application/json"), text));
}

static int64_t number_of(struct str query)
{
    int64_t number;
    return str_to_i64(query, &number) && number >= 0 ? number : 0;
}

static void handle(void *context, struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    bool posts = request->method == HTTP_POST;
    struct str path = request->path;
    if (!reads && !posts)
        answer(exchange, http_not_allowed(STR("GET, HEAD, POST")));
    else if (reads && str_eq(path, STR("/page")))
        answer_page(exchange);
    else if (posts && str_eq(path, STR("/echo")))
        answer_echo(exchange);
    else if (posts && str_eq(path, STR("/upload")))
        answer_upload(exchange);
    else if (str_eq(path, STR("/skip")))
        answer(exchange, http_simple(403, STR("text/plain"), STR("not you")));
    else if (reads && str_eq(path, STR("/file")))
        answer_file(exchange);
    else if (reads && str_eq(path, STR("/large")))
        defer(exchange, 0, (uint64_t)number_of(request->query) + 1);
    else if (str_eq(path, STR("/slow")))
        defer(exchange, number_of(request->query), 0);
    else if (str_eq(path, STR("/client")))
        answer_client(exchange);
    else if (str_eq(path, STR("/counts")))
        answer_counts(exchange);
    else if (!str_eq(path, STR("/never")))
        answer(exchange, http_error(404, STR_NONE));
}

static struct http_body_rule body_rule(void *context, const struct http_request *request)
{
    if (str_eq(request->path, STR("/upload")))
        return HTTP_BODY_UPLOAD(UPLOAD_MAX);
    if (str_eq(request->path, STR("/skip")))
        return (struct http_body_rule){.action = HTTP_BODY_SKIP};
    if (str_eq(request->path, STR("/refuse")))
        return (struct http_body_rule){.action = HTTP_BODY_REFUSE, .status = 405};
    if (str_eq(request->path, STR("/brief")))
        return (struct http_body_rule){
            .action = HTTP_BODY_MEMORY, .max = HTTP_FORM_MAX, .whole_ms = 400};
    return HTTP_BODY_FORM;
}

/* ---- starting ---- */

static bool set_limit(struct http_limits *limits, const char *text)
{
    struct str rest = str_of(text), name;
    int64_t n;
    if (!str_split(&rest, '=', &name) || !str_to_i64(rest, &n))
        return false;
#define SET(member, type)                                                                          \
    if (str_eq(name, STR(#member))) {                                                              \
        limits->member = (type)n;                                                                  \
        return true;                                                                               \
    }
    SET(head_ms, int64_t)
    SET(body_window_ms, int64_t)
    SET(idle_ms, int64_t)
    SET(drain_rate, uint32_t)
    SET(drain_window_ms, int64_t)
    SET(stall_ms, int64_t)
    SET(linger_ms, int64_t)
    SET(connections_max, uint32_t)
    SET(address_connections_max, uint32_t)
    SET(address_requests, uint32_t)
    SET(address_burst, uint32_t)
#undef SET
    return false;
}

struct settings {
    struct http_options options;
    struct str listen[LISTEN_MAX];
    struct http_net nets[NETS_MAX];
    int64_t stop_ms;
};

static bool set(struct settings *settings, const char *name, const char *value)
{
    struct http_options *options = &settings->options;
    struct str text = str_of(value);
    if (strcmp(name, "--listen") == 0 && options->listen_count < LISTEN_MAX)
        settings->listen[options->listen_count++] = text;
    else if (strcmp(name, "--threads") == 0)
        options->threads = (unsigned)number_of(text);
    else if (strcmp(name, "--file") == 0)
        example.file = value;
    else if (strcmp(name, "--stop-ms") == 0)
        settings->stop_ms = number_of(text);
    else if (strcmp(name, "--ring") == 0)
        options->no_ring = strcmp(value, "no") == 0;
    else if (strcmp(name, "--limit") == 0)
        return set_limit(&options->limits, value);
    else if (strcmp(name, "--proxy-header") == 0)
        return http_proxy_header_parse(text, &options->proxy_header);
    else if (strcmp(name, "--trust-proxy") == 0 && options->trusted_count < NETS_MAX)
        return http_net_parse(text, &settings->nets[options->trusted_count++]).code == ERR_OK;
    else
        return false;
    return true;
}

static void serve(struct settings *settings, sigset_t *signals)
{
    struct http_server *server = NULL;
    const struct http_app app = {NULL, body_rule, handle};
    pthread_t thread;
    int got;
    struct error error = http_server_start(&app, &settings->options, &server);
    if (error.code != ERR_OK) {
        BUF_AUTO struct buf text = BUF_INIT(1000);
        error_sentence(&error, &text);
        (void)fprintf(stderr, "%.*s\n", STR_ARG(buf_slice(&text)));
        exit(1);
    }
    for (size_t i = 0; i < settings->options.listen_count; i++)
        (void)printf("%.*s\n", STR_ARG(http_server_address(server, i)));
    (void)printf("ready\n");
    (void)fflush(stdout);
    if (pthread_create(&thread, NULL, worker, NULL) != 0)
        abort();
    (void)sigwait(signals, &got);
    unsigned cut = http_server_stop(server, settings->stop_ms);
    (void)printf("cut %u\n", cut);
    (void)pthread_mutex_lock(&example.lock);
    example.ending = true;
    (void)pthread_cond_signal(&example.more);
    (void)pthread_mutex_unlock(&example.lock);
    (void)pthread_join(thread, NULL);
    http_server_free(server);
}

int main(int argc, char **argv)
{
    static struct settings settings;
    sigset_t signals;
    settings.options = HTTP_OPTIONS_DEFAULT;
    settings.options.listen = settings.listen;
    settings.options.trusted = settings.nets;
    settings.stop_ms = 5000;
    hash_start();
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    for (int i = 1; i + 1 < argc; i += 2)
        if (!set(&settings, argv[i], argv[i + 1])) {
            (void)fprintf(stderr, "%s %s: not understood\n", argv[i], argv[i + 1]);
            return 2;
        }
    make_page();
    serve(&settings, &signals);
    free((void *)(uintptr_t)example.identity.at);
    free((void *)(uintptr_t)example.gzip.at);
    free((void *)(uintptr_t)example.identity_head.at);
    free((void *)(uintptr_t)example.gzip_head.at);
    return 0;
}
