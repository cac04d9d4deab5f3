/* The newsroom in its folder, and the house on it. */
#include "tests/oracle/oracle.h"
#include "tests/oracle/words.h"

#include "base/file.h"
#include "media/media.h"
#include "newsroom/standing.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WEEK_MS = 7 * 86400000, PICTURE_RENDITIONS = 4 };

static const struct str standing_slugs[STANDING] = {STR_INIT("about"), STR_INIT("terms"),
                                                    STR_INIT("privacy")};

void oracle_fine(struct error error, const char *expression, const char *file, int line)
{
    if (error.code == ERR_OK)
        return;
    (void)fprintf(stderr, "oracle: %s:%d: %s: %s: %s %s\n", file, line, expression,
                  error_name(error.code), error.what, error.why);
    abort();
}

void address_know(struct oracle *oracle, struct str address)
{
    size_t count = atomic_load(&oracle->address_count);
    if (count == ADDRESSES_MAX_KNOWN)
        return;
    oracle->addresses[count] = strndup(address.at, address.len);
    if (!oracle->addresses[count])
        abort();
    atomic_store(&oracle->address_count, count + 1);
}

size_t address_count(const struct oracle *oracle)
{
    return atomic_load(&oracle->address_count);
}

/* ---- The folder -------------------------------------------------------------------------------
 */

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
    return remove(path);
}

