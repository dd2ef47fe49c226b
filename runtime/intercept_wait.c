/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_wait.c - barriers and once: whoever gets through comes after those who let it
 * through. libc does the waiting, we note the order.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <threads.h>

#include "alloc.h"
#include "intercept.h"
#include "intercept_lock.h"
#include "platform.h"
#include "sync.h"

/* ---- barriers ----
 * Each round has a clock of its own: with one for all, a fast thread's arrival at the
 * next round would be learned by a slow leaver of this one. Who arrives holds on to the
 * round, so that a slow leaver finds it also when a fast one has destroyed the barrier,
 * or freed it.
 *
 * More threads than its count may use a barrier. Which of them let each other through says
 * glibc's number of arrivals. So that we note them in its order, whoever comes next waits
 * until the one before has been counted. */

#define PATIENCE 20000 /* looks, at least 2 seconds */

struct round {
	struct race_spin lock;
	struct race_clock *clock; /* of all who have arrived */
	uint32_t number;
	uint32_t arrived;
	uint32_t holds; /* who arrived and has not left, and the barrier, while it is open */
};

/* glibc's barrier: arrivals, round, count, whether processes share it. */
static uint32_t arrivals(const pthread_barrier_t *barrier)
{
	return race_load((const uint32_t *)barrier);
}

static uint32_t members(const pthread_barrier_t *barrier)
{
	uint32_t count = ((const uint32_t *)barrier)[2];

	return count ? count : 1;
}

static bool is_shared(const pthread_barrier_t *barrier)
{
	return ((const uint32_t *)barrier)[3] != 0;
}

/* There is no static initialiser, and no barrier for nobody. */
static void look(const pthread_barrier_t *barrier, uint64_t pc)
{
	bool was_destroyed = race_misuse_is_destroyed((uint64_t)barrier);

	if ((was_destroyed || !((const uint32_t *)barrier)[2]) && race_is_watching())
		race_misuse_use(race_self(), (uint64_t)barrier, RACE_HOLD_BARRIER, was_destroyed, pc);
}

static void release_in(struct race_thread *self, struct round *round)
{
	uint32_t tids = race_load(&race_runtime.tids);

	race_spin_take(&round->lock);
	race_clock_grow(&round->clock, tids);
	race_clock_join(round->clock->entry, self->clock, tids);
	race_spin_give(&round->lock);
}

static void let_go(struct round *round)
{
	if (__atomic_sub_fetch(&round->holds, 1, __ATOMIC_ACQ_REL))
		return;
	race_clock_free(round->clock);
	race_free(round, sizeof(*round));
}

/* The round that a thread arrives in now. Other processes' threads end some unseen. */
static struct round *round_now(struct race_sync *sync, uint32_t number)
{
	if (sync->round && sync->round->number != number) {
		let_go(sync->round);
		sync->round = NULL;
	}
	if (!sync->round) {
		sync->round = race_alloc(sizeof(*sync->round));
		sync->round->number = number;
		sync->round->holds = 1;
	}
	return sync->round;
}

/* Locks it when the one before has been counted, which is a moment from its note. It may
 * never be, when a handler kept it from going on. */
static void take_in_order(struct race_sync *sync, const pthread_barrier_t *barrier)
{
	const struct timespec moment = { .tv_nsec = 100000 };

	for (int times = 0;; times++) {
		race_enter();
		race_spin_take(&sync->lock);
		if (race_likely(sync->entering != arrivals(barrier) + 1) || times == PATIENCE)
			return;
		race_spin_give(&sync->lock);
		race_leave();
		if (times < 100)
			race_sys_sched_yield();
		else
			race_sys_nanosleep(&moment, NULL);
	}
}

static struct round *arrive(const pthread_barrier_t *barrier)
{
	struct race_thread *self = race_self();
	struct race_sync *sync = race_sync_get((uint64_t)barrier);
	uint32_t count = members(barrier), before;
	struct round *round;

