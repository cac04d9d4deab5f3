/* A newsroom's folder for one test, with a writing and a reading connection, and short cuts to fill
 * it. It speaks store.h only, so that the same tests can run on another backend. */
#ifndef TESTS_UNIT_STORE_NEWSROOM_H
#define TESTS_UNIT_STORE_NEWSROOM_H

#include "store/store.h"
#include "tests/unit/cmocka.h"

/* Fails the test with the error's sentence. */
#define OK(expression) newsroom_ok((expression), #expression, __FILE__, __LINE__)
#define FAILS(code_, expression)                                                                   \
    newsroom_fails((code_), (expression), #expression, __FILE__, __LINE__)
void newsroom_ok(struct error error, const char *what, const char *file, int line);
void newsroom_fails(enum err code, struct error error, const char *what, const char *file,
                    int line);

#define assert_str(a, b) assert_true(str_eq((a), (b)))

enum { BUSY_MS = 2000 };

struct newsroom {
    char dir[64];
    struct store *writer, *reader;
    struct arena *arena;
    int64_t section; /* "news" */
};

/* A fresh one; the group's setup and teardown functions for cmocka. */
int newsroom_setup(void **state);
int newsroom_teardown(void **state);
/* The parts of these two. */
void newsroom_make(struct newsroom *newsroom);
void newsroom_open(struct newsroom *newsroom);
void newsroom_close(struct newsroom *newsroom);
void newsroom_remove(struct newsroom *newsroom);

struct store *newsroom_connect(const struct newsroom *newsroom, enum store_role role);

struct store_tx *newsroom_read(struct newsroom *newsroom);
struct store_tx *newsroom_write(struct newsroom *newsroom);
/* Commits with one key; returns the number. */
int64_t newsroom_commit(struct store_tx *tx);

/* store_check() finds this many faults; they are printed when it finds others. */
void newsroom_check(struct store *store, int64_t faults);

/* A revision of the section "news" that says something everywhere. */
struct store_revision newsroom_revision(const struct newsroom *newsroom, struct str headline);
/* The same as a story, published with everything that belongs to it, at `at`. */
int64_t newsroom_publish(struct newsroom *newsroom, struct store_tx *tx,
                         const struct store_revision *revision, int64_t at);
MUST_USE struct error newsroom_try_publish(struct newsroom *newsroom, struct store_tx *tx,
                                           const struct store_revision *revision, int64_t at,
                                           int64_t *ret_id);
/* Takes it out of everything again. */
void newsroom_withdraw(struct newsroom *newsroom, struct store_tx *tx, int64_t story_id);

#endif
