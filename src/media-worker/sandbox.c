#include "media-worker/sandbox.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

enum {
    CPU_SECONDS = 80,
    MEMORY_MB = 2048, /* above what the libraries take when they are loaded */
    HIGHEST_FD = 3,
};

/* ---- At the start --------------------------------------------------------------------------- */

void sandbox_begin(void)
{
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)close_range(HIGHEST_FD + 1, ~0U, 0);
    (void)mallopt(M_ARENA_MAX, 2); /* each arena takes 64 MB of address space */
    FD_AUTO int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "1000", 4) < 0)
        errno = 0; /* then the kernel chooses by size alone */
    /* A second lock behind seccomp's, where users may have namespaces. */
    (void)unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* ---- Limits --------------------------------------------------------------------------------- */

static bool limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(what, &now) < 0)
        return false;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    now = (struct rlimit){most, most};
    return setrlimit(what, &now) == 0;
}

#ifndef STOPPRESS_SANITIZED
static rlim_t address_space(void)
{
    ARENA_AUTO struct arena *arena = arena_new();
    struct str text, pages;
    int64_t count;
    struct error error = file_read(AT_FDCWD, "/proc/self/statm", 4096, arena, &text);
    if (error.code != ERR_OK || !str_split(&text, ' ', &pages) || !str_to_i64(pages, &count))
        return (rlim_t)1 << 30;
    return (rlim_t)count * (rlim_t)sysconf(_SC_PAGESIZE);
}
#endif

static bool close_limits(void)
{
#ifndef STOPPRESS_SANITIZED
    if (!limit(RLIMIT_AS, address_space() + ((rlim_t)MEMORY_MB << 20)))
        return false;
#endif
    return limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, HIGHEST_FD + 1);
}

#define ANY_BIT UINT32_MAX /* of arguments that are ints: their upper half may hold anything */

/* ---- System calls --------------------------------------------------------------------------- */

/* Allowed whatever the arguments: they compute, wait, or use what is open already. */
static const int always[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(poll),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getcpu),
    SCMP_SYS(membarrier),
};

/* Allowed when an argument, masked, has a value. */
static int allow_when(scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t mask,
                      scmp_datum_t value)
{
    struct scmp_arg_cmp when = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &when);
}

/* Everything that isn't named fails with EPERM; it doesn't kill, so that a library that only asks
 * goes on without. A call of another architecture kills. */
static bool fill(scmp_filter_ctx filter)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
    failed |= allow_when(filter, SCMP_SYS(write), 0, ANY_BIT, STDOUT_FILENO);
    failed |= allow_when(filter, SCMP_SYS(write), 0, ANY_BIT, STDERR_FILENO);
    /* Memory, but none that can be run. */
    failed |= allow_when(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
    failed |= allow_when(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
    /* Threads, but no processes. clone3() hides its flags behind a pointer: the C library falls
     * back to clone() when it is missing. */
    failed |= allow_when(filter, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    failed |= allow_when(filter, SCMP_SYS(prctl), 0, ANY_BIT, PR_SET_NAME);
    /* abort() */
    failed |= allow_when(filter, SCMP_SYS(tgkill), 0, ANY_BIT, (scmp_datum_t)getpid());
    return failed == 0;
}

static bool close_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return false;
    bool closed = fill(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return closed;
}

/* ---- Trials --------------------------------------------------------------------------------- */

static bool refused_open(void)
{
    FD_AUTO int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    return fd < 0 && errno == EPERM;
}

static bool refused_create(void)
{
    FD_AUTO int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd < 0 && errno == EPERM;
}

static bool refused_internet(void)
{
    FD_AUTO int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 && errno == EPERM;
}

static bool refused_unix(void)
{
    FD_AUTO int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 && errno == EPERM;
}

static bool refused_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    return pid < 0 && errno == EPERM;
}

static bool refused_program(void)
{
    char name[] = "true";
    char *const arguments[] = {name, NULL};
    (void)execv("/bin/true", arguments);
    return errno == EPERM;
}

static bool refused_code(void)
{
    void *at =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED && errno == EPERM;
}

static bool refused_signal(void)
{
    return kill(getppid(), 0) < 0 && errno == EPERM;
}

static bool refused_unlink(void)
{
    return unlink("/nothing/of/this/name") < 0 && errno == EPERM;
}

static bool refused_limit(void)
{
    struct rlimit more = {1000, 1000};
    return setrlimit(RLIMIT_NOFILE, &more) < 0 && errno == EPERM;
}

static bool refused_write(void)
{
    return write(STDIN_FILENO, "x", 1) < 0 && errno == EPERM;
}

bool sandbox_try(void)
{
    static const struct {
        const char *what;
        bool (*refused)(void);
    } trials[] = {
        {"opening a file", refused_open},        {"creating a file", refused_create},
        {"removing a file", refused_unlink},     {"an internet socket", refused_internet},
        {"a unix socket", refused_unix},         {"a new process", refused_process},
        {"another program", refused_program},    {"executable memory", refused_code},
        {"signalling others", refused_signal},   {"raising a limit", refused_limit},
        {"writing to the input", refused_write},
    };
    bool all = true;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        bool refused = trials[i].refused();
        printf("%s: %s\n", trials[i].what, refused ? "refused" : "POSSIBLE");
        all = all && refused;
    }
    (void)fflush(stdout);
    return all;
}

bool sandbox_close(void)
{
    return close_limits() && close_calls() && refused_open() && refused_internet();
}
