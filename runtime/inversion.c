/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * inversion.c - from the locks that a thread holds to steps of the graph, and from circles
 * to reports (inversion.h).
 *
 * The set of held locks is known by a sum of marks, which grows as locks are asked for on
 * top of it, and shrinks as they are given back; with the lock asked for and the thread's
 * turn it makes a key. A thread keeps the keys that it has been through.
 */
#include "inversion.h"

#include "alloc.h"
#include "finding.h"
#include "heap.h"
#include "options.h"
#include "order.h"
#include "sync.h"

#define TITLE "LOCK ORDER INVERSION (potential deadlock)"

/* ---- where locks were made ---- */

#define MADE 4096
static struct race_hold made[MADE]; /* by address, as if taken there; the newest stays */

static struct race_hold *made_place(uint64_t lock)
{
	return &made[(lock >> 3) * 0x9e3779b97f4a7c15ull >> 52];
}

void race_inversion_made(const struct race_thread *self, uint64_t lock, uint64_t pc)
{
	struct race_hold *place = made_place(lock);

	race_store(&place->addr, 0);
	race_thread_frames(self, pc, place->pc, RACE_HOLD_FRAMES);
	race_store_release(&place->addr, lock);
}

static bool made_find(uint64_t lock, struct race_stack *out)
{
	struct race_hold place = *made_place(lock);
	struct race_block block;

	if (place.addr == lock) {
		race_hold_stack(&place, out);
		return true;
	}
	if (!race_heap_find(lock, &block) || block.freed || !block.stack.count)
		return false;
	*out = block.stack;
	return true;
}

/* ---- a report ---- */

static const char *words_of(bool asks, uint32_t kind)
{
	static const char *const words[2][3] = {
		{ "while it held %l, which it took at:",
		  "while it held %l for writing, which it took at:",
		  "while it held %l for reading, which it took at:" },
		{ "%T asked for %l at:",
		  "%T asked for %l for writing at:",
		  "%T asked for %l for reading at:" },
	};

	return words[asks][race_hold_is_shared(kind) ? 2 : kind == RACE_HOLD_WRITE];
}

static void stack_of(const uint64_t *pc, uint32_t most, struct race_stack *out)
{
	out->count = 0;
	while (out->count < most && pc[out->count]) {
		out->pc[out->count] = pc[out->count];
		out->count++;
	}
	out->cut = out->count == most;
}

static struct race_section *part_add(struct race_finding *finding, const struct race_order_part *part)
{
	const struct race_order_step *step = race_order_step_of(part);
	bool asks = part->index == step->count;
	struct race_section *section;

	section = race_finding_add_life(finding, words_of(asks, part->kind), step->life);
	section->lock.addr = part->lock->addr;
	section->lock.kind = part->kind;
	if (asks)
		stack_of(step->pc, RACE_ASKED_FRAMES, &section->stack);
	else
		stack_of(part->pc, RACE_HOLD_FRAMES, &section->stack);
	return section;
}

static bool same_place(const struct race_order_step *a, const struct race_order_step *b)
{
	for (uint32_t i = 0; i < RACE_ASKED_FRAMES; i++)
		if (a->pc[i] != b->pc[i])
			return false;
	return true;
}

/* Each step, and the locks in the order that the earlier steps have. */
static void steps_add(struct race_finding *finding, const struct race_order_cycle *cycle)
{
	finding->one_place = true;
	for (uint32_t i = 0; i < cycle->count; i++) {
		const struct race_order_step *step = race_order_step_of(cycle->held[i]);
		const struct race_order_part *next = cycle->held[(i + 1) % cycle->count];

		part_add(finding, &step->part[step->count]);
		part_add(finding, cycle->held[i]);
		finding->order[i].addr = next->lock->addr;
		finding->order[i].kind = next->kind;
		finding->one_place &= same_place(step, race_order_step_of(cycle->held[0]));
	}
	finding->orders = cycle->count;
	for (uint32_t i = 0; i < cycle->count; i++)
		race_finding_add_birth(finding, race_order_step_of(cycle->held[i])->life);
}

/* Where the locks were made, as far as that is known and there is room. */
static void locks_add(struct race_finding *finding)
{
	for (uint32_t i = 0; i < finding->orders && finding->count < RACE_SECTIONS; i++) {
		struct race_section *section = &finding->section[finding->count];

		if (!made_find(finding->order[i].addr, &section->stack))
			continue;
		section->words = "%L was created at:";
		section->lock = finding->order[i];
		finding->count++;
	}
}

/* ---- a step ---- */

/* Was a circle of these places told? Of the last ones; the report itself knows them all. */
static bool is_news(const struct race_order_cycle *cycle)
{
	static uint64_t told[256];
	uint64_t sum = cycle->count, *place;

	for (uint32_t i = 0; i < cycle->count; i++) {
		const struct race_order_part *part = cycle->held[i];

		for (uint32_t frame = 0; frame < RACE_HOLD_FRAMES; frame++)
			sum += (part->pc[frame] * 3 + race_order_step_of(part)->pc[frame]) *
			       (0x9e3779b97f4a7c15ull + 2 * frame);
	}
	place = &told[sum >> 20 & 255];
	if (*place == sum)
		return false;
	*place = sum;
	return true;
}

#define FINDINGS 4
struct findings {
	uint32_t count;
	struct race_finding *finding[FINDINGS];
};

static RACE_COLD void search(const struct race_order_step *step, struct findings *out)
{
	struct race_order_cycle cycle;
	struct race_finding *finding;

	for (uint32_t i = 0; i < step->count && out->count < FINDINGS; i++) {
		if (!race_order_circle(step, i, &cycle) || !is_news(&cycle))
			continue;
		finding = race_finding_begin(RACE_RULE_ORDER, TITLE);
		if (!finding)
			return;
		steps_add(finding, &cycle);
		out->finding[out->count++] = finding;
	}
}

