/* Scenes of the harbour and the sea. */
#include "cli/draw_scenes.h"

#include <math.h>

static void sky(struct canvas *canvas, float bottom, float top_tone, float low_tone)
{
    canvas_gradient(canvas, 0, bottom, top_tone, low_tone);
    canvas_gradient(canvas, bottom, CANVAS_HEIGHT, low_tone, low_tone);
}

void scene_harbour(struct canvas *canvas)
{
    float line = 760, sun = canvas_between(canvas, 300, 1500);
    sky(canvas, line, 0.62f, 0.95f);
    canvas_glow(canvas, sun, line - 180, 520, 1, 0.8f);
    canvas_ellipse(canvas, sun, line - 180, 62, 62, 1, 0.9f);
    draw_clouds(canvas, 90, 330, 0.98f, 4);
    canvas_ridge(canvas, line, 260, line, 0.68f);
    canvas_ridge(canvas, line, 150, line, 0.55f);
    int cranes = 2 + (int)(canvas_random(canvas) * 2);
    for (int i = 0; i < cranes; i++)
        draw_crane(canvas, 250 + 480 * (float)i + canvas_between(canvas, -60, 120), line - 12,
                   canvas_between(canvas, 360, 520), 0.17f);
    draw_freighter(canvas, canvas_between(canvas, 500, 900), line, 860, 0.12f);
    canvas_rectangle(canvas, 0, line - 14, CANVAS_WIDTH, 20, 0.2f, 1);
    canvas_water(canvas, line + 6, 0.72f, 0.36f);
    canvas_mirror(canvas, line + 6, 330, 0.5f);
    canvas_rectangle(canvas, -10, 1090, CANVAS_WIDTH + 20, 130, 0.1f, 1);
    for (int i = 0; i < 7; i++)
        canvas_rectangle(canvas, 60 + 270 * (float)i, 1030, 46, 66, 0.1f, 1);
    for (int i = 0; i < 5; i++)
        draw_bird(canvas, canvas_between(canvas, 200, 1600), canvas_between(canvas, 150, 480),
                  canvas_between(canvas, 16, 34), 0.2f);
}

void scene_ship(struct canvas *canvas)
{
    float line = canvas_between(canvas, 780, 840);
    sky(canvas, line, 0.7f, 0.97f);
    draw_clouds(canvas, 120, 420, 1, 6);
    canvas_ridge(canvas, line, 110, line, 0.8f);
    draw_freighter(canvas, canvas_between(canvas, 140, 260), line, 1420, 0.1f);
    canvas_water(canvas, line, 0.66f, 0.28f);
    canvas_mirror(canvas, line, 300, 0.55f);
    float tug = canvas_between(canvas, 1180, 1400), sea = line + 150;
    struct point hull[] = {
        {tug, sea - 60}, {tug + 260, sea - 74}, {tug + 232, sea}, {tug + 26, sea}};
    canvas_polygon(canvas, hull, 4, 0.06f, 1);
    canvas_rectangle(canvas, tug + 70, sea - 136, 96, 78, 0.82f, 1);
    canvas_rectangle(canvas, tug + 82, sea - 122, 70, 24, 0.25f, 1);
    canvas_rectangle(canvas, tug + 176, sea - 150, 30, 90, 0.16f, 1);
    for (int i = 0; i < 7; i++)
        canvas_ellipse(canvas, tug + 200 + 34 * (float)i, sea - 176 - 26 * (float)i,
                       26 + 9 * (float)i, 17 + 6 * (float)i, 0.52f, 0.2f);
    canvas_line(canvas, tug - 170, sea + 6, tug + 330, sea + 4, 9, 0.95f, 0.5f);
}

