/* The plain editor: a form for the whole story. */
#include "desk/screen.h"
#include "render/markdown.h"
#include "render/mustache.h"
#include "text/dates.h"

/* Of each list beside a story, before "Older". */
enum { NOTES_SHOWN = 30, REVISIONS_SHOWN = 20 };

/* ---- What the form holds ------------------------------------------------------------------- */

/* Names that were ticked (fields `more`), behind those that were typed. */
static struct str names_typed(const struct screen *screen, const char *field, const char *more)
{
    struct str names = str_trim(screen_field(screen, field));
    for (size_t i = 0; i < screen->form.count; i++)
        if (str_eq(screen->form.fields[i].name, str_of(more)))
            names = arena_printf(screen->arena, "%.*s%s%.*s", STR_ARG(names), names.len ? ", " : "",
                                 STR_ARG(str_trim(screen->form.fields[i].value)));
    return names;
}

struct store_form form_typed(const struct screen *screen)
{
    return (struct store_form){
        .headline = str_trim(screen_field(screen, "headline")),
        .standfirst = str_trim(screen_field(screen, "standfirst")),
        .dateline = str_trim(screen_field(screen, "dateline")),
        .bylines = names_typed(screen, "bylines", "byline_more"),
        .agency = str_trim(screen_field(screen, "agency")),
        .section = str_trim(screen_field(screen, "section")),
        .tags = names_typed(screen, "tags", "tag_more"),
        .slug = str_trim(screen_field(screen, "slug")),
        .language = str_trim(screen_field(screen, "language")),
        .caption = str_trim(screen_field(screen, "caption")),
        .credit = str_trim(screen_field(screen, "credit")),
        .alt = str_trim(screen_field(screen, "alt")),
        .body = screen_field(screen, "body"),
        .social_title = str_trim(screen_field(screen, "social_title")),
        .social_description = str_trim(screen_field(screen, "social_description")),
        .note = screen_field(screen, "note"),
        .picture_id = screen_number(screen, "picture_id"),
        .base = screen_number(screen, "base"),
        .featured = screen_checked(screen, "featured"),
    };
}

/* ---- Drawing ------------------------------------------------------------------------------- */

static struct error put_choices(struct screen *screen, const struct store_form *e)
{
    TRY(screen_sections(screen, e->section));
    TRY(screen_names(screen, STORE_TAG, "all_tags"));
    TRY(screen_names(screen, STORE_AUTHOR, "all_authors"));
    struct str words = arena_printf(screen->arena, "%.*s\n%.*s\n%.*s", STR_ARG(e->headline),
                                    STR_ARG(e->standfirst), STR_ARG(str_cut(e->body, 0, 4000)));
    TRY(put_tag_suggestions(screen, words, e->tags));
    return put_library(screen, e->picture_id);
}

static void put_fields(struct screen *screen, const struct store_form *e)
{
    struct value *f = value_set_object(screen->root, "f");
    value_set_text(f, "headline", e->headline);
    value_set_text(f, "standfirst", e->standfirst);
    value_set_text(f, "dateline", e->dateline);
    value_set_text(f, "bylines", e->bylines);
    value_set_text(f, "agency", e->agency);
    value_set_text(f, "tags", e->tags);
    value_set_text(f, "slug", e->slug);
    value_set_text(f, "language", e->language);
    value_set_literal(f, "dir", text_direction(e->language));
    value_set_text(f, "caption", e->caption);
    value_set_text(f, "credit", e->credit);
    value_set_text(f, "alt", e->alt);
    value_set_text(f, "body", e->body);
    value_set_text(f, "social_title", e->social_title);
    value_set_text(f, "social_description", e->social_description);
    value_set_text(f, "shown_title", e->social_title.len ? e->social_title : e->headline);
    value_set_text(f, "shown_description",
                   e->social_description.len ? e->social_description : e->standfirst);
    value_set_bool(f, "featured", e->featured);
    value_set_number(f, "base", e->base);
    value_set_number(f, "picture_id", e->picture_id);
    value_set_text(f, "picture", screen_picture(screen, e->picture_id, "w640"));
    value_set_bool(f, "no_alt", e->picture_id && !e->alt.len);
}

