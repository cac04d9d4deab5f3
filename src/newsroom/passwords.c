/* Passwords: which are refused, how they are hashed, and the queue for it. */
#include "base/embed.h"
#include "newsroom/accounts.h"
#include "text/letters.h"
#include "text/plain.h"
#include "text/words.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <time.h>

extern const struct embedded newsroom_lists[];

/* ---- Which are refused --------------------------------------------------------------------- */

/* BESIDE_NAME_LEAST: so many other characters make a password of a name. */
enum { DISTINCT_LEAST = 5, NAME_PART_LEAST = 4, BESIDE_NAME_LEAST = 6 };

static struct error refuse(const char *why)
{
    return error_make(ERR_INVALID, "The password", why);
}

/* As a person who guesses sees it: no case, no marks. */
static struct str plain_form(struct str text, struct arena *arena)
{
    return text_base_letters(text_fold(text, arena), arena);
}

/* The usual signs for letters undone: "p4$$w0rd" is "password". */
static struct str undo_signs(struct str text, struct arena *arena)
{
    static const char signs[] = "@4301!$57", letters[] = "aaeoiisst";
    char *at = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        const char *sign = text.at[i] ? strchr(signs, text.at[i]) : NULL;
        at[i] = sign ? letters[sign - signs] : text.at[i];
    }
    return str_n(at, text.len);
}

/* Without digits and signs at both ends: "1Sunshine2024!" is "sunshine". */
static struct str core_of(struct str text)
{
    while (text.len && (unsigned char)text.at[0] < 0x80 &&
           !strchr("abcdefghijklmnopqrstuvwxyz", text.at[0]))
        text = str_from(text, 1);
    while (text.len && (unsigned char)text.at[text.len - 1] < 0x80 &&
           !strchr("abcdefghijklmnopqrstuvwxyz", text.at[text.len - 1]))
        text.len--;
    return text;
}

static bool in_list(struct str word)
{
    const struct embedded *file = embedded_find(newsroom_lists, STR("passwords.txt"));
    struct str rest = file ? embedded_bytes(file) : STR_NONE, line;
    while (rest.len && str_split(&rest, '\n', &line))
        if (line.len && line.at[0] != '#' && str_eq(line, word))
            return true;
    return false;
}

/* The whole text is one piece over and over: "abcabcabcabc". */
static bool is_repetition(struct str text)
{
    for (size_t piece = 1; piece <= text.len / 2 && piece <= 6; piece++) {
        size_t i = piece;
        while (i < text.len && text.at[i] == text.at[i - piece])
            i++;
        if (i == text.len)
            return true;
    }
    return false;
}

/* Every step goes to a neighbour of the alphabet, the digits or a row of the keyboard. */
static bool is_run(struct str text)
{
    static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz",
                                       "01234567890",
                                       "qwertyuiop",
                                       "asdfghjkl",
                                       "zxcvbnm",
                                       "qwertzuiop",
                                       "azertyuiop"};
    size_t steps = 0;
    for (size_t i = 0; i + 1 < text.len; i++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            const char *here = text.at[i] ? strchr(rows[k], text.at[i]) : NULL;
            if (!here || !text.at[i + 1])
                continue;
            if (here[1] == text.at[i + 1] || (here > rows[k] && here[-1] == text.at[i + 1])) {
                steps++;
                break;
            }
        }
    return steps * 10 >= (text.len - 1) * 8;
}

static size_t distinct_bytes(struct str text)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (!seen[(unsigned char)text.at[i]]) {
            seen[(unsigned char)text.at[i]] = true;
            count++;
        }
    return count;
}

struct name_search {
    struct str password;
    size_t covered;
};

static bool find_part(void *context, struct str part)
{
    struct name_search *search = context;
    if (part.len >= NAME_PART_LEAST && str_find(search->password, part) >= 0)
        search->covered += part.len;
    return true;
}

/* Little is left of the password when the words of a name are taken out. */
static bool is_name(struct str password, struct str name, struct arena *arena)
{
    struct name_search search = {.password = password};
    text_words(text_base_letters(name, arena), STR_NONE, arena, find_part, &search);
    return search.covered && search.covered + BESIDE_NAME_LEAST > password.len;
}

static size_t characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

