/* A small rasteriser for the demo's pictures: one tone a pixel, from 0 (ink) to 1 (paper), shapes
 * with smooth edges, and a PNG in two colours at the end. Coordinates are pixels from the top left.
 */
#ifndef CLI_DRAW_CANVAS_H
#define CLI_DRAW_CANVAS_H

#include "base/buf.h"
#include "base/error.h"

enum { CANVAS_WIDTH = 1800, CANVAS_HEIGHT = 1200, POLYGON_MAX = 256, CURVE_MAX = 24 };

struct canvas {
    float *tones;
    uint64_t random;
    float *mask; /* of a layer, 0 … 1 */
    int mask_top, mask_bottom;
    bool layered, cutting;
};

struct point {
    float x, y;
};

/* Aborts when memory is out. */
void canvas_init(struct canvas *canvas, uint64_t seed);
void canvas_release(struct canvas *canvas);

/* 0 … 1, and between two numbers; the same seed gives the same ones. */
float canvas_random(struct canvas *canvas);
float canvas_between(struct canvas *canvas, float from, float to);

/* From one tone at `top` to another at `bottom`, over the whole width; above and below nothing. */
void canvas_gradient(struct canvas *canvas, float top, float bottom, float tone_top,
                     float tone_bottom);
/* `strength` 1 covers what is there. */
void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count, float tone,
                    float strength);
void canvas_rectangle(struct canvas *canvas, float x, float y, float width, float height,
                      float tone, float strength);
void canvas_ellipse(struct canvas *canvas, float x, float y, float rx, float ry, float tone,
                    float strength);
void canvas_line(struct canvas *canvas, float x0, float y0, float x1, float y1, float width,
                 float tone, float strength);
/* A soft light around a point. */
void canvas_glow(struct canvas *canvas, float x, float y, float radius, float tone, float strength);
/* Hills: a ridge across the width, down to `bottom`. */
void canvas_ridge(struct canvas *canvas, float level, float height, float bottom, float tone);
/* Water from `top` down: broken horizontal lights that grow towards the reader. */
void canvas_water(struct canvas *canvas, float top, float tone_far, float tone_near);
/* What stands above `line` mirrored below it, broken by waves. */
void canvas_mirror(struct canvas *canvas, float line, float depth, float strength);

/* A closed outline through the points, rounded at each; at most CURVE_MAX points. */
void canvas_curve(struct canvas *canvas, const struct point *points, size_t count, float tone,
                  float strength);

/* Shapes drawn between canvas_layer() and canvas_pour() become one shape, of which only the
 * strength counts; canvas_cut() says whether they are added or taken away. Pouring fills it from
 * one tone and strength at `top` to others at `bottom`. canvas_rim() then tones what of the last
 * shape isn't covered by the same shape moved by (dx, dy): a lit or a shaded side. */
void canvas_layer(struct canvas *canvas);
void canvas_cut(struct canvas *canvas, bool cutting);
void canvas_pour(struct canvas *canvas, float top, float bottom, float tone_top, float tone_bottom,
                 float strength_top, float strength_bottom);
void canvas_rim(struct canvas *canvas, int dx, int dy, float tone, float strength);

/* Left becomes right. */
void canvas_flip(struct canvas *canvas);

/* Grain, and the two colours chosen by `palette`. */
void canvas_png(struct canvas *canvas, unsigned palette, struct buf *ret_png);

#endif
