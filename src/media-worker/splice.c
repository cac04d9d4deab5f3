#include "media-worker/splice.h"

static const struct str xmp_name = STR_INIT("http://ns.adobe.com/xap/1.0/\0");

/* ---- JPEG (ITU-T T.81, annex B) ------------------------------------------------------------- */

enum { SOI = 0xd8, SOS = 0xda, APP0 = 0xe0, APP1 = 0xe1, APP15 = 0xef, COM = 0xfe };

static bool put_packet(struct buf *out, struct str packet)
{
    size_t len = 2 + xmp_name.len + packet.len;
    const char head[] = {(char)0xff, (char)APP1, (char)(len >> 8), (char)(len & 0xff)};
    if (len > 0xffff)
        return false;
    (void)buf_put(out, head, sizeof head);
    (void)buf_str(out, xmp_name);
    return buf_str(out, packet);
}

/* Everything before the first scan is segments: a marker, a length that counts itself, bytes. */
bool splice_jpeg(struct str picture, struct str packet, struct buf *out)
{
    struct str rest = str_from(picture, 2);
    if (!str_starts(picture, STR("\xff\xd8")))
        return false;
    (void)buf_str(out, STR("\xff\xd8"));
    if (packet.len && !put_packet(out, packet))
        return false;
    while (rest.len >= 4) {
        const unsigned char *at = (const unsigned char *)rest.at;
        size_t len = 2 + ((size_t)at[2] << 8 | at[3]);
        if (at[0] != 0xff || len < 4 || len > rest.len)
            return false;
        if (at[1] == SOS)
            return buf_str(out, rest);
        if (!(at[1] >= APP0 && at[1] <= APP15) && at[1] != COM)
            (void)buf_str(out, str_cut(rest, 0, len));
        rest = str_from(rest, len);
    }
    return false;
}

/* ---- WebP (RFC 9649) ------------------------------------------------------------------------ */

enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, EXTENDED = 10, HAS_XMP = 4 };

static void put_little(struct buf *out, size_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        (void)buf_char(out, (char)(n >> 8 * i & 0xff));
}

/* The chunk with the pixels, its head and its padding included; empty when there is none. */
static struct str pixels(struct str chunks)
{
    while (chunks.len >= CHUNK_HEAD) {
        const unsigned char *at = (const unsigned char *)chunks.at;
        size_t len = (size_t)at[4] | (size_t)at[5] << 8 | (size_t)at[6] << 16 | (size_t)at[7] << 24;
        size_t whole = CHUNK_HEAD + len + len % 2;
        if (whole > chunks.len)
            return STR_NONE;
        if (str_starts(chunks, STR("VP8 ")) || str_starts(chunks, STR("VP8L")))
            return str_cut(chunks, 0, whole);
        chunks = str_from(chunks, whole);
    }
    return STR_NONE;
}

bool splice_webp(struct str picture, struct str packet, uint32_t width, uint32_t height,
                 struct buf *out)
{
    struct str chunk = pixels(str_from(picture, RIFF_HEAD));
    size_t padded = packet.len + packet.len % 2;
    size_t extra = packet.len ? CHUNK_HEAD + EXTENDED + CHUNK_HEAD + padded : 0;
    if (!str_starts(picture, STR("RIFF")) || !chunk.len)
        return false;
    (void)buf_str(out, STR("RIFF"));
    put_little(out, 4 + chunk.len + extra, 4);
    (void)buf_str(out, STR("WEBP"));
    if (packet.len) {
        (void)buf_str(out, STR("VP8X"));
        put_little(out, EXTENDED, 4);
        put_little(out, HAS_XMP, 4);
        put_little(out, width - 1, 3);
        put_little(out, height - 1, 3);
    }
    (void)buf_str(out, chunk);
    if (packet.len) {
        (void)buf_str(out, STR("XMP "));
        put_little(out, packet.len, 4);
        (void)buf_str(out, packet);
    }
    if (packet.len % 2)
        (void)buf_char(out, '\0');
    return buf_ok(out);
}
