#include "cli/draw_canvas.h"

#include <libdeflate.h>
#include <math.h>
#include <stdlib.h>

enum { SAMPLES = 4, ELLIPSE_POINTS = 72, RIDGE_POINTS = 120 };

void canvas_init(struct canvas *canvas, uint64_t seed)
{
    canvas->tones = calloc((size_t)CANVAS_WIDTH * CANVAS_HEIGHT, sizeof *canvas->tones);
    *canvas = (struct canvas){.tones = canvas->tones};
    canvas->mask = calloc((size_t)CANVAS_WIDTH * CANVAS_HEIGHT, sizeof *canvas->mask);
    if (!canvas->tones || !canvas->mask)
        abort();
    canvas->random = seed * 0x9E3779B97F4A7C15u + 0x1234567;
}

void canvas_release(struct canvas *canvas)
{
    free(canvas->tones);
    free(canvas->mask);
    canvas->tones = canvas->mask = NULL;
}

/* SplitMix64 (Steele and others, 2014). */
float canvas_random(struct canvas *canvas)
{
    uint64_t z = canvas->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (float)((z ^ z >> 31) >> 40) / (float)(1 << 24);
}

float canvas_between(struct canvas *canvas, float from, float to)
{
    return from + (to - from) * canvas_random(canvas);
}

