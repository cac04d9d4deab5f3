#include "newsroom/standing.h"
#include "render/markdown.h"
#include "store/desk.h"

struct error standing_set(struct store_tx *tx, const struct store_page *page, struct arena *arena,
                          struct changes *changes, bool *ret_changed)
{
    struct store_page old;
    TRY(markdown_check(page->body));
    struct error error = store_page(tx, page->slug, arena, &old);
    if (error.code == ERR_NOT_FOUND)
        old = (struct store_page){.slug = page->slug};
    else if (error.code != ERR_OK)
        return error;
    bool is_new = error.code == ERR_NOT_FOUND, other_text = !str_eq(old.body, page->body);
    bool changed = is_new || other_text || !str_eq(old.title, page->title);
    if (changed) {
        TRY(store_page_set(tx, page));
        key_page(&changes->keys, page->slug);
        if (other_text)
            key_page_text(&changes->keys, page->slug);
    }
    if (ret_changed)
        *ret_changed = changed;
    return NO_ERROR;
}

struct error standing_remove(struct store_tx *tx, struct str slug, struct changes *changes)
{
    key_page(&changes->keys, slug);
    key_page_text(&changes->keys, slug);
    return store_page_remove(tx, slug);
}

/* The slots in which another one stands than before. */
static struct error note_slots(struct store_tx *tx, const struct store_ad *before,
                               size_t before_count, struct arena *arena, struct changes *changes)
{
    struct store_ad *after;
    size_t count;
    TRY(store_ads(tx, arena, &after, &count));
    for (size_t slot = 0; slot < AD_SLOTS; slot++) {
        int64_t old = before_count ? before[slot % before_count].id : 0;
        int64_t new = count ? after[slot % count].id : 0;
        if (old != new)
            key_ad_slot(&changes->keys, slot);
    }
    return NO_ERROR;
}

struct error ad_add(struct store_tx *tx, const struct store_ad *ad, struct arena *arena,
                    struct changes *changes, int64_t *ret_id)
{
    struct store_ad *before;
    size_t count;
    TRY(store_ads(tx, arena, &before, &count));
    TRY(store_ad_add(tx, ad, ret_id));
    return note_slots(tx, before, count, arena, changes);
}

struct error ad_set(struct store_tx *tx, const struct store_ad *ad, struct changes *changes)
{
    key_ad(&changes->keys, ad->id);
    return store_ad_set(tx, ad);
}

struct error ad_remove(struct store_tx *tx, int64_t id, struct arena *arena,
                       struct changes *changes)
{
    struct store_ad *before;
    size_t count;
    TRY(store_ads(tx, arena, &before, &count));
    TRY(store_ad_remove(tx, id));
    return note_slots(tx, before, count, arena, changes);
}
