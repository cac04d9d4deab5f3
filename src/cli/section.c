#include "cli/json.h"
#include "cli/session.h"

/* ---- section add ------------------------------------------------------------------------------
 */

static struct error add(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_section section;
    struct settings settings;
    TRY(session_open(args->words[0], STORE_WRITER, args->arena, &session));
    TRY(store_write(session.store, &tx));
    changes_init(&changes, args->arena);
    TRY(section_add(tx, str_of(args->words[1]), str_of(args_value(args, "slug")), args->arena,
                    &changes, &section));
    TRY(settings_load(tx, args->arena, &settings));
    TRY(session_commit(&session, &tx, &changes, session_now()));
    struct error late = session_confirm(&session);
    TRY(cli_print_done("The section is added", "%.*s/%.*s\n", STR_ARG(settings.url),
                       STR_ARG(section.slug)));
    return late;
}

static const struct option_spec add_options[] = {
    {"slug", "SLUG", OPTION_ONCE, "its part of addresses (made from the name)"},
    {0},
};

const struct command command_section_add = {
    .name = "section add",
    .words = "DIR NAME",
    .least_words = 2,
    .most_words = 2,
    .options = add_options,
    .summary = "add a section and print its address",
    .run = add,
};

/* ---- section list -----------------------------------------------------------------------------
 */

static struct error print_json(const struct store_section *sections, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *section = json_object();
        json_put_text(section, "slug", sections[i].slug);
        json_put_text(section, "name", sections[i].name);
        (void)json_array_append_new(list, section);
    }
    return json_print(list);
}

static struct error list(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct store_section *sections;
    size_t count;
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(store_read(session.store, &tx));
    TRY(store_sections(tx, args->arena, &sections, &count));
    if (args_value(args, "json"))
        return print_json(sections, count);
    for (size_t i = 0; i < count; i++)
        TRY(cli_print("%.*s\t%.*s\n", STR_ARG(sections[i].slug), STR_ARG(sections[i].name)));
    return NO_ERROR;
}

static const struct option_spec list_options[] = {
    {"json", NULL, OPTION_ONCE, "as JSON"},
    {0},
};

const struct command command_section_list = {
    .name = "section list",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = list_options,
    .summary = "list the sections in the order of the navigation",
    .run = list,
};
