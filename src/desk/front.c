/* The front laid by hand: a form that works without script; buttons move, a preview shows. */
#include "newsroom/front.h"
#include "http/reply.h"
#include "newsroom/front_plan.h"
#include "newsroom/furnishing.h"

#include "desk/screen.h"

enum { CANDIDATES = 40, NAME_SIZE = 40 };

struct layout_form {
    struct store_pin pins[PINS_MAX];
    size_t count;
    struct store_block blocks[SECTIONS_MAX];
    size_t block_count;
};

static struct store_laid laid_of(const struct layout_form *form)
{
    return (struct store_laid){form->pins, form->count, form->blocks, form->block_count};
}

/* ---- From forms and addresses -------------------------------------------------------------- */

/* "2", "4-7": an area, and its section. */
static bool area_parse(struct str text, struct store_pin *pin)
{
    struct str area;
    int64_t number = 0, section = 0;
    (void)str_split(&text, '-', &area);
    if (!str_to_i64(area, &number) || number < PIN_LEAD || number > PIN_SECTION)
        return false;
    if (number >= PIN_BLOCK && (!str_to_i64(text, &section) || section <= 0))
        return false;
    pin->area = (enum pin_area)number;
    pin->section_id = section;
    return true;
}

static struct str area_text(const struct screen *screen, enum pin_area area, int64_t section_id)
{
    if (area < PIN_BLOCK)
        return arena_printf(screen->arena, "%d", (int)area);
    return arena_printf(screen->arena, "%d-%lld", (int)area, (long long)section_id);
}

static void read_blocks(const struct screen *screen, struct layout_form *form)
{
    char name[NAME_SIZE];
    while (form->block_count < SECTIONS_MAX) {
        struct store_block block;
        (void)snprintf(name, sizeof name, "b_section_%zu", form->block_count);
        block.section_id = screen_number(screen, name);
        if (!block.section_id)
            break;
        (void)snprintf(name, sizeof name, "b_shown_%zu", form->block_count);
        block.shown = screen_field(screen, name).len > 0;
        form->blocks[form->block_count++] = block;
    }
}

static struct error read_form(const struct screen *screen, struct layout_form *form)
{
    char name[NAME_SIZE];
    *form = (struct layout_form){0};
    read_blocks(screen, form);
    for (size_t i = 0; i < PINS_MAX; i++) {
        struct store_pin pin = {0};
        (void)snprintf(name, sizeof name, "p_story_%zu", i);
        pin.story_id = screen_number(screen, name);
        if (!pin.story_id)
            break;
        (void)snprintf(name, sizeof name, "p_area_%zu", i);
        if (!area_parse(screen_field(screen, name), &pin))
            continue;
        (void)snprintf(name, sizeof name, "p_until_%zu", i);
        if (str_trim(screen_field(screen, name)).len)
            TRY(screen_wall_read(screen, name, "The end of a pin", &pin.until));
        form->pins[form->count++] = pin;
    }
    return NO_ERROR;
}

/* "1.0.41.0-2.0.42.1764000000000": area, section, story, end. */
static struct str layout_text(struct screen *screen, const struct layout_form *form)
{
    BUF_AUTO struct buf out = BUF_INIT(8192);
    for (size_t i = 0; i < form->count; i++) {
        const struct store_pin *pin = &form->pins[i];
        (void)buf_printf(&out, "%s%d.%lld.%lld.%lld", i ? "-" : "", (int)pin->area,
                         (long long)pin->section_id, (long long)pin->story_id,
                         (long long)pin->until);
    }
    return arena_str(screen->arena, buf_slice(&out));
}

/* "3.1-4.0": section, shown. */
static struct str blocks_text(struct screen *screen, const struct layout_form *form)
{
    BUF_AUTO struct buf out = BUF_INIT(4096);
    for (size_t i = 0; i < form->block_count; i++)
        (void)buf_printf(&out, "%s%lld.%d", i ? "-" : "", (long long)form->blocks[i].section_id,
                         form->blocks[i].shown);
    return arena_str(screen->arena, buf_slice(&out));
}

