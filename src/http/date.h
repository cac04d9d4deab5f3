/* HTTP dates (RFC 9110, 5.6.7). */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include "base/str.h"

enum { HTTP_DATE_LEN = 29 };

/* "Sun, 06 Nov 1994 08:49:37 GMT" and a NUL. UTC milliseconds, cut to seconds, in the years 0 to
 * 9999. */
void http_date_format(int64_t ms, char ret_text[HTTP_DATE_LEN + 1]);
struct str http_date(int64_t ms, char text[HTTP_DATE_LEN + 1]);
/* All three forms. Two digits of a year that would lie more than 50 years after `now` mean the
 * century before. False when it is none of the three. */
bool http_date_parse(struct str text, int64_t now, int64_t *ret_ms);

#endif
