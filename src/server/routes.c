#include "server/routes.h"

#include "desk/desk.h"

enum { SEGMENTS_MAX = 4, SLUG_MAX = 200 };

/* A pattern's parts: a literal, or one of these. */
#define ANY_SLUG ":slug"
#define A_YEAR ":year"
#define A_MONTH ":month"
#define A_FEED ":feed"
#define A_FILE ":file"
#define A_SITEMAP ":sitemap"

static const struct {
    const char *parts[SEGMENTS_MAX + 1];
    enum door door;
    enum site_kind kind;
    int slug;                  /* which part is the slug; -1: none */
    enum store_list_kind list; /* of a feed */
    bool pages;                /* takes ?before= */
} table[] = {
    {{NULL}, DOOR_PAGE, SITE_FRONT, -1, STORE_LIST_ALL, false},
    {{"corrections"}, DOOR_PAGE, SITE_CORRECTIONS, -1, STORE_LIST_ALL, true},
    {{"corrections.xml"}, DOOR_PAGE, SITE_CORRECTIONS_FEED, -1, STORE_LIST_ALL, false},
    {{"healthz"}, DOOR_HEALTH, SITE_FRONT, -1, STORE_LIST_ALL, false},
    {{"robots.txt"}, DOOR_PAGE, SITE_ROBOTS, -1, STORE_LIST_ALL, false},
    {{"favicon.svg"}, DOOR_PAGE, SITE_ICON, 0, STORE_LIST_ALL, false},
    {{"favicon.ico"}, DOOR_PAGE, SITE_ICON, 0, STORE_LIST_ALL, false},
    {{"sitemap.xml"}, DOOR_PAGE, SITE_SITEMAPS, -1, STORE_LIST_ALL, false},
    {{"news-sitemap.xml"}, DOOR_PAGE, SITE_NEWS_SITEMAP, -1, STORE_LIST_ALL, false},
    {{A_SITEMAP}, DOOR_PAGE, SITE_SITEMAP, -1, STORE_LIST_ALL, false},
    {{A_FEED}, DOOR_PAGE, SITE_FEED, -1, STORE_LIST_ALL, false},
    {{"about"}, DOOR_PAGE, SITE_STANDING, 0, STORE_LIST_ALL, false},
    {{"terms"}, DOOR_PAGE, SITE_STANDING, 0, STORE_LIST_ALL, false},
    {{"privacy"}, DOOR_PAGE, SITE_STANDING, 0, STORE_LIST_ALL, false},
    {{"newsletters"}, DOOR_SIGNUP, SITE_NEWSLETTERS, -1, STORE_LIST_ALL, false},
    {{"assets", A_FILE}, DOOR_PAGE, SITE_ASSET, 1, STORE_LIST_ALL, false},
    {{"media", A_FILE}, DOOR_PAGE, SITE_MEDIA, 1, STORE_LIST_ALL, false},
    {{"tag", ANY_SLUG}, DOOR_PAGE, SITE_TAG, 1, STORE_LIST_ALL, true},
    {{"author", ANY_SLUG}, DOOR_PAGE, SITE_AUTHOR, 1, STORE_LIST_ALL, true},
    {{"tag", ANY_SLUG, A_FEED}, DOOR_PAGE, SITE_FEED, 1, STORE_LIST_TAG, false},
    {{ANY_SLUG}, DOOR_PAGE, SITE_SECTION, 0, STORE_LIST_ALL, true},
    {{ANY_SLUG, A_FEED}, DOOR_PAGE, SITE_FEED, 0, STORE_LIST_SECTION, false},
    {{ANY_SLUG, A_YEAR, A_MONTH, ANY_SLUG}, DOOR_PAGE, SITE_STORY, 3, STORE_LIST_ALL, false},
};

static bool is_slug(struct str s)
{
    if (s.len == 0 || s.len > SLUG_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.at[i] >= 'a' && s.at[i] <= 'z') || (s.at[i] >= '0' && s.at[i] <= '9') ||
              s.at[i] == '-'))
            return false;
    return true;
}

/* A file's name: a slug with dots inside. */
static bool is_file(struct str s)
{
    if (s.len == 0 || s.len > SLUG_MAX || s.at[0] == '.')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] != '.' && !is_slug(str_n(s.at + i, 1)))
            return false;
    return true;
}

static bool is_number(struct str s, size_t digits, int64_t least, int64_t most, int64_t *ret_number)
{
    return s.len == digits && str_to_i64(s, ret_number) && *ret_number >= least &&
           *ret_number <= most;
}

static bool is_feed(struct str s, enum feed_format *ret_format)
{
    static const struct str names[] = {STR_INIT("rss.xml"), STR_INIT("atom.xml"),
                                       STR_INIT("feed.json")};
    for (size_t i = 0; i < 3; i++)
        if (str_eq(s, names[i])) {
            *ret_format = (enum feed_format)i;
            return true;
        }
    return false;
}