	take_in_order(sync, barrier);
	before = arrivals(barrier);
	sync->entering = before + 1;
	round = round_now(sync, before / count);
	__atomic_add_fetch(&round->holds, 1, __ATOMIC_RELAXED);
	release_in(self, round);
	if (++round->arrived == count) {
		sync->round = NULL;
		let_go(round);
	}
	race_spin_give(&sync->lock);
	race_leave();
	race_thread_tick(self);
	return round;
}

static void leave(struct round *round)
{
	race_enter();
	race_spin_take(&round->lock);
	race_thread_learn(race_self(), round->clock->entry, round->clock->size);
	race_spin_give(&round->lock);
	let_go(round);
	race_leave();
}

static int made_or_unmade(int result, const pthread_barrier_t *barrier)
{
	struct race_sync *sync = result == 0 && race_is_threaded() ?
					 race_sync_find((uint64_t)barrier) : NULL;

	if (sync && sync->round)
		let_go(sync->round);
	if (result == 0)
		race_lock_forget((uint64_t)barrier, sizeof(*barrier));
	return result;
}

RACE_STAND_IN(int, pthread_barrier_init,
              (pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attr,
               unsigned count))
{
	int result;

	if (race_is_watching())
		race_misuse_barrier(race_self(), (uint64_t)barrier, false, RACE_CALLER);
	race_misuse_made((uint64_t)barrier);
	result = RACE_REAL(pthread_barrier_init)(barrier, attr, count);
	return made_or_unmade(result, barrier);
}

RACE_STAND_IN(int, pthread_barrier_destroy, (pthread_barrier_t *barrier))
{
	bool shared = is_shared(barrier);
	int result;

	if (race_is_watching())
		race_misuse_barrier(race_self(), (uint64_t)barrier, true, RACE_CALLER);
	result = made_or_unmade(RACE_REAL(pthread_barrier_destroy)(barrier), barrier);
	if (result == 0 && !shared && race_is_watching())
		race_misuse_destroyed(race_self(), (uint64_t)barrier, RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, pthread_barrier_wait, (pthread_barrier_t *barrier))
{
	struct round *round;
	int result;

	look(barrier, RACE_CALLER);
	round = race_is_threaded() ? arrive(barrier) : NULL;
	result = RACE_WAITS(RACE_WAIT_BARRIER, false, barrier, members(barrier), RACE_CALLER,
	                        "pthread_barrier_wait", RACE_REAL(pthread_barrier_wait)(barrier));

	if (round)
		leave(round);
	return result;
}

/* ---- once ----
 * libc calls the routine without an argument: which one, and for what, stands in the
 * thread meanwhile. A routine that does not return, because of an exception or a cancel,
 * is over all the same: the next attempt comes after it. */

void race_once_over(void)
{
	struct race_thread *self = race_self();
	struct once *once = self->once_running;

	self->once_running = once->outer;
	if (race_is_threaded())
		race_sync_release_at(self, (uint64_t)once->control);
}

void race_once_starts(struct once *once)
{
	struct race_thread *self = race_self();

	once->outer = self->once_running;
	self->once_running = once;
	if (race_is_threaded()) /* an attempt before this one */
		race_sync_acquire_at(self, (uint64_t)once->control);
}

/* What an unwinder asks at once_run's frame, in the two phases of the C++ ABI: there is
 * no handler (8: go on), but in the second phase the frame goes. This needs nothing of
 * the unwinder's library, which a C program is not linked with. */
enum { CLEANUP_PHASE = 2, CONTINUE_UNWIND = 8 };

int race_once_unwound(int version, int actions)
{
	(void)version;
	if (actions & CLEANUP_PHASE)
		race_once_over();
	return CONTINUE_UNWIND;
}

RACE_NOINLINE static void once_run(void)
{
	struct race_thread *self = race_self();
	struct once *once = self->once;

	__asm__ volatile(".cfi_personality 0x1b, race_once_unwound");
	self->once = once->outer;
	race_once_starts(once);
	once->routine();
	race_once_over();
}

static void once_begin(struct once *once)
{
	struct race_thread *self = race_self();

	once->outer = self->once;
	self->once = once;
}

/* The routine may have run elsewhere: then it was not taken up. */
static void once_end(const struct once *once)
{
	struct race_thread *self = race_self();

	if (self->once == once)
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
