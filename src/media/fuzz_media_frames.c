/* The answer of stoppress-media, whatever it says: read whole and in pieces it must give the same.
 */
#include "media/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    size_t begun, ended, bytes;
};

static struct error hear_begin(void *context, const struct frames_rendition *rendition)
{
    struct heard *heard = context;
    if (rendition->bytes == 0 || rendition->bytes > MEDIA_RENDITION_MAX || rendition->width == 0)
        abort();
    heard->begun++;
    return NO_ERROR;
}

static struct error hear_data(void *context, struct str bytes)
{
    struct heard *heard = context;
    if (heard->begun != heard->ended + 1 || !bytes.len)
        abort();
    heard->bytes += bytes.len;
    return NO_ERROR;
}

static struct error hear_end(void *context)
{
    struct heard *heard = context;
    heard->ended++;
    return NO_ERROR;
}

static enum err read_in(struct str bytes, size_t step, struct frames *frames, struct arena *arena,
                        struct heard *heard)
{
    const struct frames_sink sink = {heard, hear_begin, hear_data, hear_end};
    enum err code = ERR_OK;
    frames_init(frames, "x", &sink, arena);
    for (; bytes.len && code == ERR_OK; bytes = str_from(bytes, step))
        code = frames_push(frames, str_cut(bytes, 0, step)).code;
    frames->sink = NULL;
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str bytes = str_n((const char *)data, size);
    struct frames whole, pieces;
    struct heard at_once = {0}, bit_by_bit = {0};
    enum err a = read_in(bytes, size ? size : 1, &whole, arena, &at_once);
    enum err b = read_in(bytes, 3, &pieces, arena, &bit_by_bit);
    if (a != b || at_once.begun != bit_by_bit.begun || at_once.bytes != bit_by_bit.bytes ||
        whole.ended != pieces.ended || whole.count != pieces.count)
        abort();
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!str_eq(whole.texts[i], pieces.texts[i]) || !str_is_utf8(whole.texts[i]))
            abort();
    if (a == ERR_OK && whole.ended && whole.problem == PROBLEM_NONE &&
        (!whole.count || whole.count != at_once.ended))
        abort();
    return 0;
}
