#include "newsroom/reading.h"
#include "text/dates.h"

enum { READ_AT_ONCE = 50 };

static struct error begin(struct reading *reading, struct store_tx *tx, struct arena *arena,
                          const struct clock *clock)
{
    *reading =
        (struct reading){.tx = tx, .arena = arena, .now = clock_now(clock), .wrong_at = NEVER};
    keys_init(&reading->keys, arena);
    reading->cards = table_new(arena);
    TRY(store_change_number(tx, &reading->change));
    return settings_load(tx, arena, &reading->all_settings);
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

void reading_settings(struct reading *reading, unsigned parts)
{
    const struct settings *all = &reading->all_settings;
    if (parts & SETTINGS_SITE) {
        struct settings before = reading->settings;
        key_settings(&reading->keys);
        reading->settings = *all;
        reading->settings.tagline = before.tagline;
        reading->settings.robots = before.robots;
    }
    if (parts & SETTINGS_TAGLINE) {
        key_tagline(&reading->keys);
        reading->settings.tagline = all->tagline;
    }
    if (parts & SETTINGS_ROBOTS) {
        key_robots(&reading->keys);
        reading->settings.robots = all->robots;
    }
}

struct error reading_sections(struct reading *reading, struct store_section **ret_sections,
                              size_t *ret_count)
{
    key_nav(&reading->keys);
    return store_sections(reading->tx, reading->arena, ret_sections, ret_count);
}

void reading_below(struct reading *reading, int64_t section_id)
{
    key_section_below(&reading->keys, section_id);
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
    TRY(store_name(reading->tx, kind, id, reading->arena, ret_name));
    ret_name->about = STR_NONE;
    return NO_ERROR;
}

struct error reading_name_by_slug(struct reading *reading, enum store_name_kind kind,
                                  struct str slug, struct store_name *ret_name)
{
    TRY(store_name_by_slug(reading->tx, kind, slug, reading->arena, ret_name));
    key_name(&reading->keys, kind, ret_name->id);
    ret_name->about = STR_NONE;
    return NO_ERROR;
}

struct error reading_about(struct reading *reading, enum store_name_kind kind, int64_t id,
                           struct str *ret_about)
{
    struct store_name name;
    key_about(&reading->keys, kind, id);
    TRY(store_name(reading->tx, kind, id, reading->arena, &name));
    *ret_about = name.about;
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

struct error reading_byline(struct reading *reading, int64_t id,
                            struct store_revision *ret_revision)
{
    struct store_story story;
    struct store_revision revision;
    key_story(&reading->keys, id, STORY_BYLINE);
    key_story(&reading->keys, id, STORY_CARD);
    TRY(store_story(reading->tx, id, reading->arena, &story));
    if (story.state != STORY_PUBLISHED)
        return error_make(ERR_NOT_FOUND, "published story of that number", NULL);
    TRY(store_revision(reading->tx, story.live, reading->arena, &revision));
    *ret_revision = (struct store_revision){.id = revision.id,
                                            .story_id = id,
                                            .language = revision.language,
                                            .agency = revision.agency,
                                            .authors = revision.authors,
                                            .author_count = revision.author_count};
    return NO_ERROR;
}

static struct str card_key(const int64_t *id)
{
    return str_n((const char *)id, sizeof *id);
}

/* Keeps the whole card and leaves the plain one. */
static void card_read(struct reading *reading, struct store_card *card)
{
    struct store_card *whole = ARENA_NEW(reading->arena, struct store_card);
    *whole = *card;
    key_story(&reading->keys, card->story_id, STORY_CARD);
    table_set(reading->cards, card_key(&whole->story_id), whole);
    *card = (struct store_card){.story_id = whole->story_id,
                                .section_id = whole->section_id,
                                .path = whole->path,
                                .headline = whole->headline,
                                .language = whole->language,
                                .published_at = whole->published_at};
}

void reading_show(struct reading *reading, struct store_card *card, unsigned shows)
{
    const struct store_card *whole = table_get(reading->cards, card_key(&card->story_id));
    if (!whole)
        return;
    if (shows & SHOWS_PICTURE) {
        key_story(&reading->keys, card->story_id, STORY_PICTURE);
        card->picture_id = whole->picture_id;
        card->alt = whole->alt;
    }
    if (shows & SHOWS_STANDFIRST) {
        key_story(&reading->keys, card->story_id, STORY_STANDFIRST);
        card->standfirst = whole->standfirst;
    }
}

struct error reading_card(struct reading *reading, int64_t id, struct store_card *ret_card)
{
    key_story(&reading->keys, id, STORY_CARD);
    TRY(store_card(reading->tx, id, reading->arena, ret_card));
    card_read(reading, ret_card);
    return NO_ERROR;
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
        card_read(reading, &cards[i]);
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

struct error reading_list_since(struct reading *reading, struct store_list list, int64_t since,
                                size_t limit, struct store_card **ret_cards, size_t *ret_count)
{
    struct store_card *all = ARENA_ARRAY(reading->arena, struct store_card, limit + 1), *cards;
    struct store_place below = STORE_HEAD;
    size_t n = 0, count = READ_AT_ONCE;
    bool older = false;
    key_list_after(&reading->keys, list, 0);
    while (!older && count == READ_AT_ONCE && n < limit) {
        TRY(store_list(reading->tx, list, below, READ_AT_ONCE, reading->arena, &cards, &count));
        for (size_t i = 0; i < count && n < limit && !older; i++) {
            older = cards[i].listed_at < since;
            if (older) { /* it may be listed anew and yet stand where it stands */
                key_list_after(&reading->keys, list, cards[i].story_id);
                continue;
            }
            all[n] = cards[i];
            below = (struct store_place){cards[i].listed_at, cards[i].story_id};
            card_read(reading, &all[n++]);
            if (n < limit)
                key_list_after(&reading->keys, list, cards[i].story_id);
        }
    }
    *ret_cards = all;
    *ret_count = n;
    return NO_ERROR;
}

struct error reading_renditions(struct reading *reading, int64_t picture_id,
                                struct store_rendition **ret_renditions, size_t *ret_count)
{
    key_picture(&reading->keys, picture_id);
    return store_renditions(reading->tx, picture_id, reading->arena, ret_renditions, ret_count);
}

struct error reading_text_pictures(struct reading *reading, int64_t revision_id, int64_t **ret_ids,
                                   size_t *ret_count)
{ /* a revision never changes: no key */
    return store_revision_pictures(reading->tx, revision_id, reading->arena, ret_ids, ret_count);
}

struct error reading_picture_words(struct reading *reading, int64_t picture_id,
                                   struct picture_words *words)
{
    struct store_picture_desk desk;
    struct keys *keys = &reading->keys;
    TRY(store_picture_desk(reading->tx, picture_id, reading->arena, &desk));
    key_picture_word(keys, picture_id, PICTURE_CREDIT);
    words->credit = desk.credit;
    if (!words->caption.len) {
        key_picture_word(keys, picture_id, PICTURE_CAPTION);
        words->caption = desk.caption;
    }
    if (!words->alt.len) {
        key_picture_word(keys, picture_id, PICTURE_ALT);
        words->alt = desk.alt;
    }
    return NO_ERROR;
}

/* Readers see the newsroom's logo everywhere (furnishing.c notes its files when it changes). */
static struct error is_logo(struct reading *reading, struct str file, enum store_file_state *state)
{
    struct store_rendition *renditions;
    size_t count;
    TRY(store_renditions(reading->tx, reading->all_settings.logo, reading->arena, &renditions,
                         &count));
    for (size_t i = 0; i < count; i++)
        if (str_eq(renditions[i].file, file))
            *state = STORE_FILE_PUBLIC;
    return NO_ERROR;
}

struct error reading_file(struct reading *reading, struct str file,
                          enum store_file_state *ret_state, struct store_rendition *ret_rendition)
{
    struct store_rendition rendition = {0};
    key_file(&reading->keys, file);
    TRY(store_file_state(reading->tx, file, reading->arena, ret_state, &rendition));
    if (*ret_state != STORE_FILE_UNKNOWN && *ret_state != STORE_FILE_PUBLIC)
        TRY(is_logo(reading, file, ret_state));
    *ret_rendition = rendition;
    return NO_ERROR;
}

struct error reading_social(struct reading *reading, int64_t revision_id, struct str *ret_title,
                            struct str *ret_description)
{
    struct store_revision_desk desk;
    TRY(store_revision_desk(reading->tx, revision_id, reading->arena, &desk));
    *ret_title = desk.social_title;
    *ret_description = desk.social_description;
    return NO_ERROR;
}

struct error reading_section_by_old_slug(struct reading *reading, struct str slug, int64_t *ret_id)
{
    return store_section_by_old_slug(reading->tx, slug, ret_id);
}

struct error reading_page(struct reading *reading, struct str slug, struct store_page *ret_page)
{
    key_page(&reading->keys, slug);
    return store_page(reading->tx, slug, reading->arena, ret_page);
}

struct error reading_page_text(struct reading *reading, struct str slug, struct str *ret_text)
{
    struct store_page page;
    key_page_text(&reading->keys, slug);
    struct error error = store_page(reading->tx, slug, reading->arena, &page);
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    *ret_text = error.code == ERR_OK ? page.body : STR_NONE;
    return NO_ERROR;
}

struct error reading_ad(struct reading *reading, int64_t n, struct store_ad *ret_ad, bool *ret_has)
{
    struct store_ad *ads;
    size_t count;
    size_t slot = (size_t)n % AD_SLOTS;
    key_ad_slot(&reading->keys, slot);
    TRY(store_ads(reading->tx, reading->arena, &ads, &count));
    *ret_has = count > 0;
    if (count == 0)
        return NO_ERROR;
    *ret_ad = ads[slot % count];
    key_ad(&reading->keys, ret_ad->id);
    return NO_ERROR;
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
    TRY(store_month_cards(reading->tx, month, after, limit, reading->arena, ret_cards, ret_count));
    for (size_t i = 0; i < *ret_count; i++) {
        const struct store_card card = (*ret_cards)[i];
        (*ret_cards)[i] = (struct store_card){.story_id = card.story_id,
                                              .path = card.path,
                                              .published_at = card.published_at,
                                              .updated_at = card.updated_at};
    }
    return NO_ERROR;
}

int reading_year(struct reading *reading)
{
    reading_settings(reading, SETTINGS_SITE);
    reading_wrong_at(reading, text_next_year(reading->now, reading->settings.timezone));
    return text_day(reading->now, reading->settings.timezone).year;
}
