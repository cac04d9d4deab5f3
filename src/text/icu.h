/* Inside text/: what every file here needs of ICU. ICU's objects are dear to make and not for two
 * threads at once, so each thread keeps those it used last. */
#ifndef TEXT_ICU_H
#define TEXT_ICU_H

#include "base/arena.h"

#include <unicode/utypes.h>

/* Loads the library (base/lazy.h). */
void icu_load(void);

/* UTF-16 in the arena. */
struct utf16 {
    UChar *at;
    int32_t len;
};

/* What is not UTF-8 becomes U+FFFD. Aborts above 256 MiB: inputs are bounded long before. */
struct utf16 utf16_of(struct str text, struct arena *arena);
struct str utf16_to_str(const UChar *at, int32_t len, struct arena *arena);

enum icu_kind {
    ICU_DATE_TIME, /* UDateFormat, for a language and a zone */
    ICU_DATE,
    ICU_WEEKDAY_DATE,
    ICU_MONTH_YEAR,
    ICU_MONTH_DAY,
    ICU_TIME,
    ICU_CALENDAR,   /* UCalendar, Gregorian without end, for a zone */
    ICU_WORDS,      /* UBreakIterator, for a language */
    ICU_CHARACTERS, /* the same */
    ICU_COLLATOR,   /* UCollator, for a language */
    ICU_NUMBER,     /* UNumberFormat, for a language */
};

/* The calling thread's object of this kind, made when needed; it stays valid until the thread's
 * next call. A language or zone that ICU does not know counts as English or UTC. Never NULL. */
void *icu_object(enum icu_kind kind, struct str language, struct str zone);

/* ICU's name of the locale of a BCP 47 tag; "en" for what is not one. */
enum { ICU_LOCALE_SIZE = 160 };
void icu_locale(struct str language, char ret_locale[ICU_LOCALE_SIZE]);

#endif
