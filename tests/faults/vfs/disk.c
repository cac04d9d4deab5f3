#include "tests/faults/vfs/disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One unsynced write, or a cut to `offset` when there are no bytes. */
struct operation {
    struct operation *next;
    int64_t offset;
    int len;
    char bytes[];
};

/* A file by its name, however many connections have it open. */
struct entry {
    struct entry *next;
    char *path;
    int handles;
    char *image; /* what readers see */
    int64_t size;
    struct operation *unsynced, **last;
    bool unsynced_name; /* made, but not synced */
    bool was_removed;   /* an older one is aside: it comes back */
};

struct handle {
    sqlite3_file base;
    struct entry *entry; /* NULL: a temporary file, passed through */
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs, vfs;
static struct entry *entries;
static enum disk_fault planned;
static int64_t planned_at, operations;
static bool struck;

/* ---- Faults ---------------------------------------------------------------------------------- */

void disk_plan(enum disk_fault fault, int64_t n)
{
    planned = fault;
    planned_at = n;
    operations = 0;
    struck = false;
}

bool disk_struck(void)
{
    return struck;
}

int64_t disk_operations(void)
{
    return operations;
}

/* SQLITE_OK, or the fault that comes now. */
static int count_operation(int code_of_error)
{
    operations++;
    bool now = operations == planned_at;
    switch (planned) {
    case DISK_FINE:
        return SQLITE_OK;
    case DISK_POWER_LOSS:
        now = operations >= planned_at;
        break;
    case DISK_FULL_FOR_NOW:
        now = operations >= planned_at && operations < planned_at + 10;
        break;
    case DISK_WRITE_ERROR:
    case DISK_FULL:
        break;
    }
    struck |= now;
    if (!now)
        return SQLITE_OK;
    return planned == DISK_FULL || planned == DISK_FULL_FOR_NOW ? SQLITE_FULL : code_of_error;
}

/* ---- Entries --------------------------------------------------------------------------------- */

static void *must(void *at)
{
    if (!at)
        abort();
    return at;
}

static struct entry *find(const char *path)
{
    for (struct entry *entry = entries; entry; entry = entry->next)
        if (strcmp(entry->path, path) == 0)
            return entry;
    return NULL;
}

static struct entry *make(const char *path)
{
    struct entry *entry = must(calloc(1, sizeof *entry));
    entry->path = must(strdup(path));
    entry->last = &entry->unsynced;
    entry->next = entries;
    entries = entry;
    return entry;
}

static void forget_operations(struct entry *entry)
{
    for (struct operation *operation = entry->unsynced, *next; operation; operation = next) {
        next = operation->next;
        free(operation);
    }
    entry->unsynced = NULL;
    entry->last = &entry->unsynced;
}

static void drop(struct entry *entry)
{
    struct entry **at = &entries;
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    forget_operations(entry);
    free(entry->image);
    free(entry->path);
    free(entry);
}

static void resize(struct entry *entry, int64_t size)
{
    size_t old = (size_t)entry->size, new = (size_t)size;
    char *image = must(calloc(1, new + 1));
    if (old)
        memcpy(image, entry->image, old < new ? old : new);
    free(entry->image);
    entry->image = image;
    entry->size = size;
}

static void remember(struct entry *entry, int64_t offset, const void *bytes, int len)
{
    struct operation *operation = must(malloc(sizeof *operation + (size_t)len));
    *operation = (struct operation){.offset = offset, .len = len};
    if (len)
        memcpy(operation->bytes, bytes, (size_t)len);
    *entry->last = operation;
    entry->last = &operation->next;
}

static char *aside_of(const struct entry *entry)
{
    char *aside = must(malloc(strlen(entry->path) + 10));
    (void)snprintf(aside, strlen(entry->path) + 10, "%s.removed", entry->path);
    return aside;
}

/* The folder was synced: removals in it are for good. There is one folder in a test. */
static void settle_names(void)
{
    for (struct entry *entry = entries, *next; entry; entry = next) {
        next = entry->next;
        if (entry->was_removed) {
            char *aside = aside_of(entry);
            (void)unlink(aside);
            free(aside);
            entry->was_removed = false;
        }
        entry->unsynced_name = false;
        if (entry->handles == 0 && !entry->unsynced)
            drop(entry);
    }
}

/* ---- Methods of a file ----------------------------------------------------------------------- */

static struct handle *handle_of(sqlite3_file *file)
{
    return (struct handle *)(void *)file;
}

static int disk_close(sqlite3_file *file)
{
    struct handle *handle = handle_of(file);
    struct entry *entry = handle->entry;
    int code = handle->real->pMethods ? handle->real->pMethods->xClose(handle->real) : SQLITE_OK;
    if (entry && --entry->handles == 0 && !entry->unsynced && !entry->unsynced_name &&
        !entry->was_removed)
        drop(entry);
    return code;
}

static int disk_read(sqlite3_file *file, void *to, int len, sqlite3_int64 offset)
{
    struct handle *handle = handle_of(file);
    const struct entry *entry = handle->entry;
    if (!entry)
        return handle->real->pMethods->xRead(handle->real, to, len, offset);
    int64_t there = offset >= entry->size ? 0 : entry->size - offset;
    if (there > len)
        there = len;
    if (there)
        memcpy(to, entry->image + offset, (size_t)there);
    if (there == len)
        return SQLITE_OK;
    memset((char *)to + there, 0, (size_t)(len - there));
    return SQLITE_IOERR_SHORT_READ;
}

static int disk_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 offset)
{
    struct handle *handle = handle_of(file);
    struct entry *entry = handle->entry;
    int code = count_operation(SQLITE_IOERR_WRITE);
    if (code != SQLITE_OK)
        return code;
    if (!entry)
        return handle->real->pMethods->xWrite(handle->real, from, len, offset);
    if (offset + len > entry->size)
        resize(entry, offset + len);
    memcpy(entry->image + offset, from, (size_t)len);
    remember(entry, offset, from, len);
    return SQLITE_OK;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *handle = handle_of(file);
    int code = count_operation(SQLITE_IOERR_TRUNCATE);
    if (code != SQLITE_OK)
        return code;
    if (!handle->entry)
        return handle->real->pMethods->xTruncate(handle->real, size);
    resize(handle->entry, size);
    remember(handle->entry, size, NULL, 0);
    return SQLITE_OK;
}

