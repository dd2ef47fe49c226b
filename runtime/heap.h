/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * heap.h - which block an address of the heap is in, and who allocated it where. One
 * word for each 16 bytes of the program, in pages that come as they are needed: a block's
 * first 16 bytes have its size, its thread and the number of its stack there, also
 * after it was freed, until another block begins in the same place.
 */
#ifndef RACE_HEAP_H
#define RACE_HEAP_H

#include "thread.h"

struct race_block {
	uint64_t addr, bytes;
	bool freed;
	uint32_t thread; /* number of the one that allocated it; RACE_BLOCK_UNKNOWN */
	struct race_stack stack; /* as deep as is kept; none when count is 0 */
};
#define RACE_BLOCK_UNKNOWN UINT32_MAX

/* self has allocated the block; `pc` is where the call returns to. */
void race_heap_note(struct race_thread *self, uint64_t addr, uint64_t bytes, uint64_t pc);

/* The block at addr goes. */
void race_heap_forget(uint64_t addr);

/* The living block that addr is in, else the one freed last there. */
bool race_heap_find(uint64_t addr, struct race_block *block);

#endif
