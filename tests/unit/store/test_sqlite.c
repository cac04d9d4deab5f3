/* What is particular to the SQLite store: plans, settings, migrations, damage. */
#include "base/file.h"
#include "base/hash.h"
#include "store/sqlite/inside.h"
#include "tests/unit/store/newsroom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(struct newsroom *newsroom, const char *name)
{
    return arena_printf(newsroom->arena, "%s/%s", newsroom->dir, name).at;
}

static int64_t int_of(sqlite3 *db, const char *sql)
{
    int64_t number = -1;
    OK(connection_int(db, sql, &number));
    return number;
}

/* A bare connection: the tests that damage things need one. */
static sqlite3 *bare(struct newsroom *newsroom)
{
    sqlite3 *db = NULL;
    OK(connection_open(path_of(newsroom, STORE_FILE), &db));
    assert_int_equal(sqlite3_busy_timeout(db, BUSY_MS), SQLITE_OK);
    return db;
}

static void run(struct newsroom *newsroom, const char *sql)
{
    sqlite3 *db = bare(newsroom);
    OK(connection_run(db, sql));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- Plans ----------------------------------------------------------------------------------- */

/* Tables of a few rows that are read whole, on purpose. */
static bool may_be_scanned(struct str detail)
{
    static const char *const small[] = {"SCAN section", "SCAN ad", "SCAN month",
                                        "SCAN sqlite_sequence", "SCAN CONSTANT ROW"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        struct str name = str_of(small[i]);
        if (str_starts(detail, name) && (detail.len == name.len || detail.at[name.len] == ' '))
            return true;
    }
    return false;
}

static void assert_plan(sqlite3 *db, const char *sql)
{
    char explain[2048];
    sqlite3_stmt *handle = NULL;
    (void)snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &handle, NULL), SQLITE_OK);
    while (sqlite3_step(handle) == SQLITE_ROW) {
        struct str detail = str_of((const char *)sqlite3_column_text(handle, 3));
        bool bad = (str_find(detail, STR("SCAN")) >= 0 && !may_be_scanned(detail)) ||
                   str_find(detail, STR("TEMP B-TREE")) >= 0 ||
                   str_find(detail, STR("AUTOMATIC")) >= 0;
        if (bad)
            print_error("%s\n  %.*s\n", sql, STR_ARG(detail));
        assert_false(bad);
    }
    assert_int_equal(sqlite3_finalize(handle), SQLITE_OK);
}

/* All statements that a connection prepared; returns how many queries they were. */
static int assert_plans(struct store *store, sqlite3 *db)
{
    int queries = 0;
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        const char *sql = store->statements[i].sql;
        if (!sql || str_starts(str_of(sql), STR("PRAGMA")) ||
            str_starts(str_of(sql), STR("BEGIN")) || str_starts(str_of(sql), STR("COMMIT")) ||
            str_starts(str_of(sql), STR("ROLLBACK")))
            continue;
        assert_plan(db, sql);
        queries++;
    }
    return queries;
}

