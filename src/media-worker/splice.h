/* Takes out of a picture that was just written whatever metadata the library put into it, and puts
 * our XMP packet in. */
#ifndef MEDIA_WORKER_SPLICE_H
#define MEDIA_WORKER_SPLICE_H

#include "base/buf.h"

/* An empty packet puts nothing in. False when the bytes aren't a picture as the library writes it.
 *
 * JPEG: application and comment segments go; the packet comes as an APP1 first of all (XMP
 * Specification part 3, 1.1.3). WebP: of the chunks only the pixels stay; with a packet there are
 * an extended header VP8X and a chunk "XMP " (RFC 9649). `width` and `height` in pixels, no alpha.
 */
bool splice_jpeg(struct str picture, struct str packet, struct buf *out);
bool splice_webp(struct str picture, struct str packet, uint32_t width, uint32_t height,
                 struct buf *out);

#endif
