/* People: figures for the middle distance, and portraits. Faces have no features: nobody is meant.
 */
#include "cli/draw_scenes.h"

#include <math.h>

/* ---- Figures -------------------------------------------------------------------------------- */

/* One limb, from a joint to an end. */
static void limb(struct canvas *canvas, float x0, float y0, float x1, float y1, float wide,
                 float narrow)
{
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy) + 0.01f;
    float nx = -dy / length, ny = dx / length;
    struct point points[] = {{x0 + nx * wide / 2, y0 + ny * wide / 2},
                             {x1 + nx * narrow / 2, y1 + ny * narrow / 2},
                             {x1 - nx * narrow / 2, y1 - ny * narrow / 2},
                             {x0 - nx * wide / 2, y0 - ny * wide / 2}};
    canvas_polygon(canvas, points, 4, 1, 1);
    canvas_ellipse(canvas, x0, y0, wide / 2, wide / 2, 1, 1);
    canvas_ellipse(canvas, x1, y1, narrow / 2, narrow / 2, 1, 1);
}

/* Measures are parts of the height, upwards from the feet; `way` is 1 or -1. */
static void legs(struct canvas *canvas, float x, float base, float s, float way, float stride)
{
    limb(canvas, x - 0.03f * s, base - 0.46f * s, x - stride * s, base - 0.03f * s, 0.085f * s,
         0.045f * s);
    limb(canvas, x + 0.03f * s, base - 0.46f * s, x + stride * s, base - 0.03f * s, 0.085f * s,
         0.045f * s);
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, x + (float)side * stride * s + way * 0.02f * s, base - 0.018f * s,
                       0.045f * s, 0.018f * s, 1, 1);
}

static void head(struct canvas *canvas, float x, float base, float s, float way, int style)
{
    canvas_rectangle(canvas, x - 0.025f * s, base - 0.88f * s, 0.05f * s, 0.06f * s, 1, 1);
    canvas_ellipse(canvas, x + way * 0.008f * s, base - 0.925f * s, 0.048f * s, 0.06f * s, 1, 1);
    if (style == 1) { /* a hat */
        canvas_ellipse(canvas, x + way * 0.008f * s, base - 0.955f * s, 0.085f * s, 0.012f * s, 1,
                       1);
        canvas_rectangle(canvas, x - 0.045f * s, base - 1.005f * s, 0.1f * s, 0.05f * s, 1, 1);
    } else if (style == 2) { /* long hair */
        canvas_ellipse(canvas, x - way * 0.02f * s, base - 0.895f * s, 0.052f * s, 0.085f * s, 1,
                       1);
    } else if (style == 3) { /* a knot */
        canvas_ellipse(canvas, x - way * 0.045f * s, base - 0.965f * s, 0.025f * s, 0.025f * s, 1,
                       1);
    }
}

static void coat(struct canvas *canvas, float x, float base, float s, float hem, float flare)
{
    struct point points[] = {
        {x - 0.03f * s, base - 0.86f * s},  {x + 0.03f * s, base - 0.86f * s},
        {x + 0.105f * s, base - 0.81f * s}, {x + 0.115f * s, base - 0.72f * s},
        {x + 0.085f * s, base - 0.57f * s}, {x + flare * s, base - hem * s},
        {x - flare * s, base - hem * s},    {x - 0.085f * s, base - 0.57f * s},
        {x - 0.115f * s, base - 0.72f * s}, {x - 0.105f * s, base - 0.81f * s}};
    canvas_curve(canvas, points, 10, 1, 1);
}

