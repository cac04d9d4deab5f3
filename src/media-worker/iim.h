/* IPTC-IIM 4.2, the older way in which a picture says what it shows: datasets of a marker, record,
 * number, length and bytes. JPEG and TIFF keep them as they are or inside Photoshop's resources
 * ("8BIM", number 0x0404). */
#ifndef MEDIA_WORKER_IIM_H
#define MEDIA_WORKER_IIM_H

#include "media/media.h"

/* Fills what is still empty in *offer, in the arena. Never fails: what can't be read is left out.
 */
void iim_read(struct str block, struct arena *arena, struct media_offer *offer);

#endif
