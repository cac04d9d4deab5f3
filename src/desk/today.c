/* Today, and the list of stories. */
#include "desk/screen.h"
#include "text/dates.h"

/* One without stories is left out, unless there are words to say so. */
static void put_part(struct screen *screen, struct value *parts, const char *key,
                     const struct desk_part *part, const char *empty_key)
{
    if (!part->count && !empty_key)
        return;
    struct value *object = value_append_object(parts);
    value_set_text(object, "name", desk_say(screen->desk, key));
    value_set_text(object, "key", str_of(key));
    value_set_number(object, "count", (int64_t)part->count);
    value_set_bool(object, "more", part->more);
    if (!part->count)
        value_set_text(object, "empty", desk_say(screen->desk, empty_key));
    struct value *rows = value_set_list(object, "rows");
    for (size_t i = 0; i < part->count; i++)
        screen_row(screen, rows, &part->rows[i]);
}

static struct error put_notes(struct screen *screen)
{
    struct store_note *notes;
    size_t count;
    TRY(store_notes_unseen(screen->tx, &screen->session.account, 10, screen->arena, &notes,
                           &count));
    value_set_bool(screen->root, "has_unseen", count > 0);
    struct value *list = value_set_list(screen->root, "unseen");
    for (size_t i = 0; i < count; i++) {
        struct value *note = value_append_object(list);
        struct store_desk_row row;
        TRY(store_desk_row(screen->tx, notes[i].story_id, screen->arena, &row));
        value_set_number(note, "story", notes[i].story_id);
        value_set_text(note, "headline", row.headline);
        screen_note(screen, note, &notes[i]);
    }
    return NO_ERROR;
}

struct error today(struct screen *screen)
{
    struct desk_day day;
    TRY(desk_today(screen->tx, screen->actor, screen->now, screen->arena, &day));
    screen_begin(screen, "today", "today");
    value_set_text(screen->root, "date",
                   text_weekday_date(screen->now, screen->settings.timezone,
                                     desk_say(screen->desk, "lang"), screen->arena));
    struct value *parts = value_set_list(screen->root, "parts");
    bool edits = screen_can(screen, ACTION_STORY_PUBLISH);
    put_part(screen, parts, "handed_in", &day.handed_in, edits ? "handed_in_empty" : NULL);
    put_part(screen, parts, "mine", &day.mine, "mine_empty");
    put_part(screen, parts, "scheduled_part", &day.scheduled, NULL);
    put_part(screen, parts, "embargoed", &day.embargoed, NULL);
    put_part(screen, parts, "edited", &day.edited, NULL);
    put_part(screen, parts, "published_part", &day.published, NULL);
    size_t any = day.handed_in.count + day.mine.count + day.scheduled.count + day.embargoed.count +
                 day.edited.count + day.published.count;
    value_set_bool(screen->root, "fresh", !any);
    value_set_bool(screen->root, "furnishes", screen_can(screen, ACTION_SETTINGS_EDIT));
    TRY(working_put_all(screen));
    return put_notes(screen);
}

/* ---- The list of stories ------------------------------------------------------------------- */

static int64_t query_number(const struct screen *screen, const char *name)
{
    int64_t number;
    return str_to_i64(screen_query(screen, name), &number) && number > 0 ? number : 0;
}

static struct error name_id(struct screen *screen, enum store_name_kind kind, const char *field,
                            int64_t *ret_id, bool *ret_none)
{
    struct store_name name;
    struct str text = screen_query(screen, field);
    if (!text.len)
        return NO_ERROR;
    struct error error = store_name_by_name(screen->tx, kind, text, screen->arena, &name);
    if (error.code == ERR_NOT_FOUND)
        *ret_none = true;
    else
        TRY(error);
    if (error.code == ERR_OK)
        *ret_id = name.id;
    return NO_ERROR;
}

static struct error put_filters(struct screen *screen, const struct desk_query *query)
{
    struct value *states = value_set_list(screen->root, "states");
    for (int i = DESK_DRAFT; i <= DESK_SPIKED; i++) {
        struct str text = desk_state_text((enum desk_state)i);
        screen_option(states, text, desk_say(screen->desk, text.at),
                      query->filter.state == (enum desk_state)i);
    }
    TRY(screen_sections(screen, screen_query(screen, "section")));
    static const char *const fields[] = {"q", "tag", "author", "from", "to"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        value_set_text(screen->root, fields[i], screen_query(screen, fields[i]));
    TRY(screen_names(screen, STORE_TAG, "all_tags"));
    TRY(screen_names(screen, STORE_AUTHOR, "all_authors"));
    value_set_bool(screen->root, "mine", screen_query(screen, "mine").len > 0);
    value_set_bool(screen->root, "more_filters",
                   screen_query(screen, "tag").len || screen_query(screen, "author").len ||
                       screen_query(screen, "from").len || screen_query(screen, "to").len ||
                       screen_query(screen, "mine").len);
    return NO_ERROR;
}

static struct error read_query(struct screen *screen, struct desk_query *query, bool *ret_none)
{
    struct store_section section;
    struct str slug = screen_query(screen, "section");
    query->words = screen_query(screen, "q");
    query->below = query_number(screen, "below");
    (void)desk_state_parse(screen_query(screen, "state"), &query->filter.state);
    if (screen_query(screen, "mine").len)
        query->filter.owner_id = screen->actor->account_id;
    if (slug.len && store_section_by_slug(screen->tx, slug, screen->arena, &section).code == ERR_OK)
        query->filter.section_id = section.id;
    TRY(name_id(screen, STORE_TAG, "tag", &query->filter.tag_id, ret_none));
    TRY(name_id(screen, STORE_AUTHOR, "author", &query->filter.author_id, ret_none));
    query->filter.from = screen_query_date(screen, "from", false);
    query->filter.to = screen_query_date(screen, "to", true);
    return NO_ERROR;
}

struct error stories_list(struct screen *screen)
{
    struct desk_query query = {0};
    struct desk_stories found = {0};
    bool none = false;
    TRY(read_query(screen, &query, &none));
    if (!none)
        TRY(desk_stories(screen->tx, screen->actor, &query, screen->arena, &found));
    screen_begin(screen, "stories", "stories");
    TRY(put_filters(screen, &query));
    struct value *rows = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < found.count; i++)
        screen_row(screen, rows, &found.rows[i]);
    value_set_bool(screen->root, "filtered", screen->query.count > 0);
    if (found.next)
        value_set_text(screen->root, found.look_further ? "further" : "older",
                       screen_further(screen, "/desk/stories", "below", found.next));
    return NO_ERROR;
}
