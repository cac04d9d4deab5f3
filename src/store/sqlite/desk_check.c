/* Looking the desk's tables over. Each rule is a query that gives one sentence for each breach. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

enum { SENTENCES_OF_A_RULE = 20 };

static const char *const rules[] = {
    "SELECT 'Story ' || id || ' has no row on the desk.' FROM story WHERE newest IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM desk d WHERE d.story_id = story.id)",

    "SELECT 'Story ' || d.story_id || ' stands at a wrong place on the desk.' FROM desk d "
    "WHERE d.place <> (max(min(d.date / 1000, 8589934591), -8589934592) + 8589934592) * 536870912 "
    "+ d.story_id",

    "SELECT 'Story ' || d.story_id || ' has a wrong date on the desk.' FROM desk d "
    "JOIN story s ON s.id = d.story_id JOIN revision r ON r.id = s.newest WHERE d.date <> CASE "
    "WHEN d.state = 5 THEN d.publish_at WHEN s.published_at <> 0 THEN s.published_at ELSE r.at END",

    "SELECT 'Story ' || d.story_id || ' has a state on the desk that readers contradict.' "
    "FROM desk d JOIN story s ON s.id = d.story_id WHERE (d.state = 7) <> (s.state = 3) "
    "OR (d.state = 6) <> (s.state = 2 AND s.live = s.newest) OR (d.state = 8 AND s.state <> 1)",

    "SELECT 'Story ' || d.story_id || ' is missing from a list of the desk.' FROM desk d "
    "JOIN story s ON s.id = d.story_id JOIN revision r ON r.id = s.newest "
    "WHERE NOT EXISTS (SELECT 1 FROM desk_list l WHERE l.kind = 1 AND l.list_id = r.section_id "
    "AND l.place = d.place) OR NOT EXISTS (SELECT 1 FROM desk_list l WHERE l.kind = 4 "
    "AND l.list_id = d.state AND l.place = d.place) OR (d.owner_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM desk_list l WHERE l.kind = 5 AND l.list_id = d.owner_id "
    "AND l.place = d.place))",

    "SELECT 'Story ' || d.story_id || ' is missing from the desk''s list of ' || "
    "iif(n.kind = 0, 'tag ', 'author ') || n.name_id || '.' FROM desk d "
    "JOIN story s ON s.id = d.story_id JOIN revision_name n ON n.revision_id = s.newest "
    "WHERE NOT EXISTS (SELECT 1 FROM desk_list l WHERE l.kind = n.kind + 2 "
    "AND l.list_id = n.name_id AND l.place = d.place)",

    "SELECT 'List ' || l.kind || '/' || l.list_id || ' of the desk names a story that does not "
    "belong there.' FROM desk_list l LEFT JOIN desk d ON d.place = l.place "
    "LEFT JOIN story s ON s.id = d.story_id LEFT JOIN revision r ON r.id = s.newest "
    "WHERE d.place IS NULL OR NOT CASE l.kind WHEN 1 THEN r.section_id = l.list_id "
    "WHEN 4 THEN d.state = l.list_id WHEN 5 THEN d.owner_id IS l.list_id "
    "ELSE EXISTS (SELECT 1 FROM revision_name n WHERE n.revision_id = r.id "
    "AND n.kind = l.kind - 2 AND n.name_id = l.list_id) END",

    "SELECT 'Picture ' || id || ' has no row in the library.' FROM picture "
    "WHERE NOT EXISTS (SELECT 1 FROM picture_desk d WHERE d.picture_id = picture.id)",

    "SELECT 'Section ' || s.id || ' stands below one that stands below another.' FROM section s "
    "JOIN section p ON p.id = s.parent_id WHERE p.parent_id IS NOT NULL OR p.id = s.id",

    "SELECT 'Layout ' || layout_id || ' of the front has gaps between its pins.' FROM layout_pin "
    "GROUP BY layout_id HAVING min(position) <> 1 OR max(position) <> count(*)",

    "SELECT 'Layout ' || layout_id || ' of the front has gaps between its blocks.' "
    "FROM layout_block GROUP BY layout_id HAVING min(position) <> 1 OR max(position) <> count(*)",

    "SELECT 'The audit trail has gaps.' FROM (SELECT count(*) AS n, min(number) AS first, "
    "max(number) AS last FROM audit) WHERE n > 0 AND (first <> 1 OR last <> n)",

    "SELECT 'Working copy ' || w.id || ' began from a text of another story.' FROM working w "
    "LEFT JOIN revision r ON r.id = w.base WHERE w.story_id IS NOT NULL "
    "AND r.story_id IS NOT w.story_id",

    "SELECT 'Working copy ' || w.id || ' belongs to nobody.' FROM working w "
    "LEFT JOIN account a ON a.id = w.account_id WHERE a.id IS NULL",

    "SELECT 'Working copy ' || w.id || ' is of a story that was taken down.' FROM working w "
    "JOIN takedown t ON t.story_id = w.story_id",

    "SELECT 'Disabled account ' || account_id || ' is signed in.' FROM session "
    "JOIN account a ON a.id = account_id WHERE a.disabled_at <> 0",
};

static struct error run_rule(sqlite3 *db, const char *sql,
                             void (*report)(void *context, struct str sentence), void *context,
                             int64_t *faults)
{
    sqlite3_stmt *handle = NULL;
    int told = 0, code = sqlite3_prepare_v2(db, sql, -1, &handle, NULL);
    if (code == SQLITE_OK)
        while ((code = sqlite3_step(handle)) == SQLITE_ROW && told++ < SENTENCES_OF_A_RULE) {
            const unsigned char *at = sqlite3_column_text(handle, 0);
            ++*faults;
            report(context, at ? str_n((const char *)at, (size_t)sqlite3_column_bytes(handle, 0))
                               : STR("A row of the desk cannot be read."));
        }
    struct error error =
        code == SQLITE_DONE || code == SQLITE_ROW ? NO_ERROR : store_failure(db, code);
    (void)sqlite3_finalize(handle);
    return error;
}

struct error store_desk_check(struct store *store,
                              void (*report)(void *context, struct str sentence), void *context,
                              int64_t *ret_faults)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    int64_t faults = 0;
    TRY(store_read(store, &tx));
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        TRY(run_rule(store->db, rules[i], report, context, &faults));
    *ret_faults = faults;
    return NO_ERROR;
}
