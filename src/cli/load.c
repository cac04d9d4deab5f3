/* load: many invented stories, for trials of speed and size. */
#include "cli/invent.h"
#include "cli/session.h"

enum { BATCH = 250, YEARS = 8, MOST = 10000000, FEATURED_EVERY = 500 };
#define YEAR_MS (365 * 86400000ll)

struct loading {
    struct session *session;
    struct invent invent;
    int64_t begin, step; /* the time of the first story, and between two */
    int64_t done, total;
};

/* The sections that are missing. */
static struct error add_sections(struct session *session)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    TRY(store_write(session->store, &tx));
    changes_init(&changes, session->arena);
    for (size_t i = 0; i < INVENT_SECTIONS; i++) {
        struct store_section section;
        struct error error =
            section_add(tx, invent_section(i), STR_NONE, session->arena, &changes, &section);
        if (error.code != ERR_EXISTS)
            TRY(error);
    }
    return session_commit(session, &tx, &changes, session_now());
}

static struct error load_one(struct loading *loading, struct store_tx *tx, int64_t now,
                             struct arena *arena, struct changes *changes)
{
    struct store_revision revision;
    struct store_story story;
    int64_t id;
    struct draft draft = invent_story(&loading->invent, arena);
    int64_t jitter = (int64_t)invent_below(&loading->invent, (size_t)loading->step / 2 + 1);
    int64_t published = loading->begin + loading->done * loading->step + jitter;
    draft.featured = loading->done % FEATURED_EVERY == 0;
    TRY(draft_resolve(tx, &draft, 0, now, arena, changes, &revision));
    TRY(story_add(tx, &revision, &id));
    return story_publish(tx, id, published < now ? published : now, now, arena, changes, &story);
}

static struct error load_batch(struct loading *loading)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    ARENA_AUTO struct arena *arena = arena_new();
    struct changes changes;
    TRY(store_write(loading->session->store, &tx));
    int64_t now = session_now();
    changes_init(&changes, arena);
    for (int i = 0; i < BATCH && loading->done < loading->total; i++) {
        TRY(load_one(loading, tx, now, arena, &changes));
        loading->done++;
    }
    return session_commit(loading->session, &tx, &changes, now);
}

static struct error load_all(struct loading *loading)
{
    struct progress progress = progress_begin("Inventing stories");
    struct error error = NO_ERROR;
    while (error.code == ERR_OK && loading->done < loading->total) {
        error = load_batch(loading);
        progress_step(&progress, loading->done, loading->total);
    }
    progress_end(&progress);
    return error;
}

static struct error run(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    int64_t count, seed = 1;
    if (!str_to_i64(str_of(args->words[1]), &count) || count < 1 || count > MOST)
        return usage_error("N is a number of stories from 1 to %d, not '%s'", MOST, args->words[1]);
    TRY(args_number(args, "seed", 0, INT64_MAX, &seed));
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(add_sections(&session));
    struct loading loading = {.session = &session,
                              .invent = invent_begin((uint64_t)seed),
                              .begin = session_now() - YEARS * YEAR_MS,
                              .step = YEARS * YEAR_MS / count,
                              .total = count};
    struct error error = load_all(&loading);
    struct error late = session_confirm(&session);
    TRY(error);
    TRY(late);
    return cli_print_done("The stories are added", "%lld stories\n", (long long)loading.done);
}

static const struct option_spec options[] = {
    {"seed", "S", OPTION_ONCE, "another seed gives other stories (1)"},
    {0},
};

const struct command command_load = {
    .name = "load",
    .words = "DIR N",
    .least_words = 2,
    .most_words = 2,
    .options = options,
    .summary = "add N invented stories, spread over years, for trials",
    .run = run,
};