static int apply(sqlite3_file *real, const struct operation *operation, int len)
{
    return operation->len ? real->pMethods->xWrite(real, operation->bytes, len, operation->offset)
                          : real->pMethods->xTruncate(real, operation->offset);
}

static int disk_sync(sqlite3_file *file, int flags)
{
    struct handle *handle = handle_of(file);
    struct entry *entry = handle->entry;
    int code = count_operation(SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK || !entry)
        return code;
    for (struct operation *operation = entry->unsynced; operation; operation = operation->next)
        if (apply(handle->real, operation, operation->len) != SQLITE_OK)
            abort();
    forget_operations(entry);
    if (entry->unsynced_name) /* SQLite's unix VFS syncs the folder of a new file with it */
        settle_names();
    return SQLITE_OK;
}

static int disk_file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    struct handle *handle = handle_of(file);
    if (!handle->entry)
        return handle->real->pMethods->xFileSize(handle->real, ret_size);
    *ret_size = handle->entry->size;
    return SQLITE_OK;
}

static int disk_lock(sqlite3_file *file, int level)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xLock(real, level);
}

static int disk_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xUnlock(real, level);
}

static int disk_check_reserved(sqlite3_file *file, int *ret_reserved)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xCheckReservedLock(real, ret_reserved);
}

static int disk_control(sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *real = handle_of(file)->real;
    /* Making room ahead of time would show in the real file's size. */
    if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return real->pMethods->xFileControl(real, what, argument);
}

static int disk_sector_size(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xSectorSize(real);
}

static int disk_characteristics(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int disk_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmMap(real, region, size, extend, ret);
}

static int disk_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    real->pMethods->xShmBarrier(real);
}

