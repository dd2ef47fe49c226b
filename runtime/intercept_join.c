/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_join.c - threads that exist are joined, detached and named: all that a thread
 * did comes before its join returns.
 */
/* pthread_cleanup_push is a setjmp here; nothing is changed between it and its end. */
#pragma GCC diagnostic ignored "-Wclobbered"
#define _GNU_SOURCE
#include <pthread.h>
#include <threads.h>

#include "floor.h"
#include "intercept_touch.h"
#include "misuse.h"

static void stop_joining(void *arg)
{
	struct race_thread *self = arg;

	race_store(&self->joining, NULL);
	race_store(&self->wait.kind, RACE_WAIT_NONE);
}

static struct race_thread *to_join(uint64_t handle, enum race_misuse_way way, uint64_t pc)
{
	struct race_thread *thread = race_is_watching() ? race_thread_find(handle) : NULL;

	if (!thread && race_is_watching())
		race_misuse_join(race_self(), handle, way, pc);
	return thread;
}

static void joined(struct race_thread *thread, uint64_t handle, uint64_t pc)
{
	if (!thread)
		return;
	race_misuse_gone(race_self(), handle, thread->life->number, RACE_MISUSE_JOINED, pc);
	race_thread_join(race_self(), thread);
}

/* While it blocks, the thread counts for the floor with what it will know then. */
#define JOINING(pc_of, thread, success, deadlocked, name, call)                        \
	({                                                                             \
		struct race_thread *self_ = (thread) ? race_self() : NULL;             \
		int result_;                                                           \
                                                                                       \
		if (self_) {                                                           \
			race_floor_blocks(self_);                                      \
			race_store_release(&self_->joining, thread);                   \
			race_store(&(thread)->being_joined, true);                     \
			pthread_cleanup_push(stop_joining, self_);                     \
			result_ = RACE_WAITS_UNLESS(true, deadlocked, RACE_WAIT_JOIN,   \
			                            false, thread,                     \
			                            (thread)->life->number,            \
			                            pc_of, name, call);                \
			if (result_ == (success))                                      \
				joined(thread, (uint64_t)handle, pc_of);               \
			pthread_cleanup_pop(1);                                        \
		} else {                                                               \
			result_ = (call);                                              \
		}                                                                      \
		result_;                                                               \
	})

RACE_STAND_IN(int, pthread_join, (pthread_t handle, void **value))
{
	struct race_thread *thread = to_join(handle, RACE_MISUSE_JOINED, RACE_CALLER);

	return JOINING(RACE_CALLER, thread, 0, EDEADLK, "pthread_join", RACE_REAL(pthread_join)(handle, value));
}

/* One that may give up learns nothing then, so meanwhile it counts with what it knows. */
static int tried(struct race_thread *thread, int result, uint64_t handle, uint64_t pc)
{
	if (result == 0)
		joined(thread, handle, pc);
	return result;
}

RACE_STAND_IN_FOR(int, pthread_timedjoin_np,
                  (pthread_t handle, void **value, const struct timespec *time),
                  (handle, value, time))
{
	struct race_thread *thread = to_join(handle, RACE_MISUSE_JOINED, by.pc);

	race_reads_time(&by, time);
	return tried(thread, RACE_REAL(pthread_timedjoin_np)(handle, value, time),
	             (uint64_t)handle, by.pc);
}

RACE_STAND_IN_FOR(int, pthread_clockjoin_np,
                  (pthread_t handle, void **value, clockid_t clock, const struct timespec *time),
                  (handle, value, clock, time))
{
	struct race_thread *thread = to_join(handle, RACE_MISUSE_JOINED, by.pc);

	race_reads_time(&by, time);
	return tried(thread, RACE_REAL(pthread_clockjoin_np)(handle, value, clock, time),
	             (uint64_t)handle, by.pc);
}

RACE_STAND_IN(int, pthread_tryjoin_np, (pthread_t handle, void **value))
{
	struct race_thread *thread = to_join(handle, RACE_MISUSE_JOINED, RACE_CALLER);

	return tried(thread, RACE_REAL(pthread_tryjoin_np)(handle, value), (uint64_t)handle,
	             RACE_CALLER);
}

RACE_STAND_IN(int, thrd_join, (thrd_t handle, int *value))
{
	struct race_thread *thread = to_join((uint64_t)handle, RACE_MISUSE_JOINED, RACE_CALLER);

	return JOINING(RACE_CALLER, thread, thrd_success, thrd_error, "thrd_join", RACE_REAL(thrd_join)(handle, value));
}

RACE_STAND_IN(int, pthread_detach, (pthread_t handle))
{
	struct race_thread *thread = to_join(handle, RACE_MISUSE_DETACHED, RACE_CALLER);
	uint32_t number = thread ? thread->life->number : 0;
	int result;

	/* Before: behind it the handle may be another thread's. */
	if (thread)
		race_misuse_gone(race_self(), (uint64_t)handle, number, RACE_MISUSE_DETACHED, RACE_CALLER);
	result = RACE_REAL(pthread_detach)(handle);

	if (result == 0 && thread)
		race_thread_detach(thread);
	return result;
}

RACE_STAND_IN(int, thrd_detach, (thrd_t handle))
{
	struct race_thread *thread = to_join((uint64_t)handle, RACE_MISUSE_DETACHED, RACE_CALLER);
	uint32_t number = thread ? thread->life->number : 0;
	int result;

	if (thread)
		race_misuse_gone(race_self(), (uint64_t)handle, number, RACE_MISUSE_DETACHED, RACE_CALLER);
	result = RACE_REAL(thrd_detach)(handle);

	if (result == thrd_success && thread)
		race_thread_detach(thread);
	return result;
}

RACE_STAND_IN(int, pthread_setname_np, (pthread_t handle, const char *name))
{
	int result = RACE_REAL(pthread_setname_np)(handle, name);
	struct race_thread *thread = NULL;

	if (result == 0 && race_is_watching())
		thread = pthread_equal(handle, pthread_self()) ? race_self() :
		                                                 race_thread_find(handle);
	if (thread)
		race_thread_set_name(thread, name);
	return result;
}
