#include "cli/invent.h"

#define LIST(name, ...) static const char *const name[] = {__VA_ARGS__}
#define COUNT(list) (sizeof(list) / sizeof *(list))

LIST(sections, "Harbour", "City", "Hills", "Business", "Courts", "Schools", "Health", "Culture",
     "Sport", "Weather");
LIST(adjectives, "new", "old", "northern", "southern", "small", "large", "public", "private",
     "late", "early", "quiet", "costly", "cheap", "narrow", "wide", "wooden", "empty", "crowded",
     "planned", "unfinished", "annual", "local", "regional", "temporary", "permanent", "disputed",
     "popular", "rare", "sudden", "slow", "steady", "careful", "simple", "deep", "shallow", "joint",
     "final", "first", "second", "western");
LIST(nouns, "ferry", "pier", "market", "bridge", "school", "clinic", "road", "ship", "crane",
     "warehouse", "fence", "library", "theatre", "river", "dam", "well", "tram", "station", "court",
     "council", "budget", "report", "survey", "permit", "contract", "lease", "tax", "fine", "storm",
     "flood", "drought", "harvest", "catch", "auction", "festival", "match", "league", "choir",
     "exhibition", "bakery", "tannery", "mill", "quarry", "forest", "reef", "lighthouse", "beacon",
     "customs house", "ticket office", "bus line", "water pipe", "power cable", "roof", "cellar",
     "archive", "museum", "garden", "orchard", "vineyard", "fish hall", "net loft", "dry dock",
     "breakwater", "sea wall", "playground", "nursery", "college", "workshop", "union", "pension",
     "strike", "hearing", "appeal", "verdict", "inquiry", "audit", "loan", "grant", "tender");
LIST(verbs, "reopened", "closed", "delayed", "approved", "rejected", "repaired", "inspected",
     "measured", "sold", "bought", "leased", "painted", "moved", "widened", "shortened",
     "cancelled", "praised", "criticised", "questioned", "defended", "funded", "planned",
     "finished", "replaced", "cleaned", "surveyed", "protected", "flooded", "restored", "opened");
LIST(infinitives, "reopen", "close", "delay", "approve", "reject", "repair", "inspect", "measure",
     "sell", "buy", "lease", "paint", "move", "widen", "shorten", "cancel", "fund", "finish",
     "replace", "clean", "survey", "protect", "restore", "open");
LIST(roles, "director", "spokeswoman", "spokesman", "chair", "treasurer", "engineer", "captain",
     "head teacher", "doctor", "lawyer", "farmer", "fisher", "baker", "driver", "councillor",
     "inspector", "archivist", "conductor", "trainer", "shopkeeper");
LIST(bodies, "harbour board", "town council", "ferry company", "school board", "fishers' union",
     "water works", "tram company", "hospital trust", "chamber of trade", "county court",
     "weather office", "growers' cooperative", "youth league", "historical society",
     "planning office");
