/* What happens in a newsroom, at random. */
#include "newsroom/correcting.h"
#include "newsroom/furnishing.h"
#include "newsroom/pictures.h"
#include "newsroom/standing.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/words.h"
#include "text/dates.h"

#include <stdlib.h>

enum { DAY_MS = 86400000, SETTLE_MS = 60 * 1000 };

/* A transaction under way. */
struct change {
    struct oracle *oracle;
    struct random *random;
    struct arena *arena;
    struct store_tx *tx;
    struct changes changes;
    int64_t now;
    struct tale *tale; /* the story touched last */
    struct buf words;  /* what was done */
};

static const struct {
    const char *name;
    unsigned weight;
} kinds[CHANGE_KINDS] = {
    [CHANGE_PUBLISH] = {"publish", 120},
    [CHANGE_PUBLISH_TYPICAL] = {"publish, typical", 40},
    [CHANGE_PUBLISH_BACKDATED] = {"publish, backdated", 50},
    [CHANGE_PUBLISH_OLDEST] = {"publish, oldest of all", 15},
    [CHANGE_DRAFT] = {"add a draft", 30},
    [CHANGE_PUBLISH_DRAFT] = {"publish a draft", 30},
    [CHANGE_HEADLINE] = {"headline", 70},
    [CHANGE_STANDFIRST] = {"standfirst", 60},
    [CHANGE_BODY] = {"body", 80},
    [CHANGE_BYLINE] = {"bylines", 40},
    [CHANGE_PICTURE] = {"picture", 50},
    [CHANGE_CAPTION] = {"caption, credit, alt", 20},
    [CHANGE_DATELINE] = {"dateline, agency", 20},
    [CHANGE_LANGUAGE] = {"language of a story", 10},
    [CHANGE_TAGS] = {"tags", 60},
    [CHANGE_SECTION] = {"section of a story", 60},
    [CHANGE_SLUG] = {"slug", 60},
    [CHANGE_FEATURED] = {"featured", 40},
    [CHANGE_NOTHING] = {"nothing", 20},
    [CHANGE_RELIST] = {"listed anew", 10},
    [CHANGE_WITHDRAW] = {"withdraw", 40},
    [CHANGE_CORRECT] = {"correction", 30},
    [CHANGE_TAKEDOWN] = {"takedown", 4},
    [CHANGE_LAYOUT] = {"layout of the front", 20},
    [CHANGE_BLOCKS] = {"blocks of the front", 12},
    [CHANGE_BREAKING] = {"bar of breaking news", 4},
    [CHANGE_PICTURE_WORDS] = {"words of a picture", 20},
    [CHANGE_TAG_NAME] = {"name of a tag", 15},
    [CHANGE_AUTHOR_NAME] = {"name of an author", 15},
    [CHANGE_AUTHOR_ABOUT] = {"about an author", 10},
    [CHANGE_SITE_NAME] = {"name of the newsroom", 8},
    [CHANGE_SITE_TAGLINE] = {"tagline", 8},
    [CHANGE_TIMEZONE] = {"time zone", 5},
    [CHANGE_SINCE] = {"founding year", 5},
    [CHANGE_LOCALE] = {"language of the newsroom", 4},
    [CHANGE_ADD_SECTION] = {"add a section", 2},
    [CHANGE_SECTION_NAME] = {"name of a section", 2},
    [CHANGE_SECTION_SLUG] = {"slug of a section", 2},
    [CHANGE_SECTION_PARENT] = {"section above another", 3},
    [CHANGE_SECTION_ORDER] = {"order of sections", 2},
    [CHANGE_PAGE_TITLE] = {"title of a standing page", 10},
    [CHANGE_PAGE_BODY] = {"text of a standing page", 10},
    [CHANGE_ADD_AD] = {"add an advertisement", 3},
    [CHANGE_AD] = {"change an advertisement", 10},
    [CHANGE_REMOVE_AD] = {"remove an advertisement", 2},
};

const char *change_name(enum change_kind kind)
{
    return kinds[kind].name;
}

enum change_kind change_pick(struct oracle *oracle)
{
    unsigned all = 0;
    for (size_t i = 0; i < CHANGE_KINDS; i++)
        all += kinds[i].weight;
    size_t at = random_below(&oracle->random, all), kind = 0;
    for (; at >= kinds[kind].weight; kind++)
        at -= kinds[kind].weight;
    return (enum change_kind)kind;
}

/* Readers must not see the text any more once the change is acknowledged. */
static void supersede(struct change *change, uint32_t serial)
{
    struct oracle *oracle = change->oracle;
    if (!serial)
        return;
    if (oracle->stale_count == STALE_MOST)
        abort();
    oracle->stale[oracle->stale_count++] = serial;
}

/* ---- Picking ----------------------------------------------------------------------------------
 */

