/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * thread.c - the registry of threads and tids (thread.h). One lock guards which thread
 * has which slot; a thread's own clock is changed by that thread alone.
 *
 * Which slot a new thread gets: an ended thread's whose end the creator knows, once a
 * few have gathered (their histories stay readable meanwhile); else a fresh one; when
 * those run out, the one that ended first, known or not.
 */
#include "thread.h"

#include "alloc.h"
#include "history.h"
#include "platform.h"
#include "print.h"
#include "unwind.h"

#define LIVES_KEPT_READABLE 8

struct race_runtime race_runtime = { .tids = 1 };

struct slot {
	struct race_thread *thread; /* last one that lived here */
	struct race_life *lives;    /* newest first */
	uint64_t end;               /* clock entry of its end; 0: alive or never used */
	uint64_t ended_as;          /* order of ending; 0: not free */
};

static struct slot slots[RACE_TIDS];
static struct race_spin lock;
static uint32_t numbers; /* threads named so far */
static uint64_t endings;
static uint32_t free_slots;
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

/* ---- slots ---- */

/* Has the kernel's thread gone, too? A detached thread runs a little beyond its
 * race_thread_finish, on the call stack that belongs to its slot. */
static bool is_gone(const struct race_thread *thread)
{
	return !thread->detached ||
	       race_syscall(__NR_tgkill, race_sys_getpid(), thread->kernel_tid, 0, 0, 0, 0) != 0;
}

/* The free slot that ended first among those the creator knows (or any), or 0. A thread
 * that was not seen created has no creator. */
static uint32_t oldest_free(const struct race_thread *creator, bool known)
{
	uint32_t best = 0;

	for (uint32_t tid = 1; tid < race_runtime.tids; tid++) {
		const struct slot *slot = &slots[tid];

		if (!slot->ended_as || (best && slots[best].ended_as < slot->ended_as))
			continue;
		if (slot->end >> RACE_CELL_EPOCH_SHIFT >= RACE_EPOCH_LAST)
			continue;
		if (known && (!creator || creator->clock[tid] < slot->end))
			continue;
		if (is_gone(slot->thread))
			best = tid;
	}
	return best;
}

static uint32_t pick_slot(const struct race_thread *creator)
{
	uint32_t tid = 0;

	if (free_slots > LIVES_KEPT_READABLE)
		tid = oldest_free(creator, true);
	if (!tid && race_runtime.tids < RACE_TID_LIST)
		return race_runtime.tids++;
	if (!tid)
		tid = oldest_free(creator, true);
	if (!tid)
		tid = oldest_free(creator, false);
	if (tid) {
		slots[tid].ended_as = 0;
		free_slots--;
	}
	return tid;
}

static RACE_COLD void too_many_threads(void)
{
	race_die(1, "more than ", race_number(RACE_TID_LIST - 1).text,
	         " threads are alive at once: this version of librace cannot tell them "
	         "apart; run with fewer");
}

/* A thread in a slot, with a clock of zeros and its first epoch. */
static struct race_thread *occupy(const struct race_thread *creator)
{
	uint32_t tid = pick_slot(creator);
	struct slot *slot = &slots[tid];
	struct race_thread *thread = slot->thread;
	uint64_t last = slot->end, epoch;

	if (!tid)
		too_many_threads();
	/* A detached thread may have released something behind its finish. */
	if (thread && thread->clock[tid] > last)
		last = thread->clock[tid];
	epoch = (last >> RACE_CELL_EPOCH_SHIFT) + 1;
	if (!thread)
		thread = race_reserve(sizeof(*thread), 4096, "a thread's clock");
	slot->thread = thread;
	slot->end = 0;
	for (uint32_t i = 0; i < RACE_TIDS; i++)
		thread->clock[i] = 0;
	thread->tid = tid;
	/* Another thread in the slot, another clock: sync.c must not take it for the same. */
	thread->news++;
	race_clock_free(thread->read_relaxed);
	race_clock_free(thread->released_by_fence);
	thread->read_relaxed = thread->released_by_fence = NULL;
	thread->clock[tid] = race_clock_entry(epoch);
	return thread;
}

