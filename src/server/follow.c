/* What goes on beside the requests: the follower of the change log drops pages, the watch looks
 * after store calls that don't end, the chores keep the folder tidy. */
#include "base/log.h"
#include "media/media.h"
#include "newsroom/publishing.h"
#include "server/house.h"

#include <errno.h>
#include <time.h>

enum { HOUR_MS = 3600 * 1000, CHECKPOINT_MS = 2000 };

/* ---- The follower
 * -------------------------------------------------------------------------------- */

struct follower {
    struct house *house;
    struct store *store;
    struct arena *arena;
    uint64_t generation;
    int64_t version; /* of the store at the last look */
    bool looked, failing;
};

static struct error open_store(struct follower *follower)
{
    struct store_options options = {
        .role = STORE_READER, .busy_ms = READER_BUSY_MS, .leave_checkpoints = true};
    if (follower->store)
        return NO_ERROR;
    TRY(store_open(follower->house->folder.path, &options, &follower->store));
    follower->looked = false;
    return NO_ERROR;
}

/* Another database may lie at the path: then everybody opens it, and everything drawn is forgotten.
 * When none does (renamed away) the one that is open goes on. */
static struct error follow_other_file(struct follower *follower)
{
    struct house *house = follower->house;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct follower other = {.house = house};
    int64_t number;
    struct error error = open_store(&other);
    if (error.code == ERR_NOT_A_NEWSROOM)
        return NO_ERROR;
    if (error.code != ERR_OK)
        return error;
    store_close(follower->store);
    follower->store = other.store;
    follower->looked = false;
    TRY(store_read(follower->store, &tx));
    TRY(store_change_number(tx, &number));
    atomic_fetch_add(&house->generation, 1);
    pagecache_restart(house->cache, number);
    log_info("Another database lies in the folder: opened it, dropped all pages");
    return NO_ERROR;
}

static void drop(struct house *house, const struct store_change *change)
{
    if (change->destroys)
        pagecache_destroy(house->cache, change->number, change->keys, change->count);
    else
        pagecache_drop(house->cache, change->number, change->keys, change->count);
}

/* Drops what the log says, in order, until its end. */
static struct error follow_log(struct follower *follower)
{
    struct house *house = follower->house;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_change *changes;
    size_t count = FOLLOW_CHANGES;
    bool complete;
    TRY(store_read(follower->store, &tx));
    while (count == FOLLOW_CHANGES) {
        arena_reset(follower->arena);
        TRY(store_changes_after(tx, pagecache_applied(house->cache), FOLLOW_CHANGES,
                                follower->arena, &changes, &count, &complete));
        if (!complete) {
            int64_t number;
            TRY(store_change_number(tx, &number));
            pagecache_drop_all(house->cache, number);
            log_warning("Fell behind the log of changes: dropped all pages");
            return NO_ERROR;
        }
        for (size_t i = 0; i < count; i++)
            drop(house, &changes[i]);
    }
    return NO_ERROR;
}

static struct error follow_once(struct follower *follower)
{
    int64_t version;
    TRY(open_store(follower));
    if (!store_is_same_file(follower->store))
        TRY(follow_other_file(follower));
    TRY(store_data_version(follower->store, &version));
    if (follower->looked && version == follower->version)
        return NO_ERROR;
    TRY(follow_log(follower));
    follower->version = version;
    follower->looked = true;
    return NO_ERROR;
}

/* Waits for a nudge or for the next look; false when the server stops. */
static bool follow_wait(struct house *house)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)FOLLOW_MS * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    (void)pthread_mutex_lock(&house->follow_lock);
    (void)pthread_cond_broadcast(&house->follow_done);
    if (!house->nudged && !atomic_load(&house->stopping))
        (void)pthread_cond_timedwait(&house->follow_nudge, &house->follow_lock, &until);
    house->nudged = false;
    (void)pthread_mutex_unlock(&house->follow_lock);
    return !atomic_load(&house->stopping);
}

static void *follow(void *context)
{
    struct follower follower = {.house = context, .arena = arena_new()};
    do {
        struct error error = follow_once(&follower);
        bool failing = error.code != ERR_OK;
        if (failing && !follower.failing)
            log_error("following the store", &error);
        if (!failing && follower.failing)
            log_info("The store answers again");
        follower.failing = failing;
        atomic_store(&follower.house->store_answers, !failing);
        if (failing) {
            store_close(follower.store);
            follower.store = NULL;
        }
    } while (follow_wait(follower.house));
    store_close(follower.store);
    arena_free(follower.arena);
    return NULL;
}

bool follow_until(struct house *house, int64_t number, int64_t ms)
{
    struct timespec until;
    int rc = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    (void)pthread_mutex_lock(&house->follow_lock);
    while (pagecache_applied(house->cache) < number && rc != ETIMEDOUT &&
           !atomic_load(&house->stopping)) {
        house->nudged = true;
        (void)pthread_cond_signal(&house->follow_nudge);
        rc = pthread_cond_timedwait(&house->follow_done, &house->follow_lock, &until);
    }
    (void)pthread_mutex_unlock(&house->follow_lock);
    return pagecache_applied(house->cache) >= number;
}

bool follow_applied(void *house, int64_t number)
{
    return follow_until(house, number, CONTROL_WAIT_MS - 100);
}

/* ---- The watch over stuck calls
 * -------------------------------------------------------------------- */

