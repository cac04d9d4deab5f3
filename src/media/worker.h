/* Runs stoppress-media once: starts it, feeds it, reads its answer within limits, ends it, reaps
 * it. */
#ifndef MEDIA_WORKER_H
#define MEDIA_WORKER_H

#include "media/frames.h"

#include <stdatomic.h>

struct worker_job {
    const char *path; /* NULL: beside the running executable */
    const char *name; /* of the picture, for errors */
    enum media_type type;
    struct str original;
    const struct media_request *request;
    int64_t milliseconds;    /* by the clock on the wall */
    bool avif;               /* those files alone, and only when nobody else wants the processor */
    const atomic_bool *stop; /* ends it early with ERR_BUSY; may be NULL */
    /* Others set it when they have something to do: then the process is stopped until a while has
     * passed without, a minute in all at most. This clears it. May be NULL. */
    atomic_bool *asked;
};

/* On success the answer was whole and `frames` (made by frames_init) holds what it said. The
 * process is gone when this returns, whatever happened. Errors as media_make(). */
MUST_USE struct error worker_run(const struct worker_job *job, struct frames *frames);

#endif
