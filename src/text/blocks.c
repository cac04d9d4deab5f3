#include "text/blocks.h"

/* The line at the front with its end. */
static struct str line_of(struct str text)
{
    ptrdiff_t end = str_find_char(text, '\n');
    return end < 0 ? text : str_cut(text, 0, (size_t)end + 1);
}

struct fence {
    char sign; /* 0: none */
    size_t count;
    bool bare; /* nothing behind it: it may close one */
};

static struct fence fence_of(struct str line)
{
    size_t at = 0, begin;
    while (at < line.len && at < 4 && line.at[at] == ' ')
        at++;
    if (at > 3 || at >= line.len || (line.at[at] != '`' && line.at[at] != '~'))
        return (struct fence){0};
    struct fence fence = {.sign = line.at[at]};
    for (begin = at; at < line.len && line.at[at] == fence.sign; at++)
        fence.count = at + 1 - begin;
    struct str rest = str_from(line, at);
    if (fence.count < 3 || (fence.sign == '`' && str_find_char(rest, '`') >= 0))
        return (struct fence){0};
    fence.bare = str_trim(rest).len == 0;
    return fence;
}

/* The length of the block at the front of the text. */
static size_t block_length(struct str text)
{
    struct fence open = {0};
    size_t len = 0;
    while (len < text.len) {
        struct str line = line_of(str_from(text, len));
        struct fence fence = fence_of(line);
        if (!open.sign && str_trim(line).len == 0)
            break;
        if (!open.sign)
            open = fence;
        else if (fence.sign == open.sign && fence.count >= open.count && fence.bare)
            open = (struct fence){0};
        len += line.len;
    }
    return len;
}

static size_t blank_length(struct str text)
{
    size_t len = 0;
    while (len < text.len) {
        struct str line = line_of(str_from(text, len));
        if (str_trim(line).len)
            break;
        len += line.len;
    }
    return len;
}

void text_blocks(struct str text, struct arena *arena, struct str *ret_lead,
                 struct block **ret_blocks, size_t *ret_count)
{
    struct block *blocks = NULL;
    size_t count = 0, size = 0, lead = blank_length(text);
    *ret_lead = str_cut(text, 0, lead);
    text = str_from(text, lead);
    while (text.len) {
        size_t len = block_length(text), end = len;
        while (end && (text.at[end - 1] == '\n' || text.at[end - 1] == '\r'))
            end--;
        if (count == size) {
            struct block *more = ARENA_ARRAY(arena, struct block, size = size ? size * 2 : 32);
            if (count)
                memcpy(more, blocks, count * sizeof *more);
            blocks = more;
        }
        size_t whole = len + blank_length(str_from(text, len));
        blocks[count++] = (struct block){str_cut(text, 0, end), str_cut(text, end, whole)};
        text = str_from(text, whole);
    }
    *ret_blocks = blocks;
    *ret_count = count;
}
