/* Looking the whole database over. Each rule is a query that gives one sentence for each breach. */
#include "store/sqlite/inside.h"

/* Sentences of one rule; a database damaged a million times is not told a million times. */
enum { SENTENCES_OF_A_RULE = 20 };

struct check {
    sqlite3 *db;
    void (*report)(void *context, struct str sentence);
    void *context;
    int64_t faults;
};

static void fault(struct check *check, struct str sentence)
{
    check->faults++;
    check->report(check->context, sentence);
}

static const char *const rules[] = {
    /* stories and revisions */
    "SELECT 'Story ' || id || ' has no revision.' FROM story WHERE newest IS NULL",

    "SELECT 'Story ' || s.id || ' names a revision of another story.' FROM story s "
    "JOIN revision r ON r.id IN (s.newest, s.live) WHERE r.story_id <> s.id",

    "SELECT 'The revisions of story ' || s.id || ' have gaps, or its newest is not the last.' "
    "FROM story s JOIN revision n ON n.id = s.newest "
    "WHERE n.number <> (SELECT max(number) FROM revision WHERE story_id = s.id) "
    "OR n.number <> (SELECT count(*) FROM revision WHERE story_id = s.id)",

    "SELECT 'Story ' || id || ' was published but has no revision that readers see.' FROM story "
    "WHERE state <> 1 AND live IS NULL",

    "SELECT 'Story ' || id || ' was published but says not when, or has no place in the lists.' "
    "FROM story WHERE state <> 1 AND (published_at = 0 OR listed_at = 0)",

    "SELECT 'Revision ' || n.revision_id || ' names a tag as an author or an author as a tag.' "
    "FROM revision_name n JOIN name ON name.id = n.name_id WHERE name.kind <> n.kind",

    /* addresses */
    "SELECT 'Story ' || s.id || ' is said to be at ' || s.path || ', but that is not its current "
    "address.' FROM story s WHERE s.path <> '' AND NOT EXISTS (SELECT 1 FROM address a "
    "WHERE a.path = s.path AND a.story_id = s.id AND a.current = 1)",

    "SELECT 'Story ' || id || ' was published but has no address.' FROM story "
    "WHERE state <> 1 AND path = ''",

    "SELECT 'Address ' || a.path || ' is current, but story ' || a.story_id || ' is elsewhere.' "
    "FROM address a JOIN story s ON s.id = a.story_id WHERE a.current = 1 AND s.path <> a.path",

    "SELECT 'Story ' || story_id || ' has ' || count(*) || ' current addresses.' "
    "FROM address NOT INDEXED WHERE current = 1 GROUP BY story_id HAVING count(*) > 1",

    /* lists: nobody is missing */
    "SELECT 'Story ' || s.id || ' is missing from the list of all stories.' FROM story s "
    "WHERE s.state = 2 AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.kind = 0 "
    "AND l.list_id = 0 AND l.listed_at = s.listed_at AND l.story_id = s.id)",

    "SELECT 'Story ' || s.id || ' is missing from the list of section ' || r.section_id || '.' "
    "FROM story s JOIN revision r ON r.id = s.live WHERE s.state = 2 "
    "AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.kind = 1 AND l.list_id = r.section_id "
    "AND l.listed_at = s.listed_at AND l.story_id = s.id)",

    "SELECT 'Story ' || s.id || ' is missing from the list of ' || "
    "iif(n.kind = 0, 'tag ', 'author ') || n.name_id || '.' "
    "FROM story s JOIN revision_name n ON n.revision_id = s.live WHERE s.state = 2 "
    "AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.kind = n.kind + 2 "
    "AND l.list_id = n.name_id AND l.listed_at = s.listed_at AND l.story_id = s.id)",

    "SELECT 'Story ' || s.id || ' is missing from the list of featured stories.' "
    "FROM story s JOIN revision r ON r.id = s.live WHERE s.state = 2 AND r.featured = 1 "
    "AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.kind = 4 AND l.list_id = 0 "
    "AND l.listed_at = s.listed_at AND l.story_id = s.id)",

    /* lists: nobody is there without a right */
    "SELECT 'Story ' || l.story_id || ' stands in list ' || l.kind || '/' || l.list_id || "
    "' but is not published.' FROM listing l JOIN story s ON s.id = l.story_id "
    "WHERE s.state <> 2",

    "SELECT 'Story ' || l.story_id || ' stands in list ' || l.kind || '/' || l.list_id || "
    "' at a wrong place, or twice.' FROM listing l JOIN story s ON s.id = l.story_id "
    "WHERE s.listed_at <> l.listed_at",

    "SELECT 'Story ' || l.story_id || ' stands in list ' || l.kind || '/' || l.list_id || "
    "' but does not belong there.' FROM listing l JOIN story s ON s.id = l.story_id "
    "JOIN revision r ON r.id = s.live WHERE NOT CASE l.kind "
    "WHEN 0 THEN l.list_id = 0 WHEN 1 THEN l.list_id = r.section_id "
    "WHEN 4 THEN l.list_id = 0 AND r.featured = 1 "
    "ELSE EXISTS (SELECT 1 FROM revision_name n WHERE n.revision_id = r.id "
    "AND n.kind = l.kind - 2 AND n.name_id = l.list_id) END",

    "SELECT 'List ' || c.kind || '/' || c.list_id || ' says it has ' || c.stories || "
    "' stories, which is wrong.' FROM listing_count c WHERE c.stories <> "
    "(SELECT count(*) FROM listing l WHERE l.kind = c.kind AND l.list_id = c.list_id)",

    "SELECT DISTINCT 'List ' || l.kind || '/' || l.list_id || ' is not counted.' FROM listing l "
    "WHERE NOT EXISTS (SELECT 1 FROM listing_count c WHERE c.kind = l.kind "
    "AND c.list_id = l.list_id)",

    /* months */
    "SELECT 'Story ' || id || ' stands in no month.' FROM story WHERE state = 2 "
    "AND id NOT IN (SELECT story_id FROM month_story)",

    "SELECT 'Story ' || story_id || ' stands in ' || count(*) || ' months instead of one.' "
    "FROM month_story GROUP BY story_id HAVING count(*) > 1",

    "SELECT 'Story ' || m.story_id || ' stands in a month but is not published.' "
    "FROM month_story m JOIN story s ON s.id = m.story_id WHERE s.state <> 2",

    "SELECT 'Month ' || c.month || ' says it has ' || c.stories || ' stories, which is wrong.' "
    "FROM month c WHERE c.stories <> "
    "(SELECT count(*) FROM month_story m WHERE m.month = c.month)",

    "SELECT DISTINCT 'Month ' || m.month || ' is not counted.' FROM month_story m "
    "WHERE NOT EXISTS (SELECT 1 FROM month c WHERE c.month = m.month)",

    /* related stories */
    "SELECT 'Story ' || t.story_id || ' has words but is not published, or has them at a wrong "
    "place.' FROM term t JOIN story s ON s.id = t.story_id "
    "WHERE s.state <> 2 OR s.listed_at <> t.listed_at",

    "SELECT 'Word ' || w.id || ' is said to be in ' || w.stories || ' stories, which is wrong.' "
    "FROM word w WHERE w.stories <> (SELECT count(*) FROM term t WHERE t.word_id = w.id)",

    "SELECT 'Story ' || story_id || ' is related to itself.' FROM related "
    "WHERE related_id = story_id",

    "SELECT 'Story ' || r.story_id || ' is related to story ' || r.related_id || "
    "', which is not published.' FROM related r JOIN story s ON s.id = r.related_id "
    "WHERE s.state <> 2",

    "SELECT 'Story ' || r.story_id || ' has related stories but is not published.' "
    "FROM related r JOIN story s ON s.id = r.story_id WHERE s.state <> 2",

    /* subscribers */
    "SELECT 'The subscribers in state ' || c.state || ' are said to be ' || c.subscribers || "
    "', which is wrong.' FROM subscriber_count c WHERE c.subscribers <> "
    "(SELECT count(*) FROM subscriber s WHERE s.state = c.state)",

    "SELECT DISTINCT 'The subscribers in state ' || s.state || ' are not counted.' "
    "FROM subscriber s WHERE NOT EXISTS (SELECT 1 FROM subscriber_count c "
    "WHERE c.state = s.state)",

    /* the log */
    "SELECT 'The change log has gaps.' FROM (SELECT count(*) AS n, min(number) AS first, "
    "max(number) AS last FROM change) WHERE n > 0 AND last - first + 1 <> n",
};

