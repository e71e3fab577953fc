/* Stands before the C library of a process: a machine that has slept, whose clock was set, whose disk is slow.
 *
 * The file named by JARVISD_TEST_MACHINE holds three numbers that tests change while the process runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct machine {
    int64_t slept_ns, set_ns, sync_ns;
};

static const struct machine awake;
static const volatile struct machine *machine = &awake;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("JARVISD_TEST_MACHINE");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *seen = mmap(NULL, sizeof *machine, PROT_READ, MAP_SHARED, fd, 0);
        if (seen != MAP_FAILED) machine = seen;
        close(fd);
    }
}

static void add(struct timespec *time, int64_t ns) {
    int64_t sum = time->tv_nsec + ns % 1000000000;
    time->tv_sec += ns / 1000000000 + (sum < 0 ? -1 : sum / 1000000000);
    time->tv_nsec = (sum + 1000000000) % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (!real_clock_gettime) real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real_clock_gettime(clock, time);
    if (!done && clock == CLOCK_BOOTTIME) add(time, machine->slept_ns);
    if (!done && clock == CLOCK_REALTIME) add(time, machine->slept_ns + machine->set_ns);
    return done;
}

static void wait_for_disk(void) {
    struct timespec left = {machine->sync_ns / 1000000000, machine->sync_ns % 1000000000};
    if (machine->sync_ns) nanosleep(&left, NULL);
}

int fsync(int fd) {
    if (!real_fsync) real_fsync = dlsym(RTLD_NEXT, "fsync");
    wait_for_disk();
    return real_fsync(fd);
}

int fdatasync(int fd) {
    if (!real_fdatasync) real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    wait_for_disk();
    return real_fdatasync(fd);
}
