#include "newsroom/working.h"
#include "newsroom/audit.h"

#define DAY ((int64_t)24 * 3600 * 1000)

/* ---- Writing ------------------------------------------------------------------------------- */

bool working_is_page(struct str page)
{
    for (size_t i = 0; i < page.len; i++)
        if (!strchr("0123456789abcdef", page.at[i]))
            return false;
    return page.len >= 16 && page.len <= WORKING_PAGE_MAX;
}

static struct error check_texts(const struct store_form *form)
{
    for (int i = 0; i < FORM_PICTURE; i++)
        if (!str_is_utf8(form_field_text(form, (enum form_field)i, NULL)))
            return error_make(ERR_INVALID, "The text", "it is not UTF-8 text");
    if (!str_is_utf8(form->body) || !str_is_utf8(form->note))
        return error_make(ERR_INVALID, "The text", "it is not UTF-8 text");
    return NO_ERROR;
}

/* The story may be written, and it began from one of its texts. */
static struct error check_story(struct store_tx *tx, const struct actor *actor,
                                const struct store_working *copy, struct arena *arena)
{
    struct store_desk desk;
    struct store_revision base;
    if (!copy->story_id)
        return actor_may(actor, ACTION_STORY_ADD, RELATION_NONE);
    TRY(store_desk(tx, copy->story_id, &desk));
    TRY(story_may_save(actor, ACTION_STORY_EDIT, &desk));
    struct error error = store_revision(tx, copy->form.base, arena, &base);
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    if (error.code == ERR_NOT_FOUND || base.story_id != copy->story_id)
        return error_make(ERR_INVALID, "The story", "it does not say which text it began from");
    return NO_ERROR;
}

static struct error find(struct store_tx *tx, int64_t account_id, int64_t story_id, struct str page,
                         struct arena *arena, struct store_working *ret)
{
    struct error error = store_working_by_page(tx, account_id, story_id, page, arena, ret);
    if (error.code != ERR_NOT_FOUND)
        return error;
    *ret = (struct store_working){0};
    return NO_ERROR;
}

/* The copy that the page was opened with, when no other page wrote on in it. */
static struct error find_continued(struct store_tx *tx, int64_t account_id, int64_t story_id,
                                   int64_t id, int64_t seen, struct arena *arena,
                                   struct store_working *ret)
{
    struct store_working copy = {0};
    struct error error = id ? store_working(tx, id, arena, &copy) : NO_ERROR;
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    bool its =
        copy.id && copy.account_id == account_id && copy.story_id == story_id && copy.turn == seen;
    *ret = its ? copy : (struct store_working){0};
    return NO_ERROR;
}

static struct error check_count(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                                struct arena *arena)
{
    enum { LOOKED_AT = 1000 };
    struct store_working *list;
    size_t count, own = 0;
    TRY(store_workings_of(tx, actor->account_id, LOOKED_AT, arena, &list, &count));
    for (size_t i = 0; i < count; i++)
        own += list[i].story_id == story_id;
    if (own >= (story_id ? WORKING_EACH : WORKING_NEW))
        return error_make(ERR_STEP, "Keeping one more unsaved text",
                          "you have too many of them here; save or discard some");
    return NO_ERROR;
}

static struct error says_nothing_new(struct store_tx *tx, const struct store_working *copy,
                                     struct arena *arena, bool *ret_nothing)
{
    struct store_story story;
    struct store_form newest, begun;
    if (!copy->story_id || copy->form.note.len) {
        *ret_nothing = false;
        return NO_ERROR;
    }
    TRY(store_story(tx, copy->story_id, arena, &story));
    TRY(form_of_revision(tx, story.newest, arena, &newest));
    TRY(form_of_revision(tx, copy->form.base, arena, &begun));
    *ret_nothing = form_equal(&copy->form, &newest) || form_equal(&copy->form, &begun);
    return NO_ERROR;
}

/* The copy that this page writes in; id 0 when there is none yet. */
static struct error find_its(struct store_tx *tx, const struct actor *actor,
                             const struct working_page *page, struct arena *arena,
                             struct store_working *ret)
{
    *ret = (struct store_working){0};
    if (working_is_page(page->name))
        TRY(find(tx, actor->account_id, page->story_id, page->name, arena, ret));
    if (!ret->id)
        TRY(find_continued(tx, actor->account_id, page->story_id, page->continues, page->seen,
                           arena, ret));
    return NO_ERROR;
}

struct error working_write(struct store_tx *tx, const struct actor *actor,
                           const struct working_page *page, int64_t turn,
                           const struct store_form *form, int64_t now, struct arena *arena,
                           struct store_working *ret_copy)
{
    struct store_working old, copy = {.account_id = actor->account_id,
                                      .story_id = page->story_id,
                                      .page = page->name,
                                      .turn = turn,
                                      .at = now,
                                      .form = *form};
    bool nothing = false;
    if (!copy.story_id)
        copy.form.base = 0;
    if (!working_is_page(copy.page) || turn <= 0)
        return error_make(ERR_INVALID, "The text", "it does not say which page it comes from");
    TRY(check_texts(form));
    TRY(check_story(tx, actor, &copy, arena));
    TRY(find_its(tx, actor, page, arena, &old));
    if (old.id && str_eq(old.page, copy.page) && turn <= old.turn) {
        *ret_copy = old;
        return NO_ERROR;
    }
    copy.id = old.id;
    if (old.form.base > copy.form.base)
        copy.form.base = old.form.base;
    TRY(says_nothing_new(tx, &copy, arena, &nothing));
    copy.settled = nothing && old.settled; /* the row says from where the page goes on */
    if (nothing && !old.settled) {
        if (copy.id)
            TRY(store_working_remove(tx, copy.id));
        copy.id = 0;
    } else {
        if (!copy.id)
            TRY(check_count(tx, actor, copy.story_id, arena));
        TRY(store_working_put(tx, &copy, &copy.id));
    }
    *ret_copy = copy;
    return NO_ERROR;
}

