/* The audit trail, for publishers. */
#include "desk/screen.h"

enum { ENTRIES_A_PAGE = 100, PEOPLE_MAX = 500 };

static struct error put_who(struct screen *screen, int64_t chosen)
{
    struct store_account *accounts;
    size_t count;
    TRY(store_accounts(screen->tx, 0, PEOPLE_MAX, screen->arena, &accounts, &count));
    struct value *list = value_set_list(screen->root, "people");
    for (size_t i = 0; i < count; i++)
        screen_option(list, arena_printf(screen->arena, "%lld", (long long)accounts[i].id),
                      accounts[i].name, accounts[i].id == chosen);
    return NO_ERROR;
}

/* Entries are kept as they were written, in English; those who aren't people have names of ours. */
static struct str who_words(const struct screen *screen, const struct store_audit *entry)
{
    if (!entry->account_id && str_eq(entry->name, ACTOR_COMMAND.name))
        return desk_say(screen->desk, "command_line");
    if (!entry->account_id && str_eq(entry->name, ACTOR_CLOCK.name))
        return desk_say(screen->desk, "the_program");
    if (!entry->account_id && str_eq(entry->name, STR("nobody")))
        return desk_say(screen->desk, "nobody");
    return entry->name;
}

struct error audit_list(struct screen *screen)
{
    struct store_audit_filter filter = {.action = screen_query(screen, "action"),
                                        .object = screen_query(screen, "object")};
    struct store_audit *entries;
    size_t count;
    int64_t before = 0, next;
    struct str head;
    (void)str_to_i64(screen_query(screen, "before"), &before);
    if (!str_to_i64(screen_query(screen, "who"), &filter.account_id) || filter.account_id < 0)
        filter.account_id = 0;
    filter.from = screen_query_date(screen, "from", false);
    filter.to = screen_query_date(screen, "to", true);
    TRY(store_audits(screen->tx, &filter, before > 0 ? before : 0, ENTRIES_A_PAGE, screen->arena,
                     &entries, &count, &next));
    TRY(audit_head(screen->tx, screen->arena, &head));
    screen_begin(screen, "audit", "audit");
    TRY(put_ledger(screen));
    value_set_text(screen->root, "head", head);
    value_set_text(screen->root, "action", filter.action);
    value_set_text(screen->root, "object", filter.object);
    value_set_text(screen->root, "from", screen_query(screen, "from"));
    value_set_text(screen->root, "to", screen_query(screen, "to"));
    value_set_bool(screen->root, "filtered", screen->query.count > 0);
    TRY(put_who(screen, filter.account_id));
    if (next)
        value_set_text(screen->root, count < ENTRIES_A_PAGE ? "further" : "older",
                       screen_further(screen, "/desk/audit", "before", next));
    struct value *list = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "number", entries[i].number);
        value_set_text(one, "who", who_words(screen, &entries[i]));
        value_set_text(one, "did", entries[i].action);
        value_set_text(one, "what", entries[i].object);
        value_set_bool(one, "is_story", str_starts(entries[i].object, STR("story/")));
        value_set_text(one, "story", str_from(entries[i].object, 6));
        value_set_text(one, "detail", entries[i].detail);
        screen_time(screen, one, "at", entries[i].at);
    }
    return NO_ERROR;
}
