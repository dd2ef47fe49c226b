/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shrink.c - makes a program that differs smaller (compare.h): greedily, one, two and
 * three operations at a time, from the end.
 */
#include <string.h>

#include "compare.h"

static void drop(struct program *program, uint32_t from, uint32_t count)
{
	memmove(&program->ops[from], &program->ops[from + count],
	        (program->count - from - count) * sizeof(program->ops[0]));
	program->count -= count;
}

static bool try_dropping(struct program *program, uint32_t count,
                         bool (*still_differs)(const struct program *))
{
	bool dropped = false;

	for (uint32_t i = program->count; i-- > 0;) {
		struct program smaller = *program;

		if (i + count > program->count)
			continue;
		drop(&smaller, i, count);
		if (still_differs(&smaller)) {
			*program = smaller;
			dropped = true;
		}
	}
	return dropped;
}

static bool try_change(struct program *program, struct op *op, struct op changed,
                       bool (*still_differs)(const struct program *))
{
	struct op kept = *op;

	*op = changed;
	if (still_differs(program))
		return true;
	*op = kept;
	return false;
}

/* Narrower accesses are easier to read. */
static void try_narrowing(struct program *program, struct op *op,
                          bool (*still_differs)(const struct program *))
{
	struct op changed = *op;
	bool again = true;

	changed.way = BY_C;
	try_change(program, op, changed, still_differs);
	while (again && op->bytes > 1) {
		changed = *op;
		changed.bytes--;
		again = try_change(program, op, changed, still_differs);
		changed.offset++;
		again = again || try_change(program, op, changed, still_differs);
	}
}

void shrink(struct program *program, bool (*still_differs)(const struct program *))
{
	while (try_dropping(program, 1, still_differs) ||
	       try_dropping(program, 2, still_differs) ||
	       try_dropping(program, 3, still_differs))
		;
	for (uint32_t i = 0; i < program->count; i++)
		if (program->ops[i].what <= WRITE)
			try_narrowing(program, &program->ops[i], still_differs);
}
