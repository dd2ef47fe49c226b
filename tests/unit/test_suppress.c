/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_suppress.c - patterns against names, and each mistake in a file told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "suppress.h"

static struct race_told told;

static void stack_set(struct race_frames *stack, const char *symbol, const char *function,
		      const char *file, const char *module)
{
	stack->count = 2;
	stack->frame[0] = (struct race_frame){ .symbol = symbol, .function = function,
					       .file = file, .module = module };
	stack->frame[1] = (struct race_frame){ .symbol = "outer", .function = "outer()",
					       .file = "/src/outer.c", .module = "/bin/app" };
}

/* Does the line, alone among those read so far, fit? Lines stay, so each is tried on a
 * race of its own. */
static bool fits(const char *line, const char *name)
{
	static const struct race_side side;

	memset(&told, 0, sizeof(told));
	told.now.side = told.before.side = &side;
	stack_set(&told.now.stack, "inc", "inc()", "/src/counter.c", "/bin/app");
	stack_set(&told.before.stack, name, name, name, "/lib/libz.so.1");
	race_suppress_parse("test", line);
	return race_suppress_match(&told);
}

static void patterns(void **state)
{
	(void)state;
	assert_false(fits("# comment\n\n  \nrace:^deposit$\n", "Account::deposit(long)"));
	assert_false(fits("race_top:outer\n", "a"));
	assert_false(fits("race_top:a*c*e$\n", "abcdef"));
	assert_false(fits("called_from_lib:^libz\n", "b"));
	assert_false(fits("deadlock:c\nthread:c\nmutex:c\nsignal:c\n", "c"));
	assert_true(fits("race_top:a*c*e$\n", "xxabbcdde"));
	assert_true(fits("race:Account::\n", "Account::deposit(long)"));
	assert_true(fits("called_from_lib:libz.so\n", "d"));
}

static int status_of(const char *line)
{
	int status;
	pid_t child = fork();

	if (!child) {
		close(2);
		race_suppress_parse("file", line);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void mistakes(void **state)
{
	(void)state;
	assert_int_equal(status_of("race:x"), 0);
	assert_int_equal(status_of("race\n"), 1);
	assert_int_equal(status_of("race:\n"), 1);
	assert_int_equal(status_of("rac:x\n"), 1);
	assert_int_equal(status_of(":x\n"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(patterns), cmocka_unit_test(mistakes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
