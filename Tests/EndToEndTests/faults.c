// Stands between a program and the disk, and breaks one call of those that touch the database.
//
//   cc -shared -fPIC -O1 -o faults.so faults.c
//   FAULTS=/path/of/orders LD_PRELOAD=faults.so assent ...
//
// The orders are eight 64-bit numbers in a file that both sides have mapped:
//   0  which calls: 1 writes, 2 syncs, 4 reads, added up
//   1  how many of them pass before the one that breaks; negative for never
//   2  what happens to it: one of `enum deed`
//   3  how many of these calls there were
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITE = 1, SYNC = 2, READ = 4 };
enum deed { EIO_ONCE = 1, ENOSPC_ONCE = 2, KILL_BEFORE = 3, KILL_HALF_WAY = 4, KILL_AFTER = 5, ENOSPC_FROM_HERE = 6 };

static volatile int64_t *orders;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = mmap(NULL, 8 * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) orders = memory;
    close(file);
}

static int is_database(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    // The database and its log; neither the lock nor the witness beside them.
    return name && (!strcmp(name, "/assent.sqlite") || !strcmp(name, "/assent.sqlite-wal"));
}

// What happens to this call, zero for nothing.
static int64_t deed(enum kind kind, int file) {
    if (!orders || !(orders[0] & kind) || !is_database(file)) return 0;
    __atomic_add_fetch(&orders[3], 1, __ATOMIC_SEQ_CST);
    int64_t left = __atomic_fetch_sub(&orders[1], 1, __ATOMIC_SEQ_CST);
    if (left == 0) return orders[2];
    if (left < 0 && orders[2] == ENOSPC_FROM_HERE) return ENOSPC_ONCE;
    return 0;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static ssize_t write_or_break(int file, const void *data, size_t count, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    switch (deed(WRITE, file)) {
    case EIO_ONCE: errno = EIO; return -1;
    case ENOSPC_ONCE: case ENOSPC_FROM_HERE: errno = ENOSPC; return -1;
    case KILL_BEFORE: die(); break;
    case KILL_HALF_WAY: real(file, data, count / 2, offset); die(); break;
    case KILL_AFTER: real(file, data, count, offset); die(); break;
    }
    return real(file, data, count, offset);
}

ssize_t pwrite64(int file, const void *data, size_t count, off64_t offset) { return write_or_break(file, data, count, offset); }
ssize_t pwrite(int file, const void *data, size_t count, off_t offset) { return write_or_break(file, data, count, offset); }

static ssize_t read_or_break(int file, void *data, size_t count, off64_t offset) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pread64");
    if (deed(READ, file)) { errno = EIO; return -1; }
    return real(file, data, count, offset);
}

ssize_t pread64(int file, void *data, size_t count, off64_t offset) { return read_or_break(file, data, count, offset); }
ssize_t pread(int file, void *data, size_t count, off_t offset) { return read_or_break(file, data, count, offset); }

static int sync_or_break(int file, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    switch (deed(SYNC, file)) {
    case EIO_ONCE: errno = EIO; return -1;
    case ENOSPC_ONCE: case ENOSPC_FROM_HERE: errno = ENOSPC; return -1;
    case KILL_BEFORE: case KILL_HALF_WAY: die(); break;
    case KILL_AFTER: real(file); die(); break;
    }
    return real(file);
}

int fdatasync(int file) { return sync_or_break(file, "fdatasync"); }
int fsync(int file) { return sync_or_break(file, "fsync"); }
