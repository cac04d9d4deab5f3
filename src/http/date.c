#include "http/date.h"

#include <stdio.h>

static const char days[] = "ThuFriSatSunMonTueWed"; /* 1 January 1970 was a Thursday */
static const char long_days[7][10] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                      "Monday",   "Tuesday", "Wednesday"};
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
enum { DAY_SECONDS = 24 * 60 * 60 };

struct date {
    int64_t year;
    int month, day, hour, minute, second; /* month and day from 1 */
};

/* Days since 1970 of a date of the Gregorian calendar; years run from March, so that the leap day
 * is the last of its year. */
static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct date date_of(int64_t seconds)
{
    int64_t day = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
    if (rest < 0) {
        rest += DAY_SECONDS;
        day--;
    }
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * day_of_year + 2) / 153;
    int month = (int)(m < 10 ? m + 3 : m - 9);
    return (struct date){year_of_era + era * 400 + (month <= 2),
                         month,
                         (int)(day_of_year - (153 * m + 2) / 5 + 1),
                         (int)(rest / 3600),
                         (int)(rest / 60 % 60),
                         (int)(rest % 60)};
}

static void two_digits(char *at, int number)
{
    at[0] = (char)('0' + number / 10 % 10);
    at[1] = (char)('0' + number % 10);
}

void http_date_format(int64_t ms, char ret_text[HTTP_DATE_LEN + 1])
{
    const int64_t last = days_of(10000, 1, 1) * DAY_SECONDS - 1;
    const int64_t first = days_of(0, 1, 1) * DAY_SECONDS;
    int64_t seconds = ms / 1000 - (ms % 1000 < 0);
    seconds = seconds > last ? last : seconds < first ? first : seconds;
    struct date date = date_of(seconds);
    int64_t day = days_of(date.year, date.month, date.day) % 7;
    memcpy(ret_text, "Thu, 01 Jan 1970 00:00:00 GMT", HTTP_DATE_LEN + 1);
    memcpy(ret_text, days + (day < 0 ? day + 7 : day) * 3, 3);
    two_digits(ret_text + 5, date.day);
    memcpy(ret_text + 8, months + (date.month - 1) * 3, 3);
    two_digits(ret_text + 12, (int)(date.year / 100));
    two_digits(ret_text + 14, (int)(date.year % 100));
    two_digits(ret_text + 17, date.hour);
    two_digits(ret_text + 20, date.minute);
    two_digits(ret_text + 23, date.second);
}

struct str http_date(int64_t ms, char text[HTTP_DATE_LEN + 1])
{
    http_date_format(ms, text);
    return str_n(text, HTTP_DATE_LEN);
}

/* ---- parsing ---- */

static bool take(struct str *s, struct str word)
{
    if (!str_starts(*s, word))
        return false;
    *s = str_from(*s, word.len);
    return true;
}

static bool take_number(struct str *s, size_t digits, int *ret_number)
{
    int number = 0;
    if (s->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (s->at[i] < '0' || s->at[i] > '9')
            return false;
        number = number * 10 + (s->at[i] - '0');
    }
    *s = str_from(*s, digits);
    *ret_number = number;
    return true;
}

/* One of the three-letter names; its index from 0. */
static bool take_name(struct str *s, const char *names, int count, int *ret_index)
{
    for (int i = 0; i < count; i++)
        if (take(s, str_n(names + (ptrdiff_t)i * 3, 3))) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool take_month(struct str *s, int *ret_month)
{
    int index;
    if (!take_name(s, months, 12, &index))
        return false;
    *ret_month = index + 1;
    return true;
}

static bool take_time(struct str *s, struct date *date)
{
    return take_number(s, 2, &date->hour) && take(s, STR(":")) &&
           take_number(s, 2, &date->minute) && take(s, STR(":")) &&
           take_number(s, 2, &date->second);
}

/* "06 Nov 1994 08:49:37 GMT", after the day's name */
static bool parse_imf(struct str s, struct date *date)
{
    int year;
    if (!take(&s, STR(", ")) || !take_number(&s, 2, &date->day) || !take(&s, STR(" ")) ||
        !take_month(&s, &date->month) || !take(&s, STR(" ")) || !take_number(&s, 4, &year) ||
        !take(&s, STR(" ")) || !take_time(&s, date))
        return false;
    date->year = year;
    return str_eq(s, STR(" GMT"));
}

/* "06-Nov-94 08:49:37 GMT", after the day's long name */
static bool parse_rfc850(struct str s, int64_t now, struct date *date)
{
    int year;
    if (!take(&s, STR(", ")) || !take_number(&s, 2, &date->day) || !take(&s, STR("-")) ||
        !take_month(&s, &date->month) || !take(&s, STR("-")) || !take_number(&s, 2, &year) ||
        !take(&s, STR(" ")) || !take_time(&s, date))
        return false;
    int64_t this_year = date_of(now / 1000).year;
    date->year = this_year - this_year % 100 + year;
    if (date->year > this_year + 50)
        date->year -= 100;
    else if (date->year <= this_year - 50)
        date->year += 100;
    return str_eq(s, STR(" GMT"));
}

/* "Nov  6 08:49:37 1994", after the day's name */
static bool parse_asctime(struct str s, struct date *date)
{
    int year;
    if (!take(&s, STR(" ")) || !take_month(&s, &date->month) || !take(&s, STR(" ")))
        return false;
    if (!(take(&s, STR(" ")) ? take_number(&s, 1, &date->day) : take_number(&s, 2, &date->day)))
        return false;
    if (!take(&s, STR(" ")) || !take_time(&s, date) || !take(&s, STR(" ")) ||
        !take_number(&s, 4, &year))
        return false;
    date->year = year;
    return s.len == 0;
}

static bool date_exists(const struct date *date)
{
    static const unsigned char lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (date->year % 4 == 0 && date->year % 100 != 0) || date->year % 400 == 0;
    return date->day >= 1 && date->day <= lengths[date->month - 1] &&
           !(date->month == 2 && date->day == 29 && !leap) && date->hour <= 23 &&
           date->minute <= 59 && date->second <= 60;
}

bool http_date_parse(struct str text, int64_t now, int64_t *ret_ms)
{
    struct date date = {0};
    struct str rest = text;
    int day;
    bool known = false;
    for (int i = 0; i < 7 && !known; i++) {
        rest = text;
        known = take(&rest, str_of(long_days[i])) && parse_rfc850(rest, now, &date);
    }
    rest = text;
    if (!known && take_name(&rest, days, 7, &day))
        known = parse_imf(rest, &date) || parse_asctime(rest, &date);
    if (!known || !date_exists(&date))
        return false;
    *ret_ms = (days_of(date.year, date.month, date.day) * DAY_SECONDS + date.hour * 3600 +
               date.minute * 60 + date.second) *
              1000;
    return true;
}