static struct tale *pick_tale(struct change *change, enum tale_state state)
{
    struct oracle *oracle = change->oracle;
    static const size_t spans[] = {8, 40, 40, TALES_MAX, TALES_MAX};
    size_t wanted = spans[random_below(change->random, 5)];
    bool oldest = random_chance(change->random, 10);
    for (int try = 0; try < 50 && oracle->tale_count; try++) {
        size_t span = wanted < oracle->tale_count ? wanted : oracle->tale_count;
        size_t back = random_below(change->random, oldest && span > 25 ? 25 : span);
        struct tale *tale = &oracle->tales[oldest ? back : oracle->tale_count - 1 - back];
        if (tale->state == state)
            return tale;
    }
    return NULL;
}

static void pick_ids(struct change *change, const int64_t *from, size_t from_count, size_t count,
                     int64_t **ret_ids, size_t *ret_count)
{
    int64_t *ids = ARENA_ARRAY(change->arena, int64_t, count + 1);
    size_t n = 0;
    while (n < count) {
        size_t k = 0;
        ids[n] = from[random_below(change->random, from_count)];
        while (ids[k] != ids[n])
            k++;
        if (k == n)
            n++;
    }
    *ret_ids = ids;
    *ret_count = n;
}

static void set_picture(struct change *change, struct store_revision *revision, bool has)
{
    size_t n = random_below(change->random, PICTURES);
    revision->picture_id = has ? change->oracle->pictures[n * n / PICTURES] : 0;
    revision->caption = has ? STR("What it shows") : STR_NONE;
    revision->credit = has ? STR("Somebody") : STR_NONE;
    revision->alt = has ? STR("A picture") : STR_NONE;
}

static void know_month(struct oracle *oracle, const char *path)
{
    struct str rest = str_of(path), part;
    int64_t year = 0, month = 0;
    (void)str_split(&rest, '/', &part);
    (void)str_split(&rest, '/', &part);
    if (!str_split(&rest, '/', &part) || !str_to_i64(part, &year) ||
        !str_split(&rest, '/', &part) || !str_to_i64(part, &month))
        abort();
    size_t at = (size_t)((year - 1950) * 12 + month - 1);
    if (at >= sizeof oracle->months || oracle->months[at])
        return;
    oracle->months[at] = true;
    address_know(oracle,
                 arena_printf(oracle->arena, "/sitemap-%04d-%02d.xml", (int)year, (int)month));
}

static void know_path(struct oracle *oracle, struct tale *tale, const struct store_story *story)
{
    tale->published_at = story->published_at;
    if (!story->path.len || (tale->path && str_eq(str_of(tale->path), story->path)))
        return;
    address_know(oracle, story->path);
    if (address_count(oracle) == ADDRESSES_MAX_KNOWN)
        return;
    tale->path = oracle->addresses[address_count(oracle) - 1];
    know_month(oracle, tale->path);
}

/* ---- New stories ------------------------------------------------------------------------------
 */

static void write_story(struct change *change, bool typical, struct tale *tale,
                        struct store_revision *revision)
{
    struct oracle *oracle = change->oracle;
    struct random *random = change->random;
    struct draft draft = {.slug = words_slug(oracle, change->arena)};
    draft.section = oracle->sections[random_below(random, oracle->section_count)].slug;
    draft.headline = words_headline(oracle, change->arena, &tale->headline);
    draft.body = words_body(oracle, change->arena, &tale->body);
    if (random_chance(random, 70))
        draft.standfirst = words_sentence(oracle, change->arena, &tale->standfirst);
    draft.dateline = random_chance(random, 60) ? STR("PORT ALMA") : STR_NONE;
    draft.agency = random_chance(random, 20) ? STR("Coast Wire") : STR_NONE;
    draft.language = random_chance(random, 5) ? STR("es") : STR_NONE;
    draft.featured = !typical && random_chance(random, 10);
    FINE(draft_resolve(change->tx, &draft, 0, change->now, change->arena, &change->changes,
                       revision));
    pick_ids(change, oracle->tags, TAGS, typical ? 3 : random_below(random, 6), &revision->tags,
             &revision->tag_count);
    pick_ids(change, oracle->authors, AUTHORS, typical ? 1 : random_below(random, 4),
             &revision->authors, &revision->author_count);
    set_picture(change, revision, random_chance(random, 40));
}

static struct tale *add_tale(struct change *change, bool typical)
{
    struct oracle *oracle = change->oracle;
    struct store_revision revision;
    if (oracle->tale_count == TALES_MAX)
        abort();
    struct tale *tale = &oracle->tales[oracle->tale_count++];
    *tale = (struct tale){.state = TALE_DRAFT};
    write_story(change, typical, tale, &revision);
    FINE(story_add(change->tx, &revision, &tale->id));
    return tale;
}