void room_remove(struct oracle *oracle)
{
    store_close(oracle->store);
    oracle->store = NULL;
    (void)nftw(oracle->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void know_list(struct oracle *oracle, struct str base, bool feeds)
{
    static const char *const names[] = {"rss.xml", "atom.xml", "feed.json"};
    address_know(oracle, base.len > 1 ? base : STR("/"));
    for (size_t i = 0; feeds && i < 3; i++)
        address_know(oracle, arena_printf(oracle->arena, "%.*s/%s", STR_ARG(base), names[i]));
}

static void add_section(struct oracle *oracle, struct store_tx *tx, struct changes *changes,
                        const char *name)
{
    struct store_section *section = &oracle->sections[oracle->section_count++];
    FINE(section_add(tx, str_of(name), STR_NONE, oracle->arena, changes, section));
    know_list(oracle, arena_printf(oracle->arena, "/%.*s", STR_ARG(section->slug)), true);
}

static void add_names(struct oracle *oracle, struct store_tx *tx)
{
    struct arena *arena = oracle->arena;
    for (int i = 0; i < TAGS; i++) {
        struct store_name tag = {.slug = arena_printf(arena, "tag-%d", i)};
        tag.name = words_headline(oracle, arena, &oracle->tag_names[i]);
        FINE(store_name_add(tx, STORE_TAG, &tag, &oracle->tags[i]));
        know_list(oracle, arena_printf(arena, "/tag/tag-%d", i), true);
    }
    for (int i = 0; i < AUTHORS; i++) {
        struct store_name author = {.slug = arena_printf(arena, "author-%d", i)};
        author.name = words_headline(oracle, arena, &oracle->author_names[i]);
        FINE(store_name_add(tx, STORE_AUTHOR, &author, &oracle->authors[i]));
        know_list(oracle, arena_printf(arena, "/author/author-%d", i), false);
    }
}

static void add_furniture(struct oracle *oracle, struct store_tx *tx, struct changes *changes)
{
    struct arena *arena = oracle->arena;
    struct store_ad ad = {.url = STR("https://example.org/ad")};
    for (int i = 0; i < STANDING; i++) {
        struct store_page page = {.slug = standing_slugs[i],
                                  .updated_at = atomic_load(&oracle->time.at)};
        page.title = words_headline(oracle, arena, &oracle->page_titles[i]);
        page.body = words_body(oracle, arena, &oracle->page_bodies[i]);
        FINE(standing_set(tx, &page, arena, changes, NULL));
        address_know(oracle, arena_printf(arena, "/%.*s", STR_ARG(page.slug)));
    }
    ad.title = words_headline(oracle, arena, &oracle->ad_titles[0]);
    ad.text = STR("Buy it.");
    FINE(ad_add(tx, &ad, arena, changes, &oracle->ads[oracle->ad_count++]));
}

static void add_file(struct oracle *oracle, int dir_fd, struct store_rendition *rendition,
                     uint64_t number, size_t bytes)
{
    bool webp = str_eq(rendition->type, STR("image/webp"));
    char *at = arena_alloc(oracle->arena, bytes);
    struct random random = {number};
    for (size_t i = 0; i < bytes; i++)
        at[i] = (char)random_number(&random);
    FINE(media_store(dir_fd, webp ? STR("image/webp") : STR("image/jpeg"), str_n(at, bytes),
                     oracle->arena, &rendition->file));
    rendition->bytes = (int64_t)bytes;
    address_know(oracle, media_url(oracle->arena, rendition->file));
}

/* Files of noise under the names that pictures have. Neighbours share one of theirs, as pictures
 * that look alike do; one is too large for memory. */
static void add_picture(struct oracle *oracle, struct store_tx *tx, int dir_fd, int n)
{
    static const char *const kinds[] = {"w640", "w640", "16x9", "3x2-640"};
    static const int64_t sizes[][2] = {{640, 400}, {640, 400}, {1200, 675}, {640, 427}};
    struct store_rendition renditions[PICTURE_RENDITIONS];
    struct store_picture picture = {.original = arena_printf(oracle->arena, "%064x", n + 1),
                                    .type = STR("image/jpeg"),
                                    .width = 1600,
                                    .height = 1000,
                                    .created_at = atomic_load(&oracle->time.at)};
    for (int i = 0; i < PICTURE_RENDITIONS; i++) {
        renditions[i] =
            (struct store_rendition){.kind = str_of(kinds[i]),
                                     .type = i == 1 ? STR("image/webp") : STR("image/jpeg"),
                                     .width = sizes[i][0],
                                     .height = sizes[i][1]};
        uint64_t number = i == 0 ? (uint64_t)n / 2 : (uint64_t)(n * 100 + i + 1000);
        size_t bytes = n == 1 && i == 2 ? SITE_MEDIA_IN_MEMORY + 1000 : 600 + (size_t)i * 100;
        add_file(oracle, dir_fd, &renditions[i], number, bytes);
    }
    FINE(store_picture_add(tx, &picture, renditions, PICTURE_RENDITIONS, &oracle->pictures[n]));
}

static void furnish(struct oracle *oracle, struct store_tx *tx, struct changes *changes)
{
    FD_AUTO int dir_fd = open(oracle->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    static const char *const names[] = {"News", "World", "Sport", "Culture"};
    struct settings settings = {.url = STR("https://example.org"),
                                .language = STR("en"),
                                .timezone = STR("Asia/Manila"),
                                .place = STR("Port Alma"),
                                .since = 1997};
    settings.name = words_headline(oracle, oracle->arena, &oracle->site_name);
    settings.tagline = words_headline(oracle, oracle->arena, &oracle->site_tagline);
    FINE(settings_save(tx, &settings, &changes->keys));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_section(oracle, tx, changes, names[i]);
    add_names(oracle, tx);
    add_furniture(oracle, tx, changes);
    for (int i = 0; i < PICTURES; i++)
        add_picture(oracle, tx, dir_fd, i);
    know_list(oracle, STR_NONE, true);
    static const char *const others[] = {
        "/sitemap.xml", "/news-sitemap.xml", "/robots.txt",  "/newsletters",
        "/favicon.svg", "/nowhere/at/all",   "/tag/unknown", "/sitemap-1990-01.xml",
        "/corrections", "/corrections.xml"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        address_know(oracle, str_of(others[i]));
}

void room_make(struct oracle *oracle)
{
    struct store_options options = {
        .role = STORE_WRITER, .busy_ms = 10000, .leave_checkpoints = true};
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    bool in_memory = access("/dev/shm", W_OK) == 0;
    (void)snprintf(oracle->dir, sizeof oracle->dir, "%s/stoppress-oracle-XXXXXX",
                   in_memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(oracle->dir))
        abort();
    FINE(store_create(oracle->dir));
    char theme[80];
    (void)snprintf(theme, sizeof theme, "%s/theme", oracle->dir);
    if (mkdir(theme, 0700) < 0)
        abort();
    FINE(store_open(oracle->dir, &options, &oracle->store));
    FINE(store_write(oracle->store, &tx));
    changes_init(&changes, oracle->arena);
    furnish(oracle, tx, &changes);
    FINE(changes_commit(&tx, &changes, atomic_load(&oracle->time.at), NULL));
}

/* A few stories long before, each in a month of its own. */
static void fill_months(struct oracle *oracle, int64_t begin)
{
    for (int i = 12; i > 0; i--) {
        clock_set_to(oracle, begin - (int64_t)i * 5 * WEEK_MS);
        (void)change_make(oracle, CHANGE_PUBLISH, false, NULL);
    }
}

void room_fill(struct oracle *oracle, size_t stories)
{
    int64_t end = atomic_load(&oracle->time.at), begin = end - 60ll * WEEK_MS;
    fill_months(oracle, begin);
    oracle->oldest = begin - 1400 * 86400000ll;
    for (size_t i = 0; i < stories; i++) {
        clock_set_to(oracle, begin + (end - begin) / (int64_t)stories * (int64_t)i);
        (void)change_make(oracle, CHANGE_PUBLISH, false, NULL);
    }
    clock_set_to(oracle, end);
    FINE(store_checkpoint(oracle->store));
}

/* ---- The house --------------------------------------------------------------------------------
 */

void house_begin(struct oracle *oracle, struct house *house, struct server_options *options,
                 size_t cache_bytes)
{
    *options = (struct server_options){.dir = oracle->dir,
                                       .threads = 3,
                                       .cache_bytes = (int64_t)cache_bytes,
                                       .clock = clock_settable(&oracle->time)};
    FINE(house_open(house, options, oracle->arena));
    oracle->house = house;
}

void theme_change(struct oracle *oracle)
{
    enum { PATIENCE_MS = 20 * 1000 };
    FD_AUTO int dir_fd = open(oracle->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct timespec pause = {0, 20 * 1000000};
    struct site *before = house_site(oracle->house), *now = before;
    char css[100];
    (void)snprintf(css, sizeof css, "body { order: %zu }%*s", oracle->theme,
                   (int)(oracle->theme % 50), "");
    oracle->theme++;
    stamp_open(oracle);
    /* At once, or a theme half changed would be loaded. */
    FINE(file_write_durable(dir_fd, "style.css", str_of(css)));
    if (renameat(dir_fd, "style.css", dir_fd, "theme/style.css") < 0)
        abort();
    int64_t end = clock_monotonic() + PATIENCE_MS;
    while (now == before && clock_monotonic() < end) {
        (void)nanosleep(&pause, NULL);
        now = house_site(oracle->house);
        site_unref(now);
    }
    if (now == before)
        oracle_fail(oracle, "the theme was not loaded in time");
    site_unref(before);
    change_settle(oracle);
}

void house_end(struct oracle *oracle)
{
    house_close(oracle->house);
    oracle->house = NULL;
}
