/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_descriptor.c - descriptors are made, named and closed (descriptor.h): who is
 * given a number by the kernel comes after who closed it, who is accepted comes after
 * who connected.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "descriptor.h"
#include "intercept_touch.h"
#include "platform.h"

/* fd, or a failure, is a new number. */
static int named(int fd)
{
	race_descriptor_named(fd);
	return fd;
}

/* What has no name for its wire. */
static int made(int fd)
{
	uint64_t wire;

	if (fd >= 0) {
		wire = race_wire_new();
		race_descriptor_named(fd);
		race_descriptor_set(fd, wire, wire);
	}
	return fd;
}

/* ---- files ---- */

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
		va_list list;                                                          \
		mode_t mode;                                                           \
                                                                                       \
		va_start(list, flags);                                                 \
		mode = va_arg(list, mode_t);                                           \
		va_end(list);                                                          \
		race_wire_release(place);                                              \
		met(call, place);                                                      \
	})

RACE_STAND_IN(int, open, (const char *path, int flags, ...))
{
	return OPEN(AT_FDCWD, RACE_REAL(open)(path, flags, mode));
}

RACE_STAND_IN(int, open64, (const char *path, int flags, ...))
{
	return OPEN(AT_FDCWD, RACE_REAL(open64)(path, flags, mode));
}

RACE_STAND_IN(int, openat, (int folder, const char *path, int flags, ...))
{
	return OPEN(folder, RACE_REAL(openat)(folder, path, flags, mode));
}

RACE_STAND_IN(int, openat64, (int folder, const char *path, int flags, ...))
{
	return OPEN(folder, RACE_REAL(openat64)(folder, path, flags, mode));
}

extern int __open_2(const char *path, int flags);
RACE_STAND_IN(int, __open_2, (const char *path, int flags))
{
	uint64_t place = meeting_place(AT_FDCWD, path, flags);

	race_wire_release(place);
	return met(RACE_REAL(__open_2)(path, flags), place);
}

extern int __open64_2(const char *path, int flags);
RACE_STAND_IN(int, __open64_2, (const char *path, int flags))
{
	uint64_t place = meeting_place(AT_FDCWD, path, flags);

	race_wire_release(place);
	return met(RACE_REAL(__open64_2)(path, flags), place);
}

RACE_STAND_IN(int, creat, (const char *path, mode_t mode))
{
	return named(RACE_REAL(creat)(path, mode));
}

RACE_STAND_IN(int, creat64, (const char *path, mode_t mode))
{
	return named(RACE_REAL(creat64)(path, mode));
}

RACE_STAND_IN(int, mkstemp, (char *path))
{
	return named(RACE_REAL(mkstemp)(path));
}

RACE_STAND_IN(int, memfd_create, (const char *name, unsigned flags))
{
	return named(RACE_REAL(memfd_create)(name, flags));
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

RACE_STAND_IN(int, mq_close, (mqd_t queue))
{
	race_descriptor_closing(queue);
	return RACE_REAL(mq_close)(queue);
}

/* ---- the end ---- */

RACE_STAND_IN(int, close, (int fd))
{
	race_descriptor_closing(fd);
	return RACE_REAL(close)(fd);
}

RACE_STAND_IN(int, shutdown, (int fd, int how))
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	return RACE_REAL(shutdown)(fd, how);
}

/* ---- pairs and connections ---- */

RACE_STAND_IN_FOR(int, pipe, (int fds[2]), (fds))
{
	int result = RACE_REAL(pipe)(fds);

	race_writes(&by, fds, result == 0 ? 2 * sizeof(*fds) : 0);
	if (result == 0)
		named(fds[0]), named(fds[1]);
	return result;
}

RACE_STAND_IN_FOR(int, pipe2, (int fds[2], int flags), (fds, flags))
{
	int result = RACE_REAL(pipe2)(fds, flags);

	race_writes(&by, fds, result == 0 ? 2 * sizeof(*fds) : 0);
	if (result == 0)
		named(fds[0]), named(fds[1]);
	return result;
}

RACE_STAND_IN_FOR(int, socketpair, (int domain, int type, int protocol, int fds[2]),
                  (domain, type, protocol, fds))
{
	int result = RACE_REAL(socketpair)(domain, type, protocol, fds);
	uint64_t there, back;

	race_writes(&by, fds, result == 0 ? 2 * sizeof(*fds) : 0);
	if (result == 0) {
		there = race_wire_new();
		back = race_wire_new();
		named(fds[0]), named(fds[1]);
		race_descriptor_set(fds[0], back, there);
		race_descriptor_set(fds[1], there, back);
	}
	return result;
}

RACE_STAND_IN(int, socket, (int domain, int type, int protocol))
{
	return named(RACE_REAL(socket)(domain, type, protocol));
}

