/* A newsroom's folder for one test. */
#ifndef TESTS_UNIT_MEDIA_FOLDER_H
#define TESTS_UNIT_MEDIA_FOLDER_H

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct folder {
    char path[64];
    int fd;
};

static inline struct folder folder_make(void)
{
    struct folder folder = {"/tmp/stoppress-media-XXXXXX", -1};
    if (!mkdtemp(folder.path))
        abort();
    folder.fd = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder;
}

/* Files below `path`; removes them when asked. Checks the modes: 0600 and 0700. */
static inline size_t folder_walk(int dir_fd, const char *path, bool removes)
{
    size_t count = 0;
    int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder)
        return 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        bool is_folder = S_ISDIR(status.st_mode);
        if ((status.st_mode & 0777) != (is_folder ? 0700 : 0600))
            abort();
        count += is_folder ? folder_walk(fd, entry->d_name, removes) : 1;
        if (removes)
            (void)unlinkat(fd, entry->d_name, is_folder ? AT_REMOVEDIR : 0);
    }
    (void)closedir(folder);
    return count;
}

static inline void folder_end(struct folder *folder)
{
    (void)folder_walk(folder->fd, ".", true);
    (void)close(folder->fd);
    (void)rmdir(folder->path);
}

#endif
