/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * floor.c - the smallest clock of all live threads (floor.h). Clocks only grow, so
 * reading another thread's while it changes gives a floor that is low, never high. A
 * new thread is in the registry before its creator moves on, and the registry's lock
 * is held here: none is missed.
 */
#include "floor.h"

#include "stats.h"

#define LONGEST_PATIENCE 64

static uint64_t lowest[RACE_TIDS]; /* under the registry's lock */

static void lower_to(const struct race_thread *thread)
{
	const struct race_thread *target = race_load(&thread->joining);

	for (uint32_t i = 0; i < race_runtime.tids; i++) {
		uint64_t known = race_load(&thread->clock[i]);

		if (target && race_load(&target->clock[i]) > known)
			known = race_load(&target->clock[i]);
		if (known < lowest[i])
			lowest[i] = known;
	}
}

bool race_floor_raise(struct race_thread *self)
{
	uint64_t epochs = (__race_self.word - self->floor_word) >> RACE_CELL_EPOCH_SHIFT;
	bool rose = false;

	race_count(floors_asked);
	if (epochs < self->floor_patience)
		return false;
	race_count(floors_raised);
	self->floor_word = __race_self.word;
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
	else if (self->floor_patience < LONGEST_PATIENCE)
		self->floor_patience *= 2;
}