static void blocks_parse(struct str text, struct layout_form *form)
{
    struct str part, section;
    while (form->block_count < SECTIONS_MAX && str_split(&text, '-', &part)) {
        struct store_block block = {0};
        if (!str_split(&part, '.', &section) || !str_to_i64(section, &block.section_id))
            continue;
        block.shown = str_eq(part, STR("1"));
        form->blocks[form->block_count++] = block;
    }
}

static void layout_parse(struct str text, struct layout_form *form)
{
    struct str part, number;
    *form = (struct layout_form){0};
    while (form->count < PINS_MAX && str_split(&text, '-', &part)) {
        int64_t n[4] = {0};
        size_t count = 0;
        while (count < 4 && str_split(&part, '.', &number) && str_to_i64(number, &n[count]))
            count++;
        if (count != 4 || n[0] < PIN_LEAD || n[0] > PIN_SECTION)
            continue;
        form->pins[form->count++] = (struct store_pin){(enum pin_area)n[0], n[1], n[2], n[3]};
    }
}

/* ---- Changing the form --------------------------------------------------------------------- */

static bool same_place(const struct store_pin *a, const struct store_pin *b)
{
    return a->area == b->area && a->section_id == b->section_id;
}

/* One place up or down among those of the same area. */
static void move_pin(struct layout_form *form, size_t at, bool up)
{
    size_t to = at;
    do {
        if (up ? to == 0 : to + 1 >= form->count)
            return;
        to += up ? (size_t)-1 : 1;
    } while (!same_place(&form->pins[at], &form->pins[to]));
    struct store_pin pin = form->pins[at];
    form->pins[at] = form->pins[to];
    form->pins[to] = pin;
}

static void move_block(struct layout_form *form, size_t at, bool up)
{
    if (up ? at == 0 : at + 1 >= form->block_count)
        return;
    size_t to = up ? at - 1 : at + 1;
    struct store_block block = form->blocks[at];
    form->blocks[at] = form->blocks[to];
    form->blocks[to] = block;
}

static void remove_pin(struct layout_form *form, size_t at)
{
    form->count--;
    for (size_t i = at; i < form->count; i++)
        form->pins[i] = form->pins[i + 1];
}

/* The story takes the last place of the area; where only one fits it takes the other's. */
static struct error add_pin(struct layout_form *form, int64_t story_id, struct str area)
{
    struct store_pin pin = {.story_id = story_id};
    if (!area_parse(area, &pin))
        return error_make(ERR_INVALID, "The place", "choose one");
    for (size_t i = form->count; i-- > 0;)
        if ((same_place(&form->pins[i], &pin) &&
             (pin.area == PIN_LEAD || pin.area == PIN_SECTION)) ||
            (form->pins[i].story_id == story_id && pin.area != PIN_SECTION &&
             form->pins[i].area != PIN_SECTION))
            remove_pin(form, i);
    if (form->count == PINS_MAX)
        return error_make(ERR_INVALID, "The layout", "80 stories are the most");
    form->pins[form->count++] = pin;
    return NO_ERROR;
}

static struct error add_typed(struct screen *screen, struct layout_form *form)
{
    int64_t id;
    TRY(find_story(screen, str_trim(screen_field(screen, "add_story")), "The story", &id));
    return add_pin(form, id, screen_field(screen, "add_area"));
}

