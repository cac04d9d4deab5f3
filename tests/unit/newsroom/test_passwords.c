#include "newsroom/accounts.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static enum err check(const char *password)
{
    return password_check(str_of(password), STR("Rosa Marín"), STR("rosa.marin@example.org"),
                          STR("The Harbour Post"))
        .code;
}

static void test_refused(void **state)
{
    static const char *const refused[] = {
        "",
        "short",
        "123456789", /* nine */
        "ñandúñand", /* nine characters, more bytes */
        "1234567890",
        "password123",
        "Password123!",
        "P@ssw0rd123",
        "p4ssw0rd!!",
        "iloveyou12",
        "letmein12345",
        "qwertyuiop",
        "QWERTYUIOP",
        "qwerty12345",
        "1q2w3e4r5t",
        "newsroom123",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "abcdefghijkl",
        "9876543210",
        "asdfghjkl;;",
        "lkjhgfdsapoi",
        "rosamarin1",
        "RosaMarin2026",
        "marin.rosa12",
        "MarínRosa!",
        "harbourpost",
        "TheHarbourPost1",
        "harbour2026",
        "sunshine2024",
        "1sunshine!!",
        "rosa.marin@example.org",
        "bad \xC3 bytes here",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (check(refused[i]) != ERR_INVALID)
            fail_msg("'%s' is not refused", refused[i]);
}

static void test_accepted(void **state)
{
    static const char *const accepted[] = {
        "correct ferry battery horse",
        "tide tables in the kitchen",
        "vK9#mmQz2pLr",
        "harbour lights over the old jetty",
        "မြစ်ကမ်းပေါ်ကလှေ",
        "ÖdeBrückeWind",
        "rosa is not my only flower",
        "seven green bottles",
    };
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
        if (check(accepted[i]) != ERR_OK)
            fail_msg("'%s' is refused", accepted[i]);
}

static void test_too_long(void **state)
{
    char text[PASSWORD_MAX + 2];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + (i * 7 + i / 26) % 26);
    assert_int_equal(
        password_check(str_n(text, PASSWORD_MAX + 1), STR("a"), STR("b"), STR("c")).code,
        ERR_INVALID);
}

static void test_hash(void **state)
{
    char one[PASSWORD_HASH_MAX], two[PASSWORD_HASH_MAX];
    struct str password = STR("tide tables in the kitchen");
    assert_int_equal(password_hash(password, one).code, ERR_OK);
    assert_int_equal(password_hash(password, two).code, ERR_OK);
    assert_true(str_starts(str_of(one), STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    assert_string_not_equal(one, two); /* salted */
    assert_true(password_verify(password, str_of(one)));
    assert_true(password_verify(password, str_of(two)));
    assert_false(password_verify(STR("tide tables in the kitchem"), str_of(one)));
    assert_false(password_verify(STR(""), str_of(one)));
    assert_false(password_verify(password, STR_NONE));
    assert_false(password_verify(password, STR("nonsense")));
}

/* ---- The queue */

static atomic_int inside, most, entered, refused;

static void *enter(void *context)
{
    struct error error = passwords_enter(*(int *)context);
    if (error.code != ERR_OK) {
        assert_int_equal(error.code, ERR_BUSY);
        (void)atomic_fetch_add(&refused, 1);
        return NULL;
    }
    int now = atomic_fetch_add(&inside, 1) + 1;
    int seen = atomic_load(&most);
    while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
        ;
    (void)usleep(2000);
    (void)atomic_fetch_sub(&inside, 1);
    (void)atomic_fetch_add(&entered, 1);
    passwords_leave();
    return NULL;
}

static void run(size_t threads, int ms)
{
    pthread_t ids[64];
    inside = most = entered = refused = 0;
    for (size_t i = 0; i < threads; i++)
        assert_int_equal(pthread_create(&ids[i], NULL, enter, &ms), 0);
    for (size_t i = 0; i < threads; i++)
        assert_int_equal(pthread_join(ids[i], NULL), 0);
}

static void test_two_at_once(void **state)
{
    run(30, 5000);
    assert_int_equal(most, PASSWORDS_AT_ONCE);
    assert_int_equal(entered, 30);
    assert_int_equal(refused, 0);
}

static void test_full_and_late(void **state)
{
    assert_int_equal(passwords_enter(0).code, ERR_OK);
    assert_int_equal(passwords_enter(0).code, ERR_OK);
    assert_int_equal(passwords_enter(20).code, ERR_BUSY); /* both places are taken */
    run(60, 60); /* more than may wait; none gets a turn in time */
    assert_int_equal(entered, 0);
    assert_int_equal(refused, 60);
    passwords_leave();
    passwords_leave();
    /* Those who gave up are not waited for. */
    run(10, 5000);
    assert_int_equal(entered, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_too_long),    cmocka_unit_test(test_hash),
        cmocka_unit_test(test_two_at_once), cmocka_unit_test(test_full_and_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
