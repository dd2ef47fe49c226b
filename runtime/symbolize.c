/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * symbolize.c - from code addresses to what the programmer wrote. libbacktrace reads
 * the debug information and symbol tables in this process; it takes its memory from
 * mmap. C++ names are taken apart by libstdc++'s demangler in its form that calls back
 * instead of allocating.
 *
 * What is loaded where is kept in a book: an immutable list of modules beside the
 * libbacktrace state made at the same time. When the loader's list has changed since, a
 * new book takes its place; readers may still hold the old one, and libbacktrace
 * cannot let go of a state, so old books stay.
 */
#define _GNU_SOURCE
#include "symbolize.h"

#include <backtrace.h>
#include <link.h>
#include <string.h>

#include "closed.h"
#include "options.h"
#include "platform.h"
#include "site.h"

#define PROGRAM_PATH 4096 /* room for the path of the program */
/* /proc/self/ says nothing any more when the main thread has left by pthread_exit. */
#define PROGRAM_LINK "/proc/thread-self/exe"

/* One executable segment. */
struct module {
	uint64_t low, high, base;
	const char *path;
};

/* One segment of notes, and all of the memory of its module. */
struct notes {
	uint64_t low, high;
	const char *start, *end;
	struct notes *next;
};

struct book {
	struct backtrace_state *state; /* NULL: only modules are known */
	uint64_t changes;              /* of the loader's list when it was made */
	uint64_t tls_bytes;            /* of the program */
	uint32_t count, room;
	struct notes *notes, *notes_room;
	char *names;                   /* room for the paths that follow */
	struct module module[];
};

static struct book *book_now;

/* libstdc++'s cp-demangle.o: hands out the text piece by piece; 0 on success. */
int __gcclibcxx_demangle_callback(const char *mangled,
				  void (*piece)(const char *, size_t, void *), void *data);

/* ---- the book of modules ---- */

static bool executable(const ElfW(Phdr) *header)
{
	return header->p_type == PT_LOAD && (header->p_flags & PF_X);
}

struct count {
	uint64_t changes, segments, headers, bytes;
};

static uint64_t changes_of(const struct dl_phdr_info *info)
{
	return info->dlpi_adds + info->dlpi_subs;
}

static int module_changes(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(uint64_t *)data = changes_of(info);
	return 1;
}

static int module_count(struct dl_phdr_info *info, size_t size, void *data)
{
	struct count *count = data;

	(void)size;
	count->changes = changes_of(info);
	count->bytes += strlen(info->dlpi_name) + 1;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		count->segments += executable(&info->dlpi_phdr[i]);
		count->headers++;
	}
	return 0;
}

/* Puts the path behind those before it. The loader calls the program itself "". */
static const char *path_note(struct book *book, const char *path)
{
	char *start = book->names;
	long length = (long)strlen(path);

	memcpy(start, path, (size_t)length + 1);
	if (!length && !book->count) {
		length = race_sys_readlink(PROGRAM_LINK, start, PROGRAM_PATH - 1);
		length = length > 0 ? length : 0;
		start[length] = 0;
	}
	book->names += length + 1;
	return start;
}

static void notes_note(struct book *book, const struct dl_phdr_info *info)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type != PT_LOAD)
			continue;
		low = header->p_vaddr < low ? header->p_vaddr : low;
		if (header->p_vaddr + header->p_memsz > high)
			high = header->p_vaddr + header->p_memsz;
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		struct notes *notes = book->notes_room;
		const char *start = (const char *)(info->dlpi_addr + header->p_vaddr);

		/* All others are there for the sake of the module's bounds. */
		if (i && header->p_type != PT_NOTE)
			continue;
		if (header->p_type != PT_NOTE)
			start = NULL;
		*notes = (struct notes){ info->dlpi_addr + low, info->dlpi_addr + high, start,
					 start ? start + header->p_memsz : NULL, book->notes };
		book->notes = notes;
		book->notes_room++;
	}
}

static int module_note(struct dl_phdr_info *info, size_t size, void *data)
{
	struct book *book = data;
	const char *path;

	(void)size;
	if (changes_of(info) != book->changes)
		return 1; /* more came between the passes: the next refresh has them */
	for (int i = 0; !book->count && i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_TLS)
			book->tls_bytes = (info->dlpi_phdr[i].p_memsz + info->dlpi_phdr[i].p_align - 1) &
					  -info->dlpi_phdr[i].p_align;
	path = path_note(book, info->dlpi_name);
	notes_note(book, info);
	for (int i = 0; i < info->dlpi_phnum && book->count < book->room; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		struct module *module = &book->module[book->count];

		if (!executable(header))
			continue;
		module->base = info->dlpi_addr;
		module->low = info->dlpi_addr + header->p_vaddr;
		module->high = module->low + header->p_memsz;
		module->path = path;
		book->count++;
	}
	return 0;
}

/* libbacktrace tells failures here; what it cannot find shows as a blank in its answer. */
static void trouble(void *data, const char *message, int error)
{
	(void)data;
	(void)message;
	(void)error;
}

static int line_ignore(void *data, uintptr_t pc, const char *file, int line, const char *name)
{
	(void)data;
	(void)pc;
	(void)file;
	(void)line;
	(void)name;
	return 0;
}

static struct book *book_make(void)
{
	struct count count = { .bytes = PROGRAM_PATH };
	struct book *book;

