/* The pages of a section, a tag, an author. */
#include "site/sheet.h"

enum { STORIES_ON_A_PAGE = 20, BLOCK_STORIES = 4 };

struct named_list {
    struct store_list list;
    struct str name, about, base; /* base: "/news", "/tag/asean" */
    const char *is, *description;
    bool has_feeds;
};

static struct error find_list(struct reading *reading, const struct site_address *address,
                              struct named_list *ret_list)
{
    struct store_section section;
    struct store_name name;
    if (address->kind == SITE_SECTION) {
        TRY(reading_section_by_slug(reading, address->slug, &section));
        *ret_list = (struct named_list){{STORE_LIST_SECTION, section.id},
                                        section.name,
                                        STR_NONE,
                                        address->path,
                                        "is_section",
                                        "section_description",
                                        true};
        return NO_ERROR;
    }
    bool tag = address->kind == SITE_TAG;
    enum store_name_kind kind = tag ? STORE_TAG : STORE_AUTHOR;
    TRY(reading_name_by_slug(reading, kind, address->slug, &name));
    TRY(reading_about(reading, kind, name.id, &name.about));
    *ret_list = (struct named_list){{tag ? STORE_LIST_TAG : STORE_LIST_AUTHOR, name.id},
                                    name.name,
                                    name.about,
                                    address->path,
                                    tag ? "is_tag" : "is_author",
                                    tag ? "tag_description" : "author_description",
                                    tag};
    return NO_ERROR;
}

static void fill_list_feeds(struct sheet *sheet, struct value *values,
                            const struct named_list *list)
{
    static const char *const formats[][3] = {{"RSS", "application/rss+xml", "rss.xml"},
                                             {"Atom", "application/atom+xml", "atom.xml"},
                                             {"JSON", "application/feed+json", "feed.json"}};
    struct value *feeds = value_set_list(values, "feeds");
    for (size_t i = 0; list->has_feeds && i < 3; i++) {
        struct value *feed = value_append_object(feeds);
        struct str format = str_of(formats[i][0]);
        value_set_text(feed, "title",
                       say(sheet, "feed_title_of", "site", &sheet->reading->settings.name, "name",
                           &list->name, "format", &format, NULL));
        value_set_literal(feed, "name", formats[i][0]);
        value_set_literal(feed, "type", formats[i][1]);
        value_set_text(feed, "url",
                       arena_printf(sheet->arena, "%.*s/%s", STR_ARG(list->base), formats[i][2]));
    }
    value_set_bool(values, "has_feeds", list->has_feeds);
}

static struct error fill_stories(struct sheet *sheet, struct value *values,
                                 const struct named_list *list, const struct store_card *cards,
                                 size_t count, bool lead)
{
    bool section = list->list.kind == STORE_LIST_SECTION;
    unsigned parts = section ? CARD_ALL & ~(unsigned)CARD_KICKER : CARD_ALL;
    size_t i = 0;
    if (lead && count) {
        TRY(sheet_lead(sheet, &cards[0], parts, value_set_object(values, "lead")));
        i = 1;
    }
    struct value *stories = value_set_list(values, "stories");
    value_set_bool(values, "has_stories", i < count);
    for (; i < count; i++)
        TRY(sheet_card(sheet, &cards[i], parts, value_append_object(stories)));
    value_set_bool(values, "empty", count == 0 && !value_count(value_get(values, STR("blocks"))));
    return NO_ERROR;
}

/* A section below this one: its newest stories, but for the one that leads this page. */
static struct error fill_block(struct sheet *sheet, struct value *blocks,
                               const struct store_section *section, int64_t lead)
{
    struct store_card *cards;
    size_t count, shown = 0;
    struct store_list list = {STORE_LIST_SECTION, section->id};
    TRY(reading_list(sheet->reading, list, 0, BLOCK_STORIES, &cards, &count, NULL));
    for (size_t i = 0; i < count; i++)
        if (cards[i].story_id != lead)
            cards[shown++] = cards[i];
    if (!shown)
        return NO_ERROR;
    struct value *block = value_append_object(blocks);
    sheet_section_link(sheet, section, block);
    TRY(sheet_card(sheet, &cards[0], 0, value_set_object(block, "lead")));
    struct value *more = value_set_list(block, "more");
    for (size_t i = 1; i < shown; i++)
        TRY(sheet_card(sheet, &cards[i], 0, value_append_object(more)));
    value_set_bool(block, "has_more", shown > 1);
    return NO_ERROR;
}

