#include "media/make.h"
#include "base/file.h"
#include "base/hash.h"
#include "media/keep.h"
#include "media/worker.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

/* ---- Renditions as they come ---------------------------------------------------------------- */

struct making {
    struct keep *keep;
    struct arena *arena;
    const char *name;
    struct media_rendition renditions[MEDIA_RENDITIONS_MAX];
    size_t count;
    bool avif; /* is wanted */
    enum frames_format format;
    char first[16]; /* the file's first bytes: the worker's word is not enough */
    size_t first_len;
};

static const struct {
    enum media_type type;
    const char *ending;
} formats[FORMAT_COUNT] = {[FORMAT_JPEG] = {MEDIA_JPEG, ".jpg"},
                           [FORMAT_WEBP] = {MEDIA_WEBP, ".webp"},
                           [FORMAT_AVIF] = {MEDIA_AVIF, ".avif"}};

static struct error wrong_answer(const struct making *making)
{
    return error_make(ERR_PICTURE, making->name, "the program that opens it gave a wrong answer");
}

static struct error rendition_begin(void *context, const struct frames_rendition *from)
{
    struct making *making = context;
    if (making->count == MEDIA_RENDITIONS_MAX)
        return error_make(ERR_PICTURE, making->name, "it gave too many renditions");
    if ((from->format == FORMAT_AVIF) != making->avif)
        return wrong_answer(making);
    making->renditions[making->count] = (struct media_rendition){
        .kind = str_of(from->kind->name),
        .type = media_type_name(formats[from->format].type),
        .width = from->width,
        .height = from->height,
        .bytes = from->bytes,
    };
    making->format = from->format;
    making->first_len = 0;
    return keep_begin(making->keep);
}

static struct error rendition_data(void *context, struct str bytes)
{
    struct making *making = context;
    struct str first = str_cut(bytes, 0, sizeof making->first - making->first_len);
    if (first.len) {
        memcpy(making->first + making->first_len, first.at, first.len);
        making->first_len += first.len;
    }
    return keep_data(making->keep, bytes);
}

static struct error rendition_end(void *context)
{
    struct making *making = context;
    enum media_type type = media_sniff(str_n(making->first, making->first_len));
    if (type != formats[making->format].type)
        return wrong_answer(making);
    TRY(keep_finish_rendition(making->keep, formats[making->format].ending,
                              &making->renditions[making->count].file));
    making->count++;
    return NO_ERROR;
}

static struct error keep_original(struct making *making, struct str original, struct str *ret_hash)
{
    TRY(keep_begin(making->keep));
    TRY(keep_data(making->keep, original));
    return keep_finish_original(making->keep, ret_hash);
}

/* ---- One at a time, or two ------------------------------------------------------------------ */

static sem_t turns;
static pthread_once_t turns_once = PTHREAD_ONCE_INIT;

static void turns_start(void)
{
    (void)sem_init(&turns, 0, MEDIA_AT_ONCE);
}

