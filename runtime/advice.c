/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * advice.c - compares the locks of both sides, then their kinds (advice.h). Each sentence
 * states facts of this race first; what it proposes would have ordered the two.
 */
#include "advice.h"

#include <string.h>

#include "site.h"

static void add(struct race_names *names, const char *words)
{
	race_names_add(names, words, strlen(words));
}

static const char *noun(const struct race_told_side *side)
{
	return race_kind_noun(side->side->kind);
}

/* "this read", "the previous write" */
static void side_add(struct race_names *names, const struct race_told *told,
		     const struct race_told_side *side)
{
	add(names, side == &told->now ? "this " : "the previous ");
	add(names, noun(side));
}

static void holds_add(struct race_names *names, const struct race_told_side *side)
{
	for (uint32_t i = 0; i < side->holds; i++) {
		add(names, i == 0 ? "" : i + 1 < side->holds ? ", " : " and ");
		add(names, side->hold[i].name);
	}
}

static const struct race_told_hold *find(const struct race_told_side *side, uint64_t addr)
{
	for (uint32_t i = 0; i < side->holds; i++)
		if (side->hold[i].hold->addr == addr)
			return &side->hold[i];
	return NULL;
}

/* The other one's, of a lock that both hold, or NULL. */
static const struct race_told_hold *common(const struct race_told *told,
					   const struct race_told_hold **now)
{
	for (uint32_t i = 0; i < told->now.holds; i++) {
		*now = &told->now.hold[i];
		if (find(&told->before, (*now)->hold->addr))
			return find(&told->before, (*now)->hold->addr);
	}
	return NULL;
}

/* Both hold it and race all the same: as readers. */
static bool about_readers(const struct race_told *told, struct race_names *names)
{
	const struct race_told_hold *now, *before = common(told, &now);
	const struct race_told_side *writer;

	if (!before)
		return false;
	writer = race_kind_is_write(told->now.side->kind) ? &told->now : &told->before;
	if (race_hold_is_shared((writer == &told->now ? now : before)->hold->kind)) {
		side_add(names, told, writer);
		add(names, " holds ");
		add(names, now->name);
		add(names, " only for reading: lock it for writing");
	}
	return true;
}

static void about_locks(const struct race_told *told, struct race_names *names)
{
	const struct race_told_side *holder = told->now.holds ? &told->now : &told->before;
	const struct race_told_side *other = holder == &told->now ? &told->before : &told->now;

	if (about_readers(told, names))
		return;
	side_add(names, told, holder);
	add(names, " holds ");
	holds_add(names, holder);
	add(names, ", ");
	side_add(names, told, other);
	if (other->holds) {
		add(names, " holds ");
		holds_add(names, other);
		add(names, ": only one and the same lock orders them");
	} else {
		add(names, holder->holds > 1 ? " holds none: the one that guards this memory belongs "
					       "there, too" :
					       " does not: it belongs there, too");
	}
}

static void about_atomics(const struct race_told *told, struct race_names *names)
{
	bool now = race_kind_is_atomic(told->now.side->kind);
	const struct race_told_side *plain = now ? &told->before : &told->now;

	side_add(names, told, now ? &told->now : &told->before);
	add(names, " is atomic, ");
	side_add(names, told, plain);
	add(names, " is not: an access that others race with is to be atomic on both sides");
}

static void about_frees(const struct race_told *told, struct race_names *names)
{
	if (told->before.side->kind == RACE_FREE) {
		add(names, "the memory was freed before this ");
		add(names, noun(&told->now));
		add(names, ": it is used after its end");
	} else {
		add(names, "nothing makes the free wait until the ");
		add(names, noun(&told->before));
		add(names, " is over");
	}
}

/* "pthread_mutex_init()" and the like, "pthread_mutex_destroy()". */
static bool makes_lock(const struct race_side *side)
{
	static const char *const ends[] = { "_init()", "_destroy()" };
	size_t length = side->function ? strlen(side->function) : 0;

	for (int i = 0; i < 2 && length && !strncmp(side->function, "pthread_", 8); i++)
		if (length > strlen(ends[i]) && !strcmp(side->function + length - strlen(ends[i]), ends[i]))
			return true;
	return false;
}

static void about_making(struct race_names *names)
{
	add(names, "a lock is to be made before other threads can use it, and unmade when none does "
		   "any more: create them behind it, and join them before");
}

static void about_closing(const struct race_told *told, struct race_names *names)
{
	if (!race_kind_is_write(told->now.side->kind))
		add(names, "the descriptor was closed before: its number may be another file's by now");
	else if (race_kind_is_write(told->before.side->kind))
		add(names, "the descriptor is closed twice: the second may close another file");
	else
		add(names, "nothing makes the close wait until the use is over: its number may be another "
			   "file's by then");
}

const char *race_advice(const struct race_told *told, struct race_names *names)
{
	const struct race_side *now = told->now.side, *before = told->before.side;
	const char *advice = race_names_begin(names);

	if (told->location.kind == RACE_LOCATION_DESCRIPTOR)
		about_closing(told, names);
	else if (now->kind == RACE_FREE || before->kind == RACE_FREE)
		about_frees(told, names);
	else if (makes_lock(now) || makes_lock(before))
		about_making(names);
	else if (now->holds.known && before->holds.known && (told->now.holds || told->before.holds))
		about_locks(told, names);
	else if (race_kind_is_atomic(now->kind) != race_kind_is_atomic(before->kind))
		about_atomics(told, names);
	race_names_end(names);
	return advice;
}
