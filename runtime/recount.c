/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * recount.c - the plan of a renumbering (recount.h).
 *
 * An epoch e with the class c(e), counted from the clock entries above what all know,
 * gets the number 1 + c(e); a clock's entry v gets the number of classes that end at or
 * before it. Then e <= v for the old numbers exactly if it is so for the new ones: when
 * e <= v, the classes that end before e, and the one that ends at v, end at or before v;
 * when v < e, those that end at or before v end before e.
 */
#include "recount.h"

#include "alloc.h"
#include "clock.h"
#include "grave.h"
#include "slot.h"

/* Sets of knowers take so much memory at most; what does not fit stays where it is. */
#define ROOM_FOR_KNOWERS (256ull << 20)

struct plan {
	bool empty;      /* nobody lives there */
	bool left;       /* and nothing stays there */
	bool as_it_is;   /* its thread is on its way out, and does not stand still */
	uint64_t known;  /* by all threads: its last epoch */
	uint32_t bounds;
	uint64_t *bound; /* last epochs of classes 1.., ascending; a last class is open */
	uint32_t buried; /* classes 1.. of a slot that is left, */
	struct race_remains *remains; /* one for each */
};

static struct plan plans[RACE_TIDS];

/* ---- all clocks there are ---- */

static bool counts(const struct race_thread *thread)
{
	return thread && !plans[thread->tid].empty;
}

/* Calls visit(entries, size, number) for each. Returns how many there are. */
static uint32_t each_clock(void (*visit)(const uint64_t *entry, uint32_t size, uint32_t number))
{
	uint32_t number = 0;

	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		if (counts(thread))
			visit(thread->clock, race_runtime.tids, number++);
	}
	for (const struct race_clock *clock = race_clocks; clock; clock = clock->next)
		visit(clock->entry, clock->size, number++);
	return number;
}

static uint64_t epoch_in(const uint64_t *entry, uint32_t size, uint32_t tid)
{
	return tid < size ? entry[tid] >> RACE_CELL_EPOCH_SHIFT : 0;
}

/* ---- what all threads know ---- */

/* A thread blocked in a join will know what that one knows (floor.h). */
static uint64_t knows_of(const struct race_thread *thread, uint32_t tid)
{
	const struct race_thread *target = thread->joining;
	uint64_t entry = thread->clock[tid];

	if (target && !race_thread_may_wake(thread, ~0ull) && target->clock[tid] > entry)
		entry = target->clock[tid];
	return entry >> RACE_CELL_EPOCH_SHIFT;
}

static void find_known(uint32_t tid)
{
	uint64_t known = RACE_EPOCH_LAST;

	for (uint32_t other = 0; other < race_runtime.tids; other++) {
		const struct race_thread *thread = race_thread_in_slot(other);

		/* One that waits to be joined does nothing any more. */
		if (counts(thread) && (!thread->life->finished || plans[other].as_it_is) &&
		    knows_of(thread, tid) < known)
			known = knows_of(thread, tid);
	}
	plans[tid].known = known;
}

/* ---- where classes end ---- */

static uint64_t *gathered; /* epochs of one tid, as they come */
static uint64_t gathered_count, gathered_room;
static uint32_t gathered_tid;

static void gather(uint64_t epoch)
{
	if (epoch > plans[gathered_tid].known && gathered_count < gathered_room)
		gathered[gathered_count++] = epoch;
}

static void gather_entry(const uint64_t *entry, uint32_t size, uint32_t number)
{
	(void)number;
	gather(epoch_in(entry, size, gathered_tid));
}

static void sift(uint64_t *heap, uint64_t root, uint64_t count)
{
	for (uint64_t child; (child = 2 * root + 1) < count; root = child) {
		uint64_t value = heap[root];

		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			return;
		heap[root] = heap[child];
		heap[child] = value;
	}
}

/* Heapsort: libc's qsort may allocate. */
static void sort(uint64_t *values, uint64_t count)
{
	for (uint64_t i = count / 2; i-- > 0;)
		sift(values, i, count);
	for (uint64_t last = count; last-- > 1;) {
		uint64_t value = values[0];

		values[0] = values[last];
		values[last] = value;
		sift(values, 0, last);
	}
}

