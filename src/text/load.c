#include "text/load.h"
#include "text/icu.h"

#include <pthread.h>

void text_load(void)
{
    icu_load();
}

static void *behind(void *unused)
{
    icu_load();
    return unused;
}

void text_load_behind(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, behind, NULL) == 0)
        (void)pthread_detach(thread);
}
