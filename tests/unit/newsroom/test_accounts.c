#include "tests/unit/newsroom/desk_room.h"

#define PASSWORD STR("tide tables in the kitchen")
#define MINUTES(n) ((int64_t)(n)*60000)
#define DAYS(n) (MINUTES(n) * 60 * 24)

static struct str hash(struct desk_room *desk, struct str password)
{
    char text[PASSWORD_HASH_MAX];
    FINE(password_hash(password, text));
    return arena_str(desk->room.arena, str_of(text));
}

/* One function in a transaction of its own, committed when it succeeds. */
#define DO(desk, code_, expression)                                                                \
    do {                                                                                           \
        struct store_tx *tx = room_write(desk);                                                    \
        struct changes changes;                                                                    \
        changes_init(&changes, (desk)->room.arena);                                                \
        struct error do_ = (expression);                                                           \
        if (do_.code != (code_))                                                                   \
            fail_msg("%s: %s: %s %s", #expression, error_name(do_.code), do_.what, do_.why);       \
        if (do_.code == ERR_OK)                                                                    \
            room_commit(desk, tx, &changes);                                                       \
        else                                                                                       \
            store_end(tx);                                                                         \
    } while (0)
#define NOW (desk->room.now)
#define ARENA (desk->room.arena)

static struct store_account account(struct desk_room *desk, int64_t id)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_account row;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_account(tx, id, ARENA, &row));
    return row;
}

static enum err look(struct desk_room *desk, struct str token)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct open_link link;
    FINE(store_read(desk->room.store, &tx));
    return link_look(tx, token, NOW, ARENA, &link).code;
}

static struct str invite(struct desk_room *desk, const struct actor *who)
{
    struct str token = STR_NONE;
    DO(desk, ERR_OK, account_invite(tx, &ACTOR_COMMAND, who->account_id, NOW, ARENA, &token));
    return token;
}

/* The person has a password and is a browser away. */
static void let_in(struct desk_room *desk, const struct actor *who)
{
    struct store_account row;
    struct str token = invite(desk, who), password = hash(desk, PASSWORD);
    DO(desk, ERR_OK, link_use(tx, token, NULL, password, NOW, ARENA, &row));
}

static enum err try(struct desk_room *desk, const char *login, struct str password,
                    struct browser browser, struct signed_in *ret_signed)
{
    return sign_in(desk->room.store, str_of(login), password, &browser, NOW, ARENA, ret_signed)
        .code;
}

static enum err seen(struct desk_room *desk, struct str session)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct session_of of;
    FINE(store_read(desk->room.store, &tx));
    return session_look(tx, session, NOW, ARENA, &of).code;
}

static const struct browser home = {STR_INIT("192.0.2.0/24"),
                                    STR_INIT("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) "
                                             "Gecko/20100101 Firefox/140.0"),
                                    {NULL, 0}};
static const struct browser elsewhere = {
    STR_INIT("198.51.100.0/24"), STR_INIT("curl/8"), {NULL, 0}};

/* ---- Links */

static void test_first_publisher(void **state)
{
    struct desk_room *desk = *state;
    struct str one, two, password = hash(desk, PASSWORD);
    struct store_account row;
    struct person person = {.name = STR("Paula"), .login = STR("Paula@example.org")};
    DO(desk, ERR_OK, first_link(tx, &ACTOR_COMMAND, NOW, ARENA, &one));
    assert_int_equal(look(desk, one), ERR_OK);
    assert_int_equal(look(desk, one), ERR_OK); /* looking uses nothing up */
    DO(desk, ERR_OK, first_link(tx, &ACTOR_COMMAND, NOW, ARENA, &two));
    assert_int_equal(look(desk, one), ERR_LINK); /* the newer one counts */
    DO(desk, ERR_INVALID, link_use(tx, two, NULL, password, NOW, ARENA, &row));
    assert_int_equal(look(desk, two), ERR_OK); /* a mistake does not use it up */
    DO(desk, ERR_OK, link_use(tx, two, &person, password, NOW, ARENA, &row));
    assert_int_equal(row.role, ROLE_PUBLISHER);
    DO(desk, ERR_LINK, link_use(tx, two, &person, password, NOW, ARENA, &row));
    DO(desk, ERR_EXISTS, first_link(tx, &ACTOR_COMMAND, NOW, ARENA, &one));
    struct signed_in in;
    assert_int_equal(try(desk, "paula@EXAMPLE.org", PASSWORD, home, &in), ERR_OK);
}

