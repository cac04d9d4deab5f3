/* libarchive is loaded by the two commands that use it: see base/lazy.h. */
#include "base/lazy.h"
#include "cli/archive.h"

#include <archive.h>
#include <archive_entry.h>

static struct lazy_library library = LAZY_LIBRARY(ARCHIVE_LIBRARY);

LAZY(library, mode_t, archive_entry_filetype, (struct archive_entry * a), (a))
LAZY_VOID(library, archive_entry_free, (struct archive_entry * a), (a))
LAZY(library, const char *, archive_entry_hardlink, (struct archive_entry * a), (a))
LAZY(library, time_t, archive_entry_mtime, (struct archive_entry * a), (a))
LAZY(library, struct archive_entry *, archive_entry_new, (void), ())
LAZY(library, const char *, archive_entry_pathname_utf8, (struct archive_entry * a), (a))
LAZY_VOID(library, archive_entry_set_filetype, (struct archive_entry * a, unsigned int b), (a, b))
LAZY_VOID(library, archive_entry_set_mtime, (struct archive_entry * a, time_t b, long c), (a, b, c))
LAZY_VOID(library, archive_entry_set_pathname_utf8, (struct archive_entry * a, const char *name),
          (a, name))
LAZY_VOID(library, archive_entry_set_perm, (struct archive_entry * a, mode_t b), (a, b))
LAZY_VOID(library, archive_entry_set_size, (struct archive_entry * a, la_int64_t b), (a, b))
LAZY(library, la_int64_t, archive_entry_size, (struct archive_entry * a), (a))
LAZY(library, const char *, archive_entry_symlink, (struct archive_entry * a), (a))
LAZY(library, int, archive_errno, (struct archive * a), (a))
LAZY(library, const char *, archive_error_string, (struct archive * a), (a))
LAZY(library, la_ssize_t, archive_read_data, (struct archive * a, void *b, size_t c), (a, b, c))
LAZY(library, int, archive_read_free, (struct archive * a), (a))
LAZY(library, struct archive *, archive_read_new, (void), ())
LAZY(library, int, archive_read_next_header, (struct archive * a, struct archive_entry **b), (a, b))
LAZY(library, int, archive_read_open_fd, (struct archive * a, int fd, size_t block_size),
     (a, fd, block_size))
LAZY(library, int, archive_read_support_format_tar, (struct archive * a), (a))
LAZY(library, int, archive_write_close, (struct archive * a), (a))
LAZY(library, la_ssize_t, archive_write_data, (struct archive * a, const void *b, size_t c),
     (a, b, c))
LAZY(library, int, archive_write_free, (struct archive * a), (a))
LAZY(library, int, archive_write_header, (struct archive * a, struct archive_entry *b), (a, b))
LAZY(library, struct archive *, archive_write_new, (void), ())
LAZY(library, int, archive_write_open_fd, (struct archive * a, int fd), (a, fd))
LAZY(library, int, archive_write_set_format_pax_restricted, (struct archive * a), (a))
