/* From the keys of a change to the addresses that changed, for the panel after "Published". */
#ifndef NEWSROOM_ADDRESSES_H
#define NEWSROOM_ADDRESSES_H

#include "newsroom/publishing.h"

enum address_kind {
    ADDRESS_STORY,
    ADDRESS_FRONT,
    ADDRESS_SECTION,
    ADDRESS_TAG,
    ADDRESS_AUTHOR,
    ADDRESS_FEED, /* RSS; Atom and JSON feeds lie beside it */
    ADDRESS_SITEMAP,
    ADDRESS_PAGE, /* a standing page */
    ADDRESS_ALL,  /* every page: the settings or the navigation changed */
};
struct changed_address {
    enum address_kind kind;
    struct str name; /* a headline, or the name of a section, tag, author; empty for the front */
    struct str path; /* "/news/2026/11/slug"; empty for ADDRESS_ALL */
};
enum { ADDRESSES_MAX = 60 };

/* In the order of the enum, each once, at most ADDRESSES_MAX (*ret_more says whether others
 * follow). Of lists only those whose first page changed are named. Works before or after the
 * commit. */
MUST_USE struct error published_addresses(struct store_tx *tx, const struct changes *changes,
                                          struct arena *arena,
                                          struct changed_address **ret_addresses, size_t *ret_count,
                                          bool *ret_more);

#endif
