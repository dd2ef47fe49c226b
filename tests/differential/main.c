/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * main.c - the randomised differential test of the runtime: programs from seeds, each
 * played on the runtime and on the reference model and compared access by access.
 *
 *   differential [options]
 *     --seconds S      for so long (default: RACE_DIFFERENTIAL_SECONDS, or 10)
 *     --programs N     so many
 *     --from N         seeds from N on (default 1)
 *     --seed N         this one alone, printed whole, shrunk if it differs
 *     --after K        with --seed: when the K seeds before it have run in the process
 *     --survey         do not stop at a difference: count them by kind
 *     --every-byte     each byte's first race must be told (compare.h)
 *     --renumber N     epochs are renumbered before every Nth operation or so
 *     --look N         a thread looks before every Nth which of its epochs are told apart
 *     --without F      leave a feature out: plain-on-atomic (plain accesses touch
 *                      atoms), fences, blocks, atomics, locks
 *     --fault F        perturb the runtime (differential_faulty only, faults.c)
 *
 * Programs are run in child processes, some hundred each: neither epochs nor numbers
 * of sites run out, tables of threads grow anew in each, and a crash is told like any
 * other difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"
#include "faults.h"

#define BATCH 200
#define LONGEST_BATCH 120 /* seconds: a hang */

/* Common to parent and child. */
struct tally {
	uint64_t seed; /* the one that runs */
	uint64_t programs, racy, operations;
	uint64_t by_kind[DIFFERENCES];
	uint64_t example[DIFFERENCES];
	uint32_t example_ops[DIFFERENCES];
	struct comparison comparison;
	struct program shown; /* run_shown */
	struct difference difference;
};

static struct tally *tally;
static struct {
	double seconds;
	uint64_t programs, from, seed, after;
	bool survey, one;
	uint32_t features;
} wish = { .programs = ~0ull, .from = 1, .features = WITH_ALL };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

/* ---- in a child ---- */

static void count_difference(const struct program *program, enum difference_kind kind)
{
	tally->by_kind[kind]++;
	if (!tally->example_ops[kind] || program->count < tally->example_ops[kind]) {
		tally->example[kind] = program->seed;
		tally->example_ops[kind] = program->count;
	}
}

/* Seeds from tally->seed to before `end`; stops behind a difference. */
static void run_batch(uint64_t end)
{
	static struct program program;

	play_init(tally->seed % 8);
	for (; tally->seed < end; tally->seed++) {
		struct difference difference;

		generate(&program, tally->seed, wish.features);
		difference = compare(&program, &tally->comparison);
		tally->programs++;
		tally->operations += program.count;
		tally->racy += tally->comparison.racy;
		if (!difference.kind)
			continue;
		count_difference(&program, difference.kind);
		if (!wish.survey)
			_exit(1);
	}
}

/* Runs what was before, then the one program in tally->shown. */
static void run_shown(uint64_t unused)
{
	static struct program before;
	uint64_t seed = tally->shown.seed;

	(void)unused;
	play_init((seed - wish.after) % 8);
	for (uint64_t i = seed - wish.after; i < seed; i++) {
		generate(&before, i, wish.features);
		compare(&before, &tally->comparison);
	}
	tally->difference = compare(&tally->shown, &tally->comparison);
}

/* ---- the parent ---- */