static void test_first_link_dies_with_a_publisher(void **state)
{
    struct desk_room *desk = *state;
    struct str token;
    DO(desk, ERR_OK, first_link(tx, &ACTOR_COMMAND, NOW, ARENA, &token));
    let_in(desk, &desk->publisher);
    assert_int_equal(look(desk, token), ERR_LINK);
}

static void test_invitation(void **state)
{
    struct desk_room *desk = *state;
    struct store_account row;
    struct str old = invite(desk, &desk->reporter), token = invite(desk, &desk->reporter);
    struct str password = hash(desk, PASSWORD);
    assert_int_equal(look(desk, old), ERR_LINK);
    NOW += DAYS(INVITE_DAYS) - 1;
    assert_int_equal(look(desk, token), ERR_OK);
    NOW += 1;
    assert_int_equal(look(desk, token), ERR_LINK);
    DO(desk, ERR_LINK, link_use(tx, token, NULL, password, NOW, ARENA, &row));
    token = invite(desk, &desk->reporter);
    DO(desk, ERR_OK, link_use(tx, token, NULL, password, NOW, ARENA, &row));
    assert_int_equal(row.id, desk->reporter.account_id);
    assert_int_equal(row.role, ROLE_REPORTER);
    DO(desk, ERR_EXISTS,
       account_invite(tx, &ACTOR_COMMAND, desk->reporter.account_id, NOW, ARENA, &token));
}

static void test_reset(void **state)
{
    struct desk_room *desk = *state;
    struct store_account row;
    struct signed_in in, again;
    struct str token, other = hash(desk, STR("seven green bottles"));
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    DO(desk, ERR_FORBIDDEN,
       account_reset(tx, &desk->editor, desk->reporter.account_id, NOW, ARENA, &token));
    DO(desk, ERR_OK,
       account_reset(tx, &desk->publisher, desk->reporter.account_id, NOW, ARENA, &token));
    assert_int_equal(seen(desk, in.session), ERR_OK); /* until it is used */
    DO(desk, ERR_OK, link_use(tx, token, NULL, other, NOW, ARENA, &row));
    assert_int_equal(seen(desk, in.session), ERR_SIGNED_OUT);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &again), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Rosa", STR("seven green bottles"), home, &again), ERR_OK);
}

static void test_tokens_are_not_kept(void **state)
{
    struct desk_room *desk = *state;
    struct store_account_link link;
    struct str token = invite(desk, &desk->reporter);
    assert_int_equal(look(desk, STR("")), ERR_LINK);
    assert_int_equal(look(desk, str_from(token, 1)), ERR_LINK);
    STORE_TX_AUTO struct store_tx *tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FAILS(ERR_NOT_FOUND, store_account_link(tx, token, ARENA, &link));
}

/* ---- People */