struct error working_base(struct store_tx *tx, const struct actor *actor,
                          const struct working_page *page, int64_t base, struct arena *arena,
                          int64_t *ret_base)
{
    struct store_working copy = {0};
    if (page->story_id)
        TRY(find_its(tx, actor, page, arena, &copy));
    *ret_base = copy.form.base > base ? copy.form.base : base;
    return NO_ERROR;
}

struct error working_done(struct store_tx *tx, const struct actor *actor,
                          const struct working_page *page, struct arena *arena)
{
    struct store_working copy;
    TRY(find_its(tx, actor, page, arena, &copy));
    return copy.id ? store_working_remove(tx, copy.id) : NO_ERROR;
}

/* ---- A colleague comes --------------------------------------------------------------------- */

static bool settles_in(enum desk_state state)
{
    return state == DESK_DRAFT || state == DESK_HANDED_IN || state == DESK_IN_EDIT;
}

struct error working_unsettled(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                               int64_t now, struct arena *arena, int64_t **ret_ids,
                               size_t *ret_count)
{
    struct store_working *list;
    struct store_desk desk;
    struct store_story story;
    size_t count, n = 0;
    TRY(store_desk(tx, story_id, &desk));
    TRY(store_story(tx, story_id, arena, &story));
    TRY(store_workings(tx, story_id, WORKING_SHOWN, arena, &list, &count));
    int64_t *ids = ARENA_ARRAY(arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        if (list[i].settled ? list[i].at < now - DAY
                            : list[i].account_id != actor->account_id && settles_in(desk.state) &&
                                  list[i].form.base == story.newest && list[i].form.headline.len)
            ids[n++] = list[i].id;
    *ret_ids = ids;
    *ret_count = n;
    return NO_ERROR;
}

struct error working_settle(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                            struct arena *arena, struct changes *changes)
{
    struct store_working copy;
    struct store_account account;
    struct store_revision revision;
    struct store_desk desk;
    struct saved saved;
    TRY(store_working(tx, id, arena, &copy));
    if (copy.settled)
        return copy.at < now - DAY ? store_working_remove(tx, id) : NO_ERROR;
    TRY(store_account(tx, copy.account_id, arena, &account));
    TRY(store_desk(tx, copy.story_id, &desk));
    if (account.disabled_at || !settles_in(desk.state))
        return NO_ERROR;
    struct actor owner = {account.id, account.name, account.role};
    struct draft draft = form_draft(&copy.form, arena);
    TRY(draft_resolve(tx, &draft, copy.form.picture_id, now, arena, changes, &revision));
    struct saving saving = {.story_id = copy.story_id,
                            .base = copy.form.base,
                            .revision = &revision,
                            .social_title = copy.form.social_title,
                            .social_description = copy.form.social_description};
    TRY(story_save(tx, &owner, &saving, now, arena, changes, &saved));
    if (saved.newer)
        return error_make(ERR_CONFLICT, "The story", NULL);
    copy.settled = true;
    copy.form.base = saved.revision_id;
    TRY(store_working_put(tx, &copy, &copy.id));
    return audit_addf(tx, actor, "story.settle", audit_object("story", copy.story_id, arena), now,
                      arena, "revision %lld is what %.*s had typed", (long long)saved.revision_id,
                      STR_ARG(owner.name));
}

/* ---- Reading and discarding ---------------------------------------------------------------- */

struct error working_may_see(struct store_tx *tx, const struct actor *actor,
                             const struct store_working *copy)
{
    struct store_desk desk;
    if (copy->account_id == actor->account_id)
        return NO_ERROR;
    if (!copy->story_id)
        return role_reach(actor->role, ACTION_STORY_EDIT) == REACH_ALL
                   ? NO_ERROR
                   : actor_may(actor, ACTION_STORY_EDIT, RELATION_NONE);
    TRY(store_desk(tx, copy->story_id, &desk));
    return actor_may(actor, ACTION_STORY_EDIT, relation_to(actor->account_id, &desk));
}

struct error working_discard(struct store_tx *tx, const struct actor *actor, int64_t id,
                             int64_t now, struct arena *arena)
{
    struct store_working copy;
    struct store_account owner;
    TRY(store_working(tx, id, arena, &copy));
    TRY(working_may_see(tx, actor, &copy));
    TRY(store_account(tx, copy.account_id, arena, &owner));
    if (owner.id != actor->account_id && !owner.disabled_at)
        return error_make(ERR_STEP, "Discarding it", "it is a colleague's text");
    TRY(store_working_remove(tx, id));
    if (owner.id == actor->account_id)
        return NO_ERROR;
    return audit_addf(tx, actor, "story.discard", audit_object("working", id, arena), now, arena,
                      "an unsaved text of %.*s", STR_ARG(owner.name));
}
