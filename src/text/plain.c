#include "text/plain.h"
#include "text/icu.h"
#include "text/words.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

struct str text_nfc(struct str text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFCInstance(&status);
    struct utf16 wide = utf16_of(text, arena);
    if (U_FAILURE(status) || unorm2_isNormalized(normalizer, wide.at, wide.len, &status))
        return utf16_to_str(wide.at, wide.len, arena);
    int32_t size = wide.len * 3 + 1; /* at most three times as long (UAX 15, table 13) */
    UChar *normal = ARENA_ARRAY(arena, UChar, (size_t)size);
    int32_t len = unorm2_normalize(normalizer, wide.at, wide.len, normal, size, &status);
    return U_SUCCESS(status) ? utf16_to_str(normal, len, arena) : text;
}

struct str text_upper(struct str text, struct str language, struct arena *arena)
{
    char locale[ICU_LOCALE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 wide = utf16_of(text, arena);
    int32_t size = wide.len * 3 + 1; /* U+0390 gives three */
    UChar *upper = ARENA_ARRAY(arena, UChar, (size_t)size);
    icu_locale(language, locale);
    int32_t len = u_strToUpper(upper, size, wide.at, wide.len, locale, &status);
    return U_SUCCESS(status) ? utf16_to_str(upper, len, arena) : text;
}

struct str text_number(int64_t number, struct str language, struct arena *arena)
{
    UChar digits[64];
    UErrorCode status = U_ZERO_ERROR;
    const UNumberFormat *format = icu_object(ICU_NUMBER, language, STR_NONE);
    int32_t len = unum_formatInt64(format, number, digits, 64, NULL, &status);
    if (U_FAILURE(status))
        return arena_printf(arena, "%lld", (long long)number);
    return utf16_to_str(digits, len, arena);
}

struct text_quotes text_quotes(struct str language)
{
    static const struct {
        const char *languages; /* with a space on both sides of each */
        const char *open, *close, *inner_open, *inner_close;
    } table[] = {
        {" de cs sk sl bg is lt ", "„", "“", "‚", "‘"},
        {" pl ro hu hr ", "„", "”", "‚", "’"},
        {" ru uk be hy sq ", "«", "»", "„", "“"},
        {" it el pt ca gl nb nn no fa ", "«", "»", "“", "”"},
        {" fr ", "«\u202F", "\u202F»", "“", "”"},
        {" sv fi ", "”", "”", "’", "’"},
        {" ar ", "”", "“", "’", "‘"},
        {" he ", "”", "”", "’", "’"},
    };
    char name[8] = " ";
    size_t len = 0;
    while (len < language.len && len < 3 && language.at[len] != '-') {
        name[len + 1] = (char)(language.at[len] | 0x20);
        len++;
    }
    name[len + 1] = ' ';
    for (size_t i = 0; len && i < sizeof table / sizeof *table; i++)
        if (strstr(table[i].languages, name))
            return (struct text_quotes){str_of(table[i].open), str_of(table[i].close),
                                        str_of(table[i].inner_open), str_of(table[i].inner_close)};
    return (struct text_quotes){STR("“"), STR("”"), STR("‘"), STR("’")};
}

/* ---- Lines ----------------------------------------------------------------------------------- */

struct str text_one_line(struct str text, struct arena *arena)
{
    /* U+FFFD takes three bytes where one stood. */
    char *line = arena_alloc(arena, text.len * 3 + 1);
    size_t len = 0, at = 0;
    bool space = false;
    while (at < text.len) {
        UChar32 c;
        U8_NEXT_OR_FFFD(text.at, at, text.len, c);
        if (u_isUWhiteSpace(c)) {
            space = true;
            continue;
        }
        if (u_iscntrl(c) && u_charType(c) == U_CONTROL_CHAR)
            continue;
        if (space && len)
            line[len++] = ' ';
        space = false;
        U8_APPEND_UNSAFE(line, len, c);
    }
    return str_n(line, len);
}

/* Whether words may end here with nothing behind: spaces and lone punctuation look poor before "…".
 */
static bool hangs(UChar c)
{
    return u_isUWhiteSpace(c) || c == ',' || c == ';' || c == ':' || c == '-' || c == '(' ||
           c == 0x2013 || c == 0x2014 || c == '.' || c == 0x201C || c == 0x2018;
}

/* The index behind `max` characters, or -1 when there are fewer. */
static int32_t behind_characters(const struct utf16 *text, size_t max, struct str language)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *characters = icu_object(ICU_CHARACTERS, language, STR_NONE);
    ubrk_setText(characters, text->at, text->len, &status);
    int32_t at = U_SUCCESS(status) ? ubrk_first(characters) : UBRK_DONE;
    for (size_t i = 0; i < max && at != UBRK_DONE; i++)
        at = ubrk_next(characters);
    ubrk_setText(characters, u"", 0, &status);
    return at;
}

