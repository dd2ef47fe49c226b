/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * model.h - all orders in which threads can take their steps, with a store buffer for each
 * thread as x86 has it. Who includes it says THREADS, VARIABLES and BUFFERED, has a struct
 * thread with MODEL_BUFFER, `at` and `awaits` in it and a step OVER, and the functions declared
 * below; all states that can be met are gone through once.
 */
#ifndef RACE_TEST_MODEL_H
#define RACE_TEST_MODEL_H

struct state {
	uint8_t memory[VARIABLES];
	struct thread thread[THREADS];
};

/* ---- the states met ---- */

#define TABLE (1u << 23)
static struct state *table;
static uint8_t *taken;
static uint32_t *todo, todo_count, met;

static void meet(const struct state *state)
{
	const uint8_t *bytes = (const uint8_t *)state;
	uint64_t hash = 14695981039346656037ull;
	uint32_t at;

	for (size_t i = 0; i < sizeof(*state); i++)
		hash = (hash ^ bytes[i]) * 1099511628211ull;
	for (at = hash & (TABLE - 1); taken[at]; at = (at + 1) & (TABLE - 1))
		if (!memcmp(&table[at], state, sizeof(*state)))
			return;
	taken[at] = 1;
	table[at] = *state;
	todo[todo_count++] = at;
	assert_true(++met < TABLE / 2);
}

static void forget_states(void)
{
	table = table ? table : malloc(TABLE * sizeof(*table));
	taken = taken ? taken : malloc(TABLE);
	todo = todo ? todo : malloc(TABLE * sizeof(*todo));
	memset(taken, 0, TABLE);
	todo_count = met = 0;
}

/* ---- x86 ---- */

static uint8_t load(const struct state *s, int me, int variable)
{
	const struct thread *t = &s->thread[me];

	for (int i = t->buffered; i-- > 0;)
		if (t->buffer[i].variable == variable)
			return t->buffer[i].value;
	return s->memory[variable];
}

static void store(struct state *s, int me, int variable, uint8_t value)
{
	struct thread *t = &s->thread[me];

	t->buffer[t->buffered].variable = (uint8_t)variable;
	t->buffer[t->buffered++].value = value;
}

static void drain_one(struct state *s, int me)
{
	struct thread *t = &s->thread[me];

	s->memory[t->buffer[0].variable] = t->buffer[0].value;
	memmove(&t->buffer[0], &t->buffer[1], sizeof(t->buffer[0]) * (BUFFERED - 1));
	memset(&t->buffer[--t->buffered], 0, sizeof(t->buffer[0]));
}

/* ---- all orders ---- */

static bool take_step(struct state *s, int me);       /* false: it cannot go on now */
static void forget(struct thread *t);                 /* what makes no difference any more */
static bool is_in_barrier(const struct thread *t);    /* until it awaits nobody */
static void judge(const struct state *s);             /* all are over */

static bool stuck; /* in some order nobody could go on */

/* A barrier takes place in every thread at some moment between its beginning and its end. */
static void barriers(const struct state *s, bool *moved)
{
	for (int asker = 0; asker < THREADS; asker++)
		for (int i = 0; i < THREADS && is_in_barrier(&s->thread[asker]); i++) {
			struct state next = *s;

			if (!(next.thread[asker].awaits & 1 << i))
				continue;
			while (next.thread[i].buffered)
				drain_one(&next, i);
			next.thread[asker].awaits &= (uint8_t)~(1 << i);
			meet(&next);
			*moved = true;
		}
}

static void go_on(const struct state *s)
{
	bool moved = false, over = true;

	for (int i = 0; i < THREADS; i++) {
		struct state next = *s;

		over = over && s->thread[i].at == OVER && !s->thread[i].buffered;
		if (s->thread[i].at != OVER && take_step(&next, i)) {
			forget(&next.thread[i]);
			meet(&next);
			moved = true;
		}
		if (s->thread[i].buffered) {
			next = *s;
			drain_one(&next, i);
			meet(&next);
			moved = true;
		}
	}
	barriers(s, &moved);
	if (over)
		judge(s);
	else
		stuck |= !moved;
}

/* Goes on from there until *enough or nothing is left. */
static void go_through(const struct state *first, const bool *enough)
{
	stuck = false;
	forget_states();
	meet(first);
	while (todo_count && !*enough) {
		struct state state = table[todo[--todo_count]];

		go_on(&state);
	}
	assert_false(stuck);
}

#endif