static struct error run_in_turn(const struct worker_job *job, struct frames *frames)
{
    (void)pthread_once(&turns_once, turns_start);
    while (sem_wait(&turns) < 0 && errno == EINTR)
        continue;
    struct error error = worker_run(job, frames);
    (void)sem_post(&turns);
    return error;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void fill_result(const struct making *making, const struct frames *frames,
                        enum media_type type, struct str original, struct media_result *ret_result)
{
    const struct str *texts = frames->texts;
    *ret_result = (struct media_result){
        .original = original,
        .type = media_type_name(type),
        .width = frames->width,
        .height = frames->height,
        .offered = {.caption = texts[FIELD_CAPTION],
                    .credit = texts[FIELD_CREDIT],
                    .creator = texts[FIELD_CREATOR],
                    .rights = texts[FIELD_RIGHTS],
                    .source = texts[FIELD_SOURCE],
                    .alt = texts[FIELD_ALT],
                    .taken = texts[FIELD_TAKEN]},
        .renditions = ARENA_ARRAY(making->arena, struct media_rendition, making->count),
        .count = making->count,
    };
    for (size_t i = 0; i < making->count; i++)
        ret_result->renditions[i] = making->renditions[i];
}

static struct error make_and_keep(struct making *making, const struct worker_job *job,
                                  struct media_result *ret_result)
{
    struct frames_sink sink = {making, rendition_begin, rendition_data, rendition_end};
    struct frames *frames = ARENA_NEW(making->arena, struct frames);
    struct str original = STR_NONE;
    frames_init(frames, job->name, &sink, making->arena);
    if (job->avif) {
        TRY(worker_run(job, frames));
    } else {
        TRY(run_in_turn(job, frames));
        TRY(keep_original(making, job->original, &original));
    }
    TRY(keep_commit(making->keep));
    fill_result(making, frames, job->type, original, ret_result);
    return NO_ERROR;
}

static struct error make(struct worker_job *job, int dir_fd, struct arena *arena,
                         struct media_result *ret_result)
{
    struct str name = str_of(job->name), original = job->original;
    job->type = media_sniff(original);
    if (original.len > MEDIA_ORIGINAL_MAX)
        return error_format(ERR_TOO_LARGE, name, 0, "at most %d MB are allowed",
                            MEDIA_ORIGINAL_MAX / 1000000);
    if (job->type == MEDIA_NONE)
        return error_format(ERR_PICTURE, name, 0, "%.*s", STR_ARG(media_refusal(original)));
    struct making *making = ARENA_NEW(arena, struct making);
    making->arena = arena;
    making->name = job->name;
    making->avif = job->avif;
    TRY(keep_new(dir_fd, arena, &making->keep));
    struct error error = make_and_keep(making, job, ret_result);
    keep_end(making->keep);
    return error;
}

struct error media_make_within(const char *worker, int64_t milliseconds, int dir_fd,
                               const char *name, struct str original,
                               const struct media_request *request, struct arena *arena,
                               struct media_result *ret_result)
{
    struct worker_job job = {.path = worker,
                             .name = name,
                             .original = original,
                             .request = request,
                             .milliseconds = milliseconds};
    return make(&job, dir_fd, arena, ret_result);
}

struct error media_make_avif(const char *worker, const atomic_bool *stop, atomic_bool *asked,
                             int dir_fd, const char *name, struct str original,
                             const struct media_request *request, struct arena *arena,
                             struct media_result *ret_result)
{
    struct worker_job job = {.path = worker,
                             .name = name,
                             .original = original,
                             .request = request,
                             .milliseconds = (int64_t)MEDIA_AVIF_SECONDS_MAX * 1000,
                             .avif = true,
                             .stop = stop,
                             .asked = asked};
    return make(&job, dir_fd, arena, ret_result);
}

struct error media_make(const char *worker, int dir_fd, const char *name, struct str original,
                        const struct media_request *request, struct arena *arena,
                        struct media_result *ret_result)
{
    return media_make_within(worker, (int64_t)MEDIA_SECONDS_MAX * 1000, dir_fd, name, original,
                             request, arena, ret_result);
}

struct error media_make_fd(const char *worker, int dir_fd, const char *name, int original_fd,
                           const struct media_request *request, struct arena *arena,
                           struct media_result *ret_result)
{
    ARENA_AUTO struct arena *bytes_arena = arena_new();
    struct str original;
    TRY(file_read_fd(original_fd, name, MEDIA_ORIGINAL_MAX, bytes_arena, &original));
    return media_make(worker, dir_fd, name, original, request, arena, ret_result);
}

void media_original_hash(struct str original, char ret_hex[65])
{
    hash_hex(original, ret_hex);
}

const struct media_rendition *media_find(const struct media_rendition *renditions, size_t count,
                                         struct str kind, struct str type)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(renditions[i].kind, kind) && str_eq(renditions[i].type, type))
            return &renditions[i];
    return NULL;
}
