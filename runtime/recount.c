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
#include "platform.h"
#include "slot.h"

/* A slot of more classes stays as it is, though nobody lives in it. */
#define CLASSES_TO_BURY 8

/* What ended, and is known to the same clocks: their keys added up. */
struct grave {
	uint64_t knowers[2];
	uint32_t tid;
	uint32_t epochs; /* handed out */
	uint64_t witness; /* a cell, in old numbers: who knows it knows the grave */
	struct race_tenure *tenures;
};

struct plan {
	bool empty;       /* nobody lives there */
	bool left;        /* and nothing stays there */
	uint64_t known;   /* by all threads: its last epoch */
	uint32_t bounds;
	uint64_t *bound;  /* last epochs of classes 1.., ascending; a last class is open */
	race_cell *target; /* of a slot that is left: cells of classes 1.. in graves */
};

static struct plan plans[RACE_TIDS];
static struct grave graves[RACE_TIDS];
static uint32_t grave_count;

/* ---- all clocks there are ---- */

static bool counts(const struct race_thread *thread)
{
	return thread && !plans[thread->tid].empty;
}

/* Calls visit(entries, size, key) for each. */
static void each_clock(void (*visit)(const uint64_t *entry, uint32_t size, uint64_t key))
{
	uint64_t key = 0;

	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		if (counts(thread))
			visit(thread->clock, race_runtime.tids, ++key);
	}
	for (const struct race_clock *clock = race_clocks; clock; clock = clock->next)
		visit(clock->entry, clock->size, ++key);
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

	if (target && target->clock[tid] > entry)
		entry = target->clock[tid];
	return entry >> RACE_CELL_EPOCH_SHIFT;
}

static void find_known(uint32_t tid)
{
	uint64_t known = RACE_EPOCH_LAST;

	for (uint32_t other = 0; other < race_runtime.tids; other++) {
		const struct race_thread *thread = race_thread_in_slot(other);

		/* One that waits to be joined does nothing any more. */
		if (counts(thread) && (!thread->life->finished || thread->detached) &&
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

static void gather_entry(const uint64_t *entry, uint32_t size, uint64_t key)
{
	(void)key;
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

/* ---- graves ---- */

#define KEYS 2
static uint64_t (*knowers)[KEYS]; /* of class i + 1, of the tid at work */

static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 31) * 0x9e3779b97f4a7c15ull;
	value = (value ^ value >> 29) * 0xbf58476d1ce4e5b9ull;
	return value ^ value >> 32;
}

static void add_knower(const uint64_t *entry, uint32_t size, uint64_t key)
{
	const struct plan *plan = &plans[gathered_tid];
	uint32_t knows = ended(plan, epoch_in(entry, size, gathered_tid), true);

	/* Classes 1 to `knows`; those below get it in find_knowers. */
	if (knows) {
		knowers[knows - 1][0] ^= mix(key);
		knowers[knows - 1][1] ^= mix(~key);
	}
}

static void find_knowers(uint32_t tid)
{
	const struct plan *plan = &plans[tid];

	gathered_tid = tid;
	for (uint32_t i = 0; i <= plan->bounds; i++)
		knowers[i][0] = knowers[i][1] = 0;
	each_clock(add_knower);
	for (uint32_t i = plan->bounds; i-- > 0;)
		for (int k = 0; k < KEYS; k++)
			knowers[i][k] ^= knowers[i + 1][k];
}

static struct grave *find_grave(const uint64_t *key)
{
	for (uint32_t i = 0; i < grave_count; i++)
		if (graves[i].knowers[0] == key[0] && graves[i].knowers[1] == key[1])
			return &graves[i];
	return NULL;
}

static uint32_t spare[RACE_TIDS]; /* slots that are left, and no graves yet */
static uint32_t spares;

static race_cell first_cell_of_class(uint32_t tid, uint32_t class)
{
	const struct plan *plan = &plans[tid];
	uint64_t before = class == 1 ? plan->known : plan->bound[class - 2];

	return (before + 1) << RACE_CELL_EPOCH_SHIFT | (uint64_t)tid << RACE_CELL_TID_SHIFT;
}

/* The grave's newest epoch tells that life. */
static void bury(struct grave *grave, struct race_life *life)
{
	struct race_tenure *tenure = race_alloc(sizeof(*tenure));

	tenure->earlier = grave->tenures;
	tenure->life = life;
	tenure->first_epoch = grave->epochs;
	grave->tenures = tenure;
}

/* A grave's tid is one that is left already: no higher than that of its first epochs,
 * and so within the size of each clock that knows them. */
static struct grave *dig_grave(uint32_t tid, uint32_t class)
{
	struct grave *grave = &graves[grave_count++];

	grave->knowers[0] = knowers[class - 1][0];
	grave->knowers[1] = knowers[class - 1][1];
	grave->tid = spare[--spares];
	grave->epochs = 0;
	grave->tenures = NULL;
	grave->witness = first_cell_of_class(tid, class);
	return grave;
}

/* Is it worth it? Not if it would take more graves than there is room for. */
static void leave(uint32_t tid)
{
	struct plan *plan = &plans[tid];
	uint64_t keys[CLASSES_TO_BURY + 1][KEYS];
	/* Nobody has an epoch behind the last one. */
	bool open = race_slot_last_epoch(tid) >
	            (plan->bounds ? plan->bound[plan->bounds - 1] : plan->known);
	uint32_t classes = plan->bounds + open, graves_to_dig = 0;

	if (classes > CLASSES_TO_BURY)
		return;
	knowers = keys;
	find_knowers(tid);
	for (uint32_t class = 1; class <= classes; class++)
		graves_to_dig += !find_grave(keys[class - 1]) &&
		                 (class == 1 || keys[class - 1][0] != keys[class - 2][0]);
	if (graves_to_dig > spares + 1)
		return;
	plan->left = true;
	spare[spares++] = tid;
	plan->target = race_alloc((plan->bounds + 2) * sizeof(race_cell));
	for (uint32_t class = 1; class <= classes; class++) {
		struct grave *grave = find_grave(keys[class - 1]);

		if (!grave)
			grave = dig_grave(tid, class);
		plan->target[class] = (uint64_t)++grave->epochs << RACE_CELL_EPOCH_SHIFT |
		                      (uint64_t)grave->tid << RACE_CELL_TID_SHIFT;
		bury(grave, race_slot_tenure(first_cell_of_class(tid, class))->life);
	}
}

/* ---- the plan ---- */

void race_recount_begin(void)
{
	grave_count = spares = 0;
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++)
		plans[tid] = (struct plan){ .empty = race_slot_is_empty(tid) };
	gathered_room = race_runtime.tids;
	for (const struct race_clock *clock = race_clocks; clock; clock = clock->next)
		gathered_room++;
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++)
		for (struct race_tenure *t = race_slots[tid].tenures; t; t = t->earlier)
			gathered_room++;
	gathered = race_alloc(gathered_room * sizeof(*gathered));
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		find_known(tid);
		find_bounds(tid);
		if (plans[tid].empty)
			leave(tid);
	}
}

