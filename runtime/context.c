/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * context.c - the list of shadow call stacks, and the way from one to another (context.h).
 */
#include "context.h"

#include "alloc.h"
#include "history.h"

/* Deeper stacks are not told to the history: what is older than the change is lost. */
#define TOLD_MOST 512

struct region {
	struct region *next;
	uint64_t low; /* of the program's stack; 0: a thread's own */
	uint64_t *stack, *stack_end;
};

static struct region *regions; /* never shorter */

static struct region *find(uint64_t low, const uint64_t *slot)
{
	struct region *r = race_load_acquire(&regions);

	while (r && !(low ? r->low == low : slot >= r->stack && slot <= r->stack_end))
		r = r->next;
	return r;
}

static struct region *add(uint64_t low, uint64_t *stack, uint64_t *stack_end)
{
	struct region *r = race_alloc(sizeof(*r));

	*r = (struct region){ race_load_acquire(&regions), low, stack, stack_end };
	while (!__atomic_compare_exchange_n(&regions, &r->next, r, false, __ATOMIC_RELEASE,
	                                    __ATOMIC_ACQUIRE))
		;
	return r;
}

struct race_context race_context_here(void)
{
	const struct race_thread *self = race_self();

	return (struct race_context){ self->stack, self->stack_end, __race_self.stack };
}

/* Every instrumented frame takes at least 16 bytes: half of the stack is enough. */
struct race_context race_context_empty(uint64_t low, uint64_t bytes)
{
	struct region *r;

	race_enter();
	r = find(low, NULL);
	if (!r || (uint64_t)(r->stack_end - r->stack) * 16 < bytes) {
		uint64_t room = (bytes / 2 + 8191) & ~4095ull;
		uint64_t *stack = race_reserve(room, 4096, "a context's call stack");

		r = add(low, stack, stack + room / sizeof(*stack));
	}
	race_leave();
	return (struct race_context){ r->stack, r->stack_end, r->stack };
}

/* In an order that no walk back of another thread (history.c) takes for a stack that it
 * is not: none is above the last address. */
static void move(struct race_thread *self, struct race_context to)
{
	race_store_release(&self->stack, (uint64_t *)UINT64_MAX);
	race_store_release(&self->stack_end, to.stack_end);
	race_store_release(&__race_self.stack, to.top);
	race_store_release(&self->stack, to.stack);
}

RACE_NOINLINE void race_context_go(struct race_context to)
{
	struct race_thread *self = race_self();
	struct race_words *words = &__race_self;
	bool stays = to.stack == self->stack;
	uint64_t *left = stays && to.top < words->stack ? to.top : self->stack;
	uint64_t *entered = stays ? words->stack : to.stack;

	race_enter();
	if (stays && to.top >= words->stack)
		left = words->stack;
	if (!stays && !find(0, self->stack))
		add(0, self->stack, self->stack_end);
	if (words->stack - left < TOLD_MOST)
		for (uint64_t *slot = words->stack; slot > left;)
			race_history_add(words, ~*--slot);
	move(self, to);
	if (to.top - entered < TOLD_MOST)
		for (; entered < to.top; entered++)
			race_history_add(words, *entered);
	race_leave();
}

/* ---- the hook: frames were left without their exits, by an exception or longjmp, or
 * for those of another context ---- */

RACE_EXPORT void __race_unwound(uint64_t *slot);

static RACE_COLD void elsewhere(uint64_t *slot)
{
	const struct region *r = find(0, slot);

	if (r)
		race_context_go((struct race_context){ r->stack, r->stack_end, slot });
}

void __race_unwound(uint64_t *slot)
{
	struct race_words *words = &__race_self;
	struct race_thread *thread = words->thread;
	bool ours = thread && slot >= thread->stack && slot <= thread->stack_end;

	if (race_unlikely(thread && !ours))
		elsewhere(slot);
	if (thread) /* it may have another mask now (unsafe.h) */
		race_store(&thread->called.name, NULL);
	race_enter();
	while (ours && words->stack > slot) {
		race_history_add(words, ~words->stack[-1]);
		words->stack--;
	}
	words->stack = slot;
	race_leave();
}
