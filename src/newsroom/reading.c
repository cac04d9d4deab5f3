#include "newsroom/reading.h"
#include "text/dates.h"

static struct error begin(struct reading *reading, struct store_tx *tx, struct arena *arena,
                          const struct clock *clock)
{
    *reading =
        (struct reading){.tx = tx, .arena = arena, .now = clock_now(clock), .wrong_at = NEVER};
    keys_init(&reading->keys, arena);
    key_settings(&reading->keys);
    TRY(store_change_number(tx, &reading->change));
    return settings_load(tx, arena, &reading->settings);
}

struct error reading_begin(struct reading *reading, struct store *store, struct arena *arena,
                           const struct clock *clock)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    TRY(store_read(store, &tx));
    TRY(begin(reading, tx, arena, clock));
    reading->owns_tx = true;
    tx = NULL;
    return NO_ERROR;
}

struct error reading_within(struct reading *reading, struct store_tx *tx, struct arena *arena,
                            const struct clock *clock)
{
    return begin(reading, tx, arena, clock);
}

void reading_end(struct reading *reading)
{
    if (reading->owns_tx)
        store_end(reading->tx);
    reading->tx = NULL;
    reading->owns_tx = false;
}

void reading_wrong_at(struct reading *reading, int64_t moment)
{
    if (moment < reading->wrong_at)
        reading->wrong_at = moment;
}

struct error reading_sections(struct reading *reading, struct store_section **ret_sections,
                              size_t *ret_count)
{
    key_nav(&reading->keys);
    return store_sections(reading->tx, reading->arena, ret_sections, ret_count);
}

struct error reading_section(struct reading *reading, int64_t id, struct store_section *ret_section)
{
    key_section(&reading->keys, id);
    return store_section(reading->tx, id, reading->arena, ret_section);
}

struct error reading_section_by_slug(struct reading *reading, struct str slug,
                                     struct store_section *ret_section)
{
    TRY(store_section_by_slug(reading->tx, slug, reading->arena, ret_section));
    key_section(&reading->keys, ret_section->id);
    return NO_ERROR;
}

struct error reading_name(struct reading *reading, enum store_name_kind kind, int64_t id,
                          struct store_name *ret_name)
{
    key_name(&reading->keys, kind, id);
    return store_name(reading->tx, kind, id, reading->arena, ret_name);
}

struct error reading_name_by_slug(struct reading *reading, enum store_name_kind kind,
                                  struct str slug, struct store_name *ret_name)
{
    TRY(store_name_by_slug(reading->tx, kind, slug, reading->arena, ret_name));
    key_name(&reading->keys, kind, ret_name->id);
    return NO_ERROR;
}

struct error reading_story(struct reading *reading, int64_t id, struct store_story *ret_story,
                           struct store_revision *ret_revision)
{
    struct store_story story;
    key_story(&reading->keys, id, STORY_BODY);
    TRY(store_story(reading->tx, id, reading->arena, &story));
    if (story.state != STORY_PUBLISHED)
        return error_make(ERR_NOT_FOUND, "published story of that number", NULL);
    TRY(store_revision(reading->tx, story.live, reading->arena, ret_revision));
    *ret_story = story;
    return NO_ERROR;
}

struct error reading_card(struct reading *reading, int64_t id, struct store_card *ret_card)
{
    key_story(&reading->keys, id, STORY_CARD);
    return store_card(reading->tx, id, reading->arena, ret_card);
}

struct error reading_related(struct reading *reading, int64_t id, struct store_card **ret_cards,
                             size_t *ret_count)
{
    struct store_related *rows;
    size_t count;
    key_story(&reading->keys, id, STORY_RELATED);
    TRY(store_related(reading->tx, id, reading->arena, &rows, &count));
    struct store_card *cards = ARENA_ARRAY(reading->arena, struct store_card, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(reading_card(reading, rows[i].story_id, &cards[i]));
    *ret_cards = cards;
    *ret_count = count;
    return NO_ERROR;
}

/* The place of an anchor, when it is in the list. */
static struct error anchor_place(struct reading *reading, struct store_list list, int64_t anchor,
                                 struct store_place *ret_place)
{
    struct store_card card;
    bool has = false;
    if (anchor == 0) {
        *ret_place = STORE_HEAD;
        return NO_ERROR;
    }
    TRY(store_card(reading->tx, anchor, reading->arena, &card));
    struct store_place place = {card.listed_at, anchor};
    TRY(store_list_has(reading->tx, list, place, &has));
    if (!has)
        return error_make(ERR_NOT_FOUND, "such place in the list", NULL);
    *ret_place = place;
    return NO_ERROR;
}

struct error reading_list(struct reading *reading, struct store_list list, int64_t anchor,
                          size_t limit, struct store_card **ret_cards, size_t *ret_count,
                          bool *ret_more)
{
    struct store_place below;
    struct store_card *cards;
    size_t count;
    TRY(anchor_place(reading, list, anchor, &below));
    TRY(store_list(reading->tx, list, below, limit + (ret_more ? 1 : 0), reading->arena, &cards,
                   &count));
    bool more = count > limit;
    if (more)
        count = limit;
    if (limit > 0)
        key_list_after(&reading->keys, list, anchor);
    for (size_t i = 0; i < count; i++) {
        key_story(&reading->keys, cards[i].story_id, STORY_CARD);
        if (i + 1 < limit)
            key_list_after(&reading->keys, list, cards[i].story_id);
    }
    if (ret_more && count == limit && count > 0)
        key_list_end(&reading->keys, list, cards[count - 1].story_id);
    *ret_cards = cards;
    *ret_count = count;
    if (ret_more)
        *ret_more = more;
    return NO_ERROR;
}

struct error reading_renditions(struct reading *reading, int64_t picture_id,
                                struct store_rendition **ret_renditions, size_t *ret_count)
{
    return store_renditions(reading->tx, picture_id, reading->arena, ret_renditions, ret_count);
}

struct error reading_file(struct reading *reading, struct str file,
                          enum store_file_state *ret_state, struct store_rendition *ret_rendition)
{
    TRY(store_file_state(reading->tx, file, reading->arena, ret_state, ret_rendition));
    if (*ret_state != STORE_FILE_UNKNOWN)
        key_picture(&reading->keys, ret_rendition->picture_id);
    return NO_ERROR;
}

struct error reading_page(struct reading *reading, struct str slug, struct store_page *ret_page)
{
    key_page(&reading->keys, slug);
    return store_page(reading->tx, slug, reading->arena, ret_page);
}

struct error reading_ads(struct reading *reading, struct store_ad **ret_ads, size_t *ret_count)
{
    key_ads(&reading->keys);
    return store_ads(reading->tx, reading->arena, ret_ads, ret_count);
}

struct error reading_months(struct reading *reading, int64_t **ret_months, size_t *ret_count)
{
    key_months(&reading->keys);
    return store_months(reading->tx, reading->arena, ret_months, ret_count);
}

struct error reading_month(struct reading *reading, int64_t month, int64_t after, size_t limit,
                           struct store_card **ret_cards, size_t *ret_count)
{
    key_month(&reading->keys, month);
    return store_month_cards(reading->tx, month, after, limit, reading->arena, ret_cards,
                             ret_count);
}

int reading_year(struct reading *reading)
{
    reading_wrong_at(reading, text_next_year(reading->now, reading->settings.timezone));
    return text_day(reading->now, reading->settings.timezone).year;
}
