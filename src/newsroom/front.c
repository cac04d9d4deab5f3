#include "newsroom/front.h"
#include "newsroom/audit.h"
#include "text/dates.h"

#define DAY ((int64_t)24 * 3600 * 1000)

/* ---- Layouts ------------------------------------------------------------------------------- */

static size_t room_of(enum pin_area area)
{
    switch (area) {
    case PIN_LEAD:
    case PIN_SECTION:
        return 1;
    case PIN_SECOND:
        return PINS_SECOND;
    case PIN_FEATURED:
        return PINS_FEATURED;
    case PIN_BLOCK:
        return PINS_BLOCK;
    }
    return 0;
}

static bool on_front(const struct store_pin *pin)
{
    return pin->area != PIN_SECTION;
}

static struct error check_story(struct store_tx *tx, int64_t story_id, struct arena *arena)
{
    struct store_story story;
    TRY(store_story(tx, story_id, arena, &story));
    if (story.state != STORY_PUBLISHED)
        return error_make(ERR_INVALID, "The layout", "only published stories can stand there");
    return NO_ERROR;
}

static struct error check_pin(struct store_tx *tx, const struct store_pin *pin,
                              const struct store_pin *before, size_t count, struct arena *arena)
{
    struct store_section section;
    size_t beside = 0;
    bool of_section = pin->area == PIN_BLOCK || pin->area == PIN_SECTION;
    if (room_of(pin->area) == 0 || of_section != (pin->section_id != 0))
        return error_make(ERR_INVALID, "The layout", "a story stands in no place of the front");
    TRY(check_story(tx, pin->story_id, arena));
    if (of_section)
        TRY(store_section(tx, pin->section_id, arena, &section));
    for (size_t i = 0; i < count; i++) {
        beside += before[i].area == pin->area && before[i].section_id == pin->section_id;
        if (before[i].story_id == pin->story_id && on_front(pin) && on_front(&before[i]))
            return error_make(ERR_INVALID, "The layout", "a story stands twice on the front");
    }
    if (beside >= room_of(pin->area))
        return error_make(ERR_INVALID, "The layout", "a place holds more stories than it can");
    return NO_ERROR;
}

static const struct store_block *find_block(const struct store_block *blocks, size_t count,
                                            int64_t section_id)
{
    for (size_t i = 0; i < count; i++)
        if (blocks[i].section_id == section_id)
            return &blocks[i];
    return NULL;
}

bool layout_shows(const struct store_block *blocks, size_t count, int64_t section_id)
{
    const struct store_block *block = find_block(blocks, count, section_id);
    return !block || block->shown;
}

struct error layout_load(struct store_tx *tx, struct arena *arena, struct store_laid *ret_laid)
{
    struct store_pin *pins;
    struct store_block *blocks;
    struct store_laid laid = {0};
    TRY(store_pins(tx, 0, arena, &pins, &laid.pin_count));
    TRY(store_blocks(tx, 0, arena, &blocks, &laid.block_count));
    laid.pins = pins;
    laid.blocks = blocks;
    *ret_laid = laid;
    return NO_ERROR;
}

void layout_blocks(const struct store_block *named, size_t named_count,
                   const struct store_section *sections, size_t count,
                   struct store_block *ret_blocks)
{
    size_t n = 0;
    for (size_t i = 0; i < named_count; i++) {
        bool there = false;
        for (size_t k = 0; k < count; k++)
            there = there || sections[k].id == named[i].section_id;
        if (there && !find_block(ret_blocks, n, named[i].section_id))
            ret_blocks[n++] = named[i];
    }
    for (size_t i = 0; i < count; i++)
        if (!find_block(ret_blocks, n, sections[i].id))
            ret_blocks[n++] = (struct store_block){sections[i].id, true};
}

/* Names no block when all stand as in the navigation: they then follow it. */
static struct error check_blocks(struct store_tx *tx, const struct store_laid *given,
                                 struct arena *arena, struct store_laid *kept)
{
    struct store_section *sections;
    size_t count;
    bool plain = true;
    TRY(store_sections(tx, arena, &sections, &count));
    for (size_t i = 0; i < given->block_count; i++) {
        struct store_section section;
        TRY(store_section(tx, given->blocks[i].section_id, arena, &section));
        if (find_block(given->blocks, i, section.id))
            return error_make(ERR_INVALID, "The layout", "a section has two blocks");
    }
    struct store_block *blocks = ARENA_ARRAY(arena, struct store_block, count + 1);
    layout_blocks(given->blocks, given->block_count, sections, count, blocks);
    for (size_t i = 0; i < count; i++)
        plain = plain && blocks[i].section_id == sections[i].id && blocks[i].shown;
    kept->blocks = blocks;
    kept->block_count = plain ? 0 : count;
    return NO_ERROR;
}

