#include "newsroom/form.h"

#include <assert.h>

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
#define FIELD(NAME, name) {#name, offsetof(struct store_form, name)},
    FORM_FIELDS(FIELD)
#undef FIELD
};
static_assert(sizeof fields / sizeof *fields == FORM_PICTURE, "texts stand first");

static struct str text_at(const struct store_form *form, enum form_field field)
{
    return *(const struct str *)(const void *)((const char *)form + fields[field].offset);
}

static void set_text(struct store_form *form, enum form_field field, struct str text)
{
    *(struct str *)(void *)((char *)form + fields[field].offset) = text;
}

struct str form_field_name(enum form_field field)
{
    if (field == FORM_PICTURE)
        return STR("picture_id");
    return field == FORM_FEATURED ? STR("featured") : str_of(fields[field].name);
}

struct str form_field_text(const struct store_form *form, enum form_field field,
                           struct arena *arena)
{
    if (field == FORM_PICTURE)
        return arena_printf(arena, "%lld", (long long)form->picture_id);
    if (field == FORM_FEATURED)
        return form->featured ? STR("1") : STR("");
    return text_at(form, field);
}

void form_field_copy(struct store_form *to, const struct store_form *from, enum form_field field)
{
    if (field == FORM_PICTURE)
        to->picture_id = from->picture_id;
    else if (field == FORM_FEATURED)
        to->featured = from->featured;
    else
        set_text(to, field, text_at(from, field));
}

/* ---- From and to revisions ----------------------------------------------------------------- */

static struct error names_line(struct store_tx *tx, enum store_name_kind kind, const int64_t *ids,
                               size_t count, struct arena *arena, struct str *ret_line)
{
    BUF_AUTO struct buf out = BUF_INIT(64 * 1024);
    for (size_t i = 0; i < count; i++) {
        struct store_name name;
        struct error error = store_name(tx, kind, ids[i], arena, &name);
        if (error.code == ERR_OK)
            (void)buf_printf(&out, "%s%.*s", out.len ? ", " : "", STR_ARG(name.name));
        else if (error.code != ERR_NOT_FOUND)
            return error;
    }
    *ret_line = arena_str(arena, buf_slice(&out));
    return NO_ERROR;
}

struct error form_of_texts(struct store_tx *tx, const struct store_revision *revision,
                           struct str social_title, struct str social_description,
                           struct arena *arena, struct store_form *ret_form)
{
    const struct store_revision *r = revision;
    struct store_section section = {0};
    struct str tags, bylines;
    if (r->section_id)
        TRY(store_section(tx, r->section_id, arena, &section));
    TRY(names_line(tx, STORE_TAG, r->tags, r->tag_count, arena, &tags));
    TRY(names_line(tx, STORE_AUTHOR, r->authors, r->author_count, arena, &bylines));
    *ret_form = (struct store_form){.headline = r->headline,
                                    .standfirst = r->standfirst,
                                    .dateline = r->dateline,
                                    .bylines = bylines,
                                    .agency = r->agency,
                                    .section = section.slug,
                                    .tags = tags,
                                    .slug = r->slug,
                                    .language = r->language,
                                    .caption = r->caption,
                                    .credit = r->credit,
                                    .alt = r->alt,
                                    .body = r->body,
                                    .social_title = social_title,
                                    .social_description = social_description,
                                    .picture_id = r->picture_id,
                                    .base = r->id,
                                    .featured = r->featured};
    return NO_ERROR;
}

struct error form_of_revision(struct store_tx *tx, int64_t revision_id, struct arena *arena,
                              struct store_form *ret_form)
{
    struct store_revision revision;
    struct store_revision_desk desk;
    TRY(store_revision(tx, revision_id, arena, &revision));
    TRY(store_revision_desk(tx, revision_id, arena, &desk));
    return form_of_texts(tx, &revision, desk.social_title, desk.social_description, arena,
                         ret_form);
}

