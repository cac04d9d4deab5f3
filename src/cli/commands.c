/* Which command was asked for, and help. */
#include "base/hash.h"
#include "cli/cli.h"

#include <fcntl.h>
#include <unistd.h>

enum { COMMANDS = 23 };

static const struct command *const commands[COMMANDS] = {
    &command_init,
    &command_demo,
    &command_serve,
    &command_story_add,
    &command_story_edit,
    &command_story_publish,
    &command_story_withdraw,
    &command_story_takedown,
    &command_story_show,
    &command_story_list,
    &command_section_add,
    &command_section_list,
    &command_subscribers_list,
    &command_backup,
    &command_restore,
    &command_check,
    &command_load,
    &command_user_add,
    &command_user_invite,
    &command_user_reset,
    &command_user_disable,
    &command_user_list,
    &command_user_welcome,
};

/* Number of argv words that make up the name, 0 when it is another command. */
static int name_matches(const char *name, int argc, char **argv)
{
    struct str rest = str_of(name), word;
    int n = 0;
    while (str_split(&rest, ' ', &word)) {
        if (n >= argc || !str_eq(str_of(argv[n]), word))
            return 0;
        n++;
    }
    return n;
}

static bool is_group(const char *name, const char *word)
{
    struct str text = str_of(name);
    return str_find_char(text, ' ') == (ptrdiff_t)strlen(word) && str_starts(text, str_of(word));
}

static struct error print_overview(void)
{
    TRY(cli_print("Stoppress: write, publish and serve the news of a newsroom.\n\n"));
    for (size_t i = 0; i < COMMANDS; i++)
        TRY(cli_print("  %-18s %s\n", commands[i]->name, commands[i]->summary));
    TRY(cli_print("  %-18s %s\n", "version", "print the version"));
    TRY(cli_print("  %-18s %s\n", "help", "explain a command"));
    return cli_print("\n'stoppress help COMMAND' or 'stoppress COMMAND --help' says more.\n"
                     "DIR is the newsroom's folder. To begin: stoppress demo DIR, then "
                     "stoppress serve DIR\n");
}

static struct error print_help(const struct command *command)
{
    TRY(cli_print("stoppress %s %s", command->name, command->words));
    for (const struct option_spec *o = command->options; o && o->name; o++)
        TRY(cli_print(" %s--%s%s%s%s%s", o->times == OPTION_NEEDED ? "" : "[", o->name,
                      o->value ? " " : "", o->value ? o->value : "",
                      o->times == OPTION_NEEDED ? "" : "]", o->times == OPTION_OFTEN ? "..." : ""));
    TRY(cli_print("\n\n%s\n", command->summary));
    if (command->about)
        TRY(cli_print("\n%s", command->about));
    for (const struct option_spec *o = command->options; o && o->name; o++) {
        if (o == command->options)
            TRY(cli_print("\n"));
        ARENA_AUTO struct arena *arena = arena_new();
        struct str left =
            arena_printf(arena, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        TRY(cli_print("  %-24.*s %s\n", STR_ARG(left), o->about));
    }
    return cli_print("\n");
}

/* All commands of a group, such as "story". */
static struct error print_group(const char *group, bool *ret_found)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!is_group(commands[i]->name, group))
            continue;
        TRY(cli_print("stoppress %s %s\n    %s\n", commands[i]->name, commands[i]->words,
                      commands[i]->summary));
        *ret_found = true;
    }
    return NO_ERROR;
}

static struct error unknown(int argc, char **argv)
{
    bool group = false;
    for (size_t i = 0; i < COMMANDS; i++)
        group = group || is_group(commands[i]->name, argv[0]);
    if (group && argc > 1)
        return usage_error("'%s' has no command '%s'", argv[0], argv[1]);
    if (group)
        return usage_error("'%s' needs a command behind it", argv[0]);
    return usage_error("There is no command '%s'", argv[0]);
}

static const struct command *find(int argc, char **argv, int *ret_used)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        int used = name_matches(commands[i]->name, argc, argv);
        if (used) {
            *ret_used = used;
            return commands[i];
        }
    }
    return NULL;
}

static struct error help(int argc, char **argv)
{
    int used = 0;
    bool found = false;
    if (argc == 0)
        return print_overview();
    const struct command *command = find(argc, argv, &used);
    if (command && used == argc)
        return print_help(command);
    if (argc == 1)
        TRY(print_group(argv[0], &found));
    if (!found && strcmp(argv[0], "version") == 0)
        return cli_print("stoppress version\n\nprint the version\n");
    if (!found && strcmp(argv[0], "help") == 0)
        return cli_print("stoppress help [COMMAND]\n\nexplain a command\n");
    return found ? NO_ERROR : unknown(argc, argv);
}

static bool is_any(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static struct error version(int argc)
{
    if (argc > 0)
        return usage_error("'version' takes nothing behind it");
    return cli_print("stoppress " STOPPRESS_VERSION "\n");
}

static struct error dispatch(int argc, char **argv, struct arena *arena)
{
    int used = 0;
    bool wants_help = false;
    struct args args;
    if (argc == 0)
        return usage_error("No command was given");
    if (is_any(argv[0], "version", "--version"))
        return argc == 2 && strcmp(argv[1], "--help") == 0 ? help(1, argv) : version(argc - 1);
    if (is_any(argv[0], "help", "--help")) {
        bool of_itself = argc == 2 && strcmp(argv[1], "--help") == 0;
        return of_itself ? help(1, argv) : help(argc - 1, argv + 1);
    }
    const struct command *command = find(argc, argv, &used);
    if (!command && argc == 2 && strcmp(argv[1], "--help") == 0)
        return help(1, argv);
    if (!command)
        return unknown(argc, argv);
    TRY(args_parse(command, argc - used, argv + used, arena, &args, &wants_help));
    return wants_help ? print_help(command) : command->run(&args);
}

/* A file that is opened must never become standard output by accident; writing to what was closed
 * fails. */
static void open_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        (void)close(fd);
}

int cli_run(int argc, char **argv)
{
    ARENA_AUTO struct arena *arena = arena_new();
    open_standard_descriptors();
    hash_start();
    struct error error = dispatch(argc - 1, argv + 1, arena);
    if (error.code == ERR_OK)
        return 0;
    if (error.code != ERR_SAID)
        cli_complain(&error);
    return error.code == ERR_USAGE ? 2 : 1;
}
