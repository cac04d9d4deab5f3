#include "render/jsonld.h"
#include "render/json.h"
#include "text/dates.h"

enum { IMAGE_PIXELS_LEAST = 50000 }; /* what search engines ask of an article's picture */

static json_t *thing(const char *type, struct str name, struct str url)
{
    json_t *object = json_object();
    json_put(object, "@type", str_of(type));
    json_put(object, "name", name);
    json_put(object, "url", url);
    return object;
}

static void put_authors(json_t *document, const struct jsonld_article *article)
{
    json_t *authors = json_array();
    for (size_t i = 0; i < article->author_count; i++)
        (void)json_array_append_new(
            authors, thing("Person", article->authors[i].name, article->authors[i].url));
    if (article->agency.len)
        (void)json_array_append_new(authors, thing("Organization", article->agency, STR_NONE));
    if (!json_array_size(authors))
        (void)json_array_append_new(
            authors, thing("Organization", article->publisher, article->publisher_url));
    (void)json_object_set_new(document, "author", authors);
}

static void put_images(json_t *document, const struct jsonld_article *article)
{
    json_t *images = json_array();
    for (size_t i = 0; i < article->image_count; i++) {
        const struct jsonld_image *image = &article->images[i];
        if (image->width * image->height < IMAGE_PIXELS_LEAST)
            continue;
        json_t *object = json_object();
        json_put(object, "@type", STR("ImageObject"));
        json_put(object, "url", image->url);
        json_put(object, "contentUrl", image->url);
        json_put_integer(object, "width", image->width);
        json_put_integer(object, "height", image->height);
        json_put(object, "caption", image->caption);
        json_put(object, "creditText", image->credit);
        (void)json_array_append_new(images, object);
    }
    if (json_array_size(images))
        (void)json_object_set_new(document, "image", images);
    else
        json_decref(images);
}

static void put_corrections(json_t *document, const struct jsonld_article *article,
                            struct arena *arena)
{
    if (!article->correction_count)
        return;
    json_t *corrections = json_array();
    for (size_t i = 0; i < article->correction_count; i++) {
        const struct jsonld_correction *correction = &article->corrections[i];
        json_t *object = json_object();
        json_put(object, "@type", STR("CorrectionComment"));
        json_put(object, "text", correction->text);
        json_put(object, "datePublished", text_rfc3339(correction->at, article->zone, arena));
        (void)json_array_append_new(corrections, object);
    }
    (void)json_object_set_new(document, "correction", corrections);
}

struct error jsonld_news_article(const struct jsonld_article *article, struct arena *arena,
                                 struct str *ret_json)
{
    json_t *document = json_object();
    json_put(document, "@context", STR("https://schema.org"));
    json_put(document, "@type", STR("NewsArticle"));
    json_put(document, "headline", article->headline);
    json_put(document, "description", article->description);
    json_put(document, "url", article->url);
    json_put(document, "datePublished", text_rfc3339(article->published, article->zone, arena));
    json_put(document, "dateModified", text_rfc3339(article->updated, article->zone, arena));
    json_put(document, "inLanguage", article->language);
    json_put(document, "articleSection", article->section);
    if (article->location.len)
        (void)json_object_set_new(document, "locationCreated",
                                  thing("Place", article->location, STR_NONE));
    put_authors(document, article);
    put_images(document, article);
    (void)json_object_set_new(
        document, "publisher",
        thing("NewsMediaOrganization", article->publisher, article->publisher_url));
    json_t *page = json_object();
    json_put(page, "@type", STR("WebPage"));
    json_put(page, "@id", article->url);
    (void)json_object_set_new(document, "mainEntityOfPage", page);
    put_corrections(document, article, arena);
    json_put(document, "publishingPrinciples", article->principles);
    return json_finish(document, true, arena, ret_json);
}