void scene_lighthouse(struct canvas *canvas)
{
    float line = 860, x = canvas_between(canvas, 1080, 1300), base = 640, top = 210;
    sky(canvas, line, 0.34f, 0.82f);
    struct point beam[] = {{x, top + 30}, {-200, -40}, {-200, 300}};
    struct point back[] = {{x, top + 30}, {2000, 120}, {2000, 270}};
    canvas_polygon(canvas, beam, 3, 1, 0.3f);
    canvas_polygon(canvas, back, 3, 1, 0.2f);
    draw_clouds(canvas, 420, 640, 0.88f, 4);
    canvas_ridge(canvas, line, 90, line, 0.58f);
    canvas_water(canvas, line, 0.55f, 0.2f);
    struct point cliff[] = {{640, 1010}, {700, 930},   {790, 860},  {850, 760},
                            {930, 700},  {1000, 640},  {1480, 630}, {1640, 690},
                            {1800, 700}, {1800, 1200}, {560, 1200}};
    canvas_polygon(canvas, cliff, 11, 0.14f, 1);
    for (int i = 0; i < 26; i++) {
        float cx = canvas_between(canvas, 800, 1780), cy = canvas_between(canvas, 720, 1150);
        canvas_line(canvas, cx, cy, cx + canvas_between(canvas, -60, -10), cy + 70, 5, 0.26f, 0.5f);
    }
    struct point tower[] = {{x - 74, base}, {x + 74, base}, {x + 46, top + 80}, {x - 46, top + 80}};
    canvas_polygon(canvas, tower, 4, 0.9f, 1);
    for (int i = 0; i < 2; i++) {
        float y0 = top + 170 + 170 * (float)i, grow = (y0 - top - 80) * 0.08f;
        struct point band[] = {{x - 46 - grow, y0},
                               {x + 46 + grow, y0},
                               {x + 52 + grow, y0 + 84},
                               {x - 52 - grow, y0 + 84}};
        canvas_polygon(canvas, band, 4, 0.22f, 1);
    }
    struct point shade[] = {{x + 20, base}, {x + 74, base}, {x + 46, top + 80}, {x + 14, top + 80}};
    canvas_polygon(canvas, shade, 4, 0.05f, 0.3f);
    canvas_rectangle(canvas, x - 64, top + 66, 128, 14, 0.1f, 1);
    canvas_rectangle(canvas, x - 34, top + 4, 68, 62, 0.98f, 1);
    canvas_glow(canvas, x, top + 34, 210, 1, 0.9f);
    struct point cap[] = {{x - 44, top + 6}, {x, top - 46}, {x + 44, top + 6}};
    canvas_polygon(canvas, cap, 3, 0.1f, 1);
    draw_house(canvas, x + 110, base + 4, 170, 96, 0.5f, true);
}

static void wave(struct canvas *canvas, float y, float height, float tone)
{
    struct point points[122];
    float phase = canvas_between(canvas, 0, 6.28f), count = canvas_between(canvas, 5, 8);
    for (int i = 0; i < 120; i++) {
        float t = (float)i / 119, angle = phase + t * count * 6.2831f;
        float crest = powf(0.5f + 0.5f * sinf(angle + 0.5f * sinf(angle)), 2.2f);
        points[i] = (struct point){t * CANVAS_WIDTH, y - height * crest};
    }
    points[120] = (struct point){CANVAS_WIDTH, CANVAS_HEIGHT};
    points[121] = (struct point){0, CANVAS_HEIGHT};
    canvas_polygon(canvas, points, 122, tone, 1);
    for (int i = 1; i < 120; i++)
        if (points[i].y < y - height * 0.7f)
            canvas_line(canvas, points[i - 1].x, points[i - 1].y, points[i].x, points[i].y,
                        3 + height * 0.03f, 0.96f, 0.8f);
}

