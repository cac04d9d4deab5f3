/* How often each network may do a thing in an hour. Memory is fixed: when the table is full, the
 * entry that was used least recently of a few gives way. Safe from any thread. */
#ifndef SERVER_QUOTA_H
#define SERVER_QUOTA_H

#include "base/str.h"

struct quota;

struct quota *quota_new(void); /* never NULL */
void quota_free(struct quota *quota);

/* Counts one for the network; false when `most` were counted within the hour before `now` (UTC
 * milliseconds). A refusal is not counted. */
bool quota_take(struct quota *quota, struct str network, unsigned most, int64_t now);

#endif
