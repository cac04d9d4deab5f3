/* Corrections, the ledger, takedowns, the front laid by hand, the bar of breaking news. */
#include "newsroom/correcting.h"
#include "newsroom/ledger.h"
#include "tests/unit/newsroom/room.h"

#include <dirent.h>
#include <sqlite3.h>

static int setup(void **state)
{
    static struct room room;
    room_open(&room);
    room_furnish(&room);
    *state = &room;
    return 0;
}

static int teardown(void **state)
{
    room_close(*state);
    return 0;
}

/* A transaction of a test. */
struct step {
    struct room *room;
    struct store_tx *tx;
    struct changes changes;
};

static struct step begin(struct room *room)
{
    struct step step = {.room = room};
    FINE(store_write(room->store, &step.tx));
    changes_init(&step.changes, room->arena);
    return step;
}

static void commit(struct step *step)
{
    FINE(changes_commit(&step->tx, &step->changes, step->room->now, NULL));
    step->room->now += 60000;
}

static bool has_key(const struct step *step, const char *key)
{
    for (size_t i = 0; i < keys_count(&step->changes.keys); i++)
        if (str_eq(keys_at(&step->changes.keys, i), str_of(key)))
            return true;
    return false;
}

static int64_t publish(struct room *room, const char *headline, const char *body)
{
    struct step step = begin(room);
    struct draft draft = {
        .headline = str_of(headline), .section = STR("news"), .body = str_of(body)};
    struct store_revision revision;
    struct store_story story;
    int64_t id;
    FINE(draft_resolve(step.tx, &draft, 0, room->now, room->arena, &step.changes, &revision));
    FINE(story_add(step.tx, &revision, &id));
    FINE(story_publish(step.tx, id, 0, room->now, room->arena, &step.changes, &story));
    commit(&step);
    return id;
}

static int64_t correct(struct room *room, int64_t story, const char *text)
{
    struct step step = begin(room);
    int64_t id = 0;
    FINE(story_correct(step.tx, &ACTOR_COMMAND, story, str_of(text), room->now, room->arena,
                       &step.changes, &id));
    assert_true(has_key(&step, "corrections/after/0"));
    assert_false(step.changes.destroys);
    commit(&step);
    return id;
}

static struct ledger_verdict verify(struct room *room)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct ledger_verdict verdict;
    FINE(store_read(room->store, &tx));
    FINE(ledger_verify(tx, &verdict));
    return verdict;
}

/* Past the program, as somebody with the file could. */
static void tamper(struct room *room, const char *sql)
{
    char path[96];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/" STORE_FILE, room->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_correction_is_listed_until_its_story_goes(void **state)
{
    struct room *room = *state;
    struct store_correction *list;
    size_t count;
    int64_t a = publish(room, "Ferry sinks", "It sank."), b = publish(room, "Rice rises", "Up.");
    int64_t first = correct(room, a, "It did *not* sink."), second = correct(room, b, "Down.");
    struct step step = begin(room);
    FINE(store_corrections(step.tx, 0, 10, room->arena, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].id, second);
    assert_int_equal(list[1].id, first);
    FINE(story_withdraw(step.tx, b, STR("It was wrong."), room->now, room->arena, &step.changes));
    assert_true(has_key(&step, "corrections/after/0"));
    FINE(store_corrections(step.tx, 0, 10, room->arena, &list, &count));
    assert_int_equal(count, 1);
    struct error error = story_correct(step.tx, &ACTOR_COMMAND, b, STR("Late."), room->now,
                                       room->arena, &step.changes, &first);
    assert_int_equal(error.code, ERR_STEP);
    error = story_correct(step.tx, &ACTOR_COMMAND, a, STR("  "), room->now, room->arena,
                          &step.changes, &first);
    assert_int_equal(error.code, ERR_INVALID);
    commit(&step);
}

static void an_altered_history_shows(void **state)
{
    struct room *room = *state;
    int64_t a = publish(room, "Ferry sinks", "It sank."), b = publish(room, "Rice rises", "Up.");
    (void)correct(room, a, "It did not.");
    struct ledger_verdict verdict = verify(room);
    assert_int_equal(verdict.entries, 3);
    assert_int_equal(verdict.broken_at, 0);
    assert_int_equal(verdict.altered_at, 0);
    (void)b;
    tamper(room, "UPDATE correction SET text = 'It did.'");
    assert_int_equal(verify(room).altered_at, 3);
    tamper(room, "UPDATE correction SET text = 'It did not.'");
    assert_int_equal(verify(room).altered_at, 0);
    tamper(room, "DROP TRIGGER revision_never_changes; "
                 "UPDATE revision SET body = 'Down.' WHERE headline = 'Rice rises'");
    assert_int_equal(verify(room).altered_at, 2);
    tamper(room, "DROP TRIGGER ledger_never_changes; UPDATE ledger SET at = at + 1 "
                 "WHERE number = 1");
    assert_int_equal(verify(room).broken_at, 1);
}

static bool file_holds(const char *path, const char *word)
{
    FILE *file = fopen(path, "rb");
    char *at = NULL;
    size_t size = 0;
    bool found = false;
    if (!file)
        return false;
    struct buf bytes = BUF_INIT(64 << 20);
    char piece[65536];
    while ((size = fread(piece, 1, sizeof piece, file)) > 0)
        (void)buf_str(&bytes, str_n(piece, size));
    (void)fclose(file);
    if (bytes.len)
        at = memmem(bytes.at, bytes.len, word, strlen(word));
    found = at != NULL;
    buf_release(&bytes);
    return found;
}

static size_t files_with(struct room *room, const char *word)
{
    DIR *folder = opendir(room->dir);
    char path[400];
    size_t found = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        (void)snprintf(path, sizeof path, "%s/%s", room->dir, entry->d_name);
        found += file_holds(path, word);
    }
    (void)closedir(folder);
    return found;
}

