#include "newsroom/workflow.h"
#include "newsroom/overview.h"
#include "newsroom/related.h"
#include "text/dates.h"

#define YEAR ((int64_t)365 * 24 * 3600 * 1000)

/* ---- Names and the table ------------------------------------------------------------------- */

static const struct {
    const char *text, *from;
    enum action action;
    enum desk_state to;
} steps[STEP_COUNT] = {
#define STEP(name, text, action, from, to) [STEP_##name] = {text, from, ACTION_##action, to},
    STEPS(STEP)
#undef STEP
};

/* For a sentence: "Handing in is not possible: …". */
static const char *const doing[STEP_COUNT] = {
    [STEP_HAND_IN] = ERROR_TEXT("Handing in"),
    [STEP_RECALL] = ERROR_TEXT("Taking it back"),
    [STEP_TAKE] = ERROR_TEXT("Editing"),
    [STEP_RETURN] = ERROR_TEXT("Giving it back"),
    [STEP_READY] = ERROR_TEXT("Saying ready"),
    [STEP_SCHEDULE] = ERROR_TEXT("Scheduling"),
    [STEP_UNSCHEDULE] = ERROR_TEXT("Taking it off the schedule"),
    [STEP_PUBLISH] = ERROR_TEXT("Publishing"),
    [STEP_WITHDRAW] = ERROR_TEXT("Withdrawing"),
    [STEP_SPIKE] = ERROR_TEXT("Putting it away"),
    [STEP_REVIVE] = ERROR_TEXT("Bringing it back"),
};

static const struct {
    char letter;
    const char *text, *words;
} states[DESK_STATES + 1] = {
    [DESK_DRAFT] = {'D', "draft", ERROR_TEXT("it is a draft")},
    [DESK_HANDED_IN] = {'H', "handed-in", ERROR_TEXT("it is handed in")},
    [DESK_IN_EDIT] = {'E', "in-edit", ERROR_TEXT("it is in edit")},
    [DESK_READY] = {'R', "ready", ERROR_TEXT("it is ready")},
    [DESK_SCHEDULED] = {'S', "scheduled", ERROR_TEXT("it is scheduled")},
    [DESK_PUBLISHED] = {'P', "published", ERROR_TEXT("it is published as it is")},
    [DESK_WITHDRAWN] = {'W', "withdrawn", ERROR_TEXT("it was withdrawn")},
    [DESK_SPIKED] = {'X', "spiked", ERROR_TEXT("it was put away")},
};

struct str step_text(enum step step)
{
    return step < STEP_COUNT ? str_of(steps[step].text) : STR_NONE;
}

bool step_parse(struct str text, enum step *ret_step)
{
    for (int i = 0; i < STEP_COUNT; i++)
        if (str_eq(text, str_of(steps[i].text))) {
            *ret_step = (enum step)i;
            return true;
        }
    return false;
}

enum action step_action(enum step step)
{
    return steps[step].action;
}

struct str desk_state_text(enum desk_state state)
{
    return state >= DESK_DRAFT && state <= DESK_SPIKED ? str_of(states[state].text) : STR_NONE;
}

bool desk_state_parse(struct str text, enum desk_state *ret_state)
{
    for (int i = DESK_DRAFT; i <= DESK_SPIKED; i++)
        if (str_eq(text, str_of(states[i].text))) {
            *ret_state = (enum desk_state)i;
            return true;
        }
    return false;
}

bool step_allowed(enum step step, const struct store_desk *desk)
{
    if (!strchr(steps[step].from, states[desk->state].letter))
        return false;
    if (step == STEP_WITHDRAW)
        return desk->published == STORY_PUBLISHED;
    if (step == STEP_SPIKE)
        return desk->published == STORY_DRAFT;
    return true;
}

size_t steps_open(const struct actor *actor, const struct store_desk *desk,
                  enum step ret_steps[STEP_COUNT])
{
    enum relation relation = relation_to(actor->account_id, desk);
    size_t count = 0;
    for (int i = 0; i < STEP_COUNT; i++) {
        enum step step = (enum step)i;
        bool right = !actor->account_id || may(actor->role, steps[step].action, relation);
        if (right && step_allowed(step, desk))
            ret_steps[count++] = step;
    }
    return count;
}

/* ---- Notes and the trail ------------------------------------------------------------------- */

