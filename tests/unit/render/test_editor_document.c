/* Texts to the editor's document and back: of a grammar, of CommonMark's examples, of the demo. */
#include "base/file.h"
#include "render/editor_document.h"
#include "render/markdown.h"

#include "tests/unit/cmocka.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>

enum { TEXTS = 3000, TEXT_MOST = 1 << 20 };

static struct arena *arena;

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(arena);
    return 0;
}

static struct str document_of(struct str text)
{
    struct str json = STR_NONE;
    struct error error = editor_document(text, arena, &json);
    if (error.code != ERR_OK)
        fail_msg("%s: %.*s", error.why, STR_ARG(text));
    return json;
}

static struct str markdown_of(struct str json, struct str base)
{
    struct str text = STR_NONE;
    struct error error = editor_markdown(json, base, arena, &text);
    if (error.code != ERR_OK)
        fail_msg("%s: %.*s", error.why, STR_ARG(json));
    return text;
}

static void expect(const char *json, const char *base, const char *want)
{
    struct str text = markdown_of(str_of(json), str_of(base));
    assert_string_equal(arena_cstr(arena, text), want);
}

#define DOC(blocks) "{\"type\":\"doc\",\"content\":[" blocks "]}"
#define P(attrs, inlines) "{\"type\":\"paragraph\"," attrs "\"content\":[" inlines "]}"
#define T(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define TM(text, mark)                                                                             \
    "{\"type\":\"text\",\"text\":\"" text "\",\"marks\":[{\"type\":\"" mark "\"}]}"

/* ---- Forms ----------------------------------------------------------------------------------- */

static void test_document(void **state)
{
    struct str json = document_of(STR("# A *b*\n\nc  \nd\n"));
    assert_string_equal(
        arena_cstr(arena, json),
        "{\"type\":\"doc\",\"content\":[{\"type\":\"heading\",\"attrs\":{\"ref\":1,\"level\":1},"
        "\"content\":[{\"type\":\"text\",\"text\":\"A \"},{\"type\":\"text\",\"text\":\"b\","
        "\"marks\":[{\"type\":\"em\"}]}]},{\"type\":\"paragraph\",\"attrs\":{\"ref\":2},"
        "\"content\":[{\"type\":\"text\",\"text\":\"c\"},{\"type\":\"hard_break\"},"
        "{\"type\":\"text\",\"text\":\"d\"}]}]}");
    assert_string_equal(arena_cstr(arena, document_of(STR_NONE)), DOC("{\"type\":\"paragraph\"}"));
}

static void test_writing(void **state)
{
    expect(DOC(P("", T("1. a"))), "", "1\\. a\n");
    expect(DOC(P("", T("# *a* [b] <c> a_b \\\\"))), "", "\\# \\*a\\* \\[b\\] \\<c> a_b \\\\\n");
    expect(DOC(P("", T(" a  ") "," TM("", "strong")) "," P("", "")), "", "a\n");
    expect(DOC(P("", T("a") "," TM(" b ", "strong") "," T("c"))), "", "a **b** c\n");
    expect(DOC(P("", T("a") "," TM("!b!", "strong") "," T("c"))), "", "&#97;**!b!**&#99;\n");
    expect(DOC(P("", TM("x", "strike") "," T("y"))), "", "~~x~~y\n");
    expect(DOC(P("", TM("a`b", "code"))), "", "``a`b``\n");
    expect(DOC("{\"type\":\"rule\"}"), "", "___\n");
    expect(DOC("{\"type\":\"code_block\",\"content\":[" T("a\\n```\\nb") "]}"), "",
           "````\na\n```\nb\n````\n");
    expect(DOC(""), "a\n", "");
}

#define ITEM(text) "{\"type\":\"list_item\",\"content\":[" P("", T(text)) "]}"
#define LIST(items) "{\"type\":\"bullet_list\",\"attrs\":{\"tight\":true},\"content\":[" items "]}"

