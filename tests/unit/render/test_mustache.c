#include "base/file.h"
#include "base/hash.h"
#include "render/mustache.h"

#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>

/* ---- A theme in memory ----------------------------------------------------------------------- */

struct file {
    const char *name, *text;
};

static struct error load_file(void *context, struct str name, struct arena *arena,
                              struct str *ret_bytes)
{
    for (const struct file *file = context; file->name; file++)
        if (str_eq(name, str_of(file->name))) {
            *ret_bytes = str_of(file->text);
            return NO_ERROR;
        }
    return error_make(ERR_NOT_FOUND, "template", "");
}

static const struct mustache_raw raw_names[] = {
    {"body_html", VALUE_HTML}, {"json_ld", VALUE_JSON}, {"link", VALUE_URL}, {NULL, VALUE_NULL}};
static const struct mustache_options with_raw = {.raw = raw_names};
static const char *const page_name[] = {"page"};

static struct error compile(const struct file *files, struct mustache_set **ret_set)
{
    struct file copy[8] = {{NULL, NULL}};
    for (size_t i = 0; files[i].name; i++)
        copy[i] = files[i];
    return mustache_compile(page_name, 1, load_file, copy, &with_raw, ret_set);
}

/* Compiles one template and compares what it draws. */
static void expect(const char *text, const struct value *root, const char *expected)
{
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", text}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    BUF_AUTO struct buf out = BUF_INIT(65536);
    error = mustache_render(set, STR("page"), root, &out);
    assert_int_equal(error.code, ERR_OK);
    (void)buf_char(&out, '\0');
    assert_string_equal(out.at, expected);
}

/* Expects the template not to compile, with this line and a part of this reason. */
static void expect_wrong(const char *text, int line, const char *why)
{
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", text}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_TEMPLATE);
    assert_string_equal(error.what, "page");
    assert_int_equal(error.line, line);
    assert_non_null(strstr(error.why, why));
}

