/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * symbolize.c - what is at an address. libbacktrace reads the debug information and
 * symbol tables in this process; it takes its memory from mmap.
 */
#include "symbolize.h"

#include <backtrace.h>
#include <string.h>

#include "closed.h"
#include "site.h"

/* libbacktrace tells failures here; what it cannot find shows as a blank in its answer. */
static void trouble(void *data, const char *message, int error)
{
	(void)data;
	(void)message;
	(void)error;
}

/* ---- files ---- */

/* libbacktrace puts the compilation's directory before every name, absolute ones, too. */
static const char *file_without_directory(const char *file)
{
	const char *absolute = file ? strstr(file, "//") : NULL;

	return absolute ? absolute + 1 : file;
}

/* ---- code ---- */

static struct race_frame *frame_new(struct race_frames *out)
{
	struct race_frame *frame;

	if (out->count == RACE_FRAMES) {
		out->cut = true;
		return NULL;
	}
	frame = &out->frame[out->count++];
	memset(frame, 0, sizeof(*frame));
	return frame;
}

/* Called for the innermost inlined function first, for the real one last. */
static int line_take(void *data, uintptr_t pc, const char *file, int line, const char *name)
{
	struct race_frame *frame = frame_new(data);

	(void)pc;
	if (!frame)
		return 1;
	frame->symbol = name;
	frame->file = file;
	frame->line = line > 0 ? (uint32_t)line : 0;
	return 0;
}

struct symbol {
	const char *name;
	uint64_t start;
};

static void symbol_take(void *data, uintptr_t pc, const char *name, uintptr_t start,
			uintptr_t size)
{
	struct symbol *symbol = data;

	(void)pc;
	(void)size;
	symbol->name = name;
	symbol->start = start;
}

/* Where an address is: in what is loaded now, or in a library that was closed. */
struct where {
	struct backtrace_state *state;
	uint64_t at; /* as the state has it */
	const char *path;
	uint64_t offset; /* in the module */
};

static struct where look_for(const struct race_book *book, uint64_t pc, const struct race_closed *likely)
{
	/* The call stands before the address it returns to. */
	uint64_t at = (pc & RACE_PC_MASK) - 1;
	const struct race_module *module = race_module_find(book, at);
	struct where where = { .at = at, .offset = at };
	const struct race_closed *closed = NULL;

	if (likely && at >= likely->low && at < likely->high)
		closed = likely;
	else if (pc >> RACE_PC_BITS || !module)
		closed = race_closed_of(pc);
	if (closed) {
		where.state = race_load_acquire(&closed->state);
		where.at = closed->program + (at - closed->base);
		where.path = closed->file->path;
		where.offset = at - closed->base;
	} else if (book && !(pc >> RACE_PC_BITS)) {
		where.state = book->state;
		where.path = module ? module->path : NULL;
		where.offset = module ? at - module->base : at;
	}
	return where;
}

static void address_symbolize(const struct where *where, uint64_t pc, struct race_frames *out,
			      struct race_names *names)
{
	struct symbol symbol = { 0 };
	uint32_t first = out->count;

	if (where->state) {
		backtrace_pcinfo(where->state, where->at, line_take, trouble, out);
		backtrace_syminfo(where->state, where->at, symbol_take, trouble, &symbol);
	}
	if (out->count == first && !frame_new(out))
		return;
	for (uint32_t i = first; i < out->count; i++) {
		struct race_frame *frame = &out->frame[i];

		/* The symbol table names the real function, the last; and where that is
		 * a C++ one it knows the parameters, which debug information may not. */
		if (i == out->count - 1 && symbol.name &&
		    (!frame->symbol || (strncmp(frame->symbol, "_Z", 2) &&
					!strncmp(symbol.name, "_Z", 2))))
			frame->symbol = symbol.name;
		frame->function = race_names_function(names, frame->symbol);
		frame->file = race_names_file(names, file_without_directory(frame->file));
		frame->pc = pc & RACE_PC_MASK;
		frame->offset = symbol.name ? where->at + 1 - symbol.start : 0;
		frame->module = where->path;
		frame->module_offset = where->offset;
	}
}

/* A stack that ends in a closed library came through it, whatever is there now. */
static const struct race_closed *likely_of(const struct race_stack *stack)
{
	return stack->count && stack->pc[0] >> RACE_PC_BITS ? race_closed_of(stack->pc[0]) : NULL;
}

void race_symbolize_prepare(const struct race_stack *stack)
{
	const struct race_book *book = race_module_book();

	for (uint32_t i = 0; i < stack->count; i++) {
		uint64_t pc = stack->pc[i];
		struct race_closed *closed = NULL;

		if (pc >> RACE_PC_BITS || !race_module_find(book, pc - 1))
			closed = race_closed_of(pc);
		if (closed)
			race_closed_prepare(closed);
	}
}

void race_symbolize(const struct race_stack *stack, struct race_frames *out,
		    struct race_names *names)
{
	const struct race_book *book = race_module_book();
	const struct race_closed *likely = likely_of(stack);

	out->count = 0;
	out->cut = false;
	for (uint32_t i = 0; i < stack->count && !out->cut; i++) {
		struct where where = look_for(book, stack->pc[i], likely);

		address_symbolize(&where, stack->pc[i], out, names);
	}
	out->cut |= stack->cut;
}

/* ---- data ---- */

bool race_symbolize_datum(uint64_t addr, struct race_datum *out, struct race_names *names)
{
	const struct race_book *book = race_module_book();
	const struct race_notes *notes = race_module_bounds(book, addr);
	struct symbol symbol = { 0 };

	if (!notes)
		return false;
	if (book->state)
		backtrace_syminfo(book->state, addr, symbol_take, trouble, &symbol);
	*out = (struct race_datum){ 0 };
	if (symbol.name) {
		out->symbol = race_names_datum(names, symbol.name);
		out->offset = addr - symbol.start;
	}
	for (uint32_t i = 0; i < book->count; i++)
		if (book->module[i].low >= notes->low && book->module[i].high <= notes->high) {
			out->module = book->module[i].path;
			out->module_offset = addr - book->module[i].base;
		}
	return true;
}
