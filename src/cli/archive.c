#include "cli/archive.h"
#include "server/folder.h"
#include "store/store.h"

#include <errno.h>

struct error archive_failure(struct archive *archive, const char *what)
{
    int number = archive_errno(archive);
    if (number == ENOSPC || number == EDQUOT)
        return error_make(ERR_DISK_FULL, what, "");
    const char *why = archive_error_string(archive);
    return error_make(ERR_SYSTEM, what, why ? why : "libarchive does not say why");
}

static bool is_kept(struct str folder)
{
    for (const char *const *kept = folder_kept; *kept; kept++)
        if (str_eq(folder, str_of(*kept)))
            return true;
    return false;
}

bool archive_path_allowed(struct str path)
{
    struct str rest = path, part;
    size_t parts = 0;
    if (str_eq(path, STR(STORE_FILE)))
        return true;
    if (path.len > BACKUP_PATH_MAX || str_ends(path, STR("/")) || memchr(path.at, '\0', path.len))
        return false;
    while (str_split(&rest, '/', &part)) {
        if (part.len == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return false;
        if (parts++ == 0 && !is_kept(part))
            return false;
    }
    return parts > 1;
}
