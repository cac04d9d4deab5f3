/* Scenes of the town and the country, a portrait, a chart. */
#include "cli/draw_scenes.h"

#include <math.h>

static void ground(struct canvas *canvas, float line, float far, float near)
{
    canvas_gradient(canvas, line, CANVAS_HEIGHT, far, near);
}

void scene_street(struct canvas *canvas)
{
    bool evening = canvas_random(canvas) < 0.5f;
    float line = 880;
    canvas_gradient(canvas, 0, line, evening ? 0.26f : 0.7f, evening ? 0.7f : 0.97f);
    if (!evening)
        draw_clouds(canvas, 80, 260, 1, 4);
    float x = -40;
    while (x < CANVAS_WIDTH) { /* the row behind */
        float width = canvas_between(canvas, 110, 170);
        draw_house(canvas, x, line - 60, width, canvas_between(canvas, 380, 520),
                   evening ? 0.42f : 0.66f, false);
        x += width;
    }
    x = -60;
    while (x < CANVAS_WIDTH) {
        float width = canvas_between(canvas, 190, 280);
        draw_house(canvas, x, line, width, canvas_between(canvas, 330, 470),
                   canvas_between(canvas, 0.2f, 0.42f), evening);
        x += width + 3;
    }
    ground(canvas, line, 0.62f, 0.36f);
    canvas_rectangle(canvas, 0, line, CANVAS_WIDTH, 16, 0.8f, 1);
    canvas_mirror(canvas, line + 16, 300, evening ? 0.5f : 0.26f);
    for (int i = 0; i < 4; i++)
        draw_lamp(canvas, 180 + 470 * (float)i, line + 50, 400, evening);
    float walker = canvas_between(canvas, 500, 1300);
    canvas_ellipse(canvas, walker, line - 92, 17, 20, 0.06f, 1);
    struct point coat[] = {{walker - 24, line - 70},
                           {walker + 24, line - 70},
                           {walker + 38, line + 26},
                           {walker - 34, line + 26}};
    canvas_polygon(canvas, coat, 4, 0.06f, 1);
    canvas_line(canvas, walker - 12, line + 20, walker - 20, line + 84, 13, 0.06f, 1);
    canvas_line(canvas, walker + 12, line + 20, walker + 24, line + 82, 13, 0.06f, 1);
    struct point umbrella[] = {{walker - 96, line - 104},
                               {walker - 60, line - 150},
                               {walker, line - 168},
                               {walker + 60, line - 150},
                               {walker + 96, line - 104}};
    canvas_polygon(canvas, umbrella, 5, 0.1f, 1);
}

static void stall(struct canvas *canvas, float x, float base, float width)
{
    float top = base - 330;
    canvas_line(canvas, x + 10, base, x + 10, top, 10, 0.16f, 1);
    canvas_line(canvas, x + width - 10, base, x + width - 10, top, 10, 0.16f, 1);
    canvas_rectangle(canvas, x, base - 130, width, 130, 0.3f, 1);
    canvas_rectangle(canvas, x - 8, base - 142, width + 16, 16, 0.18f, 1);
    int stripes = 8;
    float step = width * 1.12f / (float)stripes;
    for (int i = 0; i < stripes; i++) {
        float left = x - width * 0.06f + step * (float)i,
              up = x + width / (float)stripes * (float)i;
        struct point awning[] = {{up, top - 70},
                                 {up + width / (float)stripes, top - 70},
                                 {left + step, top + 40},
                                 {left, top + 40}};
        canvas_polygon(canvas, awning, 4, i % 2 ? 0.94f : 0.24f, 1);
        canvas_ellipse(canvas, left + step / 2, top + 40, step / 2, 16, i % 2 ? 0.94f : 0.24f, 1);
    }
    for (int i = 0; i < 26; i++)
        canvas_ellipse(canvas, x + canvas_between(canvas, 20, width - 20),
                       base - 146 - canvas_between(canvas, 0, 22), 17, 15,
                       canvas_between(canvas, 0.4f, 0.86f), 1);
}

