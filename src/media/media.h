/* Pictures: what comes in, what readers are shown, and where the files are.
 *
 * A picture is sniffed, handed to the sandboxed program `stoppress-media` (the only one that
 * decodes pictures), and comes back as renditions: JPEG and WebP files, upright, in sRGB, without
 * anything of the original's metadata, with an XMP of our own that holds caption and credit. Files
 * are named by their content and written durably before media_make() returns, so that the
 * transaction that names them comes after:
 *
 *   DIR/originals/ab/<64 hex digits>        the original, private, never served
 *   DIR/media/ab/<32 hex digits>.jpg|webp|avif   a rendition, served as /media/<32 hex digits>.…
 *
 * `ab` are the first two digits; folders are 0700, files 0600. There is no SQL here: the caller
 * puts the result in the store.
 *
 * Threads: every function may be called from any thread, but never from an event thread: all of
 * them read or write files, media_make() takes seconds. At most MEDIA_AT_ONCE pictures of a process
 * are made at once; others wait their turn inside media_make(). */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

#include <stdatomic.h>

enum {
    MEDIA_ORIGINAL_MAX = 50 * 1000 * 1000, /* bytes of an original */
    MEDIA_MEGAPIXELS_MAX = 200,            /* of an original */
    MEDIA_RENDITIONS_MAX = 32,             /* of one picture */
    MEDIA_RENDITION_MAX = 16 << 20,        /* bytes of one rendition */
    MEDIA_TEXT_MAX = 4096,                 /* bytes of one text offered, or written into XMP */
    MEDIA_SECONDS_MAX = 90,                /* by the clock on the wall, for one picture */
    MEDIA_AVIF_SECONDS_MAX = 600,          /* the same for its AVIF files, which are in no hurry */
    MEDIA_AT_ONCE = 2,
    MEDIA_SWEEP_HOURS = 24,
};

/* ---- Types ---------------------------------------------------------------------------------- */

enum media_type {
    MEDIA_NONE = 0, /* not a picture that we open */
    MEDIA_JPEG,
    MEDIA_PNG,
    MEDIA_WEBP,
    MEDIA_GIF,
    MEDIA_TIFF,
    MEDIA_HEIC,
    MEDIA_AVIF,
};

/* By the first bytes alone (64 are enough); names of files and claims of senders don't matter. */
enum media_type media_sniff(struct str bytes);
/* "image/jpeg"; empty for MEDIA_NONE. Static. */
struct str media_type_name(enum media_type type);
/* Why bytes that sniff as MEDIA_NONE aren't a picture for us: "it is a PDF, not a picture". Static.
 */
struct str media_refusal(struct str bytes);

/* ---- Making renditions ---------------------------------------------------------------------- */

/* What goes into the renditions' XMP: UTF-8, each may be empty, cut to MEDIA_TEXT_MAX bytes. */
struct media_request {
    struct str caption, credit, creator, rights;
    bool own_texts;          /* caption, credit and rights that are empty: as the original says */
    bool has_focal;          /* false: crops follow what draws attention */
    double focal_x, focal_y; /* 0 … 1 from the left and from the top of the upright picture */
};

/* What the original says about itself, for the editor to take or leave: UTF-8, plain text, at most
 * MEDIA_TEXT_MAX bytes each, empty when it doesn't say. From XMP, else IIM; EXIF gives the date
 * only. */
struct media_offer {
    struct str caption, credit, creator, rights, source, alt;
    struct str taken; /* "2026-10-03", "2026-10-03T14:05:00" or with "+08:00" */
};

/* Kinds, each as image/jpeg and as image/webp:
 *   w320 w640 w960 w1280 w1920   the whole picture, at most that wide
 *   16x9 4x3 1x1                 crops, at most 1200 wide
 *   3x2-640 3x2-960 3x2-1280     crops for cards, at most that wide
 * Nothing is enlarged: a picture of 500 pixels gives w320 and w640, the latter 500 wide; one of 200
 * gives w320, 200 wide. `width` and `height` always tell the truth. The whole pictures come first,
 * narrowest first; of each kind JPEG before WebP. Two renditions, also of different pictures, may
 * be the same file. */
struct media_rendition {
    struct str kind;
    struct str type; /* "image/jpeg", "image/webp", "image/avif" */
    int64_t width, height;
    int64_t bytes;
    struct str file; /* the name under /media/: "0123456789abcdef0123456789abcdef.jpg" */
};