static struct race_life *begin_life(struct race_thread *thread)
{
	struct race_life *life = race_alloc(sizeof(*life));
	struct slot *slot = &slots[thread->tid];

	life->first_epoch = thread->clock[thread->tid] >> RACE_CELL_EPOCH_SHIFT;
	life->earlier = slot->lives;
	slot->lives = life;
	thread->life = life;
	return life;
}

static uint64_t word_of(const struct race_thread *thread)
{
	return (thread->clock[thread->tid] & ~RACE_BELOW_EPOCH) |
	       (uint64_t)thread->tid << RACE_CELL_TID_SHIFT;
}

/* ---- lives ---- */

static void put_words(struct race_thread *thread)
{
	struct race_words *words = &__race_self;

	thread->words = words;
	thread->kernel_tid = race_sys_gettid();
	words->stack = thread->stack;
	words->history = thread->history;
	words->wrap = ~((uint64_t)(thread->history_end - thread->history) * 8);
	words->thread = thread;
	words->word = word_of(thread);
}

void race_thread_init(void)
{
	struct race_thread *main_thread;

	if (race_runtime.ready)
		return;
	main_thread = race_reserve(sizeof(*main_thread), 4096, "a thread's clock");
	main_thread->clock[0] = race_clock_entry(0);
	race_runtime.floor[0] = race_clock_entry(0);
	slots[0].thread = main_thread;
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

struct race_thread *race_thread_create(struct race_thread *self, uint64_t pc)
{
	struct race_thread *thread;
	struct race_stack stack;

	race_enter();
	race_unwind(pc, &stack);
	race_spin_take(&lock);
	if (!race_runtime.threaded) {
		/* Untouched shadow was read through the kernel's zero page, and a write
		 * to such a page is copied: let go of it while all of it is zero. */
		race_shadow_forget_zero_pages();
		race_runtime.threaded = true;
	}
	thread = occupy(self);
	/* Before self moves on, so that the floor is never computed without it. */
	race_clock_copy_but(thread->clock, self->clock, race_runtime.tids, thread->tid);
	begin_life(thread);
	thread->life->number = ++numbers;
	note_creation(thread->life, self, &stack);
	thread->joining = NULL;
	thread->detached = false;
	thread->handle = 0;
	thread->floor_patience = 1;
	race_history_prepare(thread);
	alive++;
	race_spin_give(&lock);
	race_thread_tick(self);
	race_leave();
	return thread;
}

static void end_life(struct race_thread *thread)
{
	struct slot *slot = &slots[thread->tid];

	for (struct race_life *life = thread->life; life; life = life->moved_from)
		life->finished = true;
	slot->end = thread->clock[thread->tid];
	alive--;
}

static void free_slot(struct race_thread *thread)
{
	slots[thread->tid].ended_as = ++endings;
	free_slots++;
}

void race_thread_abandon(struct race_thread *thread)
{
	race_thread_lock();
	/* It did nothing: its slot is as its creator knew it. */
	race_store(&thread->clock[thread->tid], thread->clock[thread->tid] - RACE_EPOCH_ONE);
	end_life(thread);
	free_slot(thread);
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
		race_store(&main_thread->words->word, word_of(main_thread));
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
	thread = occupy(NULL);
	/* Whoever made this thread knew no less than what everybody knew. */
	race_clock_copy_but(thread->clock, race_runtime.floor, race_runtime.tids, thread->tid);
	begin_life(thread)->number = ++numbers;
	thread->detached = true;
	race_history_prepare(thread);
	alive++;
	end_first_epoch(slots[0].thread);
	put_words(thread);
	race_thread_unlock();
	return thread;
}

void race_thread_finish(struct race_thread *thread)
{
	race_thread_lock();
	thread->last_stack = thread->words->stack;
	thread->last_history = thread->words->history;
	thread->words = NULL;
	end_life(thread);
	if (thread->detached)
		free_slot(thread);
	race_thread_unlock();
}

void race_thread_join(struct race_thread *self, struct race_thread *thread)
{
	race_thread_lock();
	race_thread_learn(self, thread->clock, race_runtime.tids);
	/* Epochs it began after its finish, in destructors that ran behind ours. */
	slots[thread->tid].end = thread->clock[thread->tid];
	thread->handle = 0;
	free_slot(thread);
	race_thread_unlock();
}

void race_thread_detach(struct race_thread *thread)
{
	race_thread_lock();
	thread->detached = true;
	thread->handle = 0;
	if (thread->life->finished)
		free_slot(thread);
	race_thread_unlock();
}

struct race_thread *race_thread_find(uint64_t handle)
{
	struct race_thread *found = NULL;

	race_thread_lock();
	for (uint32_t tid = 1; tid < race_runtime.tids && !found; tid++) {
		struct race_thread *thread = slots[tid].thread;

		if (thread && thread->handle == handle && !slots[tid].ended_as)
			found = thread;
	}
	race_thread_unlock();
	return found;
}

/* ---- epochs ---- */

/* The slot has no epochs left: the thread goes on in a fresh one. Its past, in the old
 * slot, is ordered before it like any other thread's that it knows. */
static RACE_COLD bool move_to_fresh_slot(struct race_thread *self)
{
	struct slot *old = &slots[self->tid];
	uint32_t tid;

	race_thread_lock();
	if (race_runtime.tids >= RACE_TID_LIST) {
		race_thread_unlock();
		return false;
	}
	tid = race_runtime.tids++;
	old->thread = NULL;
	old->end = self->clock[self->tid];
	slots[tid].thread = self;
	slots[tid].lives = race_alloc(sizeof(struct race_life));
	*slots[tid].lives = *self->life;
	slots[tid].lives->earlier = NULL;
	slots[tid].lives->moved_from = self->life;
	slots[tid].lives->first_epoch = 1;
	self->life = slots[tid].lives;
	self->tid = tid;
	race_store(&self->clock[tid], race_clock_entry(1));
	self->news++;
	race_thread_unlock();
	return true;
}

static RACE_COLD void say_exhausted(void)
{
	static uint32_t said;

	if (!__atomic_exchange_n(&said, 1, __ATOMIC_RELAXED))
		race_print_line("this run has used up its epochs (4 billion releases): races "
		                "with accesses before a later release may now be missed");
}

void race_thread_tick(struct race_thread *self)
{
	race_enter();
	race_history_epoch(&__race_self);
	if (race_likely(self->clock[self->tid] >> RACE_CELL_EPOCH_SHIFT < RACE_EPOCH_LAST))
		race_store(&self->clock[self->tid], self->clock[self->tid] + RACE_EPOCH_ONE);
	else if (!move_to_fresh_slot(self))
		say_exhausted();
	race_store(&__race_self.word, word_of(self));
	race_leave();
}

/* ---- for others ---- */

void race_thread_facts(race_cell c, struct race_thread_facts *facts)
{
	const struct race_life *life;

	race_thread_lock();
	life = slots[race_cell_tid(c)].lives;
	while (life->earlier && life->first_epoch > race_cell_epoch(c))
		life = life->earlier;
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
	const struct slot *slot = &slots[race_cell_tid(c)];

	return slot->lives->first_epoch <= race_cell_epoch(c) ? slot->thread : NULL;
}

struct race_thread *race_thread_in_slot(uint32_t tid)
{
	return slots[tid].thread;
}

void race_thread_forked(struct race_thread *self)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = slots[tid].thread;

		if (!thread || thread == self || thread->life->finished)
			continue;
		thread->words = NULL;
		thread->handle = 0;
		end_life(thread);
		free_slot(thread);
	}
	self->kernel_tid = race_sys_gettid();
}
