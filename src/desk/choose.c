/* Finding what a story's form can name: tags, bylines, pictures, however many there are. By script
 * while somebody types, else by buttons of the form, which comes back as it was typed. */
#include "desk/screen.h"
#include "newsroom/overview.h"
#include "render/json.h"
#include "text/slug.h"

enum { NAMES_FOUND = 20, PICTURES_CHOICE = 12 };

/* Names that begin so, then names of which another word does. */
static struct error find_names(struct screen *screen, enum store_name_kind kind, struct str words,
                               struct store_name **ret_names, size_t *ret_count)
{
    struct store_name *begin, *within;
    struct store_name *found = ARENA_ARRAY(screen->arena, struct store_name, 2 * NAMES_FOUND);
    struct str slug = text_slug(words, STR(""), screen->arena);
    size_t count, more = 0;
    *ret_names = found;
    *ret_count = 0;
    if (words.len && !slug.len) /* nothing but signs: no address has them */
        return NO_ERROR;
    TRY(store_names_like(screen->tx, kind, slug, NAMES_FOUND, screen->arena, &begin, &count));
    for (size_t i = 0; i < count; i++)
        found[i] = begin[i];
    if (count < NAMES_FOUND && slug.len)
        TRY(store_names_within(screen->tx, kind, slug, NAMES_FOUND - count, screen->arena, &within,
                               &more));
    for (size_t i = 0; i < more; i++)
        found[count++] = within[i];
    *ret_count = count;
    return NO_ERROR;
}

static enum store_name_kind kind_of(struct str text)
{
    return str_eq(text, STR("author")) ? STORE_AUTHOR : STORE_TAG;
}

struct error names_find(struct screen *screen)
{
    struct store_name *names;
    size_t count;
    struct str json;
    TRY(find_names(screen, kind_of(screen_query(screen, "kind")), screen_query(screen, "q"), &names,
                   &count));
    json_t *document = json_object(), *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_stringn(names[i].name.at, names[i].name.len));
    (void)json_object_set_new(document, "names", list);
    TRY(json_finish(document, false, screen->arena, &json));
    screen_json(screen, 200, json);
    return NO_ERROR;
}

bool names_by_words(struct str typed)
{
    int64_t number;
    return typed.len && !str_to_i64(typed, &number) && !str_starts(typed, STR("/")) &&
           str_find(typed, STR("://")) < 0;
}

/* The path of an absolute address; what follows it, as "?saved=1" or "#notes", names no story. */
static struct str path_of(struct str typed)
{
    ptrdiff_t slashes = str_find(typed, STR("://"));
    if (slashes > 0) {
        typed = str_from(typed, (size_t)slashes + 3);
        ptrdiff_t slash = str_find_char(typed, '/');
        typed = slash < 0 ? STR("/") : str_from(typed, (size_t)slash);
    }
    for (size_t i = 0; i < typed.len; i++)
        if (typed.at[i] == '?' || typed.at[i] == '#')
            return str_cut(typed, 0, i);
    return typed;
}

struct error find_story(struct screen *screen, struct str typed, const char *where, int64_t *ret_id)
{
    static const struct str screens = STR_INIT("/desk/stories/");
    struct store_story story;
    struct str path = path_of(typed);
    if (str_starts(path, screens)) {
        struct str rest = str_from(path, screens.len);
        (void)str_split(&rest, '/', &path);
    }
    struct error error = story_find(screen->tx, path, screen->arena, &story);
    if (error.code == ERR_NOT_FOUND)
        return error_make(ERR_INVALID, where,
                          "give the address of one of your stories, or its number");
    TRY(error);
    *ret_id = story.id;
    return NO_ERROR;
}

struct error find_published(struct screen *screen, struct str words,
                            struct store_desk_row **ret_rows, size_t *ret_count)
{
    struct desk_query query = {.words = words};
    struct desk_stories found;
    size_t n = 0;
    TRY(desk_stories(screen->tx, screen->actor, &query, screen->arena, &found));
    for (size_t i = 0; i < found.count; i++)
        if (found.rows[i].desk.published == STORY_PUBLISHED)
            found.rows[n++] = found.rows[i];
    *ret_rows = found.rows;
    *ret_count = n;
    return NO_ERROR;
}

struct error put_library(struct screen *screen, int64_t chosen)
{
    struct store_picture_row *rows;
    struct store_picture_filter filter = {0};
    struct str words = str_trim(screen_field(screen, "picture_q"));
    bool further = str_eq(screen_field(screen, "find"), STR("further"));
    size_t count;
    int64_t next;
    TRY(pictures_find(screen->tx, words, filter,
                      further ? screen_number(screen, "picture_next") : 0, PICTURES_CHOICE,
                      screen->arena, &rows, &count, &next));
    struct value *list = value_set_list(screen->root, "library");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "id", rows[i].picture.id);
        value_set_text(one, "thumb", screen_picture(screen, rows[i].picture.id, "3x2-640"));
        value_set_text(one, "name", rows[i].desk.alt.len ? rows[i].desk.alt : rows[i].desk.title);
        value_set_bool(one, "chosen", rows[i].picture.id == chosen);
    }
    value_set_text(screen->root, "picture_q", words);
    value_set_bool(screen->root, "looked", words.len || further);
    value_set_bool(screen->root, "none_found", words.len && !count);
    value_set_number(screen->root, "picture_next", next);
    value_set_bool(screen->root, "further", next != 0);
    return NO_ERROR;
}

static struct error put_found(struct screen *screen, const char *list_name,
                              enum store_name_kind kind, const char *field, struct str words)
{
    struct store_name *names;
    size_t count;
    TRY(find_names(screen, kind, words, &names, &count));
    struct value *list = value_set_list(screen->root, list_name);
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_literal(one, "field", field);
        value_set_text(one, "name", names[i].name);
    }
    value_set_bool(screen->root, "found_any",
                   count || value_count(value_get(screen->root, STR("found_tags"))));
    return NO_ERROR;
}

/* The form again, as it was typed, with what was looked for. */
struct error story_choose(struct screen *screen)
{
    struct error fine = NO_ERROR;
    struct str words = str_trim(screen_field(screen, "name_q"));
    (void)str_to_i64(screen_query(screen, "story"), &screen->id);
    screen->redraw = story_redraw;
    TRY(document_take(screen));
    TRY(take_lead(screen));
    TRY(store_read(screen->call->store, &screen->tx));
    TRY(story_redraw(screen, &fine));
    value_set_text(screen->root, "name_q", words);
    value_set_bool(screen->root, "names_looked", words.len > 0);
    if (!words.len)
        return NO_ERROR;
    TRY(put_found(screen, "found_tags", STORE_TAG, "tag_more", words));
    return put_found(screen, "found_authors", STORE_AUTHOR, "byline_more", words);
}
