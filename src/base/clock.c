#include "base/clock.h"

#include <stddef.h>
#include <time.h>

const struct clock clock_system = {NULL, NULL};

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(const struct clock *clock)
{
    return clock->now ? clock->now(clock->context) : read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int64_t read_set(void *context)
{
    return atomic_load(&((struct clock_set *)context)->at);
}

struct clock clock_settable(struct clock_set *set)
{
    return (struct clock){read_set, set};
}
