/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_queue.c - message queues: who receives comes after who sent. Of System V's,
 * after who sent a message of that type.
 */
#define _GNU_SOURCE
#include <mqueue.h>
#include <sys/msg.h>

#include "descriptor.h"
#include "intercept_touch.h"

/* As the kernel has it; <sys/msg.h> shows it to some programs only. */
struct message {
	long type;
};

static uint64_t queue(int id, const void *message)
{
	return race_wire_of((uint64_t)id << 32 | 7, ((const struct message *)message)->type);
}

RACE_STAND_IN_FOR(int, msgsnd, (int id, const void *message, size_t bytes, int flags),
                  (id, message, bytes, flags))
{
	race_reads(&by, message, sizeof(struct message) + bytes);
	if (race_is_threaded())
		race_wire_release(queue(id, message));
	return RACE_REAL(msgsnd)(id, message, bytes, flags);
}

RACE_STAND_IN_FOR(ssize_t, msgrcv,
                  (int id, void *message, size_t bytes, long type, int flags),
                  (id, message, bytes, type, flags))
{
	ssize_t result = RACE_REAL(msgrcv)(id, message, bytes, type, flags);

	if (result >= 0 && race_is_threaded())
		race_wire_acquire(queue(id, message));
	if (result >= 0)
		race_writes(&by, message, sizeof(struct message) + (size_t)result);
	return result;
}

/* ---- those with names are files ---- */

static void sending(int fd)
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
}

static ssize_t received(const struct race_caller *by, ssize_t result, int fd, char *data,
                        unsigned *priority)
{
	if (result < 0)
		return result;
	if (race_is_threaded())
		race_wire_acquire(race_descriptor_wires(fd).in);
	race_writes(by, data, (size_t)result);
	race_writes(by, priority, priority ? sizeof(*priority) : 0);
	return result;
}

RACE_STAND_IN_FOR(int, mq_send, (mqd_t queue, const char *data, size_t bytes, unsigned priority),
                  (queue, data, bytes, priority))
{
	race_reads(&by, data, bytes);
	sending(queue);
	return RACE_REAL(mq_send)(queue, data, bytes, priority);
}

RACE_STAND_IN_FOR(int, mq_timedsend,
                  (mqd_t queue, const char *data, size_t bytes, unsigned priority,
                   const struct timespec *time),
                  (queue, data, bytes, priority, time))
{
	race_reads(&by, data, bytes);
	sending(queue);
	return RACE_REAL(mq_timedsend)(queue, data, bytes, priority, time);
}

RACE_STAND_IN_FOR(ssize_t, mq_receive,
                  (mqd_t queue, char *data, size_t bytes, unsigned *priority),
                  (queue, data, bytes, priority))
{
	return received(&by, RACE_REAL(mq_receive)(queue, data, bytes, priority), queue, data,
	                priority);
}

RACE_STAND_IN_FOR(ssize_t, mq_timedreceive,
                  (mqd_t queue, char *restrict data, size_t bytes, unsigned *restrict priority,
                   const struct timespec *restrict time),
                  (queue, data, bytes, priority, time))
{
	return received(&by, RACE_REAL(mq_timedreceive)(queue, data, bytes, priority, time), queue,
	                data, priority);
}
