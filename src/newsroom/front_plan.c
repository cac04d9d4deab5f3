#include "newsroom/front_plan.h"

enum {
    SHOWN_MAX = 512,
    WALK_MOST = 60, /* cards looked at for one place */
};

struct planning {
    struct reading *reading;
    int64_t shown[SHOWN_MAX];
    size_t shown_count;
    struct store_pin *pins;
    struct store_card *pinned; /* their cards; story_id 0: readers don't see it */
    size_t pin_count;
};

static bool is_shown(const struct planning *planning, int64_t story_id)
{
    for (size_t i = 0; i < planning->shown_count; i++)
        if (planning->shown[i] == story_id)
            return true;
    return false;
}

static void mark_shown(struct planning *planning, int64_t story_id)
{
    if (planning->shown_count < SHOWN_MAX)
        planning->shown[planning->shown_count++] = story_id;
}

/* Pinned stories stand nowhere else, so all are known before the first place is filled. */
static struct error read_pins(struct planning *planning)
{
    struct reading *reading = planning->reading;
    TRY(reading_pins(reading, 0, &planning->pins, &planning->pin_count));
    planning->pinned = ARENA_ARRAY(reading->arena, struct store_card, planning->pin_count + 1);
    for (size_t i = 0; i < planning->pin_count; i++) {
        struct error error =
            reading_card(reading, planning->pins[i].story_id, &planning->pinned[i]);
        if (error.code == ERR_NOT_FOUND) {
            planning->pinned[i].story_id = 0;
            continue;
        }
        TRY(error);
        mark_shown(planning, planning->pinned[i].story_id);
    }
    return NO_ERROR;
}

/* The stories pinned to a place, at most `want`. */
static size_t take_pinned(const struct planning *planning, enum pin_area area, int64_t section_id,
                          size_t want, struct store_card *ret_cards)
{
    size_t n = 0;
    for (size_t i = 0; i < planning->pin_count && n < want; i++)
        if (planning->pins[i].area == area && planning->pins[i].section_id == section_id &&
            planning->pinned[i].story_id)
            ret_cards[n++] = planning->pinned[i];
    return n;
}

/* The first `want` cards of a list that aren't shown yet. */
static struct error take(struct planning *planning, struct store_list list, size_t want, bool mark,
                         struct store_card *ret_cards, size_t *ret_count)
{
    struct store_card *cards;
    size_t n = 0, count, looked = 0;
    int64_t anchor = 0;
    while (n < want && looked < WALK_MOST) {
        size_t ask = want - n;
        TRY(reading_list(planning->reading, list, anchor, ask, &cards, &count, NULL));
        for (size_t i = 0; i < count; i++)
            if (!is_shown(planning, cards[i].story_id))
                ret_cards[n++] = cards[i];
        if (count < ask)
            break;
        anchor = cards[count - 1].story_id;
        looked += count;
    }
    for (size_t i = 0; mark && i < n; i++)
        mark_shown(planning, ret_cards[i].story_id);
    *ret_count = n;
    return NO_ERROR;
}

/* What is pinned there, then what follows by itself. */
static struct error fill(struct planning *planning, enum pin_area area, int64_t section_id,
                         struct store_list list, size_t want, bool mark,
                         struct front_place *ret_place)
{
    struct store_card *cards = ARENA_ARRAY(planning->reading->arena, struct store_card, want + 1);
    size_t count = 0, pinned = take_pinned(planning, area, section_id, want, cards);
    if (pinned < want)
        TRY(take(planning, list, want - pinned, mark, cards + pinned, &count));
    *ret_place = (struct front_place){cards, pinned + count, pinned};
    return NO_ERROR;
}

static struct error fill_top(struct planning *planning, struct front_plan *plan)
{
    struct store_list all = {STORE_LIST_ALL, 0}, featured = {STORE_LIST_FEATURED, 0};
    TRY(fill(planning, PIN_LEAD, 0, featured, 1, true, &plan->lead));
    if (plan->lead.count == 0)
        TRY(fill(planning, PIN_LEAD, 0, all, 1, true, &plan->lead));
    if (plan->lead.count == 0)
        return NO_ERROR;
    TRY(fill(planning, PIN_SECOND, 0, all, PINS_SECOND, true, &plan->second));
    struct store_card *chosen =
        ARENA_ARRAY(planning->reading->arena, struct store_card, PINS_FEATURED);
    size_t count = take_pinned(planning, PIN_FEATURED, 0, PINS_FEATURED, chosen);
    plan->featured = (struct front_place){chosen, count, count};
    struct store_card *latest =
        ARENA_ARRAY(planning->reading->arena, struct store_card, FRONT_LATEST + 1);
    TRY(take(planning, all, FRONT_LATEST, false, latest, &count));
    plan->latest = (struct front_place){latest, count, 0};
    return NO_ERROR;
}

static struct error fill_blocks(struct planning *planning, const struct store_section *sections,
                                size_t section_count, struct front_plan *plan)
{
    const struct store_section **shown;
    size_t count;
    TRY(reading_blocks(planning->reading, sections, section_count, &shown, &count));
    struct front_block *blocks =
        ARENA_ARRAY(planning->reading->arena, struct front_block, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct front_block *block = &blocks[plan->block_count];
        struct store_list list = {STORE_LIST_SECTION, shown[i]->id};
        size_t want =
            1 + (plan->block_count == 0 ? FRONT_MAJOR_SECOND + FRONT_MAJOR_MORE : FRONT_MORE);
        block->section = shown[i];
        TRY(fill(planning, PIN_BLOCK, shown[i]->id, list, want, false, &block->place));
        if (block->place.count)
            plan->block_count++;
    }
    plan->blocks = blocks;
    return NO_ERROR;
}

struct error front_plan_make(struct reading *reading, const struct store_section *sections,
                             size_t section_count, struct front_plan *ret_plan)
{
    struct planning planning = {.reading = reading};
    struct front_plan plan = {0};
    TRY(read_pins(&planning));
    TRY(fill_top(&planning, &plan));
    if (plan.lead.count == 0 && planning.shown_count) {
        /* All that is published is pinned below the lead: too little to lay. */
        planning.pin_count = planning.shown_count = 0;
        TRY(fill_top(&planning, &plan));
    }
    if (planning.shown_count)
        TRY(fill_blocks(&planning, sections, section_count, &plan));
    *ret_plan = plan;
    return NO_ERROR;
}
