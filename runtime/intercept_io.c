/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_io.c - data goes out of one descriptor and into another (descriptor.h): who
 * receives comes after who sent. Of two who send, or two who receive, none comes after
 * the other.
 *
 * What is sent is read before that, what is received is written behind: as much as came.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "descriptor.h"
#include "intercept_touch.h"
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

RACE_STAND_IN_FOR(ssize_t, write, (int fd, const void *data, size_t bytes), (fd, data, bytes))
{
	race_reads(&by, data, bytes);
	sending(fd);
	return sent(RACE_REAL(write)(fd, data, bytes), fd);
}

RACE_STAND_IN_FOR(ssize_t, writev, (int fd, const struct iovec *parts, int count),
                  (fd, parts, count))
{
	race_reads_parts(&by, parts, (size_t)count);
	sending(fd);
	return sent(RACE_REAL(writev)(fd, parts, count), fd);
}

RACE_STAND_IN_FOR(ssize_t, pwrite, (int fd, const void *data, size_t bytes, off_t at),
                  (fd, data, bytes, at))
{
	race_reads(&by, data, bytes);
	sending(fd);
	return sent(RACE_REAL(pwrite)(fd, data, bytes, at), fd);
}

RACE_STAND_IN_FOR(ssize_t, pwrite64, (int fd, const void *data, size_t bytes, off64_t at),
                  (fd, data, bytes, at))
{
	race_reads(&by, data, bytes);
	sending(fd);
	return sent(RACE_REAL(pwrite64)(fd, data, bytes, at), fd);
}

RACE_STAND_IN_FOR(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at),
                  (fd, parts, count, at))
{
	race_reads_parts(&by, parts, (size_t)count);
	sending(fd);
	return sent(RACE_REAL(pwritev)(fd, parts, count, at), fd);
}

RACE_STAND_IN_FOR(ssize_t, pwritev2,
                  (int fd, const struct iovec *parts, int count, off_t at, int flags),
                  (fd, parts, count, at, flags))
{
	race_reads_parts(&by, parts, (size_t)count);
	sending(fd);
	return sent(RACE_REAL(pwritev2)(fd, parts, count, at, flags), fd);
}

