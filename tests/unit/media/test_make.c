/* Pictures through the real stoppress-media. $MEDIA_WORKER is its path, $MEDIA_SAMPLES the folder
 * of our samples. What comes out is decoded with libvips, which only the worker and this test link.
 */
#include "media/kinds.h"
#include "media/media.h"

#include "base/clock.h"
#include "base/hash.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/media/folder.h"

#include <vips/vips.h>

/* The environment's own pictures may be larger than ours, which are 96 × 64: red, green; blue,
 * yellow; in alpha.png a transparent hole. */
enum { SAMPLE_WIDTH = 96, SAMPLE_HEIGHT = 64 };

struct world {
    struct arena *arena;
    struct folder folder;
    struct media_result result;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->arena = arena_new();
    world->folder = folder_make();
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    folder_end(&world->folder);
    arena_free(world->arena);
    free(world);
    return 0;
}

static struct error make_bytes(struct world *world, struct str bytes,
                               const struct media_request *request)
{
    return media_make(getenv("MEDIA_WORKER"), world->folder.fd, "the sample", bytes, request,
                      world->arena, &world->result);
}

static struct str sample(struct world *world, const char *folder, const char *name)
{
    struct str bytes;
    const char *path = arena_printf(world->arena, "%s/%s", folder, name).at;
    assert_int_equal(file_read(AT_FDCWD, path, 4 << 20, world->arena, &bytes).code, ERR_OK);
    return bytes;
}

static void make_ok(struct world *world, struct str bytes, const struct media_request *request)
{
    struct error error = make_bytes(world, bytes, request);
    if (error.code != ERR_OK)
        print_message("%s: %s\n", error_name(error.code), error.why);
    assert_int_equal(error.code, ERR_OK);
}

static void make_sample(struct world *world, const char *name)
{
    static const struct media_request nothing = {0};
    print_message("%s\n", name);
    make_ok(world, sample(world, getenv("MEDIA_SAMPLES"), name), &nothing);
}

static struct str bytes_of(struct world *world, const struct media_rendition *rendition)
{
    FD_AUTO int fd = -1;
    int64_t len = 0;
    struct str bytes;
    assert_int_equal(media_open(world->folder.fd, rendition->file, &fd, &len).code, ERR_OK);
    assert_int_equal(len, rendition->bytes);
    assert_int_equal(file_read_fd(fd, "x", MEDIA_RENDITION_MAX, world->arena, &bytes).code, ERR_OK);
    return bytes;
}

static VipsImage *decoded(struct str bytes)
{
    VipsImage *lazy = vips_image_new_from_buffer(bytes.at, bytes.len, "", NULL);
    assert_non_null(lazy);
    VipsImage *image = vips_image_copy_memory(lazy);
    assert_non_null(image);
    g_object_unref(lazy);
    return image;
}

/* Every rendition decodes, is what it says, and holds nothing of its original. */
static void check_renditions(struct world *world)
{
    static const struct str secrets[] = {
        STR_INIT("Exif"),    STR_INIT("EXIF"),    STR_INIT("GPS"),
        STR_INIT("SERIAL"),  STR_INIT("8BIM"),    STR_INIT("ICC"),
        STR_INIT("Testcam"), STR_INIT("comment"), STR_INIT("a profile")};
    assert_true(world->result.count >= 2);
    for (size_t i = 0; i < world->result.count; i++) {
        const struct media_rendition *rendition = &world->result.renditions[i];
        struct str bytes = bytes_of(world, rendition);
        VipsImage *image = decoded(bytes);
        assert_true(str_eq(media_type_name(media_sniff(bytes)), rendition->type));
        assert_true(str_eq(media_file_type(rendition->file), rendition->type));
        assert_int_equal(vips_image_get_width(image), rendition->width);
        assert_int_equal(vips_image_get_height(image), rendition->height);
        assert_int_equal(vips_image_get_bands(image), 3);
        g_object_unref(image);
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++)
            assert_int_equal(str_find(bytes, secrets[k]), -1);
    }
}

static VipsImage *rendition_image(struct world *world, struct str kind, struct str type)
{
    const struct media_rendition *found =
        media_find(world->result.renditions, world->result.count, kind, type);
    assert_non_null(found);
    return decoded(bytes_of(world, found));
}

