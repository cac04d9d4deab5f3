#include "newsroom/related.h"
#include "store/desk.h"
#include "text/words.h"

#include <math.h>

enum {
    TEXT_LOOKED_AT = 20000, /* bytes of a story's text that give words */
    WORDS_COUNTED = 96,     /* most used words whose rarity is asked for */
    TERMS_KEPT = 16,        /* words kept for a story */
    NAME_WALK = 40,         /* newest stories of each tag and person that are looked at */
    TERM_WALK = 24,         /* and of each word */
    REVERSE_MOST = 24,      /* stories whose rows a new story may enter */
    RECOMPUTED_MOST = 40,   /* stories whose rows are chosen anew when a story leaves them */
    SCORE_LEAST = 220,      /* hundredths: two tags of a small archive, one of a large one */
    TERM_WEIGHT = 20,
    TAG_WEIGHT = 100,
    AUTHOR_WEIGHT = 35, /* hundredths for each bit of rarity */
};

/* ---- Words
 * --------------------------------------------------------------------------------------- */

struct word_count {
    struct str word;
    double weight;
};

struct word_bag {
    struct arena *arena;
    struct table *table;
    int times; /* how much an occurrence counts */
};

static bool count_word(void *context, struct str word)
{
    struct word_bag *bag = context;
    bool ascii = true;
    size_t digits = 0;
    for (size_t i = 0; i < word.len; i++) {
        ascii &= (unsigned char)word.at[i] < 0x80;
        digits += word.at[i] >= '0' && word.at[i] <= '9';
    }
    if (word.len > 60 || digits == word.len || word.len < (ascii ? 4 : 6))
        return true;
    struct word_count *count = table_get(bag->table, word);
    if (!count) {
        count = ARENA_NEW(bag->arena, struct word_count);
        count->word = arena_str(bag->arena, word);
        table_set(bag->table, count->word, count);
    }
    count->weight += bag->times;
    return true;
}

static int heavier(const void *a, const void *b)
{
    const struct word_count *const *x = a, *const *y = b;
    if ((*x)->weight != (*y)->weight)
        return (*x)->weight < (*y)->weight ? 1 : -1;
    return str_cmp((*x)->word, (*y)->word);
}

/* Bits of rarity: of `all` things, how special is one that `some` have. */
static double rarity(int64_t some, int64_t all)
{
    return log2((double)(all + 2) / (double)(some + 1));
}

/* The words by which a story is found again: used often in it, rare elsewhere. */
static struct error choose_terms(struct store_tx *tx, const struct store_revision *revision,
                                 int64_t all, struct arena *arena, struct store_term **ret_terms,
                                 size_t *ret_count)
{
    struct word_bag bag = {arena, table_new(arena), 3};
    text_words(revision->headline, revision->language, arena, count_word, &bag);
    text_words(revision->standfirst, revision->language, arena, count_word, &bag);
    bag.times = 1;
    text_words(str_cut(revision->body, 0, TEXT_LOOKED_AT), revision->language, arena, count_word,
               &bag);
    size_t count = table_count(bag.table);
    struct word_count **words = ARENA_ARRAY(arena, struct word_count *, count + 1);
    for (size_t i = 0; i < count; i++)
        words[i] = table_value(bag.table, i);
    qsort(words, count, sizeof *words, heavier);
    if (count > WORDS_COUNTED)
        count = WORDS_COUNTED;
    struct store_term *terms = ARENA_ARRAY(arena, struct store_term, count + 1);
    for (size_t i = 0; i < count; i++)
        terms[i].word = words[i]->word;
    TRY(store_terms_count(tx, terms, count));
    for (size_t i = 0; i < count; i++) /* a word in more than a tenth of all stories says nothing */
        words[i]->weight = all > 50 && terms[i].stories > all / 10
                               ? 0
                               : (1 + log2(words[i]->weight)) * rarity(terms[i].stories, all);
    qsort(words, count, sizeof *words, heavier);
    size_t kept = 0;
    while (kept < count && kept < TERMS_KEPT && words[kept]->weight > 0) {
        terms[kept] = (struct store_term){.word = words[kept]->word};
        kept++;
    }
    *ret_terms = terms;
    *ret_count = kept;
    return NO_ERROR;
}

/* ---- Candidates
 * ------------------------------------------------------------------------------------ */

struct candidates {
    struct arena *arena;
    struct store_tx *tx;
    struct table *table; /* id in text → struct store_related */
    int64_t self, all;
};

static void add_score(struct candidates *found, const int64_t *ids, size_t count, double score)
{
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == found->self)
            continue;
        struct str key = str_n((const char *)&ids[i], sizeof ids[i]);
        struct store_related *row = table_get(found->table, key);
        if (!row) {
            row = ARENA_NEW(found->arena, struct store_related);
            row->story_id = ids[i];
            table_set(found->table, key, row);
        }
        row->score += (int64_t)score;
    }
}

