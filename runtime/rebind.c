/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rebind.c - standing in late (rebind.h): what ld.so did when it resolved the names of each
 * module, done again for ours alone. A module's relocations say where it keeps the
 * address of which function; there goes the stand-in's.
 *
 *     .rela.plt, .rela.dyn:   slot <- address of "pthread_mutex_lock"
 */
#define _GNU_SOURCE
#include "rebind.h"

#include <link.h>
#include <string.h>

#include "intercept.h"
#include "platform.h"

#define PAGE 4096ull
#define BUCKETS 1024 /* twice the stand-ins */

/* A module's tables, as its dynamic section tells. */
struct tables {
	uint64_t base;
	const char *strings;
	const ElfW(Sym) *symbols;
	const ElfW(Rela) *relocations[2];
	uint64_t bytes[2];
	uint64_t relro, relro_end; /* read-only since it was relocated */
};

static const struct race_real *buckets[BUCKETS];
static uint64_t loads_seen;

static const struct race_real **bucket_of(const char *name)
{
	uint32_t hash = 5381;

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	for (;; hash++) {
		const struct race_real **bucket = &buckets[hash % BUCKETS];

		if (!*bucket || strcmp((*bucket)->name, name) == 0)
			return bucket;
	}
}

static void fill_buckets(void)
{
	if (*bucket_of("pthread_create"))
		return;
	for (const struct race_real *real = race_reals_begin; real < race_reals_end; real++)
		*bucket_of(real->name) = real;
}

/* ld.so writes addresses over the distances in the file, but not in the vdso. */
static void *address(const struct tables *tables, const ElfW(Dyn) *entry)
{
	return (void *)(entry->d_un.d_ptr < tables->base ? tables->base + entry->d_un.d_ptr :
	                                                   entry->d_un.d_ptr);
}

static void read_dynamic(struct tables *tables, const ElfW(Dyn) *entry)
{
	for (; entry->d_tag != DT_NULL; entry++) {
		switch (entry->d_tag) {
		case DT_STRTAB:
			tables->strings = address(tables, entry);
			break;
		case DT_SYMTAB:
			tables->symbols = address(tables, entry);
			break;
		case DT_RELA:
			tables->relocations[0] = address(tables, entry);
			break;
		case DT_RELASZ:
			tables->bytes[0] = entry->d_un.d_val;
			break;
		case DT_JMPREL:
			tables->relocations[1] = address(tables, entry);
			break;
		case DT_PLTRELSZ:
			tables->bytes[1] = entry->d_un.d_val;
			break;
		}
	}
}

static void protect(const struct tables *tables, int protection)
{
	uint64_t from = tables->relro & ~(PAGE - 1), to = tables->relro_end & ~(PAGE - 1);

	if (from < to)
		race_syscall(__NR_mprotect, (long)from, (long)(to - from), protection, 0, 0, 0);
}

static void rebind_slots(const struct tables *tables, const ElfW(Rela) *at, uint64_t bytes)
{
	for (const ElfW(Rela) *end = at + bytes / sizeof(*at); at < end; at++) {
		const struct race_real *real;
		uint32_t type = ELF64_R_TYPE(at->r_info);

		if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
			continue;
		real = *bucket_of(tables->strings +
		                  tables->symbols[ELF64_R_SYM(at->r_info)].st_name);
		/* One that defines the name itself has its reasons. */
		if (real && tables->symbols[ELF64_R_SYM(at->r_info)].st_shndx == SHN_UNDEF)
			race_store((void **)(tables->base + at->r_offset), real->own);
	}
}

/* Ours, and the unwinder's, which we called in. */
static bool is_ours(const struct dl_phdr_info *info)
{
	uint64_t here = (uint64_t)&buckets;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		uint64_t low = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type == PT_LOAD && here - low < info->dlpi_phdr[i].p_memsz)
			return true;
	}
	return strstr(info->dlpi_name, "/libunwind.so.8");
}

static int rebind_module(struct dl_phdr_info *info, size_t size, void *unused)
{
	struct tables tables = { .base = info->dlpi_addr };

	(void)size;
	(void)unused;
	loads_seen = info->dlpi_adds;
	if (is_ours(info))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uint64_t at = info->dlpi_addr + header->p_vaddr;

		if (header->p_type == PT_DYNAMIC)
			read_dynamic(&tables, (const ElfW(Dyn) *)at);
		if (header->p_type == PT_GNU_RELRO)
			tables.relro = at, tables.relro_end = at + header->p_memsz;
	}
	if (!tables.strings || !tables.symbols)
		return 0;
	protect(&tables, PROT_READ | PROT_WRITE);
	for (int i = 0; i < 2; i++)
		if (tables.relocations[i])
			rebind_slots(&tables, tables.relocations[i], tables.bytes[i]);
	protect(&tables, PROT_READ);
	return 0;
}

static int loads(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(uint64_t *)data = info->dlpi_adds;
	return 1;
}

static bool needed;

void race_rebind_init(void)
{
	needed = true;
	fill_buckets();
	dl_iterate_phdr(rebind_module, NULL);
}

void race_rebind_new(void)
{
	uint64_t now = 0;

	if (!RACE_SHARED || !needed)
		return;
	race_enter();
	dl_iterate_phdr(loads, &now);
	if (now != race_load(&loads_seen))
		dl_iterate_phdr(rebind_module, NULL);
	race_leave();
}
