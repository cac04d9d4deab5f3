#include "server/jobs.h"

#include <pthread.h>
#include <stdlib.h>

struct lane {
    struct job *first, **last;
};

struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct lane lanes[2]; /* 0: somebody waits */
    size_t count, max;
    bool stopped;
};

struct jobs *jobs_new(size_t max)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs)
        abort();
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_cond_init(&jobs->filled, NULL);
    for (int i = 0; i < 2; i++)
        jobs->lanes[i].last = &jobs->lanes[i].first;
    jobs->max = max;
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    (void)pthread_mutex_destroy(&jobs->lock);
    (void)pthread_cond_destroy(&jobs->filled);
    free(jobs);
}

bool jobs_put(struct jobs *jobs, struct job *job, bool somebody_waits)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool taken = jobs->count < jobs->max && !jobs->stopped;
    if (taken) {
        struct lane *lane = &jobs->lanes[somebody_waits ? 0 : 1];
        job->next = NULL;
        *lane->last = job;
        lane->last = &job->next;
        jobs->count++;
        (void)pthread_cond_signal(&jobs->filled);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return taken;
}

static struct job *lane_take(struct lane *lane)
{
    struct job *job = lane->first;
    if (job && !(lane->first = job->next))
        lane->last = &lane->first;
    return job;
}

struct job *jobs_take(struct jobs *jobs)
{
    struct job *job = NULL;
    (void)pthread_mutex_lock(&jobs->lock);
    while (!jobs->count && !jobs->stopped)
        (void)pthread_cond_wait(&jobs->filled, &jobs->lock);
    if (jobs->count) {
        job = lane_take(&jobs->lanes[0]);
        if (!job)
            job = lane_take(&jobs->lanes[1]);
        jobs->count--;
    }
    (void)pthread_mutex_unlock(&jobs->lock);
    return job;
}

void jobs_stop(struct jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->stopped = true;
    (void)pthread_cond_broadcast(&jobs->filled);
    (void)pthread_mutex_unlock(&jobs->lock);
}
