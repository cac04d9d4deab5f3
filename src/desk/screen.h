/* What the files of desk/ share: a request being answered. */
#ifndef DESK_SCREEN_H
#define DESK_SCREEN_H

#include "desk/desk.h"
#include "http/multipart.h"
#include "newsroom/accounts.h"
#include "newsroom/addresses.h"
#include "newsroom/form.h"
#include "newsroom/furnishing.h"
#include "newsroom/overview.h"
#include "newsroom/pictures.h"
#include "newsroom/preview.h"
#include "render/value.h"

enum { SCREEN_SECRET = 32, SCREEN_COOKIES = 2 };

struct screen;
typedef struct error screen_handler(struct screen *screen);
/* Draws again after an error, so that what was typed stays. */
typedef struct error screen_redraw(struct screen *screen, const struct error *error);

struct screen {
    const struct desk *desk;
    const struct desk_call *call;
    const struct http_request *request;
    struct arena *arena;
    struct store_tx *tx; /* a read; for handlers of ROUTE_WRITES a write */
    int64_t now;
    struct changes changes;
    struct settings settings;

    bool signed_in;
    struct session_of session;
    const struct actor *actor; /* of the session */
    unsigned char secret[SCREEN_SECRET];

    struct http_form query, form;
    struct http_part *files;
    size_t file_count;
    int64_t id, id2;        /* numbers of the path */
    struct str word, word2; /* its other parts */

    /* The answer. */
    int status;
    struct value *root;
    const char *template; /* drawn when there is no location */
    struct str location;  /* 303 */
    int64_t change;       /* number of the commit; 0 */
    bool frames;          /* the page holds frames of the desk itself */
    bool private_link;    /* Referrer-Policy: no-referrer, no robots */
    bool raw;             /* `response` is made already */
    struct http_response response;
    struct str cookies[SCREEN_COOKIES];
    size_t cookie_count;
    screen_redraw *redraw;
    /* One of several forms of a screen: when that is drawn again after an error, what this form
     * held stands under this name. NULL: the redraw puts everything by itself. */
    const char *form_name;
    screen_handler *after; /* drawn after the commit, instead of a redirect */
    void *context;         /* of redraw and after */
};

/* load.c */
struct str desk_say(const struct desk *desk, const char *key);
/* An error's sentence in the catalogue's words. */
struct str desk_say_error(const struct desk *desk, const struct error *error, struct arena *arena);
struct value *desk_words_value(const struct desk *desk);
struct error desk_draw(const struct desk *desk, struct str template, const struct value *root,
                       struct buf *out);
/* A stylesheet or script, by the name that has its hash ("desk-0123456789abcdef.css"); NULL when
 * there is none. */
struct desk_asset {
    struct str name, type, bytes, gzip;
    struct str etag, gzip_etag; /* strong, with their quotes */
};
const struct desk_asset *desk_asset(const struct desk *desk, struct str name);
/* Their addresses, for templates: {{asset.desk_css}}, {{asset.desk_js}}. */
struct value *desk_asset_urls(const struct desk *desk);