void scene_market(struct canvas *canvas)
{
    float base = 960;
    canvas_gradient(canvas, 0, base, 0.74f, 0.97f);
    for (int i = 0; i < 6; i++)
        draw_house(canvas, -30 + 310 * (float)i, 790, 300, canvas_between(canvas, 380, 500), 0.72f,
                   false);
    ground(canvas, 790, 0.8f, 0.5f);
    for (int i = 0; i < 4; i++)
        stall(canvas, 40 + 450 * (float)i + canvas_between(canvas, -10, 20), base, 350);
    for (int i = 0; i < 7; i++)
        draw_person(canvas, canvas_between(canvas, 60, 1740),
                    base + canvas_between(canvas, 40, 170), canvas_between(canvas, 290, 350),
                    canvas_between(canvas, 0.04f, 0.2f));
}

void scene_council(struct canvas *canvas)
{
    float base = 900, left = 300, width = 1200, top = 430;
    canvas_gradient(canvas, 0, base, 0.6f, 0.96f);
    draw_clouds(canvas, 70, 260, 0.98f, 5);
    ground(canvas, base, 0.76f, 0.48f);
    canvas_rectangle(canvas, left - 170, 520, width + 340, base - 520, 0.5f, 1);
    for (int i = 0; i < 12; i++)
        canvas_rectangle(canvas, left - 140 + 126 * (float)i, 590, 50, 130, 0.26f, 1);
    canvas_rectangle(canvas, left, top, width, base - top, 0.36f, 1);
    struct point gable[] = {
        {left - 50, top}, {left + width / 2, top - 190}, {left + width + 50, top}};
    struct point inner[] = {
        {left + 70, top - 16}, {left + width / 2, top - 150}, {left + width - 70, top - 16}};
    canvas_polygon(canvas, gable, 3, 0.8f, 1);
    canvas_polygon(canvas, inner, 3, 0.58f, 1);
    canvas_ellipse(canvas, left + width / 2, top - 62, 36, 36, 0.9f, 1);
    canvas_line(canvas, left + width / 2, top - 62, left + width / 2, top - 86, 5, 0.1f, 1);
    canvas_line(canvas, left + width / 2, top - 62, left + width / 2 + 16, top - 54, 5, 0.1f, 1);
    canvas_rectangle(canvas, left - 50, top, width + 100, 40, 0.86f, 1);
    for (int i = 0; i < 6; i++) {
        float x = left + 40 + 212 * (float)i;
        canvas_rectangle(canvas, x, top + 40, 66, base - top - 70, 0.88f, 1);
        canvas_rectangle(canvas, x + 44, top + 40, 22, base - top - 70, 0.62f, 1);
        canvas_rectangle(canvas, x - 12, top + 40, 90, 20, 0.8f, 1);
        canvas_rectangle(canvas, x - 12, base - 46, 90, 20, 0.8f, 1);
    }
    canvas_rectangle(canvas, left + width / 2 - 60, base - 240, 120, 220, 0.1f, 1);
    for (int i = 0; i < 5; i++)
        canvas_rectangle(canvas, left - 70 - 26 * (float)i, base - 26 + 22 * (float)i,
                         width + 140 + 52 * (float)i, 22, i % 2 ? 0.7f : 0.86f, 1);
    canvas_line(canvas, left + width / 2, top - 190, left + width / 2, top - 380, 8, 0.14f, 1);
    struct point flag[] = {{left + width / 2 + 4, top - 376},
                           {left + width / 2 + 150, top - 352},
                           {left + width / 2 + 140, top - 300},
                           {left + width / 2 + 4, top - 290}};
    canvas_polygon(canvas, flag, 4, 0.2f, 1);
    for (int i = 0; i < 4; i++)
        draw_person(canvas, canvas_between(canvas, 200, 1600), 1090,
                    canvas_between(canvas, 150, 180), 0.1f);
}

