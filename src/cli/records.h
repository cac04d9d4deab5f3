/* Small YAML files of our own that come with the program: a mapping of texts, or a list of them. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "base/arena.h"
#include "base/error.h"

enum { RECORDS_MAX = 200, RECORD_FIELDS_MAX = 20 };

struct record {
    struct str *names, *values;
    size_t count;
};

/* A file that is one mapping gives one record. ERR_FRONT_MATTER with the line for anything else
 * than texts. */
MUST_USE struct error records_parse(struct str yaml, struct arena *arena,
                                    struct record **ret_records, size_t *ret_count);
/* Empty when the record has no such field. */
struct str record_text(const struct record *record, const char *name);

#endif
