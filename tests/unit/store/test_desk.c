/* Lists of the desk: their bound, their plans, their cost. It looks into SQLite. */
#include "store/desk.h"
#include "store/sqlite/inside.h"
#include "tests/unit/store/newsroom.h"

#include <stdio.h>

/* Each story in its own second, from this moment on. */
#define BEGIN ((int64_t)1700000000000)

struct big {
    struct newsroom newsroom;
    int64_t tag, author, account, other; /* `other` is a section */
    int64_t stories;
};

/* Stories with the section of the newsroom; each thousandth has the tag and the word "rare", each
 * second the author, all have the word "common". */
static void fill(struct big *big, int64_t from, int64_t to)
{
    struct newsroom *newsroom = &big->newsroom;
    int64_t ignored;
    struct store_tx *tx = newsroom_write(newsroom);
    for (int64_t i = from; i < to; i++) {
        ARENA_AUTO struct arena *arena = arena_new();
        bool rare = i % 1000 == 0;
        struct store_revision revision = {.at = BEGIN + i * 1000,
                                          .section_id = newsroom->section,
                                          .headline = STR("Common words"),
                                          .tags = &big->tag,
                                          .tag_count = rare,
                                          .authors = &big->author,
                                          .author_count = i % 2 == 0};
        int64_t id;
        OK(store_story_add(tx, &revision, &id, &ignored));
        OK(store_desk_words_set(tx, id, rare ? STR("common words rare") : STR("common words")));
    }
    (void)newsroom_commit(tx);
    big->stories = to;
}

static int setup_sized(void **state, int64_t stories)
{
    static struct big big;
    void *newsroom;
    struct store_name tag = {.slug = STR("tide"), .name = STR("Tide")};
    struct store_name author = {.slug = STR("rosa"), .name = STR("Rosa")};
    struct store_section other = {.slug = STR("other"), .name = STR("Other"), .position = 2};
    struct store_account account = {
        .name = STR("Rosa"), .login = STR("rosa"), .key = STR("rosa"), .role = ROLE_REPORTER};
    (void)newsroom_setup(&newsroom);
    big = (struct big){.newsroom = *(struct newsroom *)newsroom};
    free(newsroom);
    struct store_tx *tx = newsroom_write(&big.newsroom);
    OK(store_name_add(tx, STORE_TAG, &tag, &big.tag));
    OK(store_name_add(tx, STORE_AUTHOR, &author, &big.author));
    OK(store_section_add(tx, &other, &big.other));
    OK(store_account_add(tx, &account, &big.account));
    (void)newsroom_commit(tx);
    fill(&big, 0, stories);
    *state = &big;
    return 0;
}

static int setup(void **state)
{
    return setup_sized(state, 12000);
}

static int teardown(void **state)
{
    struct big *big = *state;
    newsroom_close(&big->newsroom);
    newsroom_remove(&big->newsroom);
    return 0;
}

struct found {
    size_t count, looked;
    int64_t next;
    struct store_desk_row *rows;
};

static struct found find(struct big *big, struct store_desk_filter filter, int64_t below)
{
    struct store_tx *tx = newsroom_read(&big->newsroom);
    struct found found;
    OK(store_desk_list(tx, &filter, below, 50, big->newsroom.arena, &found.rows, &found.count,
                       &found.next, &found.looked));
    store_end(tx);
    assert_true(found.looked <= DESK_ROWS_MAX);
    return found;
}

/* All pages, to the end; returns how many rows, and how many requests it took. */
static size_t find_all(struct big *big, struct store_desk_filter filter, size_t *ret_requests)
{
    size_t count = 0;
    int64_t below = 0, last = INT64_MAX;
    *ret_requests = 0;
    do {
        struct found found = find(big, filter, below);
        for (size_t i = 0; i < found.count; i++) {
            assert_true(found.rows[i].desk.place < last);
            last = found.rows[i].desk.place;
        }
        count += found.count;
        ++*ret_requests;
        assert_true(!below || found.next < below);
        below = found.next;
    } while (below && *ret_requests < 1000);
    return count;
}

static const struct str rare = STR_INIT("rare"), common = STR_INIT("common"),
                        absent = STR_INIT("absent");