/* Every function that reads, once. What they find does not matter. */
static void read_everything(struct store_tx *tx, struct arena *arena)
{
    const struct store_list all = {STORE_LIST_ALL, 0};
    struct str text;
    struct store_section section, *sections;
    struct store_name name, *names;
    struct store_picture picture;
    struct store_rendition rendition, *renditions;
    enum store_file_state file_state;
    struct store_revision revision, *revisions;
    struct store_story story, *stories;
    struct store_address address;
    struct store_card card, *cards;
    struct store_term term = {STR("ferry"), 0}, *terms;
    struct store_related *related;
    struct store_page page;
    struct store_ad *ads;
    struct store_subscriber *subscribers;
    struct store_consent *consents;
    struct store_change *changes;
    int64_t number, other, *ids;
    size_t n;
    bool yes;
    struct error errors[] = {
        store_change_number(tx, &number),
        store_changes_after(tx, 0, 10, arena, &changes, &n, &yes),
        store_setting(tx, STR("name"), arena, &text),
        store_sections(tx, arena, &sections, &n),
        store_section(tx, 1, arena, &section),
        store_section_by_slug(tx, STR("news"), arena, &section),
        store_name(tx, STORE_TAG, 1, arena, &name),
        store_name_by_slug(tx, STORE_TAG, STR("sea"), arena, &name),
        store_name_by_name(tx, STORE_TAG, STR("Sea"), arena, &name),
        store_names(tx, STORE_TAG, STR_NONE, 10, arena, &names, &n),
        store_picture_by_original(tx, STR("aa"), arena, &picture),
        store_picture(tx, 1, arena, &picture),
        store_renditions(tx, 1, arena, &renditions, &n),
        store_file_state(tx, STR("aa.jpg"), arena, &file_state, &rendition),
        store_file_is_named(tx, STR("aa"), &yes),
        store_revision(tx, 1, arena, &revision),
        store_revisions(tx, 1, 0, 10, arena, &revisions, &n),
        store_story(tx, 1, arena, &story),
        store_stories(tx, 0, 10, arena, &stories, &n),
        store_address(tx, STR("/news/2026/11/ferry-1"), &address),
        store_list_has(tx, all, STORE_HEAD, &yes),
        store_list_neighbours(tx, all, STORE_HEAD, &number, &other),
        store_list(tx, all, STORE_HEAD, 10, arena, &cards, &n),
        store_list_ids(tx, all, STORE_HEAD, 10, arena, &ids, &n),
        store_card(tx, 1, arena, &card),
        store_months(tx, arena, &ids, &n),
        store_month_cards(tx, 24322, 0, 10, arena, &cards, &n),
        store_terms_count(tx, &term, 1),
        store_terms(tx, 1, arena, &terms, &n),
        store_term_ids(tx, STR("ferry"), 10, arena, &ids, &n),
        store_list_count(tx, all, &number),
        store_related(tx, 1, arena, &related, &n),
        store_related_to(tx, 1, 10, arena, &ids, &n),
        store_page(tx, STR("about"), arena, &page),
        store_ads(tx, arena, &ads, &n),
        store_subscribers(tx, 0, 10, arena, &subscribers, &n),
        store_consents(tx, 1, arena, &consents, &n),
        store_subscribers_count(tx, SUBSCRIBER_PENDING, &number),
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        assert_true(errors[i].code == ERR_OK || errors[i].code == ERR_NOT_FOUND);
}

/* A story with a picture, tags, words and everything, and all else that can be written. */
static int64_t write_everything(struct newsroom *newsroom, struct store_tx *tx)
{
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    struct store_name name = {.slug = STR("sea"), .name = STR("Sea")};
    struct store_picture picture = {.original = STR("aa"), .type = STR("image/jpeg")};
    struct store_rendition rendition = {.kind = STR("w640"), .file = STR("aa.jpg")};
    struct store_subscriber subscriber = {
        .email = STR("a@mail.example"), .key = STR("a@mail.example"), .state = SUBSCRIBER_PENDING};
    struct store_consent consent = {CONSENT_MAIL, STR("v1"), STR("Yes."), 1};
    struct store_term terms[] = {{STR("ferry"), 0}, {STR("fog"), 0}};
    struct store_section section = {.slug = STR("world"), .name = STR("World")};
    int64_t tag = 0, id = 0;
    OK(store_name_add(tx, STORE_TAG, &name, &tag));
    name.id = tag;
    OK(store_name_set(tx, STORE_TAG, &name));
    OK(store_section_add(tx, &section, &section.id));
    OK(store_section_set(tx, &section));
    OK(store_picture_add(tx, &picture, &rendition, 1, &revision.picture_id));
    revision.tags = &tag;
    revision.tag_count = 1;
    revision.featured = true;
    int64_t one = newsroom_publish(newsroom, tx, &revision, 1000);
    int64_t two = newsroom_publish(newsroom, tx, &revision, 2000);
    struct store_related related = {two, 500};
    revision.story_id = one;
    OK(store_revision_add(tx, &revision, &id));
    OK(store_terms_set(tx, (struct store_place){1000, one}, terms, 2));
    OK(store_terms_set(tx, (struct store_place){2000, two}, terms, 1));
    OK(store_related_set(tx, one, &related, 1));
    OK(store_setting_set(tx, STR("name"), STR("The Post")));
    OK(store_page_set(tx, &(struct store_page){.slug = STR("about"), .title = STR("About")}));
    OK(store_ad_add(tx, &(struct store_ad){.title = STR("Bikes")}, &id));
    OK(store_subscriber_add(tx, &subscriber, &consent, 1, &id));
    return one;
}

static void remove_everything(struct newsroom *newsroom, struct store_tx *tx, int64_t story)
{
    int64_t forgotten = 0;
    OK(store_terms_set(tx, (struct store_place){1000, story}, NULL, 0));
    OK(store_related_set(tx, story, NULL, 0));
    newsroom_withdraw(newsroom, tx, story);
    OK(store_subscribers_forget(tx, 1000, 10, &forgotten));
    OK(store_changes_trim(tx, 1));
}

static void test_no_table_is_scanned(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    int64_t story = write_everything(newsroom, tx);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);
    tx = newsroom_read(newsroom);
    read_everything(tx, newsroom->arena);
    store_end(tx);
    tx = newsroom_write(newsroom);
    remove_everything(newsroom, tx, story);
    (void)newsroom_commit(tx);
    newsroom_check(newsroom->reader, 0);

    sqlite3 *db = bare(newsroom);
    /* Fewer than there were means that a function is no longer looked at above. */
    assert_true(assert_plans(newsroom->reader, db) >= 42);
    assert_true(assert_plans(newsroom->writer, db) >= 52);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The body stands last: a card reads no page beyond the first of a long revision. */
static void test_body_is_last(void **state)
{
    struct newsroom *newsroom = *state;
    sqlite3 *db = bare(newsroom);
    assert_int_equal(int_of(db, "SELECT name = 'body' FROM pragma_table_info('revision') "
                                "ORDER BY cid DESC LIMIT 1"),
                     1);
    assert_int_equal(int_of(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                                "AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'"),
                     0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- Settings of a connection ---------------------------------------------------------------- */

static void test_settings_of_connections(void **state)
{
    struct newsroom *newsroom = *state;
    struct store *stores[] = {newsroom->writer, newsroom->reader};
    struct store_options options = {.role = STORE_READER, .leave_checkpoints = true};
    struct store *leaving = NULL;
    for (size_t i = 0; i < 2; i++) {
        sqlite3 *db = stores[i]->db;
        assert_int_equal(int_of(db, "PRAGMA synchronous"), 2);
        assert_int_equal(int_of(db, "PRAGMA foreign_keys"), 1);
        assert_int_equal(int_of(db, "PRAGMA mmap_size"), 0);
        assert_int_equal(int_of(db, "PRAGMA trusted_schema"), 0);
        assert_int_equal(int_of(db, "PRAGMA cell_size_check"), 1);
        assert_int_equal(int_of(db, "PRAGMA temp_store"), 2);
        assert_int_equal(int_of(db, "PRAGMA secure_delete"), 1);
        assert_int_equal(int_of(db, "PRAGMA application_id"), STORE_APPLICATION_ID);
        assert_int_equal(int_of(db, "PRAGMA user_version"), migrations_count());
        assert_int_equal(int_of(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
        assert_int_equal(int_of(db, "PRAGMA wal_autocheckpoint"), 1000);
    }
    OK(store_open(newsroom->dir, &options, &leaving));
    assert_int_equal(int_of(leaving->db, "PRAGMA wal_autocheckpoint"), 0);
    store_close(leaving);
}

static void test_revisions_never_change(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    (void)write_everything(newsroom, tx);
    (void)newsroom_commit(tx);
    static const char *const forbidden[] = {
        "UPDATE revision SET headline = 'x'",
        "DELETE FROM revision",
        "UPDATE revision_name SET position = 9",
        "DELETE FROM revision_name",
        "UPDATE address SET story_id = 2 WHERE story_id = 1",
        "DELETE FROM address",
        "INSERT INTO section (slug, name, position) VALUES ('x', 'X', 'first')",
        "INSERT INTO listing VALUES (0, 0, 1, 4711)",
    };
    sqlite3 *db = bare(newsroom);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        FAILS(ERR_STORE, connection_run(db, forbidden[i]));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    newsroom_check(newsroom->reader, 0);
}

/* A copy laid in the place of the database by hand may be of SQLite's other kind of journal. */
static void test_other_journal(void **state)
{
    struct newsroom *newsroom = *state;
    newsroom_close(newsroom);
    run(newsroom, "PRAGMA journal_mode = DELETE");
    newsroom_open(newsroom);
    assert_int_equal(
        int_of(newsroom->writer->db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    (void)newsroom_commit(newsroom_write(newsroom));
    newsroom_check(newsroom->reader, 0);
}

static void test_statements_are_used_again(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_read(newsroom);
    for (int i = 0; i < 3; i++) { /* cached: the third time works as the first */
        QUERY_AUTO struct query q = {0};
        OK(query_begin(tx, "SELECT 1 WHERE 1 = ?", &q));
        query_put_int(&q, i);
        bool row = false;
        OK(query_next(&q, &row));
        assert_int_equal(row, i == 1);
    }
    store_end(tx);
}

/* ---- Other files, other versions ------------------------------------------------------------- */

static enum err open_code(struct newsroom *newsroom, enum store_role role)
{
    struct store *store = NULL;
    struct store_options options = {.role = role, .busy_ms = 100};
    struct error error = store_open(newsroom->dir, &options, &store);
    store_close(store);
    return error.code;
}

static void write_file(struct newsroom *newsroom, struct str bytes)
{
    OK(file_write_durable(AT_FDCWD, path_of(newsroom, STORE_FILE), bytes));
}

static void test_other_files(void **state)
{
    struct newsroom *newsroom = *state;
    newsroom_close(newsroom);
    run(newsroom, "PRAGMA application_id = 5");
    assert_int_equal(open_code(newsroom, STORE_WRITER), ERR_NOT_A_NEWSROOM);
    char *noise = arena_alloc(newsroom->arena, 8192);
    memset(noise, 'x', 8192);
    write_file(newsroom, str_n(noise, 8192));
    assert_int_equal(open_code(newsroom, STORE_WRITER), ERR_NOT_A_NEWSROOM);
    write_file(newsroom, STR(""));
    assert_int_equal(open_code(newsroom, STORE_READER), ERR_NOT_A_NEWSROOM);
    struct stat file;
    assert_int_equal(stat(path_of(newsroom, STORE_FILE), &file), 0);
    assert_int_equal(file.st_size, 0); /* nothing was written to what is not ours */
    assert_int_equal(unlink(path_of(newsroom, STORE_FILE)), 0);
    assert_int_equal(mkdir(path_of(newsroom, STORE_FILE), 0700), 0);
    assert_int_equal(open_code(newsroom, STORE_READER), ERR_NOT_A_NEWSROOM);
    assert_int_equal(rmdir(path_of(newsroom, STORE_FILE)), 0);
    OK(store_create(newsroom->dir));
    newsroom_open(newsroom);
}

static void test_newer(void **state)
{
    struct newsroom *newsroom = *state;
    newsroom_close(newsroom);
    run(newsroom, "PRAGMA user_version = 4711");
    assert_int_equal(open_code(newsroom, STORE_READER), ERR_NEWER_FOLDER);
    assert_int_equal(open_code(newsroom, STORE_WRITER), ERR_NEWER_FOLDER);
    run(newsroom, arena_printf(newsroom->arena, "PRAGMA user_version = %d", migrations_count()).at);
    newsroom_open(newsroom);
}

/* Our migrations and one or two more. */
static const struct embedded *with_more(struct newsroom *newsroom, const char *one, const char *two)
{
    size_t count = (size_t)migrations_count();
    struct embedded *files = ARENA_ARRAY(newsroom->arena, struct embedded, count + 3);
    memcpy(files, store_migrations, count * sizeof *files);
    files[count] = (struct embedded){"901.sql", (const unsigned char *)one, strlen(one)};
    if (two)
        files[count + 1] = (struct embedded){"902.sql", (const unsigned char *)two, strlen(two)};
    return files;
}

static void test_migration(void **state)
{
    struct newsroom *newsroom = *state;
    const struct embedded *ours = store_migrations;
    int count = migrations_count();
    struct store_tx *tx = newsroom_write(newsroom);
    (void)write_everything(newsroom, tx);
    (void)newsroom_commit(tx);
    newsroom_close(newsroom);
    store_migrations = with_more(newsroom, "ALTER TABLE section ADD COLUMN trial TEXT;",
                                 "UPDATE section SET trial = 'so ' || name;");
    assert_int_equal(open_code(newsroom, STORE_READER), ERR_STORE);
    newsroom_open(newsroom);
    assert_int_equal(int_of(newsroom->writer->db, "PRAGMA user_version"), count + 2);
    assert_int_equal(
        int_of(newsroom->writer->db, "SELECT count(*) FROM section WHERE trial LIKE 'so %'"), 2);
    newsroom_check(newsroom->reader, 0);
    newsroom_close(newsroom);
    store_migrations = ours;
    assert_int_equal(open_code(newsroom, STORE_WRITER), ERR_NEWER_FOLDER);

    /* The copy made before is the older newsroom. */
    struct str copy = arena_printf(newsroom->arena, STORE_FILE ".before-%d", count + 1);
    assert_int_equal(rename(path_of(newsroom, copy.at), path_of(newsroom, STORE_FILE)), 0);
    newsroom_open(newsroom);
    newsroom_check(newsroom->reader, 0);
    tx = newsroom_read(newsroom);
    struct store_story story;
    OK(store_story(tx, 1, newsroom->arena, &story));
    store_end(tx);
}

static void test_migration_that_fails(void **state)
{
    struct newsroom *newsroom = *state;
    const struct embedded *ours = store_migrations;
    newsroom_close(newsroom);
    store_migrations =
        with_more(newsroom, "ALTER TABLE section ADD COLUMN trial TEXT; NONSENSE", NULL);
    for (int i = 0; i < 2; i++)
        assert_int_equal(open_code(newsroom, STORE_WRITER), ERR_STORE);
    store_migrations = ours;
    newsroom_open(newsroom); /* as before, nothing half-done */
    assert_int_equal(int_of(newsroom->writer->db, "PRAGMA user_version"), migrations_count());
    assert_int_equal(int_of(newsroom->writer->db,
                            "SELECT count(*) FROM pragma_table_info('section') "
                            "WHERE name = 'trial'"),
                     0);
}

/* ---- Damage ---------------------------------------------------------------------------------- */

static void count_fault(void *context, struct str sentence)
{
    *(int64_t *)context += sentence.len > 10;
}

static int64_t faults(struct store *store)
{
    int64_t told = 0, found = 0;
    OK(store_check(store, count_fault, &told, &found));
    assert_int_equal(told, found);
    return found;
}

static void test_check_finds_rows(void **state)
{
    static const struct {
        const char *damage, *mend;
    } cases[] = {
        {"UPDATE listing_count SET stories = stories + 1 WHERE kind = 0",
         "UPDATE listing_count SET stories = stories - 1 WHERE kind = 0"},
        {"CREATE TABLE aside AS SELECT * FROM listing_count WHERE kind = 0; "
         "DELETE FROM listing_count WHERE kind = 0",
         "INSERT INTO listing_count SELECT * FROM aside; DROP TABLE aside"},
        {"UPDATE month SET stories = 7", "UPDATE month SET stories = 2"},
        {"UPDATE word SET stories = 9 WHERE text = 'fog'",
         "UPDATE word SET stories = 1 WHERE text = 'fog'"},
        {"UPDATE subscriber_count SET subscribers = 3", "UPDATE subscriber_count SET "
                                                        "subscribers = 1"},
        {"PRAGMA foreign_keys = OFF; INSERT INTO related VALUES (1, 2, 999, 1)",
         "DELETE FROM related WHERE related_id = 999"},
        {"UPDATE story SET newest = 1 WHERE id = 1", "UPDATE story SET newest = 3 WHERE id = 1"},
        {"UPDATE story SET published_at = 0 WHERE id = 1",
         "UPDATE story SET published_at = 1000 WHERE id = 1"},
        {"INSERT INTO change (number, at, destroys, keys) VALUES (50, 1, 0, 'nav')",
         "DELETE FROM change WHERE number = 50"},
    };
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    (void)write_everything(newsroom, tx);
    (void)newsroom_commit(tx);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        newsroom_check(newsroom->reader, 0);
        run(newsroom, cases[i].damage);
        newsroom_check(newsroom->reader, 1);
        run(newsroom, cases[i].mend);
    }
    newsroom_check(newsroom->reader, 0);
}

/* Bytes of the file overwritten, page after page: told or refused, never a crash. */
static void test_damaged_pages(void **state)
{
    struct newsroom *newsroom = *state;
    struct store_tx *tx = newsroom_write(newsroom);
    (void)write_everything(newsroom, tx);
    (void)newsroom_commit(tx);
    newsroom_close(newsroom); /* folds the log in */
    struct str whole;
    int found = 0, refused = 0;
    OK(file_read(AT_FDCWD, path_of(newsroom, STORE_FILE), 1 << 26, newsroom->arena, &whole));
    char *bytes = arena_alloc(newsroom->arena, whole.len);
    for (size_t at = 4096; at < whole.len; at += 4096) {
        memcpy(bytes, whole.at, whole.len);
        memset(bytes + at + 3, 0x5A, 700);
        write_file(newsroom, str_n(bytes, whole.len));
        struct store *store = NULL;
        struct store_options options = {.role = STORE_READER, .busy_ms = 100};
        struct error error = store_open(newsroom->dir, &options, &store);
        if (error.code != ERR_OK)
            refused++;
        else if (faults(store) > 0)
            found++;
        store_close(store);
    }
    /* An empty leaf has nothing to lose but its header, which is overwritten too: all are found. */
    assert_int_equal(found + refused, (int)(whole.len / 4096) - 1);
    write_file(newsroom, whole);
    newsroom_open(newsroom);
    newsroom_check(newsroom->reader, 0);
}

static int count_step(void *context)
{
    ++*(int64_t *)context;
    return 0;
}

/* Steps of SQLite's machine that a check takes, in hundreds. */
static int64_t steps_of_check(struct newsroom *newsroom)
{
    int64_t steps = 0;
    sqlite3_progress_handler(newsroom->reader->db, 100, count_step, &steps);
    newsroom_check(newsroom->reader, 0);
    sqlite3_progress_handler(newsroom->reader->db, 0, NULL, NULL);
    return steps;
}

static void publish_more(struct newsroom *newsroom, int count)
{
    struct store_tx *tx = newsroom_write(newsroom);
    struct store_revision revision = newsroom_revision(newsroom, STR("Ferry late"));
    for (int i = 0; i < count; i++)
        (void)newsroom_publish(newsroom, tx, &revision, 1000 + i);
    (void)newsroom_commit(tx);
}

/* No rule compares every story with every other: four times the stories, four times the work. */
static void test_check_grows_with_the_stories(void **state)
{
    struct newsroom *newsroom = *state;
    publish_more(newsroom, 300);
    int64_t few = steps_of_check(newsroom);
    publish_more(newsroom, 900);
    int64_t many = steps_of_check(newsroom);
    assert_true(few > 100 && many < few * 5);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_table_is_scanned, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_body_is_last, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_settings_of_connections, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_revisions_never_change, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_other_journal, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_statements_are_used_again, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_other_files, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_newer, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_migration, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_migration_that_fails, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_check_finds_rows, newsroom_setup, newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_check_grows_with_the_stories, newsroom_setup,
                                        newsroom_teardown),
        cmocka_unit_test_setup_teardown(test_damaged_pages, newsroom_setup, newsroom_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
