#include "pagecache/page.h"

#include "base/hash.h"
#include "pagecache/inside.h"

#include <libdeflate.h>
#include <malloc.h>

/* Against libdeflate's default (6) its level 4 takes half the time, a tenth of a millisecond for
 * 30 KB of HTML, and gives two or three bytes more in a hundred. A reader waits for it once. */
enum { GZIP_LEVEL = 4 };
/* What one compressor of that level sets aside; it hides where its allocation begins. */
enum { COMPRESSOR_BYTES = 656 * 1024 + 16 };

/* "Last-Modified: " + 29 + CRLF */
enum { DATE_LEN = 29, MODIFIED_LINE_LEN = 15 + DATE_LEN + 2 };
/* A date whose bytes are under two seconds old could stand for other bytes of the same second. */
enum { MODIFIED_SHOWN_AFTER = 2000 };

/* ---- Counted memory -------------------------------------------------------------------------- */

size_t memory_size(void *at)
{
    /* The allocator's own word before each piece counts too. */
    return at ? malloc_usable_size(at) + sizeof(size_t) : 0;
}

void *memory_take(struct pagecache *cache, size_t size)
{
    void *at = malloc(size);
    atomic_fetch_add_explicit(&cache->bytes, memory_size(at), memory_order_relaxed);
    return at;
}

void *memory_need(struct pagecache *cache, size_t size)
{
    void *at = calloc(1, size);
    if (!at)
        abort();
    atomic_fetch_add_explicit(&cache->bytes, memory_size(at), memory_order_relaxed);
    return at;
}

void memory_give(struct pagecache *cache, void *at)
{
    atomic_fetch_sub_explicit(&cache->bytes, memory_size(at), memory_order_relaxed);
    free(at);
}

/* ---- Heads ----------------------------------------------------------------------------------- */

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), without a NUL. */
static void date_write(int64_t ms, char *ret_text)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t seconds = ms < 0 ? 0 : ms / 1000;
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900) {
        seconds = 0;
        gmtime_r(&seconds, &tm);
    }
    char text[64];
    (void)snprintf(text, sizeof text, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
                   days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900,
                   tm.tm_hour, tm.tm_min, tm.tm_sec);
    memcpy(ret_text, text, DATE_LEN);
}

static bool line_next(struct str *rest, struct str *ret_line)
{
    ptrdiff_t end = str_find(*rest, STR("\r\n"));
    if (end < 0)
        return false;
    *ret_line = str_cut(*rest, 0, (size_t)end + 2);
    *rest = str_from(*rest, (size_t)end + 2);
    return true;
}

static bool line_named(struct str line, const struct str *names, size_t count)
{
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(str_cut(line, 0, (size_t)colon), names[i]))
            return true;
    return false;
}

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* RFC 9110, 15.4.5. */
static void head_304_write(const struct page *page, struct str given, struct str etag,
                           struct buf *out)
{
    static const struct str repeated[] = {STR_INIT("cache-control"), STR_INIT("cdn-cache-control"),
                                          STR_INIT("content-location"), STR_INIT("expires"),
                                          STR_INIT("vary")};
    (void)buf_str(out, STR("HTTP/1.1 304 Not Modified\r\n"));
    struct str line;
    while (line_next(&given, &line))
        if (line_named(line, repeated, COUNT_OF(repeated)))
            (void)buf_str(out, line);
    if (page->compressible)
        (void)buf_str(out, STR("Vary: Accept-Encoding\r\n"));
    (void)buf_printf(out, "ETag: %.*s\r\n", STR_ARG(etag));
}

static void body_lines_write(const struct page *page, enum encoding encoding, size_t body_len,
                             struct buf *out)
{
    if (page->compressible)
        (void)buf_str(out, STR("Vary: Accept-Encoding\r\n"));
    if (encoding == ENCODING_GZIP)
        (void)buf_str(out, STR("Content-Encoding: gzip\r\n"));
    (void)buf_printf(out, "Content-Length: %zu\r\n", body_len);
}

