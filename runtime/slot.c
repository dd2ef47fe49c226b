/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * slot.c - tids given out and taken back (slot.h).
 *
 * A new thread gets an ended one's slot, if its creator knows that end, once a few have
 * gathered (their histories stay readable meanwhile); else a fresh one; when those run
 * out, any that its creator knows the end of. What then is still used up is given back
 * by renumber.c.
 */
#include "slot.h"

#include "alloc.h"
#include "platform.h"

#define LIVES_KEPT_READABLE 8

/* Kept for threads to be created while others look for one to go on in. */
#define FEW 6

struct race_slot race_slots[RACE_TIDS];
static uint64_t endings;
static uint32_t free_slots;

bool race_slot_is_running(const struct race_thread *thread)
{
	return race_syscall(__NR_tgkill, race_sys_getpid(), thread->kernel_tid, 0, 0, 0, 0) == 0;
}

/* Has the kernel's thread gone, too? A detached thread runs a little beyond its
 * race_thread_finish, on the call stack that belongs to its slot. */
static bool is_gone(const struct race_thread *thread)
{
	return !thread->detached || !race_slot_is_running(thread);
}

/* May a thread with this clock (or any, NULL) live in the free slot? */
static bool suits(uint32_t tid, const uint64_t *clock)
{
	const struct race_slot *slot = &race_slots[tid];

	return slot->ended_as && slot->end >> RACE_CELL_EPOCH_SHIFT < RACE_EPOCH_LAST &&
	       (!clock || clock[tid] >= slot->end) && (!slot->thread || is_gone(slot->thread));
}

/* The free slot that ended first among those that suit, or 0. */
static uint32_t oldest_free(const uint64_t *clock)
{
	uint32_t best = 0;

	for (uint32_t tid = 1; tid < race_runtime.tids; tid++)
		if ((!best || race_slots[tid].ended_as < race_slots[best].ended_as) &&
		    suits(tid, clock))
			best = tid;
	return best;
}

static bool has_fresh(void)
{
	return race_runtime.tids < RACE_TIDS_MOST;
}

bool race_slots_are_few(const uint64_t *clock)
{
	uint32_t left = RACE_TIDS_MOST - race_runtime.tids;

	for (uint32_t tid = 1; tid < race_runtime.tids && left < FEW; tid++)
		left += suits(tid, clock);
	return left < FEW;
}

static uint32_t take_free(uint32_t tid)
{
	if (tid) {
		race_slots[tid].ended_as = 0;
		free_slots--;
	}
	return tid;
}

uint32_t race_slot_take(const uint64_t *clock)
{
	uint32_t tid = 0;

	if (free_slots > LIVES_KEPT_READABLE || !has_fresh())
		tid = take_free(oldest_free(clock));
	return tid || !has_fresh() ? tid : race_runtime.tids++;
}

uint32_t race_slot_take_unknown(void)
{
	return take_free(oldest_free(NULL));
}

/* The main thread's stays its own: epoch 0 of it means untouched. */
void race_slot_free(uint32_t tid)
{
	if (tid == 0)
		return;
	race_slots[tid].ended_as = ++endings;
	free_slots++;
}

bool race_slot_is_empty(uint32_t tid)
{
	const struct race_thread *thread = race_thread_in_slot(tid);

	return tid != 0 && (!thread || (race_slots[tid].ended_as && is_gone(thread)));
}

/* A detached thread may have released something behind its finish. */
uint64_t race_slot_last_epoch(uint32_t tid)
{
	const struct race_thread *thread = race_thread_in_slot(tid);
	uint64_t last = race_slots[tid].end;

	if (thread && thread->clock[tid] > last)
		last = thread->clock[tid];
	return last >> RACE_CELL_EPOCH_SHIFT;
}

/* The memory of the thread that was there stays for the next one. */
static void empty(struct race_slot *slot)
{
	struct race_tenure *tenure;

	while ((tenure = slot->tenures)) {
		slot->tenures = tenure->earlier;
		race_free(tenure, sizeof(*tenure));
	}
	slot->end = 0;
	if (slot->thread)
		slot->thread->tid = RACE_TID_LIST;
}

void race_slot_clear(uint32_t tid)
{
	empty(&race_slots[tid]);
	if (!race_slots[tid].ended_as)
		race_slot_free(tid);
}

void race_slot_fill(uint32_t tid, struct race_tenure *tenures, uint64_t epochs)
{
	take_free(tid);
	race_slots[tid].tenures = tenures;
	race_slots[tid].end = race_clock_entry(epochs);
}

void race_slot_begin_tenure(uint32_t tid, struct race_life *life, uint64_t first_epoch)
{
	struct race_tenure *tenure = race_alloc(sizeof(*tenure));

	tenure->earlier = race_slots[tid].tenures;
	tenure->life = life;
	tenure->first_epoch = first_epoch;
	race_slots[tid].tenures = tenure;
}

struct race_tenure *race_slot_tenure(race_cell c)
{
	struct race_tenure *tenure = race_slots[race_cell_tid(c)].tenures;

	while (tenure && tenure->earlier && tenure->first_epoch > race_cell_epoch(c))
		tenure = tenure->earlier;
	return tenure;
}
