#include "newsroom/roles.h"

enum { NO = REACH_NO, DRAFTS = REACH_DRAFTS, OWN = REACH_OWN, ALL = REACH_ALL };

static const struct {
    const char *text;
    unsigned char reach[4]; /* by role */
} actions[ACTION_COUNT] = {
#define ACTION(name, text, contributor, reporter, editor, publisher)                               \
    [ACTION_##name] = {text, {contributor, reporter, editor, publisher}},
    ACTIONS(ACTION)
#undef ACTION
};

enum reach role_reach(enum account_role role, enum action action)
{
    if (role < ROLE_CONTRIBUTOR || role > ROLE_PUBLISHER || action >= ACTION_COUNT)
        return REACH_NO;
    return (enum reach)actions[action].reach[role - ROLE_CONTRIBUTOR];
}

bool may(enum account_role role, enum action action, enum relation relation)
{
    switch (role_reach(role, action)) {
    case REACH_NO:
        return false;
    case REACH_DRAFTS:
        return relation == RELATION_OWN_DRAFT;
    case REACH_OWN:
        return relation == RELATION_OWN || relation == RELATION_OWN_DRAFT;
    case REACH_ALL:
        return true;
    }
    return false;
}

enum relation relation_to(int64_t account_id, const struct store_desk *desk)
{
    if (!account_id || desk->owner_id != account_id)
        return RELATION_NONE;
    return desk->state == DESK_DRAFT && desk->published == STORY_DRAFT ? RELATION_OWN_DRAFT
                                                                       : RELATION_OWN;
}

struct str action_text(enum action action)
{
    return action < ACTION_COUNT ? str_of(actions[action].text) : STR_NONE;
}

static const struct str role_texts[] = {STR_INIT("contributor"), STR_INIT("reporter"),
                                        STR_INIT("editor"), STR_INIT("publisher")};

struct str role_text(enum account_role role)
{
    return role >= ROLE_CONTRIBUTOR && role <= ROLE_PUBLISHER ? role_texts[role - ROLE_CONTRIBUTOR]
                                                              : STR_NONE;
}

bool role_parse(struct str text, enum account_role *ret_role)
{
    for (size_t i = 0; i < sizeof role_texts / sizeof *role_texts; i++)
        if (str_eq(text, role_texts[i])) {
            *ret_role = (enum account_role)(ROLE_CONTRIBUTOR + i);
            return true;
        }
    return false;
}

struct error actor_may(const struct actor *actor, enum action action, enum relation relation)
{
    if (actor->account_id == 0 || may(actor->role, action, relation))
        return NO_ERROR;
    return error_make(ERR_FORBIDDEN, action_text(action).at,
                      may(ROLE_EDITOR, action, relation) ? "an editor" : "a publisher");
}