void draw_person(struct canvas *canvas, float x, float base, float size, float tone)
{
    float s = size, way = canvas_random(canvas) < 0.5f ? 1 : -1;
    float hem = canvas_random(canvas) < 0.5f ? 0.42f : 0.28f;
    float stride = canvas_between(canvas, 0.035f, 0.11f);
    float swing = canvas_between(canvas, 0.1f, 0.17f);
    int style = (int)(canvas_random(canvas) * 4);
    bool bag = canvas_random(canvas) < 0.4f;
    canvas_ellipse(canvas, x, base, 0.2f * s, 0.018f * s, 0.05f, 0.3f);
    canvas_layer(canvas);
    legs(canvas, x, base, s, way, stride);
    coat(canvas, x, base, s, hem, hem < 0.4f ? 0.125f : 0.1f);
    head(canvas, x, base, s, way, style);
    for (int side = -1; side <= 1; side += 2) {
        float elbow = x + (float)side * swing * 0.95f * s, hand = x + (float)side * swing * s;
        limb(canvas, x + (float)side * 0.09f * s, base - 0.79f * s, elbow, base - 0.62f * s,
             0.062f * s, 0.05f * s);
        limb(canvas, elbow, base - 0.62f * s, hand + way * 0.02f * s, base - 0.47f * s, 0.05f * s,
             0.035f * s);
        if (bag && (float)side == way) {
            canvas_rectangle(canvas, hand - 0.035f * s, base - 0.44f * s, 0.11f * s, 0.13f * s, 1,
                             1);
            canvas_line(canvas, hand + 0.02f * s, base - 0.48f * s, hand, base - 0.43f * s,
                        0.012f * s, 1, 1);
        }
    }
    canvas_pour(canvas, base - s, base, tone + 0.05f, tone, 1, 1);
    canvas_rim(canvas, (int)(0.035f * s), -(int)(0.01f * s), tone + 0.2f, 0.45f);
}

/* ---- Portraits ------------------------------------------------------------------------------ */

/* A sitter: where the head is, how light skin, hair and cloth are, where the light comes from. */
struct sitter {
    float x, y, skin, hair, cloth;
    float light; /* 1: from the right, -1: from the left */
    int style;
};

enum { SHORT_HAIR, BOB, LONG_HAIR, KNOT, BEARD, SCARF, CAP, STYLES };

/* Both halves of a symmetric outline, given the right one from top to bottom. */
static void mirrored(struct canvas *canvas, float x, float y, const struct point *half,
                     size_t count)
{
    struct point points[CURVE_MAX];
    for (size_t i = 0; i < count; i++) {
        points[i] = (struct point){x + half[i].x, y + half[i].y};
        points[2 * count - 1 - i] = (struct point){x - half[i].x, y + half[i].y};
    }
    canvas_curve(canvas, points, 2 * count, 1, 1);
}

static void pour(struct canvas *canvas, float tone)
{
    canvas_pour(canvas, 0, CANVAS_HEIGHT, tone, tone, 1, 1);
}

static void backdrop(struct canvas *canvas, const struct sitter *sitter)
{
    int kind = (int)(canvas_random(canvas) * 3);
    float far = sitter->light > 0 ? 1180 : 120;
    canvas_gradient(canvas, 0, CANVAS_HEIGHT, 0.72f, 0.5f);
    canvas_glow(canvas, 900 + sitter->light * 620, 260, 1250, 0.98f, 0.85f);
    if (kind == 0) { /* a tall window and its light on the wall */
        for (int i = 0; i < 3; i++)
            canvas_rectangle(canvas, far + 172 * (float)i, 70, 152, 640, 0.97f, 0.75f);
        canvas_rectangle(canvas, far - 24, 722, 560, 22, 0.86f, 0.8f);
        canvas_rectangle(canvas, far, 370, 496, 12, 0.7f, 0.8f);
    } else if (kind == 1) { /* shelves */
        for (int row = 0; row < 4; row++) {
            float y = 150 + 240 * (float)row, x = -20;
            while (x < CANVAS_WIDTH) {
                float wide = canvas_between(canvas, 18, 46),
                      high = canvas_between(canvas, 120, 190);
                if (canvas_random(canvas) < 0.86f)
                    canvas_rectangle(canvas, x, y - high, wide, high,
                                     canvas_between(canvas, 0.4f, 0.86f), 0.4f);
                x += wide + 3;
            }
            canvas_rectangle(canvas, 0, y, CANVAS_WIDTH, 16, 0.4f, 0.5f);
        }
        canvas_glow(canvas, 900 + sitter->light * 500, 300, 1000, 0.95f, 0.55f);
    } else { /* the harbour behind, out of focus */
        canvas_ridge(canvas, 760, 240, 760, 0.74f);
        draw_crane(canvas, far + 150, 760, 420, 0.62f);
        canvas_gradient(canvas, 760, CANVAS_HEIGHT, 0.66f, 0.5f);
    }
}

