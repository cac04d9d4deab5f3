#include "tests/unit/newsroom/desk_room.h"

#include <sqlite3.h>

static void add(struct desk_room *desk, const char *action, const char *detail)
{
    struct changes changes;
    struct store_tx *tx = room_write(desk);
    changes_init(&changes, desk->room.arena);
    FINE(audit_add(tx, &desk->editor, str_of(action), STR("story/1"), str_of(detail),
                   desk->room.now, desk->room.arena));
    room_commit(desk, tx, &changes);
}

static struct audit_verdict verify(struct desk_room *desk, struct str head)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct audit_verdict verdict;
    FINE(store_read(desk->room.store, &tx));
    FINE(audit_verify(tx, head, desk->room.arena, &verdict));
    return verdict;
}

static struct str head(struct desk_room *desk)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct str text;
    FINE(store_read(desk->room.store, &tx));
    FINE(audit_head(tx, desk->room.arena, &text));
    return text;
}

/* As somebody with the file in hand: triggers are no obstacle to him. */
static int tamper(struct desk_room *desk, const char *sql)
{
    sqlite3 *db = NULL;
    const char *path = arena_printf(desk->room.arena, "%s/" STORE_FILE, desk->room.dir).at;
    store_close(desk->room.store);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    struct store_options options = {.role = STORE_WRITER, .busy_ms = 1000};
    FINE(store_open(desk->room.dir, &options, &desk->room.store));
    return code;
}

#define WITHOUT_TRIGGERS                                                                           \
    "DROP TRIGGER audit_never_changes; DROP TRIGGER audit_never_goes; "                            \
    "DROP TRIGGER audit_has_no_gaps;"

static void test_whole(void **state)
{
    struct desk_room *desk = *state;
    add(desk, "story.save", "one");
    struct str kept = head(desk);
    add(desk, "story.publish", "two\nlines");
    struct audit_verdict verdict = verify(desk, kept);
    assert_int_equal(verdict.broken_at, 0);
    assert_int_equal(verdict.entries, 7); /* five people were added */
    assert_true(verdict.head_found);
    assert_true(verify(desk, head(desk)).head_found);
    assert_true(verify(desk, STR_NONE).head_found);
    /* The hash alone will do; one that never was will not. */
    assert_true(verify(desk, str_from(kept, 2)).head_found);
    struct str other = arena_printf(desk->room.arena, "6-%064d", 7);
    assert_false(verify(desk, other).head_found);
}

static void test_head_of_nothing(void **state)
{
    struct room room;
    struct desk_room desk;
    room_open(&room);
    desk.room = room;
    assert_true(str_starts(head(&desk), STR("0-0000")));
    assert_int_equal(verify(&desk, head(&desk)).entries, 0);
    assert_true(verify(&desk, head(&desk)).head_found);
    room_close(&room);
}

static void test_bad_heads(void **state)
{
    struct desk_room *desk = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct audit_verdict verdict;
    FINE(store_read(desk->room.store, &tx));
    FAILS(ERR_INVALID, audit_verify(tx, STR("7"), desk->room.arena, &verdict));
    FAILS(ERR_INVALID, audit_verify(tx, STR("x-00"), desk->room.arena, &verdict));
    FAILS(ERR_INVALID, audit_verify(tx, STR("1-zz"), desk->room.arena, &verdict));
}

static void test_triggers(void **state)
{
    struct desk_room *desk = *state;
    add(desk, "story.save", "one");
    assert_int_not_equal(tamper(desk, "UPDATE audit SET detail = 'x' WHERE number = 2"), SQLITE_OK);
    assert_int_not_equal(tamper(desk, "DELETE FROM audit WHERE number = 6"), SQLITE_OK);
    assert_int_not_equal(tamper(desk, "INSERT INTO audit (number, at, name, action, object, "
                                      "detail, hash) VALUES (9, 1, '', '', '', '', '')"),
                         SQLITE_OK);
    assert_int_equal(verify(desk, STR_NONE).broken_at, 0);
}

static void test_changed_entry(void **state)
{
    struct desk_room *desk = *state;
    add(desk, "story.save", "one");
    struct str kept = head(desk);
    assert_int_equal(
        tamper(desk, WITHOUT_TRIGGERS "UPDATE audit SET detail = 'nothing' WHERE number = 3"),
        SQLITE_OK);
    struct audit_verdict verdict = verify(desk, kept);
    assert_int_equal(verdict.broken_at, 3);
    assert_false(verdict.head_found);
}

