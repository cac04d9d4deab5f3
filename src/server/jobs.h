/* A bounded queue of jobs between threads: those with somebody waiting go first. */
#ifndef SERVER_JOBS_H
#define SERVER_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct job {
    struct job *next;
    void (*run)(struct job *job, void *worker); /* frees the job */
    void *context;
};

struct jobs;

struct jobs *jobs_new(size_t max); /* never NULL */
void jobs_free(struct jobs *jobs); /* empty and stopped; takes NULL */

/* False when the queue is full or stopped: the job is then still the caller's. */
bool jobs_put(struct jobs *jobs, struct job *job, bool somebody_waits);
/* Waits for one; NULL after jobs_stop() when none is left. */
struct job *jobs_take(struct jobs *jobs);
void jobs_stop(struct jobs *jobs);

#endif
