/* The audit trail: rows that are only ever added. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

#define AUDIT_COLUMNS "number, at, account_id, name, action, object, detail, hash"

static void read_entry(struct query *q, struct arena *arena, struct store_audit *entry)
{
    entry->number = query_int(q);
    entry->at = query_int(q);
    entry->account_id = query_int(q);
    entry->name = query_str(q, arena);
    entry->action = query_str(q, arena);
    entry->object = query_str(q, arena);
    entry->detail = query_str(q, arena);
    entry->hash = query_str(q, arena);
}

struct error store_audit_add(struct store_tx *tx, const struct store_audit *entry)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO audit (" AUDIT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, entry->number);
    query_put_int(&q, entry->at);
    query_put_id(&q, entry->account_id);
    query_put_str(&q, entry->name);
    query_put_str(&q, entry->action);
    query_put_str(&q, entry->object);
    query_put_str(&q, entry->detail);
    query_put_str(&q, entry->hash);
    return query_run(&q);
}

struct error store_audit_last(struct store_tx *tx, struct arena *arena,
                              struct store_audit *ret_entry)
{
    QUERY_AUTO struct query q = {0};
    struct store_audit entry = {0};
    bool row = false;
    TRY(query_begin(tx, "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY number DESC LIMIT 1", &q));
    TRY(query_next(&q, &row));
    if (row)
        read_entry(&q, arena, &entry);
    TRY(query_end(&q));
    *ret_entry = entry;
    return NO_ERROR;
}

struct error store_audit_from(struct store_tx *tx, int64_t from, size_t limit, struct arena *arena,
                              struct store_audit **ret_entries, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT " AUDIT_COLUMNS " FROM audit WHERE number >= ? ORDER BY number LIMIT ?", &q));
    query_put_int(&q, from);
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_entry, ret_entries, ret_count);
}

/* "story" stands for all of "story.publish", "story.withdraw" … */
static bool action_fits(struct str action, struct str wanted)
{
    if (!str_starts(action, wanted))
        return false;
    return action.len == wanted.len || wanted.len == 0 || action.at[wanted.len] == '.';
}

static bool entry_fits(const struct store_audit *entry, const struct store_audit_filter *filter)
{
    return (!filter->account_id || entry->account_id == filter->account_id) &&
           (!filter->object.len || str_eq(entry->object, filter->object)) &&
           action_fits(entry->action, filter->action) &&
           (!filter->from || entry->at >= filter->from) && (!filter->to || entry->at < filter->to);
}

/* The entries before a moment end here: a walk begins no later. */
static struct error number_before(struct store_tx *tx, int64_t moment, int64_t *ret_before)
{
    QUERY_AUTO struct query q = {0};
    bool row = false;
    int64_t number = 0;
    TRY(query_begin(
        tx, "SELECT number FROM audit WHERE at < ? ORDER BY at DESC, number DESC LIMIT 1", &q));
    query_put_int(&q, moment);
    TRY(query_next(&q, &row));
    if (row)
        number = query_int(&q);
    TRY(query_end(&q));
    *ret_before = number + 1;
    return NO_ERROR;
}

/* The filter that leaves least gives the walk: an object, an account, one action, all. */
static struct error begin_walk(struct store_tx *tx, const struct store_audit_filter *filter,
                               int64_t before, struct query *q)
{
    if (filter->object.len) {
        TRY(query_begin(tx,
                        "SELECT " AUDIT_COLUMNS " FROM audit WHERE object = ? AND object <> '' "
                        "AND number < ? ORDER BY number DESC",
                        q));
        query_put_str(q, filter->object);
    } else if (filter->account_id) {
        TRY(query_begin(tx,
                        "SELECT " AUDIT_COLUMNS " FROM audit WHERE account_id = ? "
                        "AND number < ? ORDER BY number DESC",
                        q));
        query_put_int(q, filter->account_id);
    } else if (str_find_char(filter->action, '.') >= 0) {
        TRY(query_begin(tx,
                        "SELECT " AUDIT_COLUMNS " FROM audit WHERE action = ? "
                        "AND number < ? ORDER BY number DESC",
                        q));
        query_put_str(q, filter->action);
    } else {
        TRY(query_begin(
            tx, "SELECT " AUDIT_COLUMNS " FROM audit WHERE number < ? ORDER BY number DESC", q));
    }
    query_put_int(q, before);
    return NO_ERROR;
}

struct error store_audits(struct store_tx *tx, const struct store_audit_filter *filter,
                          int64_t before, size_t limit, struct arena *arena,
                          struct store_audit **ret_entries, size_t *ret_count, int64_t *ret_next)
{
    QUERY_AUTO struct query q = {0};
    struct store_audit *entries = NULL;
    size_t count = 0, size = 0, looked = 0;
    int64_t end = INT64_MAX, next = 0;
    bool row = false;
    if (filter->to)
        TRY(number_before(tx, filter->to, &end));
    before = before && before < end ? before : end;
    TRY(begin_walk(tx, filter, before, &q));
    for (;;) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        if (count == limit || looked == DESK_ROWS_MAX) {
            next = before;
            break;
        }
        struct store_audit entry;
        read_entry(&q, arena, &entry);
        looked++;
        before = entry.number;
        if (!entry_fits(&entry, filter))
            continue;
        entries = array_room(arena, entries, count, &size, sizeof *entries);
        entries[count++] = entry;
    }
    TRY(query_end(&q));
    *ret_entries = entries;
    *ret_count = count;
    *ret_next = next;
    return NO_ERROR;
}