static void test_rights_over_people(void **state)
{
    struct desk_room *desk = *state;
    struct person person = {.name = STR("New"), .login = STR("new"), .role = ROLE_REPORTER};
    int64_t id;
    DO(desk, ERR_FORBIDDEN, account_add(tx, &desk->editor, &person, NOW, ARENA, &id));
    DO(desk, ERR_OK, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
    DO(desk, ERR_EXISTS, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
    person.login = STR(" NEW ");
    DO(desk, ERR_EXISTS, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
    person.login = STR("two words");
    DO(desk, ERR_INVALID, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
    person.login = STR("fine");
    person.name = STR(" ");
    DO(desk, ERR_INVALID, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
    person.name = STR("Fine");
    person.author_id = 99;
    DO(desk, ERR_NOT_FOUND, account_add(tx, &desk->publisher, &person, NOW, ARENA, &id));
}

static void test_own_account(void **state)
{
    struct desk_room *desk = *state;
    int64_t me = desk->reporter.account_id;
    struct person person = {.name = STR("Rosa M."), .login = STR("Rosa"), .role = ROLE_REPORTER};
    DO(desk, ERR_OK, account_change(tx, &desk->reporter, me, &person, NOW, ARENA));
    assert_text(account(desk, me).name, STR("Rosa M."));
    DO(desk, ERR_FORBIDDEN, account_change(tx, &desk->other, me, &person, NOW, ARENA));
    person.role = ROLE_EDITOR; /* nobody makes himself an editor */
    DO(desk, ERR_FORBIDDEN, account_change(tx, &desk->reporter, me, &person, NOW, ARENA));
    DO(desk, ERR_OK, account_change(tx, &desk->publisher, me, &person, NOW, ARENA));
    assert_int_equal(account(desk, me).role, ROLE_EDITOR);
}

static void test_last_publisher(void **state)
{
    struct desk_room *desk = *state;
    int64_t pavel = desk->publisher.account_id;
    struct person less = {.name = STR("Pavel"), .login = STR("Pavel"), .role = ROLE_EDITOR};
    let_in(desk, &desk->publisher);
    DO(desk, ERR_STEP, account_disable(tx, &desk->publisher, pavel, NOW, ARENA));
    DO(desk, ERR_STEP, account_change(tx, &desk->publisher, pavel, &less, NOW, ARENA));
    /* Another one without a password cannot help anybody. */
    struct person second = {.name = STR("Sue"), .login = STR("sue"), .role = ROLE_PUBLISHER};
    int64_t sue;
    DO(desk, ERR_OK, account_add(tx, &desk->publisher, &second, NOW, ARENA, &sue));
    DO(desk, ERR_STEP, account_disable(tx, &desk->publisher, pavel, NOW, ARENA));
    struct actor actor = {sue, STR("Sue"), ROLE_PUBLISHER};
    let_in(desk, &actor);
    DO(desk, ERR_OK, account_disable(tx, &actor, pavel, NOW, ARENA));
    DO(desk, ERR_STEP, account_disable(tx, &actor, sue, NOW, ARENA));
}

static void test_disabled(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in, again;
    int64_t rosa = desk->reporter.account_id;
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    DO(desk, ERR_OK, account_disable(tx, &desk->publisher, rosa, NOW, ARENA));
    assert_int_equal(seen(desk, in.session), ERR_SIGNED_OUT);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &again), ERR_SIGN_IN);
    struct str token;
    DO(desk, ERR_STEP, account_reset(tx, &desk->publisher, rosa, NOW, ARENA, &token));
    DO(desk, ERR_OK, account_enable(tx, &desk->publisher, rosa, NOW, ARENA));
    assert_int_equal(seen(desk, in.session), ERR_SIGNED_OUT); /* signed out for good */
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &again), ERR_OK);
    room_check(desk);
}

/* ---- Signing in */

static void test_sign_in(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", STR("wrong words here"), home, &in), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Nobody", PASSWORD, home, &in), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Edith", PASSWORD, home, &in), ERR_SIGN_IN); /* has none yet */
    assert_int_equal(try(desk, "Edith", STR(""), home, &in), ERR_SIGN_IN);
    assert_int_equal(try(desk, " rosa ", PASSWORD, home, &in), ERR_OK);
    assert_int_equal(in.account.id, desk->reporter.account_id);
    assert_int_equal(in.session.len, TOKEN_HEX);
    assert_int_equal(in.device.len, TOKEN_HEX);
    struct session_of of;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FINE(session_look(tx, in.session, NOW, ARENA, &of));
    assert_int_equal(of.actor.role, ROLE_REPORTER);
    assert_text(of.session.agent, STR("Firefox on Linux"));
    assert_text(of.session.network, home.network);
    /* A token of one kind is nothing of another. */
    FAILS(ERR_SIGNED_OUT, session_look(tx, in.device, NOW, ARENA, &of));
    FAILS(ERR_SIGNED_OUT, session_look(tx, of.session.hash, NOW, ARENA, &of));
}

