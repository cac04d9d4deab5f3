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
    struct point cliff[] = {{560, 1210}, {640, 1010}, {720, 930},  {800, 850},
                            {880, 740},  {960, 690},  {1010, 645}, {1480, 630},
                            {1640, 680}, {1820, 690}, {1820, 1210}};
    canvas_layer(canvas);
    canvas_polygon(canvas, cliff, 11, 1, 1);
    canvas_pour(canvas, 630, CANVAS_HEIGHT, 0.24f, 0.1f, 1, 1);
    canvas_rim(canvas, -10, -16, 0.5f, 0.6f);
    for (int i = 0; i < 34; i++) { /* faces of the rock, towards the light of the sea */
        float cx = canvas_between(canvas, 700, 1780), size = canvas_between(canvas, 30, 110);
        float least = cx < 1000 ? 650 + (1000 - cx) * 1.15f : 670;
        float cy = canvas_between(canvas, least + 30, 1180);
        struct point facet[] = {{cx, cy},
                                {cx + size * 0.35f, cy + size * 0.2f},
                                {cx + size * 0.1f, cy + size},
                                {cx - size * 0.35f, cy + size * 0.8f}};
        canvas_polygon(canvas, facet, 4, canvas_random(canvas) < 0.5f ? 0.3f : 0.07f, 0.4f);
    }
    for (int i = 0; i < 26; i++) { /* surf */
        float t = (float)i / 25, sx = 556 + t * 84, sy = 1205 - t * 190;
        canvas_ellipse(canvas, sx - canvas_between(canvas, 0, 50) * (1 - t * 0.6f), sy,
                       canvas_between(canvas, 14, 50), canvas_between(canvas, 2, 5), 0.95f, 0.4f);
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

/* A swell across the picture: long backs, steep fronts, some crests breaking. */
static void swell(struct canvas *canvas, float y, float height, float tone)
{
    enum { STEPS = 200 };
    struct point points[STEPS + 2];
    float a = canvas_between(canvas, 0, 6.28f), b = canvas_between(canvas, 0, 6.28f);
    float count = canvas_between(canvas, 2.1f, 2.9f) * (1 + 60 / height);
    for (int i = 0; i < STEPS; i++) {
        float t = (float)i / (STEPS - 1), angle = a + t * count * 6.2831f;
        float back = sinf(angle + 0.55f * sinf(angle)) + 0.35f * sinf(b + t * count * 14.3f);
        points[i] = (struct point){t * CANVAS_WIDTH, y - height * (0.5f + 0.38f * back)};
    }
    points[STEPS] = (struct point){CANVAS_WIDTH, CANVAS_HEIGHT};
    points[STEPS + 1] = (struct point){0, CANVAS_HEIGHT};
    canvas_layer(canvas);
    canvas_polygon(canvas, points, STEPS + 2, 1, 1);
    canvas_pour(canvas, y - height, y + height * 1.6f, tone + 0.12f, tone - 0.08f, 1, 1);
    canvas_rim(canvas, 0, -(int)(2 + height * 0.03f), 0.95f, 0.3f);
    for (int i = 1; i < STEPS; i++) /* the crests alone break white */
        if (points[i].y < y - height * 0.62f)
            canvas_line(canvas, points[i - 1].x, points[i - 1].y + 2, points[i].x, points[i].y + 2,
                        2 + height * 0.04f, 0.97f, 0.6f);
    for (int i = 2; i < STEPS; i++) /* foam down the fronts of the high ones */
        if (points[i].y < y - height * 0.7f && canvas_random(canvas) < 0.75f) {
            float length = height * canvas_between(canvas, 0.05f, 0.3f);
            struct point streak[] = {{points[i].x - 9, points[i].y + 1},
                                     {points[i].x + 9, points[i].y + 1},
                                     {points[i].x + length * 0.7f, points[i].y + length}};
            canvas_polygon(canvas, streak, 3, 0.96f, 0.5f);
        }
}

static void spray(struct canvas *canvas, float x, float y)
{
    for (int i = 0; i < 22; i++) {
        float angle = canvas_between(canvas, -2.3f, -0.9f), far = canvas_between(canvas, 60, 260);
        float wide = canvas_between(canvas, 16, 44);
        struct point jet[] = {
            {x - wide, y}, {x + cosf(angle) * far, y + sinf(angle) * far}, {x + wide, y}};
        canvas_curve(canvas, jet, 3, 0.97f, 0.17f);
    }
    for (int i = 0; i < 150; i++) {
        float angle = canvas_between(canvas, -2.7f, -0.5f);
        float far = 300 * canvas_random(canvas) * canvas_random(canvas) + 30;
        float r = canvas_between(canvas, 1.2f, 4.5f);
        canvas_ellipse(canvas, x + cosf(angle) * far, y + sinf(angle) * far * 0.95f, r, r, 0.98f,
                       0.75f);
    }
    canvas_glow(canvas, x, y - 60, 320, 1, 0.5f);
}

static void mole(struct canvas *canvas, float y)
{
    struct point wall[] = {{-10, y - 90}, {520, y - 56}, {590, y + 70}, {-10, y + 110}};
    struct point top[] = {{-10, y - 90}, {520, y - 56}, {528, y - 40}, {-10, y - 70}};
    canvas_glow(canvas, 462, y - 214, 260, 1, 0.8f);
    canvas_polygon(canvas, wall, 4, 0.12f, 1);
    canvas_polygon(canvas, top, 4, 0.3f, 1);
    struct point tower[] = {{440, y - 60}, {484, y - 58}, {476, y - 190}, {448, y - 190}};
    canvas_polygon(canvas, tower, 4, 0.14f, 1);
    canvas_rectangle(canvas, 438, y - 196, 48, 9, 0.08f, 1);
    canvas_rectangle(canvas, 449, y - 228, 26, 32, 1, 1);
    struct point roof[] = {{442, y - 226}, {462, y - 252}, {482, y - 226}};
    canvas_polygon(canvas, roof, 3, 0.08f, 1);
    spray(canvas, 585, y + 20);
}

void scene_storm(struct canvas *canvas)
{
    sky(canvas, 700, 0.16f, 0.66f);
    canvas_glow(canvas, canvas_between(canvas, 900, 1500), 560, 800, 0.9f, 0.5f);
    for (int i = 0; i < 3; i++)
        draw_clouds(canvas, 60 + 90 * (float)i, 170 + 120 * (float)i, 0.24f + 0.1f * (float)i, 5);
    for (int i = 0; i < 6; i++) {
        swell(canvas, 650 + (float)i * (52 + 11 * (float)i), 40 + 26 * (float)i,
              0.52f - 0.07f * (float)i);
        if (i == 1)
            mole(canvas, 730);
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
    /* One wall of stone, out of which the arches are cut: first the far edge, then the near one. */
    for (int near = 0; near < 2; near++) {
        canvas_layer(canvas);
        canvas_rectangle(canvas, -20, deck, CANVAS_WIDTH + 40, line - deck + 30, 1, 1);
        canvas_cut(canvas, true);
        for (int i = 0; i < arches; i++) {
            float cx = -60 + span * ((float)i + 0.5f) + (near ? 0 : 26), rx = span * 0.4f;
            float spring = line - 60, rise = spring - deck - 40;
            canvas_ellipse(canvas, cx, spring, rx, rise, 1, 1);
            canvas_rectangle(canvas, cx - rx, spring, rx * 2, 120, 1, 1);
        }
        canvas_pour(canvas, deck, line, near ? 0.3f : 0.16f, near ? 0.2f : 0.1f, 1, 1);
    }
    for (int i = 0; i <= arches; i++) { /* cutwaters */
        float cx = -60 + span * (float)i;
        struct point pier[] = {{cx - span * 0.07f, line + 30},
                               {cx - span * 0.05f, deck + 60},
                               {cx, deck + 30},
                               {cx + span * 0.05f, deck + 60},
                               {cx + span * 0.07f, line + 30}};
        canvas_polygon(canvas, pier, 5, 0.36f, 1);
        canvas_rectangle(canvas, cx, deck + 30, span * 0.062f, line - deck, 0.2f, 0.6f);
    }
    canvas_rectangle(canvas, -20, deck - 26, CANVAS_WIDTH + 40, 30, 0.14f, 1);
    for (int i = 0; i < 46; i++)
        canvas_rectangle(canvas, 40.0f * (float)i, deck - 70, 6, 48, 0.14f, 1);
    canvas_rectangle(canvas, -20, deck - 76, CANVAS_WIDTH + 40, 9, 0.14f, 1);
    for (int i = 0; i < 5; i++)
        draw_lamp(canvas, 160 + 380 * (float)i, deck - 24, 190, false);
    canvas_water(canvas, line + 26, 0.7f, 0.34f);
    canvas_mirror(canvas, line + 26, 340, 0.6f);
    struct point bank[] = {{-20, line + 60},  {150, line + 50},          {300, line + 120},
                           {520, line + 240}, {560, CANVAS_HEIGHT + 20}, {-20, CANVAS_HEIGHT + 20}};
    canvas_curve(canvas, bank, 6, 0.13f, 1);
    draw_tree(canvas, 96, line + 130, 470, 0.2f);
    draw_tree(canvas, 300, line + 190, 300, 0.17f);
    for (int i = 0; i < 60; i++) { /* reeds */
        float rx = canvas_between(canvas, 0, 540), ry = line + 90 + rx * 0.35f;
        canvas_line(canvas, rx, ry + 60, rx + canvas_between(canvas, -14, 18), ry - 20, 4, 0.1f, 1);
    }
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
    draw_clouds(canvas, 130, 260, 0.44f, 4);
    draw_clouds(canvas, 260, 400, 0.72f, 4);
    draw_clouds(canvas, 380, 520, 0.98f, 4);
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