static bool near(VipsImage *image, double x, double y, const int colour[3], int tolerance)
{
    double *values = NULL;
    int count = 0;
    bool yes = true;
    assert_int_equal(vips_getpoint(image, &values, &count, (int)(x * vips_image_get_width(image)),
                                   (int)(y * vips_image_get_height(image)), NULL),
                     0);
    for (int i = 0; i < 3; i++)
        yes = yes && abs((int)values[i] - colour[i]) <= tolerance;
    if (!yes)
        print_message("%g %g: %g %g %g\n", x, y, values[0], values[1], values[2]);
    g_free(values);
    return yes;
}

static const int red[3] = {220, 50, 40}, green[3] = {40, 200, 40}, blue[3] = {40, 50, 210},
                 yellow[3] = {230, 200, 40}, white[3] = {255, 255, 255};

static void check_corners(struct world *world, struct str type, int tolerance)
{
    VipsImage *image = rendition_image(world, STR("w320"), type);
    assert_true(near(image, 0.1, 0.1, red, tolerance));
    assert_true(near(image, 0.9, 0.1, green, tolerance));
    assert_true(near(image, 0.1, 0.9, blue, tolerance));
    assert_true(near(image, 0.9, 0.9, yellow, tolerance));
    g_object_unref(image);
}

/* ---- Types and colours ---------------------------------------------------------------------- */

static void test_every_type(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *file, *type;
    } samples[] = {
        {"plain.jpg", "image/jpeg"},      {"interlaced.png", "image/png"},
        {"deep.png", "image/png"},        {"plain.webp", "image/webp"},
        {"lossless.webp", "image/webp"},  {"plain.gif", "image/gif"},
        {"plain.tiff", "image/tiff"},     {"lab.tiff", "image/tiff"},
        {"plain.heic", "image/heic"},     {"plain.avif", "image/avif"},
        {"p3.jpg", "image/jpeg"},         {"alpha.png", "image/png"},
        {"badprofile.jpg", "image/jpeg"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        make_sample(world, samples[i].file);
        assert_true(str_eq(world->result.type, str_of(samples[i].type)));
        assert_int_equal(world->result.width, SAMPLE_WIDTH);
        assert_int_equal(world->result.height, SAMPLE_HEIGHT);
        check_renditions(world);
        check_corners(world, STR("image/jpeg"), 24);
        check_corners(world, STR("image/webp"), 24);
    }
}

static void test_other_colours(void **state)
{
    struct world *world = *state;
    make_sample(world, "cmyk.jpg");
    check_renditions(world);
    check_corners(world, STR("image/jpeg"), 110); /* print cannot show these colours */
    make_sample(world, "grey.png");
    check_renditions(world);
}

static void test_transparent_is_white(void **state)
{
    struct world *world = *state;
    make_sample(world, "alpha.png");
    VipsImage *image = rendition_image(world, STR("w320"), STR("image/jpeg"));
    assert_true(near(image, 24.0 / 96, 14.0 / 64, white, 30));
    assert_true(near(image, 24.0 / 96, 28.0 / 64, red, 30));
    g_object_unref(image);
}

/* ---- The right way up ----------------------------------------------------------------------- */

static void test_turned(void **state)
{
    struct world *world = *state;
    make_sample(world, "turned.jpg"); /* orientation 6: to be turned right by 90° */
    assert_int_equal(world->result.width, SAMPLE_HEIGHT);
    assert_int_equal(world->result.height, SAMPLE_WIDTH);
    VipsImage *image = rendition_image(world, STR("w320"), STR("image/jpeg"));
    assert_true(near(image, 0.1, 0.1, blue, 24));
    assert_true(near(image, 0.9, 0.1, red, 24));
    assert_true(near(image, 0.1, 0.9, yellow, 24));
    assert_true(near(image, 0.9, 0.9, green, 24));
    g_object_unref(image);
}

/* The mean difference of two pictures, shrunk to 16 × 16. */
static double difference(VipsImage *a, VipsImage *b)
{
    VipsImage *small[2] = {NULL, NULL}, *apart = NULL, *absolute = NULL;
    double mean = 0;
    assert_int_equal(
        vips_thumbnail_image(a, &small[0], 16, "height", 16, "size", VIPS_SIZE_FORCE, NULL), 0);
    assert_int_equal(
        vips_thumbnail_image(b, &small[1], 16, "height", 16, "size", VIPS_SIZE_FORCE, NULL), 0);
    assert_int_equal(vips_subtract(small[0], small[1], &apart, NULL), 0);
    assert_int_equal(vips_abs(apart, &absolute, NULL), 0);
    assert_int_equal(vips_avg(absolute, &mean, NULL), 0);
    g_object_unref(absolute);
    g_object_unref(apart);
    g_object_unref(small[0]);
    g_object_unref(small[1]);
    return mean;
}

