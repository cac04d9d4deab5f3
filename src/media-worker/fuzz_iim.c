/* IIM: what it offers is clean text. */
#include "media-worker/iim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct str text)
{
    if (!str_is_utf8(text) || text.len > MEDIA_TEXT_MAX || !str_eq(str_trim(text), text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct media_offer offer = {0};
    iim_read(str_n((const char *)data, size), arena, &offer);
    check(offer.caption);
    check(offer.credit);
    check(offer.creator);
    check(offer.rights);
    check(offer.source);
    check(offer.taken);
    return 0;
}
