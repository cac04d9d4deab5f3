/* check: is everything there, and is it what it was? */
#include "base/file.h"
#include "base/hash.h"
#include "base/table.h"
#include "cli/session.h"
#include "newsroom/audit.h"
#include "newsroom/ledger.h"

#include <errno.h>
#include <fcntl.h>

enum { AT_ONCE = 200, PIECE = 64 * 1024, SHORT_HEX = 32 };

struct checking {
    struct session *session;
    struct store_tx *tx;
    struct arena *arena;
    struct table *pictures, *files; /* by id and by name: looked at already */
    struct progress progress;
    int64_t stories, faults;
};

static void report(void *context, struct str sentence)
{
    struct checking *checking = context;
    progress_end(&checking->progress);
    (void)printf("%.*s\n", STR_ARG(sentence));
}

static struct error fault(struct checking *checking, const char *path, const char *what)
{
    progress_end(&checking->progress);
    checking->faults++;
    return cli_print("%s: %s\n", path, what);
}

static struct error hash_file(int fd, const char *path, struct arena *arena,
                              char ret_hex[HASH_HEX + 1])
{
    char *piece = arena_alloc(arena, PIECE);
    struct hash_state *state = hash_new();
    ssize_t n;
    while ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            hash_add(state, str_n(piece, (size_t)n));
    hash_end(state, ret_hex);
    return n < 0 ? error_errno(path) : NO_ERROR;
}

/* A file of a picture is named by its bytes: `name` begins with `digits` digits of their hash. */
static struct error check_file(struct checking *checking, const char *folder, struct str name,
                               size_t digits)
{
    ARENA_AUTO struct arena *arena = arena_new();
    char hex[HASH_HEX + 1];
    if (table_has(checking->files, name)) /* several renditions may be the same bytes */
        return NO_ERROR;
    table_set(checking->files, arena_str(checking->arena, name), NULL);
    const char *path = arena_printf(arena, "%s/%.2s/%.*s", folder, name.at, STR_ARG(name)).at;
    FD_AUTO int fd = openat(checking->session->folder.fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return fault(checking, path, "a story's picture is missing");
    if (fd < 0)
        return fault(checking, path, "cannot be opened");
    struct error error = hash_file(fd, path, arena, hex);
    if (error.code != ERR_OK)
        return fault(checking, path, "cannot be read");
    if (!str_eq(str_cut(name, 0, digits), str_n(hex, digits)))
        return fault(checking, path, "is damaged: its content is not what its name says");
    return NO_ERROR;
}

static struct error check_picture(struct checking *checking, int64_t id)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct store_picture picture;
    struct store_rendition *renditions;
    size_t count;
    struct str key = arena_printf(checking->arena, "%lld", (long long)id);
    if (id == 0 || table_has(checking->pictures, key))
        return NO_ERROR;
    table_set(checking->pictures, key, NULL);
    TRY(store_picture(checking->tx, id, arena, &picture));
    TRY(check_file(checking, "originals", picture.original, HASH_HEX));
    TRY(store_renditions(checking->tx, id, arena, &renditions, &count));
    for (size_t i = 0; i < count; i++)
        TRY(check_file(checking, "media", renditions[i].file, SHORT_HEX));
    return NO_ERROR;
}

