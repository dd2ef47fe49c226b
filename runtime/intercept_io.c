/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_io.c - data goes out of one descriptor and into another (descriptor.h): who
 * receives comes after who sent. Of two who send, or two who receive, none comes after
 * the other.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "descriptor.h"
#include "intercept.h"
#include "signals.h"

static void sending(int fd)
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
}

/* That nobody is left to read is news, too. */
static ssize_t sent(ssize_t result, int fd)
{
	if (result < 0 && (errno == EPIPE || errno == ECONNRESET) && race_is_threaded())
		race_wire_acquire(race_descriptor_wires(fd).in);
	return result;
}

static ssize_t received(ssize_t result, int fd)
{
	if ((result >= 0 || errno == ECONNRESET) && race_is_threaded())
		race_wire_acquire(race_descriptor_wires(fd).in);
	return result;
}

/* What is read from a signalfd says which signals came. */
static ssize_t read_some(ssize_t result, int fd, const void *data)
{
	const struct signalfd_siginfo *info = data;
	struct race_wires wires;

	if (result < (ssize_t)sizeof(*info) || result % (ssize_t)sizeof(*info) ||
	    !race_is_threaded())
		return received(result, fd);
	wires = race_descriptor_wires(fd);
	if (wires.in != race_wire_of(RACE_SIGNALFD, 0))
		return received(result, fd);
	for (ssize_t i = 0; i < result / (ssize_t)sizeof(*info); i++)
		race_signal_received(race_self(), (int)info[i].ssi_signo, NULL);
	return result;
}

/* ---- out ---- */

RACE_STAND_IN(ssize_t, write, (int fd, const void *data, size_t bytes))
{
	sending(fd);
	return sent(RACE_REAL(write)(fd, data, bytes), fd);
}

RACE_STAND_IN(ssize_t, writev, (int fd, const struct iovec *parts, int count))
{
	sending(fd);
	return sent(RACE_REAL(writev)(fd, parts, count), fd);
}

RACE_STAND_IN(ssize_t, pwrite, (int fd, const void *data, size_t bytes, off_t at))
{
	sending(fd);
	return sent(RACE_REAL(pwrite)(fd, data, bytes, at), fd);
}

RACE_STAND_IN(ssize_t, pwrite64, (int fd, const void *data, size_t bytes, off64_t at))
{
	sending(fd);
	return sent(RACE_REAL(pwrite64)(fd, data, bytes, at), fd);
}

RACE_STAND_IN(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at))
{
	sending(fd);
	return sent(RACE_REAL(pwritev)(fd, parts, count, at), fd);
}

RACE_STAND_IN(ssize_t, pwritev2,
              (int fd, const struct iovec *parts, int count, off_t at, int flags))
{
	sending(fd);
	return sent(RACE_REAL(pwritev2)(fd, parts, count, at, flags), fd);
}

RACE_STAND_IN(ssize_t, send, (int fd, const void *data, size_t bytes, int flags))
{
	sending(fd);
	return sent(RACE_REAL(send)(fd, data, bytes, flags), fd);
}

/* Where it goes, if not to the peer. */
static void sending_to(int fd, const struct sockaddr *to, socklen_t bytes)
{
	if (to && race_is_threaded())
		race_wire_release(race_wire_to(to, bytes, RACE_DATAGRAM));
	else
		sending(fd);
}

RACE_STAND_IN(ssize_t, sendto,
              (int fd, const void *data, size_t bytes, int flags,
               const struct sockaddr *to, socklen_t to_bytes))
{
	sending_to(fd, to, to_bytes);
	return sent(RACE_REAL(sendto)(fd, data, bytes, flags, to, to_bytes), fd);
}

RACE_STAND_IN(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags))
{
	sending_to(fd, message->msg_name, message->msg_namelen);
	return sent(RACE_REAL(sendmsg)(fd, message, flags), fd);
}