static void shoulders(struct canvas *canvas, const struct sitter *sitter)
{
    static const struct point half[] = {{60, 214},  {120, 262}, {245, 312}, {352, 372},
                                        {420, 480}, {458, 640}, {480, 900}};
    float x = sitter->x, y = sitter->y, cloth = sitter->cloth;
    canvas_layer(canvas);
    mirrored(canvas, x, y, half, 7);
    canvas_pour(canvas, y + 200, 1200, cloth + 0.06f, cloth - 0.04f, 1, 1);
    canvas_rim(canvas, (int)(-70 * sitter->light), -8, cloth * 0.55f, 0.6f);
    canvas_rim(canvas, (int)(16 * sitter->light), -8, cloth + 0.25f, 0.7f);
}

static void neck(struct canvas *canvas, const struct sitter *sitter)
{
    static const struct point half[] = {{58, 60}, {60, 170}, {84, 244}, {60, 300}, {10, 330}};
    float x = sitter->x, y = sitter->y;
    canvas_layer(canvas);
    mirrored(canvas, x, y, half, 5);
    pour(canvas, sitter->skin - 0.06f);
    canvas_rim(canvas, (int)(-46 * sitter->light), 0, sitter->skin - 0.26f, 0.8f);
    /* The jaw's shadow. */
    canvas_layer(canvas);
    mirrored(canvas, x, y, half, 5);
    canvas_cut(canvas, true);
    canvas_ellipse(canvas, x + 20 * sitter->light, y + 310, 200, 92, 1, 1);
    canvas_pour(canvas, 0, 1, sitter->skin - 0.27f, sitter->skin - 0.27f, 0.8f, 0.8f);
}

static void collar(struct canvas *canvas, const struct sitter *sitter)
{
    float x = sitter->x, y = sitter->y, pale = sitter->cloth + 0.55f;
    int kind = (int)(canvas_random(canvas) * 3);
    if (kind == 0) { /* a high jersey */
        struct point roll[] = {{x - 84, y + 214},
                               {x + 84, y + 214},
                               {x + 116, y + 286},
                               {x, y + 330},
                               {x - 116, y + 286}};
        canvas_curve(canvas, roll, 5, sitter->cloth + 0.1f, 1);
        return;
    }
    struct point shirt[] = {{x - 84, y + 236}, {x, y + 330}, {x + 84, y + 236},
                            {x + 70, y + 560}, {x, y + 760}, {x - 70, y + 560}};
    if (kind == 1)
        canvas_polygon(canvas, shirt, 6, pale, 1);
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        struct point flap[] = {{x + 78 * s, y + 214},
                               {x + 112 * s, y + 268},
                               {x + 62 * s, y + 392},
                               {x + 2 * s, y + 318}};
        canvas_polygon(canvas, flap, 4, s == sitter->light ? pale : pale - 0.1f, 1);
        struct point lapel[] = {{x + 108 * s, y + 262}, {x + 190 * s, y + 330},
                                {x + 158 * s, y + 470}, {x + 184 * s, y + 486},
                                {x + 4 * s, y + 800},   {x + 50 * s, y + 520}};
        if (kind == 1)
            canvas_polygon(canvas, lapel, 6, sitter->cloth + (s == sitter->light ? 0.12f : 0.03f),
                           1);
    }
}

