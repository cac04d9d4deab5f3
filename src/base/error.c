#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *sentence;
    int status;
} table[ERR_COUNT] = {
    [ERR_OK] = {"OK", "Done.", 200},
#define ERR(name, status, sentence) [ERR_##name] = {#name, sentence, status},
#include "base/errors.def"
#undef ERR
};

/* Copies what fits, cut at the border of a UTF-8 sequence. */
static void copy_cut(char *to, size_t size, struct str text)
{
    size_t n = text.len < size - 1 ? text.len : size - 1;
    if (n < text.len)
        while (n > 0 && ((unsigned char)text.at[n] & 0xC0) == 0x80)
            n--;
    if (n)
        memcpy(to, text.at, n);
    to[n] = '\0';
}

struct error error_make(enum err code, const char *what, const char *why)
{
    struct error error = {.code = code};
    copy_cut(error.what, sizeof error.what, str_of(what));
    copy_cut(error.why, sizeof error.why, str_of(why));
    return error;
}

struct error error_format(enum err code, struct str what, int line, const char *why_format, ...)
{
    struct error error = {.code = code, .line = line};
    copy_cut(error.what, sizeof error.what, what);
    char why[sizeof error.why * 2];
    va_list args;
    va_start(args, why_format);
    int n = vsnprintf(why, sizeof why, why_format, args);
    va_end(args);
    copy_cut(error.why, sizeof error.why, n < 0 ? STR_NONE : str_of(why));
    return error;
}

struct error error_errno(const char *what)
{
    int number = errno;
    bool full = number == ENOSPC || number == EDQUOT;
    char why[128];
    return error_make(full ? ERR_DISK_FULL : ERR_SYSTEM, what, strerror_r(number, why, sizeof why));
}

void error_sentence(const struct error *error, struct buf *out)
{
    struct str rest = str_of(table[error->code].sentence);
    while (rest.len) {
        ptrdiff_t open = str_find_char(rest, '{');
        if (open < 0)
            break;
        (void)buf_str(out, str_cut(rest, 0, (size_t)open));
        rest = str_from(rest, (size_t)open);
        if (str_starts(rest, STR("{what}")))
            (void)buf_str(out, str_of(error->what));
        else if (str_starts(rest, STR("{why}")))
            (void)buf_str(out, str_of(error->why));
        else
            (void)buf_printf(out, "%d", error->line);
        rest = str_from(rest, (size_t)str_find_char(rest, '}') + 1);
    }
    (void)buf_str(out, rest);
}

int error_status(enum err code)
{
    return table[code].status;
}

const char *error_name(enum err code)
{
    return table[code].name;
}