static void a_takedown_leaves_no_word(void **state)
{
    static const char *const words[] = {"Zwembadje", "zwembadje", "Kwartelei", "kwartelei",
                                        "Bliksemafleider"};
    struct room *room = *state;
    struct takedown takedown = {451, STR("A court ordered it.")};
    struct str *files;
    size_t count;
    int64_t other = publish(room, "Harbour", "It stays.");
    int64_t id = publish(room, "Zwembadje closes", "A Kwartelei was found there.");
    (void)correct(room, id, "The Bliksemafleider was ours.");
    for (size_t i = 0; i < 5; i++)
        assert_true(i == 1 || files_with(room, words[i]) > 0);
    struct step step = begin(room);
    struct actor editor = {1, STR("Edo"), ROLE_EDITOR};
    struct error error = story_takedown(step.tx, &editor, id, &takedown, room->now, room->arena,
                                        &step.changes, &files, &count);
    assert_int_equal(error.code, ERR_FORBIDDEN);
    FINE(story_takedown(step.tx, &ACTOR_COMMAND, id, &takedown, room->now, room->arena,
                        &step.changes, &files, &count));
    assert_true(step.changes.destroys);
    assert_int_equal(count, 0);
    commit(&step);
    FINE(store_log_truncate(room->store));
    /* The address is the story's for good, and it is made of the headline. */
    tamper(room, "DROP TRIGGER address_keeps_its_story; PRAGMA secure_delete = ON; "
                 "UPDATE address SET path = '/x' WHERE path LIKE '%zwembadje%'; "
                 "UPDATE story SET path = '/x' WHERE path LIKE '%zwembadje%'; "
                 "PRAGMA wal_checkpoint(TRUNCATE)");
    for (size_t i = 0; i < 5; i++)
        if (files_with(room, words[i]))
            fail_msg("'%s' is still in a file", words[i]);
    struct ledger_verdict verdict = verify(room);
    assert_int_equal(verdict.broken_at, 0);
    assert_int_equal(verdict.altered_at, 0);
    step = begin(room);
    int status;
    FINE(store_takedown(step.tx, id, &status));
    assert_int_equal(status, 451);
    FINE(store_takedown(step.tx, other, &status));
    assert_int_equal(status, 0);
    commit(&step);
}

static struct error lay(struct step *step, const struct store_pin *pins, size_t count)
{
    struct store_laid laid = {.pins = pins, .pin_count = count};
    return layout_set(step->tx, &ACTOR_COMMAND, &laid, 0, step->room->now, step->room->arena,
                      &step->changes, NULL);
}

static void a_layout_names_the_pages_that_it_changes(void **state)
{
    struct room *room = *state;
    int64_t a = publish(room, "One", "1."), b = publish(room, "Two", "2.");
    struct store_pin pins[] = {{PIN_LEAD, 0, a, 0}, {PIN_SECTION, 2, b, 0}};
    struct step step = begin(room);
    FINE(lay(&step, pins, 1));
    assert_true(has_key(&step, "front"));
    assert_int_equal(keys_count(&step.changes.keys), 1);
    commit(&step);
    step = begin(room);
    FINE(lay(&step, pins, 2));
    assert_true(has_key(&step, "section/2/lead"));
    assert_int_equal(keys_count(&step.changes.keys), 1);
    commit(&step);
    step = begin(room);
    FINE(lay(&step, pins, 2));
    assert_int_equal(keys_count(&step.changes.keys), 0);
    struct store_pin twice[] = {{PIN_LEAD, 0, a, 0}, {PIN_SECOND, 0, a, 0}};
    assert_int_equal(lay(&step, twice, 2).code, ERR_INVALID);
    struct store_pin leads[] = {{PIN_LEAD, 0, a, 0}, {PIN_LEAD, 0, b, 0}};
    assert_int_equal(lay(&step, leads, 2).code, ERR_INVALID);
    struct store_pin nowhere[] = {{PIN_BLOCK, 0, a, 0}};
    assert_int_equal(lay(&step, nowhere, 1).code, ERR_INVALID);
    commit(&step);
}

static struct error lay_all(struct step *step, const struct store_pin *pins, size_t pin_count,
                            const struct store_block *blocks, size_t block_count)
{
    struct store_laid laid = {pins, pin_count, blocks, block_count};
    return layout_set(step->tx, &ACTOR_COMMAND, &laid, 0, step->room->now, step->room->arena,
                      &step->changes, NULL);
}

