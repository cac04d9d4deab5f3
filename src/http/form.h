/* Forms (application/x-www-form-urlencoded), query strings and percent-encoding. */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "base/arena.h"
#include "base/error.h"

struct http_form_field {
    struct str name, value; /* decoded, UTF-8, without NUL; in the arena */
};

struct http_form {
    struct http_form_field *fields;
    size_t count;
};

/* Decodes a form's body or a query string. ERR_TOO_LARGE above `max_fields`; ERR_INVALID for a bad
 * percent sign, a NUL, or what is not UTF-8. Line ends of browsers (CR LF) become LF. Empty pieces
 * ("a=1&&b=2") are left out. */
MUST_USE struct error http_form_parse(struct str text, size_t max_fields, struct arena *arena,
                                      struct http_form *ret_form);
/* The first value of that name, or the empty slice with at == NULL; an empty value has at != NULL.
 */
struct str http_form_get(const struct http_form *form, struct str name);

/* A path or a part of one: '+' stays. ERR_INVALID as above. */
MUST_USE struct error http_percent_decode(struct str text, struct arena *arena,
                                          struct str *ret_text);
/* Encodes all but unreserved characters (RFC 3986, 2.3); with `keep_slash` also '/' stays. */
void http_percent_encode(struct buf *out, struct str text, bool keep_slash);

/* Whether a Content-Type names this media type, parameters aside: "text/html". */
bool http_is_type(struct str content_type, struct str type);

#endif
