/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_io.h - what goes out of a descriptor and comes in: the edges, and the memory.
 */
#ifndef RACE_INTERCEPT_IO_H
#define RACE_INTERCEPT_IO_H

#include <errno.h>

#include "descriptor.h"
#include "intercept_touch.h"
#include "intercept_use.h"

static inline void race_sending(int fd)
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
}

/* That nobody is left to read is news, too. */
static inline ssize_t race_sent(ssize_t result, int fd)
{
	if (result < 0 && (errno == EPIPE || errno == ECONNRESET) && race_is_threaded())
		race_wire_acquire(race_descriptor_wires(fd).in);
	return result;
}

static inline ssize_t race_received(ssize_t result, int fd)
{
	if ((result >= 0 || errno == ECONNRESET) && race_is_threaded()) {
		race_wire_acquire(race_descriptor_wires(fd).in);
		race_use_answered(fd);
	}
	return result;
}

/* At most `room` of what came: of a datagram that was cut, more is told. */
static inline ssize_t race_filled(const struct race_caller *by, int fd, ssize_t result, void *data,
                                  size_t room)
{
	race_used(by, fd, result);
	if (result > 0)
		race_writes(by, data, (size_t)result < room ? (size_t)result : room);
	return result;
}

static inline ssize_t race_filled_parts(const struct race_caller *by, int fd, ssize_t result,
                                        const struct iovec *parts, size_t count)
{
	race_used(by, fd, result);
	if (result >= 0)
		race_writes_parts(by, parts, count, (size_t)result);
	return result;
}

#endif
