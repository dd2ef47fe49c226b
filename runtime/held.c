/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * held.c - the lists of held locks (held.h). Its owner alone changes a list, with signals
 * held back. `changes` goes up by two after each change, and is odd while entries move up;
 * an entry's address is stored last. So who copies the list and finds the same even count
 * before and after has seen no half of anything.
 *
 * A lock that another thread gives back leaves a hole in the list, an entry without an
 * address. Its owner closes holes when it takes the next lock.
 */
#include "held.h"

#include "alloc.h"
#include "history.h"
#include "platform.h"

#define ROOM_FIRST 16
#define TRIES 200
#define TRIES_AT_ONCE 100

static void changed(struct race_thread *self, uint32_t by)
{
	race_store_release(&self->holds_changes, self->holds_changes + by);
}

static RACE_NOINLINE void close_gap(struct race_thread *self, uint32_t gap)
{
	race_store(&self->holds_changes, self->holds_changes + 1);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	for (uint32_t i = gap; i + 1 < self->holds_count; i++) {
		const struct race_hold *from = &self->holds[i + 1];
		struct race_hold *to = &self->holds[i];

		race_store(&to->addr, 0);
		race_store_release(&to->kind, from->kind);
		to->order = from->order;
		for (uint32_t frame = 0; frame < RACE_HOLD_FRAMES; frame++)
			race_store(&to->pc[frame], from->pc[frame]);
		race_store_release(&to->addr, race_load(&from->addr));
	}
	race_store_release(&self->holds_count, self->holds_count - 1);
	changed(self, 1);
}

/* Whoever makes a hole does it under the same lock: none is missed by being moved. */
static RACE_COLD void close_holes(struct race_thread *self)
{
	race_thread_lock();
	for (uint32_t i = self->holds_count; i--;)
		if (!race_load(&self->holds[i].addr))
			close_gap(self, i);
	self->holds_counted = 0;
	self->holds_sum = 0;
	race_store(&self->holds_lost, false);
	race_thread_unlock();
}

/* Under the registry's lock, where others may be reading the old list. */
static RACE_COLD void grow(struct race_thread *self)
{
	uint32_t room = self->holds_room ? self->holds_room * 2 : ROOM_FIRST;
	struct race_hold *holds = race_alloc(room * sizeof(*holds)), *old = self->holds;

	for (uint32_t i = 0; i < self->holds_count; i++)
		holds[i] = old[i];
	race_thread_lock();
	self->holds = holds;
	race_thread_unlock();
	if (old)
		race_free(old, self->holds_room * sizeof(*old));
	self->holds_room = room;
}

void race_held_push(struct race_thread *self, uint64_t addr, enum race_hold_kind kind,
		    uint64_t pc)
{
	struct race_hold *hold;

	race_enter();
	if (race_unlikely(race_load(&self->holds_lost)))
		close_holes(self);
	if (race_unlikely(self->holds_count == self->holds_room))
		grow(self);
	/* The event before the list, here and below: a walk back that meets one without the
	 * other still ends with the right locks. */
	race_history_add(&__race_self, RACE_EVENT_PLACE | pc);
	race_history_add(&__race_self, race_event_lock(addr, kind));
	hold = &self->holds[self->holds_count];
	race_store(&hold->addr, 0);
	race_store_release(&self->holds_count, self->holds_count + 1);
	race_store(&hold->kind, kind);
	hold->order = 0;
	race_thread_frames(self, pc, hold->pc, RACE_HOLD_FRAMES);
	race_store_release(&hold->addr, addr);
	changed(self, 2);
	race_leave();
}

const struct race_hold *race_held_find(const struct race_thread *self, uint64_t addr)
{
	for (uint32_t i = self->holds_count; i--;)
		if (self->holds[i].addr == addr)
			return &self->holds[i];
	return NULL;
}

