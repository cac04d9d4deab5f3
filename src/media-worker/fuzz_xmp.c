/* XMP: what it offers is clean text, and written into a packet of ours it comes back the same. */
#include "media-worker/xmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct str text)
{
    if (!str_is_utf8(text) || text.len > MEDIA_TEXT_MAX || !str_eq(str_trim(text), text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf packet = BUF_INIT(XMP_WRITE_MAX);
    struct media_offer offer = {0}, again = {0};
    xmp_start();
    xmp_read(str_n((const char *)data, size), arena, &offer);
    check(offer.caption);
    check(offer.credit);
    check(offer.creator);
    check(offer.rights);
    check(offer.source);
    check(offer.alt);
    check(offer.taken);
    struct media_request texts = {.caption = offer.caption,
                                  .credit = offer.credit,
                                  .creator = offer.creator,
                                  .rights = offer.rights};
    xmp_write(&texts, &packet);
    xmp_read(buf_slice(&packet), arena, &again);
    if (offer.caption.len + offer.credit.len + offer.creator.len + offer.rights.len < 8192 &&
        (!str_eq(offer.caption, again.caption) || !str_eq(offer.credit, again.credit) ||
         !str_eq(offer.creator, again.creator) || !str_eq(offer.rights, again.rights)))
        abort();
    return 0;
}
