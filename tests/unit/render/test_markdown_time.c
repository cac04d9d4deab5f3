/* The worst texts we can think of, each as large as the check lets it pass, may not take much more
 * time than a text of plain prose of the largest size: a square would take hundreds of times as
 * long. */
#include "render/markdown.h"

#include "tests/unit/cmocka.h"

#include <time.h>

enum {
    RATIO_MOST = 30,
    /* A quarter is enough to tell a square, where a sanitizer makes all of it slow. */
    TEXT_MOST = SANITIZED ? MARKDOWN_MAX / 4 : MARKDOWN_MAX,
    TEXT_FIRST = TEXT_MOST / 4, /* of all; then the slowest of these are tried in full */
    SLOWEST = 16,
};

static char *text;
static size_t text_most = TEXT_MOST;

static int64_t cpu_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Paragraphs of `size` bytes, each `head` and then `unit` again and again, up to `total` bytes. */
static struct str fill(const char *head, const char *unit, size_t size, size_t total)
{
    size_t len = 0, head_len = strlen(head), unit_len = strlen(unit);
    while (len + head_len + unit_len + 2 <= total) {
        size_t end = len + size < total - 2 ? len + size : total - 2;
        memcpy(text + len, head, head_len);
        len += head_len;
        while (len + unit_len <= end) {
            memcpy(text + len, unit, unit_len);
            len += unit_len;
        }
        text[len++] = '\n';
        text[len++] = '\n';
    }
    return str_n(text, len);
}

static bool passes(struct str s)
{
    struct error error = markdown_check(s);
    return error.code == ERR_OK;
}

/* The largest such text that passes, nearly. */
static struct str largest(const char *head, const char *unit, size_t size)
{
    size_t least = 0, most = text_most;
    struct str s = fill(head, unit, size, most);
    if (passes(s))
        return s;
    while (most - least > most / 6 + 200) {
        size_t middle = (least + most) / 2;
        if (passes(fill(head, unit, size, middle)))
            least = middle;
        else
            most = middle;
    }
    return fill(head, unit, size, least);
}

static int64_t time_of(struct str s)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct markdown_html html;
    int64_t begun = cpu_us();
    struct error error = markdown_html(s, NULL, arena, &html);
    int64_t taken = cpu_us() - begun;
    assert_true(error.code == ERR_OK || s.len == 0);
    return taken;
}

static int64_t prose_time(void)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        struct str s =
            fill("", "The *harbour* of Port Alma was closed on Monday, he said. ", 600, text_most);
        int64_t taken = time_of(s);
        best = taken < best ? taken : best;
    }
    return best;
}

static const char *const units[] = {
    "*a **a ",
    "a_ ",
    "_a ",
    "a]",
    "[a",
    "*a_ ",
    "a**b c* ",
    "[ a_",
    "[ (](",
    "[",
    "]",
    "**",
    "_",
    "*_",
    "`",
    "``a`",
    "[a](<b",
    "[a](b",
    "[a](b \"",
    "](",
    "![",
    "![[]()",
    "[a][",
    "[a]",
    "<",
    "<!--",
    "<!A",
    "<?",
    "<![CDATA[",
    "<a b=\"",
    "</a",
    "<http:",
    "&",
    "\\",
    "\"",
    "'",
    "-",
    ".",
    "~~",
    "www.",
    "http://a(",
    "|",
    "a|",
    "|-",
    "aaa\nbbb\n-\v\n",
    "a\n",
    "-|-\n",
    ":-\n",
    "a\n=\n",
    "- a\n",
    "+ a\n- a\n",
    "1) a\n2. b\n",
    "> a\n\n",
    "> > > > a\n",
    "\ta\n",
    "# a\n",
    "---\n",
    "```\n",
    "<div>\n",
    "[a]: u\n",
    "[a]:\n",
    "[a]: b (c\n",
    "> - > - a\n",
    "\r",
    "\x01",
    "*\xE3\x80\x80",
};
static const struct {
    const char *head;
    size_t size;
} shapes[] = {{"", 400},
              {"a", 20000},
              {"", MARKDOWN_MAX},
              {"| a | b |\n|---|---|\n", MARKDOWN_MAX},
              {"[a]: /u 'ttttttttttttttttttttttttttttttttttttttttttt'\n\n", 50000},
              {"> - ", 5000}};
enum { UNITS = sizeof units / sizeof *units, SHAPES = sizeof shapes / sizeof *shapes };

struct trial {
    size_t unit, shape;
    int64_t taken;
};

static int slower_first(const void *a, const void *b)
{
    const struct trial *x = a, *y = b;
    return (x->taken < y->taken) - (x->taken > y->taken);
}

static int64_t time_of_trial(const struct trial *trial)
{
    return time_of(
        largest(shapes[trial->shape].head, units[trial->unit], shapes[trial->shape].size));
}

/* How many times as long as prose it takes in full. */
static double try_in_full(const struct trial *trial, int64_t prose)
{
    int64_t taken = time_of_trial(trial);
    if (taken > prose * RATIO_MOST) /* perhaps the machine was busy */
        taken = time_of_trial(trial);
    if (taken > prose * RATIO_MOST)
        fail_msg("'%s' in shape %zu took %lld us; prose %lld us", units[trial->unit], trial->shape,
                 (long long)taken, (long long)prose);
    return (double)taken / (double)prose;
}

static void test_worst_texts(void **state)
{
    static struct trial trials[UNITS * SHAPES];
    size_t count = 0;
    double worst = 0;
    text_most = TEXT_FIRST;
    for (size_t unit = 0; unit < UNITS; unit++)
        for (size_t shape = 0; shape < SHAPES; shape++, count++) {
            trials[count] = (struct trial){unit, shape, 0};
            trials[count].taken = time_of_trial(&trials[count]);
        }
    qsort(trials, count, sizeof *trials, slower_first);
    text_most = TEXT_MOST;
    int64_t prose = prose_time();
    for (size_t i = 0; i < SLOWEST; i++) {
        double ratio = try_in_full(&trials[i], prose);
        worst = ratio > worst ? ratio : worst;
    }
    print_message("the worst took %.1f times as long as prose\n", worst);
}

/* Depth without marks: each blank line visits every open list. */
static void test_deep_lists_and_many_lines(void **state)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf deep = BUF_INIT(MARKDOWN_MAX);
    for (int i = 0; i < 600; i++)
        (void)buf_printf(&deep, "%*s- a\n", i * 2, "");
    while (deep.len + 1 < MARKDOWN_MAX)
        (void)buf_char(&deep, '\n');
    int64_t begun = cpu_us();
    struct error error = markdown_check(buf_slice(&deep));
    assert_int_equal(error.code, ERR_MARKDOWN);
    assert_true(cpu_us() - begun < prose_time() * RATIO_MOST);
}

static int begin(void **state)
{
    text = malloc(MARKDOWN_MAX + 4096);
    return text ? 0 : 1;
}

static int end(void **state)
{
    free(text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worst_texts),
        cmocka_unit_test(test_deep_lists_and_many_lines),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
