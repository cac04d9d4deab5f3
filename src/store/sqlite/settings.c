/* Settings, standing pages, house advertisements. */
#include "store/sqlite/inside.h"

struct error store_setting(struct store_tx *tx, struct str name, struct arena *arena,
                           struct str *ret_value)
{
    QUERY_AUTO struct query q = {0};
    struct str value = STR_NONE;
    bool row = false;
    TRY(query_begin(tx, "SELECT value FROM setting WHERE name = ?", &q));
    query_put_str(&q, name);
    TRY(query_next(&q, &row));
    if (row)
        value = query_str(&q, arena);
    TRY(query_end(&q));
    *ret_value = value;
    return NO_ERROR;
}

struct error store_setting_set(struct store_tx *tx, struct str name, struct str value)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO setting (name, value) VALUES (?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    &q));
    query_put_str(&q, name);
    query_put_str(&q, value);
    return query_run(&q);
}

struct error store_page(struct store_tx *tx, struct str slug, struct arena *arena,
                        struct store_page *ret_page)
{
    QUERY_AUTO struct query q = {0};
    struct store_page page;
    TRY(query_begin(tx, "SELECT slug, title, body, updated_at FROM page WHERE slug = ?", &q));
    query_put_str(&q, slug);
    TRY(query_one(&q, "page of that name"));
    page.slug = query_str(&q, arena);
    page.title = query_str(&q, arena);
    page.body = query_str(&q, arena);
    page.updated_at = query_int(&q);
    TRY(query_end(&q));
    *ret_page = page;
    return NO_ERROR;
}

struct error store_page_set(struct store_tx *tx, const struct store_page *page)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "INSERT INTO page (slug, title, body, updated_at) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (slug) DO UPDATE SET title = excluded.title, "
                    "body = excluded.body, updated_at = excluded.updated_at",
                    &q));
    query_put_str(&q, page->slug);
    query_put_str(&q, page->title);
    query_put_str(&q, page->body);
    query_put_int(&q, page->updated_at);
    return query_run(&q);
}

static void read_ad(struct query *q, struct arena *arena, struct store_ad *ad)
{
    ad->id = query_int(q);
    ad->title = query_str(q, arena);
    ad->text = query_str(q, arena);
    ad->url = query_str(q, arena);
}

struct error store_ads(struct store_tx *tx, struct arena *arena, struct store_ad **ret_ads,
                       size_t *ret_count)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "SELECT id, title, text, url FROM ad ORDER BY id", &q));
    return QUERY_ROWS(&q, arena, read_ad, ret_ads, ret_count);
}

struct error store_ad_add(struct store_tx *tx, const struct store_ad *ad, int64_t *ret_id)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx, "INSERT INTO ad (title, text, url) VALUES (?, ?, ?)", &q));
    query_put_str(&q, ad->title);
    query_put_str(&q, ad->text);
    query_put_str(&q, ad->url);
    TRY(query_run(&q));
    *ret_id = query_added(tx);
    return NO_ERROR;
}
