/* Pieces that several scenes use. */
#include "cli/draw_scenes.h"

#include <math.h>

/* A heap of puffs on a flat base, lit from above, fading downwards. */
static void cloud(struct canvas *canvas, float x, float base, float width, float tone)
{
    int puffs = 5 + (int)(canvas_random(canvas) * 4);
    float peak = canvas_between(canvas, 0.3f, 0.7f), top = base;
    canvas_layer(canvas);
    canvas_ellipse(canvas, x + width * 0.5f, base, width * 0.45f, width * 0.03f, 1, 1);
    for (int i = 0; i < puffs; i++) {
        float along = ((float)i + canvas_between(canvas, 0.2f, 0.8f)) / (float)puffs;
        float away = fabsf(along - peak) / (along < peak ? peak : 1 - peak);
        float r = width * (0.045f + 0.1f * (1 - away * away)) * canvas_between(canvas, 0.75f, 1.1f);
        canvas_ellipse(canvas, x + width * (0.08f + 0.84f * along), base - r * 0.45f, r * 1.25f, r,
                       1, 1);
        top = base - r * 1.45f < top ? base - r * 1.45f : top;
    }
    canvas_cut(canvas, true);
    canvas_rectangle(canvas, x - width, base + width * 0.012f, width * 3, width * 0.4f, 1, 1);
    canvas_pour(canvas, top, base + width * 0.02f, tone, tone, 0.92f, 0.16f);
    canvas_rim(canvas, -(int)(width * 0.012f), -(int)(width * 0.016f), tone + 0.08f, 0.5f);
}

void draw_clouds(struct canvas *canvas, float top, float bottom, float tone, int count)
{
    for (int i = 0; i < count; i++) {
        /* One in each part of the sky, so that they don't crowd. */
        float x = ((float)i + canvas_between(canvas, -0.35f, 0.35f)) * CANVAS_WIDTH / (float)count;
        float y = canvas_between(canvas, top, bottom);
        float size = 0.6f + 0.4f * (bottom - y) / (bottom - top + 1);
        cloud(canvas, x - 160, y, canvas_between(canvas, 260, 640) * size, tone);
    }
}

static void lattice(struct canvas *canvas, float x0, float y0, float x1, float y1, float width,
                    float tone)
{
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy);
    float nx = -dy / length * width / 2, ny = dx / length * width / 2;
    int bays = (int)(length / width);
    canvas_line(canvas, x0 + nx, y0 + ny, x1 + nx, y1 + ny, width * 0.16f, tone, 1);
    canvas_line(canvas, x0 - nx, y0 - ny, x1 - nx, y1 - ny, width * 0.16f, tone, 1);
    for (int i = 0; i < bays; i++) {
        float a = (float)i / (float)bays, b = (float)(i + 1) / (float)bays;
        float side = i % 2 ? 1 : -1;
        canvas_line(canvas, x0 + dx * a + nx * side, y0 + dy * a + ny * side,
                    x0 + dx * b - nx * side, y0 + dy * b - ny * side, width * 0.11f, tone, 1);
    }
}

void draw_crane(struct canvas *canvas, float x, float base, float size, float tone)
{
    float top = base - size;
    lattice(canvas, x - size * 0.12f, base, x - size * 0.05f, top, size * 0.055f, tone);
    lattice(canvas, x + size * 0.12f, base, x + size * 0.05f, top, size * 0.055f, tone);
    canvas_line(canvas, x - size * 0.11f, base - size * 0.3f, x + size * 0.11f, base - size * 0.3f,
                size * 0.02f, tone, 1);
    canvas_rectangle(canvas, x - size * 0.09f, top - size * 0.02f, size * 0.2f, size * 0.1f, tone,
                     1);
    lattice(canvas, x - size * 0.34f, top + size * 0.01f, x + size * 0.72f, top - size * 0.03f,
            size * 0.06f, tone);
    canvas_line(canvas, x, top - size * 0.26f, x + size * 0.6f, top - size * 0.05f, size * 0.01f,
                tone, 1);
    canvas_line(canvas, x, top - size * 0.26f, x - size * 0.3f, top, size * 0.01f, tone, 1);
    canvas_line(canvas, x, top - size * 0.27f, x, top, size * 0.03f, tone, 1);
    float hook = x + size * canvas_between(canvas, 0.3f, 0.6f);
    canvas_line(canvas, hook, top, hook, top + size * 0.4f, size * 0.006f, tone, 1);
    canvas_rectangle(canvas, hook - size * 0.05f, top + size * 0.4f, size * 0.1f, size * 0.05f,
                     tone, 1);
}