static void head_fallback_write(const struct page *page, enum encoding encoding, size_t body_len,
                                struct str given, struct buf *out)
{
    static const struct str left_out[] = {STR_INIT("cache-control"), STR_INIT("cdn-cache-control"),
                                          STR_INIT("expires")};
    struct str line;
    while (line_next(&given, &line))
        if (!line_named(line, left_out, COUNT_OF(left_out)))
            (void)buf_str(out, line);
    (void)buf_str(out, STR("Cache-Control: no-store\r\nStoppress-Fallback: store\r\n"));
    body_lines_write(page, encoding, body_len, out);
}

/* The ETag stands for everything that is sent: the head's own lines and the body. */
static void digest_write(struct str given, struct str body, unsigned char ret_digest[16])
{
    unsigned char both[2 * HASH_BYTES], whole[HASH_BYTES];
    hash_digest(given, both);
    hash_digest(body, both + HASH_BYTES);
    hash_digest(str_n((const char *)both, sizeof both), whole);
    memcpy(ret_digest, whole, 16);
}

static void etag_write(const unsigned char digest[16], char ret_etag[35])
{
    static const char hex[] = "0123456789abcdef";
    ret_etag[0] = ret_etag[33] = '"';
    for (size_t i = 0; i < 16; i++) {
        ret_etag[1 + 2 * i] = hex[digest[i] >> 4];
        ret_etag[2 + 2 * i] = hex[digest[i] & 15];
    }
    ret_etag[34] = 0;
}

/* ---- Forms ----------------------------------------------------------------------------------- */

static char *append(char **at, struct str s)
{
    char *start = *at;
    if (s.len)
        memcpy(start, s.at, s.len);
    *at += s.len;
    return start;
}

/* Everything of one encoding in one allocation; NULL when memory is out. */
static struct form *form_new(const struct page *page, enum encoding encoding, struct str given,
                             struct str body)
{
    bool ok = page->status == 200; /* else no condition applies, so no validators */
    unsigned char digest[16];
    char etag_text[35];
    digest_write(given, body, digest);
    etag_write(digest, etag_text);
    struct str etag = ok ? str_of(etag_text) : STR_NONE;

    BUF_AUTO struct buf heads = BUF_INIT(4 * PAGE_HEAD_MAX);
    (void)buf_str(&heads, given);
    body_lines_write(page, encoding, body.len, &heads);
    if (ok)
        (void)buf_printf(&heads, "ETag: %.*s\r\n", STR_ARG(etag));
    size_t short_len = heads.len;
    if (ok)
        (void)buf_printf(&heads, "Last-Modified: %*s\r\n", DATE_LEN, "");
    size_t head_len = heads.len;
    if (ok)
        head_304_write(page, given, etag, &heads);
    size_t len_304 = heads.len - head_len;
    head_fallback_write(page, encoding, body.len, given, &heads);
    if (!buf_ok(&heads))
        return NULL;

    struct form *form = memory_take(page->cache, sizeof *form + heads.len + etag.len + body.len);
    if (!form)
        return NULL;
    *form = (struct form){.encoding = encoding, .head_len = head_len, .head_short_len = short_len};
    memcpy(form->digest, digest, sizeof digest);
    char *at = (char *)(form + 1);
    form->head = append(&at, buf_slice(&heads));
    form->head_304 = str_n(form->head + head_len, len_304);
    form->head_fallback = str_n(form->head + head_len + len_304, heads.len - head_len - len_304);
    form->etag = str_n(append(&at, etag), etag.len);
    form->body = str_n(append(&at, body), body.len);
    return form;
}

static void form_set_modified(struct form *form, int64_t at)
{
    if (form->head_len > form->head_short_len)
        date_write(at, form->head + form->head_len - DATE_LEN - 2);
}

static struct form *gzip_of(const struct page *page)
{
    return atomic_load_explicit(&page->gzip, memory_order_acquire);
}

