#include "newsroom/story_file.h"

#include "tests/unit/cmocka.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct draft accepted(const char *text)
{
    struct draft draft = {0};
    struct error error = story_file_parse(str_of(text), arena, &draft);
    if (error.code != ERR_OK)
        fail_msg("line %d: %s", error.line, error.why);
    return draft;
}

static void same(struct str s, const char *expected)
{
    assert_string_equal(arena_cstr(arena, s), expected);
}

/* Refused with this line, and with this in the reason. */
static void refused(const char *text, int line, const char *why)
{
    struct draft draft = {.body_line = 77};
    struct error error = story_file_parse(str_of(text), arena, &draft);
    if (error.code != ERR_FRONT_MATTER || error.line != line || !strstr(error.why, why))
        fail_msg("%s\ngave code %d, line %d: %s", text, (int)error.code, error.line, error.why);
    assert_int_equal(draft.body_line, 77); /* untouched */
}

static void test_fields(void **state)
{
    (void)state;
    struct draft d = accepted("---\n"
                              "headline: \"Ferry late: captain apologises\"\n"
                              "slug: ferry-late\n"
                              "section: harbour\n"
                              "tags: [ferries, \"port, old\", ferries]\n"
                              "bylines:\n"
                              "  - Ana Reyes\n"
                              "  - Tomas Bell\n"
                              "agency: Coast Wire\n"
                              "dateline: PORT ALMA\n"
                              "standfirst: >\n"
                              "  The noon boat came\n"
                              "  at three.\n"
                              "language: en\n"
                              "published: 2026-11-20 14:05\n"
                              "photo:\n"
                              "  file: ferry.jpg\n"
                              "  caption: The ferry\n"
                              "  credit: Ana Reyes\n"
                              "  alt: A white ferry at a pier\n"
                              "featured: true\n"
                              "---\n"
                              "\n"
                              "First paragraph.\n"
                              "\n"
                              "---\n"
                              "\n"
                              "Last.\n\n");
    same(d.headline, "Ferry late: captain apologises");
    same(d.slug, "ferry-late");
    same(d.section, "harbour");
    assert_int_equal(d.tag_count, 2);
    same(d.tags[0], "ferries");
    same(d.tags[1], "port, old");
    assert_int_equal(d.byline_count, 2);
    same(d.bylines[1], "Tomas Bell");
    same(d.agency, "Coast Wire");
    same(d.dateline, "PORT ALMA");
    same(d.standfirst, "The noon boat came at three.");
    same(d.language, "en");
    same(d.published, "2026-11-20 14:05");
    assert_int_equal(d.published_line, 15);
    same(d.photo_file, "ferry.jpg");
    assert_int_equal(d.photo_line, 17);
    same(d.caption, "The ferry");
    same(d.credit, "Ana Reyes");
    same(d.alt, "A white ferry at a pier");
    assert_true(d.featured);
    same(d.body, "First paragraph.\n\n---\n\nLast.");
    assert_int_equal(d.body_line, 24);
}

static void test_only_a_headline_is_needed(void **state)
{
    (void)state;
    struct draft d = accepted("---\nheadline: A\n---\n");
    same(d.headline, "A");
    assert_int_equal(d.body.len, 0);
    assert_int_equal(d.tag_count, 0);
    assert_false(d.featured);
    d = accepted("---\nheadline: A\nslug:\ntags:\nfeatured: false\n---");
    assert_int_equal(d.slug.len, 0);
    assert_int_equal(d.tag_count, 0);
}

static void test_one_tag_as_a_word(void **state)
{
    (void)state;
    struct draft d = accepted("---\nheadline: A\ntags: ferries\nbylines: Ana Reyes\n---\n");
    assert_int_equal(d.tag_count, 1);
    same(d.tags[0], "ferries");
    same(d.bylines[0], "Ana Reyes");
}

static void test_ends_of_lines_and_mark(void **state)
{
    (void)state;
    struct draft d = accepted("\xEF\xBB\xBF---\r\nheadline: A\r\nslug: b\r\n---\r\nOne\r\ntwo\r\n");
    same(d.headline, "A");
    same(d.slug, "b");
    same(d.body, "One\ntwo");
    refused("---\r\nheadline: A\r\ncolour: red\r\n---\r\n", 3, "colour: is not a field");
}

