/* What is said of a story after readers saw it: corrections; and takedowns. */
#include "desk/screen.h"
#include "newsroom/correcting.h"
#include "newsroom/ledger.h"
#include "render/markdown.h"

struct error put_record(struct screen *screen, int64_t story_id)
{
    struct store_correction *list;
    struct store_story story;
    size_t count;
    int taken_down;
    TRY(store_story(screen->tx, story_id, screen->arena, &story));
    TRY(store_takedown(screen->tx, story_id, &taken_down));
    TRY(store_corrections_of(screen->tx, story_id, screen->arena, &list, &count));
    bool can_correct = story.state == STORY_PUBLISHED && screen_can(screen, ACTION_STORY_CORRECT);
    value_set_bool(screen->root, "can_correct", can_correct);
    value_set_bool(screen->root, "can_take_down",
                   story.state != STORY_DRAFT && !taken_down &&
                       screen_can(screen, ACTION_STORY_TAKEDOWN));
    value_set_bool(screen->root, "taken_down", taken_down != 0);
    value_set_bool(screen->root, "has_record", can_correct || count > 0);
    struct value *rows = value_set_list(screen->root, "corrections");
    for (size_t i = 0; i < count && !taken_down; i++) {
        struct value *one = value_append_object(rows);
        value_set_text(one, "text", list[i].text);
        value_set_text(one, "who", screen_account(screen, list[i].account_id));
        screen_time(screen, one, "at", list[i].at);
    }
    return NO_ERROR;
}

struct error put_ledger(struct screen *screen)
{
    struct str head;
    TRY(ledger_head(screen->tx, screen->arena, &head));
    value_set_text(screen->root, "ledger_head", head);
    return NO_ERROR;
}

struct error correct_do(struct screen *screen)
{
    int64_t id;
    screen->redraw = beside_redraw;
    screen->form_name = "correction_form";
    TRY(story_correct(screen->tx, screen->actor, screen->id, screen_field(screen, "correction"),
                      screen->now, screen->arena, &screen->changes, &id));
    screen_go(screen, "/desk/stories/%lld", (long long)screen->id);
    return NO_ERROR;
}

/* ---- Takedown ------------------------------------------------------------------------------ */

struct erased {
    struct str *files;
    size_t count;
};

static struct error finish(struct screen *screen)
{
    const struct erased *erased = screen->context;
    store_end(screen->tx);
    screen->tx = NULL;
    return takedown_finish(screen->call->store, screen->call->dir_fd, erased->files, erased->count);
}

struct error takedown_do(struct screen *screen)
{
    struct erased *erased = ARENA_NEW(screen->arena, struct erased);
    struct takedown takedown = {.status = (int)screen_number(screen, "status"),
                                .reason = screen_field(screen, "reason")};
    screen->redraw = beside_redraw;
    screen->form_name = "takedown_form";
    if (!screen_checked(screen, "sure"))
        return error_make(ERR_INVALID, "The takedown", "tick the box: it cannot be undone");
    TRY(story_takedown(screen->tx, screen->actor, screen->id, &takedown, screen->now, screen->arena,
                       &screen->changes, &erased->files, &erased->count));
    screen->context = erased;
    screen->after = finish;
    screen_go(screen, "/desk/stories/%lld", (long long)screen->id);
    return NO_ERROR;
}
