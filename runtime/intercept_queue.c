/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_queue.c - message queues: who receives comes after who sent. Of System V's,
 * after who sent a message of that type. A notice's function runs in a thread that libc
 * makes for it, unseen, after who asked for the notice.
 */
#define _GNU_SOURCE
#include <mqueue.h>
#include <signal.h>
#include <sys/msg.h>

#include "alloc.h"
#include "descriptor.h"
#include "intercept_touch.h"
#include "sync.h"

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
	return RACE_CALL_WAITS(-1, by.pc, "msgsnd", RACE_REAL(msgsnd)(id, message, bytes, flags));
}

RACE_STAND_IN_FOR(ssize_t, msgrcv,
                  (int id, void *message, size_t bytes, long type, int flags),
                  (id, message, bytes, type, flags))
{
	ssize_t result = RACE_CALL_WAITS(-1, by.pc, "msgrcv",
	                 RACE_REAL(msgrcv)(id, message, bytes, type, flags));

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
	return RACE_CALL_WAITS(queue, by.pc, "mq_send",
	                 RACE_REAL(mq_send)(queue, data, bytes, priority));
}

RACE_STAND_IN_FOR(int, mq_timedsend,
                  (mqd_t queue, const char *data, size_t bytes, unsigned priority,
                   const struct timespec *time),
                  (queue, data, bytes, priority, time))
{
	race_reads_time(&by, time);
	race_reads(&by, data, bytes);
	sending(queue);
	return RACE_REAL(mq_timedsend)(queue, data, bytes, priority, time);
}

RACE_STAND_IN_FOR(ssize_t, mq_receive,
                  (mqd_t queue, char *data, size_t bytes, unsigned *priority),
                  (queue, data, bytes, priority))
{
	return received(&by, RACE_CALL_WAITS(queue, by.pc, "mq_receive",
	                 RACE_REAL(mq_receive)(queue, data, bytes, priority)), queue, data,
	                priority);
}

RACE_STAND_IN_FOR(ssize_t, mq_timedreceive,
                  (mqd_t queue, char *restrict data, size_t bytes, unsigned *restrict priority,
                   const struct timespec *restrict time),
                  (queue, data, bytes, priority, time))
{
	race_reads_time(&by, time);
	return received(&by, RACE_REAL(mq_timedreceive)(queue, data, bytes, priority, time), queue,
	                data, priority);
}

/* ---- notices: one for each time that somebody asked ---- */

struct notice {
	void (*notify)(union sigval);
	union sigval value;
};

static void notified(union sigval opaque)
{
	struct notice *asked = opaque.sival_ptr, notice = *asked;

	if (race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)asked);
	race_sync_forget((uint64_t)asked, sizeof(*asked));
	race_free(asked, sizeof(*asked));
	notice.notify(notice.value);
}

static int ask(mqd_t queue, const struct sigevent *event);

RACE_STAND_IN_FOR(int, mq_notify, (mqd_t queue, const struct sigevent *event), (queue, event))
{
	race_reads(&by, event, event ? sizeof(*event) : 0);
	return ask(queue, event);
}

static int ask(mqd_t queue, const struct sigevent *event)
{
	struct notice *notice;
	struct sigevent ours;
	int result;

	if (!race_is_watching() || !event || event->sigev_notify != SIGEV_THREAD)
		return RACE_REAL(mq_notify)(queue, event);
	race_thread_expect(race_self());
	notice = race_alloc(sizeof(*notice));
	*notice = (struct notice){ event->sigev_notify_function, event->sigev_value };
	ours = *event;
	ours.sigev_notify_function = notified;
	ours.sigev_value.sival_ptr = notice;
	race_sync_release_at(race_self(), (uint64_t)notice);
	result = RACE_REAL(mq_notify)(queue, &ours);
	if (result != 0) {
		race_sync_forget((uint64_t)notice, sizeof(*notice));
		race_free(notice, sizeof(*notice));
	}
	return result;
}