/* Of the library, whether readers may see it or not. */
static bool draw_picture(void *context, const struct markdown_picture *given, struct buf *out)
{
    const struct screen *screen = context;
    struct str address = screen_picture(screen, given->id, "w640");
    if (!address.len)
        return false;
    (void)buf_str(out, given->block ? STR("<figure><img src=\"") : STR("<img src=\""));
    html_escape(out, address);
    (void)buf_str(out, STR("\" alt=\""));
    html_escape(out, given->alt);
    (void)buf_str(out, STR("\">"));
    if (given->block && given->caption.len) {
        (void)buf_str(out, STR("<figcaption>"));
        html_escape(out, given->caption);
        (void)buf_str(out, STR("</figcaption>"));
    }
    if (given->block)
        (void)buf_str(out, STR("</figure>"));
    return true;
}

static void put_html(struct screen *screen, const struct store_form *e)
{
    struct markdown_html html;
    struct markdown_options options = {.language = e->language,
                                       .dateline = e->dateline,
                                       .site_url = screen->settings.url,
                                       .picture = draw_picture,
                                       .picture_context = screen};
    if (markdown_html(e->body, &options, screen->arena, &html).code == ERR_OK)
        value_set_html(screen->root, "body_html", html.html);
}

/* Whether this person may save the story as it stands. */
static bool may_edit(const struct screen *screen, const struct store_desk *desk)
{
    enum relation relation = relation_to(screen->actor->account_id, desk);
    if (!may(screen->actor->role, ACTION_STORY_EDIT, relation) || desk->state == DESK_WITHDRAWN ||
        desk->state == DESK_SPIKED)
        return false;
    return role_reach(screen->actor->role, ACTION_STORY_EDIT) == REACH_ALL ||
           (desk->state != DESK_READY && desk->state != DESK_SCHEDULED);
}

static void put_steps(struct screen *screen, const struct store_desk *desk)
{
    enum step steps[STEP_COUNT];
    size_t count = steps_open(screen->actor, desk, steps);
    struct value *list = value_set_list(screen->root, "steps");
    bool can_publish = false;
    for (size_t i = 0; i < count; i++)
        can_publish = can_publish || steps[i] == STEP_PUBLISH;
    for (size_t i = 0; i < count; i++) {
        struct str text = step_text(steps[i]);
        /* A story that isn't there yet has nobody to be taken from. */
        if (!desk->story_id && (steps[i] == STEP_TAKE || steps[i] == STEP_SPIKE))
            continue;
        if (steps[i] == STEP_WITHDRAW) {
            value_set_bool(screen->root, "can_withdraw", true);
            continue;
        }
        if (steps[i] == STEP_SCHEDULE) {
            value_set_bool(screen->root, "can_schedule", true);
            continue;
        }
        struct value *step = value_append_object(list);
        value_set_text(step, "step", text);
        value_set_text(
            step, "name",
            desk_say(screen->desk, arena_printf(screen->arena, "step_%.*s", STR_ARG(text)).at));
        value_set_bool(step, "main",
                       steps[i] == STEP_PUBLISH || (steps[i] == STEP_HAND_IN && !can_publish));
        value_set_bool(step, "danger", steps[i] == STEP_SPIKE);
    }
    /* Of what is live: saving brings it in edit, and the step leads back. */
    bool can_update = desk->state == DESK_PUBLISHED && may_edit(screen, desk) &&
                      screen_can(screen, ACTION_STORY_PUBLISH);
    value_set_bool(screen->root, "can_update", can_update);
    value_set_bool(screen->root, "can_publish", can_publish || can_update);
    value_set_bool(screen->root, "is_update", desk->published == STORY_PUBLISHED);
}

static void put_notes(struct screen *screen, const struct store_note *notes, size_t count)
{
    struct value *list = value_set_list(screen->root, "notes");
    for (size_t i = 0; i < count; i++)
        screen_note(screen, value_append_object(list), &notes[i]);
}

