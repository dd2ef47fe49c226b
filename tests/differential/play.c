/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * play.c - threads, and who is on stage (play.h). Locks are the real ones through their
 * stand-ins; threads go through the registry as intercept_thread.c has it; blocks
 * through what intercept_memory.c does for malloc and free. A thread begins to run with
 * its first operation.
 */
#define _GNU_SOURCE
#include "play.h"

#include <string.h>
#include <sys/mman.h>

#include "access.h"
#include "found.h"
#include "options.h"
#include "play_ops.h"
#include "apart.h"
#include "renumber.h"
#include "slot.h"
#include "sync.h"
#include "unwind.h"

#define STRIDE 512
#define NO_KERNEL_THREAD (-1)
#define PROGRAMS 20000 /* before addresses are used again */

static struct {
	const struct program *program;
	struct stage *next;
	struct race_words words[THREADS];
	struct race_thread *threads[THREADS];
	bool started[THREADS], finished[THREADS], joined[THREADS], detached[THREADS];
	const struct race_life *lives[THREADS];
	uint32_t leaves[OPS];
	struct race_words main_words;
	struct report reports[REPORTS];
	uint32_t report_count;
} show;

static char *stages;
static uint32_t shows;
static uint32_t renumbered_one_in, looked_one_in;

/* ---- what the runtime calls ---- */

/* Creation stacks are of no matter here, and slow. */
bool __wrap_race_unwind(uint64_t pc, struct race_stack *stack);
bool __wrap_race_unwind(uint64_t pc, struct race_stack *stack)
{
	stack->count = 1;
	stack->cut = false;
	stack->pc[0] = pc;
	return true;
}

static int thread_of(race_cell c)
{
	const struct race_life *life = race_slot_tenure(c)->life;
	int thread = THREADS - 1;

	while (thread >= 0 && (!show.threads[thread] || show.lives[thread] != life))
		thread--;
	return thread;
}

/* Instead of found.c: notes what it would report. */
void race_found(const struct race_found *race)
{
	struct report *report = &show.reports[show.report_count];

	if (show.report_count == REPORTS)
		return;
	show.report_count++;
	report->bytes = (uint64_t)race->clash << (race->granule - (uint64_t)show.next->area);
	report->thread = thread_of(race->before);
	report->leaf = race_site_find(race_cell_site(race->before), race->clash,
	                              !race->now_write, race->now_atomic);
}

/* The program's vector registers need not be kept for us. */
/* Nothing is ever held back: race_found takes each at once. */
void race_found_release(void)
{
}

void __wrap_race_found_save_vectors(const struct race_found *race);
void __wrap_race_found_save_vectors(const struct race_found *race)
{
	race_found(race);
}

/* ---- changing threads ---- */

static void leave_stage(uint32_t thread)
{
	show.words[thread] = __race_self;
	__race_self = show.main_words;
	__race_self.busy = 1;
}

static void enter_stage(uint32_t thread)
{
	struct race_thread *self = show.threads[thread];

	__race_self = show.words[thread];
	if (show.started[thread]) {
		/* Epochs may have been renumbered meanwhile. */
		__race_self.word = race_thread_word(self);
		return;
	}
	show.started[thread] = true;
	race_thread_start(self);
	self->kernel_tid = NO_KERNEL_THREAD;
}

static void create(uint32_t self, uint32_t thread)
{
	struct race_thread *made;

	race_renumber(show.threads[self]);
	made = race_thread_create(show.threads[self], 0x1000 + thread);
	show.threads[thread] = made;
	show.lives[thread] = made->life;
	if (show.detached[thread])
		race_thread_detach(made);
	memset(&show.words[thread], 0, sizeof(show.words[thread]));
}

static void join(uint32_t self, uint32_t thread)
{
	race_thread_join(show.threads[self], show.threads[thread]);
	race_store(&show.threads[self]->joining, NULL);
	show.joined[thread] = true;
}

static void act(const struct op *op)
{
	struct race_thread *self = show.threads[op->thread];

	switch (op->what) {
	case CREATE:
		create(op->thread, op->object);
		break;
	case FINISH:
		race_thread_finish(self);
		show.finished[op->thread] = true;
		break;
	case JOIN_BEGIN:
		race_store(&self->joining, show.threads[op->object]);
		break;
	case JOIN_END:
		join(op->thread, op->object);
		break;
	default:
		play_op(show.program, op, show.next);
	}
}

