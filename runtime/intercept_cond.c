/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_cond.c - condition variables: the mutex orders, the signal does not. A wait
 * gives the mutex back and takes it again, also when it times out, and when it is
 * cancelled: then before the cleanup handlers run.
 */
/* pthread_cleanup_push is a setjmp here; nothing is changed between it and its end. */
#pragma GCC diagnostic ignored "-Wclobbered"
#define _GNU_SOURCE
#include <pthread.h>
#include <threads.h>

#include "floor.h"
#include "intercept.h"
#include "intercept_lock.h"
#include "intercept_touch.h"

struct wait {
	void *mutex;
	uint64_t pc;
};

static void awaits_no_more(void)
{
	if (race_is_watching())
		race_floor_awaited(race_self());
}

/* Gives the mutex back, before the wait does. Is it sure to come back, with all that was
 * released at it? A robust one may not, and one that is not the thread's never went. */
static void give(const pthread_mutex_t *mutex)
{
	bool comes_back = race_is_threaded() && !race_self()->library_locks &&
	                  !(race_load(&mutex->__data.__kind) & RACE_MUTEX_ROBUST) &&
	                  race_mutex_goes(mutex) && !race_mutex_is_foreign(mutex);

	race_mutex_giving(mutex);
	if (comes_back)
		race_floor_await(race_self(), (uint64_t)mutex);
}

static void relocked(void *arg)
{
	const struct wait *wait = arg;

	if (race_is_watching())
		race_store(&race_self()->wait.kind, RACE_WAIT_NONE);
	race_lock_taken((uint64_t)wait->mutex, RACE_HOLD_MUTEX, true, wait->pc);
	awaits_no_more();
}

/* glibc's destroy sets this bit, for good; whatever makes the condition anew unsets it. */
#define UNMADE 4
static void look(const pthread_cond_t *cond, uint64_t pc)
{
	if (race_unlikely(race_load(&cond->__data.__wrefs) & UNMADE) && race_is_watching())
		race_misuse_use(race_self(), (uint64_t)cond, RACE_HOLD_COND, true, pc);
}

static void check(const pthread_mutex_t *mutex, uint64_t cond, uint64_t pc)
{
	if (!race_is_watching() || race_self()->library_locks)
		return;
	look((const pthread_cond_t *)cond, pc);
	if (race_unlikely(race_mutex_is_foreign(mutex)))
		race_misuse_wait(race_self(), (uint64_t)mutex, pc);
	race_misuse_condition(race_self(), cond, (uint64_t)mutex, pc);
}

/* `failed` says which results mean that the mutex is not the caller's. */
#define WAITING(pc_of, mutex, may_give_up, failed, name, call)                         \
	({                                                                             \
		struct wait wait_ = { mutex, pc_of };                                  \
		int result_;                                                           \
                                                                                       \
		check((const pthread_mutex_t *)mutex, (uint64_t)cond, pc_of);          \
		give((const pthread_mutex_t *)mutex);                                  \
		pthread_cleanup_push(relocked, &wait_);                                \
		result_ = RACE_WAITS(RACE_WAIT_COND, may_give_up, cond, mutex,         \
		                     pc_of, name, call);                               \
		pthread_cleanup_pop(0);                                                \
		if (!failed(result_))                                                  \
			relocked(&wait_);                                              \
		else                                                                   \
			awaits_no_more();                                              \
		result_;                                                               \
	})

#define NOT_LOCKED(result) ((result) == EPERM || (result) == ENOTRECOVERABLE)
#define NOT_LOCKED_C11(result) ((result) == thrd_error)

RACE_STAND_IN(int, pthread_cond_wait,
              (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex))
{
	RACE_CALLS(pthread_cond_wait, RACE_CALLER);
	return WAITING(RACE_CALLER, mutex, false, NOT_LOCKED, "pthread_cond_wait",
	               RACE_REAL(pthread_cond_wait)(cond, mutex));
}

RACE_STAND_IN_FOR(int, pthread_cond_timedwait,
                  (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                   const struct timespec *restrict time),
                  (cond, mutex, time))
{
	race_reads_time(&by, time);
	return WAITING(by.pc, mutex, true, NOT_LOCKED, "pthread_cond_timedwait",
	               RACE_REAL(pthread_cond_timedwait)(cond, mutex, time));
}

RACE_STAND_IN_FOR(int, pthread_cond_clockwait,
                  (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                   clockid_t clock, const struct timespec *restrict time),
                  (cond, mutex, clock, time))
{
	race_reads_time(&by, time);
	return WAITING(by.pc, mutex, true, NOT_LOCKED, "pthread_cond_clockwait",
	               RACE_REAL(pthread_cond_clockwait)(cond, mutex, clock, time));
}

RACE_STAND_IN(int, cnd_wait, (cnd_t *cond, mtx_t *mutex))
{
	return WAITING(RACE_CALLER, mutex, false, NOT_LOCKED_C11, "cnd_wait",
	               RACE_REAL(cnd_wait)(cond, mutex));
}

RACE_STAND_IN_FOR(int, cnd_timedwait,
                  (cnd_t *restrict cond, mtx_t *restrict mutex,
                   const struct timespec *restrict time),
                  (cond, mutex, time))
{
	race_reads_time(&by, time);
	return WAITING(by.pc, mutex, true, NOT_LOCKED_C11, "cnd_timedwait",
	               RACE_REAL(cnd_timedwait)(cond, mutex, time));
}

/* ---- what orders nothing: looked at for misuse ---- */

RACE_STAND_IN(int, pthread_cond_signal, (pthread_cond_t *cond))
{
	RACE_CALLS(pthread_cond_signal, RACE_CALLER);
	look(cond, RACE_CALLER);
	return RACE_REAL(pthread_cond_signal)(cond);
}

RACE_STAND_IN(int, pthread_cond_broadcast, (pthread_cond_t *cond))
{
	RACE_CALLS(pthread_cond_broadcast, RACE_CALLER);
	look(cond, RACE_CALLER);
	return RACE_REAL(pthread_cond_broadcast)(cond);
}

/* glibc's waits until who was woken has left: so this comes first. */
static void destroys(const pthread_cond_t *cond, uint64_t pc)
{
	if (!race_is_watching())
		return;
	look(cond, pc);
	if (race_load(&cond->__data.__wrefs) >> 3)
		race_misuse_condition_destroy(race_self(), (uint64_t)cond, pc);
	race_misuse_destroyed(race_self(), (uint64_t)cond, pc);
}

RACE_STAND_IN(int, pthread_cond_destroy, (pthread_cond_t *cond))
{
	destroys(cond, RACE_CALLER);
	return RACE_REAL(pthread_cond_destroy)(cond);
}

RACE_STAND_IN(int, cnd_signal, (cnd_t *cond))
{
	look((const pthread_cond_t *)cond, RACE_CALLER);
	return RACE_REAL(cnd_signal)(cond);
}

RACE_STAND_IN(int, cnd_broadcast, (cnd_t *cond))
{
	look((const pthread_cond_t *)cond, RACE_CALLER);
	return RACE_REAL(cnd_broadcast)(cond);
}

RACE_STAND_IN(void, cnd_destroy, (cnd_t *cond))
{
	destroys((const pthread_cond_t *)cond, RACE_CALLER);
	RACE_REAL(cnd_destroy)(cond);
}
