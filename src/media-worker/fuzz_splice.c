/* Splicing: what goes in twice is the same as once. */
#include "media-worker/splice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 1 << 20 };
    BUF_AUTO struct buf once = BUF_INIT(MOST), twice = BUF_INIT(MOST);
    struct str bytes = str_n((const char *)data, size), packet = STR("<x/>");
    if (splice_jpeg(bytes, packet, &once) && (!splice_jpeg(buf_slice(&once), packet, &twice) ||
                                              !str_eq(buf_slice(&once), buf_slice(&twice))))
        abort();
    buf_clear(&once);
    buf_clear(&twice);
    if (splice_webp(bytes, packet, 7, 9, &once) &&
        (!splice_webp(buf_slice(&once), packet, 7, 9, &twice) ||
         !str_eq(buf_slice(&once), buf_slice(&twice))))
        abort();
    return 0;
}