static void test_other_scripts(void **state)
{
    (void)state;
    struct draft d = accepted("---\nheadline: \"မြန်မာ\"\nslug: burma\n---\n日本\tx\n");
    same(d.headline, "မြန်မာ");
    same(d.body, "日本\tx");
}

static void test_white_space_in_a_field(void **state)
{
    (void)state;
    struct draft d =
        accepted("---\nheadline: \"  A\\n\\tb\\L c  \"\nstandfirst: |\n  x\n  y\n---\n");
    same(d.headline, "A b c");
    same(d.standfirst, "x y");
}

static void test_no_front_matter(void **state)
{
    (void)state;
    refused("", 1, "begins with a line '---'");
    refused("Just text\n", 1, "begins with a line '---'");
    refused("---\nheadline: A\n", 1, "no end");
    refused("----\nheadline: A\n----\n", 1, "begins with a line '---'");
    refused("---\n---\nText\n", 1, "headline: missing");
    refused("---\n# only a comment\n---\nText\n", 1, "headline: missing");
    refused("---\nslug: a\n---\n", 1, "headline: missing");
    refused("---\nheadline: ''\n---\n", 1, "headline: missing");
}

static void test_wrong_fields(void **state)
{
    (void)state;
    refused("---\nheadline: A\ncolour: red\n---\n", 3, "colour: is not a field");
    refused("---\nHeadline: A\n---\n", 2, "Headline: is not a field");
    refused("---\nheadline: A\nslug: a\nheadline: B\n---\n", 4, "headline: stands twice");
    refused("---\nheadline: [A]\n---\n", 2, "headline: must be one text");
    refused("---\nheadline: A\nslug: A b\n---\n", 3, "slug: may hold");
    refused("---\nheadline: A\nslug: ../a\n---\n", 3, "slug: may hold");
    refused("---\nheadline: A\nfeatured: yes\n---\n", 3, "featured: must be true or false");
    refused("---\nheadline: A\nlanguage: english language\n---\n", 3, "language: must be");
    refused("---\nheadline: A\nslug: မြန်မာ\n---\n", 3, "slug: may hold");
    refused("---\nheadline: A\nlanguage: e\n---\n", 3, "language: must be");
    refused("---\nheadline: A\ntags: a, b\n---\n", 3, "tags: several are written as a list");
    refused("---\nheadline: A\ntags: [a, '']\n---\n", 3, "tags: an entry");
    refused("---\nheadline: A\ntags: [a, [b]]\n---\n", 3, "tags: must be one text");
    refused("---\nheadline: A\ntags: {a: b}\n---\n", 3, "tags: must be one text");
    refused("---\n- headline\n---\n", 2, "fields are written as");
    refused("---\nheadline\n---\n", 2, "fields are written as");
    refused("---\n[a]: b\n---\n", 2, "a field begins with its name");
}

static void test_photo(void **state)
{
    (void)state;
    refused("---\nheadline: A\nphoto: a.jpg\n---\n", 3, "photo: must be a group");
    refused("---\nheadline: A\nphoto:\n  caption: B\n---\n", 4, "photo: the file is missing");
    refused("---\nheadline: A\nphoto:\n  file: b\n  size: 3\n---\n", 5, "photo: size is not one");
    refused("---\nheadline: A\nphoto:\n  file: b\n  file: c\n---\n", 5, "photo: file stands twice");
    refused("---\nheadline: A\nphoto:\n  file: {b: c}\n---\n", 4, "file: must be one text");
}