static struct error put_kept(struct screen *screen, int64_t story_id)
{
    struct store_kept *kept;
    size_t count;
    TRY(store_kepts(screen->tx, story_id, 0, 20, screen->arena, &kept, &count));
    struct value *list = value_set_list(screen->root, "kept");
    for (size_t i = 0; i < count; i++) {
        if (kept[i].kind != KEPT_CONFLICT)
            continue;
        struct value *one = value_append_object(list);
        value_set_text(one, "path",
                       arena_printf(screen->arena, "/desk/stories/%lld/kept/%lld",
                                    (long long)story_id, (long long)kept[i].id));
        value_set_text(one, "who", screen_account(screen, kept[i].account_id));
        screen_time(screen, one, "at", kept[i].at);
    }
    return NO_ERROR;
}

/* The story's screen again, with this list from `before` on. */
static void put_older(struct screen *screen, int64_t story_id, const char *name, const char *query,
                      int64_t before)
{
    value_set_text(screen->root, name,
                   arena_printf(screen->arena, "/desk/stories/%lld?%s=%lld#%s", (long long)story_id,
                                query, (long long)before, query));
}

static int64_t query_before(const struct screen *screen, const char *name)
{
    int64_t before;
    return str_to_i64(screen_query(screen, name), &before) && before > 0 ? before : 0;
}

static struct error put_story_notes(struct screen *screen, int64_t story_id)
{
    struct store_note *notes;
    size_t count;
    TRY(store_notes(screen->tx, story_id, query_before(screen, "notes"), NOTES_SHOWN + 1,
                    screen->arena, &notes, &count));
    if (count > NOTES_SHOWN) {
        count = NOTES_SHOWN;
        put_older(screen, story_id, "notes_older", "notes", notes[count - 1].id);
    }
    put_notes(screen, notes, count);
    return NO_ERROR;
}

static struct error put_revisions(struct screen *screen, const struct store_story *story)
{
    struct store_revision *revisions;
    size_t count;
    TRY(store_revisions(screen->tx, story->id, query_before(screen, "revisions"),
                        REVISIONS_SHOWN + 1, screen->arena, &revisions, &count));
    if (count > REVISIONS_SHOWN) {
        count = REVISIONS_SHOWN;
        put_older(screen, story->id, "revisions_older", "revisions", revisions[count - 1].number);
    }
    struct value *list = value_set_list(screen->root, "revisions");
    for (size_t i = 0; i < count; i++) {
        struct store_revision_desk who = {0};
        struct value *one = value_append_object(list);
        TRY(store_revision_desk(screen->tx, revisions[i].id, screen->arena, &who));
        value_set_text(one, "path",
                       arena_printf(screen->arena, "/desk/stories/%lld/revisions/%lld",
                                    (long long)story->id, (long long)revisions[i].id));
        value_set_number(one, "number", revisions[i].number);
        value_set_text(one, "who", screen_account(screen, who.account_id));
        value_set_bool(one, "live", revisions[i].id == story->live);
        screen_time(screen, one, "at", revisions[i].at);
    }
    return NO_ERROR;
}

static struct error put_beside(struct screen *screen, const struct store_story *story)
{
    struct store_preview *previews;
    size_t count;
    TRY(put_story_notes(screen, story->id));
    TRY(put_revisions(screen, story));
    TRY(put_kept(screen, story->id));
    TRY(put_related_stories(screen, story->id));
    TRY(store_previews(screen->tx, story->id, screen->arena, &previews, &count));
    struct value *list = value_set_list(screen->root, "previews");
    for (size_t i = 0; i < count; i++) {
        if (previews[i].revoked_at || previews[i].expires_at <= screen->now)
            continue;
        struct value *one = value_append_object(list);
        value_set_text(one, "revoke",
                       arena_printf(screen->arena, "/desk/stories/%lld/previews/%lld",
                                    (long long)story->id, (long long)previews[i].id));
        value_set_text(one, "label", previews[i].label);
        screen_time(screen, one, "until", previews[i].expires_at);
        screen_time(screen, one, "seen", previews[i].seen_at);
    }
    return NO_ERROR;
}

