/* media_make() with its limit in time chosen; for tests. */
#ifndef MEDIA_MAKE_H
#define MEDIA_MAKE_H

#include "media/media.h"

MUST_USE struct error media_make_within(const char *worker, int64_t milliseconds, int dir_fd,
                                        const char *name, struct str original,
                                        const struct media_request *request, struct arena *arena,
                                        struct media_result *ret_result);

#endif
