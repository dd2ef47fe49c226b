/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_gather.c - in the copy of the process (dump.h): thread by thread, what it does, its
 * stack, what it waits for and who has that, what it holds; then who waits in a circle.
 */
#include "dump.h"

#include <string.h>

#include "module.h"
#include "platform.h"
#include "report.h"
#include "slot.h"
#include "unwind.h"

struct gather {
	struct race_text *text;
	const struct race_dump_asked *asked;
	struct race_told_thread told;
	struct race_told_circle circle;
	struct race_stack stack, inner;
	uint32_t threads;
	struct race_thread *thread[RACE_TIDS]; /* living ones, by number */
};

static const struct race_task *task_of(const struct gather *g, int32_t kernel_tid)
{
	for (uint32_t i = 0; i < g->asked->tasks; i++)
		if (g->asked->task[i].tid == kernel_tid)
			return &g->asked->task[i];
	return NULL;
}

static void threads_list(struct gather *g)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);
		uint32_t at = g->threads;

		if (!thread || !thread->words)
			continue;
		for (; at && g->thread[at - 1]->life->number > thread->life->number; at--)
			g->thread[at] = g->thread[at - 1];
		g->thread[at] = thread;
		g->threads++;
	}
}

/* ---- stacks ---- */

static void frames_bare(const struct race_stack *stack, struct race_frames *out)
{
	out->count = stack->count;
	out->cut = stack->cut;
	for (uint32_t i = 0; i < stack->count; i++)
		out->frame[i] = (struct race_frame){ .pc = stack->pc[i], .function = "?\?()",
						     .module_offset = stack->pc[i] };
}

static void name_frames(const struct gather *g, const struct race_stack *stack,
			struct race_frames *out, struct race_names *names)
{
	if (g->asked->bare) {
		frames_bare(stack, out);
		return;
	}
	race_symbolize_prepare(stack);
	race_symbolize(stack, out, names);
	race_report_trim(out);
}

/* ---- locks ---- */

static const char *wait_words(uint32_t kind)
{
	static const char *const words[] = {
		[RACE_WAIT_MUTEX] = "mutex",    [RACE_WAIT_SPIN] = "spin lock",
		[RACE_WAIT_READ] = "rwlock",    [RACE_WAIT_WRITE] = "rwlock",
		[RACE_WAIT_COND] = "condition", [RACE_WAIT_BARRIER] = "barrier",
		[RACE_WAIT_SEMAPHORE] = "semaphore", [RACE_WAIT_JOIN] = "end",
	};

	return kind < sizeof(words) / sizeof(words[0]) ? words[kind] : NULL;
}

static const char *hold_words(uint64_t kind)
{
	static const char *const words[] = {
		[RACE_HOLD_MUTEX] = "mutex",          [RACE_HOLD_SPIN] = "spin lock",
		[RACE_HOLD_WRITE] = "rwlock",         [RACE_HOLD_READ] = "rwlock (to read)",
		[RACE_HOLD_FILE] = "FILE",            [RACE_HOLD_CUSTOM] = "lock",
		[RACE_HOLD_CUSTOM_READ] = "lock (to read)",
	};

	return kind < sizeof(words) / sizeof(words[0]) ? words[kind] : "lock";
}

/* So large that a variable is named as a whole, not by a member of libc's. */
static uint64_t lock_bytes(const char *kind)
{
	return !strncmp(kind, "mutex", 5) ? 40 : !strncmp(kind, "rwlock", 6) ? 56 :
	       !strcmp(kind, "condition") ? 48 : !strcmp(kind, "semaphore") ? 32 : 4;
}

/* What a type of libc's is made of, "lock.__data", is nobody's word for it. */
static void name_cut(const char *name)
{
	char *inside = strstr(name, ".__");

	if (inside)
		*inside = 0;
}

static void lock_tell(struct gather *g, struct race_told_lock *out, const char *kind, uint64_t addr)
{
	out->kind = kind;
	out->addr = addr;
	out->taken.count = 0;
	out->taken.cut = false;
	out->location.kind = RACE_LOCATION_UNKNOWN;
	out->location.field = out->location.object = out->location.frame = "";
	out->location.allocation.count = 0;
	if (g->asked->bare)
		return;
	race_location_find(addr, lock_bytes(kind), NULL, NULL, &out->location, &g->told.names);
	race_report_trim(&out->location.allocation);
	if (out->location.kind == RACE_LOCATION_GLOBAL)
		name_cut(out->location.variable.expression);
}

static void taken_tell(struct gather *g, const struct race_hold *hold, struct race_frames *out)
{
	race_hold_stack(hold, &g->inner);
	name_frames(g, &g->inner, out, &g->told.names);
}

static void holders_tell(struct gather *g, const struct race_thread *thread,
			 const struct race_wait *wait)
{
	struct race_thread *blocker[RACE_TOLD_HOLDERS];
	uint32_t count = race_blockers(thread, wait, blocker, RACE_TOLD_HOLDERS);
	struct race_hold hold;

	for (uint32_t i = 0; i < count; i++) {
		struct race_told_holder *out = &g->told.holder[i];

		out->number = blocker[i]->life->number;
		out->finished = blocker[i]->life->finished;
		memcpy(out->name, blocker[i]->life->name, sizeof(out->name));
		out->taken.count = 0;
		if (wait->kind != RACE_WAIT_JOIN && race_blocker_hold(blocker[i], wait->object, &hold))
			taken_tell(g, &hold, &out->taken);
	}
	g->told.holders = count;
}