static struct error put_people(struct screen *screen, int64_t story_id)
{
    struct store_presence *who;
    size_t count;
    TRY(store_presences(screen->tx, story_id, screen->now, screen->arena, &who, &count));
    struct str names = STR_NONE;
    for (size_t i = 0; i < count; i++)
        if (who[i].account_id != screen->actor->account_id)
            names = arena_printf(screen->arena, "%.*s%s%.*s", STR_ARG(names), names.len ? ", " : "",
                                 STR_ARG(screen_account(screen, who[i].account_id)));
    value_set_bool(screen->root, "has_here", names.len > 0);
    value_set_text(screen->root, "here_names", names);
    return NO_ERROR;
}

static struct error draw_story(struct screen *screen, int64_t id, const struct store_form *typed)
{
    struct store_story story;
    struct store_desk desk;
    struct store_form e;
    TRY(store_story(screen->tx, id, screen->arena, &story));
    TRY(store_desk(screen->tx, id, &desk));
    enum relation relation = relation_to(screen->actor->account_id, &desk);
    TRY(actor_may(screen->actor, ACTION_STORY_SEE, relation));
    TRY(form_of_revision(screen->tx, story.newest, screen->arena, &e));
    screen_begin(screen, "story", NULL);
    screen_title(screen, e.headline.len ? e.headline : desk_say(screen->desk, "untitled"));
    if (typed)
        e = *typed;
    value_set_number(screen->root, "id", id);
    value_set_bool(screen->root, "exists", true);
    value_set_text(screen->root, "action",
                   arena_printf(screen->arena, "/desk/stories/%lld", (long long)id));
    screen_state(screen, screen->root, desk.state);
    value_set_text(screen->root, "owner", screen_account(screen, desk.owner_id));
    screen_time(screen, screen->root, "publish_at", desk.publish_at);
    screen_time(screen, screen->root, "embargo", desk.embargo_until);
    value_set_text(screen->root, "embargo_wall", screen_wall(screen, desk.embargo_until));
    value_set_text(screen->root, "reason", story.reason);
    if (desk.published == STORY_PUBLISHED)
        value_set_text(screen->root, "live_url",
                       arena_printf(screen->arena, "%.*s%.*s", STR_ARG(screen->settings.url),
                                    STR_ARG(story.path)));
    value_set_bool(screen->root, "live_too",
                   desk.published == STORY_PUBLISHED && desk.state != DESK_PUBLISHED);
    value_set_bool(screen->root, "can_edit", may_edit(screen, &desk));
    value_set_bool(screen->root, "can_note", may(screen->actor->role, ACTION_NOTE_ADD, relation));
    value_set_bool(screen->root, "can_restore",
                   may(screen->actor->role, ACTION_STORY_RESTORE, relation));
    value_set_bool(
        screen->root, "can_relate",
        may(screen->actor->role, ACTION_STORY_RELATE, relation) &&
            (desk.published != STORY_PUBLISHED || screen_can(screen, ACTION_STORY_PUBLISH)));
    value_set_bool(screen->root, "can_assign",
                   may(screen->actor->role, ACTION_STORY_ASSIGN, relation));
    TRY(put_owners(screen, desk.owner_id));
    value_set_bool(screen->root, "can_preview",
                   may(screen->actor->role, ACTION_PREVIEW_MAKE, relation));
    value_set_bool(screen->root, "can_embargo",
                   desk.published == STORY_DRAFT &&
                       may(screen->actor->role, ACTION_STORY_EMBARGO, relation));
    put_fields(screen, &e);
    put_html(screen, &e);
    put_steps(screen, &desk);
    TRY(put_choices(screen, &e));
    TRY(put_beside(screen, &story));
    TRY(put_record(screen, id));
    return put_people(screen, id);
}

