#include "text/slug_letters.h"
#include "text/icu.h"

#include <unicode/ubrk.h>
#include <unicode/utf16.h>

enum { KHMER = 0x1780, KHMER_END = 0x17EA, LAO = 0x0E81, LAO_END = 0x0EDE };

static const char *const khmer[KHMER_END - KHMER] = {
    /* consonants */
    "k",
    "kh",
    "k",
    "kh",
    "ng",
    "ch",
    "chh",
    "ch",
    "chh",
    "nh",
    "d",
    "th",
    "d",
    "th",
    "n",
    "t",
    "th",
    "t",
    "th",
    "n",
    "b",
    "ph",
    "p",
    "ph",
    "m",
    "y",
    "r",
    "l",
    "v",
    "sh",
    "ss",
    "s",
    "h",
    "l",
    "a",
    /* vowels that stand alone */
    "a",
    "aa",
    "e",
    "ei",
    "o",
    "ok",
    "ou",
    "au",
    "rue",
    "rue",
    "lue",
    "lue",
    "ae",
    "ai",
    "ao",
    "ao",
    "au",
    /* two that are never written, vowels, signs */
    "",
    "",
    "a",
    "e",
    "ei",
    "oe",
    "eu",
    "o",
    "ou",
    "uo",
    "aeu",
    "oea",
    "ie",
    "e",
    "ae",
    "ai",
    "ao",
    "au",
    "m",
    "h",
    "a",
    /* other signs and punctuation */
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
};

static const char *const lao[LAO_END - LAO] = {
    [0x0E81 - LAO] = "k",  [0x0E82 - LAO] = "kh", [0x0E84 - LAO] = "kh", [0x0E87 - LAO] = "ng",
    [0x0E88 - LAO] = "ch", [0x0E8A - LAO] = "s",  [0x0E8D - LAO] = "nh", [0x0E94 - LAO] = "d",
    [0x0E95 - LAO] = "t",  [0x0E96 - LAO] = "th", [0x0E97 - LAO] = "th", [0x0E99 - LAO] = "n",
    [0x0E9A - LAO] = "b",  [0x0E9B - LAO] = "p",  [0x0E9C - LAO] = "ph", [0x0E9D - LAO] = "f",
    [0x0E9E - LAO] = "ph", [0x0E9F - LAO] = "f",  [0x0EA1 - LAO] = "m",  [0x0EA2 - LAO] = "y",
    [0x0EA3 - LAO] = "r",  [0x0EA5 - LAO] = "l",  [0x0EA7 - LAO] = "v",  [0x0EAA - LAO] = "s",
    [0x0EAB - LAO] = "h",  [0x0EAD - LAO] = "o",  [0x0EAE - LAO] = "h",  [0x0EB0 - LAO] = "a",
    [0x0EB1 - LAO] = "a",  [0x0EB2 - LAO] = "a",  [0x0EB3 - LAO] = "am", [0x0EB4 - LAO] = "i",
    [0x0EB5 - LAO] = "i",  [0x0EB6 - LAO] = "ue", [0x0EB7 - LAO] = "ue", [0x0EB8 - LAO] = "u",
    [0x0EB9 - LAO] = "u",  [0x0EBB - LAO] = "o",  [0x0EBC - LAO] = "l",  [0x0EBD - LAO] = "ia",
    [0x0EC0 - LAO] = "e",  [0x0EC1 - LAO] = "ae", [0x0EC2 - LAO] = "o",  [0x0EC3 - LAO] = "ai",
    [0x0EC4 - LAO] = "ai", [0x0ECD - LAO] = "o",  [0x0EDC - LAO] = "n",  [0x0EDD - LAO] = "m",
};

static bool is_khmer(UChar c)
{
    return c >= KHMER && c < KHMER_END;
}

static bool is_lao(UChar c)
{
    return c >= LAO && c < LAO_END;
}

/* Appends the letter; false when it is none of ours. */
static bool spell(struct buf *out, UChar c)
{
    if ((c >= 0x17E0 && c <= 0x17E9) || (c >= 0x0ED0 && c <= 0x0ED9))
        return buf_char(out, (char)('0' + (c & 0xF)));
    if (is_khmer(c))
        return buf_str(out, str_of(khmer[c - KHMER]));
    if (is_lao(c))
        return buf_str(out, str_of(lao[c - LAO]));
    return false;
}

static void spell_word(struct buf *out, const UChar *word, int32_t len, struct arena *arena)
{
    for (int32_t i = 0; i < len;) {
        /* Lao writes some vowels before the consonant that they follow. */
        bool before = word[i] >= 0x0EC0 && word[i] <= 0x0EC4 && i + 1 < len && is_lao(word[i + 1]);
        if (before && spell(out, word[i + 1])) {
            (void)spell(out, word[i]);
            i += 2;
        } else if (spell(out, word[i])) {
            i++;
        } else {
            int32_t from = i;
            U16_FWD_1(word, i, len);
            (void)buf_str(out, utf16_to_str(word + from, i - from, arena));
        }
    }
}

struct str slug_spell_khmer_lao(struct str text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 wide = utf16_of(text, arena);
    bool any = false;
    for (int32_t i = 0; i < wide.len; i++)
        any |= is_khmer(wide.at[i]) || is_lao(wide.at[i]);
    if (!any)
        return text;
    UBreakIterator *words = icu_object(ICU_WORDS, STR_NONE, STR_NONE);
    ubrk_setText(words, wide.at, wide.len, &status);
    if (U_FAILURE(status))
        return text;
    BUF_AUTO struct buf out = BUF_INIT((size_t)wide.len * 8 + 64);
    int32_t from = ubrk_first(words);
    for (int32_t to; (to = ubrk_next(words)) != UBRK_DONE; from = to) {
        if (from > 0 && (is_khmer(wide.at[from]) || is_lao(wide.at[from])))
            (void)buf_char(&out, ' ');
        spell_word(&out, wide.at + from, to - from, arena);
    }
    ubrk_setText(words, u"", 0, &status);
    return arena_str(arena, buf_slice(&out));
}
