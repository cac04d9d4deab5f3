/* What an opened picture says about itself. */
#ifndef MEDIA_WORKER_OFFER_H
#define MEDIA_WORKER_OFFER_H

#include "media/media.h"

#include <vips/vips.h>

void offer_read(VipsImage *image, struct arena *arena, struct media_offer *ret_offer);

#endif
