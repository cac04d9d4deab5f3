#include "http/forwarded.h"
#include "tests/unit/cmocka.h"

static struct http_net nets[4];
static struct http_field fields[6];
static struct http_request request;
static struct http_trust trust;

static void begin(const char *peer, enum http_proxy_header header)
{
    static const char *const trusted[] = {"127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32", "unix"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(http_net_parse(str_of(trusted[i]), &nets[i]).code, ERR_OK);
    trust = (struct http_trust){nets, 4, header};
    request = (struct http_request){.fields = fields};
    if (strcmp(peer, "unix") == 0)
        request.peer.local = true;
    else
        assert_true(http_address_parse(str_of(peer), &request.peer));
    request.client = request.peer;
}

static void field(const char *name, const char *value)
{
    fields[request.field_count++] = (struct http_field){str_of(name), str_of(value)};
}

static void client_is(const char *want, bool https)
{
    char text[HTTP_ADDRESS_TEXT];
    http_forwarded(&trust, &request);
    http_address_text(&request.client, text);
    assert_string_equal(text, want);
    assert_int_equal(request.https, https);
}

static void test_x_forwarded_for(void **state)
{
    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("x-forwarded-for", "6.6.6.6, 192.0.2.7");
    field("X-Forwarded-Proto", "https");
    client_is("192.0.2.7", true);

    begin("unix", HTTP_X_FORWARDED_FOR);
    field("X-Forwarded-For", "6.6.6.6, 192.0.2.7, 10.1.1.1, 10.2.2.2:8080");
    field("X-Forwarded-Proto", "http");
    client_is("192.0.2.7", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("X-Forwarded-For", "6.6.6.6, 192.0.2.7");
    field("X-Forwarded-For", "10.1.1.1");
    client_is("192.0.2.7", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("X-Forwarded-For", "192.0.2.7, spoof, 10.1.1.1");
    client_is("10.1.1.1", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("X-Forwarded-For", "10.5.5.5, 10.1.1.1");
    client_is("10.5.5.5", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("X-Forwarded-For", "[2a00::1]:443");
    client_is("2a00::1", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    client_is("127.0.0.1", false);
}

static void test_others_are_ignored(void **state)
{
    begin("192.0.2.1", HTTP_X_FORWARDED_FOR); /* not trusted */
    field("X-Forwarded-For", "192.0.2.7");
    field("X-Forwarded-Proto", "https");
    client_is("192.0.2.1", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR);
    field("Forwarded", "for=192.0.2.7;proto=https");
    client_is("127.0.0.1", false);

    begin("127.0.0.1", HTTP_FORWARDED);
    field("X-Forwarded-For", "192.0.2.7");
    field("X-Forwarded-Proto", "https");
    client_is("127.0.0.1", false);

    begin("127.0.0.1", HTTP_PROXY_V2);
    field("X-Forwarded-For", "192.0.2.7");
    client_is("127.0.0.1", false);

    begin("127.0.0.1", HTTP_X_FORWARDED_FOR); /* nobody is trusted */
    trust.count = 0;
    field("X-Forwarded-For", "192.0.2.7");
    client_is("127.0.0.1", false);
}

static void test_rfc_7239(void **state)
{
    begin("127.0.0.1", HTTP_FORWARDED);
    field("Forwarded", "for=6.6.6.6, For=\"[2a00::1]:4711\" ; Proto=https;by=203.0.113.43");
    client_is("2a00::1", true);

    begin("127.0.0.1", HTTP_FORWARDED);
    field("Forwarded", "for=192.0.2.7;host=\"a,b;c\", for=10.0.0.1");
    client_is("192.0.2.7", false);

    begin("127.0.0.1", HTTP_FORWARDED);
    field("Forwarded", "for=192.0.2.7, for=_hidden");
    client_is("127.0.0.1", false);

    begin("127.0.0.1", HTTP_FORWARDED);
    field("Forwarded", "for=unknown, for=10.0.0.1");
    client_is("10.0.0.1", false);
}

static void test_addresses(void **state)
{
    struct http_address address;
    struct http_net net;
    static const char *const bad[] = {"",     "1.2.3",       "1.2.3.4.5", "1.2.3.256", "::1::",
                                      "[::1", "fe80::1%eth", "a.example", "1.2.3.4:",  "1.2.3.4:x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (http_address_parse_port(str_of(bad[i]), &address))
            fail_msg("taken: %s", bad[i]);
    static const char *const bad_nets[] = {"",          "10.0.0.1/8", "10.0.0.0/33", "::/129",
                                           "10.0.0.0/", "x/8",        "10.0.0.0/-1", "10.0.0.0/8/9",
                                           "/8"};
    for (size_t i = 0; i < sizeof bad_nets / sizeof bad_nets[0]; i++)
        if (http_net_parse(str_of(bad_nets[i]), &net).code == ERR_OK)
            fail_msg("taken: %s", bad_nets[i]);
    assert_int_equal(http_net_parse(STR("0.0.0.0/0"), &net).code, ERR_OK);
    assert_true(http_address_parse(STR("203.0.113.9"), &address) && http_net_has(&net, &address));
    assert_true(http_address_parse(STR("2a00::1"), &address) && !http_net_has(&net, &address));
    assert_int_equal(http_net_parse(STR("192.0.2.128/25"), &net).code, ERR_OK);
    assert_true(http_address_parse(STR("192.0.2.200"), &address) && http_net_has(&net, &address));
    assert_true(http_address_parse(STR("192.0.2.100"), &address) && !http_net_has(&net, &address));
    assert_int_equal(http_net_parse(STR("192.0.2.1"), &net).code, ERR_OK);
    assert_true(http_address_parse(STR("::ffff:192.0.2.1"), &address) &&
                http_net_has(&net, &address));
    assert_true(http_address_parse(STR("127.9.9.9"), &address) &&
                http_address_is_loopback(&address));
}

/* ---- PROXY v2 ---- */

static const unsigned char v4[] = {
    0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 20, 192, 0,
    2,    9,    10,   0,    0, 1,    0x10, 0,    0,    80,   0x20, 0,    5,    1,    0, 0,  0,   0};

static enum http_proxy2_result proxy2(const unsigned char *at, size_t len, const char *want,
                                      bool want_https)
{
    char text[HTTP_ADDRESS_TEXT];
    struct http_address client;
    bool https = false;
    size_t length = 0;
    assert_true(http_address_parse(STR("9.9.9.9"), &client));
    enum http_proxy2_result result =
        http_proxy2(str_n((const char *)at, len), &length, &client, &https);
    if (result == HTTP_PROXY2_WHOLE) {
        http_address_text(&client, text);
        assert_string_equal(text, want);
        assert_int_equal(https, want_https);
        assert_true(length <= len);
    }
    return result;
}

static void test_proxy2(void **state)
{
    unsigned char bytes[sizeof v4 + 30] = {0};
    for (size_t i = 0; i < sizeof v4; i++)
        assert_int_equal(proxy2(v4, i, "", false), HTTP_PROXY2_MORE);
    assert_int_equal(proxy2(v4, sizeof v4, "192.0.2.9", true), HTTP_PROXY2_WHOLE);
    memcpy(bytes, v4, sizeof v4);
    bytes[12] = 0x20; /* LOCAL */
    assert_int_equal(proxy2(bytes, sizeof v4, "9.9.9.9", false), HTTP_PROXY2_WHOLE);
    bytes[12] = 0x11; /* version 1 */
    assert_int_equal(proxy2(bytes, sizeof v4, "", false), HTTP_PROXY2_BAD);
    bytes[12] = 0x22; /* unknown command */
    assert_int_equal(proxy2(bytes, sizeof v4, "", false), HTTP_PROXY2_BAD);
    bytes[12] = 0x21;
    bytes[13] = 0x31; /* unix */
    assert_int_equal(proxy2(bytes, sizeof v4, "9.9.9.9", false), HTTP_PROXY2_WHOLE);
    bytes[13] = 0x21; /* IPv6 needs 36 bytes */
    assert_int_equal(proxy2(bytes, sizeof v4, "", false), HTTP_PROXY2_BAD);
    bytes[15] = 36;
    memset(bytes + 16, 0, 36);
    bytes[16] = 0x20, bytes[17] = 0x01, bytes[31] = 7;
    assert_int_equal(proxy2(bytes, 52, "2001::7", false), HTTP_PROXY2_WHOLE);
    bytes[14] = 0xFF; /* too long */
    assert_int_equal(proxy2(bytes, 52, "", false), HTTP_PROXY2_BAD);
    assert_int_equal(proxy2((const unsigned char *)"GET / HTTP/1.1", 14, "", false),
                     HTTP_PROXY2_BAD);
    memcpy(bytes, v4, sizeof v4);
    bytes[30] = 200; /* an extension longer than the header */
    assert_int_equal(proxy2(bytes, sizeof v4, "192.0.2.9", false), HTTP_PROXY2_WHOLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_x_forwarded_for), cmocka_unit_test(test_others_are_ignored),
        cmocka_unit_test(test_rfc_7239), cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_proxy2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