static void escapes_five_characters(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct value *root = value_object(arena);
    value_set_text(root, "x", STR("<a href=\"x\">&'</a>"));
    value_set_html(root, "h", STR("<p>"));
    expect("{{x}}", root, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
    expect("{{h}}", root, "&lt;p&gt;");
}

static void raw_is_for_safe_types(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct value *root = value_object(arena), *story = value_set_object(root, "story");
    value_set_html(story, "body_html", STR("<p>x</p>"));
    value_set_json(root, "json_ld", STR("{\"a\":1}"));
    value_set_url(root, "link", STR("/a?b&c"));
    expect("{{{story.body_html}}}{{&json_ld}} {{{link}}} {{{absent.link}}}", root,
           "<p>x</p>{\"a\":1} /a?b&amp;c ");
    expect_wrong("a\nb {{{headline}}}", 2, "may not come out raw");
    expect_wrong("{{&headline}}", 1, "may not come out raw");
    expect_wrong("{{{.}}}", 1, "may not come out raw");
    expect_wrong("\n\n{{json_ld}}", 3, "three braces");
}

static void raw_of_another_type_is_an_error(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", "a\n{{{body_html}}}"}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    struct value *root = value_object(arena);
    value_set_text(root, "body_html", STR("<script>"));
    BUF_AUTO struct buf out = BUF_INIT(1024);
    error = mustache_render(set, STR("page"), root, &out);
    assert_int_equal(error.code, ERR_TEMPLATE);
    assert_int_equal(error.line, 2);
    assert_true(str_find(buf_slice(&out), STR("<script")) < 0);
}

static void mistakes_are_named(void **state)
{
    expect_wrong("a\n\n{{#x}}\n", 3, "'x' is not closed");
    expect_wrong("{{/x}}", 1, "never opened");
    expect_wrong("{{#a}}\n{{#b}}\n{{/a}}{{/b}}", 3, "'a' is closed where 'b' is open");
    expect_wrong("\n{{name", 2, "not closed");
    expect_wrong("{{}}", 1, "no name");
    expect_wrong("{{a b}}", 1, "not a name");
    expect_wrong("{{a..b}}", 1, "not a name");
    expect_wrong("{{> ../secret}}", 1, "name of a partial");
    expect_wrong("{{> /etc/passwd}}", 1, "name of a partial");
    expect_wrong("{{> a//b}}", 1, "name of a partial");
    expect_wrong("{{> Head}}", 1, "name of a partial");
    expect_wrong("x\n{{> missing}}", 2, "no template 'missing'");
    expect_wrong("{{=<%=}}", 1, "delimiters");
    char deep[40 * 6 + 1] = "";
    for (size_t i = 0; i < 40; i++)
        memcpy(deep + i * 6, "{{#a}}", 7);
    expect_wrong(deep, 1, "nested more than");
}

static void recursion_ends(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", "{{> a}}"}, {"a", "x\n{{> a}}"}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    BUF_AUTO struct buf out = BUF_INIT(1 << 20);
    error = mustache_render(set, STR("page"), value_object(arena), &out);
    assert_int_equal(error.code, ERR_TEMPLATE);
    assert_string_equal(error.what, "a");
    assert_int_equal(error.line, 2);
}

/* Partials that double themselves need 2^31 steps without ever nesting too deep. */
static void work_is_bounded(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    struct file files[33] = {{NULL, NULL}};
    files[0] = (struct file){"page", "{{> p1}}{{> p1}}"};
    for (int i = 1; i < 31; i++)
        files[i] = (struct file){arena_printf(arena, "p%d", i).at,
                                 arena_printf(arena, "{{> p%d}}{{> p%d}}", i + 1, i + 1).at};
    files[31] = (struct file){"p31", ""};
    struct error error = mustache_compile(page_name, 1, load_file, files, &with_raw, &set);
    assert_int_equal(error.code, ERR_OK);
    BUF_AUTO struct buf out = BUF_INIT(1024);
    error = mustache_render(set, STR("page"), value_object(arena), &out);
    assert_int_equal(error.code, ERR_TEMPLATE);
    assert_non_null(strstr(error.why, "steps"));
}

static void a_page_has_its_maximum(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", "0123456789"}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    BUF_AUTO struct buf out = BUF_INIT(5);
    error = mustache_render(set, STR("page"), value_object(arena), &out);
    assert_int_equal(error.code, ERR_TOO_LARGE);
    error = mustache_render(set, STR("other"), value_object(arena), &out);
    assert_int_equal(error.code, ERR_TEMPLATE);
}

/* Nested partials, each indented: the indentations add up. */
static void indentation_adds_up(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {{"page", "[\n  {{> a}}\n]"},
                                 {"a", "a\n {{> b}}\n{{x}} c\n"},
                                 {"b", "b\nb\n"},
                                 {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    struct value *root = value_object(arena);
    value_set_text(root, "x", STR("1\n2"));
    BUF_AUTO struct buf out = BUF_INIT(1024);
    error = mustache_render(set, STR("page"), root, &out);
    assert_int_equal(error.code, ERR_OK);
    (void)buf_char(&out, '\0');
    assert_string_equal(out.at, "[\n  a\n   b\n   b\n  1\n2 c\n]");
    assert_true(mustache_has(set, STR("b")));
    assert_false(mustache_has(set, STR("c")));
}

/* ---- Many threads, one theme ----------------------------------------------------------------- */

static void *render_often(void *context)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct value *root = value_object(arena), *list = value_set_list(root, "list");
    for (int i = 0; i < 50; i++)
        value_set_number(value_append_object(list), "n", i);
    BUF_AUTO struct buf first = BUF_INIT(65536), out = BUF_INIT(65536);
    struct error error = mustache_render(context, STR("page"), root, &first);
    for (int i = 0; i < 200 && error.code == ERR_OK; i++) {
        buf_clear(&out);
        error = mustache_render(context, STR("page"), root, &out);
        if (!str_eq(buf_slice(&first), buf_slice(&out)))
            return context;
    }
    return error.code == ERR_OK ? NULL : context;
}

static void threads_share_a_theme(void **state)
{
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    const struct file files[] = {
        {"page", "{{#list}}\n  {{> a}}\n{{/list}}"}, {"a", "<{{n}}>\n"}, {NULL, NULL}};
    struct error error = compile(files, &set);
    assert_int_equal(error.code, ERR_OK);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_often, set), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
}

/* ---- The public specification ---------------------------------------------------------------- */

static struct value *from_json(struct arena *arena, const json_t *json)
{
    const char *name;
    json_t *member;
    size_t i;
    struct value *value;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        value = value_object(arena);
        json_object_foreach((json_t *)(uintptr_t)json, name, member)
            value_set(value, name, from_json(arena, member));
        return value;
    case JSON_ARRAY:
        value = value_list(arena);
        json_array_foreach(json, i, member) value_append(value, from_json(arena, member));
        return value;
    case JSON_STRING:
        return value_text(arena, str_n(json_string_value(json), json_string_length(json)));
    case JSON_INTEGER:
        return value_text(arena, arena_printf(arena, "%lld", json_integer_value(json)));
    case JSON_REAL:
        return value_text(arena, arena_printf(arena, "%g", json_real_value(json)));
    case JSON_TRUE:
    case JSON_FALSE:
        value = value_object(arena);
        value_set_bool(value, "x", json_is_true(json));
        return (struct value *)(uintptr_t)value_get(value, STR("x"));
    case JSON_NULL:
        break;
    }
    return NULL;
}

