#include "media-worker/picture.h"

#include <math.h>
#include <vips/vector.h>

/* What renditions are made from is at least MASTER_WIDTH wide and MASTER_SIDE on its shorter side,
 * if the original is; long strips are kept below MASTER_PIXELS all the same. */
enum {
    MASTER_WIDTH = 1920,
    MASTER_SIDE = 1200,
    MASTER_PIXELS = 40 * 1000 * 1000,
    FRAMES_COUNT_MAX = 4000, /* of a GIF, pages of a TIFF; the library counts 4097 at most */
    BANDS_MAX = 8,
};

/* ---- The library ---------------------------------------------------------------------------- */

static const char *const loaders[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                      "VipsForeignLoadWebp", "VipsForeignLoadNsgif",
                                      "VipsForeignLoadTiff", "VipsForeignLoadHeif"};

bool picture_start(const char *program)
{
    /* Large pictures go to memory, whose limit is ours, and never to a temporary file. */
    (void)setenv("VIPS_DISC_THRESHOLD", "1000g", 1);
    (void)setenv("VIPS_CONCURRENCY", "1", 1);
    (void)setenv("VIPS_WARNING", "1", 1);
    if (VIPS_INIT(program))
        return false;
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_vector_set_enabled(FALSE); /* it would write machine code when it is needed */
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        vips_operation_block_set(loaders[i], FALSE);
    return true;
}

static enum frames_problem failed(void)
{
    bool memory = strstr(vips_error_buffer(), "out of memory") != NULL;
    vips_error_clear();
    return memory ? PROBLEM_MEMORY : PROBLEM_DAMAGED;
}

/* Ends the old image and puts the new one in its place. */
static void replace(VipsImage **image, VipsImage *by)
{
    g_object_unref(*image);
    *image = by;
}

/* ---- Opening -------------------------------------------------------------------------------- */

static int load(enum media_type type, VipsSource *source, int shrink, VipsImage **ret_image)
{
    switch (type) {
    case MEDIA_NONE:
        return -1;
    case MEDIA_JPEG:
        return vips_jpegload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                    VIPS_FAIL_ON_ERROR, "shrink", shrink, NULL);
    case MEDIA_PNG:
        return vips_pngload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                   VIPS_FAIL_ON_ERROR, NULL);
    case MEDIA_WEBP:
        return vips_webpload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                    VIPS_FAIL_ON_ERROR, NULL);
    case MEDIA_GIF:
        return vips_gifload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                   VIPS_FAIL_ON_ERROR, NULL);
    case MEDIA_TIFF:
        return vips_tiffload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                    VIPS_FAIL_ON_ERROR, NULL);
    case MEDIA_HEIC:
    case MEDIA_AVIF:
        return vips_heifload_source(source, ret_image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                    VIPS_FAIL_ON_ERROR, NULL);
    }
    return -1;
}

static enum frames_problem open_shrunk(enum media_type type, struct str bytes, int shrink,
                                       VipsImage **ret_image)
{
    VipsSource *source = vips_source_new_from_memory(bytes.at, bytes.len);
    VipsImage *image = NULL;
    if (!source)
        return failed();
    int error = load(type, source, shrink, &image);
    g_object_unref(source);
    if (error)
        return failed();
    *ret_image = image;
    return PROBLEM_NONE;
}

enum frames_problem picture_open(enum media_type type, struct str bytes, VipsImage **ret_image)
{
    return open_shrunk(type, bytes, 1, ret_image);
}

enum frames_problem picture_size(VipsImage *image, uint32_t *ret_width, uint32_t *ret_height)
{
    bool swapped = vips_image_get_orientation_swap(image);
    int width = vips_image_get_width(image), height = vips_image_get_height(image), pages = 1;
    *ret_width = (uint32_t)(swapped ? height : width);
    *ret_height = (uint32_t)(swapped ? width : height);
    /* Not by vips_image_get_n_pages(), which takes large numbers for 1. */
    if (vips_image_get_typeof(image, VIPS_META_N_PAGES) &&
        (vips_image_get_int(image, VIPS_META_N_PAGES, &pages) || pages > FRAMES_COUNT_MAX))
        return PROBLEM_FRAMES;
    if ((uint64_t)*ret_width * *ret_height > (uint64_t)MEDIA_MEGAPIXELS_MAX * 1000000)
        return PROBLEM_PIXELS;
    return PROBLEM_NONE;
}

/* ---- Down to size --------------------------------------------------------------------------- */

