/* One line of text an event to standard error: time, level, message. A line never holds a secret, a
 * password or a reader's address; control characters are replaced. Safe from any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Lines under `least` are left out; at the start LOG_INFO. */
void log_set_level(enum log_level least);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "doing: sentence". */
void log_error(const char *doing, const struct error *error);

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)

#endif
