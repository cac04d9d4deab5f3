#include "text/dates.h"
#include "text/icu.h"

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>

enum { WORDS_SIZE = 200, MINUTE_MS = 60 * 1000 };

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is_printable_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] >= 0x7F)
            return false;
    return s.len > 0;
}

bool text_zone_valid(struct str name)
{
    if (name.len > TEXT_ZONE_MAX || !is_printable_ascii(name) || str_eq(name, STR("Etc/Unknown")))
        return false;
    UChar wide[TEXT_ZONE_MAX], canonical[TEXT_ZONE_MAX * 2];
    for (size_t i = 0; i < name.len; i++)
        wide[i] = (UChar)name.at[i];
    UBool known = false;
    UErrorCode status = U_ZERO_ERROR;
    (void)ucal_getCanonicalTimeZoneID(wide, (int32_t)name.len, canonical, TEXT_ZONE_MAX * 2, &known,
                                      &status);
    return U_SUCCESS(status) && known;
}

bool text_language_valid(struct str tag)
{
    char c_tag[TEXT_LANGUAGE_MAX + 1], locale[ICU_LOCALE_SIZE], language[ICU_LOCALE_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0;
    if (!is_printable_ascii(tag) || str_find_char(tag, '_') >= 0 ||
        !str_to_c(tag, c_tag, sizeof c_tag))
        return false;
    (void)uloc_forLanguageTag(c_tag, locale, sizeof locale, &parsed, &status);
    if (U_FAILURE(status) || (size_t)parsed != tag.len)
        return false;
    int32_t len = uloc_getLanguage(locale, language, sizeof language, &status);
    return U_SUCCESS(status) && len > 0 && uloc_getISO3Language(locale)[0] != '\0';
}

const char *text_direction(struct str language)
{
    char locale[ICU_LOCALE_SIZE];
    icu_locale(language, locale);
    return uloc_isRightToLeft(locale) ? "rtl" : "ltr";
}

struct str text_og_locale(struct str language, struct arena *arena)
{
    char locale[ICU_LOCALE_SIZE], full[ICU_LOCALE_SIZE], name[16] = "", country[16] = "";
    UErrorCode status = U_ZERO_ERROR;
    icu_locale(language, locale);
    (void)uloc_addLikelySubtags(locale, full, sizeof full, &status);
    (void)uloc_getLanguage(full, name, sizeof name, &status);
    (void)uloc_getCountry(full, country, sizeof country, &status);
    if (U_FAILURE(status) || !name[0])
        return STR("en_US");
    return arena_printf(arena, country[0] ? "%s_%s" : "%s", name, country);
}

/* ---- A moment on the wall -------------------------------------------------------------------- */

static UCalendar *calendar_at(int64_t moment, struct str zone)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = icu_object(ICU_CALENDAR, STR_NONE, zone);
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    ucal_setMillis(calendar, (UDate)moment, &status);
    return calendar;
}

static int field(const UCalendar *calendar, UCalendarDateFields name)
{
    UErrorCode status = U_ZERO_ERROR;
    return ucal_get(calendar, name, &status);
}

struct text_day text_day(int64_t moment, struct str zone)
{
    const UCalendar *calendar = calendar_at(moment, zone);
    return (struct text_day){
        .year = field(calendar, UCAL_EXTENDED_YEAR),
        .month = field(calendar, UCAL_MONTH) + 1,
        .day = field(calendar, UCAL_DATE),
        .hour = field(calendar, UCAL_HOUR_OF_DAY),
        .minute = field(calendar, UCAL_MINUTE),
        .second = field(calendar, UCAL_SECOND),
        .weekday = field(calendar, UCAL_DAY_OF_WEEK) - UCAL_SUNDAY,
    };
}

/* The moment at which the zone's wall shows this; month and day may be one too high. */
static int64_t wall(UCalendar *calendar, const struct text_day *day)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_clear(calendar);
    ucal_setDateTime(calendar, day->year, day->month - 1, day->day, day->hour, day->minute,
                     day->second, &status);
    return (int64_t)ucal_getMillis(calendar, &status);
}

