#include "text/words.h"
#include "text/icu.h"

#include <unicode/ubrk.h>
#include <unicode/unorm2.h>

static const UNormalizer2 *folding(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *folding = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status))
        abort();
    return folding;
}

/* A fold of `len` units takes at most 18 times as many (UAX 15, table 13). */
static struct str fold(const UNormalizer2 *normalizer, const UChar *at, int32_t len,
                       struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = len * 2 + 32;
    UChar *folded = ARENA_ARRAY(arena, UChar, (size_t)size);
    int32_t n = unorm2_normalize(normalizer, at, len, folded, size, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
        status = U_ZERO_ERROR;
        size = n + 1;
        folded = ARENA_ARRAY(arena, UChar, (size_t)size);
        n = unorm2_normalize(normalizer, at, len, folded, size, &status);
    }
    return U_SUCCESS(status) ? utf16_to_str(folded, n, arena) : STR_NONE;
}

struct str text_fold(struct str text, struct arena *arena)
{
    struct utf16 wide = utf16_of(text, arena);
    return fold(folding(), wide.at, wide.len, arena);
}

enum { SHORT_WORD = 64 };

/* Nearly all words are short ASCII: these are folded in place. */
static bool fold_ascii(const UChar *at, int32_t len, char ret_word[SHORT_WORD])
{
    if (len > SHORT_WORD)
        return false;
    for (int32_t i = 0; i < len; i++) {
        if (at[i] >= 0x80)
            return false;
        ret_word[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
    }
    return true;
}

void text_words(struct str text, struct str language, struct arena *arena, text_word_fn *word,
                void *context)
{
    UErrorCode status = U_ZERO_ERROR;
    ARENA_AUTO struct arena *scratch = arena_new(); /* one word at a time */
    struct utf16 wide = utf16_of(text, arena);
    const UNormalizer2 *normalizer = folding();
    UBreakIterator *breaks = icu_object(ICU_WORDS, language, STR_NONE);
    ubrk_setText(breaks, wide.at, wide.len, &status);
    if (U_FAILURE(status))
        return;
    int32_t from = ubrk_first(breaks);
    for (int32_t to; (to = ubrk_next(breaks)) != UBRK_DONE; from = to) {
        char ascii[SHORT_WORD];
        if (ubrk_getRuleStatus(breaks) < UBRK_WORD_NONE_LIMIT)
            continue;
        struct str folded;
        if (fold_ascii(wide.at + from, to - from, ascii)) {
            folded = str_n(ascii, (size_t)(to - from));
        } else {
            arena_reset(scratch);
            folded = fold(normalizer, wide.at + from, to - from, scratch);
        }
        if (folded.len && !word(context, folded))
            break;
    }
    ubrk_setText(breaks, u"", 0, &status); /* the text may be gone before the next one comes */
}

static bool count_one(void *context, struct str word)
{
    ++*(size_t *)context;
    return true;
}

size_t text_word_count(struct str text, struct str language, struct arena *arena)
{
    size_t count = 0;
    text_words(text, language, arena, count_one, &count);
    return count;
}