static struct error apply(struct screen *screen, struct layout_form *form, struct str action)
{
    struct str what = action, number = STR_NONE;
    int64_t at = 0;
    ptrdiff_t dash = str_find_char(action, '-');
    if (dash >= 0) {
        what = str_cut(action, 0, (size_t)dash);
        number = str_from(action, (size_t)dash + 1);
    }
    bool numbered = str_to_i64(number, &at) && at >= 0;
    if (str_eq(what, STR("add")) && numbered)
        return add_pin(form, at, screen_field(screen, "add_area"));
    if (str_eq(what, STR("stay"))) { /* "stay-41.4-7": story, area */
        struct str story;
        if (str_split(&number, '.', &story) && str_to_i64(story, &at))
            return add_pin(form, at, number);
        return NO_ERROR;
    }
    if (str_eq(what, STR("find")))
        return names_by_words(str_trim(screen_field(screen, "add_story")))
                   ? NO_ERROR /* put_candidates() shows what has them */
                   : add_typed(screen, form);
    if (numbered && (str_eq(what, STR("raise")) || str_eq(what, STR("lower"))))
        move_block(form, (size_t)at, str_eq(what, STR("raise")));
    if (!numbered || (size_t)at >= form->count)
        return NO_ERROR;
    if (str_eq(what, STR("up")) || str_eq(what, STR("down")))
        move_pin(form, (size_t)at, str_eq(what, STR("up")));
    else if (str_eq(what, STR("remove")))
        remove_pin(form, (size_t)at);
    return NO_ERROR;
}

/* ---- The screen ---------------------------------------------------------------------------- */

static void put_area_options(struct screen *screen, struct value *list,
                             const struct store_section *sections, size_t count,
                             const struct store_pin *chosen)
{
    static const char *const names[] = {"front_lead", "front_second", "front_featured"};
    for (int i = 0; i < 3; i++)
        screen_option(list, area_text(screen, (enum pin_area)(i + 1), 0),
                      desk_say(screen->desk, names[i]), chosen && (int)chosen->area == i + 1);
    for (int area = PIN_BLOCK; area <= PIN_SECTION; area++)
        for (size_t i = 0; i < count; i++)
            screen_option(
                list, area_text(screen, (enum pin_area)area, sections[i].id),
                arena_printf(screen->arena, "%.*s: %.*s",
                             STR_ARG(desk_say(screen->desk,
                                              area == PIN_BLOCK ? "front_block" : "front_section")),
                             STR_ARG(sections[i].name)),
                chosen && (int)chosen->area == area && chosen->section_id == sections[i].id);
}

static void put_pin(struct screen *screen, struct value *list, const struct layout_form *form,
                    size_t n, const struct store_section *sections, size_t section_count)
{
    const struct store_pin *pin = &form->pins[n];
    struct store_card card;
    struct value *one = value_append_object(list);
    value_set_number(one, "n", (int64_t)n);
    value_set_number(one, "story", pin->story_id);
    value_set_text(one, "until", screen_wall(screen, pin->until));
    put_area_options(screen, value_set_list(one, "areas"), sections, section_count, pin);
    if (store_card(screen->tx, pin->story_id, screen->arena, &card).code == ERR_OK) {
        value_set_text(one, "headline", card.headline);
        value_set_text(one, "lang", card.language);
    } else {
        value_set_text(one, "headline", desk_say(screen->desk, "front_gone"));
        value_set_bool(one, "gone", true);
    }
}

/* What fills the rest of a place by itself, each with a button that keeps it there. */
static void put_fills(struct screen *screen, struct value *area, const struct store_pin *place,
                      const struct front_plan *plan)
{
    const struct front_place *filled = NULL;
    if (place->area == PIN_LEAD)
        filled = &plan->lead;
    else if (place->area == PIN_SECOND)
        filled = &plan->second;
    for (size_t i = 0; place->area == PIN_BLOCK && i < plan->block_count; i++)
        if (plan->blocks[i].section->id == place->section_id)
            filled = &plan->blocks[i].place;
    struct value *list = value_set_list(area, "fills");
    for (size_t i = filled ? filled->pinned : 0; filled && i < filled->count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "story", filled->cards[i].story_id);
        value_set_text(one, "headline", filled->cards[i].headline);
        value_set_text(one, "lang", filled->cards[i].language);
    }
    value_set_bool(area, "has_fills", value_count(list) > 0);
}

