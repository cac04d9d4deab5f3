/* Libraries loaded when they are needed: found, shared by threads, and named when missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lazy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct lazy_library mathematics = LAZY_LIBRARY("libm.so.6");
static struct lazy_library absent = LAZY_LIBRARY("libstoppress-absent.so.9");

LAZY(mathematics, double, j0, (double x), (x))
LAZY_VOID(mathematics, sincos, (double x, double *ret_sine, double *ret_cosine),
          (x, ret_sine, ret_cosine))

static volatile double nought; /* else the compiler knows what comes of it */

static void finds_functions(void **state)
{
    double sine = 0, cosine = 0;
    assert_true(fabs(j0(nought) - 1) < 1e-9);
    sincos(nought, &sine, &cosine);
    assert_true(fabs(cosine - 1) < 1e-9 && fabs(sine) < 1e-9);
    assert_non_null(mathematics.handle);
}

static void *ask(void *unused)
{
    lazy_load(&mathematics);
    return fabs(j0(nought) - 1) < 1e-9 ? &mathematics : NULL;
}

static void serves_threads(void **state)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        void *found = NULL;
        assert_int_equal(pthread_join(threads[i], &found), 0);
        assert_ptr_equal(found, &mathematics);
    }
}

/* Runs `broken` in a child; what it wrote on standard error. */
static void child_says(void (*broken)(void), int *ret_status, char *ret_text, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        broken();
        _exit(77);
    }
    (void)close(ends[1]);
    ssize_t n = read(ends[0], ret_text, size - 1);
    ret_text[n > 0 ? n : 0] = '\0';
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, ret_status, 0), child);
}

static void load_absent(void)
{
    lazy_load(&absent);
}

static void find_absent(void)
{
    (void)lazy_find(&mathematics, "stoppress_absent");
}

static void names_what_is_missing(void **state)
{
    char text[512];
    int status;
    child_says(load_absent, &status, text, sizeof text);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_non_null(strstr(text, "libstoppress-absent.so.9"));
    child_says(find_absent, &status, text, sizeof text);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_non_null(strstr(text, "stoppress_absent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_functions),
        cmocka_unit_test(serves_threads),
        cmocka_unit_test(names_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
