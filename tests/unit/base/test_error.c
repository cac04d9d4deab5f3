#include "base/error.h"
#include "tests/unit/cmocka.h"

#include <errno.h>

static const char words_given[] = "the catalogue";

static void test_sentence(void **state)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    struct error error = error_format(ERR_FRONT_MATTER, STR_NONE, 3, "unknown field '%s'", "titel");
    error_sentence(&error, &out);
    assert_true(str_eq(buf_slice(&out), STR("Line 3: unknown field 'titel'.")));
    assert_int_equal(error_status(error.code), 422);
}

static void test_long_text_is_cut_between_characters(void **state)
{
    char what[400];
    memset(what, 'a', sizeof what);
    memcpy(what + 126, "မ", 4); /* three bytes and a NUL; only one byte would fit */
    struct error error = error_make(ERR_NOT_FOUND, what, NULL);
    assert_true(str_is_utf8(str_of(error.what)));
    assert_int_equal(strlen(error.what), 126);
}

static void test_full_disk_is_named(void **state)
{
    errno = ENOSPC;
    struct error error = error_errno("x");
    assert_int_equal(error.code, ERR_DISK_FULL);
}

/* A catalogue that shouts what it knows, and turns arguments round. */
static struct str shout(const void *catalogue, struct str english)
{
    static const struct {
        struct str english, said;
    } words[] = {
        {STR_INIT("{what}: {why}."), STR_INIT("{why}! ({what})")},
        {STR_INIT("The name"), STR_INIT("THE NAME")},
        {STR_INIT("it is too long"), STR_INIT("TOO LONG")},
        {STR_INIT("at most {1} of {2}"), STR_INIT("OF {2} AT MOST {1} {x} {")},
        {STR_INIT("{1}: {2}"), STR_INIT("{2} <- {1}")},
    };
    assert_ptr_equal(catalogue, words_given);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(words[i].english, english))
            return words[i].said;
    return english;
}

static void said(const struct error *error, const char *expected)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    error_sentence_in(error, shout, words_given, &out);
    assert_true(str_eq(buf_slice(&out), str_of(expected)));
}

static void test_sentence_in_other_words(void **state)
{
    struct error error = error_make(ERR_INVALID, "The name", "it is too long");
    said(&error, "TOO LONG! (THE NAME)");
    error = error_make(ERR_INVALID, "Ms. Nobody", "unknown");
    said(&error, "unknown! (Ms. Nobody)");
    error = error_format(ERR_INVALID, STR("The name"), 0, "at most %d of %s", 7, "80 %");
    said(&error, "OF 80 % AT MOST 7 {x} {! (THE NAME)");
    /* An argument may be a text of the catalogue; one that only passes through is one. */
    error = error_format(ERR_INVALID, STR("The name"), 0, "%s: %s", "caption", "it is too long");
    said(&error, "TOO LONG <- caption! (THE NAME)");
    error = error_format(ERR_INVALID, STR("The name"), 0, "%.*s", STR_ARG(STR("it is too long")));
    said(&error, "TOO LONG! (THE NAME)");
    error = error_format(ERR_INVALID, STR("The name"), 0, "nobody knows %d", 7);
    said(&error, "nobody knows 7! (THE NAME)");
}

static void test_arguments_of_a_text_that_was_cut(void **state)
{
    char much[400];
    memset(much, 'a', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    BUF_AUTO struct buf out = BUF_INIT(1000);
    struct error error = error_format(ERR_INVALID, STR("x"), 0, "at most %s of %s", much, "b");
    error_sentence_in(&error, shout, words_given, &out);
    assert_true(str_starts(buf_slice(&out), STR("OF  AT MOST aaa")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentence), cmocka_unit_test(test_long_text_is_cut_between_characters),
        cmocka_unit_test(test_full_disk_is_named), cmocka_unit_test(test_sentence_in_other_words),
        cmocka_unit_test(test_arguments_of_a_text_that_was_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
