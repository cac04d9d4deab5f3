#include "media/worker.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
    PIECE = 64 * 1024,
    GRACE_MS = 2000,
    LOOK_MS = 500,
    REST_LOOK_MS = 50, /* where others come first */
    REST_QUIET_MS = 5 * 1000,
    REST_MOST_MS = 60 * 1000,
    LOWEST_PRIORITY = 19,
    ABOVE_STANDARD = 10
};

/* ---- The request ---------------------------------------------------------------------------- */

static void put_u16(struct buf *buf, size_t n)
{
    (void)buf_char(buf, (char)(n & 0xff));
    (void)buf_char(buf, (char)(n >> 8 & 0xff));
}

/* At most MEDIA_TEXT_MAX bytes, cut between characters. */
static void put_text(struct buf *buf, struct str text)
{
    if (!str_is_utf8(text))
        text = STR_NONE;
    if (text.len > MEDIA_TEXT_MAX) {
        size_t len = MEDIA_TEXT_MAX;
        while (len && ((unsigned char)text.at[len] & 0xc0) == 0x80)
            len--;
        text.len = len;
    }
    put_u16(buf, text.len);
    (void)buf_str(buf, text);
}

static size_t fixed_point(double fraction)
{
    if (!(fraction > 0))
        return 0;
    return fraction >= 1 ? 65535 : (size_t)(fraction * 65535 + 0.5);
}

static void write_request(const struct worker_job *job, struct buf *buf)
{
    const struct media_request *request = job->request;
    (void)buf_str(buf, STR(REQUEST_MAGIC));
    (void)buf_char(buf, (char)job->type);
    (void)buf_char(buf,
                   (char)((request->has_focal ? REQUEST_FOCAL : 0) |
                          (request->own_texts ? REQUEST_OWN : 0) | (job->avif ? REQUEST_AVIF : 0)));
    put_u16(buf, fixed_point(request->focal_x));
    put_u16(buf, fixed_point(request->focal_y));
    put_text(buf, request->caption);
    put_text(buf, request->credit);
    put_text(buf, request->creator);
    put_text(buf, request->rights);
}

/* ---- Starting ------------------------------------------------------------------------------- */

/* Away from the numbers that the worker's standard descriptors get, so that the dup2()s of the
 * start never meet their own sources. */
static struct error lift(int *fd)
{
    int lifted = fcntl(*fd, F_DUPFD_CLOEXEC, ABOVE_STANDARD);
    if (lifted < 0)
        return error_errno("opening a picture");
    (void)close(*fd);
    *fd = lifted;
    return NO_ERROR;
}

/* Memory that the worker may read, with its position at the start. */
static struct error memory_fd(struct str bytes, int *ret_fd)
{
    FD_AUTO int fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return error_errno("opening a picture");
    TRY(file_write_all(fd, "opening a picture", bytes));
    if (lseek(fd, 0, SEEK_SET) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return error_errno("opening a picture");
    TRY(lift(&fd));
    *ret_fd = fd_take(&fd);
    return NO_ERROR;
}

static struct error path_beside(struct arena *arena, const char **ret_path)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return error_make(ERR_SANDBOX, "", "the program's own folder is unknown");
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    *ret_path = arena_printf(arena, "%s/stoppress-media", self).at;
    return NO_ERROR;
}

/* Nothing of our environment but what the sanitizers are told by. */
static size_t worker_environment(char *environment[8])
{
    static char locale[] = "LC_ALL=C.UTF-8";
    static const char *const names[] = {"ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS="};
    size_t count = 0;
    environment[count++] = locale;
    for (char **at = environ; at && *at; at++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strncmp(*at, names[i], strlen(names[i])) == 0 && count < 7)
                environment[count++] = *at;
    environment[count] = NULL;
    return count;
}