/* screen.c */
/* Values that every page has: words, navigation, who is signed in, a form token. */
void screen_begin(struct screen *screen, const char *template, const char *title_key);
void screen_title(struct screen *screen, struct str title);
void screen_go(struct screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str screen_field(const struct screen *screen, const char *name);
int64_t screen_number(const struct screen *screen, const char *name);
bool screen_checked(const struct screen *screen, const char *name);
struct str screen_query(const struct screen *screen, const char *name);
/* {iso, text, exact} under `name`; nothing for 0. */
void screen_time(const struct screen *screen, struct value *object, const char *name,
                 int64_t moment);
/* What a date-time field holds. */
struct str screen_wall(const struct screen *screen, int64_t moment);
MUST_USE struct error screen_wall_read(const struct screen *screen, const char *name,
                                       const char *what, int64_t *ret_moment);
/* The name of an account; empty for 0. */
struct str screen_account(const struct screen *screen, int64_t id);
void screen_state(const struct screen *screen, struct value *object, enum desk_state state);
/* A note: who, what was done, the words. */
void screen_note(struct screen *screen, struct value *object, const struct store_note *note);
/* A list of names, for suggestions. */
MUST_USE struct error screen_names(struct screen *screen, enum store_name_kind kind,
                                   const char *list_name);
/* The sections to choose from, those below another behind it; `chosen`: a slug. */
MUST_USE struct error screen_sections(struct screen *screen, struct str chosen);
/* A row of a list of stories. */
void screen_row(struct screen *screen, struct value *list, const struct store_desk_row *row);
/* Address of a picture within the desk; empty when it has no file. */
struct str screen_picture(const struct screen *screen, int64_t picture_id, const char *kind);
void screen_option(struct value *list, struct str value, struct str text, bool chosen);
void screen_cookie(struct screen *screen, const char *name, struct str value, int64_t max_age);
/* The panel of addresses of change `number`. */
MUST_USE struct error screen_changed(struct screen *screen, int64_t number);
/* The same query from `path`, with `name` as this number. */
struct str screen_further(struct screen *screen, const char *path, const char *name,
                          int64_t number);
/* A moment of a date field; the day after with `end`. 0 when it holds none. */
int64_t screen_query_date(const struct screen *screen, const char *name, bool end);
bool screen_can(const struct screen *screen, enum action action);
/* Puts what went wrong, and under screen->form_name what was typed. */
void screen_error(struct screen *screen, const struct error *error);
/* The form of this name, for the row `id`, is what was sent and is drawn again. */
bool screen_retyped(const struct screen *screen, const char *form_name, int64_t id);

/* desk.c */
/* The answer is this JSON. */
void screen_json(struct screen *screen, int status, struct str json);
/* {"error": a sentence}, which every error becomes for who wants JSON; also a screen_redraw. */
screen_redraw screen_json_error;
/* The request comes from a script, which wants no page. */
bool screen_wants_json(const struct screen *screen);
/* For handlers of ROUTE_FREE: a write transaction around `handle`, committed. */
struct error screen_write(struct screen *screen, screen_handler *handle);

/* token.c */
struct str form_token(const struct screen *screen);
bool form_token_fits(const struct screen *screen, struct str token);
/* Not from another site: by Sec-Fetch-Site, or where that is absent by Origin. Links that somebody
 * follows from a mail are let in. */
bool request_is_ours(const struct http_request *request, bool https);

/* door.c */
screen_handler door_sign_in, door_sign_in_do, door_sign_out, door_link, door_link_do;
/* Sends who isn't signed in to the door, and from there back. */
void door_ask(struct screen *screen);
/* today.c */
screen_handler today, stories_list;
/* editor.c */
screen_handler story_new, story_open, story_create, story_save_do, story_preview_pane;
/* A picture that came with the form is taken in, its id put where story_redraw() finds it. Outside
 * of a transaction. */
MUST_USE struct error take_lead(struct screen *screen);
/* choose.c */
screen_handler names_find, story_choose;
/* Whether somebody who names a story typed words of its headline; otherwise a number or an address
 * (/news/…, https://…). */
bool names_by_words(struct str typed);
/* A story that somebody named by its number, the address that readers have, or its screen's; else
 * ERR_INVALID at `where` (a literal). */
MUST_USE struct error find_story(struct screen *screen, struct str typed, const char *where,
                                 int64_t *ret_id);
/* The newest stories that readers see and whose headlines have these words. */
MUST_USE struct error find_published(struct screen *screen, struct str words,
                                     struct store_desk_row **ret_rows, size_t *ret_count);
/* Pictures to choose a lead picture from: the newest, or what was looked for. */
MUST_USE struct error put_library(struct screen *screen, int64_t chosen);
/* document.c */
/* A form of the visual editor: its document becomes the text in the field "body". */
MUST_USE struct error document_take(struct screen *screen);
screen_handler document_do, embed_look;
/* The words that a step needs, as they were typed. */
struct error step_words_typed(struct screen *screen, enum step step, int64_t base,
                              struct step_words *ret_words);
/* working.c */
screen_handler working_do, here_do, token_give, working_open, working_act;
/* Colleagues' unsaved texts become revisions, and colleagues see who works here. */
struct error working_come_in(struct screen *screen);
/* The unsaved text of one's own to open the story (or the new one) with; id 0: none. */
struct error working_choose(struct screen *screen, struct store_working *ret_copy);
/* Values of the page that holds the form, drawn with `copy` or (id 0) without; others are offered.
 */
struct error working_put(struct screen *screen, const struct store_working *copy);
/* For Today: one's own, and those of people who were shut out. */
struct error working_put_all(struct screen *screen);
/* The page's text was saved. story_id as the page had it. */
struct error working_saved(struct screen *screen, int64_t story_id);
/* Sets form->base to the revision that its page goes on from. */
struct error working_from(struct screen *screen, struct store_form *form);
/* compare.c */
/* Saves a form with its step, and says where to go; merges with a newer text, or answers 409. */
struct error form_save(struct screen *screen, const struct store_form *typed);
/* Takes what a newer revision changed into a form that is not saved yet, as a save would. *ret_base
 * is the revision that the form began from, or 0 when it stays as it is: none is newer, or both
 * changed the same. */
struct error form_take_newer(struct screen *screen, struct store_form *form, int64_t *ret_base);
struct error conflict_take(struct screen *screen, struct store_form *ret_form, bool *ret_all);
/* After a save that merged: what the other one changed. */
struct error put_merged(struct screen *screen);
void put_comparison(struct screen *screen, const struct store_form *before,
                    const struct store_form *after);
struct error put_revision_comparison(struct screen *screen, int64_t story_id, int64_t revision_id,
                                     const struct store_form *form);
/* story_parts.c */
screen_handler story_act, revision_open, revision_restore, note_do, preview_do, preview_revoke_do,
    embargo_do, kept_open, kept_restore;
/* The answer is this file of a picture. */
struct error media_answer(struct screen *screen, struct str file);
/* sheet.c */
screen_handler preview_open, preview_media;
/* The answer is a page of the site; `framed`: for frames of the desk. `origins`: where its embeds'
 * frames may come from; empty: it has none, and runs no script. */
void sheet_answer(struct screen *screen, struct str html, struct str origins, bool framed);
/* The answer is a story's page with this revision, under a bar that says so. `story` as in
 * site_draw_story(), `until`: when the link ends, or 0. */
struct error story_sheet(struct screen *screen, const struct store_story *story,
                         const struct store_revision *revision, struct str media, int64_t until);
/* pictures.c */
screen_handler pictures_list, pictures_add, picture_open, picture_save, picture_replace_do,
    picture_delete_do, picture_thumb, media_get;
/* beside.c */
/* For forms beside the text: the story's screen, with what went wrong. */
screen_redraw beside_redraw;
screen_handler related_do, assign_do, notes_read_do;
struct error put_related_stories(struct screen *screen, int64_t story_id);
struct error put_owners(struct screen *screen, int64_t owner_id);
/* Tags of the newsroom that stand in the text and not in `have`, a line of names and commas. */
struct error put_tag_suggestions(struct screen *screen, struct str text, struct str have);
/* people.c */
screen_handler people_list, people_add, person_save, person_link, person_disable, account_open,
    account_save, account_password, session_end_do;
/* front.c */
screen_handler front_open, front_do, front_restore, front_sheet, breaking_do;
/* record.c */
screen_handler correct_do, takedown_do;
/* Corrections of a story, and whether it can be taken down. */
struct error put_record(struct screen *screen, int64_t story_id);
struct error put_ledger(struct screen *screen);
/* settings.c */
screen_handler settings_open, settings_choose, settings_do, section_add_do, section_do,
    sections_order_do, pages_add_do, page_open, page_do, page_remove_do, ad_do, ad_remove_do;
/* trail.c */
screen_handler audit_list;

/* intake.c */
/* A picture that was made and is in no table yet; texts are what its file says. */
struct intake {
    struct store_picture picture;
    struct store_rendition *renditions;
    size_t count;
    struct str name, caption, credit, copyright, alt;
};
/* Takes a picture in, in its own transactions; one that is known already is found. */
struct error media_take(struct screen *screen, const struct http_part *file, int64_t *ret_id);
/* Makes its files for the texts and focal point of `desk`; outside of a transaction. */
struct error intake_file(struct screen *screen, const struct http_part *file,
                         const struct store_picture_desk *desk, struct intake *ret);
struct error intake_again(struct screen *screen, const struct store_picture *picture,
                          const struct store_picture_desk *desk, struct intake *ret);

/* editor.c */
/* A revision as text. */
struct error revision_draw(struct screen *screen, int64_t revision_id, const char *template);
/* The same of a text that lost against another's. */
struct error kept_draw(struct screen *screen, const struct store_kept *kept, const char *template);
/* What the form holds. */
struct store_form form_typed(const struct screen *screen);
/* The story's form as it was typed, with what went wrong. */
screen_redraw story_redraw;

#endif