/* Reports the first column of each row, but not one that says "ok". */
static int run_rule(struct check *check, sqlite3_stmt *handle)
{
    int code, told = 0;
    while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
        const unsigned char *at = sqlite3_column_text(handle, 0);
        struct str sentence = str_n((const char *)at, (size_t)sqlite3_column_bytes(handle, 0));
        if (!at)
            return SQLITE_NOMEM;
        if (str_eq(sentence, STR("ok")))
            continue;
        if (told++ == SENTENCES_OF_A_RULE) {
            fault(check, STR("More faults of this kind are not told one by one."));
            return SQLITE_DONE;
        }
        fault(check, sentence);
    }
    return code;
}

/* A database too damaged to be read is a fault of its own; other failures are the caller's. */
static struct error run_query(struct check *check, const char *sql, bool *ret_readable)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(check->db, sql, -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = run_rule(check, handle);
    struct error error = code == SQLITE_DONE ? NO_ERROR : store_failure(check->db, code);
    (void)sqlite3_finalize(handle);
    if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB) {
        fault(check, STR("The database is damaged so far that it cannot be read."));
        *ret_readable = false;
        return NO_ERROR;
    }
    return error;
}

static struct error run_all(struct check *check)
{
    bool readable = true;
    TRY(run_query(check, "PRAGMA integrity_check(20)", &readable));
    if (readable)
        TRY(run_query(check,
                      "SELECT 'A row of ' || \"table\" || ' names one of ' || parent || "
                      "' that is not there.' FROM pragma_foreign_key_check",
                      &readable));
    for (size_t i = 0; readable && i < sizeof rules / sizeof *rules; i++)
        TRY(run_query(check, rules[i], &readable));
    return NO_ERROR;
}

struct error store_check(struct store *store, void (*report)(void *context, struct str sentence),
                         void *context, int64_t *ret_faults)
{
    struct check check = {.db = store->db, .report = report, .context = context};
    if (store->tx)
        return error_make(ERR_STORE, "the store", "a transaction is open already");
    /* Not store_read(), which reads, and would fail on a damaged log. */
    TRY(connection_run(store->db, "BEGIN"));
    struct error error = run_all(&check);
    if (!sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (error.code == ERR_OK)
        *ret_faults = check.faults;
    return error;
}
