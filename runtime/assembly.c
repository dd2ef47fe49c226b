/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * assembly.c - the clock work of an operation that the program performs itself, in
 * inline assembly, between two of our hooks (pass/Assembly.h says what counts).
 *
 * begin and end: the operand's sync object stays locked meanwhile, and looks as if it had
 * nothing known to offer, so that nobody's load can pass it by; `end` then does what an
 * atomic operation of that outcome would have done.
 *
 * before and after, where the assembly may take long: a release is published before, for
 * whoever sees the new value must find it. What was there stays beside it, for the old
 * value can still be read: a store does not end a release sequence here. An acquire comes
 * after. So an edge can be there a moment too early, or too many; none is missing.
 *
 * An update (incb without lock) is for a thread that knows that nobody else changes these
 * bits: the unlock of a ticket lock beside `lock xadd` on the same word. It is no race with
 * atomics, then. But two updates that nothing orders are one: either may be lost.
 */
#include "atomic_order.h"

/* Against the update before this one. */
static void check_update(const struct operation *op)
{
	uint32_t offset = op->addr & 7, site = race_site_of(op->pc, RACE_WRITE, op->bytes);
	uint32_t mask = ((1ull << op->bytes) - 1) << offset & 0xff;
	race_cell before = op->sync->update;
	struct race_found race = {
		.granule = op->addr & ~7ull, .mask = mask,
		.clash = mask & race_cell_touched(before), .site = site,
		.now_write = true, .before = before,
	};

	if (before && !race_thread_knows(op->self, before))
		race_found(&race);
	op->sync->update = __race_self.word | race_cell_masks(~mask & 0xff, ~mask & 0xff) | site;
}

static void check_what(const struct operation *op, uint32_t what)
{
	if (what & RACE_ASM_UPDATE)
		check_update(op);
	check(op, what == RACE_ASM_LOAD ? RACE_ATOMIC_READ : RACE_ATOMIC_WRITE);
}

RACE_EXPORT struct race_sync *__race_asm_begin(void *addr)
{
	struct race_thread *self;
	struct race_sync *sync;

	if (!race_runtime.threaded)
		return NULL;
	self = race_self();
	sync = race_sync_get((uint64_t)addr);
	race_enter();
	race_spin_take(&sync->lock);
	if (race_unlikely(sync->mixed != NULL))
		sync = race_mixed_settle(sync, 0);
	self->held_sync = sync;
	sync->set_aside = sync->release;
	race_store(&sync->release, 0);
	return sync;
}

/* What was set aside counts again. Where the assembly has stored, nobody else may take that for
 * the release that it knows, or for none, until there is another: self's present epoch, which nobody
 * knows, goes for what self knew. */
static void take_up(struct race_thread *self, struct race_sync *sync, uint32_t what)
{
	uint64_t release = sync->set_aside;

	if (what != RACE_ASM_LOAD && release && sync->clock) {
		if (what & RACE_ASM_MODIFY && !race_thread_knows(self, release))
			race_sync_acquire(self, sync);
		if (race_cell_tid(release) != self->tid)
			sync->releaser_news = self->news - 1;
		release = race_thread_knows(self, release) ? __race_self.word : 0;
	}
	race_store_release(&sync->release, what == RACE_ASM_LOAD || sync->clock ? release : 0);
}

RACE_EXPORT void __race_asm_end(struct race_sync *sync, void *addr, uint32_t what,
                                struct race_site *site)
{
	struct race_found room[RACE_FOUND_HELD];
	struct operation op = {
		.self = race_self(), .sync = sync, .addr = (uint64_t)addr,
		.site = site, .bytes = site->bytes,
		.pc = (uint64_t)__builtin_return_address(0),
	};

	if (!sync)
		return;
	op.released = what != RACE_ASM_LOAD;
	take_up(op.self, sync, what);
	op.self->held_races = room;
	if (what & RACE_ASM_MODIFY)
		order_modify(op.self, sync, ACQ_REL);
	else if (what & RACE_ASM_LOAD)
		order_load(op.self, sync, ACQUIRE);
	if (what & (RACE_ASM_STORE | RACE_ASM_UPDATE))
		order_store(op.self, sync, RELEASE);
	check_what(&op, what);
	end(&op);
}

RACE_EXPORT void __race_asm_before(void *addr, uint32_t what, struct race_site *site)
{
	struct race_found room[RACE_FOUND_HELD];
	struct operation op = {
		.addr = (uint64_t)addr, .site = site, .bytes = site->bytes,
		.pc = (uint64_t)__builtin_return_address(0), .released = true,
	};

	if (!begin(&op, room))
		return;
	if (what & RACE_ASM_MODIFY)
		race_sync_acquire(op.self, op.sync);
	race_sync_merge(op.self, op.sync);
	check_what(&op, what);
	end(&op);
}

/* addr is NULL when control came here by another way than out of the assembly. */
RACE_EXPORT void __race_asm_after(void *addr, uint32_t what, struct race_site *site)
{
	struct operation op = {
		.addr = (uint64_t)addr, .site = site, .bytes = site->bytes,
		.pc = (uint64_t)__builtin_return_address(0), .self = race_self(),
	};

	if (!addr || !race_runtime.threaded)
		return;
	race_sync_acquire_at(op.self, op.addr);
	if (what == RACE_ASM_LOAD)
		check(&op, RACE_ATOMIC_READ);
}