static int spawn_with(const char *path, posix_spawn_file_actions_t *actions,
                      posix_spawnattr_t *attributes, pid_t *ret_pid)
{
    char name[] = "stoppress-media";
    char *const arguments[] = {name, NULL};
    char *environment[8];
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    (void)worker_environment(environment);
    (void)posix_spawnattr_setsigmask(attributes, &none);
    (void)posix_spawnattr_setsigdefault(attributes, &all);
    (void)posix_spawnattr_setpgroup(attributes, 0);
    (void)posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                   POSIX_SPAWN_SETPGROUP);
    return posix_spawn(ret_pid, path, actions, attributes, arguments, environment);
}

static struct error spawn(const char *path, int picture, int answer, int request, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return error_make(ERR_SYSTEM, "opening a picture", "out of memory");
    if (posix_spawnattr_init(&attributes) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return error_make(ERR_SYSTEM, "opening a picture", "out of memory");
    }
    int failed = posix_spawn_file_actions_adddup2(&actions, picture, 0);
    failed = failed ? failed : posix_spawn_file_actions_adddup2(&actions, answer, 1);
#ifndef STOPPRESS_SANITIZED /* whose reports go to standard error */
    failed =
        failed ? failed : posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
#endif
    failed = failed ? failed : posix_spawn_file_actions_adddup2(&actions, request, 3);
    failed = failed ? failed : spawn_with(path, &actions, &attributes, ret_pid);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT || failed == EACCES)
        return error_format(ERR_SANDBOX, STR(""), 0, "the program %s is missing", path);
    errno = failed;
    return failed ? error_errno("starting stoppress-media") : NO_ERROR;
}

/* ---- Reading the answer --------------------------------------------------------------------- */

static struct error too_slow(const struct worker_job *job)
{
    return error_make(ERR_PICTURE, job->name, "opening it takes too long");
}

/* How a process lets others go first; times of the monotonic clock in milliseconds. */
struct rest {
    int64_t asked_at, looked_at;
    int64_t most; /* that is left */
    bool now;
};

/* Stops the process or lets it go on; what it rests is added to its time. */
static void rest_look(const struct worker_job *job, pid_t pid, struct rest *rest, int64_t *deadline)
{
    int64_t now = clock_monotonic();
    if (!job->asked)
        return;
    if (atomic_exchange(job->asked, false))
        rest->asked_at = now;
    if (rest->now) {
        rest->most -= now - rest->looked_at;
        *deadline += now - rest->looked_at;
    }
    rest->looked_at = now;
    bool rests = rest->asked_at && now - rest->asked_at < REST_QUIET_MS && rest->most > 0;
    if (rests != rest->now)
        (void)kill(pid, rests ? SIGSTOP : SIGCONT);
    rest->now = rests;
}

static struct error read_answer(const struct worker_job *job, pid_t pid, int fd, int64_t deadline,
                                struct frames *frames)
{
    char piece[PIECE];
    struct rest rest = {.most = REST_MOST_MS};
    for (;;) {
        rest_look(job, pid, &rest, &deadline);
        int64_t left = deadline - clock_monotonic(), look = job->asked ? REST_LOOK_MS : LOOK_MS;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return too_slow(job);
        if (job->stop && atomic_load(job->stop))
            return error_make(ERR_BUSY, NULL, NULL);
        int ready = poll(&wait, 1, (int)(left > look ? look : left));
        if (ready < 0 && errno != EINTR)
            return error_errno("opening a picture");
        if (ready <= 0)
            continue;
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return error_errno("opening a picture");
        if (n == 0)
            return NO_ERROR;
        if (n > 0)
            TRY(frames_push(frames, str_n(piece, (size_t)n)));
    }
}

/* ---- The end -------------------------------------------------------------------------------- */

/* Waits for at most `milliseconds`, then kills. ECHILD (the caller ignores SIGCHLD) counts as an
 * end of which nothing is known. */
