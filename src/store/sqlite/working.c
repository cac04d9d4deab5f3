/* Working copies: what was typed and is not saved yet. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

#define WORKING_COLUMNS                                                                            \
    "id, account_id, story_id, page, turn, at, settled, base, picture_id, featured, headline, "    \
    "standfirst, dateline, bylines, agency, section, tags, slug, language, caption, credit, alt, " \
    "social_title, social_description, note"

static void read_working(struct query *q, struct arena *arena, struct store_working *working)
{
    struct store_form *form = &working->form;
    *working = (struct store_working){.id = query_int(q)};
    working->account_id = query_int(q);
    working->story_id = query_int(q);
    working->page = query_str(q, arena);
    working->turn = query_int(q);
    working->at = query_int(q);
    working->settled = query_int(q) != 0;
    form->base = query_int(q);
    form->picture_id = query_int(q);
    form->featured = query_int(q) != 0;
    struct str *const texts[] = {&form->headline,     &form->standfirst,
                                 &form->dateline,     &form->bylines,
                                 &form->agency,       &form->section,
                                 &form->tags,         &form->slug,
                                 &form->language,     &form->caption,
                                 &form->credit,       &form->alt,
                                 &form->social_title, &form->social_description,
                                 &form->note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = query_str(q, arena);
}

static void put_form(struct query *q, const struct store_working *working)
{
    const struct store_form *form = &working->form;
    const struct str texts[] = {form->headline,     form->standfirst,
                                form->dateline,     form->bylines,
                                form->agency,       form->section,
                                form->tags,         form->slug,
                                form->language,     form->caption,
                                form->credit,       form->alt,
                                form->social_title, form->social_description,
                                form->note,         form->body};
    query_put_str(q, working->page);
    query_put_int(q, working->turn);
    query_put_int(q, working->at);
    query_put_int(q, working->settled);
    query_put_id(q, form->base);
    query_put_int(q, form->picture_id);
    query_put_int(q, form->featured);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        query_put_str(q, texts[i]);
}

static struct error insert(struct store_tx *tx, const struct store_working *working,
                           int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO working (page, turn, at, settled, base, picture_id, featured, "
                    "headline, standfirst, dateline, bylines, agency, section, tags, slug, "
                    "language, caption, credit, alt, social_title, social_description, note, "
                    "body, account_id, story_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    put_form(&q, working);
    query_put_int(&q, working->account_id);
    query_put_id(&q, working->story_id);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

struct error store_working_put(struct store_tx *tx, const struct store_working *working,
                               int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    if (!working->id)
        return insert(tx, working, ret_id);
    TRY(query_begin(tx,
                    "UPDATE working SET page = ?, turn = ?, at = ?, settled = ?, base = ?, "
                    "picture_id = ?, featured = ?, headline = ?, standfirst = ?, dateline = ?, "
                    "bylines = ?, agency = ?, section = ?, tags = ?, slug = ?, language = ?, "
                    "caption = ?, credit = ?, alt = ?, social_title = ?, social_description = ?, "
                    "note = ?, body = ? WHERE id = ?",
                    &q));
    put_form(&q, working);
    query_put_int(&q, working->id);
    TRY(query_run(&q));
    if (!query_changed(tx))
        return error_make(ERR_NOT_FOUND, "working copy of that number", "unknown");
    *ret_id = working->id;
    return NO_ERROR;
}

static struct error read_one(struct query *q, struct arena *arena, struct store_working *ret)
{
    struct store_working working;
    TRY(query_one(q, "working copy of that number"));
    read_working(q, arena, &working);
    working.form.body = query_str(q, arena);
    TRY(query_end(q));
    *ret = working;
    return NO_ERROR;
}

struct error store_working(struct store_tx *tx, int64_t id, struct arena *arena,
                           struct store_working *ret_working)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT " WORKING_COLUMNS ", body FROM working WHERE id = ?", &q));
    query_put_int(&q, id);
    return read_one(&q, arena, ret_working);
}

struct error store_working_by_page(struct store_tx *tx, int64_t account_id, int64_t story_id,
                                   struct str page, struct arena *arena,
                                   struct store_working *ret_working)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " WORKING_COLUMNS ", body FROM working WHERE account_id = ? "
                    "AND coalesce(story_id, 0) = ? AND page = ?",
                    &q));
    query_put_int(&q, account_id);
    query_put_int(&q, story_id);
    query_put_str(&q, page);
    return read_one(&q, arena, ret_working);
}

static struct error read_list(struct query *q, struct arena *arena, struct store_working **ret_list,
                              size_t *ret_count)
{
    return QUERY_ROWS(q, arena, read_working, ret_list, ret_count);
}

struct error store_workings(struct store_tx *tx, int64_t story_id, size_t limit,
                            struct arena *arena, struct store_working **ret_list, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " WORKING_COLUMNS " FROM working WHERE story_id = ? "
                    "ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_int(&q, story_id);
    query_put_limit(&q, limit);
    return read_list(&q, arena, ret_list, ret_count);
}

struct error store_workings_of(struct store_tx *tx, int64_t account_id, size_t limit,
                               struct arena *arena, struct store_working **ret_list,
                               size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " WORKING_COLUMNS " FROM working WHERE account_id = ? "
                    "AND settled = 0 ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_int(&q, account_id);
    query_put_limit(&q, limit);
    return read_list(&q, arena, ret_list, ret_count);
}

struct error store_workings_left(struct store_tx *tx, size_t limit, struct arena *arena,
                                 struct store_working **ret_list, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT " WORKING_COLUMNS " FROM working WHERE settled = 0 AND account_id IN "
                    "(SELECT id FROM account WHERE disabled_at <> 0) ORDER BY id DESC LIMIT ?",
                    &q));
    query_put_limit(&q, limit);
    return read_list(&q, arena, ret_list, ret_count);
}

struct error store_working_remove(struct store_tx *tx, int64_t id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "DELETE FROM working WHERE id = ?", &q));
    query_put_int(&q, id);
    return query_run(&q);
}
