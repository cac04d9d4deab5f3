/* What the server asks for (media/frames.h), and the picture itself. */
#ifndef MEDIA_WORKER_REQUEST_H
#define MEDIA_WORKER_REQUEST_H

#include "media/media.h"

struct request {
    enum media_type type;
    bool avif; /* those files alone */
    struct media_request texts;
};

/* From descriptor 3; texts in the arena. False: it isn't a request. */
bool request_read(struct arena *arena, struct request *ret_request);
bool request_parse(struct str bytes, struct request *ret_request);

#endif
