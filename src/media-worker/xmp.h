/* XMP (ISO 16684-1): reading what a picture says about itself, and writing our own.
 *
 * Namespaces: Dublin Core, photoshop, IPTC Core 1.0. Reading is by libxml2 without network, files
 * or document types. */
#ifndef MEDIA_WORKER_XMP_H
#define MEDIA_WORKER_XMP_H

#include "base/buf.h"
#include "media/media.h"

enum {
    XMP_WRITE_MAX = 65502 /* what fits into one JPEG segment: XMP Specification part 3, 1.1.3 */
};

/* Before the first use, while files can still be opened. */
void xmp_start(void);

/* Fills what is still empty in *offer, in the arena. Never fails: what can't be read is left out.
 */
void xmp_read(struct str packet, struct arena *arena, struct media_offer *offer);

/* A packet with the texts that aren't empty; nothing when all are. At most XMP_WRITE_MAX bytes:
 * long texts are cut. */
void xmp_write(const struct media_request *texts, struct buf *out);

#endif
