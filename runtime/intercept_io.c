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
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "intercept_io.h"
#include "signals.h"

/* What is read from a signalfd says which signals came. */
static ssize_t read_some(ssize_t result, int fd, const void *data)
{
	const struct signalfd_siginfo *info = data;
	struct race_wires wires;

	if (result < (ssize_t)sizeof(*info) || result % (ssize_t)sizeof(*info) ||
	    !race_is_threaded())
		return race_received(result, fd);
	wires = race_descriptor_wires(fd);
	if (wires.in != race_wire_of(RACE_SIGNALFD, 0))
		return race_received(result, fd);
	for (ssize_t i = 0; i < result / (ssize_t)sizeof(*info); i++)
		race_signal_received(race_self(), (int)info[i].ssi_signo, NULL);
	return result;
}

/* ---- out ---- */

RACE_STAND_IN_FOR(ssize_t, write, (int fd, const void *data, size_t bytes), (fd, data, bytes))
{
	race_reads(&by, data, bytes);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_CALL_WAITS(fd, by.pc, "write",
	                 RACE_REAL(write)(fd, data, bytes)), fd));
}

RACE_STAND_IN_FOR(ssize_t, writev, (int fd, const struct iovec *parts, int count),
                  (fd, parts, count))
{
	race_reads_parts(&by, parts, (size_t)count);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_CALL_WAITS(fd, by.pc, "writev",
	                 RACE_REAL(writev)(fd, parts, count)), fd));
}

RACE_STAND_IN_FOR(ssize_t, pwrite, (int fd, const void *data, size_t bytes, off_t at),
                  (fd, data, bytes, at))
{
	race_reads(&by, data, bytes);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_REAL(pwrite)(fd, data, bytes, at), fd));
}

RACE_STAND_IN_FOR(ssize_t, pwrite64, (int fd, const void *data, size_t bytes, off64_t at),
                  (fd, data, bytes, at))
{
	race_reads(&by, data, bytes);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_REAL(pwrite64)(fd, data, bytes, at), fd));
}

RACE_STAND_IN_FOR(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at),
                  (fd, parts, count, at))
{
	race_reads_parts(&by, parts, (size_t)count);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_REAL(pwritev)(fd, parts, count, at), fd));
}
RACE_STAND_IN_ALSO(ssize_t, pwritev64, pwritev, (int fd, const struct iovec *parts, int count, off_t at))

RACE_STAND_IN_FOR(ssize_t, pwritev2,
                  (int fd, const struct iovec *parts, int count, off_t at, int flags),
                  (fd, parts, count, at, flags))
{
	race_reads_parts(&by, parts, (size_t)count);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_REAL(pwritev2)(fd, parts, count, at, flags), fd));
}
RACE_STAND_IN_ALSO(ssize_t, pwritev64v2, pwritev2,
                   (int fd, const struct iovec *parts, int count, off_t at, int flags))

RACE_STAND_IN_FOR(ssize_t, send, (int fd, const void *data, size_t bytes, int flags),
                  (fd, data, bytes, flags))
{
	race_reads(&by, data, bytes);
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return race_used(&by, fd, race_sent(RACE_CALL_WAITS(fd, by.pc, "send",
	                 RACE_REAL(send)(fd, data, bytes, flags)), fd));
}

RACE_STAND_IN_FOR(int, eventfd_write, (int fd, eventfd_t value), (fd, value))
{
	race_uses_to_send(&by, fd);
	race_sending(fd);
	return RACE_REAL(eventfd_write)(fd, value);
}

/* Who sets a timer comes before who learns that it ran out. */
RACE_STAND_IN_FOR(int, timerfd_settime,
                  (int fd, int flags, const struct itimerspec *time, struct itimerspec *old),
                  (fd, flags, time, old))
{
	int result;

	race_reads(&by, time, sizeof(*time));
	race_uses_to_send(&by, fd);
	race_sending(fd);
	result = RACE_REAL(timerfd_settime)(fd, flags, time, old);
	race_writes(&by, old, old && result == 0 ? sizeof(*old) : 0);
	return result;
}

/* ---- in ---- */

RACE_STAND_IN_FOR(ssize_t, read, (int fd, void *data, size_t bytes), (fd, data, bytes))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, read_some(RACE_CALL_WAITS(fd, by.pc, "read",
	                 RACE_REAL(read)(fd, data, bytes)), fd, data), data, bytes);
}

