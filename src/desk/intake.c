/* Pictures that come with a form. They are made outside of transactions, which would keep everybody
 * else waiting for seconds. */
#include "base/hash.h"
#include "desk/screen.h"
#include "media/media.h"

static struct error known_picture(struct screen *screen, struct str hash, int64_t *ret_id)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_picture picture;
    TRY(store_read(screen->call->store, &tx));
    struct error error = store_picture_by_original(tx, hash, screen->arena, &picture);
    *ret_id = error.code == ERR_OK ? picture.id : 0;
    return error.code == ERR_NOT_FOUND ? NO_ERROR : error;
}

static struct store_rendition *rows_of(const struct media_result *made, struct arena *arena)
{
    struct store_rendition *rows = ARENA_ARRAY(arena, struct store_rendition, made->count);
    for (size_t i = 0; i < made->count; i++) {
        const struct media_rendition *one = &made->renditions[i];
        rows[i] = (struct store_rendition){.kind = one->kind,
                                           .type = one->type,
                                           .width = one->width,
                                           .height = one->height,
                                           .bytes = one->bytes,
                                           .file = one->file};
    }
    return rows;
}

static struct str file_name(const struct http_part *file)
{
    return file->filename.len ? str_cut(file->filename, 0, 200) : STR("picture");
}

static struct error make(struct screen *screen, struct str name, struct str original,
                         const struct store_picture_desk *desk, struct intake *ret)
{
    struct media_result made;
    struct media_request request = {.caption = desk->caption,
                                    .credit = desk->credit,
                                    .rights = desk->copyright,
                                    .own_texts = true,
                                    .has_focal = desk->focal_x >= 0,
                                    .focal_x = (double)desk->focal_x / 10000,
                                    .focal_y = (double)desk->focal_y / 10000};
    TRY(media_make(NULL, screen->call->dir_fd, arena_cstr(screen->arena, name), original, &request,
                   screen->arena, &made));
    *ret = (struct intake){.picture = {.original = made.original,
                                       .type = made.type,
                                       .width = made.width,
                                       .height = made.height,
                                       .created_at = screen->now},
                           .renditions = rows_of(&made, screen->arena),
                           .count = made.count,
                           .name = name,
                           .caption = made.offered.caption,
                           .credit =
                               made.offered.credit.len ? made.offered.credit : made.offered.creator,
                           .copyright = made.offered.rights,
                           .alt = made.offered.alt};
    return NO_ERROR;
}

struct error intake_file(struct screen *screen, const struct http_part *file,
                         const struct store_picture_desk *desk, struct intake *ret)
{
    return make(screen, file_name(file), file->bytes, desk, ret);
}

struct error intake_again(struct screen *screen, const struct store_picture *picture,
                          const struct store_picture_desk *desk, struct intake *ret)
{
    struct str original;
    TRY(media_original_read(screen->call->dir_fd, picture->original, screen->arena, &original));
    return make(screen, STR("The picture"), original, desk, ret);
}

static struct error add(struct screen *screen, const struct intake *made, int64_t *ret_id)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_picture_desk desk = {.title = made->name,
                                      .caption = made->caption,
                                      .credit = made->credit,
                                      .copyright = made->copyright,
                                      .alt = made->alt,
                                      .focal_x = -1,
                                      .focal_y = -1};
    TRY(store_write(screen->call->store, &tx));
    changes_init(&changes, screen->arena);
    changes.why_none = "a picture that no story has yet";
    struct error error = picture_add(tx, screen->actor, &made->picture, made->renditions,
                                     made->count, &desk, screen->now, screen->arena, ret_id);
    if (error.code == ERR_EXISTS) /* somebody was faster with the same file */
        return NO_ERROR;
    TRY(error);
    TRY(changes_commit(&tx, &changes, screen->now, NULL));
    if (screen->call->committed)
        screen->call->committed(screen->call->context);
    return NO_ERROR;
}

struct error media_take(struct screen *screen, const struct http_part *file, int64_t *ret_id)
{
    char hash[HASH_HEX + 1];
    struct intake made;
    struct store_picture_desk nothing = {.focal_x = -1, .focal_y = -1};
    media_original_hash(file->bytes, hash);
    TRY(known_picture(screen, str_of(hash), ret_id));
    if (*ret_id)
        return NO_ERROR;
    TRY(intake_file(screen, file, &nothing, &made));
    return add(screen, &made, ret_id);
}
