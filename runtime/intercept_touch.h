/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_touch.h - what stand-ins that also order say of their caller's memory: read
 * before they hand on what they know, written behind what they learned
 * (race_memory_touched). Of no bytes there is nothing to say.
 */
#ifndef RACE_INTERCEPT_TOUCH_H
#define RACE_INTERCEPT_TOUCH_H

#include <sys/socket.h>
#include <sys/uio.h>

#include "intercept_memory.h"

static inline void race_reads(const struct race_caller *by, const void *memory, size_t bytes)
{
	race_memory_touched(by, memory, bytes, RACE_READ);
}

static inline void race_writes(const struct race_caller *by, const void *memory, size_t bytes)
{
	race_memory_touched(by, memory, bytes, RACE_WRITE);
}

static inline void race_reads_parts(const struct race_caller *by, const struct iovec *parts,
                                    size_t count)
{
	if (!by->instrumented || !race_is_threaded())
		return;
	race_reads(by, parts, count * sizeof(*parts));
	for (size_t i = 0; i < count; i++)
		race_reads(by, parts[i].iov_base, parts[i].iov_len);
}

/* The first `bytes` of them. */
static inline void race_writes_parts(const struct race_caller *by, const struct iovec *parts,
                                     size_t count, size_t bytes)
{
	if (!by->instrumented || !race_is_threaded())
		return;
	race_reads(by, parts, count * sizeof(*parts));
	for (size_t i = 0; i < count && bytes; i++) {
		size_t n = parts[i].iov_len < bytes ? parts[i].iov_len : bytes;

		race_writes(by, parts[i].iov_base, n);
		bytes -= n;
	}
}

/* In front of a call that fills in an address, how much fits; and behind. */
static inline socklen_t race_address_room(const void *address, const socklen_t *bytes)
{
	return address && bytes ? *bytes : 0;
}

static inline void race_writes_address(const struct race_caller *by, bool done,
                                       const void *address, const socklen_t *bytes,
                                       socklen_t room)
{
	if (!done || !address)
		return;
	race_writes(by, address, *bytes < room ? *bytes : room);
	race_writes(by, bytes, sizeof(*bytes));
}

#endif
