/* What comes is a story's text, the first byte choosing options. What must hold: the time is
 * bounded by the size; the HTML is well-formed and of the few elements that the header names,
 * without attributes that run anything; plain text succeeds when HTML does. */
#include "render/markdown.h"

#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NESTED_MOST = 200 };

static int64_t cpu_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes the name off the front of "p>" or "a href=…". */
static struct str name_of(struct str tag)
{
    size_t n = 0;
    while (n < tag.len &&
           ((tag.at[n] >= 'a' && tag.at[n] <= 'z') || (tag.at[n] >= '0' && tag.at[n] <= '9')))
        n++;
    return str_cut(tag, 0, n);
}

static bool is_known(struct str name)
{
    static const char *const names[] = {
        "p",  "h2",  "h3",   "h4",    "ul",     "ol",         "li",  "blockquote", "pre",   "code",
        "em", "del", "span", "a",     "strong", "hr",         "br",  "table",      "thead", "tbody",
        "tr", "th",  "td",   "aside", "figure", "figcaption", "div", "button"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, str_of(names[i])))
            return true;
    return false;
}

static int quotes_in(struct str text)
{
    int count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '"';
    return count;
}

/* Exactly the attributes that we write. */
static void check_attributes(struct str name, struct str rest)
{
    bool good = rest.len == 0 || str_eq(rest, STR(" class=\"dateline\"")) ||
                str_eq(rest, STR(" class=\"right\"")) || str_eq(rest, STR(" class=\"center\""));
    static const char *const known[] = {" class=\"pull\"", " class=\"box-title\"",
                                        " class=\"embed-place\" hidden", " type=\"button\""};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        good |= str_eq(rest, str_of(known[i]));
    if (str_eq(name, STR("aside")))
        good = str_starts(rest, STR(" class=\"box ")) && quotes_in(rest) == 4;
    if (str_eq(name, STR("figure")) && rest.len) /* a picture has none */
        good = str_starts(rest, STR(" class=\"embed embed-")) &&
               str_find(rest, STR("\" data-src=\"https://")) > 0 &&
               (quotes_in(rest) == 6 || str_ends(rest, STR("-cross-origin\"")));
    if (str_eq(name, STR("ol")) && str_starts(rest, STR(" start=\"")))
        good = true;
    if (str_eq(name, STR("a")) && str_starts(rest, STR(" href=\""))) {
        rest = str_from(rest, 7);
        ptrdiff_t end = str_find_char(rest, '"');
        struct str after = end < 0 ? STR("x") : str_from(rest, (size_t)end + 1);
        struct str url = str_cut(rest, 0, (size_t)(end < 0 ? 0 : end));
        if (str_starts(after, STR(" title=\""))) {
            after = str_from(after, 8);
            end = str_find_char(after, '"');
            after = end < 0 ? STR("x") : str_from(after, (size_t)end + 1);
        }
        good = (after.len == 0 || str_eq(after, STR(" rel=\"noopener\""))) &&
               !str_eq_nocase(str_cut(url, 0, 11), STR("javascript:")) &&
               !str_eq_nocase(str_cut(url, 0, 5), STR("data:"));
    }
    if (!good)
        abort();
}

static void check_html(struct str html)
{
    struct str open[NESTED_MOST];
    size_t depth = 0;
    bool in_link = false;
    ptrdiff_t at;
    while ((at = str_find_char(html, '<')) >= 0) {
        html = str_from(html, (size_t)at + 1);
        ptrdiff_t end = str_find_char(html, '>');
        if (end < 0)
            abort();
        struct str tag = str_cut(html, 0, (size_t)end);
        html = str_from(html, (size_t)end + 1);
        bool close = tag.len && tag.at[0] == '/';
        struct str name = name_of(close ? str_from(tag, 1) : tag);
        if (!is_known(name))
            abort();
        if (close) {
            if (tag.len != name.len + 1 || depth == 0 || !str_eq(open[--depth], name))
                abort();
            in_link &= !str_eq(name, STR("a"));
            continue;
        }
        check_attributes(name, str_from(tag, name.len));
        if (str_eq(name, STR("hr")) || str_eq(name, STR("br")))
            continue;
        if (depth == NESTED_MOST || (in_link && str_eq(name, STR("a"))))
            abort();
        in_link |= str_eq(name, STR("a"));
        open[depth++] = name;
    }
    if (depth)
        abort();
}

/* Every second picture is one of the library. */
static bool draw_picture(void *context, const struct markdown_picture *picture, struct buf *out)
{
    if (picture->id < 1 || context)
        abort();
    if (picture->id % 2)
        (void)buf_str(out, picture->block ? STR("<figure></figure>") : STR("<br>"));
    return picture->id % 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {"en", "fr", "de", ""};
    if (size == 0)
        return 0;
    struct markdown_options options = {.language = str_of(languages[data[0] & 3]),
                                       .dateline = data[0] & 4 ? STR("PORT <ALMA>") : STR_NONE,
                                       .site_url = STR("https://example.org"),
                                       .split_after = data[0] & 8 ? 2 : 0,
                                       .rest_least = 1,
                                       .picture = data[0] & 16 ? draw_picture : NULL,

                                       .embeds = data[0] & 32};
    ARENA_AUTO struct arena *arena = arena_new();
    struct str text = str_n((const char *)data + 1, size - 1), plain;
    struct markdown_html html;
    int64_t begun = cpu_ms();
    struct error error = markdown_html(text, &options, arena, &html);
    if (cpu_ms() - begun > 2000 + (int64_t)size / 100) /* sanitizers are slow */
        abort();
    if (error.code == ERR_OK) {
        check_html(html.rest.len
                       ? arena_printf(arena, "%.*s%.*s", STR_ARG(html.html), STR_ARG(html.rest))
                       : html.html);
        check_html(html.html); /* the cut lies between blocks */
        error = markdown_plain(text, arena, &plain);
        if (error.code != ERR_OK)
            abort();
    } else if (error.code != ERR_MARKDOWN && error.code != ERR_TOO_LARGE) {
        abort();
    } else if (error.code == ERR_MARKDOWN && (error.line < 1 || !error.why[0])) {
        abort();
    }
    return 0;
}
