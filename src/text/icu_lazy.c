/* ICU is loaded when a text needs it: see base/lazy.h. A function that is called for the first time
 * needs its line here, else the linker does not find it. */
#include "base/lazy.h"
#include "text/icu.h"

#include <unicode/ubrk.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utrans.h>

/* It brings the other libraries of ICU with it. */
static struct lazy_library library = LAZY_LIBRARY(ICU_LIBRARY);

void icu_load(void)
{
    lazy_load(&library);
}

LAZY(library, int8_t, u_charType, (UChar32 c), (c))
LAZY(library, UBool, u_isUWhiteSpace, (UChar32 c), (c))
LAZY(library, UBool, u_iscntrl, (UChar32 c), (c))
LAZY(library, UChar *, u_strFromUTF8WithSub,
     (UChar * dest, int32_t dest_capacity, int32_t *p_dest_length, const char *src,
      int32_t src_length, UChar32 subchar, int32_t *p_num_substitutions, UErrorCode *p_error_code),
     (dest, dest_capacity, p_dest_length, src, src_length, subchar, p_num_substitutions,
      p_error_code))
LAZY(library, char *, u_strToUTF8WithSub,
     (char *dest, int32_t dest_capacity, int32_t *p_dest_length, const UChar *src,
      int32_t src_length, UChar32 subchar, int32_t *p_num_substitutions, UErrorCode *p_error_code),
     (dest, dest_capacity, p_dest_length, src, src_length, subchar, p_num_substitutions,
      p_error_code))
LAZY(library, int32_t, u_strToUpper,
     (UChar * dest, int32_t dest_capacity, const UChar *src, int32_t src_length, const char *locale,
      UErrorCode *p_error_code),
     (dest, dest_capacity, src, src_length, locale, p_error_code))
LAZY_VOID(library, ubrk_close, (UBreakIterator * bi), (bi))
LAZY(library, int32_t, ubrk_first, (UBreakIterator * bi), (bi))
LAZY(library, int32_t, ubrk_getRuleStatus, (UBreakIterator * bi), (bi))
LAZY(library, UBool, ubrk_isBoundary, (UBreakIterator * bi, int32_t offset), (bi, offset))
LAZY(library, int32_t, ubrk_next, (UBreakIterator * bi), (bi))
LAZY(library, UBreakIterator *, ubrk_open,
     (UBreakIteratorType type, const char *locale, const UChar *text, int32_t text_length,
      UErrorCode *status),
     (type, locale, text, text_length, status))
LAZY(library, int32_t, ubrk_preceding, (UBreakIterator * bi, int32_t offset), (bi, offset))
LAZY_VOID(library, ubrk_setText,
          (UBreakIterator * bi, const UChar *text, int32_t text_length, UErrorCode *status),
          (bi, text, text_length, status))
LAZY_VOID(library, ubrk_setUText, (UBreakIterator * bi, UText *text, UErrorCode *status),
          (bi, text, status))
LAZY_VOID(library, ucal_clear, (UCalendar * calendar), (calendar))
LAZY_VOID(library, ucal_close, (UCalendar * cal), (cal))
LAZY(library, int32_t, ucal_getCanonicalTimeZoneID,
     (const UChar *id, int32_t len, UChar *result, int32_t result_capacity, UBool *is_system_id,
      UErrorCode *status),
     (id, len, result, result_capacity, is_system_id, status))
LAZY(library, UDate, ucal_getMillis, (const UCalendar *cal, UErrorCode *status), (cal, status))
LAZY(library, int32_t, ucal_get,
     (const UCalendar *cal, UCalendarDateFields field, UErrorCode *status), (cal, field, status))
LAZY(library, UCalendar *, ucal_open,
     (const UChar *zone_id, int32_t len, const char *locale, UCalendarType type,
      UErrorCode *status),
     (zone_id, len, locale, type, status))
LAZY_VOID(library, ucal_setAttribute, (UCalendar * cal, UCalendarAttribute attr, int32_t new_value),
          (cal, attr, new_value))
LAZY_VOID(library, ucal_setDateTime,
          (UCalendar * cal, int32_t year, int32_t month, int32_t date, int32_t hour, int32_t minute,
           int32_t second, UErrorCode *status),
          (cal, year, month, date, hour, minute, second, status))
LAZY_VOID(library, ucal_setGregorianChange, (UCalendar * cal, UDate date, UErrorCode *p_error_code),
          (cal, date, p_error_code))
LAZY_VOID(library, ucal_setMillis, (UCalendar * cal, UDate date_time, UErrorCode *status),
          (cal, date_time, status))
LAZY_VOID(library, ucol_close, (UCollator * coll), (coll))
LAZY(library, UCollator *, ucol_open, (const char *loc, UErrorCode *status), (loc, status))
LAZY(library, UCollationResult, ucol_strcollUTF8,
     (const UCollator *coll, const char *source, int32_t source_length, const char *target,
      int32_t target_length, UErrorCode *status),
     (coll, source, source_length, target, target_length, status))
