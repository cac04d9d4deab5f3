/* The form of a story: what a person types. How it becomes a revision and comes from one, what
 * differs between two, and how two that began from the same become one. */
#ifndef NEWSROOM_FORM_H
#define NEWSROOM_FORM_H

#include "newsroom/workflow.h"
#include "text/merge.h"

/* Fields that are compared one by one; the body is compared by paragraphs. */
#define FORM_FIELDS(FIELD)                                                                         \
    FIELD(HEADLINE, headline)                                                                      \
    FIELD(STANDFIRST, standfirst)                                                                  \
    FIELD(SECTION, section)                                                                        \
    FIELD(BYLINES, bylines)                                                                        \
    FIELD(TAGS, tags)                                                                              \
    FIELD(DATELINE, dateline)                                                                      \
    FIELD(AGENCY, agency)                                                                          \
    FIELD(LANGUAGE, language)                                                                      \
    FIELD(SLUG, slug)                                                                              \
    FIELD(CAPTION, caption)                                                                        \
    FIELD(CREDIT, credit)                                                                          \
    FIELD(ALT, alt)                                                                                \
    FIELD(SOCIAL_TITLE, social_title)                                                              \
    FIELD(SOCIAL_DESCRIPTION, social_description)

enum form_field {
#define FIELD(NAME, name) FORM_##NAME,
    FORM_FIELDS(FIELD)
#undef FIELD
        FORM_PICTURE, /* the lead picture, a number */
    FORM_FEATURED,    /* yes or no */
    FORM_FIELD_COUNT
};
/* Its name in the form: "headline", "picture_id". */
struct str form_field_name(enum form_field field);
/* Its text; a number in digits, "1" or "" for yes and no. */
struct str form_field_text(const struct store_form *form, enum form_field field,
                           struct arena *arena);
void form_field_copy(struct store_form *to, const struct store_form *from, enum form_field field);

/* The form as the revision has it. */
MUST_USE struct error form_of_revision(struct store_tx *tx, int64_t revision_id,
                                       struct arena *arena, struct store_form *ret_form);
/* The same of a text whose rows are at hand. */
MUST_USE struct error form_of_texts(struct store_tx *tx, const struct store_revision *revision,
                                    struct str social_title, struct str social_description,
                                    struct arena *arena, struct store_form *ret_form);
/* What draft_resolve() takes; texts are the form's. */
struct draft form_draft(const struct store_form *form, struct arena *arena);

/* Whether both say the same to readers: the note and the base count for nothing. */
bool form_equal(const struct store_form *a, const struct store_form *b);

struct form_merge {
    struct store_form form; /* merged; where both changed the same: mine. `base` is theirs' */
    struct merge body;
    unsigned conflicts; /* bits of form_field: both changed it */
    unsigned theirs;    /* bits: only theirs changed it */
    size_t paragraphs;  /* that only theirs changed */
};
/* A field that one side changed is that side's. Tags are merged one by one. */
void form_merge(const struct store_form *base, const struct store_form *mine,
                const struct store_form *theirs, struct arena *arena, struct form_merge *ret_merge);
bool form_merges(const struct form_merge *merge);

#endif