static void publish_tale(struct change *change, struct tale *tale, int64_t at)
{
    struct store_story story;
    FINE(story_publish(change->tx, tale->id, at, change->now, change->arena, &change->changes,
                       &story));
    tale->state = TALE_LIVE;
    know_path(change->oracle, tale, &story);
    change->tale = tale;
}

static bool publish(struct change *change, enum change_kind kind)
{
    int64_t at = 0;
    struct tale *tale = NULL;
    if (kind == CHANGE_PUBLISH_DRAFT)
        tale = pick_tale(change, TALE_DRAFT);
    else
        tale = add_tale(change, kind == CHANGE_PUBLISH_TYPICAL);
    if (kind == CHANGE_PUBLISH_BACKDATED) {
        int64_t span = random_chance(change->random, 50) ? 3ll * DAY_MS : 1000ll * DAY_MS;
        at = change->now - (int64_t)(random_number(change->random) % (uint64_t)span);
        if (random_chance(change->random, 15)) /* in another month than in the next zone */
            at = text_next_month(at - 40ll * DAY_MS, str_of(change->oracle->timezone));
    }
    if (kind == CHANGE_PUBLISH_OLDEST)
        at = change->oracle->oldest -= (int64_t)random_below(change->random, DAY_MS) + 1;
    if (tale && kind != CHANGE_DRAFT)
        publish_tale(change, tale, at);
    return tale != NULL;
}

/* ---- Stories that are there -------------------------------------------------------------------
 */

static void new_text(struct change *change, struct str text, uint32_t serial, uint32_t *held,
                     struct str *ret_text)
{
    supersede(change, *held);
    *held = serial;
    *ret_text = text;
}

static void edit_slug(struct change *change, struct store_revision *revision)
{
    size_t way = random_below(change->random, 3);
    const struct tale *other = way == 0 ? pick_tale(change, TALE_LIVE) : NULL;
    revision->slug = words_slug(change->oracle, change->arena);
    if (way == 1) /* few, so that they collide and come back */
        revision->slug = arena_printf(change->arena, "chain-%zu", random_below(change->random, 6));
    if (other && other->path) {
        struct str rest = str_of(other->path), part = STR_NONE;
        while (str_split(&rest, '/', &part))
            ;
        revision->slug = arena_str(change->arena, part);
    }
}

static void edit_names(struct change *change, struct store_revision *revision,
                       enum change_kind kind)
{
    const struct oracle *oracle = change->oracle;
    if (kind == CHANGE_TAGS)
        pick_ids(change, oracle->tags, TAGS, random_below(change->random, 6), &revision->tags,
                 &revision->tag_count);
    else
        pick_ids(change, oracle->authors, AUTHORS, random_below(change->random, 4),
                 &revision->authors, &revision->author_count);
}

static void edit_text(struct change *change, struct tale *tale, struct store_revision *revision,
                      enum change_kind kind)
{
    struct oracle *oracle = change->oracle;
    struct arena *arena = change->arena;
    uint32_t serial;
    struct str text;
    if (kind == CHANGE_HEADLINE) {
        text = words_headline(oracle, arena, &serial);
        new_text(change, text, serial, &tale->headline, &revision->headline);
    } else if (kind == CHANGE_BODY) {
        text = words_body(oracle, arena, &serial);
        new_text(change, text, serial, &tale->body, &revision->body);
    } else if (random_chance(change->random, 85)) {
        text = words_sentence(oracle, arena, &serial);
        new_text(change, text, serial, &tale->standfirst, &revision->standfirst);
    } else {
        new_text(change, STR_NONE, 0, &tale->standfirst, &revision->standfirst);
    }
}

static void edit_field(struct change *change, struct tale *tale, struct store_revision *revision,
                       enum change_kind kind)
{
    struct oracle *oracle = change->oracle;
    struct random *random = change->random;
    static const struct str languages[] = {STR_INIT(""), STR_INIT("es"), STR_INIT("ar")};
    if (kind == CHANGE_HEADLINE || kind == CHANGE_STANDFIRST || kind == CHANGE_BODY)
        edit_text(change, tale, revision, kind);
    else if (kind == CHANGE_BYLINE || kind == CHANGE_TAGS)
        edit_names(change, revision, kind);
    else if (kind == CHANGE_PICTURE)
        set_picture(change, revision, random_chance(random, 75));
    else if (kind == CHANGE_CAPTION)
        *(random_chance(random, 50) ? &revision->caption : &revision->alt) =
            words_slug(oracle, change->arena);
    else if (kind == CHANGE_DATELINE)
        *(random_chance(random, 50) ? &revision->dateline : &revision->agency) =
            words_slug(oracle, change->arena);
    else if (kind == CHANGE_LANGUAGE)
        revision->language = languages[random_below(random, 3)];
    else if (kind == CHANGE_SECTION)
        revision->section_id = oracle->sections[random_below(random, oracle->section_count)].id;
    else if (kind == CHANGE_SLUG)
        edit_slug(change, revision);
    else if (kind == CHANGE_FEATURED)
        revision->featured = !revision->featured;
}

