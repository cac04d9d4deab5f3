/* Chunks: the same body, end and verdict at once and byte by byte. */
#include "base/buf.h"
#include "http/chunked.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    enum http_chunked_result result;
    struct buf body;
    size_t used;
};

static struct outcome decode(struct str bytes, size_t step)
{
    struct outcome outcome = {HTTP_CHUNKED_MORE, BUF_INIT(SIZE_MAX / 2), 0};
    struct http_chunked chunked = {0};
    struct str data;
    while (outcome.used < bytes.len && outcome.result == HTTP_CHUNKED_MORE) {
        struct str piece = str_cut(bytes, outcome.used, outcome.used + step);
        size_t before = piece.len;
        while ((outcome.result = http_chunked(&chunked, &piece, &data)) == HTTP_CHUNKED_DATA)
            (void)buf_str(&outcome.body, data);
        outcome.used += before - piece.len;
    }
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = str_n((const char *)data, size);
    struct outcome whole = decode(bytes, size + 1), slow = decode(bytes, 1);
    if (whole.result != slow.result || whole.used != slow.used ||
        !str_eq(buf_slice(&whole.body), buf_slice(&slow.body)) || whole.body.len > size)
        abort();
    buf_release(&whole.body);
    buf_release(&slow.body);
    return 0;
}
