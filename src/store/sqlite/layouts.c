/* Layouts of the front: each is kept whole, so that an earlier one can come back. */
#include "store/record.h"
#include "store/sqlite/inside.h"

static struct error add_pin(struct store_tx *tx, int64_t layout_id, int64_t position,
                            const struct store_pin *pin)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO layout_pin (layout_id, position, area, section_id, story_id, "
                    "until) VALUES (?, ?, ?, ?, ?, ?)",
                    &q));
    query_put_int(&q, layout_id);
    query_put_int(&q, position);
    query_put_int(&q, pin->area);
    query_put_id(&q, pin->section_id);
    query_put_int(&q, pin->story_id);
    query_put_int(&q, pin->until);
    return query_run(&q);
}

static struct error add_block(struct store_tx *tx, int64_t layout_id, int64_t position,
                              const struct store_block *block)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO layout_block (layout_id, position, section_id, shown) "
                    "VALUES (?, ?, ?, ?)",
                    &q));
    query_put_int(&q, layout_id);
    query_put_int(&q, position);
    query_put_int(&q, block->section_id);
    query_put_int(&q, block->shown);
    return query_run(&q);
}

struct error store_layout_add(struct store_tx *tx, const struct store_layout *layout,
                              const struct store_laid *laid, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO layout (at, account_id, restored_from) VALUES (?, ?, ?)", &q));
    query_put_int(&q, layout->at);
    query_put_id(&q, layout->account_id);
    query_put_id(&q, layout->restored_from);
    TRY(query_run(&q));
    int64_t id = query_added(tx);
    for (size_t i = 0; i < laid->pin_count; i++)
        TRY(add_pin(tx, id, (int64_t)i + 1, &laid->pins[i]));
    for (size_t i = 0; i < laid->block_count; i++)
        TRY(add_block(tx, id, (int64_t)i + 1, &laid->blocks[i]));
    *ret_id = id;
    return NO_ERROR;
}

static void read_layout(struct query *q, struct arena *arena, struct store_layout *layout)
{
    layout->id = query_int(q);
    layout->at = query_int(q);
    layout->account_id = query_int(q);
    layout->restored_from = query_int(q);
}

struct error store_layouts(struct store_tx *tx, size_t limit, struct arena *arena,
                           struct store_layout **ret_layouts, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(
        tx, "SELECT id, at, account_id, restored_from FROM layout ORDER BY id DESC LIMIT ?", &q));
    query_put_limit(&q, limit);
    return QUERY_ROWS(&q, arena, read_layout, ret_layouts, ret_count);
}

static void read_pin(struct query *q, struct arena *arena, struct store_pin *pin)
{
    pin->area = (enum pin_area)query_int(q);
    pin->section_id = query_int(q);
    pin->story_id = query_int(q);
    pin->until = query_int(q);
}

struct error store_pins(struct store_tx *tx, int64_t layout_id, struct arena *arena,
                        struct store_pin **ret_pins, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT area, section_id, story_id, until FROM layout_pin WHERE layout_id = "
                    "iif(?1 > 0, ?1, (SELECT max(id) FROM layout)) ORDER BY position",
                    &q));
    query_put_int(&q, layout_id);
    return QUERY_ROWS(&q, arena, read_pin, ret_pins, ret_count);
}

static void read_block(struct query *q, struct arena *arena, struct store_block *block)
{
    block->section_id = query_int(q);
    block->shown = query_int(q) != 0;
}

struct error store_blocks(struct store_tx *tx, int64_t layout_id, struct arena *arena,
                          struct store_block **ret_blocks, size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT section_id, shown FROM layout_block WHERE layout_id = "
                    "iif(?1 > 0, ?1, (SELECT max(id) FROM layout)) ORDER BY position",
                    &q));
    query_put_int(&q, layout_id);
    return QUERY_ROWS(&q, arena, read_block, ret_blocks, ret_count);
}