static bool edit(struct change *change, enum change_kind kind)
{
    struct store_story story;
    struct store_revision revision;
    bool draft = random_chance(change->random, 5);
    struct tale *tale = pick_tale(change, draft ? TALE_DRAFT : TALE_LIVE);
    if (!tale)
        return false;
    FINE(store_story(change->tx, tale->id, change->arena, &story));
    FINE(store_revision(change->tx, story.newest, change->arena, &revision));
    revision.at = change->now;
    edit_field(change, tale, &revision, kind);
    FINE(story_edit(change->tx, &revision, change->now, change->arena, &change->changes, &story));
    know_path(change->oracle, tale, &story);
    change->tale = tale;
    return true;
}

static bool relist(struct change *change)
{
    struct publish_options options = {.relist = true};
    struct store_story story;
    struct tale *tale = pick_tale(change, TALE_LIVE);
    if (!tale)
        return false;
    FINE(story_publish_with(change->tx, tale->id, &options, change->now, change->arena,
                            &change->changes, &story));
    know_path(change->oracle, tale, &story);
    change->tale = tale;
    return true;
}

static bool withdraw(struct change *change)
{
    struct tale *tale = pick_tale(change, TALE_LIVE);
    if (!tale)
        return false;
    FINE(story_withdraw(change->tx, tale->id, STR("It was wrong."), change->now, change->arena,
                        &change->changes));
    supersede(change, tale->headline);
    supersede(change, tale->standfirst);
    supersede(change, tale->body);
    tale->state = TALE_GONE;
    change->tale = tale;
    return true;
}

/* Texts of corrections are superseded by nothing but the end of their story, which the oracle's
 * comparison with fresh renderings covers. */
static bool correct(struct change *change)
{
    struct tale *tale = pick_tale(change, TALE_LIVE);
    uint32_t serial;
    int64_t id;
    if (!tale)
        return false;
    FINE(story_correct(change->tx, &ACTOR_COMMAND, tale->id,
                       words_sentence(change->oracle, change->arena, &serial), change->now,
                       change->arena, &change->changes, &id));
    change->tale = tale;
    return true;
}

static bool take_down(struct change *change)
{
    struct takedown takedown = {451, STR("A court said so.")};
    struct tale *tale = pick_tale(change, TALE_LIVE);
    struct str *files;
    size_t count;
    if (!tale)
        return false;
    /* The run's pictures are shared by all stories and named in its list: they stay. */
    struct store_story story;
    struct store_revision revision;
    FINE(store_story(change->tx, tale->id, change->arena, &story));
    FINE(store_revision(change->tx, story.newest, change->arena, &revision));
    if (revision.number > 1 || revision.picture_id ||
        str_find(revision.body, STR("(picture:")) >= 0)
        return false;
    FINE(story_takedown(change->tx, &ACTOR_COMMAND, tale->id, &takedown, change->now, change->arena,
                        &change->changes, &files, &count));
    supersede(change, tale->headline);
    supersede(change, tale->standfirst);
    supersede(change, tale->body);
    tale->state = TALE_GONE;
    change->tale = tale;
    return true;
}

/* Stories that have it within their text show its credit, and some its caption and alt. */
static bool describe_picture(struct change *change)
{
    struct oracle *oracle = change->oracle;
    struct store_picture_desk desk;
    int64_t id = oracle->pictures[random_below(change->random, PICTURES)];
    FINE(store_picture_desk(change->tx, id, change->arena, &desk));
    size_t which = random_below(change->random, 4);
    *(which == 0   ? &desk.caption
      : which == 1 ? &desk.alt
                   : &desk.credit) = words_slug(oracle, change->arena);
    FINE(picture_describe(change->tx, &ACTOR_COMMAND, &desk, change->now, change->arena,
                          &change->changes));
    return true;
}

/* Some end soon: the clock alone then takes them off. */
static int64_t pick_end(struct change *change)
{
    if (random_chance(change->random, 40))
        return 0;
    return change->now + 1000 + (int64_t)random_below(change->random, 6 * 3600 * 1000);
}

/* Most layouts put some blocks first, and some of them off the front. */
static size_t lay_blocks(struct change *change, struct store_block *blocks)
{
    struct oracle *oracle = change->oracle;
    int64_t all[SECTIONS_MOST], *ids;
    size_t count, wanted = random_below(change->random, oracle->section_count + 1);
    for (size_t i = 0; i < oracle->section_count; i++)
        all[i] = oracle->sections[i].id;
    pick_ids(change, all, oracle->section_count, wanted, &ids, &count);
    for (size_t i = 0; i < count; i++)
        blocks[i] = (struct store_block){ids[i], random_chance(change->random, 75)};
    return count;
}