static void test_each_field_counts(void **state)
{
    static const char *const fields[] = {
        "at = at + 1",        "account_id = 2",         "name = name || 'x'", "action = 'a.b'",
        "object = 'story/9'", "detail = detail || ' '", "hash = upper(hash)"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct desk_room *desk;
        void *own = NULL;
        (void)desk_setup(&own);
        desk = own;
        const char *sql =
            arena_printf(desk->room.arena, WITHOUT_TRIGGERS "UPDATE audit SET %s WHERE number = 4",
                         fields[i])
                .at;
        assert_int_equal(tamper(desk, sql), SQLITE_OK);
        assert_int_equal(verify(desk, STR_NONE).broken_at, 4);
        (void)desk_teardown(&own);
    }
}

static void test_missing_entry(void **state)
{
    struct desk_room *desk = *state;
    struct str kept = head(desk);
    assert_int_equal(tamper(desk, WITHOUT_TRIGGERS "DELETE FROM audit WHERE number = 2"),
                     SQLITE_OK);
    struct audit_verdict verdict = verify(desk, kept);
    assert_int_equal(verdict.broken_at, 2);
    assert_false(verdict.head_found);
}

/* The end cut off leaves a chain that is whole: only a head kept elsewhere shows it. */
static void test_end_cut_off(void **state)
{
    struct desk_room *desk = *state;
    add(desk, "story.publish", "one");
    struct str kept = head(desk);
    assert_int_equal(tamper(desk, WITHOUT_TRIGGERS "DELETE FROM audit WHERE number = 6"),
                     SQLITE_OK);
    struct audit_verdict verdict = verify(desk, kept);
    assert_int_equal(verdict.broken_at, 0);
    assert_false(verdict.head_found);
}

/* Fields that run into each other would be the same text. */
static void test_borders_count(void **state)
{
    struct desk_room *desk = *state;
    assert_int_equal(tamper(desk, WITHOUT_TRIGGERS
                            "UPDATE audit SET name = name || substr(action, 1, 1), "
                            "action = substr(action, 2) WHERE number = 5"),
                     SQLITE_OK);
    assert_int_equal(verify(desk, STR_NONE).broken_at, 5);
}

static size_t count(struct desk_room *desk, struct store_audit_filter filter)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_audit *entries;
    size_t n;
    int64_t next;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_audits(tx, &filter, 0, 100, desk->room.arena, &entries, &n, &next));
    assert_int_equal(next, 0);
    for (size_t i = 1; i < n; i++)
        assert_true(entries[i - 1].number > entries[i].number);
    return n;
}

static void test_filters(void **state)
{
    struct desk_room *desk = *state;
    int64_t before = desk->room.now;
    desk->room.now += 1000;
    add(desk, "story.save", "one");
    desk->room.now += 1000;
    add(desk, "story.publish", "two");
    add(desk, "story-like", "three");
    assert_int_equal(count(desk, (struct store_audit_filter){0}), 8);
    assert_int_equal(
        count(desk, (struct store_audit_filter){.account_id = desk->editor.account_id}), 3);
    assert_int_equal(count(desk, (struct store_audit_filter){.action = STR("story")}), 2);
    assert_int_equal(count(desk, (struct store_audit_filter){.action = STR("story.save")}), 1);
    assert_int_equal(count(desk, (struct store_audit_filter){.action = STR("account.add")}), 5);
    assert_int_equal(count(desk, (struct store_audit_filter){.object = STR("story/1")}), 3);
    assert_int_equal(count(desk, (struct store_audit_filter){.from = before + 1}), 3);
    assert_int_equal(count(desk, (struct store_audit_filter){.to = before + 1}), 5);
    assert_int_equal(count(desk, (struct store_audit_filter){.from = before + 1500,
                                                             .action = STR("story.publish"),
                                                             .object = STR("story/1")}),
                     1);
}

static void test_pages(void **state)
{
    struct desk_room *desk = *state;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_audit_filter filter = {0};
    struct store_audit *entries;
    size_t n, all = 0;
    int64_t before = 0, last = INT64_MAX;
    FINE(store_read(desk->room.store, &tx));
    do {
        FINE(store_audits(tx, &filter, before, 2, desk->room.arena, &entries, &n, &before));
        for (size_t i = 0; i < n; i++) {
            assert_true(entries[i].number < last);
            last = entries[i].number;
        }
        all += n;
    } while (before);
    assert_int_equal(all, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_whole),         cmocka_unit_test(test_head_of_nothing),
        TEST(test_bad_heads),     TEST(test_triggers),
        TEST(test_changed_entry), cmocka_unit_test(test_each_field_counts),
        TEST(test_missing_entry), TEST(test_end_cut_off),
        TEST(test_borders_count), TEST(test_filters),
        TEST(test_pages),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