/* Nothing fits: the request gives up in time and says from where to go on. */
static void test_bound(void **state)
{
    struct big *big = *state;
    size_t requests;
    /* The oldest story alone is in the other section. */
    struct store_tx *tx = newsroom_write(&big->newsroom);
    struct store_revision revision = {
        .story_id = 1, .at = BEGIN, .section_id = big->other, .headline = STR("Common words")};
    int64_t id;
    OK(store_revision_add(tx, &revision, &id));
    (void)newsroom_commit(tx);
    struct store_desk_filter one = {.section_id = big->other};
    struct found found = find(big, one, 0);
    assert_int_equal(found.count, 1); /* its own index: one row looked at */
    assert_int_equal(found.looked, 1);
    assert_int_equal(found.next, 0);
    /* Two filters that fit many each and nothing together. */
    struct store_desk_filter many = {.author_id = big->author,
                                     .words = (const struct str[]){common},
                                     .word_count = 1,
                                     .state = DESK_DRAFT};
    assert_int_equal(find(big, many, 0).count, 50);
    struct store_desk_filter none = {.author_id = big->author, .owner_id = big->account};
    found = find(big, none, 0);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.looked, 0); /* the account has none: nothing to walk */
    assert_int_equal(found.next, 0);
    (void)requests;
}

/* An unselective pair: odd stories belong to the account, even ones have the author. */
static void test_look_further(void **state)
{
    struct big *big = *state;
    size_t requests;
    struct store_tx *tx = newsroom_write(&big->newsroom);
    for (int64_t id = 2; id <= big->stories; id += 2) { /* ids begin with 1: these are odd ones */
        struct store_desk desk;
        OK(store_desk(tx, id, &desk));
        desk.owner_id = big->account;
        OK(store_desk_set(tx, &desk));
    }
    struct store_desk desk; /* the oldest has both */
    OK(store_desk(tx, 1, &desk));
    desk.owner_id = big->account;
    OK(store_desk_set(tx, &desk));
    (void)newsroom_commit(tx);
    struct store_desk_filter both = {.author_id = big->author, .owner_id = big->account};
    struct found found = find(big, both, 0);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.looked, DESK_ROWS_MAX);
    assert_true(found.next > 0);
    assert_int_equal(find_all(big, both, &requests), 1);
    assert_int_equal(requests, 2);
    /* With words on top, the words are asked of each row. */
    both.words = &rare;
    both.word_count = 1;
    found = find(big, both, 0);
    assert_int_equal(found.looked, big->stories / 1000); /* walks the word */
    assert_int_equal(found.count, 1);
}

static void test_most_selective_is_walked(void **state)
{
    struct big *big = *state;
    struct store_desk_filter filter = {.section_id = big->newsroom.section,
                                       .state = DESK_DRAFT,
                                       .author_id = big->author,
                                       .tag_id = big->tag};
    struct found found = find(big, filter, 0);
    assert_int_equal(found.count, 12);
    assert_int_equal(found.looked, 12); /* those with the tag */
    struct store_desk_filter words = {.section_id = big->newsroom.section,
                                      .words = (const struct str[]){common, rare},
                                      .word_count = 2};
    found = find(big, words, 0);
    assert_int_equal(found.count, 12);
    assert_int_equal(found.looked, 12);
    words.words = (const struct str[]){rare, common};
    assert_int_equal(find(big, words, 0).looked, 12);
    words.words = (const struct str[]){common, absent};
    found = find(big, words, 0);
    assert_int_equal(found.looked, 0);
    assert_int_equal(found.next, 0);
    /* Of two that both are short, the shorter one. */
    struct store_desk_filter narrow = {
        .author_id = big->author, .tag_id = big->tag, .from = BEGIN + 9000 * 1000};
    assert_int_equal(find(big, narrow, 0).looked, 3);
    /* A narrow time: its rows are looked at, whatever else is asked for. */
    struct store_desk_filter hour = {
        .words = &common, .word_count = 1, .from = BEGIN + 5000 * 1000, .to = BEGIN + 5030 * 1000};
    found = find(big, hour, 0);
    assert_int_equal(found.count, 30);
    assert_int_equal(found.looked, 30);
}

static void test_every_page(void **state)
{
    struct big *big = *state;
    size_t requests;
    struct store_desk_filter all = {0}, even = {.author_id = big->author},
                             words = {.words = &common, .word_count = 1};
    assert_int_equal(find_all(big, all, &requests), 12000);
    assert_int_equal(requests, 12000 / 50);
    assert_int_equal(find_all(big, even, &requests), 6000);
    assert_int_equal(find_all(big, words, &requests), 12000);
}