static void test_lists(void **state)
{
    expect(DOC(LIST(ITEM("a") "," ITEM("b"))), "", "- a\n- b\n");
    expect(DOC(LIST(ITEM("a")) "," LIST(ITEM("b"))), "", "- a\n\n* b\n");
    expect(
        DOC("{\"type\":\"ordered_list\",\"attrs\":{\"tight\":false,\"order\":9},\"content\":[" ITEM(
            "a") "," ITEM("b") "]}"),
        "", "9. a\n\n10. b\n");
    expect(DOC(LIST("{\"type\":\"list_item\",\"content\":[{\"type\":\"paragraph\"}]}")), "", "-\n");
}

#define CELL(text) "{\"type\":\"table_cell\",\"content\":[" T(text) "]}"

static void test_tables(void **state)
{
    expect(DOC("{\"type\":\"table\",\"attrs\":{\"align\":\"-r\"},\"content\":["
               "{\"type\":\"table_row\",\"content\":[" CELL("a|b") "," CELL(
                   "c") "]},"
                        "{\"type\":\"table_row\",\"content\":[" CELL("d") "]}]}"),
           "", "| a\\|b | c |\n| --- | --: |\n| d | |\n");
}

#define BOX(kind, title, blocks)                                                                   \
    "{\"type\":\"" kind "\",\"content\":[{\"type\":\"box_title\"" title "}" blocks "]}"
#define EMBED(url) "{\"type\":\"embed\",\"attrs\":{\"url\":\"" url "\"}}"
#define PICTURE(src, alt, caption)                                                                 \
    "{\"type\":\"picture\",\"attrs\":{\"src\":\"" src "\",\"alt\":\"" alt                          \
    "\",\"caption\":\"" caption "\"}}"

static void test_boxes(void **state)
{
    expect(DOC("{\"type\":\"pull\",\"content\":[" P("", T("We wait.")) "]}"), "",
           "> [!PULL]\n> We wait.\n");
    expect(DOC(BOX("fact", ",\"content\":[" T("The *pier*") "]",
                   "," P("", T("[x]")) "," LIST(ITEM("a")))),
           "", "> [!FACT] The \\*pier\\*\n> \\[x\\]\n>\n> - a\n");
    expect(DOC(BOX("correction", "", "," LIST(ITEM("a")))), "", "> [!CORRECTION]\n>\n> - a\n");
    expect(DOC(BOX("fact", ",\"content\":[" T("Alone") "]", "")), "", "> [!FACT] Alone\n");
    expect(DOC(BOX("fact", "", ",{\"type\":\"paragraph\"}")), "", "");
    /* What only looks like one stays a quote. */
    expect(DOC("{\"type\":\"blockquote\",\"content\":[" P("", T("[!FACT] a")) "]}"), "",
           "> \\[!FACT\\] a\n");
    static const char base[] = "> [!fact]   Old *title*\n> a\n> b\n\nc\n";
    struct str json = document_of(str_of(base));
    assert_true(str_find(json, STR("\"type\":\"fact\"")) > 0);
    assert_true(str_find(json, STR("\"type\":\"box_title\",\"content\":[")) > 0);
    assert_true(str_eq(markdown_of(json, str_of(base)), str_of(base)));
}

