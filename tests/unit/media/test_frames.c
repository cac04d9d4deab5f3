#include "media/frames.h"

#include "tests/unit/cmocka.h"

struct heard {
    size_t begun, ended, bytes;
    struct frames_rendition last;
};

static struct error hear_begin(void *context, const struct frames_rendition *rendition)
{
    struct heard *heard = context;
    heard->begun++;
    heard->last = *rendition;
    return NO_ERROR;
}

static struct error hear_data(void *context, struct str bytes)
{
    struct heard *heard = context;
    heard->bytes += bytes.len;
    return NO_ERROR;
}

static struct error hear_end(void *context)
{
    struct heard *heard = context;
    heard->ended++;
    return NO_ERROR;
}

static struct heard heard;

/* Reads in pieces of `step` bytes. */
static enum err read_in(struct str bytes, size_t step, struct arena *arena, struct frames *frames)
{
    static const struct frames_sink sink = {&heard, hear_begin, hear_data, hear_end};
    memset(&heard, 0, sizeof heard);
    frames_init(frames, "x.jpg", &sink, arena);
    for (; bytes.len; bytes = str_from(bytes, step)) {
        struct error error = frames_push(frames, str_cut(bytes, 0, step));
        if (error.code != ERR_OK)
            return error.code;
    }
    return ERR_OK;
}

#define GREETING FRAMES_MAGIC
#define PICTURE "P\10\0\0\0\200\2\0\0\340\1\0\0" /* 640 × 480 */
#define CREDIT "T\4\0\0\0\1abc"
#define RENDITION "R\14\0\0\0\0\0\100\1\0\0\360\0\0\0zz" /* w320 JPEG 320 × 240, 2 bytes */
#define END "Z\4\0\0\0\1\0\0\0"

static void test_good(void **state)
{
    static const size_t steps[] = {1, 3, 1000};
    for (size_t i = 0; i < 3; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct frames frames;
        assert_int_equal(
            read_in(STR(GREETING PICTURE CREDIT RENDITION END), steps[i], arena, &frames), ERR_OK);
        assert_true(frames.ended);
        assert_int_equal(frames.width, 640);
        assert_int_equal(frames.height, 480);
        assert_true(str_eq(frames.texts[FIELD_CREDIT], STR("abc")));
        assert_int_equal(frames.problem, PROBLEM_NONE);
        assert_int_equal(heard.begun, 1);
        assert_int_equal(heard.ended, 1);
        assert_int_equal(heard.bytes, 2);
        assert_int_equal(heard.last.width, 320);
        assert_string_equal(heard.last.kind->name, "w320");
    }
}

static void test_problem(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct frames frames;
    assert_int_equal(read_in(STR(GREETING "E\1\0\0\0\1"), 1, arena, &frames), ERR_OK);
    assert_true(frames.ended);
    assert_int_equal(frames.problem, PROBLEM_DAMAGED);
}

static void test_cut_is_not_ended(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct frames frames;
    struct str whole = STR(GREETING PICTURE CREDIT RENDITION END);
    for (size_t len = 0; len < whole.len; len++) {
        assert_int_equal(read_in(str_cut(whole, 0, len), 7, arena, &frames), ERR_OK);
        assert_false(frames.ended);
    }
}

static void test_broken(void **state)
{
    static const struct str broken[] = {
        STR_INIT("SPMTOLD2"),
        STR_INIT(GREETING RENDITION),                             /* before P */
        STR_INIT(GREETING CREDIT),                                /* before P */
        STR_INIT(GREETING PICTURE PICTURE),                       /* twice */
        STR_INIT(GREETING PICTURE CREDIT CREDIT),                 /* twice */
        STR_INIT(GREETING PICTURE RENDITION RENDITION),           /* twice */
        STR_INIT(GREETING PICTURE RENDITION CREDIT),              /* too late */
        STR_INIT(GREETING PICTURE RENDITION END END),             /* behind the end */
        STR_INIT(GREETING PICTURE "Z\4\0\0\0\0\0\0\0"),           /* no rendition */
        STR_INIT(GREETING PICTURE RENDITION "Z\4\0\0\0\2\0\0\0"), /* miscounted */
        STR_INIT(GREETING "P\10\0\0\0\0\0\0\0\340\1\0\0"),        /* no width */
        STR_INIT(GREETING "P\10\0\0\0\0\0\0\377\340\1\0\0"),      /* too wide */
        STR_INIT(GREETING "P\7\0\0\0"),                           /* wrong length */
        STR_INIT(GREETING PICTURE "T\4\0\0\0\1a\377c"),           /* not UTF-8 */
        STR_INIT(GREETING PICTURE "T\4\0\0\0\1a\33c"),            /* a control character */
        STR_INIT(GREETING PICTURE "T\4\0\0\0\7abc"),              /* no such field */
        STR_INIT(GREETING PICTURE "T\2\20\0\0"),                  /* too long */
        STR_INIT(GREETING PICTURE "R\14\0\0\0\77\0\100\1\0\0\360\0\0\0zz"), /* no such kind */
        STR_INIT(GREETING PICTURE "R\14\0\0\0\0\3\100\1\0\0\360\0\0\0zz"),  /* no such type */
        STR_INIT(GREETING PICTURE "R\14\0\0\0\0\0\101\1\0\0\360\0\0\0zz"),  /* above 320 */
        STR_INIT(GREETING PICTURE "R\13\0\0\2\0\0\100\1\0\0\360\0\0\0zz"),  /* 32 MB */
        STR_INIT(GREETING "E\1\0\0\0\0"),                                   /* no problem */
        STR_INIT(GREETING "E\1\0\0\0\77"),                                  /* no such problem */
        STR_INIT(GREETING "Q\1\0\0\0\0"),                                   /* no such frame */
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct frames frames;
        assert_int_equal(read_in(broken[i], 1, arena, &frames), ERR_PICTURE);
        assert_int_equal(read_in(broken[i], 1000, arena, &frames), ERR_PICTURE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_problem),
        cmocka_unit_test(test_cut_is_not_ended),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