static void test_limit_of_account_and_network(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    let_in(desk, &desk->reporter);
    for (int i = 0; i < TRIES_ACCOUNT; i++)
        assert_int_equal(try(desk, "Rosa", STR("wrong words here"), elsewhere, &in), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Rosa", STR("wrong words here"), elsewhere, &in), ERR_TOO_MANY);
    /* Not even with the right one, there; but the person at home is not locked out. */
    assert_int_equal(try(desk, "rosa", PASSWORD, elsewhere, &in), ERR_TOO_MANY);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    /* Nor is anybody else from that network. */
    assert_int_equal(try(desk, "Omar", STR("wrong words here"), elsewhere, &in), ERR_SIGN_IN);
    NOW += MINUTES(TRY_WINDOW_MIN);
    assert_int_equal(try(desk, "Rosa", PASSWORD, elsewhere, &in), ERR_OK);
}

/* Somebody at the next desk, in the same network. */
static void test_known_device_is_not_locked_out(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in, again;
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    for (int i = 0; i < TRIES_NETWORK * 2; i++)
        (void)try(desk, "Rosa", STR("wrong words here"), home, &again);
    struct browser known = home;
    known.device = in.device;
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &again), ERR_TOO_MANY);
    assert_int_equal(try(desk, "Rosa", PASSWORD, known, &again), ERR_OK);
    assert_int_equal(again.device.len, 0); /* it keeps the one that it has */
    /* The device helps its own account alone: another one has the tries of a stranger. */
    for (int i = 0; i < TRIES_ACCOUNT; i++)
        assert_int_equal(try(desk, "Omar", STR("wrong words here"), known, &again), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Omar", STR("wrong words here"), known, &again), ERR_TOO_MANY);
    /* And has its limit too. */
    for (int i = 0; i < TRIES_DEVICE; i++)
        assert_int_equal(try(desk, "Rosa", STR("wrong words here"), known, &again), ERR_SIGN_IN);
    assert_int_equal(try(desk, "Rosa", PASSWORD, known, &again), ERR_TOO_MANY);
}

static void test_limit_of_network(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    int refused = 0;
    for (int i = 0; i < TRIES_NETWORK + 5; i++) {
        const char *login = arena_printf(ARENA, "guess%d", i).at;
        refused += try(desk, login, STR("wrong words here"), elsewhere, &in) == ERR_TOO_MANY;
    }
    assert_int_equal(refused, 5);
}

static void test_right_ones_do_not_count(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    let_in(desk, &desk->reporter);
    for (int i = 0; i < TRIES_ACCOUNT * 2; i++)
        assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
}

static size_t entries(struct desk_room *desk, struct str action)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_audit_filter filter = {.action = action};
    struct store_audit *rows;
    size_t count;
    int64_t next;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_audits(tx, &filter, 0, 1000, ARENA, &rows, &count, &next));
    for (size_t i = 0; i < count; i++) { /* no secret in the trail */
        assert_true(str_find(rows[i].detail, PASSWORD) < 0);
        assert_true(str_find(rows[i].detail, STR("argon2")) < 0);
    }
    return count;
}

static void test_trail(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    let_in(desk, &desk->reporter);
    for (int i = 0; i < TRIES_ACCOUNT * 3; i++)
        (void)try(desk, "Rosa", STR("wrong words here"), elsewhere, &in);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    assert_int_equal(entries(desk, STR("account.limited")), 1); /* once, not each try */
    assert_int_equal(entries(desk, STR("account.sign-in")), 1);
    assert_int_equal(entries(desk, STR("account.invite")), 1);
    assert_int_equal(entries(desk, STR("account.link-used")), 1);
    assert_int_equal(entries(desk, STR("account.add")), 5);
}

/* ---- Sessions */

static void test_session_time(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    struct session_of of;
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    NOW += DAYS(SESSION_DAYS) - 1;
    assert_int_equal(seen(desk, in.session), ERR_OK);
    NOW += 1;
    assert_int_equal(seen(desk, in.session), ERR_SIGNED_OUT);
    NOW -= 1;
    /* Used again and again it lasts, but not for ever. */
    for (int i = 0; i < 10 && seen(desk, in.session) == ERR_OK; i++) {
        struct store_tx *tx = NULL;
        struct changes changes;
        FINE(store_write(desk->room.store, &tx));
        FINE(session_look(tx, in.session, NOW, ARENA, &of));
        assert_true(of.seen_is_old);
        FINE(session_touch(tx, &of.session, NOW));
        changes_init(&changes, ARENA);
        FINE(changes_commit(&tx, &changes, NOW, NULL));
        NOW += DAYS(SESSION_DAYS - 1);
    }
    assert_int_equal(seen(desk, in.session), ERR_SIGNED_OUT);
    assert_true(NOW >= of.session.created_at + DAYS(SESSION_MAX_DAYS));
}