static struct error draw_new(struct screen *screen, const struct store_form *e)
{
    struct store_desk nothing = {
        .state = DESK_DRAFT, .published = STORY_DRAFT, .owner_id = screen->actor->account_id};
    screen_begin(screen, "story", "new_story");
    value_set_literal(screen->root, "action", "/desk/stories");
    value_set_bool(screen->root, "can_edit", true);
    screen_state(screen, screen->root, DESK_DRAFT);
    put_fields(screen, e);
    put_steps(screen, &nothing);
    return put_choices(screen, e);
}

struct error story_new(struct screen *screen)
{
    struct store_form e = {.language = screen->settings.language};
    struct store_name author;
    if (screen->session.account.author_id &&
        store_name(screen->tx, STORE_AUTHOR, screen->session.account.author_id, screen->arena,
                   &author)
                .code == ERR_OK)
        e.bylines = author.name;
    struct store_working copy;
    TRY(working_choose(screen, &copy));
    TRY(draw_new(screen, copy.id ? &copy.form : &e));
    return working_put(screen, &copy);
}

struct error story_open(struct screen *screen)
{
    struct store_desk desk;
    struct store_working copy = {0};
    int64_t base;
    TRY(store_desk(screen->tx, screen->id, &desk));
    if (may_edit(screen, &desk)) {
        if (screen->request->method == HTTP_GET)
            TRY(working_come_in(screen));
        TRY(working_choose(screen, &copy));
        if (copy.id && screen_query(screen, "merge").len)
            TRY(form_take_newer(screen, &copy.form, &base));
    }
    TRY(draw_story(screen, screen->id, copy.id ? &copy.form : NULL));
    TRY(working_put(screen, &copy));
    TRY(put_merged(screen));
    value_set_bool(screen->root, "saved", !copy.id && screen_query(screen, "saved").len > 0);
    value_set_text(screen->root, "given_link", screen_query(screen, "link"));
    int64_t change;
    if (str_to_i64(screen_query(screen, "change"), &change))
        TRY(screen_changed(screen, change));
    return NO_ERROR;
}

/* ---- Saving -------------------------------------------------------------------------------- */

struct error story_redraw(struct screen *screen, const struct error *error)
{
    struct store_form e = form_typed(screen);
    if (screen->context) /* a picture that was taken in before something else failed */
        e.picture_id = *(int64_t *)screen->context;
    if (screen->id)
        TRY(draw_story(screen, screen->id, &e));
    else
        TRY(draw_new(screen, &e));
    const struct store_working nothing = {0};
    TRY(working_put(screen, &nothing));
    /* Of the visual editor, when it could not be read: its script opens it again. */
    value_set_text(screen->root, "document", screen_field(screen, "document"));
    value_set_text(screen->root, "note_typed", screen_field(screen, "note"));
    value_set_text(screen->root, "publish_typed", screen_field(screen, "publish_at"));
    value_set_bool(screen->root, "minor_typed", str_eq(screen_field(screen, "kind"), STR("minor")));
    value_set_bool(screen->root, "relist_typed", screen_checked(screen, "relist"));
    if (error->code != ERR_OK)
        screen_error(screen, error);
    return NO_ERROR;
}

struct error step_words_typed(struct screen *screen, enum step step, int64_t base,
                              struct step_words *ret_words)
{
    struct step_words words = {.note = screen_field(screen, "note"),
                               .reason = screen_field(screen, "reason"),
                               .minor = str_eq(screen_field(screen, "kind"), STR("minor")),
                               .relist = screen_checked(screen, "relist"),
                               .base = base};
    if (step == STEP_SCHEDULE)
        TRY(screen_wall_read(screen, "publish_at", "The time", &words.publish_at));
    *ret_words = words;
    return NO_ERROR;
}

static struct error save(struct screen *screen)
{
    struct store_form form = form_typed(screen);
    int64_t kept = screen_number(screen, "kept");
    bool all = false;
    if (screen->context)
        form.picture_id = *(int64_t *)screen->context;
    if (kept) /* of the page that shows a conflict */
        TRY(conflict_take(screen, &form, &all));
    TRY(form_save(screen, &form));
    /* Nothing of it was left out: it need not be kept beside the story. */
    return all && !screen->after ? store_kept_remove(screen->tx, kept) : NO_ERROR;
}

