/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_use.c - the end of a descriptor, and what others did with it (intercept_use.h).
 */
#include "intercept_use.h"

#include "access.h"

void race_use_answered(int fd)
{
	struct race_number_memory *memory = race_descriptor_memory(fd);

	if (memory)
		race_shadow_clear((uint64_t)&memory->sends, sizeof(memory->sends));
}

struct race_number_memory *race_use_closing(const struct race_caller *by, int fd)
{
	struct race_number_memory *memory = race_is_threaded() ? race_descriptor_memory(fd) : NULL;

	if (!memory || race_descriptor_is_anothers())
		return NULL;
	race_writes(by, &memory->sends, sizeof(memory->sends));
	race_writes(by, &memory->receives, sizeof(memory->receives));
	/* Whoever is given the number next has nothing to do with them. */
	race_shadow_clear((uint64_t)memory, sizeof(memory->sends) + sizeof(memory->receives));
	return memory;
}

int race_use_closed(const struct race_caller *by, struct race_number_memory *memory, int result)
{
	if (!memory || (result < 0 && errno != EBADF))
		return result;
	/* What is noted there belongs to an older opening, unless this close failed. */
	if (result == 0)
		race_shadow_clear((uint64_t)&memory->closed, sizeof(memory->closed));
	race_writes(by, &memory->closed, sizeof(memory->closed));
	return result;
}
