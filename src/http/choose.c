#include "http/choose.h"

#include "http/date.h"
#include "http/head.h"

/* ---- conditions ---- */

/* Takes an entity tag off the front of *list; its opaque part, with quotes, and whether it is weak.
 * RFC 9110, 8.8.3. */
static bool take_etag(struct str *list, struct str *ret_opaque, bool *ret_weak)
{
    bool weak = str_starts(*list, STR("W/"));
    struct str rest = str_from(*list, weak ? 2 : 0);
    if (rest.len < 2 || rest.at[0] != '"')
        return false;
    ptrdiff_t end = str_find_char(str_from(rest, 1), '"');
    if (end < 0)
        return false;
    *ret_opaque = str_cut(rest, 0, (size_t)end + 2);
    *ret_weak = weak;
    *list = str_from(rest, (size_t)end + 2);
    return true;
}

static struct str skip_commas(struct str list)
{
    while (list.len && (list.at[0] == ' ' || list.at[0] == '\t' || list.at[0] == ','))
        list = str_from(list, 1);
    return list;
}

bool http_etag_listed(struct str list, struct str etag, bool weak)
{
    struct str opaque, ours;
    bool is_weak, ours_weak;
    if (str_eq(str_trim(list), STR("*")))
        return true;
    if (!take_etag(&etag, &ours, &ours_weak))
        return false;
    for (list = skip_commas(list); take_etag(&list, &opaque, &is_weak); list = skip_commas(list)) {
        if (str_eq(opaque, ours) && (weak || (!is_weak && !ours_weak)))
            return true;
        if (list.len && list.at[0] != ',' && list.at[0] != ' ' && list.at[0] != '\t')
            return false;
    }
    return false;
}

/* Whether any field of that name lists the tag; *ret_given tells whether there is one at all. */
static bool any_listed(const struct http_request *request, struct str name, struct str etag,
                       bool weak, bool *ret_given)
{
    size_t i = 0;
    struct str list;
    *ret_given = false;
    while (http_field_next(request, name, &i, &list)) {
        *ret_given = true;
        if (http_etag_listed(list, etag, weak))
            return true;
    }
    return false;
}

/* True when the field holds a date and `last_modified` is known: whether that is not later. Dates
 * have a grain of one second. */
static bool not_later(const struct http_request *request, struct str name, int64_t last_modified,
                      bool *ret_not_later)
{
    int64_t date;
    struct str value = http_field(request, name);
    if (!value.at || last_modified == NEVER ||
        !http_date_parse(value, clock_now(&clock_system), &date))
        return false;
    *ret_not_later = last_modified / 1000 <= date / 1000;
    return true;
}

enum http_condition http_condition(const struct http_request *request, struct str etag,
                                   int64_t last_modified)
{
    bool given, holds;
    bool reading = request->method == HTTP_GET || request->method == HTTP_HEAD;
    holds = any_listed(request, STR("If-Match"), etag, false, &given);
    if (given && !holds)
        return HTTP_PRECONDITION_FAILED;
    if (!given && not_later(request, STR("If-Unmodified-Since"), last_modified, &holds) && !holds)
        return HTTP_PRECONDITION_FAILED;
    holds = any_listed(request, STR("If-None-Match"), etag, true, &given);
    if (given)
        return !holds ? HTTP_PROCEED : reading ? HTTP_NOT_MODIFIED : HTTP_PRECONDITION_FAILED;
    if (reading && not_later(request, STR("If-Modified-Since"), last_modified, &holds) && holds)
        return HTTP_NOT_MODIFIED;
    return HTTP_PROCEED;
}

/* ---- content codings ---- */

/* "q=0.5" in thousandths; what is not well formed counts as 1. */
static unsigned quality(struct str parameters)
{
    struct str parameter;
    while (str_split(&parameters, ';', &parameter)) {
        parameter = str_trim(parameter);
        if (parameter.len < 3 || (parameter.at[0] | 0x20) != 'q' || parameter.at[1] != '=')
            continue;
        struct str number = str_from(parameter, 2);
        unsigned value = 0, unit = 1000;
        for (size_t i = 0; i < number.len && i < 5; i++) {
            if (i == 1 && number.at[i] == '.')
                continue;
            if (i == 1 || number.at[i] < '0' || number.at[i] > '9')
                return 1000;
            value += (unsigned)(number.at[i] - '0') * unit;
            unit /= 10;
        }
        return value > 1000 ? 1000 : value;
    }
    return 1000;
}

