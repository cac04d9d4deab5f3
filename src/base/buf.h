/* A growing buffer of bytes that is given its maximum when it is made.
 *
 * Appending past the maximum, or when memory is out, sets `failed` and appends nothing more: a
 * caller may append many pieces and look once, with buf_ok(). After buf_init() nothing is
 * allocated. (Idea: curl's dynbuf.) */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *at;
    size_t len, size, max;
    bool failed;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})
void buf_init(struct buf *buf, size_t max);
/* Frees the bytes; the buffer is then as after buf_init() with the same maximum. */
void buf_release(struct buf *buf);
/* Keeps the memory, forgets the bytes and the failure. */
void buf_clear(struct buf *buf);

bool buf_put(struct buf *buf, const void *at, size_t len);
bool buf_str(struct buf *buf, struct str s);
bool buf_char(struct buf *buf, char c);
bool buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes at buf->at + buf->len, without counting them. */
bool buf_reserve(struct buf *buf, size_t len);

static inline bool buf_ok(const struct buf *buf)
{
    return !buf->failed;
}
static inline struct str buf_slice(const struct buf *buf)
{
    return str_n(buf->at, buf->len);
}
/* Hands the bytes over: the caller frees with free(). NULL when empty. */
char *buf_take(struct buf *buf, size_t *ret_len);

static inline void buf_cleanup(struct buf *buf)
{
    buf_release(buf);
}
#define BUF_AUTO __attribute__((cleanup(buf_cleanup)))

#endif
