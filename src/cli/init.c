/* init: a new, empty newsroom. */
#include "cli/pages.h"
#include "cli/session.h"
#include "cli/user.h"
#include "site/site.h"
#include "text/dates.h"

#include <errno.h>
#include <sys/stat.h>

extern const struct embedded newsroom_defaults[];

static struct error read_settings(const struct args *args, struct settings *ret_settings)
{
    const char *language = args_value(args, "language"), *zone = args_value(args, "timezone");
    struct settings given = {.name = str_of(args_value(args, "name")),
                             .url = str_of(args_value(args, "url")),
                             .language = language ? str_of(language) : STR("en"),
                             .timezone = zone ? str_of(zone) : STR("UTC")};
    if (!given.name.len)
        return usage_error("'init' needs --name NAME, as in --name 'The Courier'");
    if (!given.url.len)
        return usage_error("'init' needs --url URL, as in --url https://example.org");
    int64_t year =
        text_day(session_now(), text_zone_valid(given.timezone) ? given.timezone : STR("UTC")).year;
    given.since = year;
    TRY(args_number(args, "since", 1450, year, &given.since));
    return settings_check(&given, args->arena, ret_settings);
}

/* Their texts are English: a promise to readers is nothing to be translated unseen. What they are
 * called follows the newsroom's language. */
static struct error name_pages(struct store_tx *tx, const struct site *site, struct str language,
                               struct arena *arena)
{
    static const struct {
        struct str slug;
        const char *word;
    } named[] = {{STR_INIT("about"), "about_site"},
                 {STR_INIT("newsletters"), "newsletter"},
                 {STR_INIT("privacy"), "privacy"},
                 {STR_INIT("terms"), "terms"}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct store_page page;
        struct str title = site_word(site, language, named[i].word);
        if (str_eq(title, site_word(site, STR("en"), named[i].word)))
            continue; /* the theme doesn't speak it */
        TRY(store_page(tx, named[i].slug, arena, &page));
        page.title = title;
        TRY(store_page_set(tx, &page));
    }
    cli_note("About, Newsletters, Privacy and Terms begin with English texts: put them into your "
             "language at /desk/settings.");
    return NO_ERROR;
}

static bool is_english(struct str language)
{
    return str_eq(language, STR("en")) || str_starts(language, STR("en-"));
}

static struct error fill(struct session *session, const struct settings *settings,
                         const struct site *site)
{
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct changes changes;
    struct store_section section;
    TRY(store_write(session->store, &tx));
    int64_t now = session_now();
    changes_init(&changes, session->arena);
    TRY(settings_save(tx, settings, &changes.keys));
    TRY(section_add(tx, site_word(site, settings->language, "first_section"), STR("news"),
                    session->arena, &changes, &section));
    TRY(pages_install(tx, newsroom_defaults, "", settings, now, session->arena, &changes));
    if (!is_english(settings->language))
        TRY(name_pages(tx, site, settings->language, session->arena));
    return session_commit(session, &tx, &changes, now);
}

static struct error build(const char *building, const struct settings *settings,
                          struct arena *arena)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    struct site *site;
    TRY(session_open_new(building, arena, &session));
    if (mkdirat(session.folder.fd, "theme", 0700) < 0)
        return error_errno("theme");
    TRY(site_load(NULL, &site));
    struct error error = fill(&session, settings, site);
    site_unref(site);
    return error;
}

static struct error run(const struct args *args)
{
    FOLDER_NEW_AUTO struct folder_new new = FOLDER_NEW_NONE;
    struct settings settings;
    TRY(read_settings(args, &settings));
    TRY(folder_new_begin(args->words[0], &new));
    TRY(build(new.building, &settings, args->arena));
    TRY(folder_new_finish(&new));
    TRY(cli_print_done(NEWSROOM_MADE, "%s is a newsroom now. Serve it: stoppress serve %s\n",
                       args->words[0], args->words[0]));
    return user_welcome_dir(args);
}

static const struct option_spec options[] = {
    {"name", "NAME", OPTION_NEEDED, "the newsroom's name"},
    {"url", "URL", OPTION_NEEDED, "its public address, as in https://example.org"},
    {"language", "TAG", OPTION_ONCE, "the language that it writes in (en)"},
    {"timezone", "ZONE", OPTION_ONCE, "whose times it shows, as in Asia/Manila (UTC)"},
    {"since", "YEAR", OPTION_ONCE, "the year it was founded (this year)"},
    {0},
};

const struct command command_init = {
    .name = "init",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "make a new, empty newsroom in DIR",
    .about = "DIR must not exist or be empty. The newsroom begins with one section, news,\n"
             "named in its language where the theme speaks it.\n",
    .run = run,
};
