/* Saving a story's text on the desk: nothing is overwritten, nothing typed is lost. */
#include "newsroom/overview.h"
#include "newsroom/workflow.h"
#include "render/markdown.h"

static struct error check_social(struct str *text, const char *field)
{
    *text = str_trim(*text);
    if (text->len > SOCIAL_MAX)
        return error_make(ERR_INVALID, field, "it is too long");
    if (!str_is_utf8(*text))
        return error_make(ERR_INVALID, field, "it is not UTF-8 text");
    return NO_ERROR;
}

static struct error check_sizes(const struct store_revision *revision)
{
    const struct str fields[] = {revision->headline, revision->standfirst, revision->dateline,
                                 revision->agency,   revision->caption,    revision->credit,
                                 revision->alt};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].len > STORY_FIELD_MAX)
            return error_make(ERR_TOO_LARGE, "A field of the story", "1000 bytes are the most");
    if (revision->body.len > STORY_BODY_MAX)
        return error_make(ERR_TOO_LARGE, "The text", "1 MiB is the most");
    if (revision->tag_count > STORY_TAGS_MAX || revision->author_count > STORY_BYLINES_MAX)
        return error_make(ERR_INVALID, "The story", "it has too many tags or bylines");
    return markdown_check(revision->body);
}

struct error story_may_save(const struct actor *actor, enum action action,
                            const struct store_desk *desk)
{
    TRY(actor_may(actor, action, relation_to(actor->account_id, desk)));
    if (desk->state == DESK_WITHDRAWN)
        return error_make(ERR_STEP, "Saving", "the story was withdrawn");
    if (desk->state == DESK_SPIKED)
        return error_make(ERR_STEP, "Saving", "the story was put away; bring it back first");
    bool all = !actor->account_id || role_reach(actor->role, action) == REACH_ALL;
    if (!all && (desk->state == DESK_READY || desk->state == DESK_SCHEDULED))
        return error_make(ERR_STEP, "Saving", "the story is ready; ask an editor");
    return NO_ERROR;
}

/* Where the story stands after somebody saved it. `before`: where it stood. */
static struct error set_state(struct store_tx *tx, const struct actor *actor,
                              enum desk_state before, int64_t story_id)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    bool edits = !actor->account_id ||
                 may(actor->role, ACTION_STORY_PUBLISH, relation_to(actor->account_id, &desk));
    bool own = actor->account_id && desk.owner_id == actor->account_id;
    if (before == DESK_PUBLISHED)
        desk.state = edits ? DESK_IN_EDIT : DESK_DRAFT;
    else if (before == DESK_READY || (before == DESK_HANDED_IN && edits && !own))
        desk.state = DESK_IN_EDIT;
    if (desk.state == DESK_IN_EDIT && edits && actor->account_id)
        desk.editor_id = actor->account_id;
    return store_desk_set(tx, &desk);
}

/* The person's text, beside the line of revisions. */
static struct error keep(struct store_tx *tx, const struct actor *actor,
                         const struct saving *saving, const struct store_revision_desk *desk,
                         int64_t now, struct arena *arena, int64_t *ret_kept)
{
    struct store_kept kept = {.kind = KEPT_CONFLICT,
                              .story_id = saving->story_id,
                              .account_id = actor->account_id,
                              .base = saving->base,
                              .at = now,
                              .revision = *saving->revision,
                              .social_title = desk->social_title,
                              .social_description = desk->social_description};
    TRY(store_kept_put(tx, &kept, ret_kept));
    return audit_addf(tx, actor, "story.conflict", audit_object("story", saving->story_id, arena),
                      now, arena, "text %lld is kept", (long long)*ret_kept);
}

static struct error add_story(struct store_tx *tx, const struct actor *actor,
                              const struct saving *saving, const struct store_revision_desk *desk,
                              int64_t now, struct arena *arena, struct saved *saved)
{
    struct store_desk row;
    int64_t id;
    TRY(actor_may(actor, ACTION_STORY_ADD, RELATION_NONE));
    TRY(story_add_by(tx, saving->revision, desk, arena, &id));
    TRY(store_desk(tx, id, &row));
    row.owner_id = actor->account_id;
    TRY(store_desk_set(tx, &row));
    TRY(audit_add(tx, actor, STR("story.add"), audit_object("story", id, arena),
                  saving->revision->headline, now, arena));
    saved->added = true;
    saved->revision_id = saving->revision->id;
    return store_desk(tx, id, &saved->desk);
}