/* The last border between words at or before `limit`; `limit` itself when there is none. */
static int32_t word_border(const struct utf16 *text, int32_t limit, struct str language)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *words = icu_object(ICU_WORDS, language, STR_NONE);
    ubrk_setText(words, text->at, text->len, &status);
    if (U_FAILURE(status))
        return limit;
    int32_t border = ubrk_isBoundary(words, limit) ? limit : ubrk_preceding(words, limit);
    ubrk_setText(words, u"", 0, &status);
    while (border > 0 && hangs(text->at[border - 1]))
        border--;
    return border > 0 ? border : limit;
}

struct str text_truncate(struct str text, size_t max, struct str language, struct arena *arena)
{
    enum { CHARACTER_BYTES = 64 }; /* what a character may take before we look no further */
    if (max == 0)
        return STR_NONE;
    bool more = text.len / CHARACTER_BYTES > max;
    if (more)
        text = str_cut(text, 0, max * CHARACTER_BYTES);
    struct str line = text_one_line(text, arena);
    if (!more && line.len <= max)
        return line;
    struct utf16 wide = utf16_of(line, arena);
    int32_t limit = behind_characters(&wide, max, language);
    if (!more && (limit < 0 || limit == wide.len))
        return line;
    limit = behind_characters(&wide, max - 1, language);
    int32_t cut = word_border(&wide, limit < 0 ? wide.len : limit, language);
    struct str kept = utf16_to_str(wide.at, cut, arena);
    return arena_printf(arena, "%.*s\xE2\x80\xA6", STR_ARG(kept));
}

/* ---- Comparing ------------------------------------------------------------------------------- */

bool text_same(struct str a, struct str b, struct arena *arena)
{
    return str_eq(a, b) || str_eq(text_fold(a, arena), text_fold(b, arena));
}

int text_compare(struct str a, struct str b, struct str language)
{
    UErrorCode status = U_ZERO_ERROR;
    const UCollator *collator = icu_object(ICU_COLLATOR, language, STR_NONE);
    UCollationResult order = ucol_strcollUTF8(collator, a.len ? a.at : "", (int32_t)a.len,
                                              b.len ? b.at : "", (int32_t)b.len, &status);
    return order == UCOL_LESS ? -1 : order == UCOL_GREATER;
}

/* ---- XML ------------------------------------------------------------------------------------- */

/* Bytes at s.at[i] that XML 1.0 forbids, or 0. `s` is UTF-8. */
static size_t forbidden(struct str s, size_t i)
{
    unsigned char c = (unsigned char)s.at[i];
    if (c < 0x20)
        return c != '\t' && c != '\n' && c != '\r';
    if (c == 0xEF && s.len - i >= 3 && (unsigned char)s.at[i + 1] == 0xBF &&
        (unsigned char)s.at[i + 2] >= 0xBE)
        return 3;
    return 0;
}

struct str text_xml(struct str text, struct arena *arena)
{
    size_t at = 0;
    while (at < text.len && !forbidden(text, at))
        at++;
    if (at == text.len)
        return text;
    char *clean = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len;) {
        size_t skip = forbidden(text, i);
        if (skip)
            i += skip;
        else
            clean[len++] = text.at[i++];
    }
    return str_n(clean, len);
}
