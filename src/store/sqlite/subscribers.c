/* Subscribers and what they agreed to. */
#include "store/sqlite/inside.h"

/* ---- Adding ---------------------------------------------------------------------------------- */

static struct error key_is_known(struct store_tx *tx, struct str key, bool *ret_known)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT 1 FROM subscriber WHERE key = ?", &q));
    query_put_str(&q, key);
    TRY(query_next(&q, &row));
    TRY(query_end(&q));
    *ret_known = row;
    return NO_ERROR;
}

static struct error count_in(struct store_tx *tx, enum subscriber_state state)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO subscriber_count (state, subscribers) VALUES (?, 1) "
                    "ON CONFLICT (state) DO UPDATE SET subscribers = subscribers + 1",
                    &q));
    query_put_int(&q, state);
    return query_run(&q);
}

static struct error insert_subscriber(struct store_tx *tx,
                                      const struct store_subscriber *subscriber, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    /* The story's number came with a reader's form: one that is unknown counts as elsewhere. */
    TRY(query_begin(tx,
                    "INSERT INTO subscriber (email, key, state, created_at, story_id) "
                    "VALUES (?, ?, ?, ?, (SELECT id FROM story WHERE id = ?))",
                    &q));
    query_put_str(&q, subscriber->email);
    query_put_str(&q, subscriber->key);
    query_put_int(&q, subscriber->state);
    query_put_int(&q, subscriber->created_at);
    query_put_id(&q, subscriber->story_id);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}

static struct error insert_consent(struct store_tx *tx, int64_t subscriber_id,
                                   const struct store_consent *consent)
{
    QUERY_AUTO struct query text = {0}, q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO consent_text (version, text) VALUES (?, ?) "
                    "ON CONFLICT (version) DO NOTHING",
                    &text));
    query_put_str(&text, consent->version);
    query_put_str(&text, consent->text);
    TRY(query_run(&text));
    TRY(query_begin(
        tx, "INSERT INTO consent (subscriber_id, kind, version, at) VALUES (?, ?, ?, ?)", &q));
    query_put_int(&q, subscriber_id);
    query_put_int(&q, consent->kind);
    query_put_str(&q, consent->version);
    query_put_int(&q, consent->at);
    return query_run(&q);
}

struct error store_subscriber_add(struct store_tx *tx, const struct store_subscriber *subscriber,
                                  const struct store_consent *consents, size_t count,
                                  int64_t *ret_id)
{
    bool known = false;
    int64_t id = 0;
    TRY(key_is_known(tx, subscriber->key, &known));
    if (known)
        return error_make(ERR_EXISTS, "The subscriber", "Nothing was changed.");
    TRY(insert_subscriber(tx, subscriber, &id));
    for (size_t i = 0; i < count; i++)
        TRY(insert_consent(tx, id, &consents[i]));
    TRY(count_in(tx, subscriber->state));
    *ret_id = id;
    return NO_ERROR;
}

/* ---- Looking --------------------------------------------------------------------------------- */

static void read_subscriber(struct query *q, struct arena *arena,
                            struct store_subscriber *subscriber)
{
    subscriber->id = query_int(q);
    subscriber->email = query_str(q, arena);
    subscriber->key = query_str(q, arena);
    subscriber->state = (enum subscriber_state)query_int(q);
    subscriber->created_at = query_int(q);
    subscriber->story_id = query_int(q);
}

struct error store_subscribers(struct store_tx *tx, int64_t after, size_t limit,
                               struct arena *arena, struct store_subscriber **ret_subscribers,
                               size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT id, email, key, state, created_at, story_id FROM subscriber "
                    "WHERE id > ? ORDER BY id LIMIT ?",
                    &q));
    query_put_int(&q, after);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_subscriber, ret_subscribers, ret_count);
}

static void read_consent(struct query *q, struct arena *arena, struct store_consent *consent)
{
    consent->kind = (enum consent_kind)query_int(q);
    consent->version = query_str(q, arena);
    consent->text = query_str(q, arena);
    consent->at = query_int(q);
}

struct error store_consents(struct store_tx *tx, int64_t subscriber_id, struct arena *arena,
                            struct store_consent **ret_consents, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT c.kind, c.version, t.text, c.at FROM consent c "
                    "CROSS JOIN consent_text t ON t.version = c.version "
                    "WHERE c.subscriber_id = ? ORDER BY c.kind",
                    &q));
    query_put_int(&q, subscriber_id);
    return QUERY_ROWS(&q, arena, read_consent, ret_consents, ret_count);
}

struct error store_subscribers_count(struct store_tx *tx, enum subscriber_state state,
                                     int64_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    int64_t count = 0;
    bool row = false;
    TRY(query_begin(tx, "SELECT subscribers FROM subscriber_count WHERE state = ?", &q));
    query_put_int(&q, state);
    TRY(query_next(&q, &row));
    if (row)
        count = query_int(&q);
    TRY(query_end(&q));
    *ret_count = count;
    return NO_ERROR;
}

/* ---- Forgetting ------------------------------------------------------------------------------ */

static struct error count_out(struct store_tx *tx, enum subscriber_state state, int64_t less)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "UPDATE subscriber_count SET subscribers = subscribers - ? WHERE state = ?",
                    &q));
    query_put_int(&q, less);
    query_put_int(&q, state);
    return query_run(&q);
}

struct error store_subscribers_forget(struct store_tx *tx, int64_t before, size_t limit,
                                      int64_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    /* What they agreed to goes with them: ON DELETE CASCADE. */
    TRY(query_begin(tx,
                    "DELETE FROM subscriber WHERE id IN (SELECT id FROM subscriber "
                    "WHERE state = 1 AND created_at < ? ORDER BY created_at LIMIT ?)",
                    &q));
    query_put_int(&q, before);
    query_put_limit(&q, limit);
    TRY(query_run(&q));
    int64_t count = query_changed(tx);
    if (count > 0)
        TRY(count_out(tx, SUBSCRIBER_PENDING, count));
    *ret_count = count;
    return NO_ERROR;
}
