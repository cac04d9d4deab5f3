#include "newsroom/overview.h"
#include "newsroom/pictures.h"
#include "text/letters.h"
#include "text/words.h"

#include <ctype.h>

enum { WORD_MAX = 100, HEADLINE_WORDS = 200, PICTURE_WORDS = 400, HOUR = 3600 * 1000 };

/* ---- Words --------------------------------------------------------------------------------- */

struct word_list {
    struct arena *arena;
    struct str *at;
    size_t count, limit;
};

/* In the form in which the store's index takes it: letters and digits, everything else of ASCII as
 * an underscore; not longer than any word that a person types. */
static struct str index_form(struct str word, struct arena *arena)
{
    struct str base = text_base_letters(word, arena);
    size_t len = base.len < WORD_MAX ? base.len : WORD_MAX;
    while (len < base.len && len > 0 && ((unsigned char)base.at[len] & 0xC0) == 0x80)
        len--;
    char *at = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)base.at[i];
        at[i] = c >= 0x80 || isalnum(c) ? (char)c : '_';
    }
    return str_n(at, len);
}

static bool take_word(void *context, struct str word)
{
    struct word_list *list = context;
    struct str form = index_form(word, list->arena);
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i], form))
            return true;
    if (form.len)
        list->at[list->count++] = form;
    return list->count < list->limit;
}

void desk_words(struct str text, size_t limit, struct arena *arena, struct str **ret_words,
                size_t *ret_count)
{
    struct word_list list = {arena, ARENA_ARRAY(arena, struct str, limit + 1), 0, limit};
    /* No language: a search doesn't know that of the headline, and both must be cut alike. */
    if (limit)
        text_words(text, STR_NONE, arena, take_word, &list);
    *ret_words = list.at;
    *ret_count = list.count;
}

static struct str words_text(struct str text, size_t limit, struct arena *arena)
{
    struct str *words;
    size_t count;
    BUF_AUTO struct buf out = BUF_INIT((WORD_MAX + 1) * PICTURE_WORDS);
    desk_words(text, limit, arena, &words, &count);
    for (size_t i = 0; i < count; i++)
        (void)buf_printf(&out, "%s%.*s", i ? " " : "", STR_ARG(words[i]));
    return arena_str(arena, buf_slice(&out));
}

struct error desk_index(struct store_tx *tx, int64_t story_id, struct arena *arena)
{
    struct store_desk_row row;
    TRY(store_desk_row(tx, story_id, arena, &row));
    if (row.desk.worded)
        return NO_ERROR;
    return store_desk_words_set(tx, story_id, words_text(row.headline, HEADLINE_WORDS, arena));
}

struct str picture_words(const struct store_picture_desk *desk, struct arena *arena)
{
    struct str text = arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(desk->title),
                                   STR_ARG(desk->caption), STR_ARG(desk->credit),
                                   STR_ARG(desk->copyright), STR_ARG(desk->alt));
    return words_text(text, PICTURE_WORDS, arena);
}

static struct error index_pictures(struct store_tx *tx, size_t limit, struct arena *arena,
                                   size_t *ret_count)
{
    int64_t *ids;
    size_t count;
    TRY(store_pictures_unworded(tx, limit, arena, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct store_picture_desk desk;
        TRY(store_picture_desk(tx, ids[i], arena, &desk));
        TRY(store_picture_desk_set(tx, &desk, picture_words(&desk, arena)));
    }
    *ret_count = count;
    return NO_ERROR;
}

struct error desk_index_some(struct store_tx *tx, size_t limit, struct arena *arena,
                             size_t *ret_count)
{
    int64_t *ids;
    size_t count, pictures;
    TRY(store_desk_unworded(tx, limit, arena, &ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(desk_index(tx, ids[i], arena));
    TRY(index_pictures(tx, limit, arena, &pictures));
    *ret_count = count + pictures;
    return NO_ERROR;
}

struct error pictures_find(struct store_tx *tx, struct str words,
                           struct store_picture_filter filter, int64_t before, size_t limit,
                           struct arena *arena, struct store_picture_row **ret_rows,
                           size_t *ret_count, int64_t *ret_next)
{
    struct str *list;
    desk_words(words, DESK_WORDS_MAX, arena, &list, &filter.word_count);
    filter.words = list;
    if (str_trim(words).len && filter.word_count == 0) { /* nothing but signs: nothing has them */
        *ret_rows = NULL;
        *ret_count = 0;
        *ret_next = 0;
        return NO_ERROR;
    }
    return store_pictures(tx, &filter, before, limit, arena, ret_rows, ret_count, ret_next);
}

/* ---- Today --------------------------------------------------------------------------------- */

static struct error read_part(struct store_tx *tx, enum desk_today which, int64_t account_id,
                              int64_t since, struct arena *arena, struct desk_part *part)
{
    TRY(store_desk_today(tx, which, account_id, since, TODAY_ROWS + 1, arena, &part->rows,
                         &part->count));
    part->more = part->count > TODAY_ROWS;
    if (part->more)
        part->count = TODAY_ROWS;
    return NO_ERROR;
}

struct error desk_today(struct store_tx *tx, const struct actor *actor, int64_t now,
                        struct arena *arena, struct desk_day *ret_day)
{
    struct desk_day day = {0};
    int64_t me = actor->account_id;
    TRY(read_part(tx, TODAY_MINE, me, 0, arena, &day.mine));
    if (!me || role_reach(actor->role, ACTION_STORY_SEE) == REACH_ALL) {
        TRY(read_part(tx, TODAY_HANDED_IN, me, 0, arena, &day.handed_in));
        TRY(read_part(tx, TODAY_SCHEDULED, me, 0, arena, &day.scheduled));
        TRY(read_part(tx, TODAY_EMBARGOED, me, 0, arena, &day.embargoed));
        TRY(read_part(tx, TODAY_EDITED, me, now, arena, &day.edited));
    }
    TRY(read_part(tx, TODAY_PUBLISHED, me, now - (int64_t)TODAY_HOURS * HOUR, arena,
                  &day.published));
    *ret_day = day;
    return NO_ERROR;
}

/* ---- Stories ------------------------------------------------------------------------------- */

struct error desk_stories(struct store_tx *tx, const struct actor *actor,
                          const struct desk_query *query, struct arena *arena,
                          struct desk_stories *ret_stories)
{
    struct store_desk_filter filter = query->filter;
    struct desk_stories stories = {0};
    struct str *words;
    desk_words(query->words, DESK_WORDS_MAX, arena, &words, &filter.word_count);
    filter.words = words;
    bool own = actor->account_id && role_reach(actor->role, ACTION_STORY_SEE) != REACH_ALL;
    bool others = own && filter.owner_id && filter.owner_id != actor->account_id;
    bool signs_only = str_trim(query->words).len && filter.word_count == 0;
    if (own)
        filter.owner_id = actor->account_id;
    if (!others && !signs_only)
        TRY(store_desk_list(tx, &filter, query->below, STORIES_A_PAGE, arena, &stories.rows,
                            &stories.count, &stories.next, NULL));
    stories.look_further = stories.next && stories.count < STORIES_A_PAGE;
    *ret_stories = stories;
    return NO_ERROR;
}
