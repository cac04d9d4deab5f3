/* A first, plain version: sky above water in two colours, with a low sun. */
#include "cli/draw.h"
#include "base/arena.h"

#include <zlib.h>

enum { WIDTH = 1920, HEIGHT = 1280, ROW = 1 + 3 * WIDTH };

static void put_u32(struct buf *out, uint32_t n)
{
    char bytes[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    (void)buf_put(out, bytes, sizeof bytes);
}

/* PNG (W3C, third edition), section 5.3: length, type, data, CRC of type and data. */
static void put_chunk(struct buf *out, const char *type, struct str data)
{
    put_u32(out, (uint32_t)data.len);
    size_t start = out->len;
    (void)buf_put(out, type, 4);
    (void)buf_str(out, data);
    if (buf_ok(out))
        put_u32(out, (uint32_t)crc32(0, (const Bytef *)out->at + start, (uInt)(data.len + 4)));
}

static unsigned char mixed(int a, int b, int x, int of)
{
    return (unsigned char)(a + (b - a) * x / of);
}

static void draw_row(unsigned char *row, int y, int horizon, int hue, int sun)
{
    bool water = y > horizon;
    row[0] = 0; /* no filter */
    for (int x = 0; x < WIDTH; x++) {
        int64_t dx = x - sun, dy = y - horizon + 160;
        bool lit = !water && dx * dx + dy * dy < 90 * 90;
        int depth = water ? (y - horizon) * 200 / (HEIGHT - horizon) : y * 200 / horizon;
        int wave = water && (x + y * 37) % 97 < (y - horizon) / 24 ? 24 : 0;
        row[1 + 3 * x] = lit ? 240 : mixed(water ? 90 : 205, water ? 30 : 235, depth + wave, 224);
        row[2 + 3 * x] = lit ? 226 : mixed(water ? 110 : 205, water ? 50 : 222, depth + wave, 224);
        row[3 + 3 * x] = lit ? 190 : mixed(100 + hue, 70 + hue / 2, depth + wave, 224);
    }
}

struct error draw_scene(struct str scene, uint64_t seed, struct buf *ret_png)
{
    ARENA_AUTO struct arena *arena = arena_new();
    uint64_t mix = (seed + 1) * 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < scene.len; i++)
        mix = (mix ^ (unsigned char)scene.at[i]) * 0x100000001B3u;
    unsigned char *rows = arena_alloc(arena, (size_t)ROW * HEIGHT);
    int horizon = 500 + (int)(mix >> 40) % 300, sun = 200 + (int)(mix >> 20 & 0xFFFF) % 1500;
    for (int y = 0; y < HEIGHT; y++)
        draw_row(rows + (size_t)y * ROW, y, horizon, (int)(mix >> 8) % 100, sun);
    uLongf size = compressBound((uLong)ROW * HEIGHT);
    unsigned char *packed = arena_alloc(arena, size);
    if (compress2(packed, &size, rows, (uLong)ROW * HEIGHT, 1) != Z_OK)
        return error_make(ERR_SYSTEM, "Drawing a picture", "zlib failed");
    (void)buf_put(ret_png, "\x89PNG\r\n\x1a\n", 8);
    BUF_AUTO struct buf head = BUF_INIT(32);
    put_u32(&head, WIDTH);
    put_u32(&head, HEIGHT);
    (void)buf_put(&head, "\x08\x02\0\0\0", 5); /* 8 bits, RGB */
    put_chunk(ret_png, "IHDR", buf_slice(&head));
    put_chunk(ret_png, "IDAT", str_n((const char *)packed, size));
    put_chunk(ret_png, "IEND", STR_NONE);
    return buf_ok(ret_png) ? NO_ERROR : error_make(ERR_TOO_LARGE, "The picture", "memory is out");
}