static void blend(struct canvas *canvas, int x, int y, float tone, float strength)
{
    size_t i = (size_t)y * CANVAS_WIDTH + (size_t)x;
    if (!canvas->layered) {
        canvas->tones[i] += (tone - canvas->tones[i]) * strength;
        return;
    }
    canvas->mask[i] += ((canvas->cutting ? 0 : 1) - canvas->mask[i]) * strength;
    canvas->mask_top = y < canvas->mask_top ? y : canvas->mask_top;
    canvas->mask_bottom = y >= canvas->mask_bottom ? y + 1 : canvas->mask_bottom;
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

void canvas_gradient(struct canvas *canvas, float top, float bottom, float tone_top,
                     float tone_bottom)
{
    int last = clamp((int)bottom, 0, CANVAS_HEIGHT);
    for (int y = clamp((int)top, 0, CANVAS_HEIGHT); y < last; y++) {
        float tone = tone_top + (tone_bottom - tone_top) * ((float)y - top) / (bottom - top);
        for (int x = 0; x < CANVAS_WIDTH; x++)
            canvas->tones[y * CANVAS_WIDTH + x] = tone;
    }
}

/* ---- Polygons: four scans a row, exact coverage along each ---------------------------------- */

static int by_value(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Where the outline crosses a height, from left to right. */
static size_t crossings(const struct point *points, size_t count, float y,
                        float ret_crossings[POLYGON_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct point a = points[i], b = points[(i + 1) % count];
        if ((a.y <= y) != (b.y <= y))
            ret_crossings[n++] = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
    }
    qsort(ret_crossings, n, sizeof *ret_crossings, by_value);
    return n;
}

static void add_span(float *row, float from, float to)
{
    from = from < 0 ? 0 : from;
    to = to > CANVAS_WIDTH ? CANVAS_WIDTH : to;
    if (to <= from)
        return;
    int first = (int)from, last = (int)to;
    if (first == last) {
        row[first] += (to - from) / SAMPLES;
        return;
    }
    row[first] += ((float)first + 1 - from) / SAMPLES;
    for (int x = first + 1; x < last; x++)
        row[x] += 1.0f / SAMPLES;
    if (last < CANVAS_WIDTH)
        row[last] += (to - (float)last) / SAMPLES;
}

/* `left` and `right` hold all that the row can cover. */
static void fill_row(struct canvas *canvas, const struct point *points, size_t count, int y,
                     int left, int right, float tone, float strength)
{
    static _Thread_local float row[CANVAS_WIDTH + 1];
    float at[POLYGON_MAX];
    if (left >= right)
        return;
    memset(row + left, 0, (size_t)(right - left) * sizeof *row);
    for (int sample = 0; sample < SAMPLES; sample++) {
        size_t n = crossings(points, count, (float)y + ((float)sample + 0.5f) / SAMPLES, at);
        for (size_t i = 0; i + 1 < n; i += 2)
            add_span(row, at[i], at[i + 1]);
    }
    for (int x = left; x < right; x++)
        if (row[x] > 0)
            blend(canvas, x, y, tone, strength * (row[x] > 1 ? 1 : row[x]));
}

void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count, float tone,
                    float strength)
{
    float top = CANVAS_HEIGHT, bottom = 0, left = CANVAS_WIDTH, right = 0;
    if (count < 3 || count > POLYGON_MAX)
        return;
    for (size_t i = 0; i < count; i++) {
        left = points[i].x < left ? points[i].x : left;
        right = points[i].x > right ? points[i].x : right;
        top = points[i].y < top ? points[i].y : top;
        bottom = points[i].y > bottom ? points[i].y : bottom;
    }
    int last = clamp((int)bottom + 1, 0, CANVAS_HEIGHT);
    for (int y = clamp((int)top, 0, CANVAS_HEIGHT); y < last; y++)
        fill_row(canvas, points, count, y, clamp((int)left, 0, CANVAS_WIDTH),
                 clamp((int)right + 1, 0, CANVAS_WIDTH), tone, strength);
}

void canvas_rectangle(struct canvas *canvas, float x, float y, float width, float height,
                      float tone, float strength)
{
    struct point points[] = {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
    canvas_polygon(canvas, points, 4, tone, strength);
}

void canvas_ellipse(struct canvas *canvas, float x, float y, float rx, float ry, float tone,
                    float strength)
{
    struct point points[ELLIPSE_POINTS];
    for (int i = 0; i < ELLIPSE_POINTS; i++) {
        float angle = (float)i * 6.2831853f / ELLIPSE_POINTS;
        points[i] = (struct point){x + rx * cosf(angle), y + ry * sinf(angle)};
    }
    canvas_polygon(canvas, points, ELLIPSE_POINTS, tone, strength);
}

/* Catmull and Rom's spline through the points, each of its parts by STEPS straight ones. */
void canvas_curve(struct canvas *canvas, const struct point *points, size_t count, float tone,
                  float strength)
{
    enum { STEPS = 10 };
    struct point outline[CURVE_MAX * STEPS];
    if (count < 3 || count > CURVE_MAX)
        return;
    for (size_t i = 0; i < count; i++) {
        struct point a = points[(i + count - 1) % count], b = points[i],
                     c = points[(i + 1) % count], d = points[(i + 2) % count];
        for (int k = 0; k < STEPS; k++) {
            float t = (float)k / STEPS, t2 = t * t, t3 = t2 * t;
            float wa = -0.5f * t3 + t2 - 0.5f * t, wb = 1.5f * t3 - 2.5f * t2 + 1;
            float wc = -1.5f * t3 + 2 * t2 + 0.5f * t, wd = 0.5f * t3 - 0.5f * t2;
            outline[i * STEPS + (size_t)k] =
                (struct point){wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                               wa * a.y + wb * b.y + wc * c.y + wd * d.y};
        }
    }
    canvas_polygon(canvas, outline, count * STEPS, tone, strength);
}

void canvas_line(struct canvas *canvas, float x0, float y0, float x1, float y1, float width,
                 float tone, float strength)
{
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy);
    if (length < 0.01f)
        return;
    float nx = -dy / length * width / 2, ny = dx / length * width / 2;
    struct point points[] = {
        {x0 + nx, y0 + ny}, {x1 + nx, y1 + ny}, {x1 - nx, y1 - ny}, {x0 - nx, y0 - ny}};
    canvas_polygon(canvas, points, 4, tone, strength);
}

void canvas_glow(struct canvas *canvas, float x, float y, float radius, float tone, float strength)
{
    int last_y = clamp((int)(y + radius), 0, CANVAS_HEIGHT);
    int last_x = clamp((int)(x + radius), 0, CANVAS_WIDTH);
    for (int py = clamp((int)(y - radius), 0, CANVAS_HEIGHT); py < last_y; py++)
        for (int px = clamp((int)(x - radius), 0, CANVAS_WIDTH); px < last_x; px++) {
            float dx = ((float)px - x) / radius, dy = ((float)py - y) / radius;
            float away = 1 - sqrtf(dx * dx + dy * dy);
            if (away > 0)
                blend(canvas, px, py, tone, strength * away * away);
        }
}

/* ---- Layers --------------------------------------------------------------------------------- */

void canvas_layer(struct canvas *canvas)
{
    if (canvas->mask_bottom > canvas->mask_top)
        memset(canvas->mask + (size_t)canvas->mask_top * CANVAS_WIDTH, 0,
               (size_t)(canvas->mask_bottom - canvas->mask_top) * CANVAS_WIDTH *
                   sizeof *canvas->mask);
    canvas->mask_top = CANVAS_HEIGHT;
    canvas->mask_bottom = 0;
    canvas->layered = true;
    canvas->cutting = false;
}

void canvas_cut(struct canvas *canvas, bool cutting)
{
    canvas->cutting = cutting;
}

void canvas_pour(struct canvas *canvas, float top, float bottom, float tone_top, float tone_bottom,
                 float strength_top, float strength_bottom)
{
    canvas->layered = false;
    for (int y = canvas->mask_top; y < canvas->mask_bottom; y++) {
        const float *mask = canvas->mask + (size_t)y * CANVAS_WIDTH;
        float down = ((float)y - top) / (bottom - top);
        down = down < 0 ? 0 : down > 1 ? 1 : down;
        float tone = tone_top + (tone_bottom - tone_top) * down;
        float strength = strength_top + (strength_bottom - strength_top) * down;
        for (int x = 0; x < CANVAS_WIDTH; x++)
            if (mask[x] > 0)
                blend(canvas, x, y, tone, strength * mask[x]);
    }
}

void canvas_rim(struct canvas *canvas, int dx, int dy, float tone, float strength)
{
    for (int y = canvas->mask_top; y < canvas->mask_bottom; y++)
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            float here = canvas->mask[(size_t)y * CANVAS_WIDTH + (size_t)x];
            int mx = x + dx, my = y + dy;
            bool inside = mx >= 0 && mx < CANVAS_WIDTH && my >= 0 && my < CANVAS_HEIGHT;
            float moved = inside ? canvas->mask[(size_t)my * CANVAS_WIDTH + (size_t)mx] : here;
            if (here > moved)
                blend(canvas, x, y, tone, strength * (here - moved));
        }
}

