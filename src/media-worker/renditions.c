/* The renditions of a master. */
#include "media-worker/answer.h"
#include "media-worker/picture.h"
#include "media-worker/splice.h"
#include "media-worker/xmp.h"

#include <math.h>

enum {
    JPEG_QUALITY = 82,
    WEBP_QUALITY = 80,
    WEBP_EFFORT = 2, /* a third of the time of 4, for 4 % more bytes */
    AVIF_QUALITY = 58,
    AVIF_EFFORT = 3,       /* of 9: half the time of 4, for 3 % more bytes */
    WEBP_SIDE_MAX = 16383, /* the format's own limit */
    ATTENTION_SIDE = 320,  /* the size at which we look for what draws attention */
};

struct area {
    int left, top, width, height;
};

/* Everything that all renditions of a picture share. */
struct making {
    VipsImage *master;
    const struct media_request *request;
    struct str packet; /* XMP */
    bool avif;
};

static int round_least_one(double n)
{
    return n < 1.5 ? 1 : (int)(n + 0.5);
}

/* ---- Where to crop -------------------------------------------------------------------------- */

/* The largest area of that ratio. */
static struct area largest(int width, int height, int across, int down)
{
    struct area area = {0, 0, width, round_least_one((double)width * down / across)};
    if (area.height > height) {
        area.height = height;
        area.width = round_least_one((double)height * across / down);
        if (area.width > width)
            area.width = width;
    }
    return area;
}

static int place(double centre, int size, int room)
{
    int at = (int)(centre * room - size / 2.0 + 0.5);
    return at < 0 ? 0 : at > room - size ? room - size : at;
}

/* The middle of what draws attention, as fractions; on failure the middle of the picture. */
static void attention(VipsImage *small, int across, int down, double *ret_x, double *ret_y)
{
    int width = vips_image_get_width(small), height = vips_image_get_height(small);
    struct area area = largest(width, height, across, down);
    VipsImage *crop = NULL;
    *ret_x = *ret_y = 0.5;
    if (vips_smartcrop(small, &crop, area.width, area.height, "interesting",
                       VIPS_INTERESTING_ATTENTION, NULL)) {
        vips_error_clear();
        return;
    }
    /* A crop's offset says where the old origin lies. */
    *ret_x = (-vips_image_get_xoffset(crop) + area.width / 2.0) / width;
    *ret_y = (-vips_image_get_yoffset(crop) + area.height / 2.0) / height;
    g_object_unref(crop);
}

static struct area crop_area(const struct making *making, VipsImage *small,
                             const struct media_kind *kind)
{
    int width = vips_image_get_width(making->master);
    int height = vips_image_get_height(making->master);
    double x = making->request->focal_x, y = making->request->focal_y;
    struct area area = largest(width, height, kind->across, kind->down);
    if (!making->request->has_focal)
        attention(small, kind->across, kind->down, &x, &y);
    area.left = place(x, area.width, width);
    area.top = place(y, area.height, height);
    return area;
}

/* ---- Making one ----------------------------------------------------------------------------- */

static enum frames_problem library_problem(void)
{
    bool memory = strstr(vips_error_buffer(), "out of memory") != NULL;
    vips_error_clear();
    return memory ? PROBLEM_MEMORY : PROBLEM_DAMAGED;
}

static enum frames_problem send(const struct making *making, size_t kind, enum frames_format format,
                                VipsImage *image, const void *at, size_t len)
{
    BUF_AUTO struct buf whole = BUF_INIT(MEDIA_RENDITION_MAX);
    struct str written = str_n(at, len);
    uint32_t width = (uint32_t)vips_image_get_width(image);
    uint32_t height = (uint32_t)vips_image_get_height(image);
    bool spliced = format == FORMAT_WEBP
                       ? splice_webp(written, making->packet, width, height, &whole)
                       : splice_jpeg(written, making->packet, &whole);
    if (!spliced)
        return PROBLEM_MEMORY;
    answer_rendition(kind, format, width, height, buf_slice(&whole));
    return PROBLEM_NONE;
}

/* The metadata that the library would write by itself is left out by "strip". */
static enum frames_problem write_both(const struct making *making, size_t kind, VipsImage *image)
{
    void *at = NULL;
    size_t len = 0;
    if (vips_jpegsave_buffer(image, &at, &len, "Q", JPEG_QUALITY, "interlace", TRUE,
                             "optimize_coding", TRUE, "strip", TRUE, NULL))
        return library_problem();
    enum frames_problem problem = send(making, kind, FORMAT_JPEG, image, at, len);
    g_free(at);
    if (problem != PROBLEM_NONE)
        return problem;
    at = NULL;
    if (vips_webpsave_buffer(image, &at, &len, "Q", WEBP_QUALITY, "effort", WEBP_EFFORT, "strip",
                             TRUE, NULL))
        return library_problem();
    problem = send(making, kind, FORMAT_WEBP, image, at, len);
    g_free(at);
    return problem;
}