	dl_iterate_phdr(module_count, &count);
	book = race_map(sizeof(*book) + count.segments * sizeof(book->module[0]) +
			count.headers * sizeof(struct notes) + count.bytes);
	if (!book)
		return NULL;
	book->changes = count.changes;
	book->room = (uint32_t)count.segments;
	book->notes_room = (struct notes *)&book->module[book->room];
	book->names = (char *)(book->notes_room + count.headers);
	dl_iterate_phdr(module_note, book);
	book->state = backtrace_create_state(PROGRAM_LINK, 1, trouble, NULL);
	/* The first question makes it read the list of modules: now, not later. */
	if (book->state)
		backtrace_pcinfo(book->state, 0, line_ignore, trouble, NULL);
	return book;
}

void race_symbolize_refresh(void)
{
	struct book *old = race_load_acquire(&book_now), *book;
	uint64_t changes = 0;

	dl_iterate_phdr(module_changes, &changes);
	if (old && old->changes == changes)
		return;
	book = book_make();
	/* Where another thread was faster, its book is as good. */
	if (book)
		__atomic_compare_exchange_n(&book_now, &old, book, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED);
}

static const struct module *module_find(const struct book *book, uint64_t at)
{
	for (uint32_t i = 0; book && i < book->count; i++)
		if (at >= book->module[i].low && at < book->module[i].high)
			return &book->module[i];
	return NULL;
}

/* ---- names ---- */

const char *race_names_begin(struct race_names *names)
{
	names->start = names->used;
	names->full = false;
	return names->text + names->start;
}

void race_names_add(struct race_names *names, const char *bytes, size_t count)
{
	/* One byte stays for the end. */
	if (count >= sizeof(names->text) - names->used) {
		names->full = true;
		return;
	}
	memcpy(names->text + names->used, bytes, count);
	names->used += (uint32_t)count;
}

void race_names_end(struct race_names *names)
{
	if (names->full)
		names->used = names->start;
	names->text[names->used] = 0;
	if (names->used < sizeof(names->text) - 1)
		names->used++;
}

static void piece_add(const char *bytes, size_t count, void *names)
{
	race_names_add(names, bytes, count);
}

/* What the demangler makes of a C++ name, NULL for others. */
static const char *demangled(const char *symbol, struct race_names *names)
{
	const char *text = race_names_begin(names);

	if (strncmp(symbol, "_Z", 2) ||
	    __gcclibcxx_demangle_callback(symbol, piece_add, names)) {
		names->used = names->start;
		return NULL;
	}
	race_names_end(names);
	return names->full ? symbol : text;
}

/* How a reader knows the function; the symbol itself where names is full. */
static const char *function_tell(const char *symbol, struct race_names *names)
{
	const char *text = symbol ? demangled(symbol, names) : "?\?()";

	if (text)
		return text;
	text = race_names_begin(names);
	race_names_add(names, symbol, strlen(symbol));
	race_names_add(names, "()", 2);
	race_names_end(names);
	return names->full ? symbol : text;
}

/* The same for a variable. */
static const char *datum_tell(const char *symbol, struct race_names *names)
{
	const char *text = demangled(symbol, names);

	return text ? text : symbol;
}

/* libbacktrace puts the compilation's directory before every name, absolute ones, too. */
static const char *file_without_directory(const char *file)
{
	const char *absolute = file ? strstr(file, "//") : NULL;

	return absolute ? absolute + 1 : file;
}

static const char *file_strip(const char *file)
{
	size_t length = strlen(race_options.strip_path_prefix);

	if (file && !strncmp(file, race_options.strip_path_prefix, length))
		return file + length;
	return file;
}

/* ---- one address ---- */

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

static struct where look_for(const struct book *book, uint64_t pc, const struct race_closed *likely)
{
	/* The call stands before the address it returns to. */
	uint64_t at = (pc & RACE_PC_MASK) - 1;
	const struct module *module = module_find(book, at);
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
		frame->function = function_tell(frame->symbol, names);
		frame->file = file_strip(file_without_directory(frame->file));
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
	const struct book *book = race_load_acquire(&book_now);

	for (uint32_t i = 0; i < stack->count; i++) {
		uint64_t pc = stack->pc[i];
		struct race_closed *closed = NULL;

		if (pc >> RACE_PC_BITS || !module_find(book, pc - 1))
			closed = race_closed_of(pc);
		if (closed)
			race_closed_prepare(closed);
	}
}

void race_symbolize(const struct race_stack *stack, struct race_frames *out,
		    struct race_names *names)
{
	const struct book *book = race_load_acquire(&book_now);
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

bool race_symbolize_notes(uint64_t addr, uint32_t index, const char **start, const char **end)
{
	const struct book *book = race_load_acquire(&book_now);

	for (const struct notes *notes = book ? book->notes : NULL; notes; notes = notes->next)
		if (notes->start && addr >= notes->low && addr < notes->high && !index--) {
			*start = notes->start;
			*end = notes->end;
			return true;
		}
	return false;
}

bool race_symbolize_datum(uint64_t addr, struct race_datum *out, struct race_names *names)
{
	const struct book *book = race_load_acquire(&book_now);
	const struct notes *notes = book ? book->notes : NULL;
	struct symbol symbol = { 0 };

	while (notes && (addr < notes->low || addr >= notes->high))
		notes = notes->next;
	if (!notes)
		return false;
	if (book->state)
		backtrace_syminfo(book->state, addr, symbol_take, trouble, &symbol);
	*out = (struct race_datum){ 0 };
	if (symbol.name) {
		out->symbol = datum_tell(symbol.name, names);
		out->offset = addr - symbol.start;
	}
	for (uint32_t i = 0; i < book->count; i++)
		if (book->module[i].low >= notes->low && book->module[i].high <= notes->high) {
			out->module = book->module[i].path;
			out->module_offset = addr - book->module[i].base;
		}
	return true;
}

uint64_t race_symbolize_tls_bytes(void)
{
	const struct book *book = race_load_acquire(&book_now);

	return book ? book->tls_bytes : 0;
}
