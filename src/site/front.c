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
    SHOWN_MAX = 256,
    WALK_MOST = 60, /* cards looked at for one block */
};

struct front {
    struct sheet sheet;
    struct value *values;
    int64_t shown[SHOWN_MAX];
    size_t shown_count;
    struct str today;
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
    TRY(take(front, featured, 1, true, &cards, &count));
    if (count == 0)
        TRY(take(front, all, 1, true, &cards, &count));
    if (count == 0) {
        value_set_bool(front->values, "empty", true);
        return NO_ERROR;
    }
    TRY(sheet_lead(&front->sheet, &cards[0], CARD_ALL, value_set_object(front->values, "lead")));
    TRY(take(front, all, SECOND, true, &cards, &count));
    return set_cards(front, front->values, "second", "has_second", cards, count, CARD_ALL);
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
    for (size_t i = 0; i < front->sheet.section_count; i++) {
        const struct store_section *section = &front->sheet.sections[i];
        struct store_list list = {STORE_LIST_SECTION, section->id};
        struct store_card *cards;
        size_t count;
        bool major = value_count(blocks) == 0;
        bool minor = !major && value_count(blocks) <= MINOR_BLOCKS;
        size_t want = 1 + (major ? MAJOR_SECOND + MAJOR_MORE : MORE);
        TRY(take(front, list, want, false, &cards, &count));
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
