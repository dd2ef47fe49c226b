/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fingerprint.c - hashes of stacks (fingerprint.h).
 */
#include "fingerprint.h"

#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

static uint64_t mix_string(uint64_t hash, const char *string)
{
	for (; *string; string++)
		hash = mix(hash, (unsigned char)*string);
	return mix(hash, 0x100);
}

uint64_t race_fingerprint_pair(uint64_t a, uint64_t b)
{
	return mix(mix(0, a < b ? a : b), a < b ? b : a) | 1;
}

uint64_t race_fingerprint_raw(const struct race_stack *stack)
{
	uint64_t hash = stack->count;

	for (uint32_t i = 0; i < stack->count; i++)
		hash = mix(hash, stack->pc[i]);
	return hash;
}

const char *race_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

uint64_t race_fingerprint(enum race_kind kind, uint32_t size, const char *function,
			  const struct race_frames *frames)
{
	uint64_t hash = mix(kind, size);

	hash = mix_string(hash, function ? function : "");
	for (uint32_t i = 0; i < frames->count; i++) {
		const struct race_frame *frame = &frames->frame[i];

		hash = mix_string(hash, frame->function);
		if (frame->file) {
			hash = mix_string(hash, race_basename(frame->file));
			hash = mix(hash, frame->line);
		} else {
			hash = mix_string(hash, frame->module ? race_basename(frame->module) : "");
			hash = mix(hash, frame->module_offset);
		}
	}
	return hash;
}
