/* Counts what a process and its children change on disk below one folder, and makes the n-th change fail.
 *
 * Preloaded (LD_PRELOAD). The plan is a file that all processes map (FAULT_PLAN), so that one count goes over forks
 * and threads. Files outside of the folder are never touched. Built and driven by tests/trust/faulty.py.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { COUNT, NO_SPACE, IO_ERROR, KILL, FULL, READ_ONLY, DELAY, TERMINATE, INTERRUPT };

struct plan {
    atomic_long count;
    int64_t target;
    int32_t kind;
    int32_t hit;
    int32_t no_exchange;
    atomic_int waits;
    char root[1024];
    char what[1024];
    char ops[1 << 16]; /* a letter for each change, in their order */
};

static struct plan *plan;
static unsigned char is_written[1 << 16]; /* open for writing, below the folder */

__attribute__((constructor)) static void map_plan(void) {
    const char *name = getenv("FAULT_PLAN");
    int fd = name ? (int)openat(AT_FDCWD, name, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) plan = at;
}

static int is_below(const char *path) {
    size_t length = plan ? strlen(plan->root) : 0;
    return length && !strncmp(path, plan->root, length) && (path[length] == '/' || !path[length]);
}

static int of_fd(int fd, char *out) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(name, out, PATH_MAX - 1);
    if (size < 0) return 0;
    out[size] = 0;
    return is_below(out);
}

static int of_path(int at, const char *path, char *out) {
    if (!plan || !plan->root[0] || !path) return 0;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return is_below(out);
    }
    char base[PATH_MAX] = "";
    if (at == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        of_fd(at, base);
    }
    if ((size_t)snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    return is_below(out);
}

static int fails(char op, const char *path) {
    long now = atomic_fetch_add(&plan->count, 1) + 1;
    if (now < (long)sizeof plan->ops) plan->ops[now - 1] = op;
    int is_sticky = plan->kind == FULL || plan->kind == READ_ONLY;
    if (plan->kind == COUNT || now < plan->target || (now > plan->target && !is_sticky)) return 0;
    if (plan->kind == FULL && !strchr("owmt", op)) return 0;
    if (!plan->hit) {
        snprintf(plan->what, sizeof plan->what, "%c %s", op, path);
        plan->hit = 1;
    }
    switch (plan->kind) {
    case KILL: kill(getpid(), SIGKILL); pause(); return 0;
    case TERMINATE: kill(getpid(), SIGTERM); return 0;
    case INTERRUPT: kill(getpid(), SIGINT); return 0;
    case DELAY: {
        struct timespec time = {0, 1000000L};
        while (atomic_load(&plan->waits)) nanosleep(&time, NULL);
        return 0;
    }
    }
    errno = plan->kind == IO_ERROR ? EIO : plan->kind == READ_ONLY ? EROFS : ENOSPC;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define OF_FD(op, fd, failed) \
    char where[PATH_MAX]; \
    if (plan && (fd) > 2 && of_fd(fd, where) && fails(op, where)) return failed

#define OF_PATH(op, at, path, failed) \
    char where[PATH_MAX]; \
    if (of_path(at, path, where) && fails(op, where)) return failed

static int changes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)); }

static int opened(int fd, int flags, int is_ours) {
    if (fd >= 0 && fd < (int)sizeof is_written) is_written[fd] = is_ours && changes(flags);
    return fd;
}

#define OPEN_AT(symbol) \
    int symbol(int at, const char *path, int flags, ...) { \
        REAL(int, #symbol, int, const char *, int, ...); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = va_arg(rest, mode_t); \
        va_end(rest); \
        char where[PATH_MAX]; \
        int is_ours = changes(flags) && of_path(at, path, where); \
        if (is_ours && fails('o', where)) return -1; \
        return opened(real(at, path, flags, mode), flags, is_ours); \
    }
#define OPEN(symbol, underlying) \
    int symbol(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = va_arg(rest, mode_t); \
        va_end(rest); \
        return underlying(AT_FDCWD, path, flags, mode); \
    }
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN(open, openat)
OPEN(open64, openat64)
int creat(const char *path, mode_t mode) { return openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return openat64(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int __open_2(const char *path, int flags) { return openat(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return openat64(AT_FDCWD, path, flags, 0); }

#define FOPEN(symbol) \
    FILE *symbol(const char *path, const char *mode) { \
        REAL(FILE *, #symbol, const char *, const char *); \
        if (strpbrk(mode, "wa+")) { \
            OF_PATH('o', AT_FDCWD, path, NULL); \
        } \
        return real(path, mode); \
    }
FOPEN(fopen)
FOPEN(fopen64)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    OF_FD('w', fd, -1);
    return real(fd, data, size);
}
ssize_t writev(int fd, const struct iovec *data, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    OF_FD('w', fd, -1);
    return real(fd, data, count);
}
#define PWRITE(symbol) \
    ssize_t symbol(int fd, const void *data, size_t size, off_t at) { \
        REAL(ssize_t, #symbol, int, const void *, size_t, off_t); \
        OF_FD('w', fd, -1); \
        return real(fd, data, size, at); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)
#define PWRITEV(symbol) \
    ssize_t symbol(int fd, const struct iovec *data, int count, off_t at) { \
        REAL(ssize_t, #symbol, int, const struct iovec *, int, off_t); \
        OF_FD('w', fd, -1); \
        return real(fd, data, count, at); \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)
#define TRUNCATE(symbol) \
    int symbol(int fd, off_t size) { \
        REAL(int, #symbol, int, off_t); \
        OF_FD('t', fd, -1); \
        return real(fd, size); \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)
#define SYNC(symbol) \
    int symbol(int fd) { \
        REAL(int, #symbol, int); \
        OF_FD('s', fd, -1); \
        return real(fd); \
    }
SYNC(fsync)
SYNC(fdatasync)
#define COPY(symbol) \
    ssize_t symbol(int out, int in, off_t *at, size_t size) { \
        REAL(ssize_t, #symbol, int, int, off_t *, size_t); \
        OF_FD('w', out, -1); \
        return real(out, in, at, size); \
    }
COPY(sendfile)
COPY(sendfile64)
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned);
    OF_FD('w', out, -1);
    return real(in, from, out, to, size, flags);
}

int close(int fd) { /* it is closed in any case, as Linux does it */
    REAL(int, "close", int);
    int has_failed = 0;
    if (plan && fd > 2 && fd < (int)sizeof is_written && is_written[fd]) {
        char where[PATH_MAX];
        is_written[fd] = 0;
        has_failed = of_fd(fd, where) && fails('c', where);
    }
    int code = errno;
    int done = real(fd);
    if (!has_failed) return done;
    errno = code;
    return -1;
}

int renameat2(int at, const char *from, int to_at, const char *to, unsigned flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
    char where[PATH_MAX];
    int is_ours = of_path(to_at, to, where) || of_path(at, from, where);
    if (is_ours && flags && plan->no_exchange) {
        errno = EINVAL;
        return -1;
    }
    if (is_ours && fails('r', where)) return -1;
    return real(at, from, to_at, to, flags);
}
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int at, const char *from, int to_at, const char *to) { return renameat2(at, from, to_at, to, 0); }
int linkat(int at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    OF_PATH('l', to_at, to, -1);
    return real(at, from, to_at, to, flags);
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
int unlinkat(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    OF_PATH('u', at, path, -1);
    return real(at, path, flags);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int mkdirat(int at, const char *path, mode_t mode) {
    REAL(int, "mkdirat", int, const char *, mode_t);
    OF_PATH('m', at, path, -1);
    return real(at, path, mode);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
