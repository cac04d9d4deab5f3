#include "http/multipart.h"
#include "tests/unit/cmocka.h"

static struct arena *arena;

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(arena);
    return 0;
}

static void assert_str(struct str got, const char *wanted)
{
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.len ? got.at : "", wanted, got.len);
}

static enum err parse(const char *body, struct http_multipart *ret)
{
    return http_multipart_parse(str_of(body), STR("xy"), arena, ret).code;
}

#define PART(disposition, bytes)                                                                   \
    "--xy\r\nContent-Disposition: form-data; " disposition "\r\n\r\n" bytes "\r\n"

static void test_boundary(void **state)
{
    struct str boundary;
    assert_true(http_multipart_boundary(STR("multipart/form-data; boundary=xy"), &boundary));
    assert_str(boundary, "xy");
    assert_true(
        http_multipart_boundary(STR("Multipart/Form-Data; a=b; Boundary=\"x y\""), &boundary));
    assert_str(boundary, "x y");
    assert_false(http_multipart_boundary(STR("multipart/form-data"), &boundary));
    assert_false(http_multipart_boundary(STR("multipart/form-data; boundary="), &boundary));
    assert_false(http_multipart_boundary(STR("multipart/form-data; boundary=a\x01"), &boundary));
    assert_false(http_multipart_boundary(STR("text/plain; boundary=xy"), &boundary));
}

static void test_texts_and_files(void **state)
{
    struct http_multipart got;
    assert_int_equal(
        parse(PART("name=\"headline\"", "Ferry\r\nfares") PART("name=\"empty\"", "")
                  PART("name=\"photo\"; filename=\"C:\\\\a\\\\quay.jpg\"", "\xFF\xD8\r\n--x")
                      PART("name=\"none\"; filename=\"\"", "") "--xy--\r\n",
              &got),
        ERR_OK);
    assert_int_equal(got.form.count, 2);
    assert_str(http_form_get(&got.form, STR("headline")), "Ferry\nfares");
    assert_non_null(http_form_get(&got.form, STR("empty")).at);
    assert_int_equal(got.file_count, 1);
    assert_str(got.files[0].name, "photo");
    assert_str(got.files[0].filename, "quay.jpg");
    assert_str(got.files[0].bytes, "\xFF\xD8\r\n--x");
}

static void test_refused(void **state)
{
    struct http_multipart got;
    assert_int_equal(parse("", &got), ERR_INVALID);
    assert_int_equal(parse("--xy", &got), ERR_INVALID);
    assert_int_equal(parse(PART("name=\"a\"", "b"), &got), ERR_INVALID); /* no end */
    assert_int_equal(parse("--xy\r\nA: b\r\n\r\nc\r\n--xy--", &got), ERR_INVALID);
    assert_int_equal(parse(PART("name=\"a\"", "\xFF") "--xy--", &got), ERR_INVALID);
    assert_int_equal(parse("--xy\r\nContent-Disposition: form-data; name=\"a\"\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\nc\r\n--xy--",
                           &got),
                     ERR_INVALID);
    BUF_AUTO struct buf many = BUF_INIT(1 << 20);
    for (int i = 0; i <= HTTP_PARTS_MAX; i++)
        (void)buf_str(&many, STR(PART("name=\"a\"", "b")));
    (void)buf_str(&many, STR("--xy--"));
    assert_int_equal(http_multipart_parse(buf_slice(&many), STR("xy"), arena, &got).code,
                     ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_boundary, begin, end),
        cmocka_unit_test_setup_teardown(test_texts_and_files, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
