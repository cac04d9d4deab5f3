/* story show and list. */
#include "cli/json.h"
#include "cli/session.h"
#include "text/dates.h"

enum { AT_ONCE = 200 };

static const char *state_name(enum story_state state)
{
    switch (state) {
    case STORY_DRAFT:
        return "draft";
    case STORY_PUBLISHED:
        return "published";
    case STORY_WITHDRAWN:
        return "withdrawn";
    }
    return "unknown";
}

/* ---- story show -------------------------------------------------------------------------------
 */

struct shown {
    struct store_tx *tx;
    struct arena *arena;
    struct settings settings;
    struct store_story story;
    struct store_revision revision; /* the newest */
    struct store_section section;
    struct str *tags, *authors;
};

static struct error read_names(struct shown *shown, enum store_name_kind kind, const int64_t *ids,
                               size_t count, struct str **ret_names)
{
    struct str *names = ARENA_ARRAY(shown->arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct store_name name;
        TRY(store_name(shown->tx, kind, ids[i], shown->arena, &name));
        names[i] = name.name;
    }
    *ret_names = names;
    return NO_ERROR;
}

static struct error read_shown(struct shown *shown, struct str words)
{
    struct store_revision *r = &shown->revision;
    TRY(settings_load(shown->tx, shown->arena, &shown->settings));
    TRY(story_find(shown->tx, words, shown->arena, &shown->story));
    TRY(store_revision(shown->tx, shown->story.newest, shown->arena, r));
    TRY(store_section(shown->tx, r->section_id, shown->arena, &shown->section));
    TRY(read_names(shown, STORE_TAG, r->tags, r->tag_count, &shown->tags));
    return read_names(shown, STORE_AUTHOR, r->authors, r->author_count, &shown->authors);
}

static struct str absolute(const struct settings *settings, struct str path, struct arena *arena)
{
    if (!path.len)
        return STR_NONE;
    return arena_printf(arena, "%.*s%.*s", STR_ARG(settings->url), STR_ARG(path));
}

static json_t *names_json(const struct str *names, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_stringn(names[i].at, names[i].len));
    return list;
}

static void put_photo(json_t *object, const struct store_revision *r)
{
    json_t *photo = json_object();
    if (r->picture_id) {
        json_put_number(photo, "id", r->picture_id);
        json_put_text(photo, "caption", r->caption);
        json_put_text(photo, "credit", r->credit);
        json_put_text(photo, "alt", r->alt);
        (void)json_object_set(object, "photo", photo);
    }
    json_decref(photo);
}

static struct error show_json(const struct shown *s)
{
    const struct store_revision *r = &s->revision;
    struct str zone = s->settings.timezone;
    json_t *object = json_object();
    json_put_number(object, "id", s->story.id);
    json_put_text(object, "state", str_of(state_name(s->story.state)));
    json_put_text(object, "url", absolute(&s->settings, s->story.path, s->arena));
    json_put_text(object, "headline", r->headline);
    json_put_text(object, "slug", r->slug);
    json_put_text(object, "section", s->section.slug);
    (void)json_object_set_new(object, "tags", names_json(s->tags, r->tag_count));
    (void)json_object_set_new(object, "bylines", names_json(s->authors, r->author_count));
    json_put_text(object, "agency", r->agency);
    json_put_text(object, "dateline", r->dateline);
    json_put_text(object, "standfirst", r->standfirst);
    json_put_text(object, "language", r->language);
    json_put_moment(object, "published", s->story.published_at, zone, s->arena);
    json_put_moment(object, "updated", s->story.updated_at, zone, s->arena);
    json_put_moment(object, "withdrawn", s->story.withdrawn_at, zone, s->arena);
    json_put_text(object, "reason", s->story.reason);
    put_photo(object, r);
    (void)json_object_set_new(object, "featured", json_boolean(r->featured));
    json_put_number(object, "revision", r->number);
    (void)json_object_set_new(object, "body",
                              json_stringn(r->body.at ? r->body.at : "", r->body.len));
    return json_print(object);
}

static struct error print_field(const char *name, struct str value)
{
    return value.len ? cli_print("%-11s %.*s\n", name, STR_ARG(value)) : NO_ERROR;
}

static struct error print_moment(const struct shown *s, const char *name, int64_t moment)
{
    if (!moment)
        return NO_ERROR;
    return print_field(name, text_rfc3339(moment, s->settings.timezone, s->arena));
}

static struct error print_names(const char *name, const struct str *names, size_t count)
{
    if (count == 0)
        return NO_ERROR;
    TRY(cli_print("%-11s %.*s", name, STR_ARG(names[0])));
    for (size_t i = 1; i < count; i++)
        TRY(cli_print(", %.*s", STR_ARG(names[i])));
    return cli_print("\n");
}

