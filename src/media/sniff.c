#include "media/media.h"

enum { BRANDS_MAX = 16 };

static bool at(struct str bytes, size_t from, struct str magic)
{
    return str_eq(str_cut(bytes, from, from + magic.len), magic);
}

static enum media_type type_of_brand(struct str brand)
{
    static const struct str heic[] = {STR_INIT("heic"), STR_INIT("heix"), STR_INIT("heim"),
                                      STR_INIT("heis")};
    if (str_eq(brand, STR("avif")))
        return MEDIA_AVIF;
    for (size_t i = 0; i < sizeof heic / sizeof *heic; i++)
        if (str_eq(brand, heic[i]))
            return MEDIA_HEIC;
    return MEDIA_NONE;
}

/* ISO/IEC 14496-12, 4.3: a box of 32-bit size, "ftyp", the major brand, a version, more brands.
 * Pictures whose major brand is only "mif1" name what they are among the others. */
static enum media_type sniff_box(struct str bytes)
{
    if (!at(bytes, 4, STR("ftyp")) || bytes.len < 16)
        return MEDIA_NONE;
    const unsigned char *size_at = (const unsigned char *)bytes.at;
    size_t size =
        (size_t)size_at[0] << 24 | (size_t)size_at[1] << 16 | (size_t)size_at[2] << 8 | size_at[3];
    struct str box = str_cut(bytes, 0, size);
    enum media_type type = type_of_brand(str_cut(box, 8, 12));
    if (type != MEDIA_NONE || !at(box, 8, STR("mif1")))
        return type;
    for (size_t i = 0; i < BRANDS_MAX && type == MEDIA_NONE; i++)
        type = type_of_brand(str_cut(box, 16 + 4 * i, 20 + 4 * i));
    return type;
}

enum media_type media_sniff(struct str bytes)
{
    if (at(bytes, 0, STR("\xff\xd8\xff")))
        return MEDIA_JPEG;
    if (at(bytes, 0, STR("\x89PNG\r\n\x1a\n")))
        return MEDIA_PNG;
    if (at(bytes, 0, STR("RIFF")) && at(bytes, 8, STR("WEBP")))
        return MEDIA_WEBP;
    if (at(bytes, 0, STR("GIF87a")) || at(bytes, 0, STR("GIF89a")))
        return MEDIA_GIF;
    /* TIFF 6.0 and BigTIFF, both byte orders. */
    if (at(bytes, 0, STR("II*\0")) || at(bytes, 0, STR("MM\0*")) || at(bytes, 0, STR("II+\0")) ||
        at(bytes, 0, STR("MM\0+")))
        return MEDIA_TIFF;
    return sniff_box(bytes);
}

struct str media_type_name(enum media_type type)
{
    switch (type) {
    case MEDIA_NONE:
        return STR_NONE;
    case MEDIA_JPEG:
        return STR("image/jpeg");
    case MEDIA_PNG:
        return STR("image/png");
    case MEDIA_WEBP:
        return STR("image/webp");
    case MEDIA_GIF:
        return STR("image/gif");
    case MEDIA_TIFF:
        return STR("image/tiff");
    case MEDIA_HEIC:
        return STR("image/heic");
    case MEDIA_AVIF:
        return STR("image/avif");
    }
    return STR_NONE;
}

struct str media_refusal(struct str bytes)
{
    static const struct {
        struct str magic, why;
    } others[] = {
        {STR_INIT("%PDF-"), STR_INIT(ERROR_TEXT("it is a PDF, not a picture"))},
        {STR_INIT("<svg"), STR_INIT(ERROR_TEXT("it is an SVG drawing, which is not supported"))},
        {STR_INIT("<?xml"), STR_INIT(ERROR_TEXT("it is an XML file, not a picture"))},
        {STR_INIT("<!DOCTYPE"), STR_INIT(ERROR_TEXT("it is a web page, not a picture"))},
        {STR_INIT("<html"), STR_INIT(ERROR_TEXT("it is a web page, not a picture"))},
        {STR_INIT("PK\3\4"), STR_INIT(ERROR_TEXT("it is a ZIP archive, not a picture"))},
        {STR_INIT("8BPS"), STR_INIT(ERROR_TEXT("it is a Photoshop file; save it as JPEG or TIFF"))},
        {STR_INIT("BM"), STR_INIT(ERROR_TEXT("it is a BMP picture; save it as PNG or JPEG"))},
        {STR_INIT("\0\0\0\14JXL "),
         STR_INIT(ERROR_TEXT("it is a JPEG XL picture; save it as JPEG"))},
        {STR_INIT("\xff\x0a"), STR_INIT(ERROR_TEXT("it is a JPEG XL picture; save it as JPEG"))},
    };
    struct str start = str_trim(str_cut(bytes, 0, 256));
    if (bytes.len == 0)
        return STR(ERROR_TEXT("the file is empty"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_starts(bytes, others[i].magic) || str_starts(start, others[i].magic))
            return others[i].why;
    if (at(bytes, 4, STR("ftyp")))
        return STR(ERROR_TEXT("it is a video, or a picture of a kind that is not supported"));
    return STR(ERROR_TEXT("it is not a JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF picture"));
}