static void test_embeds_and_pictures(void **state)
{
    expect(DOC(EMBED("https://youtu.be/_a23456789_")), "", "https://youtu.be/_a23456789_\n");
    expect(DOC(EMBED("https://example.org/*a*")), "", "https://example.org/\\*a\\*\n");
    expect(DOC(P("", T("https://youtu.be/_a23456789_"))), "", "https://youtu.be/_a23456789_\n");
    expect(DOC(PICTURE("picture:12", "A *pier*", "By \\\"us\\\"")), "",
           "![A \\*pier\\*](picture:12 \"By \\\"us\\\"\")\n");
    expect(DOC(PICTURE("picture:x", "a", "")), "", "![a](picture:x)\n");
    struct str json =
        document_of(STR("a\n\nhttps://youtu.be/_a23456789_\n\n![b](picture:3 \"c\")\n\n![b](/c)\n\n"
                        "<https://youtu.be/_a23456789_>\n\n- https://youtu.be/_a23456789_\n"));
    assert_true(str_find(json, STR("{\"type\":\"embed\",\"attrs\":{\"ref\":2,\"url\":"
                                   "\"https://youtu.be/_a23456789_\"}}")) > 0);
    assert_true(str_find(json, STR("{\"type\":\"picture\",\"attrs\":{\"ref\":3,\"src\":"
                                   "\"picture:3\",\"alt\":\"b\",\"caption\":\"c\"}}")) > 0);
    struct str rest = str_from(json, (size_t)str_find(json, STR("\"type\":\"embed\"")) + 5);
    assert_true(str_find(rest, STR("\"type\":\"embed\"")) < 0);
    assert_true(str_find(json, STR("\"type\":\"image\"")) > 0);
}

static void test_untouched(void **state)
{
    static const char base[] = "Head\n====\n\n* a\n* b\n\n\nSome _words_  \nhere\n\n\nLast";
    struct str json = document_of(str_of(base));
    assert_true(str_eq(markdown_of(json, str_of(base)), str_of(base)));
    /* The second block goes, the third is another: the others keep their bytes. */
    expect(DOC("{\"type\":\"heading\",\"attrs\":{\"ref\":1,\"level\":1},\"content\":[" T(
               "Head") "]}," P("\"attrs\":{\"ref\":3},", T("New")) "," P("\"attrs\":{\"ref\":4},",
                                                                         T("Last"))),
           base, "Head\n====\n\nNew\n\nLast");
    /* A number whose block is another is no claim to bytes. */
    expect(DOC(P("\"attrs\":{\"ref\":1},", T("x"))), base, "x\n");
    /* Definitions stay when kept blocks use them. */
    static const char defined[] = "One.\n\n[a]: /b\n\nSee [a].\n";
    expect(DOC(P("\"attrs\":{\"ref\":1},", T("Two.")) "," P(
               "\"attrs\":{\"ref\":2},",
               T("See ") ",{\"type\":\"text\",\"text\":\"a\",\"marks\":"
                         "[{\"type\":\"link\",\"attrs\":{\"href\":\"/b\"}}]}," T("."))),
           defined, "Two.\n\nSee [a].\n\n[a]: /b\n");
}

static void test_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "{\"type\":\"paragraph\"}",
                                      DOC("{\"type\":\"list_item\"}"),
                                      DOC("{\"type\":\"x\"}"),
                                      DOC("{}"),
                                      DOC("{\"type\":\"box_title\"}"),
                                      DOC("{\"type\":\"blockquote\",\"content\":[" EMBED("x") "]}"),
                                      DOC("1"),
                                      DOC(P("", TM("a", "blink"))),
                                      DOC(P("", "{\"type\":\"paragraph\"}"))};
    struct str text;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(editor_markdown(str_of(bad[i]), STR_NONE, arena, &text).code, ERR_INVALID);
    BUF_AUTO struct buf deep = BUF_INIT(TEXT_MOST);
    (void)buf_str(&deep, STR("{\"type\":\"doc\",\"content\":["));
    for (int i = 0; i < 60; i++)
        (void)buf_str(&deep, STR("{\"type\":\"blockquote\",\"content\":["));
    for (int i = 0; i < 60; i++)
        (void)buf_str(&deep, STR("]}"));
    (void)buf_str(&deep, STR("]}"));
    assert_int_equal(editor_markdown(buf_slice(&deep), STR_NONE, arena, &text).code, ERR_INVALID);
}

/* ---- Many ------------------------------------------------------------------------------------ */

