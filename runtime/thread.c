/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * thread.c - the registry of threads and tids (thread.h). One lock guards which thread
 * has which slot; a thread's own clock is changed by that thread alone.
 */
#include "thread.h"

#include "alloc.h"
#include "held.h"
#include "history.h"
#include "ignored.h"
#include "lineage.h"
#include "platform.h"
#include "print.h"
#include "slot.h"
#include "stats.h"
#include "unwind.h"

struct race_runtime race_runtime = { .tids = 1, .floor_rises = 1 };

static struct race_spin lock;
static uint32_t numbers; /* threads named so far */
static uint32_t alive;

void race_thread_lock(void)
{
	race_enter();
	race_spin_take(&lock);
}

void race_thread_unlock(void)
{
	race_spin_give(&lock);
	race_leave();
}

uint32_t race_thread_alive(void)
{
	return race_load(&alive);
}

/* ---- a place for a thread ---- */

static RACE_COLD void too_many_threads(void)
{
	race_die(1, "more than ", race_number(RACE_TIDS_MOST - 1).text,
	         " threads are alive at once: this version of librace cannot tell them "
	         "apart; run with fewer");
}

static RACE_COLD void say_exhausted(void)
{
	static uint32_t said;

	if (!__atomic_exchange_n(&said, 1, __ATOMIC_RELAXED))
		race_print_line("too many threads and releases that other threads never learned "
		                "of: a few races with the oldest may now be missed");
}

/* The cells of that tid that are lent stay with it. */
static void take_rereads(struct race_thread *thread, uint32_t tid)
{
	thread->rereads_last = race_slots[tid].rereads_last;
	thread->rereads = race_slots[tid].rereads;
}

static void forget_fences(struct race_thread *thread)
{
	race_clock_free(thread->read_relaxed);
	race_clock_free(thread->released_by_fence);
	thread->read_relaxed = thread->released_by_fence = NULL;
}

/* A thread in a slot, with its first epoch; the rest of its clock is this one. */
static struct race_thread *occupy(const uint64_t *clock)
{
	uint32_t tid = race_slot_take(clock);
	struct race_thread *thread;
	uint64_t epoch;

	if (!tid && (tid = race_slot_take_unknown()))
		say_exhausted();
	if (!tid)
		too_many_threads();
	epoch = race_slot_last_epoch(tid) + 1;
	thread = race_slots[tid].thread;
	if (!thread)
		thread = race_reserve(sizeof(*thread), 4096, "a thread's clock");
	race_slots[tid].thread = thread;
	race_slots[tid].end = 0;
	thread->tid = tid;
	thread->first_epoch = epoch;
	/* Another thread in the slot, another clock: sync.c must not take it for the same. */
	thread->news++;
	thread->apart = (struct race_apart){ 0 };
	take_rereads(thread, tid);
	forget_fences(thread);
	thread->clock[tid] = race_clock_entry(epoch);
	race_clock_copy_but(thread->clock, clock, RACE_TIDS, tid);
	return thread;
}

static struct race_life *begin_life(struct race_thread *thread)
{
	struct race_life *life = race_alloc(sizeof(*life));

	race_slot_begin_tenure(thread->tid, life, thread->first_epoch);
	thread->life = life;
	thread->floor_patience = 1;
	return life;
}

/* ---- lives ---- */

static void put_words(struct race_thread *thread)
{
	struct race_words *words = &__race_self;

	thread->words = words;
	thread->wait.kind = RACE_WAIT_NONE;
	thread->kernel_tid = race_sys_gettid();
	words->stack = thread->stack;
	words->history = thread->history;
	words->wrap = ~((uint64_t)(thread->history_end - thread->history) * 8);
	words->thread = thread;
	words->as_owner = race_slot_name(thread->tid);
	words->word = race_thread_word(thread);
}

void race_thread_init(void)
{
	struct race_thread *main_thread;

	if (race_runtime.ready)
		return;
	main_thread = race_reserve(sizeof(*main_thread), 4096, "a thread's clock");
	main_thread->clock[0] = race_clock_entry(0);
	race_runtime.floor[0] = race_clock_entry(0);
	race_slots[0].thread = main_thread;
	begin_life(main_thread);
	race_history_prepare(main_thread);
	alive = 1;
	race_runtime.ready = true;
	put_words(main_thread);
}

static void note_creation(struct race_life *life, const struct race_thread *creator,
                          const struct race_stack *stack)
{
	life->created_by_us = true;
	life->creator_number = creator->life->number;
	life->creation_count = stack->count;
	life->creation_cut = stack->cut;
	life->creation = race_alloc(stack->count * sizeof(uint64_t));
	for (uint32_t i = 0; i < stack->count; i++)
		life->creation[i] = stack->pc[i];
}

static void be_threaded(void)
{
	if (race_runtime.threaded)
		return;
	/* Untouched shadow was read through the kernel's zero page, and a write to such a
	 * page is copied: let go of it while all of it is zero. */
	race_shadow_forget_zero_pages();
	race_runtime.threaded = true;
}

