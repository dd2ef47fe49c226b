/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * order.c - steps, and the search for circles of them (order.h).
 */
#include "order.h"

#include "alloc.h"

#define BYTES_MOST (16ull << 20)
#define LOOKS_MOST 20000 /* of one search; some 100 us */
#define BUCKETS (1u << 14)

static struct race_spin graph;
static uint32_t numbers, searches;
static struct race_order_step *newest, *oldest;
static struct race_order_step **buckets;
static uint64_t bytes;

/* Locks may come and go by the million, each with a step or two: these are used again. */
#define SPARE_ROOMS 8
static struct race_order_step *spare_steps[SPARE_ROOMS]; /* by room, linked by `alike` */
static struct race_order_lock *spare_locks;              /* linked by `next_seen` */

void race_order_take(void)
{
	race_spin_take(&graph);
}

void race_order_give(void)
{
	race_spin_give(&graph);
}

uint64_t race_order_bytes(void)
{
	return bytes;
}

/* ---- steps ---- */

/* As race_alloc gives them out. */
static uint64_t rounded(uint64_t size)
{
	return 1ull << (64 - __builtin_clzll(size - 1));
}

static uint64_t step_bytes(const struct race_order_step *step)
{
	return sizeof(*step) + (step->room + 1) * sizeof(step->part[0]);
}

/* A moment may be shared; it is counted as if it were not. */
static uint64_t all_bytes(const struct race_order_step *step)
{
	return rounded(step_bytes(step)) + rounded(race_moment_bytes(step->moment));
}

struct race_order_step *race_order_step_new(uint32_t held)
{
	struct race_order_step *step = held < SPARE_ROOMS ? spare_steps[held] : NULL;

	if (step)
		spare_steps[held] = step->alike;
	else
		step = race_alloc(sizeof(*step) + (held + 1) * sizeof(step->part[0]));
	step->room = held;
	step->count = 0;
	step->moment = NULL;
	return step;
}

struct race_order_part *race_order_step_part(struct race_order_step *step,
					     struct race_order_lock *lock, uint32_t kind)
{
	struct race_order_part *part = &step->part[step->count];

	part->lock = lock;
	part->kind = kind;
	part->index = step->count++;
	return part;
}

void race_order_step_free(struct race_order_step *step)
{
	if (step->moment)
		race_moment_drop(step->moment);
	if (step->room >= SPARE_ROOMS) {
		race_free(step, step_bytes(step));
		return;
	}
	step->alike = spare_steps[step->room];
	spare_steps[step->room] = step;
}

static void part_link(struct race_order_part *part, struct race_order_part **list)
{
	part->next = *list;
	part->link = list;
	if (part->next)
		part->next->link = &part->next;
	*list = part;
}

static void drop(struct race_order_step *step)
{
	for (uint32_t i = 0; i <= step->count; i++) {
		struct race_order_part *part = &step->part[i];

		*part->link = part->next;
		if (part->next)
			part->next->link = part->link;
	}
	*step->alike_link = step->alike;
	if (step->alike)
		step->alike->alike_link = step->alike_link;
	*(step->newer ? &step->newer->older : &newest) = step->older;
	*(step->older ? &step->older->newer : &oldest) = step->newer;
	bytes -= all_bytes(step);
	race_order_step_free(step);
}

static void insert(struct race_order_step *step, struct race_order_step **bucket)
{
	for (uint32_t i = 0; i <= step->count; i++) {
		struct race_order_lock *lock = step->part[i].lock;

		part_link(&step->part[i], i < step->count ? &lock->held : &lock->asked);
	}
	step->alike = *bucket;
	step->alike_link = bucket;
	if (step->alike)
		step->alike->alike_link = &step->alike;
	*bucket = step;
	step->newer = NULL;
	step->older = newest;
	*(newest ? &newest->newer : &oldest) = step;
	newest = step;
	bytes += all_bytes(step);
}

static uint64_t part_mark(const struct race_order_part *part)
{
	struct race_hold hold = { .order = part->lock->number, .kind = part->kind };

	return race_hold_mark(&hold);
}

static uint64_t shape_of(const struct race_order_step *step)
{
	uint64_t held = 0;

	for (uint32_t i = 0; i < step->count; i++)
		held += part_mark(&step->part[i]);
	return race_order_shape(held, part_mark(&step->part[step->count]));
}

static struct race_order_step **bucket_of(uint64_t shape)
{
	if (!buckets)
		buckets = race_alloc(BUCKETS * sizeof(*buckets));
	return &buckets[shape >> 20 & (BUCKETS - 1)];
}

bool race_order_has(uint64_t shape, const struct race_life *life, const struct race_moment *moment)
{
	for (const struct race_order_step *known = *bucket_of(shape); known; known = known->alike)
		if (known->shape == shape && known->life == life)
			return known->moment == moment;
	return false;
}

