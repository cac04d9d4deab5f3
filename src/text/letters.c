#include "text/letters.h"
#include "text/icu.h"

#include <unicode/unorm2.h>

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

static struct utf16 normalize(const UNormalizer2 *form, struct utf16 text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = unorm2_normalize(form, text.at, text.len, NULL, 0, &status);
    UChar *at = ARENA_ARRAY(arena, UChar, (size_t)len + 1);
    status = U_ZERO_ERROR;
    len = unorm2_normalize(form, text.at, text.len, at, len + 1, &status);
    return U_FAILURE(status) ? text : (struct utf16){at, len};
}

struct str text_base_letters(struct str text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    if (is_ascii(text))
        return arena_str(arena, text);
    struct utf16 wide = normalize(unorm2_getNFDInstance(&status), utf16_of(text, arena), arena);
    int32_t len = 0;
    for (int32_t i = 0; i < wide.len; i++)
        if (wide.at[i] < 0x0300 || wide.at[i] > 0x036F)
            wide.at[len++] = wide.at[i];
    wide.len = len;
    wide = normalize(unorm2_getNFCInstance(&status), wide, arena);
    return utf16_to_str(wide.at, wide.len, arena);
}
