#include "http/chunked.h"

enum state {
    SIZE_FIRST, /* a hexadecimal digit must come */
    SIZE,
    SPACE, /* white space that only an extension may follow */
    EXTENSION,
    QUOTED, /* inside a quoted string of an extension */
    ESCAPED,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    END,
    BAD,
};

static int hex(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_text(unsigned char c)
{
    return c == '\t' || (c >= 0x20 && c != 0x7F);
}

static enum state size_byte(struct http_chunked *chunked, unsigned char c)
{
    int digit = hex(c);
    if (digit >= 0) {
        if (chunked->left > (INT64_MAX >> 4))
            return BAD;
        chunked->left = chunked->left << 4 | (unsigned)digit;
        return SIZE;
    }
    if (chunked->state == SIZE_FIRST)
        return BAD;
    return c == '\r' ? SIZE_LF : c == ';' ? EXTENSION : c == ' ' || c == '\t' ? SPACE : BAD;
}

static enum state extension_byte(struct http_chunked *chunked, unsigned char c)
{
    if (++chunked->extra > HTTP_CHUNK_EXTRA_MAX)
        return BAD;
    if (chunked->state == SPACE)
        return c == ';' ? EXTENSION : c == ' ' || c == '\t' ? SPACE : BAD;
    if (chunked->state == QUOTED)
        return c == '"' ? EXTENSION : c == '\\' ? ESCAPED : is_text(c) ? QUOTED : BAD;
    if (chunked->state == ESCAPED)
        return is_text(c) ? QUOTED : BAD;
    return c == '\r' ? SIZE_LF : c == '"' ? QUOTED : is_text(c) ? EXTENSION : BAD;
}

static enum state trailer_byte(struct http_chunked *chunked, unsigned char c)
{
    if (++chunked->trailer > HTTP_TRAILER_MAX)
        return BAD;
    if (chunked->state == TRAILER_START)
        return c == '\r' ? END_LF : http_is_token_char(c) ? TRAILER_NAME : BAD;
    if (chunked->state == TRAILER_NAME)
        return c == ':' ? TRAILER_VALUE : http_is_token_char(c) ? TRAILER_NAME : BAD;
    return c == '\r' ? TRAILER_LF : is_text(c) ? TRAILER_VALUE : BAD;
}

static enum state line_byte(struct http_chunked *chunked, unsigned char c)
{
    if (++chunked->line > HTTP_CHUNK_LINE_MAX && chunked->state < SIZE_LF)
        return BAD;
    switch ((enum state)chunked->state) {
    case SIZE_FIRST:
    case SIZE:
        return size_byte(chunked, c);
    case SPACE:
    case EXTENSION:
    case QUOTED:
    case ESCAPED:
        return extension_byte(chunked, c);
    case SIZE_LF:
        chunked->line = 0;
        return c != '\n' ? BAD : chunked->left ? DATA : TRAILER_START;
    case DATA_CR:
        return c == '\r' ? DATA_LF : BAD;
    case DATA_LF:
        chunked->line = 0;
        return c == '\n' ? SIZE_FIRST : BAD;
    case TRAILER_START:
    case TRAILER_NAME:
    case TRAILER_VALUE:
        return trailer_byte(chunked, c);
    case TRAILER_LF:
        return c == '\n' ? TRAILER_START : BAD;
    case END_LF:
        return c == '\n' ? END : BAD;
    case DATA:
    case END:
    case BAD:
        break;
    }
    return (enum state)chunked->state;
}

enum http_chunked_result http_chunked(struct http_chunked *chunked, struct str *bytes,
                                      struct str *ret_data)
{
    while (chunked->state != END && chunked->state != BAD && bytes->len) {
        if (chunked->state == DATA) {
            size_t n = bytes->len < chunked->left ? bytes->len : (size_t)chunked->left;
            *ret_data = str_cut(*bytes, 0, n);
            *bytes = str_from(*bytes, n);
            chunked->left -= n;
            if (chunked->left == 0)
                chunked->state = DATA_CR;
            return HTTP_CHUNKED_DATA;
        }
        chunked->state = line_byte(chunked, (unsigned char)bytes->at[0]);
        *bytes = str_from(*bytes, 1);
    }
    return chunked->state == BAD   ? HTTP_CHUNKED_BAD
           : chunked->state == END ? HTTP_CHUNKED_END
                                   : HTTP_CHUNKED_MORE;
}
