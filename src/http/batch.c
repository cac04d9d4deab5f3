/* Reading and writing for many connections at once. When several are ready in one round of a loop,
 * their reads, and then their writes, go to the system in one call by io_uring: entering the system
 * is a good part of what a small request costs. Every operation is one that does not wait, so all
 * are done when that one call returns, and nothing stays with the system between rounds. Where
 * there is no io_uring (an older system, or it is forbidden) each connection makes its own call. */
#include "http/engine.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TRIES_MAX = 100 };

struct batch {
    int ring;
    void *rings, *entries;
    size_t rings_size, entries_size;
    unsigned *sq_tail, *sq_array, *cq_head, *cq_tail;
    unsigned sq_mask, cq_mask;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
    bool broken;
    unsigned count;
    struct batch_op ops[BATCH_MAX];
    struct batch_result results[BATCH_MAX];
};

static int setup(struct io_uring_params *params)
{
    static const unsigned flags[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        *params = (struct io_uring_params){.flags = flags[i]};
        int ring = (int)syscall(SYS_io_uring_setup, BATCH_MAX, params);
        if (ring >= 0 || errno != EINVAL)
            return ring;
    }
    return -1;
}

static bool map(struct batch *batch, const struct io_uring_params *params)
{
    size_t sq = params->sq_off.array + params->sq_entries * sizeof(unsigned);
    size_t cq = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
    batch->rings_size = sq > cq ? sq : cq;
    batch->entries_size = params->sq_entries * sizeof(struct io_uring_sqe);
    batch->rings = mmap(NULL, batch->rings_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                        batch->ring, IORING_OFF_SQ_RING);
    batch->entries = mmap(NULL, batch->entries_size, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_POPULATE, batch->ring, IORING_OFF_SQES);
    if (batch->rings == MAP_FAILED || batch->entries == MAP_FAILED)
        return false;
    char *at = batch->rings;
    batch->sq_tail = (unsigned *)(at + params->sq_off.tail);
    batch->sq_array = (unsigned *)(at + params->sq_off.array);
    batch->sq_mask = *(unsigned *)(at + params->sq_off.ring_mask);
    batch->cq_head = (unsigned *)(at + params->cq_off.head);
    batch->cq_tail = (unsigned *)(at + params->cq_off.tail);
    batch->cq_mask = *(unsigned *)(at + params->cq_off.ring_mask);
    batch->cqes = (struct io_uring_cqe *)(at + params->cq_off.cqes);
    batch->sqes = batch->entries;
    return true;
}

struct batch *batch_new(void)
{
    struct io_uring_params params;
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        abort();
    batch->rings = batch->entries = MAP_FAILED;
    batch->ring = setup(&params);
    if (batch->ring < 0 || !(params.features & IORING_FEAT_SINGLE_MMAP) || !map(batch, &params)) {
        batch_free(batch);
        return NULL;
    }
    return batch;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    if (batch->rings != MAP_FAILED)
        (void)munmap(batch->rings, batch->rings_size);
    if (batch->entries != MAP_FAILED)
        (void)munmap(batch->entries, batch->entries_size);
    if (batch->ring >= 0)
        (void)close(batch->ring);
    free(batch);
}

struct batch_op *batch_add(struct batch *batch, struct conn *conn)
{
    if (batch->count == BATCH_MAX)
        return NULL;
    struct batch_op *op = &batch->ops[batch->count++];
    op->conn = conn;
    conn->op = op;
    return op;
}

/* ---- by the ring ---- */

static void prepare(struct batch *batch, unsigned number, struct io_uring_sqe *sqe)
{
    struct batch_op *op = &batch->ops[number];
    *sqe = (struct io_uring_sqe){
        .fd = op->conn->fd, .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL, .user_data = number};
    if (op->count == 1) {
        sqe->opcode = op->reads ? IORING_OP_RECV : IORING_OP_SEND;
        sqe->addr = (uintptr_t)op->pieces[0].iov_base;
        sqe->len = (unsigned)op->pieces[0].iov_len;
    } else {
        op->message = (struct msghdr){.msg_iov = op->pieces, .msg_iovlen = (size_t)op->count};
        sqe->opcode = IORING_OP_SENDMSG;
        sqe->addr = (uintptr_t)&op->message;
        sqe->len = 1;
    }
}

/* Puts the operations that are still wanted into the ring; their number. */
static unsigned fill(struct batch *batch)
{
    unsigned tail = *batch->sq_tail, count = 0;
    for (unsigned i = 0; i < batch->count; i++) {
        if (!batch->ops[i].conn)
            continue;
        unsigned at = (tail + count++) & batch->sq_mask;
        prepare(batch, i, &batch->sqes[at]);
        batch->sq_array[at] = at;
    }
    atomic_store_explicit((_Atomic unsigned *)batch->sq_tail, tail + count, memory_order_release);
    return count;
}

static unsigned reap(struct batch *batch)
{
    unsigned head = *batch->cq_head, reaped = 0;
    unsigned tail = atomic_load_explicit((_Atomic unsigned *)batch->cq_tail, memory_order_acquire);
    for (; head != tail; head++, reaped++) {
        const struct io_uring_cqe *cqe = &batch->cqes[head & batch->cq_mask];
        batch->ops[cqe->user_data].result = cqe->res;
    }
    atomic_store_explicit((_Atomic unsigned *)batch->cq_head, head, memory_order_release);
    return reaped;
}

/* Returns when every operation is done. False: the system took none of them. */
static bool enter(struct batch *batch, unsigned count)
{
    unsigned submitted = 0, done = 0, tries = 0;
    while (done < count) {
        long n = syscall(SYS_io_uring_enter, batch->ring, count - submitted, count - done,
                         IORING_ENTER_GETEVENTS, NULL, 0);
        if (n < 0 && submitted == 0 && (errno != EINTR || ++tries == TRIES_MAX))
            return false;
        submitted += n > 0 ? (unsigned)n : 0;
        done += reap(batch);
    }
    return true;
}

/* ---- by itself ---- */

static void call(struct batch_op *op)
{
    struct conn *conn = op->conn;
    ssize_t n = op->reads ? conn->via->recv(conn, op->pieces[0].iov_base, op->pieces[0].iov_len)
                          : conn->via->send(conn, op->pieces, op->count);
    op->result = n < 0 ? -errno : (int)n;
}

const struct batch_result *batch_run(struct batch *batch, unsigned *ret_count)
{
    unsigned wanted = 0, count = 0;
    for (unsigned i = 0; i < batch->count; i++)
        wanted += batch->ops[i].conn != NULL;
    if (wanted > 1 && !batch->broken)
        batch->broken = !enter(batch, fill(batch));
    for (unsigned i = 0; i < batch->count; i++) {
        struct batch_op *op = &batch->ops[i];
        if (!op->conn)
            continue;
        if (wanted == 1 || batch->broken)
            call(op);
        op->conn->op = NULL;
        batch->results[count++] = (struct batch_result){op->conn, op->reads, op->result, op->total};
    }
    batch->count = 0;
    *ret_count = count;
    return batch->results;
}
