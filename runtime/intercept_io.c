/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_io.c - descriptors order threads: who reads from a pipe, an eventfd, a
 * socket pair or a file comes after who wrote to it, who gets a descriptor's number
 * from the kernel comes after who closed it, who is woken by epoll comes after who
 * registered.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "intercept.h"
#include "sync.h"

#define DESCRIPTORS (1u << 16)

/* An open file, pipe, socket has an object in `files`, which its descriptors name; one
 * that was not seen opened has one of its own. A descriptor's number, too, has an
 * object, for the way from its close to its next use. All are bytes, for their address. */
static char files[DESCRIPTORS], inherited[DESCRIPTORS], numbers[DESCRIPTORS];
static uint32_t file_of[DESCRIPTORS]; /* index in files; 0: inherited */
static uint32_t last_file;

static uint32_t index_of(int fd)
{
	return (uint32_t)fd & (DESCRIPTORS - 1);
}

static uint64_t object_of(int fd)
{
	uint32_t file = race_load(&file_of[index_of(fd)]);

	return (uint64_t)(file ? &files[file] : &inherited[index_of(fd)]);
}

static void release_at(uint64_t object)
{
	int kept = errno;

	if (race_is_threaded())
		race_sync_release_at(race_self(), object);
	errno = kept;
}

static void acquire_at(uint64_t object)
{
	int kept = errno;

	if (race_is_threaded())
		race_sync_acquire_at(race_self(), object);
	errno = kept;
}

static void release(int fd)
{
	if (fd >= 0)
		release_at(object_of(fd));
}

static ssize_t received(ssize_t result, int fd)
{
	if (result >= 0)
		acquire_at(object_of(fd));
	return result;
}

/* A number that the kernel gives out anew: after the close that freed it. */
static void name(int fd, uint32_t file)
{
	acquire_at((uint64_t)&numbers[index_of(fd)]);
	race_store(&file_of[index_of(fd)], file);
}

static uint32_t new_file(void)
{
	uint32_t file = __atomic_add_fetch(&last_file, 1, __ATOMIC_RELAXED) % (DESCRIPTORS - 1) + 1;

	if (race_is_watching())
		race_sync_forget((uint64_t)&files[file], 1);
	return file;
}

static int opened(int fd)
{
	if (fd >= 0)
		name(fd, new_file());
	return fd;
}

/* The two ends of a pipe or a socket pair are one file. */
static int opened_pair(int result, const int fds[2])
{
	uint32_t file;

	if (result == 0) {
		file = new_file();
		name(fds[0], file);
		name(fds[1], file);
	}
	return result;
}

/* fd, or a failure, is another name of `old`. */
static int duplicated(int fd, int old)
{
	uint32_t file;

	if (fd < 0 || fd == old)
		return fd;
	file = race_load(&file_of[index_of(old)]);
	if (!file) {
		file = new_file();
		race_store(&file_of[index_of(old)], file);
	}
	name(fd, file);
	return fd;
}

/* ---- data out, data in ---- */

RACE_STAND_IN(ssize_t, write, (int fd, const void *data, size_t bytes))
{
	release(fd);
	return RACE_REAL(write)(fd, data, bytes);
}

RACE_STAND_IN(ssize_t, writev, (int fd, const struct iovec *parts, int count))
{
	release(fd);
	return RACE_REAL(writev)(fd, parts, count);
}

RACE_STAND_IN(ssize_t, pwrite, (int fd, const void *data, size_t bytes, off_t at))
{
	release(fd);
	return RACE_REAL(pwrite)(fd, data, bytes, at);
}

RACE_STAND_IN(ssize_t, send, (int fd, const void *data, size_t bytes, int flags))
{
	release(fd);
	return RACE_REAL(send)(fd, data, bytes, flags);
}

RACE_STAND_IN(ssize_t, sendto,
              (int fd, const void *data, size_t bytes, int flags,
               const struct sockaddr *to, socklen_t to_bytes))
{
	release(fd);
	return RACE_REAL(sendto)(fd, data, bytes, flags, to, to_bytes);
}

RACE_STAND_IN(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags))
{
	release(fd);
	return RACE_REAL(sendmsg)(fd, message, flags);
}

RACE_STAND_IN(int, eventfd_write, (int fd, eventfd_t value))
{
	release(fd);
	return RACE_REAL(eventfd_write)(fd, value);
}

RACE_STAND_IN(ssize_t, read, (int fd, void *data, size_t bytes))
{
	return received(RACE_REAL(read)(fd, data, bytes), fd);
}

RACE_STAND_IN(ssize_t, readv, (int fd, const struct iovec *parts, int count))
{
	return received(RACE_REAL(readv)(fd, parts, count), fd);
}

