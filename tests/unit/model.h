/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * model.h - all orders in which threads can take their steps, with a store buffer for each
 * thread as x86 has it. Who includes it says THREADS and VARIABLES, has a struct thread with
 * MODEL_BUFFER in it, and a step function; all states that can be met are gone through once.
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

#endif
