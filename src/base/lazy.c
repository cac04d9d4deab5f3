#include "base/lazy.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dlerror() names the library, and the function when it is that which is missing. */
static void *or_end(void *found)
{
    if (found)
        return found;
    const char *why = dlerror();
    (void)fprintf(stderr, "stoppress: a library is missing: %s\n", why ? why : "it is empty");
    _Exit(1);
}

static void *handle_of(struct lazy_library *library)
{
    (void)pthread_mutex_lock(&library->lock);
    if (!library->handle)
        library->handle = or_end(dlopen(library->file, RTLD_LAZY | RTLD_LOCAL));
    void *handle = library->handle;
    (void)pthread_mutex_unlock(&library->lock);
    return handle;
}

void lazy_load(struct lazy_library *library)
{
    (void)handle_of(library);
}

lazy_function *lazy_find(struct lazy_library *library, const char *name)
{
    void *found = or_end(dlsym(handle_of(library), name));
    lazy_function *function;
    memcpy(&function, &found, sizeof function); /* POSIX: they are of one form */
    return function;
}
