/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * frame.c - looks for return addresses on a stack (frame.h).
 */
#include "frame.h"

#define LOOKS_MOST (1u << 22) /* comparisons; a frame is small, a stack rarely deep */
#define CALL 0xe8             /* with a 32-bit distance */
#define CALL_BYTES 5

/* Nobody is in a function that it called: how was it called itself? */
static uint64_t callee(uint64_t pc)
{
	const uint8_t *call = (const uint8_t *)pc - CALL_BYTES;
	int32_t distance;

	if (call[0] != CALL)
		return 0;
	__builtin_memcpy(&distance, call + 1, sizeof(distance));
	return pc + (int64_t)distance + 1;
}

uint64_t race_frame_owner(const struct race_thread *thread, uint64_t addr, uint64_t end)
{
	const uint64_t *top = race_load(&thread->words->stack);
	uint32_t looks = 0;

	if (top < thread->stack || top > thread->stack_end)
		return 0;
	for (uint64_t at = (addr + 7) & ~7ull; at + 8 <= end; at += 8) {
		uint64_t word = race_load((const uint64_t *)at);

		for (const uint64_t *entry = top; entry-- > thread->stack;) {
			if (looks++ == LOOKS_MOST)
				return 0;
			if (race_load(entry) == word)
				return entry + 1 < top ? race_load(entry + 1) : callee(word);
		}
	}
	return 0;
}