static struct error show_text(const struct shown *s)
{
    const struct store_revision *r = &s->revision;
    TRY(cli_print("%-11s %lld\n", "id", (long long)s->story.id));
    TRY(print_field("state", str_of(state_name(s->story.state))));
    TRY(print_field("url", absolute(&s->settings, s->story.path, s->arena)));
    TRY(print_field("headline", r->headline));
    TRY(print_field("section", s->section.slug));
    TRY(print_names("tags", s->tags, r->tag_count));
    TRY(print_names("bylines", s->authors, r->author_count));
    TRY(print_field("agency", r->agency));
    TRY(print_field("dateline", r->dateline));
    TRY(print_field("standfirst", r->standfirst));
    TRY(print_field("language", r->language));
    TRY(print_moment(s, "published", s->story.published_at));
    TRY(print_moment(s, "updated", s->story.updated_at));
    TRY(print_moment(s, "withdrawn", s->story.withdrawn_at));
    TRY(print_field("reason", s->story.reason));
    TRY(print_field("caption", r->caption));
    TRY(print_field("credit", r->credit));
    TRY(print_field("alt", r->alt));
    TRY(print_field("featured", r->featured ? STR("true") : STR_NONE));
    TRY(cli_print("%-11s %lld\n", "revision", (long long)r->number));
    return cli_print("\n%.*s\n", STR_ARG(r->body));
}

static struct error show(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct shown shown = {.arena = args->arena};
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(store_read(session.store, &tx));
    shown.tx = tx;
    TRY(read_shown(&shown, str_of(args->words[1])));
    return args_value(args, "json") ? show_json(&shown) : show_text(&shown);
}

static const struct option_spec show_options[] = {
    {"json", NULL, OPTION_ONCE, "as JSON"},
    {0},
};

const struct command command_story_show = {
    .name = "story show",
    .words = "DIR STORY",
    .least_words = 2,
    .most_words = 2,
    .options = show_options,
    .summary = "show a story as it was last written",
    .about = "STORY is an id or an address.\n",
    .run = show,
};

/* ---- story list -------------------------------------------------------------------------------
 */

struct listing {
    struct store_tx *tx;
    struct settings settings;
    bool as_json;
    int64_t limit;
    int64_t printed;
};

static struct error list_one(struct listing *listing, const struct store_story *story,
                             struct arena *arena)
{
    struct store_revision r;
    TRY(store_revision(listing->tx, story->newest, arena, &r));
    struct str url = absolute(&listing->settings, story->path, arena);
    bool first = listing->printed++ == 0;
    if (!listing->as_json)
        return cli_print("%lld\t%s\t%.*s\t%.*s\n", (long long)story->id, state_name(story->state),
                         STR_ARG(url.len ? url : STR("-")), STR_ARG(r.headline));
    json_t *object = json_object();
    json_put_number(object, "id", story->id);
    json_put_text(object, "state", str_of(state_name(story->state)));
    json_put_text(object, "url", url);
    json_put_text(object, "headline", r.headline);
    json_put_moment(object, "published", story->published_at, listing->settings.timezone, arena);
    json_put_moment(object, "updated", story->updated_at, listing->settings.timezone, arena);
    return json_print_element(object, first);
}

static struct error list_all(struct listing *listing)
{
    int64_t before = 0;
    for (;;) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct store_story *stories;
        size_t count;
        TRY(store_stories(listing->tx, before, AT_ONCE, arena, &stories, &count));
        for (size_t i = 0; i < count && listing->printed < listing->limit; i++)
            TRY(list_one(listing, &stories[i], arena));
        if (count == 0 || listing->printed >= listing->limit)
            return NO_ERROR;
        before = stories[count - 1].id;
    }
}

static struct error list(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct listing listing = {.as_json = args_value(args, "json") != NULL, .limit = INT64_MAX};
    TRY(args_number(args, "limit", 1, 1000000, &listing.limit));
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(store_read(session.store, &tx));
    listing.tx = tx;
    TRY(settings_load(tx, args->arena, &listing.settings));
    TRY(list_all(&listing));
    return listing.as_json ? json_print_end(listing.printed == 0) : NO_ERROR;
}

static const struct option_spec list_options[] = {
    {"json", NULL, OPTION_ONCE, "as a JSON array"},
    {"limit", "N", OPTION_ONCE, "the newest N only"},
    {0},
};

const struct command command_story_list = {
    .name = "story list",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = list_options,
    .summary = "list stories, newest first: id, state, address, headline",
    .run = list,
};