static bool lay_front(struct change *change)
{
    struct oracle *oracle = change->oracle;
    struct store_pin pins[16];
    struct store_block blocks[SECTIONS_MOST];
    struct store_laid laid = {.pins = pins, .blocks = blocks}, checked;
    size_t wanted = random_below(change->random, 10);
    static const enum pin_area areas[] = {PIN_LEAD,  PIN_SECOND, PIN_SECOND, PIN_FEATURED,
                                          PIN_BLOCK, PIN_BLOCK,  PIN_SECTION};
    for (size_t i = 0; i < wanted; i++) {
        const struct tale *tale = pick_tale(change, TALE_LIVE);
        enum pin_area area = areas[random_below(change->random, 7)];
        if (!tale)
            break;
        struct store_pin pin = {.area = area, .story_id = tale->id, .until = pick_end(change)};
        if (area >= PIN_BLOCK)
            pin.section_id =
                oracle->sections[random_below(change->random, oracle->section_count)].id;
        pins[laid.pin_count++] = pin;
        if (layout_check(change->tx, &laid, change->now, change->arena, &checked).code != ERR_OK)
            laid.pin_count--;
    }
    laid.block_count = lay_blocks(change, blocks);
    bool changed = false;
    FINE(layout_set(change->tx, &ACTOR_COMMAND, &laid, 0, change->now, change->arena,
                    &change->changes, &changed));
    return changed;
}

/* Only the blocks: pins of stories that readers don't see any more must go, however. */
static bool arrange_blocks(struct change *change)
{
    struct store_pin *pins;
    struct store_block blocks[SECTIONS_MOST];
    struct store_card card;
    size_t count;
    bool changed = false;
    FINE(store_pins(change->tx, 0, change->arena, &pins, &count));
    struct store_laid laid = {.pins = pins, .blocks = blocks};
    for (size_t i = 0; i < count; i++)
        if (store_card(change->tx, pins[i].story_id, change->arena, &card).code == ERR_OK)
            pins[laid.pin_count++] = pins[i];
    laid.block_count = lay_blocks(change, blocks);
    FINE(layout_set(change->tx, &ACTOR_COMMAND, &laid, 0, change->now, change->arena,
                    &change->changes, &changed));
    return changed;
}

static bool set_breaking(struct change *change)
{
    struct oracle *oracle = change->oracle;
    struct breaking breaking = {0};
    supersede(change, oracle->breaking);
    oracle->breaking = 0;
    if (random_chance(change->random, 70)) {
        breaking.text = words_headline(oracle, change->arena, &oracle->breaking);
        breaking.url = random_chance(change->random, 50) ? STR("/news") : STR_NONE;
        breaking.until =
            change->now + 1000 + (int64_t)random_below(change->random, 3 * 3600 * 1000);
    }
    FINE(breaking_set(change->tx, &ACTOR_COMMAND, &breaking, change->now, change->arena,
                      &change->changes));
    return true;
}

/* ---- Everything else --------------------------------------------------------------------------
 */

static bool rename_one(struct change *change, enum change_kind kind)
{
    struct oracle *oracle = change->oracle;
    bool tag = kind == CHANGE_TAG_NAME;
    size_t n = random_below(change->random, tag ? TAGS : AUTHORS);
    enum store_name_kind name_kind = tag ? STORE_TAG : STORE_AUTHOR;
    uint32_t *held = tag ? &oracle->tag_names[n] : &oracle->author_names[n], serial;
    struct store_name row;
    FINE(store_name(change->tx, name_kind, (tag ? oracle->tags : oracle->authors)[n], change->arena,
                    &row));
    if (kind == CHANGE_AUTHOR_ABOUT) {
        row.about = words_slug(oracle, change->arena);
    } else {
        struct str name = words_headline(oracle, change->arena, &serial);
        new_text(change, name, serial, held, &row.name);
    }
    FINE(name_rename(change->tx, name_kind, row.id, row.name, row.about, change->arena,
                     &change->changes));
    return true;
}

