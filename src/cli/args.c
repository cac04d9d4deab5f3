#include "cli/cli.h"

static const struct option_spec *find_spec(const struct command *command, struct str name)
{
    for (const struct option_spec *spec = command->options; spec && spec->name; spec++)
        if (str_eq(str_of(spec->name), name))
            return spec;
    return NULL;
}

const char *args_value(const struct args *args, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < args->option_count; i++)
        if (strcmp(args->options[i].name, name) == 0)
            value = args->options[i].value;
    return value;
}

const char **args_values(const struct args *args, const char *name, size_t *ret_count)
{
    const char **values = ARENA_ARRAY(args->arena, const char *, args->option_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < args->option_count; i++)
        if (strcmp(args->options[i].name, name) == 0)
            values[n++] = args->options[i].value;
    *ret_count = n;
    return values;
}

struct error args_number(const struct args *args, const char *name, int64_t least, int64_t most,
                         int64_t *ret_number)
{
    const char *text = args_value(args, name);
    int64_t number;
    if (!text)
        return NO_ERROR;
    if (!str_to_i64(str_of(text), &number) || number < least || number > most)
        return usage_error("--%s takes a whole number from %lld to %lld, not '%s'", name,
                           (long long)least, (long long)most, text);
    *ret_number = number;
    return NO_ERROR;
}

/* One that begins with two dashes; its value may be the next argument. */
static struct error take_option(const struct command *command, int argc, char **argv, int *i,
                                struct args *args)
{
    struct str text = str_of(argv[*i] + 2), name = text;
    ptrdiff_t equals = str_find_char(text, '=');
    if (equals >= 0)
        name = str_cut(text, 0, (size_t)equals);
    const struct option_spec *spec = find_spec(command, name);
    if (!spec)
        return usage_error("'%s' has no option --%.*s", command->name, STR_ARG(name));
    if (spec->times != OPTION_OFTEN && args_value(args, spec->name))
        return usage_error("--%s is given twice", spec->name);
    const char *value = equals >= 0 ? argv[*i] + 2 + equals + 1 : "";
    if (!spec->value && equals >= 0)
        return usage_error("--%s takes no value", spec->name);
    if (spec->value && equals < 0) {
        if (*i + 1 >= argc)
            return usage_error("--%s needs its %s", spec->name, spec->value);
        value = argv[++*i];
    }
    args->options[args->option_count++] = (struct option){spec->name, value};
    return NO_ERROR;
}

struct error args_parse(const struct command *command, int argc, char **argv, struct arena *arena,
                        struct args *ret_args, bool *ret_help)
{
    struct args args = {.arena = arena};
    args.words = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
    args.options = ARENA_ARRAY(arena, struct option, (size_t)argc + 1);
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (!only_words && strcmp(text, "--help") == 0) {
            *ret_help = true;
            return NO_ERROR;
        }
        if (!only_words && strcmp(text, "--") == 0)
            only_words = true;
        else if (!only_words && text[0] == '-' && text[1] == '-')
            TRY(take_option(command, argc, argv, &i, &args));
        else if (!only_words && text[0] == '-' && text[1])
            return usage_error("'%s' has no option %s", command->name, text);
        else
            args.words[args.word_count++] = text;
    }
    if (args.word_count < command->least_words)
        return usage_error("'%s' needs %s", command->name, command->words);
    if (args.word_count > command->most_words)
        return usage_error("'%s' does not know what to do with '%s'", command->name,
                           args.words[command->most_words]);
    *ret_args = args;
    *ret_help = false;
    return NO_ERROR;
}
