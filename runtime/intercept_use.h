/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_use.h - a descriptor is used by one thread and closed by another, with nothing
 * that orders them: the number may be somebody else's when it is used. Judged as memory is:
 *
 *     use:    reads `sends` or `receives` of its number; if it was closed already (EBADF),
 *             reads `closed`
 *     close:  writes `sends` and `receives`, then is noted in `closed`
 *
 * What was received may be the answer to what another thread sent: from then on that was
 * before. dup2 onto a number in use is no close: one file takes the place of the other in
 * one step. Of callers that are not instrumented nothing is judged.
 */
#ifndef RACE_INTERCEPT_USE_H
#define RACE_INTERCEPT_USE_H

#include <errno.h>

#include "descriptor.h"
#include "intercept_touch.h"

/* In front of the call. */
static inline void race_uses_to_send(const struct race_caller *by, int fd)
{
	if (by->instrumented && race_is_threaded() && race_descriptor_memory(fd))
		race_reads(by, &race_descriptor_memory(fd)->sends, sizeof(uint64_t));
}

static inline void race_uses_to_receive(const struct race_caller *by, int fd)
{
	if (by->instrumented && race_is_threaded() && race_descriptor_memory(fd))
		race_reads(by, &race_descriptor_memory(fd)->receives, sizeof(uint64_t));
}

/* Behind it: hands on the result. */
static inline ssize_t race_used(const struct race_caller *by, int fd, ssize_t result)
{
	if (result < 0 && errno == EBADF && race_is_threaded() && race_descriptor_memory(fd))
		race_reads(by, &race_descriptor_memory(fd)->closed, sizeof(uint64_t));
	return result;
}

/* Something came out of it. */
void race_use_answered(int fd);

/* Around a close: what the first one returns is for the second. */
struct race_number_memory *race_use_closing(const struct race_caller *by, int fd);
int race_use_closed(const struct race_caller *by, struct race_number_memory *memory, int result);

#endif