static void blocks_stand_as_they_were_laid(void **state)
{
    struct room *room = *state;
    int64_t a = publish(room, "One", "1.");
    struct store_section *sections;
    struct store_block *kept, got[8];
    size_t count, kept_count;
    struct step step = begin(room);
    FINE(store_sections(step.tx, room->arena, &sections, &count));
    assert_in_range(count, 2, 8);
    int64_t first = sections[0].id, last = sections[count - 1].id;
    struct store_block plain[] = {{first, true}}, turned[] = {{last, true}, {first, false}};
    FINE(lay_all(&step, NULL, 0, plain, 1));
    assert_int_equal(keys_count(&step.changes.keys), 0);
    FINE(lay_all(&step, NULL, 0, turned, 2));
    assert_true(has_key(&step, "front"));
    assert_int_equal(keys_count(&step.changes.keys), 1);
    FINE(store_blocks(step.tx, 0, room->arena, &kept, &kept_count));
    assert_int_equal(kept_count, count);
    assert_int_equal(kept[0].section_id, last);
    assert_false(kept[1].shown);
    commit(&step);
    /* A section that is made later comes last; one that isn't there is passed over. */
    struct store_block gone[] = {{last, true}, {4711, true}, {first, false}, {last, false}};
    layout_blocks(gone, 4, sections, count, got);
    assert_int_equal(got[0].section_id, last);
    assert_int_equal(got[1].section_id, first);
    assert_true(layout_shows(got, count, last));
    assert_false(layout_shows(got, count, first));
    assert_true(layout_shows(got, count, 4711));
    /* Nothing that readers see changes within a block that is off, nor by its place. */
    struct store_pin pins[] = {{PIN_BLOCK, first, a, 0}};
    step = begin(room);
    FINE(lay_all(&step, pins, 1, turned, 2));
    assert_int_equal(keys_count(&step.changes.keys), 0);
    struct store_block off_first[] = {{first, false}, {last, true}};
    FINE(lay_all(&step, pins, 1, off_first, 2));
    assert_int_equal(keys_count(&step.changes.keys), 0);
    FINE(lay_all(&step, pins, 1, NULL, 0));
    assert_true(has_key(&step, "front"));
    struct store_block twice[] = {{first, true}, {first, false}}, unknown[] = {{4711, true}};
    assert_int_equal(lay_all(&step, NULL, 0, twice, 2).code, ERR_INVALID);
    assert_int_equal(lay_all(&step, NULL, 0, unknown, 1).code, ERR_NOT_FOUND);
    commit(&step);
}

static void a_pin_ends_by_the_clock(void **state)
{
    struct room *room = *state;
    int64_t a = publish(room, "One", "1.");
    struct store_pin pins[] = {{PIN_LEAD, 0, a, room->now + 5000}}, *got;
    size_t count;
    struct step step = begin(room);
    FINE(lay(&step, pins, 1));
    struct clock_set time = {.at = room->now};
    struct clock clock = clock_settable(&time);
    struct reading reading;
    FINE(reading_within(&reading, step.tx, room->arena, &clock));
    FINE(reading_pins(&reading, 0, &got, &count));
    assert_int_equal(count, 1);
    assert_int_equal(reading.wrong_at, room->now + 5000);
    time.at = room->now + 5000;
    FINE(reading_within(&reading, step.tx, room->arena, &clock));
    FINE(reading_pins(&reading, 0, &got, &count));
    assert_int_equal(count, 0);
    assert_int_equal(reading.wrong_at, NEVER);
    commit(&step);
}

static void the_bar_needs_an_end(void **state)
{
    struct room *room = *state;
    struct breaking got, bar = {STR("Storm lands"), STR("/news"), 0};
    struct step step = begin(room);
    assert_int_equal(
        breaking_set(step.tx, &ACTOR_COMMAND, &bar, room->now, room->arena, &step.changes).code,
        ERR_INVALID);
    bar.until = room->now + 1000;
    bar.url = STR("javascript:alert(1)");
    assert_int_equal(
        breaking_set(step.tx, &ACTOR_COMMAND, &bar, room->now, room->arena, &step.changes).code,
        ERR_INVALID);
    bar.url = STR("/news");
    FINE(breaking_set(step.tx, &ACTOR_COMMAND, &bar, room->now, room->arena, &step.changes));
    assert_true(has_key(&step, "breaking"));
    FINE(breaking_load(step.tx, room->now + 999, room->arena, &got));
    assert_int_equal(got.text.len, 11);
    FINE(breaking_load(step.tx, room->now + 1000, room->arena, &got));
    assert_int_equal(got.text.len, 0);
    commit(&step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_correction_is_listed_until_its_story_goes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_altered_history_shows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_takedown_leaves_no_word, setup, teardown),
        cmocka_unit_test_setup_teardown(a_layout_names_the_pages_that_it_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_stand_as_they_were_laid, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pin_ends_by_the_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(the_bar_needs_an_end, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