static struct error walk_names(struct candidates *found, enum store_list_kind kind,
                               const int64_t *names, size_t count, int weight)
{
    for (size_t i = 0; i < count; i++) {
        struct store_list list = {kind, names[i]};
        int64_t *ids, some;
        size_t id_count;
        TRY(store_list_count(found->tx, list, &some));
        TRY(store_list_ids(found->tx, list, STORE_HEAD, NAME_WALK, found->arena, &ids, &id_count));
        add_score(found, ids, id_count, (1 + rarity(some, found->all)) * weight);
    }
    return NO_ERROR;
}

static int better(const void *a, const void *b)
{
    const struct store_related *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->story_id < y->story_id) - (x->story_id > y->story_id); /* the newer one first */
}

/* All stories that share something with this one, best first. */
static struct error find_candidates(struct store_tx *tx, const struct store_revision *revision,
                                    const struct store_term *terms, size_t term_count, int64_t all,
                                    struct arena *arena, struct store_related **ret_rows,
                                    size_t *ret_count)
{
    struct candidates found = {arena, tx, table_new(arena), revision->story_id, all};
    TRY(walk_names(&found, STORE_LIST_TAG, revision->tags, revision->tag_count, TAG_WEIGHT));
    TRY(walk_names(&found, STORE_LIST_AUTHOR, revision->authors, revision->author_count,
                   AUTHOR_WEIGHT));
    struct store_term *counted = ARENA_ARRAY(arena, struct store_term, term_count + 1);
    for (size_t i = 0; i < term_count; i++)
        counted[i].word = terms[i].word;
    TRY(store_terms_count(tx, counted, term_count));
    for (size_t i = 0; i < term_count; i++) {
        int64_t *ids;
        size_t count;
        TRY(store_term_ids(tx, terms[i].word, TERM_WALK, arena, &ids, &count));
        add_score(&found, ids, count, (1 + rarity(counted[i].stories, all)) * TERM_WEIGHT);
    }
    size_t count = table_count(found.table), kept = 0;
    struct store_related *rows = ARENA_ARRAY(arena, struct store_related, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct store_related *row = table_value(found.table, i);
        if (row->score >= SCORE_LEAST)
            rows[kept++] = *row;
    }
    qsort(rows, kept, sizeof *rows, better);
    *ret_rows = rows;
    *ret_count = kept;
    return NO_ERROR;
}

/* ---- Rows
 * -------------------------------------------------------------------------------------------- */

static bool same_rows(const struct store_related *a, size_t a_count, const struct store_related *b,
                      size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (a[i].story_id != b[i].story_id)
            return false;
    return true;
}

static bool same_scores(const struct store_related *a, const struct store_related *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].score != b[i].score)
            return false;
    return true;
}

/* A pinned story's score: above every one that is computed, in the order of the pins. */
static int64_t pin_score(size_t position)
{
    return INT64_MAX - (int64_t)position;
}

static bool is_chosen(const struct store_related_choice *choices, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (choices[i].related_id == id)
            return true;
    return false;
}

/* What the desk chose by hand: pinned ones that are published first, removed ones never. */
static struct error apply_choices(struct store_tx *tx, int64_t story_id, struct arena *arena,
                                  const struct store_related **rows, size_t *count)
{
    struct store_related_choice *choices;
    size_t choice_count, n = 0;
    TRY(store_related_choices(tx, story_id, arena, &choices, &choice_count));
    if (choice_count == 0)
        return NO_ERROR;
    struct store_related *chosen = ARENA_ARRAY(arena, struct store_related, choice_count + *count);
    for (size_t i = 0; i < choice_count && n < RELATED_SHOWN; i++) {
        struct store_story pinned;
        if (choices[i].removed)
            continue;
        TRY(store_story(tx, choices[i].related_id, arena, &pinned));
        if (pinned.state == STORY_PUBLISHED)
            chosen[n++] = (struct store_related){pinned.id, pin_score(i)};
    }
    for (size_t i = 0; i < *count && n < RELATED_SHOWN; i++)
        if (!is_chosen(choices, choice_count, (*rows)[i].story_id))
            chosen[n++] = (*rows)[i];
    *rows = chosen;
    *count = n;
    return NO_ERROR;
}

/* Stores rows; notes the key only when readers would see other stories or another order. */
static struct error set_rows(struct store_tx *tx, int64_t story_id,
                             const struct store_related *rows, size_t count, struct arena *arena,
                             struct changes *changes)
{
    struct store_related *old;
    size_t old_count;
    TRY(apply_choices(tx, story_id, arena, &rows, &count));
    TRY(store_related(tx, story_id, arena, &old, &old_count));
    if (!same_rows(old, old_count, rows, count))
        key_story(&changes->keys, story_id, STORY_RELATED);
    else if (same_scores(old, rows, count))
        return NO_ERROR;
    return store_related_set(tx, story_id, rows, count);
}

