/* story add, edit, publish, withdraw, takedown: each change is one transaction, live before the
 * command returns. */
#include "base/file.h"
#include "cli/picture.h"
#include "cli/session.h"
#include "newsroom/correcting.h"
#include "text/load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* The address of a published story, the id of any other one. */
static struct error print_story(const struct settings *settings, const struct store_story *story)
{
    char done[64];
    bool published = story->state == STORY_PUBLISHED;
    (void)snprintf(done, sizeof done, "Story %lld is saved%s", (long long)story->id,
                   published ? " and published" : "");
    if (published)
        return cli_print_done(done, "%.*s%.*s\n", STR_ARG(settings->url), STR_ARG(story->path));
    return cli_print_done(done, "%lld\n", (long long)story->id);
}

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Where the story came from, as a complaint names it. */
static const char *name_of(const char *path)
{
    return is_standard_input(path) ? "standard input" : path;
}

/* A story may come out of a pipe that has a name, as a shell's <(command) has: unlike a picture's,
 * its file is opened with patience. */
static struct error read_file(const char *path, struct arena *arena, struct str *ret_bytes)
{
    struct stat about;
    char why[128];
    FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return error_make(ERR_NOT_FOUND, "such file", NULL);
    if (fd < 0)
        return error_format(ERR_FRONT_MATTER, str_of(path), 0, "it cannot be read: %s",
                            strerror_r(errno, why, sizeof why));
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        return error_make(ERR_FRONT_MATTER, path, "it is a folder; name the files in it");
    return file_read_fd(fd, "The story file", STORY_FILE_MAX, arena, ret_bytes);
}

static struct error read_draft(const char *path, struct arena *arena, struct draft *ret_draft)
{
    struct str bytes;
    if (is_standard_input(path))
        TRY(file_read_fd(STDIN_FILENO, "The story", STORY_FILE_MAX, arena, &bytes));
    else
        TRY(read_file(path, arena, &bytes));
    return story_file_parse(bytes, arena, ret_draft);
}

/* A story's file, ready for its transaction. */
struct prepared {
    struct draft draft;
    struct picture picture;
};

static struct error prepare(struct session *session, const char *path, struct prepared *ret)
{
    TRY(read_draft(path, session->arena, &ret->draft));
    bool beside = !is_standard_input(path) && !str_starts(str_of(path), STR("/dev/"));
    return picture_prepare(session, beside ? path : NULL, &ret->draft, &ret->picture);
}

static bool is_about_the_draft(const struct error *error)
{
    return error->code == ERR_FRONT_MATTER || error->code == ERR_NO_SECTION ||
           error->code == ERR_FUTURE || error->code == ERR_MARKDOWN;
}

/* One line that names the file, and within it the line and the field. */
static struct error complain(const char *path, const struct draft *draft, const struct error *error)
{
    struct error told = *error;
    if (error->code == ERR_NO_SECTION)
        told =
            error_format(ERR_FRONT_MATTER, STR("section"), error->line,
                         "section: there is no '%s'; the sections are %s", error->what, error->why);
    else if (error->code == ERR_FUTURE)
        told = error_format(ERR_FRONT_MATTER, STR("published"), error->line,
                            "published: lies in the future; give a time that has passed");
    else if (error->code == ERR_MARKDOWN)
        told = error_format(ERR_FRONT_MATTER, STR("text"), draft->body_line + error->line - 1,
                            "text: %s", error->why);
    return cli_complain_file(name_of(path), &told);
}

static struct error resolve(struct store_tx *tx, const struct prepared *prepared, int64_t now,
                            struct arena *arena, struct changes *changes,
                            struct store_revision *ret_revision)
{
    int64_t picture_id;
    TRY(picture_store(tx, &prepared->picture, now, arena, &picture_id));
    return draft_resolve(tx, &prepared->draft, picture_id, now, arena, changes, ret_revision);
}

/* ---- story add --------------------------------------------------------------------------------
 */

static struct error add_one(struct session *session, const char *path, bool publish,
                            struct prepared *prepared)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct settings settings;
    struct store_revision revision;
    struct store_story story = {.state = STORY_DRAFT};
    int64_t published;
    TRY(prepare(session, path, prepared));
    TRY(store_write(session->store, &tx));
    int64_t now = session_now();
    changes_init(&changes, session->arena);
    TRY(settings_load(tx, session->arena, &settings));
    TRY(draft_published(&prepared->draft, &settings, now, &published));
    TRY(resolve(tx, prepared, now, session->arena, &changes, &revision));
    TRY(story_add(tx, &revision, &story.id));
    if (!publish && published)
        cli_note("%s:%d: published: counts only together with --publish", name_of(path),
                 prepared->draft.published_line);
    if (publish)
        TRY(story_publish(tx, story.id, published, now, session->arena, &changes, &story));
    TRY(session_commit(session, &tx, &changes, now));
    return print_story(&settings, &story);
}