struct error layout_check(struct store_tx *tx, const struct store_laid *given, int64_t now,
                          struct arena *arena, struct store_laid *ret_laid)
{
    struct store_pin *kept = ARENA_ARRAY(arena, struct store_pin, given->pin_count + 1);
    struct store_laid laid = {.pins = kept};
    if (given->pin_count > PINS_MAX)
        return error_make(ERR_INVALID, "The layout", "80 stories are the most");
    for (size_t i = 0; i < given->pin_count; i++) {
        const struct store_pin *pin = &given->pins[i];
        if (pin->until && pin->until <= now)
            continue;
        TRY(check_pin(tx, pin, kept, laid.pin_count, arena));
        kept[laid.pin_count++] = *pin;
    }
    TRY(check_blocks(tx, given, arena, &laid));
    *ret_laid = laid;
    return NO_ERROR;
}

static bool same_pin(const struct store_pin *a, const struct store_pin *b)
{
    return a->area == b->area && a->section_id == b->section_id && a->story_id == b->story_id &&
           a->until == b->until;
}

/* The pins of the front (section 0) or of a section's page that hold now. What is pinned to a
 * block that isn't shown stands nowhere. */
static size_t pick_pins(const struct store_laid *laid, int64_t section_id, int64_t now,
                        struct store_pin *ret_pins)
{
    size_t n = 0;
    for (size_t i = 0; i < laid->pin_count; i++) {
        const struct store_pin *pin = &laid->pins[i];
        bool here = section_id ? !on_front(pin) && pin->section_id == section_id : on_front(pin);
        if (pin->area == PIN_BLOCK)
            here = here && layout_shows(laid->blocks, laid->block_count, pin->section_id);
        if (here && (!pin->until || pin->until > now))
            ret_pins[n++] = *pin;
    }
    return n;
}

/* True when a page with these pins differs. */
static bool differ(const struct store_laid *old, const struct store_laid *new, int64_t section_id,
                   int64_t now, struct arena *arena)
{
    struct store_pin *a = ARENA_ARRAY(arena, struct store_pin, old->pin_count + 1);
    struct store_pin *b = ARENA_ARRAY(arena, struct store_pin, new->pin_count + 1);
    size_t n = pick_pins(old, section_id, now, a);
    if (n != pick_pins(new, section_id, now, b))
        return true;
    for (size_t i = 0; i < n; i++)
        if (!same_pin(&a[i], &b[i]))
            return true;
    return false;
}

static bool next_shown(const struct store_block *blocks, size_t count, size_t *at)
{
    while (*at < count && !blocks[*at].shown)
        ++*at;
    return *at < count;
}

/* True when readers see other blocks, or the same ones in another order. */
static bool blocks_differ(const struct store_block *a, const struct store_block *b, size_t count)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        bool more = next_shown(a, count, &i);
        if (more != next_shown(b, count, &k) || (more && a[i].section_id != b[k].section_id))
            return true;
        if (!more)
            return false;
    }
}

static void note_sections(const struct store_laid *of, const struct store_laid *old,
                          const struct store_laid *new, int64_t now, struct arena *arena,
                          struct changes *changes)
{
    for (size_t i = 0; i < of->pin_count; i++)
        if (!on_front(&of->pins[i]) && differ(old, new, of->pins[i].section_id, now, arena))
            key_section_lead(&changes->keys, of->pins[i].section_id);
}

struct error layout_follows(struct store_tx *tx, const struct store_section *before,
                            const struct store_section *after, size_t count, struct arena *arena,
                            struct changes *changes)
{
    struct store_laid laid;
    TRY(layout_load(tx, arena, &laid));
    struct store_block *a = ARENA_ARRAY(arena, struct store_block, count + 1);
    struct store_block *b = ARENA_ARRAY(arena, struct store_block, count + 1);
    layout_blocks(laid.blocks, laid.block_count, before, count, a);
    layout_blocks(laid.blocks, laid.block_count, after, count, b);
    if (blocks_differ(a, b, count))
        key_front(&changes->keys);
    return NO_ERROR;
}