static bool set_settings(struct change *change, enum change_kind kind)
{
    static const char *const zones[] = {"Asia/Manila", "Europe/Lisbon", "America/New_York",
                                        "Pacific/Auckland", "Asia/Kathmandu"};
    static const struct str languages[] = {STR_INIT("en"), STR_INIT("ar"), STR_INIT("es")};
    struct oracle *oracle = change->oracle;
    struct settings settings;
    uint32_t serial;
    FINE(settings_load(change->tx, change->arena, &settings));
    if (kind == CHANGE_SITE_NAME) {
        struct str name = words_headline(oracle, change->arena, &serial);
        new_text(change, name, serial, &oracle->site_name, &settings.name);
    } else if (kind == CHANGE_SITE_TAGLINE) {
        struct str tagline = words_headline(oracle, change->arena, &serial);
        new_text(change, tagline, serial, &oracle->site_tagline, &settings.tagline);
    } else if (kind == CHANGE_TIMEZONE) {
        const char *zone = zones[random_below(change->random, 5)];
        settings.timezone = str_of(zone);
        (void)snprintf(oracle->timezone, sizeof oracle->timezone, "%s", zone);
    } else if (kind == CHANGE_SINCE) {
        settings.since = 1990 + (int64_t)random_below(change->random, 20);
    } else {
        settings.language = languages[random_below(change->random, 3)];
    }
    FINE(settings_save(change->tx, &settings, &change->changes.keys));
    return true;
}

static bool add_section(struct change *change)
{
    struct oracle *oracle = change->oracle;
    if (oracle->section_count == SECTIONS_MOST)
        return false;
    struct store_section *section = &oracle->sections[oracle->section_count];
    struct str slug = arena_printf(oracle->arena, "part-%zu", oracle->section_count);
    FINE(section_add(change->tx, STR("A Part"), slug, oracle->arena, &change->changes, section));
    oracle->section_count++;
    address_know(oracle, arena_printf(oracle->arena, "/%.*s", STR_ARG(slug)));
    address_know(oracle, arena_printf(oracle->arena, "/%.*s/rss.xml", STR_ARG(slug)));
    return true;
}

static bool change_section(struct change *change, enum change_kind kind)
{
    struct oracle *oracle = change->oracle;
    struct store_section *section =
        &oracle->sections[random_below(change->random, oracle->section_count)];
    struct str name = section->name, slug = section->slug;
    int64_t above = section->parent_id;
    if (kind == CHANGE_SECTION_PARENT)
        above =
            above ? 0 : oracle->sections[random_below(change->random, oracle->section_count)].id;
    else if (kind == CHANGE_SECTION_NAME)
        name = words_slug(oracle, change->arena);
    else
        slug = arena_printf(oracle->arena, "%.*s%zu", STR_ARG(words_slug(oracle, change->arena)),
                            random_below(change->random, 1000));
    struct error error = furnish_section(change->tx, &ACTOR_COMMAND, section->id, name, slug, above,
                                         change->now, change->arena, &change->changes);
    if (error.code == ERR_EXISTS || (above && error.code == ERR_INVALID))
        return false; /* taken, or sections would nest deeper */
    FINE(error);
    section->name = arena_str(oracle->arena, name);
    section->slug = arena_str(oracle->arena, slug);
    section->parent_id = above;
    if (kind == CHANGE_SECTION_SLUG)
        address_know(oracle, arena_printf(oracle->arena, "/%.*s", STR_ARG(slug)));
    return true;
}

static bool order_sections(struct change *change)
{
    struct oracle *oracle = change->oracle;
    int64_t *ids;
    size_t count;
    int64_t all[SECTIONS_MOST];
    for (size_t i = 0; i < oracle->section_count; i++)
        all[i] = oracle->sections[i].id;
    pick_ids(change, all, oracle->section_count, oracle->section_count, &ids, &count);
    FINE(furnish_section_order(change->tx, &ACTOR_COMMAND, ids, count, change->now, change->arena,
                               &change->changes));
    return true;
}

static bool set_page(struct change *change, enum change_kind kind)
{
    static const struct str slugs[] = {STR_INIT("about"), STR_INIT("terms"), STR_INIT("privacy")};
    struct oracle *oracle = change->oracle;
    size_t n = random_below(change->random, STANDING);
    struct store_page page;
    uint32_t serial;
    struct str text;
    FINE(store_page(change->tx, slugs[n], change->arena, &page));
    page.updated_at = change->now;
    if (kind == CHANGE_PAGE_TITLE) {
        text = words_headline(oracle, change->arena, &serial);
        new_text(change, text, serial, &oracle->page_titles[n], &page.title);
    } else {
        text = words_body(oracle, change->arena, &serial);
        new_text(change, text, serial, &oracle->page_bodies[n], &page.body);
    }
    FINE(standing_set(change->tx, &page, change->arena, &change->changes, NULL));
    return true;
}

