#include "media-worker/iim.h"

#include "media-worker/clean.h"

enum {
    BLOCK_MAX = 4 << 20,
    DATASETS_MAX = 4096,
    RESOURCES_MAX = 1024,
    CREATOR_MAX = 8, /* bylines that are joined */
};

static size_t number(struct str bytes, size_t from, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n = n << 8 | (unsigned char)bytes.at[from + i];
    return n;
}

/* Takes one dataset off the front. Lengths above 32767 come as a count of further bytes (IIM 1.6);
 * we read up to four of them. */
static bool dataset(struct str *rest, int *ret_record, int *ret_number, struct str *ret_value)
{
    struct str at = *rest;
    if (at.len < 5 || at.at[0] != 0x1c)
        return false;
    size_t len = number(at, 3, 2), head = 5;
    if (len & 0x8000) {
        size_t bytes = len & 0x7fff;
        if (bytes == 0 || bytes > 4 || at.len < 5 + bytes)
            return false;
        len = number(at, 5, bytes);
        head += bytes;
    }
    if (len > at.len - head)
        return false;
    *ret_record = (unsigned char)at.at[1];
    *ret_number = (unsigned char)at.at[2];
    *ret_value = str_cut(at, head, head + len);
    *rest = str_from(at, head + len);
    return true;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.len > 0;
}

/* 2:55 is CCYYMMDD, 2:60 is HHMMSS±HHMM. */
static struct str date_and_time(struct arena *arena, struct str date, struct str time)
{
    const char *d = date.at, *t = time.at;
    if (date.len != 8 || !all_digits(date) || memcmp(d, "0000", 4) == 0 ||
        memcmp(d + 4, "00", 2) == 0 || memcmp(d + 6, "00", 2) == 0)
        return STR_NONE;
    if (time.len < 6 || !all_digits(str_cut(time, 0, 6)))
        return arena_printf(arena, "%.4s-%.2s-%.2s", d, d + 4, d + 6);
    if (time.len == 11 && (t[6] == '+' || t[6] == '-') && all_digits(str_from(time, 7)))
        return arena_printf(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.3s:%.2s", d, d + 4, d + 6, t,
                            t + 2, t + 4, t + 6, t + 9);
    return arena_printf(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s", d, d + 4, d + 6, t, t + 2, t + 4);
}

static void fill(struct arena *arena, struct str value, struct str *field)
{
    if (!field->len)
        *field = clean_text(arena, value);
}

static void read_datasets(struct str rest, struct arena *arena, struct media_offer *offer)
{
    int record, number_of;
    struct str value, date = STR_NONE, time = STR_NONE, creators = STR_NONE;
    size_t creator_count = 0;
    for (size_t i = 0; i < DATASETS_MAX && dataset(&rest, &record, &number_of, &value); i++) {
        if (record != 2)
            continue;
        if (number_of == 120)
            fill(arena, value, &offer->caption);
        else if (number_of == 110)
            fill(arena, value, &offer->credit);
        else if (number_of == 116)
            fill(arena, value, &offer->rights);
        else if (number_of == 115)
            fill(arena, value, &offer->source);
        else if (number_of == 80 && creator_count++ < CREATOR_MAX)
            creators = clean_join(arena, creators, clean_text(arena, value));
        else if (number_of == 55)
            date = value;
        else if (number_of == 60)
            time = value;
    }
    if (!offer->creator.len)
        offer->creator = creators;
    if (!offer->taken.len)
        offer->taken = date_and_time(arena, date, time);
}

/* Photoshop's resources: "8BIM", number, a name with its length padded to even, u32 size, bytes
 * padded to even (Adobe Photoshop File Formats, Image Resource Blocks). */
static struct str iim_resource(struct str at)
{
    for (size_t i = 0; i < RESOURCES_MAX && at.len >= 12 && str_starts(at, STR("8BIM")); i++) {
        size_t id = number(at, 4, 2);
        size_t head = 6 + (((unsigned char)at.at[6] + 2u) & ~1u);
        if (at.len < head + 4)
            return STR_NONE;
        size_t size = number(at, head, 4);
        head += 4;
        if (size > at.len - head)
            return STR_NONE;
        if (id == 0x0404)
            return str_cut(at, head, head + size);
        at = str_from(at, head + ((size + 1) & ~(size_t)1));
    }
    return STR_NONE;
}

void iim_read(struct str block, struct arena *arena, struct media_offer *offer)
{
    block = str_cut(block, 0, BLOCK_MAX);
    if (str_starts(block, STR("Photoshop 3.0\0")))
        block = str_from(block, STR("Photoshop 3.0\0").len);
    if (str_starts(block, STR("8BIM")))
        block = iim_resource(block);
    read_datasets(block, arena, offer);
}
