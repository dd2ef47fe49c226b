/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * print.c - a program as text, one operation a line.
 */
#include <stdio.h>

#include "program.h"

static const char *const names[WHATS] = {
	"read", "write", "store vptr", "atomic load", "atomic store", "atomic rmw",
	"atomic cas", "fence", "lock mutex", "unlock mutex", "read-lock rwlock",
	"write-lock rwlock", "unlock rwlock", "post semaphore", "wait semaphore",
	"create T", "finish", "begin to join T", "joined T", "free block", "alloc block"
};

static const char *const orders[] = { "relaxed", "consume", "acquire", "release",
	                              "acq_rel", "seq_cst", "relaxed (C++20)" };
static const char *const ways[] = { "C", "door", "inlined test" };

static void print_plain(const struct op *op)
{
	printf(" [%u,%u) at site %u by %s", op->offset, op->offset + op->bytes, op->site,
	       ways[op->way]);
	if (op->what == VPTR)
		printf(op->good ? ", unchanged" : ", changed");
}

static void print_atomic(const struct program *program, const struct op *op)
{
	const struct atom *atom = &program->atoms[op->object];

	printf(" [%u,%u) %s at site %u", atom->offset, atom->offset + atom->bytes,
	       orders[op->order], op->site);
	if (op->what == ATOMIC_CAS)
		printf(op->good ? " succeeds" : " fails, %s", orders[op->failure]);
}

void op_print(const struct program *program, uint32_t index)
{
	const struct op *op = &program->ops[index];

	printf("%3u  T%u: %s", index, op->thread, names[op->what]);
	if (op->what <= VPTR)
		print_plain(op);
	else if (is_atomic(op))
		print_atomic(program, op);
	else if (op->what == FENCE)
		printf(" %s", orders[op->order]);
	else if (op->what == FREE || op->what == ALLOC)
		printf(" [%u,%u)", program->block_offset,
		       program->block_offset + program->block_bytes);
	else if (op->what == CREATE || op->what == JOIN_BEGIN || op->what == JOIN_END)
		printf("%u", op->object);
	else if (op->what != FINISH)
		printf(" %u", op->object);
	printf("\n");
}

void program_print(const struct program *program)
{
	for (uint32_t i = 0; i < program->count; i++)
		op_print(program, i);
}
