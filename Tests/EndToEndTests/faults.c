// Stands between a program and the machine, and breaks one call of those that touch the database, the folder of the keys,
// the generator of random bytes, sockets that come in, files that are opened, or the memory of OpenSSL and SQLite.
//
//   cc -shared -fPIC -O1 -o faults.so faults.c
//   FAULTS=/path/of/orders LD_PRELOAD=faults.so assent ...
//
// The orders are eight 64-bit numbers in a file that both sides have mapped:
//   0  which calls: 1 writes, 2 syncs, 4 reads of the database, 8 whatever changes the folder of the keys, 16 random
//      bytes, 32 sockets that are taken in, 64 files that are opened, 128 memory of the C libraries, added up
//   1  how many of them pass before the one that breaks; negative for never
//   2  what happens to it: one of `enum deed`
//   3  how many of these calls there were
//
// DURABLE=/folder keeps there, after every sync of the database or its log, what a power cut would leave of that file.
// WEAKER=1 has SQLite promise less than it is asked for: synchronous NORMAL in the place of FULL.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITE = 1, SYNC = 2, READ = 4, KEYS = 8, RANDOM = 16, ACCEPT = 32, OPEN = 64, MEMORY = 128 };
// What comes last is for sockets, files and memory: this one is refused, or this one and all after it.
enum deed { EIO_ONCE = 1, ENOSPC_ONCE = 2, KILL_BEFORE = 3, KILL_HALF_WAY = 4, KILL_AFTER = 5, ENOSPC_FROM_HERE = 6, REFUSE_ONCE = 7, REFUSE_FROM_HERE = 8 };

static volatile int64_t *orders;
static const char *durable;
static int is_weaker;

__attribute__((constructor)) static void begin(void) {
    durable = getenv("DURABLE");
    is_weaker = getenv("WEAKER") != NULL;
    const char *path = getenv("FAULTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = mmap(NULL, 8 * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) orders = memory;
    close(file);
}

static const char *path_of(int file, char path[4096]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, 4095);
    path[length > 0 ? length : 0] = 0;
    return path;
}

static int is_database(int file) {
    char path[4096];
    const char *name = strrchr(path_of(file, path), '/');
    // The database and its log; neither the lock nor the witness beside them.
    return name && (!strcmp(name, "/assent.sqlite") || !strcmp(name, "/assent.sqlite-wal"));
}

// What happens to this call, zero for nothing.
static int64_t next_deed(void) {
    __atomic_add_fetch(&orders[3], 1, __ATOMIC_SEQ_CST);
    int64_t left = __atomic_fetch_sub(&orders[1], 1, __ATOMIC_SEQ_CST);
    if (left == 0) return orders[2];
    if (left < 0 && orders[2] == ENOSPC_FROM_HERE) return ENOSPC_ONCE;
    if (left < 0 && orders[2] == REFUSE_FROM_HERE) return REFUSE_ONCE;
    return 0;
}

static int64_t deed(enum kind kind, int file) {
    return orders && (orders[0] & kind) && is_database(file) ? next_deed() : 0;
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

// What is on the disk for certain: the file as it is now, under its name in the folder.
static void keep(int file) {
    char path[4096], kept[4096], draft[4200], piece[65536];
    if (!durable || !is_database(file)) return;
    snprintf(kept, sizeof kept, "%s%s", durable, strrchr(path_of(file, path), '/'));
    snprintf(draft, sizeof draft, "%s.new", kept);
    FILE *copy = fopen(draft, "wb");
    ssize_t (*real)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
    ssize_t count;
    for (off64_t offset = 0; copy && (count = real(file, piece, sizeof piece, offset)) > 0; offset += count)
        fwrite(piece, 1, (size_t)count, copy);
    if (copy && fclose(copy) == 0) rename(draft, kept);
}

static int is_of_keys(const char *path) {
    size_t length = strlen(path);
    return strstr(path, "/keys/") || (length > 5 && !strcmp(path + length - 5, "/keys"));
}

static void before_keys(const char *path) {
    if (orders && (orders[0] & KEYS) && is_of_keys(path) && next_deed() == KILL_BEFORE) die();
}

static int sync_or_break(int file, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    char path[4096];
    if (orders && (orders[0] & KEYS)) before_keys(path_of(file, path));
    switch (deed(SYNC, file)) {
    case EIO_ONCE: errno = EIO; return -1;
    case ENOSPC_ONCE: case ENOSPC_FROM_HERE: errno = ENOSPC; return -1;
    case KILL_BEFORE: case KILL_HALF_WAY: die(); break;
    case KILL_AFTER: real(file); die(); break;
    }
    int result = real(file);
    if (result == 0) keep(file);
    return result;
}

int fdatasync(int file) { return sync_or_break(file, "fdatasync"); }
int fsync(int file) { return sync_or_break(file, "fsync"); }

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    before_keys(to);
    return real(from, to);
}

