/* stoppress-media: opens one picture in a sandbox and makes its renditions.
 *
 * Started by stoppress: the picture on descriptor 0, the request on 3, the answer on 1 (see
 * media/frames.h). By hand only `stoppress-media --self-test`, which closes the sandbox and tries
 * to get out of it. */
#include "media-worker/answer.h"
#include "media-worker/offer.h"
#include "media-worker/picture.h"
#include "media-worker/request.h"
#include "media-worker/sandbox.h"
#include "media-worker/xmp.h"

#include "base/file.h"

#include <stdio.h>

static void send_offer(const struct media_offer *offer)
{
    answer_text(FIELD_CAPTION, offer->caption);
    answer_text(FIELD_CREDIT, offer->credit);
    answer_text(FIELD_CREATOR, offer->creator);
    answer_text(FIELD_RIGHTS, offer->rights);
    answer_text(FIELD_SOURCE, offer->source);
    answer_text(FIELD_ALT, offer->alt);
    answer_text(FIELD_TAKEN, offer->taken);
}

static void expect(enum frames_problem problem)
{
    if (problem != PROBLEM_NONE)
        answer_problem(problem);
}

/* The original's word where nobody else gave one. */
static void take_own(const struct media_offer *offer, struct media_request *texts)
{
    if (!texts->caption.len)
        texts->caption = offer->caption;
    if (!texts->credit.len)
        texts->credit = offer->credit.len ? offer->credit : offer->creator;
    if (!texts->rights.len)
        texts->rights = offer->rights;
}

/* In the closed sandbox. */
static _Noreturn void work(const struct request *request, struct arena *arena)
{
    struct str bytes;
    struct media_offer offer;
    struct media_request texts = request->texts;
    VipsImage *image = NULL, *master = NULL;
    uint32_t width, height;
    struct error error =
        file_read_fd(STDIN_FILENO, "the picture", MEDIA_ORIGINAL_MAX, arena, &bytes);
    if (error.code != ERR_OK || media_sniff(bytes) != request->type)
        _exit(WORKER_BAD_REQUEST);
    answer_begin();
    expect(picture_open(request->type, bytes, &image));
    enum frames_problem problem = picture_size(image, &width, &height);
    if (width && height && width <= FRAMES_SIDE_MAX && height <= FRAMES_SIDE_MAX)
        answer_picture(width, height);
    expect(problem);
    if (!request->avif) {
        offer_read(image, arena, &offer);
        send_offer(&offer);
        if (texts.own_texts)
            take_own(&offer, &texts);
    }
    expect(picture_master(request->type, bytes, image, &master));
    expect(picture_renditions(master, width, &texts, request->avif));
    answer_end();
}

static int self_test(const char *program)
{
    if (!picture_start(program))
        return 1;
    picture_warm(MEDIA_JPEG);
    if (!sandbox_close()) {
        printf("the sandbox could not be closed\n");
        return WORKER_NO_SANDBOX;
    }
    return sandbox_try() ? 0 : 1;
}

int main(int argc, char **argv)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct request request;
    sandbox_begin();
    if (argc == 2 && strcmp(argv[1], "--self-test") == 0)
        _exit(self_test(argv[0]));
    if (argc > 1 || !request_read(arena, &request)) {
        (void)fprintf(stderr, "stoppress-media is started by stoppress.\n");
        return WORKER_BAD_REQUEST;
    }
    if (!picture_start(argv[0]))
        return 1;
    xmp_start();
    picture_warm(request.type);
    if (!sandbox_close())
        _exit(WORKER_NO_SANDBOX);
    work(&request, arena);
}
