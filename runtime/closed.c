/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * closed.c - the list of closed libraries (closed.h). One that is opened again from the
 * same file to the same place is the same: a program may open and close it for ever.
 */
#define _GNU_SOURCE
#include "closed.h"

#include <backtrace.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "platform.h"
#include "self.h"
#include "site.h"

#define CLOSED_MOST 1024

static struct race_closed all[CLOSED_MOST]; /* from 1 on; written once, then published */
static uint32_t used;
static struct race_spin lock;

/* ---- files ---- */

static void identify(const char *path, struct race_file *file)
{
	struct stat found;

	if (race_syscall(__NR_stat, (long)path, (long)&found, 0, 0, 0, 0))
		return;
	file->device = found.st_dev;
	file->number = found.st_ino;
	file->seconds = (uint64_t)found.st_mtim.tv_sec;
	file->nanoseconds = (uint64_t)found.st_mtim.tv_nsec;
}

static bool same(const struct race_file *a, const struct race_file *b)
{
	return a->device == b->device && a->number == b->number && a->seconds == b->seconds &&
	       a->nanoseconds == b->nanoseconds && !strcmp(a->path, b->path);
}

struct race_file *race_file_note(const char *path)
{
	size_t length = strlen(path) + 1, bytes = sizeof(struct race_file) + length;
	struct race_file *file = race_alloc(bytes);

	file->bytes = bytes;
	memcpy(file->path, path, length);
	identify(path, file);
	return file;
}

void race_file_drop(struct race_file *file)
{
	race_free(file, file->bytes);
}

/* ---- the list ---- */

static uint32_t find(const struct race_file *file, uint64_t base)
{
	for (uint32_t i = used; i; i--)
		if (all[i].base == base && same(all[i].file, file))
			return i;
	return 0;
}

void race_closed_add(struct race_file *file, uint64_t base, uint64_t low, uint64_t high)
{
	struct race_closed *closed;
	uint32_t number;

	race_enter();
	race_spin_take(&lock);
	number = find(file, base);
	if (!number && used < CLOSED_MOST - 1) {
		number = used + 1;
		closed = &all[number];
		closed->base = base;
		closed->low = low;
		closed->high = high;
		closed->file = file;
		race_store_release(&used, number);
	} else {
		race_file_drop(file);
	}
	race_spin_give(&lock);
	/* Without a number left its places are named by their addresses alone. */
	race_site_close(low, high, number ? number : CLOSED_MOST);
	race_leave();
}

struct race_closed *race_closed_of(uint64_t pc)
{
	uint32_t number = pc >> RACE_PC_BITS, last = race_load_acquire(&used);

	if (number)
		return number <= last ? &all[number] : NULL;
	for (number = last; number; number--)
		if (pc > all[number].low && pc <= all[number].high)
			return &all[number];
	return NULL;
}

/* ---- names ---- */

static int note_program(struct dl_phdr_info *info, size_t size, void *program)
{
	(void)size;
	*(uint64_t *)program = info->dlpi_addr;
	return 1;
}

static void trouble(void *data, const char *message, int error)
{
	(void)data;
	(void)message;
	(void)error;
}

static int ignore(void *data, uintptr_t pc, const char *file, int line, const char *name)
{
	(void)data;
	(void)pc;
	(void)file;
	(void)line;
	(void)name;
	return 0;
}

static bool is_unchanged(const struct race_file *file)
{
	struct race_file *now = race_file_note(file->path);
	bool unchanged = file->number && same(now, file);

	race_file_drop(now);
	return unchanged;
}

void race_closed_prepare(struct race_closed *closed)
{
	struct backtrace_state *state;

	if (__atomic_exchange_n(&closed->tried, true, __ATOMIC_RELAXED) ||
	    !is_unchanged(closed->file))
		return;
	dl_iterate_phdr(note_program, &closed->program);
	state = backtrace_create_state(closed->file->path, 1, trouble, NULL);
	if (state)
		backtrace_pcinfo(state, 0, ignore, trouble, NULL);
	race_store_release(&closed->state, state);
}
