/* Files that the build put inside the program: script/embed.py writes arrays of these, sorted by
 * path and ended by an entry whose path is NULL. A NUL follows the bytes and is not counted. */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/str.h"

struct embedded {
    const char *path;
    const unsigned char *bytes;
    size_t len;
};

static inline struct str embedded_bytes(const struct embedded *file)
{
    return str_n((const char *)file->bytes, file->len);
}

/* NULL when no file has that path. */
static inline const struct embedded *embedded_find(const struct embedded *files, struct str path)
{
    for (; files->path; files++)
        if (str_eq(str_of(files->path), path))
            return files;
    return NULL;
}

#endif
