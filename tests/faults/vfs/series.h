/* A series of commits such as a newsroom makes, by a program that goes on after an error, and what
 * it was told: the faults' tests compare that with what is there afterwards. */
#ifndef TESTS_FAULTS_VFS_SERIES_H
#define TESTS_FAULTS_VFS_SERIES_H

#include "tests/unit/store/newsroom.h"

enum {
    SERIES_COMMITS = 6,
    TEMPLATE_CHANGES = 1,
    /* The release build tries every instant, a sanitizer's every fourth. */
    SERIES_STRIDE = SANITIZED ? 4 : 1,
};

struct series {
    int64_t acknowledged[SERIES_COMMITS]; /* ids of stories whose commit succeeded */
    int count;
    int refused;    /* commits and other calls that failed */
    int64_t number; /* of the last acknowledged change */
    enum err last;  /* of the last failure */
};

/* Opens the folder, commits, folds the log in now and then, closes. With `stop` the first failure
 * ends the commits. */
void series_run(struct newsroom *newsroom, bool stop, struct series *ret_series);

/* Everything acknowledged is there, at most `more` changes beyond it, and a check finds no fault.
 */
void series_verify(struct newsroom *newsroom, const struct series *series, int64_t more);

/* The database as it was made, with the section "news", in the place of what is there. */
void series_template(struct newsroom *newsroom);
void series_reset(struct newsroom *newsroom, struct str bytes);

#endif
