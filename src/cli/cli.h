/* The command line: a table of commands, each with its words, options and help, and what they
 * share.
 *
 * A command returns an error; the caller prints its sentence to standard error, one line an error,
 * and turns it into the exit code: 0 done, 1 failed, 2 not understood (ERR_USAGE). Results go to
 * standard output. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/error.h"

#include <stdio.h>

/* ---- Arguments --------------------------------------------------------------------------------
 */

/* How often an option is given. For one that is needed the command itself asks, in words of its
 * own. */
enum option_times { OPTION_ONCE, OPTION_OFTEN, OPTION_NEEDED };

struct option_spec {
    const char *name;  /* without the dashes */
    const char *value; /* what its value is called, as in "N"; NULL for a switch */
    enum option_times times;
    const char *about;
};

struct option {
    const char *name, *value;
};

struct args {
    struct arena *arena;
    const char **words; /* what is no option, without the command's own name */
    size_t word_count;
    struct option *options; /* in the order given */
    size_t option_count;
};

/* The value of an option, or NULL when it was not given; a switch that was given has "". */
const char *args_value(const struct args *args, const char *name);
/* All values of a repeated option. */
const char **args_values(const struct args *args, const char *name, size_t *ret_count);
/* A whole number within the bounds; ERR_USAGE. Leaves *ret_number when the option isn't given. */
MUST_USE struct error args_number(const struct args *args, const char *name, int64_t least,
                                  int64_t most, int64_t *ret_number);

struct command {
    const char *name;  /* "serve", "story add" */
    const char *words; /* as in "DIR FILE.md..." */
    size_t least_words, most_words;
    const struct option_spec *options; /* ended by one without a name; may be NULL */
    const char *summary;               /* one line */
    const char *about;                 /* the help text below it; may be NULL */
    struct error (*run)(const struct args *args);
};

/* Takes apart what follows the command's name. *ret_help when --help was asked for. ERR_USAGE. */
MUST_USE struct error args_parse(const struct command *command, int argc, char **argv,
                                 struct arena *arena, struct args *ret_args, bool *ret_help);

/* Runs the program's arguments and gives the exit code. */
int cli_run(int argc, char **argv);

/* ---- The commands, one file each --------------------------------------------------------------
 */

extern const struct command command_init, command_demo, command_serve, command_backup,
    command_restore, command_check, command_load, command_user_add, command_user_invite,
    command_user_reset, command_user_disable, command_user_list, command_user_welcome;
extern const struct command command_story_add, command_story_edit, command_story_publish,
    command_story_withdraw, command_story_takedown, command_story_show, command_story_list;
extern const struct command command_section_add, command_section_list, command_subscribers_list;

/* ---- Output -----------------------------------------------------------------------------------
 */

MUST_USE struct error usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "stoppress: sentence" on standard error. */
void cli_complain(const struct error *error);
/* What is wrong within one file, as editors understand it: "FILE:LINE: FIELD: what to do", or
 * "FILE: sentence" for the whole file. Gives ERR_SAID, of which nothing more is printed. */
MUST_USE struct error cli_complain_file(const char *file, const struct error *error);
/* A remark that is no failure, on standard error. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints and flushes, so that who reads a pipe has the line. An error when nobody takes it. */
MUST_USE struct error cli_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for the line that tells what is done and saved by now: when nobody takes it, the error
 * says `done`, so that nobody does it again. */
MUST_USE struct error cli_print_done(const char *done, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shown on a terminal only, on one line of standard error, from the second second on. */
struct progress {
    const char *doing; /* "Making pictures" */
    int64_t started, shown;
    bool on_terminal, visible;
};
struct progress progress_begin(const char *doing);
/* `total` 0: not known. */
void progress_step(struct progress *progress, int64_t done, int64_t total);
/* At once, before one long call during which nothing can be counted. */
void progress_show(struct progress *progress);
void progress_end(struct progress *progress);

#endif