static void test_revoking(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in one, two, three, omar;
    struct store_session *sessions;
    size_t count;
    struct session_of of;
    int64_t rosa = desk->reporter.account_id;
    let_in(desk, &desk->reporter);
    let_in(desk, &desk->other);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &one), ERR_OK);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &two), ERR_OK);
    assert_int_equal(try(desk, "Rosa", PASSWORD, elsewhere, &three), ERR_OK);
    assert_int_equal(try(desk, "Omar", PASSWORD, home, &omar), ERR_OK);
    STORE_TX_AUTO struct store_tx *read = NULL;
    FINE(store_read(desk->room.store, &read));
    FINE(store_sessions(read, rosa, ARENA, &sessions, &count));
    FINE(session_look(read, two.session, NOW, ARENA, &of));
    store_end(read);
    read = NULL;
    assert_int_equal(count, 3);
    int64_t newest = sessions[0].id, keep = of.session.id;
    DO(desk, ERR_FORBIDDEN, session_revoke(tx, &desk->other, rosa, newest, 0, NOW, ARENA));
    /* Somebody's own right does not reach another's session under the own account's name. */
    DO(desk, ERR_NOT_FOUND,
       session_revoke(tx, &desk->other, desk->other.account_id, newest, 0, NOW, ARENA));
    DO(desk, ERR_OK, session_revoke(tx, &desk->reporter, rosa, newest, 0, NOW, ARENA));
    assert_int_equal(seen(desk, three.session), ERR_SIGNED_OUT);
    assert_int_equal(seen(desk, one.session), ERR_OK);
    DO(desk, ERR_OK, session_revoke(tx, &desk->reporter, rosa, 0, keep, NOW, ARENA));
    assert_int_equal(seen(desk, one.session), ERR_SIGNED_OUT);
    assert_int_equal(seen(desk, two.session), ERR_OK);
    DO(desk, ERR_OK, session_end(tx, &desk->reporter, keep, NOW, ARENA));
    assert_int_equal(seen(desk, two.session), ERR_SIGNED_OUT);
    assert_int_equal(seen(desk, omar.session), ERR_OK);
}

static void test_own_password(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in one, two;
    struct session_of of;
    struct str other = hash(desk, STR("seven green bottles"));
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &one), ERR_OK);
    assert_int_equal(try(desk, "Rosa", PASSWORD, elsewhere, &two), ERR_OK);
    STORE_TX_AUTO struct store_tx *read = NULL;
    FINE(store_read(desk->room.store, &read));
    FINE(session_look(read, one.session, NOW, ARENA, &of));
    store_end(read);
    read = NULL;
    DO(desk, ERR_OK, account_password_set(tx, &desk->reporter, other, of.session.id, NOW, ARENA));
    assert_int_equal(seen(desk, one.session), ERR_OK);
    assert_int_equal(seen(desk, two.session), ERR_SIGNED_OUT);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &two), ERR_SIGN_IN);
}

static void test_forgetting(void **state)
{
    struct desk_room *desk = *state;
    struct signed_in in;
    struct store_session *sessions;
    size_t count;
    let_in(desk, &desk->reporter);
    assert_int_equal(try(desk, "Rosa", PASSWORD, home, &in), ERR_OK);
    FINE(accounts_forget(desk->room.store, NOW, ARENA));
    assert_int_equal(seen(desk, in.session), ERR_OK);
    NOW += DAYS(SESSION_DAYS);
    FINE(accounts_forget(desk->room.store, NOW, ARENA));
    STORE_TX_AUTO struct store_tx *tx = NULL;
    FINE(store_read(desk->room.store, &tx));
    FINE(store_sessions(tx, desk->reporter.account_id, ARENA, &sessions, &count));
    assert_int_equal(count, 0);
}

static void test_form_secret(void **state)
{
    unsigned char one[32], two[32], again[32];
    struct str a = STR("00000000000000000000000000000000000000000000000000000000000000aa");
    struct str b = STR("00000000000000000000000000000000000000000000000000000000000000ab");
    session_form_secret(a, one);
    session_form_secret(b, two);
    session_form_secret(a, again);
    assert_memory_equal(one, again, sizeof one);
    assert_memory_not_equal(one, two, sizeof one);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_first_publisher),
        TEST(test_first_link_dies_with_a_publisher),
        TEST(test_invitation),
        TEST(test_reset),
        TEST(test_tokens_are_not_kept),
        TEST(test_rights_over_people),
        TEST(test_own_account),
        TEST(test_last_publisher),
        TEST(test_disabled),
        TEST(test_sign_in),
        TEST(test_limit_of_account_and_network),
        TEST(test_known_device_is_not_locked_out),
        TEST(test_limit_of_network),
        TEST(test_right_ones_do_not_count),
        TEST(test_trail),
        TEST(test_session_time),
        TEST(test_revoking),
        TEST(test_own_password),
        TEST(test_forgetting),
        cmocka_unit_test(test_form_secret),
    };
    hash_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