static struct race_order_step *renewed(struct race_order_step *known, struct race_order_step *step)
{
	bytes -= all_bytes(known);
	race_moment_drop(known->moment);
	known->moment = step->moment;
	bytes += all_bytes(known);
	step->moment = NULL;
	race_order_step_free(step);
	return known;
}

struct race_order_step *race_order_add(struct race_order_step *step)
{
	struct race_order_step **bucket, *last = NULL;
	uint32_t alike = 0;

	step->count--; /* the one asked for */
	step->shape = shape_of(step);
	bucket = bucket_of(step->shape);
	for (struct race_order_step *known = *bucket; known; known = known->alike) {
		if (known->shape != step->shape)
			continue;
		if (known->life == step->life)
			return renewed(known, step);
		alike++;
		last = known;
	}
	if (alike >= RACE_STEPS_ALIKE)
		drop(last);
	insert(step, bucket);
	while (bytes > BYTES_MOST && oldest != step)
		drop(oldest);
	return step;
}

/* ---- locks ---- */

struct race_order_lock *race_order_lock_new(uint64_t addr)
{
	struct race_order_lock *lock = spare_locks;

	if (lock)
		spare_locks = lock->next_seen;
	else
		lock = race_alloc(sizeof(*lock));
	if (!++numbers)
		numbers = 1;
	*lock = (struct race_order_lock){ .addr = addr, .number = numbers };
	return lock;
}

void race_order_forget(struct race_order_lock *lock)
{
	race_order_take();
	while (lock->held)
		drop((struct race_order_step *)race_order_step_of(lock->held));
	while (lock->asked)
		drop((struct race_order_step *)race_order_step_of(lock->asked));
	lock->next_seen = spare_locks;
	spare_locks = lock;
	race_order_give();
}

/* ---- circles ---- */

static const struct race_order_part *asked(const struct race_order_step *step)
{
	return &step->part[step->count];
}

static bool both_read(const struct race_order_part *a, const struct race_order_part *b)
{
	return race_hold_is_shared(a->kind) && race_hold_is_shared(b->kind);
}

bool race_order_reach(const struct race_order_step *step)
{
	struct race_order_lock *first = asked(step)->lock, *last = first;
	uint32_t looks = 0;

	if (!first->held)
		return false;
	if (!++searches)
		searches = 1;
	first->seen = searches;
	first->distance = 0;
	first->next_seen = NULL;
	for (struct race_order_lock *lock = first; lock; lock = lock->next_seen)
		for (const struct race_order_part *part = lock->held; part; part = part->next) {
			struct race_order_lock *next = asked(race_order_step_of(part))->lock;

			if (looks++ == LOOKS_MOST)
				return true;
			if (next->seen == searches)
				continue;
			next->seen = searches;
			next->distance = lock->distance + 1;
			next->next_seen = NULL;
			last->next_seen = next;
			last = next;
		}
	return true;
}

/* Could both stand where they did at one time? */
static bool are_apart(const struct race_order_step *a, const struct race_order_step *b)
{
	if (race_moments_are_ordered(a->moment, b->moment))
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++)
			if (a->part[i].lock == b->part[j].lock &&
			    !both_read(&a->part[i], &b->part[j]))
				return false;
	return true;
}

static bool fits(const struct race_order_cycle *cycle, const struct race_order_step *step)
{
	for (uint32_t i = 0; i < cycle->count; i++)
		if (!are_apart(race_order_step_of(cycle->held[i]), step))
			return false;
	return true;
}

/* The steps so far, and `more` at most. */
static bool extend(struct race_order_cycle *cycle, uint32_t more, uint32_t *looks)
{
	const struct race_order_part *first = cycle->held[0];
	const struct race_order_part *wants = asked(race_order_step_of(cycle->held[cycle->count - 1]));

	for (const struct race_order_part *part = wants->lock->held; part; part = part->next) {
		const struct race_order_step *step = race_order_step_of(part);
		bool closes = asked(step)->lock == first->lock && !both_read(asked(step), first);

		if (!*looks)
			return false;
		--*looks;
		if (both_read(wants, part) || (more == 1 && !closes) || !fits(cycle, step))
			continue;
		cycle->held[cycle->count++] = part;
		if (closes || (more > 1 && extend(cycle, more - 1, looks)))
			return true;
		cycle->count--;
	}
	return false;
}

bool race_order_circle(const struct race_order_step *step, uint32_t held,
		       struct race_order_cycle *cycle)
{
	const struct race_order_part *first = &step->part[held];
	uint32_t looks = LOOKS_MOST;

	if (first->lock->seen != searches)
		return false;
	for (uint32_t more = first->lock->distance; more < RACE_CYCLE_MOST && looks; more++) {
		cycle->count = 1;
		cycle->held[0] = first;
		if (extend(cycle, more, &looks))
			return true;
	}
	return false;
}