static void take_out(struct race_thread *self, uint32_t at)
{
	const struct race_hold *hold = &self->holds[at];

	race_enter();
	race_history_add(&__race_self, race_event_lock(hold->addr, hold->kind) | RACE_EVENT_GIVEN);
	if (at < self->holds_counted) {
		self->holds_counted--;
		self->holds_sum -= race_hold_mark(hold);
	}
	if (race_unlikely(at + 1 < self->holds_count)) {
		close_gap(self, at);
	} else {
		race_store_release(&self->holds_count, at);
		changed(self, 2);
	}
	race_leave();
}

bool race_held_pop(struct race_thread *self, uint64_t addr)
{
	const struct race_hold *hold = race_held_find(self, addr);

	if (hold)
		take_out(self, (uint32_t)(hold - self->holds));
	return hold != NULL;
}

void race_held_pop_kind(struct race_thread *self, uint64_t addr, enum race_hold_kind kind)
{
	for (uint32_t i = self->holds_count; i--;)
		if (self->holds[i].addr == addr && self->holds[i].kind == kind) {
			take_out(self, i);
			return;
		}
	race_held_pop(self, addr);
}

/* An owner that moves entries and has lost its processor needs some time to get on. */
static void let_it_end(int tries)
{
	const struct timespec moment = { .tv_nsec = 100000 };

	if (tries >= TRIES_AT_ONCE && !race_alone)
		race_sys_nanosleep(&moment, NULL);
}

/* Its owner may be moving entries: then once more. One that is moved while it is taken out
 * stands in the list again, one place before. */
void race_held_lose(struct race_thread *holder, uint64_t addr)
{
	for (int i = 0; i < TRIES; i++) {
		uint32_t changes = race_load_acquire(&holder->holds_changes);
		uint32_t at = race_load_acquire(&holder->holds_count);
		uint64_t expected = addr;

		while (at && race_load(&holder->holds[at - 1].addr) != addr)
			at--;
		if (at)
			__atomic_compare_exchange_n(&holder->holds[at - 1].addr, &expected, 0, false,
						    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
		race_store(&holder->holds_lost, true);
		if (!(changes & 1) && race_load_acquire(&holder->holds_changes) == changes)
			break;
		let_it_end(i);
	}
}

static uint32_t copy(const struct race_thread *thread, struct race_hold *out, uint32_t most)
{
	uint32_t count = race_load_acquire(&thread->holds_count), copied = 0;
	uint32_t first = count > most ? count - most : 0;

	for (uint32_t i = first; i < count; i++) {
		const struct race_hold *hold = &thread->holds[i];

		out[copied].addr = race_load_acquire(&hold->addr);
		out[copied].kind = race_load(&hold->kind);
		for (uint32_t frame = 0; frame < RACE_HOLD_FRAMES; frame++)
			out[copied].pc[frame] = race_load(&hold->pc[frame]);
		copied += out[copied].addr != 0;
	}
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return copied;
}

uint32_t race_held_copy(const struct race_thread *thread, struct race_hold *out, uint32_t most)
{
	uint32_t copied = 0;

	for (int i = 0; i < TRIES; i++) {
		uint32_t changes = race_load_acquire(&thread->holds_changes);

		copied = copy(thread, out, most);
		if (!(changes & 1) && race_load(&thread->holds_changes) == changes)
			break;
		let_it_end(i);
	}
	return copied;
}

void race_held_clear(struct race_thread *thread)
{
	thread->holds_counted = 0;
	thread->holds_sum = 0;
	race_store_release(&thread->holds_count, 0);
	changed(thread, 2);
}

void race_hold_stack(const struct race_hold *hold, struct race_stack *out)
{
	out->count = 0;
	while (out->count < RACE_HOLD_FRAMES && hold->pc[out->count]) {
		out->pc[out->count] = hold->pc[out->count];
		out->count++;
	}
	out->cut = out->count == RACE_HOLD_FRAMES;
}