static struct error check_words(struct str *text, size_t max, const char *field)
{
    *text = str_trim(*text);
    if (text->len > max)
        return error_make(ERR_INVALID, field, "it is too long");
    if (!str_is_utf8(*text) || str_find_char(*text, '\0') >= 0)
        return error_make(ERR_INVALID, field, "it is not UTF-8 text");
    return NO_ERROR;
}

static struct error add_note(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                             enum note_kind kind, struct str text, int64_t now)
{
    struct store_note note = {.story_id = story_id,
                              .at = now,
                              .account_id = actor->account_id,
                              .kind = kind,
                              .text = text};
    int64_t id;
    return store_note_add(tx, &note, &id);
}

static struct str moment_text(int64_t moment, struct arena *arena)
{
    return text_rfc3339(moment, STR("UTC"), arena);
}

static struct str story_object(int64_t story_id, struct arena *arena)
{
    return audit_object("story", story_id, arena);
}

/* Every step leaves a note; what was said with it is in the same one. */
static struct error note_step(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                              enum step step, const struct step_words *words, int64_t now,
                              struct arena *arena)
{
    if (step == STEP_HAND_IN)
        return add_note(tx, actor, story_id, NOTE_HANDED_IN, words->note, now);
    if (step == STEP_RETURN)
        return add_note(tx, actor, story_id, NOTE_RETURNED, words->note, now);
    struct str moment = step == STEP_SCHEDULE ? moment_text(words->publish_at, arena) : STR_NONE;
    struct str text =
        arena_printf(arena, "%s%s%.*s%s%.*s", steps[step].text, moment.len ? " " : "",
                     STR_ARG(moment), words->note.len ? "\n" : "", STR_ARG(words->note));
    return add_note(tx, actor, story_id, NOTE_STATE, text, now);
}

static struct str step_detail(enum step step, const struct step_words *words,
                              const struct store_story *story, struct arena *arena)
{
    if (step == STEP_SCHEDULE)
        return moment_text(words->publish_at, arena);
    if (step == STEP_WITHDRAW)
        return words->reason;
    if (step == STEP_PUBLISH)
        return arena_printf(arena, "%.*s%s%s", STR_ARG(story->path),
                            words->minor ? "; a minor edit" : "",
                            words->relist ? "; moved up" : "");
    return STR_NONE;
}

/* ---- Steps --------------------------------------------------------------------------------- */

static struct error not_possible(enum step step, const struct store_desk *desk)
{
    const char *why = states[desk->state].words;
    if (step == STEP_SPIKE && desk->published != STORY_DRAFT)
        why = ERROR_TEXT("readers have seen it; withdraw it instead");
    if (step == STEP_WITHDRAW && desk->published == STORY_DRAFT)
        why = ERROR_TEXT("it was never published");
    return error_make(ERR_STEP, doing[step], why);
}

static struct error under_embargo(struct store_tx *tx, int64_t until, struct arena *arena)
{
    struct settings settings;
    TRY(settings_load(tx, arena, &settings));
    struct str moment = text_date_time(until, settings.timezone, settings.language, arena);
    return error_format(ERR_EMBARGO, STR("The story"), 0, "%.*s", STR_ARG(moment));
}

static struct error check_schedule(struct store_tx *tx, const struct store_desk *desk,
                                   const struct step_words *words, int64_t now, struct arena *arena)
{
    if (words->publish_at <= now)
        return error_make(ERR_INVALID, "The time", "it must lie ahead");
    if (words->publish_at > now + SCHEDULE_YEARS * YEAR)
        return error_make(ERR_INVALID, "The time", "it lies too far ahead");
    if (words->publish_at < desk->embargo_until)
        return under_embargo(tx, desk->embargo_until, arena);
    return NO_ERROR;
}

static struct error check_step(struct store_tx *tx, const struct actor *actor, enum step step,
                               const struct store_desk *desk, struct step_words *words, int64_t now,
                               struct arena *arena)
{
    struct store_story story;
    TRY(actor_may(actor, steps[step].action, relation_to(actor->account_id, desk)));
    if (!step_allowed(step, desk))
        return not_possible(step, desk);
    TRY(check_words(&words->note, NOTE_MAX, "The note"));
    if (step == STEP_RETURN && words->note.len == 0)
        return error_make(ERR_INVALID, "The note", "say what is missing");
    if (step == STEP_SCHEDULE)
        TRY(check_schedule(tx, desk, words, now, arena));
    if (step == STEP_PUBLISH && desk->embargo_until > now)
        return under_embargo(tx, desk->embargo_until, arena);
    if (words->base) {
        TRY(store_story(tx, desk->story_id, arena, &story));
        if (story.newest != words->base)
            return error_make(ERR_CONFLICT, "The story", NULL);
    }
    return NO_ERROR;
}