static void check_orientations(struct world *world, const char *folder, const char *shape)
{
    static const struct media_request nothing = {0};
    VipsImage *first = NULL, *flipped = NULL;
    for (int i = 1; i <= 8; i++) {
        const char *name = arena_printf(world->arena, "orientation/%s_%d.jpg", shape, i).at;
        make_ok(world, sample(world, folder, name), &nothing);
        VipsImage *image = rendition_image(world, STR("w320"), STR("image/jpeg"));
        bool wide = world->result.width > world->result.height;
        assert_true(wide == (strcmp(shape, "landscape") == 0));
        if (!first) {
            first = image;
            assert_int_equal(vips_flip(first, &flipped, VIPS_DIRECTION_VERTICAL, NULL), 0);
            assert_true(difference(first, flipped) > 20); /* or this test could not fail */
            continue;
        }
        assert_true(difference(first, image) < 8);
        g_object_unref(image);
    }
    g_object_unref(flipped);
    g_object_unref(first);
}

static void test_orientations(void **state)
{
    const char *data = getenv("TEST_DATA");
    if (!data || !*data) {
        print_message("left out: pictures of all orientations, since TEST_DATA is not set\n");
        skip();
    }
    check_orientations(*state, data, "landscape");
    check_orientations(*state, data, "portrait");
}

/* ---- What it says --------------------------------------------------------------------------- */

static void assert_str(struct str got, const char *wanted)
{
    char text[8192];
    assert_true(str_to_c(got, text, sizeof text));
    assert_string_equal(text, wanted);
}

static void test_offered(void **state)
{
    struct world *world = *state;
    const struct media_offer *offered = &world->result.offered;
    make_sample(world, "told.jpg");
    assert_str(offered->caption, "A crane unloads grain at the north quay — ဆိပ်ကမ်း");
    assert_str(offered->credit, "Harbour Wire");
    assert_str(offered->creator, "Ana Reyes, Tomas Lim");
    assert_str(offered->rights, "© Harbour Wire");
    assert_str(offered->source, "Archive of the port");
    assert_str(offered->alt, "A yellow crane over a ship");
    assert_str(offered->taken, "2026-10-03T14:05:00+08:00");
    check_renditions(world); /* none of which is in what readers get */
    make_sample(world, "iim.jpg");
    assert_str(offered->caption, "Café at the quay");
    assert_str(offered->creator, "One Person, Another");
    assert_str(offered->taken, "2026-10-02T09:30:15+08:00");
    make_sample(world, "exifonly.jpg");
    assert_str(offered->caption, ""); /* EXIF gives the date only */
    assert_str(offered->taken, "2026-10-03T14:05:00+08:00");
}

static void test_offered_by_others(void **state)
{
    struct world *world = *state;
    static const char *const samples[][2] = {{"told.tiff", "By TIFF"},
                                             {"told.png", "By PNG"},
                                             {"told.webp", "By WebP"},
                                             {"told.heic", "By HEIC"},
                                             {"told.avif", "By AVIF"}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        make_sample(world, samples[i][0]);
        assert_str(world->result.offered.caption, samples[i][1]);
        check_renditions(world);
    }
}

static void test_credit_is_inside(void **state)
{
    struct world *world = *state;
    struct media_request request = {.caption = STR("Rain & wind <over> the quay"),
                                    .credit = STR("ဆိပ်ကမ်း Wire")};
    make_ok(world, sample(world, getenv("MEDIA_SAMPLES"), "told.jpg"), &request);
    check_renditions(world);
    for (size_t i = 0; i < world->result.count; i++) {
        struct str bytes = bytes_of(world, &world->result.renditions[i]);
        VipsImage *image = decoded(bytes);
        const void *packet;
        size_t len;
        assert_int_equal(vips_image_get_blob(image, VIPS_META_XMP_NAME, &packet, &len), 0);
        assert_true(str_find(str_n(packet, len),
                             STR("<photoshop:Credit>ဆိပ်ကမ်း Wire</photoshop:Credit>")) > 0);
        assert_true(str_find(str_n(packet, len), STR("Rain &amp; wind &lt;over&gt; the quay")) > 0);
        assert_int_equal(str_find(bytes, STR("Archive of the port")), -1);
        assert_int_equal(str_find(bytes, STR("north quay")), -1);
        g_object_unref(image);
    }
}