RACE_STAND_IN(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags))
{
	for (unsigned i = 0; i < count; i++)
		sending_to(fd, messages[i].msg_hdr.msg_name, messages[i].msg_hdr.msg_namelen);
	return (int)sent(RACE_REAL(sendmmsg)(fd, messages, count, flags), fd);
}

RACE_STAND_IN(int, eventfd_write, (int fd, eventfd_t value))
{
	sending(fd);
	return RACE_REAL(eventfd_write)(fd, value);
}

/* Who sets a timer comes before who learns that it ran out. */
RACE_STAND_IN(int, timerfd_settime,
              (int fd, int flags, const struct itimerspec *time, struct itimerspec *old))
{
	sending(fd);
	return RACE_REAL(timerfd_settime)(fd, flags, time, old);
}

/* ---- in ---- */

RACE_STAND_IN(ssize_t, read, (int fd, void *data, size_t bytes))
{
	return read_some(RACE_REAL(read)(fd, data, bytes), fd, data);
}

extern ssize_t __read_chk(int fd, void *data, size_t bytes, size_t room);
RACE_STAND_IN(ssize_t, __read_chk, (int fd, void *data, size_t bytes, size_t room))
{
	return read_some(RACE_REAL(__read_chk)(fd, data, bytes, room), fd, data);
}

RACE_STAND_IN(ssize_t, readv, (int fd, const struct iovec *parts, int count))
{
	return received(RACE_REAL(readv)(fd, parts, count), fd);
}

RACE_STAND_IN(ssize_t, pread, (int fd, void *data, size_t bytes, off_t at))
{
	return received(RACE_REAL(pread)(fd, data, bytes, at), fd);
}

RACE_STAND_IN(ssize_t, pread64, (int fd, void *data, size_t bytes, off64_t at))
{
	return received(RACE_REAL(pread64)(fd, data, bytes, at), fd);
}

extern ssize_t __pread_chk(int fd, void *data, size_t bytes, off_t at, size_t room);
RACE_STAND_IN(ssize_t, __pread_chk, (int fd, void *data, size_t bytes, off_t at, size_t room))
{
	return received(RACE_REAL(__pread_chk)(fd, data, bytes, at, room), fd);
}

extern ssize_t __pread64_chk(int fd, void *data, size_t bytes, off64_t at, size_t room);
RACE_STAND_IN(ssize_t, __pread64_chk,
              (int fd, void *data, size_t bytes, off64_t at, size_t room))
{
	return received(RACE_REAL(__pread64_chk)(fd, data, bytes, at, room), fd);
}

RACE_STAND_IN(ssize_t, preadv, (int fd, const struct iovec *parts, int count, off_t at))
{
	return received(RACE_REAL(preadv)(fd, parts, count, at), fd);
}

RACE_STAND_IN(ssize_t, preadv2,
              (int fd, const struct iovec *parts, int count, off_t at, int flags))
{
	return received(RACE_REAL(preadv2)(fd, parts, count, at, flags), fd);
}

RACE_STAND_IN(ssize_t, recv, (int fd, void *data, size_t bytes, int flags))
{
	return received(RACE_REAL(recv)(fd, data, bytes, flags), fd);
}

extern ssize_t __recv_chk(int fd, void *data, size_t bytes, size_t room, int flags);
RACE_STAND_IN(ssize_t, __recv_chk, (int fd, void *data, size_t bytes, size_t room, int flags))
{
	return received(RACE_REAL(__recv_chk)(fd, data, bytes, room, flags), fd);
}

RACE_STAND_IN(ssize_t, recvfrom,
              (int fd, void *restrict data, size_t bytes, int flags,
               struct sockaddr *restrict from, socklen_t *restrict from_bytes))
{
	return received(RACE_REAL(recvfrom)(fd, data, bytes, flags, from, from_bytes), fd);
}

extern ssize_t __recvfrom_chk(int fd, void *restrict data, size_t bytes, size_t room, int flags,
                              struct sockaddr *restrict from, socklen_t *restrict from_bytes);
