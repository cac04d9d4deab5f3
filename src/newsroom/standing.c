#include "newsroom/standing.h"
#include "render/markdown.h"

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

struct error ad_add(struct store_tx *tx, const struct store_ad *ad, struct changes *changes,
                    int64_t *ret_id)
{
    TRY(store_ad_add(tx, ad, ret_id));
    key_ads(&changes->keys);
    return NO_ERROR;
}