/* ---- Land and water ------------------------------------------------------------------------- */

void canvas_ridge(struct canvas *canvas, float level, float height, float bottom, float tone)
{
    struct point points[RIDGE_POINTS + 2];
    float a = canvas_between(canvas, 0, 6.28f), b = canvas_between(canvas, 0, 6.28f);
    float wide = canvas_between(canvas, 1.2f, 2.2f), fine = canvas_between(canvas, 4, 7);
    for (int i = 0; i < RIDGE_POINTS; i++) {
        float t = (float)i / (RIDGE_POINTS - 1);
        float hill = 0.6f * sinf(a + t * wide * 3.14f) + 0.3f * sinf(b + t * fine * 3.14f) +
                     0.06f * (canvas_random(canvas) - 0.5f);
        points[i] = (struct point){t * CANVAS_WIDTH, level - height * (0.5f + 0.5f * hill)};
    }
    points[RIDGE_POINTS] = (struct point){CANVAS_WIDTH, bottom};
    points[RIDGE_POINTS + 1] = (struct point){0, bottom};
    canvas_polygon(canvas, points, RIDGE_POINTS + 2, tone, 1);
}

void canvas_water(struct canvas *canvas, float top, float tone_far, float tone_near)
{
    canvas_gradient(canvas, top, CANVAS_HEIGHT, tone_far, tone_near);
    for (int i = 0; i < 420; i++) {
        float depth = canvas_random(canvas);
        depth *= depth;
        float y = top + 4 + (CANVAS_HEIGHT - top) * depth;
        float length = canvas_between(canvas, 20, 60) + 260 * depth;
        float x = canvas_between(canvas, -200, CANVAS_WIDTH);
        float thick = 1.2f + 5 * depth;
        bool light = canvas_random(canvas) < 0.55f;
        struct point points[] = {{x, y},
                                 {x + length * 0.4f, y - thick / 2},
                                 {x + length, y},
                                 {x + length * 0.5f, y + thick / 2}};
        canvas_polygon(canvas, points, 4, light ? 0.95f : 0.05f, light ? 0.22f : 0.14f);
    }
}

void canvas_mirror(struct canvas *canvas, float line, float depth, float strength)
{
    int from = (int)line;
    for (int y = from; y < CANVAS_HEIGHT && (float)(y - from) < depth; y++) {
        float far = (float)(y - from) / depth;
        int source = from - 1 - (int)((float)(y - from) * 0.9f);
        int shift = (int)(sinf((float)y * (0.55f - 0.35f * far)) * (2 + 14 * far));
        if (source < 0)
            return;
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            int sx = clamp(x + shift, 0, CANVAS_WIDTH - 1);
            blend(canvas, x, y, canvas->tones[source * CANVAS_WIDTH + sx],
                  strength * (1 - far * far));
        }
    }
}

