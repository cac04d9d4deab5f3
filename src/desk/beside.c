/* What else belongs to a story: related ones chosen by hand, whose it is, texts that lost against
 * another's, and what has been read. */
#include "desk/screen.h"
#include "http/form.h"
#include "text/slug.h"

enum { RELATED_WORDS_MAX = 400 }; /* bytes typed to find one */

/* ---- Related stories ----------------------------------------------------------------------- */

static void put_related(struct screen *screen, struct value *list, const struct store_desk_row *row,
                        bool pinned)
{
    struct value *one = value_append_object(list);
    value_set_number(one, "story", row->desk.story_id);
    value_set_text(one, "headline",
                   row->headline.len ? row->headline : desk_say(screen->desk, "untitled"));
    value_set_text(one, "lang", row->language);
    screen_time(screen, one, "at", row->published_at);
    value_set_bool(one, "pinned", pinned);
}

static bool is_chosen(const struct store_related_choice *choices, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (choices[i].related_id == id)
            return true;
    return false;
}

/* What has the words that somebody typed to pin another story. */
static struct error put_found(struct screen *screen, int64_t story_id)
{
    struct str words = str_trim(screen_query(screen, "related"));
    struct store_desk_row *rows;
    size_t count;
    if (!words.len)
        return NO_ERROR;
    TRY(find_published(screen, words, &rows, &count));
    struct value *search = value_set_object(screen->root, "related_search");
    value_set_text(search, "words", words);
    struct value *list = value_set_list(search, "found");
    for (size_t i = 0; i < count; i++)
        if (rows[i].desk.story_id != story_id)
            put_related(screen, list, &rows[i], false);
    return NO_ERROR;
}

struct error put_related_stories(struct screen *screen, int64_t story_id)
{
    struct store_related_choice *choices;
    struct store_related *rows;
    struct store_desk_row row;
    size_t choice_count, count;
    TRY(store_related_choices(screen->tx, story_id, screen->arena, &choices, &choice_count));
    TRY(store_related(screen->tx, story_id, screen->arena, &rows, &count));
    struct value *shown = value_set_list(screen->root, "related");
    struct value *removed = value_set_list(screen->root, "related_removed");
    for (size_t i = 0; i < choice_count; i++) {
        TRY(store_desk_row(screen->tx, choices[i].related_id, screen->arena, &row));
        put_related(screen, choices[i].removed ? removed : shown, &row, !choices[i].removed);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_chosen(choices, choice_count, rows[i].story_id))
            continue;
        TRY(store_desk_row(screen->tx, rows[i].story_id, screen->arena, &row));
        put_related(screen, shown, &row, false);
    }
    return put_found(screen, story_id);
}

struct error beside_redraw(struct screen *screen, const struct error *error)
{
    TRY(story_open(screen));
    screen_error(screen, error);
    return NO_ERROR;
}

/* `do`: pin (below those that are pinned), first (above them), remove (never shown), free (the
 * program decides again). */