static void test_own_texts_are_inside(void **state)
{
    struct world *world = *state;
    struct media_request request = {.caption = STR("Rain over the quay"), .own_texts = true};
    make_ok(world, sample(world, getenv("MEDIA_SAMPLES"), "told.jpg"), &request);
    for (size_t i = 0; i < world->result.count; i++) {
        struct str bytes = bytes_of(world, &world->result.renditions[i]);
        assert_true(str_find(bytes, STR("Rain over the quay")) > 0);
        assert_true(str_find(bytes, STR("<photoshop:Credit>Harbour Wire</photoshop:Credit>")) > 0);
        assert_int_equal(str_find(bytes, STR("north quay")), -1);
        assert_int_equal(str_find(bytes, STR("Archive of the port")), -1);
    }
}

/* ---- Sizes and crops ------------------------------------------------------------------------ */

/* A picture of the test's own: blue, with a red square around a point given as fractions. */
static struct str drawn(struct world *world, int width, int height, double x, double y)
{
    VipsImage *black = NULL, *image = NULL;
    double ink[3] = {220, 50, 40}, ground[3] = {40, 50, 210};
    void *at = NULL;
    size_t len = 0;
    int side = (width < height ? width : height) / 4;
    assert_int_equal(vips_black(&black, width, height, "bands", 3, NULL), 0);
    assert_int_equal(vips_copy(black, &image, "interpretation", VIPS_INTERPRETATION_sRGB, NULL), 0);
    g_object_unref(black);
    VipsImage *memory = vips_image_copy_memory(image);
    g_object_unref(image);
    assert_int_equal(vips_draw_rect(memory, ground, 3, 0, 0, width, height, "fill", TRUE, NULL), 0);
    assert_int_equal(vips_draw_rect(memory, ink, 3, (int)(x * width) - side / 2,
                                    (int)(y * height) - side / 2, side, side, "fill", TRUE, NULL),
                     0);
    assert_int_equal(vips_jpegsave_buffer(memory, &at, &len, "Q", 85, NULL), 0);
    g_object_unref(memory);
    struct str bytes = arena_str(world->arena, str_n(at, len));
    g_free(at);
    return bytes;
}

static void check_size(struct world *world, const char *kind, int width, int height)
{
    static const struct str types[] = {STR_INIT("image/jpeg"), STR_INIT("image/webp")};
    for (size_t i = 0; i < 2; i++) {
        const struct media_rendition *found =
            media_find(world->result.renditions, world->result.count, str_of(kind), types[i]);
        if (!width) {
            assert_null(found);
            continue;
        }
        assert_non_null(found);
        assert_int_equal(found->width, width);
        assert_int_equal(found->height, height);
    }
}

static void test_sizes_of_large(void **state)
{
    struct world *world = *state;
    struct media_request nothing = {0};
    make_ok(world, drawn(world, 3000, 2000, 0.5, 0.5), &nothing);
    assert_int_equal(world->result.width, 3000);
    assert_int_equal(world->result.count, 2 * MEDIA_KINDS);
    check_size(world, "w320", 320, 213);
    check_size(world, "w640", 640, 427);
    check_size(world, "w960", 960, 640);
    check_size(world, "w1280", 1280, 853);
    check_size(world, "w1920", 1920, 1280);
    check_size(world, "16x9", 1200, 675);
    check_size(world, "4x3", 1200, 900);
    check_size(world, "1x1", 1200, 1200);
    check_size(world, "3x2-640", 640, 427);
    check_size(world, "3x2-960", 960, 640);
    check_size(world, "3x2-1280", 1280, 853);
    check_renditions(world);
}

static void test_sizes_of_small(void **state)
{
    struct world *world = *state;
    struct media_request nothing = {0};
    make_ok(world, drawn(world, 500, 1000, 0.5, 0.5), &nothing);
    check_size(world, "w320", 320, 640);
    check_size(world, "w640", 500, 1000);
    check_size(world, "w960", 0, 0);
    check_size(world, "16x9", 500, 281);
    check_size(world, "1x1", 500, 500);
    check_size(world, "3x2-640", 500, 333);
    check_size(world, "3x2-1280", 0, 0);
    make_ok(world, drawn(world, 1, 1, 0.5, 0.5), &nothing);
    check_size(world, "w320", 1, 1);
    check_size(world, "16x9", 1, 1);
}

