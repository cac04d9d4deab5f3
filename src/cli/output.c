#include "base/clock.h"
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

enum { PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 200, SENTENCE_MAX = 2048 };

struct error usage_error(const char *format, ...)
{
    ARENA_AUTO struct arena *arena = arena_new();
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(arena, format, args);
    va_end(args);
    return error_format(ERR_USAGE, text, 0, "arguments");
}

/* What came from outside may hold signs that move a terminal's cursor. */
static void put_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        (void)fputc(c < 0x20 || c == 0x7F ? ' ' : c, stderr);
    }
}

void cli_complain(const struct error *error)
{
    BUF_AUTO struct buf sentence = BUF_INIT(SENTENCE_MAX);
    (void)buf_str(&sentence, STR("stoppress: "));
    error_sentence(error, &sentence);
    put_plain(buf_slice(&sentence));
    (void)fputc('\n', stderr);
}

struct error cli_complain_file(const char *file, const struct error *error)
{
    BUF_AUTO struct buf line = BUF_INIT(SENTENCE_MAX + 4096);
    (void)buf_printf(&line, "%s:", file);
    if (error->line > 0)
        (void)buf_printf(&line, "%d:", error->line);
    (void)buf_str(&line, STR(" "));
    if (error->code == ERR_FRONT_MATTER)
        (void)buf_printf(&line, "%s.", error->why);
    else
        error_sentence(error, &line);
    put_plain(buf_slice(&line));
    (void)fputc('\n', stderr);
    return error_make(ERR_SAID, NULL, NULL);
}

void cli_note(const char *format, ...)
{
    ARENA_AUTO struct arena *arena = arena_new();
    va_list args;
    va_start(args, format);
    struct str text = arena_vprintf(arena, format, args);
    va_end(args);
    put_plain(text);
    (void)fputc('\n', stderr);
}

static struct error print(enum err code, const char *what, const char *format, va_list args)
{
    char why[128];
    if (vfprintf(stdout, format, args) >= 0 && fflush(stdout) == 0)
        return NO_ERROR;
    return error_make(code, what, strerror_r(errno, why, sizeof why));
}

struct error cli_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct error error = print(ERR_SYSTEM, "Writing to standard output", format, args);
    va_end(args);
    return error;
}

struct error cli_print_done(const char *done, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct error error = print(ERR_UNTOLD, done, format, args);
    va_end(args);
    return error;
}

struct progress progress_begin(const char *doing)
{
    return (struct progress){
        .doing = doing, .started = clock_monotonic(), .on_terminal = isatty(STDERR_FILENO) == 1};
}

void progress_step(struct progress *progress, int64_t done, int64_t total)
{
    int64_t now = clock_monotonic();
    if (!progress->on_terminal || now - progress->started < PROGRESS_AFTER_MS ||
        now - progress->shown < PROGRESS_EVERY_MS)
        return;
    progress->shown = now;
    progress->visible = true;
    (void)fprintf(stderr, "\r%s: %lld", progress->doing, (long long)done);
    if (total > 0)
        (void)fprintf(stderr, " of %lld", (long long)total);
    (void)fprintf(stderr, " …\x1b[K");
    (void)fflush(stderr);
}

void progress_show(struct progress *progress)
{
    if (!progress->on_terminal)
        return;
    progress->visible = true;
    (void)fprintf(stderr, "\r%s …\x1b[K", progress->doing);
    (void)fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->visible)
        (void)fprintf(stderr, "\r\x1b[K");
    progress->visible = false;
}