static int reap(pid_t pid, int64_t milliseconds)
{
    int status = 0;
    int64_t deadline = clock_monotonic() + milliseconds;
    for (int64_t pause = 1; clock_monotonic() < deadline; pause = pause < 20 ? pause * 2 : 20) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid)
            return status;
        if (ended < 0 && errno != EINTR)
            return 0;
        (void)poll(NULL, 0, (int)pause);
    }
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return status;
}

static struct error problem_sentence(const struct worker_job *job, const struct frames *frames)
{
    struct str name = str_of(job->name);
    switch (frames->problem) {
    case PROBLEM_NONE:
        return NO_ERROR;
    case PROBLEM_COUNT:
    case PROBLEM_DAMAGED:
        return error_make(ERR_PICTURE, job->name, "it is damaged or cut off");
    case PROBLEM_PIXELS:
        if (!frames->width)
            return error_make(ERR_PICTURE, job->name, "its sides are too long");
        return error_format(ERR_PICTURE, name, 0,
                            "it has %llu megapixels (%u × %u); at most %d are allowed",
                            (unsigned long long)frames->width * frames->height / 1000000,
                            frames->width, frames->height, MEDIA_MEGAPIXELS_MAX);
    case PROBLEM_MEMORY:
        return error_make(ERR_PICTURE, job->name, "opening it needs too much memory");
    case PROBLEM_FRAMES:
        return error_make(ERR_PICTURE, job->name, "it holds too many frames or pages");
    case PROBLEM_NARROW:
        return error_make(ERR_PICTURE, job->name, "it is too narrow for its length");
    case PROBLEM_FORMAT:
        return error_make(ERR_PICTURE, job->name, "it is of a kind that is not supported");
    }
    return NO_ERROR;
}

/* The process is gone: was its answer whole, and if not, why did it end? */
static struct error judge(const struct worker_job *job, int status, const struct frames *frames)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_NO_SANDBOX)
        return error_make(ERR_SANDBOX, "", "stoppress-media could not close its sandbox");
    if (frames->ended)
        return problem_sentence(job, frames);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return too_slow(job);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return error_make(ERR_PICTURE, job->name,
                          "opening it took too long or needed too much memory");
    return error_make(ERR_PICTURE, job->name,
                      "the program that opens pictures failed on it; it may be damaged");
}

/* Only when nobody else wants the processor; where that is refused it just isn't as polite. */
static void give_way(pid_t pid)
{
    static const struct sched_param none = {0};
    (void)setpriority(PRIO_PROCESS, (id_t)pid, LOWEST_PRIORITY);
    (void)sched_setscheduler(pid, SCHED_IDLE, &none);
}

static struct error start(const struct worker_job *job, int *ret_answer, pid_t *ret_pid)
{
    ARENA_AUTO struct arena *arena = arena_new();
    BUF_AUTO struct buf buf = BUF_INIT(REQUEST_MAX);
    FD_AUTO int picture = -1, request = -1, answer = -1, mine = -1;
    const char *path = job->path;
    int ends[2];
    if (!path)
        TRY(path_beside(arena, &path));
    write_request(job, &buf);
    TRY(memory_fd(job->original, &picture));
    TRY(memory_fd(buf_slice(&buf), &request));
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno("opening a picture");
    mine = ends[0];
    answer = ends[1];
    TRY(lift(&answer));
    TRY(spawn(path, picture, answer, request, ret_pid));
    if (job->avif)
        give_way(*ret_pid);
    *ret_answer = fd_take(&mine);
    return NO_ERROR;
}

struct error worker_run(const struct worker_job *job, struct frames *frames)
{
    FD_AUTO int answer = -1;
    pid_t pid;
    int64_t deadline = clock_monotonic() + job->milliseconds;
    TRY(start(job, &answer, &pid));
    struct error error = read_answer(job, pid, answer, deadline, frames);
    int status = reap(pid, error.code == ERR_OK ? GRACE_MS : 0);
    return error.code == ERR_OK ? judge(job, status, frames) : error;
}