/* Under the graph's lock. */
static struct race_order_lock *lock_of(uint64_t addr)
{
	struct race_sync *sync = race_sync_find(addr);

	return sync ? sync->order : NULL;
}

/* A lock taken twice was taken first. False: it is not the same lock any more, or there
 * already. */
static bool part_fill(struct race_order_step *step, const struct race_hold *hold, bool asked)
{
	uint64_t addr = race_load(&hold->addr); /* 0: another thread gave it back */
	struct race_order_lock *lock = addr ? lock_of(addr) : NULL;
	struct race_order_part *part;

	if (!lock || (hold->order && lock->number != hold->order))
		return false;
	for (uint32_t i = 0; i < step->count; i++)
		if (step->part[i].lock == lock)
			return false;
	part = race_order_step_part(step, lock, hold->kind);
	for (uint32_t frame = 0; frame < RACE_HOLD_FRAMES; frame++)
		part->pc[frame] = hold->pc[frame];
	if (asked)
		race_thread_frames(__race_self.thread, hold->pc[0], step->pc, RACE_ASKED_FRAMES);
	return true;
}

static struct race_order_step *step_of(struct race_thread *self)
{
	uint32_t last = self->holds_count - 1;
	struct race_order_step *step = race_order_step_new(last);

	for (uint32_t i = 0; i < last; i++)
		part_fill(step, &self->holds[i], false);
	if (!step->count || !part_fill(step, &self->holds[last], true)) {
		race_order_step_free(step);
		return NULL;
	}
	step->moment = race_lineage_now(self);
	step->life = self->life;
	return step;
}

static void note(struct race_thread *self, struct findings *out)
{
	uint64_t asked = race_hold_mark(&self->holds[self->holds_count - 1]);
	struct race_order_step *step;

	race_order_take();
	if (!race_order_has(race_order_shape(self->holds_sum, asked), self->life, self->lineage->now) &&
	    (step = step_of(self))) {
		step = race_order_add(step);
		if (race_order_reach(step))
			search(step, out);
	}
	race_order_give();
}

/* ---- the usual way ---- */

static RACE_NOINLINE uint32_t new_number(uint64_t addr)
{
	struct race_sync *sync;
	uint32_t number;

	if (!addr) /* another thread gave it back */
		return 0;
	sync = race_sync_get(addr);
	race_order_take();
	if (!sync->order) {
		sync->order = race_order_lock_new(addr);
		race_store(&sync->order_number, sync->order->number);
	}
	number = sync->order->number;
	race_order_give();
	return number;
}

RACE_INLINE uint32_t number_of(uint64_t addr)
{
	struct race_sync *sync = race_sync_find(addr);
	uint32_t number = sync ? race_load(&sync->order_number) : 0;

	return race_likely(number != 0) ? number : new_number(addr);
}

/* Keys that a thread has been through, by their highest bits; of two places side by side
 * the newer two stay. */
struct race_keys {
	uint32_t shift, replaced;
	uint64_t key[];
};

#define SHIFT_FIRST (64 - 8)
#define SHIFT_LAST (64 - 13)

static struct race_keys *keys_new(uint32_t shift)
{
	struct race_keys *keys = race_alloc(sizeof(*keys) + (sizeof(keys->key[0]) << (64 - shift)));

	keys->shift = shift;
	return keys;
}

/* Where many replace each other there is more room; what was known is soon known again. */
static void key_add(struct race_thread *self, uint64_t key)
{
	struct race_keys *keys = self->orders_known;

	if (!keys)
		keys = keys_new(SHIFT_FIRST);
	keys->replaced += keys->key[key >> keys->shift ^ 1] != 0;
	if (keys->replaced >> (64 - keys->shift) && keys->shift > SHIFT_LAST) {
		uint32_t shift = keys->shift - 1;

		race_free(keys, sizeof(*keys) + (sizeof(keys->key[0]) << (64 - keys->shift)));
		keys = keys_new(shift);
	}
	keys->key[key >> keys->shift ^ 1] = keys->key[key >> keys->shift];
	keys->key[key >> keys->shift] = key;
	self->orders_known = keys;
}

RACE_INLINE bool key_is_known(const struct race_keys *keys, uint64_t key)
{
	return race_likely(keys != NULL) && (race_likely(keys->key[key >> keys->shift] == key) ||
					     keys->key[key >> keys->shift ^ 1] == key);
}

static RACE_COLD void look(struct race_thread *self, uint64_t key)
{
	struct findings findings = { 0 };

	key_add(self, key);
	note(self, &findings);
	for (uint32_t i = 0; i < findings.count; i++) {
		locks_add(findings.finding[i]);
		race_finding_tell(findings.finding[i]);
	}
}

void race_inversion_look(struct race_thread *self)
{
	uint32_t last = self->holds_count - 1;
	struct race_hold *asked = &self->holds[last];
	uint64_t key;

	if (!self->lineage)
		return;
	race_enter();
	for (uint32_t i = self->holds_counted; i < last; i++) {
		struct race_hold *hold = &self->holds[i];

		hold->order = number_of(race_load(&hold->addr));
		self->holds_sum += race_hold_mark(hold);
		self->holds_counted = i + 1;
	}
	asked->order = number_of(race_load(&asked->addr));
	key = race_order_shape(self->holds_sum, race_hold_mark(asked)) ^ self->lineage->mark;
	if (race_unlikely(!key_is_known(self->orders_known, key)))
		look(self, key);
	race_leave();
}
