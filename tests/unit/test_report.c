/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_report.c - whole reports of races made up from addresses of this program (built
 * with -g): one for each pair of stacks, in the log that was asked for, never mixed
 * with another.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "options.h"
#include "report.h"

#define RULE "==================\n"
#define NOINLINE __attribute__((noinline))
#define BARRIER() __asm__ volatile("")

static uint64_t pc;

static NOINLINE void here(void)
{
	pc = (uint64_t)__builtin_return_address(0);
	BARRIER();
}

static NOINLINE void reader(void)
{
	here();
	BARRIER();
}

static char folder[] = "/tmp/race_test_report.XXXXXX";
static char log_path[64];
static char log_text[1 << 22];

static int reports_start(void **state)
{
	static char prefix[] = "/tmp/race_test_report.";

	(void)state;
	memcpy(folder, prefix, sizeof(prefix) - 1);
	memcpy(folder + sizeof(prefix) - 1, "XXXXXX", 7);
	assert_non_null(mkdtemp(folder));
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	race_options.log_path = log_path;
	race_options.halt_on_error = 0;
	race_options.exitcode = 0; /* these races are not of the test itself */
	race_log_init();
	reader();
	return 0;
}

/* The log of the process, and then it is gone. */
static const char *log_take(pid_t pid)
{
	char path[128];
	size_t used = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s.%d", log_path, (int)pid);
	file = fopen(path, "r");
	if (file) {
		used = fread(log_text, 1, sizeof(log_text) - 1, file);
		fclose(file);
	}
	unlink(path);
	log_text[used] = 0;
	return log_text;
}

static int reports_end(void **state)
{
	(void)state;
	log_take(getpid());
	return rmdir(folder);
}

static uint32_t times(const char *text, const char *word)
{
	uint32_t count = 0;

	for (; (text = strstr(text, word)); text++)
		count++;
	return count;
}

/* Many places of one function: each a race of its own. */
extern const char test_places[];
void writer(void);
NOINLINE void writer(void)
{
	__asm__ volatile(".globl test_places\ntest_places: .skip 4096, 0x90");
}

/* Where every program starts, in code that was not compiled with -g. */
extern const char _start[];

/* A race of the main thread at place `now` with thread 1 in reader(). */
static struct race_race race_at(uint32_t now)
{
	struct race_race made;

	memset(&made, 0, sizeof(made));
	made.now.addr = made.before.addr = 0x1000;
	made.now.size = 3 + now; /* places on one line differ in nothing else */
	made.before.size = 4;
	made.now.kind = RACE_WRITE;
	made.now.stack = (struct race_stack){ .count = 1,
					      .pc = { (uint64_t)test_places + 1 + now } };
	made.before.stack = (struct race_stack){ .count = 1, .pc = { pc } };
	made.before.thread = (struct race_thread_facts){
		.number = 1, .created_by_us = true, .creation = made.now.stack
	};
	return made;
}

static void *cancelled(void *out)
{
	struct race_race made = race_at(10);

	pthread_cancel(pthread_self());
	race_report_race(&made);
	*(bool *)out = true;
	return NULL;
}

/* Must come first: the first report is the one that opens files. */
static void report_cannot_be_cancelled(void **state)
{
	bool came_back = false;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, cancelled, &came_back), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(came_back);
	assert_int_equal(times(log_take(getpid()), "WARNING: DATA RACE"), 1);
}

static void same_pair_is_told_once(void **state)
{
	struct race_race one = race_at(1), two = race_at(2), turned = one, read = one;
	uint64_t before = race_report_count();
	const char *log;

	(void)state;
	turned.now = one.before;
	turned.before = one.now;
	errno = 77;
	race_report_race(&one);
	assert_int_equal(errno, 77);
	race_report_race(&one);
	race_report_race(&turned);
	/* The read of the same x++, which the compiler put at another address. */
	read.now.kind = RACE_READ;
	read.now.stack.pc[0] += 4090;
	race_report_race(&read);
	assert_int_equal(race_report_count(), before + 1);
	race_report_race(&two);
	assert_int_equal(race_report_count(), before + 2);
	race_report_summary();
	log = log_take(getpid());
	assert_int_equal(times(log, "WARNING: DATA RACE"), 2);
	assert_non_null(strstr(log, "Write of size 4 at 0x1000 by main thread:\n  writer()\n"));
	assert_non_null(strstr(log, "Previous read of size 4 at 0x1000 by thread T1:\n  reader()\n"));
	assert_non_null(strstr(log, "Thread T1 (running) created at:\n  writer()\n"));
	assert_int_equal(times(log, "Found "), 1);
}

static void stack_ends_at_main(void **state)
{
	struct race_race made = race_at(3);
	extern int main(void);
	const char *log;

	(void)state;
	made.now.stack.count = 3;
	made.now.stack.pc[1] = (uint64_t)main + 8;
	made.now.stack.pc[2] = (uint64_t)test_places + 40;
	race_report_race(&made);
	log = log_take(getpid());
	assert_int_equal(times(log, "  main()\n"), 1);
	assert_int_equal(times(log, "  writer()\n"), 2); /* the access and the creation */
}

static void libc_start_code_is_left_out(void **state)
{
	struct race_race made = race_at(4);

	(void)state;
	made.before.stack.count = 2;
	made.before.stack.pc[1] = (uint64_t)abort + 1;
	race_report_race(&made);
	assert_null(strstr(log_take(getpid()), "abort"));
}

