#include "newsroom/chain.h"
#include "base/hash.h"

void chain_begin(struct buf *out, struct str before)
{
    char zeros[HASH_HEX];
    memset(zeros, '0', sizeof zeros);
    (void)buf_str(out, before.len ? before : str_n(zeros, sizeof zeros));
}

void chain_text(struct buf *out, struct str text)
{
    (void)buf_printf(out, "%zu:", text.len);
    (void)buf_str(out, text);
}

void chain_number(struct buf *out, int64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)number);
    chain_text(out, str_n(text, (size_t)n));
}
