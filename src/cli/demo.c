#include "cli/cli.h"
static struct error run(const struct args *args)
{
    return error_make(ERR_INVALID, args->words[0], "the demo is not written yet");
}
static const struct option_spec options[] = {
    {"url", "URL", false, "its address (http://127.0.0.1:8080)"},
    {0},
};

const struct command command_demo = {
    .name = "demo",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "make a newsroom of invented stories, people and pictures in DIR",
    .run = run,
};
