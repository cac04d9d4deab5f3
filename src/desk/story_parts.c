/* What stands beside a story: notes, embargo, revisions, private previews. */
#include "desk/screen.h"
#include "http/reply.h"
#include "media/media.h"

#define DAY ((int64_t)24 * 3600 * 1000)

static void back_to_story(struct screen *screen)
{
    screen_go(screen, "/desk/stories/%lld", (long long)screen->id);
}

struct error note_do(struct screen *screen)
{
    screen->redraw = beside_redraw;
    screen->form_name = "note_form";
    TRY(story_note(screen->tx, screen->actor, screen->id, screen_field(screen, "text"), screen->now,
                   screen->arena));
    back_to_story(screen);
    return NO_ERROR;
}

struct error embargo_do(struct screen *screen)
{
    int64_t until = 0;
    screen->redraw = beside_redraw;
    screen->form_name = "embargo_form";
    if (str_trim(screen_field(screen, "until")).len)
        TRY(screen_wall_read(screen, "until", "The embargo", &until));
    TRY(story_embargo(screen->tx, screen->actor, screen->id, until, screen->now, screen->arena));
    back_to_story(screen);
    return NO_ERROR;
}

/* ---- Revisions ----------------------------------------------------------------------------- */

struct error revision_open(struct screen *screen)
{
    struct store_revision revision;
    struct store_story story;
    struct store_desk desk;
    TRY(store_revision(screen->tx, screen->id2, screen->arena, &revision));
    if (revision.story_id != screen->id)
        return error_make(ERR_NOT_FOUND, "such revision of the story", NULL);
    TRY(store_desk(screen->tx, screen->id, &desk));
    TRY(actor_may(screen->actor, ACTION_STORY_SEE, relation_to(screen->actor->account_id, &desk)));
    TRY(store_story(screen->tx, screen->id, screen->arena, &story));
    TRY(revision_draw(screen, screen->id2, "revision"));
    struct store_form form;
    TRY(form_of_revision(screen->tx, screen->id2, screen->arena, &form));
    TRY(put_revision_comparison(screen, screen->id, screen->id2, &form));
    value_set_number(screen->root, "id", screen->id);
    value_set_text(screen->root, "restore_at", screen->request->path);
    value_set_number(screen->root, "number", revision.number);
    value_set_number(screen->root, "newest", story.newest);
    value_set_bool(screen->root, "can_restore",
                   story.newest != screen->id2 &&
                       may(screen->actor->role, ACTION_STORY_RESTORE,
                           relation_to(screen->actor->account_id, &desk)));
    screen_time(screen, screen->root, "at", revision.at);
    return NO_ERROR;
}