static void face(struct canvas *canvas, const struct sitter *sitter)
{
    static const struct point half[] = {{34, -196}, {100, -166}, {136, -88}, {140, 2},
                                        {126, 88},  {86, 158},   {30, 196}};
    float x = sitter->x, y = sitter->y, light = sitter->light, skin = sitter->skin;
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, x + 141 * (float)side, y + 18, 20, 38,
                       skin - ((float)side == light ? 0.03f : 0.2f), 1);
    canvas_layer(canvas);
    mirrored(canvas, x, y, half, 7);
    canvas_pour(canvas, y - 200, y + 200, skin + 0.05f, skin - 0.02f, 1, 1);
    canvas_rim(canvas, (int)(-118 * light), 10, skin - 0.17f, 0.9f);
    canvas_rim(canvas, (int)(-52 * light), 6, skin - 0.26f, 0.5f);
    /* The plane of the nose, and its shadow: enough to say which way the light falls. */
    struct point nose[] = {{x - 2 * light, y - 20},
                           {x - 6 * light, y + 50},
                           {x - 30 * light, y + 74},
                           {x + 2 * light, y + 84},
                           {x + 20 * light, y + 72}};
    canvas_curve(canvas, nose, 5, skin - 0.19f, 0.7f);
    for (int side = -1; side <= 1; side += 2) {
        float ex = x + 58 * (float)side;
        struct point socket[] = {{ex - 40, y - 26}, {ex, y - 42}, {ex + 40, y - 26},
                                 {ex + 26, y - 4},  {ex, y + 2},  {ex - 26, y - 4}};
        canvas_curve(canvas, socket, 6, skin - 0.22f, 0.5f);
        struct point brow[] = {
            {ex - 42, y - 38}, {ex - 4, y - 56}, {ex + 42, y - 40}, {ex, y - 44}};
        canvas_curve(canvas, brow, 4, sitter->hair + 0.06f, 0.75f);
    }
    struct point mouth[] = {{x - 40, y + 120}, {x - 12, y + 113}, {x, y + 116},
                            {x + 12, y + 113}, {x + 40, y + 120}, {x, y + 136}};
    canvas_curve(canvas, mouth, 6, skin - 0.28f, 0.6f);
}

/* What of the hair lies behind head and neck. */
static void hair_behind(struct canvas *canvas, const struct sitter *sitter)
{
    static const struct point bob[] = {{40, -242}, {130, -216}, {186, -110}, {192, 40},
                                       {196, 150}, {140, 196},  {60, 190}};
    static const struct point loose[] = {{40, -242}, {130, -216}, {190, -100}, {200, 80},
                                         {222, 260}, {216, 420},  {120, 470}};
    static const struct point scarf[] = {{40, -246}, {136, -214}, {196, -110}, {206, 30},
                                         {204, 160}, {226, 300},  {150, 390}};
    canvas_layer(canvas);
    if (sitter->style == BOB)
        mirrored(canvas, sitter->x, sitter->y, bob, 7);
    else if (sitter->style == LONG_HAIR)
        mirrored(canvas, sitter->x, sitter->y, loose, 7);
    else if (sitter->style == SCARF)
        mirrored(canvas, sitter->x, sitter->y, scarf, 7);
    else if (sitter->style == KNOT)
        canvas_ellipse(canvas, sitter->x, sitter->y - 246, 66, 58, 1, 1);
    pour(canvas, sitter->hair * 0.75f);
    canvas_rim(canvas, (int)(18 * sitter->light), -10, sitter->hair + 0.16f, 0.6f);
}

static void cap(struct canvas *canvas, const struct sitter *sitter)
{
    float x = sitter->x, y = sitter->y, w = sitter->light;
    canvas_layer(canvas);
    struct point crown[] = {{x - 168, y - 106}, {x - 176, y - 178}, {x - 96, y - 244},
                            {x + 40, y - 256},  {x + 150, y - 214}, {x + 172, y - 130},
                            {x + 150, y - 104}, {x, y - 126}};
    canvas_curve(canvas, crown, 8, 1, 1);
    canvas_pour(canvas, y - 256, y - 100, sitter->cloth + 0.12f, sitter->cloth, 1, 1);
    canvas_rim(canvas, (int)(-60 * w), -6, sitter->cloth * 0.5f, 0.5f);
    struct point peak[] = {{x - 150, y - 112}, {x, y - 146}, {x + 150, y - 112},
                           {x + 128, y - 70},  {x, y - 92},  {x - 128, y - 70}};
    canvas_curve(canvas, peak, 6, sitter->cloth * 0.6f, 1);
}

static void beard(struct canvas *canvas, const struct sitter *sitter)
{
    float x = sitter->x, y = sitter->y;
    canvas_layer(canvas);
    static const struct point half[] = {{30, 82},   {86, 74},  {128, 10}, {142, 20},
                                        {136, 110}, {96, 190}, {34, 236}};
    mirrored(canvas, x, y, half, 7);
    canvas_pour(canvas, 0, 1, sitter->hair + 0.04f, sitter->hair + 0.04f, 0.95f, 0.95f);
    canvas_rim(canvas, (int)(-70 * sitter->light), 6, sitter->hair * 0.5f, 0.6f);
    canvas_ellipse(canvas, x, y + 124, 34, 6, sitter->hair * 0.4f, 0.9f);
}

