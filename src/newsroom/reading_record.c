/* Reading corrections, pins and the bar of breaking news. */
#include "newsroom/front.h"
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

/* The layout of a preview, or the live one. */
static struct error load_laid(const struct reading *reading, struct store_laid *ret_laid)
{
    if (!reading->layout)
        return layout_load(reading->tx, reading->arena, ret_laid);
    *ret_laid = *reading->layout;
    return NO_ERROR;
}

static bool stands_here(const struct store_laid *laid, const struct store_pin *pin,
                        int64_t section_id)
{
    if (section_id)
        return pin->area == PIN_SECTION && pin->section_id == section_id;
    if (pin->area == PIN_BLOCK)
        return layout_shows(laid->blocks, laid->block_count, pin->section_id);
    return pin->area != PIN_SECTION;
}

struct error reading_pins(struct reading *reading, int64_t section_id, struct store_pin **ret_pins,
                          size_t *ret_count)
{
    struct store_laid laid;
    size_t count = 0;
    if (section_id)
        key_section_lead(&reading->keys, section_id);
    else
        key_front(&reading->keys);
    TRY(load_laid(reading, &laid));
    struct store_pin *pins = ARENA_ARRAY(reading->arena, struct store_pin, laid.pin_count + 1);
    for (size_t i = 0; i < laid.pin_count; i++) {
        const struct store_pin *pin = &laid.pins[i];
        if (!stands_here(&laid, pin, section_id) || (pin->until && pin->until <= reading->now))
            continue;
        if (pin->until)
            reading_wrong_at(reading, pin->until);
        pins[count++] = *pin;
    }
    *ret_pins = pins;
    *ret_count = count;
    return NO_ERROR;
}

struct error reading_blocks(struct reading *reading, const struct store_section *sections,
                            size_t section_count, const struct store_section ***ret_shown,
                            size_t *ret_count)
{
    struct store_laid laid;
    size_t n = 0;
    key_front(&reading->keys);
    TRY(load_laid(reading, &laid));
    struct store_block *blocks = ARENA_ARRAY(reading->arena, struct store_block, section_count + 1);
    const struct store_section **shown =
        ARENA_ARRAY(reading->arena, const struct store_section *, section_count + 1);
    layout_blocks(laid.blocks, laid.block_count, sections, section_count, blocks);
    for (size_t i = 0; i < section_count; i++)
        for (size_t k = 0; blocks[i].shown && k < section_count; k++)
            if (sections[k].id == blocks[i].section_id)
                shown[n++] = &sections[k];
    *ret_shown = shown;
    *ret_count = n;
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
