#include "media-worker/clean.h"

#include "base/buf.h"
#include "media/media.h"

enum { INPUT_MAX = 4 * MEDIA_TEXT_MAX };

/* Windows-1252 from 0x80 to 0x9f; 0 where it has no character. The rest equals Latin-1. */
static const uint16_t windows[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static void put_windows(struct buf *out, unsigned char c)
{
    unsigned point = c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;
    if (point < 0x80) {
        if (point)
            (void)buf_char(out, (char)point);
    } else if (point < 0x800) {
        (void)buf_char(out, (char)(0xc0 | point >> 6));
        (void)buf_char(out, (char)(0x80 | (point & 0x3f)));
    } else {
        (void)buf_char(out, (char)(0xe0 | point >> 12));
        (void)buf_char(out, (char)(0x80 | (point >> 6 & 0x3f)));
        (void)buf_char(out, (char)(0x80 | (point & 0x3f)));
    }
}

/* Between characters at or below `max` bytes. */
static struct str cut_utf8(struct str text, size_t max)
{
    size_t len = text.len;
    if (len > max)
        for (len = max; len && ((unsigned char)text.at[len] & 0xc0) == 0x80;)
            len--;
    return str_cut(text, 0, len);
}

/* The C1 controls U+0080 to U+009F, which XML and people can do without. */
static bool is_c1(struct str text, size_t i)
{
    return (unsigned char)text.at[i] == 0xc2 && (unsigned char)text.at[i + 1] < 0xa0;
}

static void put_without_controls(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (is_c1(text, i))
            i++;
        else if (c == '\r')
            (void)buf_char(out, '\n');
        else if (c == '\n' && i && text.at[i - 1] == '\r')
            continue;
        else if (c < ' ' && c != '\n')
            (void)buf_char(out, ' ');
        else if (c != 0x7f)
            (void)buf_char(out, (char)c);
    }
}

struct str clean_text(struct arena *arena, struct str bytes)
{
    BUF_AUTO struct buf text = BUF_INIT(3 * INPUT_MAX + 1), clean = BUF_INIT(3 * INPUT_MAX + 1);
    if (str_is_utf8(bytes))
        (void)buf_str(&text, cut_utf8(bytes, INPUT_MAX));
    else
        for (size_t i = 0; i < bytes.len && i < INPUT_MAX; i++)
            put_windows(&text, (unsigned char)bytes.at[i]);
    put_without_controls(&clean, buf_slice(&text));
    return arena_str(arena, str_trim(cut_utf8(str_trim(buf_slice(&clean)), MEDIA_TEXT_MAX)));
}

struct str clean_join(struct arena *arena, struct str before, struct str more)
{
    if (!before.len || !more.len)
        return before.len ? before : more;
    struct str joined = arena_printf(arena, "%.*s, %.*s", STR_ARG(before), STR_ARG(more));
    return joined.len > MEDIA_TEXT_MAX ? before : joined;
}
