/* A page as the cache keeps it: the bytes of an answer, immutable, counted by references.
 *
 * A page is drawn once: page_new() makes its identity form, page_compress() (a worker; the cache
 * calls it in pagecache_finish() and pagecache_compress()) adds the gzip form once. Each form has
 * ready heads: status line and field lines, each ending in CRLF, without the blank line and without
 * Date and Connection, which the engine adds.
 *
 * Nothing here knows http or news: the head's lines, the keys and the kind come from the caller.
 * A page may be read from any thread; whoever holds a pointer holds a reference. */
#ifndef PAGECACHE_PAGE_H
#define PAGECACHE_PAGE_H

#include "base/clock.h"
#include "base/error.h"
#include "base/str.h"

struct page;
struct pagecache;

enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_COUNT };

/* A head larger than this is the caller's mistake (ERR_TOO_LARGE). */
enum { PAGE_HEAD_MAX = 8 * 1024 };

/* What a rendering gives. Everything is copied: the draft may live in the job's arena. */
struct page_draft {
    int status;
    /* The status line and field lines, each with its CRLF, no blank line: "HTTP/1.1 200
     * OK\r\nContent-Type: …\r\nCache-Control: no-cache\r\n…". The page itself adds Content-Length,
     * Content-Encoding, Vary: Accept-Encoding (only if `compressible`), and, when the status is
     * 200, ETag and Last-Modified: the head must not hold those. */
    struct str head;
    struct str body;
    bool compressible;      /* false for pictures: then gzip is answered with identity */
    bool uncacheable;       /* answers those who wait, is never kept (404) */
    int kind;               /* the caller's tag, returned by page_kind() */
    int64_t change;         /* the change number of the snapshot it was drawn from */
    int64_t drawn_at;       /* UTC milliseconds: the `now` of the rendering */
    int64_t expires_at;     /* UTC milliseconds when the clock alone makes it wrong; or NEVER */
    const struct str *keys; /* what it was drawn from; doubles are allowed */
    size_t key_count;
};

/* One reference for the caller. The page's bytes count toward `cache`'s bound until the last
 * reference is gone, whether it is ever kept or not; the cache must outlive its pages. Errors:
 * ERR_TOO_LARGE (the head), ERR_SYSTEM (out of memory). Any thread. */
MUST_USE struct error page_new(struct pagecache *cache, const struct page_draft *draft,
                               struct page **ret_page);

/* Another reference; returns `page`. */
struct page *page_ref(struct page *page);
/* Gives a reference back; takes NULL. Any thread. */
void page_unref(struct page *page);

static inline void page_cleanup(struct page **page)
{
    page_unref(*page);
}
#define PAGE_AUTO __attribute__((cleanup(page_cleanup)))

int page_status(const struct page *page);
int page_kind(const struct page *page);
int64_t page_change(const struct page *page);
int64_t page_drawn_at(const struct page *page);
int64_t page_expires_at(const struct page *page);
/* Whether it was drawn from `key`. Keys are kept as 64-bit hashes. */
bool page_has_key(const struct page *page, struct str key);
size_t page_key_count(const struct page *page);
/* Bytes of memory it holds now, all told. */
size_t page_bytes(const struct page *page);

/* Whether the form for `encoding` is there. A page that is not compressible, or whose gzip form
 * would not be smaller, has its identity form for gzip. */
bool page_has(const struct page *page, enum encoding encoding);

/* What to write. Slices live as long as the reference. */
struct page_view {
    enum encoding encoding; /* of the body: gzip only if it really is */
    struct str head;
    /* The head of a 304; empty when the status is not 200 (then no condition applies). Repeats
     * Cache-Control, CDN-Cache-Control, Content-Location, Expires, Vary and ETag. */
    struct str head_304;
    struct str body;
    struct str etag;       /* strong, with its quotes; another one for each encoding; or empty */
    int64_t last_modified; /* UTC milliseconds, whole seconds; NEVER while it is left out */
};

/* The form for `encoding`, else the identity form. `now` in UTC milliseconds: Last-Modified is left
 * out while these bytes are under two seconds old. Allocates nothing. */
void page_view(const struct page *page, enum encoding encoding, int64_t now,
               struct page_view *ret_view);

/* The same bytes as a stand-in while the store can't answer: the head says
 * "Stoppress-Fallback: store" and "Cache-Control: no-store", has no ETag, no Last-Modified, and
 * none of the caller's Cache-Control, CDN-Cache-Control, Expires. */
void page_view_fallback(const struct page *page, enum encoding encoding,
                        struct page_view *ret_view);

/* Makes the gzip form if it isn't there. Takes about 0.1 ms for an ordinary page: a worker only.
 * When memory is out the identity form stands in. */
void page_compress(struct page *page);

#endif
