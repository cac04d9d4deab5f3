#include "tests/oracle/words.h"

uint64_t random_number(struct random *random)
{
    /* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t random_below(struct random *random, size_t bound)
{
    return (size_t)(random_number(random) % bound);
}

bool random_chance(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

static const char *const syllables[] = {"ba",  "cor", "den", "fal", "gor", "hal", "jun", "kar",
                                        "lom", "mar", "nel", "pel", "qua", "ros", "sil", "tan",
                                        "ven", "wes", "yar", "bri", "dra", "fen", "gla", "mor"};
enum { SYLLABLES = sizeof syllables / sizeof *syllables, WORDS = 700 };

/* Word number n: few are used often, many seldom. */
static void put_word(struct random *random, struct buf *out)
{
    size_t n = random_below(random, WORDS);
    n = n * n / WORDS;
    (void)buf_str(out, str_of(syllables[n % SYLLABLES]));
    (void)buf_str(out, str_of(syllables[(n / SYLLABLES + 5) % SYLLABLES]));
    if (n % 3 == 0)
        (void)buf_str(out, str_of(syllables[(n * 7 + 1) % SYLLABLES]));
}

static void put_words(struct random *random, struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            (void)buf_char(out, ' ');
        put_word(random, out);
    }
}

static void put_token(struct oracle *oracle, struct buf *out, uint32_t *ret_serial)
{
    if (oracle->serial + 1 >= SERIALS_MAX)
        abort();
    *ret_serial = ++oracle->serial;
    (void)buf_printf(out, "zq%uz", *ret_serial);
}

struct str words_headline(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    put_token(oracle, &out, ret_serial);
    (void)buf_char(&out, ' ');
    put_words(&oracle->random, &out, 3 + random_below(&oracle->random, 5));
    return arena_str(arena, buf_slice(&out));
}

struct str words_sentence(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    put_token(oracle, &out, ret_serial);
    (void)buf_char(&out, ' ');
    put_words(&oracle->random, &out, 6 + random_below(&oracle->random, 12));
    (void)buf_char(&out, '.');
    return arena_str(arena, buf_slice(&out));
}

static void put_paragraph(struct oracle *oracle, struct buf *out)
{
    struct random *random = &oracle->random;
    size_t kind = random_below(random, 20);
    (void)buf_str(out, kind == 0   ? STR("## ")
                       : kind == 1 ? STR("> ")
                       : kind == 2 ? STR("- ")
                                   : STR_NONE);
    put_words(random, out, 8 + random_below(random, 25));
    if (kind == 3)
        (void)buf_str(out, STR(" and *so on* with [a link](https://example.org/x)"));
    if (kind == 4)
        (void)buf_str(out, STR(" “quoted” — with a dash & an ampersand < that"));
    if (kind == 5)
        (void)buf_printf(out, ".\n\n![%s](picture:%zu%s)\n\nAnd so on",
                         random_chance(random, 70) ? "What it shows" : "",
                         1 + random_below(random, PICTURES),
                         random_chance(random, 70) ? " \"A caption\"" : "");
    if (kind == 6)
        (void)buf_printf(out, " ![A map](picture:%zu) as well", 1 + random_below(random, PICTURES));
    (void)buf_str(out, STR(".\n\n"));
}

struct str words_body(struct oracle *oracle, struct arena *arena, uint32_t *ret_serial)
{
    BUF_AUTO struct buf out = BUF_INIT(64 * 1024);
    put_token(oracle, &out, ret_serial);
    (void)buf_char(&out, ' ');
    put_words(&oracle->random, &out, 20);
    (void)buf_str(&out, STR(".\n\n"));
    for (size_t n = random_below(&oracle->random, 10); n; n--)
        put_paragraph(oracle, &out);
    return arena_str(arena, buf_slice(&out));
}

struct str words_slug(struct oracle *oracle, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(100);
    put_word(&oracle->random, &out);
    (void)buf_char(&out, '-');
    put_word(&oracle->random, &out);
    return arena_str(arena, buf_slice(&out));
}