/* ---- Plans */

static void assert_no_scan(struct store *store, const char *sql)
{
    char explain[8192];
    sqlite3_stmt *handle = NULL;
    (void)snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(store->db, explain, -1, &handle, NULL), SQLITE_OK);
    while (sqlite3_step(handle) == SQLITE_ROW) {
        struct str detail = str_of((const char *)sqlite3_column_text(handle, 3));
        /* Walks with a limit, subqueries that are small, and the index of words. */
        bool fine = str_find(detail, STR("USING INDEX")) >= 0 ||
                    str_find(detail, STR("COVERING INDEX")) >= 0 ||
                    str_starts(detail, STR("SCAN (subquery")) || /* whose rows have a limit */
                    str_find(detail, STR("VIRTUAL TABLE INDEX")) >= 0;
        static const char *const whole[] = {"SCAN d",
                                            "SCAN p",
                                            "SCAN n",
                                            "SCAN audit",
                                            "SCAN headline_gone",
                                            "SCAN account",
                                            "SCAN CONSTANT ROW",
                                            "SCAN page"};
        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
            fine = fine || str_eq(detail, str_of(whole[i]));
        bool bad = (str_find(detail, STR("SCAN")) >= 0 && !fine) ||
                   str_find(detail, STR("AUTOMATIC")) >= 0;
        if (bad)
            print_error("%s\n  %.*s\n", sql, STR_ARG(detail));
        assert_false(bad);
    }
    assert_int_equal(sqlite3_finalize(handle), SQLITE_OK);
}

static void read_lists(struct big *big)
{
    struct store_desk_row *rows;
    size_t count;
    int64_t next, *ids;
    struct arena *arena = big->newsroom.arena;
    struct store_due due;
    struct store_audit *entries;
    struct store_picture_row *pictures;
    struct store_picture_use *uses;
    struct store_note *notes;
    struct store_account account = {.id = 1, .role = ROLE_EDITOR};
    (void)find(big, (struct store_desk_filter){0}, 0);
    (void)find(big, (struct store_desk_filter){.tag_id = big->tag, .words = &rare, .word_count = 1},
               0);
    (void)find(big,
               (struct store_desk_filter){.author_id = big->author,
                                          .section_id = big->newsroom.section,
                                          .words = &common,
                                          .word_count = 1},
               0);
    struct store_tx *tx = newsroom_read(&big->newsroom);
    for (int which = TODAY_MINE; which <= TODAY_EDITED; which++)
        OK(store_desk_today(tx, (enum desk_today)which, 1, 1, 20, arena, &rows, &count));
    FAILS(ERR_NOT_FOUND, store_due_next(tx, &due));
    OK(store_desk_unworded(tx, 10, arena, &ids, &count));
    const struct store_audit_filter audits[] = {
        {0}, {.account_id = 1}, {.action = STR("a.b")}, {.object = STR("a/1")}, {.to = 5}};
    for (size_t i = 0; i < sizeof audits / sizeof *audits; i++)
        OK(store_audits(tx, &audits[i], 0, 10, arena, &entries, &count, &next));
    const struct store_picture_filter library[] = {
        {0}, {.words = &rare, .word_count = 1}, {.no_alt = true}, {.uploaded_by = 1}};
    for (size_t i = 0; i < sizeof library / sizeof *library; i++)
        OK(store_pictures(tx, &library[i], 0, 10, arena, &pictures, &count, &next));
    OK(store_picture_uses(tx, 1, 10, arena, &uses, &count));
    OK(store_pictures_avif(tx, 10, arena, &ids, &count));
    OK(store_pictures_unworded(tx, 10, arena, &ids, &count));
    OK(store_notes_unseen(tx, &account, 10, arena, &notes, &count));
    OK(store_notes(tx, 1, 0, 10, arena, &notes, &count));
    store_end(tx);
}

static void test_plans(void **state)
{
    struct big *big = *state;
    struct store *store = big->newsroom.reader;
    int queries = 0;
    read_lists(big);
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        const char *sql = store->statements[i].sql;
        if (!sql || !str_starts(str_of(sql), STR("SELECT")))
            continue;
        assert_no_scan(store, sql);
        queries++;
    }
    assert_true(queries >= 25);
}

