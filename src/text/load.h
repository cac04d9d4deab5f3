/* When ICU, on which this folder stands, is loaded: by itself with the first call that needs it, or
 * before. It is the largest library of all; most short commands never need it. */
#ifndef TEXT_LOAD_H
#define TEXT_LOAD_H

/* Now. A server does this at its start; a missing library ends the program (base/lazy.h). */
void text_load(void);

/* In a thread of its own, while the caller opens files: for a command that will need it. */
void text_load_behind(void);

#endif
