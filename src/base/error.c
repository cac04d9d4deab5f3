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
    /* A text that only passes through is looked up as it is. */
    if (strcmp(why_format, "%s") != 0 && strcmp(why_format, "%.*s") != 0)
        error.why_format = why_format;
    return error;
}

struct error error_errno(const char *what)
{
    int number = errno;
    bool full = number == ENOSPC || number == EDQUOT;
    char why[128];
    return error_make(full ? ERR_DISK_FULL : ERR_SYSTEM, what, strerror_r(number, why, sizeof why));
}

/* ---- Sentences ------------------------------------------------------------------------------ */

enum { FORMAT_ARGS = 8, KEY_MAX = 512 };

/* Takes the text before the next conversion off a format, then the conversion. False when that text
 * was the last. "%%" isn't used in sentences. */
static bool next_piece(struct str *format, struct str *ret_text)
{
    ptrdiff_t sign = str_find_char(*format, '%');
    *ret_text = sign < 0 ? *format : str_cut(*format, 0, (size_t)sign);
    if (sign < 0)
        return false;
    size_t end = (size_t)sign + 1;
    while (end < format->len && strchr("0123456789.*-+ #lzhjt", format->at[end]))
        end++;
    *format = str_from(*format, end < format->len ? end + 1 : end);
    return true;
}

/* "at most %d of %s" is "at most {1} of {2}" in a catalogue. */
static void format_key(struct str format, struct buf *key)
{
    struct str text;
    for (int n = 1; next_piece(&format, &text); n++) {
        (void)buf_str(key, text);
        (void)buf_printf(key, "{%d}", n);
    }
    (void)buf_str(key, text);
}

/* What stands in `why` for the conversions of its format. Returns how many; fewer when `why` was
 * cut. */
static size_t format_args(struct str format, struct str why, struct str args[FORMAT_ARGS])
{
    struct str text;
    size_t count = 0;
    bool more = next_piece(&format, &text);
    if (!str_starts(why, text))
        return 0;
    why = str_from(why, text.len);
    while (more && count < FORMAT_ARGS) {
        more = next_piece(&format, &text);
        ptrdiff_t end = more || text.len ? str_find(why, text) : (ptrdiff_t)why.len;
        if (end < 0)
            end = (ptrdiff_t)why.len;
        args[count++] = str_cut(why, 0, (size_t)end);
        why = str_from(why, (size_t)end + text.len < why.len ? (size_t)end + text.len : why.len);
    }
    return count;
}

struct words {
    error_say *say;
    const void *catalogue;
};

static struct str in_words(const struct words *words, struct str english)
{
    return words->say && english.len ? words->say(words->catalogue, english) : english;
}

/* Puts arguments for "{1}" and the like. */
static void put_filled(struct str text, const struct words *words, const struct str *args,
                       size_t count, struct buf *out)
{
    for (ptrdiff_t open; (open = str_find_char(text, '{')) >= 0;) {
        (void)buf_str(out, str_cut(text, 0, (size_t)open));
        text = str_from(text, (size_t)open);
        size_t n = text.len > 2 && text.at[2] == '}' ? (size_t)(text.at[1] - '1') : FORMAT_ARGS;
        if (n < count)
            (void)buf_str(out, in_words(words, args[n]));
        else
            (void)buf_char(out, '{');
        text = str_from(text, n < count ? 3 : 1);
    }
    (void)buf_str(out, text);
}

static void put_why(const struct error *error, const struct words *words, struct buf *out)
{
    struct str why = str_of(error->why), args[FORMAT_ARGS];
    if (!error->why_format) {
        (void)buf_str(out, in_words(words, why));
        return;
    }
    BUF_AUTO struct buf key = BUF_INIT(KEY_MAX);
    format_key(str_of(error->why_format), &key);
    struct str english = buf_slice(&key), said = in_words(words, english);
    if (str_eq(said, english)) {
        (void)buf_str(out, why);
        return;
    }
    size_t count = format_args(str_of(error->why_format), why, args);
    put_filled(said, words, args, count, out);
}

static void put_sentence(const struct error *error, const struct words *words, struct buf *out)
{
    struct str rest = in_words(words, str_of(table[error->code].sentence));
    while (rest.len) {
        ptrdiff_t open = str_find_char(rest, '{'), close = str_find_char(rest, '}');
        if (open < 0 || close < open)
            break;
        (void)buf_str(out, str_cut(rest, 0, (size_t)open));
        struct str name = str_cut(rest, (size_t)open + 1, (size_t)close);
        rest = str_from(rest, (size_t)close + 1);
        if (str_eq(name, STR("what")))
            (void)buf_str(out, in_words(words, str_of(error->what)));
        else if (str_eq(name, STR("why")))
            put_why(error, words, out);
        else
            (void)buf_printf(out, "%d", error->line);
    }
    (void)buf_str(out, rest);
}

void error_sentence_in(const struct error *error, error_say *say, const void *catalogue,
                       struct buf *out)
{
    struct words words = {say, catalogue};
    put_sentence(error, &words, out);
}

void error_sentence(const struct error *error, struct buf *out)
{
    error_sentence_in(error, NULL, NULL, out);
}

int error_status(enum err code)
{
    return table[code].status;
}

const char *error_name(enum err code)
{
    return table[code].name;
}
