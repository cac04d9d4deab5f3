#include "base/buf.h"
#include "tests/unit/cmocka.h"
#include "text/blocks.h"
#include "text/diff.h"
#include "text/merge.h"

#include <stdlib.h>
#include <time.h>

#define TEST(name) cmocka_unit_test(name)

static struct arena *arena;

static void is(struct str have, const char *want)
{
    assert_string_equal(arena_cstr(arena, have), want);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

static void test_blocks(void **state)
{
    struct block *blocks;
    struct str lead;
    size_t count;
    text_blocks(
        STR("\n \nOne\nline.\n\n\n```sh\nls\n\ncd\n```\nafter\n \nTwo.\r\n\r\n~~~\nopen\n\n"),
        arena, &lead, &blocks, &count);
    is(lead, "\n \n");
    assert_int_equal(count, 4);
    is(blocks[0].text, "One\nline.");
    is(blocks[0].after, "\n\n\n");
    is(blocks[1].text, "```sh\nls\n\ncd\n```\nafter");
    is(blocks[2].text, "Two.");
    is(blocks[2].after, "\r\n\r\n");
    is(blocks[3].text, "~~~\nopen");
    text_blocks(STR("````\n```\n\nx\n````\n\n``` a`b\n\ny"), arena, &lead, &blocks, &count);
    assert_int_equal(count, 3);
    text_blocks(STR(""), arena, &lead, &blocks, &count);
    assert_int_equal(count, 0);
}

/* ---- Words --------------------------------------------------------------------------------- */

/* "one [-two-][+three+]" */
static struct str marked(const char *before, const char *after, const char *language)
{
    struct buf out = BUF_INIT(1 << 16);
    struct diff_piece *pieces;
    size_t count;
    static const char *const marks[][2] = {{"", ""}, {"[-", "-]"}, {"[+", "+]"}};
    text_diff(str_of(before), str_of(after), str_of(language), arena, &pieces, &count);
    for (size_t i = 0; i < count; i++)
        (void)buf_printf(&out, "%s%.*s%s", marks[pieces[i].kind][0], STR_ARG(pieces[i].text),
                         marks[pieces[i].kind][1]);
    struct str text = arena_str(arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

static void test_words(void **state)
{
    is(marked("", "", "en"), "");
    is(marked("The same.", "The same.", "en"), "The same.");
    is(marked("", "New.", "en"), "[+New.+]");
    is(marked("The quay is wet.", "The quay is very dry.", "en"),
       "The quay is [-wet-][+very dry+].");
    is(marked("one two three", "four five three", "en"), "[-one two-][+four five+] three");
    is(marked("A.\n\nB c.\n\nD.", "A.\n\nB e.\n\nD.\n", "en"), "A.\n\nB [-c-][+e+].\n\nD.[+\n+]");
    is(marked("الميناء مغلق اليوم", "الميناء مفتوح اليوم", "ar"),
       "الميناء [-مغلق-][+مفتوح+] اليوم");
}

/* Scripts without spaces are not replaced whole. */
static void test_words_without_spaces(void **state)
{
    is(marked("ท่าเรือปิดวันนี้", "ท่าเรือเปิดวันนี้", "th"), "ท่าเรือ[-ปิด-][+เปิด+]วันนี้");
    struct str burmese = marked("မြန်မာစာဖတ်သည်", "မြန်မာစာရေးသည်", "my");
    assert_true(str_find(burmese, STR("[-")) > 0);
    assert_true(str_starts(burmese, STR("မြန်မာ")));
}

/* ---- Merging ------------------------------------------------------------------------------- */

static struct str both(const char *base, const char *mine, const char *theirs,
                       const enum merge_choice *choices, size_t conflicts)
{
    struct merge merge;
    text_merge(str_of(base), str_of(mine), str_of(theirs), arena, &merge);
    assert_int_equal(merge.conflicts, conflicts);
    return merge_text(&merge, choices, arena);
}

#define BASE "One.\n\nTwo.\n\nThree.\n"

static void test_different_paragraphs(void **state)
{
    is(both(BASE, "One!\n\nTwo.\n\nThree.\n", "One.\n\nTwo.\n\nThree?\n", NULL, 0),
       "One!\n\nTwo.\n\nThree?");
    /* next to each other */
    is(both(BASE, "One!\n\nTwo.\n\nThree.\n", "One.\n\nTwo?\n\nThree.\n", NULL, 0),
       "One!\n\nTwo?\n\nThree.");
    is(both(BASE, "One.\n\nMore.\n\nTwo.\n\nThree.\n", "One.\n\nTwo?\n\nThree.\n\nFour.", NULL, 0),
       "One.\n\nMore.\n\nTwo?\n\nThree.\n\nFour.");
    is(both(BASE, "One.\n\nThree.\n", "One?\n\nTwo.\n\nThree?\n", NULL, 0), "One?\n\nThree?");
    /* both alike, and line ends of a form */
    is(both(BASE, "One!\n\nTwo.\n\nThree.\n", "One!\r\n\r\nTwo?\r\n\r\nThree.\r\n", NULL, 0),
       "One!\n\nTwo?\n\nThree.");
}

static void test_same_paragraph(void **state)
{
    static const enum merge_choice mine[] = {CHOOSE_MINE}, theirs[] = {CHOOSE_THEIRS},
                                   all[] = {CHOOSE_BOTH};
    const char *a = "One.\n\nTwo, mine.\n\nThree!\n", *b = "One?\n\nTwo, theirs.\n\nThree.\n";
    is(both(BASE, a, b, mine, 1), "One?\n\nTwo, mine.\n\nThree!");
    is(both(BASE, a, b, theirs, 1), "One?\n\nTwo, theirs.\n\nThree!");
    is(both(BASE, a, b, all, 1), "One?\n\nTwo, mine.\n\nTwo, theirs.\n\nThree!");
    /* one took out what the other changed; both wrote on at the same place */
    is(both(BASE, "One.\n\nThree.\n", "One.\n\nTwo?\n\nThree.\n", all, 1),
       "One.\n\nTwo?\n\nThree.");
    is(both(BASE, BASE "\nMine.", BASE "\nTheirs.", all, 1),
       "One.\n\nTwo.\n\nThree.\n\nMine.\n\nTheirs.");
    is(both("", "Mine.", "Theirs.", all, 1), "Mine.\n\nTheirs.");
    /* where one grew, the other's new paragraph has no place of its own */
    (void)both(BASE, "One!\n\nMore.\n\nTwo.\n\nThree.", "One.\n\nOther.\n\nTwo.\n\nThree.", all, 1);
}

static void test_fences_are_whole(void **state)
{
    static const enum merge_choice theirs[] = {CHOOSE_THEIRS};
    is(both("A\n\n```\na\n\nb\n```\n", "A\n\n```\nX\n\nb\n```\n", "A\n\n```\na\n\nY\n```\n", theirs,
            1),
       "A\n\n```\na\n\nY\n```");
}

/* ---- Properties ---------------------------------------------------------------------------- */

static struct str random_text(void)
{
    struct buf out = BUF_INIT(1 << 16);
    int blocks = rand() % 7;
    for (int i = 0; i < blocks; i++)
        (void)buf_printf(&out, "%c%c%s", 'a' + rand() % 4, 'a' + rand() % 2,
                         rand() % 5 ? "\n\n" : "\n\n\n");
    struct str text = arena_str(arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

static bool has(struct str text, struct str word)
{
    struct str line;
    while (text.len && str_split(&text, '\n', &line))
        if (str_eq(line, word))
            return true;
    return false;
}

static void keeps_all(struct str base, struct str side, struct str merged)
{
    struct str line;
    while (side.len && str_split(&side, '\n', &line))
        if (line.len && !has(base, line))
            assert_true(has(merged, line));
}

/* Paragraphs alike; what parts them is mine. */
static bool same_paragraphs(struct str a, struct str b)
{
    struct block *blocks_a, *blocks_b;
    struct str lead;
    size_t count_a, count_b;
    text_blocks(a, arena, &lead, &blocks_a, &count_a);
    text_blocks(b, arena, &lead, &blocks_b, &count_b);
    for (size_t i = 0; count_a == count_b && i < count_a; i++)
        if (!str_eq(blocks_a[i].text, blocks_b[i].text))
            return false;
    return count_a == count_b;
}

static void test_properties(void **state)
{
    enum merge_choice all[32];
    for (size_t i = 0; i < 32; i++)
        all[i] = CHOOSE_BOTH;
    srand(20261124);
    for (int i = 0; i < 20000; i++) {
        struct str base = random_text(), a = random_text(), b = random_text();
        struct merge merge, back;
        text_merge(base, a, base, arena, &merge);
        assert_true(merge.conflicts == 0 && str_eq(merge_text(&merge, NULL, arena), a));
        text_merge(base, base, b, arena, &merge);
        assert_true(merge.conflicts == 0 && str_eq(merge_text(&merge, NULL, arena), b));
        text_merge(base, a, a, arena, &merge);
        assert_true(merge.conflicts == 0 && str_eq(merge_text(&merge, NULL, arena), a));
        text_merge(base, a, b, arena, &merge);
        text_merge(base, b, a, arena, &back);
        assert_int_equal(merge.conflicts, back.conflicts);
        if (!merge.conflicts)
            assert_true(
                same_paragraphs(merge_text(&merge, NULL, arena), merge_text(&back, NULL, arena)));
        struct str merged = merge_text(&merge, all, arena);
        keeps_all(base, a, merged);
        keeps_all(base, b, merged);
        if (i % 100 == 0)
            arena_reset(arena);
    }
}

static long now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The worst: long texts that have nothing, or everything in another order, in common. */
static void test_bounded(void **state)
{
    struct buf a = BUF_INIT(1 << 21), b = BUF_INIT(1 << 21);
    struct diff_piece *pieces;
    struct merge merge;
    size_t count;
    for (unsigned i = 0; a.len < (1 << 20) - 16; i++) {
        (void)buf_printf(&a, "w%u%s", i * 7919 % 9973, i % 9 ? " " : "\n\n");
        (void)buf_printf(&b, "w%u%s", i * 104729 % 9973, i % 9 ? " " : "\n\n");
    }
    long began = now_ms();
    text_diff(buf_slice(&a), buf_slice(&b), STR("en"), arena, &pieces, &count);
    assert_true(count > 0);
    text_merge(buf_slice(&a), buf_slice(&b), STR("x"), arena, &merge);
    assert_true(merge.conflicts > 0);
    long took = now_ms() - began;
    assert_true(took < (SANITIZED ? 30000 : 3000));
    assert_true(arena_used(arena) < 256 << 20);
    buf_release(&a);
    buf_release(&b);
}

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}
static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_blocks),
        TEST(test_words),
        TEST(test_words_without_spaces),
        TEST(test_different_paragraphs),
        TEST(test_same_paragraph),
        TEST(test_fences_are_whole),
        TEST(test_properties),
        TEST(test_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
