#include "base/clock.h"
#include "http/engine.h"

void wheel_init(struct wheel *wheel, int64_t now)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        wheel->slots[i].prev = wheel->slots[i].next = &wheel->slots[i];
    wheel->tick = now / WHEEL_TICK_MS;
    wheel->first = NEVER;
}

void timer_remove(struct timer *timer)
{
    if (!timer->next)
        return;
    timer->prev->next = timer->next;
    timer->next->prev = timer->prev;
    timer->prev = timer->next = NULL;
}

/* Into the slot of its moment, or the farthest one; never one that is done. */
static void put(struct wheel *wheel, struct timer *timer)
{
    int64_t tick = timer->at / WHEEL_TICK_MS + 1; /* never fires early */
    if (tick <= wheel->tick)
        tick = wheel->tick + 1;
    if (tick > wheel->tick + WHEEL_SLOTS - 1)
        tick = wheel->tick + WHEEL_SLOTS - 1;
    struct timer *ring = &wheel->slots[tick % WHEEL_SLOTS];
    timer->tick = tick;
    timer->next = ring;
    timer->prev = ring->prev;
    ring->prev->next = timer;
    ring->prev = timer;
    if (tick < wheel->first)
        wheel->first = tick;
}

void timer_set(struct wheel *wheel, struct timer *timer, int64_t at)
{
    timer->at = at;
    if (at == NEVER || (timer->next && timer->tick <= at / WHEEL_TICK_MS + 1))
        return;
    timer_remove(timer);
    put(wheel, timer);
}

static void turn_slot(struct wheel *wheel, int64_t now, void (*fire)(struct timer *timer))
{
    struct timer *ring = &wheel->slots[wheel->tick % WHEEL_SLOTS];
    while (ring->next != ring) {
        struct timer *timer = ring->next;
        timer_remove(timer);
        if (timer->at == NEVER)
            continue;
        if (timer->at > now) {
            put(wheel, timer);
            continue;
        }
        timer->at = NEVER;
        fire(timer);
    }
}

void wheel_turn(struct wheel *wheel, int64_t now, void (*fire)(struct timer *timer))
{
    int64_t tick = now / WHEEL_TICK_MS;
    if (tick < wheel->first) {
        wheel->tick = tick;
        return;
    }
    if (tick - wheel->tick > WHEEL_SLOTS) /* after a long sleep each slot is looked at once */
        wheel->tick = tick - WHEEL_SLOTS;
    while (wheel->tick < tick) {
        wheel->tick++;
        turn_slot(wheel, now, fire);
    }
    wheel->first = NEVER;
    for (int64_t i = 1; i < WHEEL_SLOTS && wheel->first == NEVER; i++) {
        struct timer *ring = &wheel->slots[(tick + i) % WHEEL_SLOTS];
        if (ring->next != ring)
            wheel->first = tick + i;
    }
}

int wheel_wait(const struct wheel *wheel, int64_t now)
{
    if (wheel->first == NEVER)
        return -1;
    int64_t wait = wheel->first * WHEEL_TICK_MS - now;
    return wait < 0 ? 0 : (int)wait;
}