LAZY_VOID(library, udat_close, (UDateFormat * format), (format))
LAZY(library, int32_t, udat_format,
     (const UDateFormat *format, UDate date_to_format, UChar *result, int32_t result_length,
      UFieldPosition *position, UErrorCode *status),
     (format, date_to_format, result, result_length, position, status))
LAZY(library, UDateFormat *, udat_open,
     (UDateFormatStyle time_style, UDateFormatStyle date_style, const char *locale,
      const UChar *tz_id, int32_t tz_id_length, const UChar *pattern, int32_t pattern_length,
      UErrorCode *status),
     (time_style, date_style, locale, tz_id, tz_id_length, pattern, pattern_length, status))
LAZY_VOID(library, udatpg_close, (UDateTimePatternGenerator * dtpg), (dtpg))
LAZY(library, int32_t, udatpg_getBestPattern,
     (UDateTimePatternGenerator * dtpg, const UChar *skeleton, int32_t length, UChar *best_pattern,
      int32_t capacity, UErrorCode *p_error_code),
     (dtpg, skeleton, length, best_pattern, capacity, p_error_code))
LAZY(library, const UChar *, udatpg_getDateTimeFormatForStyle,
     (const UDateTimePatternGenerator *udtpg, UDateFormatStyle style, int32_t *p_length,
      UErrorCode *p_error_code),
     (udtpg, style, p_length, p_error_code))
LAZY(library, UDateTimePatternGenerator *, udatpg_open,
     (const char *locale, UErrorCode *p_error_code), (locale, p_error_code))
LAZY_VOID(library, udatpg_setDateTimeFormat,
          (const UDateTimePatternGenerator *dtpg, const UChar *dt_format, int32_t length),
          (dtpg, dt_format, length))
LAZY(library, int32_t, uloc_addLikelySubtags,
     (const char *locale_id, char *maximized_locale_id, int32_t maximized_locale_id_capacity,
      UErrorCode *err),
     (locale_id, maximized_locale_id, maximized_locale_id_capacity, err))
LAZY(library, int32_t, uloc_forLanguageTag,
     (const char *langtag, char *locale_id, int32_t locale_id_capacity, int32_t *parsed_length,
      UErrorCode *err),
     (langtag, locale_id, locale_id_capacity, parsed_length, err))
LAZY(library, int32_t, uloc_getCountry,
     (const char *locale_id, char *country, int32_t country_capacity, UErrorCode *err),
     (locale_id, country, country_capacity, err))
LAZY(library, const char *, uloc_getISO3Language, (const char *locale_id), (locale_id))
LAZY(library, int32_t, uloc_getLanguage,
     (const char *locale_id, char *language, int32_t language_capacity, UErrorCode *err),
     (locale_id, language, language_capacity, err))
LAZY(library, UBool, uloc_isRightToLeft, (const char *locale), (locale))
LAZY_VOID(library, uloc_setDefault, (const char *locale_id, UErrorCode *status),
          (locale_id, status))
LAZY(library, const UNormalizer2 *, unorm2_getNFCInstance, (UErrorCode * p_error_code),
     (p_error_code))
LAZY(library, const UNormalizer2 *, unorm2_getNFDInstance, (UErrorCode * p_error_code),
     (p_error_code))
LAZY(library, const UNormalizer2 *, unorm2_getNFKCCasefoldInstance, (UErrorCode * p_error_code),
     (p_error_code))
LAZY(library, UBool, unorm2_isNormalized,
     (const UNormalizer2 *norm2, const UChar *s, int32_t length, UErrorCode *p_error_code),
     (norm2, s, length, p_error_code))
LAZY(library, int32_t, unorm2_normalize,
     (const UNormalizer2 *norm2, const UChar *src, int32_t length, UChar *dest, int32_t capacity,
      UErrorCode *p_error_code),
     (norm2, src, length, dest, capacity, p_error_code))
LAZY_VOID(library, unum_close, (UNumberFormat * fmt), (fmt))
LAZY(library, int32_t, unum_formatInt64,
     (const UNumberFormat *fmt, int64_t number, UChar *result, int32_t result_length,
      UFieldPosition *pos, UErrorCode *status),
     (fmt, number, result, result_length, pos, status))
LAZY(library, UNumberFormat *, unum_open,
     (UNumberFormatStyle style, const UChar *pattern, int32_t pattern_length, const char *locale,
      UParseError *parse_err, UErrorCode *status),
     (style, pattern, pattern_length, locale, parse_err, status))
LAZY(library, UTransliterator *, utrans_openU,
     (const UChar *id, int32_t id_length, UTransDirection dir, const UChar *rules,
      int32_t rules_length, UParseError *parse_error, UErrorCode *p_error_code),
     (id, id_length, dir, rules, rules_length, parse_error, p_error_code))
LAZY_VOID(library, utrans_transUChars,
          (const UTransliterator *trans, UChar *text, int32_t *text_length, int32_t text_capacity,
           int32_t start, int32_t *limit, UErrorCode *status),
          (trans, text, text_length, text_capacity, start, limit, status))
LAZY(library, UText *, utext_close, (UText * text), (text))
LAZY(library, UText *, utext_openUTF8,
     (UText * text, const char *at, int64_t length, UErrorCode *status), (text, at, length, status))