static bool change_ad(struct change *change, enum change_kind kind)
{
    struct oracle *oracle = change->oracle;
    struct store_ad ad = {.text = STR("Buy it."), .url = STR("https://example.org/ad")};
    size_t n = kind == CHANGE_ADD_AD ? oracle->ad_count
                                     : random_below(change->random, oracle->ad_count + 1);
    if (n == (kind == CHANGE_ADD_AD ? (size_t)ADS_MOST : oracle->ad_count))
        return false;
    if (kind != CHANGE_ADD_AD)
        supersede(change, oracle->ad_titles[n]);
    if (kind == CHANGE_REMOVE_AD) {
        FINE(furnish_ad_remove(change->tx, &ACTOR_COMMAND, oracle->ads[n], change->now,
                               change->arena, &change->changes));
        oracle->ads[n] = oracle->ads[--oracle->ad_count];
        oracle->ad_titles[n] = oracle->ad_titles[oracle->ad_count];
        return true;
    }
    ad.id = kind == CHANGE_AD ? oracle->ads[n] : 0;
    ad.title = words_headline(oracle, change->arena, &oracle->ad_titles[n]);
    FINE(furnish_ad(change->tx, &ACTOR_COMMAND, &ad, change->now, change->arena, &change->changes,
                    &oracle->ads[n]));
    oracle->ad_count += kind == CHANGE_ADD_AD;
    return true;
}

/* ---- Around a story ---------------------------------------------------------------------------
 */

static void add_address(struct str *addresses, size_t most, size_t *count, struct str address)
{
    if (*count < most)
        addresses[(*count)++] = address;
}

/* The slugs of tags and authors are "tag-7" and "author-3". */
static void add_names_of(struct arena *arena, const int64_t *known, size_t known_count,
                         const int64_t *ids, size_t id_count, const char *kind,
                         struct str *addresses, size_t most, size_t *count)
{
    for (size_t i = 0; i < id_count; i++)
        for (size_t k = 0; k < known_count; k++)
            if (known[k] == ids[i])
                add_address(addresses, most, count,
                            arena_printf(arena, "/%s/%s-%zu", kind, kind, k));
}

size_t tale_addresses(struct oracle *oracle, const struct tale *tale, struct arena *arena,
                      struct str *ret_addresses, size_t most)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_story story;
    struct store_revision revision;
    struct store_section section;
    size_t count = 0;
    FINE(store_read(oracle->store, &tx));
    FINE(store_story(tx, tale->id, arena, &story));
    FINE(store_revision(tx, story.newest, arena, &revision));
    FINE(store_section(tx, revision.section_id, arena, &section));
    if (tale->path)
        add_address(ret_addresses, most, &count, str_of(tale->path));
    add_address(ret_addresses, most, &count, STR("/"));
    add_address(ret_addresses, most, &count, STR("/news-sitemap.xml"));
    add_address(ret_addresses, most, &count, STR("/sitemap.xml"));
    add_address(ret_addresses, most, &count, STR("/feed.json"));
    add_address(ret_addresses, most, &count, arena_printf(arena, "/%.*s", STR_ARG(section.slug)));
    add_address(ret_addresses, most, &count,
                arena_printf(arena, "/%.*s/rss.xml", STR_ARG(section.slug)));
    add_names_of(arena, oracle->tags, TAGS, revision.tags, revision.tag_count, "tag", ret_addresses,
                 most, &count);
    add_names_of(arena, oracle->authors, AUTHORS, revision.authors, revision.author_count, "author",
                 ret_addresses, most, &count);
    return count;
}

/* ---- Transactions -----------------------------------------------------------------------------
 */

static bool apply(struct change *change, enum change_kind kind)
{
    bool done = false;
    if (kind <= CHANGE_PUBLISH_DRAFT)
        done = publish(change, kind);
    else if (kind <= CHANGE_NOTHING)
        done = edit(change, kind);
    else if (kind == CHANGE_RELIST)
        done = relist(change);
    else if (kind == CHANGE_WITHDRAW)
        done = withdraw(change);
    else if (kind == CHANGE_CORRECT)
        done = correct(change);
    else if (kind == CHANGE_TAKEDOWN)
        done = take_down(change);
    else if (kind == CHANGE_LAYOUT)
        done = lay_front(change);
    else if (kind == CHANGE_BLOCKS)
        done = arrange_blocks(change);
    else if (kind == CHANGE_BREAKING)
        done = set_breaking(change);
    else if (kind == CHANGE_PICTURE_WORDS)
        done = describe_picture(change);
    else if (kind <= CHANGE_AUTHOR_ABOUT)
        done = rename_one(change, kind);
    else if (kind <= CHANGE_LOCALE)
        done = set_settings(change, kind);
    else if (kind == CHANGE_ADD_SECTION)
        done = add_section(change);
    else if (kind <= CHANGE_SECTION_PARENT)
        done = change_section(change, kind);
    else if (kind == CHANGE_SECTION_ORDER)
        done = order_sections(change);
    else if (kind <= CHANGE_PAGE_BODY)
        done = set_page(change, kind);
    else
        done = change_ad(change, kind);
    if (done)
        (void)buf_printf(&change->words, "%s%s (story %lld)", change->words.len ? "; " : "",
                         kinds[kind].name, change->tale ? (long long)change->tale->id : 0ll);
    return done;
}