/* Before memory is taken, so that the bound holds at every moment. */
static void make_room(struct pagecache *cache, size_t wanted)
{
    if (atomic_load(&cache->bytes) + wanted <= cache->bytes_max)
        return;
    lock(&cache->book);
    eviction_make_room(cache, wanted);
    unlock(&cache->book);
}

/* ---- Compressing ----------------------------------------------------------------------------- */

static struct libdeflate_compressor *compressor_take(struct pagecache *cache)
{
    struct compressors *compressors = &cache->compressors;
    struct libdeflate_compressor *found = NULL;
    lock(&compressors->mutex);
    if (compressors->count)
        found = compressors->at[--compressors->count];
    unlock(&compressors->mutex);
    if (found)
        return found;
    found = libdeflate_alloc_compressor(GZIP_LEVEL);
    if (found)
        atomic_fetch_add(&cache->bytes, COMPRESSOR_BYTES);
    return found;
}

static void compressor_give(struct pagecache *cache, struct libdeflate_compressor *compressor)
{
    struct compressors *compressors = &cache->compressors;
    lock(&compressors->mutex);
    bool keep = compressors->count < COMPRESSORS_KEPT;
    if (keep)
        compressors->at[compressors->count++] = compressor;
    unlock(&compressors->mutex);
    if (keep)
        return;
    libdeflate_free_compressor(compressor);
    atomic_fetch_sub(&cache->bytes, COMPRESSOR_BYTES);
}

/* NULL when it would not be smaller, or memory is out. */
static struct form *form_compressed(struct page *page)
{
    struct str body = page->identity->body;
    struct libdeflate_compressor *compressor = compressor_take(page->cache);
    if (!compressor)
        return NULL;
    char *scratch = memory_take(page->cache, body.len + 1);
    struct form *form = NULL;
    size_t len =
        scratch ? libdeflate_gzip_compress(compressor, body.at, body.len, scratch, body.len) : 0;
    compressor_give(page->cache, compressor);
    if (len)
        form = form_new(page, ENCODING_GZIP, str_n(page->identity->head, page->given_len),
                        str_n(scratch, len));
    memory_give(page->cache, scratch);
    return form;
}

