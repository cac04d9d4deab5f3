#include "newsroom/audit.h"
#include "base/hash.h"
#include "newsroom/chain.h"

#include <assert.h>
#include <stdarg.h>

enum { AT_ONCE = 500, ENTRY_MAX = 1 << 16 };

static_assert((int)AUDIT_HASH_HEX == (int)HASH_HEX, "the chain's hashes are those of base/hash.h");

/* The hash of an entry that follows one with the hash `before` (empty: it is the first). */
static bool entry_hash(const struct store_audit *entry, struct str before,
                       char ret_hex[HASH_HEX + 1])
{
    BUF_AUTO struct buf bytes = BUF_INIT(ENTRY_MAX);
    chain_begin(&bytes, before);
    chain_number(&bytes, entry->number);
    chain_number(&bytes, entry->at);
    chain_number(&bytes, entry->account_id);
    chain_text(&bytes, entry->name);
    chain_text(&bytes, entry->action);
    chain_text(&bytes, entry->object);
    chain_text(&bytes, entry->detail);
    hash_hex(buf_slice(&bytes), ret_hex);
    return buf_ok(&bytes);
}

/* One line, cut at the border of a character. */
static struct str shorten(struct str text, size_t max, struct arena *arena)
{
    size_t len = text.len < max ? text.len : max;
    while (len < text.len && len > 0 && ((unsigned char)text.at[len] & 0xC0) == 0x80)
        len--;
    char *at = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        at[i] = (unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F ? ' ' : text.at[i];
    return str_n(at, len);
}

struct error audit_add(struct store_tx *tx, const struct actor *actor, struct str action,
                       struct str object, struct str detail, int64_t now, struct arena *arena)
{
    struct store_audit last;
    char hex[HASH_HEX + 1];
    TRY(store_audit_last(tx, arena, &last));
    struct store_audit entry = {.number = last.number + 1,
                                .at = now,
                                .account_id = actor->account_id,
                                .name = shorten(actor->name, AUDIT_DETAIL_MAX, arena),
                                .action = action,
                                .object = shorten(object, AUDIT_DETAIL_MAX, arena),
                                .detail = shorten(detail, AUDIT_DETAIL_MAX, arena)};
    if (!entry_hash(&entry, last.hash, hex))
        return error_make(ERR_STORE, "the audit trail", "an entry is too long");
    entry.hash = str_n(hex, HASH_HEX);
    return store_audit_add(tx, &entry);
}

struct error audit_addf(struct store_tx *tx, const struct actor *actor, const char *action,
                        struct str object, int64_t now, struct arena *arena,
                        const char *detail_format, ...)
{
    va_list args;
    va_start(args, detail_format);
    struct str detail = arena_vprintf(arena, detail_format, args);
    va_end(args);
    return audit_add(tx, actor, str_of(action), object, detail, now, arena);
}

struct str audit_object(const char *kind, int64_t id, struct arena *arena)
{
    return arena_printf(arena, "%s/%lld", kind, (long long)id);
}

struct error audit_head(struct store_tx *tx, struct arena *arena, struct str *ret_head)
{
    struct store_audit last;
    TRY(store_audit_last(tx, arena, &last));
    if (last.number == 0) {
        char zeros[HASH_HEX];
        memset(zeros, '0', sizeof zeros);
        *ret_head = arena_printf(arena, "0-%.*s", HASH_HEX, zeros);
    } else {
        *ret_head = arena_printf(arena, "%lld-%.*s", (long long)last.number, STR_ARG(last.hash));
    }
    return NO_ERROR;
}

/* "NUMBER-HASH" or a hash alone (number -1). */
static struct error parse_head(struct str head, int64_t *ret_number, struct str *ret_hash)
{
    int64_t number = -1;
    struct str hash = str_trim(head), digits;
    ptrdiff_t dash = str_find_char(hash, '-');
    if (dash >= 0) {
        digits = str_cut(hash, 0, (size_t)dash);
        hash = str_from(hash, (size_t)dash + 1);
        if (!str_to_i64(digits, &number) || number < 0)
            return error_make(ERR_INVALID, "The head", "it must begin with a number");
    }
    for (size_t i = 0; i < hash.len; i++)
        if (!strchr("0123456789abcdef", hash.at[i]))
            hash.len = 0;
    if (hash.len != HASH_HEX)
        return error_make(ERR_INVALID, "The head", "it must be as in 41-3f0c… with 64 digits");
    *ret_number = number;
    *ret_hash = hash;
    return NO_ERROR;
}

struct verifying {
    struct audit_verdict verdict;
    int64_t number; /* of the head asked for; -1: any */
    struct str hash;
    char before[HASH_HEX + 1]; /* as recomputed */
};

static void verify_entry(struct verifying *v, const struct store_audit *entry)
{
    char hex[HASH_HEX + 1];
    bool whole = entry_hash(entry, v->verdict.entries ? str_n(v->before, HASH_HEX) : STR_NONE, hex);
    v->verdict.entries++;
    if (!whole || entry->number != v->verdict.entries ||
        !str_eq(entry->hash, str_n(hex, HASH_HEX))) {
        if (!v->verdict.broken_at)
            v->verdict.broken_at = v->verdict.entries;
    }
    /* What is recomputed goes on: an entry whose text was changed breaks all that follow, and a
     * head kept from later is then not found either. */
    memcpy(v->before, hex, sizeof hex);
    if ((v->number < 0 || v->number == entry->number) && str_eq(v->hash, str_n(hex, HASH_HEX)))
        v->verdict.head_found = true;
}

struct error audit_verify(struct store_tx *tx, struct str head, struct arena *arena,
                          struct audit_verdict *ret_verdict)
{
    struct verifying v = {.number = -1};
    size_t count = AT_ONCE;
    if (head.len)
        TRY(parse_head(head, &v.number, &v.hash));
    /* That of an empty trail is the beginning of every one. */
    v.verdict.head_found = head.len == 0 || v.number == 0;
    for (int64_t from = 1; count == AT_ONCE;) {
        ARENA_AUTO struct arena *scratch = arena_new();
        struct store_audit *entries;
        TRY(store_audit_from(tx, from, AT_ONCE, scratch, &entries, &count));
        for (size_t i = 0; i < count; i++)
            verify_entry(&v, &entries[i]);
        if (count)
            from = entries[count - 1].number + 1;
    }
    *ret_verdict = v.verdict;
    return NO_ERROR;
}
