/* JSON on standard output, by jansson. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "cli/cli.h"

#include <jansson.h>

/* An empty text becomes null. */
void json_put_text(json_t *object, const char *name, struct str text);
void json_put_number(json_t *object, const char *name, int64_t number);
/* RFC 3339 in the zone; 0 becomes null. */
void json_put_moment(json_t *object, const char *name, int64_t moment, struct str zone,
                     struct arena *arena);
/* Prints the value on lines of its own and frees it. */
MUST_USE struct error json_print(json_t *value);
/* The same for one element of an array that is printed piece by piece: "[" or "," before it. The
 * array is ended by json_print_end(). */
MUST_USE struct error json_print_element(json_t *value, bool first);
MUST_USE struct error json_print_end(bool none);

#endif
