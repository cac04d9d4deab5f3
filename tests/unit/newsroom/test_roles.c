/* The table of rights, row by row: written down here once more, so that a change is made twice. */
#include "newsroom/roles.h"
#include "tests/unit/cmocka.h"

/* contributor, reporter, editor, publisher: - nothing, d own drafts, o own, a all */
static const struct {
    const char *action, *reach;
} rows[] = {
    {"today.see", "aaaa"},        {"account.own", "aaaa"},    {"story.add", "aaaa"},
    {"story.see", "oaaa"},        {"story.edit", "doaa"},     {"story.restore", "doaa"},
    {"story.hand-in", "-oaa"},    {"story.recall", "-oaa"},   {"story.take", "--aa"},
    {"story.return", "--aa"},     {"story.ready", "--aa"},    {"story.schedule", "--aa"},
    {"story.unschedule", "--aa"}, {"story.publish", "--aa"},  {"story.withdraw", "--aa"},
    {"story.spike", "ddaa"},      {"story.revive", "ooaa"},   {"story.embargo", "-oaa"},
    {"story.assign", "--aa"},     {"story.relate", "doaa"},   {"note.add", "ooaa"},
    {"preview.make", "-oaa"},     {"preview.revoke", "-oaa"}, {"picture.see", "aaaa"},
    {"picture.add", "aaaa"},      {"picture.edit", "ooaa"},   {"picture.replace", "--aa"},
    {"picture.delete", "--aa"},   {"front.arrange", "--aa"},  {"name.edit", "--aa"},
    {"section.edit", "---a"},     {"page.edit", "---a"},      {"ad.edit", "---a"},
    {"story.correct", "--aa"},    {"story.takedown", "---a"}, {"settings.edit", "---a"},
    {"people.edit", "---a"},      {"audit.see", "---a"},
};

static enum action find_action(const char *text)
{
    for (int i = 0; i < ACTION_COUNT; i++)
        if (str_eq(action_text((enum action)i), str_of(text)))
            return (enum action)i;
    fail_msg("no action %s", text);
    return ACTION_COUNT;
}

static void test_every_row(void **state)
{
    assert_int_equal(sizeof rows / sizeof *rows, ACTION_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int role = ROLE_CONTRIBUTOR; role <= ROLE_PUBLISHER; role++) {
            enum action action = find_action(rows[i].action);
            char reach = rows[i].reach[role - ROLE_CONTRIBUTOR];
            enum account_role who = (enum account_role)role;
            assert_int_equal(may(who, action, RELATION_NONE), reach == 'a');
            assert_int_equal(may(who, action, RELATION_OWN), reach == 'a' || reach == 'o');
            assert_int_equal(may(who, action, RELATION_OWN_DRAFT), reach != '-');
        }
}

static void test_no_role_may_nothing(void **state)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        assert_false(may((enum account_role)0, (enum action)i, RELATION_OWN_DRAFT));
        assert_false(may((enum account_role)5, (enum action)i, RELATION_OWN_DRAFT));
    }
    assert_false(may(ROLE_PUBLISHER, ACTION_COUNT, RELATION_OWN_DRAFT));
}

static void test_relations(void **state)
{
    struct store_desk desk = {.owner_id = 7, .state = DESK_DRAFT, .published = STORY_DRAFT};
    assert_int_equal(relation_to(7, &desk), RELATION_OWN_DRAFT);
    assert_int_equal(relation_to(8, &desk), RELATION_NONE);
    desk.state = DESK_HANDED_IN;
    assert_int_equal(relation_to(7, &desk), RELATION_OWN);
    /* A draft of an update of what readers see is no draft. */
    desk.state = DESK_DRAFT;
    desk.published = STORY_PUBLISHED;
    assert_int_equal(relation_to(7, &desk), RELATION_OWN);
    /* A story without an owner is nobody's, also not that of an account without a number. */
    desk.owner_id = 0;
    assert_int_equal(relation_to(0, &desk), RELATION_NONE);
}

static void test_names(void **state)
{
    for (int role = ROLE_CONTRIBUTOR; role <= ROLE_PUBLISHER; role++) {
        enum account_role parsed;
        assert_true(role_parse(role_text((enum account_role)role), &parsed));
        assert_int_equal(parsed, role);
    }
    enum account_role parsed = ROLE_EDITOR;
    assert_false(role_parse(STR("Editor"), &parsed));
    assert_false(role_parse(STR(""), &parsed));
    assert_int_equal(parsed, ROLE_EDITOR);
}

static void test_who_is_asked(void **state)
{
    struct actor reporter = {4, STR("Rosa"), ROLE_REPORTER};
    struct error error = actor_may(&reporter, ACTION_STORY_PUBLISH, RELATION_OWN);
    assert_int_equal(error.code, ERR_FORBIDDEN);
    assert_string_equal(error.why, "an editor");
    error = actor_may(&reporter, ACTION_AUDIT_SEE, RELATION_NONE);
    assert_string_equal(error.why, "a publisher");
    struct actor command = ACTOR_COMMAND;
    assert_int_equal(actor_may(&command, ACTION_AUDIT_SEE, RELATION_NONE).code, ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),    cmocka_unit_test(test_no_role_may_nothing),
        cmocka_unit_test(test_relations),    cmocka_unit_test(test_names),
        cmocka_unit_test(test_who_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