/* Its exit status, or -1 when it died. */
static int in_child(void (*work)(uint64_t), uint64_t arg)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();

	if (child == 0) {
		alarm(LONGEST_BATCH);
		work(arg);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void note_death(void)
{
	static struct program program;

	generate(&program, tally->seed, wish.features);
	count_difference(&program, DIED);
	printf("died at seed %lu (batch from %lu)\n", tally->seed,
	       tally->seed - (tally->seed - wish.from) % BATCH);
}

/* ---- showing one program ---- */

static enum difference_kind shown_kind;

/* Each time in a fresh process: what the runtime did before may matter. */
static struct difference difference_of(const struct program *program)
{
	tally->shown = *program;
	tally->difference = (struct difference){ SAME };
	if (in_child(run_shown, 0) < 0)
		tally->difference.kind = DIED;
	return tally->difference;
}

static bool still_differs(const struct program *program)
{
	return difference_of(program).kind == shown_kind;
}

/* Prints the program and what differs, then as small as it gets. */
static bool show(uint64_t seed)
{
	static struct program program;
	struct difference difference;

	generate(&program, seed, wish.features);
	printf("seed %lu, %lu seeds before it, %u operations:\n", seed, wish.after,
	       program.count);
	program_print(&program);
	difference = difference_of(&program);
	shown_kind = difference.kind;
	if (!shown_kind) {
		printf("no difference\n");
		return false;
	}
	difference_print(&program, &difference);
	shrink(&program, still_differs);
	printf("smaller, the same difference:\n");
	program_print(&program);
	difference = difference_of(&program);
	difference_print(&program, &difference);
	return true;
}

/* ---- all ---- */

static int run_all(void)
{
	double start = now();
	uint64_t end = wish.programs == ~0ull ? ~0ull : wish.from + wish.programs;
	int status = 0;

	for (tally->seed = wish.from; tally->seed < end && now() - start < wish.seconds;) {
		uint64_t last = wish.from + ((tally->seed - wish.from) / BATCH + 1) * BATCH;
		int result = in_child(run_batch, last < end ? last : end);

		if (result == 0)
			continue;
		status = 1;
		if (result < 0)
			note_death();
		if (!wish.survey)
			break;
		tally->seed++;
	}
	for (int kind = 1; kind < DIFFERENCES; kind++)
		status |= tally->by_kind[kind] != 0;
	return status;
}

static void print_tally(double seconds)
{
	const struct comparison *c = &tally->comparison;

	printf("%lu programs in %.1f s, %.1f operations each; %.1f %% racy; %lu racing "
	       "accesses, %lu reports, %lu bytes hidden by another race of the access\n",
	       tally->programs, seconds,
	       (double)tally->operations / (tally->programs ? tally->programs : 1),
	       100.0 * tally->racy / (tally->programs ? tally->programs : 1),
	       c->racy_accesses, c->reports, c->hidden_bytes);
	for (int kind = 1; kind < DIFFERENCES; kind++)
		if (tally->by_kind[kind])
			printf("%s: %lu programs, for one seed %lu\n", difference_name(kind),
			       tally->by_kind[kind], tally->example[kind]);
	fflush(stdout);
}

/* ---- options ---- */

static uint32_t feature_of(const char *name)
{
	static const char *const names[] = { "plain-on-atomic", "fences", "blocks", "atomics",
		                             "locks" };

	for (int i = 0; i < 5; i++)
		if (!strcmp(name, names[i]))
			return 1u << i;
	fprintf(stderr, "differential: no feature %s\n", name);
	exit(2);
}

static bool take_option(const char *name, const char *value)
{
	if (!strcmp(name, "--seconds"))
		wish.seconds = atof(value);
	else if (!strcmp(name, "--programs"))
		wish.programs = strtoull(value, NULL, 0), wish.seconds = 1e9;
	else if (!strcmp(name, "--from"))
		wish.from = strtoull(value, NULL, 0);
	else if (!strcmp(name, "--seed"))
		wish.seed = strtoull(value, NULL, 0), wish.one = true;
	else if (!strcmp(name, "--after"))
		wish.after = strtoull(value, NULL, 0);
	else if (!strcmp(name, "--renumber"))
		play_renumber(atoi(value));
	else if (!strcmp(name, "--look"))
		play_look(atoi(value));
	else if (!strcmp(name, "--without"))
		wish.features &= ~feature_of(value);
	else if (!strcmp(name, "--fault"))
		return fault_choose(value);
	else
		return false;
	return true;
}

static void take_options(int argc, char **argv)
{
	const char *seconds = getenv("RACE_DIFFERENTIAL_SECONDS");

	wish.seconds = seconds ? atof(seconds) : 10;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--survey")) {
			wish.survey = true;
		} else if (!strcmp(argv[i], "--every-byte")) {
			tally->comparison.every_byte = true;
		} else if (i + 1 == argc || !take_option(argv[i], argv[i + 1])) {
			fprintf(stderr, "differential: what is %s? (main.c tells)\n", argv[i]);
			exit(2);
		} else {
			i++;
		}
	}
}

int main(int argc, char **argv)
{
	double start = now();
	int status;

	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	             -1, 0);
	take_options(argc, argv);
	if (wish.one)
		return show(wish.seed);
	status = run_all();
	print_tally(now() - start);
	for (int kind = 1; kind < DIFFERENCES && !wish.survey; kind++)
		if (tally->by_kind[kind] && !show(tally->example[kind])) {
			wish.after = (tally->example[kind] - wish.from) % BATCH;
			show(tally->example[kind]);
		}
	return status;
}
