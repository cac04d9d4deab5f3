#include "newsroom/ledger.h"
#include "base/hash.h"
#include "newsroom/chain.h"

enum { AT_ONCE = 500, ENTRY_MAX = 4096, TEXT_MAX = 16 << 20 };

static bool entry_hash(const struct store_ledger *entry, struct str before,
                       char ret_hex[HASH_HEX + 1])
{
    BUF_AUTO struct buf bytes = BUF_INIT(ENTRY_MAX);
    chain_begin(&bytes, before);
    chain_number(&bytes, entry->number);
    chain_number(&bytes, entry->at);
    chain_number(&bytes, entry->kind);
    chain_number(&bytes, entry->story_id);
    chain_number(&bytes, entry->object_id);
    chain_text(&bytes, entry->digest);
    hash_hex(buf_slice(&bytes), ret_hex);
    return buf_ok(&bytes);
}

static bool texts_digest(const struct str *texts, size_t count, char ret_hex[HASH_HEX + 1])
{
    BUF_AUTO struct buf bytes = BUF_INIT(TEXT_MAX);
    for (size_t i = 0; i < count; i++)
        chain_text(&bytes, texts[i]);
    hash_hex(buf_slice(&bytes), ret_hex);
    return buf_ok(&bytes);
}

static bool revision_digest(const struct store_revision *r, char ret_hex[HASH_HEX + 1])
{
    const struct str texts[] = {r->headline, r->standfirst, r->dateline, r->agency, r->language,
                                r->body,     r->caption,    r->credit,   r->alt};
    return texts_digest(texts, sizeof texts / sizeof *texts, ret_hex);
}

static struct error add(struct store_tx *tx, enum ledger_kind kind, int64_t story_id,
                        int64_t object_id, const char *digest, int64_t now, struct arena *arena)
{
    struct store_ledger last;
    char hex[HASH_HEX + 1];
    TRY(store_ledger_last(tx, arena, &last));
    struct store_ledger entry = {.number = last.number + 1,
                                 .at = now,
                                 .kind = kind,
                                 .story_id = story_id,
                                 .object_id = object_id,
                                 .digest = str_n(digest, HASH_HEX)};
    if (!entry_hash(&entry, last.hash, hex))
        return error_make(ERR_STORE, "the ledger", "an entry is too long");
    entry.hash = str_n(hex, HASH_HEX);
    return store_ledger_add(tx, &entry);
}

struct error ledger_add_revision(struct store_tx *tx, enum ledger_kind kind,
                                 const struct store_revision *revision, int64_t now,
                                 struct arena *arena)
{
    char hex[HASH_HEX + 1];
    if (!revision_digest(revision, hex))
        return error_make(ERR_TOO_LARGE, "The story", "16 MiB are the most");
    return add(tx, kind, revision->story_id, revision->id, hex, now, arena);
}

struct error ledger_add_text(struct store_tx *tx, enum ledger_kind kind, int64_t story_id,
                             int64_t object_id, struct str text, int64_t now, struct arena *arena)
{
    char hex[HASH_HEX + 1];
    if (!texts_digest(&text, 1, hex))
        return error_make(ERR_TOO_LARGE, "The text", "16 MiB are the most");
    return add(tx, kind, story_id, object_id, hex, now, arena);
}

struct error ledger_head(struct store_tx *tx, struct arena *arena, struct str *ret_head)
{
    struct store_ledger last;
    char zeros[HASH_HEX];
    memset(zeros, '0', sizeof zeros);
    TRY(store_ledger_last(tx, arena, &last));
    struct str hash = last.number ? last.hash : str_n(zeros, sizeof zeros);
    *ret_head = arena_printf(arena, "%lld-%.*s", (long long)last.number, STR_ARG(hash));
    return NO_ERROR;
}

/* Whether the text is what the entry says. A text that is gone was altered, too. */
static struct error text_fits(struct store_tx *tx, const struct store_ledger *entry,
                              struct arena *arena, bool *ret_fits)
{
    struct store_revision revision;
    struct store_correction correction;
    struct error error = NO_ERROR;
    char hex[HASH_HEX + 1];
    int taken_down;
    *ret_fits = true;
    if (!entry->object_id)
        return NO_ERROR;
    TRY(store_takedown(tx, entry->story_id, &taken_down));
    if (taken_down)
        return NO_ERROR;
    if (entry->kind == LEDGER_CORRECTION) {
        error = store_correction(tx, entry->object_id, arena, &correction);
        *ret_fits = error.code == ERR_OK && texts_digest(&correction.text, 1, hex);
    } else {
        error = store_revision(tx, entry->object_id, arena, &revision);
        *ret_fits = error.code == ERR_OK && revision_digest(&revision, hex);
    }
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    *ret_fits = *ret_fits && str_eq(entry->digest, str_n(hex, HASH_HEX));
    return NO_ERROR;
}

struct error ledger_verify(struct store_tx *tx, struct ledger_verdict *ret_verdict)
{
    struct ledger_verdict verdict = {0};
    char before[HASH_HEX + 1] = "", hex[HASH_HEX + 1];
    size_t count = AT_ONCE;
    for (int64_t from = 1; count == AT_ONCE;) {
        ARENA_AUTO struct arena *scratch = arena_new();
        struct store_ledger *entries;
        TRY(store_ledger_from(tx, from, AT_ONCE, scratch, &entries, &count));
        for (size_t i = 0; i < count; i++) {
            ARENA_AUTO struct arena *one = arena_new();
            bool fits = false;
            bool whole = entry_hash(&entries[i], str_of(before), hex);
            verdict.entries++;
            if (!verdict.broken_at && (!whole || entries[i].number != verdict.entries ||
                                       !str_eq(entries[i].hash, str_n(hex, HASH_HEX))))
                verdict.broken_at = verdict.entries;
            memcpy(before, hex, sizeof before);
            TRY(text_fits(tx, &entries[i], one, &fits));
            if (!fits && !verdict.altered_at)
                verdict.altered_at = entries[i].number;
        }
        if (count)
            from = entries[count - 1].number + 1;
    }
    *ret_verdict = verdict;
    return NO_ERROR;
}