/* The steps that readers see nothing of. */
static struct error set_state(struct store_tx *tx, const struct actor *actor, enum step step,
                              struct store_desk *desk, const struct step_words *words, int64_t now)
{
    bool schedule = step == STEP_SCHEDULE;
    desk->state = steps[step].to;
    desk->publish_at = schedule ? words->publish_at : 0;
    desk->scheduled_by = schedule ? actor->account_id : 0;
    desk->scheduled_minor = schedule && words->minor;
    desk->scheduled_relist = schedule && words->relist;
    if (step == STEP_HAND_IN)
        desk->handed_in_at = now;
    if (step == STEP_TAKE || step == STEP_READY)
        desk->editor_id = actor->account_id;
    return store_desk_set(tx, desk);
}

static struct error publish(struct store_tx *tx, int64_t story_id, const struct step_words *words,
                            int64_t published_at, int64_t now, struct arena *arena,
                            struct changes *changes)
{
    struct store_story story;
    struct publish_options options = {
        .published_at = published_at, .minor = words->minor, .relist = words->relist};
    return story_publish_with(tx, story_id, &options, now, arena, changes, &story);
}

struct error story_step(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                        enum step step, const struct step_words *given, int64_t now,
                        struct arena *arena, struct changes *changes, struct store_desk *ret_desk)
{
    struct step_words words = given ? *given : (struct step_words){0};
    struct store_desk desk;
    struct store_story story;
    TRY(store_desk(tx, story_id, &desk));
    TRY(check_step(tx, actor, step, &desk, &words, now, arena));
    if (step == STEP_PUBLISH)
        TRY(publish(tx, story_id, &words, 0, now, arena, changes));
    else if (step == STEP_WITHDRAW)
        TRY(story_withdraw(tx, story_id, words.reason, now, arena, changes));
    else
        TRY(set_state(tx, actor, step, &desk, &words, now));
    TRY(store_story(tx, story_id, arena, &story));
    TRY(note_step(tx, actor, story_id, step, &words, now, arena));
    TRY(audit_add(tx, actor, arena_printf(arena, "story.%s", steps[step].text),
                  story_object(story_id, arena), step_detail(step, &words, &story, arena), now,
                  arena));
    TRY(desk_index(tx, story_id, arena));
    return store_desk(tx, story_id, ret_desk);
}

struct error story_embargo(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                           int64_t until, int64_t now, struct arena *arena)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_STORY_EMBARGO, relation_to(actor->account_id, &desk)));
    if (desk.published != STORY_DRAFT)
        return error_make(ERR_STEP, "An embargo", "readers have seen the story");
    if (until && until <= now)
        return error_make(ERR_INVALID, "The embargo", "it must end at a time that lies ahead");
    if (until > now + SCHEDULE_YEARS * YEAR)
        return error_make(ERR_INVALID, "The embargo", "it lies too far ahead");
    if (desk.state == DESK_SCHEDULED && desk.publish_at < until)
        return error_make(ERR_STEP, "That embargo",
                          "the story is scheduled before it ends; change the schedule first");
    desk.embargo_until = until;
    TRY(store_desk_set(tx, &desk));
    return audit_add(tx, actor, STR("story.embargo"), story_object(story_id, arena),
                     until ? moment_text(until, arena) : STR("lifted"), now, arena);
}

struct error story_assign(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                          int64_t owner_id, int64_t now, struct arena *arena)
{
    struct store_desk desk;
    struct store_account owner;
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_STORY_ASSIGN, relation_to(actor->account_id, &desk)));
    TRY(store_account(tx, owner_id, arena, &owner));
    if (owner.disabled_at)
        return error_make(ERR_STEP, "Assigning it", "that account is disabled");
    desk.owner_id = owner_id;
    TRY(store_desk_set(tx, &desk));
    return audit_add(tx, actor, STR("story.assign"), story_object(story_id, arena), owner.name, now,
                     arena);
}

/* ---- Related stories ----------------------------------------------------------------------- */

