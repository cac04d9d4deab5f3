/* demo: the newsroom of an invented harbour town, from the texts in demo/ that the build put inside
 * the program; its pictures are drawn by us and go through intake like any other. */
#include "base/embed.h"
#include "cli/demo_story.h"
#include "cli/draw.h"
#include "cli/pages.h"
#include "cli/picture.h"
#include "cli/records.h"
#include "cli/session.h"
#include "cli/user.h"
#include "text/dates.h"
#include "text/slug.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

extern const struct embedded demo_files[];

enum { STORIES_MAX = 500 };

/* A story and its picture, each with the arena that holds them. */
struct job {
    struct demo_story story;
    struct picture picture;
    int64_t picture_id; /* once it is stored */
    struct arena *arena;
    struct error error;
};

struct demo {
    struct arena *arena;
    struct session *session;
    struct settings settings;
    int64_t now;
    struct job *jobs; /* oldest first */
    size_t count;
    pthread_mutex_t mutex; /* guards what follows */
    size_t next, done;
    bool failed;
    struct progress progress;
};

static struct error read_records(const char *path, struct arena *arena, struct record **ret_records,
                                 size_t *ret_count)
{
    const struct embedded *file = embedded_find(demo_files, str_of(path));
    if (!file)
        return error_make(ERR_NOT_FOUND, path, "");
    struct error error = records_parse(embedded_bytes(file), arena, ret_records, ret_count);
    return error.code == ERR_OK ? error : cli_complain_file(path, &error);
}

static struct error read_settings(const struct args *args, struct settings *ret_settings)
{
    struct record *record;
    size_t count;
    const char *url = args_value(args, "url");
    TRY(read_records("newsroom.yaml", args->arena, &record, &count));
    struct settings given = {.name = record_text(record, "name"),
                             .tagline = record_text(record, "tagline"),
                             .place = record_text(record, "place"),
                             .language = record_text(record, "language"),
                             .timezone = record_text(record, "timezone"),
                             .url = url ? str_of(url) : STR("http://127.0.0.1:8080")};
    (void)str_to_i64(record_text(record, "since"), &given.since);
    return settings_check(&given, args->arena, ret_settings);
}

/* ---- Stories ----------------------------------------------------------------------------------
 */

static int by_time(const void *left, const void *right)
{
    const struct job *a = left, *b = right;
    return (a->story.published > b->story.published) - (a->story.published < b->story.published);
}

static struct error read_stories(struct demo *demo)
{
    demo->jobs = ARENA_ARRAY(demo->arena, struct job, STORIES_MAX);
    for (const struct embedded *file = demo_files; file->path && demo->count < STORIES_MAX;
         file++) {
        if (!str_starts(str_of(file->path), STR("stories/")))
            continue;
        struct error error =
            demo_story_parse(embedded_bytes(file), demo->settings.timezone, demo->now, demo->arena,
                             &demo->jobs[demo->count].story);
        if (error.code != ERR_OK)
            return cli_complain_file(file->path, &error);
        demo->count++;
    }
    qsort(demo->jobs, demo->count, sizeof *demo->jobs, by_time);
    return NO_ERROR;
}

/* ---- Pictures, a few at once ------------------------------------------------------------------
 */

static struct error draw_one(struct demo *demo, struct job *job)
{
    BUF_AUTO struct buf bytes = BUF_INIT(MEDIA_ORIGINAL_MAX);
    const struct draft *draft = &job->story.draft;
    struct media_request request = {.caption = draft->caption, .credit = draft->credit};
    const char *name =
        arena_printf(job->arena, "%.*s %lld", STR_ARG(job->story.scene), (long long)job->story.seed)
            .at;
    job->picture.title = job->story.scene;
    job->picture.caption = draft->caption;
    job->picture.credit = draft->credit;
    job->picture.alt = draft->alt;
    TRY(draw_scene(job->story.scene, (uint64_t)job->story.seed, &bytes));
    return media_make(NULL, demo->session->folder.fd, name, buf_slice(&bytes), &request, job->arena,
                      &job->picture.made);
}

