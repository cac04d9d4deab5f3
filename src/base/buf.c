#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t max)
{
    *buf = BUF_INIT(max);
}

void buf_release(struct buf *buf)
{
    free(buf->at);
    buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

bool buf_reserve(struct buf *buf, size_t len)
{
    if (buf->failed || len > buf->max - buf->len) {
        buf->failed = true;
        return false;
    }
    if (buf->size - buf->len >= len)
        return true;
    size_t size = buf->size ? buf->size : 64;
    while (size - buf->len < len)
        size = size > buf->max / 2 ? buf->max : size * 2;
    char *at = realloc(buf->at, size);
    if (!at) {
        buf->failed = true;
        return false;
    }
    buf->at = at;
    buf->size = size;
    return true;
}

bool buf_put(struct buf *buf, const void *at, size_t len)
{
    if (!buf_reserve(buf, len))
        return false;
    if (len)
        memcpy(buf->at + buf->len, at, len);
    buf->len += len;
    return true;
}

bool buf_str(struct buf *buf, struct str s)
{
    return buf_put(buf, s.at, s.len);
}

bool buf_char(struct buf *buf, char c)
{
    return buf_put(buf, &c, 1);
}

bool buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    bool ok = len >= 0 && buf_reserve(buf, (size_t)len + 1); /* vsnprintf writes a NUL too */
    if (ok) {
        (void)vsnprintf(buf->at + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
    return ok;
}

char *buf_take(struct buf *buf, size_t *ret_len)
{
    char *at = buf->at;
    if (ret_len)
        *ret_len = buf->len;
    buf_init(buf, buf->max);
    return at;
}
