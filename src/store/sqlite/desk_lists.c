/* Lists of the desk. The filter that leaves least is walked, the others test its rows. Which one
 * that is, a look at DESK_ROWS_MAX rows of each index says: how many there are, or how far back
 * they go. */
#include "store/desk.h"
#include "store/sqlite/inside.h"

/* As in table desk_list. */
enum list_kind { IN_SECTION = 1, IN_TAG = 2, BY_AUTHOR = 3, IN_STATE = 4, OF_OWNER = 5 };
enum { LISTS = 5, QUOTED_MAX = 2000 };

struct walk {
    int64_t below, least;     /* places: from below `below` down to `least` */
    int64_t lists[LISTS + 1]; /* by kind; 0: not asked for */
    struct str match;         /* the rarest word, for the index; empty: none */
    const struct store_desk_filter *filter;
};

/* The first place of a second: 34 bits from -2^33 on, above 29 bits of story ids. */
static int64_t place_at(int64_t moment)
{
    const int64_t half = (int64_t)1 << 33;
    int64_t seconds = moment / 1000;
    if (seconds < -half)
        seconds = -half;
    if (seconds >= half)
        seconds = half - 1;
    return (seconds + half) << 29;
}

/* How many rows a walk has, and how far down it goes when it looks at as many as it may: to `least`
 * when there are fewer. */
struct extent {
    int64_t reach, rows;
};

/* Leaves it less to look at? */
static bool is_narrower(struct extent a, struct extent b)
{
    return a.reach < b.reach || (a.reach == b.reach && a.rows < b.rows);
}

static struct error read_extent(struct query *q, const struct walk *walk, struct extent *ret_extent)
{
    TRY(query_one(q, "count"));
    int64_t rows = query_int(q), last = query_int(q);
    TRY(query_end(q));
    ret_extent->rows = rows;
    ret_extent->reach = rows == DESK_ROWS_MAX ? last : walk->least;
    return NO_ERROR;
}

static struct error list_extent(struct store_tx *tx, const struct walk *walk, int kind,
                                struct extent *ret_extent)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT count(*), min(place) FROM (SELECT place FROM desk_list "
                    "WHERE kind = ? AND list_id = ? AND place < ? AND place >= ? "
                    "ORDER BY place DESC LIMIT ?)",
                    &q));
    query_put_int(&q, kind);
    query_put_int(&q, walk->lists[kind]);
    query_put_int(&q, walk->below);
    query_put_int(&q, walk->least);
    query_put_int(&q, DESK_ROWS_MAX);
    return read_extent(&q, walk, ret_extent);
}

static struct error word_extent(struct store_tx *tx, const struct walk *walk, struct str match,
                                struct extent *ret_extent)
{
    QUERY_AUTO struct query q = {0};
    TRY(query_begin(tx,
                    "SELECT count(*), min(place) FROM (SELECT rowid AS place FROM headline "
                    "WHERE headline MATCH ? AND rowid < ? AND rowid >= ? "
                    "ORDER BY rowid DESC LIMIT ?)",
                    &q));
    query_put_str(&q, match);
    query_put_int(&q, walk->below);
    query_put_int(&q, walk->least);
    query_put_int(&q, DESK_ROWS_MAX);
    return read_extent(&q, walk, ret_extent);
}

/* A word as a string of FTS5: nothing in it is an operator. */
static void quote(struct str word, struct buf *out)
{
    (void)buf_char(out, '"');
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] == '"')
            (void)buf_char(out, '"');
        if (word.at[i] != '\0')
            (void)buf_char(out, word.at[i]);
    }
    (void)buf_char(out, '"');
}

enum { WALK_ALL = 0, WALK_WORD = LISTS + 1 };

/* The word that leaves least. The index can intersect words by itself, but then it walks the
 * commonest ones without a bound. */
