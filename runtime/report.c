/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report.c - a race on its way to the user: seen before? then silence; otherwise the
 * stacks get names, end where the user's code ends, and the words leave in one write.
 *
 * "Seen" is asked twice. The addresses of both stacks are hashed first, so that a race
 * in a hot loop costs no look-up of names; then the named stacks, which stay the same
 * when a library is closed and opened elsewhere.
 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "options.h"
#include "platform.h"
#include "unwind.h"

static struct race_lock report_lock; /* over everything below but `recent` and `count` */
static struct race_told *told;       /* mapped at the first report, then kept */
static struct race_text words;
static uint64_t count;
static bool hinted;
static char log_file[4096]; /* absolute, without .pid */

/* ---- seen before? ---- */

/* Hashes of raw stacks reported lately, read without the lock. */
#define RECENT 4096
static uint64_t recent[RECENT];

/* All fingerprints, in an open table that doubles; 0 is a free place. */
static struct {
	uint64_t *key, room, used;
} seen;

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

/* The same pair the other way round is the same race. Never 0. */
static uint64_t pair(uint64_t a, uint64_t b)
{
	return mix(mix(0, a < b ? a : b), a < b ? b : a) | 1;
}

static uint64_t raw_hash(const struct race_side *side)
{
	const struct race_stack *stack = side->calls.count ? &side->calls : &side->stack;
	uint64_t hash = stack->count;

	for (uint32_t i = 0; i < stack->count; i++)
		hash = mix(hash, stack->pc[i]);
	return hash;
}

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The access and its stack as printed, but for directories and addresses: copies of a
 * line that the compiler made by unrolling or inlining are one place. */
static uint64_t fingerprint(const struct race_side *side, const struct race_frames *frames)
{
	uint64_t hash = mix(side->kind, side->size);

	hash = mix_string(hash, side->function ? side->function : "");
	for (uint32_t i = 0; i < frames->count; i++) {
		const struct race_frame *frame = &frames->frame[i];

		hash = mix_string(hash, frame->function);
		if (frame->file) {
			hash = mix_string(hash, basename_of(frame->file));
			hash = mix(hash, frame->line);
		} else {
			hash = mix_string(hash, frame->module ? basename_of(frame->module) : "");
			hash = mix(hash, frame->module_offset);
		}
	}
	return hash;
}

static uint64_t *seen_place(uint64_t *table, uint64_t room, uint64_t key)
{
	uint64_t i = key >> 20 & (room - 1);

	while (table[i] && table[i] != key)
		i = (i + 1) & (room - 1);
	return &table[i];
}

static bool seen_grow(void)
{
	uint64_t room = seen.room ? seen.room * 2 : 1024;
	uint64_t *table = race_map(room * sizeof(*table));

	if (!table)
		return false;
	for (uint64_t i = 0; i < seen.room; i++)
		if (seen.key[i])
			*seen_place(table, room, seen.key[i]) = seen.key[i];
	if (seen.key)
		race_sys_munmap(seen.key, seen.room * sizeof(*seen.key));
	seen.key = table;
	seen.room = room;
	return true;
}

/* True when the key is new. Without memory to remember it, it stays new. */
static bool seen_add(uint64_t key)
{
	uint64_t *place;

	if (seen.used * 2 >= seen.room && !seen_grow())
		return true;
	place = seen_place(seen.key, seen.room, key);
	if (*place)
		return false;
	*place = key;
	seen.used++;
	return true;
}

/* ---- gathering ---- */

/* Code that runs outside of main and of thread functions: intercept_thread.c's, and the
 * start code of libraries (by its names in a static program). */