struct media_result {
    struct str original;   /* hash, 64 hex digits: the name under DIR/originals/ */
    struct str type;       /* of the original, as in "image/jpeg" */
    int64_t width, height; /* of the original, upright */
    struct media_offer offered;
    struct media_rendition *renditions; /* never none */
    size_t count;
};

/* Makes and keeps all of a picture. `worker` is the path of stoppress-media; NULL: beside the
 * running executable. `dir_fd` is DIR; its folders media/ and originals/ are made when missing. The
 * result lives in the arena. When it fails no file is left that a later media_sweep() doesn't
 * remove.
 *
 * ERR_PICTURE: not a picture that we open, damaged, or too much work (its sentence says which);
 * {what} is `name`, the caller's name for the picture. ERR_TOO_LARGE: above MEDIA_ORIGINAL_MAX.
 * ERR_SANDBOX: stoppress-media is missing or could not close its sandbox. ERR_DISK_FULL,
 * ERR_SYSTEM. */
MUST_USE struct error media_make(const char *worker, int dir_fd, const char *name,
                                 struct str original, const struct media_request *request,
                                 struct arena *arena, struct media_result *ret_result);
/* The same from a descriptor, read to its end. */
MUST_USE struct error media_make_fd(const char *worker, int dir_fd, const char *name,
                                    int original_fd, const struct media_request *request,
                                    struct arena *arena, struct media_result *ret_result);

/* The AVIF files of a picture, for the kinds among which pages choose (w… and 3x2-…). It takes many
 * seconds of a processor, at the lowest priority and beside the turns of media_make(): for one
 * thread in the background, never for a reader's request. The result has neither an original nor
 * anything offered. `stop` (may be NULL): when it becomes true, ends with ERR_BUSY within a second.
 * `asked` (may be NULL): others set it when they have something to do; then the work rests until
 * five seconds have passed without, a minute in all at most. Other errors as media_make(). */
MUST_USE struct error media_make_avif(const char *worker, const atomic_bool *stop,
                                      atomic_bool *asked, int dir_fd, const char *name,
                                      struct str original, const struct media_request *request,
                                      struct arena *arena, struct media_result *ret_result);

/* The hash that media_make() would give: to ask the store for a picture that is known already. */
void media_original_hash(struct str original, char ret_hex[65]);

/* The first rendition of that kind and type, or NULL. */
const struct media_rendition *media_find(const struct media_rendition *renditions, size_t count,
                                         struct str kind, struct str type);

/* ---- Files ---------------------------------------------------------------------------------- */

/* The root-relative address of a rendition: "/media/…". */
struct str media_url(struct arena *arena, struct str file);
/* True for a name that a rendition can have (32 hex digits and .jpg, .webp or .avif), whether there
 * is one or not. */
bool media_file_valid(struct str file);
/* Its type by its name: "image/jpeg", "image/webp", "image/avif"; empty for a name that isn't
 * valid. Static. */
struct str media_file_type(struct str file);

/* Opens a rendition for reading; the caller closes. ERR_NOT_FOUND for one that isn't there and for
 * names that aren't valid. */
MUST_USE struct error media_open(int dir_fd, struct str file, int *ret_fd, int64_t *ret_bytes);
/* The original by its hash; for making renditions anew, never for readers. */
MUST_USE struct error media_original_read(int dir_fd, struct str hash, struct arena *arena,
                                          struct str *ret_bytes);

/* Writes a rendition that media_make() didn't make (a restore, a trial). `type` is "image/jpeg" or
 * "image/webp". Durable. */
MUST_USE struct error media_store(int dir_fd, struct str type, struct str bytes,
                                  struct arena *arena, struct str *ret_file);

/* Removes renditions, originals and temporary files that nobody names and that are older than
 * MEDIA_SWEEP_HOURS. `is_named` is asked with the file's name (an original's hash, a rendition's
 * file); when it fails the sweep ends with its error. Files that are none of ours are left alone.
 * Safe beside media_make() in this and other processes: what media_make() just wrote, also again
 * under an old name, is young. `ret_removed` may be NULL. */
typedef struct error media_is_named(void *context, struct str name, bool *ret_named);
MUST_USE struct error media_sweep(int dir_fd, const struct clock *clock, media_is_named *is_named,
                                  void *context, size_t *ret_removed);

/* Removes one file, a rendition or an original by its name, that nothing names any more. One that
 * is not there is no error. */
MUST_USE struct error media_remove(int dir_fd, struct str name);

#endif
