#include "http/engine.h"

#include <unistd.h>

enum { SPARE_MAX = 64 }; /* exchanges that a loop keeps for later */

static struct http_exchange *exchange_new(struct loop *loop)
{
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange || !(exchange->in = malloc(IN_SIZE)))
        abort();
    exchange->loop = loop;
    exchange->in_size = IN_SIZE;
    exchange->body_file = -1;
    exchange->slot = NO_SLOT;
    return exchange;
}

static void exchange_free(struct http_exchange *exchange)
{
    free(exchange->in);
    free(exchange);
}

struct http_exchange *exchange_take(struct conn *conn)
{
    struct loop *loop = conn->loop;
    struct http_exchange *exchange = loop->spare;
    if (exchange) {
        loop->spare = exchange->next;
        loop->spare_count--;
    } else {
        exchange = exchange_new(loop);
    }
    exchange->conn = conn;
    exchange->in_at = exchange->in_len = 0;
    exchange->head_end = 0;
    exchange->scan = (struct http_scan){0};
    return exchange;
}

/* What the next request of the connection already sent. */
static void use_ahead(struct http_exchange *exchange)
{
    if (exchange->in_at == exchange->in_len)
        exchange->in_at = exchange->in_len = 0;
    if (!exchange->ahead)
        return;
    if (exchange->in_size < exchange->ahead_len) {
        free(exchange->in);
        exchange->in = exchange->ahead;
        exchange->in_size = exchange->ahead_len;
    } else {
        memcpy(exchange->in, exchange->ahead, exchange->ahead_len);
        free(exchange->ahead);
    }
    exchange->in_at = 0;
    exchange->in_len = exchange->ahead_len;
    exchange->ahead = NULL;
    exchange->ahead_len = 0;
}

static void reset_body(struct http_exchange *exchange)
{
    if (exchange->body.at)
        buf_release(&exchange->body);
    if (exchange->body_file >= 0)
        pool_close(exchange->loop->server->pool, exchange->body_file);
    exchange->body_file = -1;
}

void exchange_reset(struct http_exchange *exchange)
{
    if (exchange->answer == ANSWER_GIVEN)
        http_response_drop(&exchange->response);
    exchange->answer = ANSWER_NONE;
    reset_body(exchange);
    if (exchange->piece) {
        free(exchange->piece);
        exchange->piece = NULL;
    }
    if (exchange->arena) {
        arena_free(exchange->arena);
        exchange->arena = NULL;
    }
    exchange->last = false;
    exchange->head_end = 0;
    exchange->scan = (struct http_scan){0};
    use_ahead(exchange);
}

void exchange_give(struct http_exchange *exchange)
{
    struct loop *loop = exchange->loop;
    exchange_reset(exchange);
    exchange->conn = NULL;
    if (loop->spare_count >= SPARE_MAX || exchange->in_size > IN_SIZE) {
        exchange_free(exchange);
        return;
    }
    exchange->next = loop->spare;
    loop->spare = exchange;
    loop->spare_count++;
}

void exchange_leave(struct http_exchange *exchange)
{
    exchange->conn = NULL;
    if (exchange->answer != ANSWER_DEFERRED && !exchange->working)
        exchange_give(exchange);
}

/* ---- what the application sees ---- */

const struct http_request *http_request(const struct http_exchange *exchange)
{
    return &exchange->head.request;
}

struct arena *http_arena(struct http_exchange *exchange)
{
    if (!exchange->arena)
        exchange->arena = arena_new();
    return exchange->arena;
}

unsigned http_thread(const struct http_exchange *exchange)
{
    return exchange->loop->number;
}

const struct http_server *http_server_of(const struct http_exchange *exchange)
{
    return exchange->loop->server;
}

void http_answer(struct http_exchange *exchange, const struct http_response *response)
{
    if (exchange->answer != ANSWER_NONE) /* a mistake of the application */
        abort();
    exchange->response = *response;
    exchange->answer = ANSWER_GIVEN;
}

static void more_slots(struct loop *loop)
{
    uint32_t count = loop->slot_count ? loop->slot_count * 2 : 64;
    struct slot *slots = realloc(loop->slots, count * sizeof *slots);
    if (!slots)
        abort();
    for (uint32_t i = loop->slot_count; i < count; i++)
        slots[i] = (struct slot){NULL, 0, i + 1 < count ? i + 1 : NO_SLOT};
    loop->slot_free = loop->slot_count;
    loop->slots = slots;
    loop->slot_count = count;
}

struct http_ticket http_defer(struct http_exchange *exchange)
{
    struct loop *loop = exchange->loop;
    if (exchange->answer != ANSWER_NONE) /* a mistake of the application */
        abort();
    if (loop->slot_free == NO_SLOT)
        more_slots(loop);
    exchange->slot = loop->slot_free;
    struct slot *slot = &loop->slots[exchange->slot];
    loop->slot_free = slot->next;
    slot->exchange = exchange;
    exchange->answer = ANSWER_DEFERRED;
    return (struct http_ticket){loop, exchange->slot, slot->generation};
}

void http_complete(struct http_ticket ticket, const struct http_response *response)
{
    struct complete_message *complete = calloc(1, sizeof *complete);
    if (!complete)
        abort();
    complete->message.kind = MESSAGE_COMPLETE;
    complete->ticket = ticket;
    complete->response = *response;
    if (!loop_post(ticket.loop, &complete->message)) {
        http_response_drop(response);
        free(complete);
    }
}
