/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse.c - findings about single calls (misuse.h). Where a lock was taken is in its
 * holder's list; where one was destroyed, in a table of the last ones.
 */
#define _GNU_SOURCE
#include "misuse.h"

#include <pthread.h>

#include "blocker.h"
#include "finding.h"
#include "options.h"
#include "platform.h"
#include "slot.h"
#include "tasks.h"
#include "unwind.h"

#define MISUSE "MISUSE OF A LOCK"
#define TASKS_MOST 4096

/* What self does now, at pc. */
static struct race_section *add_now(struct race_finding *finding, struct race_thread *self,
				    const char *words, uint64_t lock, uint64_t kind, uint64_t pc)
{
	struct race_section *section = race_finding_add(finding, words, self);

	section->lock.addr = lock;
	section->lock.kind = kind;
	race_unwind(pc, &section->stack);
	return section;
}

/* Where the holder took it: the thread of that kernel's number, if it is known. */
static bool add_taken(struct race_finding *finding, uint64_t lock, int32_t owner)
{
	struct race_thread *holder = NULL;
	struct race_section *section;
	struct race_hold hold;

	race_thread_lock();
	for (uint32_t tid = 0; owner && tid < race_runtime.tids && !holder; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->kernel_tid == owner && thread->words &&
		    race_blocker_hold(thread, lock, &hold))
			holder = thread;
	}
	race_thread_unlock();
	if (!holder)
		return false;
	section = race_finding_add(finding, "%T took %l at:", holder);
	section->lock = hold;
	race_hold_stack(&hold, &section->stack);
	race_finding_add_creation(finding, holder);
	return true;
}

/* One place now, and where the lock was taken. */
static void tell(struct race_thread *self, const char *words, uint64_t lock, uint64_t kind,
		 int32_t owner, uint64_t pc)
{
	struct race_finding *finding;

	if (!race_options.report_misuse)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, MISUSE);
	if (finding) {
		add_now(finding, self, words, lock, kind, pc);
		add_taken(finding, lock, owner);
		race_finding_add_creation(finding, self);
		race_finding_tell(finding);
	}
	race_leave();
}

void race_misuse_unlock(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			int32_t owner, uint64_t pc)
{
	/* Taken before the fork by the thread that this one is a copy of. */
	if (owner && owner == self->kernel_tid_before_fork)
		return;
	tell(self, owner ? "%T unlocks %l, which another thread holds, at:" :
			   "%T unlocks %l, which nobody holds, at:", lock, kind, owner, pc);
}

/* In the child of fork the holder may not exist; then the memory is the child's to use. */
void race_misuse_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			 int32_t owner, uint64_t pc)
{
	struct race_finding *finding;

	if (!race_options.report_misuse || owner == self->kernel_tid_before_fork)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, MISUSE);
	if (finding) {
		add_now(finding, self, "%T destroys %l, which is held, at:", lock, kind, pc);
		if (add_taken(finding, lock, owner))
			race_finding_tell(finding);
		else
			race_sys_munmap(finding, sizeof(*finding));
	}
	race_leave();
}

/* ---- conditions ---- */

void race_misuse_wait(struct race_thread *self, uint64_t mutex, uint64_t pc)
{
	const pthread_mutex_t *of = (const pthread_mutex_t *)mutex;

	if (of->__data.__owner && of->__data.__owner == self->kernel_tid_before_fork)
		return;
	tell(self, "%T waits on a condition without holding %l at:", mutex, RACE_HOLD_MUTEX,
	     of->__data.__owner, pc);
}

/* Does the kernel say that it sleeps on the condition? Who was woken is not bound to his
 * mutex any more, though he has not returned yet. */
static bool sleeps_on(int32_t kernel_tid, uint64_t cond)
{
	struct race_task *tasks = race_map(TASKS_MOST * sizeof(*tasks));
	uint32_t count = tasks ? race_tasks_read(tasks, TASKS_MOST) : 0;
	bool sleeps = false;

	for (uint32_t i = 0; i < count; i++)
		if (tasks[i].tid == kernel_tid)
			sleeps = tasks[i].call == __NR_futex && tasks[i].arg[0] - cond < sizeof(pthread_cond_t);
	if (tasks)
		race_sys_munmap(tasks, TASKS_MOST * sizeof(*tasks));
	return sleeps;
}

static struct race_thread *waits_otherwise(const struct race_thread *self, uint64_t cond,
					   uint64_t mutex, struct race_wait *wait)
{
	struct race_thread *other = NULL;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !other; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (!thread || thread == self || !thread->words)
			continue;
		*wait = thread->wait;
		if (wait->kind == RACE_WAIT_COND && wait->object == cond && wait->detail != mutex &&
		    race_load(&thread->wait.turns) == wait->turns)
			other = thread;
	}
	race_thread_unlock();
	return other;
}

