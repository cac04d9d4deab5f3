/* The front page: one lead, second stories, the latest, then the sections in blocks. */
#include "newsroom/front_plan.h"
#include "site/sheet.h"
#include "text/dates.h"

enum { MINOR_BLOCKS = 2 };

struct front {
    struct sheet sheet;
    struct value *values;
    struct str today;
    struct front_plan plan;
};

static struct error set_cards(struct front *front, struct value *parent, const char *name,
                              const char *has, const struct store_card *cards, size_t count,
                              unsigned parts)
{
    struct value *list = value_set_list(parent, name);
    for (size_t i = 0; i < count; i++)
        TRY(sheet_card(&front->sheet, &cards[i], parts, value_append_object(list)));
    value_set_bool(parent, has, count > 0);
    return NO_ERROR;
}

static struct error fill_top(struct front *front)
{
    const struct front_plan *plan = &front->plan;
    if (plan->lead.count == 0) {
        value_set_bool(front->values, "empty", true);
        return NO_ERROR;
    }
    TRY(sheet_lead(&front->sheet, &plan->lead.cards[0], CARD_ALL,
                   value_set_object(front->values, "lead")));
    TRY(set_cards(front, front->values, "second", "has_second", plan->second.cards,
                  plan->second.count, CARD_ALL));
    return set_cards(front, front->values, "featured", "has_featured", plan->featured.cards,
                     plan->featured.count, CARD_KICKER | CARD_PICTURE);
}

static struct error fill_latest(struct front *front)
{
    const struct settings *settings = &front->sheet.reading->settings;
    const struct store_card *cards = front->plan.latest.cards;
    size_t count = front->plan.latest.count;
    struct value *list = value_set_list(front->values, "latest");
    for (size_t i = 0; i < count; i++) {
        int64_t moment = cards[i].published_at;
        struct str day = text_iso_date(moment, settings->timezone, front->sheet.arena);
        bool is_today = str_eq(day, front->today);
        struct value *card = value_append_object(list);
        TRY(sheet_card(&front->sheet, &cards[i], is_today ? CARD_TIME : 0, card));
        /* Earlier this year: the day without the year, which everybody knows. */
        if (!is_today && str_eq(str_cut(day, 0, 4), str_cut(front->today, 0, 4)))
            value_set_text(
                card, "time",
                text_month_day(moment, settings->timezone, settings->language, front->sheet.arena));
    }
    value_set_bool(front->values, "has_latest", count > 0);
    return NO_ERROR;
}

static void name_block(struct front *front, struct value *block,
                       const struct store_section *section)
{
    value_set_text(block, "name", section->name);
    value_set_text(block, "url", arena_printf(front->sheet.arena, "/%.*s", STR_ARG(section->slug)));
}

static struct error fill_block(struct front *front, struct value *block, unsigned parts,
                               size_t second, const struct store_card *cards, size_t count)
{
    TRY(sheet_card(&front->sheet, &cards[0], parts, value_set_object(block, "lead")));
    size_t beside = count - 1 < second ? count - 1 : second;
    if (second)
        TRY(set_cards(front, block, "second", "has_second", cards + 1, beside, parts));
    return set_cards(front, block, "more", "has_more", cards + 1 + beside, count - 1 - beside, 0);
}

static struct error fill_sections(struct front *front)
{
    struct value *blocks = value_set_list(front->values, "blocks");
    struct value *compact = value_set_list(front->values, "compact");
    for (size_t i = 0; i < front->plan.block_count; i++) {
        const struct front_block *one = &front->plan.blocks[i];
        bool major = i == 0, minor = !major && i <= MINOR_BLOCKS;
        struct value *block = value_append_object(major || minor ? blocks : compact);
        name_block(front, block, one->section);
        value_set_bool(block, "major", major);
        value_set_bool(block, "minor", minor);
        TRY(fill_block(front, block, major || minor ? CARD_STANDFIRST | CARD_PICTURE : 0,
                       major ? FRONT_MAJOR_SECOND : 0, one->place.cards, one->place.count));
    }
    value_set_bool(front->values, "has_blocks", value_count(blocks) > 0);
    value_set_bool(front->values, "has_compact", value_count(compact) > 0);
    return NO_ERROR;
}

struct error draw_front(const struct site *site, struct reading *reading,
                        const struct site_address *address, struct drawing *ret_drawing)
{
    struct front front = {0};
    const struct settings *settings = &reading->settings;
    reading_settings(reading, SETTINGS_TAGLINE);
    TRY(sheet_begin(&front.sheet, site, reading, 0));
    front.values = value_set_object(front.sheet.root, "front");
    front.today = text_iso_date(reading->now, settings->timezone, reading->arena);
    TRY(front_plan_make(reading, front.sheet.sections, front.sheet.section_count, &front.plan));
    TRY(fill_top(&front));
    value_set_text(
        front.values, "date",
        text_weekday_date(reading->now, settings->timezone, settings->language, reading->arena));
    value_set_text(front.values, "datetime", front.today);
    reading_wrong_at(reading, text_next_midnight(reading->now, settings->timezone));
    if (front.plan.lead.count) {
        TRY(fill_latest(&front));
        TRY(fill_sections(&front));
        TRY(sheet_ad(&front.sheet, 0, value_set_object(front.values, "ad")));
        TRY(sheet_newsletter(&front.sheet, 0));
    }
    sheet_about(&front.sheet, STR_NONE, settings->tagline, STR("/"), "website");
    return sheet_draw(&front.sheet, "front", 200, ret_drawing);
}

struct error site_draw_front(const struct site *site, struct reading *reading,
                             struct drawing *ret_drawing)
{
    struct site_address address = {.kind = SITE_FRONT, .path = STR("/")};
    return draw_front(site, reading, &address, ret_drawing);
}
