/* The newsletter form: POST /newsletters. */
#include "base/log.h"
#include "http/form.h"
#include "http/reply.h"
#include "server/house.h"

#include <stdlib.h>

struct signup_job {
    struct job job;
    struct http_ticket ticket;
    const struct http_request *request;
};

/* The network that an address belongs to: an IPv4 /24, an IPv6 /48. */
static struct str network_of(const struct http_address *client)
{
    static const unsigned char v4[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    bool is_v4 = memcmp(client->ip, v4, sizeof v4) == 0;
    return str_n((const char *)client->ip, is_v4 ? 15 : 6);
}

static bool within_quota(struct house *house, const struct http_request *request, int64_t now)
{
    bool local = !house->options->trusted_count && http_address_is_loopback(&request->client);
    return quota_take(house->signups, local ? STR("local") : network_of(&request->client),
                      local ? SIGNUPS_AN_HOUR_LOCAL : SIGNUPS_AN_HOUR, now);
}

static struct error read_form(const struct http_request *request, struct arena *arena,
                              struct signup *ret_signup)
{
    struct http_form form;
    struct signup signup = {0};
    if (!http_is_type(http_field(request, STR("Content-Type")),
                      STR("application/x-www-form-urlencoded")))
        return error_make(ERR_MEDIA_TYPE, "The form", NULL);
    TRY(http_form_parse(request->body, HTTP_FORM_FIELDS_MAX, arena, &form));
    signup.email = http_form_get(&form, STR("email"));
    signup.consents_to_mail = http_form_get(&form, STR("mail")).len > 0;
    signup.accepts_terms = http_form_get(&form, STR("terms")).len > 0;
    signup.knows_privacy = signup.accepts_terms; /* one line of the form names both */
    signup.version = http_form_get(&form, STR("version"));
    if (!str_to_i64(http_form_get(&form, STR("story")), &signup.story_id))
        signup.story_id = 0;
    *ret_signup = signup;
    return NO_ERROR;
}

/* Checks and stores. */
static struct error take_signup(struct worker *worker, const struct http_request *request,
                                const struct site *site, struct signup *signup, int64_t now,
                                enum signup_fault *ret_fault, enum signup_outcome *ret_outcome)
{
    struct settings settings;
    STORE_TX_AUTO struct store_tx *tx = NULL;
    *ret_fault = signup_check(signup);
    *ret_outcome = SIGNUP_WRONG;
    if (*ret_fault != SIGNUP_FINE)
        return NO_ERROR;
    if (!within_quota(worker->house, request, now)) {
        *ret_outcome = SIGNUP_TOO_MANY;
        return NO_ERROR;
    }
    TRY(store_read(worker->store, &tx));
    TRY(settings_load(tx, worker->arena, &settings));
    store_end(tx);
    tx = NULL;
    site_signup_words(site, settings.language, worker->arena, &signup->mail_words,
                      &signup->terms_words);
    TRY(signup_save(worker->store, signup, now, worker->arena, ret_fault));
    *ret_outcome = *ret_fault == SIGNUP_FINE   ? SIGNUP_SAVED
                   : *ret_fault == SIGNUP_FULL ? SIGNUP_NO_ROOM
                                               : SIGNUP_WRONG;
    return NO_ERROR;
}

static struct error answer_form(struct worker *worker, const struct http_request *request,
                                const struct site *site, struct http_response *ret_response)
{
    struct house *house = worker->house;
    struct signup signup;
    struct reading reading;
    struct drawing drawing;
    enum signup_fault fault;
    enum signup_outcome outcome;
    TRY(worker_store(worker, STORE_WRITER, WRITER_BUSY_MS));
    struct error error = read_form(request, worker->arena, &signup);
    bool readable = error.code == ERR_OK;
    if (readable)
        TRY(take_signup(worker, request, site, &signup, clock_now(&house->clock), &fault,
                        &outcome));
    TRY(reading_begin(&reading, worker->store, worker->arena, &house->clock));
    error = readable ? site_draw_signup(site, &reading, &signup, fault, outcome, &drawing)
                     : site_draw_error(site, &reading, error.code == ERR_MEDIA_TYPE ? 415 : 400,
                                       &drawing);
    if (error.code == ERR_OK)
        *ret_response = drawing_response(&drawing, reading.settings.url);
    reading_end(&reading);
    return error;
}

static void signup_run(struct job *job, void *context)
{
    struct worker *worker = context;
    struct signup_job *mine = (struct signup_job *)job;
    struct http_ticket ticket = mine->ticket;
    struct http_response response;
    struct site *site = house_site(worker->house);
    arena_reset(worker->arena);
    struct error error = answer_form(worker, mine->request, site, &response);
    if (error.code != ERR_OK) {
        log_error("a newsletter sign-up", &error);
        response = plain_error(
            site, error.code == ERR_STORE || error.code == ERR_DISK_FULL ? ERR_BUSY : error.code);
    }
    site_unref(site);
    free(job);
    http_complete(ticket, &response);
}

void signup_handle(struct house *house, struct http_exchange *exchange)
{
    struct signup_job *job = calloc(1, sizeof *job);
    if (!job)
        abort();
    job->job.run = signup_run;
    job->request = http_request(exchange);
    job->ticket = http_defer(exchange);
    struct http_ticket ticket = job->ticket;
    if (jobs_put(house->forms, &job->job, true))
        return;
    free(job);
    struct site *site = house_site(house);
    struct http_response response = plain_error(site, ERR_BUSY);
    site_unref(site);
    http_complete(ticket, &response);
}