static json_t *without_refs(struct str json)
{
    json_error_t fault;
    json_t *root = json_loadb(json.at, json.len, 0, &fault), *one;
    size_t i;
    assert_non_null(root);
    json_array_foreach(json_object_get(root, "content"), i, one)
    {
        json_t *attrs = json_object_get(one, "attrs");
        (void)json_object_del(attrs, "ref");
        if (attrs && !json_object_size(attrs))
            (void)json_object_del(one, "attrs");
    }
    return root;
}

static bool same_document(struct str a, struct str b)
{
    json_t *one = without_refs(a), *other = without_refs(b);
    bool same = json_equal(one, other);
    json_decref(one);
    json_decref(other);
    return same;
}

/* Both directions; false when writing anew says something else. */
static bool go_round(struct str text)
{
    struct str json = document_of(text);
    assert_true(str_eq(markdown_of(json, text), text));
    struct str anew = markdown_of(json, STR_NONE);
    struct str again = document_of(anew);
    assert_true(str_eq(markdown_of(again, anew), anew));
    if (same_document(json, again))
        return true;
    print_message("--- differs\n%.*s\n--- anew\n%.*s\n", STR_ARG(text), STR_ARG(anew));
    return false;
}

/* A new first block: all others keep their bytes. */
static void put_first(struct str text)
{
    json_error_t fault;
    struct str json = document_of(text);
    json_t *root = json_loadb(json.at, json.len, 0, &fault);
    json_t *content = json_object_get(root, "content");
    (void)json_array_insert_new(content, 0,
                                json_pack("{s:s, s:[{s:s, s:s}]}", "type", "paragraph", "content",
                                          "type", "text", "text", "New."));
    char *dump = json_dumps(root, 0);
    struct str result = markdown_of(str_of(dump), text);
    while (text.len && strchr("\n ", text.at[0]))
        text = str_from(text, 1);
    assert_true(str_starts(result, STR("New.\n")));
    assert_true(text.len == 0 || str_find(result, text) > 0);
    free(dump);
    json_decref(root);
}

static uint64_t seed = 20261125;

static size_t below(size_t most)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % most);
}

static void write_words(struct buf *out)
{
    static const char *const words[] = {"harbour",
                                        "the",
                                        "*open*",
                                        "**closed**",
                                        "`code`",
                                        "[a link](/news)",
                                        "2024.",
                                        "a_b",
                                        "_soft_",
                                        "~~gone~~",
                                        "***both***",
                                        "ملح",
                                        "ဆိပ်ကမ်း",
                                        "\"said\"",
                                        "<b>",
                                        "&amp;",
                                        "**in *it* too**",
                                        "\\*star\\*",
                                        "[b](<x y> \"t\")",
                                        "![p](/p.jpg)",
                                        "un*frigging*real",
                                        "5 < 6",
                                        "#tag",
                                        "**[l](u)**",
                                        "1) x"};
    size_t count = 1 + below(9);
    for (size_t i = 0; i < count; i++) {
        (void)buf_str(out, i ? STR(" ") : STR_NONE);
        (void)buf_str(out, str_of(words[below(sizeof words / sizeof *words)]));
    }
}

static void write_some(struct buf *out, const char *prefix, int depth);

static void write_items(struct buf *out, const char *prefix, int depth)
{
    size_t count = 1 + below(4), kind = below(4);
    bool loose = below(2);
    for (size_t i = 0; i < count; i++) {
        char inner[80];
        static const char *const markers[] = {"- ", "* ", "1. ", "3) "};
        (void)snprintf(inner, sizeof inner, "%.70s%s", prefix, kind < 2 ? "  " : "   ");
        (void)buf_printf(out, "%s%s", i ? prefix : "", markers[kind]);
        write_words(out);
        (void)buf_str(out, STR("\n"));
        if (depth < 3 && below(4) == 0) {
            (void)buf_printf(out, "%s%s", loose ? "\n" : "", inner);
            write_items(out, inner, depth + 1);
        }
        if (loose)
            (void)buf_str(out, STR("\n"));
    }
}