static void test_focal_point(void **state)
{
    struct world *world = *state;
    struct str picture = drawn(world, 1600, 400, 0.9, 0.5);
    /* Given: where it says, be it empty. */
    struct media_request left = {.has_focal = true, .focal_x = 0.1, .focal_y = 0.5};
    make_ok(world, picture, &left);
    VipsImage *image = rendition_image(world, STR("1x1"), STR("image/jpeg"));
    assert_true(near(image, 0.5, 0.5, blue, 24));
    g_object_unref(image);
    struct media_request right = {.has_focal = true, .focal_x = 0.9, .focal_y = 0.5};
    make_ok(world, picture, &right);
    image = rendition_image(world, STR("1x1"), STR("image/jpeg"));
    assert_true(near(image, 0.6, 0.5, red, 24));
    g_object_unref(image);
    /* Not given: what draws attention is inside. */
    struct media_request nothing = {0};
    make_ok(world, picture, &nothing);
    image = rendition_image(world, STR("1x1"), STR("image/jpeg"));
    assert_true(near(image, 0.6, 0.5, red, 24) || near(image, 0.5, 0.5, red, 24));
    g_object_unref(image);
}

static void test_avif(void **state)
{
    struct world *world = *state;
    const char *worker = getenv("MEDIA_WORKER");
    struct media_result made;
    struct media_request right = {
        .credit = STR("Photo: Nobody"), .has_focal = true, .focal_x = 0.9, .focal_y = 0.5};
    struct str picture = drawn(world, 1600, 400, 0.9, 0.5);
    assert_int_equal(media_make_avif(worker, NULL, NULL, world->folder.fd, "the sample", picture,
                                     &right, world->arena, &made)
                         .code,
                     ERR_OK);
    /* What pages choose among, and no other; wide enough for each. */
    static const char *const kinds[] = {"w320", "w640", "w960", "w1280", "w1920", "3x2-640"};
    assert_int_equal(made.count, 6);
    for (size_t i = 0; i < made.count; i++) {
        assert_true(str_eq(made.renditions[i].kind, str_of(kinds[i])));
        assert_true(str_eq(made.renditions[i].type, STR("image/avif")));
        assert_true(str_ends(made.renditions[i].file, STR(".avif")));
        struct str bytes = bytes_of(world, &made.renditions[i]);
        assert_int_equal(media_sniff(bytes), MEDIA_AVIF);
        assert_true(str_find(bytes, STR("Photo: Nobody")) > 0);
    }
    assert_int_equal(made.original.len, 0);
    world->result = made;
    VipsImage *crop = rendition_image(world, STR("3x2-640"), STR("image/avif"));
    assert_int_equal(vips_image_get_width(crop), made.renditions[5].width);
    assert_true(near(crop, 0.75, 0.5, red, 24)); /* the focal point's part */
    g_object_unref(crop);
    /* A reader comes: it rests, and is made all the same. */
    atomic_bool asked = true;
    int64_t begin = clock_monotonic();
    assert_int_equal(media_make_avif(worker, NULL, &asked, world->folder.fd, "the sample", picture,
                                     &right, world->arena, &made)
                         .code,
                     ERR_OK);
    assert_int_equal(made.count, 6);
    assert_false(asked);
    assert_true(clock_monotonic() - begin >= 5000);
    /* The server ends. */
    atomic_bool stop = true;
    assert_int_equal(media_make_avif(worker, &stop, NULL, world->folder.fd, "the sample", picture,
                                     &right, world->arena, &made)
                         .code,
                     ERR_BUSY);
}

/* ---- The files ------------------------------------------------------------------------------ */

static void test_original_is_kept(void **state)
{
    struct world *world = *state;
    struct media_request nothing = {0};
    struct str before = sample(world, getenv("MEDIA_SAMPLES"), "told.jpg"), after;
    char hex[65];
    make_ok(world, before, &nothing);
    media_original_hash(before, hex);
    assert_true(str_eq(world->result.original, str_of(hex)));
    assert_int_equal(
        media_original_read(world->folder.fd, world->result.original, world->arena, &after).code,
        ERR_OK);
    assert_true(str_eq(before, after));
    size_t files = folder_walk(world->folder.fd, ".", false);
    make_ok(world, before, &nothing); /* again: the same files */
    assert_int_equal(folder_walk(world->folder.fd, ".", false), files);
}

int main(int argc, char **argv)
{
    hash_start();
    if (VIPS_INIT(argv[0]))
        return 1;
    vips_cache_set_max(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_colours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_transparent_is_white, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_turned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_orientations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_offered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_offered_by_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_credit_is_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_texts_are_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes_of_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes_of_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_focal_point, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_avif, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_original_is_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
