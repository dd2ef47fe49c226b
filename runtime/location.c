/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * location.c - asks those who know, one after the other: the notes of the module, the
 * threads (thread-local memory ends at a thread's pointer, its stack lies below it in
 * the same mapping), the heap, the symbol table.
 */
#include "location.h"

#include <sys/auxv.h>

#include "descriptor.h"
#include "frame.h"
#include "maps.h"

static bool mapping_find(uint64_t addr, struct race_mapping *out)
{
	struct race_maps maps;
	bool found = false;

	if (!race_maps_open(&maps))
		return false;
	while (!found && race_maps_next(&maps, out))
		found = addr >= out->from && addr < out->to;
	race_maps_close(&maps);
	return found;
}

/* ---- threads ---- */

static uint64_t thread_pointer(void)
{
	uint64_t pointer;

	__asm__("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

/* The function that the compiler made code of, with all that is inlined in it. */
static const char *function_at(uint64_t pc, struct race_names *names)
{
	static struct race_frames frames; /* under the report lock */
	struct race_stack stack = { .count = 1, .pc = { pc } };

	race_symbolize(&stack, &frames, names);
	return frames.count && frames.frame[frames.count - 1].symbol ?
		       frames.frame[frames.count - 1].function :
		       "";
}

/* Nothing else that is instrumented calls the main thread's outermost function. */
static bool is_mains_own(const struct race_thread *thread)
{
	return thread->tid == 0 && thread->words && thread->words->stack == thread->stack + 1;
}

static void frame_find(uint64_t addr, const struct race_mapping *mapping,
		       struct race_location *out, struct race_names *names)
{
	uint64_t pc = 0;
	bool in_main = false;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		if (!thread || !thread->words || thread->life->number != out->owner)
			continue;
		pc = race_frame_owner(thread, addr, mapping->to);
		in_main = is_mains_own(thread);
		break;
	}
	race_thread_unlock();
	out->frame = pc ? function_at(pc, names) : in_main ? "main()" : "";
}

/* Looks at each living thread with the registry's lock held. */
static bool thread_find(uint64_t addr, struct race_location *out, struct race_names *names)
{
	uint64_t above = thread_pointer() - (uint64_t)&__race_self;
	uint64_t bytes = race_module_tls_bytes();
	struct race_mapping mapping;
	bool mapped = mapping_find(addr, &mapping);
	/* The kernel puts these bytes on the stack that the program starts on. */
	uint64_t on_stack = getauxval(AT_RANDOM);

	if (mapped && on_stack >= mapping.from && on_stack < mapping.to) {
		out->kind = RACE_LOCATION_STACK;
		out->owner = 0;
		frame_find(addr, &mapping, out, names);
		return true;
	}
	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);
		uint64_t words = thread ? (uint64_t)thread->words : 0, end = words + above;

		if (!words)
			continue;
		if (addr >= end - bytes && addr < end)
			out->kind = RACE_LOCATION_TLS;
		else if (thread->life->number && mapped && words >= mapping.from &&
			 words < mapping.to && addr < words)
			out->kind = RACE_LOCATION_STACK;
		else
			continue;
		out->owner = thread->life->number;
		break;
	}
	race_thread_unlock();
	if (out->kind == RACE_LOCATION_STACK)
		frame_find(addr, &mapping, out, names);
	return out->kind != RACE_LOCATION_UNKNOWN;
}

/* ---- all ---- */

static bool heap_find(uint64_t addr, bool freed_too, struct race_location *out,
		      struct race_names *names)
{
	if (!race_heap_find(addr, &out->block) || (out->block.freed && !freed_too))
		return false;
	out->kind = RACE_LOCATION_HEAP;
	out->offset = addr - out->block.addr;
	race_symbolize(&out->block.stack, &out->allocation, names);
	return true;
}

static void words_find(const struct race_site *site, struct race_location *out,
		       struct race_names *names)
{
	const char *field, *object;

	race_variable_of_site(site, &field, &object, names);
	if (!*out->field)
		out->field = field;
	if (!*out->object)
		out->object = object;
}

void race_location_find(uint64_t addr, uint64_t bytes, const struct race_site *first,
			const struct race_site *second, struct race_location *out,
			struct race_names *names)
{
	out->kind = RACE_LOCATION_UNKNOWN;
	out->field = out->object = out->frame = "";
	out->allocation.count = 0;
	if (race_descriptor_of_memory(addr, &out->descriptor)) {
		out->kind = RACE_LOCATION_DESCRIPTOR;
		return;
	}
	if (race_variable_find(addr, bytes ? bytes : 1, &out->variable, names)) {
		out->kind = RACE_LOCATION_GLOBAL;
		out->field = out->variable.field;
		return;
	}
	words_find(first, out, names);
	words_find(second, out, names);
	if (heap_find(addr, false, out, names))
		return;
	if (race_symbolize_datum(addr, &out->datum, names))
		out->kind = RACE_LOCATION_SYMBOL;
	else if (!thread_find(addr, out, names))
		heap_find(addr, true, out, names);
}
