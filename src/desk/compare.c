/* Two texts beside each other: revisions by words; a save on top of a newer text, merged or, where
 * both changed the same, to be chosen. */
#include "desk/screen.h"
#include "newsroom/working.h"
#include "text/diff.h"

/* ---- By words ------------------------------------------------------------------------------ */

static void put_pieces(struct screen *screen, struct value *object, const char *name,
                       struct str before, struct str after, struct str language)
{
    struct diff_piece *pieces;
    size_t count;
    static const char *const kinds[] = {"kept_words", "gone_words", "new_words"};
    struct value *list = value_set_list(object, name);
    text_diff(before, after, language, screen->arena, &pieces, &count);
    for (size_t i = 0; i < count; i++)
        value_set_text(value_append_object(list), kinds[pieces[i].kind], pieces[i].text);
}

static struct str field_label(const struct screen *screen, enum form_field field)
{
    if (field == FORM_PICTURE)
        return desk_say(screen->desk, "lead_picture");
    return desk_say(screen->desk, form_field_name(field).at);
}

void put_comparison(struct screen *screen, const struct store_form *before,
                    const struct store_form *after)
{
    struct value *fields = value_set_list(screen->root, "fields");
    bool any = false;
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        enum form_field field = (enum form_field)i;
        struct str old = form_field_text(before, field, screen->arena);
        struct str new = form_field_text(after, field, screen->arena);
        if (str_eq(old, new) ||
            (field == FORM_PICTURE && !before->picture_id && !after->picture_id))
            continue;
        struct value *one = value_append_object(fields);
        value_set_text(one, "label", field_label(screen, field));
        put_pieces(screen, one, "pieces", old, new, after->language);
        any = true;
    }
    value_set_text(screen->root, "text_language", after->language);
    put_pieces(screen, screen->root, "pieces", before->body, after->body, after->language);
    value_set_bool(screen->root, "same_text", str_eq(before->body, after->body));
    value_set_bool(screen->root, "nothing_differs", !any && str_eq(before->body, after->body));
}

/* The revision that the query names, or the one before. 0: there is none. */
static struct error other_revision(struct screen *screen, int64_t story_id, int64_t revision_id,
                                   int64_t *ret_id)
{
    struct store_revision *list, one;
    size_t count;
    int64_t id = 0;
    if (str_to_i64(screen_query(screen, "with"), &id)) {
        TRY(store_revision(screen->tx, id, screen->arena, &one));
        if (one.story_id != story_id)
            return error_make(ERR_NOT_FOUND, "such revision of the story", NULL);
    } else {
        TRY(store_revision(screen->tx, revision_id, screen->arena, &one));
        TRY(store_revisions(screen->tx, story_id, one.number, 1, screen->arena, &list, &count));
        id = count ? list[0].id : 0;
    }
    *ret_id = id;
    return NO_ERROR;
}

struct error put_revision_comparison(struct screen *screen, int64_t story_id, int64_t revision_id,
                                     const struct store_form *form)
{
    enum { OFFERED = 500 };
    struct store_revision other, *list;
    struct store_form before;
    size_t count;
    int64_t id = 0;
    TRY(other_revision(screen, story_id, revision_id, &id));
    if (!id)
        return NO_ERROR;
    TRY(store_revision(screen->tx, id, screen->arena, &other));
    TRY(form_of_revision(screen->tx, id, screen->arena, &before));
    value_set_bool(screen->root, "compared", true);
    value_set_number(screen->root, "other_number", other.number);
    TRY(store_revisions(screen->tx, story_id, 0, OFFERED, screen->arena, &list, &count));
    struct value *options = value_set_list(screen->root, "others");
    for (size_t i = 0; i < count; i++)
        if (list[i].id != revision_id)
            screen_option(options, arena_printf(screen->arena, "%lld", (long long)list[i].id),
                          arena_printf(screen->arena, "%lld", (long long)list[i].number),
                          list[i].id == id);
    put_comparison(screen, &before, form);
    return NO_ERROR;
}

/* ---- Merging ------------------------------------------------------------------------------- */