/* *ret_any: whether there is anything to keep; *ret_seen: whether the blocks that readers see
 * differ. */
static struct error compare_laid(struct store_tx *tx, const struct store_laid *old,
                                 const struct store_laid *new, struct arena *arena, bool *ret_any,
                                 bool *ret_seen)
{
    struct store_section *sections;
    size_t count;
    bool any = old->pin_count != new->pin_count;
    TRY(store_sections(tx, arena, &sections, &count));
    struct store_block *a = ARENA_ARRAY(arena, struct store_block, count + 1);
    struct store_block *b = ARENA_ARRAY(arena, struct store_block, count + 1);
    layout_blocks(old->blocks, old->block_count, sections, count, a);
    layout_blocks(new->blocks, new->block_count, sections, count, b);
    for (size_t i = 0; i < new->pin_count && !any; i++)
        any = !same_pin(&new->pins[i], &old->pins[i]);
    for (size_t i = 0; i < count; i++)
        any = any || a[i].section_id != b[i].section_id || a[i].shown != b[i].shown;
    *ret_any = any;
    *ret_seen = blocks_differ(a, b, count);
    return NO_ERROR;
}

struct error layout_set(struct store_tx *tx, const struct actor *actor,
                        const struct store_laid *given, int64_t restored_from, int64_t now,
                        struct arena *arena, struct changes *changes, bool *ret_changed)
{
    struct store_laid laid, old;
    int64_t id = 0;
    bool changed, blocks;
    TRY(actor_may(actor, ACTION_FRONT_ARRANGE, RELATION_NONE));
    TRY(layout_check(tx, given, now, arena, &laid));
    TRY(layout_load(tx, arena, &old));
    TRY(compare_laid(tx, &old, &laid, arena, &changed, &blocks));
    if (ret_changed)
        *ret_changed = changed;
    if (!changed)
        return NO_ERROR;
    struct store_layout layout = {
        .at = now, .account_id = actor->account_id, .restored_from = restored_from};
    TRY(store_layout_add(tx, &layout, &laid, &id));
    if (blocks || differ(&old, &laid, 0, now, arena))
        key_front(&changes->keys);
    note_sections(&old, &old, &laid, now, arena, changes);
    note_sections(&laid, &old, &laid, now, arena, changes);
    if (restored_from)
        return audit_addf(tx, actor, "front.restore", audit_object("layout", id, arena), now, arena,
                          "layout %lld, %zu pinned", (long long)restored_from, laid.pin_count);
    return audit_addf(tx, actor, "front.arrange", audit_object("layout", id, arena), now, arena,
                      "%zu pinned%s", laid.pin_count, laid.block_count ? ", blocks in order" : "");
}

/* ---- Breaking news ------------------------------------------------------------------------- */

struct error breaking_load(struct store_tx *tx, int64_t now, struct arena *arena,
                           struct breaking *ret_breaking)
{
    struct breaking breaking = {0};
    struct str until;
    TRY(store_setting(tx, STR("breaking_text"), arena, &breaking.text));
    TRY(store_setting(tx, STR("breaking_url"), arena, &breaking.url));
    TRY(store_setting(tx, STR("breaking_until"), arena, &until));
    if (!str_to_i64(until, &breaking.until) || breaking.until <= now || !breaking.text.len)
        breaking = (struct breaking){0};
    *ret_breaking = breaking;
    return NO_ERROR;
}

static struct error check_breaking(const struct breaking *b, int64_t now)
{
    bool address = !b->url.len ||
                   (str_starts(b->url, STR("/")) && !str_starts(b->url, STR("//"))) ||
                   str_starts(b->url, STR("https://")) || str_starts(b->url, STR("http://"));
    if (b->text.len > BREAKING_TEXT_MAX || !str_is_utf8(b->text) ||
        str_find_char(b->text, '\n') >= 0)
        return error_make(ERR_INVALID, "The bar", "one short sentence is enough");
    for (size_t i = 0; i < b->url.len; i++)
        address = address && (unsigned char)b->url.at[i] > 0x20 && b->url.at[i] != '\\';
    if (!address || b->url.len > 500 || !str_is_utf8(b->url))
        return error_make(ERR_INVALID, "The bar's link",
                          "give an address of the site, as in /news/…, or one with https://");
    if (b->until <= now || b->until > now + BREAKING_DAYS_MAX * DAY)
        return error_make(ERR_INVALID, "The bar's end", "it must lie ahead, at most seven days");
    return NO_ERROR;
}