/* The walks of Today end in no sorting, except the few people who work at this moment. */
static void test_today_is_sorted_by_its_index(void **state)
{
    struct big *big = *state;
    struct store *store = big->newsroom.reader;
    int sorted = 0;
    read_lists(big);
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        char explain[8192];
        sqlite3_stmt *handle = NULL;
        const char *sql = store->statements[i].sql;
        if (!sql || str_find(str_of(sql), STR("FROM desk d")) < 0)
            continue;
        (void)snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
        assert_int_equal(sqlite3_prepare_v2(store->db, explain, -1, &handle, NULL), SQLITE_OK);
        while (sqlite3_step(handle) == SQLITE_ROW) {
            struct str detail = str_of((const char *)sqlite3_column_text(handle, 3));
            if (str_find(detail, STR("TEMP B-TREE")) >= 0)
                print_error("%s\n", sql);
            assert_true(str_find(detail, STR("TEMP B-TREE")) < 0);
        }
        assert_int_equal(sqlite3_finalize(handle), SQLITE_OK);
        sorted++;
    }
    assert_true(sorted >= 6);
}

/* ---- Cost */

/* Steps of SQLite's machine: no clock, so that a busy machine changes nothing. */
static int count_steps(void *context)
{
    ++*(int64_t *)context;
    return 0;
}

static int64_t cost(struct big *big, struct store_desk_filter filter)
{
    int64_t steps = 0;
    enum { EACH = 100 };
    (void)find(big, filter, 0); /* the first time prepares */
    sqlite3_progress_handler(big->newsroom.reader->db, EACH, count_steps, &steps);
    (void)find(big, filter, 0);
    sqlite3_progress_handler(big->newsroom.reader->db, 0, NULL, NULL);
    return steps + 1;
}

static int64_t milliseconds(struct big *big, struct store_desk_filter filter)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t begin = clock_monotonic();
        (void)find(big, filter, 0);
        int64_t took = clock_monotonic() - begin;
        best = took < best ? took : best;
    }
    return best;
}

/* Eight times the stories make no request dearer than a little. */
static void test_cost_does_not_grow(void **state)
{
    void *small_state, *large_state;
    struct str two[] = {common, rare};
    int64_t costs[2][6];
    enum { SMALL = 12000, LARGE = 100000 };
    for (int size = 0; size < 2; size++) {
        (void)setup_sized(size ? &large_state : &small_state, size ? LARGE : SMALL);
        struct big *big = size ? large_state : small_state;
        const struct store_desk_filter filters[] = {
            {0},
            {.author_id = big->author, .section_id = big->newsroom.section},
            {.words = &common, .word_count = 1},
            {.words = two, .word_count = 2, .state = DESK_DRAFT},
            {.words = &common, .word_count = 1, .author_id = big->author, .owner_id = big->account},
            {.tag_id = big->tag, .words = &absent, .word_count = 1},
        };
        for (size_t i = 0; i < 6; i++)
            costs[size][i] = cost(big, filters[i]);
        if (size)
            for (size_t i = 0; i < 6; i++)
                print_message("filter %zu: %lld and %lld hundred steps, %lld ms\n", i,
                              (long long)costs[0][i], (long long)costs[1][i],
                              (long long)milliseconds(big, filters[i]));
        void *done = big;
        (void)teardown(&done);
    }
    for (size_t i = 0; i < 6; i++)
        assert_true(costs[1][i] <= costs[0][i] * 2 + 100);
}

/* ---- Bringing an older newsroom up to date */

static void say(void *context, struct str sentence)
{
    print_error("%.*s\n", STR_ARG(sentence));
}

static void ignore(void *context, struct str sentence)
{
}

static void check_desk(struct store *store)
{
    int64_t faults = -1;
    OK(store_desk_check(store, say, NULL, &faults));
    assert_int_equal(faults, 0);
    newsroom_check(store, 0);
}

