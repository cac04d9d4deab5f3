#include "cli/json.h"
#include "cli/session.h"
#include "text/dates.h"

enum { AT_ONCE = 200 };

static const char *state_name(enum subscriber_state state)
{
    switch (state) {
    case SUBSCRIBER_PENDING:
        return "pending";
    case SUBSCRIBER_CONFIRMED:
        return "confirmed";
    case SUBSCRIBER_LEFT:
        return "left";
    }
    return "unknown";
}

static const char *consent_name(enum consent_kind kind)
{
    switch (kind) {
    case CONSENT_MAIL:
        return "mail";
    case CONSENT_TERMS:
        return "terms";
    case CONSENT_PRIVACY:
        return "privacy";
    }
    return "unknown";
}

struct listing {
    struct store_tx *tx;
    struct settings settings;
    bool as_json, none;
};

static struct error print_as_json(struct listing *listing, const struct store_subscriber *s,
                                  struct arena *arena)
{
    struct store_consent *consents;
    size_t count;
    struct str zone = listing->settings.timezone;
    TRY(store_consents(listing->tx, s->id, arena, &consents, &count));
    json_t *given = json_array(), *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *consent = json_object();
        json_put_text(consent, "to", str_of(consent_name(consents[i].kind)));
        json_put_text(consent, "version", consents[i].version);
        json_put_moment(consent, "at", consents[i].at, zone, arena);
        (void)json_array_append_new(given, consent);
    }
    json_put_number(object, "id", s->id);
    json_put_text(object, "email", s->email);
    json_put_text(object, "state", str_of(state_name(s->state)));
    json_put_moment(object, "created", s->created_at, zone, arena);
    if (s->story_id)
        json_put_number(object, "story", s->story_id);
    (void)json_object_set_new(object, "consents", given);
    bool first = listing->none;
    listing->none = false;
    return json_print_element(object, first);
}

static struct error print_one(struct listing *listing, const struct store_subscriber *s,
                              struct arena *arena)
{
    if (listing->as_json)
        return print_as_json(listing, s, arena);
    struct str created = text_rfc3339(s->created_at, listing->settings.timezone, arena);
    return cli_print("%lld\t%s\t%.*s\t%.*s\n", (long long)s->id, state_name(s->state),
                     STR_ARG(created), STR_ARG(s->email));
}

static struct error print_all(struct listing *listing)
{
    int64_t after = 0;
    for (;;) {
        ARENA_AUTO struct arena *arena = arena_new();
        struct store_subscriber *subscribers;
        size_t count;
        TRY(store_subscribers(listing->tx, after, AT_ONCE, arena, &subscribers, &count));
        for (size_t i = 0; i < count; i++)
            TRY(print_one(listing, &subscribers[i], arena));
        if (count == 0)
            return NO_ERROR;
        after = subscribers[count - 1].id;
    }
}

static struct error print_counts(struct store_tx *tx)
{
    int64_t pending, confirmed, left;
    TRY(store_subscribers_count(tx, SUBSCRIBER_PENDING, &pending));
    TRY(store_subscribers_count(tx, SUBSCRIBER_CONFIRMED, &confirmed));
    TRY(store_subscribers_count(tx, SUBSCRIBER_LEFT, &left));
    return cli_print("%lld pending, %lld confirmed, %lld left\n", (long long)pending,
                     (long long)confirmed, (long long)left);
}

static struct error list(const struct args *args)
{
    SESSION_AUTO struct session session = SESSION_NONE;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    struct listing listing = {.as_json = args_value(args, "json") != NULL, .none = true};
    TRY(session_open(args->words[0], STORE_READER, args->arena, &session));
    TRY(store_read(session.store, &tx));
    listing.tx = tx;
    TRY(settings_load(tx, args->arena, &listing.settings));
    TRY(print_all(&listing));
    return listing.as_json ? json_print_end(listing.none) : print_counts(tx);
}

static const struct option_spec options[] = {
    {"json", NULL, OPTION_ONCE, "as a JSON array, with what each person agreed to"},
    {0},
};

const struct command command_subscribers_list = {
    .name = "subscribers list",
    .words = "DIR",
    .least_words = 1,
    .most_words = 1,
    .options = options,
    .summary = "list and count who signed up for the newsletter",
    .run = list,
};