static void find_bounds(uint32_t tid)
{
	struct plan *plan = &plans[tid];

	gathered_tid = tid;
	gathered_count = 0;
	each_clock(gather_entry);
	/* An epoch's thread must be told by its number still. */
	for (struct race_tenure *tenure = race_slots[tid].tenures; tenure; tenure = tenure->earlier)
		if (tenure->first_epoch)
			gather(tenure->first_epoch - 1);
	sort(gathered, gathered_count);
	plan->bounds = 0;
	for (uint64_t i = 0; i < gathered_count; i++)
		if (!i || gathered[i] != gathered[i - 1])
			gathered[plan->bounds++] = gathered[i];
	plan->bound = race_alloc((plan->bounds + 1) * sizeof(uint64_t));
	for (uint32_t i = 0; i < plan->bounds; i++)
		plan->bound[i] = gathered[i];
}

/* How many classes end before the epoch (or, with `or_at`, at it)? */
static uint32_t ended(const struct plan *plan, uint64_t epoch, bool or_at)
{
	uint32_t low = 0, high = plan->bounds;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (plan->bound[middle] < epoch || (or_at && plan->bound[middle] == epoch))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- what is left of slots in which nobody lives ---- */

static uint32_t clocks;
static uint64_t room_taken;
static struct plan *at_work;

static uint64_t bytes_of_knowers(void)
{
	return (clocks + 63) / 64 * sizeof(uint64_t);
}

static void note_knower(const uint64_t *entry, uint32_t size, uint32_t number)
{
	uint32_t knows = ended(at_work, epoch_in(entry, size, gathered_tid), true);

	for (uint32_t class = 0; class < knows && class < at_work->buried; class++)
		at_work->remains[class].knowers[number / 64] |= 1ull << (number & 63);
}

static race_cell first_of_class(uint32_t tid, uint32_t class)
{
	const struct plan *plan = &plans[tid];
	uint64_t before = class == 0 ? plan->known : plan->bound[class - 1];

	return (before + 1) << RACE_CELL_EPOCH_SHIFT | (uint64_t)tid << RACE_CELL_TID_SHIFT;
}

static void gather_remains(uint32_t tid)
{
	struct plan *plan = &plans[tid];

	plan->remains = race_alloc((plan->buried + 1) * sizeof(*plan->remains));
	for (uint32_t class = 0; class < plan->buried; class++) {
		plan->remains[class].first = first_of_class(tid, class);
		plan->remains[class].life = race_slot_tenure(plan->remains[class].first)->life;
		plan->remains[class].knowers = race_alloc(bytes_of_knowers());
	}
	gathered_tid = tid;
	at_work = plan;
	each_clock(note_knower);
}

static void forget_remains(struct plan *plan)
{
	for (uint32_t class = 0; class < plan->buried; class++)
		race_free(plan->remains[class].knowers, bytes_of_knowers());
	race_free(plan->remains, (plan->buried + 1) * sizeof(*plan->remains));
	plan->remains = NULL;
}

static void bury(uint32_t tid)
{
	struct plan *plan = &plans[tid];
	uint64_t room;
	/* Nobody has an epoch behind the last one. */
	bool open = race_slot_last_epoch(tid) >
	            (plan->bounds ? plan->bound[plan->bounds - 1] : plan->known);

	plan->buried = plan->bounds + open;
	room = plan->buried * bytes_of_knowers();
	if (room_taken + room > ROOM_FOR_KNOWERS)
		return;
	gather_remains(tid);
	plan->left = race_graves_bury(tid, plan->remains, plan->buried);
	if (plan->left)
		room_taken += room;
	else
		forget_remains(plan);
}

static void count_clock(const uint64_t *entry, uint32_t size, uint32_t number)
{
	(void)entry, (void)size, (void)number;
}

/* ---- the plan ---- */

/* Nobody reaches the words of a thread behind its race_thread_finish; destructors may
 * run there still. So their epoch keeps its number. */
static bool is_on_its_way_out(uint32_t tid)
{
	const struct race_thread *thread = race_thread_in_slot(tid);

	return thread && thread->life->finished && thread != __race_self.thread &&
	       race_slot_is_running(thread);
}

void race_recount_begin(void)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		plans[tid] = (struct plan){ .empty = race_slot_is_empty(tid) };
		plans[tid].as_it_is = !plans[tid].empty && is_on_its_way_out(tid);
	}
	clocks = each_clock(count_clock);
	room_taken = 0;
	race_graves_begin(clocks);
	gathered_room = clocks;
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++)
		for (struct race_tenure *t = race_slots[tid].tenures; t; t = t->earlier)
			gathered_room++;
	gathered = race_alloc(gathered_room * sizeof(*gathered));
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		find_known(tid);
		find_bounds(tid);
		if (plans[tid].empty)
			bury(tid);
	}
	race_graves_close();
}

