/* Dates, zones and languages, by ICU.
 *
 * Moments are UTC milliseconds. A zone is an IANA name (Asia/Manila), a language a BCP 47 tag (en,
 * es-MX, zh-Hant); both are checked once, when settings or a story's file are read, with the two
 * _valid functions. A zone that is not valid counts as UTC here, a language as English: these
 * functions cannot fail. Results live in the arena.
 *
 * Formatters are dear to make (about 1 ms), so each thread keeps the few it used last: call from
 * any thread. */
#ifndef TEXT_DATES_H
#define TEXT_DATES_H

#include "base/arena.h"

enum { TEXT_ZONE_MAX = 64, TEXT_LANGUAGE_MAX = 40 };

/* A name that the zone database knows, as it is written there. */
bool text_zone_valid(struct str name);
/* A well-formed BCP 47 tag whose language ICU knows. */
bool text_language_valid(struct str tag);
/* "rtl" or "ltr": the direction in which the language's script is written. */
const char *text_direction(struct str language);
/* The language in the form of Open Graph: "en_US", "my_MM", with the likely country when the tag
 * names none. */
struct str text_og_locale(struct str language, struct arena *arena);

/* ---- A moment on the wall of a zone ---------------------------------------------------------- */

struct text_day {
    int year, month, day;     /* Gregorian; month from 1 */
    int hour, minute, second; /* 0 to 23 */
    int weekday;              /* 0 is Sunday */
};
struct text_day text_day(int64_t moment, struct str zone);

/* The first moment of the next day, month, year in the zone, later than `moment`: when a page that
 * shows the day, month or year becomes wrong. Where a clock change skips midnight, the first moment
 * of the day that exists. */
int64_t text_next_midnight(int64_t moment, struct str zone);
int64_t text_next_month(int64_t moment, struct str zone);
int64_t text_next_year(int64_t moment, struct str zone);

/* ---- In words -------------------------------------------------------------------------------- */

/* Plain "en" is written as most of the world writes English: day first, 24 hours. Tags with a
 * country follow that country. Languages with a calendar of their own (th, fa) use it here, and
 * only here. */

/* "24 November 2026, 14:05" */
struct str text_date_time(int64_t moment, struct str zone, struct str language,
                          struct arena *arena);
/* "24 November 2026" */
struct str text_date(int64_t moment, struct str zone, struct str language, struct arena *arena);
/* "Tuesday, 24 November 2026" (or as the language has it), for the masthead */
struct str text_weekday_date(int64_t moment, struct str zone, struct str language,
                             struct arena *arena);
/* "November 2026" */
struct str text_month_year(int64_t moment, struct str zone, struct str language,
                           struct arena *arena);
/* "24 November" */
struct str text_month_day(int64_t moment, struct str zone, struct str language,
                          struct arena *arena);
/* "14:05" */
struct str text_time(int64_t moment, struct str zone, struct str language, struct arena *arena);

/* ---- For machines ---------------------------------------------------------------------------- */

/* RFC 3339 with the zone's offset at that moment: "2026-11-24T14:05:00+08:00"; whole seconds. */
struct str text_rfc3339(int64_t moment, struct str zone, struct arena *arena);
/* "2026-11-24" */
struct str text_iso_date(int64_t moment, struct str zone, struct arena *arena);
/* RFC 822 with a four-digit year, always English: "Tue, 24 Nov 2026 14:05:00 +0800" */
struct str text_rfc822(int64_t moment, struct str zone, struct arena *arena);

/* Reads a time of front matter. With an offset: RFC 3339 ("2026-11-24T14:05:00+08:00", seconds and
 * fraction optional, a space for the T, "Z"). Without one it is on the zone's wall:
 * "2026-11-24 14:05", "2026-11-24T14:05:30", "2026-11-24" (midnight). A wall time that a clock
 * change skips is the first moment after it; one that comes twice is the first. False: not a time;
 * then *ret_moment is untouched. Years 1 to 9999. */
bool text_parse_time(struct str text, struct str zone, int64_t *ret_moment);

#endif
