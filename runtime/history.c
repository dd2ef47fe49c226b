/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * history.c - rings, shadow call stacks, and the walk back to an old access's stack
 * (history.h).
 *
 * Undoing an event: a `call` takes the innermost frame away and must find its own pc
 * there; a `return` puts its frame back. A `lock` takes the lock off the list of held
 * ones, an `unlock` puts it there again, though not where it was taken: for that the walk
 * goes on behind the access, to the `lock`.
 */
#include "history.h"

#include "alloc.h"
#include "options.h"
#include "platform.h"
#include "site.h"

#define RING_EVENTS (32ull * 1024)
#define FRAMES_MOST 65536
#define PRESENT_MOST (FRAMES_MOST / 2) /* of them copied from the present stack */
#define TRIES 1000                     /* to catch a running thread between two calls */
#define AGAIN 10                       /* of them after a walk that led nowhere */

/* Every instrumented frame takes at least 16 bytes of the program's stack, so half of
 * that is always enough; programs may enlarge theirs (ulimit -s unlimited). */
#define CALL_STACK_BYTES (512ull << 20)

void race_history_prepare(struct race_thread *thread)
{
	uint64_t bytes = (RING_EVENTS << race_options.history_size) * sizeof(uint64_t);

	if (!thread->stack) {
		thread->stack = race_reserve(CALL_STACK_BYTES, 4096, "a call stack");
		thread->stack_end = thread->stack + CALL_STACK_BYTES / sizeof(uint64_t);
		thread->history = race_reserve(bytes, 2 * bytes, "a thread's history");
		thread->history_end = thread->history + bytes / sizeof(uint64_t);
		return;
	}
	/* The last life's events must not be read as this one's. */
	race_sys_madvise(thread->history, bytes, MADV_DONTNEED);
}

void race_history_present(const struct race_words *words, uint64_t pc,
                          struct race_stack *stack)
{
	const struct race_thread *thread = words->thread;
	const uint64_t *top = words->stack;

	stack->count = 0;
	stack->cut = false;
	if (pc)
		stack->pc[stack->count++] = pc;
	if (!thread || top < thread->stack || top > thread->stack_end)
		return;
	while (top > thread->stack && stack->count < RACE_STACK_FRAMES)
		stack->pc[stack->count++] = race_load(--top);
	stack->cut = top > thread->stack;
}

/* ---- the walk back ---- */

struct walk {
	const struct race_thread *thread;
	uint64_t *next;  /* events before this slot are still to undo */
	uint32_t left;   /* how many at most */
	uint32_t frames; /* of the stack so far, outermost first, in frame_pcs */
	bool cut;        /* the present stack had more than fit */
	uint32_t holds;  /* in walk_holds, oldest first */
	bool holds_lost; /* there were more */
	uint64_t word;   /* tid and epoch of the events now undone, as a cell's top */
};

/* One walk at a time: under the registry's lock. */
static uint64_t frame_pcs[FRAMES_MOST];

#define HOLDS_MOST 256
static struct race_hold walk_holds[HOLDS_MOST];

static bool undo_call(struct walk *walk, uint64_t pc)
{
	return walk->frames && frame_pcs[--walk->frames] == pc;
}

static bool undo_return(struct walk *walk, uint64_t pc)
{
	if (walk->frames == FRAMES_MOST)
		return false;
	frame_pcs[walk->frames++] = pc;
	return true;
}

static struct race_hold hold_of(uint64_t event)
{
	return (struct race_hold){ .addr = event & ((1ull << RACE_EVENT_KIND_SHIFT) - 1),
		                   .kind = event >> RACE_EVENT_KIND_SHIFT & 7 };
}

static void undo_unlock(struct walk *walk, uint64_t event)
{
	if (walk->holds == HOLDS_MOST)
		walk->holds_lost = true;
	else
		walk_holds[walk->holds++] = hold_of(event);
}

static void undo_lock(struct walk *walk, uint64_t event)
{
	uint64_t addr = hold_of(event).addr;

	for (uint32_t i = walk->holds; i--;)
		if (walk_holds[i].addr == addr) {
			for (walk->holds--; i < walk->holds; i++)
				walk_holds[i] = walk_holds[i + 1];
			return;
		}
}

