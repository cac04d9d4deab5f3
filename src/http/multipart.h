/* Bodies of the type multipart/form-data (RFC 7578, framing by RFC 2046, 5.1): forms with files.
 *
 * Nothing is copied but names and the texts whose line ends are mended: a file's bytes are a slice
 * of the body. A body that lies in a file is mapped by http_body_map(), so that 50 MB cost no
 * memory of ours. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/form.h"
#include "http/http.h"

enum {
    HTTP_BOUNDARY_MAX = 70,              /* RFC 2046 */
    HTTP_PART_HEAD_MAX = 4 * 1024,       /* all field lines of one part */
    HTTP_PART_NAME_MAX = 200,            /* bytes of a field's name */
    HTTP_PART_FILENAME_MAX = 1000,       /* longer names are cut */
    HTTP_PARTS_MAX = 400,                /* of one body */
    HTTP_PART_TEXT_MAX = 2 * 1024 * 1024 /* bytes of a part that is no file */
};

struct http_part {
    struct str name;
    struct str filename; /* as the sender says, without folders; may be empty, is never a path */
    struct str type;     /* as the sender says; may be empty; means nothing */
    struct str bytes;    /* of a file: a slice of the body */
};

struct http_multipart {
    struct http_form form;   /* the parts that are no files, as a form gives them */
    struct http_part *files; /* the parts that have a filename, in order, empty ones left out */
    size_t file_count;
};

/* The boundary of a Content-Type "multipart/form-data; boundary=…". False when it is another type
 * or has no boundary that may be one. The slice points into the value. */
bool http_multipart_boundary(struct str content_type, struct str *ret_boundary);

/* ERR_INVALID for a body that isn't whole or whose texts are not UTF-8 without NUL; ERR_TOO_LARGE
 * above a limit. The result lives in the arena and points into the body. */
MUST_USE struct error http_multipart_parse(struct str body, struct str boundary,
                                           struct arena *arena,
                                           struct http_multipart *ret_multipart);

/* The bytes of a request's body, in memory or mapped from its file. http_body_unmap() must follow,
 * also before the request is answered. */
MUST_USE struct error http_body_map(const struct http_request *request, struct str *ret_body);
void http_body_unmap(const struct http_request *request, struct str body);

#endif
