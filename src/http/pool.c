#include "http/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A job without a loop is a file to be closed. */
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct job *first, **end;
    bool ending;
    unsigned threads;
    pthread_t thread[HTTP_FILE_THREADS];
    char *temporary;
};

struct pool *pool_new(const char *temporary)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool || !(pool->temporary = strdup(temporary ? temporary : "/tmp")))
        abort();
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->more, NULL);
    pool->end = &pool->first;
    return pool;
}

static int read_piece(struct job *job)
{
    for (size_t done = 0; done < job->len;) {
        ssize_t n =
            pread(job->file, job->piece + done, job->len - done, (off_t)(job->offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (size_t)n;
    }
    return 0;
}

static int write_piece(const struct pool *pool, struct job *job)
{
    if (job->file < 0)
        job->file = open(pool->temporary, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (job->file < 0)
        return errno;
    for (size_t done = 0; done < job->len;) {
        ssize_t n =
            pwrite(job->file, job->piece + done, job->len - done, (off_t)(job->offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (size_t)n;
    }
    return 0;
}

static void work(const struct pool *pool, struct job *job)
{
    if (!job->loop) {
        (void)close(job->file);
        free(job);
        return;
    }
    job->failed = job->kind == JOB_READ ? read_piece(job) : write_piece(pool, job);
    (void)loop_post(job->loop, &job->message);
}

static void *pool_main(void *context)
{
    struct pool *pool = context;
    (void)pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct job *job = pool->first;
        if (!job && pool->ending)
            break;
        if (!job) {
            (void)pthread_cond_wait(&pool->more, &pool->lock);
            continue;
        }
        pool->first = job->next;
        if (!pool->first)
            pool->end = &pool->first;
        (void)pthread_mutex_unlock(&pool->lock);
        work(pool, job);
        (void)pthread_mutex_lock(&pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

void pool_give(struct pool *pool, struct job *job)
{
    (void)pthread_mutex_lock(&pool->lock);
    job->next = NULL;
    job->message.kind = MESSAGE_JOB;
    *pool->end = job;
    pool->end = &job->next;
    while (pool->threads < HTTP_FILE_THREADS &&
           pthread_create(&pool->thread[pool->threads], NULL, pool_main, pool) == 0)
        pool->threads++;
    if (pool->threads == 0) /* the system has no thread for us now; the next job tries again */
        abort();
    (void)pthread_cond_signal(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
}

void pool_close(struct pool *pool, int file)
{
    (void)pthread_mutex_lock(&pool->lock);
    bool ending = pool->ending;
    (void)pthread_mutex_unlock(&pool->lock);
    if (ending) {
        (void)close(file);
        return;
    }
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        abort();
    job->file = file;
    pool_give(pool, job);
}

void pool_end(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    (void)pthread_cond_broadcast(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->threads; i++)
        (void)pthread_join(pool->thread[i], NULL);
    pool->threads = 0;
}

void pool_free(struct pool *pool)
{
    pool_end(pool);
    (void)pthread_cond_destroy(&pool->more);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool->temporary);
    free(pool);
}
