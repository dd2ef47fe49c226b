/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sleep.c - at each awakening the epoch of every thread is noted, and how far its history
 * went: that tells what came first within the epoch (sleep.h).
 */
#include "sleep.h"

#include "alloc.h"

#define FRAMES 8

struct race_awake {
	uint32_t life; /* number of the thread that slept: its memory may be another's now */
	uint32_t tids;
	uint64_t pc[FRAMES]; /* 0 ends them */
	struct {
		uint64_t epoch; /* clock entry */
		const uint64_t *history;
	} at[RACE_TIDS];
};

void race_sleep_over(struct race_thread *self, uint64_t pc)
{
	struct race_awake *awake = self->awake;

	race_enter();
	if (!awake)
		awake = self->awake = race_reserve(sizeof(*awake), 4096, "a sleep");
	awake->life = self->life->number;
	race_thread_frames(self, pc, awake->pc, FRAMES);
	race_thread_lock();
	awake->tids = race_runtime.tids;
	for (uint32_t tid = 0; tid < awake->tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		awake->at[tid].epoch = 0;
		if (!thread)
			continue;
		/* In this order: an epoch that is over ends with what is counted. */
		awake->at[tid].epoch = race_load_acquire(&thread->clock[tid]);
		awake->at[tid].history = thread->words ? race_load(&thread->words->history) :
							 thread->last_history;
	}
	race_thread_unlock();
	race_leave();
}

void race_sleep_forget(struct race_thread *thread)
{
	if (thread->awake)
		thread->awake->tids = 0;
}

bool race_sleep_separates(struct race_thread *self, race_cell before,
			  const struct race_past *past, struct race_stack *stack)
{
	const struct race_awake *awake = self->awake;
	uint32_t tid = race_cell_tid(before);
	const struct race_thread *thread = race_thread_in_slot(tid);
	uint64_t epoch, ring;

	if (!awake || awake->life != self->life->number || tid >= awake->tids || !awake->at[tid].epoch || !thread)
		return false;
	epoch = awake->at[tid].epoch >> RACE_CELL_EPOCH_SHIFT;
	if (race_cell_epoch(before) > epoch)
		return false;
	ring = thread->history_end - thread->history;
	/* In the same epoch: what is the newer, the access or the awakening? */
	if (race_cell_epoch(before) == epoch &&
	    (!past->holds.known || past->newer < ((past->end - awake->at[tid].history) & (ring - 1))))
		return false;
	stack->count = 0;
	while (stack->count < FRAMES && awake->pc[stack->count]) {
		stack->pc[stack->count] = awake->pc[stack->count];
		stack->count++;
	}
	stack->cut = stack->count == FRAMES;
	return true;
}
