/* JSON-LD for search engines: schema.org NewsArticle, written by jansson. Says what the page shows.
 * The result is safe within <script>: '<' is written \u003c. */
#ifndef RENDER_JSONLD_H
#define RENDER_JSONLD_H

#include "base/arena.h"
#include "base/error.h"

struct jsonld_person {
    struct str name, url;
};
struct jsonld_image {
    struct str url; /* absolute */
    int64_t width, height;
    struct str caption, credit;
};
struct jsonld_correction {
    struct str text; /* plain */
    int64_t at;
};
struct jsonld_article {
    struct str url, headline, description, language, section;
    struct str location; /* the dateline; may be empty */
    int64_t published, updated;
    struct str zone;
    const struct jsonld_person *authors;
    size_t author_count;
    struct str agency; /* an organisation among the authors; may be empty */
    const struct jsonld_image *images;
    size_t image_count;
    struct str publisher, publisher_url;
    const struct jsonld_correction *corrections;
    size_t correction_count;
    struct str principles; /* address of publishing principles; may be empty */
};

MUST_USE struct error jsonld_news_article(const struct jsonld_article *article, struct arena *arena,
                                          struct str *ret_json);

#endif
