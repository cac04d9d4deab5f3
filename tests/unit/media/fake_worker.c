/* Stands in for stoppress-media in tests: does what the picture's bytes behind PNG's magic say. */
#include "media/frames.h"

#include "base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#define PICTURE "P\10\0\0\0\200\2\0\0\340\1\0\0"
#define RENDITION "R\17\0\0\0\0\0\100\1\0\0\360\0\0\0\xff\xd8\xff\xe0z"

static void say(struct str words)
{
    struct error error = file_write_all(1, "answer", words);
    if (error.code != ERR_OK)
        _exit(9);
}

/* Descriptors above 3, the environment and the signal mask must not have been inherited. */
static void check_inheritance(void)
{
    sigset_t mask;
    (void)sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int fd = 4; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            _exit(10);
    if (getenv("HOME") || getenv("PATH") || sigismember(&mask, SIGTERM))
        _exit(11);
}

int main(void)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str picture, request;
    if (file_read_fd(0, "picture", 1000, arena, &picture).code != ERR_OK ||
        file_read_fd(3, "request", REQUEST_MAX, arena, &request).code != ERR_OK)
        return 8;
    struct str mode = str_from(picture, 8);
    check_inheritance();
    if (str_eq(mode, STR("sandbox")))
        return WORKER_NO_SANDBOX;
    say(STR(FRAMES_MAGIC PICTURE));
    if (str_eq(mode, STR("hang")))
        (void)poll(NULL, 0, 60000);
    if (str_eq(mode, STR("crash")))
        abort();
    if (str_eq(mode, STR("kill")))
        (void)raise(SIGKILL);
    if (str_eq(mode, STR("silence")))
        return 0;
    if (str_eq(mode, STR("not-jpeg")))
        say(STR("R\17\0\0\0\0\0\100\1\0\0\360\0\0\0<svg>Z\4\0\0\0\1\0\0\0"));
    say(STR(RENDITION));
    if (str_eq(mode, STR("half")))
        say(STR("R\17\0\0\0\0\1\100\1\0\0\360\0\0\0RI"));
    if (str_eq(mode, STR("flood")))
        for (;;)
            say(STR("R\17\0\0\0\0\1\100\1\0\0\360\0\0\0RIFFx"));
    if (str_eq(mode, STR("half")))
        return 0;
    say(STR("Z\4\0\0\0\1\0\0\0"));
    if (str_eq(mode, STR("stay"))) {
        (void)close(1);
        (void)poll(NULL, 0, 60000);
    }
    return 0;
}