static struct error check_pictures_in_text(struct checking *checking, int64_t revision_id,
                                           struct arena *arena)
{
    int64_t *ids;
    size_t count;
    TRY(store_revision_pictures(checking->tx, revision_id, arena, &ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(check_picture(checking, ids[i]));
    return NO_ERROR;
}

static struct error check_story(struct checking *checking, int64_t story_id)
{
    ARENA_AUTO struct arena *arena = arena_new();
    int64_t before = 0;
    for (;;) {
        struct store_revision *revisions;
        size_t count;
        TRY(store_revisions(checking->tx, story_id, before, AT_ONCE, arena, &revisions, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(check_picture(checking, revisions[i].picture_id));
            TRY(check_pictures_in_text(checking, revisions[i].id, arena));
        }
        if (count < AT_ONCE)
            return NO_ERROR;
        before = revisions[count - 1].number;
    }
}

static struct error check_stories(struct checking *checking)
{
    int64_t before = 0;
    for (;;) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct store_story *stories;
        size_t count;
        TRY(store_stories(checking->tx, before, AT_ONCE, arena, &stories, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(check_story(checking, stories[i].id));
            progress_step(&checking->progress, ++checking->stories, 0);
        }
        if (count == 0)
            return NO_ERROR;
        before = stories[count - 1].id;
    }
}

static void tell(struct checking *checking, const char *what, int64_t number)
{
    progress_end(&checking->progress);
    checking->faults++;
    (void)printf("%s: entry %lld\n", what, (long long)number);
}

/* The chain of the ledger, and that readers were shown what is kept. */
static struct error check_history(struct checking *checking)
{
    struct ledger_verdict ledger;
    TRY(ledger_verify(checking->tx, &ledger));
    if (ledger.broken_at)
        tell(checking, "The ledger of published changes was altered", ledger.broken_at);
    if (ledger.altered_at)
        tell(checking, "A text is not what readers were shown by the ledger", ledger.altered_at);
    return NO_ERROR;
}

static struct error check_all(struct checking *checking)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    progress_show(&checking->progress);
    struct error error = store_check(checking->session->store, report, checking, &checking->faults);
    progress_end(&checking->progress);
    TRY(error);
    checking->progress = progress_begin("Checking stories");
    TRY(store_read(checking->session->store, &tx));
    checking->tx = tx;
    TRY(check_history(checking));
    return check_stories(checking);
}

/* The trail's chain; with `head`, that it holds the entry which somebody kept. */
static struct error check_audit(struct checking *checking, const char *head)
{
    ARENA_AUTO struct arena *arena = arena_new();
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct audit_verdict verdict;
    TRY(store_read(checking->session->store, &tx));
    TRY(audit_verify(tx, str_of(head ? head : ""), arena, &verdict));
    if (verdict.broken_at) {
        checking->faults++;
        TRY(cli_print("the audit trail: entry %lld was changed, or one before it taken out\n",
                      (long long)verdict.broken_at));
    }
    if (!verdict.head_found) {
        checking->faults++;
        TRY(cli_print("the audit trail: it does not hold the head %s; if that was typed "
                      "whole, its entry was taken out or changed\n",
                      head));
    }
    if (head && verdict.head_found && !verdict.broken_at)
        TRY(cli_print("the audit trail holds the head, and all %lld entries are as they were\n",
                      (long long)verdict.entries));
    return NO_ERROR;
}

static struct error run(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    struct checking checking = {.session = &session,
                                .arena = args->arena,
                                .pictures = table_new(args->arena),
                                .files = table_new(args->arena),
                                .progress = progress_begin("Checking the database")};
    struct error error = check_all(&checking);
    if (error.code == ERR_OK)
        error = check_audit(&checking, args_value(args, "audit"));
    progress_end(&checking.progress);
    TRY(error);
    if (checking.faults)
        return error_format(ERR_INVALID, str_of(args->words[0]), 0,
                            "%lld %s; restore a backup, or ask for help with this list",
                            (long long)checking.faults, checking.faults == 1 ? "fault" : "faults");
    return cli_print("stories: %lld, pictures: %zu, no fault\n", (long long)checking.stories,
                     table_count(checking.pictures));
}

static const struct option_spec options[] = {
    {"audit", "HEAD", OPTION_ONCE,
     "look for this head of the audit trail, as the desk showed it once"},
    {0},
};

const struct command command_check = {
    .name = "check",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "look the whole newsroom over: database and every picture's file",
    .about = "Prints a line for each fault. Works while the newsroom is served.\n",
    .run = run,
};
