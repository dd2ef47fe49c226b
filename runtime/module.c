/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * module.c - makes the book of modules (module.h): the loader's list, copied, beside the
 * libbacktrace state made at the same time. libbacktrace cannot let go of a state, and
 * somebody may hold an old book, so old books stay.
 */
#define _GNU_SOURCE
#include "module.h"

#include <backtrace.h>
#include <link.h>
#include <string.h>

#include "kept.h"
#include "platform.h"
#include "program.h"

static struct race_book *book_now;

/* A copy of the process that writes a dump keeps its own, for the next one. */
static struct race_book **shelf(void)
{
	void **root = race_kept_root();

	return root ? (struct race_book **)root : &book_now;
}

static void *room(size_t bytes)
{
	void *kept = race_kept_map(bytes, -1, 0);

	return kept ? kept : race_map(bytes);
}

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

static int changes_take(struct dl_phdr_info *info, size_t size, void *data)
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
static const char *path_note(struct race_book *book, const char *path)
{
	char *start = book->names;
	long length = (long)strlen(path);

	memcpy(start, path, (size_t)length + 1);
	if (!length && !book->count) {
		length = (long)race_program_path(start);
	}
	book->names += length + 1;
	return start;
}

static void notes_note(struct race_book *book, const struct dl_phdr_info *info)
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
		struct race_notes *notes = book->notes_room;
		const char *start = (const char *)(info->dlpi_addr + header->p_vaddr);

		/* All others are there for the sake of the module's bounds. */
		if (i && header->p_type != PT_NOTE)
			continue;
		if (header->p_type != PT_NOTE)
			start = NULL;
		*notes = (struct race_notes){ info->dlpi_addr + low, info->dlpi_addr + high, start,
					 start ? start + header->p_memsz : NULL, book->notes };
		book->notes = notes;
		book->notes_room++;
	}
}

static int module_note(struct dl_phdr_info *info, size_t size, void *data)
{
	struct race_book *book = data;
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
		struct race_module *module = &book->module[book->count];

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

static struct race_book *book_make(void)
{
	struct count count = { .bytes = RACE_PROGRAM_PATH };
	struct race_book *book;

	dl_iterate_phdr(module_count, &count);
	book = room(sizeof(*book) + count.segments * sizeof(book->module[0]) +
		    count.headers * sizeof(struct race_notes) + count.bytes);
	if (!book)
		return NULL;
	book->changes = count.changes;
	book->room = (uint32_t)count.segments;
	book->notes_room = (struct race_notes *)&book->module[book->room];
	book->names = (char *)(book->notes_room + count.headers);
	dl_iterate_phdr(module_note, book);
	book->state = backtrace_create_state(race_program_file(), 1, trouble, NULL);
	/* The first question makes it read the list of modules: now, not later. */
	if (book->state)
		backtrace_pcinfo(book->state, 0, line_ignore, trouble, NULL);
	return book;
}

void race_module_refresh(void)
{
	struct race_book *old = race_load_acquire(shelf()), *book;
	uint64_t changes = 0;

	dl_iterate_phdr(changes_take, &changes);
	if (old && old->changes == changes)
		return;
	if (old && race_kept_root()) {
		race_kept_forget();
		old = NULL;
	}
	book = book_make();
	/* Where another thread was faster, its book is as good. */
	if (book)
		__atomic_compare_exchange_n(shelf(), &old, book, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED);
}

const struct race_module *race_module_find(const struct race_book *book, uint64_t at)
{
	for (uint32_t i = 0; book && i < book->count; i++)
		if (at >= book->module[i].low && at < book->module[i].high)
			return &book->module[i];
	return NULL;
}

const struct race_book *race_module_book(void)
{
	return race_load_acquire(shelf());
}

/* ---- data ---- */

const struct race_notes *race_module_bounds(const struct race_book *book, uint64_t addr)
{
	const struct race_notes *notes = book ? book->notes : NULL;

	while (notes && (addr < notes->low || addr >= notes->high))
		notes = notes->next;
	return notes;
}

bool race_module_notes(uint64_t addr, uint32_t index, const char **start, const char **end)
{
	const struct race_book *book = race_module_book();

	for (const struct race_notes *notes = book ? book->notes : NULL; notes; notes = notes->next)
		if (notes->start && addr >= notes->low && addr < notes->high && !index--) {
			*start = notes->start;
			*end = notes->end;
			return true;
		}
	return false;
}

uint64_t race_module_tls_bytes(void)
{
	const struct race_book *book = race_module_book();

	return book ? book->tls_bytes : 0;
}