/* main of a stripped program, below its libc: with the debug files, without, before 2.34. */
static void nameless_main_ends_the_stack(void **state)
{
	static const struct race_frame user = { .module = "/a/program" },
				       nameless = { .module = "/lib/libc.so.6" },
				       calls = { .symbol = "__libc_start_call_main",
						 .module = "/lib/libc.so.6" },
				       start = { .symbol = "__libc_start_main",
						 .module = "/lib/libc.so.6" };
	const struct race_frame stacks[][4] = { { user, calls, start, user },
						{ user, nameless, start, user },
						{ user, start, user, user } };
	static struct race_frames frames;

	(void)state;
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		frames.count = 4;
		memcpy(frames.frame, stacks[i], sizeof(stacks[i]));
		race_report_trim(&frames);
		assert_int_equal(frames.count, 1);
	}
	/* main itself is the last that is known, and a library's callback is not main. */
	frames.count = 3;
	memcpy(frames.frame, (struct race_frame[]){ user, nameless, user }, 3 * sizeof(user));
	race_report_trim(&frames);
	assert_int_equal(frames.count, 3);
}

static void missing_lines_are_hinted_once(void **state)
{
	struct race_race made = race_at(5);
	const char *log;

	(void)state;
	made.before.stack.pc[0] = (uint64_t)_start + 1;
	race_report_race(&made);
	log = log_take(getpid());
	assert_non_null(strstr(log, "  _start()\n      /"));
	assert_int_equal(times(log, "test_report has no line numbers: compile with -g\n"), 1);
	made.before.stack.pc[0] = (uint64_t)_start + 2;
	race_report_race(&made);
	assert_int_equal(times(log_take(getpid()), "compile with -g"), 0);
}

static void log_is_private_and_no_link(void **state)
{
	struct race_race made = race_at(6);
	char path[128], target[128];
	struct stat facts;

	(void)state;
	snprintf(path, sizeof(path), "%s.%d", log_path, (int)getpid());
	race_report_race(&made);
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	unlink(path);
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, path), 0);
	made = race_at(7);
	race_report_race(&made); /* goes to stderr, with a line that says why */
	assert_int_not_equal(access(target, F_OK), 0);
	unlink(path);
}

static void log_stays_where_it_was_asked_for(void **state)
{
	struct race_race made = race_at(8);
	char old[4096];

	(void)state;
	assert_non_null(getcwd(old, sizeof(old)));
	assert_int_equal(chdir(folder), 0);
	race_options.log_path = "log";
	race_log_init();
	assert_int_equal(chdir("/"), 0);
	race_report_race(&made);
	assert_int_equal(chdir(old), 0);
	assert_int_equal(times(log_take(getpid()), "WARNING: DATA RACE"), 1);
}

static void halt_ends_the_process(void **state)
{
	struct race_race made = race_at(9);
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		race_options.halt_on_error = 1;
		race_options.exitcode = 44;
		race_report_race(&made);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 44);
	log_take(child);
	assert_int_equal(times(log_text, "WARNING: DATA RACE"), 1);
	assert_int_equal(times(log_text, "Found "), 1);
}

static pthread_barrier_t together;

static void *many(void *from)
{
	pthread_barrier_wait(&together);
	for (uint32_t i = 0; i < 400; i++) {
		struct race_race made = race_at((uint32_t)(uintptr_t)from + i);

		race_report_race(&made);
		race_report_race(&made);
	}
	return NULL;
}

/* Each report is a rule, a body and a rule: no line of one stands in another. */
static void threads_take_turns(void **state)
{
	pthread_t thread[8];
	const char *log, *at;
	uint64_t before = race_report_count();

	(void)state;
	pthread_barrier_init(&together, NULL, 8);
	for (uintptr_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, many,
						(void *)(100 + 400 * i)), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(race_report_count(), before + 3200);
	log = log_take(getpid());
	assert_int_equal(times(log, RULE "WARNING: DATA RACE\nWrite of"), 3200);
	for (at = log; *at; at = strstr(at + 1, RULE) + strlen(RULE)) {
		assert_int_equal(strncmp(at, RULE, strlen(RULE)), 0);
		assert_int_equal(strncmp(at + strlen(RULE), "WARNING", 7), 0);
	}
}

static void child_of_fork_reports_for_itself(void **state)
{
	struct race_race made = race_at(4000);
	int status;
	pid_t child;

	(void)state;
	race_report_before_fork();
	child = fork();
	race_report_after_fork();
	if (!child) {
		race_report_race(&made);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(times(log_take(child), "WARNING: DATA RACE"), 1);
	assert_int_equal(times(log_take(getpid()), "WARNING: DATA RACE"), 0);
}

#define REPORT_TEST(name) cmocka_unit_test_setup_teardown(name, reports_start, reports_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPORT_TEST(report_cannot_be_cancelled),
		REPORT_TEST(same_pair_is_told_once),
		REPORT_TEST(stack_ends_at_main),
		REPORT_TEST(libc_start_code_is_left_out),
		REPORT_TEST(nameless_main_ends_the_stack),
		REPORT_TEST(missing_lines_are_hinted_once),
		REPORT_TEST(log_is_private_and_no_link),
		REPORT_TEST(log_stays_where_it_was_asked_for),
		REPORT_TEST(halt_ends_the_process),
		REPORT_TEST(threads_take_turns),
		REPORT_TEST(child_of_fork_reports_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
