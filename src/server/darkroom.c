/* The darkroom: makes pictures' AVIF files in the background, one picture at a time, newest first.
 *
 * A reader's request never waits for it: pages name the AVIF files once they are there, by the
 * change log as after any other change. */
#include "base/log.h"
#include "media/media.h"
#include "newsroom/pictures.h"
#include "newsroom/workflow.h"
#include "server/house.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

struct negative {
    struct store_picture picture;
    struct store_picture_desk desk;
};

/* The next one to be made; *ret_found is false when there is none. */
static struct error choose(struct worker *worker, struct negative *ret, bool *ret_found)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    int64_t *ids;
    size_t count;
    TRY(worker_store(worker, STORE_WRITER, WRITER_BUSY_MS));
    TRY(store_read(worker->store, &tx));
    TRY(store_pictures_avif(tx, 1, worker->arena, &ids, &count));
    *ret_found = count > 0;
    if (!count)
        return NO_ERROR;
    TRY(store_picture(tx, ids[0], worker->arena, &ret->picture));
    return store_picture_desk(tx, ids[0], worker->arena, &ret->desk);
}

/* Made from what the picture still is? Somebody may have replaced it or moved its focal point. */
static struct error keep(struct worker *worker, const struct negative *from,
                         const struct store_rendition *renditions, size_t count)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_picture picture;
    struct store_picture_desk desk;
    struct changes changes;
    int64_t id = from->picture.id;
    TRY(store_write(worker->store, &tx));
    struct error error = store_picture(tx, id, worker->arena, &picture);
    if (error.code == ERR_NOT_FOUND)
        return NO_ERROR;
    TRY(error);
    TRY(store_picture_desk(tx, id, worker->arena, &desk));
    if (desk.avif != AVIF_TODO || !str_eq(picture.original, from->picture.original) ||
        desk.focal_x != from->desk.focal_x || desk.focal_y != from->desk.focal_y)
        return NO_ERROR;
    changes_init(&changes, worker->arena);
    if (!count)
        changes.why_none = "a picture that stays as it was";
    TRY(picture_avif_made(tx, id, renditions, count, worker->arena, &changes));
    return changes_commit(&tx, &changes, clock_now(&worker->house->clock), NULL);
}

/* Somebody at the desk works with it now. */
static bool is_fresh(const struct house *house, const struct negative *negative)
{
    return negative->desk.uploaded_by &&
           clock_now(&house->clock) - negative->desk.changed_at < DARKROOM_FRESH_MS;
}

static struct error make(struct worker *worker, const struct negative *from,
                         struct media_result *ret_made)
{
    const struct store_picture_desk *desk = &from->desk;
    struct str original;
    struct media_request request = {.caption = desk->caption,
                                    .credit = desk->credit,
                                    .rights = desk->copyright,
                                    .has_focal = desk->focal_x >= 0,
                                    .focal_x = (double)desk->focal_x / 10000,
                                    .focal_y = (double)desk->focal_y / 10000};
    int dir_fd = worker->house->folder.fd;
    TRY(media_original_read(dir_fd, from->picture.original, worker->arena, &original));
    /* Readers first, but not when somebody at the desk waits for it. */
    return media_make_avif(NULL, &worker->house->stopping,
                           is_fresh(worker->house, from) ? NULL : &worker->house->asked, dir_fd,
                           "a picture", original, &request, worker->arena, ret_made);
}

/* One picture; *ret_more says whether there may be another. */
static struct error develop(struct worker *worker, bool *ret_more)
{
    struct negative from;
    struct media_result made = {0};
    arena_reset(worker->arena);
    TRY(choose(worker, &from, ret_more));
    if (!*ret_more)
        return NO_ERROR;
    struct error error = make(worker, &from, &made);
    /* Its original is gone or defeats the encoder: not again. Other errors are of the moment. */
    if (error.code != ERR_OK && error.code != ERR_PICTURE && error.code != ERR_NOT_FOUND)
        return error;
    struct store_rendition *rows = ARENA_ARRAY(worker->arena, struct store_rendition, made.count);
    for (size_t i = 0; i < made.count; i++)
        rows[i] = (struct store_rendition){.kind = made.renditions[i].kind,
                                           .type = made.renditions[i].type,
                                           .width = made.renditions[i].width,
                                           .height = made.renditions[i].height,
                                           .bytes = made.renditions[i].bytes,
                                           .file = made.renditions[i].file};
    return keep(worker, &from, rows, made.count);
}

/* Until the time is over, or the desk has committed something, or the end; false at the end. */
static bool wait_for(struct house *house, int64_t ms)
{
    struct timespec until;
    int rc = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    (void)pthread_mutex_lock(&house->due_lock);
    while (!house->picture_nudged && rc != ETIMEDOUT && !atomic_load(&house->stopping))
        rc = pthread_cond_timedwait(&house->picture_nudge, &house->due_lock, &until);
    house->picture_nudged = false;
    (void)pthread_mutex_unlock(&house->due_lock);
    return !atomic_load(&house->stopping);
}

static void *darkroom(void *context)
{
    struct house *house = context;
    struct worker worker = {.house = house, .arena = arena_new()};
    enum err last = ERR_OK;
    /* A server that begins has readers to look after first. */
    bool goes_on = wait_for(house, DARKROOM_AFTER_MS);
    while (goes_on) {
        bool more = false;
        struct error error = develop(&worker, &more);
        if (error.code != ERR_OK && error.code != last && !atomic_load(&house->stopping))
            log_error("making AVIF files", &error);
        last = error.code;
        goes_on = error.code == ERR_OK && more ? !atomic_load(&house->stopping)
                                               : wait_for(house, DARKROOM_LOOK_MS);
    }
    store_close(worker.store);
    arena_free(worker.arena);
    return NULL;
}

void darkroom_start(struct house *house)
{
    if (pthread_create(&house->darkroom, NULL, darkroom, house))
        abort();
}

void darkroom_nudge(struct house *house)
{
    (void)pthread_mutex_lock(&house->due_lock);
    house->picture_nudged = true;
    (void)pthread_cond_signal(&house->picture_nudge);
    (void)pthread_mutex_unlock(&house->due_lock);
}

void darkroom_stop(struct house *house)
{
    darkroom_nudge(house);
    (void)pthread_join(house->darkroom, NULL);
}