struct error breaking_set(struct store_tx *tx, const struct actor *actor,
                          const struct breaking *given, int64_t now, struct arena *arena,
                          struct changes *changes)
{
    struct breaking old, breaking = {str_trim(given->text), str_trim(given->url), given->until};
    TRY(actor_may(actor, ACTION_FRONT_ARRANGE, RELATION_NONE));
    if (breaking.text.len)
        TRY(check_breaking(&breaking, now));
    else
        breaking = (struct breaking){STR(""), STR(""), 0};
    TRY(breaking_load(tx, now, arena, &old));
    if (str_eq(old.text, breaking.text) && str_eq(old.url, breaking.url) &&
        old.until == breaking.until)
        return NO_ERROR;
    TRY(store_setting_set(tx, STR("breaking_text"), breaking.text));
    TRY(store_setting_set(tx, STR("breaking_url"), breaking.url));
    TRY(store_setting_set(tx, STR("breaking_until"),
                          arena_printf(arena, "%lld", (long long)breaking.until)));
    key_breaking(&changes->keys);
    if (!breaking.text.len)
        return audit_add(tx, actor, STR("front.breaking"), STR_NONE, STR("cleared"), now, arena);
    return audit_addf(tx, actor, "front.breaking", STR_NONE, now, arena, "until %.*s: %.*s",
                      STR_ARG(text_rfc3339(breaking.until, STR("UTC"), arena)),
                      STR_ARG(breaking.text));
}

/* ---- Ends ---------------------------------------------------------------------------------- */

#define TOLD STR("front_ends_told") /* up to this moment */

static struct error load_ends(struct store_tx *tx, struct arena *arena, struct store_pin **ret_pins,
                              size_t *ret_count, struct breaking *ret_breaking, int64_t *ret_told)
{
    struct str told;
    int64_t at = 0;
    TRY(store_pins(tx, 0, arena, ret_pins, ret_count));
    TRY(breaking_load(tx, 0, arena, ret_breaking));
    TRY(store_setting(tx, TOLD, arena, &told));
    *ret_told = str_to_i64(told, &at) ? at : 0;
    return NO_ERROR;
}

struct error front_next_end(struct store_tx *tx, struct arena *arena, int64_t *ret_at)
{
    struct store_pin *pins;
    struct breaking breaking;
    int64_t told, at = NEVER;
    size_t count;
    TRY(load_ends(tx, arena, &pins, &count, &breaking, &told));
    for (size_t i = 0; i < count; i++)
        if (pins[i].until > told && pins[i].until < at)
            at = pins[i].until;
    if (breaking.until > told && breaking.until < at)
        at = breaking.until;
    *ret_at = at;
    return NO_ERROR;
}

struct error front_tell_ends(struct store_tx *tx, int64_t now, struct arena *arena)
{
    static const char *const areas[] = {[PIN_LEAD] = "the lead",
                                        [PIN_SECOND] = "beside the lead",
                                        [PIN_FEATURED] = "featured",
                                        [PIN_BLOCK] = "a block",
                                        [PIN_SECTION] = "the lead of a section"};
    struct store_pin *pins;
    struct breaking breaking;
    int64_t told;
    size_t count;
    TRY(load_ends(tx, arena, &pins, &count, &breaking, &told));
    for (size_t i = 0; i < count; i++)
        if (pins[i].until > told && pins[i].until <= now)
            TRY(audit_addf(tx, &ACTOR_CLOCK, "front.pin-end",
                           audit_object("story", pins[i].story_id, arena), now, arena,
                           "%s, until %.*s", areas[pins[i].area],
                           STR_ARG(text_rfc3339(pins[i].until, STR("UTC"), arena))));
    if (breaking.until > told && breaking.until <= now)
        TRY(audit_addf(tx, &ACTOR_CLOCK, "front.breaking-end", STR_NONE, now, arena,
                       "until %.*s: %.*s", STR_ARG(text_rfc3339(breaking.until, STR("UTC"), arena)),
                       STR_ARG(breaking.text)));
    return store_setting_set(tx, TOLD, arena_printf(arena, "%lld", (long long)now));
}
