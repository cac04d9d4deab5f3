/* A picture by libvips: opening it with the one loader that its type needs, turning it upright,
 * into sRGB, down to a size from which all renditions are made. */
#ifndef MEDIA_WORKER_PICTURE_H
#define MEDIA_WORKER_PICTURE_H

#include "media/frames.h"

#include <vips/vips.h>

/* Loads the library and blocks every loader but the six. False: it can't. */
bool picture_start(const char *program);

/* Uses once, on a picture of our own, what `type` needs, so that nothing is loaded later, when the
 * sandbox is closed. */
void picture_warm(enum media_type type);

/* Opens the picture, without its pixels if the type allows. The caller unrefs *ret_image; the bytes
 * must outlive it. */
enum frames_problem picture_open(enum media_type type, struct str bytes, VipsImage **ret_image);

/* The size of the upright picture; PROBLEM_PIXELS when it is too much, *ret_… are set then too. */
enum frames_problem picture_size(VipsImage *image, uint32_t *ret_width, uint32_t *ret_height);

/* The pixels, in memory: upright, sRGB, three bands of 8 bits, on white, shrunk to what renditions
 * need. The caller unrefs. */
enum frames_problem picture_master(enum media_type type, struct str bytes, VipsImage *opened,
                                   VipsImage **ret_master);

/* Makes all renditions of the master, or its AVIF files alone, and writes each to the answer.
 * `width` is the original's. */
enum frames_problem picture_renditions(VipsImage *master, uint32_t width,
                                       const struct media_request *request, bool avif);

#endif