/* "sitemap-2026-11.xml", or with a part: "sitemap-2026-11-2.xml". */
static bool is_sitemap(struct str s, struct site_address *page)
{
    int64_t year, month, part = 1;
    if (!str_starts(s, STR("sitemap-")) || !str_ends(s, STR(".xml")))
        return false;
    s = str_cut(s, 8, s.len - 4);
    if (s.len < 7 || s.at[4] != '-')
        return false;
    if (s.len > 7 && (s.at[7] != '-' || !is_number(str_from(s, 8), 1, 2, 9, &part)))
        return false;
    if (!is_number(str_cut(s, 0, 4), 4, 1, 9999, &year) ||
        !is_number(str_cut(s, 5, 7), 2, 1, 12, &month))
        return false;
    page->month = year * 12 + month - 1;
    page->part = part;
    return true;
}

static bool part_fits(const char *pattern, struct str part, struct site_address *page)
{
    int64_t number;
    if (pattern[0] != ':')
        return str_eq(str_of(pattern), part);
    if (strcmp(pattern, A_YEAR) == 0)
        return is_number(part, 4, 1, 9999, &number);
    if (strcmp(pattern, A_MONTH) == 0)
        return is_number(part, 2, 1, 12, &number);
    if (strcmp(pattern, A_FEED) == 0)
        return is_feed(part, &page->format);
    if (strcmp(pattern, A_SITEMAP) == 0)
        return is_sitemap(part, page);
    if (strcmp(pattern, A_FILE) == 0)
        return is_file(part);
    return is_slug(part);
}

static bool row_fits(size_t row, const struct str *parts, size_t count, struct site_address *page)
{
    for (size_t i = 0; i <= SEGMENTS_MAX; i++) {
        const char *pattern = i < SEGMENTS_MAX ? table[row].parts[i] : NULL;
        if (!pattern || i == count)
            return !pattern && i == count;
        if (!part_fits(pattern, parts[i], page))
            return false;
    }
    return false;
}

/* The value of `before` in a query; 0 when it isn't there or isn't a story's number. */
static int64_t before_of(struct str query)
{
    struct str part;
    int64_t number;
    while (str_split(&query, '&', &part))
        if (str_starts(part, STR("before=")) && part.len < 30 &&
            str_to_i64(str_from(part, 7), &number) && number > 0)
            return number;
    return 0;
}

static void set_canonical(struct route *route)
{
    if (!route->page.before) {
        route->canonical = route->page.path;
        return;
    }
    int n = snprintf(route->text, sizeof route->text, "%.*s?before=%lld", STR_ARG(route->page.path),
                     (long long)route->page.before);
    route->canonical = str_n(route->text, (size_t)n);
}

void route_find(struct str path, struct str query, struct route *ret_route)
{
    struct str parts[SEGMENTS_MAX], rest = str_from(path, 1);
    size_t count = 0;
    ret_route->door = DOOR_NONE;
    ret_route->canonical = STR_NONE;
    if (path.len == 0 || path.len > CANONICAL_MAX - 64 || path.at[0] != '/')
        return;
    if (str_eq(path, STR("/desk")) || str_starts(path, STR("/desk/")) ||
        str_starts(path, STR(DESK_ASSETS))) {
        ret_route->door = DOOR_DESK;
        return;
    }
    if (path.len > 1 && str_ends(path, STR("/")) && !str_starts(path, STR("//"))) {
        ret_route->door = DOOR_MOVE;
        ret_route->path = str_cut(path, 0, path.len - 1);
        rest = str_from(ret_route->path, 1);
    }
    while (rest.len && count < SEGMENTS_MAX && str_split(&rest, '/', &parts[count]))
        count++;
    for (size_t row = 0; !rest.len && row < sizeof table / sizeof *table; row++) {
        struct site_address page = {.kind = table[row].kind, .list = table[row].list, .path = path};
        if (!row_fits(row, parts, count, &page))
            continue;
        if (ret_route->door == DOOR_MOVE)
            return;
        if (table[row].slug >= 0)
            page.slug = parts[table[row].slug];
        if (table[row].pages)
            page.before = before_of(query);
        ret_route->door = table[row].door;
        ret_route->page = page;
        set_canonical(ret_route);
        return;
    }
    ret_route->door = DOOR_NONE;
}

void route_copy(const struct route *route, struct route *ret_copy)
{
    *ret_copy = *route;
    if (route->canonical.at == route->text)
        ret_copy->canonical.at = ret_copy->text;
}

struct str route_allow(const struct route *route)
{
    return route->door == DOOR_SIGNUP ? STR("GET, HEAD, POST, OPTIONS") : STR("GET, HEAD, OPTIONS");
}