static void test_forms_of_yaml_refused(void **state)
{
    (void)state;
    refused("---\nheadline: &a A\n---\n", 2, "anchors and aliases");
    refused("---\nheadline: A\nslug: *a\n---\n", 3, "anchors and aliases");
    refused("---\nheadline: A\ntags: &t [a]\n---\n", 3, "anchors and aliases");
    refused("---\n&m\nheadline: A\n---\n", 2, "anchors and aliases");
    refused("---\nheadline: !!str A\n---\n", 2, "YAML tags");
    refused("---\nheadline: A\nphoto: !x {file: a}\n---\n", 3, "YAML tags");
    refused("---\nheadline: A\n...\nslug: b\n---\n", 4, "");
    refused("---\nheadline: A: b\n---\n", 2, "put the text in quotes");
    refused("---\nheadline: @A\n---\n", 2, "needs quotes");
    refused("---\nheadline: 'A\nslug: b\n---\n", 2, "cannot be read as YAML");
    refused("---\n%YAML 1.2\nheadline: A\n---\n", 3, "cannot be read as YAML");
}

static void test_characters_refused(void **state)
{
    (void)state;
    refused("---\nheadline: A\n---\nok\nbad \xFF\n", 5, "not UTF-8");
    refused("---\nheadline: A\n---\nok\nbad \xED\xA0\x80\n", 5, "not UTF-8");
    refused("---\nheadline: A\n---\nbell \x07\n", 4, "control character (07)");
    refused("---\nheadline: A\n---\nnel \xC2\x85\n", 4, "control character (85)");
    refused("---\nheadline: \"a\\x07b\"\n---\n", 2, "headline: holds a control");
    refused("---\nheadline: \"a\\0b\"\n---\n", 2, "headline: holds a control");
    refused("---\nheadline: \"a\\Nb\"\n---\n", 2, "headline: holds a control");
    refused("---\nheadline: \"\\ud800\"\n---\n", 2, "cannot be read as YAML");
    struct draft draft;
    struct error error = story_file_parse(str_n("---\nheadline: A\0\n---\n", 21), arena, &draft);
    assert_int_equal(error.code, ERR_FRONT_MATTER);
    assert_int_equal(error.line, 2);
}

/* `piece` many times; a % in it becomes its number. */
static const char *with_long(const char *before, size_t count, const char *piece, const char *after)
{
    BUF_AUTO struct buf text = BUF_INIT(8 << 20);
    (void)buf_str(&text, str_of(before));
    for (size_t i = 0; i < count; i++)
        for (const char *c = piece; *c; c++)
            (void)(*c == '%' ? buf_printf(&text, "%zu", i) : buf_char(&text, *c));
    (void)buf_str(&text, str_of(after));
    return arena_cstr(arena, buf_slice(&text));
}

static void too_large(const char *text, const char *what)
{
    struct draft draft;
    struct error error = story_file_parse(str_of(text), arena, &draft);
    assert_int_equal(error.code, ERR_TOO_LARGE);
    assert_string_equal(error.what, what);
}

static void test_limits(void **state)
{
    (void)state;
    (void)accepted(with_long("---\nheadline: ", 1000, "x", "\n---\n"));
    refused(with_long("---\nheadline: ", 1001, "x", "\n---\n"), 2, "headline: longer than 1000");
    (void)accepted(with_long("---\nheadline: A\ntags: [", 20, "t%,", "]\n---\n"));
    refused(with_long("---\nheadline: A\ntags: [", 21, "t%,", "]\n---\n"), 3, "tags: more than 20");
    refused(with_long("---\nheadline: A\nbylines:\n", 11, "- b%\n", "---\n"), 14,
            "bylines: more than 10");
    refused(with_long("---\nheadline: A\ntags: ", 5000, "[", "\n---\n"), 3,
            "tags: must be one text");
    refused(with_long("---\nheadline: A\nphoto: ", 5000, "{file: ", "\n---\n"), 3,
            "file: must be one text");
    refused(with_long("---\n", 5000, "- ", "\n---\n"), 2, "fields are written as");
    (void)accepted(with_long("---\nheadline: A\n---\n", 1 << 20, "x", "\n"));
    too_large(with_long("---\nheadline: A\n---\n", (1 << 20) + 1, "x", "\n"), "The text");
    too_large(with_long("---\nheadline: A\n---\n", 2 << 20, "x", "\n"), "The story file");
    too_large(with_long("---\nheadline: A\n", 40000, "#\n", "---\n"), "The front matter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_a_headline_is_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_tag_as_a_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ends_of_lines_and_mark, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_scripts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_white_space_in_a_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_front_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_photo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forms_of_yaml_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_characters_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
