/* The sandbox of stoppress-media. Whatever a picture makes of a decoder, the process can then only
 * compute, read the descriptors that it was given and write to its standard output: no files, no
 * network, no processes, no executable memory.
 *
 * Closed in two steps around the loading of libraries, because those open files. */
#ifndef MEDIA_WORKER_SANDBOX_H
#define MEDIA_WORKER_SANDBOX_H

#include <stdbool.h>

/* First thing in main(), while there is one thread: no new privileges, dies with its parent, closes
 * every descriptor but 0 to 3, is the first to go when the machine's memory is out, and where the
 * system allows it lives in namespaces of its own without network. */
void sandbox_begin(void);

/* Before the first byte of a picture is looked at: limits, then the list of allowed system calls
 * (seccomp, for all threads), then a trial that the sandbox holds. False: it doesn't; do not go on.
 */
bool sandbox_close(void);

/* Tries, inside the closed sandbox, what must not work, and prints a line each to standard output.
 * True when all was refused. */
bool sandbox_try(void);

#endif