void scene_storm(struct canvas *canvas)
{
    sky(canvas, 700, 0.16f, 0.62f);
    for (int i = 0; i < 3; i++)
        draw_clouds(canvas, 40 + 90 * (float)i, 200 + 110 * (float)i, 0.2f + 0.12f * (float)i, 6);
    struct point mole[] = {{0, 640}, {560, 668}, {640, 760}, {0, 800}};
    for (int i = 0; i < 6; i++) {
        wave(canvas, 690 + 95 * (float)i, 46 + 24 * (float)i, 0.5f - 0.075f * (float)i);
        if (i == 1) {
            canvas_polygon(canvas, mole, 4, 0.1f, 1);
            canvas_rectangle(canvas, 470, 560, 44, 110, 0.12f, 1);
            canvas_glow(canvas, 492, 560, 120, 1, 0.8f);
            for (int k = 0; k < 40; k++)
                canvas_ellipse(canvas, 600 + canvas_between(canvas, -120, 90),
                               640 - canvas_between(canvas, 0, 260), canvas_between(canvas, 6, 34),
                               canvas_between(canvas, 6, 30), 0.96f, 0.28f);
        }
    }
    for (int i = 0; i < 340; i++) {
        float x = canvas_between(canvas, -100, CANVAS_WIDTH + 300);
        float y = canvas_between(canvas, -60, CANVAS_HEIGHT),
              length = canvas_between(canvas, 30, 110);
        canvas_line(canvas, x, y, x - length * 0.42f, y + length, 1.6f, 0.95f, 0.3f);
    }
}

void scene_night(struct canvas *canvas)
{
    float line = 740;
    sky(canvas, line, 0.03f, 0.3f);
    for (int i = 0; i < 130; i++)
        canvas_ellipse(canvas, canvas_between(canvas, 0, CANVAS_WIDTH),
                       canvas_between(canvas, 0, 440), 1.6f, 1.6f, 1,
                       canvas_between(canvas, 0.2f, 0.8f));
    float moon = canvas_between(canvas, 250, 1550);
    canvas_glow(canvas, moon, 190, 300, 0.8f, 0.5f);
    canvas_ellipse(canvas, moon, 190, 56, 56, 0.96f, 1);
    canvas_ellipse(canvas, moon + 20, 180, 50, 50, 0.15f, 0.85f);
    canvas_ridge(canvas, line, 300, line, 0.14f);
    float x = -20;
    while (x < CANVAS_WIDTH) {
        float width = canvas_between(canvas, 90, 170);
        draw_house(canvas, x, line, width, canvas_between(canvas, 130, 260), 0.09f, true);
        x += width + 4;
    }
    for (int i = 0; i < 9; i++)
        draw_lamp(canvas, 90 + 205 * (float)i, line, 96, true);
    canvas_rectangle(canvas, 0, line, CANVAS_WIDTH, 12, 0.05f, 1);
    canvas_gradient(canvas, line + 12, CANVAS_HEIGHT, 0.12f, 0.04f);
    canvas_mirror(canvas, line + 12, 460, 0.72f);
    for (int i = 0; i < 3; i++) {
        float boat = 220 + 560 * (float)i + canvas_between(canvas, 0, 200), y = 1010;
        struct point hull[] = {
            {boat, y}, {boat + 230, y - 14}, {boat + 190, y + 44}, {boat + 34, y + 44}};
        canvas_polygon(canvas, hull, 4, 0.02f, 1);
        canvas_line(canvas, boat + 110, y, boat + 110, y - 220, 6, 0.02f, 1);
        canvas_ellipse(canvas, boat + 110, y - 222, 5, 5, 1, 1);
        canvas_glow(canvas, boat + 110, y - 222, 50, 1, 0.6f);
    }
}

