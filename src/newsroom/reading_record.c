/* Reading corrections, pins and the bar of breaking news. */
#include "newsroom/reading.h"

struct error reading_corrections_of(struct reading *reading, int64_t story_id,
                                    struct store_correction **ret_corrections, size_t *ret_count)
{
    key_story(&reading->keys, story_id, STORY_CORRECTIONS);
    return store_corrections_of(reading->tx, story_id, reading->arena, ret_corrections, ret_count);
}

struct error reading_corrections(struct reading *reading, int64_t anchor, size_t limit,
                                 struct store_correction **ret_corrections, size_t *ret_count,
                                 bool *ret_more)
{
    struct store_correction *list, at;
    size_t count;
    if (anchor) {
        TRY(store_correction(reading->tx, anchor, reading->arena, &at));
        if (!at.shown)
            return error_make(ERR_NOT_FOUND, "such place in the list", NULL);
    }
    TRY(store_corrections(reading->tx, anchor, limit + (ret_more ? 1 : 0), reading->arena, &list,
                          &count));
    bool more = count > limit;
    if (more)
        count = limit;
    key_correction_after(&reading->keys, anchor);
    for (size_t i = 0; i < count; i++)
        if (i + 1 < limit)
            key_correction_after(&reading->keys, list[i].id);
    if (ret_more && count == limit)
        key_correction_end(&reading->keys, list[count - 1].id);
    *ret_corrections = list;
    *ret_count = count;
    if (ret_more)
        *ret_more = more;
    return NO_ERROR;
}

struct error reading_pins(struct reading *reading, int64_t section_id, struct store_pin **ret_pins,
                          size_t *ret_count)
{
    const struct store_pin *all = reading->layout;
    struct store_pin *live;
    size_t all_count = reading->layout_count, count = 0;
    if (section_id)
        key_section_lead(&reading->keys, section_id);
    else
        key_front(&reading->keys);
    if (!all) {
        TRY(store_pins(reading->tx, 0, reading->arena, &live, &all_count));
        all = live;
    }
    struct store_pin *pins = ARENA_ARRAY(reading->arena, struct store_pin, all_count + 1);
    for (size_t i = 0; i < all_count; i++) {
        bool here = section_id ? all[i].area == PIN_SECTION && all[i].section_id == section_id
                               : all[i].area != PIN_SECTION;
        if (!here || (all[i].until && all[i].until <= reading->now))
            continue;
        if (all[i].until)
            reading_wrong_at(reading, all[i].until);
        pins[count++] = all[i];
    }
    *ret_pins = pins;
    *ret_count = count;
    return NO_ERROR;
}

struct error reading_breaking(struct reading *reading, struct breaking *ret_breaking)
{
    key_breaking(&reading->keys);
    TRY(breaking_load(reading->tx, reading->now, reading->arena, ret_breaking));
    if (ret_breaking->text.len)
        reading_wrong_at(reading, ret_breaking->until);
    return NO_ERROR;
}
