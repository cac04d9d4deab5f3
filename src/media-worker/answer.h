/* The answer to the server: frames on standard output (media/frames.h). Writing ends the process
 * when nobody reads. */
#ifndef MEDIA_WORKER_ANSWER_H
#define MEDIA_WORKER_ANSWER_H

#include "media/frames.h"

void answer_begin(void);
void answer_picture(uint32_t width, uint32_t height);
/* Nothing for an empty text. */
void answer_text(enum frames_field field, struct str text);
void answer_rendition(size_t kind, enum frames_format format, uint32_t width, uint32_t height,
                      struct str bytes);
/* These end the process. */
_Noreturn void answer_end(void);
_Noreturn void answer_problem(enum frames_problem problem);

#endif