static struct error add_all(struct session *session, const struct args *args)
{
    bool publish = args_value(args, "publish") != NULL;
    size_t files = args->word_count - 1;
    struct arena *arena = session->arena;
    struct error last = NO_ERROR;
    bool go_on = true; /* what has nothing to do with the file would befall the others too */
    struct progress progress = progress_begin("Adding stories");
    for (size_t i = 0; i < files && go_on; i++) {
        const char *path = args->words[i + 1];
        progress_step(&progress, (int64_t)i, (int64_t)files);
        session->arena = arena_new(); /* what one file needs goes with it */
        struct prepared prepared = {0};
        struct error error = add_one(session, path, publish, &prepared);
        if (error.code != ERR_OK) {
            progress_end(&progress);
            last = complain(path, &prepared.draft, &error);
        }
        go_on = error.code == ERR_OK || error_status(error.code) < 500;
        arena_free(session->arena);
        session->arena = arena;
        if (!go_on && i + 1 < files)
            cli_note("The files after it were not tried: %zu", files - i - 1);
    }
    progress_end(&progress);
    return last;
}

static struct error add(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    size_t inputs = 0;
    for (size_t i = 1; i < args->word_count; i++)
        inputs += is_standard_input(args->words[i]);
    if (inputs > 1)
        return usage_error("'-' may be given once");
    text_load_behind();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    struct error error = add_all(&session, args);
    struct error late = session_confirm(&session);
    return late.code != ERR_OK ? late : error;
}

static const struct option_spec add_options[] = {
    {"publish", NULL, OPTION_ONCE, "publish at once"},
    {0},
};

const struct command command_story_add = {
    .name = "story add",
    .words = "DIR FILE.md...",
    .least_words = 2,
    .most_words = SIZE_MAX,
    .options = add_options,
    .summary = "add stories, and print the address (of a draft its id) of each",
    .about = "'-' reads one story from standard input. Each file is a transaction of its own: its\n"
             "address is printed as soon as it is safe on the disk. A file looks like this:\n"
             "\n"
             "    ---\n"
             "    headline: Ferry late again\n"
             "    section: news\n"
             "    tags: [ferries, harbour]\n"
             "    bylines: [Ana Reyes]\n"
             "    dateline: PORT ALMA\n"
             "    photo:\n"
             "      file: ferry.jpg\n"
             "      caption: The noon boat at three\n"
             "      credit: Ana Reyes\n"
             "      alt: A white ferry at a pier\n"
             "    ---\n"
             "    The noon boat came at three.\n"
             "\n"
             "What is wrong in a file is told in one line, as FILE:LINE: FIELD: what to do.\n"
             "Only the headline is required. Other fields: slug, agency, standfirst, language,\n"
             "published (a time that has passed), featured (true or false).\n",
    .run = add,
};

/* ---- story edit -------------------------------------------------------------------------------
 */

static struct error edit_story(struct session *session, const struct args *args,
                               const struct prepared *prepared)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct settings settings;
    struct store_revision revision;
    struct store_story story;
    int64_t published;
    TRY(store_write(session->store, &tx));
    int64_t now = session_now();
    changes_init(&changes, args->arena);
    TRY(settings_load(tx, args->arena, &settings));
    TRY(draft_published(&prepared->draft, &settings, now, &published));
    TRY(story_find(tx, str_of(args->words[1]), args->arena, &story));
    TRY(resolve(tx, prepared, now, args->arena, &changes, &revision));
    revision.story_id = story.id;
    TRY(story_edit(tx, &revision, now, args->arena, &changes, &story));
    TRY(session_commit(session, &tx, &changes, now));
    return print_story(&settings, &story);
}

static struct error edit(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    struct prepared prepared = {0};
    const char *path = args->words[2];
    text_load_behind();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    struct error error = prepare(&session, path, &prepared);
    bool read = error.code == ERR_OK;
    if (read)
        error = edit_story(&session, args, &prepared);
    if (!read || is_about_the_draft(&error))
        return complain(path, &prepared.draft, &error);
    struct error late = session_confirm(&session);
    TRY(error);
    return late;
}

