/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse_wait.c - findings about conditions and barriers that threads wait at (misuse.h). A
 * thread notes its wait before it sleeps (waiting.h); that it sleeps there now, the kernel
 * says. Both together show it.
 */
#define _GNU_SOURCE
#include "misuse.h"

#include <pthread.h>

#include "options.h"
#include "platform.h"
#include "slot.h"
#include "tasks.h"
#include "unwind.h"

#define TASKS_MOST 4096

/* One that was woken and has no processor yet may look asleep; but what it slept on changed. */
static bool is_asleep(struct race_task *tasks, int32_t kernel_tid, uint64_t object, size_t bytes)
{
	uint32_t count = race_tasks_read(tasks, TASKS_MOST);

	for (uint32_t i = 0; i < count; i++)
		if (tasks[i].tid == kernel_tid)
			return tasks[i].call == __NR_futex && tasks[i].arg[0] - object < bytes &&
			       race_load((const uint32_t *)tasks[i].arg[0]) == (uint32_t)tasks[i].arg[2];
	return false;
}

/* Does the kernel say that it sleeps there, in this wait? Who was woken waits no more, though
 * he has not returned yet. One whom a signal's handler keeps is asked for again. */
#define LOOKS 4
static bool sleeps_on(const struct race_thread *waiter, const struct race_wait *wait, size_t bytes)
{
	struct race_task *tasks = race_map(TASKS_MOST * sizeof(*tasks));
	struct timespec moment = { .tv_nsec = 1000000 };
	bool sleeps = false;

	for (int i = 0; tasks && i < LOOKS && !sleeps; i++) {
		if (i)
			race_syscall(__NR_nanosleep, (long)&moment, 0, 0, 0, 0, 0);
		if (race_load(&waiter->wait.turns) != wait->turns)
			break;
		sleeps = is_asleep(tasks, waiter->kernel_tid, wait->object, bytes);
	}
	if (tasks)
		race_sys_munmap(tasks, TASKS_MOST * sizeof(*tasks));
	return sleeps;
}

/* A thread that waits by a wait of that kind on that object, but with that detail. */
static struct race_thread *waiter_of(const struct race_thread *self, enum race_wait_kind kind,
				     uint64_t object, uint64_t but, struct race_wait *wait)
{
	struct race_thread *other = NULL;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !other; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (!thread || thread == self || !thread->words)
			continue;
		*wait = thread->wait;
		if (wait->kind == kind && wait->object == object && wait->detail != but &&
		    race_load(&thread->wait.turns) == wait->turns)
			other = thread;
	}
	race_thread_unlock();
	return other;
}

static struct race_section *add_waiter(struct race_finding *finding, const char *words,
				       const struct race_thread *waiter,
				       const struct race_wait *wait)
{
	struct race_section *section = race_finding_add(finding, words, waiter);

	section->call = wait->call;
	if (!race_unwind_at(&wait->at, wait->pc, &section->stack)) {
		section->stack.count = 1;
		section->stack.pc[0] = wait->pc;
	}
	return section;
}

/* ---- conditions ---- */

static void two_mutexes(struct race_thread *self, uint64_t cond, uint64_t mutex, uint64_t pc)
{
	struct race_finding *finding;
	struct race_section *section;
	struct race_thread *other;
	struct race_wait wait;

	other = waiter_of(self, RACE_WAIT_COND, cond, mutex, &wait);
	if (!other || !sleeps_on(other, &wait, sizeof(pthread_cond_t)))
		return;
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
	if (!finding)
		return;
	race_misuse_now(finding, self, "%T waits on a condition with %l at:", mutex, RACE_HOLD_MUTEX,
			pc);
	section = add_waiter(finding, "%T waits on the same one with %l at:", other, &wait);
	section->lock.addr = wait.detail;
	section->lock.kind = RACE_HOLD_MUTEX;
	race_finding_tell(finding);
}

/* Which mutex a condition was waited on with last; two conditions may share a place. */
#define CONDITIONS 1024
static struct {
	uint64_t cond, mutex;
} bound[CONDITIONS];

void race_misuse_condition(struct race_thread *self, uint64_t cond, uint64_t mutex, uint64_t pc)
{
	uint32_t at = (uint32_t)((cond >> 3) * 0x9e3779b97f4a7c15ull >> 54);
	bool other = race_load(&bound[at].cond) == cond && race_load(&bound[at].mutex) != mutex;

	race_store(&bound[at].cond, cond);
	race_store(&bound[at].mutex, mutex);
	if (!other || !race_options.report_misuse)
		return;
	race_enter();
	two_mutexes(self, cond, mutex, pc);
	race_leave();
}

static void waited_for(struct race_thread *self, enum race_wait_kind kind, uint64_t object,
		       size_t bytes, const char *words, uint64_t pc)
{
	bool cond = kind == RACE_WAIT_COND;
	struct race_finding *finding;
	struct race_thread *waiter;
	struct race_wait wait;

	waiter = waiter_of(self, kind, object, ~0ull, &wait);
	if (!waiter || !sleeps_on(waiter, &wait, bytes))
		return;
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
	if (!finding)
		return;
	race_misuse_now(finding, self, words, object, cond ? RACE_HOLD_COND : RACE_HOLD_BARRIER, pc);
	add_waiter(finding, cond ? "%T waits on it at:" : "%T waits at it at:", waiter, &wait);
	race_finding_add_creation(finding, self);
	race_finding_add_creation(finding, waiter);
	race_finding_tell(finding);
}

/* Whoever a broadcast has let go was woken by it, so that the condition may be destroyed. */
void race_misuse_condition_destroy(struct race_thread *self, uint64_t cond, uint64_t pc)
{
	if (!race_options.report_misuse || self->library_locks)
		return;
	race_enter();
	waited_for(self, RACE_WAIT_COND, cond, sizeof(pthread_cond_t),
		   "%T destroys %l, which a thread waits on, at:", pc);
	race_leave();
}

/* ---- barriers ---- */

/* glibc's counts how many have come in all, and how many had when a round was over last. Of
 * a round that is over a thread may sleep on: it needs no waking, and may leave any time. */
static bool round_is_open(uint64_t barrier)
{
	const uint32_t *counts = (const uint32_t *)barrier;

	return race_load(&counts[0]) != race_load(&counts[1]);
}

void race_misuse_barrier(struct race_thread *self, uint64_t barrier, bool destroys, uint64_t pc)
{
	if (!race_options.report_misuse || self->library_locks || !round_is_open(barrier))
		return;
	race_enter();
	waited_for(self, RACE_WAIT_BARRIER, barrier, sizeof(pthread_barrier_t),
		   destroys ? "%T destroys %l, which a thread waits at, at:" :
			      "%T initialises %l, which a thread waits at, at:", pc);
	race_leave();
}
