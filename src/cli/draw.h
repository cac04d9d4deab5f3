/* Pictures for the demo, drawn by us. */
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include "base/error.h"

/* Draws a scene ("harbour", "portrait" …) as a PNG; the same scene and seed give the same bytes. */
MUST_USE struct error draw_scene(struct str scene, uint64_t seed, struct buf *ret_png);

#endif
