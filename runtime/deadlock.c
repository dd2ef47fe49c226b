/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * deadlock.c - the circle that a wait closes (deadlock.h). Who waits last sees it: waits
 * are noted before the registry's lock is taken here. It is looked for twice, because the
 * owner of a lock may give it back and wait for another one between the two looks of one
 * search; a circle whose threads have not moved from one search to the next is one.
 *
 * A lock that is taken is waited for all day, so first the cheap question: can anybody wait
 * for this thread at all? It holds a lock, or is being joined.
 */
#define _GNU_SOURCE
#include "deadlock.h"

#include <pthread.h>
#include <string.h>

#include "blocker.h"
#include "finding.h"
#include "history.h"
#include "options.h"
#include "platform.h"
#include "report.h"
#include "unwind.h"

static bool circle_of(struct race_thread *self, struct race_circle *circle)
{
	struct race_circle again;
	bool found;

	race_thread_lock();
	found = race_circle_find(self, circle) && race_circle_find(self, &again) &&
		race_circle_same(circle, &again);
	race_thread_unlock();
	return found;
}

static enum race_hold_kind hold_kind(uint32_t wait_kind)
{
	return wait_kind == RACE_WAIT_SPIN ? RACE_HOLD_SPIN :
	       wait_kind == RACE_WAIT_MUTEX ? RACE_HOLD_MUTEX :
					      RACE_HOLD_WRITE;
}

static void stack_of(const struct race_thread *thread, struct race_stack *out)
{
	if (race_unwind_at(&thread->wait.at, thread->wait.pc, out))
		return;
	race_thread_lock();
	if (thread->words)
		race_history_present(thread->words, thread->wait.pc, out);
	race_thread_unlock();
}

static void taken_add(struct race_finding *finding, const struct race_thread *holder, uint64_t lock)
{
	struct race_section *section;
	struct race_hold hold;
	bool known;

	race_thread_lock();
	known = race_blocker_hold(holder, lock, &hold);
	race_thread_unlock();
	if (!known)
		return;
	section = race_finding_add(finding, "%T took %l at:", holder);
	section->lock = hold;
	race_hold_stack(&hold, &section->stack);
}

static void wait_add(struct race_finding *finding, const struct race_thread *thread,
		     const struct race_thread *next)
{
	const struct race_wait *wait = &thread->wait;
	bool join = wait->kind == RACE_WAIT_JOIN;
	const char *text = join		  ? "%T waits for the end of %o at:" :
			   next == thread ? "%T waits for %l, which it has itself, at:" :
					    "%T waits for %l, held by %o, at:";
	struct race_section *section = race_finding_add(finding, text, thread);

	section->other = race_named_of(next);
	section->call = wait->call;
	if (!join) {
		section->lock.addr = wait->object;
		section->lock.kind = hold_kind(wait->kind);
	}
	stack_of(thread, &section->stack);
	if (!join)
		taken_add(finding, next, wait->object);
}

static void report(const struct race_circle *circle)
{
	struct race_finding *finding = race_finding_begin(RACE_RULE_DEADLOCK, "DEADLOCK");

	if (!finding)
		return;
	for (uint32_t i = 0; i < circle->count; i++)
		wait_add(finding, circle->thread[i], circle->thread[(i + 1) % circle->count]);
	for (uint32_t i = 0; i < circle->count; i++)
		race_finding_add_creation(finding, circle->thread[i]);
	race_finding_tell(finding);
}

/* Would libc tell the caller, instead of waiting? */
static bool is_an_error(const struct race_circle *circle)
{
	const struct race_wait *wait = &circle->thread[0]->wait;
	const pthread_mutex_t *mutex = (const pthread_mutex_t *)wait->object;

	if (circle->count == 1 && wait->kind == RACE_WAIT_MUTEX)
		return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_ERRORCHECK;
	if (circle->count == 1 && (wait->kind == RACE_WAIT_READ || wait->kind == RACE_WAIT_WRITE))
		return ((const pthread_rwlock_t *)wait->object)->__data.__cur_writer ==
		       circle->thread[0]->kernel_tid;
	/* A thread that joins itself, or the one that joins it. */
	for (uint32_t i = 0; i < circle->count; i++)
		if (circle->thread[i]->wait.kind != RACE_WAIT_JOIN)
			return false;
	return circle->count <= 2;
}

bool race_deadlock_found(struct race_thread *self)
{
	struct race_circle circle;

	if (!race_options.detect_deadlocks || (!self->holds_count && !race_load(&self->being_joined)))
		return false;
	if (!circle_of(self, &circle) || is_an_error(&circle))
		return false;
	race_enter();
	report(&circle);
	race_leave();
	if (!strcmp(race_options.on_deadlock, "exit")) {
		race_report_summary();
		race_sys_exit_group((int)race_options.exitcode);
	}
	return !strcmp(race_options.on_deadlock, "continue");
}
