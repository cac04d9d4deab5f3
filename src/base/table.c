#include "base/table.h"
#include "base/hash.h"

struct entry {
    struct str key;
    void *value;
};

struct table {
    struct arena *arena;
    struct entry *entries;
    uint32_t *slots; /* index of an entry plus one; 0 is free */
    size_t count, room, slot_count;
};

struct table *table_new(struct arena *arena)
{
    struct table *table = ARENA_NEW(arena, struct table);
    table->arena = arena;
    return table;
}

static uint32_t *slot_of(const struct table *table, struct str key)
{
    size_t at = hash_table(key) & (table->slot_count - 1);
    while (table->slots[at] && !str_eq(table->entries[table->slots[at] - 1].key, key))
        at = (at + 1) & (table->slot_count - 1);
    return &table->slots[at];
}

static void grow(struct table *table)
{
    size_t room = table->room ? table->room * 2 : 8;
    struct entry *entries = ARENA_ARRAY(table->arena, struct entry, room);
    if (table->count)
        memcpy(entries, table->entries, table->count * sizeof *entries);
    table->entries = entries;
    table->room = room;
    table->slot_count = room * 2;
    table->slots = ARENA_ARRAY(table->arena, uint32_t, table->slot_count);
    for (size_t i = 0; i < table->count; i++)
        *slot_of(table, entries[i].key) = (uint32_t)i + 1;
}

void table_set(struct table *table, struct str key, void *value)
{
    if (table->count == table->room)
        grow(table);
    uint32_t *slot = slot_of(table, key);
    if (!*slot) {
        table->entries[table->count++].key = key;
        *slot = (uint32_t)table->count;
    }
    table->entries[*slot - 1].value = value;
}

bool table_has(const struct table *table, struct str key)
{
    return table->count && *slot_of(table, key);
}

void *table_get(const struct table *table, struct str key)
{
    return table_has(table, key) ? table->entries[*slot_of(table, key) - 1].value : NULL;
}

size_t table_count(const struct table *table)
{
    return table->count;
}

struct str table_key(const struct table *table, size_t i)
{
    return table->entries[i].key;
}

void *table_value(const struct table *table, size_t i)
{
    return table->entries[i].value;
}
