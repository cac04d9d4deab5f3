/* The form of a backup: one tar (pax), whose first entry says what it is and whose last how many
 * files it holds, so that one cut short is noticed.
 *
 *     stoppress-backup        {"format":1,"version":"0.1.0"}
 *     newsroom.db             a consistent copy
 *     media/…  originals/…  theme/…  secret/…
 *     stoppress-backup.end    the number of files between, in digits */
#ifndef CLI_ARCHIVE_H
#define CLI_ARCHIVE_H

#include "base/error.h"

#include <archive.h>

#define BACKUP_FIRST "stoppress-backup"
#define BACKUP_LAST "stoppress-backup.end"

enum {
    BACKUP_FORMAT = 1,
    BACKUP_PIECE = 64 * 1024,
    BACKUP_PATH_MAX = 1000,
    BACKUP_TEXT_MAX = 1000
};

/* What libarchive says of its last failure. */
MUST_USE struct error archive_failure(struct archive *archive, const char *what);

/* Whether a path inside a backup is one that it may hold: newsroom.db, or a plain path below one of
 * the folders that are kept: relative, no empty part, none that is "." or "..". */
bool archive_path_allowed(struct str path);

#endif