void race_recount_end(void)
{
	race_free(gathered, gathered_room * sizeof(*gathered));
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		race_free(plans[tid].bound, (plans[tid].bounds + 1) * sizeof(uint64_t));
		if (plans[tid].target)
			race_free(plans[tid].target, (plans[tid].bounds + 2) * sizeof(race_cell));
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
		return plan->target[1 + ended(plan, epoch, false)] | below;
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
	for (uint32_t i = 0; i < grave_count; i++)
		race_slot_fill(graves[i].tid, graves[i].tenures, graves[i].epochs);
}

static uint64_t renewed_entry(uint32_t tid, uint64_t entry)
{
	const struct plan *plan = &plans[tid];
	uint64_t epoch = entry >> RACE_CELL_EPOCH_SHIFT, number;

	if (!entry || plan->left)
		return 0;
	/* Less than all threads know is news to none. */
	if (epoch < plan->known)
		return tid == 0 ? race_clock_entry(0) : 0;
	number = (plan->known != 0) + ended(plan, epoch, true);
	return number || tid == 0 ? race_clock_entry(number) : 0;
}

void race_recount_clock(uint64_t *entry, uint32_t size)
{
	bool knows[RACE_TIDS];

	for (uint32_t i = 0; i < grave_count; i++) {
		uint32_t tid = race_cell_tid(graves[i].witness);

		knows[i] = tid < size && entry[tid] >= graves[i].witness;
	}
	for (uint32_t tid = 0; tid < size; tid++)
		race_store(&entry[tid], renewed_entry(tid, entry[tid]));
	for (uint32_t i = 0; i < grave_count; i++)
		if (knows[i])
			race_store(&entry[graves[i].tid], race_clock_entry(graves[i].epochs));
}
