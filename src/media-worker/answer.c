#include "media-worker/answer.h"

#include "base/file.h"

static uint32_t rendition_count;

/* _exit(): nothing of a process that decoded a stranger's bytes is to be cleaned up by itself. */
static void put(struct str bytes)
{
    struct error error = file_write_all(STDOUT_FILENO, "the answer", bytes);
    if (error.code != ERR_OK)
        _exit(1);
}

static void put_u32(char *at, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        at[i] = (char)(n >> 8 * i & 0xff);
}

static void put_head(char type, size_t len)
{
    char head[FRAMES_HEAD] = {type};
    put_u32(head + 1, (uint32_t)len);
    put(str_n(head, sizeof head));
}

void answer_begin(void)
{
    put(STR(FRAMES_MAGIC));
}

void answer_picture(uint32_t width, uint32_t height)
{
    char payload[8];
    put_u32(payload, width);
    put_u32(payload + 4, height);
    put_head('P', sizeof payload);
    put(str_n(payload, sizeof payload));
}

void answer_text(enum frames_field field, struct str text)
{
    char payload = (char)field;
    if (!text.len)
        return;
    put_head('T', 1 + text.len);
    put(str_n(&payload, 1));
    put(text);
}

void answer_rendition(size_t kind, enum frames_format format, uint32_t width, uint32_t height,
                      struct str bytes)
{
    char payload[FRAMES_RENDITION_HEAD] = {(char)kind, (char)format};
    put_u32(payload + 2, width);
    put_u32(payload + 6, height);
    put_head('R', sizeof payload + bytes.len);
    put(str_n(payload, sizeof payload));
    put(bytes);
    rendition_count++;
}

void answer_end(void)
{
    char payload[4];
    put_u32(payload, rendition_count);
    put_head('Z', sizeof payload);
    put(str_n(payload, sizeof payload));
    _exit(0);
}

void answer_problem(enum frames_problem problem)
{
    char payload = (char)problem;
    put_head('E', 1);
    put(str_n(&payload, 1));
    _exit(0);
}
