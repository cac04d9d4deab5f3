#include "base/clock.h"
#include "http/engine.h"
#include "tests/unit/cmocka.h"

enum { TIMERS = 2000 };

static struct wheel wheel;
static struct timer timers[TIMERS];
static int64_t due[TIMERS], now;
static int fired;

static void fire(struct timer *timer)
{
    size_t i = (size_t)(timer - timers);
    assert_true(due[i] <= now);                     /* never early */
    assert_true(now - due[i] <= 2 * WHEEL_TICK_MS); /* and not late */
    due[i] = NEVER;
    fired++;
}

static void set(size_t i, int64_t at)
{
    due[i] = at;
    timer_set(&wheel, &timers[i], at);
}

static void test_random_moves(void **state)
{
    unsigned seed = 7;
    now = 1000000;
    wheel_init(&wheel, now);
    for (size_t i = 0; i < TIMERS; i++) {
        timers[i] = (struct timer){.at = NEVER};
        due[i] = NEVER;
    }
    int set_count = 0;
    fired = 0;
    for (int round = 0; round < 20000; round++) {
        size_t i = (size_t)rand_r(&seed) % TIMERS;
        int64_t ahead = rand_r(&seed) % (round % 10 ? 5000 : 200000);
        if (due[i] == NEVER)
            set_count++;
        set(i, now + ahead);
        int wait = wheel_wait(&wheel, now);
        assert_true(wait >= 0);
        now += wait < 20 ? wait : 20;
        wheel_turn(&wheel, now, fire);
        for (size_t k = 0; k < TIMERS; k++)
            assert_true(due[k] == NEVER || now - due[k] <= 2 * WHEEL_TICK_MS);
    }
    for (int wait; (wait = wheel_wait(&wheel, now)) >= 0;) {
        now += wait ? wait : 1;
        wheel_turn(&wheel, now, fire);
    }
    assert_int_equal(fired, set_count);
}

static void test_long_sleep(void **state)
{
    now = 5000;
    wheel_init(&wheel, now);
    assert_int_equal(wheel_wait(&wheel, now), -1);
    for (size_t i = 0; i < 3; i++)
        timers[i] = (struct timer){.at = NEVER};
    fired = 0;
    set(0, now + 100);
    set(1, now + 40000);
    set(2, now + 10000000);
    timer_remove(&timers[1]);
    now += 9000000;
    due[0] = now; /* late, as it must be */
    wheel_turn(&wheel, now, fire);
    assert_int_equal(fired, 1);
    int rounds = 0;
    for (int wait; (wait = wheel_wait(&wheel, now)) >= 0; rounds++) {
        now += wait ? wait : 1;
        wheel_turn(&wheel, now, fire);
    }
    assert_int_equal(fired, 2);
    assert_true(rounds < 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_moves),
                                       cmocka_unit_test(test_long_sleep)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