static void hair_front(struct canvas *canvas, const struct sitter *sitter)
{
    float x = sitter->x, y = sitter->y, w = sitter->light;
    canvas_layer(canvas);
    struct point parted[] = {{x - 150 * w, y + 4},  {x - 168 * w, y - 96},  {x - 132 * w, y - 200},
                             {x - 20 * w, y - 244}, {x + 104 * w, y - 222}, {x + 164 * w, y - 120},
                             {x + 150 * w, y + 2},  {x + 132 * w, y - 60},  {x + 112 * w, y - 112},
                             {x + 30 * w, y - 128}, {x - 60 * w, y - 160},  {x - 112 * w, y - 96},
                             {x - 132 * w, y - 56}};
    canvas_curve(canvas, parted, 13, 1, 1);
    canvas_pour(canvas, y - 240, y, sitter->hair + 0.04f, sitter->hair - 0.03f, 1, 1);
    canvas_rim(canvas, (int)(-44 * w), -6, sitter->hair * 0.5f, 0.6f);
    canvas_rim(canvas, (int)(20 * w), -12, sitter->hair + 0.22f, 0.5f);
}

static void scarf_front(struct canvas *canvas, const struct sitter *sitter)
{
    static const struct point outer[] = {{40, -244}, {130, -216}, {182, -110}, {186, 30},
                                         {160, 150}, {110, 236},  {30, 262}};
    static const struct point inner[] = {{30, -150}, {92, -120}, {122, -40}, {118, 50},
                                         {92, 130},  {50, 180},  {16, 194}};
    canvas_layer(canvas);
    mirrored(canvas, sitter->x, sitter->y, outer, 7);
    canvas_cut(canvas, true);
    mirrored(canvas, sitter->x, sitter->y, inner, 7);
    pour(canvas, sitter->hair + 0.2f);
    canvas_rim(canvas, (int)(-60 * sitter->light), 0, sitter->hair + 0.06f, 0.8f);
    canvas_rim(canvas, (int)(22 * sitter->light), -10, sitter->hair + 0.4f, 0.5f);
}

static void glasses(struct canvas *canvas, const struct sitter *sitter)
{
    float x = sitter->x, y = sitter->y - 14;
    canvas_layer(canvas);
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, x + 60 * (float)side, y, 49, 40, 1, 1);
    canvas_rectangle(canvas, x - 140, y - 8, 280, 7, 1, 1);
    canvas_cut(canvas, true);
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, x + 60 * (float)side, y, 42, 33, 1, 1);
    pour(canvas, 0.1f);
    for (int side = -1; side <= 1; side += 2)
        canvas_ellipse(canvas, x + 60 * (float)side, y, 42, 33, 1, 0.18f);
}

void scene_portrait(struct canvas *canvas)
{
    struct sitter sitter = {
        .x = canvas_between(canvas, 800, 1000),
        .y = 500,
        .skin = canvas_between(canvas, 0.52f, 0.8f),
        .hair = canvas_between(canvas, 0.06f, 0.3f),
        .cloth = canvas_between(canvas, 0.12f, 0.3f),
        .light = canvas_random(canvas) < 0.5f ? -1 : 1,
        .style = (int)(canvas_random(canvas) * STYLES) % STYLES,
    };
    bool old = sitter.style != SCARF && canvas_random(canvas) < 0.25f;
    if (old) /* grey hair */
        sitter.hair = 0.62f;
    backdrop(canvas, &sitter);
    hair_behind(canvas, &sitter);
    neck(canvas, &sitter);
    shoulders(canvas, &sitter);
    neck(canvas, &sitter);
    collar(canvas, &sitter);
    face(canvas, &sitter);
    if (sitter.style == BEARD)
        beard(canvas, &sitter);
    if (sitter.style == SCARF)
        scarf_front(canvas, &sitter);
    else
        hair_front(canvas, &sitter);
    if (sitter.style == CAP)
        cap(canvas, &sitter);
    if (canvas_random(canvas) < 0.35f)
        glasses(canvas, &sitter);
}
