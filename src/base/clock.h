/* The clock is injected: code that needs the time is handed a clock. Times are UTC milliseconds
 * since 1970. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

struct clock {
    /* NULL: the system's wall clock. Must be safe to call from any thread. */
    int64_t (*now)(void *context);
    void *context;
};

extern const struct clock clock_system;

/* UTC milliseconds. */
int64_t clock_now(const struct clock *clock);

/* Milliseconds that only grow, for deadlines; not a time of day. */
int64_t clock_monotonic(void);

/* A clock that stands until it is set; for tests. */
struct clock_set {
    _Atomic int64_t at;
};
struct clock clock_settable(struct clock_set *set);

/* "No moment": later than every moment. */
#define NEVER INT64_MAX

#endif