/* ---- the show ---- */

void play_init(uint32_t taken)
{
	stages = mmap(NULL, (size_t)PROGRAMS * STRIDE, PROT_READ | PROT_WRITE,
	              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	/* To the system all threads are one, which unlocks what it has locked. */
	race_options.report_misuse = 0;
	race_options.detect_deadlocks = 0;
	play_ops_init();
	/* Out of the first epoch of all, which only a program without threads is in. */
	for (uint32_t i = 0; i <= taken; i++)
		race_thread_abandon(race_thread_create(__race_self.thread, 0x1000));
	race_enter();
}

/* What the main thread did in earlier programs must not decide about this one. */
static void forget_earlier_programs(struct race_thread *self)
{
	self->floor_patience = 1;
	race_clock_free(self->read_relaxed);
	race_clock_free(self->released_by_fence);
	self->read_relaxed = self->released_by_fence = NULL;
}

void play_start(const struct program *program)
{
	_Static_assert(sizeof(struct stage) <= STRIDE, "");
	memset(&show, 0, sizeof(show));
	show.program = program;
	show.next = (struct stage *)(stages + shows++ % PROGRAMS * STRIDE);
	show.main_words = __race_self;
	show.words[0] = __race_self;
	show.words[0].busy = 0;
	show.threads[0] = __race_self.thread;
	show.lives[0] = show.threads[0]->life;
	show.started[0] = true;
	/* Who is never joined is detached, in half of them. */
	for (uint32_t t = 1; t < THREADS; t++)
		show.detached[t] = program->seed & 1;
	for (uint32_t i = 0; i < program->count; i++)
		if (program->ops[i].what == JOIN_BEGIN || program->ops[i].what == JOIN_END)
			show.detached[program->ops[i].object] = false;
	/* Every eighth begins like a process: before any second thread existed. */
	race_runtime.threaded = program->seed % 8 != 0;
	forget_earlier_programs(show.threads[0]);
}

void play_renumber(uint32_t operations)
{
	renumbered_one_in = operations;
}

void play_look(uint32_t operations)
{
	looked_one_in = operations;
}

static bool is_one_in(uint32_t operations, uint32_t index, uint32_t salt)
{
	uint64_t hash = (show.program->seed * 1000 + index + salt) * 0x9e3779b97f4a7c15ull;

	return operations && (hash >> 32) % operations == 0;
}

uint32_t play(uint32_t index, struct report **reports)
{
	const struct op *op = &show.program->ops[index];

	show.report_count = 0;
	enter_stage(op->thread);
	if (is_one_in(renumbered_one_in, index, 0))
		race_renumber_now(show.threads[op->thread]);
	if (is_one_in(looked_one_in, index, 500))
		race_apart_find(show.threads[op->thread]);
	act(op);
	leave_stage(op->thread);
	show.leaves[index] = play_leaf(show.program, op);
	*reports = show.reports;
	return show.report_count;
}

bool play_was_at(uint32_t index, uint32_t leaf)
{
	const struct op *op = &show.program->ops[index];

	if (show.leaves[index])
		return leaf == show.leaves[index];
	return play_has_no_site(op) && race_site_place(leaf).kind ==
	                                       (op->what == VPTR ? RACE_VPTR_READ :
	                                                           RACE_ATOMIC_READ);
}

void play_end(void)
{
	struct op op = { .what = FINISH };

	for (uint32_t t = 0; t < THREADS; t++)
		if (show.threads[t])
			race_store(&show.threads[t]->joining, NULL);
	for (op.thread = 1; op.thread < THREADS; op.thread++) {
		if (!show.threads[op.thread] || show.finished[op.thread])
			continue;
		enter_stage(op.thread);
		act(&op);
		leave_stage(op.thread);
	}
	enter_stage(0);
	for (uint32_t t = 1; t < THREADS; t++)
		if (show.threads[t] && !show.joined[t] && !show.detached[t])
			join(0, t);
	/* Locks that are gone know of nobody. */
	race_sync_forget((uint64_t)show.next, STRIDE);
	__race_self.busy = 1;
}