/* The next story with a picture, or NULL. */
static struct job *take_job(struct demo *demo)
{
    struct job *job = NULL;
    (void)pthread_mutex_lock(&demo->mutex);
    while (!job && !demo->failed && demo->next < demo->count) {
        job = &demo->jobs[demo->next++];
        if (!job->story.scene.len)
            job = NULL;
    }
    (void)pthread_mutex_unlock(&demo->mutex);
    return job;
}

static void *draw_some(void *context)
{
    struct demo *demo = context;
    for (struct job *job; (job = take_job(demo));) {
        job->arena = arena_new();
        job->error = draw_one(demo, job);
        (void)pthread_mutex_lock(&demo->mutex);
        demo->failed = demo->failed || job->error.code != ERR_OK;
        progress_step(&demo->progress, (int64_t)demo->next, (int64_t)demo->count);
        (void)pthread_mutex_unlock(&demo->mutex);
    }
    return NULL;
}

static struct error draw_all(struct demo *demo)
{
    pthread_t threads[MEDIA_AT_ONCE];
    size_t started = 0;
    demo->progress = progress_begin("Drawing pictures");
    while (started < MEDIA_AT_ONCE && pthread_create(&threads[started], NULL, draw_some, demo) == 0)
        started++;
    if (started == 0)
        (void)draw_some(demo);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    progress_end(&demo->progress);
    for (size_t i = 0; i < demo->count; i++)
        TRY(demo->jobs[i].error);
    return NO_ERROR;
}

static void free_jobs(struct demo *demo)
{
    for (size_t i = 0; i < demo->count; i++)
        arena_free(demo->jobs[i].arena);
}

/* ---- The store --------------------------------------------------------------------------------
 */

static struct error add_sections(struct demo *demo, struct store_tx *tx, struct changes *changes)
{
    struct record *records;
    struct store_section section;
    size_t count;
    TRY(read_records("sections.yaml", demo->arena, &records, &count));
    for (size_t i = 0; i < count; i++)
        TRY(section_add(tx, record_text(&records[i], "name"), record_text(&records[i], "slug"),
                        demo->arena, changes, &section));
    return NO_ERROR;
}

static struct error add_authors(struct demo *demo, struct store_tx *tx, struct changes *changes)
{
    struct record *records;
    size_t count;
    TRY(read_records("authors.yaml", demo->arena, &records, &count));
    for (size_t i = 0; i < count; i++) {
        struct store_name author = {.name = record_text(&records[i], "name"),
                                    .about = record_text(&records[i], "bio")};
        author.slug = text_slug(author.name, STR("author"), demo->arena);
        TRY(store_name_add(tx, STORE_AUTHOR, &author, &author.id));
        key_name(&changes->keys, STORE_AUTHOR, author.id);
    }
    return NO_ERROR;
}

static struct error add_ads(struct demo *demo, struct store_tx *tx, struct changes *changes)
{
    struct record *records;
    size_t count;
    TRY(read_records("ads.yaml", demo->arena, &records, &count));
    for (size_t i = 0; i < count; i++) {
        struct store_ad ad = {.title = record_text(&records[i], "title"),
                              .text = record_text(&records[i], "text"),
                              .url = record_text(&records[i], "link")};
        TRY(store_ad_add(tx, &ad, &ad.id));
    }
    key_ads(&changes->keys);
    return NO_ERROR;
}

/* The picture of an older story, by its scene and seed. */
static int64_t find_drawing(const struct demo *demo, const struct job *before, struct str name)
{
    for (const struct job *job = demo->jobs; job < before; job++) {
        char scene[64];
        int len = snprintf(scene, sizeof scene, "%.*s/%lld", STR_ARG(job->story.scene),
                           (long long)job->story.seed);
        if (job->picture_id && str_eq(name, str_n(scene, (size_t)len)))
            return job->picture_id;
    }
    return 0;
}

