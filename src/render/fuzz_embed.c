/* What comes is an address. What must hold: a frame's address is of the provider's host, and of
 * characters that neither leave an attribute nor a policy. */
#include "render/embed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool yes)
{
    if (!yes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct embed embed, again;
    char before[200];
    if (!embed_find(str_n((const char *)data, size), &embed))
        return 0;
    struct str src = str_of(embed.src);
    (void)snprintf(before, sizeof before, "https://%s/", embed.provider->host);
    must(str_starts(src, str_of(before)));
    must(size <= EMBED_URL_MAX);
    for (size_t i = 0; i < src.len; i++) {
        char c = src.at[i];
        must((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             strchr("/?&=%.:!_-", c));
    }
    must(strchr(embed.src + 8, ':') == NULL || embed.provider->kind == EMBED_MAP);
    must(strstr(embed.src, "//") == embed.src + 6 && !strstr(embed.src + 8, "//"));
    /* The same address is the same frame. */
    must(embed_find(str_n((const char *)data, size), &again) && !strcmp(again.src, embed.src));
    return 0;
}
