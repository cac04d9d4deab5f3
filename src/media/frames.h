/* What stoppress and stoppress-media say to each other.
 *
 * The request (descriptor 3 of the worker): REQUEST_MAGIC, then u8 type (enum media_type), u8 flags
 * (1: it has a focal point; 2: AVIF files alone), u16 its x, u16 its y (0 … 65535), then caption,
 * credit, creator, rights, each u16 length and bytes. The picture's bytes are descriptor 0.
 *
 * The answer (descriptor 1): FRAMES_MAGIC, then frames of u8 type, u32 length, payload:
 *   P  u32 width, u32 height of the upright picture; once, first
 *   T  u8 field (enum frames_field), text; each field at most once
 *   R  u8 kind (index in media_kinds), u8 format (enum frames_format), u32 width, u32 height, the
 *      file
 *   Z  u32 number of R frames; the end
 *   E  u8 problem (enum frames_problem); the end, at any point
 * Numbers are little-endian.
 *
 * The reader below is the server's. It trusts nothing: a worker may have been taken over by the
 * picture that it decoded. */
#ifndef MEDIA_FRAMES_H
#define MEDIA_FRAMES_H

#include "base/arena.h"
#include "base/error.h"
#include "media/kinds.h"
#include "media/media.h"

#define REQUEST_MAGIC "SPMASK1\n"
#define FRAMES_MAGIC "SPMTOLD1"

enum {
    FRAMES_MAGIC_LEN = 8,
    FRAMES_HEAD = 5,
    FRAMES_RENDITION_HEAD = 10,
    FRAMES_SIDE_MAX = 1000 * 1000, /* pixels of a side that we believe */
    FRAMES_TOTAL_MAX = 96 << 20,   /* bytes of an answer */
    REQUEST_MAX = 64 * 1024,
};

/* Exit codes of stoppress-media. After a Z or E frame it is 0. */
enum { WORKER_NO_SANDBOX = 3, WORKER_BAD_REQUEST = 4 };

enum frames_field {
    FIELD_CAPTION,
    FIELD_CREDIT,
    FIELD_CREATOR,
    FIELD_RIGHTS,
    FIELD_SOURCE,
    FIELD_ALT,
    FIELD_TAKEN,
    FIELD_COUNT
};

enum frames_problem {
    PROBLEM_NONE,
    PROBLEM_DAMAGED,
    PROBLEM_PIXELS, /* a P frame came before */
    PROBLEM_MEMORY,
    PROBLEM_FRAMES,
    PROBLEM_NARROW,
    PROBLEM_FORMAT,
    PROBLEM_COUNT
};

enum { REQUEST_FOCAL = 1, REQUEST_AVIF = 2, REQUEST_OWN = 4 };

enum frames_format { FORMAT_JPEG, FORMAT_WEBP, FORMAT_AVIF, FORMAT_COUNT };

struct frames_rendition {
    const struct media_kind *kind;
    enum frames_format format;
    uint32_t width, height, bytes;
};

/* Receives the renditions as they come; an error of a function ends the reading. */
struct frames_sink {
    void *context;
    struct error (*begin)(void *context, const struct frames_rendition *rendition);
    struct error (*data)(void *context, struct str bytes);
    struct error (*end)(void *context);
};

struct frames {
    const struct frames_sink *sink;
    struct arena *arena; /* texts */
    const char *name;    /* of the picture, for errors */

    /* What has been read. */
    uint32_t width, height; /* 0: no P frame yet */
    struct str texts[FIELD_COUNT];
    enum frames_problem problem;
    bool ended; /* by Z or E */

    /* Where the reading stands. */
    enum { FRAMES_AT_MAGIC, FRAMES_AT_HEAD, FRAMES_IN_SMALL, FRAMES_IN_DATA } state;
    unsigned char type;
    size_t need, have, total;
    char small[MEDIA_TEXT_MAX + 1];
    struct frames_rendition rendition;
    bool seen[MEDIA_KINDS][FORMAT_COUNT];
    bool texted[FIELD_COUNT];
    size_t count;
};

/* `name`, `sink` and `arena` must outlive the reader. */
void frames_init(struct frames *frames, const char *name, const struct frames_sink *sink,
                 struct arena *arena);
/* The next bytes, cut anywhere. ERR_PICTURE for an answer that breaks the rules. */
MUST_USE struct error frames_push(struct frames *frames, struct str bytes);

#endif
