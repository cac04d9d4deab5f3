#include "media-worker/offer.h"

#include "media-worker/iim.h"
#include "media-worker/xmp.h"

enum { HEIF_ITEMS_MAX = 4 };

static struct str blob(VipsImage *image, const char *name)
{
    const void *at = NULL;
    size_t len = 0;
    if (!vips_image_get_typeof(image, name) || vips_image_get_blob(image, name, &at, &len))
        return STR_NONE;
    return str_n(at, len);
}

static struct str text(VipsImage *image, const char *name)
{
    const char *at = NULL;
    if (vips_image_get_typeof(image, name) != VIPS_TYPE_REF_STRING ||
        vips_image_get_string(image, name, &at))
        return STR_NONE;
    return str_of(at);
}

/* As in `shape`, where d is a digit. */
static bool is_shaped(struct str s, const char *shape)
{
    for (size_t i = 0; shape[i]; i++)
        if (i >= s.len || (shape[i] == 'd' ? s.at[i] < '0' || s.at[i] > '9' : s.at[i] != shape[i]))
            return false;
    return true;
}

/* EXIF 2.31: "2026:10:03 14:05:00" and, in a tag of its own, "+08:00". libvips adds a description
 * behind the value. */
static struct str exif_date(VipsImage *image, struct arena *arena)
{
    struct str date = text(image, "exif-ifd2-DateTimeOriginal");
    struct str zone = text(image, "exif-ifd2-OffsetTimeOriginal");
    const char *d = date.at;
    if (!is_shaped(date, "dddd:dd:dd dd:dd:dd") || str_starts(date, STR("0000")))
        return STR_NONE;
    bool zoned = is_shaped(zone, "+dd:dd") || is_shaped(zone, "-dd:dd");
    return arena_printf(arena, "%.4s-%.2s-%.2sT%.8s%.*s", d, d + 5, d + 8, d + 11, zoned ? 6 : 0,
                        zoned ? zone.at : "");
}

void offer_read(VipsImage *image, struct arena *arena, struct media_offer *ret_offer)
{
    struct media_offer offer = {0};
    xmp_read(blob(image, VIPS_META_XMP_NAME), arena, &offer);
    /* Of HEIC and AVIF the library gives XMP no name of its own. */
    for (int i = 0; i < HEIF_ITEMS_MAX; i++)
        xmp_read(blob(image, arena_printf(arena, "heif-mime-%d", i).at), arena, &offer);
    iim_read(blob(image, VIPS_META_IPTC_NAME), arena, &offer);
    iim_read(blob(image, VIPS_META_PHOTOSHOP_NAME), arena, &offer);
    if (!offer.taken.len)
        offer.taken = exif_date(image, arena);
    *ret_offer = offer;
}