/* Where a section stands: the one above it, and blocks of those below it. */
static struct error fill_family(struct sheet *sheet, struct value *values, int64_t id, bool first,
                                int64_t lead)
{
    const struct store_section *own = sheet_section(sheet, id);
    const struct store_section *above = own ? sheet_section(sheet, own->parent_id) : NULL;
    struct value *blocks = value_set_list(values, "blocks");
    if (above)
        sheet_section_link(sheet, above, value_set_object(values, "above"));
    for (size_t i = 0; first && i < sheet->section_count; i++)
        if (sheet->sections[i].parent_id == id)
            TRY(fill_block(sheet, blocks, &sheet->sections[i], lead));
    value_set_bool(values, "has_blocks", value_count(blocks) > 0);
    return NO_ERROR;
}

/* The story that is pinned to the head of a section's first page, if readers see it: it is taken
 * out of its place below. */
static struct error pin_lead(struct reading *reading, int64_t section_id, struct store_card *cards,
                             size_t *count)
{
    struct store_pin *pins;
    struct store_card card;
    size_t pinned, at = 0;
    TRY(reading_pins(reading, section_id, &pins, &pinned));
    if (pinned == 0)
        return NO_ERROR;
    struct error error = reading_card(reading, pins[0].story_id, &card);
    if (error.code == ERR_NOT_FOUND)
        return NO_ERROR;
    TRY(error);
    while (at < *count && cards[at].story_id != card.story_id)
        at++;
    if (at == *count)
        ++*count;
    memmove(cards + 1, cards, at * sizeof *cards);
    cards[0] = card;
    return NO_ERROR;
}

static void fill_pages(struct sheet *sheet, struct value *values, const struct named_list *list,
                       const struct site_address *address, bool more, int64_t last)
{
    if (address->before)
        value_set_text(values, "top", list->base);
    if (more) {
        struct str older =
            arena_printf(sheet->arena, "%.*s?before=%lld", STR_ARG(list->base), (long long)last);
        value_set_text(values, "older", older);
        value_set_text(sheet->page, "next", older);
    }
    value_set_bool(values, "has_pages", address->before || more);
}

struct error draw_list(const struct site *site, struct reading *reading,
                       const struct site_address *address, struct drawing *ret_drawing)
{
    struct named_list list;
    struct sheet sheet;
    struct store_card *cards;
    size_t count;
    bool more;
    struct error error = find_list(reading, address, &list);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    if (error.code != ERR_OK)
        return error;
    error =
        reading_list(reading, list.list, address->before, STORIES_ON_A_PAGE, &cards, &count, &more);
    if (error.code == ERR_NOT_FOUND) { /* that story left the list */
        draw_redirect(reading, 302, address->path, ret_drawing);
        return NO_ERROR;
    }
    if (error.code != ERR_OK)
        return error;
    bool section = list.list.kind == STORE_LIST_SECTION;
    int64_t last = count ? cards[count - 1].story_id : 0;
    if (section && !address->before) {
        struct store_card *more_cards = ARENA_ARRAY(reading->arena, struct store_card, count + 1);
        for (size_t i = 0; i < count; i++)
            more_cards[i] = cards[i];
        cards = more_cards;
        TRY(pin_lead(reading, list.list.id, cards, &count));
    }
    TRY(sheet_begin(&sheet, site, reading, section ? list.list.id : 0));
    struct value *values = value_set_object(sheet.root, "list");
    value_set_text(values, "heading", list.name);
    value_set_bool(values, list.is, true);
    value_set_text(values, "description", list.about);
    fill_list_feeds(&sheet, values, &list);
    if (section)
        TRY(fill_family(&sheet, values, list.list.id, !address->before,
                        count ? cards[0].story_id : 0));
    TRY(fill_stories(&sheet, values, &list, cards, count, section && !address->before));
    fill_pages(&sheet, values, &list, address, more, last);
    struct str path = address->before ? arena_printf(reading->arena, "%.*s?before=%lld",
                                                     STR_ARG(list.base), (long long)address->before)
                                      : list.base;
    sheet_about(&sheet, list.name,
                list.about.len ? list.about
                               : say(&sheet, list.description, "site", &reading->settings.name,
                                     "name", &list.name, NULL),
                path, address->kind == SITE_AUTHOR ? "profile" : "website");
    return sheet_draw(&sheet, "list", 200, ret_drawing);
}
