/* Standing pages, the newsletter form and its answers, errors, redirects, robots.txt. */
#include "render/markdown.h"
#include "site/sheet.h"
#include "text/dates.h"

struct error draw_standing(const struct site *site, struct reading *reading,
                           const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet;
    struct store_page page;
    struct markdown_html html;
    const struct settings *settings = &reading->settings;
    struct error error = reading_page(reading, address->slug, &page);
    if (error.code == ERR_NOT_FOUND)
        return draw_error(site, reading, 404, STR_NONE, ret_drawing);
    if (error.code != ERR_OK)
        return error;
    TRY(sheet_begin(&sheet, site, reading, 0));
    struct markdown_options options = {.language = settings->language,
                                       .site_url = settings->url,
                                       .words = sheet_words(&sheet),
                                       .embeds = true};
    TRY(markdown_html(page.body, &options, reading->arena, &html));
    sheet_embeds(&sheet, html.origins);
    struct value *values = value_set_object(sheet.root, "standing");
    value_set_text(values, "heading", page.title);
    value_set_html(values, "text_html", html.html);
    value_set_text(
        values, "updated",
        text_date(page.updated_at, settings->timezone, settings->language, reading->arena));
    value_set_text(values, "updated_datetime",
                   text_iso_date(page.updated_at, settings->timezone, reading->arena));
    sheet_about(&sheet, page.title, STR_NONE, address->path, "website");
    return sheet_draw(&sheet, "page", 200, ret_drawing);
}

/* ---- The newsletter
 * ------------------------------------------------------------------------------ */

static struct error fill_panel(struct sheet *sheet, int64_t story_id, struct value **ret_panel)
{
    struct str version, *site = &sheet->reading->settings.name;
    struct value *panel = value_set_object(sheet->root, "newsletter");
    value_set_text(panel, "heading", say(sheet, "newsletter_heading", "site", site, NULL));
    value_set_text(panel, "what", say(sheet, "newsletter_what", "site", site, NULL));
    value_set_text(panel, "often", say(sheet, "newsletter_often", "site", site, NULL));
    value_set_bool(panel, "form", true);
    if (story_id)
        value_set_number(panel, "story", story_id);
    TRY(signup_version(sheet->reading, &version));
    value_set_text(panel, "version", version);
    value_set_text(panel, "terms_url", STR("/terms"));
    value_set_text(panel, "privacy_url", STR("/privacy"));
    *ret_panel = panel;
    return NO_ERROR;
}

struct error sheet_newsletter(struct sheet *sheet, int64_t story_id)
{
    struct value *panel;
    return fill_panel(sheet, story_id, &panel);
}

struct error draw_newsletters(const struct site *site, struct reading *reading,
                              const struct site_address *address, struct drawing *ret_drawing)
{
    struct sheet sheet;
    struct value *panel;
    TRY(sheet_begin(&sheet, site, reading, 0));
    TRY(fill_panel(&sheet, 0, &panel));
    struct str *name = &reading->settings.name;
    sheet_about(&sheet, say(&sheet, "newsletter_heading", "site", name, NULL),
                say(&sheet, "newsletter_what", "site", name, NULL), address->path, "website");
    return sheet_draw(&sheet, "newsletters", 200, ret_drawing);
}

/* The link back: to the story one came from, by its number, or to the front page. */
static struct error fill_back(struct sheet *sheet, struct value *panel, int64_t story_id)
{
    struct store_card card;
    struct error error = NO_ERROR;
    if (story_id > 0)
        error = reading_card(sheet->reading, story_id, &card);
    if (story_id > 0 && error.code == ERR_OK) {
        value_set_text(panel, "back_url", card.path);
        value_set_text(panel, "back_name", card.headline);
        return NO_ERROR;
    }
    if (error.code != ERR_OK && error.code != ERR_NOT_FOUND)
        return error;
    value_set_text(panel, "back_url", STR("/"));
    value_set_text(panel, "back_name",
                   value_str(value_get(locale_words(sheet->locale), STR("front_page"))));
    return NO_ERROR;
}

static void fill_fault(struct sheet *sheet, struct value *panel, const struct signup *signup,
                       enum signup_fault fault)
{
    if (fault == SIGNUP_EMAIL)
        value_set_text(
            panel, "email_error",
            say(sheet, str_trim(signup->email).len ? "email_wrong" : "email_missing", NULL));
    if (!signup->consents_to_mail)
        value_set_text(panel, "mail_error", say(sheet, "mail_missing", NULL));
    if (!signup->accepts_terms || !signup->knows_privacy)
        value_set_text(panel, "terms_error", say(sheet, "terms_missing", NULL));
}

static void fill_outcome(struct sheet *sheet, struct value *panel, enum signup_fault fault,
                         enum signup_outcome outcome)
{
    bool saved = outcome == SIGNUP_SAVED;
    const char *message = saved                        ? "newsletter_saved"
                          : outcome == SIGNUP_TOO_MANY ? "newsletter_later"
                          : outcome == SIGNUP_NO_ROOM  ? "newsletter_full"
                          : fault == SIGNUP_TEXTS      ? "newsletter_texts_changed"
                                                       : "newsletter_failed";
    const char *advice = saved                        ? "newsletter_saved_advice"
                         : outcome == SIGNUP_TOO_MANY ? "newsletter_later_advice"
                         : outcome == SIGNUP_NO_ROOM  ? "newsletter_full_advice"
                                                      : "newsletter_failed_advice";
    value_set_bool(panel, "form", !saved);
    value_set_bool(panel, "saved", saved);
    value_set_bool(panel, "failed", !saved);
    value_set_text(panel, "message", say(sheet, message, NULL));
    value_set_text(panel, "advice", say(sheet, advice, NULL));
}

struct error site_draw_signup(const struct site *site, struct reading *reading,
                              const struct signup *signup, enum signup_fault fault,
                              enum signup_outcome outcome, struct drawing *ret_drawing)
{
    struct sheet sheet;
    struct value *panel;
    TRY(sheet_begin(&sheet, site, reading, 0));
    TRY(fill_panel(&sheet, signup->story_id, &panel));
    fill_outcome(&sheet, panel, fault, outcome);
    if (outcome != SIGNUP_SAVED) {
        value_set_text(panel, "email", signup->email);
        value_set_bool(panel, "mail_checked", signup->consents_to_mail);
        value_set_bool(panel, "terms_checked", signup->accepts_terms);
    }
    if (outcome == SIGNUP_WRONG)
        fill_fault(&sheet, panel, signup, fault);
    TRY(fill_back(&sheet, panel, signup->story_id));
    value_set_bool(sheet.page, "noindex", true);
    sheet_about(&sheet, value_str(value_get(panel, STR("message"))), STR_NONE, STR_NONE, NULL);
    int status = outcome == SIGNUP_SAVED ? 200 : outcome == SIGNUP_WRONG ? 422 : 429;
    TRY(sheet_draw(&sheet, "newsletters", status, ret_drawing));
    ret_drawing->uncacheable = true;
    return NO_ERROR;
}

void site_signup_words(const struct site *site, struct str language, struct arena *arena,
                       struct str *ret_mail, struct str *ret_terms)
{
    static const char *const parts[] = {"agree_terms_1", "terms", "agree_terms_2", "privacy",
                                        "agree_terms_3"};
    const struct value *words = locale_words(site_locale(site, language));
    BUF_AUTO struct buf terms = BUF_INIT(4096);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        (void)buf_str(&terms, value_str(value_get(words, str_of(parts[i]))));
    *ret_mail = value_str(value_get(words, STR("agree_mail")));
    *ret_terms = arena_str(arena, buf_slice(&terms));
}