/* The library puts our XMP into the file; the master has no other metadata left. */
static enum frames_problem write_avif(const struct making *making, size_t kind, VipsImage *image)
{
    void *at = NULL;
    size_t len = 0;
    VipsImage *told = NULL;
    if (vips_copy(image, &told, NULL))
        return library_problem();
    vips_image_set_blob_copy(told, VIPS_META_XMP_NAME, making->packet.at, making->packet.len);
    int error = vips_heifsave_buffer(told, &at, &len, "Q", AVIF_QUALITY, "effort", AVIF_EFFORT,
                                     "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1, NULL);
    g_object_unref(told);
    if (error)
        return library_problem();
    if (len <= MEDIA_RENDITION_MAX)
        answer_rendition(kind, FORMAT_AVIF, (uint32_t)vips_image_get_width(image),
                         (uint32_t)vips_image_get_height(image), str_n(at, len));
    g_free(at);
    return len <= MEDIA_RENDITION_MAX ? PROBLEM_NONE : PROBLEM_MEMORY;
}

static int scaled(VipsImage *in, int width, int height, VipsImage **ret_out)
{
    VipsImage *lazy = NULL;
    double across = (double)width / vips_image_get_width(in);
    double down = (double)height / vips_image_get_height(in);
    if (vips_resize(in, &lazy, across, "vscale", down, NULL))
        return -1;
    *ret_out = vips_image_copy_memory(lazy);
    g_object_unref(lazy);
    return *ret_out ? 0 : -1;
}

static enum frames_problem make(const struct making *making, size_t kind, struct area area,
                                int width, int height)
{
    VipsImage *part = NULL, *image = NULL;
    if (making->avif && !media_kinds[kind].avif)
        return PROBLEM_NONE;
    if (vips_extract_area(making->master, &part, area.left, area.top, area.width, area.height,
                          NULL))
        return library_problem();
    int error = scaled(part, width, height, &image);
    g_object_unref(part);
    if (error)
        return library_problem();
    enum frames_problem problem =
        making->avif ? write_avif(making, kind, image) : write_both(making, kind, image);
    g_object_unref(image);
    return problem;
}

/* ---- All ------------------------------------------------------------------------------------ */

/* `before` is how wide the last of the same shape was: none is made twice. */
static enum frames_problem make_whole(const struct making *making, size_t kind, int original,
                                      int *before)
{
    int across = vips_image_get_width(making->master);
    int down = vips_image_get_height(making->master);
    int limit = media_kinds[kind].width < original ? media_kinds[kind].width : original;
    int width = limit < across ? limit : across;
    int height = round_least_one((double)width * down / across);
    if (width <= *before || height > WEBP_SIDE_MAX)
        return PROBLEM_NONE;
    *before = width;
    return make(making, kind, (struct area){0, 0, across, down}, width, height);
}

static enum frames_problem make_crop(const struct making *making, size_t kind, VipsImage *small,
                                     int *before)
{
    const struct media_kind *shape = &media_kinds[kind];
    struct area area = crop_area(making, small, shape);
    int width = shape->width < area.width ? shape->width : area.width;
    if (width <= *before)
        return PROBLEM_NONE;
    *before = width;
    return make(making, kind, area, width,
                round_least_one((double)width * area.height / area.width));
}

static bool same_shape(const struct media_kind *a, const struct media_kind *b)
{
    return a->across == b->across && a->down == b->down;
}

static enum frames_problem make_all(const struct making *making, int original, VipsImage *small)
{
    int before = 0;
    for (size_t i = 0; i < MEDIA_KINDS; i++) {
        if (i && !same_shape(&media_kinds[i], &media_kinds[i - 1])) {
            if (!before)
                return PROBLEM_NARROW;
            before = 0;
        }
        enum frames_problem problem = media_kinds[i].across
                                          ? make_crop(making, i, small, &before)
                                          : make_whole(making, i, original, &before);
        if (problem != PROBLEM_NONE)
            return problem;
    }
    return PROBLEM_NONE;
}

enum frames_problem picture_renditions(VipsImage *master, uint32_t width,
                                       const struct media_request *request, bool avif)
{
    BUF_AUTO struct buf packet = BUF_INIT(XMP_WRITE_MAX);
    VipsImage *small = NULL;
    double across = vips_image_get_width(master), down = vips_image_get_height(master);
    double scale = ATTENTION_SIDE / fmax(across, down);
    xmp_write(request, &packet);
    struct making making = {master, request, buf_slice(&packet), avif};
    if (scale > 1)
        scale = 1;
    if (scaled(master, round_least_one(across * scale), round_least_one(down * scale), &small))
        return library_problem();
    enum frames_problem problem = make_all(&making, (int)width, small);
    g_object_unref(small);
    return problem;
}