static void put_area(struct screen *screen, struct value *areas, const struct layout_form *form,
                     enum pin_area area, const struct store_section *section, const char *name_key,
                     const struct store_section *sections, size_t section_count,
                     const struct front_plan *plan)
{
    struct value *one = value_append_object(areas);
    struct store_pin place = {.area = area, .section_id = section ? section->id : 0};
    struct str name = desk_say(screen->desk, name_key);
    if (section)
        name = arena_printf(screen->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(section->name));
    value_set_text(one, "area", area_text(screen, area, place.section_id));
    value_set_text(one, "name", name);
    value_set_bool(one, "whole", !section);
    value_set_bool(one, "blocks_follow", area == PIN_FEATURED);
    value_set_bool(one, "single", area == PIN_LEAD || area == PIN_SECTION);
    struct value *pins = value_set_list(one, "pins");
    for (size_t i = 0; i < form->count; i++)
        if (same_place(&form->pins[i], &place))
            put_pin(screen, pins, form, i, sections, section_count);
    put_fills(screen, one, &place, plan);
    value_set_bool(one, "nothing", area == PIN_FEATURED && value_count(pins) == 0);
    value_set_bool(one, "by_itself", area == PIN_SECTION && value_count(pins) == 0);
}

static struct value *put_candidate(struct value *list, const struct layout_form *form,
                                   int64_t story_id, struct str headline, struct str language)
{
    struct value *one = value_append_object(list);
    bool placed = false;
    for (size_t k = 0; k < form->count; k++)
        placed = placed || form->pins[k].story_id == story_id;
    value_set_number(one, "story", story_id);
    value_set_text(one, "headline", headline);
    value_set_text(one, "lang", language);
    value_set_bool(one, "placed", placed);
    return one;
}

/* The stories with the words that were typed; without any, the newest. */
static struct error put_candidates(struct screen *screen, const struct layout_form *form)
{
    struct store_list all = {STORE_LIST_ALL, 0};
    struct str words = str_trim(screen_field(screen, "add_story"));
    struct value *list = value_set_list(screen->root, "candidates");
    struct store_desk_row *rows;
    struct store_card *cards;
    size_t count;
    if (names_by_words(words)) {
        value_set_text(screen->root, "add_story", words);
        TRY(find_published(screen, words, &rows, &count));
        for (size_t i = 0; i < count; i++)
            screen_time(screen,
                        put_candidate(list, form, rows[i].desk.story_id, rows[i].headline,
                                      rows[i].language),
                        "at", rows[i].published_at);
        return NO_ERROR;
    }
    TRY(store_list(screen->tx, all, STORE_HEAD, CANDIDATES, screen->arena, &cards, &count));
    for (size_t i = 0; i < count; i++)
        screen_time(
            screen,
            put_candidate(list, form, cards[i].story_id, cards[i].headline, cards[i].language),
            "at", cards[i].published_at);
    return NO_ERROR;
}

static struct error put_layouts(struct screen *screen)
{
    struct store_layout *layouts;
    size_t count;
    TRY(store_layouts(screen->tx, LAYOUTS_KEPT_SHOWN, screen->arena, &layouts, &count));
    struct value *list = value_set_list(screen->root, "layouts");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "layout", layouts[i].id);
        value_set_bool(one, "live", i == 0);
        value_set_text(one, "who", screen_account(screen, layouts[i].account_id));
        screen_time(screen, one, "at", layouts[i].at);
    }
    return NO_ERROR;
}

static struct error put_bar(struct screen *screen)
{
    struct breaking bar;
    TRY(breaking_load(screen->tx, screen->now, screen->arena, &bar));
    struct value *object = value_set_object(screen->root, "bar");
    value_set_text(object, "text", bar.text);
    value_set_text(object, "url", bar.url);
    value_set_text(object, "until",
                   screen_wall(screen, bar.until ? bar.until : screen->now + 2 * 3600 * 1000));
    value_set_bool(object, "shown", bar.text.len > 0);
    return NO_ERROR;
}

static const struct store_section *section_of(const struct store_section *sections, size_t count,
                                              int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (sections[i].id == id)
            return &sections[i];
    return NULL;
}

