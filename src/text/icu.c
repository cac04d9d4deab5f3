#include "text/icu.h"
#include "text/dates.h"

#include <pthread.h>
#include <unicode/ubrk.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

enum { TEXT_MOST = 256 << 20, PATTERN_SIZE = 160, OBJECTS_KEPT = 24 };

/* ---- UTF-16 ---------------------------------------------------------------------------------- */

struct utf16 utf16_of(struct str text, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    if (text.len > TEXT_MOST)
        abort();
    struct utf16 wide = {ARENA_ARRAY(arena, UChar, text.len + 1), 0};
    u_strFromUTF8WithSub(wide.at, (int32_t)text.len + 1, &wide.len, text.len ? text.at : "",
                         (int32_t)text.len, 0xFFFD, NULL, &status);
    if (U_FAILURE(status))
        abort();
    return wide;
}

struct str utf16_to_str(const UChar *at, int32_t len, struct arena *arena)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = len * 3 + 1, written = 0;
    char *text = arena_alloc(arena, (size_t)size);
    u_strToUTF8WithSub(text, size, &written, at, len, 0xFFFD, NULL, &status);
    if (U_FAILURE(status))
        abort();
    return str_n(text, (size_t)written);
}

/* ---- Making ---------------------------------------------------------------------------------- */

void icu_locale(struct str language, char ret_locale[ICU_LOCALE_SIZE])
{
    UErrorCode status = U_ZERO_ERROR;
    char tag[TEXT_LANGUAGE_MAX + 1];
    int32_t parsed = 0;
    if (language.len && str_to_c(language, tag, sizeof tag))
        (void)uloc_forLanguageTag(tag, ret_locale, ICU_LOCALE_SIZE, &parsed, &status);
    if (U_SUCCESS(status) && parsed > 0 && !uloc_getISO3Language(ret_locale)[0])
        parsed = 0;
    if (parsed <= 0 || U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        (void)snprintf(ret_locale, ICU_LOCALE_SIZE, "en");
}

/* Plain English dates are written as most of the world writes them. */
static const char *date_locale(const char *locale)
{
    return strcmp(locale, "en") == 0 ? "en_GB" : locale;
}

static const UChar *skeleton(enum icu_kind kind)
{
    switch (kind) {
    case ICU_DATE_TIME:
        return u"yMMMMdjm";
    case ICU_DATE:
        return u"yMMMMd";
    case ICU_WEEKDAY_DATE:
        return u"yMMMMEEEEd";
    case ICU_MONTH_YEAR:
        return u"yMMMM";
    case ICU_MONTH_DAY:
        return u"MMMMd";
    case ICU_TIME:
        return u"jm";
    case ICU_CALENDAR:
    case ICU_WORDS:
    case ICU_CHARACTERS:
    case ICU_COLLATOR:
    case ICU_NUMBER:
        break;
    }
    abort();
}

static void *open_format(enum icu_kind kind, const char *locale, const struct utf16 *zone,
                         UErrorCode *status)
{
    UChar pattern[PATTERN_SIZE];
    UDateTimePatternGenerator *patterns = udatpg_open(locale, status);
    if (U_FAILURE(*status))
        return NULL;
    /* "24 November 2026, 14:05", not "… at 14:05": the medium way of joining date and time. */
    int32_t len = 0;
    const UChar *joined = udatpg_getDateTimeFormatForStyle(patterns, UDAT_MEDIUM, &len, status);
    if (U_SUCCESS(*status))
        udatpg_setDateTimeFormat(patterns, joined, len);
    len = udatpg_getBestPattern(patterns, skeleton(kind), -1, pattern, PATTERN_SIZE, status);
    udatpg_close(patterns);
    if (U_FAILURE(*status))
        return NULL;
    return udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, zone->at, zone->len, pattern, len, status);
}

static void *open_calendar(const struct utf16 *zone, UErrorCode *status)
{
    UCalendar *calendar = ucal_open(zone->at, zone->len, "en", UCAL_GREGORIAN, status);
    if (U_FAILURE(*status))
        return NULL;
    ucal_setGregorianChange(calendar, -1e17, status); /* Gregorian always */
    ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_NEXT_VALID);
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    return calendar;
}