static void containers(struct canvas *canvas, float x, float deck, float size)
{
    float width = size * 0.062f, height = size * 0.028f;
    for (int column = 0; column < 9; column++) {
        int stack = 1 + (int)(canvas_random(canvas) * 4);
        for (int row = 0; row < stack; row++)
            canvas_rectangle(canvas, x + (float)column * (width + 1.5f),
                             deck - (float)(row + 1) * (height + 1.5f), width, height,
                             canvas_between(canvas, 0.16f, 0.66f), 1);
    }
}

void draw_freighter(struct canvas *canvas, float x, float line, float size, float tone)
{
    float deck = line - size * 0.085f;
    struct point hull[] = {{x, deck - size * 0.02f},      {x + size * 0.05f, deck},
                           {x + size * 0.9f, deck},       {x + size, deck - size * 0.045f},
                           {x + size * 0.955f, line + 6}, {x + size * 0.03f, line + 6}};
    containers(canvas, x + size * 0.24f, deck, size);
    canvas_polygon(canvas, hull, 6, tone, 1);
    canvas_rectangle(canvas, x + size * 0.03f, line - size * 0.018f, size * 0.93f, size * 0.018f,
                     tone + 0.16f, 0.8f);
    canvas_rectangle(canvas, x + size * 0.07f, deck - size * 0.15f, size * 0.12f, size * 0.15f,
                     0.86f, 1);
    canvas_rectangle(canvas, x + size * 0.055f, deck - size * 0.165f, size * 0.15f, size * 0.028f,
                     0.7f, 1);
    for (int i = 0; i < 3; i++)
        canvas_rectangle(canvas, x + size * 0.082f, deck - size * (0.045f + 0.036f * (float)i),
                         size * 0.095f, size * 0.012f, 0.3f, 1);
    canvas_rectangle(canvas, x + size * 0.105f, deck - size * 0.215f, size * 0.045f, size * 0.055f,
                     tone, 1);
    canvas_line(canvas, x + size * 0.175f, deck - size * 0.26f, x + size * 0.175f,
                deck - size * 0.15f, size * 0.005f, tone, 1);
    canvas_line(canvas, x + size * 0.92f, deck - size * 0.14f, x + size * 0.92f,
                deck - size * 0.02f, size * 0.006f, tone, 1);
}

static void windows(struct canvas *canvas, float x, float top, float width, float height,
                    float tone, bool lit)
{
    int columns = width > 130 ? 3 : 2, rows = (int)(height / 92);
    float step = width / (float)columns, wide = step * 0.36f;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            float wx = x + step * ((float)column + 0.5f) - wide / 2;
            float wy = top + 30 + (float)row * 88;
            bool on = lit && canvas_random(canvas) < 0.5f;
            canvas_rectangle(canvas, wx, wy, wide, wide * 1.5f, on ? 0.97f : tone * 0.45f, 1);
            canvas_rectangle(canvas, wx + wide / 2 - 1.5f, wy, 3, wide * 1.5f, tone, 1);
            canvas_rectangle(canvas, wx, wy + wide * 0.7f, wide, 3, tone, 1);
        }
}

