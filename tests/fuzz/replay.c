/* Runs a fuzz target over every file of the folders and files named, then over simple mutations of
 * each (a cut, a flipped byte), so that a replay also moves a little. Prints how many inputs ran
 * and fails when there were none. */
#include "base/file.h"
#include "base/hash.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 4 << 20 };

static size_t ran;

static void run(struct str bytes)
{
    /* A heap copy of the exact size, so that AddressSanitizer sees a read past the end. */
    uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
    if (!copy)
        abort();
    if (bytes.len)
        memcpy(copy, bytes.at, bytes.len);
    (void)LLVMFuzzerTestOneInput(copy, bytes.len);
    free(copy);
    ran++;
}

static void run_mutations(struct arena *arena, struct str bytes)
{
    size_t step = bytes.len / 16 + 1;
    for (size_t cut = 0; cut < bytes.len; cut += step) {
        run(str_cut(bytes, 0, cut));
        struct str flipped = arena_str(arena, bytes);
        char *at = arena_alloc(arena, bytes.len + 1);
        memcpy(at, flipped.at, bytes.len);
        at[cut] = (char)(at[cut] ^ 0x20);
        run(str_n(at, bytes.len));
    }
}

static void run_file(const char *path)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str bytes;
    struct error error = file_read(AT_FDCWD, path, INPUT_MAX, arena, &bytes);
    if (error.code != ERR_OK) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    run(bytes);
    if (bytes.len < 64 * 1024)
        run_mutations(arena, bytes);
}

static void run_path(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        fprintf(stderr, "%s: missing\n", path);
        exit(1);
    }
    if (!S_ISDIR(status.st_mode)) {
        run_file(path);
        return;
    }
    DIR *folder = opendir(path);
    if (!folder)
        exit(1);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char below[4096];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        run_path(below);
    }
    (void)closedir(folder);
}

int main(int argc, char **argv)
{
    hash_start();
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    printf("%zu inputs\n", ran);
    return ran ? 0 : 1;
}