struct error related_do(struct screen *screen)
{
    struct store_related_choice *old;
    struct store_desk desk;
    size_t count, kept = 0;
    int64_t id;
    struct str what = screen_field(screen, "do");
    bool first = str_eq(what, STR("first")), removed = str_eq(what, STR("remove"));
    screen->redraw = beside_redraw;
    screen->form_name = "related_form";
    struct str typed = str_trim(screen_field(screen, "related"));
    if (names_by_words(typed) && typed.len <= RELATED_WORDS_MAX) {
        BUF_AUTO struct buf words = BUF_INIT((size_t)3 * RELATED_WORDS_MAX);
        http_percent_encode(&words, typed, false);
        screen_go(screen, "/desk/stories/%lld?related=%.*s#related-head", (long long)screen->id,
                  STR_ARG(buf_slice(&words)));
        return NO_ERROR;
    }
    /* Who may not choose learns nothing of other stories. */
    TRY(store_desk(screen->tx, screen->id, &desk));
    TRY(actor_may(screen->actor, ACTION_STORY_RELATE,
                  relation_to(screen->actor->account_id, &desk)));
    TRY(find_story(screen, typed, "The related story", &id));
    TRY(store_related_choices(screen->tx, screen->id, screen->arena, &old, &count));
    struct store_related_choice *choices =
        ARENA_ARRAY(screen->arena, struct store_related_choice, count + 2);
    if (first)
        choices[kept++] = (struct store_related_choice){.related_id = id};
    for (size_t i = 0; i < count; i++)
        if (old[i].related_id != id)
            choices[kept++] = old[i];
    if (removed || str_eq(what, STR("pin")))
        choices[kept++] = (struct store_related_choice){.related_id = id, .removed = removed};
    TRY(story_relate(screen->tx, screen->actor, screen->id, choices, kept, screen->now,
                     screen->arena, &screen->changes));
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

/* ---- Whose it is --------------------------------------------------------------------------- */

enum { PEOPLE_MAX = 500 };

struct error put_owners(struct screen *screen, int64_t owner_id)
{
    struct store_account *accounts;
    size_t count;
    TRY(store_accounts(screen->tx, 0, PEOPLE_MAX, screen->arena, &accounts, &count));
    struct value *list = value_set_list(screen->root, "owners");
    for (size_t i = 0; i < count; i++)
        if (!accounts[i].disabled_at || accounts[i].id == owner_id)
            screen_option(list, arena_printf(screen->arena, "%lld", (long long)accounts[i].id),
                          accounts[i].name, accounts[i].id == owner_id);
    return NO_ERROR;
}

struct error assign_do(struct screen *screen)
{
    screen->redraw = beside_redraw;
    TRY(story_assign(screen->tx, screen->actor, screen->id, screen_number(screen, "owner"),
                     screen->now, screen->arena));
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

/* ---- What was read ------------------------------------------------------------------------- */

struct error notes_read_do(struct screen *screen)
{
    TRY(notes_read(screen->tx, screen->actor, screen->arena));
    screen_go(screen, "/desk");
    return NO_ERROR;
}

/* ---- Suggestions of tags ------------------------------------------------------------------- */

enum { TAG_WORDS_MAX = 200, TAGS_SUGGESTED = 8 };

static bool names_hold(struct str line, struct str name)
{
    struct str one;
    while (line.len && str_split(&line, ',', &one))
        if (str_eq_nocase(str_trim(one), name))
            return true;
    return false;
}

static struct error suggest(struct screen *screen, struct str words, struct str have,
                            struct value *list, size_t *count)
{
    struct store_name tag;
    struct str slug = text_slug(words, STR(""), screen->arena);
    if (!slug.len)
        return NO_ERROR;
    struct error error = store_name_by_slug(screen->tx, STORE_TAG, slug, screen->arena, &tag);
    if (error.code == ERR_NOT_FOUND)
        return NO_ERROR;
    TRY(error);
    if (*count < TAGS_SUGGESTED && !names_hold(have, tag.name)) {
        value_append_text(list, tag.name);
        ++*count;
    }
    return NO_ERROR;
}

/* Tags of the newsroom that stand in the text, as one word or two, and that it hasn't yet. */
struct error put_tag_suggestions(struct screen *screen, struct str text, struct str have)
{
    struct str *words;
    size_t count, found = 0;
    desk_words(text, TAG_WORDS_MAX, screen->arena, &words, &count);
    struct value *list = value_set_list(screen->root, "tag_suggestions");
    for (size_t i = 0; i < count && found < TAGS_SUGGESTED; i++) {
        TRY(suggest(screen, words[i], have, list, &found));
        if (i + 1 < count && found < TAGS_SUGGESTED)
            TRY(suggest(
                screen,
                arena_printf(screen->arena, "%.*s %.*s", STR_ARG(words[i]), STR_ARG(words[i + 1])),
                have, list, &found));
    }
    value_set_bool(screen->root, "has_tag_suggestions", found > 0);
    return NO_ERROR;
}