const struct command command_story_edit = {
    .name = "story edit",
    .words = "DIR STORY FILE.md",
    .least_words = 3,
    .most_words = 3,
    .summary = "replace a story's text and fields by those of a file",
    .about =
        "STORY is an id or an address. A published story shows the change at once; what it said\n"
        "before is kept as a revision. Its year and month in the address never change, and old\n"
        "addresses lead to the new one. '-' reads standard input.\n",
    .run = edit,
};

/* ---- story publish ----------------------------------------------------------------------------
 */

static struct error publish(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct settings settings;
    struct store_story story;
    text_load_behind();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    int64_t now = session_now();
    changes_init(&changes, args->arena);
    TRY(settings_load(tx, args->arena, &settings));
    TRY(story_find(tx, str_of(args->words[1]), args->arena, &story));
    TRY(story_publish(tx, story.id, 0, now, args->arena, &changes, &story));
    TRY(session_commit(&session, &tx, &changes, now));
    struct error late = session_confirm(&session);
    TRY(print_story(&settings, &story));
    return late;
}

const struct command command_story_publish = {
    .name = "story publish",
    .words = "DIR STORY",
    .least_words = 2,
    .most_words = 2,
    .summary = "publish a draft and print its address",
    .about = "STORY is an id or an address.\n",
    .run = publish,
};

/* ---- story withdraw ---------------------------------------------------------------------------
 */

static struct error withdraw(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_story story;
    const char *reason = args_value(args, "reason");
    if (!reason)
        return usage_error("'story withdraw' needs --reason TEXT, which readers will see");
    text_load_behind();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    int64_t now = session_now();
    changes_init(&changes, args->arena);
    TRY(story_find(tx, str_of(args->words[1]), args->arena, &story));
    TRY(story_withdraw(tx, story.id, str_of(reason), now, args->arena, &changes));
    TRY(session_commit(&session, &tx, &changes, now));
    return session_confirm(&session);
}

static const struct option_spec withdraw_options[] = {
    {"reason", "TEXT", OPTION_NEEDED, "one sentence that readers see at the story's address"},
    {0},
};

const struct command command_story_withdraw = {
    .name = "story withdraw",
    .words = "DIR STORY",
    .least_words = 2,
    .most_words = 2,
    .options = withdraw_options,
    .summary = "take a published story off the site",
    .about = "STORY is an id or an address. Its addresses answer 410 with the reason, for good.\n",
    .run = withdraw,
};

/* ---- story takedown ---------------------------------------------------------------------------
 */

static struct error read_takedown(const struct args *args, struct takedown *ret_takedown)
{
    int64_t status = 410;
    const char *reason = args_value(args, "reason"), *given = args_value(args, "status");
    if (!reason)
        return usage_error("'story takedown' needs --reason TEXT, which readers will see");
    if (given && !str_to_i64(str_of(given), &status))
        return usage_error("--status is 410 or 451");
    if (!args_value(args, "yes"))
        return usage_error("'story takedown' erases the story's texts and pictures for good. "
                           "If that is meant, add --yes");
    *ret_takedown = (struct takedown){(int)status, str_of(reason)};
    return NO_ERROR;
}

static struct error take_down(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct takedown takedown;
    struct changes changes;
    struct store_story story;
    struct str *files;
    size_t count;
    TRY(read_takedown(args, &takedown));
    text_load_behind();
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    int64_t now = session_now();
    changes_init(&changes, args->arena);
    TRY(story_find(tx, str_of(args->words[1]), args->arena, &story));
    TRY(story_takedown(tx, &ACTOR_COMMAND, story.id, &takedown, now, args->arena, &changes, &files,
                       &count));
    TRY(session_commit(&session, &tx, &changes, now));
    TRY(session_confirm(&session));
    return takedown_finish(session.store, session.folder.fd, files, count);
}

static const struct option_spec takedown_options[] = {
    {"reason", "TEXT", OPTION_NEEDED, "one sentence that readers see at the story's address"},
    {"status", "CODE", OPTION_ONCE, "410, gone (the default), or 451, for legal reasons"},
    {"yes", NULL, OPTION_NEEDED, "it is meant: this cannot be undone"},
    {0},
};

const struct command command_story_takedown = {
    .name = "story takedown",
    .words = "DIR STORY",
    .least_words = 2,
    .most_words = 2,
    .options = takedown_options,
    .summary = "erase a story that was published, for good",
    .about = "STORY is an id or an address. All its texts, and the pictures that only it has, are\n"
             "erased; the audit trail keeps that it happened and why. Backups made before still\n"
             "hold it.\n",
    .run = take_down,
};