static struct error load_spec(void *context, struct str name, struct arena *arena,
                              struct str *ret_bytes)
{
    const json_t *test = context;
    const char *text = json_string_value(json_object_get(test, "template"));
    if (!str_eq(name, STR("page")))
        text = json_string_value(
            json_object_get(json_object_get(test, "partials"), arena_cstr(arena, name)));
    if (!text)
        return error_make(ERR_NOT_FOUND, "template", "");
    *ret_bytes = str_of(text);
    return NO_ERROR;
}

static bool spec_test_passes(json_t *test)
{
    static const struct mustache_options spec = {.spec = true};
    ARENA_AUTO struct arena *arena = arena_new();
    MUSTACHE_AUTO struct mustache_set *set = NULL;
    BUF_AUTO struct buf out = BUF_INIT(65536);
    struct error error = mustache_compile(page_name, 1, load_spec, test, &spec, &set);
    if (error.code == ERR_OK)
        error = mustache_render(set, STR("page"), from_json(arena, json_object_get(test, "data")),
                                &out);
    struct str expected = str_of(json_string_value(json_object_get(test, "expected")));
    if (error.code == ERR_OK && str_eq(buf_slice(&out), expected))
        return true;
    print_error("%s: expected \"%.*s\", got \"%.*s\" %s\n",
                json_string_value(json_object_get(test, "name")), STR_ARG(expected),
                STR_ARG(buf_slice(&out)), error.why);
    return false;
}

static void passes_the_specification(void **state)
{
    static const char *const modules[] = {"comments", "delimiters", "interpolation",
                                          "inverted", "partials",   "sections"};
    const char *data = getenv("TEST_DATA");
    if (!data) {
        print_message("TEST_DATA is not set: the Mustache specification's tests are left out\n");
        skip();
    }
    size_t ran = 0, failed = 0;
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/mustache-spec/%s.json", data, modules[i]);
        json_t *module = json_load_file(path, 0, NULL), *test;
        assert_non_null(module);
        size_t k;
        json_array_foreach(json_object_get(module, "tests"), k, test)
        {
            ran++;
            failed += !spec_test_passes(test);
        }
        json_decref(module);
    }
    print_message("%zu tests of the specification\n", ran);
    assert_int_equal(failed, 0);
    assert_true(ran > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_five_characters),
        cmocka_unit_test(raw_is_for_safe_types),
        cmocka_unit_test(raw_of_another_type_is_an_error),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(recursion_ends),
        cmocka_unit_test(work_is_bounded),
        cmocka_unit_test(a_page_has_its_maximum),
        cmocka_unit_test(indentation_adds_up),
        cmocka_unit_test(threads_share_a_theme),
        cmocka_unit_test(passes_the_specification),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