/* Midnight of a day, later than `moment`: a clock that is set back just after midnight shows it
 * twice. */
static int64_t midnight_after(int64_t moment, struct str zone, int year, int month, int day)
{
    UCalendar *calendar = calendar_at(moment, zone);
    struct text_day at = {.year = year, .month = month, .day = day};
    int64_t midnight = wall(calendar, &at);
    if (midnight > moment)
        return midnight;
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_LAST);
    midnight = wall(calendar, &at);
    return midnight > moment ? midnight : moment + MINUTE_MS;
}

int64_t text_next_midnight(int64_t moment, struct str zone)
{
    struct text_day now = text_day(moment, zone);
    return midnight_after(moment, zone, now.year, now.month, now.day + 1);
}

int64_t text_next_month(int64_t moment, struct str zone)
{
    struct text_day now = text_day(moment, zone);
    return midnight_after(moment, zone, now.year, now.month + 1, 1);
}

int64_t text_next_year(int64_t moment, struct str zone)
{
    struct text_day now = text_day(moment, zone);
    return midnight_after(moment, zone, now.year + 1, 1, 1);
}

/* ---- In words -------------------------------------------------------------------------------- */

static struct str in_words(enum icu_kind kind, int64_t moment, struct str zone, struct str language,
                           struct arena *arena)
{
    UChar words[WORDS_SIZE];
    UErrorCode status = U_ZERO_ERROR;
    const UDateFormat *format = icu_object(kind, language, zone);
    int32_t len = udat_format(format, (UDate)moment, words, WORDS_SIZE, NULL, &status);
    if (U_FAILURE(status))
        return text_iso_date(moment, zone, arena);
    return utf16_to_str(words, len, arena);
}

struct str text_date_time(int64_t moment, struct str zone, struct str language, struct arena *arena)
{
    return in_words(ICU_DATE_TIME, moment, zone, language, arena);
}

struct str text_date(int64_t moment, struct str zone, struct str language, struct arena *arena)
{
    return in_words(ICU_DATE, moment, zone, language, arena);
}

struct str text_weekday_date(int64_t moment, struct str zone, struct str language,
                             struct arena *arena)
{
    return in_words(ICU_WEEKDAY_DATE, moment, zone, language, arena);
}

struct str text_month_year(int64_t moment, struct str zone, struct str language,
                           struct arena *arena)
{
    return in_words(ICU_MONTH_YEAR, moment, zone, language, arena);
}

struct str text_month_day(int64_t moment, struct str zone, struct str language, struct arena *arena)
{
    return in_words(ICU_MONTH_DAY, moment, zone, language, arena);
}

struct str text_time(int64_t moment, struct str zone, struct str language, struct arena *arena)
{
    return in_words(ICU_TIME, moment, zone, language, arena);
}

/* ---- For machines ---------------------------------------------------------------------------- */

/* The wall by an offset of whole minutes. Before standard time zones had seconds in their offsets,
 * which neither format can say: the wall is then shown by the minutes that are written. */
struct shown {
    struct text_day day;
    char sign;
    int hours, minutes; /* of the offset */
};

static struct shown shown_at(int64_t moment, struct str zone)
{
    const UCalendar *calendar = calendar_at(moment, zone);
    int offset = (field(calendar, UCAL_ZONE_OFFSET) + field(calendar, UCAL_DST_OFFSET)) / MINUTE_MS;
    int size = offset < 0 ? -offset : offset;
    return (struct shown){.day = text_day(moment + (int64_t)offset * MINUTE_MS, STR("UTC")),
                          .sign = offset < 0 ? '-' : '+',
                          .hours = size / 60,
                          .minutes = size % 60};
}