static bool starts_programs(const struct race_frame *frame)
{
	static const char *const modules[] = { "libc.so", "libc-", "libpthread", "ld-linux",
					       "libstdc++.so", "libc++.so" };
	static const char *const symbols[] = { "pthread_trampoline", "thrd_trampoline",
					       "_start", "start_thread", "clone", "__clone",
					       "clone3", "__clone3", "__libc_start_main",
					       "__libc_start_main_impl",
					       "__libc_start_call_main" };
	const char *module = frame->module ? basename_of(frame->module) : "";

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (!strncmp(module, modules[i], strlen(modules[i])))
			return true;
	for (size_t i = 0; frame->symbol && i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (!strcmp(frame->symbol, symbols[i]))
			return true;
	return false;
}

/* Ends the stack at main or at the thread's function. */
static void frames_trim(struct race_frames *frames)
{
	for (uint32_t i = 0; i < frames->count; i++)
		if (frames->frame[i].symbol && !strcmp(frames->frame[i].symbol, "main")) {
			frames->count = i + 1;
			frames->cut = false;
			return;
		}
	if (frames->cut)
		return;
	while (frames->count > 1 && starts_programs(&frames->frame[frames->count - 1]))
		frames->count--;
}

static void side_gather(const struct race_side *side, struct race_told_side *out)
{
	out->side = side;
	race_symbolize(&side->stack, &out->stack, &told->names);
	frames_trim(&out->stack);
	out->creation.count = 0;
	if (side->thread.number && side->thread.created_by_us) {
		race_symbolize(&side->thread.creation, &out->creation, &told->names);
		frames_trim(&out->creation);
	}
}

static bool gather(const struct race_race *race)
{
	if (!told)
		told = race_map(sizeof(*told));
	if (!told)
		return false;
	told->names.used = 0;
	told->history_wanted = race_options.history_size < 7 ? race_options.history_size + 1 : 0;
	side_gather(&race->now, &told->now);
	side_gather(&race->before, &told->before);
	return true;
}

/* ---- printing ---- */

void race_report_init(void)
{
	const char *path = race_options.log_path;
	long used = 0;

	if (!strcmp(path, "stderr") || !strcmp(path, "stdout"))
		return;
	if (path[0] != '/') {
		used = race_sys_getcwd(log_file, sizeof(log_file) - 1);
		if (used <= 0)
			race_die(1, "log_path ", path, ": the working directory has no name");
		log_file[used - 1] = '/';
	}
	if ((size_t)used + strlen(path) + sizeof(".4294967295") > sizeof(log_file))
		race_die(1, "RACE_OPTIONS: log_path is too long");
	memcpy(log_file + used, path, strlen(path) + 1);
}

/* The program may close or reuse any descriptor, fork or change its root: the log is
 * opened for each report anew. Below 0: as open(2). */
static long log_open(void)
{
	struct race_text path = { 0 };
	long fd;

	if (!log_file[0])
		return strcmp(race_options.log_path, "stdout") ? 2 : 1;
	race_text_string(&path, log_file);
	race_text_string(&path, ".");
	race_text_decimal(&path, (uint64_t)race_sys_getpid());
	race_text_bytes(&path, "", 1);
	fd = race_sys_open(path.data, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC |
					      O_NOCTTY, 0600);
	if (fd < 0) {
		race_print_line("cannot open ", path.data, " (errno ",
				race_number((uint64_t)-fd).text, "), the report follows here");
		fd = 2;
	}
	race_text_free(&path);
	return fd;
}

static void words_write(void)
{
	long fd = log_open();

	race_text_write(&words, (int)fd);
	if (fd > 2)
		race_sys_close((int)fd);
}

/* Says once which module to compile with -g: one that raced, not one passed through. */
static void hint_print(void)
{
	const struct race_frames *stacks[] = { &told->now.stack, &told->before.stack };

	for (int i = 0; i < 2 && !hinted; i++) {
		const struct race_frame *frame = &stacks[i]->frame[0];

		if (!stacks[i]->count || frame->file || !frame->module)
			continue;
		race_text_string(&words, "librace: ");
		race_text_string(&words, frame->module);
		race_text_string(&words, " has no line numbers: compile with -g\n");
		hinted = true;
	}
}

static void summary_print(void)
{
	race_text_string(&words, "Found ");
	race_text_decimal(&words, count);
	race_text_string(&words, " data race(s)\n");
	words_write();
}

/* With the lock held. */
static void report(const struct race_race *race, uint64_t raw)
{
	if (!seen_add(raw))
		return;
	if (gather(race)) {
		if (!seen_add(pair(fingerprint(&race->now, &told->now.stack),
				   fingerprint(&race->before, &told->before.stack))))
			return;
		race_report_text(&words, told);
		hint_print();
	} else {
		race_text_string(&words, "WARNING: DATA RACE (no memory left to tell it)\n");
	}
	__atomic_store_n(&count, count + 1, __ATOMIC_RELAXED);
	words_write();
	if (race_options.halt_on_error) {
		summary_print();
		race_sys_exit_group((int)race_options.exitcode);
	}
}

void race_report_race(const struct race_race *race)
{
	uint64_t raw = pair(raw_hash(&race->now), raw_hash(&race->before));
	uint64_t *place = &recent[raw >> 20 & (RECENT - 1)];
	int kept = errno, cancel;

	if (race_load(place) == raw)
		return;
	/* Reading debug information opens files; the program's access must not become a
	 * point where its thread can be cancelled. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	/* The loader's lock is taken here, before ours: a thread that the loader calls
	 * back may race too. */
	race_symbolize_refresh();
	race_symbolize_prepare(&race->before.stack);
	race_symbolize_prepare(&race->before.thread.creation);
	/* A race of the report's own making is not the program's. */
	if (race_lock_take(&report_lock)) {
		report(race, raw);
		race_store(place, raw);
		race_lock_drop(&report_lock);
	}
	pthread_setcancelstate(cancel, NULL);
	errno = kept;
}

uint64_t race_report_count(void)
{
	return race_load(&count);
}

void race_report_forget_count(void)
{
	__atomic_store_n(&count, 0, __ATOMIC_RELAXED);
}

void race_report_summary(void)
{
	if (!race_report_count() || !race_lock_take(&report_lock))
		return;
	summary_print();
	race_lock_drop(&report_lock);
}

void race_report_before_fork(void)
{
	race_lock_take(&report_lock);
	race_unwind_before_fork();
}

void race_report_after_fork(void)
{
	race_unwind_after_fork();
	race_lock_drop(&report_lock);
}
