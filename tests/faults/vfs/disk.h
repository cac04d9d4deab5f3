/* A disk that can lose its power: a SQLite VFS over the real one, for tests.
 *
 * What SQLite writes is kept in memory, for all connections of this process to see, and reaches the
 * real file when it is synced. So the real files are what a disk holds after a power loss. A file
 * that was made is there for good once it was synced; one that was removed without syncing its
 * folder comes back. Locks and the shared index are the real VFS's. (The program's own system calls
 * do not come by here: they act on the real files.)
 *
 * One thread at a time. */
#ifndef TESTS_FAULTS_VFS_DISK_H
#define TESTS_FAULTS_VFS_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_fault {
    DISK_FINE,
    DISK_POWER_LOSS,  /* this operation and all that follow fail */
    DISK_WRITE_ERROR, /* this one fails: SQLITE_IOERR */
    DISK_FULL,        /* this one fails: SQLITE_FULL */
    DISK_FULL_FOR_NOW /* this one and the next nine fail */
};

/* Becomes SQLite's default VFS. */
void disk_install(void);

/* The fault comes at the n-th operation from now on: a write, a sync, a truncation, a removal, the
 * making of a file. */
void disk_plan(enum disk_fault fault, int64_t n);
/* Has it come? */
bool disk_struck(void);
/* Operations since the last disk_plan(). */
int64_t disk_operations(void);

/* Power is back: what was not synced is forgotten. With a seed other than 0 each forgotten write
 * has a chance of having reached the disk all the same, whole or torn. All connections must be
 * closed. */
void disk_restart(uint64_t seed);

#endif