LIST(days, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
LIST(months, "January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December");
LIST(reasons, "after heavy rain", "because of rising costs", "for lack of staff",
     "after weeks of talks", "against the advice of its own engineers", "with a narrow majority",
     "without a debate", "at the request of residents", "to save money", "for safety reasons",
     "despite protests", "as it had promised", "a year later than planned", "for the third time",
     "under a new law", "in spite of the weather");
LIST(endings, "more than %# people had signed a petition", "repairs would cost %# thousand crowns",
     "%# households were affected", "the work would take %# weeks",
     "prices had risen by %# per cent in a year", "it was the worst result in %# years",
     "no one was hurt", "the figures had not been checked", "a decision would follow in %m",
     "the public could comment until %d", "the matter was now before the %b",
     "it had not been asked");
LIST(sentences, "The %a %n in %p %v the %n %r.", "%B %v the %a %n %r.",
     "%N, %o of the %b, said that %e.", "\"We will %i the %n before %m,\" said %N of the %b.",
     "According to the %b, %e.", "In %m the %b had %v a %a %n in %p.",
     "Residents of %p asked the %b to %i the %n.", "The %n was last %v in %m, when %e.",
     "%N said on %d that the %n near %p should %i only %r.",
     "It was not clear who would %i the %n.",
     "\"Nobody wants to %i a %n %r,\" said %N, a %o from %p.",
     "The %b will meet again on %d to discuss the %a %n.",
     "A %a %n, a %n and a %a %n were %v within a week.",
     "On %d the %n between %p and %p was %v %r.", "Earlier, %N had told the %b that %e.");
LIST(headlines, "%B %v %a %n", "%A %n %v %r", "%p %n %v after %n", "%p asks %b to %i %n",
     "%B to %i %n in %m", "%N %v %a %n", "%A %n divides %p", "Who will %i the %n of %p?",
     "%p %n: %e", "%B and %b at odds over %a %n");
LIST(syllables, "al", "ba", "cor", "den", "el", "fa", "gor", "hal", "is", "jun", "ka", "lo", "mar",
     "nel", "or", "pel", "qua", "ros", "sil", "ta", "ul", "ven", "wes", "yar", "zo", "bri", "dra",
     "fen", "gla", "mor");
LIST(place_ends, "wick", "haven", "mouth", "ford", "holm", "stead", "bay", "cliff", "mere", "gate");

struct invent invent_begin(uint64_t seed)
{
    return (struct invent){.state = seed};
}

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
uint64_t invent_number(struct invent *invent)
{
    uint64_t z = invent->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t invent_below(struct invent *invent, size_t bound)
{
    return (size_t)(invent_number(invent) % bound);
}

/* Low numbers far more often than high ones, as words and tags are used. */
static size_t often_low(struct invent *invent, size_t bound)
{
    double u = (double)(invent_number(invent) >> 11) / (double)(1ull << 53);
    return (size_t)(u * u * (double)bound);
}

#define PICK(invent, list) (list)[invent_below((invent), COUNT(list))]

/* A name of two or three syllables for number i: the same i, the same name. */
static void put_name(struct buf *out, size_t i, const char *end)
{
    size_t start = out->len, n = COUNT(syllables);
    (void)buf_str(out, str_of(syllables[i % n]));
    (void)buf_str(out, str_of(syllables[(i / n + 7) % n]));
    if (i >= n * n)
        (void)buf_str(out, str_of(syllables[(i / n / n + 3) % n]));
    (void)buf_str(out, str_of(end));
    if (out->len > start)
        out->at[start] = (char)(out->at[start] - 'a' + 'A');
}

static void put_place(struct buf *out, size_t i)
{
    put_name(out, i, place_ends[i % COUNT(place_ends)]);
}

static void put_person(struct buf *out, size_t i)
{
    put_name(out, i * 7 % 900, "");
    (void)buf_char(out, ' ');
    put_name(out, 40 + i * 13 % 20000, "");
}

static void put_capital(struct buf *out, const char *text)
{
    (void)buf_char(out, (char)(text[0] - 'a' + 'A'));
    (void)buf_str(out, str_of(text + 1));
}

static void expand(struct invent *invent, struct buf *out, const char *pattern);

static void put_part(struct invent *invent, struct buf *out, char part)
{
    switch (part) {
    case 'a':
        (void)buf_str(out, str_of(PICK(invent, adjectives)));
        break;
    case 'A':
        put_capital(out, PICK(invent, adjectives));
        break;
    case 'n':
        (void)buf_str(out, str_of(nouns[often_low(invent, COUNT(nouns))]));
        break;
    case 'v':
        (void)buf_str(out, str_of(PICK(invent, verbs)));
        break;
    case 'i':
        (void)buf_str(out, str_of(PICK(invent, infinitives)));
        break;
    case 'o':
        (void)buf_str(out, str_of(PICK(invent, roles)));
        break;
    case 'b':
        (void)buf_str(out, str_of(PICK(invent, bodies)));
        break;
    case 'B':
        put_capital(out, PICK(invent, bodies));
        break;
    case 'd':
        (void)buf_str(out, str_of(PICK(invent, days)));
        break;
    case 'm':
        (void)buf_str(out, str_of(PICK(invent, months)));
        break;
    case 'r':
        (void)buf_str(out, str_of(PICK(invent, reasons)));
        break;
    case 'e':
        expand(invent, out, PICK(invent, endings));
        break;
    case 'p':
        put_place(out, often_low(invent, 5000));
        break;
    case 'N':
        put_person(out, often_low(invent, 20000));
        break;
    case '#':
        (void)buf_printf(out, "%zu", 2 + invent_below(invent, 97));
        break;
    default:
        (void)buf_char(out, part);
    }
}

/* %a an adjective, %n a noun, %p a place, … */
static void expand(struct invent *invent, struct buf *out, const char *pattern)
{
    for (const char *c = pattern; *c; c++)
        if (*c == '%')
            put_part(invent, out, *++c);
        else
            (void)buf_char(out, *c);
}

struct str invent_section(size_t i)
{
    return str_of(sections[i % COUNT(sections)]);
}

/* As an address has it. */
static struct str section_slug(size_t i, struct arena *arena)
{
    struct str name = invent_section(i);
    return arena_printf(arena, "%c%.*s", name.at[0] - 'A' + 'a', STR_ARG(str_from(name, 1)));
}

/* A noun, or two of them: 200 that differ. */
struct str invent_tag(size_t i, struct arena *arena)
{
    if (i < COUNT(nouns))
        return str_of(nouns[i]);
    return arena_printf(arena, "%s %s", adjectives[(i - COUNT(nouns)) % COUNT(adjectives)],
                        nouns[(i * 5 + (i - COUNT(nouns)) / COUNT(adjectives)) % COUNT(nouns)]);
}

struct str invent_author(size_t i, struct arena *arena)
{
    BUF_AUTO struct buf name = BUF_INIT(200);
    put_person(&name, 100 + i);
    return arena_str(arena, buf_slice(&name));
}

static size_t count_words(struct str text)
{
    size_t words = 0;
    for (size_t i = 0; i < text.len; i++)
        words += text.at[i] == ' ';
    return words;
}

/* Most stories have some hundred words, a few are briefs or long reads. */
static size_t length(struct invent *invent)
{
    size_t kind = invent_below(invent, 10);
    if (kind == 0)
        return 80 + invent_below(invent, 120);
    if (kind == 9)
        return 1000 + invent_below(invent, 500);
    return 350 + invent_below(invent, 500);
}

static struct str body(struct invent *invent, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(1 << 20);
    size_t wanted = length(invent), words = 0;
    for (size_t paragraph = 0; words < wanted; paragraph++) {
        size_t start = out.len;
        if (paragraph && paragraph % 7 == 0)
            expand(invent, &out, "\n\n## The %n and the %n");
        if (paragraph)
            (void)buf_str(&out, STR("\n\n"));
        for (size_t left = 2 + invent_below(invent, 4); left; left--) {
            expand(invent, &out, PICK(invent, sentences));
            if (left > 1)
                (void)buf_char(&out, ' ');
        }
        words += count_words(str_from(buf_slice(&out), start));
    }
    return arena_str(arena, buf_slice(&out));
}

static struct str expanded(struct invent *invent, const char *pattern, struct arena *arena)
{
    BUF_AUTO struct buf out = BUF_INIT(1000);
    expand(invent, &out, pattern);
    if (out.len && out.at[0] >= 'a' && out.at[0] <= 'z')
        out.at[0] = (char)(out.at[0] - 'a' + 'A');
    return arena_str(arena, buf_slice(&out));
}

static bool has(const struct str *names, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

static void add_names(struct invent *invent, struct draft *draft, struct arena *arena)
{
    enum { TAGS = 5, AUTHORS = 2 };
    size_t tags = 1 + invent_below(invent, TAGS), authors = 1 + (invent_below(invent, 5) == 0);
    draft->tags = ARENA_ARRAY(arena, struct str, TAGS);
    draft->bylines = ARENA_ARRAY(arena, struct str, AUTHORS);
    for (size_t i = 0; i < tags; i++) {
        struct str tag = invent_tag(often_low(invent, INVENT_TAGS), arena);
        if (!has(draft->tags, draft->tag_count, tag))
            draft->tags[draft->tag_count++] = tag;
    }
    for (size_t i = 0; i < authors; i++) {
        struct str author = invent_author(often_low(invent, INVENT_AUTHORS), arena);
        if (!has(draft->bylines, draft->byline_count, author))
            draft->bylines[draft->byline_count++] = author;
    }
}

struct draft invent_story(struct invent *invent, struct arena *arena)
{
    struct draft draft = {.body_line = 1};
    draft.headline = expanded(invent, PICK(invent, headlines), arena);
    draft.section = section_slug(often_low(invent, INVENT_SECTIONS), arena);
    if (invent_below(invent, 3))
        draft.standfirst = expanded(invent, PICK(invent, sentences), arena);
    if (invent_below(invent, 2))
        draft.dateline = expanded(invent, "%p", arena);
    add_names(invent, &draft, arena);
    draft.body = body(invent, arena);
    return draft;
}
