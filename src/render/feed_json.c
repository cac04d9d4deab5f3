/* JSON Feed 1.1: https://jsonfeed.org/version/1.1 */
#include "render/feeds.h"
#include "render/json.h"
#include "text/dates.h"

static void put_authors(json_t *object, const struct feed_item *item)
{
    if (!item->author_count)
        return;
    json_t *authors = json_array();
    for (size_t i = 0; i < item->author_count; i++) {
        json_t *author = json_object();
        json_put(author, "name", item->authors[i].name);
        json_put(author, "url", item->authors[i].url);
        (void)json_array_append_new(authors, author);
    }
    (void)json_object_set_new(object, "authors", authors);
}

static void put_picture(json_t *object, const struct feed_picture *picture)
{
    if (!picture->url.len)
        return;
    json_put(object, "image", picture->url);
    json_t *attachment = json_object(), *attachments = json_array();
    json_put(attachment, "url", picture->url);
    json_put(attachment, "mime_type", picture->type);
    json_put(attachment, "title", picture->caption);
    json_put_integer(attachment, "size_in_bytes", picture->bytes);
    (void)json_array_append_new(attachments, attachment);
    (void)json_object_set_new(object, "attachments", attachments);
}

static json_t *item_json(const struct feed *feed, const struct feed_item *item, struct arena *arena)
{
    json_t *object = json_object();
    json_put(object, "id", item->id);
    json_put(object, "url", item->url);
    json_put(object, "title", item->title);
    (void)json_object_set_new(object, "content_html", json_stringn(item->html.at, item->html.len));
    json_put(object, "summary", item->summary);
    json_put(object, "date_published", text_rfc3339(item->published, feed->zone, arena));
    json_put(object, "date_modified", text_rfc3339(item->updated, feed->zone, arena));
    json_put(object, "language", item->language);
    put_authors(object, item);
    put_picture(object, &item->picture);
    if (item->tag_count) {
        json_t *tags = json_array();
        for (size_t i = 0; i < item->tag_count; i++)
            (void)json_array_append_new(tags, json_stringn(item->tags[i].at, item->tags[i].len));
        (void)json_object_set_new(object, "tags", tags);
    }
    return object;
}

struct error feed_json(const struct feed *feed, struct arena *arena, struct str *ret_json)
{
    json_t *document = json_object(), *items = json_array();
    json_put(document, "version", STR("https://jsonfeed.org/version/1.1"));
    json_put(document, "title", feed->title);
    json_put(document, "home_page_url", feed->home);
    json_put(document, "feed_url", feed->self);
    json_put(document, "description", feed->description);
    json_put(document, "language", feed->language);
    if (feed->hub.len) {
        json_t *hub = json_object(), *hubs = json_array();
        json_put(hub, "type", STR("WebSub"));
        json_put(hub, "url", feed->hub);
        (void)json_array_append_new(hubs, hub);
        (void)json_object_set_new(document, "hubs", hubs);
    }
    for (size_t i = 0; i < feed->count; i++)
        (void)json_array_append_new(items, item_json(feed, &feed->items[i], arena));
    (void)json_object_set_new(document, "items", items);
    return json_finish(document, false, arena, ret_json);
}
