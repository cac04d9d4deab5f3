/* Which representation a request wants: conditions, content codings, ranges. (RFC 9110, sections
 * 12.5.3, 13 and 14.) */
#ifndef HTTP_CHOOSE_H
#define HTTP_CHOOSE_H

#include "http/http.h"

enum http_condition { HTTP_PROCEED, HTTP_NOT_MODIFIED, HTTP_PRECONDITION_FAILED };

/* Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC
 * 9110, 13.2.2. `etag` with its quotes (and W/ when weak), may be empty; `last_modified` in UTC
 * milliseconds or NEVER. HTTP_NOT_MODIFIED only for GET and HEAD. */
enum http_condition http_condition(const struct http_request *request, struct str etag,
                                   int64_t last_modified);

/* Whether a list of entity tags (or "*") names `etag`. Weak comparison ignores W/. A list that is
 * not well formed names nothing after its fault. */
bool http_etag_listed(struct str list, struct str etag, bool weak);

/* Quality in thousandths that the request gives to a coding such as "gzip" or "identity". */
unsigned http_coding_quality(const struct http_request *request, struct str coding);
/* gzip is acceptable and not wanted less than identity. */
bool http_wants_gzip(const struct http_request *request);

enum http_range_kind {
    HTTP_RANGE_WHOLE,         /* no range, several, not well formed, or If-Range says so */
    HTTP_RANGE_PART,          /* 206 */
    HTTP_RANGE_UNSATISFIABLE, /* 416 */
};
/* `etag` and `last_modified` as above; they decide If-Range. Outputs only for HTTP_RANGE_PART. */
enum http_range_kind http_range(const struct http_request *request, uint64_t size, struct str etag,
                                int64_t last_modified, uint64_t *ret_first, uint64_t *ret_length);

#endif
