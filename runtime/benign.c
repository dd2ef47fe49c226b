/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * benign.c - a list that only grows, newest first; asked when a race was found.
 */
#include "benign.h"

#include "alloc.h"

struct range {
	struct range *next;
	uint64_t addr, bytes;
};

static struct range *ranges;

void race_benign_add(uint64_t addr, uint64_t bytes)
{
	struct range *made;

	/* A loop may say the same again and again. */
	if (race_benign_has(addr, bytes))
		return;
	made = race_alloc(sizeof(*made));
	made->addr = addr;
	made->bytes = bytes;
	made->next = race_load(&ranges);
	while (!__atomic_compare_exchange_n(&ranges, &made->next, made, true, __ATOMIC_RELEASE,
	                                    __ATOMIC_RELAXED))
		;
}

bool race_benign_has(uint64_t addr, uint64_t bytes)
{
	for (const struct range *range = race_load_acquire(&ranges); range; range = range->next)
		if (addr - range->addr < range->bytes &&
		    addr + bytes <= range->addr + range->bytes)
			return true;
	return false;
}