RACE_STAND_IN(ssize_t, pread, (int fd, void *data, size_t bytes, off_t at))
{
	return received(RACE_REAL(pread)(fd, data, bytes, at), fd);
}

RACE_STAND_IN(ssize_t, recv, (int fd, void *data, size_t bytes, int flags))
{
	return received(RACE_REAL(recv)(fd, data, bytes, flags), fd);
}

RACE_STAND_IN(ssize_t, recvfrom,
              (int fd, void *restrict data, size_t bytes, int flags,
               struct sockaddr *restrict from, socklen_t *restrict from_bytes))
{
	return received(RACE_REAL(recvfrom)(fd, data, bytes, flags, from, from_bytes), fd);
}

RACE_STAND_IN(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags))
{
	return received(RACE_REAL(recvmsg)(fd, message, flags), fd);
}

RACE_STAND_IN(int, eventfd_read, (int fd, eventfd_t *value))
{
	return (int)received(RACE_REAL(eventfd_read)(fd, value), fd);
}

/* ---- numbers come and go ---- */

RACE_STAND_IN(int, close, (int fd))
{
	release(fd); /* that the data ends is news to who reads */
	if (fd >= 0)
		release_at((uint64_t)&numbers[index_of(fd)]);
	return RACE_REAL(close)(fd);
}

RACE_STAND_IN(int, socket, (int domain, int type, int protocol))
{
	return opened(RACE_REAL(socket)(domain, type, protocol));
}

RACE_STAND_IN(int, accept, (int fd, struct sockaddr *restrict from, socklen_t *restrict bytes))
{
	return opened((int)received(RACE_REAL(accept)(fd, from, bytes), fd));
}

RACE_STAND_IN(int, accept4,
              (int fd, struct sockaddr *restrict from, socklen_t *restrict bytes, int flags))
{
	return opened((int)received(RACE_REAL(accept4)(fd, from, bytes, flags), fd));
}

RACE_STAND_IN(int, pipe, (int fds[2]))
{
	return opened_pair(RACE_REAL(pipe)(fds), fds);
}

RACE_STAND_IN(int, pipe2, (int fds[2], int flags))
{
	return opened_pair(RACE_REAL(pipe2)(fds, flags), fds);
}

RACE_STAND_IN(int, socketpair, (int domain, int type, int protocol, int fds[2]))
{
	return opened_pair(RACE_REAL(socketpair)(domain, type, protocol, fds), fds);
}

RACE_STAND_IN(int, eventfd, (unsigned count, int flags))
{
	return opened(RACE_REAL(eventfd)(count, flags));
}

RACE_STAND_IN(int, timerfd_create, (clockid_t clock, int flags))
{
	return opened(RACE_REAL(timerfd_create)(clock, flags));
}

RACE_STAND_IN(int, signalfd, (int fd, const sigset_t *signals, int flags))
{
	return opened(RACE_REAL(signalfd)(fd, signals, flags));
}

RACE_STAND_IN(int, dup, (int fd))
{
	return duplicated(RACE_REAL(dup)(fd), fd);
}

RACE_STAND_IN(int, dup2, (int fd, int number))
{
	return duplicated(RACE_REAL(dup2)(fd, number), fd);
}

RACE_STAND_IN(int, dup3, (int fd, int number, int flags))
{
	return duplicated(RACE_REAL(dup3)(fd, number, flags), fd);
}

RACE_STAND_IN(int, fcntl, (int fd, int what, ...))
{
	va_list list;
	int result;
	long arg;

	va_start(list, what);
	arg = va_arg(list, long);
	va_end(list);
	result = RACE_REAL(fcntl)(fd, what, arg);
	return what == F_DUPFD || what == F_DUPFD_CLOEXEC ? duplicated(result, fd) : result;
}

RACE_STAND_IN(int, open, (const char *path, int flags, ...))
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = va_arg(list, mode_t);
	va_end(list);
	return opened(RACE_REAL(open)(path, flags, mode));
}

/* ---- epoll ---- */

RACE_STAND_IN(int, epoll_create1, (int flags))
{
	return opened(RACE_REAL(epoll_create1)(flags));
}

RACE_STAND_IN(int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event))
{
	release(epoll);
	return RACE_REAL(epoll_ctl)(epoll, what, fd, event);
}

RACE_STAND_IN(int, epoll_wait, (int epoll, struct epoll_event *events, int most, int ms))
{
	int result = RACE_REAL(epoll_wait)(epoll, events, most, ms);

	if (result > 0)
		acquire_at(object_of(epoll));
	return result;
}

RACE_STAND_IN(int, epoll_pwait,
              (int epoll, struct epoll_event *events, int most, int ms, const sigset_t *mask))
{
	int result = RACE_REAL(epoll_pwait)(epoll, events, most, ms, mask);

	if (result > 0)
		acquire_at(object_of(epoll));
	return result;
}
