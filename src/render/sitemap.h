/* Sitemaps (sitemaps.org 0.9), with Google's image and news extensions; written by libxml2. */
#ifndef RENDER_SITEMAP_H
#define RENDER_SITEMAP_H

#include "base/arena.h"
#include "base/error.h"

enum {
    SITEMAP_URLS_MAX = 50000,     /* of one file */
    NEWS_SITEMAP_URLS_MAX = 1000, /* of one file; the last two days only */
};

struct sitemap_url {
    struct str url;
    int64_t modified; /* UTC milliseconds; 0: not said */
    struct str image; /* absolute; may be empty */
    /* News only: */
    struct str title, language;
    int64_t published;
};

MUST_USE struct error sitemap_index(const struct str *urls, size_t count, struct arena *arena,
                                    struct str *ret_xml);
MUST_USE struct error sitemap_urls(const struct sitemap_url *urls, size_t count, struct str zone,
                                   struct arena *arena, struct str *ret_xml);
/* `publication` is the newsroom's name. An empty one is allowed. */
MUST_USE struct error sitemap_news(const struct sitemap_url *urls, size_t count,
                                   struct str publication, struct str zone, struct arena *arena,
                                   struct str *ret_xml);

#endif
