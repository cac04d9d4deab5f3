/* The audit trail, for publishers. */
#include "desk/screen.h"
#include "text/dates.h"

enum { ENTRIES_A_PAGE = 100 };

struct error audit_list(struct screen *screen)
{
    struct store_audit_filter filter = {.action = screen_query(screen, "action"),
                                        .object = screen_query(screen, "object")};
    struct store_audit *entries;
    size_t count;
    int64_t before = 0, next;
    struct str head;
    (void)str_to_i64(screen_query(screen, "before"), &before);
    if (str_to_i64(screen_query(screen, "who"), &filter.account_id) && filter.account_id < 0)
        filter.account_id = 0;
    TRY(store_audits(screen->tx, &filter, before > 0 ? before : 0, ENTRIES_A_PAGE, screen->arena,
                     &entries, &count, &next));
    TRY(audit_head(screen->tx, screen->arena, &head));
    screen_begin(screen, "audit", "audit");
    value_set_text(screen->root, "head", head);
    value_set_text(screen->root, "action", filter.action);
    value_set_text(screen->root, "object", filter.object);
    if (next)
        value_set_number(screen->root, "next", next);
    struct value *list = value_set_list(screen->root, "rows");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_append_object(list);
        value_set_number(one, "number", entries[i].number);
        value_set_text(one, "who", entries[i].name);
        value_set_text(one, "did", entries[i].action);
        value_set_text(one, "what", entries[i].object);
        value_set_bool(one, "is_story", str_starts(entries[i].object, STR("story/")));
        value_set_text(one, "story", str_from(entries[i].object, 6));
        value_set_text(one, "detail", entries[i].detail);
        screen_time(screen, one, "at", entries[i].at);
    }
    return NO_ERROR;
}