/* Every section's block, in the form's order; sections that it doesn't know come last. */
static const struct store_block *put_blocks(struct screen *screen, const struct layout_form *form,
                                            const struct store_section *sections, size_t count)
{
    struct store_block *blocks = ARENA_ARRAY(screen->arena, struct store_block, count + 1);
    layout_blocks(form->blocks, form->block_count, sections, count, blocks);
    struct value *list = value_set_list(screen->root, "blocks");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "n", (int64_t)i);
        value_set_number(one, "section", blocks[i].section_id);
        value_set_text(one, "name", section_of(sections, count, blocks[i].section_id)->name);
        value_set_bool(one, "shown", blocks[i].shown);
    }
    return blocks;
}

/* The front as the form has it: what could not be kept (a story just withdrawn, an end that has
 * passed) is passed over as readers' pages do. */
static struct error plan_form(struct screen *screen, const struct layout_form *form,
                              const struct store_section *sections, size_t count,
                              struct front_plan *ret_plan)
{
    struct reading reading;
    struct store_laid laid = laid_of(form);
    TRY(reading_within(&reading, screen->tx, screen->arena, screen->call->clock));
    reading.layout = &laid;
    struct error error = front_plan_make(&reading, sections, count, ret_plan);
    reading_end(&reading);
    return error;
}

static struct error draw(struct screen *screen, const struct layout_form *form, bool unsaved)
{
    struct store_section *sections;
    struct front_plan plan;
    size_t count;
    TRY(store_sections(screen->tx, screen->arena, &sections, &count));
    TRY(plan_form(screen, form, sections, count, &plan));
    screen_begin(screen, "front", "front");
    const struct store_block *blocks = put_blocks(screen, form, sections, count);
    value_set_bool(screen->root, "unsaved", unsaved);
    struct value *areas = value_set_list(screen->root, "areas");
    put_area(screen, areas, form, PIN_LEAD, NULL, "front_lead", sections, count, &plan);
    put_area(screen, areas, form, PIN_SECOND, NULL, "front_second", sections, count, &plan);
    put_area(screen, areas, form, PIN_FEATURED, NULL, "front_featured", sections, count, &plan);
    for (size_t i = 0; i < count; i++)
        put_area(screen, areas, form, PIN_BLOCK, section_of(sections, count, blocks[i].section_id),
                 blocks[i].shown ? "front_block" : "front_block_off", sections, count, &plan);
    for (size_t i = 0; i < count; i++)
        put_area(screen, areas, form, PIN_SECTION, &sections[i], "front_section", sections, count,
                 &plan);
    struct store_pin chosen = {.area = PIN_SECOND};
    (void)area_parse(screen_field(screen, "add_area"), &chosen);
    put_area_options(screen, value_set_list(screen->root, "places"), sections, count, &chosen);
    TRY(put_candidates(screen, form));
    TRY(put_bar(screen));
    return put_layouts(screen);
}

static struct error live_form(struct screen *screen, struct layout_form *form)
{
    struct store_laid laid;
    *form = (struct layout_form){0};
    TRY(layout_load(screen->tx, screen->arena, &laid));
    for (size_t i = 0; i < laid.block_count && i < SECTIONS_MAX; i++)
        form->blocks[form->block_count++] = laid.blocks[i];
    for (size_t i = 0; i < laid.pin_count && i < PINS_MAX; i++)
        if (!laid.pins[i].until || laid.pins[i].until > screen->now)
            form->pins[form->count++] = laid.pins[i];
    return NO_ERROR;
}

struct error front_open(struct screen *screen)
{
    struct layout_form form;
    int64_t change;
    TRY(live_form(screen, &form));
    TRY(draw(screen, &form, false));
    value_set_bool(screen->root, "saved", screen_query(screen, "saved").len > 0);
    if (str_to_i64(screen_query(screen, "change"), &change) && change > 0)
        TRY(screen_changed(screen, change));
    return NO_ERROR;
}

static struct error redraw(struct screen *screen, const struct error *error)
{
    struct layout_form form;
    if (read_form(screen, &form).code != ERR_OK || (form.count == 0 && form.block_count == 0))
        TRY(live_form(screen, &form));
    TRY(draw(screen, &form, true));
    screen_error(screen, error);
    return NO_ERROR;
}