/* A form of the story, by the revision's number. */
static struct error story_form(struct screen *screen, int64_t revision_id, struct store_form *ret)
{
    struct store_revision revision;
    struct error error = store_revision(screen->tx, revision_id, screen->arena, &revision);
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    if (error.code == ERR_NOT_FOUND || revision.story_id != screen->id)
        return error_make(ERR_INVALID, "The story", "it does not say which text it began from");
    return form_of_revision(screen->tx, revision_id, screen->arena, ret);
}

struct conflict {
    struct store_form base, mine, theirs;
    struct saved saved;
};

static struct error draw_conflict(struct screen *screen);

/* Takes in what a newer revision changed; *ret_base is the revision that the form began from when
 * it did, and where both changed the same the form stays as it is. */
static struct error take_newer(struct screen *screen, struct store_form *form,
                               struct conflict *conflict, int64_t *ret_base)
{
    struct store_story story;
    struct store_desk desk;
    struct form_merge merge;
    *ret_base = 0;
    if (!screen->id)
        return NO_ERROR;
    TRY(store_desk(screen->tx, screen->id, &desk));
    TRY(story_may_save(screen->actor, ACTION_STORY_EDIT, &desk));
    TRY(store_story(screen->tx, screen->id, screen->arena, &story));
    if (story.newest == form->base)
        return NO_ERROR;
    TRY(story_form(screen, form->base, &conflict->base));
    TRY(story_form(screen, story.newest, &conflict->theirs));
    conflict->mine = *form;
    form_merge(&conflict->base, form, &conflict->theirs, screen->arena, &merge);
    if (!form_merges(&merge))
        return NO_ERROR;
    *ret_base = form->base;
    *form = merge.form;
    return NO_ERROR;
}

struct error form_take_newer(struct screen *screen, struct store_form *form, int64_t *ret_base)
{
    return take_newer(screen, form, ARENA_NEW(screen->arena, struct conflict), ret_base);
}

/* Steps that readers see wait until the person has seen the whole text. */
static bool waits(enum step step)
{
    return step == STEP_PUBLISH || step == STEP_SCHEDULE;
}

static struct error take_step(struct screen *screen, const struct saved *saved, bool merged,
                              bool *ret_held)
{
    struct step_words words;
    struct store_desk desk;
    enum step step;
    *ret_held = false;
    if (!step_parse(screen_field(screen, "do"), &step))
        return NO_ERROR;
    if (step == STEP_PUBLISH && saved->desk.state == DESK_PUBLISHED)
        return NO_ERROR; /* nothing differs from what readers see */
    *ret_held = merged && waits(step);
    if (*ret_held)
        return NO_ERROR;
    TRY(step_words_typed(screen, step, saved->revision_id, &words));
    TRY(story_step(screen->tx, screen->actor, saved->desk.story_id, step, &words, screen->now,
                   screen->arena, &screen->changes, &desk));
    return story_leave(screen->tx, screen->actor, saved->desk.story_id);
}

struct error form_save(struct screen *screen, const struct store_form *typed)
{
    struct conflict *conflict = ARENA_NEW(screen->arena, struct conflict);
    struct saved *saved = &conflict->saved;
    struct store_form form = *typed;
    struct store_revision revision;
    int64_t base, page_story = screen->id;
    bool held;
    if (!form.headline.len)
        return error_make(ERR_INVALID, "The headline", "a story needs one");
    TRY(working_from(screen, &form));
    TRY(take_newer(screen, &form, conflict, &base));
    int64_t with = base ? form.base : 0;
    struct draft draft = form_draft(&form, screen->arena);
    TRY(draft_resolve(screen->tx, &draft, form.picture_id, screen->now, screen->arena,
                      &screen->changes, &revision));
    revision.story_id = screen->id;
    struct saving saving = {.story_id = screen->id,
                            .base = form.base,
                            .revision = &revision,
                            .social_title = form.social_title,
                            .social_description = form.social_description};
    TRY(story_save(screen->tx, screen->actor, &saving, screen->now, screen->arena, &screen->changes,
                   saved));
    if (saved->newer) {
        screen->context = conflict;
        screen->after = draw_conflict;
        return NO_ERROR;
    }
    TRY(working_saved(screen, page_story));
    TRY(take_step(screen, saved, base != 0, &held));
    screen_go(screen, "/desk/stories/%lld?saved=1", (long long)saved->desk.story_id);
    if (working_is_page(screen_field(screen, "page"))) /* the browser need not keep it any more */
        screen_go(screen, "%.*s&page=%.*s", STR_ARG(screen->location),
                  STR_ARG(screen_field(screen, "page")));
    if (base)
        screen_go(screen, "%.*s&merged=%lld&with=%lld%s", STR_ARG(screen->location),
                  (long long)base, (long long)with, held ? "&held=1" : "");
    return NO_ERROR;
}

