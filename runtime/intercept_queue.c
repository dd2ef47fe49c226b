/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_queue.c - System V message queues: who receives a message of a type comes
 * after who sent one.
 */
#define _GNU_SOURCE
#include <sys/msg.h>

#include "descriptor.h"
#include "intercept.h"

/* As the kernel has it; <sys/msg.h> shows it to some programs only. */
struct message {
	long type;
};

static uint64_t queue(int id, const void *message)
{
	return race_wire_of((uint64_t)id << 32 | 7, ((const struct message *)message)->type);
}

RACE_STAND_IN(int, msgsnd, (int id, const void *message, size_t bytes, int flags))
{
	if (race_is_threaded())
		race_wire_release(queue(id, message));
	return RACE_REAL(msgsnd)(id, message, bytes, flags);
}

RACE_STAND_IN(ssize_t, msgrcv, (int id, void *message, size_t bytes, long type, int flags))
{
	ssize_t result = RACE_REAL(msgrcv)(id, message, bytes, type, flags);

	if (result >= 0 && race_is_threaded())
		race_wire_acquire(queue(id, message));
	return result;
}