/* A socket that listens receives connections. */
RACE_STAND_IN(int, listen, (int fd, int most))
{
	int result;

	race_wire_release(race_wire_at(fd, RACE_LISTEN));
	result = RACE_REAL(listen)(fd, most);
	if (result == 0)
		race_descriptor_set(fd, race_wire_at(fd, RACE_CONNECT), 0);
	return result;
}

RACE_STAND_IN_FOR(int, connect, (int fd, const struct sockaddr *to, socklen_t bytes),
                  (fd, to, bytes))
{
	int result;

	race_reads(&by, to, bytes);
	race_wire_release(race_wire_to(to, bytes, RACE_CONNECT));
	result = RACE_REAL(connect)(fd, to, bytes);
	if (result == 0 || errno == EINPROGRESS)
		race_wire_acquire(race_wire_to(to, bytes, RACE_LISTEN));
	race_descriptor_changed(fd);
	return result;
}

static int accepted(int result, int fd)
{
	if (result >= 0 && race_is_threaded())
		race_wire_acquire(race_descriptor_wires(fd).in);
	return named(result);
}

RACE_STAND_IN_FOR(int, accept,
                  (int fd, struct sockaddr *restrict from, socklen_t *restrict bytes),
                  (fd, from, bytes))
{
	socklen_t room = race_address_room(from, bytes);
	int result = accepted(RACE_CALL_WAITS(fd, by.pc, "accept", RACE_REAL(accept)(fd, from, bytes)), fd);

	race_writes_address(&by, result >= 0, from, bytes, room);
	return result;
}

RACE_STAND_IN_FOR(int, accept4,
                  (int fd, struct sockaddr *restrict from, socklen_t *restrict bytes, int flags),
                  (fd, from, bytes, flags))
{
	socklen_t room = race_address_room(from, bytes);
	int result = accepted(RACE_CALL_WAITS(fd, by.pc, "accept4", RACE_REAL(accept4)(fd, from, bytes, flags)), fd);

	race_writes_address(&by, result >= 0, from, bytes, room);
	return result;
}

/* ---- other names ---- */

static int duplicated(int fd, int old)
{
	race_descriptor_duplicated(fd, old);
	return fd;
}

RACE_STAND_IN(int, dup, (int fd))
{
	return duplicated(RACE_REAL(dup)(fd), fd);
}

RACE_STAND_IN(int, dup2, (int fd, int number))
{
	if (fd != number)
		race_descriptor_closing(number);
	return duplicated(RACE_REAL(dup2)(fd, number), fd);
}

RACE_STAND_IN(int, dup3, (int fd, int number, int flags))
{
	if (fd != number)
		race_descriptor_closing(number);
	return duplicated(RACE_REAL(dup3)(fd, number, flags), fd);
}

#define FCNTL(call)                                                                    \
	({                                                                             \
		va_list list;                                                          \
		int result;                                                            \
		long arg;                                                              \
                                                                                       \
		va_start(list, what);                                                  \
		arg = va_arg(list, long);                                              \
		va_end(list);                                                          \
		result = (call);                                                       \
		if (what == F_DUPFD || what == F_DUPFD_CLOEXEC)                        \
			race_descriptor_duplicated(result, fd);                        \
		result;                                                                \
	})

RACE_STAND_IN(int, fcntl, (int fd, int what, ...))
{
	return FCNTL(RACE_REAL(fcntl)(fd, what, arg));
}

RACE_STAND_IN(int, fcntl64, (int fd, int what, ...))
{
	return FCNTL(RACE_REAL(fcntl64)(fd, what, arg));
}

/* ---- what has no name ---- */

RACE_STAND_IN(int, eventfd, (unsigned count, int flags))
{
	return made(RACE_REAL(eventfd)(count, flags));
}

RACE_STAND_IN(int, timerfd_create, (clockid_t clock, int flags))
{
	return made(RACE_REAL(timerfd_create)(clock, flags));
}

RACE_STAND_IN(int, signalfd, (int fd, const sigset_t *signals, int flags))
{
	int result = RACE_REAL(signalfd)(fd, signals, flags);

	if (result >= 0 && fd < 0)
		named(result);
	if (result >= 0)
		race_descriptor_set(result, race_wire_of(RACE_SIGNALFD, 0), 0);
	return result;
}

RACE_STAND_IN(int, epoll_create, (int size))
{
	return made(RACE_REAL(epoll_create)(size));
}

RACE_STAND_IN(int, epoll_create1, (int flags))
{
	return made(RACE_REAL(epoll_create1)(flags));
}

RACE_STAND_IN(int, inotify_init, (void))
{
	return made(RACE_REAL(inotify_init)());
}

RACE_STAND_IN(int, inotify_init1, (int flags))
{
	return made(RACE_REAL(inotify_init1)(flags));
}

RACE_STAND_IN(int, inotify_add_watch, (int fd, const char *path, uint32_t mask))
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	return RACE_REAL(inotify_add_watch)(fd, path, mask);
}

RACE_STAND_IN(int, inotify_rm_watch, (int fd, int watch))
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	return RACE_REAL(inotify_rm_watch)(fd, watch);
}
