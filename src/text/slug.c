#include "text/slug.h"
#include "text/icu.h"
#include "text/slug_letters.h"

#include <pthread.h>
#include <unicode/utrans.h>

enum {
    HEADLINE_LOOKED_AT = 600, /* bytes: no slug is longer than 80 */
    SPELLED_MOST = 8000       /* UTF-16 units; "Any-Latin" makes several of one */
};

static bool is_slug_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool text_slug_valid(struct str slug)
{
    if (slug.len == 0 || slug.len > TEXT_SLUG_MAX)
        return false;
    for (size_t i = 0; i < slug.len; i++) {
        bool hyphen = slug.at[i] == '-';
        if (!hyphen && !is_slug_char(slug.at[i]))
            return false;
        if (hyphen && (i == 0 || i + 1 == slug.len || slug.at[i - 1] == '-'))
            return false;
    }
    return true;
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

/* One transliterator for all threads: it is large, and slugs are made when a story is saved. Its
 * rules are kept until the program ends. */
static struct str spell_in_latin(struct str text, struct arena *arena)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static UTransliterator *speller;
    UErrorCode status = U_ZERO_ERROR;
    struct utf16 wide = utf16_of(slug_spell_khmer_lao(text, arena), arena);
    if (wide.len > SPELLED_MOST / 2)
        wide.len = SPELLED_MOST / 2;
    UChar *spelled = ARENA_ARRAY(arena, UChar, SPELLED_MOST);
    int32_t len = wide.len, limit = wide.len;
    memcpy(spelled, wide.at, (size_t)wide.len * sizeof *spelled);
    (void)pthread_mutex_lock(&lock);
    if (!speller)
        speller =
            utrans_openU(u"Any-Latin; Latin-ASCII", -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_SUCCESS(status))
        utrans_transUChars(speller, spelled, &len, SPELLED_MOST, 0, &limit, &status);
    (void)pthread_mutex_unlock(&lock);
    return U_SUCCESS(status) ? utf16_to_str(spelled, len, arena) : text;
}

/* Apostrophes vanish ("governor's" → "governors"), letters of other scripts that could not be
 * spelled too; all else parts words. */
static bool vanishes(char c)
{
    return c == '\'' || c == '`' || c == '"' || (unsigned char)c >= 0x80;
}

struct str text_slug(struct str text, struct str otherwise, struct arena *arena)
{
    char slug[TEXT_SLUG_MAX + 1];
    size_t len = 0, word = 0; /* where the word being written begins */
    bool parted = false;
    text = str_cut(text, 0, HEADLINE_LOOKED_AT);
    if (!is_ascii(text))
        text = spell_in_latin(text, arena);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if (!is_slug_char(c)) {
            parted |= !vanishes(c);
            continue;
        }
        size_t need = parted && len ? 2 : 1;
        if (len + need > TEXT_SLUG_MAX) {
            if (!(parted && len) && word > 0)
                len = word - 1; /* the word does not fit: without it and its hyphen */
            break;
        }
        if (need == 2) {
            slug[len++] = '-';
            word = len;
        }
        parted = false;
        slug[len++] = c;
    }
    if (len == 0)
        return otherwise;
    return arena_str(arena, str_n(slug, len));
}
