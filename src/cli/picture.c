#include "cli/picture.h"
#include "base/file.h"
#include "base/hash.h"
#include "newsroom/pictures.h"

#include <fcntl.h>

static struct error find_known(struct store *store, struct str hash, struct arena *arena,
                               int64_t *ret_id)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_picture picture;
    TRY(store_read(store, &tx));
    struct error error = store_picture_by_original(tx, hash, arena, &picture);
    *ret_id = error.code == ERR_OK ? picture.id : 0;
    return error.code == ERR_NOT_FOUND ? NO_ERROR : error;
}

/* Tells what the file knows and the story doesn't, since only the story is published. */
static void note_offers(const char *name, const struct draft *draft,
                        const struct media_offer *offered)
{
    if (!draft->credit.len && offered->credit.len)
        cli_note("%s: the picture carries the credit \"%.*s\"; add 'credit:' to show one", name,
                 STR_ARG(offered->credit));
    if (!draft->caption.len && offered->caption.len)
        cli_note("%s: the picture carries a caption; add 'caption:' to show one", name);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

struct error picture_prepare_bytes(struct session *session, const char *name, struct str bytes,
                                   const struct draft *draft, struct picture *ret_picture)
{
    struct picture picture = {.title = str_of(base_name(name)),
                              .caption = draft->caption,
                              .credit = draft->credit,
                              .alt = draft->alt};
    char hash[HASH_HEX + 1];
    media_original_hash(bytes, hash);
    TRY(find_known(session->store, str_of(hash), session->arena, &picture.id));
    if (!picture.id) {
        struct media_request request = {.caption = draft->caption, .credit = draft->credit};
        struct progress progress = progress_begin("Making the picture ready");
        progress_show(&progress);
        struct error error = media_make(NULL, session->folder.fd, name, bytes, &request,
                                        session->arena, &picture.made);
        progress_end(&progress);
        TRY(error);
        note_offers(name, draft, &picture.made.offered);
    }
    *ret_picture = picture;
    return NO_ERROR;
}

/* The picture's path: as it is when absolute, else beside the story. */
static const char *beside(const char *story_path, struct str file, struct arena *arena)
{
    const char *slash = story_path ? strrchr(story_path, '/') : NULL;
    if (!slash || file.at[0] == '/')
        return arena_cstr(arena, file);
    return arena_printf(arena, "%.*s%.*s", (int)(slash + 1 - story_path), story_path, STR_ARG(file))
        .at;
}

/* What is wrong with the picture itself stands in the story's file at its field. */
static struct error of_the_photo(const struct error *error, const struct draft *draft)
{
    if (error->code != ERR_INVALID && error->code != ERR_PICTURE && error->code != ERR_TOO_LARGE)
        return *error;
    return error_format(ERR_FRONT_MATTER, draft->photo_file, draft->photo_line,
                        "photo: '%.*s': %s%s", STR_ARG(draft->photo_file),
                        error->code == ERR_TOO_LARGE ? "it is too large: " : "", error->why);
}

struct error picture_prepare(struct session *session, const char *story_path,
                             const struct draft *draft, struct picture *ret_picture)
{
    struct str bytes;
    if (!draft->photo_file.len) {
        *ret_picture = (struct picture){0};
        return NO_ERROR;
    }
    const char *path = beside(story_path, draft->photo_file, session->arena);
    struct error error = file_read(AT_FDCWD, path, MEDIA_ORIGINAL_MAX, session->arena, &bytes);
    if (error.code == ERR_NOT_FOUND)
        error = error_make(ERR_INVALID, path, "there is no such file");
    else if (error.code == ERR_SYSTEM) /* such as: Permission denied */
        error.code = ERR_INVALID;
    if (error.code == ERR_OK)
        error = picture_prepare_bytes(session, path, bytes, draft, ret_picture);
    return of_the_photo(&error, draft);
}

/* Later stories that take it from the library begin with these texts. */
static struct error describe(struct store_tx *tx, const struct picture *picture, int64_t id,
                             struct arena *arena)
{
    struct store_picture_desk desk;
    const struct media_offer *offered = &picture->made.offered;
    TRY(store_picture_desk(tx, id, arena, &desk));
    desk.title = picture->title;
    desk.caption = picture->caption.len ? picture->caption : offered->caption;
    desk.credit = picture->credit.len ? picture->credit : offered->credit;
    desk.copyright = offered->rights;
    desk.alt = picture->alt.len ? picture->alt : offered->alt;
    return store_picture_desk_set(tx, &desk, picture_words(&desk, arena));
}

struct error picture_store(struct store_tx *tx, const struct picture *picture, int64_t now,
                           struct arena *arena, int64_t *ret_id)
{
    const struct media_result *made = &picture->made;
    struct store_picture known;
    if (picture->id || made->count == 0) {
        *ret_id = picture->id;
        return NO_ERROR;
    }
    /* Another command may have stored the same original meanwhile. */
    struct error error = store_picture_by_original(tx, made->original, arena, &known);
    if (error.code == ERR_OK)
        *ret_id = known.id;
    if (error.code != ERR_NOT_FOUND)
        return error;
    struct store_rendition *renditions = ARENA_ARRAY(arena, struct store_rendition, made->count);
    for (size_t i = 0; i < made->count; i++) {
        const struct media_rendition *r = &made->renditions[i];
        renditions[i] = (struct store_rendition){.kind = r->kind,
                                                 .type = r->type,
                                                 .width = r->width,
                                                 .height = r->height,
                                                 .bytes = r->bytes,
                                                 .file = r->file};
    }
    struct store_picture row = {.original = made->original,
                                .type = made->type,
                                .width = made->width,
                                .height = made->height,
                                .created_at = now};
    TRY(store_picture_add(tx, &row, renditions, made->count, ret_id));
    return describe(tx, picture, *ret_id, arena);
}