static struct error rarest_word(struct store_tx *tx, struct walk *walk, struct arena *arena,
                                int *kind, struct extent *least)
{
    for (size_t i = 0; i < walk->filter->word_count && i < DESK_WORDS_MAX; i++) {
        BUF_AUTO struct buf one = BUF_INIT(QUOTED_MAX);
        struct extent extent;
        quote(walk->filter->words[i], &one);
        if (!buf_ok(&one))
            return error_make(ERR_INVALID, "The words", "one of them is too long");
        TRY(word_extent(tx, walk, buf_slice(&one), &extent));
        if (!is_narrower(extent, *least))
            continue;
        *least = extent;
        *kind = WALK_WORD;
        walk->match = arena_str(arena, buf_slice(&one));
    }
    return NO_ERROR;
}

/* Which one to walk, and how far down: where its rows that may be looked at end. */
static struct error choose(struct store_tx *tx, struct walk *walk, struct arena *arena,
                           int *ret_kind, int64_t *ret_reach)
{
    int kind = WALK_ALL;
    struct extent least = {INT64_MAX, INT64_MAX}, extent;
    for (int k = 1; k <= LISTS; k++) {
        if (!walk->lists[k])
            continue;
        TRY(list_extent(tx, walk, k, &extent));
        if (is_narrower(extent, least)) {
            least = extent;
            kind = k;
        }
    }
    TRY(rarest_word(tx, walk, arena, &kind, &least));
    *ret_kind = kind;
    *ret_reach = kind == WALK_ALL ? walk->least : least.reach; /* all fit: the page is the limit */
    return NO_ERROR;
}

/* Is it in that list too? Of a kind that isn't asked for everything is. */
#define ALSO_IN(kind, parameter, place)                                                            \
    "(" parameter " IS NULL OR EXISTS (SELECT 1 FROM desk_list x WHERE x.kind = " kind             \
    " AND x.list_id = " parameter " AND x.place = " place "))"
#define ALSO_IN_ALL(place)                                                                         \
    ALSO_IN("1", "?1", place)                                                                      \
    " AND " ALSO_IN("2", "?2", place) " AND " ALSO_IN("3", "?3", place) " AND " ALSO_IN(           \
        "4", "?4", place) " AND " ALSO_IN("5", "?5", place)

/* What a row says of itself: nothing when it is not in all lists; else a space and, when they are
 * asked for (?8), the words of its headline. Those lie far apart, so they are fetched last. */
#define SAYS(place, not_there)                                                                     \
    "CASE WHEN NOT (" ALSO_IN_ALL(                                                                 \
        place) ")" not_there " THEN NULL WHEN ?8 = 0 THEN ' ' "                                    \
               "ELSE ' ' || (SELECT d.words FROM desk d WHERE d.place = " place ") END"

/* Columns of each walk: the place, and what it says. Words are asked for unless the one that is
 * walked is the only one. */
static struct error begin_walk(struct store_tx *tx, const struct walk *walk, int kind,
                               int64_t reach, struct query *q)
{
    size_t words = walk->filter->word_count;
    if (kind == WALK_WORD)
        TRY(query_begin(
            tx,
            "SELECT h.rowid, " SAYS(
                "h.rowid",
                " OR EXISTS (SELECT 1 FROM "
                "headline_gone g "
                "WHERE g.place = h.rowid)") " FROM headline h WHERE h.rowid < ?6 AND h.rowid >= ?7 "
                                            "AND h.headline MATCH ?9 ORDER BY h.rowid DESC",
            q));
    else if (kind == WALK_ALL)
        TRY(query_begin(
            tx,
            "SELECT d.place, " SAYS(
                "d.place",
                "") " FROM desk d WHERE d.place < ?6 AND d.place >= ?7 ORDER BY d.place DESC",
            q));
    else
        TRY(query_begin(
            tx,
            "SELECT l.place, " SAYS("l.place",
                                    "") " FROM desk_list l WHERE l.place < ?6 AND l.place >= ?7 "
                                        "AND l.kind = ?9 AND l.list_id = ?10 ORDER BY l.place DESC",
            q));
    for (int k = 1; k <= LISTS; k++)
        query_put_id(q, k == kind ? 0 : walk->lists[k]);
    query_put_int(q, walk->below);
    query_put_int(q, reach);
    query_put_int(q, words > (kind == WALK_WORD ? 1 : 0));
    if (kind == WALK_WORD) {
        query_put_str(q, walk->match);
    } else if (kind != WALK_ALL) {
        query_put_int(q, kind);
        query_put_int(q, walk->lists[kind]);
    }
    return NO_ERROR;
}