unsigned http_coding_quality(const struct http_request *request, struct str coding)
{
    unsigned named = 0, any = 0;
    bool is_named = false, is_any = false, given = false;
    bool identity = str_eq_nocase(coding, STR("identity"));
    bool gzip = str_eq_nocase(coding, STR("gzip"));
    size_t i = 0;
    struct str list, element, name;
    while (http_field_next(request, STR("Accept-Encoding"), &i, &list)) {
        given = true;
        while (http_list_next(&list, &element)) {
            struct str rest = element;
            (void)str_split(&rest, ';', &name);
            name = str_trim(name);
            if (str_eq_nocase(name, coding) ||
                (gzip && str_eq_nocase(name, STR("x-gzip")))) { /* RFC 9110, 8.4.1.3 */
                is_named = true;
                named = quality(rest);
            } else if (str_eq(name, STR("*"))) {
                is_any = true;
                any = quality(rest);
            }
        }
    }
    if (is_named)
        return named;
    if (is_any)
        return any;
    /* RFC 9110, 12.5.3: without the field anything is acceptable; identity always, unless refused.
     * A reader that says nothing gets no gzip from us; a smaller quality lets "gzip" alone win. */
    return identity ? (given ? 1 : 1000) : 0;
}

bool http_wants_gzip(const struct http_request *request)
{
    unsigned gzip = http_coding_quality(request, STR("gzip"));
    return gzip > 0 && gzip >= http_coding_quality(request, STR("identity"));
}

/* ---- ranges ---- */

static bool parse_u64(struct str s, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(s.at[i] - '0'), &number))
            number = UINT64_MAX / 16; /* beyond every file */
    }
    *ret_number = number;
    return s.len > 0;
}

/* RFC 9110, 13.1.5: a strong tag, or a date that equals exactly. */
static bool if_range_holds(const struct http_request *request, struct str etag,
                           int64_t last_modified)
{
    struct str value = http_field(request, STR("If-Range"));
    int64_t date;
    if (!value.at)
        return true;
    if (value.len && (value.at[0] == '"' || value.at[0] == 'W'))
        return value.at[0] == '"' && str_eq(value, etag);
    return last_modified != NEVER && http_date_parse(value, clock_now(&clock_system), &date) &&
           last_modified / 1000 == date / 1000;
}

enum http_range_kind http_range(const struct http_request *request, uint64_t size, struct str etag,
                                int64_t last_modified, uint64_t *ret_first, uint64_t *ret_length)
{
    struct str value = http_field(request, STR("Range"));
    uint64_t first, last;
    if (!value.at || request->method != HTTP_GET || value.len < 6 ||
        !str_eq_nocase(str_cut(value, 0, 6), STR("bytes=")) ||
        !if_range_holds(request, etag, last_modified))
        return HTTP_RANGE_WHOLE;
    struct str range = str_trim(str_from(value, 6));
    ptrdiff_t dash = str_find_char(range, '-');
    if (dash < 0)
        return HTTP_RANGE_WHOLE;
    struct str from = str_cut(range, 0, (size_t)dash), to = str_from(range, (size_t)dash + 1);
    if (from.len == 0) { /* the last bytes */
        if (!parse_u64(to, &last))
            return HTTP_RANGE_WHOLE;
        if (last == 0 || size == 0)
            return HTTP_RANGE_UNSATISFIABLE;
        *ret_length = last < size ? last : size;
        *ret_first = size - *ret_length;
        return HTTP_RANGE_PART;
    }
    if (!parse_u64(from, &first) || (to.len && !parse_u64(to, &last)))
        return HTTP_RANGE_WHOLE; /* several ranges have a comma and end here */
    if (to.len && last < first)
        return HTTP_RANGE_WHOLE;
    if (first >= size)
        return HTTP_RANGE_UNSATISFIABLE;
    *ret_length = to.len && last < size - 1 ? last - first + 1 : size - first;
    *ret_first = first;
    return HTTP_RANGE_PART;
}