static struct error add_revision(struct store_tx *tx, const struct actor *actor,
                                 const struct saving *saving,
                                 const struct store_revision_desk *desk, enum desk_state before,
                                 int64_t now, struct arena *arena, struct saved *saved)
{
    TRY(story_revise(tx, saving->revision, desk, arena, &saved->added));
    saved->revision_id = saving->revision->id;
    if (!saved->added)
        return NO_ERROR;
    TRY(set_state(tx, actor, before, saving->story_id));
    TRY(desk_index(tx, saving->story_id, arena));
    return audit_addf(tx, actor, desk->restored_from ? "story.restore" : "story.save",
                      audit_object("story", saving->story_id, arena), now, arena, "revision %lld",
                      (long long)saved->revision_id);
}

/* The text that it began from must be one of the story's. */
static struct error check_base(struct store_tx *tx, const struct saving *saving,
                               struct arena *arena)
{
    struct store_revision base;
    struct error error = store_revision(tx, saving->base, arena, &base);
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    if (error.code == ERR_NOT_FOUND || base.story_id != saving->story_id)
        return error_make(ERR_INVALID, "The story", "it does not say which text it began from");
    return NO_ERROR;
}

static struct error save(struct store_tx *tx, const struct actor *actor, enum action action,
                         const struct saving *saving, int64_t restored_from, int64_t now,
                         struct arena *arena, struct saved *ret_saved)
{
    struct saved saved = {0};
    struct store_revision_desk desk = {.account_id = actor->account_id,
                                       .restored_from = restored_from,
                                       .social_title = saving->social_title,
                                       .social_description = saving->social_description};
    int64_t newest;
    bool equal = false;
    TRY(check_social(&desk.social_title, "The title for social networks"));
    TRY(check_social(&desk.social_description, "The description for social networks"));
    TRY(check_sizes(saving->revision));
    saving->revision->at = now;
    saving->revision->story_id = saving->story_id;
    if (!saving->story_id) {
        TRY(add_story(tx, actor, saving, &desk, now, arena, &saved));
        *ret_saved = saved;
        return NO_ERROR;
    }
    TRY(store_desk(tx, saving->story_id, &saved.desk));
    TRY(story_may_save(actor, action, &saved.desk));
    TRY(revision_equals_newest(tx, saving->revision, &desk, arena, &newest, &equal));
    if (newest != saving->base && !equal) {
        TRY(check_base(tx, saving, arena));
        saved.newer = saved.revision_id = newest;
        TRY(keep(tx, actor, saving, &desk, now, arena, &saved.kept));
    } else {
        TRY(add_revision(tx, actor, saving, &desk, saved.desk.state, now, arena, &saved));
    }
    TRY(store_desk(tx, saving->story_id, &saved.desk));
    *ret_saved = saved;
    return NO_ERROR;
}

struct error story_save(struct store_tx *tx, const struct actor *actor, const struct saving *saving,
                        int64_t now, struct arena *arena, struct changes *changes,
                        struct saved *ret_saved)
{
    if (saving->story_id && !saving->base)
        return error_make(ERR_INVALID, "The story", "it does not say which text it began from");
    return save(tx, actor, ACTION_STORY_EDIT, saving, 0, now, arena, ret_saved);
}

struct error story_restore(struct store_tx *tx, const struct actor *actor, int64_t revision_id,
                           int64_t base, int64_t now, struct arena *arena, struct changes *changes,
                           struct saved *ret_saved)
{
    struct store_revision revision;
    struct store_revision_desk desk;
    TRY(store_revision(tx, revision_id, arena, &revision));
    TRY(store_revision_desk(tx, revision_id, arena, &desk));
    revision.note = STR_NONE;
    struct saving saving = {.story_id = revision.story_id,
                            .base = base,
                            .revision = &revision,
                            .social_title = desk.social_title,
                            .social_description = desk.social_description};
    return save(tx, actor, ACTION_STORY_RESTORE, &saving, revision_id, now, arena, ret_saved);
}

struct error story_restore_kept(struct store_tx *tx, const struct actor *actor, int64_t kept_id,
                                int64_t base, int64_t now, struct arena *arena,
                                struct changes *changes, struct saved *ret_saved)
{
    struct store_kept kept;
    TRY(store_kept(tx, kept_id, arena, &kept));
    struct saving saving = {.story_id = kept.story_id,
                            .base = base,
                            .revision = &kept.revision,
                            .social_title = kept.social_title,
                            .social_description = kept.social_description};
    TRY(save(tx, actor, ACTION_STORY_RESTORE, &saving, 0, now, arena, ret_saved));
    return ret_saved->newer ? NO_ERROR : store_kept_remove(tx, kept_id);
}
