/* The front page: one lead, second stories, the latest, then the sections in blocks. */
#include "site/sheet.h"
#include "text/dates.h"

enum {
    SECOND = 4,
    LATEST = 8,
    MAJOR_SECOND = 2,
    MAJOR_MORE = 4,
    MINOR_BLOCKS = 2,
    MORE = 3,
    SHOWN_MAX = 512,
    WALK_MOST = 60, /* cards looked at for one block */
};

struct front {
    struct sheet sheet;
    struct value *values;
    int64_t shown[SHOWN_MAX];
    size_t shown_count;
    struct str today;
    struct store_pin *pins;
    struct store_card *pinned; /* their cards; story_id 0: readers don't see it */
    size_t pin_count;
};

static bool is_shown(const struct front *front, int64_t story_id)
{
    for (size_t i = 0; i < front->shown_count; i++)
        if (front->shown[i] == story_id)
            return true;
    return false;
}

static void mark_shown(struct front *front, int64_t story_id)
{
    if (front->shown_count < SHOWN_MAX)
        front->shown[front->shown_count++] = story_id;
}

/* Pinned stories stand nowhere else, so all are known before the first place is filled. */
static struct error read_pins(struct front *front)
{
    struct reading *reading = front->sheet.reading;
    TRY(reading_pins(reading, 0, &front->pins, &front->pin_count));
    front->pinned = ARENA_ARRAY(front->sheet.arena, struct store_card, front->pin_count + 1);
    for (size_t i = 0; i < front->pin_count; i++) {
        struct error error = reading_card(reading, front->pins[i].story_id, &front->pinned[i]);
        if (error.code == ERR_NOT_FOUND) {
            front->pinned[i].story_id = 0;
            continue;
        }
        TRY(error);
        mark_shown(front, front->pinned[i].story_id);
    }
    return NO_ERROR;
}

/* The stories pinned to a place, at most `want`. */
static size_t take_pinned(const struct front *front, enum pin_area area, int64_t section_id,
                          size_t want, struct store_card *ret_cards)
{
    size_t n = 0;
    for (size_t i = 0; i < front->pin_count && n < want; i++)
        if (front->pins[i].area == area && front->pins[i].section_id == section_id &&
            front->pinned[i].story_id)
            ret_cards[n++] = front->pinned[i];
    return n;
}

/* The first `want` cards of a list that aren't shown yet. Reads no further than it must, so that
 * the page depends on no more than it shows. */
static struct error take(struct front *front, struct store_list list, size_t want, bool mark,
                         struct store_card **ret_cards, size_t *ret_count)
{
    struct store_card *taken = ARENA_ARRAY(front->sheet.arena, struct store_card, want + 1), *cards;
    size_t n = 0, count, looked = 0;
    int64_t anchor = 0;
    while (n < want && looked < WALK_MOST) {
        size_t ask = want - n;
        TRY(reading_list(front->sheet.reading, list, anchor, ask, &cards, &count, NULL));
        for (size_t i = 0; i < count; i++)
            if (!is_shown(front, cards[i].story_id))
                taken[n++] = cards[i];
        if (count < ask)
            break;
        anchor = cards[count - 1].story_id;
        looked += count;
    }
    for (size_t i = 0; mark && i < n; i++)
        mark_shown(front, taken[i].story_id);
    *ret_cards = taken;
    *ret_count = n;
    return NO_ERROR;
}

/* What is pinned there, then what follows by itself. */
static struct error fill_place(struct front *front, enum pin_area area, int64_t section_id,
                               struct store_list list, size_t want, bool mark,
                               struct store_card **ret_cards, size_t *ret_count)
{
    struct store_card *cards = ARENA_ARRAY(front->sheet.arena, struct store_card, want + 1), *rest;
    size_t count = 0, n = take_pinned(front, area, section_id, want, cards);
    if (n < want)
        TRY(take(front, list, want - n, mark, &rest, &count));
    for (size_t i = 0; i < count; i++)
        cards[n + i] = rest[i];
    *ret_cards = cards;
    *ret_count = n + count;
    return NO_ERROR;
}

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
    struct store_list all = {STORE_LIST_ALL, 0}, featured = {STORE_LIST_FEATURED, 0};
    struct store_card *cards;
    size_t count;
    TRY(fill_place(front, PIN_LEAD, 0, featured, 1, true, &cards, &count));
    if (count == 0)
        TRY(take(front, all, 1, true, &cards, &count));
    if (count == 0) {
        value_set_bool(front->values, "empty", true);
        return NO_ERROR;
    }
    TRY(sheet_lead(&front->sheet, &cards[0], CARD_ALL, value_set_object(front->values, "lead")));
    TRY(fill_place(front, PIN_SECOND, 0, all, SECOND, true, &cards, &count));
    TRY(set_cards(front, front->values, "second", "has_second", cards, count, CARD_ALL));
    struct store_card chosen[PINS_FEATURED];
    count = take_pinned(front, PIN_FEATURED, 0, PINS_FEATURED, chosen);
    return set_cards(front, front->values, "featured", "has_featured", chosen, count,
                     CARD_KICKER | CARD_PICTURE);
}

static struct error fill_latest(struct front *front)
{
    const struct settings *settings = &front->sheet.reading->settings;
    struct store_list all = {STORE_LIST_ALL, 0};
    struct store_card *cards;
    size_t count;
    TRY(take(front, all, LATEST, false, &cards, &count));
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
    const struct store_section **sections;
    size_t section_count;
    TRY(reading_blocks(front->sheet.reading, front->sheet.sections, front->sheet.section_count,
                       &sections, &section_count));
    for (size_t i = 0; i < section_count; i++) {
        const struct store_section *section = sections[i];
        struct store_list list = {STORE_LIST_SECTION, section->id};
        struct store_card *cards;
        size_t count;
        bool major = value_count(blocks) == 0;
        bool minor = !major && value_count(blocks) <= MINOR_BLOCKS;
        size_t want = 1 + (major ? MAJOR_SECOND + MAJOR_MORE : MORE);
        TRY(fill_place(front, PIN_BLOCK, section->id, list, want, false, &cards, &count));
        if (count == 0)
            continue;
        struct value *block = value_append_object(major || minor ? blocks : compact);
        name_block(front, block, section);
        value_set_bool(block, "major", major);
        value_set_bool(block, "minor", minor);
        TRY(fill_block(front, block, major || minor ? CARD_STANDFIRST | CARD_PICTURE : 0,
                       major ? MAJOR_SECOND : 0, cards, count));
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
    TRY(read_pins(&front));
    TRY(fill_top(&front));
    value_set_text(
        front.values, "date",
        text_weekday_date(reading->now, settings->timezone, settings->language, reading->arena));
    value_set_text(front.values, "datetime", front.today);
    reading_wrong_at(reading, text_next_midnight(reading->now, settings->timezone));
    if (front.shown_count) {
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