int link(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    before_keys(to);
    return real(from, to);
}

int unlink(const char *path) {
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    before_keys(path);
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
    before_keys(path);
    return real(path, mode);
}

int RAND_bytes(unsigned char *bytes, int count) {
    int (*real)(unsigned char *, int) = dlsym(RTLD_NEXT, "RAND_bytes");
    if (orders && (orders[0] & RANDOM) && next_deed()) return 0;
    return real(bytes, count);
}

// Sockets and files: there are no descriptors left.

int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags) {
    static int (*real)(int, struct sockaddr *, socklen_t *, int);
    if (!real) real = dlsym(RTLD_NEXT, "accept4");
    // Only who comes counts, not the look that finds nobody.
    struct pollfd door = {.fd = socket, .events = POLLIN};
    if (orders && (orders[0] & ACCEPT) && poll(&door, 1, 0) == 1 && next_deed()) { errno = EMFILE; return -1; }
    return real(socket, address, length, flags);
}

static int open_or_break(int folder, const char *path, int flags, mode_t mode) {
    static int (*real)(int, const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "openat");
    if (orders && (orders[0] & OPEN) && next_deed()) { errno = EMFILE; return -1; }
    return real(folder, path, flags, mode);
}

#define MODE(flags) ({ va_list rest; va_start(rest, flags); mode_t mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; va_end(rest); mode; })

int open(const char *path, int flags, ...) { return open_or_break(AT_FDCWD, path, flags, MODE(flags)); }
int open64(const char *path, int flags, ...) { return open_or_break(AT_FDCWD, path, flags | O_LARGEFILE, MODE(flags)); }
int openat(int folder, const char *path, int flags, ...) { return open_or_break(folder, path, flags, MODE(flags)); }
int openat64(int folder, const char *path, int flags, ...) { return open_or_break(folder, path, flags | O_LARGEFILE, MODE(flags)); }

// Memory, where OpenSSL or SQLite asks for it: Swift has no word for memory that is not there, and ends.

void *__libc_malloc(size_t);
void *__libc_realloc(void *, size_t);
void *__libc_calloc(size_t, size_t);

static struct { uintptr_t begin, end; } libraries[8];
static volatile int library_count = -1;

static int note(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size, (void)context;
    if (!strstr(info->dlpi_name, "/libcrypto.so") && !strstr(info->dlpi_name, "/libssl.so") && !strstr(info->dlpi_name, "/libsqlite3.so"))
        return 0;
    for (int index = 0; index < info->dlpi_phnum; index++)
        if (info->dlpi_phdr[index].p_type == PT_LOAD && (info->dlpi_phdr[index].p_flags & PF_X) && library_count < 8) {
            libraries[library_count].begin = info->dlpi_addr + info->dlpi_phdr[index].p_vaddr;
            libraries[library_count].end = libraries[library_count].begin + info->dlpi_phdr[index].p_memsz;
            library_count++;
        }
    return 0;
}

__attribute__((constructor)) static void find_libraries(void) {
    library_count = 0;
    dl_iterate_phdr(note, NULL);
}

static int is_refused(void *caller) {
    if (!orders || !(orders[0] & MEMORY)) return 0;
    for (int index = 0; index < library_count; index++)
        if ((uintptr_t)caller >= libraries[index].begin && (uintptr_t)caller < libraries[index].end) return next_deed() != 0;
    return 0;
}

void *malloc(size_t count) { return is_refused(__builtin_return_address(0)) ? NULL : __libc_malloc(count); }
void *realloc(void *old, size_t count) { return is_refused(__builtin_return_address(0)) ? NULL : __libc_realloc(old, count); }
void *calloc(size_t count, size_t size) { return is_refused(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size); }

typedef int (*row)(void *, int, char **, char **);

int sqlite3_exec(void *database, const char *sql, row callback, void *context, char **message) {
    int (*real)(void *, const char *, row, void *, char **) = dlsym(RTLD_NEXT, "sqlite3_exec");
    // A program that has loaded the library for itself alone shows it to nobody who comes after us.
    if (!real) real = dlsym(dlopen("libsqlite3.so.0", RTLD_LAZY), "sqlite3_exec");
    if (is_weaker && !strcmp(sql, "PRAGMA synchronous = FULL")) sql = "PRAGMA synchronous = NORMAL";
    return real(database, sql, callback, context, message);
}
