/* What a role may do: one table, in roles.c. Every door asks may() and nothing else.
 *
 * Contributors write drafts of their own; reporters have their own stories and hand them in;
 * editors have all stories, the front and publishing; publishers have people and settings as well.
 */
#ifndef NEWSROOM_ROLES_H
#define NEWSROOM_ROLES_H

#include "store/desk.h"

/* Each line: the action's name in the code, its stable name (tests and the audit trail show it),
 * and how far each role may go: NO, DRAFTS (own stories as long as they are drafts), OWN (own
 * stories), ALL. Actions that concern no story know NO and ALL only. */
#define ACTIONS(ACTION)                                                                            \
    /* name, text, contributor, reporter, editor, publisher */                                     \
    ACTION(TODAY_SEE, "today.see", ALL, ALL, ALL, ALL)                                             \
    ACTION(OWN_ACCOUNT, "account.own", ALL, ALL, ALL, ALL)                                         \
    ACTION(STORY_ADD, "story.add", ALL, ALL, ALL, ALL)                                             \
    ACTION(STORY_SEE, "story.see", OWN, ALL, ALL, ALL)                                             \
    ACTION(STORY_EDIT, "story.edit", DRAFTS, OWN, ALL, ALL)                                        \
    ACTION(STORY_RESTORE, "story.restore", DRAFTS, OWN, ALL, ALL)                                  \
    ACTION(STORY_HAND_IN, "story.hand-in", NO, OWN, ALL, ALL)                                      \
    ACTION(STORY_RECALL, "story.recall", NO, OWN, ALL, ALL)                                        \
    ACTION(STORY_TAKE, "story.take", NO, NO, ALL, ALL)                                             \
    ACTION(STORY_RETURN, "story.return", NO, NO, ALL, ALL)                                         \
    ACTION(STORY_READY, "story.ready", NO, NO, ALL, ALL)                                           \
    ACTION(STORY_SCHEDULE, "story.schedule", NO, NO, ALL, ALL)                                     \
    ACTION(STORY_UNSCHEDULE, "story.unschedule", NO, NO, ALL, ALL)                                 \
    ACTION(STORY_PUBLISH, "story.publish", NO, NO, ALL, ALL)                                       \
    ACTION(STORY_WITHDRAW, "story.withdraw", NO, NO, ALL, ALL)                                     \
    ACTION(STORY_CORRECT, "story.correct", NO, NO, ALL, ALL)                                       \
    ACTION(STORY_TAKEDOWN, "story.takedown", NO, NO, NO, ALL)                                      \
    ACTION(STORY_SPIKE, "story.spike", DRAFTS, DRAFTS, ALL, ALL)                                   \
    ACTION(STORY_REVIVE, "story.revive", OWN, OWN, ALL, ALL)                                       \
    ACTION(STORY_EMBARGO, "story.embargo", NO, OWN, ALL, ALL)                                      \
    ACTION(STORY_ASSIGN, "story.assign", NO, NO, ALL, ALL)                                         \
    ACTION(STORY_RELATE, "story.relate", DRAFTS, OWN, ALL, ALL)                                    \
    ACTION(NOTE_ADD, "note.add", OWN, OWN, ALL, ALL)                                               \
    ACTION(PREVIEW_MAKE, "preview.make", NO, OWN, ALL, ALL)                                        \
    ACTION(PREVIEW_REVOKE, "preview.revoke", NO, OWN, ALL, ALL)                                    \
    ACTION(PICTURE_SEE, "picture.see", ALL, ALL, ALL, ALL)                                         \
    ACTION(PICTURE_ADD, "picture.add", ALL, ALL, ALL, ALL)                                         \
    ACTION(PICTURE_EDIT, "picture.edit", OWN, OWN, ALL, ALL)                                       \
    ACTION(PICTURE_REPLACE, "picture.replace", NO, NO, ALL, ALL)                                   \
    ACTION(PICTURE_DELETE, "picture.delete", NO, NO, ALL, ALL)                                     \
    ACTION(FRONT_ARRANGE, "front.arrange", NO, NO, ALL, ALL)                                       \
    ACTION(NAME_EDIT, "name.edit", NO, NO, ALL, ALL)                                               \
    ACTION(SECTION_EDIT, "section.edit", NO, NO, NO, ALL)                                          \
    ACTION(PAGE_EDIT, "page.edit", NO, NO, NO, ALL)                                                \
    ACTION(AD_EDIT, "ad.edit", NO, NO, NO, ALL)                                                    \
    ACTION(SETTINGS_EDIT, "settings.edit", NO, NO, NO, ALL)                                        \
    ACTION(PEOPLE_EDIT, "people.edit", NO, NO, NO, ALL)                                            \
    ACTION(AUDIT_SEE, "audit.see", NO, NO, NO, ALL)

enum action {
#define ACTION(name, text, contributor, reporter, editor, publisher) ACTION_##name,
    ACTIONS(ACTION)
#undef ACTION
        ACTION_COUNT
};

/* How an account stands to a story (or to a picture that it uploaded: then never OWN_DRAFT). For an
 * action that concerns neither: RELATION_NONE. */
enum relation { RELATION_NONE, RELATION_OWN, RELATION_OWN_DRAFT };

enum reach { REACH_NO, REACH_DRAFTS, REACH_OWN, REACH_ALL };

bool may(enum account_role role, enum action action, enum relation relation);
/* How far: for lists, and for what a screen offers at all. */
enum reach role_reach(enum account_role role, enum action action);
enum relation relation_to(int64_t account_id, const struct store_desk *desk);

struct str action_text(enum action action);
/* "contributor", "reporter", "editor", "publisher". */
struct str role_text(enum account_role role);
bool role_parse(struct str text, enum account_role *ret_role);

/* Who does a thing: an account, or with account_id 0 the command line or the program itself, which
 * may do everything. */
struct actor {
    int64_t account_id;
    struct str name;
    enum account_role role;
};
#define ACTOR_COMMAND ((struct actor){0, STR("command line"), ROLE_PUBLISHER})
#define ACTOR_CLOCK ((struct actor){0, STR("clock"), ROLE_PUBLISHER})

/* ERR_FORBIDDEN unless the actor may. */
MUST_USE struct error actor_may(const struct actor *actor, enum action action,
                                enum relation relation);

#endif