static void *open_object(enum icu_kind kind, const char *locale, const struct utf16 *zone,
                         UErrorCode *status)
{
    switch (kind) {
    case ICU_DATE_TIME:
    case ICU_DATE:
    case ICU_WEEKDAY_DATE:
    case ICU_MONTH_YEAR:
    case ICU_MONTH_DAY:
    case ICU_TIME:
        return open_format(kind, date_locale(locale), zone, status);
    case ICU_CALENDAR:
        return open_calendar(zone, status);
    case ICU_WORDS:
        return ubrk_open(UBRK_WORD, locale, NULL, 0, status);
    case ICU_CHARACTERS:
        return ubrk_open(UBRK_CHARACTER, locale, NULL, 0, status);
    case ICU_COLLATOR:
        return ucol_open(locale, status);
    case ICU_NUMBER:
        return unum_open(UNUM_DECIMAL, NULL, 0, locale, NULL, status);
    }
    return NULL;
}

static void close_object(enum icu_kind kind, void *object)
{
    switch (kind) {
    case ICU_DATE_TIME:
    case ICU_DATE:
    case ICU_WEEKDAY_DATE:
    case ICU_MONTH_YEAR:
    case ICU_MONTH_DAY:
    case ICU_TIME:
        udat_close(object);
        break;
    case ICU_CALENDAR:
        ucal_close(object);
        break;
    case ICU_WORDS:
    case ICU_CHARACTERS:
        ubrk_close(object);
        break;
    case ICU_COLLATOR:
        ucol_close(object);
        break;
    case ICU_NUMBER:
        unum_close(object);
        break;
    }
}

/* ---- Keeping --------------------------------------------------------------------------------- */

struct kept {
    void *object; /* NULL: free */
    enum icu_kind kind;
    char language[TEXT_LANGUAGE_MAX + 1];
    char zone[TEXT_ZONE_MAX + 1];
    uint64_t used;
};

struct thread_objects {
    uint64_t clock;
    struct kept kept[OBJECTS_KEPT];
};

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void free_thread_objects(void *at)
{
    struct thread_objects *objects = at;
    for (size_t i = 0; i < OBJECTS_KEPT; i++)
        if (objects->kept[i].object)
            close_object(objects->kept[i].kind, objects->kept[i].object);
    free(objects);
}

static void make_key(void)
{
    /* What a language lacks must not depend on the environment of the process. */
    UErrorCode status = U_ZERO_ERROR;
    uloc_setDefault("en_GB", &status);
    if (U_FAILURE(status) || pthread_key_create(&key, free_thread_objects) != 0)
        abort();
}

static struct thread_objects *thread_objects(void)
{
    (void)pthread_once(&key_once, make_key);
    struct thread_objects *objects = pthread_getspecific(key);
    if (objects)
        return objects;
    objects = calloc(1, sizeof *objects);
    if (!objects || pthread_setspecific(key, objects) != 0)
        abort();
    return objects;
}

/* What is too long to be a language or zone is none; the copies then are empty. */
static void fill(struct kept *kept, enum icu_kind kind, struct str language, struct str zone)
{
    char locale[ICU_LOCALE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    ARENA_AUTO struct arena *arena = arena_new();
    if (kept->object)
        close_object(kept->kind, kept->object);
    kept->kind = kind;
    (void)str_to_c(language, kept->language, sizeof kept->language);
    (void)str_to_c(zone, kept->zone, sizeof kept->zone);
    icu_locale(str_of(kept->language), locale);
    struct str known = str_of(kept->zone);
    struct utf16 name = utf16_of(text_zone_valid(known) ? known : STR("UTC"), arena);
    kept->object = open_object(kind, locale, &name, &status);
    if (U_FAILURE(status) || !kept->object)
        abort(); /* ICU's data are missing or memory is out */
}

void *icu_object(enum icu_kind kind, struct str language, struct str zone)
{
    struct thread_objects *objects = thread_objects();
    struct kept *oldest = &objects->kept[0];
    if (language.len > TEXT_LANGUAGE_MAX)
        language = STR_NONE;
    if (zone.len > TEXT_ZONE_MAX)
        zone = STR_NONE;
    for (size_t i = 0; i < OBJECTS_KEPT; i++) {
        struct kept *kept = &objects->kept[i];
        if (kept->object && kept->kind == kind && str_eq(str_of(kept->language), language) &&
            str_eq(str_of(kept->zone), zone)) {
            kept->used = ++objects->clock;
            return kept->object;
        }
        if (kept->used < oldest->used)
            oldest = kept;
    }
    fill(oldest, kind, language, zone);
    oldest->used = ++objects->clock;
    return oldest->object;
}