void draw_house(struct canvas *canvas, float x, float base, float width, float height, float tone,
                bool lit)
{
    float top = base - height, gable = width * canvas_between(canvas, 0.42f, 0.62f);
    bool stepped = canvas_random(canvas) < 0.35f;
    canvas_rectangle(canvas, x, top, width, height, tone, 1);
    if (stepped) {
        for (int i = 0; i < 4; i++)
            canvas_rectangle(canvas, x + width * 0.125f * (float)i,
                             top - gable * 0.25f * (float)(i + 1), width * (1 - 0.25f * (float)i),
                             gable * 0.26f, tone, 1);
    } else {
        struct point roof[] = {
            {x - width * 0.04f, top}, {x + width / 2, top - gable}, {x + width * 1.04f, top}};
        canvas_polygon(canvas, roof, 3, tone * 0.72f, 1);
    }
    if (!stepped && canvas_random(canvas) < 0.7f)
        canvas_rectangle(canvas, x + width * 0.68f, top - gable * 0.85f, width * 0.11f,
                         gable * 0.6f, tone * 0.62f, 1);
    windows(canvas, x, top, width, height - 70, tone, lit);
    canvas_rectangle(canvas, x + width * 0.14f, base - 92, width * 0.2f, 92, tone * 0.4f, 1);
}

/* A crown of leaves with a lit and a shaded side. */
void draw_tree(struct canvas *canvas, float x, float base, float size, float tone)
{
    struct point trunk[] = {{x - size * 0.045f, base},
                            {x - size * 0.022f, base - size * 0.4f},
                            {x - size * 0.12f, base - size * 0.62f},
                            {x, base - size * 0.48f},
                            {x + size * 0.11f, base - size * 0.66f},
                            {x + size * 0.025f, base - size * 0.4f},
                            {x + size * 0.05f, base}};
    canvas_polygon(canvas, trunk, 7, tone * 0.6f, 1);
    canvas_layer(canvas);
    canvas_ellipse(canvas, x, base - size * 0.72f, size * 0.25f, size * 0.24f, 1, 1);
    for (int i = 0; i < 13; i++) {
        float angle = (float)i * 0.4833f + canvas_between(canvas, -0.2f, 0.2f);
        float r = size * canvas_between(canvas, 0.075f, 0.13f);
        canvas_ellipse(canvas, x + cosf(angle) * size * 0.23f,
                       base - size * 0.72f + sinf(angle) * size * 0.2f, r, r * 0.92f, 1, 1);
    }
    canvas_pour(canvas, base - size, base - size * 0.4f, tone + 0.06f, tone - 0.04f, 1, 1);
    canvas_rim(canvas, -(int)(size * 0.05f), -(int)(size * 0.05f), tone + 0.22f, 0.55f);
    canvas_rim(canvas, (int)(size * 0.09f), (int)(size * 0.06f), tone * 0.5f, 0.55f);
    for (int i = 0; i < 9; i++)
        canvas_ellipse(canvas, x + canvas_between(canvas, -0.2f, 0.14f) * size,
                       base - canvas_between(canvas, 0.66f, 0.88f) * size, size * 0.035f,
                       size * 0.022f, tone + 0.16f, 0.5f);
}

void draw_lamp(struct canvas *canvas, float x, float base, float height, bool lit)
{
    float top = base - height;
    if (lit)
        canvas_glow(canvas, x, top, height * 0.6f, 1, 0.75f);
    canvas_line(canvas, x, base, x, top + height * 0.06f, height * 0.022f, 0.08f, 1);
    canvas_rectangle(canvas, x - height * 0.045f, base - height * 0.05f, height * 0.09f,
                     height * 0.05f, 0.08f, 1);
    struct point head[] = {{x - height * 0.05f, top},
                           {x + height * 0.05f, top},
                           {x + height * 0.03f, top + height * 0.1f},
                           {x - height * 0.03f, top + height * 0.1f}};
    canvas_polygon(canvas, head, 4, lit ? 1 : 0.5f, 1);
    canvas_rectangle(canvas, x - height * 0.06f, top - height * 0.018f, height * 0.12f,
                     height * 0.022f, 0.08f, 1);
}

void draw_bird(struct canvas *canvas, float x, float y, float size, float tone)
{
    struct point left[] = {{x, y},
                           {x - size * 0.5f, y - size * 0.28f},
                           {x - size, y - size * 0.1f},
                           {x - size * 0.5f, y - size * 0.16f}};
    struct point right[] = {{x, y},
                            {x + size * 0.5f, y - size * 0.3f},
                            {x + size, y - size * 0.16f},
                            {x + size * 0.5f, y - size * 0.18f}};
    canvas_polygon(canvas, left, 4, tone, 1);
    canvas_polygon(canvas, right, 4, tone, 1);
}