struct error take_lead(struct screen *screen)
{
    for (size_t i = 0; i < screen->file_count; i++) {
        if (!str_eq(screen->files[i].name, STR("photo")))
            continue;
        int64_t *id = ARENA_NEW(screen->arena, int64_t);
        TRY(media_take(screen, &screen->files[i], id));
        screen->context = id;
    }
    return NO_ERROR;
}

struct error story_create(struct screen *screen)
{
    screen->redraw = story_redraw;
    TRY(document_take(screen));
    TRY(take_lead(screen));
    return screen_write(screen, save);
}

struct error story_save_do(struct screen *screen)
{
    return story_create(screen);
}

/* What was typed, as readers would see it. Names that are new are made for the drawing alone: the
 * transaction ends without a commit. A picture that came with the form is in the library then. */
struct error story_preview_pane(struct screen *screen)
{
    struct store_story story = {0};
    struct store_revision revision;
    struct store_desk desk;
    struct changes changes;
    int64_t id = 0;
    TRY(document_take(screen));
    struct store_form e = form_typed(screen);
    struct draft draft = form_draft(&e, screen->arena);
    if (!draft.headline.len)
        draft.headline = desk_say(screen->desk, "untitled");
    if (str_to_i64(screen_query(screen, "story"), &id)) {
        TRY(store_desk(screen->tx, id, &desk));
        TRY(actor_may(screen->actor, ACTION_STORY_SEE,
                      relation_to(screen->actor->account_id, &desk)));
        TRY(store_story(screen->tx, id, screen->arena, &story));
    }
    store_end(screen->tx);
    screen->tx = NULL;
    TRY(take_lead(screen));
    if (screen->context)
        e.picture_id = *(int64_t *)screen->context;
    changes_init(&changes, screen->arena);
    TRY(store_write(screen->call->store, &screen->tx));
    TRY(draft_resolve(screen->tx, &draft, e.picture_id, screen->now, screen->arena, &changes,
                      &revision));
    return story_sheet(screen, &story, &revision, STR("/desk/media/"), 0);
}

static struct error redraw_step(struct screen *screen, const struct error *error)
{
    const struct store_working nothing = {0};
    TRY(draw_story(screen, screen->id, NULL));
    TRY(working_put(screen, &nothing));
    value_set_text(screen->root, "note_typed", screen_field(screen, "note"));
    value_set_text(screen->root, "reason_typed", screen_field(screen, "reason"));
    screen_error(screen, error);
    return NO_ERROR;
}

/* A step without the form of the text. */
struct error story_act(struct screen *screen)
{
    struct step_words words;
    struct store_desk desk;
    enum step step;
    if (!step_parse(screen_field(screen, "do"), &step))
        return error_make(ERR_INVALID, "The step", "there is no such step");
    TRY(step_words_typed(screen, step, screen_number(screen, "base"), &words));
    screen->redraw = redraw_step;
    TRY(story_step(screen->tx, screen->actor, screen->id, step, &words, screen->now, screen->arena,
                   &screen->changes, &desk));
    TRY(story_leave(screen->tx, screen->actor, screen->id));
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)screen->id);
    return NO_ERROR;
}

static struct error draw_text(struct screen *screen, const struct store_form *e,
                              const char *template)
{
    screen_begin(screen, template, NULL);
    screen_title(screen, e->headline);
    put_fields(screen, e);
    put_html(screen, e);
    return NO_ERROR;
}

struct error revision_draw(struct screen *screen, int64_t revision_id, const char *template)
{
    struct store_form e;
    TRY(form_of_revision(screen->tx, revision_id, screen->arena, &e));
    return draw_text(screen, &e, template);
}

struct error kept_draw(struct screen *screen, const struct store_kept *kept, const char *template)
{
    struct store_form e;
    TRY(form_of_texts(screen->tx, &kept->revision, kept->social_title, kept->social_description,
                      screen->arena, &e));
    return draw_text(screen, &e, template);
}