/* How many times smaller the master is, at least 1. `width` and `height` are the upright ones. */
static double shrink_of(double width, double height)
{
    double shorter = width < height ? width : height;
    double by_width = width / MASTER_WIDTH, by_side = shorter / MASTER_SIDE;
    double shrink = by_width < by_side ? by_width : by_side;
    double pixels = width * height / MASTER_PIXELS;
    if (shrink < 1)
        shrink = 1;
    return shrink * shrink < pixels ? sqrt(pixels) : shrink;
}

/* JPEG can leave out detail while decoding: by 2, 4 or 8, but not below what the resizing wants. */
static int decoder_shrink(enum media_type type, double shrink)
{
    int by = 1;
    if (type == MEDIA_JPEG)
        while (by < 8 && by * 2 * 2 <= shrink)
            by *= 2;
    return by;
}

static int unpack(VipsImage **image)
{
    VipsImage *out;
    if (vips_image_get_coding(*image) == VIPS_CODING_NONE)
        return 0;
    if (vips_colourspace(*image, &out, VIPS_INTERPRETATION_sRGB, NULL))
        return -1;
    replace(image, out);
    return 0;
}

/* Transparent pixels must not bleed their colour into their neighbours. */
static int resize(VipsImage *in, double across, double down, VipsImage **ret_out)
{
    VipsImage *work = NULL, *out = NULL;
    VipsBandFormat format = vips_image_get_format(in);
    if (!vips_image_hasalpha(in))
        return vips_resize(in, ret_out, across, "vscale", down, NULL);
    if (vips_premultiply(in, &work, NULL))
        return -1;
    int error = vips_resize(work, &out, across, "vscale", down, NULL);
    g_object_unref(work);
    if (error)
        return -1;
    error = vips_unpremultiply(out, &work, NULL);
    g_object_unref(out);
    if (error)
        return -1;
    error = vips_cast(work, ret_out, format, NULL);
    g_object_unref(work);
    return error;
}

static int to_memory(VipsImage **image)
{
    VipsImage *out = vips_image_copy_memory(*image);
    if (!out)
        return -1;
    replace(image, out);
    return 0;
}

static int shrink_image(VipsImage **image, double shrink)
{
    VipsImage *out;
    if (unpack(image))
        return -1;
    if (shrink > 1) {
        if (resize(*image, 1 / shrink, 1 / shrink, &out))
            return -1;
        replace(image, out);
    }
    return to_memory(image);
}

/* ---- Upright, in sRGB ----------------------------------------------------------------------- */

static int turn_upright(VipsImage **image)
{
    VipsImage *out;
    if (vips_autorot(*image, &out, NULL))
        return -1;
    replace(image, out);
    return 0;
}

/* By its own profile if it has one that works, else by what its kind of numbers usually means. */
static int to_srgb(VipsImage **image)
{
    VipsImage *out = NULL;
    bool cmyk = vips_image_get_interpretation(*image) == VIPS_INTERPRETATION_CMYK;
    if (vips_image_get_typeof(*image, VIPS_META_ICC_NAME) || cmyk) {
        if (vips_icc_transform(*image, &out, "srgb", "embedded", TRUE, "input_profile",
                               cmyk ? "cmyk" : "srgb", "intent", VIPS_INTENT_RELATIVE,
                               "black_point_compensation", TRUE, "depth", 8, NULL) == 0 &&
            to_memory(&out) == 0) {
            replace(image, out);
            return 0;
        }
        if (out)
            g_object_unref(out);
        vips_error_clear();
        (void)vips_image_remove(*image, VIPS_META_ICC_NAME);
    }
    if (!vips_colourspace_issupported(*image)) {
        bool grey = vips_image_get_bands(*image) < 3;
        if (vips_copy(*image, &out, "interpretation",
                      grey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL))
            return -1;
        replace(image, out);
    }
    if (vips_colourspace(*image, &out, VIPS_INTERPRETATION_sRGB, NULL))
        return -1;
    replace(image, out);
    return 0;
}

static int on_white(VipsImage **image)
{
    VipsImage *out;
    double white = 255;
    VipsArrayDouble *background = vips_array_double_new(&white, 1);
    if (vips_image_hasalpha(*image)) {
        int error = vips_flatten(*image, &out, "background", background, NULL);
        vips_area_unref(VIPS_AREA(background));
        if (error)
            return -1;
        replace(image, out);
    } else {
        vips_area_unref(VIPS_AREA(background));
    }
    if (vips_cast(*image, &out, VIPS_FORMAT_UCHAR, NULL))
        return -1;
    replace(image, out);
    if (vips_image_get_bands(*image) > 3) {
        if (vips_extract_band(*image, &out, 0, "n", 3, NULL))
            return -1;
        replace(image, out);
    }
    return vips_image_get_bands(*image) == 3 ? 0 : -1;
}

