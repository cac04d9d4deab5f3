/* One way to fail: a function that can fail returns a `struct error`, whose code is ERR_OK when it
 * did not. Outputs are then set; on failure they are untouched. The result must be used. Library
 * code does not log: whoever handles an error logs it once or shows its sentence. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/buf.h"
#include "base/str.h"

enum err {
    ERR_OK = 0,
#define ERR(name, status, sentence) ERR_##name,
#include "base/errors.def"
#undef ERR
    ERR_COUNT
};

struct error {
    enum err code;
    int line;       /* of an input, from 1; 0 when there is none */
    char what[128]; /* the thing concerned; cut when too long */
    char why[192];  /* the detail */
    /* The literal that `why` was made by; NULL when `why` is that text itself. */
    const char *why_format;
};

#define MUST_USE __attribute__((warn_unused_result))
#define NO_ERROR ((struct error){.code = ERR_OK})

MUST_USE struct error error_make(enum err code, const char *what, const char *why);
/* The same with `why` as a format, a literal. `what` may be NULL. */
MUST_USE struct error error_format(enum err code, struct str what, int line, const char *why_format,
                                   ...) __attribute__((format(printf, 4, 5)));
/* From errno: ENOSPC and EDQUOT become ERR_DISK_FULL, all others ERR_SYSTEM. */
MUST_USE struct error error_errno(const char *what);

/* The sentence for people, without a newline. */
void error_sentence(const struct error *error, struct buf *out);
/* The same in other words: those of a catalogue whose keys are the English texts: the sentences of
 * errors.def and what is given to error_make() and error_format(), of a format as "at most {1} of
 * {2}" with its arguments numbered. `say` returns the text for one of them, or it unchanged. An
 * argument that is itself a text of the catalogue is said in its words too. */
typedef struct str error_say(const void *catalogue, struct str english);
void error_sentence_in(const struct error *error, error_say *say, const void *catalogue,
                       struct buf *out);
/* Marks an English text that reaches error_make() by way of a table or a variable: thus
 * script/desk_words.py finds it. */
#define ERROR_TEXT(literal) literal
/* The HTTP status that answers it. */
int error_status(enum err code);
/* A stable short name, as in "DISK_FULL". */
const char *error_name(enum err code);

/* Returns from the calling function when `expression` failed. */
#define TRY(expression)                                                                            \
    do {                                                                                           \
        struct error try_error_ = (expression);                                                    \
        if (try_error_.code != ERR_OK)                                                             \
            return try_error_;                                                                     \
    } while (0)

#endif