void race_thread_expect(struct race_thread *self)
{
	race_thread_lock();
	be_threaded();
	race_thread_unlock();
	race_thread_tick(self);
}

struct race_thread *race_thread_create(struct race_thread *self, uint64_t pc)
{
	struct race_thread *thread;
	struct race_stack stack;

	race_enter();
	race_count(threads);
	race_unwind(pc, &stack);
	race_spin_take(&lock);
	be_threaded();
	/* Before self moves on, so that the floor is never computed without it. */
	thread = occupy(self->clock);
	begin_life(thread);
	thread->life->number = ++numbers;
	note_creation(thread->life, self, &stack);
	thread->joining = NULL;
	thread->awaits = 0;
	thread->ignore_reads = thread->ignore_writes = thread->ignore_sync = 0;
	thread->library_locks = RACE_LOCKS_SEEN;
	thread->being_joined = false;
	thread->kernel_tid_before_fork = 0;
	thread->detached = false;
	thread->handle = 0;
	thread->called.name = NULL;
	thread->handlings = 0;
	race_history_prepare(thread);
	race_held_clear(thread);
	race_lineage_begin(thread, self);
	alive++;
	race_spin_give(&lock);
	race_thread_tick(self);
	race_leave();
	return thread;
}

static void end_life(struct race_thread *thread)
{
	thread->life->finished = true;
	race_lineage_end(thread);
	race_slots[thread->tid].end = thread->clock[thread->tid];
	alive--;
}

void race_thread_abandon(struct race_thread *thread)
{
	race_thread_lock();
	/* It did nothing: its slot is as its creator knew it. */
	race_store(&thread->clock[thread->tid], thread->clock[thread->tid] - RACE_EPOCH_ONE);
	end_life(thread);
	race_slot_free(thread->tid);
	race_thread_unlock();
}

void race_thread_start(struct race_thread *thread)
{
	race_thread_lock();
	put_words(thread);
	race_thread_unlock();
}

/* Untouched shadow passes for the main thread's epoch 0, so it must be over before a
 * second thread is known. (A create ends it by its tick.) */
static void end_first_epoch(struct race_thread *main_thread)
{
	if (main_thread && main_thread->words && main_thread->words->word == 0) {
		race_store(&main_thread->clock[0], race_clock_entry(1));
		race_store(&main_thread->words->word, race_thread_word(main_thread));
	}
	race_runtime.threaded = true;
}

struct race_thread *race_self_introduce(void)
{
	struct race_thread *thread;

	if (!race_runtime.ready) {
		race_thread_init();
		return __race_self.thread;
	}
	race_thread_lock();
	/* Whoever made this thread knew no less than what everybody knew. */
	thread = occupy(race_runtime.floor);
	begin_life(thread)->number = ++numbers;
	thread->detached = true;
	race_history_prepare(thread);
	race_held_clear(thread);
	race_lineage_begin(thread, NULL);
	alive++;
	end_first_epoch(race_slots[0].thread);
	put_words(thread);
	/* Nobody creates these, and sees to room for the next one. */
	if (race_slots_are_few(thread->clock)) {
		thread->wants_renumbering = true;
		race_store(&__race_self.pending, 1);
	}
	race_thread_unlock();
	if (race_runtime.introduced)
		race_runtime.introduced();
	return thread;
}

void race_thread_finish(struct race_thread *thread)
{
	race_thread_lock();
	thread->last_stack = thread->words->stack;
	thread->last_history = thread->words->history;
	/* Nobody will wait for its windows any more. */
	thread->words->as_owner = RACE_OWNER_NONE;
	thread->words = NULL;
	forget_fences(thread);
	end_life(thread);
	if (thread->detached)
		race_slot_free(thread->tid);
	race_thread_unlock();
}

void race_thread_join(struct race_thread *self, struct race_thread *thread)
{
	race_thread_lock();
	race_thread_learn(self, thread->clock, race_runtime.tids);
	race_lineage_join(self, thread);
	/* Epochs it began after its finish, in destructors that ran behind ours. */
	race_slots[thread->tid].end = thread->clock[thread->tid];
	thread->handle = 0;
	race_slot_free(thread->tid);
	race_thread_unlock();
}

void race_thread_detach(struct race_thread *thread)
{
	race_thread_lock();
	thread->detached = true;
	thread->handle = 0;
	if (thread->life->finished)
		race_slot_free(thread->tid);
	race_thread_unlock();
}

/* A joined thread's handle may be another's before its joiner has come to say so. */
static void take_handle(uint64_t handle)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->handle == handle)
			thread->handle = 0;
	}
}

void race_thread_set_handle(struct race_thread *thread, uint32_t number, uint64_t handle)
{
	race_thread_lock();
	if (thread->life->number == number && !thread->life->finished && !thread->detached &&
	    thread->handle != handle) {
		take_handle(handle);
		thread->handle = handle;
	}
	race_thread_unlock();
}