void canvas_flip(struct canvas *canvas)
{
    for (int y = 0; y < CANVAS_HEIGHT; y++) {
        float *row = canvas->tones + (size_t)y * CANVAS_WIDTH;
        for (int x = 0; x < CANVAS_WIDTH / 2; x++) {
            float tone = row[x];
            row[x] = row[CANVAS_WIDTH - 1 - x];
            row[CANVAS_WIDTH - 1 - x] = tone;
        }
    }
}

/* ---- PNG: a palette of 128 mixes of two colours (W3C PNG, third edition) -------------------- */

static const unsigned char palettes[][2][3] = {
    {{18, 44, 52}, {240, 232, 216}}, {{66, 22, 28}, {244, 234, 220}},
    {{30, 40, 62}, {238, 226, 220}}, {{44, 50, 28}, {240, 232, 206}},
    {{34, 28, 66}, {246, 236, 206}}, {{20, 52, 44}, {236, 238, 222}},
    {{72, 38, 20}, {244, 236, 218}}, {{28, 32, 38}, {232, 232, 226}},
};

static void put_u32(struct buf *out, uint32_t n)
{
    char bytes[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    (void)buf_put(out, bytes, sizeof bytes);
}

static void put_chunk(struct buf *out, const char *type, const void *data, size_t len)
{
    put_u32(out, (uint32_t)len);
    size_t start = out->len;
    (void)buf_put(out, type, 4);
    (void)buf_put(out, data, len);
    if (buf_ok(out))
        put_u32(out, libdeflate_crc32(0, out->at + start, len + 4));
}

/* Coarse grain, as of paper: one value for each few pixels, so that it packs well. */
static float grain(struct canvas *canvas, float *cells, int x, int y)
{
    enum { CELL = 3, CELLS = CANVAS_WIDTH / CELL + 1 };
    if (x == 0 && y % CELL == 0)
        for (int i = 0; i < CELLS; i++)
            cells[i] = canvas_random(canvas) - 0.5f;
    return cells[x / CELL] * 0.022f;
}

enum { PACKING = 4 };

static void put_pixels(struct canvas *canvas, struct buf *out)
{
    float cells[CANVAS_WIDTH / 3 + 1];
    size_t row = CANVAS_WIDTH + 1, size = row * CANVAS_HEIGHT;
    unsigned char *bytes = calloc(1, size);
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(PACKING);
    if (!bytes || !compressor)
        abort();
    size_t most = libdeflate_zlib_compress_bound(compressor, size);
    unsigned char *packed = malloc(most);
    if (!packed)
        abort();
    for (int y = 0; y < CANVAS_HEIGHT; y++)
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            float tone = canvas->tones[y * CANVAS_WIDTH + x] + grain(canvas, cells, x, y);
            bytes[(size_t)y * row + 1 + (size_t)x] =
                (unsigned char)clamp((int)(tone * 127), 0, 127);
        }
    size_t len = libdeflate_zlib_compress(compressor, bytes, size, packed, most);
    put_chunk(out, "IDAT", packed, len);
    libdeflate_free_compressor(compressor);
    free(packed);
    free(bytes);
}

void canvas_png(struct canvas *canvas, unsigned palette, struct buf *ret_png)
{
    const unsigned char(*two)[3] = palettes[palette % (sizeof palettes / sizeof *palettes)];
    static const unsigned char header[13] = {CANVAS_WIDTH >> 24,
                                             CANVAS_WIDTH >> 16 & 255,
                                             CANVAS_WIDTH >> 8,
                                             CANVAS_WIDTH & 255,
                                             CANVAS_HEIGHT >> 24,
                                             CANVAS_HEIGHT >> 16 & 255,
                                             CANVAS_HEIGHT >> 8,
                                             CANVAS_HEIGHT & 255,
                                             8,
                                             3};
    unsigned char colours[128 * 3];
    for (int i = 0; i < 128; i++)
        for (int c = 0; c < 3; c++)
            colours[i * 3 + c] = (unsigned char)(two[0][c] + (two[1][c] - two[0][c]) * i / 127);
    (void)buf_put(ret_png, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(ret_png, "IHDR", header, sizeof header);
    put_chunk(ret_png, "PLTE", colours, sizeof colours);
    put_pixels(canvas, ret_png);
    put_chunk(ret_png, "IEND", NULL, 0);
}