struct str text_rfc3339(int64_t moment, struct str zone, struct arena *arena)
{
    struct shown at = shown_at(moment, zone);
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", at.day.year,
                        at.day.month, at.day.day, at.day.hour, at.day.minute, at.day.second,
                        at.sign, at.hours, at.minutes);
}

struct str text_iso_date(int64_t moment, struct str zone, struct arena *arena)
{
    struct text_day day = text_day(moment, zone);
    return arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
}

struct str text_rfc822(int64_t moment, struct str zone, struct arena *arena)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct shown at = shown_at(moment, zone);
    return arena_printf(arena, "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
                        days + at.day.weekday * 3, at.day.day, months + (at.day.month - 1) * 3,
                        at.day.year, at.day.hour, at.day.minute, at.day.second, at.sign, at.hours,
                        at.minutes);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Takes exactly `digits` digits off the front. */
static bool take_number(struct str *rest, size_t digits, int least, int most, int *ret_number)
{
    int number = 0;
    if (rest->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (rest->at[i] < '0' || rest->at[i] > '9')
            return false;
        number = number * 10 + (rest->at[i] - '0');
    }
    *rest = str_from(*rest, digits);
    *ret_number = number;
    return number >= least && number <= most;
}

static bool take_char(struct str *rest, const char *of)
{
    if (rest->len == 0 || rest->at[0] == '\0' || !strchr(of, rest->at[0]))
        return false;
    *rest = str_from(*rest, 1);
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(struct str *rest, struct text_day *day)
{
    return take_number(rest, 4, 1, 9999, &day->year) && take_char(rest, "-") &&
           take_number(rest, 2, 1, 12, &day->month) && take_char(rest, "-") &&
           take_number(rest, 2, 1, days_of_month(day->year, day->month), &day->day);
}

/* "14:05", "14:05:30", "14:05:30.25" */
static bool take_clock(struct str *rest, struct text_day *day, int *ret_ms)
{
    int ms = 0, digit, unit = 100;
    if (!take_number(rest, 2, 0, 23, &day->hour) || !take_char(rest, ":") ||
        !take_number(rest, 2, 0, 59, &day->minute))
        return false;
    if (take_char(rest, ":")) {
        if (!take_number(rest, 2, 0, 59, &day->second))
            return false;
        if (take_char(rest, ".")) {
            if (!take_number(rest, 1, 0, 9, &digit))
                return false;
            do {
                ms += digit * unit;
                unit /= 10;
            } while (take_number(rest, 1, 0, 9, &digit));
        }
    }
    *ret_ms = ms;
    return true;
}

/* "Z", "+08:00", "+0800", "+08" */
static bool take_offset(struct str *rest, int64_t *ret_ms)
{
    int hours, minutes = 0;
    if (take_char(rest, "Zz")) {
        *ret_ms = 0;
        return true;
    }
    bool negative = rest->len && rest->at[0] == '-';
    if (!take_char(rest, "+-") || !take_number(rest, 2, 0, 18, &hours))
        return false;
    bool colon = take_char(rest, ":");
    if ((colon || rest->len) && !take_number(rest, 2, 0, 59, &minutes))
        return false;
    *ret_ms = (int64_t)(hours * 60 + minutes) * MINUTE_MS * (negative ? -1 : 1);
    return true;
}

bool text_parse_time(struct str text, struct str zone, int64_t *ret_moment)
{
    struct text_day day = {0};
    struct str rest = str_trim(text);
    int64_t offset;
    int ms = 0;
    if (!take_date(&rest, &day))
        return false;
    if (rest.len && (!take_char(&rest, "Tt ") || !take_clock(&rest, &day, &ms)))
        return false;
    rest = str_trim(rest);
    if (rest.len == 0) {
        *ret_moment = wall(calendar_at(0, zone), &day) + ms;
        return true;
    }
    if (!take_offset(&rest, &offset) || rest.len)
        return false;
    *ret_moment = wall(calendar_at(0, STR("UTC")), &day) + ms - offset;
    return true;
}
