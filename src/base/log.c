#include "base/log.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static _Atomic int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

void log_line(enum log_level level, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    if ((int)level < atomic_load(&least_level))
        return;
    char line[1024];
    int64_t now = clock_now(&clock_system);
    time_t seconds = (time_t)(now / 1000);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm);
    size_t n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &tm);
    int more = snprintf(line + n, sizeof line - n, ".%03dZ %s: ", (int)(now % 1000), names[level]);
    n += more > 0 ? (size_t)more : 0;
    size_t start = n;
    va_list args;
    va_start(args, format);
    more = vsnprintf(line + n, sizeof line - n, format, args);
    va_end(args);
    n = strlen(line);
    for (size_t i = start; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
    line[n < sizeof line - 1 ? n++ : n - 1] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n); /* one write a line: lines never mix */
    (void)written;
}

void log_error(const char *doing, const struct error *error)
{
    BUF_AUTO struct buf sentence = BUF_INIT(1024);
    error_sentence(error, &sentence);
    log_line(LOG_ERROR, "%s: %.*s", doing, STR_ARG(buf_slice(&sentence)));
}
