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
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "descriptor.h"
#include "intercept_touch.h"
#include "intercept_use.h"

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

/* ---- the end ---- */

RACE_STAND_IN(int, mq_close, (mqd_t queue))
{
	race_descriptor_closing(queue);
	return RACE_REAL(mq_close)(queue);
}

RACE_STAND_IN_FOR(int, close, (int fd), (fd))
{
	struct race_number_memory *memory = race_use_closing(&by, fd);

	race_descriptor_closing(fd);
	return race_use_closed(&by, memory, RACE_REAL(close)(fd));
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
	result = RACE_CALL_WAITS(fd, by.pc, "connect", RACE_REAL(connect)(fd, to, bytes));
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
	int result;

	race_uses_to_receive(&by, fd);
	result = accepted(RACE_CALL_WAITS(fd, by.pc, "accept", RACE_REAL(accept)(fd, from, bytes)), fd);
	race_used(&by, fd, result);

	race_writes_address(&by, result >= 0, from, bytes, room);
	return result;
}

RACE_STAND_IN_FOR(int, accept4,
                  (int fd, struct sockaddr *restrict from, socklen_t *restrict bytes, int flags),
                  (fd, from, bytes, flags))
{
	socklen_t room = race_address_room(from, bytes);
	int result;

	race_uses_to_receive(&by, fd);
	result = accepted(RACE_CALL_WAITS(fd, by.pc, "accept4", RACE_REAL(accept4)(fd, from, bytes, flags)), fd);
	race_used(&by, fd, result);

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

static int controlled(const struct race_caller *by, int result, int fd, int what, long arg)
{
	const void *lock = (const void *)arg;

	if (what == F_DUPFD || what == F_DUPFD_CLOEXEC)
		race_descriptor_duplicated(result, fd);
	else if (result == 0 && (what == F_GETLK || what == F_OFD_GETLK))
		race_writes(by, lock, sizeof(struct flock));
	else if (result == 0 && (what == F_SETLK || what == F_SETLKW || what == F_OFD_SETLK ||
	                         what == F_OFD_SETLKW))
		race_reads(by, lock, sizeof(struct flock));
	return result;
}

RACE_STAND_IN_MORE(int, fcntl, (int fd, int what, ...), (fd, what, more), what,
                   (int fd, int what, long arg))
{
	return controlled(&by, RACE_REAL(fcntl)(fd, what, arg), fd, what, arg);
}

RACE_STAND_IN_MORE(int, fcntl64, (int fd, int what, ...), (fd, what, more), what,
                   (int fd, int what, long arg))
{
	return controlled(&by, RACE_REAL(fcntl64)(fd, what, arg), fd, what, arg);
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

RACE_STAND_IN_FOR(int, signalfd, (int fd, const sigset_t *signals, int flags),
                  (fd, signals, flags))
{
	int result = RACE_REAL(signalfd)(fd, signals, flags);

	race_reads_signals(&by, signals);
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

RACE_STAND_IN_FOR(int, inotify_add_watch, (int fd, const char *path, uint32_t mask),
                  (fd, path, mask))
{
	race_reads_string(&by, path);
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