void scene_school(struct canvas *canvas)
{
    float base = 890;
    canvas_gradient(canvas, 0, base, 0.7f, 0.98f);
    draw_clouds(canvas, 90, 300, 1, 5);
    canvas_ridge(canvas, base, 200, base, 0.82f);
    ground(canvas, base, 0.74f, 0.52f);
    canvas_rectangle(canvas, 420, 560, 980, base - 560, 0.44f, 1);
    struct point roof[] = {{390, 560}, {470, 440}, {1350, 440}, {1430, 560}};
    canvas_polygon(canvas, roof, 4, 0.26f, 1);
    for (int row = 0; row < 2; row++)
        for (int i = 0; i < 8; i++) {
            float x = 466 + 118 * (float)i, y = 596 + 140 * (float)row;
            if (row == 1 && (i == 3 || i == 4))
                continue;
            canvas_rectangle(canvas, x, y, 62, 92, 0.9f, 1);
            canvas_rectangle(canvas, x + 29, y, 4, 92, 0.44f, 1);
            canvas_rectangle(canvas, x, y + 42, 62, 4, 0.44f, 1);
        }
    canvas_rectangle(canvas, 836, base - 170, 150, 170, 0.16f, 1);
    canvas_rectangle(canvas, 850, 280, 120, 170, 0.4f, 1);
    struct point spire[] = {{836, 284}, {910, 130}, {984, 284}};
    canvas_polygon(canvas, spire, 3, 0.22f, 1);
    canvas_ellipse(canvas, 910, 350, 34, 44, 0.86f, 1);
    canvas_ellipse(canvas, 910, 356, 18, 22, 0.2f, 1);
    draw_tree(canvas, 240, base + 30, 460, 0.3f);
    draw_tree(canvas, 1560, base + 40, 520, 0.26f);
    for (int i = 0; i < 60; i++)
        canvas_rectangle(canvas, 30.0f * (float)i, 980, 10, 90, 0.2f, 1);
    canvas_rectangle(canvas, 0, 1000, CANVAS_WIDTH, 10, 0.2f, 1);
    for (int i = 0; i < 5; i++)
        draw_person(canvas, canvas_between(canvas, 500, 1300),
                    960 + canvas_between(canvas, -20, 14), 150,
                    canvas_between(canvas, 0.08f, 0.24f));
}

void scene_train(struct canvas *canvas)
{
    float rail = 640;
    canvas_gradient(canvas, 0, 900, 0.66f, 0.97f);
    draw_clouds(canvas, 90, 280, 1, 5);
    canvas_ridge(canvas, 860, 420, 1200, 0.78f);
    canvas_ridge(canvas, 960, 300, 1200, 0.62f);
    for (int near = 0; near < 2; near++) { /* the viaduct, its arches cut out */
        canvas_layer(canvas);
        canvas_rectangle(canvas, -10, rail + 14, CANVAS_WIDTH + 20, 700, 1, 1);
        canvas_cut(canvas, true);
        for (int i = 0; i < 9; i++) {
            float cx = -20 + 240 * (float)i + (near ? 0 : 20);
            canvas_ellipse(canvas, cx, rail + 190, 92, 112, 1, 1);
            canvas_rectangle(canvas, cx - 92, rail + 190, 184, 500, 1, 1);
        }
        canvas_pour(canvas, rail, CANVAS_HEIGHT, near ? 0.42f : 0.24f, near ? 0.3f : 0.2f, 1, 1);
    }
    canvas_rectangle(canvas, -10, rail + 52, CANVAS_WIDTH + 20, 8, 0.54f, 1);
    float x = canvas_between(canvas, 120, 260);
    for (int car = 0; car < 4; car++) {
        float left = x + 400 * (float)car;
        bool engine = car == 3;
        canvas_rectangle(canvas, left, rail - 150, 380, 140, engine ? 0.1f : 0.2f, 1);
        canvas_ellipse(canvas, left + 190, rail - 150, 190, 22, engine ? 0.1f : 0.26f, 1);
        canvas_rectangle(canvas, left, rail - 64, 380, 10, 0.7f, 1);
        for (int i = 0; i < (engine ? 2 : 5); i++)
            canvas_rectangle(canvas, left + (engine ? 230 : 26) + 72 * (float)i, rail - 130, 50, 52,
                             0.94f, 1);
        for (int i = 0; i < 2; i++) {
            canvas_ellipse(canvas, left + 80 + 220 * (float)i, rail - 4, 24, 24, 0.06f, 1);
            canvas_ellipse(canvas, left + 136 + 220 * (float)i, rail - 4, 24, 24, 0.06f, 1);
        }
    }
    canvas_rectangle(canvas, -10, rail + 12, CANVAS_WIDTH + 20, 8, 0.08f, 1);
    for (int i = 0; i < 10; i++)
        draw_tree(canvas, 180.0f * (float)i + canvas_between(canvas, 0, 90), 1230,
                  canvas_between(canvas, 170, 300), 0.2f);
}