void race_recount_end(void)
{
	race_free(gathered, gathered_room * sizeof(*gathered));
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		race_free(plans[tid].bound, (plans[tid].bounds + 1) * sizeof(uint64_t));
		if (plans[tid].left)
			forget_remains(&plans[tid]);
	}
}

/* ---- new numbers for old ---- */

bool race_recount_is_left(uint32_t tid)
{
	return plans[tid].left;
}

uint64_t race_recount_epoch(uint32_t tid, uint64_t epoch)
{
	const struct plan *plan = &plans[tid];

	if (plan->as_it_is)
		return epoch;
	if (epoch <= plan->known)
		return epoch != 0;
	return (plan->known != 0) + 1 + ended(plan, epoch, false);
}

race_cell race_recount_cell(race_cell c)
{
	uint32_t tid = race_cell_tid(c);
	const struct plan *plan = &plans[tid];
	uint64_t epoch = race_cell_epoch(c), below = c & ((1ull << RACE_CELL_TID_SHIFT) - 1);

	if (epoch <= plan->known)
		return 0;
	if (plan->left)
		return plan->remains[ended(plan, epoch, false)].place | below;
	return race_recount_epoch(tid, epoch) << RACE_CELL_EPOCH_SHIFT |
	       (uint64_t)tid << RACE_CELL_TID_SHIFT | below;
}

/* Tenures that end with what all know are of no matter any more. */
static void renew_tenures(uint32_t tid)
{
	struct race_tenure *tenure = race_slots[tid].tenures, *gone;

	for (; tenure; tenure = tenure->earlier) {
		bool last = tenure->first_epoch <= plans[tid].known;

		tenure->first_epoch = race_recount_epoch(tid, tenure->first_epoch);
		while (last && (gone = tenure->earlier)) {
			tenure->earlier = gone->earlier;
			race_free(gone, sizeof(*gone));
		}
	}
}

void race_recount_slots(void)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_slot *slot = &race_slots[tid];

		if (plans[tid].left) {
			race_slot_clear(tid);
			continue;
		}
		renew_tenures(tid);
		if (slot->end)
			slot->end = race_clock_entry(
				race_recount_epoch(tid, slot->end >> RACE_CELL_EPOCH_SHIFT));
	}
	race_graves_fill_slots();
}

static uint64_t renewed_entry(uint32_t tid, uint64_t entry)
{
	const struct plan *plan = &plans[tid];
	uint64_t epoch = entry >> RACE_CELL_EPOCH_SHIFT, number;

	if (!entry || plan->left)
		return 0;
	if (plan->as_it_is)
		return entry;
	/* Less than all threads know is news to none. */
	if (epoch < plan->known)
		return tid == 0 ? race_clock_entry(0) : 0;
	number = (plan->known != 0) + ended(plan, epoch, true);
	return number || tid == 0 ? race_clock_entry(number) : 0;
}

void race_recount_clock(uint64_t *entry, uint32_t size)
{
	uint64_t known[RACE_TIDS];

	for (uint32_t i = 0; i < race_grave_count; i++)
		known[i] = race_grave_known(&race_graves[i], entry, size);
	for (uint32_t tid = 0; tid < size; tid++)
		race_store(&entry[tid], renewed_entry(tid, entry[tid]));
	for (uint32_t i = 0; i < race_grave_count; i++)
		if (known[i])
			race_store(&entry[race_graves[i].tid], race_clock_entry(known[i]));
}