RACE_STAND_IN_FOR(ssize_t, send, (int fd, const void *data, size_t bytes, int flags),
                  (fd, data, bytes, flags))
{
	race_reads(&by, data, bytes);
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

RACE_STAND_IN_FOR(ssize_t, sendto,
                  (int fd, const void *data, size_t bytes, int flags,
                   const struct sockaddr *to, socklen_t to_bytes),
                  (fd, data, bytes, flags, to, to_bytes))
{
	race_reads(&by, data, bytes);
	race_reads(&by, to, to ? to_bytes : 0);
	sending_to(fd, to, to_bytes);
	return sent(RACE_REAL(sendto)(fd, data, bytes, flags, to, to_bytes), fd);
}

static void message_read(const struct race_caller *by, const struct msghdr *message)
{
	race_reads(by, message, sizeof(*message));
	race_reads(by, message->msg_name, message->msg_name ? message->msg_namelen : 0);
	race_reads(by, message->msg_control, message->msg_control ? message->msg_controllen : 0);
	race_reads_parts(by, message->msg_iov, message->msg_iovlen);
}

RACE_STAND_IN_FOR(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
                  (fd, message, flags))
{
	message_read(&by, message);
	sending_to(fd, message->msg_name, message->msg_namelen);
	return sent(RACE_REAL(sendmsg)(fd, message, flags), fd);
}

RACE_STAND_IN_FOR(int, sendmmsg,
                  (int fd, struct mmsghdr *messages, unsigned count, int flags),
                  (fd, messages, count, flags))
{
	int result;

	for (unsigned i = 0; i < count; i++) {
		message_read(&by, &messages[i].msg_hdr);
		sending_to(fd, messages[i].msg_hdr.msg_name, messages[i].msg_hdr.msg_namelen);
	}
	result = (int)sent(RACE_REAL(sendmmsg)(fd, messages, count, flags), fd);
	for (int i = 0; i < result; i++)
		race_writes(&by, &messages[i].msg_len, sizeof(messages[i].msg_len));
	return result;
}

RACE_STAND_IN(int, eventfd_write, (int fd, eventfd_t value))
{
	sending(fd);
	return RACE_REAL(eventfd_write)(fd, value);
}

/* Who sets a timer comes before who learns that it ran out. */
RACE_STAND_IN_FOR(int, timerfd_settime,
                  (int fd, int flags, const struct itimerspec *time, struct itimerspec *old),
                  (fd, flags, time, old))
{
	int result;

	race_reads(&by, time, sizeof(*time));
	sending(fd);
	result = RACE_REAL(timerfd_settime)(fd, flags, time, old);
	race_writes(&by, old, old && result == 0 ? sizeof(*old) : 0);
	return result;
}

/* ---- in ---- */

/* At most `room` of what came: of a datagram that was cut, more is told. */
static ssize_t filled(const struct race_caller *by, ssize_t result, void *data, size_t room)
{
	if (result > 0)
		race_writes(by, data, (size_t)result < room ? (size_t)result : room);
	return result;
}

static ssize_t filled_parts(const struct race_caller *by, ssize_t result,
                            const struct iovec *parts, size_t count)
{
	if (result >= 0)
		race_writes_parts(by, parts, count, (size_t)result);
	return result;
}

RACE_STAND_IN_FOR(ssize_t, read, (int fd, void *data, size_t bytes), (fd, data, bytes))
{
	return filled(&by, read_some(RACE_CALL_WAITS(fd, by.pc, "read",
	                 RACE_REAL(read)(fd, data, bytes)), fd, data), data, bytes);
}

extern ssize_t __read_chk(int fd, void *data, size_t bytes, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __read_chk, "read()",
                    (int fd, void *data, size_t bytes, size_t room), (fd, data, bytes, room))
{
	return filled(&by, read_some(RACE_REAL(__read_chk)(fd, data, bytes, room), fd, data), data,
	              bytes);
}

RACE_STAND_IN_FOR(ssize_t, readv, (int fd, const struct iovec *parts, int count),
                  (fd, parts, count))
{
	return filled_parts(&by, received(RACE_REAL(readv)(fd, parts, count), fd), parts,
	                    (size_t)count);
}

RACE_STAND_IN_FOR(ssize_t, pread, (int fd, void *data, size_t bytes, off_t at),
                  (fd, data, bytes, at))
{
	return filled(&by, received(RACE_REAL(pread)(fd, data, bytes, at), fd), data, bytes);
}

RACE_STAND_IN_FOR(ssize_t, pread64, (int fd, void *data, size_t bytes, off64_t at),
                  (fd, data, bytes, at))
{
	return filled(&by, received(RACE_REAL(pread64)(fd, data, bytes, at), fd), data, bytes);
}

extern ssize_t __pread_chk(int fd, void *data, size_t bytes, off_t at, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __pread_chk, "pread()",
                    (int fd, void *data, size_t bytes, off_t at, size_t room),
                    (fd, data, bytes, at, room))
{
	return filled(&by, received(RACE_REAL(__pread_chk)(fd, data, bytes, at, room), fd), data,
	              bytes);
}

extern ssize_t __pread64_chk(int fd, void *data, size_t bytes, off64_t at, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __pread64_chk, "pread()",
                    (int fd, void *data, size_t bytes, off64_t at, size_t room),
                    (fd, data, bytes, at, room))
{
	return filled(&by, received(RACE_REAL(__pread64_chk)(fd, data, bytes, at, room), fd), data,
	              bytes);
}

RACE_STAND_IN_FOR(ssize_t, preadv, (int fd, const struct iovec *parts, int count, off_t at),
                  (fd, parts, count, at))
{
	return filled_parts(&by, received(RACE_REAL(preadv)(fd, parts, count, at), fd), parts,
	                    (size_t)count);
}

RACE_STAND_IN_FOR(ssize_t, preadv2,
                  (int fd, const struct iovec *parts, int count, off_t at, int flags),
                  (fd, parts, count, at, flags))
{
	return filled_parts(&by, received(RACE_REAL(preadv2)(fd, parts, count, at, flags), fd),
	                    parts, (size_t)count);
}

RACE_STAND_IN_FOR(ssize_t, recv, (int fd, void *data, size_t bytes, int flags),
                  (fd, data, bytes, flags))
{
	return filled(&by, received(RACE_CALL_WAITS(fd, by.pc, "recv",
	                 RACE_REAL(recv)(fd, data, bytes, flags)), fd), data, bytes);
}

extern ssize_t __recv_chk(int fd, void *data, size_t bytes, size_t room, int flags);
RACE_STAND_IN_NAMED(ssize_t, __recv_chk, "recv()",
                    (int fd, void *data, size_t bytes, size_t room, int flags),
                    (fd, data, bytes, room, flags))
{
	return filled(&by, received(RACE_REAL(__recv_chk)(fd, data, bytes, room, flags), fd), data,
	              bytes);
}

RACE_STAND_IN_FOR(ssize_t, recvfrom,
                  (int fd, void *restrict data, size_t bytes, int flags,
                   struct sockaddr *restrict from, socklen_t *restrict from_bytes),
                  (fd, data, bytes, flags, from, from_bytes))
{
	socklen_t room = race_address_room(from, from_bytes);
	ssize_t result = received(RACE_CALL_WAITS(fd, by.pc, "recvfrom",
	                 RACE_REAL(recvfrom)(fd, data, bytes, flags, from, from_bytes)), fd);

	race_writes_address(&by, result >= 0, from, from_bytes, room);
	return filled(&by, result, data, bytes);
}

extern ssize_t __recvfrom_chk(int fd, void *restrict data, size_t bytes, size_t room, int flags,
                              struct sockaddr *restrict from, socklen_t *restrict from_bytes);
RACE_STAND_IN_NAMED(ssize_t, __recvfrom_chk, "recvfrom()",
                    (int fd, void *restrict data, size_t bytes, size_t room, int flags,
                     struct sockaddr *restrict from, socklen_t *restrict from_bytes),
                    (fd, data, bytes, room, flags, from, from_bytes))
{
	socklen_t from_room = race_address_room(from, from_bytes);
	ssize_t result = received(
		RACE_REAL(__recvfrom_chk)(fd, data, bytes, room, flags, from, from_bytes), fd);

	race_writes_address(&by, result >= 0, from, from_bytes, from_room);
	return filled(&by, result, data, bytes);
}

/* Descriptors that came along have new numbers. */
static void name_passed(struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		const int *fds = (const int *)CMSG_DATA(part);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < (part->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++)
			race_descriptor_passed(fds[i]);
	}
}