void scene_fields(struct canvas *canvas)
{
    float line = 560, vanish = canvas_between(canvas, 700, 1200);
    canvas_gradient(canvas, 0, line, 0.72f, 0.98f);
    draw_clouds(canvas, 80, 300, 1, 6);
    canvas_ridge(canvas, line, 170, line, 0.76f);
    canvas_ridge(canvas, line, 90, line + 4, 0.62f);
    ground(canvas, line, 0.7f, 0.34f);
    for (int i = -16; i < 17; i++) {
        float near = vanish + (float)i * 260;
        struct point furrow[] = {{vanish + (float)i * 12, line},
                                 {vanish + (float)i * 12 + 4, line},
                                 {near + 90, CANVAS_HEIGHT},
                                 {near, CANVAS_HEIGHT}};
        canvas_polygon(canvas, furrow, 4, 0.2f, 0.62f);
    }
    for (int i = 0; i < 12; i++)
        draw_tree(canvas, 150.0f * (float)i, line + 14, canvas_between(canvas, 50, 90), 0.44f);
    float barn = vanish < 950 ? 1180 : 380;
    canvas_rectangle(canvas, barn, 440, 260, 150, 0.26f, 1);
    struct point roof[] = {
        {barn - 20, 446}, {barn + 40, 366}, {barn + 220, 366}, {barn + 280, 446}};
    canvas_polygon(canvas, roof, 4, 0.14f, 1);
    canvas_rectangle(canvas, barn + 92, 500, 76, 90, 0.08f, 1);
    draw_tree(canvas, barn - 90, 596, 240, 0.3f);
    draw_tree(canvas, barn + 350, 600, 200, 0.34f);
}

void scene_chart(struct canvas *canvas)
{
    float left = 190, right = 1660, top = 170, base = 1000;
    canvas_gradient(canvas, 0, CANVAS_HEIGHT, 0.97f, 0.93f);
    for (int i = 0; i < 6; i++)
        canvas_rectangle(canvas, left, top + (base - top) * (float)i / 5, right - left, 3, 0.62f,
                         1);
    bool bars = canvas_random(canvas) < 0.5f;
    int count = bars ? 12 : 24;
    float value = canvas_between(canvas, 0.25f, 0.5f), x0 = left, y0 = base;
    for (int i = 0; i < count; i++) {
        value += canvas_between(canvas, -0.12f, 0.15f);
        value = value < 0.08f ? 0.08f : value > 0.95f ? 0.95f : value;
        float step = (right - left) / (float)count, x = left + step * (float)i;
        float y = base - (base - top) * value;
        if (bars) {
            canvas_rectangle(canvas, x + step * 0.16f, y, step * 0.68f, base - y,
                             i == count - 1 ? 0.06f : 0.42f, 1);
        } else if (i > 0) {
            struct point area[] = {{x0, y0}, {x, y}, {x, base}, {x0, base}};
            canvas_polygon(canvas, area, 4, 0.5f, 0.34f);
            canvas_line(canvas, x0, y0, x, y, 11, 0.08f, 1);
            canvas_ellipse(canvas, x, y, 10, 10, 0.08f, 1);
        }
        x0 = x;
        y0 = y;
        canvas_rectangle(canvas, x + step * 0.3f, base + 34, step * 0.4f, 12, 0.5f, 1);
    }
    canvas_rectangle(canvas, left, base, right - left, 8, 0.1f, 1);
    canvas_ellipse(canvas, x0, y0, bars ? 0 : 24, bars ? 0 : 24, 0.04f, 1);
}