static void write_one(struct buf *out, const char *prefix, int depth)
{
    char inner[80];
    switch (below(9)) {
    case 0:
        (void)buf_str(out, str_cut(STR("#### "), below(4), 5));
        write_words(out);
        break;
    case 1:
        write_items(out, prefix, depth + 1);
        return;
    case 2:
        (void)buf_printf(out, "```x\n%scode  *a*\n%s\n%s  b\n%s```", prefix, prefix, prefix,
                         prefix);
        break;
    case 3:
        (void)buf_printf(out, "| a | *b* |\n%s|:-:|---|\n%s| c\\|d | `e` |\n%s| f", prefix, prefix,
                         prefix);
        break;
    case 4:
        (void)buf_str(out, below(2) ? STR("***") : STR("---"));
        break;
    case 5:
        (void)snprintf(inner, sizeof inner, "%s> ", prefix);
        (void)buf_str(out, STR("> "));
        if (depth < 3) {
            write_some(out, inner, depth + 1);
            return;
        }
        write_words(out);
        break;
    default:
        write_words(out);
        if (below(3) == 0) {
            (void)buf_printf(out, "%s\n%s", below(2) ? "  " : "", prefix);
            write_words(out);
        }
    }
    (void)buf_str(out, STR("\n"));
}

/* What stands at the top level only. */
static void write_special(struct buf *out)
{
    static const char *const blocks[] = {
        "https://www.youtube.com/watch?v=_a2345678_1", "https://vimeo.com/12345",
        "![a b](picture:7 \"c \\\"d\\\"\")", "![](picture:9)", "> \\[!FACT] no box"};
    static const char *const boxes[] = {"[!PULL]\n> ", "[!FACT] A *title*\n> ", "[!Fact]\n>\n> ",
                                        "[!CORRECTION] 3 May\n>\n> ", "[!FACT]\n> "};
    if (below(3) == 0) {
        (void)buf_printf(out, "%s\n", blocks[below(sizeof blocks / sizeof *blocks)]);
        return;
    }
    (void)buf_printf(out, "> %s", boxes[below(sizeof boxes / sizeof *boxes)]);
    write_some(out, "> ", 1);
}

static void write_some(struct buf *out, const char *prefix, int depth)
{
    size_t count = 1 + below(depth ? 3 : 8);
    for (size_t i = 0; i < count; i++) {
        if (i)
            (void)buf_printf(out, "%s\n%s", prefix, prefix);
        if (!depth && below(4) == 0)
            write_special(out);
        else
            write_one(out, prefix, depth);
    }
}

static struct str html_of(struct str text)
{
    struct markdown_html html;
    assert_int_equal(markdown_html(text, NULL, arena, &html).code, ERR_OK);
    char *at = (char *)(uintptr_t)html.html.at;
    for (size_t i = 0; i < html.html.len; i++)
        at[i] = at[i] == '\n' ? ' ' : at[i];
    return html.html;
}

static void test_grammar(void **state)
{
    int other = 0, pages = 0;
    for (int i = 0; i < TEXTS; i++) {
        BUF_AUTO struct buf out = BUF_INIT(TEXT_MOST);
        write_some(&out, "", 0);
        struct str text = buf_slice(&out);
        other += !go_round(text);
        put_first(text);
        struct str anew = markdown_of(document_of(text), STR_NONE);
        pages += !str_eq(html_of(text), html_of(anew));
        arena_reset(arena);
    }
    assert_int_equal(other, 0);
    assert_int_equal(pages, 0);
}

