/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_stack.c - where a thread is (dump.h). A stack comes from the registers that a stand-in
 * noted before it waited, or, of the thread that was asked, from those the signal found. Of
 * the others the shadow call stack is told, with what can be walked from where the kernel
 * says they are.
 */
#include "dump.h"

#include <string.h>

#include "history.h"
#include "module.h"
#include "site.h"
#include "unwind.h"

/* The function that was called last: of an entered function the stack knows only where it
 * returns to, and the call before that place says what it is. */
static uint64_t called_last(uint64_t pc)
{
	const struct race_book *book = race_module_book();
	const uint8_t *call = (const uint8_t *)pc - 5;
	int32_t distance;
	uint64_t target;

	if (!race_module_find(book, (uint64_t)call) || call[0] != 0xe8)
		return 0;
	memcpy(&distance, call + 1, sizeof(distance));
	target = pc + (uint64_t)(int64_t)distance;
	return race_module_find(book, target) ? target + 1 : 0;
}

static void push_front(struct race_stack *stack, uint64_t pc)
{
	if (stack->count == RACE_STACK_FRAMES)
		stack->count--;
	memmove(stack->pc + 1, stack->pc, stack->count * sizeof(stack->pc[0]));
	stack->pc[0] = pc;
	stack->count++;
}

/* Where a running thread was seen last: by the newest event of its history, if that is an
 * access. A function that calls nothing enters the history for its access alone, and leaves
 * it at once. */
#define EVENTS_LOOKED_AT 64
static bool seen_last(const struct race_thread *thread, struct race_stack *stack)
{
	const uint64_t *at = thread->words->history;
	uint64_t left = 0;

	for (int i = 0; i < EVENTS_LOOKED_AT; i++) {
		uint64_t event;

		at = at == thread->history ? thread->history_end - 1 : at - 1;
		if (at < thread->history || at >= thread->history_end)
			return false;
		event = race_load(at);
		if (event >> 62 == RACE_EVENT_ACCESS >> 62) {
			if (left)
				push_front(stack, left);
			push_front(stack, race_site_place((event & ~RACE_EVENT_ACCESS) >>
							  RACE_EVENT_SITE_SHIFT).pc);
			return true;
		}
		if (~event >> 47 == 0 && !left)
			left = ~event;
		else if (!event || event >> 47 == 0 || ~event >> 47 == 0)
			return false;
	}
	return false;
}

/* Where both have the same frame, the rest is the shadow call stack's. */
static void join_stacks(struct race_stack *inner, const struct race_stack *outer)
{
	uint32_t from = 0, keep = inner->count;

	for (uint32_t j = 0; j < outer->count && keep == inner->count; j++)
		for (uint32_t i = 0; i < inner->count; i++)
			if (inner->pc[i] == outer->pc[j]) {
				keep = i;
				from = j;
				break;
			}
	inner->count = keep;
	for (; from < outer->count && inner->count < RACE_STACK_FRAMES; from++)
		inner->pc[inner->count++] = outer->pc[from];
	inner->cut = outer->cut || from < outer->count;
}

void race_dump_stack(const struct race_dump_asked *asked, const struct race_thread *thread,
		     const struct race_wait *wait, const struct race_task *task,
		     struct race_stack *out, struct race_stack *inner)
{
	struct race_registers at = { .rsp = task ? task->sp : 0, .rip = task ? task->pc : 0 };

	if (wait->kind) {
		if (asked->bare || !race_unwind_at(&wait->at, wait->pc, out))
			race_history_present(thread->words, wait->pc, out);
		return;
	}
	if (thread == asked->self && asked->at && !asked->bare &&
	    race_unwind_at(asked->at, asked->pc, out))
		return;
	race_history_present(thread->words, 0, out);
	if (at.rsp && !asked->bare && race_unwind_at(&at, 0, inner)) {
		join_stacks(inner, out);
		*out = *inner;
	} else if (!asked->bare && !seen_last(thread, out) && out->count) {
		uint64_t pc = called_last(out->pc[0]);

		if (pc)
			push_front(out, pc);
	}
}