static uint64_t step_back(struct walk *walk)
{
	if (!walk->left--)
		return 0;
	if (walk->next == walk->thread->history)
		walk->next = walk->thread->history_end;
	return race_load(--walk->next);
}

/* Does `event`, the newest not yet undone, touch the granule from the site? */
static bool is_the_access(const struct walk *walk, uint64_t event, uint64_t addr,
                          uint32_t site)
{
	const uint64_t granules = (1ull << RACE_EVENT_SITE_SHIFT) - 1;
	uint64_t wanted = race_event_access(addr, site);
	uint64_t first = event & granules;
	struct walk peek = *walk;
	uint64_t length;

	if (event == wanted)
		return true;
	if ((event ^ wanted) >> RACE_EVENT_SITE_SHIFT || (wanted & granules) < first)
		return false;
	length = step_back(&peek);
	if (RACE_EVENT_TYPE(length) != RACE_EVENT_TYPE(RACE_EVENT_LENGTH))
		return false;
	/* The first byte may be anywhere in its granule: seven bytes of grace. */
	return ((wanted & granules) - first) * 8 < (length & ~RACE_EVENT_LENGTH) + 7;
}

/* Undoes what changes the stack; false: it did not fit. */
static bool undo_frame(struct walk *walk, uint64_t event)
{
	if (event >> 47 == 0)
		return undo_call(walk, event);
	return ~event >> 47 || undo_return(walk, ~event);
}

/* Undoes events until the access is the newest one left. */
static bool walk_to(struct walk *walk, race_cell c, uint64_t known, uint64_t addr,
                    uint32_t site)
{
	for (;;) {
		uint64_t event = step_back(walk);

		if (!event || !undo_frame(walk, event))
			return false;
		if (RACE_EVENT_TYPE(event) == RACE_EVENT_TYPE(RACE_EVENT_LOCK)) {
			if (event & RACE_EVENT_GIVEN)
				undo_unlock(walk, event);
			else
				undo_lock(walk, event);
		} else if (RACE_EVENT_TYPE(event) == RACE_EVENT_TYPE(RACE_EVENT_EPOCH)) {
			walk->word = event << RACE_CELL_TID_SHIFT;
			if (race_cell_tid(walk->word) == race_cell_tid(c) &&
			    race_cell_epoch(walk->word) <= known)
				return false;
		} else if (RACE_EVENT_TYPE(event) == RACE_EVENT_TYPE(RACE_EVENT_ACCESS) &&
			   race_cell_tid(walk->word) == race_cell_tid(c) &&
			   race_cell_epoch(walk->word) <= race_cell_epoch(c) &&
			   is_the_access(walk, event, addr, site)) {
			return true;
		}
	}
}

/* ---- where the locks were taken that were given back since ---- */

struct missing {
	struct race_hold *hold;
	uint32_t inner; /* unlocks met whose lock is still to come */
};

static void take_place(const struct walk *walk, uint64_t place, struct race_hold *hold)
{
	uint32_t from = walk->frames;

	if (place >> 60 != RACE_EVENT_PLACE >> 60)
		return;
	hold->pc[0] = place & ~RACE_EVENT_PLACE;
	for (uint32_t i = 1; i < RACE_HOLD_FRAMES && from; i++)
		hold->pc[i] = frame_pcs[--from];
}

/* `event` is a lock or unlock, and the newest not yet undone. Was it one we look for? */
static bool place_found(struct walk *walk, uint64_t event, struct missing *missing, uint32_t count)
{
	while (count--) {
		struct missing *one = &missing[count];

		if (!one->hold || one->hold->addr != hold_of(event).addr)
			continue;
		if (event & RACE_EVENT_GIVEN) {
			one->inner++;
		} else if (one->inner) {
			one->inner--;
		} else {
			take_place(walk, step_back(walk), one->hold);
			one->hold = NULL;
			return true;
		}
		return false;
	}
	return false;
}

static void walk_on(struct walk *walk, struct race_holds *holds)
{
	struct missing missing[RACE_HOLDS_TOLD];
	uint32_t count = 0, left;

	for (uint32_t i = 0; i < holds->count; i++)
		if (!holds->hold[i].pc[0])
			missing[count++] = (struct missing){ &holds->hold[i], 0 };
	left = count;
	while (left) {
		uint64_t event = step_back(walk);

		if (!event || !undo_frame(walk, event))
			return;
		if (RACE_EVENT_TYPE(event) == RACE_EVENT_TYPE(RACE_EVENT_LOCK))
			left -= place_found(walk, event, missing, count);
	}
}

