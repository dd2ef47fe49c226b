/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * renumber.c - walks over everything that holds an epoch and puts the new number there
 * (renumber.h); the numbers are recount.c's. Everything is: shadow and its lists, clocks,
 * the threads' words, tables of reads and histories, what each lock was released with.
 */
#include "renumber.h"

#include "apart.h"
#include "history.h"
#include "ignored.h"
#include "overflow.h"
#include "platform.h"
#include "reads.h"
#include "recount.h"
#include "rereads.h"
#include "sleep.h"
#include "slot.h"
#include "stats.h"
#include "stop.h"
#include "sweep.h"
#include "sync.h"

/* An epoch event's number. What is left has no history that is looked for. */
static uint64_t renewed_event(uint64_t event)
{
	race_cell c = event << RACE_CELL_TID_SHIFT;
	uint32_t tid = race_cell_tid(c);

	if (tid == RACE_TID_LIST || race_recount_is_left(tid))
		return RACE_EVENT_EPOCH | RACE_TID_LIST;
	c = race_recount_epoch(tid, race_cell_epoch(c)) << RACE_CELL_EPOCH_SHIFT |
	    (uint64_t)tid << RACE_CELL_TID_SHIFT;
	return RACE_EVENT_EPOCH | c >> RACE_CELL_TID_SHIFT;
}

/* The thread itself goes on calling and returning meanwhile. */
static void renew_history(struct race_thread *thread)
{
	for (uint64_t *slot = thread->history; slot < thread->history_end; slot++) {
		uint64_t event = race_load(slot);

		if (RACE_EVENT_TYPE(event) == RACE_EVENT_TYPE(RACE_EVENT_EPOCH))
			__atomic_compare_exchange_n(slot, &event, renewed_event(event), false,
			                            __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	}
}

static void renew_thread(struct race_thread *thread)
{
	race_recount_clock(thread->clock, RACE_TIDS);
	thread->first_epoch = race_recount_epoch(thread->tid, thread->first_epoch);
	thread->wants_renumbering = false;
	thread->called.name = NULL;
	renew_history(thread);
	race_sleep_forget(thread);
	race_apart_forget(thread);
	if (thread->reads)
		race_reads_forget(thread);
}

static void renew_sync(struct race_sync *sync)
{
	uint32_t tid = race_cell_tid(sync->release);

	if (race_sync_is_quiet(sync->release) || (sync->release && race_recount_is_left(tid)))
		sync->release = 0;
	else if (sync->release)
		sync->release = race_recount_epoch(tid, race_cell_epoch(sync->release))
		                        << RACE_CELL_EPOCH_SHIFT |
		                (uint64_t)tid << RACE_CELL_TID_SHIFT;
	if (sync->update)
		sync->update = race_recount_cell(sync->update);
}

static void renumber(void)
{
	race_thread_lock();
	race_count(renumberings);
	race_rereads_give_back();
	race_recount_begin();
	race_overflow_renew(race_recount_cell);
	race_sweep(race_recount_cell);
	race_sync_each(renew_sync);
	race_ignored_renew(race_recount_cell);
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && !race_recount_is_left(tid))
			renew_thread(thread);
	}
	for (struct race_clock *clock = race_clocks; clock; clock = clock->next)
		race_recount_clock(clock->entry, clock->size);
	race_recount_clock(race_runtime.floor, RACE_TIDS);
	race_recount_slots();
	race_recount_end();
	race_store(&__race_self.word, race_thread_word(__race_self.thread));
	race_thread_unlock();
}

static bool is_needed(const struct race_thread *self)
{
	bool needed;

	race_thread_lock();
	needed = race_slots_are_few(self->clock);
	race_thread_unlock();
	return needed;
}

/* Another thread may have done it while this one waited. */
static void stop_and_renumber(struct race_thread *self, bool in_any_case)
{
	if (!race_stop_unless_forking()) {
		/* When it leaves race_enter the next time. */
		self->wants_renumbering = true;
		race_store(&__race_self.pending, 1);
		return;
	}
	if (in_any_case || is_needed(self)) {
		race_stop_checks();
		renumber();
	}
	race_stop_end();
}

void race_renumber(struct race_thread *self)
{
	if (is_needed(self))
		stop_and_renumber(self, false);
}

void race_renumber_now(struct race_thread *self)
{
	stop_and_renumber(self, true);
}