/* Every field of the original: what the renditions say is ours alone. */
static void forget_fields(VipsImage *image)
{
    gchar **names = vips_image_get_fields(image);
    for (size_t i = 0; names && names[i]; i++)
        (void)vips_image_remove(image, names[i]); /* false for width and the like, which stay */
    g_strfreev(names);
}

static bool is_supported(VipsImage *image)
{
    VipsBandFormat format = vips_image_get_format(image);
    return format != VIPS_FORMAT_COMPLEX && format != VIPS_FORMAT_DPCOMPLEX &&
           vips_image_get_bands(image) <= BANDS_MAX;
}

enum frames_problem picture_master(enum media_type type, struct str bytes, VipsImage *opened,
                                   VipsImage **ret_master)
{
    uint32_t width, height;
    VipsImage *image = NULL;
    if (!is_supported(opened))
        return PROBLEM_FORMAT;
    enum frames_problem problem = picture_size(opened, &width, &height);
    if (problem != PROBLEM_NONE)
        return problem;
    double shrink = shrink_of(width, height);
    int decoder = decoder_shrink(type, shrink);
    problem = open_shrunk(type, bytes, decoder, &image);
    if (problem != PROBLEM_NONE)
        return problem;
    /* A second reading may not tell another story than the first. */
    if ((uint64_t)vips_image_get_width(image) * (uint64_t)vips_image_get_height(image) >
        (uint64_t)MEDIA_MEGAPIXELS_MAX * 1000000) {
        g_object_unref(image);
        return PROBLEM_DAMAGED;
    }
    double target = width / shrink;
    double have = vips_image_get_orientation_swap(image) ? vips_image_get_height(image)
                                                         : vips_image_get_width(image);
    if (shrink_image(&image, have / target) || turn_upright(&image) || to_srgb(&image) ||
        on_white(&image) || to_memory(&image)) {
        problem = failed();
        g_object_unref(image);
        return problem;
    }
    forget_fields(image);
    *ret_master = image;
    return PROBLEM_NONE;
}

/* ---- Before the sandbox closes -------------------------------------------------------------- */

static int sample(enum media_type type, VipsImage *image, void **ret_at, size_t *ret_len)
{
    switch (type) {
    case MEDIA_NONE:
    case MEDIA_HEIC:
    case MEDIA_AVIF: /* writing it takes longer than all the rest: opening nothing must do */
        return -1;
    case MEDIA_JPEG:
        return vips_jpegsave_buffer(image, ret_at, ret_len, NULL);
    case MEDIA_PNG:
        return vips_pngsave_buffer(image, ret_at, ret_len, NULL);
    case MEDIA_WEBP:
        return vips_webpsave_buffer(image, ret_at, ret_len, NULL);
    case MEDIA_GIF:
        return vips_gifsave_buffer(image, ret_at, ret_len, NULL);
    case MEDIA_TIFF:
        return vips_tiffsave_buffer(image, ret_at, ret_len, NULL);
    }
    return -1;
}

static void warm_loader(enum media_type type, VipsImage *image)
{
    void *at = NULL;
    size_t len = 0;
    VipsImage *opened = NULL, *master = NULL;
    int error = sample(type, image, &at, &len);
    struct str bytes = error ? STR("\0\0\0\x1c"
                                   "ftypavif\0\0\0\0avifmif1miaf")
                             : str_n(at, len);
    if (picture_open(type, bytes, &opened) == PROBLEM_NONE) {
        if (picture_master(type, bytes, opened, &master) == PROBLEM_NONE)
            g_object_unref(master);
        g_object_unref(opened);
    }
    g_free(at);
}

void picture_warm(enum media_type type)
{
    VipsImage *black = NULL, *image = NULL;
    if (vips_black(&black, 64, 64, "bands", 3, NULL) == 0) {
        if (vips_copy(black, &image, "interpretation", VIPS_INTERPRETATION_sRGB, NULL) == 0) {
            VipsImage *colour = NULL, *small = NULL, *crop = NULL;
            if (vips_icc_transform(image, &colour, "srgb", "input_profile", "srgb", NULL) == 0 &&
                to_memory(&colour) == 0 && resize(colour, 0.5, 0.5, &small) == 0 &&
                to_memory(&small) == 0 &&
                vips_smartcrop(small, &crop, 16, 9, "interesting", VIPS_INTERESTING_ATTENTION,
                               NULL) == 0)
                g_object_unref(crop);
            if (small)
                g_object_unref(small);
            if (colour)
                g_object_unref(colour);
            warm_loader(MEDIA_JPEG, image);
            warm_loader(MEDIA_WEBP, image);
            if (type != MEDIA_JPEG && type != MEDIA_WEBP)
                warm_loader(type, image);
            g_object_unref(image);
        }
        g_object_unref(black);
    }
    vips_error_clear();
}