static void holds_out(struct walk *walk, struct race_holds *holds)
{
	uint32_t from = walk->holds > RACE_HOLDS_TOLD ? walk->holds - RACE_HOLDS_TOLD : 0;

	holds->known = !walk->holds_lost;
	holds->count = walk->holds - from;
	for (uint32_t i = 0; i < holds->count; i++)
		holds->hold[i] = walk_holds[from + i];
	walk_on(walk, holds);
}

/* The thread's present: its stack and where its ring ends. False when a running
 * thread moved on meanwhile. */
static bool begin(struct walk *walk, const struct race_thread *thread)
{
	const struct race_words *words = thread->words;
	uint64_t *top = words ? race_load(&words->stack) : thread->last_stack;
	uint64_t *next = words ? race_load_acquire(&words->history) : thread->last_history;
	const uint64_t *low = race_load_acquire(&thread->stack);
	const uint64_t *high = race_load_acquire(&thread->stack_end);
	uint64_t depth = top - low;

	*walk = (struct walk){ .thread = thread, .next = next };
	if (top < low || top > high || next < thread->history ||
	    next > thread->history_end)
		return false;
	walk->frames = depth < PRESENT_MOST ? depth : PRESENT_MOST;
	walk->cut = depth > walk->frames;
	for (uint32_t i = 0; i < walk->frames; i++)
		frame_pcs[i] = race_load(&top[i - (int64_t)walk->frames]);
	walk->holds = race_held_copy(thread, walk_holds, HOLDS_MOST);
	walk->word = (race_load(&thread->clock[thread->tid]) & ~RACE_BELOW_EPOCH) |
	             (uint64_t)thread->tid << RACE_CELL_TID_SHIFT;
	/* It may go on while the walk looks: an eighth of the ring is its to overwrite. */
	walk->left = (thread->history_end - thread->history) / 8 * 7;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return !words || (race_load(&words->history) == next && race_load(&words->stack) == top);
}

/* How many events the thread added since the walk began. */
static uint64_t events_since(const struct race_thread *thread, const uint64_t *start)
{
	uint64_t ring = thread->history_end - thread->history;

	return thread->words ? (race_load_acquire(&thread->words->history) - start) & (ring - 1) :
	                       0;
}

static void copy_out(const struct walk *walk, uint64_t pc, struct race_stack *stack)
{
	uint32_t i = walk->frames;

	stack->count = 0;
	stack->pc[stack->count++] = pc;
	while (i && stack->count < RACE_STACK_FRAMES)
		stack->pc[stack->count++] = frame_pcs[--i];
	stack->cut = i || walk->cut;
}

static void past_out(struct walk *walk, const uint64_t *end, struct race_past *past)
{
	past->newer = (uint64_t)(walk->thread->history_end - walk->thread->history) / 8 * 7 -
	              walk->left;
	past->end = end;
	holds_out(walk, &past->holds);
}

bool race_history_restore(race_cell c, uint64_t known, uint64_t addr, uint32_t site,
                          struct race_stack *stack, struct race_past *past)
{
	uint64_t pc = race_site_place(site).pc;
	bool found = false, settled = false;

	race_thread_lock();
	for (int i = 0; i < TRIES && !settled; i++) {
		const struct race_thread *thread = race_thread_holding(c);
		struct walk walk;
		uint64_t *start, moved;

		if (!thread)
			break;
		if (!begin(&walk, thread))
			continue;
		start = walk.next;
		found = walk_to(&walk, c, known, addr, site);
		moved = events_since(thread, start);
		settled = moved < (uint64_t)(thread->history_end - thread->history) / 8;
		found &= settled;
		/* It may have been met between the two stores of an event. */
		if (!found && moved && i < AGAIN)
			settled = false;
		if (found)
			copy_out(&walk, pc, stack);
		if (found && past)
			past_out(&walk, start, past);
	}
	race_thread_unlock();
	if (!found) {
		if (past)
			past->holds.known = false;
		stack->count = 1;
		stack->cut = false;
		stack->pc[0] = pc;
	}
	return found;
}