static void test_older_newsroom(void **state)
{
    const struct embedded *all = store_migrations;
    const struct embedded first[] = {all[0], {0}};
    struct newsroom newsroom;
    struct store_section section = {.slug = STR("news"), .name = STR("News"), .position = 1};
    struct store_picture picture = {.original = STR("aa"), .type = STR("image/jpeg")};
    struct store_picture_desk picture_desk;
    int64_t draft, live, gone, ignored, *ids;
    struct store_desk desk;
    size_t count;
    store_migrations = first;
    newsroom_make(&newsroom);
    newsroom_open(&newsroom);
    struct store_tx *tx = newsroom_write(&newsroom);
    OK(store_section_add(tx, &section, &newsroom.section));
    OK(store_picture_add(tx, &picture, NULL, 0, &picture.id));
    struct store_revision revision = newsroom_revision(&newsroom, STR("Ferry late"));
    revision.picture_id = picture.id;
    OK(store_story_add(tx, &revision, &draft, &ignored));
    live = newsroom_publish(&newsroom, tx, &revision, 5000);
    gone = newsroom_publish(&newsroom, tx, &revision, 6000);
    newsroom_withdraw(&newsroom, tx, gone);
    (void)newsroom_commit(tx);
    newsroom_close(&newsroom);

    store_migrations = all;
    newsroom_open(&newsroom);
    check_desk(newsroom.reader);
    tx = newsroom_read(&newsroom);
    OK(store_desk(tx, draft, &desk));
    assert_int_equal(desk.state, DESK_DRAFT);
    OK(store_desk(tx, live, &desk));
    assert_int_equal(desk.state, DESK_PUBLISHED);
    assert_int_equal(desk.date, 5000);
    OK(store_desk(tx, gone, &desk));
    assert_int_equal(desk.state, DESK_WITHDRAWN);
    OK(store_desk_unworded(tx, 10, newsroom.arena, &ids, &count));
    assert_int_equal(count, 3);
    OK(store_picture_desk(tx, picture.id, newsroom.arena, &picture_desk));
    assert_str(picture_desk.caption, STR("The ferry"));
    assert_int_equal(picture_desk.focal_x, -1);
    store_end(tx);
    newsroom_close(&newsroom);
    newsroom_remove(&newsroom);
}

/* The rules notice what does not fit. */
static void test_check_finds(void **state)
{
    static const char *const damages[] = {
        "DELETE FROM desk WHERE story_id = 3",
        "UPDATE desk SET date = 7 WHERE story_id = 3",
        "DELETE FROM desk_list WHERE kind = 4 AND place = (SELECT max(place) FROM desk_list)",
        "INSERT INTO desk_list VALUES (1, 77, 1)",
        "UPDATE section SET parent_id = id WHERE id = 1",
        "INSERT INTO layout VALUES (1, 1, NULL, NULL); INSERT INTO layout_block VALUES (1, 2, 1, "
        "1)",
        "INSERT INTO layout VALUES (1, 1, NULL, NULL); INSERT INTO layout_pin VALUES (1, 2, 1, "
        "NULL, 1, 0)",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        void *own;
        (void)setup_sized(&own, 5);
        struct big *big = own;
        int64_t faults = 0;
        check_desk(big->newsroom.reader);
        sqlite3 *db = NULL;
        const char *path =
            arena_printf(big->newsroom.arena, "%s/" STORE_FILE, big->newsroom.dir).at;
        OK(connection_open(path, &db));
        OK(connection_run(db, damages[i]));
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        OK(store_desk_check(big->newsroom.reader, ignore, NULL, &faults));
        if (faults == 0)
            fail_msg("not found: %s", damages[i]);
        (void)teardown(&own);
    }
}

/* ---- Dates */

static void test_odd_dates(void **state)
{
    struct big *big = *state;
    static const int64_t dates[] = {INT64_MIN / 4, -62135596800000, -1,           0,
                                    999,           4102444800000,   INT64_MAX / 4};
    int64_t last = -1, id, ignored;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct store_tx *tx = newsroom_write(&big->newsroom);
        struct store_revision revision = {
            .at = dates[i], .section_id = big->newsroom.section, .headline = STR("Odd")};
        struct store_desk desk;
        OK(store_story_add(tx, &revision, &id, &ignored));
        OK(store_desk(tx, id, &desk));
        assert_true(desk.place > last);
        last = desk.place;
        (void)newsroom_commit(tx);
    }
    check_desk(big->newsroom.reader);
}

static int setup_small(void **state)
{
    return setup_sized(state, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bound),
        TEST(test_look_further),
        TEST(test_most_selective_is_walked),
        TEST(test_every_page),
        TEST(test_plans),
        TEST(test_today_is_sorted_by_its_index),
        cmocka_unit_test(test_cost_does_not_grow),
        cmocka_unit_test(test_older_newsroom),
        cmocka_unit_test(test_check_finds),
        cmocka_unit_test_setup_teardown(test_odd_dates, setup_small, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
