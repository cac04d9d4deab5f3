#include "text/words.h"

#include "base/buf.h"
#include "tests/unit/cmocka.h"

#include <libxml/parser.h>

static bool join(void *context, struct str word)
{
    struct buf *out = context;
    return (out->len == 0 || buf_char(out, '|')) && buf_str(out, word);
}

static void expect(const char *text, const char *language, const char *words)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf out = BUF_INIT(4096);
    text_words(str_of(text), str_of(language), arena, join, &out);
    (void)buf_char(&out, '\0');
    assert_string_equal(out.at, words);
}

static void test_latin(void **state)
{
    expect("The Harbour, again: 3.5 km — O'Brien's “ferry”!", "en",
           "the|harbour|again|3.5|km|o'brien's|ferry");
    expect("STRASSE Straße ﬁn Ａ１", "de", "strasse|strasse|fin|a1");
    expect("cafe\xCC\x81 caf\xC3\xA9", "fr", "café|café");
    expect("", "en", "");
    expect(" -- !? ", "en", "");
    expect("one\xFFtwo", "en", "one|two");
    expect("Ελλάδα ΟΔΟΣ", "el", "ελλάδα|οδοσ");
}

static void test_scripts_without_spaces(void **state)
{
    expect("ประเทศไทยข่าววันนี้", "th", "ประเทศไทย|ข่าว|วัน|นี้");
    expect("東京で新しい港が開く", "ja", "東京|で|新しい|港|が|開く");
    expect("ព្រះរាជាណាចក្រកម្ពុជា", "km", "ព្រះរាជាណាចក្រ|កម្ពុជា");
}

static bool stop_at_second(void *context, struct str word)
{
    return ++*(int *)context < 2;
}

static void test_stops(void **state)
{
    int seen = 0;
    ARENA_AUTO struct arena *arena = arena_new();
    text_words(STR("one two three"), STR("en"), arena, stop_at_second, &seen);
    assert_int_equal(seen, 2);
    assert_int_equal(text_word_count(STR("one two three"), STR_NONE, arena), 3);
    struct str folded = text_fold(STR("Größe İ"), arena);
    assert_true(str_eq(folded, STR("grösse i̇")));
}

/* Words longer than any buffer: nothing is lost. */
static void test_long_word(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    enum { LEN = 200000 };
    char *text = arena_alloc(arena, LEN);
    memset(text, 'X', LEN);
    BUF_AUTO struct buf out = BUF_INIT(LEN + 1);
    text_words(str_n(text, LEN), STR("en"), arena, join, &out);
    assert_int_equal(out.len, LEN);
    assert_int_equal(out.at[LEN - 1], 'x');
}

/* ---- One text in many scripts ---------------------------------------------------------------- */

struct seen {
    const char *looked_for;
    size_t words, bytes, found;
};

static bool look(void *context, struct str word)
{
    struct seen *seen = context;
    seen->words++;
    seen->bytes += word.len;
    seen->found += str_eq(word, str_of(seen->looked_for));
    return str_is_utf8(word) && word.len > 0;
}

static void test_declaration_of_human_rights(void **state)
{
    static const struct {
        const char *file, *language, *word;
        size_t times; /* at least */
    } texts[] = {
        {"eng", "en", "freedom", 10},   {"arb", "ar", "الحق", 5},   {"heb", "he", "זכאי", 5},
        {"hin", "hi", "अधिकार", 20},    {"amh", "am", "መብት", 10},   {"tha", "th", "มนุษย์", 3},
        {"khm", "km", "មនុស្ស", 5},       {"lao", "lo", "ອິດສະຫຼະ", 1}, {"mya", "my", "လူ", 5},
        {"cmn_hans", "zh", "自由", 10}, {"jpn", "ja", "自由", 10},
    };
    const char *data = getenv("TEST_DATA");
    if (!data) {
        print_message(
            "TEST_DATA is not set: words of the Declaration of Human Rights are left out\n");
        skip();
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/udhr/udhr_%s.xml", data, texts[i].file);
        xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);
        assert_non_null(document);
        xmlChar *content = xmlNodeGetContent(xmlDocGetRootElement(document));
        struct seen seen = {.looked_for = texts[i].word};
        text_words(str_of((const char *)content), str_of(texts[i].language), arena, look, &seen);
        xmlFree(content);
        xmlFreeDoc(document);
        print_message("%s: %zu words, '%s' %zu times\n", texts[i].file, seen.words, texts[i].word,
                      seen.found);
        assert_true(seen.words > 1000 && seen.words < 6000);
        assert_true(seen.found >= texts[i].times);
        assert_true(seen.bytes / seen.words < 24); /* words, not sentences */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latin),
        cmocka_unit_test(test_scripts_without_spaces),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_declaration_of_human_rights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