/* Whether a text of words parted by spaces has the word. */
static bool has_word(struct str words, struct str word)
{
    struct str one;
    while (str_split(&words, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

static bool has_words(struct str words, const struct store_desk_filter *filter)
{
    for (size_t i = 0; i < filter->word_count && i < DESK_WORDS_MAX; i++)
        if (!has_word(words, filter->words[i]))
            return false;
    return true;
}

/* The places that fit, at most `limit`; *ret_next is the place below which to go on. */
static struct error find_places(struct store_tx *tx, struct walk *walk, size_t limit,
                                struct arena *arena, int64_t **ret_places, size_t *ret_count,
                                int64_t *ret_next, size_t *ret_looked)
{
    ARENA_AUTO struct arena *scratch = arena_new();
    QUERY_AUTO struct query q = {0};
    int64_t *places = NULL, reach = 0, next = 0;
    size_t count = 0, size = 0, looked = 0;
    int kind = WALK_ALL;
    bool row = false;
    TRY(choose(tx, walk, arena, &kind, &reach));
    TRY(begin_walk(tx, walk, kind, reach, &q));
    while (count < limit) {
        TRY(query_next(&q, &row));
        if (!row)
            break;
        int64_t place = query_int(&q);
        struct str says = query_str(&q, scratch);
        bool fits = says.len > 0;
        looked++;
        next = place;
        if (says.len > 1)
            fits = has_words(says, walk->filter);
        arena_reset(scratch);
        if (!fits)
            continue;
        places = array_room(arena, places, count, &size, sizeof *places);
        places[count++] = place;
    }
    TRY(query_end(&q));
    if (!row) /* the walk went to its end: there is more only when that was a bound */
        next = reach > walk->least ? reach : 0;
    *ret_places = places;
    *ret_count = count;
    *ret_next = next;
    *ret_looked = looked;
    return NO_ERROR;
}

struct error store_desk_list(struct store_tx *tx, const struct store_desk_filter *filter,
                             int64_t below, size_t limit, struct arena *arena,
                             struct store_desk_row **ret_rows, size_t *ret_count, int64_t *ret_next,
                             size_t *ret_looked)
{
    struct walk walk = {.below = below ? below : INT64_MAX,
                        .least = filter->from ? place_at(filter->from) : 0,
                        .lists = {[IN_SECTION] = filter->section_id,
                                  [IN_TAG] = filter->tag_id,
                                  [BY_AUTHOR] = filter->author_id,
                                  [IN_STATE] = filter->state,
                                  [OF_OWNER] = filter->owner_id},
                        .filter = filter};
    int64_t *places, next;
    size_t count, looked;
    if (filter->to && place_at(filter->to) < walk.below)
        walk.below = place_at(filter->to);
    /* One more than asked for says whether there is a next page. */
    TRY(find_places(tx, &walk, limit + 1, arena, &places, &count, &next, &looked));
    if (count > limit) {
        count = limit;
        next = limit ? places[limit - 1] : walk.below;
    }
    struct store_desk_row *rows = ARENA_ARRAY(arena, struct store_desk_row, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(store_desk_row(tx, places[i] & (((int64_t)1 << 29) - 1), arena, &rows[i]));
    *ret_rows = rows;
    *ret_count = count;
    *ret_next = next;
    if (ret_looked)
        *ret_looked = looked;
    return NO_ERROR;
}
