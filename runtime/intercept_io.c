/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_io.c - descriptors order threads: who reads from a pipe, an eventfd, a
 * socket pair or a file comes after who wrote to it, who gets a descriptor's number
 * from the kernel comes after who closed it, who is woken by epoll comes after who
 * registered. Each descriptor has a sync object; the two ends of a pipe or a socket
 * pair share one.
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

/* A descriptor's object is found by the address of its byte in here. The other end's,
 * where there is one, is noted as its number + 1. */
#define DESCRIPTORS (1u << 16)
static char descriptors[DESCRIPTORS];
static int shared_with[DESCRIPTORS];

static uint64_t object_of(int fd)
{
	int other = race_load(&shared_with[fd & (DESCRIPTORS - 1)]);

	return (uint64_t)&descriptors[(other ? other - 1 : fd) & (DESCRIPTORS - 1)];
}

static void release(int fd)
{
	int kept = errno;

	if (fd >= 0 && race_is_threaded())
		race_sync_release_at(race_self(), object_of(fd));
	errno = kept;
}

static void acquire(int fd)
{
	int kept = errno;

	if (fd >= 0 && race_is_threaded())
		race_sync_acquire_at(race_self(), object_of(fd));
	errno = kept;
}

static ssize_t received(ssize_t result, int fd)
{
	if (result >= 0)
		acquire(fd);
	return result;
}

/* A number that the kernel gives out anew: after the close that freed it. */
static int opened(int fd)
{
	if (fd >= 0) {
		acquire(fd);
		race_store(&shared_with[fd & (DESCRIPTORS - 1)], 0);
	}
	return fd;
}

static int opened_pair(int result, const int fds[2])
{
	if (result == 0) {
		opened(fds[0]);
		opened(fds[1]);
		race_store(&shared_with[fds[1] & (DESCRIPTORS - 1)], fds[0] + 1);
	}
	return result;
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
	release(fd);
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
	return opened(RACE_REAL(dup)(fd));
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
		acquire(epoll);
	return result;
}

RACE_STAND_IN(int, epoll_pwait,
              (int epoll, struct epoll_event *events, int most, int ms, const sigset_t *mask))
{
	int result = RACE_REAL(epoll_pwait)(epoll, events, most, ms, mask);

	if (result > 0)
		acquire(epoll);
	return result;
}
