#include "newsroom/correcting.h"
#include "media/media.h"
#include "newsroom/audit.h"
#include "newsroom/ledger.h"

#include <time.h>

enum { TRUNCATE_TRIES = 40, TRUNCATE_PAUSE_MS = 50 };

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.at[i] < 0x20 && text.at[i] != '\n' && text.at[i] != '\r' &&
             text.at[i] != '\t') ||
            text.at[i] == 0x7F)
            return false;
    return str_is_utf8(text);
}

struct error story_correct(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                           struct str text, int64_t now, struct arena *arena,
                           struct changes *changes, int64_t *ret_id)
{
    struct store_desk desk;
    int64_t id = 0;
    text = str_trim(text);
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_STORY_CORRECT, relation_to(actor->account_id, &desk)));
    if (desk.published != STORY_PUBLISHED)
        return error_make(ERR_STEP, "Correcting it", "readers don't see the story");
    if (text.len == 0 || text.len > CORRECTION_MAX || !is_plain(text))
        return error_make(ERR_INVALID, "The correction",
                          "say in a few sentences what was wrong and what is right");
    struct store_correction correction = {
        .story_id = story_id, .at = now, .account_id = actor->account_id, .text = text};
    TRY(store_correction_add(tx, &correction, &id));
    TRY(ledger_add_text(tx, LEDGER_CORRECTION, story_id, id, text, now, arena));
    key_story(&changes->keys, story_id, STORY_CORRECTIONS);
    key_correction_after(&changes->keys, 0);
    TRY(audit_addf(tx, actor, "story.correct", audit_object("story", story_id, arena), now, arena,
                   "correction %lld", (long long)id));
    *ret_id = id;
    return NO_ERROR;
}

struct error corrections_hide(struct store_tx *tx, int64_t story_id, struct arena *arena,
                              struct changes *changes)
{
    struct store_correction *list;
    size_t count;
    TRY(store_corrections_of(tx, story_id, arena, &list, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t newer, older;
        if (!list[i].shown)
            continue;
        TRY(store_correction_hide(tx, list[i].id));
        TRY(store_correction_neighbours(tx, list[i].id, &newer, &older));
        key_correction_after(&changes->keys, newer);
        key_correction_after(&changes->keys, list[i].id);
        key_correction_end(&changes->keys, list[i].id);
        if (!older && newer)
            key_correction_end(&changes->keys, newer);
    }
    return NO_ERROR;
}

/* Readers see the reason, whether it was withdrawn before or is now. */
static struct error withdraw(struct store_tx *tx, int64_t story_id, struct str reason, int64_t now,
                             struct arena *arena, struct changes *changes)
{
    struct store_story story;
    TRY(store_story(tx, story_id, arena, &story));
    if (story.state == STORY_DRAFT)
        return error_make(ERR_STEP, "Taking it down", "readers never saw the story");
    if (story.state == STORY_PUBLISHED)
        return story_withdraw(tx, story_id, reason, now, arena, changes);
    story.reason = reason;
    key_story(&changes->keys, story_id, STORY_BODY);
    changes->destroys = true;
    return store_story_set(tx, &story);
}

struct error story_takedown(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                            const struct takedown *takedown, int64_t now, struct arena *arena,
                            struct changes *changes, struct str **ret_files, size_t *ret_count)
{
    struct store_desk desk;
    struct str reason = str_trim(takedown->reason), *files;
    size_t count;
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_STORY_TAKEDOWN, relation_to(actor->account_id, &desk)));
    if (reason.len == 0 || reason.len > STORY_FIELD_MAX || !is_plain(reason))
        return error_make(ERR_INVALID, "The reason",
                          "give one short sentence that readers will see");
    if (takedown->status != 410 && takedown->status != 451)
        return error_make(ERR_INVALID, "The answer", "it is 410 or 451");
    TRY(withdraw(tx, story_id, reason, now, arena, changes));
    TRY(store_erase(tx, story_id, takedown->status, now, arena, &files, &count));
    for (size_t i = 0; i < count; i++)
        key_file(&changes->keys, files[i]);
    TRY(ledger_add_text(tx, LEDGER_TAKEDOWN, story_id, 0, reason, now, arena));
    TRY(audit_addf(tx, actor, "story.takedown", audit_object("story", story_id, arena), now, arena,
                   "%d, %zu files of pictures; %.*s", takedown->status, count, STR_ARG(reason)));
    *ret_files = files;
    *ret_count = count;
    return NO_ERROR;
}

static struct error remove_files(struct store *store, int dir_fd, const struct str *files,
                                 size_t count)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    TRY(store_read(store, &tx));
    for (size_t i = 0; i < count; i++) {
        bool named = false;
        TRY(store_file_is_named(tx, files[i], &named));
        if (!named)
            TRY(media_remove(dir_fd, files[i]));
    }
    return NO_ERROR;
}

struct error takedown_finish(struct store *store, int dir_fd, const struct str *files, size_t count)
{
    struct error error = NO_ERROR;
    TRY(remove_files(store, dir_fd, files, count));
    for (int i = 0; i < TRUNCATE_TRIES; i++) {
        struct timespec pause = {.tv_nsec = TRUNCATE_PAUSE_MS * 1000000l};
        error = store_log_truncate(store);
        if (error.code == ERR_OK)
            break;
        (void)nanosleep(&pause, NULL);
    }
    return error;
}
