/* The desk: where the newsroom works, at /desk. Server-rendered screens; one file each.
 *
 * A `struct desk` holds the templates, words and files, compiled once and immutable: any number of
 * threads answer with it. The rules are the newsroom's (newsroom/): here are forms and screens. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "http/http.h"
#include "store/record.h"

enum {
    DESK_UPLOAD_MAX = 210 * 1000 * 1000, /* bytes of a form with pictures, several at once */
    DESK_SIGN_IN_MAX = 16 * 1024,        /* bytes of a form of somebody who isn't signed in */
};

/* Its style and scripts, each with the hash of its bytes in its name: browsers keep them for good,
 * unlike all that is below /desk. */
#define DESK_ASSETS "/assets/desk/"

struct desk;

/* `words`: a catalogue as desk-ui/locale/en.json is one, in JSON, whose texts replace those of the
 * program; what it leaves out stays English. Empty: there is none. ERR_INVALID: it is no catalogue;
 * or, as ERR_TEMPLATE, the program was built wrong. */
MUST_USE struct error desk_load(struct str words, struct desk **ret_desk);
/* Takes NULL. */
void desk_free(struct desk *desk);

/* Which queue a request waits in: signing in takes 64 MiB and a while, pictures take seconds, and
 * neither may keep others waiting. */
enum desk_queue { DESK_SCREENS, DESK_SIGNING_IN, DESK_PICTURES, DESK_QUEUES };
enum desk_queue desk_queue(const struct http_request *request);
/* How the body of a request is to be taken. On an event thread. */
struct http_body_rule desk_body_rule(const struct http_request *request);

/* One request and what it needs. Texts and pointers live until desk_handle() returns. */
struct desk_call {
    const struct http_request *request;
    struct str network;  /* the peer's, in words */
    struct str url;      /* of the desk, for links that are handed over: "https://example.org" */
    bool https;          /* the desk's own address is https: cookies are Secure */
    struct store *store; /* a writer's */
    struct arena *arena;
    const struct clock *clock;
    int dir_fd;
    /* Waits until readers are shown the change; false when that took too long. */
    bool (*applied)(void *context, int64_t change);
    /* After each commit: something may fall due earlier. */
    void (*committed)(void *context);
    /* The front page laid like this, as HTML in the arena; NULL: there is no preview. */
    struct error (*draw_front)(void *context, struct store_tx *tx, const struct store_laid *laid,
                               struct arena *arena, struct str *ret_html);
    /* A story with a revision that need not be saved, as above; its pictures' files are below
     * `media`. `ret_frames` is where the frames of its embeds may come from, or empty. */
    struct error (*draw_story)(void *context, struct store_tx *tx, const struct store_story *story,
                               const struct store_revision *revision, struct str media,
                               struct arena *arena, struct str *ret_html, struct str *ret_frames);
    void *context;
};
/* Answers any request below /desk. Called by a worker, never on an event thread: it reads and
 * writes the store, hashes passwords, makes pictures. */
void desk_handle(const struct desk *desk, const struct desk_call *call,
                 struct http_response *ret_response);

#endif
