/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * floor.c - the smallest clock of all live threads (floor.h). Clocks only grow, so
 * reading another thread's while it changes gives a floor that is low, never high. A
 * new thread is in the registry before its creator moves on, and the registry's lock
 * is held here: none is missed.
 */
#include "floor.h"

#include "platform.h"
#include "stats.h"

/* It takes a step for each pair of threads: a few for each time it is asked for are borne. */
static uint32_t longest_patience(void)
{
	return 64 + race_runtime.tids * race_runtime.tids / 16;
}

/* Under the registry's lock. */
static uint64_t lowest[RACE_TIDS], learns[RACE_TIDS];

/* What the thread will have learned before it does anything else, to `learns`. Were it not
 * asleep any more, the lock might be another's by now, who has released there: but then it
 * awaits no more, or it has had the lock since. */
static uint32_t find_lessons(const struct race_thread *thread)
{
	const struct race_thread *target = race_load(&thread->joining);
	uint64_t awaits = race_load_acquire(&thread->awaits);
	uint32_t count;

	if (target) {
		if (race_thread_may_wake(thread, ~0ull))
			return 0;
		race_clock_copy(learns, target->clock, race_runtime.tids);
		return race_runtime.tids;
	}
	if (!awaits || race_thread_may_wake(thread, ~RACE_SIGNAL_CANCEL))
		return 0;
	count = race_sync_peek(awaits, learns);
	/* Partner of the release in race_floor_awaited. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return race_load(&thread->awaits) == awaits ? count : 0;
}

static void lower_to(const struct race_thread *thread)
{
	uint32_t count = find_lessons(thread);

	for (uint32_t i = 0; i < race_runtime.tids; i++) {
		uint64_t known = race_load(&thread->clock[i]);

		if (i < count && learns[i] > known)
			known = learns[i];
		if (known < lowest[i])
			lowest[i] = known;
	}
}

void race_floor_expect_handler(uint64_t signal)
{
	if (race_load(&race_runtime.handlers) & signal)
		return;
	race_thread_lock();
	race_store(&race_runtime.handlers, race_runtime.handlers | signal);
	race_thread_unlock();
}

void race_floor_blocks(struct race_thread *self)
{
	uint64_t blocks = 0;

	if (race_load(&race_runtime.handlers))
		race_sys_sigprocmask(SIG_BLOCK, NULL, &blocks);
	race_store(&self->blocks, blocks & ~RACE_SIGNAL_CANCEL);
}

bool race_floor_raise(struct race_thread *self)
{
	bool rose = false;

	race_count(floors_asked);
	if (++self->floor_asked < self->floor_patience)
		return false;
	race_count(floors_raised);
	self->floor_asked = 0;
	race_thread_lock();
	for (uint32_t i = 0; i < race_runtime.tids; i++)
		lowest[i] = ~0ull;
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && !thread->life->finished)
			lower_to(thread);
	}
	for (uint32_t i = 0; i < race_runtime.tids; i++)
		if (lowest[i] > race_runtime.floor[i]) {
			race_store(&race_runtime.floor[i], lowest[i]);
			rose = true;
		}
	race_store_release(&race_runtime.floor_rises, race_runtime.floor_rises + rose);
	race_thread_unlock();
	return true;
}

void race_floor_helped(struct race_thread *self, bool helped)
{
	if (helped)
		self->floor_patience = 1;
	else if (self->floor_patience < longest_patience())
		self->floor_patience *= 2;
}