void race_thread_learn_ended(struct race_thread *self)
{
	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread != self && thread->life->finished)
			race_thread_learn(self, thread->clock, race_runtime.tids);
	}
	race_thread_unlock();
}

struct race_thread *race_thread_find(uint64_t handle)
{
	struct race_thread *found = NULL;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !found; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->handle == handle && !race_slots[tid].ended_as)
			found = thread;
	}
	race_thread_unlock();
	return found;
}

/* ---- epochs ---- */

/* The slot has no epochs left: the thread goes on in another one. Its past, in the old
 * slot, is ordered before it like any other thread's that it knows. */
static RACE_COLD bool move_to_another_slot(struct race_thread *self)
{
	struct race_slot *old = &race_slots[self->tid], *slot;
	uint32_t tid;

	race_thread_lock();
	tid = race_slots_are_few(self->clock) ? 0 : race_slot_take(self->clock);
	if (tid) {
		slot = &race_slots[tid];
		old->end = self->clock[self->tid];
		self->first_epoch = race_slot_last_epoch(tid) + 1;
		self->tid = tid;
		self->apart.until = 0;
		take_rereads(self, tid);
		__race_self.as_owner = race_slot_name(tid);
		/* An ended thread's memory waits in the old slot for the next one. */
		old->thread = slot->thread;
		race_slot_begin_tenure(tid, self->life, self->first_epoch);
		slot->thread = self;
		slot->end = 0;
		race_store(&self->clock[tid], race_clock_entry(self->first_epoch));
		self->news++;
	}
	race_thread_unlock();
	return tid != 0;
}

/* So many releases may come before a section ends in which epochs are won back. */
#define EPOCHS_IN_HAND 16

static RACE_COLD void tick_near_end(struct race_thread *self)
{
	if (move_to_another_slot(self))
		return;
	race_store(&self->wants_renumbering, true);
	race_store(&__race_self.pending, 1);
	if (self->clock[self->tid] >> RACE_CELL_EPOCH_SHIFT < RACE_EPOCH_LAST)
		race_store(&self->clock[self->tid], self->clock[self->tid] + RACE_EPOCH_ONE);
	else
		say_exhausted();
}

void race_thread_tick(struct race_thread *self)
{
	race_enter();
	race_history_epoch(&__race_self);
	if (race_likely(self->clock[self->tid] >> RACE_CELL_EPOCH_SHIFT <
	                RACE_EPOCH_LAST - EPOCHS_IN_HAND))
		race_store(&self->clock[self->tid], self->clock[self->tid] + RACE_EPOCH_ONE);
	else
		tick_near_end(self);
	race_store(&__race_self.word, race_thread_word(self));
	if (race_unlikely(self->ignore_reads | self->ignore_writes))
		race_ignored_note(self);
	race_leave();
}

/* ---- for others ---- */

void race_thread_facts(race_cell c, struct race_thread_facts *facts)
{
	const struct race_life *life;

	race_thread_lock();
	life = race_slot_tenure(c)->life;
	facts->number = life->number;
	facts->finished = life->finished;
	facts->created_by_us = life->created_by_us;
	facts->creator_number = life->creator_number;
	for (size_t i = 0; i < sizeof(facts->name); i++)
		facts->name[i] = life->name[i];
	facts->creation.count = life->creation_count;
	facts->creation.cut = life->creation_cut;
	for (uint32_t i = 0; i < life->creation_count; i++)
		facts->creation.pc[i] = life->creation[i];
	race_thread_unlock();
}

void race_thread_set_name(struct race_thread *thread, const char *name)
{
	char *own = thread->life->name;

	race_thread_lock();
	for (size_t i = 0; i < sizeof(thread->life->name) - 1 && (own[i] = name[i]); i++)
		;
	race_thread_unlock();
}

struct race_thread *race_thread_holding(race_cell c)
{
	const struct race_slot *slot = &race_slots[race_cell_tid(c)];

	return slot->tenures && slot->tenures->first_epoch <= race_cell_epoch(c) ?
	               race_thread_in_slot(race_cell_tid(c)) :
	               NULL;
}

struct race_thread *race_thread_in_slot(uint32_t tid)
{
	struct race_thread *thread = race_slots[tid].thread;

	return thread && thread->tid == tid ? thread : NULL;
}

void race_thread_forked(struct race_thread *self)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (!thread || thread == self)
			continue;
		/* The memory is the child's own: what they left there they did before. */
		race_thread_learn(self, thread->clock, race_runtime.tids);
		thread->handle = 0; /* here nobody can join it */
		if (thread->life->finished)
			continue;
		thread->words = NULL;
		end_life(thread);
		race_slot_free(thread->tid);
	}
	race_lineage_forked(self);
	self->kernel_tid_before_fork = self->kernel_tid;
	self->kernel_tid = race_sys_gettid();
}