static void two_mutexes(struct race_thread *self, uint64_t cond, uint64_t mutex, uint64_t pc)
{
	struct race_finding *finding;
	struct race_section *section;
	struct race_thread *other;
	struct race_wait wait;

	other = waits_otherwise(self, cond, mutex, &wait);
	if (!other || !sleeps_on(other->kernel_tid, cond))
		return;
	finding = race_finding_begin(RACE_RULE_MISUSE, MISUSE);
	if (!finding)
		return;
	add_now(finding, self, "%T waits on a condition with %l at:", mutex, RACE_HOLD_MUTEX, pc);
	section = race_finding_add(finding, "%T waits on the same one with %l at:", other);
	section->lock.addr = wait.detail;
	section->lock.kind = RACE_HOLD_MUTEX;
	if (!race_unwind_at(&wait.at, wait.pc, &section->stack)) {
		section->stack.count = 1;
		section->stack.pc[0] = wait.pc;
	}
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

/* ---- after the end ---- */

#define REMEMBERED 4096
static struct race_hold destroyed[REMEMBERED]; /* by address, as if it had been taken there */

static struct race_hold *place_of(uint64_t lock)
{
	return &destroyed[(lock >> 3) * 0x9e3779b97f4a7c15ull >> 52];
}

void race_misuse_destroyed(struct race_thread *self, uint64_t lock, uint64_t pc)
{
	struct race_hold *place = place_of(lock);
	const uint64_t *top = __race_self.stack;

	race_store(&place->addr, 0);
	race_store(&place->pc[0], pc);
	for (uint32_t i = 1; i < RACE_HOLD_FRAMES; i++)
		race_store(&place->pc[i], top > self->stack ? *--top : 0);
	race_store_release(&place->addr, lock);
}

void race_misuse_after_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			       uint64_t pc)
{
	struct race_hold place = *place_of(lock);
	struct race_finding *finding;
	struct race_section *section;

	if (!race_options.report_misuse)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, MISUSE);
	if (finding) {
		add_now(finding, self, "%T uses %l, which was destroyed, at:", lock, kind, pc);
		if (place.addr == lock) {
			section = race_finding_add(finding, "It was destroyed at:", self);
			race_hold_stack(&place, &section->stack);
		}
		race_finding_tell(finding);
	}
	race_leave();
}

/* Of memory that may be gone: a lock that another thread gave back, and freed, stays in the
 * list of the one that took it. */
static bool copy_of(uint64_t lock, void *copy, size_t bytes)
{
	struct { void *start; size_t bytes; } to = { copy, bytes }, from = { (void *)lock, bytes };

	return race_syscall(__NR_process_vm_readv, race_sys_getpid(), (long)&to, 1, (long)&from, 1, 0) ==
	       (long)bytes;
}

static bool still_has(const struct race_thread *self, const struct race_hold *hold)
{
	pthread_rwlock_t rwlock;
	pthread_mutex_t mutex;

	if (hold->kind == RACE_HOLD_MUTEX) /* but a robust one, 16, which is made for that */
		return copy_of(hold->addr, &mutex, sizeof(mutex)) &&
		       mutex.__data.__owner == self->kernel_tid && !(mutex.__data.__kind & 16);
	return hold->kind == RACE_HOLD_WRITE && copy_of(hold->addr, &rwlock, sizeof(rwlock)) &&
	       rwlock.__data.__cur_writer == self->kernel_tid;
}

void race_misuse_end(struct race_thread *self)
{
	struct race_finding *finding;
	struct race_section *section;

	for (uint32_t i = 0; race_options.report_misuse && i < self->holds_count; i++) {
		if (!still_has(self, &self->holds[i]))
			continue;
		race_enter();
		finding = race_finding_begin(RACE_RULE_MISUSE, MISUSE);
		if (finding) {
			section = race_finding_add(finding, "%T has ended with %l, which it took at:", self);
			section->lock = self->holds[i];
			race_hold_stack(&self->holds[i], &section->stack);
			race_finding_add_creation(finding, self);
			race_finding_tell(finding);
		}
		race_leave();
	}
}

/* ---- threads ---- */

/* The next one from slot `from` on, which has ended and waits for a join. */
static struct race_thread *leaked(uint32_t *from)
{
	struct race_thread *found = NULL;

	race_thread_lock();
	for (; *from < race_runtime.tids && !found; ++*from) {
		struct race_thread *thread = race_thread_in_slot(*from);

		if (thread && *from && thread->life->finished && thread->life->created_by_us &&
		    !thread->detached && !thread->being_joined && thread->handle &&
		    !race_slots[*from].ended_as)
			found = thread;
	}
	race_thread_unlock();
	return found;
}

/* It may have gone on in another slot than its first. */
static bool main_is_there(void)
{
	bool found = false;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !found; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		found = thread && thread->words && !thread->life->number;
	}
	race_thread_unlock();
	return found;
}

void race_misuse_leaks(void)
{
	struct race_finding *finding;
	struct race_thread *thread;
	uint32_t slot = 1;

	/* A main thread that leaves before the others lets the process end with the last one:
	 * nobody was meant to join. */
	if (!race_options.report_thread_leaks || !main_is_there())
		return;
	race_enter();
	while ((thread = leaked(&slot))) {
		finding = race_finding_begin(RACE_RULE_THREAD, "THREAD NEVER JOINED NOR DETACHED");
		if (!finding)
			break;
		race_finding_add_creation(finding, thread);
		if (finding->count)
			finding->section[0].words = "%T has ended, and was created at:";
		race_finding_tell(finding);
	}
	race_leave();
}
