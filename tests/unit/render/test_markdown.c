#include "render/markdown.h"

#include "tests/unit/cmocka.h"

#include <pthread.h>

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

static struct markdown_html draw(const char *text, const struct markdown_options *options)
{
    struct markdown_html html;
    struct error error = markdown_html(str_of(text), options, arena, &html);
    if (error.code != ERR_OK)
        fail_msg("line %d: %s", error.line, error.why);
    error = markdown_check(str_of(text));
    assert_int_equal(error.code, ERR_OK);
    return html;
}

static void expect(const char *text, const char *html)
{
    assert_string_equal(arena_cstr(arena, draw(text, NULL).html), html);
}

static void expect_in(const char *language, const char *text, const char *html)
{
    struct markdown_options options = {.language = str_of(language)};
    assert_string_equal(arena_cstr(arena, draw(text, &options).html), html);
}

static void test_blocks(void **state)
{
    expect("a\nb\n\nc  \nd", "<p>a\nb</p>\n<p>c<br>\nd</p>\n");
    expect("- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
    expect("3. a\n\n4. b\n", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n");
    expect("- a\n  - b\n", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n");
    expect("> a\n>> b\n",
           "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n");
    expect("```c\na < \"b\"\n\n```\n***\n", "<pre><code>a &lt; &quot;b&quot;</code></pre>\n<hr>\n");
    expect("", "");
    expect("*a* **b** `c` ~~d~~ \\*e\\*",
           "<p><em>a</em> <strong>b</strong> <code>c</code> <del>d</del> *e*</p>\n");
}

static void test_tables(void **state)
{
    expect("a | b\n--|-:\n1 | *2*\n3\n",
           "<table>\n<thead>\n<tr>\n<th>a</th>\n<th class=\"right\">b</th>\n</tr>\n</thead>\n"
           "<tbody>\n<tr>\n<td>1</td>\n<td class=\"right\"><em>2</em></td>\n</tr>\n"
           "<tr>\n<td>3</td>\n<td class=\"right\"></td>\n</tr>\n</tbody>\n</table>\n");
    expect("| a |\n|---|\n", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n");
}

static void test_headings_begin_at_two(void **state)
{
    expect("# a\n## b\n### c\n#### d", "<h2>a</h2>\n<h3>b</h3>\n<h4>c</h4>\n<h4>d</h4>\n");
    expect("### a\n\n### b", "<h2>a</h2>\n<h2>b</h2>\n");
    expect("## a\n\n##### b", "<h2>a</h2>\n<h3>b</h3>\n");
    expect("#### a\n\n## b\n\n#### c", "<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>\n");
    expect("a\n===\n\nb\n---\n", "<h2>a</h2>\n<h3>b</h3>\n");
}

static void test_html_is_shown_as_text(void **state)
{
    expect("a <b onclick=\"x\">c</b> <!-- d -->",
           "<p>a &lt;b onclick=&quot;x&quot;&gt;c&lt;/b&gt; &lt;!-- d --&gt;</p>\n");
    expect("<script>\nalert(1)\n</script>\n\nb",
           "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n<p>b</p>\n");
    expect("&lt;script&gt; &#60;", "<p>&lt;script&gt; &lt;</p>\n");
    expect("a\x01\x7F\xC2\x85z", "<p>az</p>\n");
}

static void test_links(void **state)
{
    expect("[a](/b) [c](#d) [e](f/g) [h](mailto:i@j.k) [l](tel:+1)",
           "<p><a href=\"/b\">a</a> <a href=\"#d\">c</a> <a href=\"f/g\">e</a> "
           "<a href=\"mailto:i@j.k\">h</a> <a href=\"tel:+1\">l</a></p>\n");
    expect("[a](https://example.net/?b=1&c='d' \"e & f\")",
           "<p><a href=\"https://example.net/?b=1&amp;c=&#39;d&#39;\" title=\"e &amp; f\" "
           "rel=\"noopener\">a</a></p>\n");
    expect("<http://example.net> <a@b.example>",
           "<p><a href=\"http://example.net\" rel=\"noopener\">http://example.net</a> "
           "<a href=\"mailto:a@b.example\">a@b.example</a></p>\n");
    expect("[b][]\n\n[b]: /c", "<p><a href=\"/c\">b</a></p>\n");
    struct markdown_options options = {.site_url = STR("https://example.org")};
    struct markdown_html html =
        draw("[a](https://example.org/b) [c](https://example.org.evil.example)", &options);
    assert_string_equal(
        arena_cstr(arena, html.html),
        "<p><a href=\"https://example.org/b\">a</a> "
        "<a href=\"https://example.org.evil.example\" rel=\"noopener\">c</a></p>\n");
}

static void test_absolute_links(void **state)
{
    struct markdown_options options = {.site_url = STR("https://example.org"),
                                       .absolute_links = true};
    struct markdown_html html = draw("[a](/b?c=d&e) [f](#g) [h](https://i.example)", &options);
    assert_string_equal(arena_cstr(arena, html.html),
                        "<p><a href=\"https://example.org/b?c=d&amp;e\">a</a> "
                        "<a href=\"#g\">f</a> "
                        "<a href=\"https://i.example\" rel=\"noopener\">h</a></p>\n");
}

/* Links that may harm lose the link and keep their words. */
static void test_unsafe_links(void **state)
{
    static const char *const urls[] = {"javascript:alert(1)",
                                       "JAVASCRIPT:x",
                                       "<java\tscript:x>",
                                       "<\x01javascript:x>",
                                       "< javascript:x>",
                                       "data:text/html,x",
                                       "vbscript:x",
                                       "//evil.example",
                                       "/\\evil.example",
                                       "\\\\evil.example",
                                       "&#106;avascript:x",
                                       "java&Tab;script:x",
                                       "file:///etc/passwd",
                                       "x:y",
                                       ""};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const char *text = arena_printf(arena, "[*words*](%s)", urls[i]).at;
        struct str html = draw(text, NULL).html;
        if (str_find(html, STR("<a")) >= 0 || str_find(html, STR("<em>words</em>")) < 0)
            fail_msg("%s gave %.*s", text, STR_ARG(html));
    }
}

static void test_pictures_become_links(void **state)
{
    expect("![the *pier*](https://example.net/p.jpg)",
           "<p><a href=\"https://example.net/p.jpg\" rel=\"noopener\">the <em>pier</em></a></p>\n");
    expect("![](/p.jpg)", "<p><a href=\"/p.jpg\">/p.jpg</a></p>\n");
    expect("[![a](/b.jpg)](/c)", "<p><a href=\"/c\">a</a></p>\n");
    expect("![a [b](/c) d](/e)", "<p><a href=\"/e\">a b d</a></p>\n");
    expect("![a](data:image/png,x)", "<p>a</p>\n");
}

static void test_bare_addresses(void **state)
{
    expect("see https://example.net/a_b?c=1&d=2.",
           "<p>see <a href=\"https://example.net/a_b?c=1&amp;d=2\" rel=\"noopener\">"
           "https://example.net/a_b?c=1&amp;d=2</a>.</p>\n");
    expect("(www.example.net/a(b))",
           "<p>(<a href=\"https://www.example.net/a(b)\" rel=\"noopener\">www.example.net/a(b)</a>)"
           "</p>\n");
    expect(
        "Write to desk+tips@port-alma.example.",
        "<p>Write to <a href=\"mailto:desk+tips@port-alma.example\">desk+tips@port-alma.example</a>"
        ".</p>\n");
    expect("(a.b@c.example), \"d@e.f.example\"",
           "<p>(<a href=\"mailto:a.b@c.example\">a.b@c.example</a>), \xE2\x80\x9C"
           "<a href=\"mailto:d@e.f.example\">d@e.f.example</a>\xE2\x80\x9D</p>\n");
    expect("httpd@example.net\xE2\x80\x99s",
           "<p><a href=\"mailto:httpd@example.net\">httpd@example.net"
           "</a>\xE2\x80\x99s</p>\n");
    expect("*a@b.example*", "<p><em><a href=\"mailto:a@b.example\">a@b.example</a></em></p>\n");
    expect("[a@b.example](/c) `d@e.example`",
           "<p><a href=\"/c\">a@b.example</a> <code>d@e.example</code></p>\n");
    static const char *const plain[] = {"@alma",
                                        "a@b",
                                        "a@b.",
                                        "a@.b.example",
                                        "a@b..example",
                                        "a@b.1",
                                        "a@b.x",
                                        "a.@b.example",
                                        ".a@b.example",
                                        "a@@b.example",
                                        "x@a@b.example",
                                        "a@b.example@c",
                                        "a@b.example/c",
                                        "a/b@c.example",
                                        "ftp:b@c.example",
                                        "a@b.example_c",
                                        "a@b.m\xC3\xBCnchen",
                                        "\xC3\xBC"
                                        "a@b.example",
                                        "a@-.example"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        char html[80];
        (void)snprintf(html, sizeof html, "<p>%s</p>\n", plain[i]);
        expect(plain[i], html);
    }
    expect("https:// xhttps://a.b www. how", "<p>https:// xhttps://a.b www. how</p>\n");
    expect("[www.a.example](/b) `www.c.example`",
           "<p><a href=\"/b\">www.a.example</a> <code>www.c.example</code></p>\n");
    expect("https://a.example/it's--so...",
           "<p><a href=\"https://a.example/it&#39;s--so\" rel=\"noopener\">"
           "https://a.example/it&#39;s--so</a>…</p>\n");
}

static void test_typographic_marks(void **state)
{
    expect("\"It's 'so' -- or---\" she said...", "<p>“It’s ‘so’ – or—” she said…</p>\n");
    expect("the '90s, rock 'n' roll, \"*Yes*,\" he said. (\"a\")",
           "<p>the ’90s, rock ‘n’ roll, “<em>Yes</em>,” he said. (“a”)</p>\n");
    expect("----- .... \"", "<p>----- .... ”</p>\n");
    expect("`\"a\" -- b...`", "<p><code>&quot;a&quot; -- b...</code></p>\n");
    expect_in("de-AT", "\"a 'b' c\"", "<p>„a ‚b‘ c“</p>\n");
    expect_in("fr", "\"a\" l'eau", "<p>«\u202Fa\u202F» l’eau</p>\n");
    expect_in("de", "geht's", "<p>geht’s</p>\n");
    expect("\"a\n\"b\" c\"", "<p>“a\n“b” c”</p>\n");
}

static void test_dateline(void **state)
{
    struct markdown_options options = {.dateline = STR("PORT <ALMA>")};
    assert_string_equal(arena_cstr(arena, draw("*a*\n\nb", &options).html),
                        "<p><span class=\"dateline\">PORT &lt;ALMA&gt;</span> — <em>a</em></p>\n"
                        "<p>b</p>\n");
    assert_string_equal(arena_cstr(arena, draw("- a", &options).html),
                        "<p><span class=\"dateline\">PORT &lt;ALMA&gt;</span> —</p>\n"
                        "<ul>\n<li>a</li>\n</ul>\n");
    assert_string_equal(arena_cstr(arena, draw("", &options).html), "");
    assert_string_equal(arena_cstr(arena, draw("\"a\"", &options).html),
                        "<p><span class=\"dateline\">PORT &lt;ALMA&gt;</span> — “a”</p>\n");
}

static void test_cut_for_an_advertisement(void **state)
{
    struct markdown_options options = {.split_after = 2, .rest_least = 2};
    struct markdown_html html = draw("a\n\n> q\n\nb\n\nc\n\nd", &options);
    assert_string_equal(arena_cstr(arena, html.html),
                        "<p>a</p>\n<blockquote>\n<p>q</p>\n</blockquote>\n<p>b</p>\n");
    assert_string_equal(arena_cstr(arena, html.rest), "<p>c</p>\n<p>d</p>\n");
    html = draw("a\n\nb\n\nc", &options);
    assert_string_equal(arena_cstr(arena, html.html), "<p>a</p>\n<p>b</p>\n<p>c</p>\n");
    assert_int_equal(html.rest.len, 0);
}

/* Draws picture 1 and 2, no other. */
static bool draw_picture(void *context, const struct markdown_picture *picture, struct buf *out)
{
    ++*(int *)context;
    if (picture->id > 2)
        return false;
    (void)buf_printf(out, picture->block ? "<figure>%lld %.*s|%.*s</figure>" : "<img %lld>",
                     (long long)picture->id, STR_ARG(picture->alt), STR_ARG(picture->caption));
    return true;
}

static void expect_pictures(const char *text, const char *html)
{
    int asked = 0;
    struct markdown_options options = {
        .dateline = STR("P"), .picture = draw_picture, .picture_context = &asked};
    assert_string_equal(arena_cstr(arena, draw(text, &options).html), html);
}

static void test_pictures_of_the_library(void **state)
{
    static const char dated[] = "<p><span class=\"dateline\">P</span> — ";
#define DATED(rest) arena_printf(arena, "%s%s", dated, rest).at
    /* Alone in a paragraph, also several: blocks. The dateline opens the first words. */
    expect_pictures("![a *b*](picture:1 \"c < d\")\n\ne",
                    "<figure>1 a b|c < d</figure>\n<p><span class=\"dateline\">P</span> — e</p>\n");
    expect_pictures("e\n\n![a](picture:1)\n![](picture:2 'f')\n\ng",
                    DATED("e</p>\n<figure>1 a|</figure>\n<figure>2 |f</figure>\n<p>g</p>\n"));
    /* Among words. */
    expect_pictures("e ![a](picture:2) f", DATED("e <img 2> f</p>\n"));
    /* One that nobody may see leaves its words, within a link no picture is drawn. */
    expect_pictures("e\n\n![a *b*](picture:3)", DATED("e</p>\n<p>a b</p>\n"));
    expect_pictures("[![a](picture:1)](/b)", DATED("<a href=\"/b\">a</a></p>\n"));
    /* Other addresses are no pictures. */
    expect_pictures("![a](picture:01)", DATED("a</p>\n"));
    expect_pictures("![a](picture:)", DATED("a</p>\n"));
    expect_pictures("![a](picture:99999999999999999999)", DATED("a</p>\n"));
    expect_pictures("- ![a](picture:1)\n",
                    "<p><span class=\"dateline\">P</span> —</p>\n<ul>\n<li><figure>1 "
                    "a|</figure>\n</li>\n</ul>\n");
    /* Pictures are not counted as paragraphs, and the plain text has none of their words. */
    int asked = 0;
    struct markdown_options options = {
        .split_after = 1, .rest_least = 2, .picture = draw_picture, .picture_context = &asked};
    assert_int_equal(draw("a\n\n![b](picture:1)\n\nc", &options).rest.len, 0);
    assert_string_equal(arena_cstr(arena, draw("a\n\n![b](picture:1)\n\nc\n\nd", &options).rest),
                        "<figure>1 b|</figure>\n<p>c</p>\n<p>d</p>\n");
    assert_int_equal(asked, 2);
    struct str plain;
    assert_int_equal(markdown_plain(STR("a\n\n![b](picture:1 \"c\")\n\nd"), arena, &plain).code,
                     ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "a\nd\n");
    expect("![a](picture:1 \"c\")", "<p>a</p>\n"); /* nobody draws */
}

static void test_plain(void **state)
{
    struct str plain;
    struct error error = markdown_plain(
        STR("# A\n\nb *c*\n[d](/e) \"f\" & <g>\n\n- h\n- i\n\n| j | k |\n|--|--|\n| l | m |\n\n"
            "```\nn\n```\n"),
        arena, &plain);
    assert_int_equal(error.code, ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "A\nb c\nd “f” & <g>\nh\ni\nj  k\nl  m\nn\n");
    error = markdown_plain(STR("caf\xC3"), arena, &plain); /* cut within a character */
    assert_int_equal(error.code, ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "caf\n");
    error = markdown_plain(STR("caf\xC3\xA9"), arena, &plain);
    assert_int_equal(error.code, ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "caf\xC3\xA9\n");
    size_t count = 0;
    error = markdown_word_count(STR("*one* [two](/x) three-four"), STR("en"), arena, &count);
    assert_int_equal(error.code, ERR_OK);
    assert_int_equal(count, 4);
}

static void expect_refused(struct str text, enum err code, int line)
{
    struct markdown_html html;
    struct error error = markdown_html(text, NULL, arena, &html);
    if (error.code != code)
        fail_msg("%.60s...: line %d, %s", text.at, error.line, error.why);
    if (line)
        assert_int_equal(error.line, line);
    error = markdown_check(text);
    assert_int_equal(error.code, code);
}

static struct str repeat(const char *head, const char *unit, size_t times)
{
    size_t len = strlen(unit), at = strlen(head);
    char *text = arena_alloc(arena, at + len * times + 1);
    memcpy(text, head, at);
    for (size_t i = 0; i < times; i++, at += len)
        memcpy(text + at, unit, len);
    return str_n(text, at);
}

static void test_boxes(void **state)
{
    expect("> [!PULL]\n> We *wait*.\n",
           "<blockquote class=\"pull\">\n<p>We <em>wait</em>.</p>\n</blockquote>\n");
    expect("> [!pull] We wait.", "<blockquote class=\"pull\">\n<p>We wait.</p>\n</blockquote>\n");
    expect("> [!FACT]\n> a\n",
           "<aside class=\"box fact\" aria-label=\"Facts\">\n"
           "<p class=\"box-title\"><strong>Facts</strong></p>\n<p>a</p>\n</aside>\n");
    expect("> [!FACT] The *\"Pier\"*\n>\n> - a\n",
           "<aside class=\"box fact\" aria-label=\"Facts: The &quot;Pier&quot;\">\n"
           "<p class=\"box-title\"><strong>Facts</strong> The <em>\xE2\x80\x9CPier\xE2\x80\x9D</em>"
           "</p>\n<ul>\n<li>a</li>\n</ul>\n</aside>\n");
    expect("> [!CORRECTION] 3 May\\\nIt was *Tuesday*.\n",
           "<aside class=\"box amends\" aria-label=\"Correction: 3 May\">\n<p class=\"box-title\">"
           "<strong>Correction</strong> 3 May</p>\n<p>It was <em>Tuesday</em>.</p>\n</aside>\n");
    /* These are quotes. */
    expect("> \\[!FACT] a", "<blockquote>\n<p>[!FACT] a</p>\n</blockquote>\n");
    expect("> [!FACT]", "<blockquote>\n<p>[!FACT]</p>\n</blockquote>\n");
    expect("> [!FACT]s", "<blockquote>\n<p>[!FACT]s</p>\n</blockquote>\n");
    expect("> a [!FACT]", "<blockquote>\n<p>a [!FACT]</p>\n</blockquote>\n");
    expect("> > [!FACT] a",
           "<blockquote>\n<blockquote>\n<p>[!FACT] a</p>\n</blockquote>\n</blockquote>\n");
    struct markdown_words words = {.fact = STR("Rep\xC3\xA8res <")};
    struct markdown_options options = {.words = &words};
    assert_true(str_find(draw("> [!FACT]\n> a", &options).html,
                         STR("aria-label=\"Rep\xC3\xA8res &lt;\"")) > 0);
    struct str plain;
    assert_int_equal(
        markdown_plain(STR("> [!PULL]\n> a\n\n> [!FACT] b\n> c\n"), arena, &plain).code, ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "a\nb\nc\n");
}

static void test_embeds(void **state)
{
    static const char text[] = "A\n\nhttps://www.youtube.com/watch?v=_b23456789_&t=5\n\n"
                               "https://vimeo.com/1 b\n\nhttps://x.com/a/status/1\n";
    struct markdown_options options = {.embeds = true};
    struct markdown_html html = draw(text, &options);
    assert_string_equal(arena_cstr(arena, html.origins),
                        "https://www.youtube-nocookie.com https://platform.twitter.com");
    assert_true(
        str_find(html.html,
                 STR("<figure class=\"embed embed-wide\" "
                     "data-src=\"https://www.youtube-nocookie.com/embed/_b23456789_?start=5\" "
                     "data-title=\"Video on YouTube\" "
                     "data-referrer=\"strict-origin-when-cross-origin\">\n"
                     "<div class=\"embed-place\" hidden>\n<p>Nothing is loaded from "
                     "www.youtube-nocookie.com before")) > 0);
    assert_true(str_find(html.html, STR("<figcaption><a href=\"https://www.youtube.com/watch?v=_"
                                        "b23456789_&amp;t=5\" rel=\"noopener\">Video on YouTube</a>"
                                        "</figcaption>\n</figure>\n")) > 0);
    assert_true(str_find(html.html, STR("<p><a href=\"https://vimeo.com/1\"")) > 0);
    html = draw("https://youtu.be/_b23456789_", NULL);
    assert_int_equal(html.origins.len, 0);
    assert_string_equal(arena_cstr(arena, html.html),
                        "<p><a href=\"https://youtu.be/_b23456789_\" rel=\"noopener\">"
                        "https://youtu.be/_b23456789_</a></p>\n");
    html = draw("> https://youtu.be/_b23456789_\n\n<https://youtu.be/ab3456789cd>\n", &options);
    assert_int_equal(html.origins.len, 0);
    struct markdown_options dated = {.embeds = true, .dateline = STR("PORT")};
    assert_true(str_starts(draw("https://youtu.be/ab3456789cd\n\nb", &dated).html,
                           STR("<p><span class=\"dateline\">PORT</span>")));
    struct str plain;
    assert_int_equal(markdown_plain(str_of(text), arena, &plain).code, ERR_OK);
    assert_string_equal(arena_cstr(arena, plain), "A\nhttps://vimeo.com/1 b\n");
}

static void test_limits(void **state)
{
    expect_refused(repeat("", "a", MARKDOWN_MAX + 1), ERR_TOO_LARGE, 0);
    expect_refused(STR("a\xFF"), ERR_MARKDOWN, 1);
    expect_refused(repeat("a\n\n", "> ", 40), ERR_MARKDOWN, 3);
    expect_refused(repeat("a\n\n", "- + ", 10), ERR_MARKDOWN, 3); /* list and item: two each */
    expect_refused(repeat("a\n\nb\n", "*a_ ", 30000), ERR_MARKDOWN, 3);
    expect_refused(repeat("", "| ", 300), ERR_OK, 0);
    expect_refused(repeat("a\n\n| a |\n|-|\n", "|", 20000), ERR_MARKDOWN, 0);
    expect_refused(repeat("[a]: /b\n\n", "[a]", 2000), ERR_OK, 0);
    struct str text = arena_printf(arena, "[a]: /%.*s\n\n%.*s", STR_ARG(repeat("", "b", 20000)),
                                   STR_ARG(repeat("", "[a]", 2000)));
    expect_refused(text, ERR_MARKDOWN, 0);
    char deep[80 * 4] = "";
    for (size_t i = 0; i < 66; i++)
        memcpy(deep + i, "*", 2);
    struct str nested = arena_printf(arena, "%sa%s", deep, deep);
    expect_refused(nested, ERR_MARKDOWN, 1);
}

/* What newsrooms write is far from any limit. */
static void test_large_honest_texts(void **state)
{
    struct str prose =
        repeat("", "The *harbour* of [Port Alma](/a) was closed, \"again\" -- he said. ", 12);
    prose = arena_printf(arena, "%.*s\n\n", STR_ARG(prose));
    size_t times = MARKDOWN_MAX / prose.len;
    expect_refused(repeat("", arena_cstr(arena, prose), times), ERR_OK, 0);
    expect_refused(
        repeat("", "- [A link of some length](https://example.net/a/b?c=d) and words\n", 2000),
        ERR_OK, 0);
    expect_refused(repeat("| a | b | c | d | e |\n|--|--|--|--|--|\n",
                          "| a word | 12.5 | 3,400 | *b* | [c](/d) |\n", 800),
                   ERR_OK, 0);
    expect_refused(repeat("", "A line of a poem,\n", 2000), ERR_OK, 0);
    expect_refused(repeat("```\n", "if (a[i] < *b) { call(\"x\", &y); }\n", 300), ERR_OK, 0);
}

static void *draw_often(void *context)
{
    ARENA_AUTO struct arena *own = arena_new();
    struct markdown_html first, html;
    struct str text =
        STR("~~a~~ *b* | c\n\n| d | e |\n|--|--|\n| f | \"g\" |\n\nwww.h.example ~~i~~\n");
    struct error error = markdown_html(text, NULL, own, &first);
    for (int i = 0; i < 300 && error.code == ERR_OK; i++) {
        error = markdown_html(text, NULL, own, &html);
        if (!str_eq(first.html, html.html))
            return context;
    }
    return error.code == ERR_OK && str_find(first.html, STR("<del>a</del>")) >= 0 ? NULL : context;
}

static void test_threads(void **state)
{
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, draw_often, threads), 0);
    for (size_t i = 0; i < 4; i++) {
        void *result;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_headings_begin_at_two),
        cmocka_unit_test(test_html_is_shown_as_text),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_absolute_links),
        cmocka_unit_test(test_unsafe_links),
        cmocka_unit_test(test_pictures_become_links),
        cmocka_unit_test(test_bare_addresses),
        cmocka_unit_test(test_typographic_marks),
        cmocka_unit_test(test_dateline),
        cmocka_unit_test(test_cut_for_an_advertisement),
        cmocka_unit_test(test_pictures_of_the_library),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_embeds),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_large_honest_texts),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