static struct error check_choices(struct store_tx *tx, int64_t story_id,
                                  const struct store_related_choice *choices, size_t count,
                                  struct arena *arena)
{
    if (count > RELATED_CHOICES_MAX)
        return error_make(ERR_INVALID, "The related stories", "there are too many");
    for (size_t i = 0; i < count; i++) {
        struct store_story related;
        TRY(store_story(tx, choices[i].related_id, arena, &related));
        if (related.id == story_id)
            return error_make(ERR_INVALID, "The related stories", "the story itself is none");
        if (!choices[i].removed && related.state != STORY_PUBLISHED)
            return error_make(ERR_INVALID, "The related stories",
                              "only published stories can be pinned");
        for (size_t k = 0; k < i; k++)
            if (choices[k].related_id == related.id)
                return error_make(ERR_INVALID, "The related stories", "one stands twice");
    }
    return NO_ERROR;
}

struct error story_relate(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                          const struct store_related_choice *choices, size_t count, int64_t now,
                          struct arena *arena, struct changes *changes)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    enum relation relation = relation_to(actor->account_id, &desk);
    bool live = desk.published == STORY_PUBLISHED;
    TRY(actor_may(actor, ACTION_STORY_RELATE, relation));
    if (live)
        TRY(actor_may(actor, ACTION_STORY_PUBLISH, relation));
    TRY(check_choices(tx, story_id, choices, count, arena));
    TRY(store_related_choices_set(tx, story_id, choices, count));
    if (live)
        TRY(related_choose(tx, story_id, arena, changes));
    return audit_addf(tx, actor, "story.relate", story_object(story_id, arena), now, arena,
                      "%zu chosen by hand", count);
}

/* ---- Notes and presence -------------------------------------------------------------------- */

struct error story_note(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                        struct str text, int64_t now, struct arena *arena)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_NOTE_ADD, relation_to(actor->account_id, &desk)));
    TRY(check_words(&text, NOTE_MAX, "The note"));
    if (text.len == 0)
        return error_make(ERR_INVALID, "The note", "write something");
    TRY(add_note(tx, actor, story_id, NOTE_WORDS, text, now));
    return audit_add(tx, actor, STR("story.note"), story_object(story_id, arena), STR_NONE, now,
                     arena);
}

struct error notes_read(struct store_tx *tx, const struct actor *actor, struct arena *arena)
{
    struct store_account account;
    if (!actor->account_id)
        return NO_ERROR;
    TRY(store_account(tx, actor->account_id, arena, &account));
    TRY(store_notes_last(tx, &account.notes_seen));
    return store_account_set(tx, &account);
}

/* Said a moment ago: then nothing is written, and a sign of life costs no sync. */
static struct error is_fresh(struct store_tx *tx, const struct store_presence *who,
                             struct arena *arena, bool *ret_fresh)
{
    struct store_presence *list;
    size_t count;
    TRY(store_presences(tx, who->story_id, who->since, arena, &list, &count));
    for (size_t i = 0; i < count; i++)
        *ret_fresh = *ret_fresh || (list[i].account_id == who->account_id &&
                                    list[i].expires_at <= who->expires_at &&
                                    list[i].expires_at > who->expires_at - PRESENCE_FRESH_MS);
    return NO_ERROR;
}

static struct error enter(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                          int64_t now, int64_t ms, struct arena *arena)
{
    struct store_desk desk;
    TRY(store_desk(tx, story_id, &desk));
    TRY(actor_may(actor, ACTION_STORY_EDIT, relation_to(actor->account_id, &desk)));
    struct store_presence who = {story_id, actor->account_id, now, now + ms};
    bool fresh = false;
    TRY(is_fresh(tx, &who, arena, &fresh));
    return actor->account_id && !fresh ? store_presence_put(tx, &who) : NO_ERROR;
}

struct error story_enter(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                         int64_t now, struct arena *arena)
{
    return enter(tx, actor, story_id, now, PRESENCE_MS, arena);
}

struct error story_opened(struct store_tx *tx, const struct actor *actor, int64_t story_id,
                          int64_t now, struct arena *arena)
{
    return enter(tx, actor, story_id, now, OPENED_MS, arena);
}

struct error story_leave(struct store_tx *tx, const struct actor *actor, int64_t story_id)
{
    return store_presence_remove(tx, story_id, actor->account_id);
}