/* A name that was cut tells how long it would have been. */
static void message_written(const struct race_caller *by, struct msghdr *message,
                            socklen_t name_room, size_t bytes)
{
	socklen_t name = message->msg_namelen < name_room ? message->msg_namelen : name_room;

	race_writes(by, message, sizeof(*message));
	race_writes(by, message->msg_name, message->msg_name ? name : 0);
	race_writes(by, message->msg_control, message->msg_control ? message->msg_controllen : 0);
	race_writes_parts(by, message->msg_iov, message->msg_iovlen, bytes);
}

RACE_STAND_IN_FOR(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags),
                  (fd, message, flags))
{
	socklen_t name_room = message->msg_namelen;
	ssize_t result = received(RACE_REAL(recvmsg)(fd, message, flags), fd);

	if (result < 0)
		return result;
	message_written(&by, message, name_room, (size_t)result);
	if (message->msg_controllen)
		name_passed(message);
	return result;
}

RACE_STAND_IN_FOR(int, recvmmsg,
                  (int fd, struct mmsghdr *messages, unsigned count, int flags,
                   struct timespec *time),
                  (fd, messages, count, flags, time))
{
	int result = (int)received(RACE_REAL(recvmmsg)(fd, messages, count, flags, time), fd);

	for (int i = 0; i < result; i++) {
		message_written(&by, &messages[i].msg_hdr, sizeof(struct sockaddr_storage),
		                messages[i].msg_len);
		race_writes(&by, &messages[i].msg_len, sizeof(messages[i].msg_len));
		if (messages[i].msg_hdr.msg_controllen)
			name_passed(&messages[i].msg_hdr);
	}
	return result;
}

RACE_STAND_IN_FOR(int, eventfd_read, (int fd, eventfd_t *value), (fd, value))
{
	int result = (int)received(RACE_REAL(eventfd_read)(fd, value), fd);

	race_writes(&by, value, result == 0 ? sizeof(*value) : 0);
	return result;
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

RACE_STAND_IN_FOR(ssize_t, sendfile, (int to, int from, off_t *at, size_t bytes),
                  (to, from, at, bytes))
{
	passing(from, to);
	race_writes(&by, at, at ? sizeof(*at) : 0);
	return passed(RACE_REAL(sendfile)(to, from, at, bytes), from, to);
}

RACE_STAND_IN_FOR(ssize_t, sendfile64, (int to, int from, off64_t *at, size_t bytes),
                  (to, from, at, bytes))
{
	passing(from, to);
	race_writes(&by, at, at ? sizeof(*at) : 0);
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