void page_compress(struct page *page)
{
    if (page_has(page, ENCODING_GZIP))
        return;
    make_room(page->cache, page->identity->body.len / 3);
    struct form *form = form_compressed(page);
    if (form)
        form_set_modified(form, page->modified_at);
    struct form *none = NULL, *made = form ? form : page->identity;
    if (!atomic_compare_exchange_strong(&page->gzip, &none, made) && form)
        memory_give(page->cache, form);
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static int link_compare(const void *a, const void *b)
{
    uint64_t x = ((const struct link *)a)->hash, y = ((const struct link *)b)->hash;
    return x < y ? -1 : x > y;
}

static void links_make(struct page *page, const struct page_draft *draft)
{
    struct link *links = page->links;
    for (size_t i = 0; i < draft->key_count; i++)
        links[i] = (struct link){.hash = hash_table(draft->keys[i]), .page = page};
    qsort(links, draft->key_count, sizeof *links, link_compare);
    size_t count = 0;
    for (size_t i = 0; i < draft->key_count; i++)
        if (!count || links[count - 1].hash != links[i].hash)
            links[count++] = links[i];
    page->link_count = count;
}

struct error page_new(struct pagecache *cache, const struct page_draft *draft,
                      struct page **ret_page)
{
    if (draft->head.len > PAGE_HEAD_MAX)
        return error_format(ERR_TOO_LARGE, STR("A page's head"), 0, "%zu bytes, at most %d",
                            draft->head.len, PAGE_HEAD_MAX);
    size_t size = sizeof(struct page) + draft->key_count * sizeof(struct link);
    make_room(cache, size + draft->body.len + 4 * draft->head.len);
    struct page *page = memory_take(cache, size);
    if (!page)
        return error_make(ERR_SYSTEM, "Drawing a page", "out of memory");
    *page = (struct page){.cache = cache,
                          .references = 1,
                          .status = draft->status,
                          .kind = draft->kind,
                          .compressible = draft->compressible,
                          .uncacheable = draft->uncacheable,
                          .change = draft->change,
                          .drawn_at = draft->drawn_at,
                          .expires_at = draft->expires_at,
                          .given_len = draft->head.len};
    links_make(page, draft);
    page->identity = form_new(page, ENCODING_IDENTITY, draft->head, draft->body);
    if (!page->identity) {
        memory_give(cache, page);
        return error_make(ERR_SYSTEM, "Drawing a page", "out of memory");
    }
    page_set_modified(page, draft->drawn_at);
    *ret_page = page;
    return NO_ERROR;
}

struct page *page_ref(struct page *page)
{
    atomic_fetch_add_explicit(&page->references, 1, memory_order_relaxed);
    return page;
}

void page_unref(struct page *page)
{
    if (!page || atomic_fetch_sub_explicit(&page->references, 1, memory_order_acq_rel) != 1)
        return;
    struct form *gzip = gzip_of(page);
    if (gzip != page->identity)
        memory_give(page->cache, gzip);
    memory_give(page->cache, page->identity);
    memory_give(page->cache, page);
}

bool page_pinned(const struct page *page)
{
    return atomic_load_explicit(&page->references, memory_order_relaxed) > 1;
}

void page_set_modified(struct page *page, int64_t at)
{
    struct form *gzip = gzip_of(page);
    page->modified_at = at;
    form_set_modified(page->identity, at);
    if (gzip && gzip != page->identity)
        form_set_modified(gzip, at);
}

bool page_same_bytes(const struct page *a, const struct page *b)
{
    return a->status == b->status &&
           !memcmp(a->identity->digest, b->identity->digest, sizeof a->identity->digest);
}

int page_status(const struct page *page)
{
    return page->status;
}

int page_kind(const struct page *page)
{
    return page->kind;
}

int64_t page_change(const struct page *page)
{
    return page->change;
}

int64_t page_drawn_at(const struct page *page)
{
    return page->drawn_at;
}

int64_t page_expires_at(const struct page *page)
{
    return page->expires_at;
}

bool page_has_key(const struct page *page, struct str key)
{
    struct link wanted = {.hash = hash_table(key)};
    return bsearch(&wanted, page->links, page->link_count, sizeof wanted, link_compare) != NULL;
}

size_t page_key_count(const struct page *page)
{
    return page->link_count;
}

size_t page_bytes(const struct page *page)
{
    struct form *gzip = gzip_of(page);
    size_t bytes = malloc_usable_size((void *)(uintptr_t)page) + sizeof(size_t);
    bytes += memory_size(page->identity);
    return gzip == page->identity ? bytes : bytes + memory_size(gzip);
}

bool page_has(const struct page *page, enum encoding encoding)
{
    return encoding == ENCODING_IDENTITY || !page->compressible || gzip_of(page) != NULL;
}

static const struct form *form_for(const struct page *page, enum encoding encoding)
{
    const struct form *gzip = encoding == ENCODING_GZIP ? gzip_of(page) : NULL;
    return gzip ? gzip : page->identity;
}

void page_view(const struct page *page, enum encoding encoding, int64_t now,
               struct page_view *ret_view)
{
    const struct form *form = form_for(page, encoding);
    bool dated =
        form->head_len > form->head_short_len && now - page->modified_at >= MODIFIED_SHOWN_AFTER;
    *ret_view = (struct page_view){
        .encoding = form->encoding,
        .head = str_n(form->head, dated ? form->head_len : form->head_short_len),
        .head_304 = form->head_304,
        .body = form->body,
        .etag = form->etag,
        .last_modified = dated ? page->modified_at - page->modified_at % 1000 : NEVER,
    };
}

void page_view_fallback(const struct page *page, enum encoding encoding, struct page_view *ret_view)
{
    const struct form *form = form_for(page, encoding);
    *ret_view = (struct page_view){.encoding = form->encoding,
                                   .head = form->head_fallback,
                                   .body = form->body,
                                   .last_modified = NEVER};
}
