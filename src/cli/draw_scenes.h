/* The scenes: each composes one picture on an empty canvas. */
#ifndef CLI_DRAW_SCENES_H
#define CLI_DRAW_SCENES_H

#include "cli/draw_canvas.h"

void scene_harbour(struct canvas *canvas);
void scene_ship(struct canvas *canvas);
void scene_lighthouse(struct canvas *canvas);
void scene_storm(struct canvas *canvas);
void scene_night(struct canvas *canvas);
void scene_bridge(struct canvas *canvas);
void scene_weather(struct canvas *canvas);

void scene_street(struct canvas *canvas);
void scene_market(struct canvas *canvas);
void scene_council(struct canvas *canvas);
void scene_school(struct canvas *canvas);
void scene_train(struct canvas *canvas);
void scene_fields(struct canvas *canvas);
void scene_portrait(struct canvas *canvas);
void scene_chart(struct canvas *canvas);

/* Pieces that several scenes use. */
void draw_clouds(struct canvas *canvas, float top, float bottom, float tone, int count);
void draw_crane(struct canvas *canvas, float x, float base, float size, float tone);
void draw_freighter(struct canvas *canvas, float x, float line, float size, float tone);
void draw_house(struct canvas *canvas, float x, float base, float width, float height, float tone,
                bool lit);
void draw_person(struct canvas *canvas, float x, float base, float size, float tone);
void draw_tree(struct canvas *canvas, float x, float base, float size, float tone);
void draw_lamp(struct canvas *canvas, float x, float base, float height, bool lit);
void draw_bird(struct canvas *canvas, float x, float y, float size, float tone);

#endif