static void watch_once(struct house *house)
{
    size_t stuck = 0;
    int64_t now = clock_monotonic();
    for (size_t i = 0; i < house->worker_count; i++) {
        struct worker *worker = &house->workers[i];
        int64_t called = atomic_load(&worker->called_at);
        if (!called || now - called < STORE_CALL_MS)
            continue;
        char address[CANONICAL_MAX];
        (void)pthread_mutex_lock(&worker->lock);
        struct str stuck_at = str_n(address, worker->address_len);
        memcpy(address, worker->address, worker->address_len);
        (void)pthread_mutex_unlock(&worker->lock);
        stuck++;
        visits_rescue(house, stuck_at, false);
    }
    /* When every worker is stuck the store answers nobody. */
    if (stuck == house->worker_count)
        visits_rescue(house, STR_NONE, true);
}

static void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, (ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

static void *watch(void *context)
{
    struct house *house = context;
    while (!atomic_load(&house->stopping)) {
        watch_once(house);
        pause_ms(WATCH_MS);
    }
    return NULL;
}

/* ---- Chores
 * ------------------------------------------------------------------------------------------ */

struct chores {
    struct worker worker; /* only its store is used */
    uint64_t theme;
    int64_t checkpoint_at, hourly_at;
    int64_t version;
};

static void look_at_theme(struct house *house, struct chores *chores)
{
    uint64_t state = site_theme_state(house->folder.path);
    struct site *site;
    if (state == chores->theme)
        return;
    chores->theme = state;
    struct error error = site_load(house->folder.path, &site);
    if (error.code != ERR_OK) {
        log_error("loading the theme (the one before stays)", &error);
        return;
    }
    (void)pthread_mutex_lock(&house->site_lock);
    struct site *old = house->site;
    house->site = site;
    pagecache_renew(house->cache); /* nobody sees the new theme before the old pages are gone */
    (void)pthread_mutex_unlock(&house->site_lock);
    site_unref(old);
    log_info("The theme has changed: loaded it, dropped all pages");
}

static struct error is_named(void *context, struct str name, bool *ret_named)
{
    return store_file_is_named(context, name, ret_named);
}

static struct error sweep(struct house *house, struct chores *chores)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    size_t removed = 0;
    TRY(store_read(chores->worker.store, &tx));
    TRY(media_sweep(house->folder.fd, &house->clock, is_named, tx, &removed));
    if (removed)
        log_info("Removed %zu picture files that nothing names", removed);
    return NO_ERROR;
}

static struct error trim_log(struct house *house, struct chores *chores)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    TRY(store_write(chores->worker.store, &tx));
    TRY(store_changes_trim(tx, CHANGES_KEPT));
    changes_init(&changes, chores->worker.arena);
    return changes_commit(&tx, &changes, clock_now(&house->clock), NULL);
}

static struct error hourly(struct house *house, struct chores *chores)
{
    int64_t forgotten = 1, all = 0;
    while (forgotten > 0) {
        TRY(signup_forget(chores->worker.store, clock_now(&house->clock), chores->worker.arena,
                          &forgotten));
        all += forgotten;
    }
    if (all)
        log_info("Forgot %lld addresses that were never confirmed", (long long)all);
    TRY(trim_log(house, chores));
    return sweep(house, chores);
}

/* Folds the log into the database when somebody has committed since. */
static struct error checkpoint(struct house *house, struct chores *chores)
{
    int64_t version;
    TRY(store_data_version(chores->worker.store, &version));
    if (version == chores->version)
        return NO_ERROR;
    TRY(store_checkpoint(chores->worker.store));
    chores->version = version;
    return NO_ERROR;
}

static struct error chores_once(struct house *house, struct chores *chores)
{
    int64_t now = clock_monotonic();
    arena_reset(chores->worker.arena);
    look_at_theme(house, chores);
    TRY(worker_store(&chores->worker, STORE_WRITER, WRITER_BUSY_MS));
    if (now >= chores->checkpoint_at) {
        chores->checkpoint_at = now + CHECKPOINT_MS;
        TRY(checkpoint(house, chores));
    }
    if (now >= chores->hourly_at) {
        chores->hourly_at = now + HOUR_MS;
        TRY(hourly(house, chores));
    }
    return NO_ERROR;
}

static void *do_chores(void *context)
{
    struct house *house = context;
    struct chores chores = {.worker = {.house = house, .arena = arena_new()},
                            .theme = site_theme_state(house->folder.path),
                            .hourly_at = clock_monotonic() + 60 * 1000};
    enum err last = ERR_OK;
    while (!atomic_load(&house->stopping)) {
        struct error error = chores_once(house, &chores);
        if (error.code != ERR_OK && error.code != last)
            log_error("keeping the folder tidy", &error);
        last = error.code;
        for (int i = 0; i < CHORES_MS / WATCH_MS && !atomic_load(&house->stopping); i++)
            pause_ms(WATCH_MS);
    }
    store_close(chores.worker.store);
    arena_free(chores.worker.arena);
    return NULL;
}

/* ---- Threads
 * ------------------------------------------------------------------------------------------- */

void follow_start(struct house *house)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&house->follow_lock, NULL);
    (void)pthread_cond_init(&house->follow_nudge, &monotonic);
    (void)pthread_cond_init(&house->follow_done, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    if (pthread_create(&house->follower, NULL, follow, house) ||
        pthread_create(&house->watch, NULL, watch, house) ||
        pthread_create(&house->chores, NULL, do_chores, house))
        abort();
}

void follow_stop(struct house *house)
{
    (void)pthread_mutex_lock(&house->follow_lock);
    atomic_store(&house->stopping, true);
    (void)pthread_cond_signal(&house->follow_nudge);
    (void)pthread_cond_broadcast(&house->follow_done);
    (void)pthread_mutex_unlock(&house->follow_lock);
    (void)pthread_join(house->follower, NULL);
    (void)pthread_join(house->watch, NULL);
    (void)pthread_join(house->chores, NULL);
    (void)pthread_mutex_destroy(&house->follow_lock);
    (void)pthread_cond_destroy(&house->follow_nudge);
    (void)pthread_cond_destroy(&house->follow_done);
}