/* ---- What was merged ----------------------------------------------------------------------- */

static void put_changed_names(struct screen *screen, struct value *object,
                              const struct store_form *before, const struct store_form *after)
{
    struct value *list = value_set_list(object, "names");
    struct form_merge merge;
    struct store_form apart = *before; /* so that paragraphs are looked at one by one */
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        enum form_field field = (enum form_field)i;
        if (!str_eq(form_field_text(before, field, screen->arena),
                    form_field_text(after, field, screen->arena)))
            value_set_text(value_append_object(list), "label", field_label(screen, field));
    }
    apart.body = arena_printf(screen->arena, "%.*s\n\n\n", STR_ARG(before->body));
    form_merge(before, &apart, after, screen->arena, &merge);
    if (merge.paragraphs)
        value_set_text(value_append_object(list), "label",
                       arena_printf(screen->arena, "%.*s (%zu)",
                                    STR_ARG(desk_say(screen->desk, "paragraphs")),
                                    merge.paragraphs));
}

struct error put_merged(struct screen *screen)
{
    struct store_form before, after;
    struct store_revision_desk desk;
    struct store_revision theirs;
    int64_t base, with;
    if (!str_to_i64(screen_query(screen, "merged"), &base) ||
        !str_to_i64(screen_query(screen, "with"), &with))
        return NO_ERROR;
    TRY(story_form(screen, base, &before));
    TRY(story_form(screen, with, &after));
    TRY(store_revision(screen->tx, with, screen->arena, &theirs));
    TRY(store_revision_desk(screen->tx, with, screen->arena, &desk));
    struct value *merged = value_set_object(screen->root, "merged");
    value_set_text(merged, "who", screen_account(screen, desk.account_id));
    screen_time(screen, merged, "at", theirs.at);
    put_changed_names(screen, merged, &before, &after);
    value_set_bool(merged, "held", screen_query(screen, "held").len > 0);
    value_set_text(merged, "path",
                   arena_printf(screen->arena, "/desk/stories/%lld/revisions/%lld?with=%lld",
                                (long long)screen->id, (long long)with, (long long)base));
    return NO_ERROR;
}

/* ---- A conflict ---------------------------------------------------------------------------- */

static void put_sides(struct screen *screen, struct value *one, struct str base, struct str mine,
                      struct str theirs, struct str language)
{
    put_pieces(screen, value_set_object(one, "mine"), "pieces", base, mine, language);
    put_pieces(screen, value_set_object(one, "theirs"), "pieces", base, theirs, language);
    value_set_bool(one, "mine_empty", !mine.len);
    value_set_bool(one, "theirs_empty", !theirs.len);
}

static void put_field_conflicts(struct screen *screen, const struct conflict *c, unsigned which)
{
    struct value *list = value_set_list(screen->root, "field_conflicts");
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        enum form_field field = (enum form_field)i;
        if (!(which & 1U << i))
            continue;
        struct value *one = value_append_object(list);
        value_set_text(one, "field", form_field_name(field));
        value_set_text(one, "label", field_label(screen, field));
        put_sides(screen, one, form_field_text(&c->base, field, screen->arena),
                  form_field_text(&c->mine, field, screen->arena),
                  form_field_text(&c->theirs, field, screen->arena), c->mine.language);
    }
}