void scene_bridge(struct canvas *canvas)
{
    float line = 800, deck = 560;
    sky(canvas, line, 0.72f, 0.97f);
    draw_clouds(canvas, 100, 320, 1, 5);
    canvas_ridge(canvas, line, 300, line, 0.74f);
    canvas_ridge(canvas, line, 170, line, 0.6f);
    int arches = 3 + (int)(canvas_random(canvas) * 3);
    float span = (CANVAS_WIDTH + 120.0f) / (float)arches;
    canvas_rectangle(canvas, -20, deck, CANVAS_WIDTH + 40, line - deck + 30, 0.24f, 1);
    for (int i = 0; i < arches; i++) {
        float cx = -60 + span * ((float)i + 0.5f), rx = span * 0.41f;
        canvas_ellipse(canvas, cx, line + 10, rx, line - deck - 52, 0.83f, 1);
        canvas_ellipse(canvas, cx + 16, line + 12, rx - 26, line - deck - 78, 0.9f, 1);
        canvas_rectangle(canvas, cx + span * 0.46f, deck - 6, span * 0.08f, line - deck + 60, 0.18f,
                         1);
    }
    canvas_rectangle(canvas, -20, deck - 26, CANVAS_WIDTH + 40, 30, 0.14f, 1);
    for (int i = 0; i < 46; i++)
        canvas_rectangle(canvas, 40.0f * (float)i, deck - 70, 6, 48, 0.14f, 1);
    canvas_rectangle(canvas, -20, deck - 76, CANVAS_WIDTH + 40, 9, 0.14f, 1);
    for (int i = 0; i < 5; i++)
        draw_lamp(canvas, 160 + 380 * (float)i, deck - 24, 190, false);
    canvas_water(canvas, line + 26, 0.7f, 0.34f);
    canvas_mirror(canvas, line + 26, 340, 0.6f);
    draw_tree(canvas, 90, line + 60, 330, 0.16f);
    draw_tree(canvas, 1720, line + 70, 380, 0.14f);
}

void scene_weather(struct canvas *canvas)
{
    float line = 830, sun = canvas_between(canvas, 500, 1300);
    sky(canvas, line, 0.5f, 0.98f);
    canvas_glow(canvas, sun, 420, 760, 1, 0.9f);
    for (int i = 0; i < 9; i++) {
        float x = sun + ((float)i - 4) * 130;
        struct point ray[] = {{sun - 8 + (float)i * 2, 400},
                              {sun + 8 + (float)i * 2, 400},
                              {x + 150 + ((float)i - 4) * 90, line},
                              {x + 40 + ((float)i - 4) * 90, line}};
        canvas_polygon(canvas, ray, 4, 1, 0.16f);
    }
    draw_clouds(canvas, 120, 380, 0.36f, 7);
    draw_clouds(canvas, 200, 450, 0.66f, 8);
    draw_clouds(canvas, 330, 520, 0.97f, 6);
    canvas_ridge(canvas, line, 80, line, 0.7f);
    canvas_water(canvas, line, 0.85f, 0.3f);
    for (int i = 0; i < 60; i++)
        canvas_ellipse(canvas, sun + canvas_between(canvas, -30, 30) * (1 + (float)i * 0.12f),
                       line + 6 + (float)i * 6, 40 + (float)i * 2, 2 + (float)i * 0.05f, 1, 0.4f);
    float boat = canvas_between(canvas, 300, 500), y = 930;
    struct point hull[] = {{boat, y}, {boat + 200, y}, {boat + 168, y + 40}, {boat + 30, y + 40}};
    struct point sail[] = {{boat + 96, y - 10}, {boat + 96, y - 300}, {boat + 216, y - 14}};
    struct point jib[] = {{boat + 84, y - 10}, {boat + 84, y - 250}, {boat + 4, y - 12}};
    canvas_polygon(canvas, hull, 4, 0.1f, 1);
    canvas_polygon(canvas, sail, 3, 0.2f, 1);
    canvas_polygon(canvas, jib, 3, 0.32f, 1);
    for (int i = 0; i < 6; i++)
        draw_bird(canvas, canvas_between(canvas, 700, 1700), canvas_between(canvas, 480, 720),
                  canvas_between(canvas, 14, 30), 0.16f);
}