/* Names between commas, each once. */
static struct str *split_names(struct str line, size_t max, struct arena *arena, size_t *ret_count)
{
    struct str *names = ARENA_ARRAY(arena, struct str, max + 1), one;
    size_t count = 0;
    while (line.len && str_split(&line, ',', &one) && count <= max) {
        bool again = false;
        one = str_trim(one);
        for (size_t i = 0; i < count; i++)
            again = again || str_eq(names[i], one);
        if (one.len && !again)
            names[count++] = one;
    }
    *ret_count = count;
    return names;
}

struct draft form_draft(const struct store_form *form, struct arena *arena)
{
    struct draft draft = {.headline = form->headline,
                          .slug = form->slug,
                          .section = form->section,
                          .agency = form->agency,
                          .dateline = form->dateline,
                          .standfirst = form->standfirst,
                          .language = form->language,
                          .caption = form->caption,
                          .credit = form->credit,
                          .alt = form->alt,
                          .featured = form->featured,
                          .body = form->body};
    draft.tags = split_names(form->tags, STORY_TAGS_MAX, arena, &draft.tag_count);
    draft.bylines = split_names(form->bylines, STORY_BYLINES_MAX, arena, &draft.byline_count);
    return draft;
}

/* ---- Two forms ----------------------------------------------------------------------------- */

static bool field_equal(const struct store_form *a, const struct store_form *b,
                        enum form_field field)
{
    if (field == FORM_PICTURE)
        return a->picture_id == b->picture_id;
    if (field == FORM_FEATURED)
        return a->featured == b->featured;
    return str_eq(text_at(a, field), text_at(b, field));
}

bool form_equal(const struct store_form *a, const struct store_form *b)
{
    for (int i = 0; i < FORM_FIELD_COUNT; i++)
        if (!field_equal(a, b, (enum form_field)i))
            return false;
    return str_eq(a->body, b->body);
}

static bool is_among(struct str name, struct str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

/* Each tag by itself: those of both, without those that either took out, with what either added. */
static struct str merge_tags(struct str base, struct str mine, struct str theirs,
                             struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(1 << 20);
    size_t b, m, t, max = STORY_TAGS_MAX;
    struct str *before = split_names(base, max, arena, &b);
    struct str *a = split_names(mine, max, arena, &m), *c = split_names(theirs, max, arena, &t);
    for (size_t i = 0; i < m + t; i++) {
        bool from_me = i < m;
        struct str tag = from_me ? a[i] : c[i - m];
        if (!from_me && is_among(tag, a, m))
            continue;
        if (is_among(tag, before, b) && !(is_among(tag, a, m) && is_among(tag, c, t)))
            continue;
        (void)buf_printf(&out, "%s%.*s", out.len ? ", " : "", STR_ARG(tag));
    }
    return arena_str(arena, buf_slice(&out));
}

void form_merge(const struct store_form *base, const struct store_form *mine,
                const struct store_form *theirs, struct arena *arena, struct form_merge *ret_merge)
{
    struct form_merge merge = {.form = *mine};
    for (int i = 0; i < FORM_FIELD_COUNT; i++) {
        enum form_field field = (enum form_field)i;
        if (field_equal(base, theirs, field) || field_equal(mine, theirs, field))
            continue;
        if (field_equal(base, mine, field)) {
            form_field_copy(&merge.form, theirs, field);
            merge.theirs |= 1U << i;
        } else if (field == FORM_TAGS) {
            merge.form.tags = merge_tags(base->tags, mine->tags, theirs->tags, arena);
            merge.theirs |= 1U << i;
        } else {
            merge.conflicts |= 1U << i;
        }
    }
    text_merge(base->body, mine->body, theirs->body, arena, &merge.body);
    for (size_t i = 0; i < merge.body.count; i++)
        merge.paragraphs += merge.body.parts[i].from == MERGE_THEIRS;
    merge.form.body = merge_text(&merge.body, NULL, arena);
    merge.form.base = theirs->base;
    *ret_merge = merge;
}

bool form_merges(const struct form_merge *merge)
{
    return !merge->conflicts && !merge->body.conflicts;
}
