/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_touch.h - what stand-ins that also order say of their caller's memory: read
 * before they hand on what they know, written behind what they learned
 * (race_memory_touched). Of no bytes there is nothing to say.
 */
#ifndef RACE_INTERCEPT_TOUCH_H
#define RACE_INTERCEPT_TOUCH_H

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

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

static inline void race_reads_string(const struct race_caller *by, const char *s)
{
	if (by->instrumented && race_is_threaded() && s)
		race_reads(by, s, strlen(s) + 1);
}

/* What the kernel had to read for a call that returned `result`: it says so if it could not. */
static inline void race_reads_path(const struct race_caller *by, const char *path, long result)
{
	if (result >= 0 || errno != EFAULT)
		race_reads_string(by, path);
}

/* Of an array that a null pointer ends. */
static inline void race_reads_strings(const struct race_caller *by, char *const *list)
{
	size_t count = 0;

	if (!by->instrumented || !race_is_threaded() || !list)
		return;
	while (list[count])
		race_reads_string(by, list[count++]);
	race_reads(by, list, (count + 1) * sizeof(*list));
}

static inline void race_reads_time(const struct race_caller *by, const struct timespec *time)
{
	race_reads(by, time, time ? sizeof(*time) : 0);
}

/* Bytes of a sigset_t that are in use. */
#define RACE_SIGNALS (64 / 8)

static inline void race_reads_signals(const struct race_caller *by, const sigset_t *set)
{
	race_reads(by, set, set ? RACE_SIGNALS : 0);
}

/* A lock looks how long to wait only if it has to: the call of one that has an end. */
#define RACE_TIMED(...) (race_reads_time(&by, time), (__VA_ARGS__))

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
