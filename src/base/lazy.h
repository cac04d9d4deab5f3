/* Outside libraries that are loaded when the first of their functions is called. Loading all that
 * the program can use takes longer than most commands: mapping and relocating ICU alone costs more
 * than publishing a story.
 *
 * A library that is loaded so is not on the linker's command line. For each function that is used
 * of it a file of ours defines one of the same name and type (the compiler compares it with the
 * library's own header) which finds the real one and calls it:
 *
 *     static struct lazy_library yard = LAZY_LIBRARY("libyard.so.2");
 *     LAZY(yard, int, yard_open, (const char *path, int flags), (path, flags))
 *     LAZY_VOID(yard, yard_close, (int handle), (handle))
 *
 * May be called by several threads at once. A library that is missing or lacks the function is a
 * broken installation: it is named on standard error, and the program ends with status 1. A server
 * calls lazy_load() at its start, so that it never happens later. */
#ifndef BASE_LAZY_H
#define BASE_LAZY_H

#include <pthread.h>

struct lazy_library {
    const char *file; /* as the linker would have named it */
    pthread_mutex_t lock;
    void *handle; /* never closed */
};
#define LAZY_LIBRARY(file)                                                                         \
    {                                                                                              \
        (file), PTHREAD_MUTEX_INITIALIZER, NULL                                                    \
    }

void lazy_load(struct lazy_library *library);
typedef void lazy_function(void);
lazy_function *lazy_find(struct lazy_library *library, const char *name);

#define LAZY_TEXT(name) #name
#define LAZY_NAME(name) LAZY_TEXT(name) /* after macros: ICU adds its version to each name */
/* The function of this name in `library`, found once. */
#define LAZY_REAL(library, name)                                                                   \
    static __typeof__(&name) found;                                                                \
    __typeof__(&name) real = __atomic_load_n(&found, __ATOMIC_ACQUIRE);                            \
    if (__builtin_expect(!real, 0)) {                                                              \
        real = (__typeof__(&name))lazy_find(&(library), LAZY_NAME(name));                          \
        __atomic_store_n(&found, real, __ATOMIC_RELEASE);                                          \
    }
#define LAZY(library, type, name, parameters, arguments)                                           \
    type name parameters                                                                           \
    {                                                                                              \
        LAZY_REAL(library, name)                                                                   \
        return real arguments;                                                                     \
    }
#define LAZY_VOID(library, name, parameters, arguments)                                            \
    void name parameters                                                                           \
    {                                                                                              \
        LAZY_REAL(library, name)                                                                   \
        real arguments;                                                                            \
    }

#endif
