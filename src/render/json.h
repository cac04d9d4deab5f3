/* What the files that write JSON share: texts of any UTF-8, and the document in an arena. */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include "base/arena.h"
#include "base/error.h"

#include <jansson.h>

/* Sets nothing for an empty text. */
void json_put(json_t *object, const char *name, struct str text);
void json_put_integer(json_t *object, const char *name, int64_t number);
/* Takes the document over. With `for_script`, '<' is written \u003c. */
MUST_USE struct error json_finish(json_t *document, bool for_script, struct arena *arena,
                                  struct str *ret_json);

#endif
