// SPDX-License-Identifier: Apache-2.0
//
// Writes down, in order, what a process asks the operating system to do with its files. Loaded into it by LD_PRELOAD;
// PERDURE_RECORDED is the directory of the files, PERDURE_RECORD where to write. One record for each deed that worked:
// letter ('w' write, 't' truncate, 's' sync, 'u' unlink), length of the path (2 octets), offset or size (8; -1: at the
// end), length of the data (4), path, data. Numbers as the machine has them.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define LONGEST 4096

static int record_fd = -1;

static int is_recorded(const char *path) {
    const char *directory = getenv("PERDURE_RECORDED");
    return directory != NULL && strncmp(path, directory, strlen(directory)) == 0;
}

static int recorded_file(int fd, char *path) {
    int before = errno;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, LONGEST - 1);
    errno = before;
    if (length <= 0) {
        return 0;
    }
    path[length] = 0;
    return is_recorded(path);
}

static void record(char deed, const char *path, int64_t offset, const void *data, uint32_t length) {
    if (record_fd < 0) {
        record_fd = (int) syscall(SYS_openat, AT_FDCWD, getenv("PERDURE_RECORD"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    uint16_t path_length = (uint16_t) strlen(path);
    struct iovec parts[] = {
        {&deed, 1}, {&path_length, 2}, {&offset, 8}, {&length, 4}, {(void *) path, path_length}, {(void *) data, length}};
    // What cannot be written down must not go on.
    if (syscall(SYS_writev, record_fd, parts, 6) != 15L + path_length + length) {
        abort();
    }
}

ssize_t write(int fd, const void *data, size_t length) {
    char path[LONGEST];
    long written = syscall(SYS_write, fd, data, length);
    if (written > 0 && recorded_file(fd, path)) {
        record('w', path, -1, data, (uint32_t) written);
    }
    return written;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    char path[LONGEST];
    long written = syscall(SYS_pwrite64, fd, data, length, offset);
    if (written > 0 && recorded_file(fd, path)) {
        record('w', path, offset, data, (uint32_t) written);
    }
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return pwrite64(fd, data, length, offset);
}

int ftruncate64(int fd, off64_t size) {
    char path[LONGEST];
    long result = syscall(SYS_ftruncate, fd, size);
    if (result == 0 && recorded_file(fd, path)) {
        record('t', path, size, "", 0);
    }
    return (int) result;
}

int ftruncate(int fd, off_t size) {
    return ftruncate64(fd, size);
}

static int sync_file(long call, int fd) {
    char path[LONGEST];
    long result = syscall(call, fd);
    if (result == 0 && recorded_file(fd, path)) {
        record('s', path, 0, "", 0);
    }
    return (int) result;
}

int fsync(int fd) {
    return sync_file(SYS_fsync, fd);
}

int fdatasync(int fd) {
    return sync_file(SYS_fdatasync, fd);
}

int unlink(const char *path) {
    long result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (result == 0 && is_recorded(path)) {
        record('u', path, 0, "", 0);
    }
    return (int) result;
}