struct error password_check(struct str password, struct str name, struct str login,
                            struct str newsroom)
{
    ARENA_AUTO struct arena *arena = arena_new();
    if (password.len > PASSWORD_MAX)
        return refuse("it is longer than 1000 bytes");
    if (!str_is_utf8(password) || str_find_char(password, '\0') >= 0)
        return refuse("it holds bytes that are not text");
    if (characters(password) < PASSWORD_MIN)
        return refuse("it needs at least 10 characters; four or five words are good");
    struct str plain = plain_form(password, arena), core = core_of(plain);
    if (in_list(plain) || in_list(undo_signs(plain, arena)) || in_list(core) ||
        in_list(undo_signs(core, arena)))
        return refuse("it is among the first that others would try; choose words that nobody "
                      "else puts together");
    if (distinct_bytes(plain) < DISTINCT_LEAST || is_repetition(plain))
        return refuse("it repeats itself; choose words that nobody else puts together");
    if (is_run(plain))
        return refuse("it is a run of the alphabet, of digits or of the keyboard; choose words "
                      "that nobody else puts together");
    if (is_name(plain, name, arena) || is_name(plain, login, arena) ||
        is_name(plain, newsroom, arena))
        return refuse("it is made of your name or the newsroom's; choose words that nobody else "
                      "puts together");
    return NO_ERROR;
}

/* ---- The queue ----------------------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool started;
    size_t running;
    uint64_t next, serving; /* numbers of those who wait, as at a counter */
    size_t waiting;
    uint64_t gone[PASSWORDS_WAITING]; /* numbers of those who gave up */
    size_t gone_count;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void start_queue(void)
{
    pthread_condattr_t monotonic;
    if (queue.started)
        return;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&queue.moved, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    queue.started = true;
}

/* Steps over the numbers of those who gave up. */
static void skip_gone(void)
{
    for (size_t i = 0; i < queue.gone_count;) {
        if (queue.gone[i] != queue.serving) {
            i++;
            continue;
        }
        queue.serving++;
        queue.gone[i] = queue.gone[--queue.gone_count];
        i = 0;
    }
}

static struct timespec deadline(int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return until;
}

/* With the lock. */
static bool wait_for_turn(uint64_t number, int64_t ms)
{
    struct timespec until = deadline(ms);
    int rc = 0;
    while (rc != ETIMEDOUT && (queue.serving != number || queue.running == PASSWORDS_AT_ONCE))
        rc = pthread_cond_timedwait(&queue.moved, &queue.lock, &until);
    return queue.serving == number && queue.running < PASSWORDS_AT_ONCE;
}

struct error passwords_enter(int64_t ms)
{
    bool turn = false;
    (void)pthread_mutex_lock(&queue.lock);
    start_queue();
    if (queue.waiting + queue.gone_count < PASSWORDS_WAITING) {
        uint64_t number = queue.next++;
        queue.waiting++;
        turn = wait_for_turn(number, ms);
        queue.waiting--;
        if (turn) {
            queue.running++;
            queue.serving++;
        } else {
            queue.gone[queue.gone_count++] = number;
        }
        skip_gone();
        (void)pthread_cond_broadcast(&queue.moved);
    }
    (void)pthread_mutex_unlock(&queue.lock);
    return turn ? NO_ERROR : error_make(ERR_BUSY, "signing in", "too many do at this moment");
}

void passwords_leave(void)
{
    (void)pthread_mutex_lock(&queue.lock);
    queue.running--;
    (void)pthread_cond_broadcast(&queue.moved);
    (void)pthread_mutex_unlock(&queue.lock);
}

/* ---- Hashing ------------------------------------------------------------------------------- */

/* libsodium's own choice for people who wait: about 0.1 s. */
enum { PASSWORD_MEMORY = 64 << 20, PASSWORD_PASSES = 2 };

struct error password_hash(struct str password, char ret_hash[PASSWORD_HASH_MAX])
{
    char hash[crypto_pwhash_STRBYTES] = "";
    if (crypto_pwhash_str_alg(hash, password.at, password.len, PASSWORD_PASSES, PASSWORD_MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_make(ERR_SYSTEM, "Hashing the password", "memory is out");
    memcpy(ret_hash, hash, sizeof hash);
    return NO_ERROR;
}

/* A hash of the same cost that no password has. */
static const char no_hash[crypto_pwhash_STRBYTES] =
    "$argon2id$v=19$m=65536,t=2,p=1$c3RvcHByZXNzIG5vYm9keQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool password_verify(struct str password, struct str hash)
{
    char text[PASSWORD_HASH_MAX];
    bool known = hash.len && str_to_c(hash, text, sizeof text);
    if (password.len > PASSWORD_MAX)
        return false;
    int rc = crypto_pwhash_str_verify(known ? text : no_hash, password.len ? password.at : "",
                                      password.len);
    return known && rc == 0;
}