static void note(struct oracle *oracle, const struct change *change, int64_t number)
{
    (void)pthread_mutex_lock(&oracle->notes_lock);
    (void)snprintf(oracle->notes[oracle->note_count++ % NOTES_KEPT], NOTE_BYTES,
                   "change %lld: %.*s", (long long)number, STR_ARG(buf_slice(&change->words)));
    (void)pthread_mutex_unlock(&oracle->notes_lock);
}

void stamp_open(struct oracle *oracle)
{
    if (atomic_load(&oracle->stamp) % 2 == 0)
        atomic_fetch_add(&oracle->stamp, 1);
}

static void stamp_close(struct oracle *oracle)
{
    if (atomic_load(&oracle->stamp) % 2)
        atomic_fetch_add(&oracle->stamp, 1);
}

void change_settle(struct oracle *oracle)
{
    uint64_t acknowledged = atomic_load(&oracle->acknowledged) + 1;
    if (oracle->house && !follow_until(oracle->house, oracle->number, SETTLE_MS))
        oracle_fail(oracle, "change %lld was not applied in time", (long long)oracle->number);
    for (size_t i = 0; i < oracle->stale_count; i++)
        atomic_store(&oracle->superseded[oracle->stale[i]], acknowledged);
    oracle->stale_count = 0;
    atomic_store(&oracle->acknowledged, acknowledged);
    stamp_close(oracle);
}

static bool transaction(struct oracle *oracle, const enum change_kind *list, size_t count,
                        struct tale **ret_tale)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct change change = {.oracle = oracle,
                            .random = &oracle->random,
                            .arena = arena,
                            .now = atomic_load(&oracle->time.at),
                            .words = BUF_INIT(4096)};
    int64_t number = 0;
    bool any = false;
    stamp_open(oracle);
    FINE(store_write(oracle->store, &change.tx));
    changes_init(&change.changes, arena);
    for (size_t i = 0; i < count; i++)
        any |= apply(&change, list[i]);
    if (getenv("ORACLE_NAME_KEYS"))
        for (size_t i = 0; i < keys_count(&change.changes.keys); i++)
            (void)fprintf(stderr, "    %.*s: %.*s\n", STR_ARG(buf_slice(&change.words)),
                          STR_ARG(keys_at(&change.changes.keys, i)));
    FINE(changes_commit(&change.tx, &change.changes, change.now, &number));
    if (number)
        oracle->number = number;
    if (any)
        note(oracle, &change, number);
    oracle->changes += any;
    buf_release(&change.words);
    if (ret_tale)
        *ret_tale = change.tale;
    return any;
}

bool change_make(struct oracle *oracle, enum change_kind kind, bool wait, struct tale **ret_tale)
{
    bool done = transaction(oracle, &kind, 1, ret_tale);
    if (wait)
        change_settle(oracle);
    return done;
}

void change_make_some(struct oracle *oracle, size_t count)
{
    enum change_kind list[8];
    for (size_t i = 0; i < count && i < 8; i++)
        list[i] = change_pick(oracle);
    (void)transaction(oracle, list, count < 8 ? count : 8, NULL);
    change_settle(oracle);
}

/* ---- The clock --------------------------------------------------------------------------------
 */

void clock_set_to(struct oracle *oracle, int64_t moment)
{
    bool open = atomic_load(&oracle->stamp) % 2;
    stamp_open(oracle);
    atomic_store(&oracle->time.at, moment);
    if (!open)
        stamp_close(oracle);
}

/* Right before, at, and right after such a moment. */
static int64_t around(struct random *random, int64_t moment)
{
    return moment - 1 + (int64_t)random_below(random, 3);
}

bool clock_move(struct oracle *oracle)
{
    struct random *random = &oracle->random;
    struct str zone = str_of(oracle->timezone);
    int64_t now = atomic_load(&oracle->time.at), then = 0;
    size_t way = random_below(random, 1000);
    if (way < 60)
        then = around(random, text_next_midnight(now, zone));
    else if (way < 80)
        then = around(random, text_next_month(now, zone));
    else if (way < 84)
        then = around(random, text_next_year(now, zone));
    else if (way < 140 && oracle->tale_count)
        then = around(
            random,
            oracle->tales[oracle->tale_count - 1 -
                          random_below(random, oracle->tale_count < 30 ? oracle->tale_count : 30)]
                    .published_at +
                2ll * DAY_MS);
    else if (way < 200)
        then = now + (int64_t)random_below(random, 6 * 3600 * 1000);
    else
        then = now + (int64_t)random_below(random, 90 * 1000);
    if (then > now)
        clock_set_to(oracle, then);
    return then > now && way < 140;
}