/* Puts `row` among a story's rows, or takes it out when its score is 0. */
static struct error merge_row(struct store_tx *tx, int64_t story_id, struct store_related row,
                              struct arena *arena, struct changes *changes)
{
    struct store_related *rows, merged[RELATED_SHOWN + 1];
    size_t count, n = 0;
    TRY(store_related(tx, story_id, arena, &rows, &count));
    for (size_t i = 0; i < count && i < RELATED_SHOWN; i++)
        if (rows[i].story_id != row.story_id)
            merged[n++] = rows[i];
    if (row.score > 0)
        merged[n++] = row;
    qsort(merged, n, sizeof *merged, better);
    return set_rows(tx, story_id, merged, n < RELATED_SHOWN ? n : RELATED_SHOWN, arena, changes);
}

/* Chooses a story's rows anew from the words it has. */
static struct error choose_again(struct store_tx *tx, int64_t story_id, int64_t all,
                                 struct arena *arena, struct changes *changes)
{
    struct store_story story;
    struct store_revision live;
    struct store_term *terms;
    struct store_related *rows;
    size_t term_count, count;
    TRY(store_story(tx, story_id, arena, &story));
    if (story.state != STORY_PUBLISHED)
        return store_related_set(tx, story_id, NULL, 0);
    TRY(store_revision(tx, story.live, arena, &live));
    TRY(store_terms(tx, story_id, arena, &terms, &term_count));
    TRY(find_candidates(tx, &live, terms, term_count, all, arena, &rows, &count));
    return set_rows(tx, story_id, rows, count < RELATED_SHOWN ? count : RELATED_SHOWN, arena,
                    changes);
}

/* Stories that name this one and are not in `keep` choose again; beyond a bound they only lose it.
 */
static struct error leave_rows(struct store_tx *tx, int64_t story_id,
                               const struct store_related *keep, size_t keep_count, int64_t all,
                               struct arena *arena, struct changes *changes)
{
    int64_t *ids;
    size_t count, chosen = 0;
    TRY(store_related_to(tx, story_id, SIZE_MAX, arena, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < keep_count && keep[k].story_id != ids[i])
            k++;
        if (k < keep_count)
            continue;
        if (chosen++ < RECOMPUTED_MOST)
            TRY(choose_again(tx, ids[i], all, arena, changes));
        else
            TRY(merge_row(tx, ids[i], (struct store_related){story_id, 0}, arena, changes));
    }
    return NO_ERROR;
}

struct error related_update(struct store_tx *tx, const struct store_story *story,
                            const struct store_revision *revision, struct arena *arena,
                            struct changes *changes)
{
    struct store_list everything = {STORE_LIST_ALL, 0};
    struct store_place place = {story->listed_at, story->id};
    struct store_term *terms;
    struct store_related *rows;
    size_t term_count, count;
    int64_t all;
    TRY(store_list_count(tx, everything, &all));
    TRY(choose_terms(tx, revision, all, arena, &terms, &term_count));
    TRY(store_terms_set(tx, place, terms, term_count));
    TRY(find_candidates(tx, revision, terms, term_count, all, arena, &rows, &count));
    TRY(set_rows(tx, story->id, rows, count < RELATED_SHOWN ? count : RELATED_SHOWN, arena,
                 changes));
    size_t reverse = count < REVERSE_MOST ? count : REVERSE_MOST;
    for (size_t i = 0; i < reverse; i++)
        TRY(merge_row(tx, rows[i].story_id, (struct store_related){story->id, rows[i].score}, arena,
                      changes));
    return leave_rows(tx, story->id, rows, reverse, all, arena, changes);
}

struct error related_choose(struct store_tx *tx, int64_t story_id, struct arena *arena,
                            struct changes *changes)
{
    struct store_list everything = {STORE_LIST_ALL, 0};
    int64_t all;
    TRY(store_list_count(tx, everything, &all));
    return choose_again(tx, story_id, all, arena, changes);
}

struct error related_remove(struct store_tx *tx, const struct store_story *story,
                            struct arena *arena, struct changes *changes)
{
    struct store_list everything = {STORE_LIST_ALL, 0};
    struct store_place place = {story->listed_at, story->id};
    int64_t all;
    TRY(store_list_count(tx, everything, &all));
    TRY(store_terms_set(tx, place, NULL, 0));
    TRY(store_related_set(tx, story->id, NULL, 0));
    return leave_rows(tx, story->id, NULL, 0, all, arena, changes);
}