/* Anything: pieces that mean something, in any order. Nothing may fail; bytes and words stay. */
static void test_noise(void **state)
{
    static const char *const pieces[] = {"a",
                                         " ",
                                         "\n",
                                         "\n\n",
                                         "*",
                                         "**",
                                         "_",
                                         "`",
                                         "~~",
                                         "[",
                                         "](/u)",
                                         "![",
                                         "<b>",
                                         "> ",
                                         "- ",
                                         "1. ",
                                         "#",
                                         "    ",
                                         "\t",
                                         "|",
                                         "---",
                                         "```",
                                         "\\",
                                         "&amp;",
                                         "<!--",
                                         "\"",
                                         ":",
                                         "[x]: /y\n",
                                         "b",
                                         "=",
                                         "> [!FACT] ",
                                         "[!PULL]",
                                         "\n> [!PULL]\n> ",
                                         "https://youtu.be/_a23456789_",
                                         "](picture:4)"};
    int other = 0;
    for (int i = 0; i < 4 * TEXTS; i++) {
        BUF_AUTO struct buf out = BUF_INIT(TEXT_MOST);
        size_t count = 1 + below(30);
        for (size_t n = 0; n < count; n++)
            (void)buf_str(&out, str_of(pieces[below(sizeof pieces / sizeof *pieces)]));
        struct str text = buf_slice(&out), json = document_of(text), anew;
        assert_true(str_eq(markdown_of(json, text), text));
        anew = markdown_of(json, STR_NONE);
        other += !same_document(json, document_of(anew));
        arena_reset(arena);
    }
    print_message("%d texts of noise; %d lose a mark\n", 4 * TEXTS, other);
    assert_true(other < 4 * TEXTS / 500);
}

/* The examples of CommonMark and GFM, between fences of 32 backticks and a line of a dot. */
static void test_examples(void **state)
{
    const char *data = getenv("TEST_DATA");
    struct str all, line;
    int count = 0, other = 0, in = 0;
    if (!data || file_read(AT_FDCWD, arena_printf(arena, "%s/cmark-gfm/spec.txt", data).at,
                           TEXT_MOST, arena, &all)
                         .code != ERR_OK) {
        print_message("left out: TEST_DATA has no cmark-gfm/spec.txt\n");
        return;
    }
    BUF_AUTO struct buf text = BUF_INIT(TEXT_MOST);
    while (str_split(&all, '\n', &line)) {
        if (str_starts(line, STR("````````````````````````````````"))) {
            in = in ? 0 : 1;
            buf_clear(&text);
        } else if (in == 1 && str_eq(line, STR("."))) {
            in = 2;
            count++;
            other += !go_round(buf_slice(&text));
        } else if (in == 1) {
            for (size_t i = 0; i < line.len; i++)
                if (str_starts(str_from(line, i), STR("\xE2\x86\x92"))) {
                    (void)buf_char(&text, '\t');
                    i += 2;
                } else {
                    (void)buf_char(&text, line.at[i]);
                }
            (void)buf_char(&text, '\n');
        }
    }
    assert_true(count > 600);
    assert_int_equal(other, 0);
}

static void test_demo(void **state)
{
    DIR *folder = opendir(DEMO_STORIES);
    struct dirent *entry;
    int count = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        struct str all;
        if (!str_ends(str_of(entry->d_name), STR(".md")))
            continue;
        struct error error = file_read(dirfd(folder), entry->d_name, TEXT_MOST, arena, &all);
        assert_int_equal(error.code, ERR_OK);
        struct str body = str_from(all, (size_t)str_find(str_from(all, 4), STR("\n---\n")) + 9);
        assert_true(go_round(body));
        count++;
    }
    (void)closedir(folder);
    assert_true(count > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_document, begin, end),
        cmocka_unit_test_setup_teardown(test_writing, begin, end),
        cmocka_unit_test_setup_teardown(test_lists, begin, end),
        cmocka_unit_test_setup_teardown(test_tables, begin, end),
        cmocka_unit_test_setup_teardown(test_boxes, begin, end),
        cmocka_unit_test_setup_teardown(test_embeds_and_pictures, begin, end),
        cmocka_unit_test_setup_teardown(test_untouched, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_grammar, begin, end),
        cmocka_unit_test_setup_teardown(test_noise, begin, end),
        cmocka_unit_test_setup_teardown(test_examples, begin, end),
        cmocka_unit_test_setup_teardown(test_demo, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