/* "(drawing:chart/33" becomes "(picture:12". */
static struct error name_drawings(const struct demo *demo, struct job *job)
{
    BUF_AUTO struct buf out = BUF_INIT(STORY_FILE_MAX);
    struct str rest = job->story.draft.body, mark = STR("(drawing:");
    ptrdiff_t at;
    while ((at = str_find(rest, mark)) >= 0) {
        struct str name = str_from(rest, (size_t)at + mark.len);
        size_t len = 0;
        while (len < name.len && name.at[len] != ' ' && name.at[len] != ')')
            len++;
        int64_t id = find_drawing(demo, job, str_cut(name, 0, len));
        if (!id)
            return error_format(ERR_NOT_FOUND, str_cut(name, 0, len), 0,
                                "no older story leads with that drawing");
        (void)buf_str(&out, str_cut(rest, 0, (size_t)at));
        (void)buf_printf(&out, "(picture:%lld", (long long)id);
        rest = str_from(name, len);
    }
    (void)buf_str(&out, rest);
    job->story.draft.body = arena_str(demo->arena, buf_slice(&out));
    return NO_ERROR;
}

static struct error add_story(struct demo *demo, struct job *job, struct store_tx *tx,
                              struct changes *changes)
{
    struct store_revision revision;
    struct store_story story;
    TRY(picture_store(tx, &job->picture, job->story.published, demo->arena, &job->picture_id));
    TRY(name_drawings(demo, job));
    TRY(draft_resolve(tx, &job->story.draft, job->picture_id, job->story.published, demo->arena,
                      changes, &revision));
    TRY(story_add(tx, &revision, &story.id));
    return story_publish(tx, story.id, job->story.published, demo->now, demo->arena, changes,
                         &story);
}

static struct error fill(struct demo *demo)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    TRY(store_write(demo->session->store, &tx));
    changes_init(&changes, demo->arena);
    TRY(settings_save(tx, &demo->settings, &changes.keys));
    TRY(add_sections(demo, tx, &changes));
    TRY(add_authors(demo, tx, &changes));
    TRY(add_ads(demo, tx, &changes));
    TRY(pages_install(tx, demo_files, "pages/", &demo->settings, demo->now, demo->arena, &changes));
    for (size_t i = 0; i < demo->count; i++)
        TRY(add_story(demo, &demo->jobs[i], tx, &changes));
    return session_commit(demo->session, &tx, &changes, demo->now);
}

static struct error build(struct demo *demo, const char *building)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    TRY(session_open_new(building, demo->arena, &session));
    demo->session = &session;
    if (mkdirat(session.folder.fd, "theme", 0700) < 0)
        return error_errno("theme");
    TRY(read_stories(demo));
    struct error error = draw_all(demo);
    if (error.code == ERR_OK)
        error = fill(demo);
    free_jobs(demo);
    return error;
}

static struct error run(const struct args *args)
{
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    struct demo demo = {
        .arena = args->arena, .now = session_now(), .mutex = PTHREAD_MUTEX_INITIALIZER};
    TRY(read_settings(args, &demo.settings));
    TRY(folder_new_begin(args->words[0], &new));
    TRY(build(&demo, new.building));
    TRY(folder_new_finish(&new));
    TRY(cli_print_done(NEWSROOM_MADE, "%s holds %.*s: %zu stories. Serve it: stoppress serve %s\n",
                       args->words[0], STR_ARG(demo.settings.name), demo.count, args->words[0]));
    return user_welcome_dir(args);
}

static const struct option_spec options[] = {
    {"url", "URL", OPTION_ONCE, "its address (http://127.0.0.1:8080)"},
    {0},
};

const struct command command_demo = {
    .name = "demo",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "make a newsroom of invented stories, people and pictures in DIR",
    .about =
        "A whole local paper to look at and to try things on. DIR must not exist or be empty.\n"
        "Takes up to a minute.\n",
    .run = run,
};