static struct error save(struct screen *screen)
{
    struct layout_form form;
    TRY(read_form(screen, &form));
    struct store_laid laid = laid_of(&form);
    TRY(layout_set(screen->tx, screen->actor, &laid, 0, screen->now, screen->arena,
                   &screen->changes, NULL));
    screen_go(screen, "/desk/front?saved=1");
    return NO_ERROR;
}

static struct error draw_preview(struct screen *screen, const struct layout_form *form)
{
    struct store_laid given = laid_of(form), laid;
    TRY(layout_check(screen->tx, &given, screen->now, screen->arena, &laid));
    TRY(draw(screen, form, true));
    screen->template = "front-preview";
    screen->frames = true;
    value_set_text(screen->root, "layout", layout_text(screen, form));
    value_set_text(screen->root, "blocks_layout", blocks_text(screen, form));
    return NO_ERROR;
}

struct error front_do(struct screen *screen)
{
    struct layout_form form;
    struct str action = screen_field(screen, "do");
    screen->redraw = redraw;
    if (str_eq(action, STR("save")))
        return screen_write(screen, save);
    TRY(store_read(screen->call->store, &screen->tx));
    TRY(read_form(screen, &form));
    if (str_eq(action, STR("preview")))
        return draw_preview(screen, &form);
    TRY(apply(screen, &form, action));
    return draw(screen, &form, true);
}

struct error front_restore(struct screen *screen)
{
    struct store_pin *pins, *kept;
    struct store_block *blocks;
    struct store_laid laid = {0};
    size_t count, n = 0;
    int64_t layout = screen_number(screen, "layout");
    screen->redraw = redraw;
    if (!layout)
        return error_make(ERR_NOT_FOUND, "such layout", NULL);
    TRY(store_pins(screen->tx, layout, screen->arena, &pins, &count));
    kept = ARENA_ARRAY(screen->arena, struct store_pin, count + 1);
    for (size_t i = 0; i < count; i++) { /* those that readers don't see any more are left out */
        struct store_card card;
        if (store_card(screen->tx, pins[i].story_id, screen->arena, &card).code == ERR_OK)
            kept[n++] = pins[i];
    }
    TRY(store_blocks(screen->tx, layout, screen->arena, &blocks, &laid.block_count));
    laid.pins = kept;
    laid.pin_count = n;
    laid.blocks = blocks;
    TRY(layout_set(screen->tx, screen->actor, &laid, layout, screen->now, screen->arena,
                   &screen->changes, NULL));
    screen_go(screen, "/desk/front?saved=1");
    return NO_ERROR;
}

struct error breaking_do(struct screen *screen)
{
    struct breaking bar = {screen_field(screen, "text"), screen_field(screen, "url"), 0};
    screen->redraw = redraw;
    screen->form_name = "bar_form";
    if (str_eq(screen_field(screen, "do"), STR("clear")))
        bar.text = STR("");
    else if (!str_trim(bar.text).len)
        return error_make(ERR_INVALID, "The bar", "write a short sentence");
    if (str_trim(bar.text).len)
        TRY(screen_wall_read(screen, "until", "The bar's end", &bar.until));
    TRY(breaking_set(screen->tx, screen->actor, &bar, screen->now, screen->arena,
                     &screen->changes));
    screen_go(screen, "/desk/front?saved=1");
    return NO_ERROR;
}

/* The front page as readers would see it, drawn by the site itself: only the desk may frame it. */
struct error front_sheet(struct screen *screen)
{
    struct layout_form form;
    struct store_laid given, laid;
    struct str html;
    layout_parse(screen_query(screen, "l"), &form);
    blocks_parse(screen_query(screen, "b"), &form);
    given = laid_of(&form);
    TRY(layout_check(screen->tx, &given, screen->now, screen->arena, &laid));
    if (!screen->call->draw_front)
        return error_make(ERR_NOT_FOUND, "such preview", NULL);
    TRY(screen->call->draw_front(screen->call->context, screen->tx, &laid, screen->arena, &html));
    sheet_answer(screen, html, STR_NONE, true);
    return NO_ERROR;
}
