#include "media/frames.h"

static uint32_t u32_at(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static struct error broken(const struct frames *frames)
{
    return error_make(ERR_PICTURE, frames->name, "the program that opens it gave a wrong answer");
}

static void expect(struct frames *frames, int state, size_t need)
{
    frames->state = state;
    frames->need = need;
    frames->have = 0;
}

void frames_init(struct frames *frames, const char *name, const struct frames_sink *sink,
                 struct arena *arena)
{
    memset(frames, 0, sizeof *frames);
    frames->name = name;
    frames->sink = sink;
    frames->arena = arena;
    expect(frames, FRAMES_AT_MAGIC, FRAMES_MAGIC_LEN);
}

static bool size_believed(uint32_t width, uint32_t height)
{
    return width > 0 && height > 0 && width <= FRAMES_SIDE_MAX && height <= FRAMES_SIDE_MAX;
}

static struct error take_picture(struct frames *frames)
{
    uint32_t width = u32_at(frames->small), height = u32_at(frames->small + 4);
    if (frames->width || !size_believed(width, height))
        return broken(frames);
    frames->width = width;
    frames->height = height;
    return NO_ERROR;
}

static struct error take_text(struct frames *frames)
{
    unsigned char field = (unsigned char)frames->small[0];
    struct str text = str_n(frames->small + 1, frames->have - 1);
    if (!frames->width || frames->count || field >= FIELD_COUNT || frames->texted[field] ||
        !str_is_utf8(text))
        return broken(frames);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < ' ' && text.at[i] != '\n' && text.at[i] != '\t')
            return broken(frames);
    frames->texted[field] = true;
    frames->texts[field] = arena_str(frames->arena, text);
    return NO_ERROR;
}

static struct error take_problem(struct frames *frames)
{
    unsigned char problem = (unsigned char)frames->small[0];
    if (problem == PROBLEM_NONE || problem >= PROBLEM_COUNT)
        return broken(frames);
    frames->problem = (enum frames_problem)problem;
    frames->ended = true;
    return NO_ERROR;
}

static struct error take_end(struct frames *frames)
{
    if (!frames->count || u32_at(frames->small) != frames->count)
        return broken(frames);
    frames->ended = true;
    return NO_ERROR;
}

static struct error begin_rendition(struct frames *frames)
{
    unsigned char kind = (unsigned char)frames->small[0];
    unsigned char format = (unsigned char)frames->small[1];
    struct frames_rendition *rendition = &frames->rendition;
    if (!frames->width || kind >= MEDIA_KINDS || format >= FORMAT_COUNT ||
        frames->seen[kind][format])
        return broken(frames);
    rendition->kind = &media_kinds[kind];
    rendition->format = (enum frames_format)format;
    rendition->width = u32_at(frames->small + 2);
    rendition->height = u32_at(frames->small + 6);
    if (!size_believed(rendition->width, rendition->height) ||
        rendition->width > (uint32_t)rendition->kind->width)
        return broken(frames);
    frames->seen[kind][format] = true;
    frames->count++;
    TRY(frames->sink->begin(frames->sink->context, rendition));
    expect(frames, FRAMES_IN_DATA, rendition->bytes);
    return NO_ERROR;
}

/* A frame's head is complete: is its type known and its length possible? */
static struct error begin_frame(struct frames *frames)
{
    size_t len = u32_at(frames->small + 1), least = 0, most = 0;
    frames->type = (unsigned char)frames->small[0];
    switch (frames->type) {
    case 'P':
        least = most = 8;
        break;
    case 'T':
        least = 1;
        most = 1 + MEDIA_TEXT_MAX;
        break;
    case 'R':
        least = FRAMES_RENDITION_HEAD + 1;
        most = FRAMES_RENDITION_HEAD + MEDIA_RENDITION_MAX;
        break;
    case 'Z':
        least = most = 4;
        break;
    case 'E':
        least = most = 1;
        break;
    default:
        return broken(frames);
    }
    if (len < least || len > most)
        return broken(frames);
    frames->rendition.bytes = (uint32_t)(len - (frames->type == 'R' ? FRAMES_RENDITION_HEAD : 0));
    expect(frames, FRAMES_IN_SMALL, frames->type == 'R' ? FRAMES_RENDITION_HEAD : len);
    return NO_ERROR;
}

static struct error take_small(struct frames *frames)
{
    switch (frames->type) {
    case 'P':
        TRY(take_picture(frames));
        break;
    case 'T':
        TRY(take_text(frames));
        break;
    case 'R':
        return begin_rendition(frames);
    case 'Z':
        TRY(take_end(frames));
        break;
    case 'E':
        TRY(take_problem(frames));
        break;
    default:
        return broken(frames);
    }
    expect(frames, FRAMES_AT_HEAD, FRAMES_HEAD);
    return NO_ERROR;
}

static struct error take_data(struct frames *frames, struct str *bytes)
{
    struct str piece = str_cut(*bytes, 0, frames->need - frames->have);
    *bytes = str_from(*bytes, piece.len);
    frames->have += piece.len;
    TRY(frames->sink->data(frames->sink->context, piece));
    if (frames->have < frames->need)
        return NO_ERROR;
    TRY(frames->sink->end(frames->sink->context));
    expect(frames, FRAMES_AT_HEAD, FRAMES_HEAD);
    return NO_ERROR;
}

static struct error take_piece(struct frames *frames, struct str *bytes)
{
    if (frames->ended)
        return broken(frames); /* nothing follows the end */
    if (frames->state == FRAMES_IN_DATA)
        return take_data(frames, bytes);
    struct str piece = str_cut(*bytes, 0, frames->need - frames->have);
    *bytes = str_from(*bytes, piece.len);
    memcpy(frames->small + frames->have, piece.at, piece.len);
    frames->have += piece.len;
    if (frames->have < frames->need)
        return NO_ERROR;
    switch (frames->state) {
    case FRAMES_AT_MAGIC:
        if (memcmp(frames->small, FRAMES_MAGIC, FRAMES_MAGIC_LEN) != 0)
            return broken(frames);
        expect(frames, FRAMES_AT_HEAD, FRAMES_HEAD);
        return NO_ERROR;
    case FRAMES_AT_HEAD:
        return begin_frame(frames);
    case FRAMES_IN_SMALL:
        return take_small(frames);
    case FRAMES_IN_DATA:
        break;
    }
    return NO_ERROR;
}

struct error frames_push(struct frames *frames, struct str bytes)
{
    frames->total += bytes.len;
    if (frames->total > FRAMES_TOTAL_MAX)
        return broken(frames);
    while (bytes.len)
        TRY(take_piece(frames, &bytes));
    return NO_ERROR;
}
