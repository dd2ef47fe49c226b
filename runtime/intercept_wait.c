/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_wait.c - barriers, semaphores, once: whoever gets through comes after those
 * who let it through. libc does the waiting, we note the order, in an object that is
 * found by the address of the barrier, semaphore or flag.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

#include "intercept.h"
#include "sync.h"

/* Beside a barrier's count of arrivals stand the clocks of its even and odd rounds. */
#define ROUND 1

static void forget(const void *object)
{
	if (race_is_watching())
		race_sync_forget((uint64_t)object, 8);
}

/* ---- barriers ----
 * Rounds alternate between two clocks: with one, a fast thread's arrival at the next
 * round would be learned by a slow leaver of this one. */

RACE_STAND_IN(int, pthread_barrier_init,
              (pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attr,
               unsigned count))
{
	int result;

	forget(barrier);
	result = RACE_REAL(pthread_barrier_init)(barrier, attr, count);
	if (result == 0 && race_is_watching())
		race_sync_get((uint64_t)barrier)->members = count;
	return result;
}

RACE_STAND_IN(int, pthread_barrier_destroy, (pthread_barrier_t *barrier))
{
	forget(barrier);
	return RACE_REAL(pthread_barrier_destroy)(barrier);
}

/* The clock of the round that the caller enters. */
static uint64_t barrier_arrive(const void *barrier)
{
	struct race_sync *sync = race_sync_get((uint64_t)barrier);
	uint32_t members = sync->members ? sync->members : 1;
	uint32_t arrival = __atomic_fetch_add(&sync->arrivals, 1, __ATOMIC_RELAXED);

	return (uint64_t)barrier + ROUND + (arrival / members & 1);
}

RACE_STAND_IN(int, pthread_barrier_wait, (pthread_barrier_t *barrier))
{
	uint64_t round = 0;
	int result;

	if (race_is_threaded()) {
		round = barrier_arrive(barrier);
		race_sync_release_at(race_self(), round);
	}
	result = RACE_REAL(pthread_barrier_wait)(barrier);
	if (round)
		race_sync_acquire_at(race_self(), round);
	return result;
}

/* ---- semaphores ---- */

static int sem_taken(int result, const sem_t *sem)
{
	int kept = errno;

	if (result == 0 && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)sem);
	errno = kept;
	return result;
}

RACE_STAND_IN(int, sem_post, (sem_t *sem))
{
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)sem);
	return RACE_REAL(sem_post)(sem);
}

RACE_STAND_IN(int, sem_wait, (sem_t *sem))
{
	return sem_taken(RACE_REAL(sem_wait)(sem), sem);
}

RACE_STAND_IN(int, sem_trywait, (sem_t *sem))
{
	return sem_taken(RACE_REAL(sem_trywait)(sem), sem);
}

RACE_STAND_IN(int, sem_timedwait,
              (sem_t *restrict sem, const struct timespec *restrict time))
{
	return sem_taken(RACE_REAL(sem_timedwait)(sem, time), sem);
}

RACE_STAND_IN(int, sem_clockwait,
              (sem_t *restrict sem, clockid_t clock, const struct timespec *restrict time))
{
	return sem_taken(RACE_REAL(sem_clockwait)(sem, clock, time), sem);
}

RACE_STAND_IN(int, sem_destroy, (sem_t *sem))
{
	forget(sem);
	return RACE_REAL(sem_destroy)(sem);
}

/* ---- once ----
 * libc calls the routine without an argument: which one, and for what, stands in the
 * thread meanwhile. */

struct once {
	void (*routine)(void);
	const void *control;
	struct once *outer;
};

static void once_run(void)
{
	struct race_thread *self = race_self();
	struct once *once = self->once;

	self->once = once->outer;
	once->routine();
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)once->control);
}

static void once_begin(struct once *once)
{
	struct race_thread *self = race_self();

	once->outer = self->once;
	self->once = once;
}

static void once_end(const struct once *once)
{
	struct race_thread *self = race_self();

	self->once = once->outer;
	if (race_is_threaded())
		race_sync_acquire_at(self, (uint64_t)once->control);
}

RACE_STAND_IN(int, pthread_once, (pthread_once_t *control, void (*routine)(void)))
{
	struct once once = { .routine = routine, .control = control };
	int result;

	if (!race_is_watching())
		return RACE_REAL(pthread_once)(control, routine);
	once_begin(&once);
	result = RACE_REAL(pthread_once)(control, once_run);
	once_end(&once);
	return result;
}

RACE_STAND_IN(void, call_once, (once_flag *control, void (*routine)(void)))
{
	struct once once = { .routine = routine, .control = control };

	if (!race_is_watching()) {
		RACE_REAL(call_once)(control, routine);
		return;
	}
	once_begin(&once);
	RACE_REAL(call_once)(control, once_run);
	once_end(&once);
}

/* ---- C++ function-local statics: the compiler's own once ---- */

extern int __cxa_guard_acquire(uint64_t *guard) __attribute__((weak));
extern void __cxa_guard_release(uint64_t *guard) __attribute__((weak));
extern void __cxa_guard_abort(uint64_t *guard) __attribute__((weak));
RACE_EXPORT int __race___cxa_guard_acquire(uint64_t *guard);
RACE_EXPORT void __race___cxa_guard_release(uint64_t *guard);
RACE_EXPORT void __race___cxa_guard_abort(uint64_t *guard);

int __race___cxa_guard_acquire(uint64_t *guard)
{
	int ours_to_initialise = __cxa_guard_acquire(guard);

	if (!ours_to_initialise && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)guard);
	return ours_to_initialise;
}

void __race___cxa_guard_release(uint64_t *guard)
{
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)guard);
	__cxa_guard_release(guard);
}

void __race___cxa_guard_abort(uint64_t *guard)
{
	__cxa_guard_abort(guard);
}