static int disk_shm_unmap(sqlite3_file *file, int remove)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmUnmap(real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_file_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_reserved,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector_size,
    .xDeviceCharacteristics = disk_characteristics,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

/* ---- Methods of the VFS ---------------------------------------------------------------------- */

/* What the real file holds becomes what readers see. */
static int load(struct entry *entry, sqlite3_file *real)
{
    sqlite3_int64 size = 0;
    int code = real->pMethods->xFileSize(real, &size);
    if (code != SQLITE_OK || size == 0)
        return code;
    resize(entry, size);
    return real->pMethods->xRead(real, entry->image, (int)size, 0);
}

static int disk_open(sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    struct handle *handle = handle_of(file);
    bool there = path && access(path, F_OK) == 0;
    *handle = (struct handle){.real = (sqlite3_file *)(void *)(handle + 1)};
    memset(handle->real, 0, (size_t)real_vfs->szOsFile);
    if (path && !there && (flags & SQLITE_OPEN_CREATE)) {
        int code = count_operation(SQLITE_CANTOPEN);
        if (code != SQLITE_OK)
            return code;
    }
    int code = real_vfs->xOpen(real_vfs, path, handle->real, flags, ret_flags);
    if (code != SQLITE_OK)
        return code;
    handle->base.pMethods = &methods;
    if (!path)
        return SQLITE_OK;
    handle->entry = find(path);
    if (!handle->entry) {
        handle->entry = make(path);
        code = load(handle->entry, handle->real);
    }
    handle->entry->handles++;
    if (!there)
        handle->entry->unsynced_name = true;
    return code;
}

static int disk_delete(sqlite3_vfs *self, const char *path, int sync_folder)
{
    int code = count_operation(SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK)
        return code;
    if (access(path, F_OK) != 0)
        return SQLITE_IOERR_DELETE_NOENT;
    struct entry *entry = find(path);
    if (!entry)
        entry = make(path);
    char *aside = aside_of(entry);
    /* What never was there for good does not come back. */
    if (entry->unsynced_name || rename(path, aside) != 0)
        (void)unlink(path);
    else
        entry->was_removed = true;
    free(aside);
    forget_operations(entry);
    resize(entry, 0);
    entry->unsynced_name = false;
    if (sync_folder)
        settle_names();
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *self, const char *path, int flags, int *ret_there)
{
    int code = real_vfs->xAccess(real_vfs, path, flags, ret_there);
    /* The real VFS takes an empty file for none; a file may be full only in memory. */
    const struct entry *entry = find(path);
    if (code == SQLITE_OK && flags == SQLITE_ACCESS_EXISTS && entry && access(path, F_OK) == 0)
        *ret_there = entry->size > 0;
    return code;
}

void disk_install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "disk";
    vfs.szOsFile = (int)sizeof(struct handle) + real_vfs->szOsFile;
    vfs.xOpen = disk_open;
    vfs.xDelete = disk_delete;
    vfs.xAccess = disk_access;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}

/* ---- After the power loss -------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Some of the writes that nobody synced arrived, in no order that anybody promised. */
static void keep_some(const struct entry *entry, uint64_t *seed)
{
    FILE *file = fopen(entry->path, "r+");
    if (!file)
        return;
    for (struct operation *operation = entry->unsynced; operation; operation = operation->next) {
        uint64_t chance = next_random(seed) % 4;
        int len = chance == 3 ? operation->len / 2 : operation->len;
        if (chance < 2)
            continue;
        if (operation->len == 0)
            (void)!ftruncate(fileno(file), operation->offset);
        else if (fseek(file, operation->offset, SEEK_SET) == 0)
            (void)fwrite(operation->bytes, 1, (size_t)len, file);
        (void)fflush(file);
    }
    (void)fclose(file);
}

void disk_restart(uint64_t seed)
{
    while (entries) {
        struct entry *entry = entries;
        char *aside = aside_of(entry);
        if (entry->handles)
            abort();
        if (entry->unsynced_name && (seed == 0 || next_random(&seed) % 2))
            (void)unlink(entry->path);
        else if (seed)
            keep_some(entry, &seed);
        if (entry->was_removed && (access(entry->path, F_OK) == 0 || rename(aside, entry->path)))
            (void)unlink(aside);
        free(aside);
        drop(entry);
    }
    disk_plan(DISK_FINE, 0);
}