struct error revision_restore(struct screen *screen)
{
    struct store_revision revision;
    struct saved saved;
    TRY(store_revision(screen->tx, screen->id2, screen->arena, &revision));
    if (revision.story_id != screen->id)
        return error_make(ERR_NOT_FOUND, "such revision of the story", NULL);
    TRY(story_restore(screen->tx, screen->actor, screen->id2, screen_number(screen, "base"),
                      screen->now, screen->arena, &screen->changes, &saved));
    if (saved.newer)
        return error_make(ERR_CONFLICT, "The story", NULL);
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

/* ---- Texts that lost against another's ------------------------------------------------------ */

static struct error find_kept(struct screen *screen, struct store_kept *ret_kept)
{
    struct store_desk desk;
    struct store_kept kept;
    TRY(store_desk(screen->tx, screen->id, &desk));
    TRY(actor_may(screen->actor, ACTION_STORY_RESTORE,
                  relation_to(screen->actor->account_id, &desk)));
    TRY(store_kept(screen->tx, screen->id2, screen->arena, &kept));
    if (kept.story_id != screen->id || kept.kind != KEPT_CONFLICT)
        return error_make(ERR_NOT_FOUND, "such text of the story", NULL);
    *ret_kept = kept;
    return NO_ERROR;
}

struct error kept_open(struct screen *screen)
{
    struct store_kept kept;
    struct store_story story;
    TRY(find_kept(screen, &kept));
    TRY(store_story(screen->tx, screen->id, screen->arena, &story));
    struct store_form form, newest;
    TRY(kept_draw(screen, &kept, "revision"));
    TRY(form_of_texts(screen->tx, &kept.revision, kept.social_title, kept.social_description,
                      screen->arena, &form));
    TRY(form_of_revision(screen->tx, story.newest, screen->arena, &newest));
    value_set_bool(screen->root, "compared", true);
    put_comparison(screen, &newest, &form);
    value_set_number(screen->root, "id", screen->id);
    value_set_text(screen->root, "restore_at", screen->request->path);
    value_set_number(screen->root, "newest", story.newest);
    value_set_bool(screen->root, "is_kept", true);
    value_set_text(screen->root, "who", screen_account(screen, kept.account_id));
    value_set_bool(screen->root, "can_restore", true);
    screen_time(screen, screen->root, "at", kept.at);
    return NO_ERROR;
}

struct error kept_restore(struct screen *screen)
{
    struct store_kept kept;
    struct saved saved;
    TRY(find_kept(screen, &kept));
    TRY(story_restore_kept(screen->tx, screen->actor, screen->id2, screen_number(screen, "base"),
                           screen->now, screen->arena, &screen->changes, &saved));
    if (saved.newer)
        return error_make(ERR_CONFLICT, "The story", NULL);
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

/* ---- Private previews ---------------------------------------------------------------------- */

/* The address is shown once, in this answer. */
static struct error draw_given(struct screen *screen)
{
    const struct str *token = screen->context;
    struct store_preview preview;
    struct store_revision revision;
    TRY(preview_look(screen->tx, *token, screen->now, screen->arena, &preview, &revision));
    screen->location = STR_NONE;
    screen->private_link = true;
    screen_begin(screen, "given", "preview_link");
    value_set_text(screen->root, "path",
                   arena_printf(screen->arena, "/desk/preview/%.*s", STR_ARG(*token)));
    value_set_text(screen->root, "about", desk_say(screen->desk, "preview_given"));
    screen_time(screen, screen->root, "until", preview.expires_at);
    value_set_text(screen->root, "back",
                   arena_printf(screen->arena, "/desk/stories/%lld", (long long)screen->id));
    return NO_ERROR;
}

struct error preview_do(struct screen *screen)
{
    struct str *token = ARENA_NEW(screen->arena, struct str);
    int64_t days = PREVIEW_DAYS;
    struct str typed = str_trim(screen_field(screen, "days"));
    screen->redraw = beside_redraw;
    screen->form_name = "preview_form";
    if (typed.len && (!str_to_i64(typed, &days) || days < 1 || days > PREVIEW_DAYS_MAX))
        return error_make(ERR_INVALID, "The days", "give a number from 1 to 90");
    TRY(preview_make(screen->tx, screen->actor, screen->id, 0, screen->now + days * DAY,
                     str_trim(screen_field(screen, "label")), screen->now, screen->arena, token));
    screen->context = token;
    screen->after = draw_given;
    return NO_ERROR;
}

struct error preview_revoke_do(struct screen *screen)
{
    TRY(preview_revoke(screen->tx, screen->actor, screen->id2, screen->now, screen->arena));
    back_to_story(screen);
    return NO_ERROR;
}

/* ---- Files --------------------------------------------------------------------------------- */

struct error media_answer(struct screen *screen, struct str file)
{
    int fd;
    int64_t bytes;
    TRY(media_open(screen->call->dir_fd, file, &fd, &bytes));
    struct http_file about = {
        .fd = fd,
        .size = (uint64_t)bytes,
        .type = media_file_type(file),
        .last_modified = NEVER,
        .fields = STR("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                      "Content-Security-Policy: default-src 'none'; sandbox\r\n"
                      "Referrer-Policy: no-referrer\r\n"
                      "Cross-Origin-Resource-Policy: same-origin\r\n")};
    screen->response = http_file_response(screen->request, &about);
    screen->raw = true;
    return NO_ERROR;
}

struct error media_get(struct screen *screen)
{
    if (!media_file_valid(screen->word))
        return error_make(ERR_NOT_FOUND, "such picture", NULL);
    return media_answer(screen, screen->word);
}
