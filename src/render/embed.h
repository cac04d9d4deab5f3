/* Which addresses are shown within a story: a video, a post, a map, a chart of a provider that we
 * know. Nothing of an address is passed on but ids, numbers and places that were read strictly: the
 * frame's address is ours, of a host that the page's policy then names.
 *
 * The page shows a placeholder; only a reader's click loads anything from there. */
#ifndef RENDER_EMBED_H
#define RENDER_EMBED_H

#include "base/buf.h"
#include "base/str.h"

enum {
    EMBED_URL_MAX = 2000, /* bytes of an address as typed */
    EMBED_SRC_MAX = 2200, /* of a frame's, with the NUL */
};

enum embed_kind { EMBED_VIDEO, EMBED_POST, EMBED_MAP, EMBED_CHART };
/* The place's form: 16:9, 9:16, a post's height, 4:3. */
enum embed_shape { EMBED_WIDE, EMBED_TALL, EMBED_LONG, EMBED_BLOCK };

struct embed_provider {
    const char *name; /* "YouTube" */
    const char *host; /* of the frame: "www.youtube-nocookie.com" */
    enum embed_kind kind;
    bool wants_origin; /* plays only for pages whose origin it is told */
};

struct embed {
    const struct embed_provider *provider;
    enum embed_shape shape;
    char src[EMBED_SRC_MAX]; /* "https://" host "/"…, of characters that need no escape but & */
};

/* Whether the whole text is such an address. */
bool embed_find(struct str url, struct embed *ret_embed);

/* The hosts of all providers, as a mask's bits: 1 << embed_bit(provider). */
unsigned embed_bit(const struct embed_provider *provider);
/* "https://a.example https://b.example" for a policy. */
void embed_origins(unsigned providers, struct buf *out);

#endif