RACE_STAND_IN(ssize_t, __recvfrom_chk,
              (int fd, void *restrict data, size_t bytes, size_t room, int flags,
               struct sockaddr *restrict from, socklen_t *restrict from_bytes))
{
	return received(RACE_REAL(__recvfrom_chk)(fd, data, bytes, room, flags, from, from_bytes),
	                fd);
}

/* Descriptors that came along have new numbers. */
static void name_passed(struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		const int *fds = (const int *)CMSG_DATA(part);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < (part->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++)
			race_descriptor_named(fds[i]);
	}
}

RACE_STAND_IN(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags))
{
	ssize_t result = received(RACE_REAL(recvmsg)(fd, message, flags), fd);

	if (result >= 0 && message->msg_controllen)
		name_passed(message);
	return result;
}

RACE_STAND_IN(int, recvmmsg,
              (int fd, struct mmsghdr *messages, unsigned count, int flags,
               struct timespec *time))
{
	int result = (int)received(RACE_REAL(recvmmsg)(fd, messages, count, flags, time), fd);

	for (int i = 0; i < result; i++)
		if (messages[i].msg_hdr.msg_controllen)
			name_passed(&messages[i].msg_hdr);
	return result;
}

RACE_STAND_IN(int, eventfd_read, (int fd, eventfd_t *value))
{
	return (int)received(RACE_REAL(eventfd_read)(fd, value), fd);
}

/* ---- from one into the other: what came in goes on with what is known already; what
 * comes in meanwhile is handed on behind it ---- */

static void passing(int from, int to)
{
	received(0, from);
	sending(to);
}

static ssize_t passed(ssize_t result, int from, int to)
{
	if (result > 0)
		passing(from, to);
	return sent(result, to);
}

RACE_STAND_IN(ssize_t, sendfile, (int to, int from, off_t *at, size_t bytes))
{
	passing(from, to);
	return passed(RACE_REAL(sendfile)(to, from, at, bytes), from, to);
}

RACE_STAND_IN(ssize_t, sendfile64, (int to, int from, off64_t *at, size_t bytes))
{
	passing(from, to);
	return passed(RACE_REAL(sendfile64)(to, from, at, bytes), from, to);
}

RACE_STAND_IN(ssize_t, splice,
              (int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes,
               unsigned flags))
{
	passing(from, to);
	return passed(RACE_REAL(splice)(from, from_at, to, to_at, bytes, flags), from, to);
}

RACE_STAND_IN(ssize_t, tee, (int from, int to, size_t bytes, unsigned flags))
{
	passing(from, to);
	return passed(RACE_REAL(tee)(from, to, bytes, flags), from, to);
}

RACE_STAND_IN(ssize_t, copy_file_range,
              (int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes,
               unsigned flags))
{
	passing(from, to);
	return passed(RACE_REAL(copy_file_range)(from, from_at, to, to_at, bytes, flags), from,
	              to);
}

/* ---- message queues with names are files ---- */

RACE_STAND_IN(int, mq_send, (mqd_t queue, const char *data, size_t bytes, unsigned priority))
{
	sending(queue);
	return RACE_REAL(mq_send)(queue, data, bytes, priority);
}

RACE_STAND_IN(int, mq_timedsend,
              (mqd_t queue, const char *data, size_t bytes, unsigned priority,
               const struct timespec *time))
{
	sending(queue);
	return RACE_REAL(mq_timedsend)(queue, data, bytes, priority, time);
}

RACE_STAND_IN(ssize_t, mq_receive, (mqd_t queue, char *data, size_t bytes, unsigned *priority))
{
	return received(RACE_REAL(mq_receive)(queue, data, bytes, priority), queue);
}

RACE_STAND_IN(ssize_t, mq_timedreceive,
              (mqd_t queue, char *restrict data, size_t bytes, unsigned *restrict priority,
               const struct timespec *restrict time))
{
	return received(RACE_REAL(mq_timedreceive)(queue, data, bytes, priority, time), queue);
}
