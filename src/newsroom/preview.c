#include "newsroom/preview.h"
#include "newsroom/tokens.h"

enum { LABEL_MAX = 200 };
#define DAY ((int64_t)24 * 3600 * 1000)

static struct error count_open(struct store_tx *tx, int64_t story_id, int64_t now,
                               struct arena *arena, size_t *ret_count)
{
    struct store_preview *previews;
    size_t count, open = 0;
    TRY(store_previews(tx, story_id, arena, &previews, &count));
    for (size_t i = 0; i < count; i++)
        open += !previews[i].revoked_at && previews[i].expires_at > now;
    *ret_count = open;
    return NO_ERROR;
}

static struct error check(struct store_tx *tx, const struct store_desk *desk, int64_t revision_id,
                          int64_t expires_at, struct str label, int64_t now, struct arena *arena)
{
    struct store_revision revision;
    size_t open;
    if (expires_at <= now || expires_at > now + PREVIEW_DAYS_MAX * DAY)
        return error_make(ERR_INVALID, "The preview", "it must end within 90 days");
    if (label.len > LABEL_MAX || !str_is_utf8(label))
        return error_make(ERR_INVALID, "For whom", "a few words are enough");
    if (desk->state == DESK_WITHDRAWN)
        return error_make(ERR_STEP, "A preview", "the story was withdrawn");
    if (revision_id) {
        TRY(store_revision(tx, revision_id, arena, &revision));
        if (revision.story_id != desk->story_id)
            return error_make(ERR_NOT_FOUND, "such revision of the story", "unknown");
    }
    TRY(count_open(tx, desk->story_id, now, arena, &open));
    return open < PREVIEWS_OPEN_MAX
               ? NO_ERROR
               : error_make(ERR_STEP, "Another preview", "the story has too many; revoke some");
}

struct error preview_make(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                          int64_t revision_id, int64_t expires_at, struct str label, int64_t now,
                          struct arena *arena, struct str *ret_token)
{
    struct store_desk desk;
    int64_t id;
    label = str_trim(label);
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_PREVIEW_MAKE, relation_to(actor->account_id, &desk)));
    TRY(check(tx, &desk, revision_id, expires_at, label, now, arena));
    struct str token = token_new(arena);
    struct store_preview preview = {.hash = token_hash("preview", token, arena),
                                    .story_id = story_id,
                                    .revision_id = revision_id,
                                    .created_by = actor->account_id,
                                    .created_at = now,
                                    .expires_at = expires_at,
                                    .label = label};
    TRY(store_preview_add(tx, &preview, &id));
    TRY(audit_addf(tx, actor, "preview.make", audit_object("story", story_id, arena), now, arena,
                   "preview %lld for %.*s", (long long)id,
                   STR_ARG(label.len ? label : STR("nobody named"))));
    *ret_token = token;
    return NO_ERROR;
}

struct error preview_revoke(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                            struct arena *arena)
{
    struct store_preview preview;
    struct store_desk desk;
    TRY(store_preview(tx, id, arena, &preview));
    TRY(store_desk(tx, preview.story_id, &desk));
    TRY(actor_may(actor, ACTION_PREVIEW_REVOKE, relation_to(actor->account_id, &desk)));
    if (preview.revoked_at)
        return NO_ERROR;
    TRY(store_preview_revoke(tx, id, now));
    return audit_addf(tx, actor, "preview.revoke", audit_object("story", preview.story_id, arena),
                      now, arena, "preview %lld", (long long)id);
}

struct error preview_look(struct store_tx *tx, struct str token, int64_t now, struct arena *arena,
                          struct store_preview *ret_preview, struct store_revision *ret_revision)
{
    struct store_preview preview;
    struct store_revision revision;
    struct store_story story;
    struct error none = error_make(ERR_LINK, "preview", "there is no such preview");
    if (!token_valid(token))
        return none;
    struct error error =
        store_preview_by_hash(tx, token_hash("preview", token, arena), arena, &preview);
    if (error.code == ERR_NOT_FOUND)
        return none;
    if (error.code != ERR_OK)
        return error;
    if (preview.revoked_at)
        return error_make(ERR_LINK, "preview", "the newsroom ended it");
    if (now >= preview.expires_at)
        return error_make(ERR_LINK, "preview", "its time is over");
    TRY(store_story(tx, preview.story_id, arena, &story));
    if (story.state == STORY_WITHDRAWN)
        return error_make(ERR_LINK, "preview", "the story was withdrawn");
    TRY(store_revision(tx, preview.revision_id ? preview.revision_id : story.newest, arena,
                       &revision));
    *ret_preview = preview;
    *ret_revision = revision;
    return NO_ERROR;
}