static void put_parts(struct screen *screen, const struct conflict *c, const struct merge *merge)
{
    struct value *list = value_set_list(screen->root, "parts");
    int64_t number = 0;
    static const char *const kinds[] = {"is_same", "is_mine", "is_theirs", "is_conflict"};
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_part *part = &merge->parts[i];
        struct value *one = value_append_object(list);
        value_set_bool(one, kinds[part->from], true);
        if (part->from == MERGE_CONFLICT) {
            value_set_number(one, "number", ++number);
            put_sides(screen, one, part->base, part->mine, part->theirs, c->mine.language);
        } else if (part->from == MERGE_SAME) {
            value_set_text(one, "text", part->mine);
        } else {
            put_pieces(screen, one, "pieces", part->base,
                       part->from == MERGE_MINE ? part->mine : part->theirs, c->mine.language);
        }
    }
}

/* 409: what merges is said, the rest is to be chosen. */
static struct error draw_conflict(struct screen *screen)
{
    const struct conflict *c = screen->context;
    struct store_revision_desk who;
    struct form_merge merge;
    TRY(store_revision_desk(screen->tx, c->saved.newer, screen->arena, &who));
    form_merge(&c->base, &c->mine, &c->theirs, screen->arena, &merge);
    screen->status = 409;
    screen->location = STR_NONE;
    screen_begin(screen, "conflict", "conflict_title");
    value_set_number(screen->root, "id", screen->id);
    value_set_text(screen->root, "who", screen_account(screen, who.account_id));
    value_set_number(screen->root, "newer", c->saved.newer);
    value_set_number(screen->root, "kept", c->saved.kept);
    value_set_text(screen->root, "page", screen_field(screen, "page"));
    value_set_number(screen->root, "working", screen_number(screen, "working"));
    value_set_number(screen->root, "seen", screen_number(screen, "seen"));
    value_set_text(screen->root, "lang", c->mine.language);
    value_set_text(screen->root, "headline", merge.form.headline);
    value_set_bool(screen->root, "body_conflicts", merge.body.conflicts > 0);
    put_field_conflicts(screen, c, merge.conflicts);
    put_parts(screen, c, &merge.body);
    return NO_ERROR;
}

static enum merge_choice choice_of(const struct screen *screen, struct str name, bool *any_theirs)
{
    struct str choice = http_form_get(&screen->form, name);
    if (str_eq(choice, STR("mine")))
        return CHOOSE_MINE;
    *any_theirs = *any_theirs || str_eq(choice, STR("theirs"));
    return str_eq(choice, STR("theirs")) ? CHOOSE_THEIRS : CHOOSE_BOTH;
}

/* The form of the page above: the texts are those that were kept then, and the choices. */
struct error conflict_take(struct screen *screen, struct store_form *ret_form, bool *ret_all)
{
    struct store_kept kept;
    struct store_form base, mine, theirs;
    struct form_merge merge;
    bool any_theirs = false;
    TRY(store_kept(screen->tx, screen_number(screen, "kept"), screen->arena, &kept));
    if (kept.story_id != screen->id || kept.account_id != screen->actor->account_id)
        return error_make(ERR_NOT_FOUND, "such text of the story", NULL);
    TRY(form_of_texts(screen->tx, &kept.revision, kept.social_title, kept.social_description,
                      screen->arena, &mine));
    TRY(story_form(screen, kept.base, &base));
    TRY(story_form(screen, screen_number(screen, "theirs"), &theirs));
    form_merge(&base, &mine, &theirs, screen->arena, &merge);
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        struct str name = form_field_name((enum form_field)i);
        if (merge.conflicts & 1U << i &&
            choice_of(screen, arena_printf(screen->arena, "f-%.*s", STR_ARG(name)), &any_theirs) ==
                CHOOSE_THEIRS)
            form_field_copy(&merge.form, &theirs, (enum form_field)i);
    }
    enum merge_choice *choices =
        ARENA_ARRAY(screen->arena, enum merge_choice, merge.body.conflicts + 1);
    for (size_t i = 0; i < merge.body.conflicts; i++)
        choices[i] = choice_of(screen, arena_printf(screen->arena, "c-%zu", i + 1), &any_theirs);
    merge.form.body = merge_text(&merge.body, choices, screen->arena);
    *ret_form = merge.form;
    *ret_all = !any_theirs;
    return NO_ERROR;
}
