/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_message.c - messages of sockets: with an address, in parts, several at a time,
 * and with descriptors that come along.
 */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/uio.h>

#include "intercept_io.h"

/* ---- out ---- */

/* Where it goes, if not to the peer. */
static void sending_to(const struct race_caller *by, int fd, const struct sockaddr *to, socklen_t bytes)
{
	race_uses_to_send(by, fd);
	if (to && race_is_threaded())
		race_wire_release(race_wire_to(to, bytes, RACE_DATAGRAM));
	else
		race_sending(fd);
}

RACE_STAND_IN_FOR(ssize_t, sendto,
                  (int fd, const void *data, size_t bytes, int flags,
                   const struct sockaddr *to, socklen_t to_bytes),
                  (fd, data, bytes, flags, to, to_bytes))
{
	race_reads(&by, data, bytes);
	race_reads(&by, to, to ? to_bytes : 0);
	sending_to(&by, fd, to, to_bytes);
	return race_used(&by, fd, race_sent(RACE_CALL_WAITS(fd, by.pc, "sendto",
	                 RACE_REAL(sendto)(fd, data, bytes, flags, to, to_bytes)), fd));
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
	sending_to(&by, fd, message->msg_name, message->msg_namelen);
	return race_used(&by, fd, race_sent(RACE_CALL_WAITS(fd, by.pc, "sendmsg",
	                 RACE_REAL(sendmsg)(fd, message, flags)), fd));
}

RACE_STAND_IN_FOR(int, sendmmsg,
                  (int fd, struct mmsghdr *messages, unsigned count, int flags),
                  (fd, messages, count, flags))
{
	int result;

	for (unsigned i = 0; i < count; i++) {
		message_read(&by, &messages[i].msg_hdr);
		sending_to(&by, fd, messages[i].msg_hdr.msg_name, messages[i].msg_hdr.msg_namelen);
	}
	result = (int)race_used(&by, fd, race_sent(RACE_REAL(sendmmsg)(fd, messages, count, flags), fd));
	for (int i = 0; i < result; i++)
		race_writes(&by, &messages[i].msg_len, sizeof(messages[i].msg_len));
	return result;
}

/* ---- in ---- */

RACE_STAND_IN_FOR(ssize_t, recvfrom,
                  (int fd, void *restrict data, size_t bytes, int flags,
                   struct sockaddr *restrict from, socklen_t *restrict from_bytes),
                  (fd, data, bytes, flags, from, from_bytes))
{
	socklen_t room = race_address_room(from, from_bytes);
	ssize_t result;

	race_uses_to_receive(&by, fd);
	result = race_received(RACE_CALL_WAITS(fd, by.pc, "recvfrom",
	                 RACE_REAL(recvfrom)(fd, data, bytes, flags, from, from_bytes)), fd);

	race_writes_address(&by, result >= 0, from, from_bytes, room);
	return race_filled(&by, fd, result, data, bytes);
}

extern ssize_t __recvfrom_chk(int fd, void *restrict data, size_t bytes, size_t room, int flags,
                              struct sockaddr *restrict from, socklen_t *restrict from_bytes);
RACE_STAND_IN_NAMED(ssize_t, __recvfrom_chk, "recvfrom()",
                    (int fd, void *restrict data, size_t bytes, size_t room, int flags,
                     struct sockaddr *restrict from, socklen_t *restrict from_bytes),
                    (fd, data, bytes, room, flags, from, from_bytes))
{
	socklen_t from_room = race_address_room(from, from_bytes);
	ssize_t result;

	race_uses_to_receive(&by, fd);
	result = race_received(
		RACE_REAL(__recvfrom_chk)(fd, data, bytes, room, flags, from, from_bytes), fd);

	race_writes_address(&by, result >= 0, from, from_bytes, from_room);
	return race_filled(&by, fd, result, data, bytes);
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
	ssize_t result;

	race_uses_to_receive(&by, fd);
	result = race_used(&by, fd, race_received(RACE_CALL_WAITS(fd, by.pc, "recvmsg",
	                 RACE_REAL(recvmsg)(fd, message, flags)), fd));
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
	int result;

	race_uses_to_receive(&by, fd);
	result = (int)race_used(&by, fd, race_received(RACE_REAL(recvmmsg)(fd, messages, count, flags, time), fd));
	race_writes(&by, time, time ? sizeof(*time) : 0);
	for (int i = 0; i < result; i++) {
		message_written(&by, &messages[i].msg_hdr, sizeof(struct sockaddr_storage),
		                messages[i].msg_len);
		race_writes(&by, &messages[i].msg_len, sizeof(messages[i].msg_len));
		if (messages[i].msg_hdr.msg_controllen)
			name_passed(&messages[i].msg_hdr);
	}
	return result;
}
