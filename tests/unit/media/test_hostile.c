/* Hostile pictures against the real stoppress-media: each costs an error message. $MEDIA_WORKER is
 * its path, $MEDIA_SAMPLES the folder of our samples. */
#include "media/media.h"

#include "base/hash.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/media/folder.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <zlib.h>

struct world {
    struct arena *arena;
    struct folder folder;
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

static struct error make(struct world *world, struct str bytes)
{
    struct media_request nothing = {0};
    struct media_result result;
    return media_make(getenv("MEDIA_WORKER"), world->folder.fd, "x", bytes, &nothing, world->arena,
                      &result);
}

/* Refused with that word in the reason; nothing is kept. */
static void refused(struct world *world, struct str bytes, enum err code, const char *word)
{
    struct error error = make(world, bytes);
    if (error.code != code || !strstr(error.why, word))
        print_message("%s: %s\n", error_name(error.code), error.why);
    assert_int_equal(error.code, code);
    assert_non_null(strstr(error.why, word));
    assert_int_equal(folder_walk(world->folder.fd, ".", false), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static struct str sample(struct world *world, const char *name)
{
    struct str bytes;
    const char *path = arena_printf(world->arena, "%s/%s", getenv("MEDIA_SAMPLES"), name).at;
    assert_int_equal(file_read(AT_FDCWD, path, 4 << 20, world->arena, &bytes).code, ERR_OK);
    return bytes;
}

/* ---- PNG ------------------------------------------------------------------------------------ */

static void put_big(struct buf *buf, uint32_t n)
{
    for (int i = 3; i >= 0; i--)
        (void)buf_char(buf, (char)(n >> 8 * i & 0xff));
}

static void put_chunk(struct buf *buf, const char *name, struct str bytes)
{
    put_big(buf, (uint32_t)bytes.len);
    size_t from = buf->len;
    (void)buf_put(buf, name, 4);
    (void)buf_str(buf, bytes);
    put_big(buf, (uint32_t)crc32(0, (const Bytef *)buf->at + from, (uInt)(buf->len - from)));
}

/* A PNG that claims a size and holds so many zeros. */
static struct str png(struct world *world, uint32_t width, uint32_t height, char depth, char colour,
                      char interlace, size_t zeros)
{
    BUF_AUTO struct buf whole = BUF_INIT(8 << 20), head = BUF_INIT(64);
    uLongf len = compressBound((uLong)zeros);
    unsigned char *packed = malloc(len), *plain = calloc(1, zeros + 1);
    assert_int_equal(compress2(packed, &len, plain, (uLong)zeros, 1), Z_OK);
    const char rest[5] = {depth, colour, 0, 0, interlace};
    put_big(&head, width);
    put_big(&head, height);
    (void)buf_put(&head, rest, sizeof rest);
    (void)buf_str(&whole, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(&whole, "IHDR", buf_slice(&head));
    put_chunk(&whole, "IDAT", str_n((const char *)packed, len));
    put_chunk(&whole, "IEND", STR_NONE);
    free(packed);
    free(plain);
    return arena_str(world->arena, buf_slice(&whole));
}

static void test_too_many_pixels(void **state)
{
    struct world *world = *state;
    refused(world, png(world, 50000, 50000, 8, 2, 0, 100), ERR_PICTURE, "2500 megapixels");
    refused(world, png(world, 20001, 10000, 8, 2, 0, 100), ERR_PICTURE, "megapixels");
    refused(world, png(world, 0x7fffffff, 0x7fffffff, 8, 2, 0, 100), ERR_PICTURE, "");
    refused(world, png(world, 0, 10, 8, 2, 0, 100), ERR_PICTURE, "");
    /* Within the limit, but the rows aren't there. */
    refused(world, png(world, 14000, 14000, 8, 2, 0, 100), ERR_PICTURE, "damaged");
}

/* A line of a million pixels has no rendition that could be shown. */
static void test_too_narrow(void **state)
{
    struct world *world = *state;
    refused(world, png(world, 8, 60000, 8, 0, 0, 9 * 60000), ERR_PICTURE, "narrow");
}

/* 200 megapixels of 16 bits and four channels, interlaced, so that they must be held whole. */
static void test_memory(void **state)
{
    struct world *world = *state;
    struct error error = make(world, png(world, 19000, 10000, 16, 6, 1, 4 << 20));
    assert_int_equal(error.code, ERR_PICTURE);
    print_message("%s\n", error.why);
}

/* ---- Other shapes of harm ------------------------------------------------------------------- */

static void test_not_pictures(void **state)
{
    struct world *world = *state;
    refused(world, STR(""), ERR_PICTURE, "empty");
    refused(world, STR("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), ERR_PICTURE,
            "SVG");
    refused(world, STR("<?xml version='1.0'?><svg/>"), ERR_PICTURE, "XML");
    refused(world, STR("%PDF-1.4\n%\xff\xd8\xff"), ERR_PICTURE, "PDF");
    refused(world, STR("PK\3\4\24\0"), ERR_PICTURE, "ZIP");
    refused(world, STR("%!PS-Adobe-3.0 EPSF-3.0"), ERR_PICTURE, "not a JPEG");
    refused(world, STR("P6 1 1 255 abc"), ERR_PICTURE, "not a JPEG");
    refused(world, STR("push graphic-context\nviewbox 0 0 1 1\n"), ERR_PICTURE, "not a JPEG");
}

static struct str joined(struct world *world, struct str head, struct str body)
{
    BUF_AUTO struct buf both = BUF_INIT(1000);
    (void)buf_str(&both, head);
    (void)buf_str(&both, body);
    return arena_str(world->arena, buf_slice(&both));
}

/* One type's first bytes and another's body: only the loader of the first is ever asked. */
static void test_polyglots(void **state)
{
    struct world *world = *state;
    static const struct str heads[] = {
        STR_INIT("\xff\xd8\xff\xe0"),
        STR_INIT("\x89PNG\r\n\x1a\n"),
        STR_INIT("RIFF\x40\0\0\0WEBPVP8 "),
        STR_INIT("GIF89a"),
        STR_INIT("II*\0\x08\0\0\0"),
        STR_INIT("\0\0\0\x18"
                 "ftypavif\0\0\0\0mif1avif"),
        STR_INIT("\0\0\0\x18"
                 "ftypheic\0\0\0\0mif1heic"),
    };
    static const struct str bodies[] = {
        STR_INIT("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
        STR_INIT("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>"),
        STR_INIT("PK\3\4"),
        STR_INIT(""),
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++)
            refused(world, joined(world, heads[i], bodies[k]), ERR_PICTURE, "");
}

static void test_cut_off(void **state)
{
    struct world *world = *state;
    static const char *const names[] = {"plain.jpg",  "alpha.png",  "plain.webp", "plain.gif",
                                        "plain.tiff", "plain.heic", "plain.avif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str whole = sample(world, names[i]);
        print_message("%s\n", names[i]);
        refused(world, str_cut(whole, 0, whole.len / 2), ERR_PICTURE, "");
    }
}

/* A GIF of as many frames as fit into a few megabytes, each 14 bytes and 1 × 1. */
static void test_flood_of_frames(void **state)
{
    struct world *world = *state;
    BUF_AUTO struct buf gif = BUF_INIT(8 << 20);
    (void)buf_str(&gif, STR("GIF89a\1\0\1\0\x80\0\0\0\0\0\377\377\377"));
    for (int i = 0; i < 200000; i++)
        (void)buf_str(&gif, STR(",\0\0\0\0\1\0\1\0\0\2\2D\1\0"));
    (void)buf_char(&gif, ';');
    refused(world, buf_slice(&gif), ERR_PICTURE, "frames");
}

static void test_random(void **state)
{
    struct world *world = *state;
    static const char *const names[] = {"told.jpg",  "alpha.png",  "plain.webp", "plain.gif",
                                        "told.tiff", "plain.heic", "plain.avif"};
    srand(4711);
    for (size_t round = 0; round < 28; round++) {
        struct str whole = sample(world, names[round % 7]);
        char *at = arena_alloc(world->arena, whole.len);
        memcpy(at, whole.at, whole.len);
        for (int i = 0; i < 1 + (int)round / 4; i++)
            at[16 + (size_t)rand() % (whole.len - 16)] = (char)rand();
        struct error error = make(world, str_n(at, whole.len));
        if (error.code != ERR_OK && error.code != ERR_PICTURE)
            print_message("%s: %s\n", error_name(error.code), error.why);
        assert_true(error.code == ERR_OK || error.code == ERR_PICTURE);
    }
}

static void test_too_large(void **state)
{
    struct world *world = *state;
    struct str bytes = str_n(calloc(1, MEDIA_ORIGINAL_MAX + 1), MEDIA_ORIGINAL_MAX + 1);
    refused(world, bytes, ERR_TOO_LARGE, "50 MB");
    free((void *)(uintptr_t)bytes.at);
}

/* ---- The sandbox ---------------------------------------------------------------------------- */

/* Runs the worker's own trial of its sandbox. */
static void test_self_test(void **state)
{
    struct world *world = *state;
    const char *command =
        arena_printf(world->arena, "'%s' --self-test 2>&1", getenv("MEDIA_WORKER")).at;
    char line[256];
    size_t refused_count = 0;
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while (fgets(line, sizeof line, out)) {
        print_message("%s", line);
        refused_count += strstr(line, ": refused\n") != NULL;
        assert_null(strstr(line, "POSSIBLE"));
    }
    assert_int_equal(pclose(out), 0);
    assert_true(refused_count >= 11);
}

/* In a process whose children can't set up seccomp: as on a machine without it. */
static void test_no_sandbox_no_picture(void **state)
{
    struct world *world = *state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        int failed = !filter;
        failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
        failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                                   SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
        failed |= seccomp_load(filter);
        seccomp_release(filter);
        struct error error = make(world, sample(world, "plain.jpg"));
        _exit(failed ? 90 : error.code == ERR_SANDBOX ? 0 : 91);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(folder_walk(world->folder.fd, ".", false), 0);
    assert_int_equal(make(world, sample(world, "plain.jpg")).code, ERR_OK); /* here it works */
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_too_many_pixels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_narrow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_pictures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_polyglots, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flood_of_frames, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_self_test, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_sandbox_no_picture, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
