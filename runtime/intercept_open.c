/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_open.c - descriptors that are given for a name: files, FIFOs, shared memory,
 * message queues (descriptor.h). The name is read.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "descriptor.h"
#include "intercept_touch.h"
#include "platform.h"

/* fd, or a failure, is a new number. */
static int named(int fd)
{
	race_descriptor_named(fd);
	return fd;
}

/* A FIFO is opened by two, each of which waits for the other. */
static uint64_t meeting_place(int folder, const char *path, int flags)
{
	struct stat status;

	if (!race_is_threaded() || flags & (O_CREAT | O_DIRECTORY) ||
	    race_syscall(__NR_newfstatat, folder, (long)path, (long)&status, 0, 0, 0) < 0 ||
	    !S_ISFIFO(status.st_mode))
		return 0;
	return race_wire_of(status.st_dev * 16 + 2, status.st_ino);
}

static int met(int fd, uint64_t place)
{
	if (fd >= 0)
		race_wire_acquire(place);
	return named(fd);
}

#define OPEN(folder, call)                                                             \
	({                                                                             \
		uint64_t place = meeting_place(folder, path, flags);                   \
                                                                                       \
		int fd;                                                                \
                                                                                       \
		if (place)                                                             \
			race_reads_string(&by, path);                                  \
		race_wire_release(place);                                              \
		fd = met(call, place);                                                 \
		if (!place)                                                            \
			race_reads_path(&by, path, fd);                                \
		fd;                                                                    \
	})

RACE_STAND_IN_MORE(int, open, (const char *path, int flags, ...), (path, flags, (mode_t)more), flags,
                   (const char *path, int flags, mode_t mode))
{
	return OPEN(AT_FDCWD, RACE_REAL(open)(path, flags, mode));
}

RACE_STAND_IN_MORE(int, open64, (const char *path, int flags, ...), (path, flags, (mode_t)more), flags,
                   (const char *path, int flags, mode_t mode))
{
	return OPEN(AT_FDCWD, RACE_REAL(open64)(path, flags, mode));
}

RACE_STAND_IN_MORE(int, openat, (int folder, const char *path, int flags, ...),
                   (folder, path, flags, (mode_t)more), flags,
                   (int folder, const char *path, int flags, mode_t mode))
{
	return OPEN(folder, RACE_REAL(openat)(folder, path, flags, mode));
}

RACE_STAND_IN_MORE(int, openat64, (int folder, const char *path, int flags, ...),
                   (folder, path, flags, (mode_t)more), flags,
                   (int folder, const char *path, int flags, mode_t mode))
{
	return OPEN(folder, RACE_REAL(openat64)(folder, path, flags, mode));
}

extern int __open_2(const char *path, int flags);
RACE_STAND_IN_NAMED(int, __open_2, "open()", (const char *path, int flags), (path, flags))
{
	return OPEN(AT_FDCWD, RACE_REAL(__open_2)(path, flags));
}

extern int __open64_2(const char *path, int flags);
RACE_STAND_IN_NAMED(int, __open64_2, "open()", (const char *path, int flags), (path, flags))
{
	return OPEN(AT_FDCWD, RACE_REAL(__open64_2)(path, flags));
}

extern int __openat_2(int folder, const char *path, int flags);
RACE_STAND_IN_NAMED(int, __openat_2, "openat()", (int folder, const char *path, int flags),
                    (folder, path, flags))
{
	return OPEN(folder, RACE_REAL(__openat_2)(folder, path, flags));
}

extern int __openat64_2(int folder, const char *path, int flags);
RACE_STAND_IN_NAMED(int, __openat64_2, "openat()", (int folder, const char *path, int flags),
                    (folder, path, flags))
{
	return OPEN(folder, RACE_REAL(__openat64_2)(folder, path, flags));
}

RACE_STAND_IN_FOR(int, creat, (const char *path, mode_t mode), (path, mode))
{
	int fd = named(RACE_REAL(creat)(path, mode));

	race_reads_path(&by, path, fd);
	return fd;
}

RACE_STAND_IN_FOR(int, creat64, (const char *path, mode_t mode), (path, mode))
{
	int fd = named(RACE_REAL(creat64)(path, mode));

	race_reads_path(&by, path, fd);
	return fd;
}

/* ---- of a pattern, whose last letters become those of the file ---- */

static int chosen(const struct race_caller *by, int fd, char *path, int behind)
{
	size_t bytes = strlen(path) + 1, end = bytes - 1 - (size_t)behind;

	race_reads(by, path, bytes);
	if (fd >= 0)
		race_writes(by, path + end - 6, 6);
	return named(fd);
}

RACE_STAND_IN_FOR(int, mkstemp, (char *path), (path))
{
	return chosen(&by, RACE_REAL(mkstemp)(path), path, 0);
}

RACE_STAND_IN_FOR(int, mkostemp, (char *path, int flags), (path, flags))
{
	return chosen(&by, RACE_REAL(mkostemp)(path, flags), path, 0);
}

RACE_STAND_IN_FOR(int, mkstemps, (char *path, int behind), (path, behind))
{
	return chosen(&by, RACE_REAL(mkstemps)(path, behind), path, behind);
}

RACE_STAND_IN_FOR(int, mkostemps, (char *path, int behind, int flags), (path, behind, flags))
{
	return chosen(&by, RACE_REAL(mkostemps)(path, behind, flags), path, behind);
}
RACE_STAND_IN_ALSO(int, mkstemp64, mkstemp, (char *path))
RACE_STAND_IN_ALSO(int, mkostemp64, mkostemp, (char *path, int flags))
RACE_STAND_IN_ALSO(int, mkstemps64, mkstemps, (char *path, int behind))
RACE_STAND_IN_ALSO(int, mkostemps64, mkostemps, (char *path, int behind, int flags))

/* ---- memory, message queues ---- */

RACE_STAND_IN_FOR(int, memfd_create, (const char *name, unsigned flags), (name, flags))
{
	race_reads_string(&by, name);
	return named(RACE_REAL(memfd_create)(name, flags));
}

RACE_STAND_IN_FOR(int, shm_open, (const char *name, int flags, mode_t mode), (name, flags, mode))
{
	race_reads_string(&by, name);
	return named(RACE_REAL(shm_open)(name, flags, mode));
}

RACE_STAND_IN(mqd_t, mq_open, (const char *name, int flags, ...))
{
	struct mq_attr *attr;
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = va_arg(list, mode_t);
	attr = va_arg(list, struct mq_attr *);
	va_end(list);
	return named(RACE_REAL(mq_open)(name, flags, mode, attr));
}
