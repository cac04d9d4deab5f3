/* People who may use the desk, for other commands. */
#ifndef CLI_USER_H
#define CLI_USER_H

#include "cli/session.h"

/* What is done when a new newsroom could not be told of. */
#define NEWSROOM_MADE "The newsroom is made ('stoppress user welcome' gives the link to its desk)"

/* Prints a fresh link with which the first publisher sets a password; nothing, and false, when one
 * has a password. */
MUST_USE struct error user_first_link(struct session *session, bool *ret_printed);

/* The same for the folder that a command has just made. */
MUST_USE struct error user_welcome_dir(const struct args *args);

#endif
