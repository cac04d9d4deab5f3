#include "newsroom/pictures.h"

#include <ctype.h>

/* ---- Pictures within a text ---------------------------------------------------------------- */

#define SCHEME STR("picture:")

/* Where an address of Markdown can begin: "(picture:1", "<picture:1", "]: picture:1". */
static bool begins_address(struct str text, size_t at)
{
    if (at == 0)
        return false;
    char before = text.at[at - 1];
    if (before == '(' || before == '<')
        return true;
    while (at > 0 && (text.at[at - 1] == ' ' || text.at[at - 1] == '\t'))
        at--;
    return at > 0 && (text.at[at - 1] == ':' || text.at[at - 1] == '(');
}

static bool has_id(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

void pictures_in_text(struct str markdown, struct arena *arena, int64_t **ret_ids,
                      size_t *ret_count)
{
    int64_t *ids = ARENA_ARRAY(arena, int64_t, STORY_PICTURES_MAX);
    size_t count = 0, at = 0;
    while (count < STORY_PICTURES_MAX) {
        ptrdiff_t found = str_find(str_from(markdown, at), SCHEME);
        if (found < 0)
            break;
        size_t begin = at + (size_t)found, end = begin + SCHEME.len;
        int64_t id = 0;
        while (end < markdown.len && isdigit((unsigned char)markdown.at[end]))
            end++;
        if (begins_address(markdown, begin) &&
            str_to_i64(str_cut(markdown, begin + SCHEME.len, end), &id) && id > 0 &&
            !has_id(ids, count, id))
            ids[count++] = id;
        at = end;
    }
    *ret_ids = ids;
    *ret_count = count;
}

/* ---- Rights -------------------------------------------------------------------------------- */

enum relation picture_relation(int64_t account_id, const struct store_picture_desk *desk)
{
    return account_id && desk->uploaded_by == account_id ? RELATION_OWN : RELATION_NONE;
}

static struct error may_change(struct store_tx *tx, const struct actor *actor, enum action action,
                               int64_t id, struct arena *arena, struct store_picture_desk *ret_desk)
{
    struct store_picture_desk desk;
    TRY(store_picture_desk(tx, id, arena, &desk));
    TRY(actor_may(actor, action, picture_relation(actor->account_id, &desk)));
    *ret_desk = desk;
    return NO_ERROR;
}

/* ---- Texts --------------------------------------------------------------------------------- */

static struct error check_text(struct str *text, const char *field)
{
    *text = str_trim(*text);
    if (text->len > PICTURE_TEXT_MAX)
        return error_make(ERR_INVALID, field, "it is too long");
    if (!str_is_utf8(*text) || str_find_char(*text, '\0') >= 0)
        return error_make(ERR_INVALID, field, "it is not UTF-8 text");
    return NO_ERROR;
}

static struct error take_texts(const struct store_picture_desk *given,
                               struct store_picture_desk *desk)
{
    desk->title = given->title;
    desk->caption = given->caption;
    desk->credit = given->credit;
    desk->copyright = given->copyright;
    desk->alt = given->alt;
    TRY(check_text(&desk->title, "The title"));
    TRY(check_text(&desk->caption, "The caption"));
    TRY(check_text(&desk->credit, "The credit"));
    TRY(check_text(&desk->copyright, "The copyright line"));
    return check_text(&desk->alt, "The description");
}

static struct error check_focus(int64_t x, int64_t y)
{
    bool none = x == -1 && y == -1;
    bool inside = x >= 0 && x <= 10000 && y >= 0 && y <= 10000;
    return none || inside
               ? NO_ERROR
               : error_make(ERR_INVALID, "The focal point", "it lies outside of the picture");
}

struct error picture_add(struct store_tx *tx, const struct actor *actor,
                         const struct store_picture *picture,
                         const struct store_rendition *renditions, size_t count,
                         const struct store_picture_desk *given, int64_t now, struct arena *arena,
                         int64_t *ret_id)
{
    struct store_picture_desk desk;
    struct store_picture known;
    int64_t id;
    TRY(actor_may(actor, ACTION_PICTURE_ADD, RELATION_NONE));
    TRY(check_focus(given->focal_x, given->focal_y));
    struct error error = store_picture_by_original(tx, picture->original, arena, &known);
    if (error.code == ERR_OK) {
        *ret_id = known.id;
        return error_make(ERR_EXISTS, "The picture", "It is in the library already.");
    }
    if (error.code != ERR_NOT_FOUND)
        return error;
    TRY(store_picture_add(tx, picture, renditions, count, &id));
    TRY(store_picture_desk(tx, id, arena, &desk));
    TRY(take_texts(given, &desk));
    desk.focal_x = given->focal_x;
    desk.focal_y = given->focal_y;
    desk.uploaded_by = actor->account_id;
    desk.changed_at = now;
    TRY(store_picture_desk_set(tx, &desk, picture_words(&desk, arena)));
    TRY(audit_add(tx, actor, STR("picture.add"), audit_object("picture", id, arena), desk.title,
                  now, arena));
    *ret_id = id;
    return NO_ERROR;
}

struct error picture_describe(struct store_tx *tx, const struct actor *actor,
                              const struct store_picture_desk *given, int64_t now,
                              struct arena *arena, struct changes *changes)
{
    struct store_picture_desk old, desk;
    TRY(may_change(tx, actor, ACTION_PICTURE_EDIT, given->picture_id, arena, &old));
    desk = old;
    TRY(take_texts(given, &desk));
    if (!str_eq(old.credit, desk.credit))
        key_picture_word(&changes->keys, desk.picture_id, PICTURE_CREDIT);
    if (!str_eq(old.caption, desk.caption))
        key_picture_word(&changes->keys, desk.picture_id, PICTURE_CAPTION);
    if (!str_eq(old.alt, desk.alt))
        key_picture_word(&changes->keys, desk.picture_id, PICTURE_ALT);
    desk.changed_at = now;
    TRY(store_picture_desk_set(tx, &desk, picture_words(&desk, arena)));
    return audit_add(tx, actor, STR("picture.edit"),
                     audit_object("picture", desk.picture_id, arena), desk.title, now, arena);
}

/* ---- Files --------------------------------------------------------------------------------- */

/* Whether readers may see these files is another matter from now on. */
static struct error note_files(struct store_tx *tx, int64_t id, struct arena *arena,
                               struct changes *changes)
{
    struct store_rendition *renditions;
    size_t count;
    TRY(store_renditions(tx, id, arena, &renditions, &count));
    for (size_t i = 0; i < count; i++)
        key_file(&changes->keys, renditions[i].file);
    return NO_ERROR;
}

/* The same picture with other renditions: pages that show it, and its files. */
static struct error set_files(struct store_tx *tx, const struct store_picture *picture,
                              const struct store_rendition *renditions, size_t count,
                              struct arena *arena, struct changes *changes)
{
    if (count == 0)
        return error_make(ERR_INVALID, "The picture", "nothing was made of it");
    TRY(note_files(tx, picture->id, arena, changes));
    TRY(store_picture_replace(tx, picture, renditions, count));
    TRY(note_files(tx, picture->id, arena, changes));
    key_picture(&changes->keys, picture->id);
    return NO_ERROR;
}

struct error picture_focus(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t x,
                           int64_t y, const struct store_rendition *renditions, size_t count,
                           int64_t now, struct arena *arena, struct changes *changes)
{
    struct store_picture_desk desk;
    struct store_picture picture;
    TRY(may_change(tx, actor, ACTION_PICTURE_EDIT, id, arena, &desk));
    TRY(check_focus(x, y));
    TRY(store_picture(tx, id, arena, &picture));
    TRY(set_files(tx, &picture, renditions, count, arena, changes));
    desk.focal_x = x;
    desk.focal_y = y;
    desk.changed_at = now;
    desk.avif = AVIF_TODO;
    TRY(store_picture_desk_set(tx, &desk, picture_words(&desk, arena)));
    return audit_addf(tx, actor, "picture.focus", audit_object("picture", id, arena), now, arena,
                      "%lld, %lld", (long long)x, (long long)y);
}

struct error picture_replace(struct store_tx *tx, const struct actor *actor,
                             const struct store_picture *picture,
                             const struct store_rendition *renditions, size_t count, int64_t now,
                             struct arena *arena, struct changes *changes)
{
    struct store_picture_desk desk;
    struct store_picture old;
    TRY(may_change(tx, actor, ACTION_PICTURE_REPLACE, picture->id, arena, &desk));
    TRY(store_picture(tx, picture->id, arena, &old));
    TRY(set_files(tx, picture, renditions, count, arena, changes));
    desk.focal_x = desk.focal_y = -1;
    desk.changed_at = now;
    desk.avif = AVIF_TODO;
    TRY(store_picture_desk_set(tx, &desk, picture_words(&desk, arena)));
    return audit_addf(tx, actor, "picture.replace", audit_object("picture", picture->id, arena),
                      now, arena, "%.*s before, now %.*s", STR_ARG(str_cut(old.original, 0, 16)),
                      STR_ARG(str_cut(picture->original, 0, 16)));
}

struct error picture_delete(struct store_tx *tx, const struct actor *actor, int64_t id, int64_t now,
                            struct arena *arena)
{
    struct store_picture_desk desk;
    struct store_picture_use *uses;
    struct settings settings;
    size_t count;
    bool loose = false;
    TRY(may_change(tx, actor, ACTION_PICTURE_DELETE, id, arena, &desk));
    TRY(store_picture_uses(tx, id, 1, arena, &uses, &count));
    if (count)
        return error_format(ERR_STEP, STR("Deleting the picture"), 0, "story %lld has it: %.*s",
                            (long long)uses[0].story_id, STR_ARG(uses[0].headline));
    TRY(store_picture_loose(tx, id, &loose));
    if (loose)
        return error_make(ERR_STEP, "Deleting the picture",
                          "a text has it that somebody has not saved yet, or that lost a conflict");
    TRY(settings_load(tx, arena, &settings));
    if (settings.logo == id)
        return error_make(ERR_STEP, "Deleting the picture", "it is the newsroom's logo");
    TRY(store_picture_remove(tx, id));
    return audit_add(tx, actor, STR("picture.delete"), audit_object("picture", id, arena),
                     desk.title, now, arena);
}

struct error picture_avif_made(struct store_tx *tx, int64_t id,
                               const struct store_rendition *renditions, size_t count,
                               struct arena *arena, struct changes *changes)
{
    TRY(store_picture_avif_set(tx, id, count ? AVIF_DONE : AVIF_FAILED));
    if (count == 0)
        return NO_ERROR;
    TRY(store_renditions_add(tx, id, renditions, count));
    key_picture(&changes->keys, id);
    return note_files(tx, id, arena, changes);
}
