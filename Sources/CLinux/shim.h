// What Linux offers and the Glibc module of Swift does not export.
#ifndef ASSENT_CLINUX_H
#define ASSENT_CLINUX_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// Declared here, because they are shown only under _GNU_SOURCE, and with it the structures of these
// headers would differ from those of Swift's own module of the C library.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int pipe2(int descriptors[2], int flags);
int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);

// The cores that this process may use, 1 where the kernel does not say.
static inline int assent_cores(void) {
    cpu_set_t set;
    int count = 0;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    for (size_t word = 0; word < sizeof set / sizeof set.__bits[0]; word++)
        count += __builtin_popcountl((unsigned long)set.__bits[word]);
    return count;
}

// errno is a macro over a function call, which Swift does not import.
static inline int assent_errno(void) { return errno; }

// The words for an error number, from the variant without locks.
static inline void assent_error_text(int number, char *buffer, size_t length) {
    if (strerror_r(number, buffer, length) != 0) buffer[0] = 0;
}

// Enumerators that hide behind macros of the same name.
static inline int assent_ipproto_tcp(void) { return IPPROTO_TCP; }
static inline int assent_ipproto_ipv6(void) { return IPPROTO_IPV6; }

// Made anew, never followed: a link that waits there is an error. Variadic in C, which Swift does not import.
static inline int assent_create(const char *path, mode_t mode) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

// Variadic as well.
static inline int assent_open_for_reading(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

// An array inside a structure, which Swift sees as a tuple.
static inline const char *assent_entry_name(const struct dirent *entry) { return entry->d_name; }

// A handler may do little more than write: the number of the signal goes into a pipe.
static int assent_signal_descriptor = -1;

static void assent_on_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(assent_signal_descriptor, &byte, 1) < 0) { /* The pipe is full of signals already. */ }
    errno = saved;
}

static inline int assent_forward_signal(int number, int descriptor) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    assent_signal_descriptor = descriptor;
    action.sa_handler = assent_on_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}

// SIG_IGN is a cast of a number to a function pointer.
static inline void assent_ignore_failed_writes(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

// The name of a limit is an enumeration with a transparent type here and an integer there.
static inline int assent_get_descriptor_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int assent_get_address_space_limit(struct rlimit *limit) { return getrlimit(RLIMIT_AS, limit); }
static inline int assent_set_descriptor_limit(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }

// No file of our memory after a crash, and no other process of this user that reads it.
static inline int assent_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ? -1 : 0;
}

// Gives back what only a start has used: freed memory, and the code of the program and its libraries, which comes back
// from the system's cache where it is needed again. Nothing is ever written to code, so nothing is lost.
static inline void assent_give_back_memory(void) {
    FILE *maps = fopen("/proc/self/maps", "re");
    unsigned long start, end, inode;
    char line[512], rights[5];
    malloc_trim(0);
    if (maps == NULL) return;
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &start, &end, rights, &inode) == 4 && inode != 0 &&
            strcmp(rights, "r-xp") == 0)
            madvise((void *)start, end - start, MADV_DONTNEED);
    fclose(maps);
}

// For ps and debuggers; a longer name is cut.
static inline void assent_name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// The type is a word of another width on every architecture.
static inline int assent_file_system(const char *path, unsigned long long *room, unsigned long long *size, unsigned int *type) {
    struct statfs status;
    if (statfs(path, &status) != 0) return -1;
    *room = (unsigned long long)status.f_bavail * (unsigned long long)status.f_frsize;
    *size = (unsigned long long)status.f_blocks * (unsigned long long)status.f_frsize;
    *type = (unsigned int)status.f_type;
    return 0;
}

// Whether somebody keeps the machine's clock right, as far as the kernel was told.
static inline int assent_clock_is_kept(void) {
    struct timex state;
    memset(&state, 0, sizeof state);
    return adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
}

// An enumerator behind a macro of the same name.
static inline int assent_sock_stream(void) { return SOCK_STREAM; }

#endif