extern ssize_t __read_chk(int fd, void *data, size_t bytes, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __read_chk, "read()",
                    (int fd, void *data, size_t bytes, size_t room), (fd, data, bytes, room))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, read_some(RACE_CALL_WAITS(fd, by.pc, "read",
	                 RACE_REAL(__read_chk)(fd, data, bytes, room)), fd, data), data,
	              bytes);
}

RACE_STAND_IN_FOR(ssize_t, readv, (int fd, const struct iovec *parts, int count),
                  (fd, parts, count))
{
	race_uses_to_receive(&by, fd);
	return race_filled_parts(&by, fd, race_received(RACE_CALL_WAITS(fd, by.pc, "readv",
	                 RACE_REAL(readv)(fd, parts, count)), fd), parts,
	                    (size_t)count);
}

RACE_STAND_IN_FOR(ssize_t, pread, (int fd, void *data, size_t bytes, off_t at),
                  (fd, data, bytes, at))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_REAL(pread)(fd, data, bytes, at), fd), data, bytes);
}

RACE_STAND_IN_FOR(ssize_t, pread64, (int fd, void *data, size_t bytes, off64_t at),
                  (fd, data, bytes, at))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_REAL(pread64)(fd, data, bytes, at), fd), data, bytes);
}

extern ssize_t __pread_chk(int fd, void *data, size_t bytes, off_t at, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __pread_chk, "pread()",
                    (int fd, void *data, size_t bytes, off_t at, size_t room),
                    (fd, data, bytes, at, room))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_REAL(__pread_chk)(fd, data, bytes, at, room), fd), data,
	              bytes);
}

extern ssize_t __pread64_chk(int fd, void *data, size_t bytes, off64_t at, size_t room);
RACE_STAND_IN_NAMED(ssize_t, __pread64_chk, "pread()",
                    (int fd, void *data, size_t bytes, off64_t at, size_t room),
                    (fd, data, bytes, at, room))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_REAL(__pread64_chk)(fd, data, bytes, at, room), fd), data,
	              bytes);
}

RACE_STAND_IN_FOR(ssize_t, preadv, (int fd, const struct iovec *parts, int count, off_t at),
                  (fd, parts, count, at))
{
	race_uses_to_receive(&by, fd);
	return race_filled_parts(&by, fd, race_received(RACE_REAL(preadv)(fd, parts, count, at), fd), parts,
	                    (size_t)count);
}
RACE_STAND_IN_ALSO(ssize_t, preadv64, preadv, (int fd, const struct iovec *parts, int count, off_t at))

RACE_STAND_IN_FOR(ssize_t, preadv2,
                  (int fd, const struct iovec *parts, int count, off_t at, int flags),
                  (fd, parts, count, at, flags))
{
	race_uses_to_receive(&by, fd);
	return race_filled_parts(&by, fd, race_received(RACE_REAL(preadv2)(fd, parts, count, at, flags), fd),
	                    parts, (size_t)count);
}
RACE_STAND_IN_ALSO(ssize_t, preadv64v2, preadv2,
                   (int fd, const struct iovec *parts, int count, off_t at, int flags))

RACE_STAND_IN_FOR(ssize_t, recv, (int fd, void *data, size_t bytes, int flags),
                  (fd, data, bytes, flags))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_CALL_WAITS(fd, by.pc, "recv",
	                 RACE_REAL(recv)(fd, data, bytes, flags)), fd), data, bytes);
}

extern ssize_t __recv_chk(int fd, void *data, size_t bytes, size_t room, int flags);
RACE_STAND_IN_NAMED(ssize_t, __recv_chk, "recv()",
                    (int fd, void *data, size_t bytes, size_t room, int flags),
                    (fd, data, bytes, room, flags))
{
	race_uses_to_receive(&by, fd);
	return race_filled(&by, fd, race_received(RACE_REAL(__recv_chk)(fd, data, bytes, room, flags), fd), data,
	              bytes);
}

RACE_STAND_IN_FOR(int, eventfd_read, (int fd, eventfd_t *value), (fd, value))
{
	int result;

	race_uses_to_receive(&by, fd);
	result = (int)race_received(RACE_REAL(eventfd_read)(fd, value), fd);

	race_writes(&by, value, result == 0 ? sizeof(*value) : 0);
	return result;
}