static void locks_tell(struct gather *g, const struct race_thread *thread)
{
	struct race_hold holds[RACE_TOLD_LOCKS];
	uint32_t count = race_held_copy(thread, holds, RACE_TOLD_LOCKS);

	g->told.more_locks = count == RACE_TOLD_LOCKS;
	g->told.locks = count;
	for (uint32_t i = 0; i < count; i++) {
		lock_tell(g, &g->told.lock[i], hold_words(holds[i].kind), holds[i].addr);
		taken_tell(g, &holds[i], &g->told.lock[i].taken);
	}
}

/* ---- one thread ---- */

static uint32_t arrived(const struct gather *g, uint64_t barrier)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < g->threads; i++)
		count += g->thread[i]->wait.kind == RACE_WAIT_BARRIER &&
			 g->thread[i]->wait.object == barrier;
	return count;
}

/* Does what the stand-in noted still hold? A call of libc that was left by longjmp, or
 * that is over for the kernel, is not waited for. */
static void wait_check(struct race_wait *wait, const struct race_task *task)
{
	if (wait->kind == RACE_WAIT_CALL && task && (task->state == 'R' || task->call == RACE_CALL_NONE))
		wait->kind = RACE_WAIT_NONE;
}

static void thread_tell(struct gather *g, const struct race_thread *thread)
{
	struct race_told_thread *told = &g->told;
	const struct race_task *task = task_of(g, thread->kernel_tid);
	struct race_wait wait = thread->wait;

	wait_check(&wait, task);
	told->known = true;
	told->kernel_tid = thread->kernel_tid;
	race_thread_facts(race_thread_word(thread), &told->facts);
	told->state = race_dump_state(&wait, task, arrived(g, wait.object), &told->names);
	told->call = wait.kind ? wait.call : NULL;
	told->since_known = wait.kind && g->asked->ticks_per_ms;
	if (told->since_known)
		/* It may have begun to wait while the copy was made. */
		told->ms = wait.since < g->asked->ticks ?
				   (g->asked->ticks - wait.since) / g->asked->ticks_per_ms : 0;
	race_dump_stack(g->asked, thread, &wait, task, &g->stack, &g->inner);
	name_frames(g, &g->stack, &told->stack, &told->names);
	told->creation.count = 0;
	if (told->facts.number && told->facts.created_by_us)
		name_frames(g, &told->facts.creation, &told->creation, &told->names);
	told->waits = wait.kind && wait.kind != RACE_WAIT_JOIN && wait.kind != RACE_WAIT_CALL;
	if (told->waits)
		lock_tell(g, &told->wanted, wait_words(wait.kind), wait.object);
	told->holders = 0;
	if (told->waits)
		holders_tell(g, thread, &wait);
	locks_tell(g, thread);
}

static void unseen_tell(struct gather *g, const struct race_task *task)
{
	static const struct race_wait none;
	struct race_registers at = { .rsp = task->sp, .rip = task->pc };
	struct race_told_thread *told = &g->told;

	told->known = told->since_known = told->waits = told->more_locks = false;
	told->facts.number = 0;
	memcpy(told->facts.name, task->name, sizeof(told->facts.name));
	told->kernel_tid = task->tid;
	told->state = race_dump_state(&none, task, 0, &told->names);
	told->call = NULL;
	told->holders = told->locks = told->stack.count = told->creation.count = 0;
	told->stack.cut = false;
	if (at.rsp && !g->asked->bare && race_unwind_at(&at, 0, &g->stack))
		name_frames(g, &g->stack, &told->stack, &told->names);
}

static void thread_write(struct gather *g)
{
	g->asked->writer->thread(g->text, &g->told);
	g->told.names.used = 0;
}

static bool is_known(const struct gather *g, int32_t kernel_tid)
{
	for (uint32_t i = 0; i < g->threads; i++)
		if (g->thread[i]->kernel_tid == kernel_tid)
			return true;
	return false;
}

/* ---- circles ---- */

static void circle_write(struct gather *g, const struct race_circle *circle)
{
	g->circle.count = circle->count;
	for (uint32_t i = 0; i < circle->count; i++) {
		const struct race_thread *thread = circle->thread[i];

		g->circle.at[i].number = thread->life->number;
		memcpy(g->circle.at[i].name, thread->life->name, sizeof(thread->life->name));
		g->circle.at[i].kind = wait_words(thread->wait.kind);
		g->circle.at[i].addr = thread->wait.kind == RACE_WAIT_JOIN ? 0 : thread->wait.object;
	}
	g->asked->writer->circle(g->text, &g->circle);
}

/* Each circle once: by the thread with its least number. */
static void circles_tell(struct gather *g)
{
	struct race_circle circle;

	for (uint32_t i = 0; i < g->threads; i++) {
		bool first = race_circle_find(g->thread[i], &circle);

		for (uint32_t j = 1; first && j < circle.count; j++)
			first = circle.thread[j]->life->number > g->thread[i]->life->number;
		if (first)
			circle_write(g, &circle);
	}
}

void race_dump_tell(struct race_text *text, const struct race_dump_asked *asked)
{
	struct race_dump_head head = { .pid = asked->pid, .signal = asked->signal };
	struct gather *g = race_map(sizeof(*g));

	if (!g)
		return;
	g->text = text;
	g->asked = asked;
	if (!asked->bare)
		race_module_refresh();
	threads_list(g);
	head.threads = asked->tasks > g->threads ? asked->tasks : g->threads;
	asked->writer->begin(text, &head);
	for (uint32_t i = 0; i < g->threads; i++) {
		thread_tell(g, g->thread[i]);
		thread_write(g);
	}
	for (uint32_t i = 0; i < asked->tasks; i++)
		if (!is_known(g, asked->task[i].tid)) {
			unseen_tell(g, &asked->task[i]);
			thread_write(g);
		}
	asked->writer->circles(text);
	circles_tell(g);
	asked->writer->end(text);
	race_sys_munmap(g, sizeof(*g));
}
